//! What comes back is used once, by the browser that was sent, in time.

use app::wire::{ProblemCode, ProviderKind, SsoBegun, SsoFailure};
use axum::{body::Body, http::Method};
use serde_json::json;

use super::world::{World, begin, place, reason};
use crate::{
    harness::{ACME, MINUTE, seconds},
    provider::{Login, Mischief},
};

const GOOGLE: ProviderKind = ProviderKind::Google;

async fn with_anna() -> World {
    let world = World::start().await;
    let provider = world.offer(GOOGLE).await;
    world.bound("anna", &provider, Login::of("anna")).await;
    world
}

#[tokio::test]
async fn an_answer_is_taken_once() {
    let world = with_anna().await;
    let browser = world.server.browser();
    let begun = begin(&browser, ACME, GOOGLE).await.json();
    let back = world.address_back(&begun);
    assert_eq!(place(&browser.page(&back).await), "/acme/desk");
    let again = place(&browser.page(&back).await);
    assert_eq!(reason(&again), "sso_over");
    assert!(again.starts_with("/acme/stopped?"), "{again}");
    // The session that it made is nobody else's business.
    browser.session().await.session();
    let sessions = "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL";
    assert_eq!(world.server.number(sessions).await, 1);
}

#[tokio::test]
async fn a_code_of_one_answer_is_no_good_in_another() {
    let world = with_anna().await;
    let browser = world.server.browser();
    let first: SsoBegun = begin(&browser, ACME, GOOGLE).await.json();
    let second: SsoBegun = begin(&browser, ACME, GOOGLE).await.json();
    let state = |address: &str| {
        let (_, query) = address.split_once('?').expect("a query");
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs
            .find(|(name, _)| name == "state")
            .expect("a state")
            .1
            .into_owned()
    };
    let (one, two) = (world.address_back(&first), world.address_back(&second));
    let mixed = one.replace(&state(&one), &state(&two));
    let path = place(&browser.page(&mixed).await);
    assert!(reason(&path).starts_with("sso_"), "{path}");
    browser.session().await.signed_out();
}

#[tokio::test]
async fn another_browser_cannot_use_an_answer_and_does_not_spoil_it() {
    let world = with_anna().await;
    let browser = world.server.browser();
    let begun = begin(&browser, ACME, GOOGLE).await.json();
    let back = world.address_back(&begun);
    let other = world.server.browser();
    assert_eq!(
        reason(&place(&other.page(&back).await)),
        "sso_other_browser"
    );
    // One that was sent itself, too.
    begin(&other, ACME, GOOGLE).await.assert_status(200);
    assert_eq!(
        reason(&place(&other.page(&back).await)),
        "sso_other_browser"
    );
    other.session().await.signed_out();
    assert_eq!(place(&browser.page(&back).await), "/acme/desk");
}

#[tokio::test]
async fn after_ten_minutes_it_is_over() {
    let world = with_anna().await;
    let browser = world.server.browser();
    let begun: SsoBegun = begin(&browser, ACME, GOOGLE).await.json();
    assert_eq!(begun.expires_in, 600);
    let back = world.address_back(&begun);
    world.server.advance(MINUTE * 10);
    assert_eq!(reason(&place(&browser.page(&back).await)), "sso_over");
}

#[tokio::test]
async fn an_answer_to_nothing_ends_at_the_start_page() {
    let world = with_anna().await;
    let browser = world.server.browser();
    for query in [
        "",
        "?state=unknown&code=x",
        "?code=x",
        "?state=a&state=b",
        "?state=%00&error=access_denied",
        "?error=%ff",
    ] {
        let path = place(&browser.page(&format!("/sso/callback{query}")).await);
        assert!(path.starts_with("/?reason=sso_over&reference="), "{path}");
    }
}

#[tokio::test]
async fn looking_uses_nothing_up() {
    let world = with_anna().await;
    let browser = world.server.browser();
    let begun = begin(&browser, ACME, GOOGLE).await.json();
    let back = world.address_back(&begun);
    let head = browser.request(Method::HEAD, &back).body(Body::empty());
    browser
        .send(head.expect("a request"))
        .await
        .assert_status(200);
    assert_eq!(place(&browser.page(&back).await), "/acme/desk");
}

#[tokio::test]
async fn three_rounds_without_success_are_enough() {
    let world = with_anna().await;
    let browser = world.server.browser();
    world
        .provider
        .does(Mischief::Denies("access_denied", "the person said no"));
    for _ in 0..3 {
        let path = world.round(&browser, ACME, GOOGLE).await;
        assert_eq!(reason(&path), "sso_refused");
    }
    let answer = begin(&browser, ACME, GOOGLE).await;
    let problem = answer.assert_status(502).problem(ProblemCode::SsoFailed);
    assert_eq!(problem.sso, Some(SsoFailure::TooManyRounds));
    // Other browsers are not concerned, and this one starts over by saying so.
    begin(&world.server.browser(), ACME, GOOGLE)
        .await
        .assert_status(200);
    browser.delete("sign-in").await.assert_status(204);
    world.provider.behaves();
    assert_eq!(world.round(&browser, ACME, GOOGLE).await, "/acme/desk");
}

#[tokio::test]
async fn rounds_are_forgotten_after_a_success_and_after_ten_minutes() {
    let world = with_anna().await;
    let browser = world.server.browser();
    for _ in 0..2 {
        begin(&browser, ACME, GOOGLE).await.assert_status(200);
    }
    world.server.advance(seconds(1));
    assert_eq!(world.round(&browser, ACME, GOOGLE).await, "/acme/desk");
    world.server.advance(seconds(1));
    for _ in 0..3 {
        begin(&browser, ACME, GOOGLE).await.assert_status(200);
    }
    begin(&browser, ACME, GOOGLE).await.assert_status(502);
    world.server.advance(MINUTE * 10 + seconds(1));
    begin(&browser, ACME, GOOGLE).await.assert_status(200);
}

#[tokio::test]
async fn the_document_lets_nothing_in_and_keeps_its_opener() {
    let world = with_anna().await;
    let browser = world.server.browser();
    let begun = begin(&browser, ACME, GOOGLE).await.json();
    let answer = world.arrive(&browser, &begun).await;
    assert_eq!(answer.header("cross-origin-opener-policy"), "unsafe-none");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert_eq!(answer.header("cache-control"), "no-store");
    let policy = answer.header("content-security-policy").to_owned();
    let (_, nonce) = policy.split_once("'nonce-").expect("a nonce");
    let nonce = nonce.split('\'').next().expect("its end").to_owned();
    let html = answer.text();
    assert!(
        html.contains(&format!("<script nonce=\"{nonce}\"")),
        "{html}"
    );
    assert!(
        html.contains("{&quot;path&quot;:&quot;/acme/desk&quot;}"),
        "{html}"
    );
    assert!(html.contains("<noscript><meta http-equiv=\"refresh\" content=\"2;url=/acme/desk\">"));
    // Everything else isolates itself.
    let page = browser.page("/acme").await;
    assert_eq!(
        page.header("cross-origin-opener-policy"),
        "same-origin-allow-popups"
    );
}

#[tokio::test]
async fn signing_out_there_leads_back_to_the_company() {
    let world = World::start().await;
    let browser = world.server.browser();
    for (query, path) in [
        ("?state=acme", "/acme?notice=signed_out"),
        ("?state=//evil.example", "/"),
        ("?state=api", "/"),
        ("", "/"),
    ] {
        let answer = browser.page(&format!("/sso/signed-out{query}")).await;
        assert_eq!(answer.redirect(), path);
    }
}

#[tokio::test]
async fn what_is_no_request_changes_nothing() {
    let world = with_anna().await;
    let browser = world.server.browser();
    for body in [
        json!({}),
        json!({"provider": "twitter"}),
        json!({"provider": "google", "more": 1}),
        json!({"provider": "google", "choose": "yes"}),
        json!([]),
    ] {
        let answer = browser.post("companies/acme/sso", body).await;
        answer.problem(ProblemCode::InvalidRequest);
    }
    assert_eq!(browser.cookie("callgate-sso"), None);
    let answer = browser
        .post("sso", json!({"username": "a\u{0}@acme.example"}))
        .await;
    answer.problem(ProblemCode::InvalidRequest);
    let bind = json!({"attempt": "\u{0}", "account": "a", "password": "b"});
    let answer = browser.post("sign-in/bind", bind).await;
    answer.problem(ProblemCode::AttemptOver);
    let answer = browser.post("session/leave", json!({"more": 1})).await;
    answer.problem(ProblemCode::InvalidRequest);
}
