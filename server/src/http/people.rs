//! `users`, changed: added, edited, disabled, deleted and brought back. Everything but the confirmation of an address
//! needs the role, and knows one company only.

use app::wire::{
    AddPeople, BulkAction, BulkOutcome, BulkSkip, EditUser, HelpReason, NewUser, OpenLink,
    PeopleFates, Problem, UserDetail,
};
use axum::{extract::State, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::flows::people;

use super::{
    Web,
    answer::Failure,
    request::{From, Json, Path},
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(preview))
        .routes(routes!(add))
        .routes(routes!(bulk))
        .routes(routes!(confirm_email))
        .routes(routes!(edit, delete))
        .routes(routes!(disable))
        .routes(routes!(enable))
        .routes(routes!(restore))
        .routes(routes!(end_sessions))
}

/// Add a person, and send the invitation if wanted
#[utoipa::path(
    post, path = "/users", tag = "Users",
    responses(
        (status = 201, body = UserDetail),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`, also for a role that the administrator does not hold"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`: no presence reason list of this company"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`username_taken`, `email_taken`"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "`busy`: too many passwords are being made up"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn create(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<NewUser>,
) -> Result<(StatusCode, axum::Json<UserDetail>), Failure> {
    let made = people::create(&web.services, &visitor, &typed).await?;
    Ok((StatusCode::CREATED, axum::Json(made)))
}

/// Change a person; 409 when somebody else has done so since they were read
#[utoipa::path(
    put, path = "/users/{id}", tag = "Users", params(("id" = String, Path)),
    responses(
        (status = 200, body = UserDetail),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed` for roles, address and single sign-on, `forbidden` for a role that the administrator does not hold"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for people and lists of other companies"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`changed_meanwhile`, `username_taken`, `email_taken`, `last_admin`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn edit(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
    Json(typed): Json<EditUser>,
) -> Result<axum::Json<UserDetail>, Failure> {
    Ok(axum::Json(
        people::edit(&web.services, &visitor, &id, &typed).await?,
    ))
}

/// Delete a person; undone by restoring within thirty days
#[utoipa::path(
    delete, path = "/users/{id}", tag = "Users", params(("id" = String, Path)),
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for people of other companies"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`last_admin`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn delete(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
) -> Result<StatusCode, Failure> {
    people::delete(&web.services, &visitor, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Switch a person's account off and sign them out
#[utoipa::path(
    post, path = "/users/{id}/disable", tag = "Users", params(("id" = String, Path)),
    responses(
        (status = 200, body = UserDetail),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for people of other companies"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`last_admin`, `nothing_to_do`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`reason_missing`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn disable(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
    Json(typed): Json<HelpReason>,
) -> Result<axum::Json<UserDetail>, Failure> {
    Ok(axum::Json(
        people::disable(&web.services, &visitor, &id, &typed).await?,
    ))
}

/// Switch a person's account on again
#[utoipa::path(
    post, path = "/users/{id}/enable", tag = "Users", params(("id" = String, Path)),
    responses(
        (status = 200, body = UserDetail),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for people of other companies"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`nothing_to_do`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn enable(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
) -> Result<axum::Json<UserDetail>, Failure> {
    Ok(axum::Json(
        people::enable(&web.services, &visitor, &id).await?,
    ))
}

/// Undo a deletion
#[utoipa::path(
    post, path = "/users/{id}/restore", tag = "Users", params(("id" = String, Path)),
    responses(
        (status = 200, body = UserDetail),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for whoever is not deleted, or was too long ago"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`username_taken`, `email_taken`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn restore(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
) -> Result<axum::Json<UserDetail>, Failure> {
    Ok(axum::Json(
        people::restore(&web.services, &visitor, &id).await?,
    ))
}

/// Sign a person out everywhere
///
/// Browsers that speak for the person's Connect user do so no more: the next *Secure Login* there asks for a proof again.
#[utoipa::path(
    post, path = "/users/{id}/end-sessions", tag = "Users", params(("id" = String, Path)),
    responses(
        (status = 200, body = UserDetail),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`, also for people of other companies"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`nothing_to_do`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn end_sessions(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
) -> Result<axum::Json<UserDetail>, Failure> {
    Ok(axum::Json(
        people::end_sessions(&web.services, &visitor, &id).await?,
    ))
}

/// What would become of pasted rows of people; nothing is saved
#[utoipa::path(
    post, path = "/users/preview", tag = "Users",
    responses(
        (status = 200, body = PeopleFates),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`: no presence reason list of this company"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn preview(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<AddPeople>,
) -> Result<axum::Json<PeopleFates>, Failure> {
    Ok(axum::Json(
        people::preview(&web.services, &visitor, &typed).await?,
    ))
}

/// Add everybody whose pasted row is in order
#[utoipa::path(
    post, path = "/users/add", tag = "Users",
    responses(
        (status = 200, body = PeopleFates),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`: no presence reason list of this company"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "`busy`: too many passwords are being made up"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn add(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<AddPeople>,
) -> Result<axum::Json<PeopleFates>, Failure> {
    Ok(axum::Json(
        people::add(&web.services, &visitor, &typed).await?,
    ))
}

/// Do the same to several people; those to whom it does not apply are skipped
#[utoipa::path(
    post, path = "/users/bulk", tag = "Users",
    responses(
        (status = 200, body = BulkOutcome),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `forbidden`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`: no presence reason list of this company"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`reason_missing`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn bulk(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<BulkAction>,
) -> Result<axum::Json<BulkOutcome>, Failure> {
    let outcome = people::bulk(&web.services, &visitor, &typed).await?;
    Ok(axum::Json(BulkOutcome {
        done: outcome.done,
        skipped: outcome
            .skipped
            .into_iter()
            .map(|skipped| BulkSkip {
                id: skipped.id,
                name: skipped.name,
                code: Failure::from(skipped.refusal).0.code,
            })
            .collect(),
    }))
}

/// Make a changed address count, by the link that was mailed to it
#[utoipa::path(
    post, path = "/users/confirm-email", tag = "Users",
    responses(
        (status = 204),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`account_disabled`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`email_taken`"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "`link_used`, `link_expired`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn confirm_email(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<OpenLink>,
) -> Result<StatusCode, Failure> {
    people::confirm_email(&web.services, &visitor, &typed.token).await?;
    Ok(StatusCode::NO_CONTENT)
}
