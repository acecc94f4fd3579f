//! A browser's sign-in under way: one at a time, ten minutes long, known to the server.

use app::wire::{ProblemCode, Step};
use serde_json::json;

use crate::harness::{ACME, MINUTE, TestServer, company, other_than, seconds};

#[tokio::test]
async fn a_reload_continues_where_one_was() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser
        .get("sign-in")
        .await
        .assert_status(404)
        .any_problem();
    let step = browser.begin(&anna).await;
    server.advance(seconds(30));
    let again = browser.get("sign-in").await.code_step();
    assert_eq!(again.attempt, step.attempt);
    assert_eq!(again.expires_in, 570);
    assert_eq!(again.resend_after, Some(30));
    assert_eq!(server.codes_mailed_to(&anna).await, 1);
    let code = server.code_of(&anna).await;
    browser.enter(&step.attempt, &code).await.landing();
    // Whoever is signed in is told where to.
    let now: Step = browser.get("sign-in").await.json();
    assert_eq!(
        now,
        Step::SignedIn {
            landing: "/acme/desk".into()
        }
    );
}

#[tokio::test]
async fn an_attempt_ends_after_ten_minutes() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    server.advance(seconds(550));
    browser.resend(&step.attempt).await.code_step();
    let code = server.code_of(&anna).await;
    server.advance(seconds(49));
    assert_eq!(browser.get("sign-in").await.code_step().expires_in, 1);
    let late = browser.twin();
    browser.enter(&step.attempt, &code).await.landing();

    let bob = server.agent("bob").await;
    let browser = server.browser();
    let step = browser.begin(&bob).await;
    server.advance(seconds(550));
    browser.resend(&step.attempt).await.code_step();
    let code = server.code_of(&bob).await;
    server.advance(seconds(51));
    for answer in [
        browser.enter(&step.attempt, &code).await,
        browser.enter(&step.attempt, &other_than(&code)).await,
        browser.resend(&step.attempt).await,
        late.resend(&step.attempt).await,
    ] {
        answer.assert_status(409).any_problem();
    }
    browser
        .get("sign-in")
        .await
        .assert_status(404)
        .problem(ProblemCode::AttemptOver);
    assert_eq!(server.code_failures(&bob).await, 0);
    browser.session().await.signed_out();
}

#[tokio::test]
async fn a_second_tab_cannot_burn_tries() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let first = browser.begin(&anna).await;
    server.advance(MINUTE);
    let second = browser.begin(&anna).await;
    assert_ne!(first.attempt, second.attempt);
    for _ in 0..10 {
        browser
            .enter(&first.attempt, "000000")
            .await
            .assert_status(409)
            .problem(ProblemCode::OtherAttempt);
        browser
            .resend(&first.attempt)
            .await
            .problem(ProblemCode::OtherAttempt);
        let choice = json!({"attempt": first.attempt, "method": "email"});
        browser
            .post("sign-in/code/method", choice)
            .await
            .problem(ProblemCode::OtherAttempt);
        let change = json!({"attempt": first.attempt, "password": "another quiet harbour"});
        browser
            .post("sign-in/password", change)
            .await
            .problem(ProblemCode::OtherAttempt);
    }
    assert_eq!(server.code_failures(&anna).await, 0);
    let code = server.code_of(&anna).await;
    browser.enter(&second.attempt, &code).await.landing();
}

#[tokio::test]
async fn starting_over_ends_the_attempt_before() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let first = browser.begin(&anna).await;
    let code = server.code_of(&anna).await;
    let kept = browser.twin();
    browser.begin(&anna).await;
    // Even with the old cookie.
    kept.enter(&first.attempt, &code)
        .await
        .problem(ProblemCode::AttemptOver);
}

#[tokio::test]
async fn cancelling_ends_it_and_may_be_done_twice() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let kept = browser.twin();
    browser.delete("sign-in").await.assert_status(204);
    assert_eq!(browser.cookie("callgate-attempt"), None);
    browser.delete("sign-in").await.assert_status(204);
    let code = server.code_of(&anna).await;
    kept.enter(&step.attempt, &code)
        .await
        .problem(ProblemCode::AttemptOver);
    assert_eq!(server.events_of(&anna).await[0], "sign_in.cancelled");
}

#[tokio::test]
async fn an_attempt_belongs_to_its_browser() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let step = server.browser().begin(&anna).await;
    let code = server.code_of(&anna).await;
    let thief = server.browser();
    thief
        .enter(&step.attempt, &code)
        .await
        .problem(ProblemCode::AttemptOver);
    thief.set_cookie("callgate-attempt", &step.attempt);
    thief
        .enter(&step.attempt, &code)
        .await
        .problem(ProblemCode::AttemptOver);
    thief.session().await.signed_out();
}

#[tokio::test]
async fn the_cookie_is_new_at_every_start() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.set_cookie("callgate-attempt", "planted");
    browser.begin(&anna).await;
    let first = browser.cookie("callgate-attempt").expect("a cookie");
    assert_ne!(first, "planted");
    browser.begin(&anna).await;
    assert_ne!(browser.cookie("callgate-attempt"), Some(first));
}

#[tokio::test]
async fn a_change_of_the_account_ends_its_attempts() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let code = server.code_of(&anna).await;
    server
        .change("UPDATE accounts SET security_version = security_version + 1")
        .await;
    for answer in [
        browser.enter(&step.attempt, &code).await,
        browser.enter(&step.attempt, &other_than(&code)).await,
        browser.resend(&step.attempt).await,
    ] {
        answer.problem(ProblemCode::AttemptOver);
    }
    assert_eq!(server.code_failures(&anna).await, 0);
}

#[tokio::test]
async fn who_is_disabled_meanwhile_does_not_come_in() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let code = server.code_of(&anna).await;
    server
        .change("UPDATE accounts SET state = 'disabled'")
        .await;
    browser
        .enter(&step.attempt, &code)
        .await
        .problem(ProblemCode::AccountDisabled);
    browser.session().await.signed_out();
}

#[tokio::test]
async fn an_attempt_at_one_company_leaves_the_session_at_another() {
    let server = TestServer::start().await;
    server.add_company(company("beta")).await;
    let anna = server.agent("anna").await;
    let there = server
        .person("beta", "anna", crate::harness::Who::Agent)
        .await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    browser.begin(&there).await;
    assert_eq!(browser.session().await.session().company.alias, ACME);
    // Completing it ends the other: a browser holds one session.
    let code = server.code_of(&there).await;
    let kept = browser.twin();
    let step = browser.get("sign-in").await.code_step();
    browser.enter(&step.attempt, &code).await.landing();
    assert_eq!(browser.session().await.session().company.alias, "beta");
    kept.session().await.signed_out();
}
