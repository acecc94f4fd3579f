//! `phone/sign-in`: *Secure Login*, by what a browser says of Amazon Connect, and proving once whose that is. With account
//! and password that is `sign-in/bind`, at a provider `companies/{alias}/sso` with `binds`.

use app::wire::{
    AskToJoin, EnterBindCode, MailBindCode, OpenLink, PhoneInvited, PhoneSignIn, Problem, Step,
};
use axum::{extract::State, http::HeaderMap};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::flows::phone;

use super::{
    Web,
    answer::Failure,
    request::{From, Json, Path},
    sign_in::{held, stepped},
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(sign_in))
        .routes(routes!(mail))
        .routes(routes!(enter))
        .routes(routes!(join))
        .routes(routes!(accept))
}

type Stepped = Result<(HeaderMap, axum::Json<Step>), Failure>;

/// Begin with a user in Amazon Connect
///
/// On a browser on which it was proven whose the user is, that is a first credential: `signed_in` lands at the summary,
/// `code` asks for a second proof. Everywhere else it is `bind`, the same for every user, known or not.
#[utoipa::path(
    post, path = "/companies/{alias}/phone/sign-in", tag = "Amazon Connect", params(("alias" = String, Path)),
    responses(
        (status = 200, body = Step),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`account_locked`, `company_closed`, `cross_site`; `forbidden` for an invited person who is no agent any more"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`unknown_company`; `not_found` for a company without Amazon Connect"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`phone_mismatch` with `phone`, `phone_taken`, both with `claimed` and `account`: of an invited person; `attempt_over`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn sign_in(
    State(web): State<Web>,
    Path(alias): Path<String>,
    From(visitor): From,
    Json(claimed): Json<PhoneSignIn>,
) -> Stepped {
    let progress = phone::sign_in(&web.services, &visitor, &alias, &claimed).await?;
    Ok(stepped(&web, progress))
}

/// Ask for a mailed code that proves whose a Connect user is
///
/// Where the company has no passwords. The answer is the same whether or not anybody has the account.
#[utoipa::path(
    post, path = "/sign-in/bind/mail", tag = "Amazon Connect",
    responses(
        (status = 200, body = Step),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`company_closed`, `cross_site`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`attempt_over`, `other_attempt`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`method_unavailable`: the company has passwords"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "`resend_too_early`, with `retry_after`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "`busy`: too many requests wait; `unavailable`"),
    )
)]
async fn mail(
    State(web): State<Web>,
    From(visitor): From,
    Json(asked): Json<MailBindCode>,
) -> Result<axum::Json<Step>, Failure> {
    Ok(axum::Json(
        phone::mail(&web.services, &visitor, &asked).await?,
    ))
}

/// Enter the mailed code
///
/// Wrong ones lock nobody: the fifth ends this (`attempts_left` is 0), and *Secure Login* begins anew.
#[utoipa::path(
    post, path = "/sign-in/bind/code", tag = "Amazon Connect",
    responses(
        (status = 200, body = Step),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`wrong_code`, with `attempts_left`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`account_locked`, `account_disabled`, `company_closed`, `forbidden`: no agent"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`attempt_over`, `other_attempt`; `other_step`: no code was asked for; `phone_mismatch` with `phone`, `phone_taken`, both with `claimed` and `account`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`method_unavailable`: the company has passwords"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "`wait`: too many wrong codes for this account"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn enter(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<EnterBindCode>,
) -> Stepped {
    let progress = phone::enter(&web.services, &visitor, &typed).await?;
    Ok(stepped(&web, progress))
}

/// Ask for an account
///
/// Once for each Connect user; an administrator decides.
#[utoipa::path(
    post, path = "/sign-in/bind/join", tag = "Amazon Connect",
    responses(
        (status = 200, body = Step),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`company_closed`, `cross_site`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`attempt_over`, `other_attempt`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "`busy`: too many ask; `unavailable`"),
    )
)]
async fn join(
    State(web): State<Web>,
    From(visitor): From,
    Json(asked): Json<AskToJoin>,
) -> Result<axum::Json<Step>, Failure> {
    Ok(axum::Json(
        phone::ask(&web.services, &visitor, &asked).await?,
    ))
}

/// Accept an invitation with Amazon Connect
///
/// Where the company has no passwords. The link is used up, and the next *Secure Login* of this browser is the
/// person's, without another proof.
#[utoipa::path(
    post, path = "/invitations/phone", tag = "Invitations",
    responses(
        (status = 200, body = PhoneInvited),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`account_disabled`, `company_closed`, `cross_site`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`: the company has passwords or no Amazon Connect, or the person is no agent"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "`link_used`, `link_expired`; `link` says what became of it"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn accept(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<OpenLink>,
) -> Result<(HeaderMap, axum::Json<PhoneInvited>), Failure> {
    let (invited, cookies) = phone::accept(&web.services, &visitor, &typed.token).await?;
    Ok((held(&web, cookies), axum::Json(invited)))
}
