//! A forgotten password: asking for a link, looking at it, and storing a new password with it.

use app::wire::{ForgotPassword, OpenLink, PasswordReset, PasswordStored, Problem, ResetPassword};
use axum::{extract::State, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::flows;

use super::{
    Web,
    answer::Failure,
    request::{From, Json, Path},
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(forgot))
        .routes(routes!(look))
        .routes(routes!(reset))
}

/// Ask for a mailed link to a new password; the same answer whether there is such an account or not
#[utoipa::path(
    post, path = "/companies/{alias}/forgot-password", tag = "Recovery", params(("alias" = String, Path)),
    responses(
        (status = 204),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`passwords_off`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`unknown_company`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "`busy`: too many requests wait"),
    )
)]
async fn forgot(
    State(web): State<Web>,
    Path(alias): Path<String>,
    From(visitor): From,
    Json(typed): Json<ForgotPassword>,
) -> Result<StatusCode, Failure> {
    flows::recovery::ask(&web.services, &visitor, &alias, &typed.account).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a link to a new password says; it is not used up
#[utoipa::path(
    post, path = "/reset-password/look", tag = "Recovery",
    responses(
        (status = 200, body = PasswordReset),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`account_disabled`, `passwords_off`"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "`link_used`, `link_expired`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn look(
    State(web): State<Web>,
    Json(typed): Json<OpenLink>,
) -> Result<axum::Json<PasswordReset>, Failure> {
    Ok(axum::Json(
        flows::recovery::look(&web.services, &typed.token).await?,
    ))
}

/// Store a new password; nobody is signed in by that
#[utoipa::path(
    post, path = "/reset-password", tag = "Recovery",
    responses(
        (status = 200, body = PasswordStored),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`account_disabled`, `passwords_off`"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "`link_used`, `link_expired`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`password_refused`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn reset(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<ResetPassword>,
) -> Result<axum::Json<PasswordStored>, Failure> {
    Ok(axum::Json(
        flows::recovery::reset(&web.services, &visitor, &typed).await?,
    ))
}
