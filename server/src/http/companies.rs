//! `companies`: what anybody may see before signing in.

use app::wire::{Company, CompanyPhone, FindCompany, FoundCompany, LegalText, Problem};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::IntoResponse,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::flows;

use super::{
    Web,
    answer::Failure,
    request::{Json, Path},
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(find))
        .routes(routes!(look))
        .routes(routes!(phone))
        .routes(routes!(logo))
        .routes(routes!(terms))
        .routes(routes!(privacy))
}

/// Find a company by alias, instance alias, name or address
#[utoipa::path(
    post, path = "/companies/find", tag = "Companies",
    responses(
        (status = 200, body = FoundCompany),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`unknown_company`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn find(
    State(web): State<Web>,
    Json(wanted): Json<FindCompany>,
) -> Result<axum::Json<FoundCompany>, Failure> {
    Ok(axum::Json(
        flows::company::find(&web.services, &wanted.company).await?,
    ))
}

/// What a company's sign-in page shows
#[utoipa::path(
    get, path = "/companies/{alias}", tag = "Companies", params(("alias" = String, Path)),
    responses(
        (status = 200, body = Company),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`unknown_company`"),
    )
)]
async fn look(
    State(web): State<Web>,
    Path(alias): Path<String>,
) -> Result<axum::Json<Company>, Failure> {
    Ok(axum::Json(
        flows::company::look(&web.services, &alias).await?,
    ))
}

/// Where a company's Amazon Connect is
#[utoipa::path(
    get, path = "/companies/{alias}/phone", tag = "Companies", params(("alias" = String, Path)),
    responses(
        (status = 200, body = CompanyPhone),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`unknown_company`; `not_found`: it has none"),
    )
)]
async fn phone(
    State(web): State<Web>,
    Path(alias): Path<String>,
) -> Result<axum::Json<CompanyPhone>, Failure> {
    Ok(axum::Json(
        flows::amazon_connect::phone(&web.services, &alias).await?,
    ))
}

/// A company's logo
#[utoipa::path(
    get, path = "/companies/{alias}/logo", tag = "Companies", params(("alias" = String, Path)),
    responses(
        (status = 200, content_type = "image/png", body = Vec<u8>),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn logo(
    State(web): State<Web>,
    Path(alias): Path<String>,
) -> Result<impl IntoResponse, Failure> {
    let png = flows::company::logo(&web.services, &alias).await?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/png"));
    // Its address changes with its content.
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=86400"),
    );
    Ok((headers, png))
}

/// A company's terms of service
#[utoipa::path(
    get, path = "/companies/{alias}/terms", tag = "Companies", params(("alias" = String, Path)),
    responses(
        (status = 200, body = LegalText),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn terms(
    State(web): State<Web>,
    Path(alias): Path<String>,
) -> Result<axum::Json<LegalText>, Failure> {
    Ok(axum::Json(
        flows::company::terms(&web.services, &alias).await?,
    ))
}

/// A company's privacy policy
#[utoipa::path(
    get, path = "/companies/{alias}/privacy", tag = "Companies", params(("alias" = String, Path)),
    responses(
        (status = 200, body = LegalText),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn privacy(
    State(web): State<Web>,
    Path(alias): Path<String>,
) -> Result<axum::Json<LegalText>, Failure> {
    Ok(axum::Json(
        flows::company::privacy(&web.services, &alias).await?,
    ))
}
