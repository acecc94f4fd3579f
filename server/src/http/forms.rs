//! The same flows for pages without scripts: forms posted as `application/x-www-form-urlencoded`,
//! answered with a 303, or with the page again and what went wrong. Passwords and codes are never
//! written back into a page.

use app::{
    context::Flash,
    wire::{
        AcceptInvitation, BeginSso, BeginSsoAnywhere, BeginSsoInvited, Bind, ChangePassword,
        ChooseMethod, EnterCode, Method, NewCompany, ProblemCode, ProviderKind, ResetPassword,
        SignIn, SignInAnywhere, Workplace,
    },
};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{MethodRouter, post},
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    domain::second_factor,
    flows::{self, Progress, Visitor},
};

use super::{
    Web,
    answer::{Failure, see_other},
    pages,
    request::{From, Path, read_body},
    sign_in::held,
    sso::{Words, onward_headers, with_regions},
};

pub(super) fn routes() -> Router<Web> {
    /// What is posted is a form; what is got at the same address is the page.
    fn form(posted: MethodRouter<Web>) -> MethodRouter<Web> {
        posted.get(pages::show)
    }
    Router::new()
        .route("/", form(post(anywhere)))
        .route("/invitation", form(post(invitation)))
        .route("/onboarding", form(post(onboarding)))
        .route("/reset-password", form(post(reset_password)))
        .route("/confirm-email", form(post(confirm_email)))
        .route("/{alias}", form(post(at_company)))
        .route("/sso", form(post(sso_anywhere)))
        .route("/{alias}/sso", form(post(sso_at_company)))
        .route("/{alias}/bind", form(post(bind)))
        .route("/{alias}/code", form(post(code)))
        .route("/{alias}/change-password", form(post(change_password)))
        .route("/{alias}/browser-link", form(post(browser_link)))
        .route("/{alias}/forgot-password", form(post(forgot_password)))
        .route("/{alias}/workplace", form(post(workplace)))
        .route("/{alias}/sign-out", form(post(sign_out)))
        .route(
            "/{alias}/sign-out-everywhere",
            form(post(sign_out_everywhere)),
        )
}

/// A form's fields and the request around them, so that its page can be shown again.
struct Posted<T> {
    fields: T,
    request: Request,
}

/// Reads a form. What is no form of ours is answered as a problem: no page of ours posts such.
async fn read<T: DeserializeOwned>(request: Request) -> Result<Posted<T>, Failure> {
    let (parts, body) = request.into_parts();
    let is_form = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| {
        kind.as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    });
    if !is_form {
        return Err(Failure::of(ProblemCode::UnsupportedMediaType));
    }
    let bytes = read_body(body).await?;
    // Through the query reader of axum, which reads the same format.
    let text = String::from_utf8(bytes).map_err(|_| Failure::of(ProblemCode::InvalidRequest))?;
    let fields = decode(&text)?;
    Ok(Posted {
        fields,
        request: Request::from_parts(parts, axum::body::Body::empty()),
    })
}

fn decode<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    let uri = format!("/?{text}")
        .parse()
        .map_err(|_| Failure::of(ProblemCode::InvalidRequest))?;
    axum::extract::Query::try_from_uri(&uri)
        .map(|axum::extract::Query(fields)| fields)
        .map_err(|_| Failure::of(ProblemCode::InvalidRequest))
}

/// Goes on to the page of the step that was reached.
fn go_on(web: &Web, progress: Progress) -> Response {
    let to = flows::sign_in::page_of(&progress.step);
    (held(web, progress.cookies), see_other(&to)).into_response()
}

/// Shows the form's page again with what went wrong, and what was typed where that is no secret. What nobody can cure
/// by typing has a page of its own.
async fn again(
    web: &Web,
    visitor: &Visitor,
    request: Request,
    failure: Failure,
    typed: Option<String>,
) -> Response {
    if let Some(stopped) = failure.0.stopped() {
        return see_other(&stopped).into_response();
    }
    pages::render(
        web,
        visitor,
        request,
        Some(Flash {
            problem: *failure.0,
            typed,
        }),
    )
    .await
}

#[derive(Deserialize)]
struct AnywhereForm {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
}

async fn anywhere(
    State(web): State<Web>,
    From(visitor): From,
    request: Request,
) -> Result<Response, Failure> {
    let Posted { fields, request } = read::<AnywhereForm>(request).await?;
    let typed = SignInAnywhere {
        username: fields.username.clone(),
        password: fields.password,
    };
    match flows::password::sign_in_anywhere(&web.services, &visitor, &typed).await {
        Ok(progress) => Ok(go_on(&web, progress)),
        Err(error) => {
            let mut failure: Failure = error.into();
            if failure.0.code == ProblemCode::WrongCredentials {
                // As the page does with scripts: of the domain, after the answer, for known and unknown people alike.
                failure.0.regions =
                    flows::regions::of_address(&web.services, &fields.username).await;
            }
            Ok(again(&web, &visitor, request, failure, Some(fields.username)).await)
        }
    }
}

#[derive(Deserialize)]
struct CompanyForm {
    #[serde(default)]
    account: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: Option<String>,
}

#[derive(Deserialize)]
struct NextQuery {
    #[serde(default)]
    next: Option<String>,
}

async fn at_company(
    State(web): State<Web>,
    Path(alias): Path<String>,
    From(visitor): From,
    request: Request,
) -> Result<Response, Failure> {
    let Posted { fields, request } = read::<CompanyForm>(request).await?;
    let wished = axum::extract::Query::<NextQuery>::try_from_uri(request.uri()).ok();
    let next = fields
        .next
        .or_else(|| wished.and_then(|axum::extract::Query(query)| query.next));
    let typed = SignIn {
        account: fields.account.clone(),
        password: fields.password,
        next,
    };
    match flows::password::sign_in(&web.services, &visitor, &alias, &typed).await {
        Ok(progress) => Ok(go_on(&web, progress)),
        Err(error) => Ok(again(&web, &visitor, request, error.into(), Some(fields.account)).await),
    }
}

/// Sends a browser on to a provider: by a document, for a form's answer may not lead to another site.
fn onward(web: &Web, visitor: &Visitor, headers: &HeaderMap, begun: flows::sso::Begun) -> Response {
    let document = Words::for_reader(visitor, headers).onward(&begun.shown);
    (held(web, begun.cookies), onward_headers(), Html(document)).into_response()
}

#[derive(Deserialize)]
struct SsoForm {
    provider: ProviderKind,
    #[serde(default)]
    next: Option<String>,
    #[serde(default)]
    choose: Option<String>,
}

async fn sso_at_company(
    State(web): State<Web>,
    Path(alias): Path<String>,
    From(visitor): From,
    request: Request,
) -> Result<Response, Failure> {
    let Posted { fields, request } = read::<SsoForm>(request).await?;
    let asked = BeginSso {
        binds: None,
        provider: fields.provider,
        next: fields.next,
        choose: fields.choose.is_some(),
    };
    match flows::sso::at_company(&web.services, &visitor, &alias, &asked).await {
        Ok(begun) => Ok(onward(&web, &visitor, request.headers(), begun)),
        Err(error) => Ok(again(&web, &visitor, request, error.into(), None).await),
    }
}

#[derive(Deserialize)]
struct SsoAnywhereForm {
    #[serde(default)]
    username: String,
}

async fn sso_anywhere(
    State(web): State<Web>,
    From(visitor): From,
    request: Request,
) -> Result<Response, Failure> {
    let Posted { fields, request } = read::<SsoAnywhereForm>(request).await?;
    let asked = BeginSsoAnywhere {
        username: fields.username,
    };
    match flows::sso::anywhere(&web.services, &visitor, &asked).await {
        Ok(begun) => Ok(onward(&web, &visitor, request.headers(), begun)),
        Err(error) => {
            let failure = with_regions(&web, error, &asked.username).await;
            Ok(again(&web, &visitor, request, failure, Some(asked.username)).await)
        }
    }
}

#[derive(Deserialize)]
struct BindForm {
    #[serde(default)]
    attempt: String,
    #[serde(default)]
    account: String,
    #[serde(default)]
    password: String,
    /// `cancel` gives it up.
    #[serde(default)]
    action: String,
}

async fn bind(
    State(web): State<Web>,
    Path(alias): Path<String>,
    From(visitor): From,
    request: Request,
) -> Result<Response, Failure> {
    let Posted { fields, request } = read::<BindForm>(request).await?;
    if fields.action == "cancel" {
        let cookies = flows::sign_in::cancel(&web.services, &visitor).await?;
        return Ok((held(&web, cookies), see_other(&format!("/{alias}"))).into_response());
    }
    let typed = Bind {
        attempt: fields.attempt,
        account: fields.account.clone(),
        password: fields.password,
    };
    match flows::phone::bind(&web.services, &visitor, &typed).await {
        Ok(progress) => Ok(go_on(&web, progress)),
        Err(error) => Ok(again(&web, &visitor, request, error.into(), Some(fields.account)).await),
    }
}

#[derive(Deserialize)]
#[serde(try_from = "Vec<(String, String)>")]
struct CodeForm {
    attempt: String,
    code: String,
    action: CodeAction,
    /// None: ask again.
    trust_days: Option<u16>,
}

impl TryFrom<Vec<(String, String)>> for CodeForm {
    type Error = &'static str;

    fn try_from(fields: Vec<(String, String)>) -> Result<Self, Self::Error> {
        let value = |name| fields.iter().find(|(key, _)| key == name);
        let text = |name| value(name).map_or("", |(_, value)| value.as_str());
        // Without scripts nobody unticks one box for another: the shortest time counts.
        let ticked = fields
            .iter()
            .filter(|(key, days)| key == "trust_days" && !days.is_empty())
            .map(|(_, days)| days.parse::<u16>());
        let ticked: Vec<u16> = ticked
            .collect::<Result<_, _>>()
            .map_err(|_| "days are a number")?;
        Ok(Self {
            attempt: value("attempt").ok_or("no attempt")?.1.clone(),
            code: text("code").to_owned(),
            action: CodeAction::named(text("action")).ok_or("no action of this form")?,
            trust_days: ticked.into_iter().min(),
        })
    }
}

/// What the pressed button stands for; a form without one is the code field's own *Enter*.
enum CodeAction {
    Verify,
    Resend,
    Cancel,
    /// `method:app` and so on.
    Turn(Method),
}

impl CodeAction {
    fn named(action: &str) -> Option<Self> {
        match action {
            "" | "verify" => Some(Self::Verify),
            "resend" => Some(Self::Resend),
            "cancel" => Some(Self::Cancel),
            other => other
                .strip_prefix("method:")
                .and_then(second_factor::named)
                .map(Self::Turn),
        }
    }
}

async fn code(
    State(web): State<Web>,
    Path(alias): Path<String>,
    From(visitor): From,
    request: Request,
) -> Result<Response, Failure> {
    let Posted { fields, request } = read::<CodeForm>(request).await?;
    let shown_again = || see_other(&format!("/{alias}/code")).into_response();
    let outcome = match fields.action {
        CodeAction::Cancel => {
            let cookies = flows::sign_in::cancel(&web.services, &visitor).await?;
            return Ok((held(&web, cookies), see_other(&format!("/{alias}"))).into_response());
        }
        CodeAction::Resend => flows::second_proof::resend(&web.services, &visitor, &fields.attempt)
            .await
            .map(|_| shown_again()),
        CodeAction::Turn(method) => {
            let choice = ChooseMethod {
                attempt: fields.attempt,
                method,
            };
            flows::second_proof::choose_method(&web.services, &visitor, &choice)
                .await
                .map(|_| shown_again())
        }
        CodeAction::Verify => {
            let typed = EnterCode {
                attempt: fields.attempt,
                code: fields.code,
                trust_days: fields.trust_days,
            };
            flows::second_proof::enter(&web.services, &visitor, &typed)
                .await
                .map(|progress| go_on(&web, progress))
        }
    };
    match outcome {
        Ok(answer) => Ok(answer),
        Err(error) => Ok(again(&web, &visitor, request, error.into(), None).await),
    }
}

#[derive(Deserialize)]
struct PasswordForm {
    attempt: String,
    #[serde(default)]
    password: String,
}

async fn change_password(
    State(web): State<Web>,
    From(visitor): From,
    request: Request,
) -> Result<Response, Failure> {
    let Posted { fields, request } = read::<PasswordForm>(request).await?;
    let typed = ChangePassword {
        attempt: fields.attempt,
        password: fields.password,
    };
    match flows::password::change(&web.services, &visitor, &typed).await {
        Ok(progress) => Ok(go_on(&web, progress)),
        Err(error) => Ok(again(&web, &visitor, request, error.into(), None).await),
    }
}

/// A link's secret and the password that is chosen with it.
#[derive(Deserialize)]
struct LinkForm {
    #[serde(default)]
    token: String,
    #[serde(default)]
    password: String,
}

/// The page of an invitation has one form at a time: for the password, or for another link.
#[derive(Deserialize)]
struct InvitationForm {
    #[serde(default)]
    token: String,
    #[serde(default)]
    password: String,
    /// `ask` for another link; `sso:google` and so on to accept it there.
    #[serde(default)]
    action: String,
}

async fn invitation(
    State(web): State<Web>,
    From(visitor): From,
    request: Request,
) -> Result<Response, Failure> {
    let Posted { fields, request } = read::<InvitationForm>(request).await?;
    if fields.action == "ask" {
        return match flows::invitation::ask(&web.services, &visitor, &fields.token).await {
            Ok(()) => {
                let token: String =
                    url::form_urlencoded::byte_serialize(fields.token.as_bytes()).collect();
                // No address is longer than a link of ours.
                let token = if token.len() > 200 { "" } else { &token };
                Ok(see_other(&format!("/invitation?token={token}&asked=1")).into_response())
            }
            Err(error) => Ok(again(&web, &visitor, request, error.into(), None).await),
        };
    }
    if let Some(kind) = fields.action.strip_prefix("sso:") {
        let provider = serde_json::from_value(kind.into())
            .map_err(|_| Failure::of(ProblemCode::InvalidRequest))?;
        let asked = BeginSsoInvited {
            token: fields.token,
            provider,
        };
        return match flows::sso::accept_invitation(&web.services, &visitor, &asked).await {
            Ok(begun) => Ok(onward(&web, &visitor, request.headers(), begun)),
            Err(error) => Ok(again(&web, &visitor, request, error.into(), None).await),
        };
    }
    let typed = AcceptInvitation {
        token: fields.token,
        password: fields.password,
    };
    match flows::invitation::accept(&web.services, &visitor, &typed).await {
        Ok(progress) => Ok(go_on(&web, progress)),
        Err(error) => Ok(again(&web, &visitor, request, error.into(), None).await),
    }
}

async fn confirm_email(
    State(web): State<Web>,
    From(visitor): From,
    request: Request,
) -> Result<Response, Failure> {
    let Posted { fields, request } = read::<LinkForm>(request).await?;
    match flows::people::confirm_email(&web.services, &visitor, &fields.token).await {
        Ok(()) => Ok(see_other("/confirm-email?done=1").into_response()),
        Err(error) => Ok(again(&web, &visitor, request, error.into(), None).await),
    }
}

/// Asking for the link names an account; opening it carries its secret.
#[derive(Deserialize)]
struct BrowserLinkForm {
    #[serde(default)]
    account: Option<String>,
    #[serde(default)]
    token: Option<String>,
}

async fn browser_link(
    State(web): State<Web>,
    Path(alias): Path<String>,
    From(visitor): From,
    request: Request,
) -> Result<Response, Failure> {
    let Posted { fields, request } = read::<BrowserLinkForm>(request).await?;
    if let Some(token) = fields.token {
        return match flows::browser::open_link(&web.services, &visitor, &token).await {
            Ok((company, cookies)) => {
                let to = format!("/{}?notice=known", company.alias);
                Ok((held(&web, cookies), see_other(&to)).into_response())
            }
            Err(error) => Ok(again(&web, &visitor, request, error.into(), None).await),
        };
    }
    let account = fields.account.unwrap_or_default();
    match flows::browser::ask_link(&web.services, &visitor, &alias, &account).await {
        Ok(()) => Ok(see_other(&format!("/{alias}/browser-link?sent=1")).into_response()),
        Err(error) => Ok(again(&web, &visitor, request, error.into(), Some(account)).await),
    }
}

#[derive(Deserialize)]
struct ForgotForm {
    #[serde(default)]
    account: String,
}

async fn forgot_password(
    State(web): State<Web>,
    Path(alias): Path<String>,
    From(visitor): From,
    request: Request,
) -> Result<Response, Failure> {
    let Posted { fields, request } = read::<ForgotForm>(request).await?;
    match flows::recovery::ask(&web.services, &visitor, &alias, &fields.account).await {
        Ok(()) => Ok(see_other(&format!("/{alias}/forgot-password?sent=1")).into_response()),
        Err(error) => Ok(again(&web, &visitor, request, error.into(), Some(fields.account)).await),
    }
}

async fn reset_password(
    State(web): State<Web>,
    From(visitor): From,
    request: Request,
) -> Result<Response, Failure> {
    let Posted { fields, request } = read::<LinkForm>(request).await?;
    let typed = ResetPassword {
        token: fields.token,
        password: fields.password,
    };
    match flows::recovery::reset(&web.services, &visitor, &typed).await {
        Ok(stored) => Ok(see_other(&app::sign_in::after_reset(&stored)).into_response()),
        Err(error) => Ok(again(&web, &visitor, request, error.into(), None).await),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CompanyDraftForm {
    name: String,
    alias: String,
    region: String,
    language: String,
    time_zone: String,
    amazon_connect: String,
    admin_name: String,
    admin_email: String,
}

async fn onboarding(
    State(web): State<Web>,
    From(visitor): From,
    request: Request,
) -> Result<Response, Failure> {
    let Posted { fields, request } = read::<CompanyDraftForm>(request).await?;
    let some = |text: String| Some(text).filter(|text| !text.trim().is_empty());
    let typed = NewCompany {
        name: fields.name,
        alias: fields.alias,
        region: some(fields.region),
        language: fields.language,
        time_zone: fields.time_zone,
        amazon_connect: some(fields.amazon_connect),
        admin_name: fields.admin_name,
        admin_email: fields.admin_email,
    };
    match flows::onboarding::create(&web.services, &visitor, &typed).await {
        Ok(founded) => {
            let to = format!("/onboarding?created={}", founded.alias);
            Ok(see_other(&to).into_response())
        }
        Err(error) => {
            let typed = serde_json::to_string(&typed).ok();
            Ok(again(&web, &visitor, request, error.into(), typed).await)
        }
    }
}

#[derive(Deserialize)]
struct WorkplaceForm {
    workplace: Workplace,
}

async fn workplace(
    State(web): State<Web>,
    Path(alias): Path<String>,
    From(visitor): From,
    request: Request,
) -> Result<Response, Failure> {
    let Posted { fields, .. } = read::<WorkplaceForm>(request).await?;
    flows::session::choose_workplace(&web.services, &visitor, fields.workplace).await?;
    let place = crate::domain::landing::path(&alias, fields.workplace);
    Ok(see_other(&place).into_response())
}

async fn sign_out(
    State(web): State<Web>,
    Path(alias): Path<String>,
    From(visitor): From,
) -> Result<(HeaderMap, Redirect), Failure> {
    let cookies = flows::session::sign_out(&web.services, &visitor).await?;
    Ok((
        held(&web, cookies),
        see_other(&format!("/{alias}?notice=signed_out")),
    ))
}

async fn sign_out_everywhere(
    State(web): State<Web>,
    Path(alias): Path<String>,
    From(visitor): From,
) -> Result<(HeaderMap, Redirect), Failure> {
    let cookies = flows::session::sign_out_everywhere(&web.services, &visitor).await?;
    Ok((
        held(&web, cookies),
        see_other(&format!("/{alias}?notice=signed_out")),
    ))
}
