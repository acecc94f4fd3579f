//! Security Settings: what a signed-in person sees and changes of their own ways in.

mod codes;
mod parallel;
mod password;
mod places;
mod ways;

use app::wire::{AppBegun, AppSetup, BackupCodes, ProblemCode, SecuritySettings, WayBegun};
use axum::http::Method;
use serde_json::json;
use server::{
    clock::Moment,
    storage::{
        Company, NewFactor, SecondFactor,
        testing::{TestDatabase, each_database},
    },
};

use crate::harness::{
    Answer, MINUTE, PASSWORD, Person, Setup, TestBrowser, TestServer, Who, company, seconds,
};
use crate::means::TestApp;

/// A company that leaves the second way to each person, and remembers browsers.
const CALM: &str = "calm";

fn calm() -> Company {
    let mut company = company(CALM);
    company.policy.second_factor = SecondFactor::Optional;
    company.policy.trust_days = "14 30".into();
    company
}

/// The server with both companies.
async fn server() -> TestServer {
    let server = TestServer::start().await;
    server.add_company(calm()).await;
    server
}

/// A server on each engine.
async fn each_server(test: impl AsyncFn(&TestServer)) {
    each_database(async |database: &TestDatabase| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(calm()).await;
        test(&server).await;
        server.services.db.close().await;
    })
    .await;
}

/// Somebody of the calm company, signed in with their password alone.
async fn somebody<'a>(server: &'a TestServer, username: &str) -> (Person, TestBrowser<'a>) {
    let person = server.person(CALM, username, Who::Agent).await;
    let browser = server.browser();
    browser.type_password(&person, PASSWORD).await.landing();
    (person, browser)
}

/// A mailbox that counts as set up.
async fn give_email(server: &TestServer, person: &Person) {
    let s = &server.services;
    let account = server::storage::AccountId(person.id.clone());
    let id = s.entropy.id(s.now());
    let mut tx = s.db.begin().await.expect("a transaction");
    tx.add_factor(&NewFactor::email(&id, &account, s.now()))
        .await
        .expect("added");
    tx.commit().await.expect("committed");
}

/// The code that an app with this secret shows.
fn app_code(secret: &str, at: Moment) -> String {
    TestApp::of(secret).code(at)
}

async fn settings(browser: &TestBrowser<'_>) -> SecuritySettings {
    browser.get("security").await.json()
}

async fn add(browser: &TestBrowser<'_>, method: &str) -> Answer {
    browser
        .post("security/ways", json!({"method": method}))
        .await
}

async fn add_app(browser: &TestBrowser<'_>) -> AppSetup {
    begin_app(browser).await.setup
}

async fn begin_app(browser: &TestBrowser<'_>) -> AppBegun {
    app_begun(&add(browser, "app").await)
}

fn app_begun(answer: &Answer) -> AppBegun {
    match answer.json() {
        WayBegun::App(begun) => begun,
        begun => panic!("not an app: {begun:?}"),
    }
}

/// The first code of an app, and the mailed one that the first second way needs.
async fn verify_both(browser: &TestBrowser<'_>, code: &str, mail_code: &str) -> Answer {
    let typed = json!({"code": code, "mail_code": mail_code});
    browser.post("security/ways/verify", typed).await
}

async fn verify(browser: &TestBrowser<'_>, code: &str) -> Answer {
    browser
        .post("security/ways/verify", json!({"code": code}))
        .await
}

/// Adds an app and answers its secret and the codes to save.
async fn with_app(
    server: &TestServer,
    person: &Person,
    browser: &TestBrowser<'_>,
) -> (String, Vec<String>) {
    let AppBegun { setup, mail } = begin_app(browser).await;
    let code = app_code(&setup.secret, server.services.now());
    let answer = if mail.is_some() {
        verify_both(browser, &code, &server.code_of(person).await).await
    } else {
        verify(browser, &code).await
    };
    let made: BackupCodes = answer.json();
    (setup.secret, made.codes)
}

async fn confirm(browser: &TestBrowser<'_>, code: &str) -> Answer {
    browser
        .post("security/backup-codes/confirm", json!({"code": code}))
        .await
}

async fn prove(browser: &TestBrowser<'_>) {
    browser
        .post("session/proof", json!({"password": PASSWORD}))
        .await
        .assert_status(204);
}

/// Every request that changes something, in a form that would be taken.
fn changes() -> Vec<(Method, &'static str, serde_json::Value)> {
    vec![
        (Method::POST, "security/ways", json!({"method": "app"})),
        (Method::POST, "security/ways/resend", json!({})),
        (
            Method::POST,
            "security/ways/verify",
            json!({"code": "123456"}),
        ),
        (Method::DELETE, "security/ways/some-id", json!({})),
        (Method::POST, "security/backup-codes", json!({})),
        (
            Method::POST,
            "security/backup-codes/confirm",
            json!({"code": "4F7K-9QWX-2M8TD"}),
        ),
        (Method::DELETE, "security/browsers/some-id", json!({})),
        (Method::DELETE, "security/sessions/some-id", json!({})),
        (Method::DELETE, "security/sessions", json!({})),
    ]
}

#[tokio::test]
async fn nobody_sees_or_changes_anything_without_a_session() {
    let server = server().await;
    let browser = server.browser();
    browser.get("security").await.signed_out();
    for (method, path, body) in changes() {
        browser.ask(method, path, &body).await.signed_out();
    }
    browser
        .put(
            "security/password",
            json!({"current": PASSWORD, "password": "seven slow rivers"}),
        )
        .await
        .signed_out();
}

#[tokio::test]
async fn every_change_needs_a_fresh_proof() {
    let server = server().await;
    let (person, browser) = somebody(&server, "anna").await;
    assert!(settings(&browser).await.fresh);
    server.advance(10 * MINUTE + seconds(1));
    assert!(!settings(&browser).await.fresh);
    let before = server.events_of(&person).await;
    for (method, path, body) in changes() {
        browser
            .ask(method, path, &body)
            .await
            .assert_status(403)
            .problem(ProblemCode::FreshProofNeeded);
    }
    assert_eq!(server.events_of(&person).await, before);
    prove(&browser).await;
    add_app(&browser).await;
}

#[tokio::test]
async fn a_locked_account_changes_nothing() {
    let server = server().await;
    let (_, browser) = somebody(&server, "anna").await;
    server
        .change("UPDATE accounts SET locked_at = 1, code_failures = 5")
        .await;
    for (method, path, body) in changes() {
        browser
            .ask(method, path, &body)
            .await
            .assert_status(403)
            .problem(ProblemCode::AccountLocked);
    }
    // Looking is no change.
    settings(&browser).await;
}

#[tokio::test]
async fn bodies_that_make_no_sense_change_nothing() {
    let server = server().await;
    let (_, browser) = somebody(&server, "anna").await;
    let long = "x".repeat(61);
    let bodies = [
        ("security/ways", json!({})),
        ("security/ways", json!({"method": "passkey"})),
        ("security/ways", json!({"method": "app", "more": 1})),
        ("security/ways/verify", json!({"code": 123456})),
        ("security/ways/verify", json!({"code": "1", "name": 2})),
        ("security/ways/verify", json!({"code": "1", "name": long})),
        (
            "security/ways/verify",
            json!({"code": "1", "name": "a\u{7}b"}),
        ),
        ("security/backup-codes/confirm", json!({})),
        (
            "security/backup-codes/confirm",
            json!({"code": "x", "y": 1}),
        ),
    ];
    for (path, body) in bodies {
        let answer = browser.post(path, body.clone()).await;
        answer.problem(ProblemCode::InvalidRequest);
    }
    for body in [
        json!({"current": PASSWORD}),
        json!({"current": "", "password": "seven slow rivers"}),
        json!({"current": "x".repeat(4097), "password": "seven slow rivers"}),
        json!({"current": PASSWORD, "password": "seven slow rivers", "then": 1}),
    ] {
        browser
            .put("security/password", body)
            .await
            .problem(ProblemCode::InvalidRequest);
    }
    let huge = json!({"code": "1".repeat(70_000)});
    browser
        .post("security/ways/verify", huge)
        .await
        .problem(ProblemCode::TooLarge);
    assert_eq!(settings(&browser).await.two_factor.ways, []);
}

#[tokio::test]
async fn the_page_tells_what_there_is() {
    let server = server().await;
    let (_, browser) = somebody(&server, "anna").await;
    let seen = settings(&browser).await;
    assert_eq!(seen.email, "a•••@calm.example");
    assert_eq!(seen.two_factor.ways, []);
    assert_eq!(seen.two_factor.backup_codes_left, None);
    assert!(seen.password.is_set);
    assert_eq!(seen.password.minimum, 15);
    assert_eq!(seen.browsers, []);
    assert_eq!(seen.sessions.len(), 1);
    assert!(seen.sessions[0].current);
    assert_eq!(seen.sessions[0].address, "203.0.113.7");
    assert_eq!(seen.sessions[0].started_at, "2026-03-02T09:00:00+01:00");
    let kinds: Vec<_> = seen.history.iter().map(|e| e.kind.as_str()).collect();
    assert_eq!(kinds, ["sign_in.signed_in"]);
    assert_eq!(seen.history[0].address, "203.0.113.7");
    assert!(!seen.history[0].reference.is_empty());
}

#[tokio::test]
async fn the_history_holds_twenty_and_only_ones_own() {
    let server = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    let (_, other) = somebody(&server, "bob").await;
    for _ in 0..25 {
        server.advance(MINUTE);
        browser.type_password(&anna, PASSWORD).await.landing();
    }
    assert_eq!(settings(&browser).await.history.len(), 20);
    assert_eq!(settings(&other).await.history.len(), 1);
}

/// What the company asks, as the page tells it.
#[tokio::test]
async fn the_policy_decides_what_can_be_added() {
    let server = server().await;
    let table = [
        ("off", "email app", "nobody", 0),
        ("optional", "email app", "nobody", 2),
        ("optional", "app", "nobody", 1),
        ("required", "email", "nobody", 1),
        ("required", "email app", "everyone", 1),
    ];
    for (number, (mode, methods, strict, addable)) in table.into_iter().enumerate() {
        let (_, browser) = somebody(&server, &format!("p{number}")).await;
        server
            .change(format!(
                "UPDATE companies SET second_factor = '{mode}', methods = '{methods}', strict = '{strict}'
                 WHERE alias = '{CALM}'"
            ))
            .await;
        let seen = settings(&browser).await;
        assert_eq!(
            seen.two_factor.addable.len(),
            addable,
            "{mode} {methods} {strict}"
        );
        let refused = 2 - addable;
        let mut times = 0;
        for method in ["app", "email"] {
            let answer = add(&browser, method).await;
            if !answer.status.is_success() {
                answer
                    .assert_status(422)
                    .problem(ProblemCode::MethodUnavailable);
                times += 1;
            }
        }
        assert_eq!(times, refused, "{mode} {methods} {strict}");
        add(&browser, "backup_code")
            .await
            .problem(ProblemCode::MethodUnavailable);
        server
            .change(format!(
                "UPDATE companies SET second_factor = 'optional', methods = 'email app', strict = 'nobody'
                 WHERE alias = '{CALM}'"
            ))
            .await;
    }
}
