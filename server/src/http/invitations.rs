//! `invitations`: the one-time link with which a person sets their first password, and how administrators send it.

use app::wire::{
    AcceptInvitation, Invitation, InvitationOverview, InvitationPolicy, OpenLink, Problem, Step,
    UserDetail,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::flows;

use super::{
    Web,
    answer::Failure,
    request::{From, Json, Path},
    sign_in::stepped,
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(look))
        .routes(routes!(accept))
        .routes(routes!(ask))
        .routes(routes!(invite))
        .routes(routes!(cancel))
        .routes(routes!(settings, save_settings))
}

/// What an invitation says; it is not used up
#[utoipa::path(
    post, path = "/invitations/look", tag = "Invitations",
    responses(
        (status = 200, body = Invitation),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`account_disabled`"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "`link_used`, `link_expired`; `link` says what became of it"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn look(
    State(web): State<Web>,
    Json(typed): Json<OpenLink>,
) -> Result<axum::Json<Invitation>, Failure> {
    Ok(axum::Json(
        flows::invitation::look(&web.services, &typed.token).await?,
    ))
}

/// Accept an invitation with a new password
#[utoipa::path(
    post, path = "/invitations/accept", tag = "Invitations",
    responses(
        (status = 200, body = Step),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`account_disabled`"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "`link_used`, `link_expired`; `link` says what became of it"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`password_refused`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn accept(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<AcceptInvitation>,
) -> Result<(HeaderMap, axum::Json<Step>), Failure> {
    let progress = flows::invitation::accept(&web.services, &visitor, &typed).await?;
    Ok(stepped(&web, progress))
}

/// Ask for another link with one that ended
///
/// Every administrator who can sign in is told by mail, once until one of them sends a new invitation. The answer is
/// the same for every link, also for those that are good, used or unknown.
#[utoipa::path(
    post, path = "/invitations/ask", tag = "Invitations",
    responses(
        (status = 204, description = "Asked, where there was something to ask for"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn ask(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<OpenLink>,
) -> Result<StatusCode, Failure> {
    flows::invitation::ask(&web.services, &visitor, &typed.token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send a person an invitation, or another one
///
/// As the company decided: a link, or a temporary password. What the person was sent before ends. For people who have
/// never signed in: Pending, Invited, Expired, Bounced, or with a temporary password that was not used.
#[utoipa::path(
    post, path = "/users/{id}/invite", tag = "Users", params(("id" = String, Path)),
    responses(
        (status = 200, body = UserDetail),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for people of other companies"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`nothing_to_do`: they have signed in, are disabled, or sign in by single sign-on alone"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "`busy`: no password can be made up now"),
    )
)]
async fn invite(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
) -> Result<axum::Json<UserDetail>, Failure> {
    Ok(axum::Json(
        flows::invitation::invite(&web.services, &visitor, &id).await?,
    ))
}

/// Take back what a person was sent; they are Pending again
#[utoipa::path(
    delete, path = "/users/{id}/invitation", tag = "Users", params(("id" = String, Path)),
    responses(
        (status = 200, body = UserDetail),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for people of other companies"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`nothing_to_do`: nothing was sent, or it was used"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn cancel(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
) -> Result<axum::Json<UserDetail>, Failure> {
    Ok(axum::Json(
        flows::invitation::cancel(&web.services, &visitor, &id).await?,
    ))
}

/// How the company invites, and what the mails say
#[utoipa::path(
    get, path = "/company/invitations", tag = "Company",
    responses(
        (status = 200, body = InvitationOverview),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
    )
)]
async fn settings(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<InvitationOverview>, Failure> {
    Ok(axum::Json(
        flows::invitation::settings(&web.services, &visitor).await?,
    ))
}

/// Save how the company invites; what was sent before stays as it is
#[utoipa::path(
    put, path = "/company/invitations", tag = "Company",
    responses(
        (status = 200, body = InvitationOverview),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`, also for days beyond the operator's bounds and for temporary passwords where there are no passwords"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `forbidden`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`changed_meanwhile`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn save_settings(
    State(web): State<Web>,
    From(visitor): From,
    Json(wanted): Json<InvitationPolicy>,
) -> Result<axum::Json<InvitationOverview>, Failure> {
    Ok(axum::Json(
        flows::invitation::save_settings(&web.services, &visitor, &wanted).await?,
    ))
}
