//! `invitations`: the one-time link with which a person sets their first password.

use app::wire::{AcceptInvitation, Invitation, OpenLink, Problem, Step};
use axum::{extract::State, http::HeaderMap};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::flows;

use super::{
    Web,
    answer::Failure,
    request::{From, Json},
    sign_in::stepped,
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(look))
        .routes(routes!(accept))
}

/// What an invitation says; it is not used up
#[utoipa::path(
    post, path = "/invitations/look", tag = "Invitations",
    responses(
        (status = 200, body = Invitation),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "`link_used`, `link_expired`"),
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
        (status = 410, body = Problem, content_type = "application/problem+json", description = "`link_used`, `link_expired`"),
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
