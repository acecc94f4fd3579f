//! Statuses that live in Amazon Connect and are told here.

use app::wire::{DeskPhone, OwnPresence, Phone, PresenceKind, ProblemCode, UserDetail};
use serde_json::{Value, json};
use server::{domain::presence::Vigil, storage::testing::each_database};

use super::settings::with_ada;
use crate::harness::{
    ACME, Answer, HOUR, MINUTE, Person, Setup, TestBrowser, TestServer, company, seconds,
};

async fn with_phone(url: &str) -> TestServer {
    let server = TestServer::at(url, Setup::default()).await;
    let mut acme = company(ACME);
    acme.settings.ccp_url = Some("https://acme.my.connect.aws/ccp-v2/".to_owned());
    server.add_company(acme).await;
    server
}

/// Agents without a phone have their statuses from a list, whatever their company has.
async fn takes_calls(server: &TestServer) {
    server
        .change("UPDATE accounts SET phone = 'softphone'")
        .await;
}

async fn tell(browser: &TestBrowser<'_>, name: &str, kind: &str, seconds: u32) -> Answer {
    let body = json!({"name": name, "kind": kind, "seconds": seconds});
    browser.put("presence/phone", body).await
}

fn status(own: &OwnPresence) -> (&str, PresenceKind, u32) {
    let status = own.status.as_ref().expect("a status");
    (&status.name, status.kind, own.seconds)
}

/// What User Management shows.
async fn seen(browser: &TestBrowser<'_>, person: &Person) -> Option<(String, PresenceKind)> {
    let detail: UserDetail = browser.get(&format!("users/{}", person.id)).await.json();
    detail.user.presence.map(|it| (it.name, it.kind))
}

async fn history(browser: &TestBrowser<'_>) -> Vec<String> {
    let own: OwnPresence = browser.get("presence").await.json();
    own.today.into_iter().map(|it| it.name).rev().collect()
}

#[tokio::test]
async fn what_the_phone_says_is_seen_and_remembered() {
    each_database(async |database| {
        let server = with_phone(&database.url).await;
        let (_, adas) = with_ada(&server).await;
        let anna = server.agent("anna").await;
        takes_calls(&server).await;
        let browser = server.browser();
        browser.sign_in(&anna).await;
        // An open desk begins nothing by itself: no list counts here.
        let own: OwnPresence = browser.post("presence/here", json!({})).await.json();
        assert!(own.from_phone && own.status.is_none() && own.reasons.is_empty());
        assert!(own.list.is_none() && !own.needs_list);
        assert_eq!(seen(&adas, &anna).await, None);

        let told: OwnPresence = tell(&browser, " Break ", "not_ready", 90).await.json();
        assert_eq!(status(&told), ("Break", PresenceKind::NotReady, 90));
        let break_ = Some(("Break".to_owned(), PresenceKind::NotReady));
        assert_eq!(seen(&adas, &anna).await, break_);

        // The same once more is a sign of life and no other status.
        server.advance(45 * seconds(1));
        let again: OwnPresence = tell(&browser, "Break", "not_ready", 136).await.json();
        assert_eq!(status(&again), ("Break", PresenceKind::NotReady, 135));
        assert_eq!(again.revision, told.revision);
        server.advance(MINUTE);
        let other: OwnPresence = tell(&browser, "Available", "available", 2).await.json();
        assert_eq!(status(&other), ("Available", PresenceKind::Available, 2));
        // Left and taken again between two reports: it began anew.
        server.advance(5 * MINUTE);
        tell(&browser, "Available", "available", 30)
            .await
            .assert_status(200);
        assert_eq!(history(&browser).await, ["Break", "Available", "Available"]);
        // Nothing is chosen here.
        let choice = json!({"reason": "x"});
        browser
            .put("presence", choice)
            .await
            .problem(ProblemCode::ChangedMeanwhile);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_silent_desk_is_offline_after_three_minutes_and_comes_back_as_it_is() {
    each_database(async |database| {
        let server = with_phone(&database.url).await;
        let (_, adas) = with_ada(&server).await;
        let anna = server.agent("anna").await;
        takes_calls(&server).await;
        let browser = server.browser();
        browser.sign_in(&anna).await;
        tell(&browser, "Available", "available", 0)
            .await
            .assert_status(200);
        let mut vigil = Vigil::begun(server.services.now());
        for _ in 0..14 {
            server.advance(seconds(15));
            vigil = server.jobs().clear_desks(vigil).await.expect("cleared");
        }
        let offline = Some(("Offline".to_owned(), PresenceKind::Offline));
        assert_eq!(seen(&adas, &anna).await, offline);
        // It lasted on at Amazon Connect, but what was told of the time between stays told.
        let back: OwnPresence = tell(&browser, "Available", "available", 400).await.json();
        assert_eq!(status(&back), ("Available", PresenceKind::Available, 400));
        assert_eq!(
            history(&browser).await,
            ["Available", "Offline", "Available"]
        );
        browser.delete("session").await;
        assert_eq!(seen(&adas, &anna).await, offline);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_status_of_days_is_one_status() {
    let server = TestServer::start().await;
    server
        .change("UPDATE companies SET ccp_url = 'https://acme.my.connect.aws/ccp-v2/'")
        .await;
    let anna = server.agent("anna").await;
    takes_calls(&server).await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    let first: OwnPresence = tell(&browser, "Offline", "offline", u32::MAX).await.json();
    assert_eq!(first.seconds, 24 * 60 * 60);
    server.advance(MINUTE);
    let again: OwnPresence = tell(&browser, "Offline", "offline", 900_000).await.json();
    assert_eq!(again.revision, first.revision);
}

#[tokio::test]
async fn what_cannot_be_told_is_refused() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    takes_calls(&server).await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    tell(&browser, "Break", "not_ready", 1)
        .await
        .problem(ProblemCode::NothingToDo);
    server
        .change("UPDATE companies SET ccp_url = 'https://not.on.the.list.example/ccp-v2/'")
        .await;
    tell(&browser, "Break", "not_ready", 1)
        .await
        .problem(ProblemCode::NothingToDo);
    server
        .change("UPDATE companies SET ccp_url = 'https://acme.my.connect.aws/ccp-v2/'")
        .await;
    let body = |name: Value, kind: Value, seconds: Value| json!({"name": name, "kind": kind, "seconds": seconds});
    for bad in [
        body(json!(""), json!("available"), json!(1)),
        body(json!("a\0b"), json!("available"), json!(1)),
        body(json!("a\u{202e}b"), json!("available"), json!(1)),
        body(json!("a".repeat(101)), json!("available"), json!(1)),
        body(json!("Break"), json!("asleep"), json!(1)),
        body(json!("Break"), json!("not_ready"), json!(-1)),
        body(json!("Break"), json!("not_ready"), json!(1.5)),
        body(json!("Break"), json!("not_ready"), json!(9_999_999_999_u64)),
        json!({"name": "Break", "kind": "not_ready"}),
        json!([]),
    ] {
        let answer = browser.put("presence/phone", bad.clone()).await;
        assert!(answer.status.is_client_error(), "{bad}: {answer:?}");
    }
    let own: OwnPresence = browser.get("presence").await.json();
    assert!(own.status.is_none());
    // Administrators who take no calls have no desk.
    let (_, adas) = with_ada(&server).await;
    tell(&adas, "Break", "not_ready", 1)
        .await
        .problem(ProblemCode::Forbidden);
    adas.get("phone").await.problem(ProblemCode::Forbidden);
    let nobody = server.browser();
    tell(&nobody, "Break", "not_ready", 1).await.signed_out();
    nobody.get("phone").await.signed_out();
}

#[tokio::test]
async fn a_desk_knows_its_persons_phone() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    let phone: DeskPhone = browser.get("phone").await.json();
    assert_eq!(
        (phone.kind, phone.url, phone.username),
        (Phone::None, None, None)
    );
    server
        .change("UPDATE companies SET ccp_url = 'https://acme.my.connect.aws/ccp-v2/'")
        .await;
    server
        .change("UPDATE accounts SET phone = 'softphone', phone_username = 'Anna'")
        .await;
    let phone: DeskPhone = browser.get("phone").await.json();
    assert_eq!(phone.kind, Phone::Softphone);
    assert_eq!(
        phone.url.as_deref(),
        Some("https://acme.my.connect.aws/ccp-v2/")
    );
    assert_eq!(phone.username.as_deref(), Some("Anna"));
}

#[tokio::test]
async fn a_list_gives_way_to_the_phone_and_comes_back() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    takes_calls(&server).await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    let own: OwnPresence = browser.post("presence/here", json!({})).await.json();
    assert_eq!(own.reasons.len(), 6);
    server
        .change("UPDATE companies SET ccp_url = 'https://acme.my.connect.aws/ccp-v2/'")
        .await;
    let own: OwnPresence = browser.get("presence").await.json();
    assert_eq!(status(&own).0, "Offline");
    tell(&browser, "Training", "not_ready", 0)
        .await
        .assert_status(200);
    server.change("UPDATE companies SET ccp_url = NULL").await;
    server.advance(HOUR / 2);
    let own: OwnPresence = browser.post("presence/here", json!({})).await.json();
    assert_eq!(status(&own).0, "Break");
    assert_eq!(own.reasons.len(), 6);
}
