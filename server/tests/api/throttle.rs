//! Wrong passwords make the next one wait, strangers do not shut owners out, and a full queue for
//! hashing counts nothing.

use app::wire::ProblemCode;
use serde_json::json;
use server::domain::hash_queue::{Lane, Network};

use crate::harness::{ACME, HOUR, PASSWORD, Setup, TestServer, WRONG, Who, seconds};

#[tokio::test]
async fn four_are_free_then_every_wrong_password_doubles_the_wait() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.guess(&anna, 5).await;
    for wait in [5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900] {
        let before = server.compared();
        let problem = browser
            .type_password(&anna, WRONG)
            .await
            .assert_status(429)
            .problem(ProblemCode::Wait);
        assert_eq!(problem.retry_after, Some(wait));
        server.advance(seconds(u64::from(wait) - 1));
        let answer = browser.type_password(&anna, PASSWORD).await;
        let problem = answer.problem(ProblemCode::Wait);
        assert_eq!(
            problem.retry_after,
            Some(1),
            "the wait is neither counted nor extended"
        );
        assert_eq!(answer.header("retry-after"), "1");
        assert_eq!(server.compared(), before, "nothing is compared in a wait");
        server.advance(seconds(1));
        browser.guess(&anna, 1).await;
    }
}

#[tokio::test]
async fn unknown_accounts_wait_alike() {
    let server = TestServer::start().await;
    let browser = server.browser();
    let typed = json!({"account": "nobody", "password": WRONG});
    for _ in 0..5 {
        let answer = browser.post("companies/acme/sign-in", typed.clone()).await;
        answer.problem(ProblemCode::WrongCredentials);
    }
    let problem = browser
        .post("companies/acme/sign-in", typed)
        .await
        .problem(ProblemCode::Wait);
    assert_eq!(problem.retry_after, Some(5));
}

#[tokio::test]
async fn a_right_password_starts_the_count_again() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.guess(&anna, 4).await;
    browser.begin(&anna).await;
    browser.guess(&anna, 5).await;
    browser
        .type_password(&anna, WRONG)
        .await
        .problem(ProblemCode::Wait);
    server.advance(seconds(5));
    browser.begin(&anna).await;
    browser.guess(&anna, 4).await;
}

#[tokio::test]
async fn spellings_of_one_account_share_a_counter() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    for account in ["anna", "ANNA", " anna", "ａｎｎａ", "Anna "] {
        let typed = json!({"account": account, "password": WRONG});
        let answer = browser.post("companies/acme/sign-in", typed).await;
        answer.problem(ProblemCode::WrongCredentials);
    }
    browser
        .type_password(&anna, PASSWORD)
        .await
        .problem(ProblemCode::Wait);
}

#[tokio::test]
async fn a_day_later_nothing_is_remembered() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.guess(&anna, 4).await;
    server.advance(24 * HOUR);
    browser.guess(&anna, 4).await;
}

#[tokio::test]
async fn the_owner_signs_in_while_strangers_guess() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let own = server.browser();
    own.sign_in(&anna).await;
    let stranger = server.browser().from([198, 51, 100, 1]);
    stranger.guess(&anna, 5).await;
    stranger
        .type_password(&anna, PASSWORD)
        .await
        .problem(ProblemCode::Wait);
    own.guess(&anna, 1).await;
    own.begin(&anna).await;
    // And the owner's own wrong passwords count in the owner's own lane.
    own.guess(&anna, 5).await;
    own.type_password(&anna, PASSWORD)
        .await
        .problem(ProblemCode::Wait);
}

#[tokio::test]
async fn a_browser_is_known_to_the_accounts_that_signed_in_with_it_only() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let bob = server.agent("bob").await;
    let annas = server.browser();
    annas.sign_in(&anna).await;
    let stranger = server.browser();
    stranger.guess(&bob, 5).await;
    annas
        .type_password(&bob, PASSWORD)
        .await
        .problem(ProblemCode::Wait);
}

#[tokio::test]
async fn ten_browsers_are_known_and_the_one_unused_longest_is_forgotten() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let first = server.browser();
    first.sign_in(&anna).await;
    for _ in 0..10 {
        server.advance(HOUR);
        server.browser().sign_in(&anna).await;
    }
    server.browser().guess(&anna, 5).await;
    first
        .type_password(&anna, PASSWORD)
        .await
        .problem(ProblemCode::Wait);
    assert_eq!(
        server.number("SELECT COUNT(*) FROM known_browsers").await,
        10
    );
}

#[tokio::test]
async fn a_full_queue_says_when_to_come_back_and_counts_nothing() {
    let server = TestServer::with(Setup {
        hash_places: 8,
        ..Setup::default()
    })
    .await;
    let anna = server.agent("anna").await;
    let taken: Vec<_> = (0..8)
        .map(|_| {
            server
                .services
                .hashing
                .reserve(Lane::Known, Network::Registered)
                .expect("a place")
        })
        .collect();
    let browser = server.browser();
    for _ in 0..6 {
        let answer = browser.type_password(&anna, WRONG).await;
        let problem = answer.assert_status(503).problem(ProblemCode::Busy);
        assert_eq!(
            answer.header("retry-after"),
            problem.retry_after.expect("a time").to_string()
        );
    }
    assert_eq!(server.number("SELECT COUNT(*) FROM throttles").await, 0);
    drop(taken);
    browser.guess(&anna, 4).await;
    browser.begin(&anna).await;
}

#[tokio::test]
async fn strangers_fill_half_of_the_queue_at_most() {
    let server = TestServer::with(Setup {
        hash_places: 8,
        ..Setup::default()
    })
    .await;
    let anna = server.person(ACME, "anna", Who::Agent).await;
    let own = server.browser();
    own.sign_in(&anna).await;
    let taken: Vec<_> = (0..4)
        .map(|_| {
            server
                .services
                .hashing
                .reserve(Lane::Unknown, Network::Registered)
                .expect("a place")
        })
        .collect();
    server
        .browser()
        .type_password(&anna, PASSWORD)
        .await
        .problem(ProblemCode::Busy);
    own.begin(&anna).await;
    drop(taken);
}
