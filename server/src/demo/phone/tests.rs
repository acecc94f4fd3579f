//! The simulator as browsers and scripts meet it; what happens at it is tested in `world`, the library with it in
//! `end2end/phone-simulator.spec.ts`.

use axum::{
    Router,
    body::Body,
    http::{Method, Request, Response, StatusCode, header},
};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::*;

fn simulator() -> (Simulator, Router) {
    let listening = "127.0.0.1:4711".parse().expect("an address");
    let approved = vec!["http://127.0.0.1:3000".to_owned()];
    let simulator = Simulator::new(
        approved,
        false,
        listening,
        Clock::system(),
        Entropy::seeded(1),
    );
    (simulator.clone(), simulator.router())
}

async fn ask(router: &Router, request: Request<Body>) -> Response<Body> {
    let answer = router.clone().oneshot(request).await;
    answer.expect("a router does not fail")
}

fn get(path: &str) -> axum::http::request::Builder {
    Request::get(path)
}

fn post(path: &str, kind: &str, body: &str) -> Request<Body> {
    let request = Request::builder().method(Method::POST).uri(path);
    let request = request.header(header::CONTENT_TYPE, kind);
    request
        .body(Body::from(body.to_owned()))
        .expect("a request")
}

fn json(path: &str, body: &str) -> Request<Body> {
    post(path, "application/json", body)
}

fn empty(request: axum::http::request::Builder) -> Request<Body> {
    request.body(Body::empty()).expect("a request")
}

fn text<'a>(response: &'a Response<Body>, name: &header::HeaderName) -> &'a str {
    let value = response.headers().get(name);
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// Signs somebody in; the pair of their cookie.
async fn enter(router: &Router, host: &str, username: &str, password: &str) -> Option<String> {
    let body = format!("username={username}&password={password}");
    let mut request = post(
        "/dextr-docs/login",
        "application/x-www-form-urlencoded",
        &body,
    );
    let host = header::HeaderValue::try_from(host).expect("a host");
    request.headers_mut().insert(header::HOST, host);
    let answer = ask(router, request).await;
    let cookie = text(&answer, &header::SET_COOKIE).to_owned();
    (answer.status() == StatusCode::SEE_OTHER).then_some(cookie)
}

async fn state(router: &Router) -> Value {
    let answer = ask(router, empty(get("/api/state"))).await;
    let body = answer.into_body().collect().await.expect("is whole");
    serde_json::from_slice(&body.to_bytes()).expect("is JSON")
}

#[tokio::test]
async fn whoever_is_signed_out_is_led_to_a_login_that_refuses_frames() {
    let (_, router) = simulator();
    let panel = ask(&router, empty(get("/dextr-docs/ccp-v2/"))).await;
    assert_eq!(panel.status(), StatusCode::SEE_OTHER);
    assert_eq!(text(&panel, &header::LOCATION), "/dextr-docs/login");
    let login = ask(&router, empty(get("/dextr-docs/login"))).await;
    let policy = text(&login, &header::CONTENT_SECURITY_POLICY);
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(
        enter(&router, "127.0.0.1:4711", "agent", "wrong").await,
        None
    );
    assert_eq!(
        enter(&router, "127.0.0.1:4711", "nobody", PHONE_PASSWORD).await,
        None
    );
}

#[tokio::test]
async fn the_panel_may_be_shown_by_those_who_are_approved() {
    let (_, router) = simulator();
    let cookie = enter(&router, "127.0.0.1:4711", "agent", PHONE_PASSWORD).await;
    let cookie = cookie.expect("is let in");
    assert!(
        cookie.ends_with("; Path=/dextr-docs; HttpOnly; SameSite=Lax"),
        "{cookie}"
    );
    let pair = cookie.split(';').next().expect("a pair").to_owned();
    let framed = || {
        let request = get("/dextr-docs/ccp-v2/").header("sec-fetch-dest", "iframe");
        empty(request.header(header::COOKIE, &pair))
    };
    let panel = ask(&router, framed()).await;
    assert_eq!(panel.status(), StatusCode::OK);
    let policy = text(&panel, &header::CONTENT_SECURITY_POLICY);
    assert!(
        policy.contains("frame-ancestors http://127.0.0.1:3000"),
        "{policy}"
    );

    let turned = ask(
        &router,
        json("/api/dextr-docs/switches", r#"{"refused":true}"#),
    )
    .await;
    assert_eq!(turned.status(), StatusCode::NO_CONTENT);
    let panel = ask(&router, framed()).await;
    let policy = text(&panel, &header::CONTENT_SECURITY_POLICY);
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");

    let turned = ask(
        &router,
        json("/api/dextr-docs/switches", r#"{"cookies_blocked":true}"#),
    )
    .await;
    assert_eq!(turned.status(), StatusCode::NO_CONTENT);
    assert_eq!(ask(&router, framed()).await.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn under_the_other_name_cookies_are_a_third_partys() {
    let (_, router) = simulator();
    let cookie = enter(&router, "localhost:4711", "agent", PHONE_PASSWORD).await;
    let cookie = cookie.expect("is let in");
    assert!(cookie.ends_with("SameSite=None; Secure"), "{cookie}");
}

#[tokio::test]
async fn scripts_are_told_what_cannot_be_done() {
    let (_, router) = simulator();
    for (path, body, status) in [
        ("/api/dextr-docs/agent/ring", "{}", StatusCode::CONFLICT),
        ("/api/dextr-docs/nobody/ring", "{}", StatusCode::NOT_FOUND),
        ("/api/elsewhere/agent/ring", "{}", StatusCode::NOT_FOUND),
        ("/api/dextr-docs/agent/dance", "{}", StatusCode::NOT_FOUND),
        (
            "/api/dextr-docs/switches",
            r#"{"louder":true}"#,
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "/api/dextr-docs/switches",
            r#"{"slow":"very"}"#,
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        ("/api/elsewhere/switches", "{}", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(
            ask(&router, json(path, body)).await.status(),
            status,
            "{path} {body}"
        );
    }
    let mut foreign = json("/api/dextr-docs/switches", "{}");
    let site = header::HeaderValue::from_static("cross-site");
    foreign.headers_mut().insert("sec-fetch-site", site);
    assert_eq!(ask(&router, foreign).await.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn everything_is_as_at_the_start_again() {
    let (_, router) = simulator();
    enter(&router, "127.0.0.1:4711", "agent", PHONE_PASSWORD).await;
    ask(
        &router,
        json(
            "/api/dextr-docs/switches",
            r#"{"claims":"admin","slow":2.5}"#,
        ),
    )
    .await;
    let before = state(&router).await;
    assert_eq!(before["dextr-docs"]["agents"][1]["browsers"], 1);
    assert_eq!(before["dextr-docs"]["switches"]["slow"], 2.5);
    let reset = ask(&router, json("/api/reset", "")).await;
    assert_eq!(reset.status(), StatusCode::NO_CONTENT);
    let after = state(&router).await;
    assert_eq!(after["dextr-docs"]["agents"][1]["browsers"], 0);
    assert_eq!(after["dextr-docs"]["switches"]["claims"], "");
}

#[test]
fn elsewhere_is_another_site_on_the_same_machine() {
    let listening = "127.0.0.1:4711".parse().expect("an address");
    let of = |elsewhere| {
        Simulator::new(
            Vec::new(),
            elsewhere,
            listening,
            Clock::system(),
            Entropy::seeded(1),
        )
    };
    let panel = of(false).panel(DEXTR_DOCS);
    assert_eq!(panel, "http://127.0.0.1:4711/dextr-docs/ccp-v2/");
    let panel = of(true).panel(THE_DARK_SIDE);
    assert_eq!(panel, "http://localhost:4711/thedarkside/ccp-v2/");
}

#[test]
fn a_browser_has_a_session_for_each_instance() {
    let session = |headers: &HeaderMap, instance| cookie(headers, &cookie_name(instance));
    let mut headers = HeaderMap::new();
    headers.insert(
        header::COOKIE,
        header::HeaderValue::from_static("connect-dextr-docs=a; connect-thedarkside=b"),
    );
    assert_eq!(session(&headers, DEXTR_DOCS).as_deref(), Some("a"));
    assert_eq!(session(&headers, THE_DARK_SIDE).as_deref(), Some("b"));
    assert_eq!(session(&headers, "other"), None);
}
