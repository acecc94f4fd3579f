//! How a provider is reached, and the answers that are none.

use std::convert::Infallible;

use axum::{
    Form, Json, Router,
    body::{Body, Bytes},
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures::stream;
use serde_json::json;
use url::form_urlencoded;

use super::{Answer, CLIENT, Endpoint, Mischief, Parameters, SECRET, TestProvider, signing};

pub(super) fn router(provider: TestProvider) -> Router {
    Router::new()
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
        .with_state(provider)
}

impl TestProvider {
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
    if !is_known(&headers, &form) {
        return refusal(401, "invalid_client", "an unknown client");
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
    if !is_known(&headers, &form) {
        return refusal(401, "invalid_client", "an unknown client");
    }
    match provider.exchange(&form) {
        Ok(tokens) => Json(tokens).into_response(),
        Err(why) => refusal(400, "invalid_grant", why),
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
fn is_known(headers: &HeaderMap, form: &Parameters) -> bool {
    let encoded = |part: &str| form_urlencoded::byte_serialize(part.as_bytes()).collect::<String>();
    let basic = STANDARD.encode(format!("{}:{}", encoded(CLIENT), encoded(SECRET)));
    let in_header = headers
        .get(header::AUTHORIZATION)
        .is_some_and(|value| value.as_bytes() == format!("Basic {basic}").as_bytes());
    let is = |name: &str, value: &str| form.get(name).is_some_and(|given| given == value);
    in_header || (is("client_id", CLIENT) && is("client_secret", SECRET))
}

fn refusal(status: u16, error: &str, description: &str) -> Response {
    let status = StatusCode::from_u16(status).expect("a status");
    let body = json!({"error": error, "error_description": description});
    (status, Json(body)).into_response()
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
