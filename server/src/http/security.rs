//! `security`: a signed-in person's own Security Settings. Nothing here names another person.

use app::wire::{
    AddWay, BackupCodes, BackupCodesLeft, ConfirmBackupCodes, Problem, ReplacePassword,
    SecuritySettings, VerifyWay, WayBegun,
};
use axum::{extract::State, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::flows::security;

use super::{
    Web,
    answer::Failure,
    request::{From, Json, Path},
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(look))
        .routes(routes!(add_way))
        .routes(routes!(resend_code))
        .routes(routes!(verify_way))
        .routes(routes!(remove_way))
        .routes(routes!(make_backup_codes, backup_codes_left))
        .routes(routes!(confirm_backup_codes))
        .routes(routes!(replace_password))
        .routes(routes!(end_browser))
        .routes(routes!(end_binding))
        .routes(routes!(end_session))
        .routes(routes!(end_other_sessions))
}

/// The own Security Settings
#[utoipa::path(
    get, path = "/security", tag = "Security Settings",
    responses(
        (status = 200, body = SecuritySettings),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
    )
)]
async fn look(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<SecuritySettings>, Failure> {
    Ok(axum::Json(security::look(&web.services, &visitor).await?))
}

/// How many backup codes are left
#[utoipa::path(
    get, path = "/security/backup-codes", tag = "Security Settings",
    responses(
        (status = 200, body = BackupCodesLeft),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
    )
)]
async fn backup_codes_left(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<BackupCodesLeft>, Failure> {
    Ok(axum::Json(
        security::backup_codes_left(&web.services, &visitor).await?,
    ))
}

/// Begin to add a second way, or to set e-mail up anew
#[utoipa::path(
    post, path = "/security/ways", tag = "Security Settings",
    responses(
        (status = 200, body = WayBegun),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `account_locked`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`method_unavailable`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn add_way(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<AddWay>,
) -> Result<axum::Json<WayBegun>, Failure> {
    Ok(axum::Json(
        security::add_way(&web.services, &visitor, &typed).await?,
    ))
}

/// Mail a new code for the way that is being set up
#[utoipa::path(
    post, path = "/security/ways/resend", tag = "Security Settings",
    responses(
        (status = 200, body = WayBegun),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `account_locked`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`setup_over`"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "`resend_too_early`"),
    )
)]
async fn resend_code(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<WayBegun>, Failure> {
    Ok(axum::Json(
        security::resend_code(&web.services, &visitor).await?,
    ))
}

/// Type the first code of a way: it counts from then on
///
/// For an app that is the first second way, `mail_code` is checked first and both must be right.
/// Every other session, sign-in under way and "Don't ask again" of the person ends.
#[utoipa::path(
    post, path = "/security/ways/verify", tag = "Security Settings",
    responses(
        (status = 200, body = BackupCodes),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`wrong_code`, `old_code`, `clock_off`, `signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `account_locked`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`setup_over`, also after ten wrong codes"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`method_unavailable`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn verify_way(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<VerifyWay>,
) -> Result<axum::Json<BackupCodes>, Failure> {
    Ok(axum::Json(
        security::verify_way(&web.services, &visitor, &typed).await?,
    ))
}

/// Give a second way up
///
/// Every other session, sign-in under way and "Don't ask again" of the person ends.
#[utoipa::path(
    delete, path = "/security/ways/{id}", tag = "Security Settings", params(("id" = String, Path)),
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `account_locked`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for other people's"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`email_changed`, `last_way`"),
    )
)]
async fn remove_way(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
) -> Result<StatusCode, Failure> {
    security::remove_way(&web.services, &visitor, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make new backup codes
///
/// The set before them counts until one of the new ones was typed back.
#[utoipa::path(
    post, path = "/security/backup-codes", tag = "Security Settings",
    responses(
        (status = 200, body = BackupCodes),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `account_locked`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`method_unavailable`: no second way is set up"),
    )
)]
async fn make_backup_codes(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<axum::Json<BackupCodes>, Failure> {
    Ok(axum::Json(
        security::make_backup_codes(&web.services, &visitor).await?,
    ))
}

/// Type one of the new backup codes back: they count from then on
#[utoipa::path(
    post, path = "/security/backup-codes/confirm", tag = "Security Settings",
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`wrong_code`, `signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `account_locked`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`setup_over`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn confirm_backup_codes(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<ConfirmBackupCodes>,
) -> Result<StatusCode, Failure> {
    security::confirm_backup_codes(&web.services, &visitor, &typed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Choose a new password
///
/// The present one is the proof. Every other session, sign-in under way and "Don't ask again" of the
/// person ends.
#[utoipa::path(
    put, path = "/security/password", tag = "Security Settings",
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`wrong_credentials`, `signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`account_locked`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`password_refused`"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "`wait`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn replace_password(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<ReplacePassword>,
) -> Result<StatusCode, Failure> {
    security::replace_password(&web.services, &visitor, &typed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask a browser for the second proof again
#[utoipa::path(
    delete, path = "/security/browsers/{id}", tag = "Security Settings", params(("id" = String, Path)),
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `account_locked`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for other people's"),
    )
)]
async fn end_browser(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
) -> Result<StatusCode, Failure> {
    security::end_browser(&web.services, &visitor, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let a browser speak for the own user in Amazon Connect no more
#[utoipa::path(
    delete, path = "/security/bindings/{id}", tag = "Security Settings", params(("id" = String, Path)),
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `account_locked`, `forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for other people's"),
    )
)]
async fn end_binding(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
) -> Result<StatusCode, Failure> {
    security::end_binding(&web.services, &visitor, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End a session
#[utoipa::path(
    delete, path = "/security/sessions/{id}", tag = "Security Settings", params(("id" = String, Path)),
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `account_locked`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for other people's"),
    )
)]
async fn end_session(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
) -> Result<StatusCode, Failure> {
    security::end_session(&web.services, &visitor, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End every session but this one
#[utoipa::path(
    delete, path = "/security/sessions", tag = "Security Settings",
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `account_locked`"),
    )
)]
async fn end_other_sessions(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<StatusCode, Failure> {
    security::end_other_sessions(&web.services, &visitor).await?;
    Ok(StatusCode::NO_CONTENT)
}
