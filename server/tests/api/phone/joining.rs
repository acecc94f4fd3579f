//! Connect users without an account ask for one.

use app::wire::{BindStep, ProblemCode};
use serde_json::json;

use super::door::{ANNA, come, current, each_server, start, step};
use crate::harness::{ACME, Answer, HOUR, TestBrowser, TestServer, company};

async fn join(browser: &TestBrowser<'_>, step: &BindStep, name: &str, email: &str) -> Answer {
    let body = json!({"attempt": step.attempt, "name": name, "email": email});
    browser.post("sign-in/bind/join", body).await
}

async fn requests(server: &TestServer) -> Vec<String> {
    server
        .texts("SELECT phone_username || ' ' || name || ' ' || email FROM join_requests ORDER BY phone_username")
        .await
}

#[tokio::test]
async fn somebody_asks_once_and_administrators_are_told() {
    each_server(async |server| {
        let ada = server.admin("ada").await;
        let browser = server.browser();
        let here = come(&browser, "Noah.Connect").await;
        let asked = step(&join(&browser, &here, " Noah New ", "Noah@mail.example").await);
        assert!(asked.asked_to_join);
        assert!(current(&browser).await.asked_to_join);
        let mails = server.mails_to(&ada).await;
        assert_eq!(mails.len(), 1);
        for part in ["Noah New", "Noah.Connect", "/acme/console/users"] {
            assert!(mails[0].text.contains(part), "{part}: {}", mails[0].text);
        }
        // Again here, and in another browser with other words: what was said first stands.
        join(&browser, &here, "Evil", "evil@mail.example")
            .await
            .assert_status(200);
        let other = server.browser();
        let here = come(&other, "noah.connect").await;
        assert!(!here.asked_to_join);
        let asked = step(&join(&other, &here, "Evil", "noah@MAIL.example").await);
        assert!(asked.asked_to_join);
        let known = requests(server).await;
        assert_eq!(known.len(), 1);
        assert!(known[0].starts_with("Noah.Connect Noah New "), "{known:?}");
        assert_eq!(server.mails_to(&ada).await.len(), 1);
        let events = "SELECT COUNT(*) FROM audit_events WHERE kind = 'phone.join_asked'";
        assert_eq!(server.number(events).await, 1);
    })
    .await;
}

/// Nobody has proven who they are: whoever is first keeps nobody out.
#[tokio::test]
async fn under_another_address_the_same_user_is_asked_for_again() {
    each_server(async |server| {
        let ada = server.admin("ada").await;
        for (name, email) in [
            ("Evil", "evil@mail.example"),
            ("Noah New", "noah@mail.example"),
        ] {
            let browser = server.browser();
            let here = come(&browser, "Noah.Connect").await;
            join(&browser, &here, name, email).await.assert_status(200);
        }
        assert_eq!(requests(server).await.len(), 2);
        assert_eq!(server.mails_to(&ada).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn whose_user_it_is_is_not_told() {
    let server = start().await;
    super::door::ask_less(&server).await;
    let anna = super::door::plain(&server, "anna").await;
    super::door::bound(&server, &anna, ANNA).await;
    let browser = server.browser();
    let here = come(&browser, ANNA).await;
    let answer = join(&browser, &here, "Somebody", "somebody@mail.example").await;
    assert!(step(&answer).asked_to_join);
}

#[tokio::test]
async fn what_is_no_name_or_address_is_refused() {
    let server = start().await;
    let browser = server.browser();
    let here = come(&browser, "noah.connect").await;
    let long = "x".repeat(101);
    for (name, email) in [
        ("", "noah@mail.example"),
        (" ", "noah@mail.example"),
        ("No\u{0}ah", "noah@mail.example"),
        (long.as_str(), "noah@mail.example"),
        ("Noah", ""),
        ("Noah", "no address"),
        ("Noah", "noah\u{0}@mail.example"),
    ] {
        join(&browser, &here, name, email)
            .await
            .problem(ProblemCode::InvalidRequest);
    }
    let other = server.browser();
    join(&other, &here, "Noah", "noah@mail.example")
        .await
        .problem(ProblemCode::AttemptOver);
    assert_eq!(requests(&server).await, [""; 0]);
}

#[tokio::test]
async fn a_flood_is_told_to_come_back_and_mails_little() {
    let server = start().await;
    server.add_company(company("beta")).await;
    let ada = server.admin("ada").await;
    for n in 0..100 {
        let browser = server.browser();
        let here = come(&browser, &format!("user{n}")).await;
        join(&browser, &here, "Noah", "noah@mail.example")
            .await
            .assert_status(200);
    }
    assert_eq!(server.mails_to(&ada).await.len(), 5);
    let browser = server.browser();
    let here = come(&browser, "late").await;
    let answer = join(&browser, &here, "Noah", "noah@mail.example").await;
    answer.assert_status(503).problem(ProblemCode::Busy);
    assert!(!current(&browser).await.asked_to_join);
    // Who asks already is answered as before; another company has room of its own.
    let again = server.browser();
    let here = come(&again, "user1").await;
    join(&again, &here, "Noah", "noah@mail.example")
        .await
        .assert_status(200);
    assert_eq!(requests(&server).await.len(), 100);
    server
        .change(format!(
            "DELETE FROM join_requests WHERE phone_username <> '{ACME}'"
        ))
        .await;
    server.advance(HOUR);
    let browser = server.browser();
    let here = come(&browser, "later").await;
    join(&browser, &here, "Noah", "noah@mail.example")
        .await
        .assert_status(200);
    assert_eq!(server.mails_to(&ada).await.len(), 6);
    server.advance(HOUR * 24 * 31);
    server.jobs().purge().await.expect("purges");
    assert_eq!(requests(&server).await, [""; 0]);
}
