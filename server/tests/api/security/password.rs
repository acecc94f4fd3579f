//! A new password in place of the present one.

use app::wire::{PasswordFlaw, ProblemCode};
use serde_json::json;

use super::{CALM, add, each_server, give_email, server, settings, somebody};
use crate::harness::{Answer, MINUTE, PASSWORD, TestBrowser, Who, seconds};

const NEW: &str = "seven slow rivers";

async fn replace(browser: &TestBrowser<'_>, current: &str, new: &str) -> Answer {
    browser
        .put(
            "security/password",
            json!({"current": current, "password": new}),
        )
        .await
}

#[tokio::test]
async fn the_new_one_counts_and_everything_else_ends() {
    let server = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    let other = server.browser();
    other.type_password(&anna, PASSWORD).await.landing();
    server.advance(20 * MINUTE);
    // The present password is proof enough.
    replace(&browser, PASSWORD, NEW).await.assert_status(204);
    browser.session().await.session();
    other.session().await.signed_out();
    let seen = settings(&browser).await;
    assert!(seen.fresh);
    assert_eq!(
        seen.password.changed_at.as_deref(),
        Some("2026-03-02T09:20:00+01:00")
    );
    let fresh = server.browser();
    fresh
        .type_password(&anna, PASSWORD)
        .await
        .problem(ProblemCode::WrongCredentials);
    fresh.type_password(&anna, NEW).await.landing();
    let events = server.events_of(&anna).await;
    assert!(events.contains(&"password.changed".to_owned()));
    assert!(
        server
            .mails_to(&anna)
            .await
            .iter()
            .any(|mail| mail.subject.contains("was changed"))
    );
}

#[tokio::test]
async fn a_sign_in_under_way_ends_too() {
    let server = server().await;
    let anna = server.person(CALM, "anna", Who::Agent).await;
    give_email(&server, &anna).await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    let thief = server.browser();
    let step = thief.begin(&anna).await;
    replace(&browser, PASSWORD, NEW).await.assert_status(204);
    thief
        .enter(&step.attempt, "123456")
        .await
        .problem(ProblemCode::AttemptOver);
}

#[tokio::test]
async fn a_wrong_present_one_is_counted_like_a_sign_in() {
    let server = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    for _ in 0..5 {
        replace(&browser, "not my password", NEW)
            .await
            .assert_status(401)
            .problem(ProblemCode::WrongCredentials);
    }
    let problem = replace(&browser, PASSWORD, NEW)
        .await
        .problem(ProblemCode::Wait);
    assert_eq!(problem.retry_after, Some(5));
    // The same counter as that of the proof.
    browser
        .post("session/proof", json!({"password": PASSWORD}))
        .await
        .problem(ProblemCode::Wait);
    server.advance(seconds(5));
    replace(&browser, PASSWORD, NEW).await.assert_status(204);
    let events = server.events_of(&anna).await;
    let wrong = events.iter().filter(|kind| *kind == "session.not_proved");
    assert_eq!(wrong.count(), 5);
}

#[tokio::test]
async fn the_rules_hold_and_are_told() {
    let server = server().await;
    let (_, browser) = somebody(&server, "anna").await;
    let table = [
        ("too short", PasswordFlaw::TooShort { minimum: 15 }),
        (PASSWORD, PasswordFlaw::Unchanged),
        ("CALM Contact Centre 1", PasswordFlaw::ContainsName),
    ];
    for (new, flaw) in table {
        let problem = replace(&browser, PASSWORD, new)
            .await
            .assert_status(422)
            .problem(ProblemCode::PasswordRefused);
        assert_eq!(problem.password, Some(flaw), "{new}");
    }
    browser.session().await.session();
    add(&browser, "app").await.assert_status(200);
}

#[tokio::test]
async fn a_refused_new_one_is_not_counted_as_a_wrong_present_one() {
    each_server(async |server| {
        let (anna, browser) = somebody(server, "anna").await;
        for _ in 0..3 {
            for (current, new) in [
                (PASSWORD, "too short"),
                (PASSWORD, PASSWORD),
                ("not my password", "too short"),
            ] {
                replace(&browser, current, new)
                    .await
                    .problem(ProblemCode::PasswordRefused);
            }
        }
        let events = server.events_of(&anna).await;
        assert!(!events.contains(&"session.not_proved".to_owned()));
        replace(&browser, PASSWORD, NEW).await.assert_status(204);
    })
    .await;
}

#[tokio::test]
async fn nothing_changes_while_the_account_is_locked() {
    let server = server().await;
    let (_, browser) = somebody(&server, "anna").await;
    server
        .change("UPDATE accounts SET locked_at = 1, code_failures = 5")
        .await;
    replace(&browser, PASSWORD, NEW)
        .await
        .problem(ProblemCode::AccountLocked);
    server
        .change("UPDATE accounts SET locked_at = NULL, code_failures = 0")
        .await;
    replace(&browser, PASSWORD, NEW).await.assert_status(204);
}

#[tokio::test]
async fn people_without_a_password_have_none_to_replace() {
    let server = server().await;
    let (_, browser) = somebody(&server, "anna").await;
    server
        .change("UPDATE accounts SET password_hash = NULL")
        .await;
    assert!(!settings(&browser).await.password.is_set);
    replace(&browser, PASSWORD, NEW)
        .await
        .problem(ProblemCode::WrongCredentials);
}
