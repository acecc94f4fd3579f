//! `presence`: what the agent who is signed in does now.

use app::wire::{ChoosePresence, DeskPhone, OwnPresence, PresenceQuery, Problem, ReportPresence};
use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::flows::presence;

use super::{
    Web,
    answer::Failure,
    request::{From, Json, Query},
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(own, choose))
        .routes(routes!(here))
        .routes(routes!(phone))
        .routes(routes!(report))
}

/// One's own status, and what can be chosen
///
/// With `since` the answer waits for something new, for 25 seconds at most: an open desk asks again and again, and hears
/// within two seconds what changed for it.
#[utoipa::path(
    get, path = "/presence", tag = "Presence", params(PresenceQuery),
    responses(
        (status = 200, body = OwnPresence),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`: no agent"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn own(
    State(web): State<Web>,
    From(visitor): From,
    Query(query): Query<PresenceQuery>,
) -> Result<axum::Json<OwnPresence>, Failure> {
    Ok(axum::Json(
        presence::own(&web.services, &visitor, query.since.as_deref()).await?,
    ))
}

/// Choose a status
#[utoipa::path(
    put, path = "/presence", tag = "Presence",
    responses(
        (status = 200, body = OwnPresence),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`: no agent"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`changed_meanwhile`: it is not on the person's list, or not any more"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn choose(
    State(web): State<Web>,
    From(visitor): From,
    Json(choice): Json<ChoosePresence>,
) -> Result<axum::Json<OwnPresence>, Failure> {
    Ok(axum::Json(
        presence::choose(&web.services, &visitor, &choice).await?,
    ))
}

/// Tell that the desk is open
///
/// The first time after signing in it begins with the first status that is not ready. Three minutes without it, and the
/// person is Offline.
#[utoipa::path(
    post, path = "/presence/here", tag = "Presence",
    responses(
        (status = 200, body = OwnPresence),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`: no agent"),
    )
)]
async fn here(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<OwnPresence>, Failure> {
    Ok(axum::Json(presence::here(&web.services, &visitor).await?))
}

/// What the desk needs to know of its person's phone
#[utoipa::path(
    get, path = "/phone", tag = "Presence",
    responses(
        (status = 200, body = DeskPhone),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`: no agent"),
    )
)]
async fn phone(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<DeskPhone>, Failure> {
    Ok(axum::Json(
        presence::phone::of_desk(&web.services, &visitor).await?,
    ))
}

/// Tell the status that the person has at Amazon Connect
///
/// The desk does so at every change and at least every minute: three minutes without it, and the person is Offline here.
#[utoipa::path(
    put, path = "/presence/phone", tag = "Presence",
    responses(
        (status = 200, body = OwnPresence),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`: no agent"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`nothing_to_do`: the company has no Amazon Connect"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn report(
    State(web): State<Web>,
    From(visitor): From,
    Json(reported): Json<ReportPresence>,
) -> Result<axum::Json<OwnPresence>, Failure> {
    Ok(axum::Json(
        presence::phone::report(&web.services, &visitor, &reported).await?,
    ))
}
