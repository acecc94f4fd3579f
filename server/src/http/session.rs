//! `session`: who is signed in on this browser.

use app::wire::{ChooseWorkplace, FreshProof, Problem, Session};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::flows::{self, phone, session};

use super::{
    Web,
    answer::Failure,
    request::{From, Json},
    sign_in::held,
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(current, sign_out))
        .routes(routes!(sign_out_everywhere))
        .routes(routes!(forget))
        .routes(routes!(activity))
        .routes(routes!(workplace))
        .routes(routes!(proof))
}

/// Who is signed in
#[utoipa::path(
    get, path = "/session", tag = "Session",
    responses(
        (status = 200, body = Session),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
    )
)]
async fn current(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<Session>, Failure> {
    let live = session::live(&web.services, &visitor).await?;
    Ok(axum::Json(session::show(&web.services, &live).await?))
}

/// Sign out on this browser
#[utoipa::path(delete, path = "/session", tag = "Session", responses((status = 204)))]
async fn sign_out(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<(HeaderMap, StatusCode), Failure> {
    let cookies = session::sign_out(&web.services, &visitor).await?;
    Ok((held(&web, cookies), StatusCode::NO_CONTENT))
}

/// Sign out on every browser
#[utoipa::path(
    delete, path = "/sessions", tag = "Session",
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
    )
)]
async fn sign_out_everywhere(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<(HeaderMap, StatusCode), Failure> {
    let cookies = session::sign_out_everywhere(&web.services, &visitor).await?;
    Ok((held(&web, cookies), StatusCode::NO_CONTENT))
}

/// Forget this browser: sign out, and let it speak for the own user in Amazon Connect no more
///
/// The next *Secure Login* on it asks again whose that user is. Sessions of *Secure Login* may do that, too.
#[utoipa::path(
    delete, path = "/session/binding", tag = "Session",
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
    )
)]
async fn forget(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<(HeaderMap, StatusCode), Failure> {
    let cookies = phone::forget(&web.services, &visitor).await?;
    Ok((held(&web, cookies), StatusCode::NO_CONTENT))
}

/// Tell that the person used keys or pointer
#[utoipa::path(
    post, path = "/session/activity", tag = "Session",
    responses(
        (status = 200, body = Session),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
    )
)]
async fn activity(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<Session>, Failure> {
    let live = session::note_activity(&web.services, &visitor).await?;
    Ok(axum::Json(session::show(&web.services, &live).await?))
}

/// Remember where a person with both roles works
#[utoipa::path(
    put, path = "/session/workplace", tag = "Session",
    responses(
        (status = 200, body = Session),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn workplace(
    State(web): State<Web>,
    From(visitor): From,
    Json(choice): Json<ChooseWorkplace>,
) -> Result<axum::Json<Session>, Failure> {
    let live = session::choose_workplace(&web.services, &visitor, choice.workplace).await?;
    Ok(axum::Json(session::show(&web.services, &live).await?))
}

/// Prove again who is signed in
#[utoipa::path(
    post, path = "/session/proof", tag = "Session",
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`wrong_credentials`, `signed_out`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn proof(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<FreshProof>,
) -> Result<StatusCode, Failure> {
    flows::password::prove(&web.services, &visitor, &typed.password).await?;
    Ok(StatusCode::NO_CONTENT)
}
