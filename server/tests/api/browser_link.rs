//! The mailed link that makes a browser known, past a wait that strangers caused.

use std::collections::BTreeSet;

use app::wire::{FoundCompany, ProblemCode};
use serde_json::json;
use server::storage::{AccountState, testing::each_database};

use crate::{
    harness::{
        ACME, Answer, MINUTE, PASSWORD, Person, Setup, TestBrowser, TestServer, Who, company,
        seconds,
    },
    log::{count_statements, statements_of},
};

async fn ask(browser: &TestBrowser<'_>, account: &str) -> Answer {
    browser
        .post("companies/acme/browser-link", json!({"account": account}))
        .await
}

/// The secret in the newest link of this person's mail.
async fn token(server: &TestServer, person: &Person) -> String {
    let mails = server.mails_to(person).await;
    let text = &mails.first().expect("a mail").text;
    let (_, rest) = text.split_once("/browser-link?token=").expect("a link");
    rest.split_whitespace().next().expect("a secret").to_owned()
}

#[tokio::test]
async fn the_link_lets_the_owner_in_past_the_wait() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    server.browser().guess(&anna, 5).await;
    let own = server.browser();
    own.type_password(&anna, PASSWORD)
        .await
        .problem(ProblemCode::Wait);
    let asked = own
        .post("companies/acme/browser-link", json!({"account": "anna"}))
        .await;
    asked.assert_status(204);
    let token = token(&server, &anna).await;
    // Mail scanners follow links; only a person's own click counts.
    own.page(&format!("/acme/browser-link?token={token}"))
        .await
        .assert_status(200);
    own.type_password(&anna, PASSWORD)
        .await
        .problem(ProblemCode::Wait);
    let found: FoundCompany = own
        .post("browser-link", json!({"token": token}))
        .await
        .json();
    assert_eq!(found.alias, ACME);
    own.begin(&anna).await;
    let events = server.events_of(&anna).await;
    assert!(events.contains(&"browser.link_sent".into()), "{events:?}");
    assert!(events.contains(&"browser.known".into()), "{events:?}");
    // No session follows from a link.
    own.session().await.signed_out();
}

#[tokio::test]
async fn unknown_accounts_get_the_same_answer_and_no_mail() {
    let server = TestServer::start().await;
    server.agent("anna").await;
    server
        .person_with(ACME, "dora", Who::Agent, |account, _| {
            account.state = AccountState::Disabled
        })
        .await;
    let mut seen = Vec::new();
    for account in ["anna", "dora", "nobody"] {
        let answer = server
            .browser()
            .post("companies/acme/browser-link", json!({"account": account}))
            .await;
        answer.assert_status(204);
        assert!(answer.body.is_empty());
        let names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        seen.push(names);
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:?}");
    server
        .jobs()
        .answer_reset_requests()
        .await
        .expect("answers");
    assert_eq!(server.number("SELECT COUNT(*) FROM outbox").await, 1);
}

#[tokio::test]
async fn asking_costs_the_same_whoever_it_is_about() {
    count_statements();
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let anna = server.agent("anna").await;
        let mut seen = BTreeSet::new();
        for account in ["anna", "ANNA@acme.example", "nobody"] {
            let answer = ask(&server.browser(), account).await;
            answer.assert_status(204);
            let statements = statements_of(answer.header("x-request-id"));
            seen.insert(format!("{statements:#?}"));
        }
        assert_eq!(seen.len(), 1, "{seen:#?}");
        let only = seen.first().expect("one");
        assert!(only.contains("INSERT INTO reset_requests"), "{only}");
        assert!(!only.contains("FROM accounts"), "{only}");
        let known = "SELECT COUNT(*) FROM audit_events WHERE kind = 'browser.link_sent'";
        assert_eq!(server.number(known).await, 0);
        // They wait where the requests for a new password do, and each is mailed what was asked for.
        server
            .browser()
            .post("companies/acme/forgot-password", json!({"account": "anna"}))
            .await
            .assert_status(204);
        let mails = server.mails_to(&anna).await;
        let links = |path: &str| mails.iter().filter(|mail| mail.text.contains(path)).count();
        assert_eq!(links("/acme/browser-link?token="), 2);
        assert_eq!(links("/reset-password?token="), 1);
        assert_eq!(server.number(known).await, 2);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_names_nobody_is_refused_and_so_is_a_company_without_passwords() {
    let server = TestServer::start().await;
    for account in ["", " ", "a\u{0}", &"x".repeat(255)] {
        ask(&server.browser(), account)
            .await
            .assert_status(400)
            .problem(ProblemCode::InvalidRequest);
    }
    server
        .change("UPDATE companies SET passwords = FALSE")
        .await;
    ask(&server.browser(), "anna")
        .await
        .assert_status(403)
        .problem(ProblemCode::PasswordsOff);
    assert_eq!(
        server.number("SELECT COUNT(*) FROM reset_requests").await,
        0
    );
}

#[tokio::test]
async fn a_link_works_once_for_twenty_minutes_and_only_the_newest() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let ask = async || {
        let answer = server
            .browser()
            .post("companies/acme/browser-link", json!({"account": "anna"}))
            .await;
        answer.assert_status(204);
        token(&server, &anna).await
    };
    let open = async |token: &str| {
        server
            .browser()
            .post("browser-link", json!({"token": token}))
            .await
    };
    let first = ask().await;
    server.advance(seconds(1));
    let second = ask().await;
    assert_ne!(first, second);
    open(&first)
        .await
        .assert_status(410)
        .problem(ProblemCode::LinkUsed);
    open(&second).await.assert_status(200);
    open(&second).await.problem(ProblemCode::LinkUsed);
    server.advance(seconds(1));
    let third = ask().await;
    server.advance(20 * MINUTE);
    open(&third).await.problem(ProblemCode::LinkExpired);
    open("guessed").await.problem(ProblemCode::LinkUsed);
}

#[tokio::test]
async fn three_links_an_hour_and_silence_after() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    for _ in 0..6 {
        server.advance(MINUTE);
        server
            .browser()
            .post("companies/acme/browser-link", json!({"account": "anna"}))
            .await
            .assert_status(204);
    }
    assert_eq!(server.mails_to(&anna).await.len(), 3);
    server.advance(60 * MINUTE);
    server
        .browser()
        .post("companies/acme/browser-link", json!({"account": "anna"}))
        .await
        .assert_status(204);
    assert_eq!(server.mails_to(&anna).await.len(), 4);
}

#[tokio::test]
async fn links_that_ended_and_browsers_that_nobody_knows_go_after_a_day() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let anna = server.agent("anna").await;
        server
            .person_with(ACME, "ines", Who::Agent, |account, past| {
                account.state = AccountState::Invited;
                past.password = None;
            })
            .await;
        server.browser().sign_in(&anna).await;
        let columns = "id, kind, token_hash, account_id, security_version, created_at, expires_at";
        server
            .change(format!(
                "INSERT INTO links ({columns}) SELECT 'old', 'invitation', b.cookie_hash, a.id, 1, 0, 1
                 FROM browsers b, accounts a WHERE a.username = 'ines'"
            ))
            .await;
        ask(&server.browser(), "anna").await.assert_status(204);
        token(&server, &anna).await;
        server
            .change(
                "INSERT INTO browsers (id, cookie_hash, created_at)
                 SELECT 'stray', token_hash, created_at FROM links WHERE kind = 'browser'",
            )
            .await;
        let rows = async || {
            server.jobs().purge().await.expect("purges");
            let links = server.number("SELECT COUNT(*) FROM links").await;
            (links, server.number("SELECT COUNT(*) FROM browsers").await)
        };
        server.advance(24 * 60 * MINUTE);
        assert_eq!(rows().await, (2, 2));
        server.advance(seconds(1));
        assert_eq!(rows().await, (2, 1), "the stray browser");
        server.advance(20 * MINUTE);
        // The list tells by the invitation that it has ended.
        assert_eq!(rows().await, (1, 1));
        server.services.db.close().await;
    })
    .await;
}
