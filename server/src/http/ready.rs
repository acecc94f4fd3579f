//! `company/ready`: what a new company's administrators still have to do before its first shift.

use app::wire::{GetReady, Problem, TickReady};
use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::flows;

use super::{
    Web,
    answer::Failure,
    request::{From, Json, Path},
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(look))
        .routes(routes!(tick))
}

/// What is left to do before the first shift
#[utoipa::path(
    get, path = "/company/ready", tag = "Company",
    responses(
        (status = 200, body = GetReady),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
    )
)]
async fn look(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<GetReady>, Failure> {
    Ok(axum::Json(
        flows::ready::look(&web.services, &visitor).await?,
    ))
}

/// Tick a step off, or take that back
///
/// `choose_ways`, `review_list`, `connect_phone` and `share_url` are ticked off by hand. `hidden` puts the list away for
/// now, `done` for good once nothing is left of it.
#[utoipa::path(
    post, path = "/company/ready/{step}", tag = "Company", params(("step" = String, Path)),
    responses(
        (status = 200, body = GetReady),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`: no such step"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`nothing_to_do`: the data shows whether it is done"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn tick(
    State(web): State<Web>,
    From(visitor): From,
    Path(step): Path<String>,
    Json(wanted): Json<TickReady>,
) -> Result<axum::Json<GetReady>, Failure> {
    Ok(axum::Json(
        flows::ready::tick(&web.services, &visitor, &step, wanted.done).await?,
    ))
}
