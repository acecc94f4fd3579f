//! `company`: what an administrator decides about the company itself. Everything here needs the role.

use app::wire::{
    CompanyNotice, HelpSettings, LegalKind, LegalSettings, LegalText, NameAndLook, NameAndLookPage,
    NewLogo, OldLegalText, PreviewLegalText, Problem, ProblemCode, SaveLegalText, SavedLogo,
    SessionSettings, SessionSettingsPage, TestMail,
};
use axum::extract::State;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::flows::settings as flow;

use super::{
    Web,
    answer::Failure,
    request::{From, Json, Path, PictureJson, Query},
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(look, save_look))
        .routes(routes!(save_logo, remove_logo))
        .routes(routes!(test_mail))
        .routes(routes!(notice, save_notice))
        .routes(routes!(help, save_help))
        .routes(routes!(legal))
        .routes(routes!(old_legal, save_legal))
        .routes(routes!(preview_legal))
        .routes(routes!(sessions, save_sessions))
}

/// Name, languages, time zone, colours and mail sender
#[utoipa::path(
    get, path = "/company/look", tag = "Company",
    responses(
        (status = 200, body = NameAndLookPage),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
    )
)]
async fn look(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<NameAndLookPage>, Failure> {
    let page = flow::look_at_look(&web.services, &visitor).await?;
    Ok(axum::Json(page))
}

/// Save name, languages, time zone, colours and mail sender
#[utoipa::path(
    put, path = "/company/look", tag = "Company",
    responses(
        (status = 200, body = NameAndLookPage),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`, also for an accent that does not stand out from the brand colour by 3:1"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`name_taken`, `changed_meanwhile`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn save_look(
    State(web): State<Web>,
    From(visitor): From,
    Json(wanted): Json<NameAndLook>,
) -> Result<axum::Json<NameAndLookPage>, Failure> {
    let page = flow::save_look(&web.services, &visitor, &wanted).await?;
    Ok(axum::Json(page))
}

/// Replace the logo
///
/// The picture is redrawn as a PNG of at most 640 by 320 pixels.
#[utoipa::path(
    put, path = "/company/logo", tag = "Company", request_body = NewLogo,
    responses(
        (status = 200, body = SavedLogo),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`, also for what is no PNG or JPEG picture and for too large a one"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn save_logo(
    State(web): State<Web>,
    From(visitor): From,
    PictureJson(wanted): PictureJson<NewLogo>,
) -> Result<axum::Json<SavedLogo>, Failure> {
    let picture = STANDARD
        .decode(wanted.picture)
        .map_err(|_| Failure::of(ProblemCode::InvalidRequest))?;
    let saved = flow::save_logo(&web.services, &visitor, picture).await?;
    Ok(axum::Json(saved))
}

/// Take the logo away
#[utoipa::path(
    delete, path = "/company/logo", tag = "Company",
    responses(
        (status = 200, body = SavedLogo),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn remove_logo(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<SavedLogo>, Failure> {
    let saved = flow::remove_logo(&web.services, &visitor).await?;
    Ok(axum::Json(saved))
}

/// Mail yourself what the company's mails look like
#[utoipa::path(
    post, path = "/company/test-mail", tag = "Company",
    responses(
        (status = 200, body = TestMail),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "`resend_too_early`: one a minute"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn test_mail(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<TestMail>, Failure> {
    let sent = flow::test_mail(&web.services, &visitor).await?;
    Ok(axum::Json(sent))
}

/// Today's message to everybody
#[utoipa::path(
    get, path = "/company/notice", tag = "Company",
    responses(
        (status = 200, body = CompanyNotice),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
    )
)]
async fn notice(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<CompanyNotice>, Failure> {
    let page = flow::look_at_notice(&web.services, &visitor).await?;
    Ok(axum::Json(page))
}

/// Save today's message to everybody
#[utoipa::path(
    put, path = "/company/notice", tag = "Company",
    responses(
        (status = 200, body = CompanyNotice),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`changed_meanwhile`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn save_notice(
    State(web): State<Web>,
    From(visitor): From,
    Json(wanted): Json<CompanyNotice>,
) -> Result<axum::Json<CompanyNotice>, Failure> {
    let page = flow::save_notice(&web.services, &visitor, &wanted).await?;
    Ok(axum::Json(page))
}

/// Whom a stuck person calls, and the desk's links
#[utoipa::path(
    get, path = "/company/help-contact", tag = "Company",
    responses(
        (status = 200, body = HelpSettings),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
    )
)]
async fn help(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<HelpSettings>, Failure> {
    let page = flow::look_at_help(&web.services, &visitor).await?;
    Ok(axum::Json(page))
}

/// Save whom a stuck person calls, and the desk's links
#[utoipa::path(
    put, path = "/company/help-contact", tag = "Company",
    responses(
        (status = 200, body = HelpSettings),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`, also for a phone or an address without a name, and for a thirteenth link"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`changed_meanwhile`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn save_help(
    State(web): State<Web>,
    From(visitor): From,
    Json(wanted): Json<HelpSettings>,
) -> Result<axum::Json<HelpSettings>, Failure> {
    let page = flow::save_help(&web.services, &visitor, &wanted).await?;
    Ok(axum::Json(page))
}

/// Terms and privacy with their pasts
#[utoipa::path(
    get, path = "/company/legal", tag = "Company",
    responses(
        (status = 200, body = LegalSettings),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
    )
)]
async fn legal(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<LegalSettings>, Failure> {
    let page = flow::look_at_legal(&web.services, &visitor).await?;
    Ok(axum::Json(page))
}

/// Which of a text's versions.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Version {
    /// Counts from 1.
    version: u32,
}

/// A text as it was at some time
#[utoipa::path(
    get, path = "/company/legal/{kind}", tag = "Company", params(("kind" = LegalKind, Path), Version),
    responses(
        (status = 200, body = OldLegalText),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`"),
    )
)]
async fn old_legal(
    State(web): State<Web>,
    Path(kind): Path<String>,
    Query(Version { version }): Query<Version>,
    From(visitor): From,
) -> Result<axum::Json<OldLegalText>, Failure> {
    let text = flow::old_legal_text(&web.services, &visitor, kind_named(&kind)?, version).await?;
    Ok(axum::Json(text))
}

/// Publish a text; the one before is kept
#[utoipa::path(
    put, path = "/company/legal/{kind}", tag = "Company", params(("kind" = LegalKind, Path)),
    responses(
        (status = 200, body = LegalSettings),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`changed_meanwhile`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn save_legal(
    State(web): State<Web>,
    Path(kind): Path<String>,
    From(visitor): From,
    Json(wanted): Json<SaveLegalText>,
) -> Result<axum::Json<LegalSettings>, Failure> {
    let page = flow::save_legal(&web.services, &visitor, kind_named(&kind)?, &wanted).await?;
    Ok(axum::Json(page))
}

fn kind_named(name: &str) -> Result<LegalKind, Failure> {
    match name {
        "terms" => Ok(LegalKind::Terms),
        "privacy" => Ok(LegalKind::Privacy),
        _ => Err(Failure::of(ProblemCode::NotFound)),
    }
}

/// What people would read; nothing is saved
#[utoipa::path(
    post, path = "/company/legal/preview", tag = "Company",
    responses(
        (status = 200, body = LegalText),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`, as when it is saved"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn preview_legal(
    State(web): State<Web>,
    From(visitor): From,
    Json(wanted): Json<PreviewLegalText>,
) -> Result<axum::Json<LegalText>, Failure> {
    let text = flow::preview_legal(&web.services, &visitor, &wanted).await?;
    Ok(axum::Json(text))
}

/// How long people stay signed in, and how long their passwords are
#[utoipa::path(
    get, path = "/company/sessions", tag = "Company",
    responses(
        (status = 200, body = SessionSettingsPage),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
    )
)]
async fn sessions(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<SessionSettingsPage>, Failure> {
    let page = flow::look_at_sessions(&web.services, &visitor).await?;
    Ok(axum::Json(page))
}

/// Save how long people stay signed in, and how long their passwords are
///
/// Running sessions are shortened at once. Passwords that became too short are changed at their next use.
#[utoipa::path(
    put, path = "/company/sessions", tag = "Company",
    responses(
        (status = 200, body = SessionSettingsPage),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`, also beyond the operator's bounds"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`, and `fresh_proof_needed` for what asks less of people than before"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`changed_meanwhile`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn save_sessions(
    State(web): State<Web>,
    From(visitor): From,
    Json(wanted): Json<SessionSettings>,
) -> Result<axum::Json<SessionSettingsPage>, Failure> {
    let page = flow::save_sessions(&web.services, &visitor, &wanted).await?;
    Ok(axum::Json(page))
}
