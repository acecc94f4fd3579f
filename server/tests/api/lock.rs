//! Five wrong codes lock an account until an administrator unlocks it.

use app::wire::{ProblemCode, UserDetail};
use serde_json::json;
use server::{
    flows::operator::unlock_account,
    storage::{SecondFactor, testing::each_database},
};

use crate::harness::{
    ACME, MINUTE, PASSWORD, Person, Setup, TestServer, Who, company, other_than, seconds,
};

#[tokio::test]
async fn wrong_codes_count_down_and_the_fifth_locks() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let anna = server.agent("anna").await;
        let browser = server.browser();
        let step = browser.begin(&anna).await;
        let right = server.code_of(&anna).await;
        let wrong = other_than(&right);
        for left in [4, 3, 2, 1] {
            let problem = browser
                .enter(&step.attempt, &wrong)
                .await
                .assert_status(401)
                .problem(ProblemCode::WrongCode);
            assert_eq!(problem.attempts_left, Some(left));
            let shown = browser.get("sign-in").await.code_step();
            // The page warns from the third on, and again after a reload.
            assert_eq!(shown.attempts_left, (left <= 2).then_some(left));
        }
        let answer = browser.enter(&step.attempt, &wrong).await;
        let problem = answer
            .assert_status(403)
            .problem(ProblemCode::AccountLocked);
        assert_eq!(problem.attempts_left, Some(0));
        let answer = browser.enter(&step.attempt, &right).await;
        let problem = answer.problem(ProblemCode::AccountLocked);
        assert_eq!(problem.attempts_left, None, "it was not this one");
        assert_eq!(server.code_failures(&anna).await, 5);
        let events = server.events_of(&anna).await;
        assert_eq!(
            events
                .iter()
                .filter(|kind| *kind == "sign_in.code_wrong")
                .count(),
            5
        );
        assert_eq!(
            events
                .iter()
                .filter(|kind| *kind == "sign_in.locked")
                .count(),
            1
        );
        let mails = server.mails_to(&anna).await;
        assert_eq!(
            mails[0].subject,
            "Your account at ACME Contact Centre is locked"
        );
        assert!(mails[0].text.contains("Helga Desk"), "{}", mails[0].text);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_right_code_as_the_fifth_try_signs_in_and_starts_the_count_again() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let step = browser.fail_codes(&anna, 4).await;
    let code = server.code_of(&anna).await;
    browser.enter(&step.attempt, &code).await.landing();
    assert_eq!(server.code_failures(&anna).await, 0);
    server.advance(MINUTE);
    let step = server.browser().begin(&anna).await;
    assert_eq!(step.attempts_left, None);
}

#[tokio::test]
async fn a_locked_account_is_told_so_after_the_right_password_only() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    server.browser().fail_codes(&anna, 5).await;
    let browser = server.browser();
    browser.guess(&anna, 1).await;
    let problem = browser
        .type_password(&anna, PASSWORD)
        .await
        .assert_status(403)
        .problem(ProblemCode::AccountLocked);
    assert_eq!(problem.attempts_left, None);
    assert_eq!(server.events_of(&anna).await[0], "sign_in.refused");
}

#[tokio::test]
async fn the_lock_holds_in_every_attempt_that_is_open() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let good = server.browser();
    let step = good.begin(&anna).await;
    let code = server.code_of(&anna).await;
    // Somebody else who knows the password.
    let thief = server.browser();
    thief.fail_codes(&anna, 5).await;
    good.enter(&step.attempt, &code)
        .await
        .problem(ProblemCode::AccountLocked);
    server.advance(MINUTE);
    good.resend(&step.attempt)
        .await
        .problem(ProblemCode::AccountLocked);
    good.session().await.signed_out();
}

#[tokio::test]
async fn the_count_survives_starting_over_and_resending() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.fail_codes(&anna, 2).await;
    browser.delete("sign-in").await.assert_status(204);
    server.advance(MINUTE);
    let step = browser.fail_codes(&anna, 1).await;
    let shown = browser.get("sign-in").await.code_step();
    assert_eq!(shown.attempts_left, Some(2));
    server.advance(MINUTE);
    let step = browser.resend(&step.attempt).await.code_step();
    assert_eq!(step.attempts_left, Some(2));
    let wrong = other_than(&server.code_of(&anna).await);
    let problem = browser
        .enter(&step.attempt, &wrong)
        .await
        .problem(ProblemCode::WrongCode);
    assert_eq!(problem.attempts_left, Some(1));
    // Days later, too.
    server.advance(seconds(3 * 24 * 60 * 60));
    let step = server.browser().begin(&anna).await;
    assert_eq!(step.attempts_left, Some(1));
}

/// A locked agent.
async fn locked(server: &TestServer, name: &str) -> Person {
    let person = server.agent(name).await;
    server.browser().fail_codes(&person, 5).await;
    person
}

#[tokio::test]
async fn an_administrator_unlocks_with_a_reason() {
    let server = TestServer::start().await;
    let anna = locked(&server, "anna").await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    let path = format!("users/{}/unlock", anna.id);
    for reason in ["", "   ", &"x".repeat(501)] {
        browser
            .post(&path, json!({"reason": reason}))
            .await
            .assert_status(422)
            .problem(ProblemCode::ReasonMissing);
    }
    let detail: UserDetail = browser
        .post(&path, json!({"reason": " New phone "}))
        .await
        .json();
    assert!(!detail.user.locked);
    let newest = &detail.timeline[0];
    assert_eq!(newest.kind, "account.unlocked");
    assert_eq!(newest.actor.as_deref(), Some("ada Somebody"));
    assert_eq!(newest.reason.as_deref(), Some("New phone"));
    let mail = server.mails_to(&anna).await.remove(0);
    assert_eq!(
        mail.subject,
        "Your account at ACME Contact Centre is unlocked"
    );
    assert!(mail.text.contains("New phone") && mail.text.contains("ada Somebody"));
    browser
        .post(&path, json!({"reason": "again"}))
        .await
        .assert_status(409)
        .problem(ProblemCode::NotLocked);
    server.advance(MINUTE);
    assert_eq!(server.browser().sign_in(&anna).await, "/acme/desk");
}

#[tokio::test]
async fn the_operator_unlocks_without_a_session() {
    let server = TestServer::start().await;
    let anna = locked(&server, "anna").await;
    unlock_account(&server.services, ACME, "anna", "asked on the phone")
        .await
        .expect("unlocked");
    server.advance(MINUTE);
    server.browser().sign_in(&anna).await;
}

#[tokio::test]
async fn unlocking_needs_a_proof_of_the_last_ten_minutes() {
    let server = TestServer::start().await;
    let anna = locked(&server, "anna").await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    let path = format!("users/{}/unlock", anna.id);
    let unlock = json!({"reason": "asked on the phone"});
    server.advance(seconds(601));
    browser
        .post(&path, unlock.clone())
        .await
        .assert_status(403)
        .problem(ProblemCode::FreshProofNeeded);
    browser
        .post("session/proof", json!({"password": "not mine at all"}))
        .await
        .assert_status(401)
        .problem(ProblemCode::WrongCredentials);
    browser
        .post(&path, unlock.clone())
        .await
        .problem(ProblemCode::FreshProofNeeded);
    browser
        .post("session/proof", json!({"password": PASSWORD}))
        .await
        .assert_status(204);
    server.advance(seconds(600));
    browser.post(&path, unlock).await.assert_status(200);
    let events = server.events_of(&ada).await;
    assert_eq!(events[..2], ["session.proved", "session.not_proved"]);
}

#[tokio::test]
async fn proofs_are_throttled_like_sign_ins() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    for _ in 0..5 {
        browser
            .post("session/proof", json!({"password": "not mine at all"}))
            .await
            .problem(ProblemCode::WrongCredentials);
    }
    let compared = server.compared();
    let answer = browser
        .post("session/proof", json!({"password": PASSWORD}))
        .await;
    assert_eq!(answer.problem(ProblemCode::Wait).retry_after, Some(5));
    assert_eq!(server.compared(), compared);
    server.advance(seconds(5));
    browser
        .post("session/proof", json!({"password": PASSWORD}))
        .await
        .assert_status(204);
}

#[tokio::test]
async fn a_locked_administrator_proves_and_unlocks_nothing() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    server.advance(MINUTE);
    server.browser().fail_codes(&ada, 5).await;
    // The lock leaves the session alone, but not its powers.
    browser.session().await.session();
    let path = format!("users/{}/unlock", ada.id);
    browser
        .post(&path, json!({"reason": "I am Ada"}))
        .await
        .assert_status(403)
        .problem(ProblemCode::Forbidden);
    let answer = browser
        .post("session/proof", json!({"password": PASSWORD}))
        .await;
    answer
        .assert_status(403)
        .problem(ProblemCode::AccountLocked);
}

#[tokio::test]
async fn other_companies_people_are_not_there_and_agents_may_not() {
    let server = TestServer::start().await;
    let anna = locked(&server, "anna").await;
    let mut other = company("beta");
    other.policy.second_factor = SecondFactor::Off;
    server.add_company(other).await;
    let bea = server.person("beta", "bea", Who::Admin).await;
    let path = format!("users/{}/unlock", anna.id);
    let unlock = json!({"reason": "asked on the phone"});
    let browser = server.browser();
    browser.type_password(&bea, PASSWORD).await.landing();
    browser
        .post(&path, unlock.clone())
        .await
        .assert_status(404)
        .problem(ProblemCode::NotFound);
    browser
        .get(&format!("users/{}", anna.id))
        .await
        .problem(ProblemCode::NotFound);
    let agent = server.agent("arno").await;
    let browser = server.browser();
    browser.sign_in(&agent).await;
    browser
        .post(&path, unlock.clone())
        .await
        .assert_status(403)
        .problem(ProblemCode::Forbidden);
    let stranger = server.browser();
    stranger.post(&path, unlock).await.signed_out();
    assert_eq!(server.code_failures(&anna).await, 5);
}
