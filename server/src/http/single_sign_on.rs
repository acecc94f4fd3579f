//! `company/single-sign-on`: how an administrator sets up where the company's people sign in outside. Everything here
//! needs the role, and every change a fresh proof.

use app::wire::{
    ChoosePasswords, GoLive, NameDomain, Problem, ProblemCode, ProviderKind, SaveProvider,
    SingleSignOn, SsoTest, SsoTestBegun,
};
use axum::{extract::State, http::HeaderMap};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::flows::settings::sso as flow;

use super::{
    Web,
    answer::Failure,
    request::{From, Json, Path, Query},
    sign_in::held,
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(look))
        .routes(routes!(save_provider, remove_provider))
        .routes(routes!(go_live))
        .routes(routes!(begin_test))
        .routes(routes!(look_at_test))
        .routes(routes!(claim_domain))
        .routes(routes!(remove_domain))
        .routes(routes!(check_domain))
        .routes(routes!(choose_passwords))
}

/// Providers, e-mail domains, and whether passwords count beside them
///
/// Secrets are never shown again.
#[utoipa::path(
    get, path = "/company/single-sign-on", tag = "Single sign-on",
    responses(
        (status = 200, body = SingleSignOn),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
    )
)]
async fn look(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<SingleSignOn>, Failure> {
    Ok(axum::Json(flow::look(&web.services, &visitor).await?))
}

/// Set a provider up, or change it
///
/// It is asked for its description before anything is kept. Another issuer, client or other members take it from people
/// until a test goes through; another secret does not.
#[utoipa::path(
    put, path = "/company/single-sign-on/providers/{kind}", tag = "Single sign-on", params(("kind" = ProviderKind, Path)),
    responses(
        (status = 200, body = SingleSignOn),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`, also for Google and Office 365 without a secret, and for accounts made by themselves for anybody; `provider_refused`, also for Office 365 without tenants"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`changed_meanwhile`; `in_use` where people without passwords would lose their last provider, `last_admin`"),
        (status = 502, body = Problem, content_type = "application/problem+json", description = "`sso_failed`: it cannot be asked, `sso` says why"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn save_provider(
    State(web): State<Web>,
    Path(kind): Path<String>,
    From(visitor): From,
    Json(wanted): Json<SaveProvider>,
) -> Result<axum::Json<SingleSignOn>, Failure> {
    let kind = kind_named(&kind)?;
    let page = flow::save_provider(&web.services, &visitor, kind, &wanted).await?;
    Ok(axum::Json(page))
}

/// Which version of it was seen.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Version {
    /// Rises with every change.
    version: i64,
}

/// Remove a provider with everybody's bindings to it
#[utoipa::path(
    delete, path = "/company/single-sign-on/providers/{kind}", tag = "Single sign-on", params(("kind" = ProviderKind, Path), Version),
    responses(
        (status = 200, body = SingleSignOn),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`changed_meanwhile`; `in_use` where people without passwords would lose their last provider, `last_admin`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn remove_provider(
    State(web): State<Web>,
    Path(kind): Path<String>,
    Query(Version { version }): Query<Version>,
    From(visitor): From,
) -> Result<axum::Json<SingleSignOn>, Failure> {
    let kind = kind_named(&kind)?;
    let page = flow::remove_provider(&web.services, &visitor, kind, version).await?;
    Ok(axum::Json(page))
}

/// Show a provider's button to people, or take it away
#[utoipa::path(
    put, path = "/company/single-sign-on/providers/{kind}/live", tag = "Single sign-on", params(("kind" = ProviderKind, Path)),
    responses(
        (status = 200, body = SingleSignOn),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`nothing_to_do` before a test went through with what is set, `changed_meanwhile`; `in_use` where people without passwords would lose their last provider, `last_admin`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn go_live(
    State(web): State<Web>,
    Path(kind): Path<String>,
    From(visitor): From,
    Json(wanted): Json<GoLive>,
) -> Result<axum::Json<SingleSignOn>, Failure> {
    let kind = kind_named(&kind)?;
    let page = flow::go_live(&web.services, &visitor, kind, &wanted).await?;
    Ok(axum::Json(page))
}

/// Begin to test a provider with what is set now
///
/// Send a window to `url`, and sign in there. What came back signs nobody in here.
#[utoipa::path(
    post, path = "/company/single-sign-on/providers/{kind}/test", tag = "Single sign-on", params(("kind" = ProviderKind, Path)),
    responses(
        (status = 200, body = SsoTestBegun),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for one that is not set up"),
        (status = 502, body = Problem, content_type = "application/problem+json", description = "`sso_failed`: it cannot be reached, `sso` says why"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn begin_test(
    State(web): State<Web>,
    Path(kind): Path<String>,
    From(visitor): From,
) -> Result<(HeaderMap, axum::Json<SsoTestBegun>), Failure> {
    let kind = kind_named(&kind)?;
    let (test, cookies) = flow::begin_test(&web.services, &visitor, kind).await?;
    Ok((held(&web, cookies), axum::Json(test)))
}

/// What became of a test
#[utoipa::path(
    get, path = "/company/single-sign-on/tests/{id}", tag = "Single sign-on", params(("id" = String, Path)),
    responses(
        (status = 200, body = SsoTest),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for tests that another session began"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn look_at_test(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
) -> Result<axum::Json<SsoTest>, Failure> {
    let test = flow::look_at_test(&web.services, &visitor, &id).await?;
    Ok(axum::Json(test))
}

/// Say that an e-mail domain is the company's own
///
/// The answer says which TXT record proves it.
#[utoipa::path(
    post, path = "/company/single-sign-on/domains", tag = "Single sign-on",
    responses(
        (status = 200, body = SingleSignOn),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`, also for a fifty-first domain"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `forbidden`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`domain_taken` by a company that the operator vouched for"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`domain_public`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn claim_domain(
    State(web): State<Web>,
    From(visitor): From,
    Json(named): Json<NameDomain>,
) -> Result<axum::Json<SingleSignOn>, Failure> {
    let page = flow::claim_domain(&web.services, &visitor, &named).await?;
    Ok(axum::Json(page))
}

/// Give an e-mail domain up
#[utoipa::path(
    delete, path = "/company/single-sign-on/domains/{domain}", tag = "Single sign-on", params(("domain" = String, Path)),
    responses(
        (status = 200, body = SingleSignOn),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for what other companies claim"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn remove_domain(
    State(web): State<Web>,
    Path(domain): Path<String>,
    From(visitor): From,
) -> Result<axum::Json<SingleSignOn>, Failure> {
    let page = flow::remove_domain(&web.services, &visitor, &domain).await?;
    Ok(axum::Json(page))
}

/// Look for an e-mail domain's record now
///
/// A record that is found or gone counts at once.
#[utoipa::path(
    post, path = "/company/single-sign-on/domains/{domain}/check", tag = "Single sign-on", params(("domain" = String, Path)),
    responses(
        (status = 200, body = SingleSignOn),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for what other companies claim"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`domain_not_proven`, `domain_taken`"),
        (status = 502, body = Problem, content_type = "application/problem+json", description = "`domain_silent`: no name server answered, nothing was changed"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn check_domain(
    State(web): State<Web>,
    Path(domain): Path<String>,
    From(visitor): From,
) -> Result<axum::Json<SingleSignOn>, Failure> {
    let page = flow::check_domain(&web.services, &visitor, &domain).await?;
    Ok(axum::Json(page))
}

/// Let people sign in with passwords, or by single sign-on alone
///
/// Administrators keep a password, with a second proof, as the way in for when a provider is gone.
#[utoipa::path(
    put, path = "/company/single-sign-on/passwords", tag = "Single sign-on",
    responses(
        (status = 200, body = SingleSignOn),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `forbidden`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`nothing_to_do` without a tested provider that people see, `last_admin` when no administrator would get in"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn choose_passwords(
    State(web): State<Web>,
    From(visitor): From,
    Json(wanted): Json<ChoosePasswords>,
) -> Result<axum::Json<SingleSignOn>, Failure> {
    let page = flow::choose_passwords(&web.services, &visitor, &wanted).await?;
    Ok(axum::Json(page))
}

fn kind_named(name: &str) -> Result<ProviderKind, Failure> {
    match name {
        "google" => Ok(ProviderKind::Google),
        "office365" => Ok(ProviderKind::Office365),
        "company" => Ok(ProviderKind::Company),
        _ => Err(Failure::of(ProblemCode::NotFound)),
    }
}
