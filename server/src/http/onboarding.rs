//! `onboarding`: creating a company, by people who have no account yet; and the card with its address.

use app::wire::{
    AliasAnswer, CheckAlias, CompanyFounded, FloorCard, NewCompany, Onboarding, Problem,
};
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
        .routes(routes!(offer, create))
        .routes(routes!(check))
        .routes(routes!(card))
}

/// Who may create a company here, and what can be chosen
#[utoipa::path(
    get, path = "/onboarding", tag = "Onboarding",
    responses((status = 200, body = Onboarding))
)]
async fn offer(State(web): State<Web>) -> axum::Json<Onboarding> {
    axum::Json(flows::onboarding::offer(&web.services))
}

/// Create a company and invite its first administrator
///
/// Nobody can sign in there until the link in the mail was used. A company that nobody has opened after seven days is
/// removed.
#[utoipa::path(
    post, path = "/onboarding", tag = "Onboarding",
    responses(
        (status = 201, body = CompanyFounded),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`: companies are created by the operator only"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`alias_taken`, `name_taken`"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "`wait`: too many companies were created lately"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn create(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<NewCompany>,
) -> Result<(StatusCode, axum::Json<CompanyFounded>), Failure> {
    let founded = flows::onboarding::create(&web.services, &visitor, &typed).await?;
    Ok((StatusCode::CREATED, axum::Json(founded)))
}

/// Whether a new company can have an alias; nothing is kept
#[utoipa::path(
    post, path = "/onboarding/alias", tag = "Onboarding",
    responses(
        (status = 200, body = AliasAnswer),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`: companies are created by the operator only"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn check(
    State(web): State<Web>,
    Json(wanted): Json<CheckAlias>,
) -> Result<axum::Json<AliasAnswer>, Failure> {
    Ok(axum::Json(
        flows::onboarding::check(&web.services, &wanted.alias).await?,
    ))
}

/// What stands on the card that tells a company's people where they sign in
#[utoipa::path(
    get, path = "/companies/{alias}/floor-card", tag = "Companies", params(("alias" = String, Path)),
    responses(
        (status = 200, body = FloorCard),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`unknown_company`"),
    )
)]
async fn card(
    State(web): State<Web>,
    Path(alias): Path<String>,
) -> Result<axum::Json<FloorCard>, Failure> {
    Ok(axum::Json(
        flows::onboarding::floor_card(&web.services, &alias).await?,
    ))
}
