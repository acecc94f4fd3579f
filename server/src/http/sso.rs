//! Signing in at outside identity providers: where pages send people, and the document that people come back to. That
//! is a page of the server only, for it must run whatever happened on the way (SECURITY 15).

use std::collections::BTreeMap;

use app::{
    i18n::{Language, locale_for, td_string},
    wire::{
        BeginSso, BeginSsoAnywhere, BeginSsoInvited, Bind, NameProvider, Problem, SecuritySettings,
        SignOutThere, SsoBegun, SsoNews, Step,
    },
};
use axum::{
    Router,
    extract::{Query, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use serde::{Deserialize, de::IgnoredAny};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    flows::{self, Visitor, sso},
    sso::Returned,
};

use super::{
    Web,
    answer::{Failure, see_other},
    language,
    plain::{Escaped, STYLESHEET},
    request::{From, Json, Path},
    sign_in::{held, stepped},
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(at_company))
        .routes(routes!(anywhere))
        .routes(routes!(accept_invitation))
        .routes(routes!(bind))
        .routes(routes!(connect))
        .routes(routes!(remove))
        .routes(routes!(prove))
        .routes(routes!(leave))
}

/// The addresses that providers know.
pub(super) fn documents() -> Router<Web> {
    Router::new()
        .route(sso::CALLBACK, get(callback))
        .route(sso::SIGNED_OUT, get(signed_out))
}

type Sent = Result<(HeaderMap, axum::Json<SsoBegun>), Failure>;

fn sent(web: &Web, begun: sso::Begun) -> (HeaderMap, axum::Json<SsoBegun>) {
    (held(web, begun.cookies), axum::Json(begun.shown))
}

/// Begin to sign in at one of a company's identity providers
///
/// Send a window, or the page, to `url`. What came of it is told by `GET /sign-in`.
#[utoipa::path(
    post, path = "/companies/{alias}/sso", tag = "Single sign-on", params(("alias" = String, Path)),
    responses(
        (status = 200, body = SsoBegun),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`company_closed`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`unknown_company`, `no_single_sign_on`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`attempt_over`, `other_attempt`: `binds` names nothing that waits here"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 502, body = Problem, content_type = "application/problem+json", description = "`sso_failed`; `sso` says why, also `too_many_rounds` until `DELETE /sign-in`"),
    )
)]
async fn at_company(
    State(web): State<Web>,
    Path(alias): Path<String>,
    From(visitor): From,
    Json(asked): Json<BeginSso>,
) -> Sent {
    let begun = sso::at_company(&web.services, &visitor, &alias, &asked).await?;
    Ok(sent(&web, begun))
}

/// Begin to sign in at the identity provider of the company that has an e-mail address's domain
///
/// The answer is the same whether or not anybody has the address.
#[utoipa::path(
    post, path = "/sso", tag = "Single sign-on",
    responses(
        (status = 200, body = SsoBegun),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`company_closed`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`no_single_sign_on`; `regions` names those that know the domain"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 502, body = Problem, content_type = "application/problem+json", description = "`sso_failed`; `sso` says why"),
    )
)]
async fn anywhere(
    State(web): State<Web>,
    From(visitor): From,
    Json(asked): Json<BeginSsoAnywhere>,
) -> Sent {
    match sso::anywhere(&web.services, &visitor, &asked).await {
        Ok(begun) => Ok(sent(&web, begun)),
        Err(error) => Err(with_regions(&web, error, &asked.username).await),
    }
}

/// Adds where else the domain of an address is known.
pub(super) async fn with_regions(web: &Web, error: flows::Error, username: &str) -> Failure {
    let is_unknown = matches!(error, flows::Error::Refused(flows::Refusal::NoSingleSignOn));
    let mut failure: Failure = error.into();
    if is_unknown {
        failure.0.regions = flows::regions::of_address(&web.services, username).await;
    }
    failure
}

/// Begin to accept an invitation at an identity provider
///
/// The link is used up when somebody came back from there, not before.
#[utoipa::path(
    post, path = "/invitations/sso", tag = "Invitations",
    responses(
        (status = 200, body = SsoBegun),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`account_disabled`, `company_closed`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`no_single_sign_on`"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "`link_used`, `link_expired`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 502, body = Problem, content_type = "application/problem+json", description = "`sso_failed`; `sso` says why"),
    )
)]
async fn accept_invitation(
    State(web): State<Web>,
    From(visitor): From,
    Json(asked): Json<BeginSsoInvited>,
) -> Sent {
    let begun = sso::accept_invitation(&web.services, &visitor, &asked).await?;
    Ok(sent(&web, begun))
}

/// Say with account and password whose an outside login is
///
/// Of a provider or of Amazon Connect. Answered as a sign-in with them; the login is bound when the sign-in is complete.
#[utoipa::path(
    post, path = "/sign-in/bind", tag = "Sign-in",
    responses(
        (status = 200, body = Step),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`wrong_credentials`, the same for unknown accounts"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`account_locked`, `account_disabled`, `temporary_password_ended`, `passwords_off`, `company_closed`; `forbidden`: no agent, who has no use for Amazon Connect"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`attempt_over`, `other_attempt`; nothing was counted. `phone_mismatch` with `phone`, `phone_taken`, both with `claimed` and `account`: the Connect user is another account's"),
        (status = "4XX", body = Problem, content_type = "application/problem+json", description = "`wait`, `invalid_request`, …"),
        (status = 502, body = Problem, content_type = "application/problem+json", description = "`sso_failed` with `taken`: it was bound to somebody meanwhile"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "`busy`, `unavailable`"),
    )
)]
async fn bind(
    State(web): State<Web>,
    From(visitor): From,
    Json(typed): Json<Bind>,
) -> Result<(HeaderMap, axum::Json<Step>), Failure> {
    let progress = flows::phone::bind(&web.services, &visitor, &typed).await?;
    Ok(stepped(&web, progress))
}

/// Begin to connect an outside login with the own account
#[utoipa::path(
    post, path = "/security/logins", tag = "Security Settings",
    responses(
        (status = 200, body = SsoBegun),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `account_locked`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`no_single_sign_on`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`nothing_to_do`: one of this provider is connected"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 502, body = Problem, content_type = "application/problem+json", description = "`sso_failed`; `sso` says why"),
    )
)]
async fn connect(
    State(web): State<Web>,
    From(visitor): From,
    Json(named): Json<NameProvider>,
) -> Sent {
    let begun = sso::connect(&web.services, &visitor, &named).await?;
    Ok(sent(&web, begun))
}

/// Remove an outside login from the own account
#[utoipa::path(
    delete, path = "/security/logins/{id}", tag = "Security Settings", params(("id" = String, Path)),
    responses(
        (status = 200, body = SecuritySettings),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`fresh_proof_needed`, `account_locked`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`last_way_in`"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn remove(
    State(web): State<Web>,
    Path(id): Path<String>,
    From(visitor): From,
) -> Result<axum::Json<SecuritySettings>, Failure> {
    Ok(axum::Json(sso::remove(&web.services, &visitor, &id).await?))
}

/// Begin to prove at an identity provider again who is signed in
#[utoipa::path(
    post, path = "/session/proof/sso", tag = "Session",
    responses(
        (status = 200, body = SsoBegun),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`no_single_sign_on`: no login there is connected"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 502, body = Problem, content_type = "application/problem+json", description = "`sso_failed`; `sso` says why"),
    )
)]
async fn prove(
    State(web): State<Web>,
    From(visitor): From,
    Json(named): Json<NameProvider>,
) -> Sent {
    let begun = sso::prove(&web.services, &visitor, &named).await?;
    Ok(sent(&web, begun))
}

/// An empty object: nothing needs to be said.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(try_from = "BTreeMap<String, IgnoredAny>")]
struct Nothing {}

impl TryFrom<BTreeMap<String, IgnoredAny>> for Nothing {
    type Error = &'static str;

    fn try_from(said: BTreeMap<String, IgnoredAny>) -> Result<Self, Self::Error> {
        if said.is_empty() {
            Ok(Self {})
        } else {
            Err("nothing is asked")
        }
    }
}

/// Sign out on this browser, and be told where to sign out at the identity provider as well
#[utoipa::path(
    post, path = "/session/leave", tag = "Session", request_body = Nothing,
    responses(
        (status = 200, body = SignOutThere),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn leave(
    State(web): State<Web>,
    From(visitor): From,
    Json(Nothing {}): Json<Nothing>,
) -> Result<(HeaderMap, axum::Json<SignOutThere>), Failure> {
    let (there, cookies) = sso::leave(&web.services, &visitor).await?;
    Ok((held(&web, cookies), axum::Json(there)))
}

/// What a provider adds to the address. Whatever else it adds is not looked at.
#[derive(Default, Deserialize)]
struct Answer {
    state: Option<String>,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

async fn callback(
    State(web): State<Web>,
    From(visitor): From,
    request: Request,
) -> Result<Response, Failure> {
    if request.method() == Method::HEAD {
        // Whoever only looks uses nothing up.
        return Ok(StatusCode::OK.into_response());
    }
    let words = Words::for_reader(&visitor, request.headers());
    let answer = read(request.uri());
    let came_back = Returned {
        code: answer.code,
        iss: answer.iss,
        error: answer.error,
        error_description: answer.error_description,
    };
    // A task of its own: a window that is closed too early does not undo what came back.
    let services = web.services.clone();
    let handled = tokio::spawn(async move {
        sso::returned(&services, &visitor, answer.state.as_deref(), &came_back).await
    });
    let arrived = handled
        .await
        .map_err(|e| flows::Fault::Broken(format!("a way back from a provider: {e}")))
        .map_err(flows::Error::from)??;
    web.services.mailer.wake();
    let nonce = web.services.entropy.token();
    let document = words.back(&arrived, &nonce);
    Ok((
        held(&web, arrived.cookies),
        back_headers(&nonce),
        Html(document),
    )
        .into_response())
}

/// An address that says something twice, or in no letters, says nothing.
fn read(uri: &Uri) -> Answer {
    Query::<Answer>::try_from_uri(uri)
        .map(|Query(answer)| answer)
        .unwrap_or_default()
}

/// The window may talk to nobody but pages of this server, and whoever opened it stays reachable.
fn back_headers(nonce: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("unsafe-none"),
    );
    // The address holds what came from the provider; no other page gets to see it.
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    headers
}

/// For a document that runs nothing and shows but itself.
pub(super) fn onward_headers() -> [(HeaderName, HeaderValue); 1] {
    let policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    [(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(policy),
    )]
}

/// The words of the documents here, in their reader's language.
pub(super) struct Words(app::i18n::Locale);

/// Tells the page that waits behind the window, and goes on itself where none answers.
const SCRIPT: &str = r##"const link = document.querySelector("a");
const path = link.getAttribute("href");
const go = setTimeout(() => location.replace(path), 400);
const channel = new BroadcastChannel("callgate-sign-in");
channel.onmessage = (heard) => {
  if (heard.data !== "seen") return;
  clearTimeout(go);
  document.querySelector("h1").hidden = true;
  document.querySelector("#seen").hidden = false;
  window.close();
};
channel.postMessage(document.currentScript.dataset.news);"##;

impl Words {
    pub(super) fn for_reader(visitor: &Visitor, headers: &HeaderMap) -> Self {
        let chosen = visitor.language.clone();
        let language = chosen.or_else(|| language::accepted(headers));
        Self(locale_for(language.as_deref().unwrap_or("en")))
    }

    /// The document that people come back to.
    fn back(&self, arrived: &sso::Arrived, nonce: &str) -> String {
        let l = self.0;
        let path = Escaped(&arrived.path);
        let news = SsoNews {
            path: arrived.path.clone(),
        };
        let news = serde_json::to_string(&news).unwrap_or_default();
        let seen = if arrived.is_well {
            td_string!(l, sso.signed_in)
        } else {
            td_string!(l, sso.ended)
        };
        let body = format!(
            "<main><h1>Callgate</h1><p id=\"seen\" role=\"status\" hidden>{}</p><p><a href=\"{path}\">{}</a></p></main>\
             <script nonce=\"{nonce}\" data-news=\"{}\">{SCRIPT}</script>",
            Escaped(seen),
            Escaped(td_string!(l, sso.go_on)),
            Escaped(&news),
        );
        let refresh =
            format!("<noscript><meta http-equiv=\"refresh\" content=\"2;url={path}\"></noscript>");
        self.document("Callgate", &refresh, &body)
    }

    /// The document that sends a browser without scripts on to a provider.
    pub(super) fn onward(&self, begun: &SsoBegun) -> String {
        let l = self.0;
        let url = Escaped(&begun.url);
        let going = td_string!(l, sso.going_there, name = &begun.name).to_string();
        let refresh = format!("<meta http-equiv=\"refresh\" content=\"0;url={url}\">");
        let body = format!(
            "<main><h1>{}</h1><p><a href=\"{url}\">{}</a></p></main>",
            Escaped(&going),
            Escaped(td_string!(l, sso.go_on)),
        );
        self.document(&going, &refresh, &body)
    }

    fn document(&self, title: &str, head: &str, body: &str) -> String {
        format!(
            "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">{head}\
             <title>{}</title><link rel=\"stylesheet\" href=\"{STYLESHEET}\"></head><body>{body}</body></html>",
            self.0.as_str(),
            Escaped(title)
        )
    }
}

#[derive(Deserialize)]
struct SignedOut {
    #[serde(default)]
    state: String,
}

/// Back from signing out at a provider: the company's page, if it names one.
async fn signed_out(uri: Uri) -> impl IntoResponse {
    let alias = Query::<SignedOut>::try_from_uri(&uri)
        .map(|Query(query)| query.state)
        .unwrap_or_default();
    if crate::domain::alias::check_alias(&alias).is_ok() {
        see_other(&format!("/{alias}?notice=signed_out"))
    } else {
        see_other("/")
    }
}
