//! `person`: the companies of whoever is signed in. Nothing here names another person.

use app::wire::{ChooseDefault, Companies, ConnectCompany, Problem, Step};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::flows::security;

use super::{
    Web,
    answer::Failure,
    request::{From, Json, Path},
    sign_in::stepped,
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(companies, connect))
        .routes(routes!(disconnect))
        .routes(routes!(choose_default))
}

/// The own companies
#[utoipa::path(
    get, path = "/person/companies", tag = "Companies of a person",
    responses(
        (status = 200, body = Companies),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
    )
)]
async fn companies(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<Companies>, Failure> {
    Ok(axum::Json(
        security::companies(&web.services, &visitor).await?,
    ))
}

/// Begin to prove an account of another company, to connect it
///
/// What follows is that company's own sign-in, at the same addresses and with the same counters, but for its end:
/// no session begins there and the present one goes on. `signed_in` says then that both are connected. Both people
/// are told by mail.
#[utoipa::path(
    post, path = "/person/companies", tag = "Companies of a person",
    responses(
        (status = 200, body = Step),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`wrong_credentials`, the same for unknown accounts; `signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `account_locked`, `account_disabled`, `temporary_password_ended`, `passwords_off`, `company_closed`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`unknown_company`, with `regions` when another region knows it"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`nothing_to_do`: an account of the same company; `attempt_over`"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "`wait`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "`busy`, `unavailable`"),
    )
)]
async fn connect(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<ConnectCompany>,
) -> Result<(HeaderMap, axum::Json<Step>), Failure> {
    let progress = security::connect(&web.services, &visitor, &typed).await?;
    Ok(stepped(&web, progress))
}

/// Disconnect a company
///
/// By the id of the account there; the own account's id disconnects it from all others.
#[utoipa::path(
    delete, path = "/person/companies/{id}", tag = "Companies of a person", params(("id" = String, Path)),
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `account_locked`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for other people's"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "`unavailable`"),
    )
)]
async fn disconnect(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
) -> Result<StatusCode, Failure> {
    security::disconnect(&web.services, &visitor, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Choose the default company
///
/// Signing in at the start page with any of the connected accounts' e-mail addresses leads there, with the password
/// of the account there.
#[utoipa::path(
    put, path = "/person/default", tag = "Companies of a person",
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `account_locked`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for other people's"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "`unavailable`"),
    )
)]
async fn choose_default(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<ChooseDefault>,
) -> Result<StatusCode, Failure> {
    security::choose_default(&web.services, &visitor, typed.id.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}
