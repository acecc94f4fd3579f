//! `policy`: what an administrator decides for the company's people.

use app::wire::{PolicyEffect, Problem, TwoFactorOverview, TwoFactorPolicy};
use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::flows;

use super::{
    Web,
    answer::Failure,
    request::{From, Json},
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(look, save))
        .routes(routes!(effect))
}

/// The two-factor policy, and who does not satisfy it yet
#[utoipa::path(
    get, path = "/policy/two-factor", tag = "Policy",
    responses(
        (status = 200, body = TwoFactorOverview),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
    )
)]
async fn look(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<TwoFactorOverview>, Failure> {
    Ok(axum::Json(
        flows::policy::look(&web.services, &visitor).await?,
    ))
}

/// Save the two-factor policy
///
/// All administrators get a mail when it asks less of people than the one before.
#[utoipa::path(
    put, path = "/policy/two-factor", tag = "Policy",
    responses(
        (status = 200, body = TwoFactorOverview),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`, also for a day that has passed and for numbers beyond the operator's bounds"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `forbidden`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn save(
    State(web): State<Web>,
    From(visitor): From,
    Json(wanted): Json<TwoFactorPolicy>,
) -> Result<axum::Json<TwoFactorOverview>, Failure> {
    Ok(axum::Json(
        flows::policy::save(&web.services, &visitor, &wanted).await?,
    ))
}

/// How many people a policy would lead to set something up; nothing is saved
#[utoipa::path(
    post, path = "/policy/two-factor/effect", tag = "Policy",
    responses(
        (status = 200, body = PolicyEffect),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`, as when it is saved"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn effect(
    State(web): State<Web>,
    From(visitor): From,
    Json(wanted): Json<TwoFactorPolicy>,
) -> Result<axum::Json<PolicyEffect>, Failure> {
    Ok(axum::Json(
        flows::policy::effect(&web.services, &visitor, &wanted).await?,
    ))
}
