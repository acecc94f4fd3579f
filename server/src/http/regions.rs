//! `regions`: what other regions ask this one.

use app::wire::{Problem, RegionAnswer, RegionQuestion};
use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::flows::regions;

use super::{
    Web,
    answer::Failure,
    request::{From, Json},
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(lookup))
}

/// Whether a company's alias or a verified e-mail domain is here
///
/// For the servers of other regions. Nothing but yes or no is answered.
#[utoipa::path(
    post, path = "/regions/lookup", tag = "Regions",
    responses(
        (status = 200, body = RegionAnswer),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`: neither or both, or no alias or domain"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "`wait`: more than 600 questions of one network within a minute"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "`unavailable`"),
    )
)]
async fn lookup(
    State(web): State<Web>,
    From(visitor): From,
    Json(question): Json<RegionQuestion>,
) -> Result<axum::Json<RegionAnswer>, Failure> {
    let here = regions::lookup(&web.services, &visitor, &question).await?;
    Ok(axum::Json(RegionAnswer { here }))
}
