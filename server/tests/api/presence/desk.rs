//! Statuses at open desks: begun, chosen, kept true, ended.

use app::wire::{PresenceKind, ProblemCode};
use server::{domain::presence::Vigil, storage::testing::each_database};

use super::*;
use crate::harness::{ACME, HOUR, MINUTE, Setup, Who, company, seconds};

/// An agent whose desk is open.
async fn with_anna(server: &TestServer) -> (Person, TestBrowser<'_>) {
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    here(&browser).await;
    (anna, browser)
}

/// Whether User Management reads a status of this kind.
async fn is(server: &TestServer, person: &Person, kind: &str) -> bool {
    let id = &person.id;
    let sql =
        format!("SELECT COUNT(*) FROM presences WHERE account_id = '{id}' AND kind = '{kind}'");
    server.number(sql).await == 1
}

/// Today's statuses in the order of time.
fn told(own: &OwnPresence) -> Vec<&str> {
    own.today.iter().map(|it| it.name.as_str()).rev().collect()
}

/// Waits until somebody's question waits for news.
async fn until_asked(server: &TestServer) {
    while server.services.news.waiting().is_empty() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_status_begins_with_the_first_that_is_not_ready_and_is_chosen_from_the_list() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let anna = server.agent("anna").await;
        let browser = server.browser();
        browser.sign_in(&anna).await;
        let first = own(&browser).await;
        assert_eq!(status(&first), "Break");
        assert!(first.today.is_empty(), "looking stores nothing");
        assert!(!is(&server, &anna, "not_ready").await);
        let begun = here(&browser).await;
        assert_eq!(status(&begun), "Break");
        assert_ne!(begun.revision, first.revision);
        assert!(is(&server, &anna, "not_ready").await);
        let names: Vec<&str> = begun.reasons.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "Available",
                "Break",
                "Lunch",
                "Meeting",
                "Training",
                "Offline"
            ]
        );
        assert_eq!(begun.list.as_deref(), Some("Default"));

        server.advance(seconds(90));
        let available = choose(&browser, "Available").await;
        assert_eq!((status(&available), available.seconds), ("Available", 0));
        let kind = available.status.as_ref().map(|it| it.kind);
        assert_eq!(kind, Some(PresenceKind::Available));
        server.advance(seconds(61));
        // The same again does not begin anew.
        let again = choose(&browser, "Available").await;
        assert_eq!(again.seconds, 61);
        let since = again.status.as_ref().map(|it| it.since.as_str());
        assert_eq!(since, Some("2026-03-02T09:01:30+01:00"));
        assert_eq!(told(&again), ["Break", "Available"]);
        // A desk that is opened again goes on.
        assert_eq!(status(&here(&browser).await), "Available");
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn only_what_is_on_the_list_can_be_chosen_and_only_by_agents() {
    let server = TestServer::start().await;
    server.add_company(company("beta")).await;
    let (_, browser) = with_anna(&server).await;
    let bea = server.person("beta", "bea", Who::Admin).await;
    let other = server.browser();
    other.sign_in(&bea).await;
    let foreign = list(&other, "Default").await.reasons[0].id.clone();
    for reason in [foreign.as_str(), "", "nothing", "a\0b"] {
        browser
            .put("presence", json!({"reason": reason}))
            .await
            .assert_status(409)
            .problem(ProblemCode::ChangedMeanwhile);
    }
    for body in [
        json!({}),
        json!({"reason": 1}),
        json!({"reason": "", "more": 1}),
    ] {
        browser.put("presence", body).await.assert_status(400);
    }
    browser
        .get("presence?since=a&more=b")
        .await
        .assert_status(400);
    assert_eq!(status(&own(&browser).await), "Break");
    for answer in [
        other.get("presence").await,
        other.post("presence/here", json!({})).await,
        other.put("presence", json!({"reason": foreign})).await,
    ] {
        answer.assert_status(403).problem(ProblemCode::Forbidden);
    }
    let nobody = server.browser();
    nobody.get("presence").await.signed_out();
    nobody.post("presence/here", json!({})).await.signed_out();
}

#[tokio::test]
async fn an_open_desk_hears_of_a_change_of_its_list_while_it_waits() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (_, desk) = with_anna(&server).await;
        let (_, ada) = with_ada(&server).await;
        let lunch = choose(&desk, "Lunch").await;
        server.advance(seconds(30));
        let path = format!("presence?since={}", lunch.revision);
        let rename = async {
            until_asked(&server).await;
            server.jobs().tell_news().await.expect("looks");
            assert_eq!(server.services.news.waiting().len(), 1, "nothing is new");
            let born = list(&ada, "Default").await;
            let mut reasons = json!(born.reasons);
            reasons[2]["name"] = "Long lunch".into();
            edit(&ada, &born, json!({"reasons": reasons}))
                .await
                .assert_status(200);
            server.jobs().tell_news().await.expect("looks");
        };
        let (answer, ()) = tokio::join!(desk.get(&path), rename);
        let told: OwnPresence = answer.json();
        assert_eq!((status(&told), told.seconds), ("Long lunch", 30));
        assert_eq!(told.reason, lunch.reason);
        assert_eq!(told.displaced, None);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_status_that_is_gone_becomes_the_first_that_is_not_ready_and_says_so() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (anna, desk) = with_anna(&server).await;
        let (_, ada) = with_ada(&server).await;
        choose(&desk, "Lunch").await;
        server.advance(seconds(30));
        let born = list(&ada, "Default").await;
        let kept = born.reasons.iter().filter(|it| it.name != "Lunch");
        edit(&ada, &born, json!({"reasons": kept.collect::<Vec<_>>()}))
            .await
            .assert_status(200);
        let moved = own(&desk).await;
        assert_eq!((status(&moved), moved.seconds), ("Break", 0));
        assert_eq!(moved.displaced.as_deref(), Some("Lunch"));
        assert!(moved.reasons.iter().all(|it| it.name != "Lunch"));
        assert!(is(&server, &anna, "not_ready").await);
        // It says so until she chose, be it the very same.
        assert!(own(&desk).await.displaced.is_some());
        assert_eq!(choose(&desk, "Break").await.displaced, None);

        // Another list is another desk.
        add(&ada, a_list("Front")).await.assert_status(201);
        let front = list(&ada, "Front").await;
        choose(&desk, "Available").await;
        assign(&server, &anna, &front).await;
        let moved = own(&desk).await;
        assert_eq!(status(&moved), "Tea");
        assert_eq!(moved.displaced.as_deref(), Some("Available"));
        assert_eq!(moved.reasons.len(), 2);

        // Without any list she is at no desk, and the desk says what is missing.
        server.change("DELETE FROM presence_lists").await;
        let nothing = own(&desk).await;
        assert!(nothing.needs_list && nothing.status.is_none() && nothing.reasons.is_empty());
        assert!(is(&server, &anna, "offline").await);
        let page = desk.page("/acme/desk").await.text();
        assert!(page.contains("You need a Presence Reason list."), "{page}");
        assert!(page.contains("Helga Desk"), "{page}");
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_question_that_waits_ends_with_the_server_and_with_its_session() {
    let server = TestServer::start().await;
    let (_, desk) = with_anna(&server).await;
    let path = format!("presence?since={}", own(&desk).await.revision);
    let stop = async {
        until_asked(&server).await;
        desk.twin().delete("sessions").await.assert_status(204);
        server.services.news.close();
    };
    let (answer, ()) = tokio::join!(desk.get(&path), stop);
    answer.signed_out();
}

#[tokio::test]
async fn signing_out_ends_the_status_unless_somebody_is_signed_in_elsewhere() {
    let server = TestServer::start().await;
    let (anna, desk) = with_anna(&server).await;
    choose(&desk, "Available").await;
    server.advance(2 * MINUTE);
    let other = server.browser();
    other.sign_in(&anna).await;
    other.delete("session").await.assert_status(204);
    assert!(is(&server, &anna, "available").await, "still at her desk");
    desk.delete("session").await.assert_status(204);
    assert!(is(&server, &anna, "offline").await);

    // She comes back to begin anew.
    server.advance(2 * MINUTE);
    desk.sign_in(&anna).await;
    let begun = here(&desk).await;
    assert_eq!(status(&begun), "Break");
    assert_eq!(told(&begun), ["Break", "Available", "Offline", "Break"]);
    choose(&desk, "Offline").await;
    desk.delete("sessions").await.assert_status(204);
    server.advance(2 * MINUTE);
    desk.sign_in(&anna).await;
    assert_eq!(status(&here(&desk).await), "Break");
}

#[tokio::test]
async fn three_silent_minutes_make_offline_and_a_server_that_slept_does_not() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (anna, desk) = with_anna(&server).await;
        let jobs = server.jobs();
        choose(&desk, "Available").await;
        let minutes = async |vigil: Vigil, quarters: u32| {
            let mut vigil = vigil;
            for _ in 0..quarters {
                server.advance(seconds(15));
                vigil = jobs.clear_desks(vigil).await.expect("clears");
            }
            vigil
        };
        // Ten minutes of an open desk.
        let mut vigil = Vigil::begun(server.services.now());
        for minute in 0..10 {
            vigil = minutes(vigil, 4).await;
            here(&desk).await;
            assert!(is(&server, &anna, "available").await, "{minute}");
        }
        // No server runs for half an hour; nobody whose desk was open then pays for it.
        server.advance(HOUR / 2);
        let vigil = minutes(Vigil::begun(server.services.now()), 11).await;
        assert!(is(&server, &anna, "available").await);
        here(&desk).await;
        let vigil = minutes(vigil, 11).await;
        assert!(is(&server, &anna, "available").await, "not yet");
        minutes(vigil, 1).await;
        assert!(is(&server, &anna, "offline").await);
        // Her machine wakes up: she is back, and takes no calls unasked.
        let back = here(&desk).await;
        assert_eq!(status(&back), "Break");
        assert_eq!(told(&back), ["Break", "Available", "Offline", "Break"]);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn the_end_of_a_session_ends_the_status_once() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (anna, desk) = with_anna(&server).await;
        choose(&desk, "Available").await;
        let vigil = Vigil::begun(server.services.now());
        // However it ended: here, an administrator switched the account off.
        let id = &anna.id;
        server
            .change(format!(
                "UPDATE accounts SET state = 'disabled' WHERE id = '{id}'"
            ))
            .await;
        let changes = "SELECT COUNT(*) FROM presence_changes WHERE name = 'Offline'";
        for _ in 0..2 {
            server.jobs().clear_desks(vigil).await.expect("clears");
            assert!(is(&server, &anna, "offline").await);
            assert_eq!(server.number(changes).await, 1);
        }
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn today_begins_at_the_companys_midnight_with_what_went_on() {
    let server = TestServer::start().await;
    // 23:30 in Berlin.
    server.advance(14 * HOUR + 30 * MINUTE);
    let (_, desk) = with_anna(&server).await;
    choose(&desk, "Meeting").await;
    server.advance(10 * MINUTE);
    choose(&desk, "Lunch").await;
    server.advance(30 * MINUTE);
    let today = own(&desk).await.today;
    assert_eq!(today.len(), 1);
    assert_eq!(today[0].name, "Lunch");
    assert_eq!(today[0].since, "2026-03-03T00:00:00+01:00");
    // Days later the old ones are gone.
    server.advance(4 * 24 * HOUR);
    server.jobs().purge().await.expect("purges");
    let changes = "SELECT COUNT(*) FROM presence_changes";
    assert_eq!(server.number(changes).await, 0);
}

#[tokio::test]
async fn the_companys_links_are_at_the_desk() {
    let server = TestServer::start().await;
    let (_, desk) = with_anna(&server).await;
    let known = own(&desk).await;
    assert!(known.links.is_empty());
    server
        .change(
            r#"UPDATE companies SET version = version + 1,
                desk_links = '[{"name": "Wiki", "url": "https://wiki.example/"}]'"#,
        )
        .await;
    let told = own(&desk).await;
    assert_eq!(told.links[0].name, "Wiki");
    assert_eq!(told.links[0].url, "https://wiki.example/");
    assert_ne!(told.revision, known.revision);
    let page = desk.page("/acme/desk").await.text();
    assert!(page.contains("Desk links"), "{page}");
    assert!(page.contains("https://wiki.example/"), "{page}");
    server
        .change("UPDATE companies SET desk_links = 'nonsense'")
        .await;
    assert!(own(&desk).await.links.is_empty());
}
