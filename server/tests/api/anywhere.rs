//! Signing in without a company: one account is tried, and companies are named after the proof only.

use app::wire::ProblemCode;
use serde_json::json;

use crate::harness::{
    ACME, Answer, HOUR, PASSWORD, TestBrowser, TestServer, WRONG, Who, company, seconds,
};

async fn sign_in(browser: &TestBrowser<'_>, username: &str, password: &str) -> Answer {
    let typed = json!({"username": username, "password": password});
    browser.post("sign-in", typed).await
}

/// One person with an account in two companies.
async fn in_two_companies(server: &TestServer) {
    server.add_company(company("beta")).await;
    for alias in [ACME, "beta"] {
        server
            .person_with(alias, "anna", Who::Agent, |account, _| {
                account.email = "anna@mail.example".into()
            })
            .await;
        server.advance(HOUR);
    }
}

#[tokio::test]
async fn the_account_last_signed_in_to_is_tried_else_the_first() {
    let server = TestServer::start().await;
    in_two_companies(&server).await;
    let step = sign_in(&server.browser(), "Anna@Mail.example", PASSWORD)
        .await
        .code_step();
    assert_eq!(step.company, ACME);
    server
        .change("UPDATE accounts SET last_sign_in_at = 1 WHERE company_id = 'company-beta'")
        .await;
    let step = sign_in(&server.browser(), "anna@mail.example", PASSWORD)
        .await
        .code_step();
    assert_eq!(step.company, "beta");
}

#[tokio::test]
async fn exactly_one_hash_is_compared() {
    let server = TestServer::start().await;
    in_two_companies(&server).await;
    for username in ["anna@mail.example", "nobody@mail.example"] {
        let before = server.compared();
        let answer = sign_in(&server.browser(), username, WRONG).await;
        answer
            .assert_status(401)
            .problem(ProblemCode::WrongCredentials);
        assert_eq!(server.compared(), before + 1);
        assert!(!answer.text().contains(ACME) && !answer.text().contains("beta"));
    }
}

#[tokio::test]
async fn known_and_unknown_addresses_wait_alike() {
    let server = TestServer::start().await;
    in_two_companies(&server).await;
    for username in ["anna@mail.example", "nobody@mail.example"] {
        let browser = server.browser();
        for _ in 0..5 {
            sign_in(&browser, username, WRONG)
                .await
                .problem(ProblemCode::WrongCredentials);
        }
        let answer = sign_in(&browser, username, PASSWORD).await;
        assert_eq!(answer.problem(ProblemCode::Wait).retry_after, Some(5));
    }
    server.advance(seconds(5));
    sign_in(&server.browser(), "anna@mail.example", PASSWORD)
        .await
        .code_step();
}

#[tokio::test]
async fn a_username_without_an_at_is_no_address() {
    let server = TestServer::start().await;
    server.agent("anna").await;
    let before = server.compared();
    sign_in(&server.browser(), "anna", PASSWORD)
        .await
        .assert_status(400)
        .problem(ProblemCode::InvalidRequest);
    assert_eq!(server.compared(), before);
}

#[tokio::test]
async fn a_company_without_passwords_is_not_entered_this_way() {
    let server = TestServer::start().await;
    let mut modern = company("modern");
    modern.passwords = false;
    server.add_company(modern).await;
    let mia = server.person("modern", "mia", Who::Agent).await;
    let before = server.compared();
    sign_in(&server.browser(), &mia.email, PASSWORD)
        .await
        .problem(ProblemCode::WrongCredentials);
    assert_eq!(server.compared(), before + 1);
}
