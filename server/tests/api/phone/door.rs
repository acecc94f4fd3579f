//! A company with an Amazon Connect, and browsers that say who is signed in to it.

use app::wire::{BindStep, ProblemCode, SecuritySettings, Step, TwoFactorMode};
use serde_json::{Value, json};
use server::storage::testing::{TestDatabase, each_database};

use crate::harness::{
    ACME, Answer, PASSWORD, Person, Setup, TestBrowser, TestServer, company, seconds,
};

pub(super) const CCP: &str = "https://acme.my.connect.aws/ccp-v2/";
/// Who most people here are in Amazon Connect.
pub(super) const ANNA: &str = "Anna.Connect";

/// On a SQLite of its own, with people who have a mailbox as their second way.
pub(super) async fn start() -> TestServer {
    let server = TestServer::start().await;
    give_phone(&server).await;
    server
}

/// The same where nobody has passwords.
pub(super) async fn start_without_passwords() -> TestServer {
    let server = start().await;
    take_passwords(&server).await;
    server
}

pub(super) async fn give_phone(server: &TestServer) {
    server
        .change(format!(
            "UPDATE companies SET ccp_url = '{CCP}' WHERE alias = '{ACME}'"
        ))
        .await;
}

pub(super) async fn take_passwords(server: &TestServer) {
    server
        .change(format!(
            "UPDATE companies SET passwords = FALSE WHERE alias = '{ACME}'"
        ))
        .await;
}

/// Nothing more is asked of whoever has set up nothing.
pub(super) async fn ask_less(server: &TestServer) {
    server
        .set_policy(ACME, |policy| policy.mode = TwoFactorMode::Optional)
        .await;
}

/// Somebody of whom nothing more is asked.
pub(super) async fn plain(server: &TestServer, username: &str) -> Person {
    let person = server.agent(username).await;
    server.forget_ways(&person).await;
    person
}

/// A server on each engine.
pub(super) async fn each_server(test: impl AsyncFn(&TestServer)) {
    each_database(async |database: &TestDatabase| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        give_phone(&server).await;
        test(&server).await;
        server.services.db.close().await;
    })
    .await;
}

/// *Secure Login*, after Amazon Connect has said who it is.
pub(super) async fn claim(browser: &TestBrowser<'_>, username: &str) -> Answer {
    claim_at(browser, ACME, json!({"username": username})).await
}

pub(super) async fn claim_at(browser: &TestBrowser<'_>, alias: &str, body: Value) -> Answer {
    browser
        .post(&format!("companies/{alias}/phone/sign-in"), body)
        .await
}

#[track_caller]
pub(super) fn step(answer: &Answer) -> BindStep {
    match answer.json() {
        Step::Bind(step) => step,
        _ => panic!("not at binding: {answer:?}"),
    }
}

/// Claims to be somebody whom nobody has proven here.
pub(super) async fn come(browser: &TestBrowser<'_>, username: &str) -> BindStep {
    step(&claim(browser, username).await)
}

/// The step that waits in this browser.
pub(super) async fn current(browser: &TestBrowser<'_>) -> BindStep {
    step(&browser.get("sign-in").await)
}

pub(super) async fn say(browser: &TestBrowser<'_>, step: &BindStep, person: &Person) -> Answer {
    say_with(browser, step, &person.username, PASSWORD).await
}

pub(super) async fn say_with(
    browser: &TestBrowser<'_>,
    step: &BindStep,
    account: &str,
    password: &str,
) -> Answer {
    let body = json!({"attempt": step.attempt, "account": account, "password": password});
    browser.post("sign-in/bind", body).await
}

/// Gives the mailed code that is asked for, if one is; waits for it where the limits do.
pub(super) async fn finish(
    server: &TestServer,
    browser: &TestBrowser<'_>,
    person: &Person,
    answer: Answer,
) -> String {
    match answer.json() {
        Step::SignedIn { landing } => landing,
        Step::Code(step) => {
            if step.sent_at.is_none() {
                let wait = step.resend_after.expect("a time");
                server.advance(seconds(wait.into()));
                browser.resend(&step.attempt).await.code_step();
            }
            let code = server.code_of(person).await;
            browser.enter(&step.attempt, &code).await.landing()
        }
        _ => panic!("neither signed in nor at a code: {answer:?}"),
    }
}

/// Proves with account and password who somebody is in Amazon Connect; the browser is signed in then.
pub(super) async fn bind(
    server: &TestServer,
    browser: &TestBrowser<'_>,
    person: &Person,
    username: &str,
) -> String {
    let step = come(browser, username).await;
    let answer = say(browser, &step, person).await;
    finish(server, browser, person, answer).await
}

/// A browser that speaks for somebody, and is signed out.
pub(super) async fn bound<'a>(
    server: &'a TestServer,
    person: &Person,
    username: &str,
) -> TestBrowser<'a> {
    let browser = server.browser();
    bind(server, &browser, person, username).await;
    browser.delete("session").await.assert_status(204);
    browser
}

pub(super) async fn bindings(server: &TestServer) -> i64 {
    server.number("SELECT COUNT(*) FROM bindings").await
}

pub(super) async fn sessions(server: &TestServer) -> i64 {
    server
        .number("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL")
        .await
}

pub(super) async fn security(browser: &TestBrowser<'_>) -> SecuritySettings {
    browser.get("security").await.json()
}

/// Nothing waits in this browser and nobody is signed in.
pub(super) async fn nothing_waits(browser: &TestBrowser<'_>) {
    browser
        .get("sign-in")
        .await
        .problem(ProblemCode::AttemptOver);
}
