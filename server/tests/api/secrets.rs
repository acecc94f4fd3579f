//! What must not be found where it does not belong: in logs, in the database, in answers.

use std::fs;

use app::wire::{ProblemCode, Role};
use serde_json::json;
use server::{
    flows::operator::{FirstCredential, PersonDraft, create_account},
    storage::{
        Welcome,
        testing::{TestDatabase, each_database},
    },
};

use crate::harness::{ACME, MINUTE, PASSWORD, Setup, TestServer, WRONG, company, other_than};
use crate::log::{drop_log, keep_log};

/// Everything that a sign-in has to do with and that nobody else may read.
async fn live_a_little(server: &TestServer) -> Vec<String> {
    let anna = server.agent("anna").await;
    let draft = PersonDraft {
        username: "ines".into(),
        email: "ines@mail.example".into(),
        name: "Ines Newman".into(),
        roles: vec![Role::Agent],
    };
    let made = create_account(&server.services, ACME, &draft, Welcome::Link).await;
    let FirstCredential::Link { path, .. } = made.expect("made") else {
        panic!("not a link")
    };
    let mut secrets = vec![PASSWORD.to_owned(), WRONG.to_owned()];
    secrets.push(path.split_once('=').expect("a secret").1.to_owned());
    let browser = server.browser();
    browser.page(&path).await.assert_status(200);
    let unknown = json!({"account": "very.unknown.person", "password": WRONG});
    browser
        .post("companies/acme/sign-in", unknown)
        .await
        .problem(ProblemCode::WrongCredentials);
    secrets.push("very.unknown".into());
    // People type passwords into the wrong field.
    let slipped = json!({"account": "my secret passphrase", "password": WRONG});
    browser
        .post("companies/acme/sign-in", slipped)
        .await
        .problem(ProblemCode::WrongCredentials);
    secrets.push("secret passphrase".into());
    let slipped = json!({"username": "slipped@very.secret", "password": WRONG});
    browser
        .post("sign-in", slipped)
        .await
        .problem(ProblemCode::WrongCredentials);
    secrets.push("very.secret".into());
    browser.guess(&anna, 1).await;
    browser.page("/acme?next=%2Facme%2Fquery-secret").await;
    secrets.push("query-secret".into());
    let step = browser.begin(&anna).await;
    secrets.push(browser.cookie("callgate-attempt").expect("a cookie"));
    let code = server.code_of(&anna).await;
    browser.enter(&step.attempt, &other_than(&code)).await;
    browser.enter(&step.attempt, &code).await.landing();
    for name in ["callgate-session", "callgate-browser"] {
        secrets.push(browser.cookie(name).expect("a cookie"));
    }
    browser
        .post("companies/acme/browser-link", json!({"account": "anna"}))
        .await
        .assert_status(204);
    let mail = server.mails_to(&anna).await.remove(0);
    let (_, rest) = mail.text.split_once("token=").expect("a link");
    secrets.push(rest.split_whitespace().next().expect("a secret").to_owned());
    for account in ["anna", "forgetful.nobody@very.secret"] {
        browser
            .post(
                "companies/acme/forgot-password",
                json!({"account": account}),
            )
            .await
            .assert_status(204);
    }
    secrets.push("forgetful".into());
    let mail = server.mails_to(&anna).await.remove(0);
    let (_, rest) = mail
        .text
        .split_once("/reset-password?token=")
        .expect("a link");
    let token = rest.split_whitespace().next().expect("a secret").to_owned();
    browser
        .page(&format!("/reset-password?token={token}"))
        .await
        .assert_status(200);
    secrets.push(token);
    browser.page("/acme/desk").await.assert_status(200);
    server.advance(MINUTE);
    browser.delete("session").await.assert_status(204);
    secrets
}

#[tokio::test]
async fn logs_hold_no_secret_of_a_whole_sign_in() {
    each_database(async |database| {
        let lines = keep_log();
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let secrets = live_a_little(&server).await;
        drop_log();
        server.services.db.close().await;
        holds_no(&lines.text(), secrets);
    })
    .await;
}

fn holds_no(log: &str, mut secrets: Vec<String>) {
    assert!(log.contains("answered"), "nothing was logged");
    assert!(log.contains("/api/v1/companies/{alias}/sign-in"), "{log}");
    secrets.push("anna@".into());
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(&secret));
        assert_eq!(line, None, "{secret}");
    }
    // The reference of an answer finds its line.
    assert!(log.contains("reference="), "{log}");
}

#[tokio::test]
async fn the_database_holds_no_secret_in_clear() {
    let database = TestDatabase::sqlite();
    let server = TestServer::at(&database.url, Setup::default()).await;
    server.add_company(company(ACME)).await;
    let mut secrets = live_a_little(&server).await;
    // A mail that still waits is sealed.
    let bob = server.agent("bob").await;
    server.browser().begin(&bob).await;
    secrets.push("Enter these six digits".into());
    server.services.db.close().await;
    let path = database.url.strip_prefix("sqlite://").expect("a file");
    let mut bytes = fs::read(path).expect("the file");
    bytes.extend(fs::read(format!("{path}-wal")).unwrap_or_default());
    assert!(find(&bytes, b"anna@acme.example"), "not the database");
    for secret in secrets {
        assert!(!find(&bytes, secret.as_bytes()), "{secret}");
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[tokio::test]
async fn delivered_mails_leave_nothing_behind() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    server.browser().begin(&anna).await;
    let waiting = "SELECT COUNT(*) FROM outbox WHERE sealed IS NOT NULL";
    assert_eq!(server.number(waiting).await, 1);
    server.mails_to(&anna).await;
    assert_eq!(server.number(waiting).await, 0);
    // Nor does a code that nobody could deliver in its time.
    server.advance(MINUTE);
    server.browser().begin(&anna).await;
    server.advance(5 * MINUTE);
    assert_eq!(server.mails_to(&anna).await.len(), 1);
    assert_eq!(server.number(waiting).await, 0);
}

#[tokio::test]
async fn unknown_identifiers_are_told_apart_and_not_told() {
    let server = TestServer::start().await;
    for account in ["nobody", "nobody", "somebody"] {
        let typed = json!({"account": account, "password": WRONG});
        server
            .browser()
            .post("companies/acme/sign-in", typed)
            .await
            .problem(ProblemCode::WrongCredentials);
    }
    let distinct = "SELECT COUNT(DISTINCT reason) FROM audit_events";
    assert_eq!(server.number(distinct).await, 2);
    let clear = "SELECT COUNT(*) FROM audit_events WHERE reason LIKE '%body%'";
    assert_eq!(server.number(clear).await, 0);
}
