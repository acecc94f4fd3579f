//! `sign-in`: the attempt, from the first credential to the session.

use app::wire::{
    AskBrowserLink, ChangePassword, ChooseMethod, ConfirmSetUpCodes, EnterCode, FoundCompany,
    OpenLink, Problem, RenewSetUpCodes, ResendCode, SetUp, SignIn, SignInAnywhere, Step,
    VerifySetUp,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::flows::{self, Cookies, Progress};

use super::{
    Web,
    answer::Failure,
    cookies,
    request::{From, Json, Path},
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(at_company))
        .routes(routes!(anywhere, current, cancel))
        .routes(routes!(code))
        .routes(routes!(resend))
        .routes(routes!(method))
        .routes(routes!(set_up))
        .routes(routes!(verify_set_up))
        .routes(routes!(renew_codes))
        .routes(routes!(confirm_codes))
        .routes(routes!(password))
        .routes(routes!(ask_browser_link))
        .routes(routes!(open_browser_link))
}

type Stepped = Result<(HeaderMap, axum::Json<Step>), Failure>;

/// The step with the cookies that go with it.
pub(super) fn stepped(web: &Web, progress: Progress) -> (HeaderMap, axum::Json<Step>) {
    (held(web, progress.cookies), axum::Json(progress.step))
}

/// Cookies as headers.
pub(super) fn held(web: &Web, cookies: Cookies) -> HeaderMap {
    let mut headers = HeaderMap::new();
    cookies::write(&mut headers, cookies, web.is_secure());
    headers
}

/// Begin with account and password
#[utoipa::path(
    post, path = "/companies/{alias}/sign-in", tag = "Sign-in",
    params(("alias" = String, Path)),
    responses(
        (status = 200, body = Step),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`wrong_credentials`, the same for unknown accounts"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`account_locked`, `account_disabled`, `temporary_password_ended`, `passwords_off`, `cross_site`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`unknown_company`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json", description = "`wait`, `invalid_request`, …"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "`busy`, `unavailable`"),
    )
)]
async fn at_company(
    State(web): State<Web>,
    Path(alias): Path<String>,
    From(visitor): From,
    Json(typed): Json<SignIn>,
) -> Stepped {
    let progress = flows::password::sign_in(&web.services, &visitor, &alias, &typed).await?;
    Ok(stepped(&web, progress))
}

/// Begin with e-mail address and password, without a company
#[utoipa::path(
    post, path = "/sign-in", tag = "Sign-in",
    responses(
        (status = 200, body = Step),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`wrong_credentials`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "`busy`, `unavailable`"),
    )
)]
async fn anywhere(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<SignInAnywhere>,
) -> Stepped {
    let progress = flows::password::sign_in_anywhere(&web.services, &visitor, &typed).await?;
    Ok(stepped(&web, progress))
}

/// The step at which this browser's sign-in is
#[utoipa::path(
    get, path = "/sign-in", tag = "Sign-in",
    responses(
        (status = 200, body = Step),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`attempt_over`"),
    )
)]
async fn current(State(web): State<Web>, From(visitor): From) -> Result<axum::Json<Step>, Failure> {
    Ok(axum::Json(
        flows::sign_in::current(&web.services, &visitor).await?,
    ))
}

/// Give the sign-in up
#[utoipa::path(delete, path = "/sign-in", tag = "Sign-in", responses((status = 204)))]
async fn cancel(
    State(web): State<Web>,
    From(visitor): From,
) -> Result<(HeaderMap, StatusCode), Failure> {
    let cookies = flows::sign_in::cancel(&web.services, &visitor).await?;
    Ok((held(&web, cookies), StatusCode::NO_CONTENT))
}

/// Enter a code
///
/// Digits are compared as a code of the way that the step names, anything with letters as a backup code
/// whatever it names. Wrong ones of all ways are counted together; the fifth locks the account.
#[utoipa::path(
    post, path = "/sign-in/code", tag = "Sign-in",
    responses(
        (status = 200, body = Step, description = "`signed_in`, or `setup` where a second way must be set up first, always after an administrator's backup code"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`: no code at all, or `trust_days` is none of the step's; nothing was counted"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`wrong_code`, `old_code`, `used_code`, `clock_off` (with `clock_off`, in seconds), each with `attempts_left`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`account_locked`; `attempts_left` is 0 for the code that locked"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`attempt_over`, `other_attempt`, `other_step`; nothing was counted"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`method_unavailable`: the company's policy closed the way that was asked; nothing was counted"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn code(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<EnterCode>,
) -> Stepped {
    let progress = flows::second_proof::enter(&web.services, &visitor, &typed).await?;
    Ok(stepped(&web, progress))
}

/// Send a new code by mail, while the step asks for one
#[utoipa::path(
    post, path = "/sign-in/code/resend", tag = "Sign-in",
    responses(
        (status = 200, body = Step),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "`resend_too_early`, with `retry_after`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn resend(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<ResendCode>,
) -> Result<axum::Json<Step>, Failure> {
    Ok(axum::Json(
        flows::second_proof::resend(&web.services, &visitor, &typed.attempt).await?,
    ))
}

/// Choose another way of proving
///
/// Choosing `email` mails a code, unless one that still works was mailed in this sign-in or the limits
/// do not allow it yet; then `resend_after` says when. Choosing another way sends nothing.
#[utoipa::path(
    post, path = "/sign-in/code/method", tag = "Sign-in",
    responses(
        (status = 200, body = Step),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`method_unavailable`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn method(
    State(web): State<Web>,
    From(visitor): From,
    Json(choice): Json<ChooseMethod>,
) -> Result<axum::Json<Step>, Failure> {
    Ok(axum::Json(
        flows::second_proof::choose_method(&web.services, &visitor, &choice).await?,
    ))
}

/// Begin to set up a second way
///
/// `app` makes a new secret in place of an earlier one. `email` counts at once, and only where a mailed
/// code was the proof.
#[utoipa::path(
    post, path = "/sign-in/setup", tag = "Sign-in",
    responses(
        (status = 200, body = Step),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`attempt_over`, `other_attempt`, `other_step`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`method_unavailable`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn set_up(State(web): State<Web>, From(visitor): From, Json(choice): Json<SetUp>) -> Stepped {
    let progress = flows::set_up::choose(&web.services, &visitor, &choice).await?;
    Ok(stepped(&web, progress))
}

/// Check the first code of the app that is being added
///
/// After an administrator's backup code the new app replaces those that were there: their phone is lost.
#[utoipa::path(
    post, path = "/sign-in/setup/verify", tag = "Sign-in",
    responses(
        (status = 200, body = Step, description = "`setup` with ten backup codes, shown this once; `signed_in` for somebody who has some"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`wrong_code`, `clock_off`; neither locks"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`setup_over`: begin again; `attempt_over`, `other_attempt`, `other_step`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`method_unavailable`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn verify_set_up(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<VerifySetUp>,
) -> Stepped {
    let progress = flows::set_up::verify(&web.services, &visitor, &typed).await?;
    Ok(stepped(&web, progress))
}

/// Show new backup codes instead of those that were shown before
#[utoipa::path(
    post, path = "/sign-in/setup/codes", tag = "Sign-in",
    responses(
        (status = 200, body = Step),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`attempt_over`, `other_attempt`, `other_step`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn renew_codes(
    State(web): State<Web>,
    From(visitor): From,
    Json(asked): Json<RenewSetUpCodes>,
) -> Stepped {
    let progress = flows::set_up::renew_codes(&web.services, &visitor, &asked).await?;
    Ok(stepped(&web, progress))
}

/// Type one of the backup codes back: they count, and the sign-in is done
#[utoipa::path(
    post, path = "/sign-in/setup/confirm", tag = "Sign-in",
    responses(
        (status = 200, body = Step),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`wrong_code`, which never locks"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`attempt_over`, `other_attempt`, `other_step`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn confirm_codes(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<ConfirmSetUpCodes>,
) -> Stepped {
    let progress = flows::set_up::confirm_codes(&web.services, &visitor, &typed).await?;
    Ok(stepped(&web, progress))
}

/// Replace a temporary password
#[utoipa::path(
    post, path = "/sign-in/password", tag = "Sign-in",
    responses(
        (status = 200, body = Step),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`password_refused`, with the reason"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn password(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<ChangePassword>,
) -> Stepped {
    let progress = flows::password::change(&web.services, &visitor, &typed).await?;
    Ok(stepped(&web, progress))
}

/// Ask for a mailed link that makes this browser known
#[utoipa::path(
    post, path = "/companies/{alias}/browser-link", tag = "Sign-in",
    params(("alias" = String, Path)),
    responses(
        (status = 204, description = "The same for unknown accounts"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`passwords_off`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`unknown_company`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "`busy`: too many requests wait"),
    )
)]
async fn ask_browser_link(
    State(web): State<Web>,
    Path(alias): Path<String>,
    From(visitor): From,
    Json(typed): Json<AskBrowserLink>,
) -> Result<StatusCode, Failure> {
    flows::browser::ask_link(&web.services, &visitor, &alias, &typed.account).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make this browser known by a mailed link
#[utoipa::path(
    post, path = "/browser-link", tag = "Sign-in",
    responses(
        (status = 200, body = FoundCompany),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "`link_used`, `link_expired`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn open_browser_link(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<OpenLink>,
) -> Result<(HeaderMap, axum::Json<FoundCompany>), Failure> {
    let (company, cookies) =
        flows::browser::open_link(&web.services, &visitor, &typed.token).await?;
    Ok((held(&web, cookies), axum::Json(company)))
}
