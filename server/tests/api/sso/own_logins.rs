//! Logins in Security Settings, and proofs of identity that are given at a provider.

use app::wire::{ConnectedLogins, ProblemCode, ProviderKind, SecuritySettings, SsoBegun};
use axum::{body::Body, http::Method};
use serde_json::json;
use server::storage::testing::each_database;

use super::world::{World, reason};
use crate::{
    harness::{ACME, MINUTE, TestBrowser, seconds},
    provider::{Login, Mischief},
};

const GOOGLE: ProviderKind = ProviderKind::Google;
const COMPANY: ProviderKind = ProviderKind::Company;

async fn logins(browser: &TestBrowser<'_>) -> ConnectedLogins {
    let settings: SecuritySettings = browser.get("security").await.json();
    settings.single_sign_on
}

async fn connect(browser: &TestBrowser<'_>, kind: &str) -> crate::harness::Answer {
    browser
        .post("security/logins", json!({"provider": kind}))
        .await
}

#[tokio::test]
async fn a_login_is_connected_within_a_session_and_removed_again() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        world.offer(GOOGLE).await;
        let anna = world.server.agent("anna").await;
        let browser = world.server.browser();
        browser.sign_in(&anna).await;
        let shown = logins(&browser).await;
        assert!(shown.logins.is_empty());
        assert_eq!(shown.addable[0].name, "Google");
        world
            .provider
            .log_in(Login::of("s-1").email("anna@mail.example"));
        let begun: SsoBegun = connect(&browser, "google").await.json();
        let path = world.come_back(&browser, &begun).await;
        assert_eq!(
            path,
            "/acme/profile/security?login=connected#single-sign-on"
        );
        let shown = logins(&browser).await;
        let login = &shown.logins[0];
        assert_eq!(
            (&*login.login, login.removable),
            ("anna@mail.example", true)
        );
        assert!(shown.addable.is_empty());
        connect(&browser, "google")
            .await
            .problem(ProblemCode::NothingToDo);
        // Nobody was signed out by it, and the person was told.
        browser.session().await.session();
        let mails = world.server.mails_to(&anna).await;
        assert!(
            mails[0].subject.contains("Google now opens"),
            "{}",
            mails[0].subject
        );

        let other = world.server.browser();
        assert_eq!(world.round(&other, ACME, GOOGLE).await, "/acme/desk");
        let id = login.id.clone();
        let path = format!("security/logins/{id}");
        let settings: SecuritySettings = browser.delete(&path).await.json();
        assert!(settings.single_sign_on.logins.is_empty());
        other.session().await.signed_out();
        browser.session().await.session();
        let mails = world.server.mails_to(&anna).await;
        assert!(
            mails[0].subject.contains("no longer opens"),
            "{}",
            mails[0].subject
        );
        browser.delete(&path).await.problem(ProblemCode::NotFound);
        let events = world.server.events_of(&anna).await;
        assert!(events.contains(&"sso.unbound".to_owned()), "{events:?}");
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn connecting_needs_a_fresh_proof_and_the_same_session() {
    let world = World::start().await;
    let provider = world.offer(GOOGLE).await;
    world.bound("bob", &provider, Login::of("s-1")).await;
    let anna = world.server.agent("anna").await;
    let browser = world.server.browser();
    connect(&browser, "google").await.signed_out();
    browser.sign_in(&anna).await;
    connect(&browser, "office365")
        .await
        .problem(ProblemCode::NoSingleSignOn);
    // Somebody else's login.
    world.provider.log_in(Login::of("s-1"));
    let begun: SsoBegun = connect(&browser, "google").await.json();
    assert_eq!(
        reason(&world.come_back(&browser, &begun).await),
        "sso_taken"
    );
    // The session ended while its person was there.
    world.provider.log_in(Login::of("s-2"));
    let begun: SsoBegun = connect(&browser, "google").await.json();
    browser.delete("session").await.assert_status(204);
    assert_eq!(reason(&world.come_back(&browser, &begun).await), "sso_over");
    assert_eq!(world.identities().await, 1);
    world.server.advance(MINUTE);
    browser.sign_in(&anna).await;
    world.server.advance(MINUTE * 11);
    connect(&browser, "google")
        .await
        .problem(ProblemCode::FreshProofNeeded);
}

#[tokio::test]
async fn the_last_way_in_stays() {
    let world = World::start().await;
    world.offer(COMPANY).await;
    world.own_domain(ACME, "acme.example").await;
    let anna = world.outsider("anna").await;
    world
        .provider
        .log_in(Login::of("s-1").email("anna@acme.example"));
    let browser = world.server.browser();
    world.round(&browser, ACME, COMPANY).await;
    let login = logins(&browser).await.logins.remove(0);
    assert!(!login.removable);
    let path = format!("security/logins/{}", login.id);
    browser.delete(&path).await.problem(ProblemCode::LastWayIn);
    // With another one at a provider that people see it may go.
    world.offer(GOOGLE).await;
    world.provider.log_in(Login::of("s-2"));
    let begun: SsoBegun = connect(&browser, "google").await.json();
    world.come_back(&browser, &begun).await;
    world
        .server
        .change("UPDATE providers SET live = FALSE WHERE kind = 'google'")
        .await;
    browser.delete(&path).await.problem(ProblemCode::LastWayIn);
    world
        .server
        .change("UPDATE providers SET live = TRUE")
        .await;
    browser.delete(&path).await.assert_status(200);
    let left = logins(&browser).await.logins;
    assert_eq!((left.len(), left[0].removable), (1, false));
    let events = world.server.events_of(&anna).await;
    assert!(events.contains(&"sso.unbound".to_owned()));
    // Another person's is not there.
    let bob = world.server.agent("bob").await;
    let other = world.server.browser();
    other.sign_in(&bob).await;
    let foreign = format!("security/logins/{}", left[0].id);
    other.delete(&foreign).await.problem(ProblemCode::NotFound);
    other
        .delete("security/logins/%00")
        .await
        .problem(ProblemCode::NotFound);
}

#[tokio::test]
async fn a_proof_is_given_by_the_very_login_of_the_account() {
    let world = World::start().await;
    world.offer(COMPANY).await;
    world.own_domain(ACME, "acme.example").await;
    let anna = world.outsider("anna").await;
    world.server.agent("bob").await;
    let own = || Login::of("s-1").email("anna@acme.example");
    world.provider.log_in(own());
    let browser = world.server.browser();
    world.round(&browser, ACME, COMPANY).await;
    let session = browser.session().await.session();
    assert_eq!(session.proves_at[0].name, "Acme ID");
    world.server.advance(MINUTE * 11);
    let is_fresh = async || {
        let settings: SecuritySettings = browser.get("security").await.json();
        settings.fresh
    };
    assert!(!is_fresh().await);
    let prove = async || -> String {
        let asked = json!({"provider": "company"});
        let begun: SsoBegun = browser.post("session/proof/sso", asked).await.json();
        assert!(begun.url.contains("max_age=0"), "{}", begun.url);
        world.come_back(&browser, &begun).await
    };
    // Another login, a proof from before, and a no.
    world.provider.log_in(Login::of("s-2"));
    assert_eq!(reason(&prove().await), "sso_unknown_person");
    let before = world.server.clock.now().minus(MINUTE * 5);
    world.provider.log_in(own().remembered_since(before));
    assert_eq!(reason(&prove().await), "sso_not_fresh");
    world
        .provider
        .does(Mischief::Denies("access_denied", "the person said no"));
    assert_eq!(reason(&prove().await), "sso_refused");
    world.provider.behaves();
    assert!(!is_fresh().await);
    world.provider.log_in(own());
    // While the account is locked nothing is proven.
    world
        .server
        .change("UPDATE accounts SET locked_at = 1")
        .await;
    assert_eq!(reason(&prove().await), "account_locked");
    world
        .server
        .change("UPDATE accounts SET locked_at = NULL")
        .await;
    assert!(!is_fresh().await);
    assert!(prove().await.starts_with("/acme/profile/security"));
    assert!(is_fresh().await);
    assert_eq!(world.server.events_of(&anna).await[0], "session.proved");
}

#[tokio::test]
async fn a_proof_serves_the_session_that_asked_for_it() {
    let world = World::start().await;
    let provider = world.offer(GOOGLE).await;
    let anna = world.bound("anna", &provider, Login::of("s-1")).await;
    let browser = world.server.browser();
    world.round(&browser, ACME, GOOGLE).await;
    let asked = json!({"provider": "google"});
    let begun: SsoBegun = browser.post("session/proof/sso", asked).await.json();
    // Signed in anew meanwhile.
    browser.delete("session").await.assert_status(204);
    world.server.advance(seconds(61));
    browser.sign_in(&anna).await;
    world.server.advance(MINUTE * 9);
    let before = world
        .server
        .number("SELECT MAX(proved_at) FROM sessions")
        .await;
    let path = world.come_back(&browser, &begun).await;
    assert!(reason(&path).starts_with("sso_"), "{path}");
    let after = world
        .server
        .number("SELECT MAX(proved_at) FROM sessions")
        .await;
    assert_eq!(before, after);
    world.server.agent("bob").await;
    let other = world.server.browser();
    other
        .post("session/proof/sso", json!({"provider": "google"}))
        .await
        .signed_out();
    other.sign_in(&world.server.agent("cleo").await).await;
    other
        .post("session/proof/sso", json!({"provider": "google"}))
        .await
        .problem(ProblemCode::NoSingleSignOn);
}

#[tokio::test]
async fn leaving_ends_the_session_here_and_says_where_to_end_it_there() {
    let world = World::start().await;
    let provider = world.offer(COMPANY).await;
    let anna = world.bound("anna", &provider, Login::of("s-1")).await;
    let browser = world.server.browser();
    let leave = async |browser: &TestBrowser<'_>| -> Option<String> {
        let there: app::wire::SignOutThere = browser.post("session/leave", json!({})).await.json();
        there.url
    };
    assert_eq!(leave(&browser).await, None);
    world.round(&browser, ACME, COMPANY).await;
    let url = leave(&browser).await.expect("an address");
    assert!(url.contains("id_token_hint="), "{url}");
    browser.session().await.signed_out();
    let back = world.provider.visit(&url);
    let answer = browser
        .page(&format!(
            "{}?{}",
            back.path(),
            back.query().expect("a state")
        ))
        .await;
    assert_eq!(answer.redirect(), "/acme?notice=signed_out");
    // The provider offers nothing, or does not answer: signed out here all the same.
    world.provider.does(Mischief::Describes(
        "end_session_endpoint",
        serde_json::Value::Null,
    ));
    world.server.advance(MINUTE * 120);
    world.round(&browser, ACME, COMPANY).await;
    assert_eq!(leave(&browser).await, None);
    browser.session().await.signed_out();
    world.provider.behaves();
    // With a password there is nowhere else to sign out.
    browser.sign_in(&anna).await;
    assert_eq!(browser.session().await.session().signed_in_at, None);
    assert_eq!(leave(&browser).await, None);
    let bare = browser.request(Method::POST, "/api/v1/session/leave");
    let answer = browser
        .send(bare.body(Body::empty()).expect("a request"))
        .await;
    answer.problem(ProblemCode::UnsupportedMediaType);
}
