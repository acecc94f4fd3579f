//! An identity provider for tests, on a port of this machine: a correct one, and a hostile one on demand.
//!
//! ```ignore
//! let provider = TestProvider::start(&clock).await;
//! let sso = provider.sso();                       // for `Setup { sso, .. }`: this one is Google and Microsoft, too
//! provider.log_in(Login::of("alice").email("alice@acme.example"));
//! let back = provider.visit(&begun.url);          // what the browser is sent back to: ?code=…&state=…&iss=…
//! provider.does(Mischief::WrongKey);              // from now on
//! ```
//!
//! As Google it is its own issuer; as Microsoft it has tenants below `/{tenant}/v2.0`, as theirs do. Times come from
//! the test's clock. What a company's administrator types for it: [`TestProvider::issuer`], [`CLIENT`], [`SECRET`].

use std::{
    collections::{BTreeMap, HashMap},
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use app::wire::ProviderKind;
use axum::{
    Form, Json, Router,
    body::{Body, Bytes},
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use futures::stream;
use serde_json::{Map, Value, json};
use server::{
    clock::{Clock, Moment},
    sso::{self, Sso},
};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use url::{Url, form_urlencoded};

use super::signing::{self, Signed};

/// How the server under test is known here.
pub(crate) const CLIENT: &str = "callgate";
pub(crate) const SECRET: &str = "a secret: with % and +";
/// The tenant of those who say no other.
pub(crate) const TENANT: &str = "5f1c8a56-7f6d-4d3a-9a55-0d5ff1ed2c11";

/// A running provider. Clones are the same one.
#[derive(Clone)]
pub(crate) struct TestProvider(Arc<Inner>);

struct Inner {
    base: String,
    clock: Clock,
    state: Mutex<Everything>,
}

#[derive(Default)]
struct Everything {
    login: Login,
    mischief: Option<Mischief>,
    /// How often every endpoint was asked.
    asked: BTreeMap<Endpoint, usize>,
    codes: HashMap<String, Granted>,
    pushed: HashMap<String, Parameters>,
    access_tokens: HashMap<String, Login>,
    last: u32,
    takes_pushed: bool,
    claims_in_userinfo: bool,
    signs_with: Signed,
    rotated: bool,
}

type Parameters = HashMap<String, String>;

/// What somebody agreed to.
struct Granted {
    parameters: Parameters,
    login: Login,
    issuer: String,
    at: Moment,
}

/// Who sits in front of the browser.
#[derive(Clone, Debug, Default)]
pub(crate) struct Login {
    claims: Map<String, Value>,
    /// Whether the provider remembers an earlier proof of theirs, from this moment.
    remembered: Option<Moment>,
}

impl Login {
    /// Somebody with an address and a name.
    pub(crate) fn of(subject: &str) -> Self {
        let login = Self::default().claim("sub", subject);
        login
            .email(&format!("{subject}@acme.example"))
            .claim("name", format!("{subject} Somebody"))
    }

    /// With a verified address.
    pub(crate) fn email(self, email: &str) -> Self {
        self.claim("email", email).claim("email_verified", true)
    }

    /// Google's hosted domain.
    pub(crate) fn hd(self, domain: &str) -> Self {
        self.claim("hd", domain)
    }

    /// Microsoft's tenant.
    pub(crate) fn tid(self, tenant: &str) -> Self {
        self.claim("tid", tenant)
    }

    /// How they proved who they are, like `["pwd", "otp"]`.
    pub(crate) fn amr(self, methods: &[&str]) -> Self {
        self.claim("amr", methods)
    }

    /// They proved it then, and whatever is asked, the provider does not let them do it again.
    pub(crate) fn remembered_since(mut self, at: Moment) -> Self {
        self.remembered = Some(at);
        self
    }

    pub(crate) fn claim(mut self, name: &str, value: impl serde::Serialize) -> Self {
        let value = serde_json::to_value(value).expect("JSON");
        self.claims.insert(name.to_owned(), value);
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Endpoint {
    Description,
    Keys,
    Authorize,
    Pushed,
    Token,
    Userinfo,
    EndSession,
}

/// What a provider may do wrong.
#[derive(Clone, Debug)]
pub(crate) enum Mischief {
    /// Signs with a key that is not published, under the name of one that is.
    WrongKey,
    /// Signs with a key whose name it never publishes.
    UnknownKey,
    /// Does not sign at all.
    AlgNone,
    /// Takes its public key for a shared secret, as some libraries can be talked into.
    Hs256WithPublicKey,
    Hs256WithClientSecret,
    /// Says something else in a token.
    Claim(&'static str, Value),
    NoClaim(&'static str),
    /// Answers without a token at all.
    NoToken,
    /// Tells of another person than the token does.
    UserinfoOfAnother,
    /// Says in the address that another provider answers, or nobody.
    AnswersAs(Option<&'static str>),
    /// Describes itself otherwise; null leaves it out.
    Describes(&'static str, Value),
    /// Sends people back with an error.
    Denies(&'static str, &'static str),
    /// Answers this server's own request with an error: status, `error`, `error_description`.
    Refuses(Endpoint, u16, &'static str, &'static str),
    Answers(Endpoint, Answer),
}

/// An answer that is none.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// JSON that goes on and on.
    Huge,
    /// Begins and never ends.
    Never,
    Status(u16),
    NotJson,
    Redirect(&'static str),
}

impl TestProvider {
    pub(crate) async fn start(clock: &Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Everything {
            login: Login::of("alice"),
            ..Everything::default()
        };
        let provider = Self(Arc::new(Inner {
            base: format!("http://{address}"),
            clock: clock.clone(),
            state: Mutex::new(state),
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route(
                "/{tenant}/v2.0/.well-known/openid-configuration",
                get(describe_tenant),
            )
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/{tenant}/authorize", get(authorize_tenant))
            .route("/par", post(push))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .route("/end_session", get(end_session))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    /// What a company types for it.
    pub(crate) fn issuer(&self) -> String {
        self.0.base.clone()
    }

    /// What an operator sets who allows this machine and offers this one as Google and Office 365.
    pub(crate) fn settings(&self) -> sso::Settings {
        let client = || {
            Some(sso::Client {
                id: CLIENT.to_owned(),
                secret: Some(SECRET.to_owned()),
            })
        };
        let host = self.0.base.strip_prefix("http://").expect("http");
        sso::Settings {
            google: client(),
            office365: client(),
            google_issuer: self.issuer(),
            office365_authority: self.issuer(),
            hosts: vec![sso::Host::read(host).expect("a host")],
            ..sso::Settings::default()
        }
    }

    pub(crate) fn sso(&self) -> Sso {
        Sso::new(self.settings())
    }

    /// As a company's own provider.
    pub(crate) fn company(&self) -> sso::Provider {
        sso::Provider {
            kind: ProviderKind::Company,
            issuer: Some(self.issuer()),
            client: Some(sso::Client {
                id: CLIENT.to_owned(),
                secret: Some(SECRET.to_owned()),
            }),
            members: Vec::new(),
        }
    }

    /// As Google or Microsoft with the operator's client.
    pub(crate) fn of_kind(&self, kind: ProviderKind, members: &[&str]) -> sso::Provider {
        sso::Provider {
            kind,
            issuer: None,
            client: None,
            members: members.iter().map(|&member| member.to_owned()).collect(),
        }
    }

    /// Who sits in front of the browser from now on.
    pub(crate) fn log_in(&self, login: Login) {
        self.state().login = login;
    }

    /// Goes wrong from now on, in this way only.
    pub(crate) fn does(&self, mischief: Mischief) {
        self.state().mischief = Some(mischief);
    }

    /// Does everything right from now on.
    pub(crate) fn behaves(&self) {
        self.state().mischief = None;
    }

    /// Takes pushed authorization requests from now on, and no others.
    pub(crate) fn takes_pushed_requests(&self) {
        self.state().takes_pushed = true;
    }

    /// Tells address and name at its userinfo endpoint only.
    pub(crate) fn tells_in_userinfo_only(&self) {
        self.state().claims_in_userinfo = true;
    }

    pub(crate) fn signs_with(&self, signed: Signed) {
        self.state().signs_with = signed;
    }

    /// Signs with another key from now on, which alone is published.
    pub(crate) fn rotates_keys(&self) {
        let mut state = self.state();
        state.rotated = !state.rotated;
    }

    /// How often an endpoint was asked.
    pub(crate) fn asked(&self, endpoint: Endpoint) -> usize {
        self.state().asked.get(&endpoint).copied().unwrap_or(0)
    }

    /// What a browser is sent back to that opens this address here: to sign in, or to sign out.
    #[track_caller]
    pub(crate) fn visit(&self, url: &str) -> Url {
        let rest = url.strip_prefix(&self.0.base);
        let rest = rest.unwrap_or_else(|| panic!("not of this provider: {url}"));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let back = match path.trim_start_matches('/').rsplit_once('/') {
            None if path == "/end_session" => self.end_session(query),
            None => self.authorize(None, query),
            Some((tenant, _)) => self.authorize(Some(tenant), query),
        };
        back.unwrap_or_else(|e| panic!("{e}: {url}"))
            .parse()
            .expect("an address")
    }

    fn state(&self) -> MutexGuard<'_, Everything> {
        self.0.state.lock().expect("no test panicked in here")
    }

    /// Counts a request; answers what is answered instead of what should be.
    fn asked_at(&self, endpoint: Endpoint) -> Option<Response> {
        let mut state = self.state();
        *state.asked.entry(endpoint).or_default() += 1;
        match state.mischief.clone()? {
            Mischief::Answers(at, answer) if at == endpoint => Some(answer.into_response()),
            Mischief::Refuses(at, status, error, description) if at == endpoint => {
                Some(refusal(status, error, description))
            }
            _ => None,
        }
    }

    fn description(&self, tenant: Option<&str>) -> Value {
        let state = self.state();
        let base = &self.0.base;
        let mut description = json!({
            "issuer": base,
            "authorization_endpoint": format!("{base}/authorize"),
            "token_endpoint": format!("{base}/token"),
            "userinfo_endpoint": format!("{base}/userinfo"),
            "end_session_endpoint": format!("{base}/end_session"),
            "jwks_uri": format!("{base}/keys"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "claims_parameter_supported": true,
            "authorization_response_iss_parameter_supported": true,
        });
        if let Some(tenant) = tenant {
            let issuer = match tenant {
                "organizations" | "common" => "{tenantid}",
                tenant => tenant,
            };
            description["issuer"] = json!(format!("{base}/{issuer}/v2.0"));
            description["authorization_endpoint"] = json!(format!("{base}/{tenant}/authorize"));
            description["authorization_response_iss_parameter_supported"] = json!(false);
        }
        if state.takes_pushed {
            let endpoint = json!(format!("{base}/par"));
            description["pushed_authorization_request_endpoint"] = endpoint;
        }
        if let Some(Mischief::Describes(name, value)) = &state.mischief {
            let members = description.as_object_mut().expect("an object");
            if value.is_null() {
                members.remove(*name);
            } else {
                members.insert((*name).to_owned(), value.clone());
            }
        }
        description
    }

    /// Where somebody is sent who comes to sign in.
    fn authorize(&self, tenant: Option<&str>, query: &str) -> Result<String, String> {
        let mut state = self.state();
        *state.asked.entry(Endpoint::Authorize).or_default() += 1;
        let mut parameters = read(query);
        if let Some(reference) = parameters.get("request_uri") {
            let client = parameters.get("client_id").cloned();
            let pushed = state.pushed.remove(reference);
            parameters = pushed.ok_or("an unknown or used request")?;
            if parameters.get("client_id") != client.as_ref() {
                return Err("a request of another client".to_owned());
            }
        } else if state.takes_pushed {
            return Err("a request that was not pushed".to_owned());
        }
        let of = |name: &str| parameters.get(name).cloned().unwrap_or_default();
        let wanted = [
            ("client_id", CLIENT),
            ("response_type", "code"),
            ("response_mode", "query"),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in wanted {
            if of(name) != value {
                return Err(format!("{name} is {:?}", of(name)));
            }
        }
        for name in ["state", "nonce", "code_challenge"] {
            if of(name).len() < 43 {
                return Err(format!("{name} is {:?}", of(name)));
            }
        }
        if !of("scope").split(' ').any(|scope| scope == "openid") {
            return Err("no OpenID Connect".to_owned());
        }

        let base = &self.0.base;
        let issuer = match tenant {
            None => base.clone(),
            Some(_) => {
                let own = state.login.claims.get("tid").and_then(Value::as_str);
                format!("{base}/{}/v2.0", own.unwrap_or(TENANT))
            }
        };
        let mut back: Url = of("redirect_uri").parse().map_err(|_| "no way back")?;
        back.query_pairs_mut().append_pair("state", &of("state"));
        if let Some(Mischief::Denies(error, description)) = &state.mischief {
            back.query_pairs_mut()
                .append_pair("error", error)
                .append_pair("error_description", description);
        } else {
            let granted = Granted {
                login: state.login.clone(),
                issuer,
                at: self.0.clock.now(),
                parameters,
            };
            let code = state.name("code");
            back.query_pairs_mut().append_pair("code", &code);
            state.codes.insert(code, granted);
        }
        let answers_as = match &state.mischief {
            Some(Mischief::AnswersAs(other)) => *other,
            _ if tenant.is_some() => None,
            _ => Some(&**base),
        };
        if let Some(iss) = answers_as {
            back.query_pairs_mut().append_pair("iss", iss);
        }
        Ok(back.into())
    }

    /// Where somebody is sent who signed out.
    fn end_session(&self, query: &str) -> Result<String, String> {
        self.state().asked.insert(Endpoint::EndSession, 1);
        let parameters = read(query);
        let back = parameters.get("post_logout_redirect_uri");
        let mut back: Url = back
            .and_then(|back| back.parse().ok())
            .ok_or("no way back")?;
        if let Some(state) = parameters.get("state") {
            back.query_pairs_mut().append_pair("state", state);
        }
        Ok(back.into())
    }

    fn exchange(&self, headers: &HeaderMap, form: &Parameters) -> Result<Value, Response> {
        check_client(headers, form)?;
        let mut state = self.state();
        let refuse = |why| Err(refusal(400, "invalid_grant", why));
        let code = form.get("code").and_then(|code| state.codes.remove(code));
        let Some(granted) = code else {
            return refuse("an unknown or used code");
        };
        if form.get("redirect_uri") != granted.parameters.get("redirect_uri") {
            return refuse("another way back");
        }
        let verifier = form.get("code_verifier").cloned().unwrap_or_default();
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        if granted.parameters.get("code_challenge") != Some(&challenge) {
            return refuse("another browser's verifier");
        }
        let access_token = state.name("access");
        state
            .access_tokens
            .insert(access_token.clone(), granted.login.clone());
        let mut answer = json!({
            "token_type": "Bearer",
            "expires_in": 3600,
            "access_token": access_token,
            "id_token": state.token(&granted, self.0.clock.now()),
        });
        if matches!(state.mischief, Some(Mischief::NoToken)) {
            answer["id_token"] = Value::Null;
        }
        Ok(answer)
    }
}

impl Everything {
    fn name(&mut self, kind: &str) -> String {
        self.last += 1;
        format!("{kind}-{}", self.last)
    }

    fn token(&self, granted: &Granted, now: Moment) -> String {
        let of = |name: &str| granted.parameters.get(name);
        let mut claims = granted.login.claims.clone();
        if self.claims_in_userinfo {
            claims.retain(|name, _| !["email", "email_verified", "name"].contains(&&**name));
        }
        let proven = granted.login.remembered.unwrap_or(granted.at);
        let seconds = now.0 / 1000;
        for (name, value) in [
            ("iss", json!(granted.issuer)),
            ("aud", json!(CLIENT)),
            ("nonce", json!(of("nonce"))),
            ("iat", json!(seconds)),
            ("exp", json!(seconds + 3600)),
            ("auth_time", json!(proven.0 / 1000)),
        ] {
            claims.insert(name.to_owned(), value);
        }
        if granted.issuer.ends_with("/v2.0") {
            claims.entry("tid").or_insert(json!(TENANT));
        }
        match &self.mischief {
            Some(Mischief::Claim(name, value)) => {
                claims.insert((*name).to_owned(), value.clone());
            }
            Some(Mischief::NoClaim(name)) => {
                claims.remove(*name);
            }
            _ => {}
        }
        let claims = Value::Object(claims);
        match &self.mischief {
            Some(Mischief::WrongKey) => signing::with_wrong_key(&claims, self.rotated),
            Some(Mischief::UnknownKey) => signing::with_unknown_key(&claims),
            Some(Mischief::AlgNone) => signing::unsigned(&claims),
            Some(Mischief::Hs256WithPublicKey) => signing::with_public_key(&claims, self.rotated),
            Some(Mischief::Hs256WithClientSecret) => {
                signing::with_secret(&claims, SECRET.as_bytes())
            }
            _ => signing::signed(&claims, self.signs_with, self.rotated),
        }
    }
}

async fn describe(State(provider): State<TestProvider>) -> Response {
    let instead = provider.asked_at(Endpoint::Description);
    instead.unwrap_or_else(|| Json(provider.description(None)).into_response())
}

async fn describe_tenant(
    State(provider): State<TestProvider>,
    Path(tenant): Path<String>,
) -> Response {
    let instead = provider.asked_at(Endpoint::Description);
    instead.unwrap_or_else(|| Json(provider.description(Some(&tenant))).into_response())
}

async fn keys(State(provider): State<TestProvider>) -> Response {
    let instead = provider.asked_at(Endpoint::Keys);
    instead.unwrap_or_else(|| Json(signing::published(provider.state().rotated)).into_response())
}

async fn authorize(State(provider): State<TestProvider>, RawQuery(query): RawQuery) -> Response {
    leads_back(provider.authorize(None, &query.unwrap_or_default()))
}

async fn authorize_tenant(
    State(provider): State<TestProvider>,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    leads_back(provider.authorize(Some(&tenant), &query.unwrap_or_default()))
}

async fn end_session(State(provider): State<TestProvider>, RawQuery(query): RawQuery) -> Response {
    leads_back(provider.end_session(&query.unwrap_or_default()))
}

async fn push(
    State(provider): State<TestProvider>,
    headers: HeaderMap,
    Form(form): Form<Parameters>,
) -> Response {
    if let Some(instead) = provider.asked_at(Endpoint::Pushed) {
        return instead;
    }
    if let Err(refused) = check_client(&headers, &form) {
        return refused;
    }
    let mut state = provider.state();
    let reference = state.name("urn:ietf:params:oauth:request_uri:");
    state.pushed.insert(reference.clone(), form);
    let answer = json!({"request_uri": reference, "expires_in": 60});
    (StatusCode::CREATED, Json(answer)).into_response()
}

async fn token(
    State(provider): State<TestProvider>,
    headers: HeaderMap,
    Form(form): Form<Parameters>,
) -> Response {
    if let Some(instead) = provider.asked_at(Endpoint::Token) {
        return instead;
    }
    match provider.exchange(&headers, &form) {
        Ok(tokens) => Json(tokens).into_response(),
        Err(refused) => refused,
    }
}

async fn userinfo(State(provider): State<TestProvider>, headers: HeaderMap) -> Response {
    if let Some(instead) = provider.asked_at(Endpoint::Userinfo) {
        return instead;
    }
    let state = provider.state();
    let shown = headers.get(header::AUTHORIZATION);
    let login = shown
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
        .and_then(|token| state.access_tokens.get(token));
    let Some(login) = login else {
        return refusal(401, "invalid_token", "");
    };
    let mut claims = login.claims.clone();
    if matches!(state.mischief, Some(Mischief::UserinfoOfAnother)) {
        claims.insert("sub".to_owned(), json!("mallory"));
    }
    Json(claims).into_response()
}

fn leads_back(back: Result<String, String>) -> Response {
    match back {
        Ok(back) => Redirect::to(&back).into_response(),
        Err(why) => (StatusCode::BAD_REQUEST, why).into_response(),
    }
}

/// Whether a form comes from the server under test: its secret in a header, or in the form.
fn check_client(headers: &HeaderMap, form: &Parameters) -> Result<(), Response> {
    let encoded = |part: &str| form_urlencoded::byte_serialize(part.as_bytes()).collect::<String>();
    let basic = STANDARD.encode(format!("{}:{}", encoded(CLIENT), encoded(SECRET)));
    let in_header = headers
        .get(header::AUTHORIZATION)
        .is_some_and(|value| value.as_bytes() == format!("Basic {basic}").as_bytes());
    let is = |name: &str, value: &str| form.get(name).is_some_and(|given| given == value);
    if in_header || (is("client_id", CLIENT) && is("client_secret", SECRET)) {
        Ok(())
    } else {
        Err(refusal(401, "invalid_client", "an unknown client"))
    }
}

fn refusal(status: u16, error: &str, description: &str) -> Response {
    let status = StatusCode::from_u16(status).expect("a status");
    let body = json!({"error": error, "error_description": description});
    (status, Json(body)).into_response()
}

fn read(query: &str) -> Parameters {
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let json = [(header::CONTENT_TYPE, "application/json")];
        match self {
            Self::Huge => {
                let part = Bytes::from(vec![b' '; 64 * 1024]);
                let parts = (0..64).map(move |_| Ok::<_, Infallible>(part.clone()));
                (json, Body::from_stream(stream::iter(parts))).into_response()
            }
            Self::Never => {
                let never = stream::pending::<Result<Bytes, Infallible>>();
                (json, Body::from_stream(never)).into_response()
            }
            Self::Status(status) => {
                let status = StatusCode::from_u16(status).expect("a status");
                (status, "something broke").into_response()
            }
            Self::NotJson => "<html>Welcome to the hotel's network</html>".into_response(),
            Self::Redirect(to) => Redirect::temporary(to).into_response(),
        }
    }
}

/// How long a test waits at most for somebody who never answers.
pub(crate) const IMPATIENT: Duration = Duration::from_millis(300);
