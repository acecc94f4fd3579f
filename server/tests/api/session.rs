//! Sessions: how long they live and what ends them.

use app::wire::ProblemCode;
use serde_json::json;

use crate::harness::{ACME, HOUR, MINUTE, PASSWORD, TestServer, Who, company, seconds};

#[tokio::test]
async fn the_cookie_is_new_at_sign_in_and_the_old_session_ends() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.set_cookie("callgate-session", "planted");
    browser.sign_in(&anna).await;
    let first = browser.cookie("callgate-session").expect("a cookie");
    assert_ne!(first, "planted");
    let kept = browser.twin();
    browser.sign_in(&anna).await;
    assert_ne!(browser.cookie("callgate-session"), Some(first));
    kept.session().await.signed_out();
    browser.session().await.session();
}

#[tokio::test]
async fn an_hour_without_keys_ends_it_and_asking_does_not_count() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    for _ in 0..3 {
        server.advance(19 * MINUTE);
        browser.session().await.session();
    }
    let session = browser.session().await.session();
    assert_eq!(session.idle_ends_in, 3 * 60);
    server.advance(3 * MINUTE);
    browser.session().await.signed_out();
    browser
        .post("session/activity", json!({}))
        .await
        .signed_out();
}

#[tokio::test]
async fn keys_keep_it_alive_for_twelve_hours_in_all() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    for hour in 0..12 {
        server.advance(seconds(3599));
        let session = browser.post("session/activity", json!({})).await.session();
        assert_eq!(session.ends_in, 12 * 3600 - (hour + 1) * 3599);
    }
    let session = browser.session().await.session();
    assert_eq!(session.ends_in, 12);
    assert_eq!(session.idle_ends_in, 3600);
    server.advance(seconds(11));
    browser.session().await.session();
    server.advance(seconds(1));
    browser.session().await.signed_out();
}

#[tokio::test]
async fn a_companys_own_times_hold() {
    let server = TestServer::start().await;
    let mut short = company("short");
    short.session_total_ms = 2 * 60 * 60 * 1000;
    short.session_idle_ms = 10 * 60 * 1000;
    server.add_company(short).await;
    let person = server.person("short", "sam", Who::Agent).await;
    let browser = server.browser();
    browser.sign_in(&person).await;
    let session = browser.session().await.session();
    assert_eq!((session.ends_in, session.idle_ends_in), (7200, 600));
    server.advance(10 * MINUTE);
    browser.session().await.signed_out();
}

#[tokio::test]
async fn signing_out_kills_the_cookie_at_once() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    let kept = browser.twin();
    browser.delete("session").await.assert_status(204);
    assert_eq!(browser.cookie("callgate-session"), None);
    browser.session().await.signed_out();
    kept.session().await.assert_status(401).any_problem();
    kept.post("session/activity", json!({})).await.signed_out();
    kept.put("session/workplace", json!({"workplace": "desk"}))
        .await
        .signed_out();
    browser.delete("session").await.assert_status(204);
    assert_eq!(server.events_of(&anna).await[0], "session.signed_out");
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_browser_of_this_account_only() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let bob = server.agent("bob").await;
    let (here, there, bobs) = (server.browser(), server.browser(), server.browser());
    here.sign_in(&anna).await;
    there.sign_in(&anna).await;
    bobs.sign_in(&bob).await;
    here.delete("sessions").await.assert_status(204);
    here.session().await.signed_out();
    there.session().await.signed_out();
    bobs.session().await.session();
    assert_eq!(
        server.events_of(&anna).await[0],
        "session.signed_out_everywhere"
    );
    here.delete("sessions").await.signed_out();
}

#[tokio::test]
async fn a_change_of_the_account_ends_its_sessions() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    for change in [
        "UPDATE accounts SET security_version = security_version + 1",
        "UPDATE accounts SET state = 'disabled'",
    ] {
        let browser = server.browser();
        server.advance(MINUTE);
        browser.sign_in(&anna).await;
        server.change(change).await;
        browser.session().await.signed_out();
        browser
            .post("session/activity", json!({}))
            .await
            .signed_out();
        browser
            .post("session/proof", json!({"password": PASSWORD}))
            .await
            .signed_out();
    }
}

#[tokio::test]
async fn a_lock_leaves_sessions_alone() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    server.advance(MINUTE);
    server.browser().fail_codes(&anna, 5).await;
    browser.session().await.session();
    browser.post("session/activity", json!({})).await.session();
}

#[tokio::test]
async fn the_workplace_is_remembered_for_the_next_sign_in() {
    let server = TestServer::start().await;
    let bo = server.person(ACME, "bo", Who::Both).await;
    let browser = server.browser();
    assert_eq!(browser.sign_in(&bo).await, "/acme/console/users");
    let session = browser
        .put("session/workplace", json!({"workplace": "desk"}))
        .await
        .session();
    assert_eq!(session.landing, "/acme/desk");
    assert_eq!(server.browser().sign_in(&bo).await, "/acme/desk");
    browser
        .put("session/workplace", json!({"workplace": "console"}))
        .await
        .session();
    assert_eq!(server.browser().sign_in(&bo).await, "/acme/console/users");
}

#[tokio::test]
async fn nobody_works_where_their_role_does_not_lead() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let ada = server.admin("ada").await;
    for (person, place) in [(anna, "console"), (ada, "desk")] {
        let browser = server.browser();
        browser.sign_in(&person).await;
        browser
            .put("session/workplace", json!({"workplace": place}))
            .await
            .assert_status(403)
            .problem(ProblemCode::Forbidden);
    }
}

#[tokio::test]
async fn a_role_taken_away_ends_what_it_opened() {
    let server = TestServer::start().await;
    let bo = server.person(ACME, "bo", Who::Both).await;
    let browser = server.browser();
    browser.sign_in(&bo).await;
    browser.get("users").await.assert_status(200);
    server.change("UPDATE accounts SET admin = FALSE").await;
    browser.get("users").await.problem(ProblemCode::Forbidden);
    let session = browser.session().await.session();
    assert_eq!(session.landing, "/acme/desk");
}

#[tokio::test]
async fn two_cookies_of_one_name_are_none() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    let real = browser.cookie("callgate-session").expect("a cookie");
    let double = format!("callgate-session=planted; callgate-session={real}");
    let request = server
        .browser()
        .request(axum::http::Method::GET, "/api/v1/session")
        .header("cookie", double)
        .body(axum::body::Body::empty());
    let answer = server.browser().send(request.expect("a request")).await;
    answer.signed_out();
}

#[tokio::test]
async fn a_session_survives_midnight_and_the_change_to_summer_time() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    // 2026-03-29 01:30 in Berlin; at two it is three.
    server.clock.set(server::clock::Moment(1_774_744_200_000));
    let browser = server.browser();
    browser.sign_in(&anna).await;
    server.advance(HOUR - seconds(1));
    let session = browser.session().await.session();
    assert_eq!(session.idle_ends_in, 1);
}
