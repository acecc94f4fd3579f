//! `presence-lists`: the statuses that a company's agents may take, as administrators keep them.

use app::wire::{
    EditPresenceList, NewPresenceList, PresenceEffect, PresenceLists, Problem, RemovePresenceList,
};
use axum::{extract::State, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::flows::presence::lists;

use super::{
    Web,
    answer::Failure,
    request::{From, Json, Path},
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(look, add))
        .routes(routes!(edit))
        .routes(routes!(effect))
        .routes(routes!(remove))
}

/// The company's presence reason lists
#[utoipa::path(
    get, path = "/presence-lists", tag = "Presence",
    responses(
        (status = 200, body = PresenceLists),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
    )
)]
async fn look(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<PresenceLists>, Failure> {
    Ok(axum::Json(lists::look(&web.services, &visitor).await?))
}

/// Make a presence reason list
#[utoipa::path(
    post, path = "/presence-lists", tag = "Presence",
    responses(
        (status = 201, body = PresenceLists),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`, also for names and entries that cannot be"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`name_taken`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn add(
    State(web): State<Web>,
    From(visitor): From,
    Json(wanted): Json<NewPresenceList>,
) -> Result<(StatusCode, axum::Json<PresenceLists>), Failure> {
    let lists = lists::add(&web.services, &visitor, &wanted).await?;
    Ok((StatusCode::CREATED, axum::Json(lists)))
}

/// Change a presence reason list
///
/// Whoever has one of its statuses sees the change at their desk within two seconds.
#[utoipa::path(
    put, path = "/presence-lists/{id}", tag = "Presence", params(("id" = String, Path)),
    responses(
        (status = 200, body = PresenceLists),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`, also for names and entries that cannot be"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed` where people will not be able to sign in any more, `forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for lists of other companies"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`changed_meanwhile`, `name_taken`, `in_use`: more people than `accept` could not sign in"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn edit(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
    Json(wanted): Json<EditPresenceList>,
) -> Result<axum::Json<PresenceLists>, Failure> {
    Ok(axum::Json(
        lists::edit(&web.services, &visitor, &id, &wanted).await?,
    ))
}

/// Who could not sign in without a presence reason list; nothing is changed
#[utoipa::path(
    get, path = "/presence-lists/{id}/effect", tag = "Presence", params(("id" = String, Path)),
    responses(
        (status = 200, body = PresenceEffect),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for lists of other companies"),
    )
)]
async fn effect(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
) -> Result<axum::Json<PresenceEffect>, Failure> {
    Ok(axum::Json(
        lists::effect(&web.services, &visitor, &id).await?,
    ))
}

/// Remove a presence reason list
#[utoipa::path(
    post, path = "/presence-lists/{id}/remove", tag = "Presence", params(("id" = String, Path)),
    responses(
        (status = 200, body = PresenceLists),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`, also for a replacement that is no other list of the company"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for lists of other companies"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`changed_meanwhile`, `in_use`: more people than `accept` could not sign in"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn remove(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
    Json(wanted): Json<RemovePresenceList>,
) -> Result<axum::Json<PresenceLists>, Failure> {
    Ok(axum::Json(
        lists::remove(&web.services, &visitor, &id, &wanted).await?,
    ))
}
