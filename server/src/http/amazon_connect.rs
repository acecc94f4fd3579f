//! `company/amazon-connect` and what belongs to it: a company's phone as its administrators set it up, who is who there,
//! who asks to join. Everything here needs the role.

use app::wire::{
    AmazonConnect, ApproveJoin, JoinRequests, NamePhoneUser, Problem, SaveAmazonConnect, UserDetail,
};
use axum::{extract::State, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::flows::{people, settings};

use super::{
    Web,
    answer::Failure,
    request::{From, Json, Path},
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(look, save))
        .routes(routes!(name_phone_user))
        .routes(routes!(join_requests))
        .routes(routes!(approve))
        .routes(routes!(refuse))
}

/// Where the company's Amazon Connect is, and who is who there
#[utoipa::path(
    get, path = "/company/amazon-connect", tag = "Company",
    responses(
        (status = 200, body = AmazonConnect),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
    )
)]
async fn look(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<AmazonConnect>, Failure> {
    Ok(axum::Json(
        settings::look_at_amazon_connect(&web.services, &visitor).await?,
    ))
}

/// Save the address of Amazon Connect and the instance alias
///
/// Uses up the proof of identity. Another address ends bound browsers, and signs out whoever came in by Secure Login.
#[utoipa::path(
    put, path = "/company/amazon-connect", tag = "Company",
    responses(
        (status = 200, body = AmazonConnect),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`, also for an address at another host than those of `hosts`"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `forbidden`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`alias_taken`, `changed_meanwhile`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn save(
    State(web): State<Web>,
    From(visitor): From,
    Json(wanted): Json<SaveAmazonConnect>,
) -> Result<axum::Json<AmazonConnect>, Failure> {
    Ok(axum::Json(
        settings::save_amazon_connect(&web.services, &visitor, &wanted).await?,
    ))
}

/// Say who a person is in Amazon Connect
#[utoipa::path(
    put, path = "/users/{id}/phone-username", tag = "Users", params(("id" = String, Path)),
    responses(
        (status = 200, body = UserDetail),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for people of other companies"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`phone_taken`: somebody else is that user"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn name_phone_user(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
    Json(typed): Json<NamePhoneUser>,
) -> Result<axum::Json<UserDetail>, Failure> {
    Ok(axum::Json(
        people::name_phone_user(&web.services, &visitor, &id, &typed).await?,
    ))
}

/// Connect users who ask for an account
#[utoipa::path(
    get, path = "/company/join-requests", tag = "Users",
    responses(
        (status = 200, body = JoinRequests),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
    )
)]
async fn join_requests(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<JoinRequests>, Failure> {
    Ok(axum::Json(
        people::join_requests(&web.services, &visitor).await?,
    ))
}

/// Make an account of a request to join and invite its person, as an agent
#[utoipa::path(
    post, path = "/company/join-requests/{id}/approve", tag = "Users", params(("id" = String, Path)),
    responses(
        (status = 200, body = UserDetail),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for a request that is answered"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`email_taken`, `username_taken`, `phone_taken`"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "`busy`: too many passwords are being made up"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn approve(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
    Json(typed): Json<ApproveJoin>,
) -> Result<axum::Json<UserDetail>, Failure> {
    Ok(axum::Json(
        people::approve_join(&web.services, &visitor, &id, &typed).await?,
    ))
}

/// Refuse a request to join
#[utoipa::path(
    delete, path = "/company/join-requests/{id}", tag = "Users", params(("id" = String, Path)),
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for a request that is answered"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn refuse(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
) -> Result<StatusCode, Failure> {
    people::refuse_join(&web.services, &visitor, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
