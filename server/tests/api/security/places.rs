//! Browsers that are not asked again, and live sessions.

use std::time::Duration;

use app::wire::ProblemCode;
use server::{
    keys::token_hash,
    storage::{AccountId, BrowserId, NewTrust},
};

use super::{CALM, server, settings, somebody, with_app};
use crate::harness::{HOUR, MINUTE, PASSWORD, Person, TestBrowser, TestServer};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Lets this browser be trusted for so many days, as choosing it at the code would.
async fn trust(server: &TestServer, browser: &TestBrowser<'_>, person: &Person, days: u16) {
    let s = &server.services;
    let cookie = browser.cookie("callgate-browser").expect("a known browser");
    let account = AccountId(person.id.clone());
    let version = s.db.account(&account).await.expect("answers");
    let mut tx = s.db.begin().await.expect("a transaction");
    let browser: BrowserId = tx
        .browser_by_cookie(&token_hash(&cookie))
        .await
        .expect("answers")
        .expect("known");
    tx.grant_trust(&NewTrust {
        id: &s.entropy.id(s.now()),
        browser: &browser,
        account: &account,
        security_version: version.expect("there").security_version,
        days,
        now: s.now(),
        expires_at: s.now().plus(DAY * u32::from(days)),
        user_agent: "Mozilla/5.0 (X11; Linux) Firefox/128.0",
        address: "203.0.113.7",
    })
    .await
    .expect("granted");
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn browsers_are_listed_with_the_end_that_todays_policy_gives() {
    let server = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    trust(&server, &browser, &anna, 30).await;
    let other = server.browser().from([198, 51, 100, 9]);
    other.type_password(&anna, PASSWORD).await.landing();
    server.advance(MINUTE);
    trust(&server, &other, &anna, 14).await;
    let seen = settings(&browser).await.browsers;
    assert_eq!(seen.len(), 2);
    let ends: Vec<_> = seen
        .iter()
        .map(|browser| (browser.current, browser.expires_at.as_str()))
        .collect();
    assert_eq!(
        ends,
        [
            (false, "2026-03-16T09:01:00+01:00"),
            // Summer time begins in between: thirty days are thirty times 24 hours.
            (true, "2026-04-01T10:00:00+02:00")
        ]
    );
    assert_eq!(seen[0].user_agent, "Mozilla/5.0 (X11; Linux) Firefox/128.0");
    let set = async |sql: &str| {
        server
            .change(format!("UPDATE companies SET {sql} WHERE alias = '{CALM}'"))
            .await;
    };
    set("trust_days = '14'").await;
    let seen = settings(&browser).await.browsers;
    assert_eq!(seen[1].expires_at, "2026-03-16T09:00:00+01:00");
    set("trust_days = '14 90'").await;
    let seen = settings(&browser).await.browsers;
    assert_eq!(seen[1].expires_at, "2026-04-01T10:00:00+02:00");
    for off in ["trust_days = ''", "trust_days = '14', strict = 'everyone'"] {
        set(off).await;
        assert_eq!(settings(&browser).await.browsers, [], "{off}");
    }
}

#[tokio::test]
async fn a_browser_is_removed_by_its_own_person_only() {
    let server = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    trust(&server, &browser, &anna, 30).await;
    let id = settings(&browser).await.browsers[0].id.clone();
    let path = format!("security/browsers/{id}");
    let (_, eve) = somebody(&server, "eve").await;
    assert_eq!(settings(&eve).await.browsers, []);
    eve.delete(&path)
        .await
        .assert_status(404)
        .problem(ProblemCode::NotFound);
    browser.delete(&path).await.assert_status(204);
    assert_eq!(settings(&browser).await.browsers, []);
    assert_eq!(server.events_of(&anna).await[0], "browser.trust_ended");
    browser.delete(&path).await.problem(ProblemCode::NotFound);
    browser.session().await.session();
}

#[tokio::test]
async fn trust_ends_with_a_change_of_ways() {
    let server = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    trust(&server, &browser, &anna, 30).await;
    with_app(&server, &anna, &browser).await;
    assert_eq!(settings(&browser).await.browsers, []);
}

#[tokio::test]
async fn sessions_are_told_with_this_one_first_and_ended_one_by_one() {
    let server = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    let other = server.browser().from([198, 51, 100, 9]);
    server.advance(MINUTE);
    other.type_password(&anna, PASSWORD).await.landing();
    let third = server.browser();
    server.advance(MINUTE);
    third.type_password(&anna, PASSWORD).await.landing();
    let seen = settings(&browser).await.sessions;
    let where_from: Vec<_> = seen
        .iter()
        .map(|session| (session.current, session.started_at.as_str()))
        .collect();
    assert_eq!(
        where_from,
        [
            (true, "2026-03-02T09:00:00+01:00"),
            (false, "2026-03-02T09:02:00+01:00"),
            (false, "2026-03-02T09:01:00+01:00"),
        ]
    );
    assert_eq!(seen[2].address, "198.51.100.9");
    let path = format!("security/sessions/{}", seen[2].id);
    let (_, eve) = somebody(&server, "eve").await;
    eve.delete(&path)
        .await
        .assert_status(404)
        .problem(ProblemCode::NotFound);
    browser.delete(&path).await.assert_status(204);
    other.session().await.signed_out();
    third.session().await.session();
    browser.delete(&path).await.problem(ProblemCode::NotFound);
    assert_eq!(server.events_of(&anna).await[0], "session.ended");
}

#[tokio::test]
async fn all_others_end_and_the_person_learns_it() {
    let server = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    let (_, eve) = somebody(&server, "eve").await;
    let others = [server.browser(), server.browser()];
    for other in &others {
        other.type_password(&anna, PASSWORD).await.landing();
    }
    browser.delete("security/sessions").await.assert_status(204);
    for other in &others {
        other.session().await.signed_out();
    }
    browser.session().await.session();
    eve.session().await.session();
    assert_eq!(settings(&browser).await.sessions.len(), 1);
    assert_eq!(server.mails_to(&anna).await.len(), 1);
    // With nobody else there is nothing to end, to write down or to tell.
    browser.delete("security/sessions").await.assert_status(204);
    let events = server.events_of(&anna).await;
    let ended = events.iter().filter(|kind| *kind == "session.ended");
    assert_eq!(ended.count(), 1);
    assert_eq!(server.mails_to(&anna).await.len(), 1);
}

#[tokio::test]
async fn sessions_that_are_over_are_not_told() {
    let server = server().await;
    let (anna, first) = somebody(&server, "anna").await;
    server.advance(HOUR);
    first.session().await.signed_out();
    let second = server.browser();
    second.type_password(&anna, PASSWORD).await.landing();
    assert_eq!(settings(&second).await.sessions.len(), 1);
    let started = &settings(&second).await.sessions[0].started_at;
    assert_eq!(started, "2026-03-02T10:00:00+01:00");
}
