//! `users`: an administrator's people. Everything here needs the role, and knows one company only.

use app::wire::{AdminCode, HelpReason, Problem, UserDetail, UserPage, UserQuery};
use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::flows;

use super::{
    Web,
    answer::Failure,
    request::{From, Json, Path, Query},
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(look))
        .routes(routes!(unlock))
        .routes(routes!(backup_code))
        .routes(routes!(reset_two_factor))
        .routes(routes!(send_password_reset))
}

/// The company's people
#[utoipa::path(
    get, path = "/users", tag = "Users", params(UserQuery),
    responses(
        (status = 200, body = UserPage),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list(
    State(web): State<Web>,
    From(visitor): From,
    Query(query): Query<UserQuery>,
) -> Result<axum::Json<UserPage>, Failure> {
    Ok(axum::Json(
        flows::users::list(&web.services, &visitor, &query).await?,
    ))
}

/// One person
#[utoipa::path(
    get, path = "/users/{id}", tag = "Users", params(("id" = String, Path)),
    responses(
        (status = 200, body = UserDetail),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for people of other companies"),
    )
)]
async fn look(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
) -> Result<axum::Json<UserDetail>, Failure> {
    Ok(axum::Json(
        flows::users::look(&web.services, &visitor, &id).await?,
    ))
}

/// Unlock a person
#[utoipa::path(
    post, path = "/users/{id}/unlock", tag = "Users", params(("id" = String, Path)),
    responses(
        (status = 200, body = UserDetail),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`not_locked`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`reason_missing`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn unlock(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
    Json(typed): Json<HelpReason>,
) -> Result<axum::Json<UserDetail>, Failure> {
    Ok(axum::Json(
        flows::help::unlock(&web.services, &visitor, &id, &typed).await?,
    ))
}

/// Make a backup code for a person; it is shown this once
#[utoipa::path(
    post, path = "/users/{id}/backup-code", tag = "Users", params(("id" = String, Path)),
    responses(
        (status = 200, body = AdminCode),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`nothing_set_up`: no second proof is asked of them; `email_changed`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`reason_missing`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn backup_code(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
    Json(typed): Json<HelpReason>,
) -> Result<axum::Json<AdminCode>, Failure> {
    Ok(axum::Json(
        flows::help::backup_code(&web.services, &visitor, &id, &typed).await?,
    ))
}

/// Remove a person's second ways, backup codes and trusted browsers
#[utoipa::path(
    post, path = "/users/{id}/reset-two-factor", tag = "Users", params(("id" = String, Path)),
    responses(
        (status = 200, body = UserDetail),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`nothing_set_up`, `email_changed`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`reason_missing`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn reset_two_factor(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
    Json(typed): Json<HelpReason>,
) -> Result<axum::Json<UserDetail>, Failure> {
    Ok(axum::Json(
        flows::help::reset_two_factor(&web.services, &visitor, &id, &typed).await?,
    ))
}

/// Mail a person a link to a new password
#[utoipa::path(
    post, path = "/users/{id}/send-password-reset", tag = "Users", params(("id" = String, Path)),
    responses(
        (status = 200, body = UserDetail),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `forbidden`, `passwords_off`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`nothing_set_up`: they have no password; `email_changed`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`reason_missing`"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "`resend_too_early`: three were mailed within the hour"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn send_password_reset(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
    Json(typed): Json<HelpReason>,
) -> Result<axum::Json<UserDetail>, Failure> {
    Ok(axum::Json(
        flows::help::send_password_reset(&web.services, &visitor, &id, &typed).await?,
    ))
}
