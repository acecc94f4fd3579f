//! Many at the same moment, the forms of browsers without scripts, and what must not be written anywhere.

use app::wire::ProviderKind;
use futures::future::join_all;
use server::storage::testing::each_database;

use super::world::{World, begin, place};
use crate::{
    harness::{ACME, MINUTE, PASSWORD},
    log::{drop_log, keep_log},
    provider::Login,
};

const GOOGLE: ProviderKind = ProviderKind::Google;

#[tokio::test]
async fn two_hundred_at_once_lose_none() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        let second = world.second(&database.url).await;
        world
            .offer_with(ACME, GOOGLE, |it| {
                it.members = "acme.example".into();
                it.creates = true;
            })
            .await;
        let mut backs = Vec::new();
        for number in 0..200 {
            let browser = world.server.browser();
            let browser = if number % 2 == 0 {
                browser
            } else {
                browser.at(&second)
            };
            let begun = begin(&browser, ACME, GOOGLE).await.json();
            let name = format!("agent{number}");
            world.provider.log_in(Login::of(&name).hd("acme.example"));
            let back = world.address_back(&begun);
            backs.push((browser, back));
        }
        let answers = join_all(backs.iter().map(|(browser, back)| browser.page(back))).await;
        for answer in &answers {
            assert_eq!(place(answer), "/acme/desk");
        }
        let count = async |what: &str| {
            let sql = format!("SELECT COUNT(*) FROM {what}");
            world.server.number(sql).await
        };
        assert_eq!(count("sessions WHERE ended_at IS NULL").await, 200);
        assert_eq!(count("identities").await, 200);
        for (browser, _) in &backs {
            browser.session().await.session();
        }
        second.services.db.close().await;
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn browsers_without_scripts_go_there_and_bind_by_forms() {
    let world = World::start().await;
    world.offer(GOOGLE).await;
    world.own_domain(ACME, "acme.example").await;
    let anna = world.server.agent("anna").await;
    let browser = world.server.browser();
    let onward = |html: &str| {
        let (_, rest) = html.split_once("content=\"0;url=").expect("a refresh");
        let (url, _) = rest.split_once('"').expect("its end");
        url.replace("&amp;", "&")
    };
    for (path, fields) in [
        ("/acme/sso", [("provider", "google"), ("next", "")]),
        ("/sso", [("username", "anna@acme.example"), ("other", "")]),
    ] {
        let answer = browser.submit(path, &fields).await;
        let html = answer.assert_status(200).text();
        assert!(html.contains("Going on to Google"), "{html}");
        let back = world.provider.visit(&onward(&html));
        let query = back.query().expect("a query");
        let answer = browser.page(&format!("/sso/callback?{query}")).await;
        assert_eq!(place(&answer), "/acme/bind");
    }
    let attempt = match browser.get("sign-in").await.json() {
        app::wire::Step::Bind(step) => step.attempt,
        _ => panic!("nothing waits for being bound"),
    };
    let fields = [
        ("attempt", &*attempt),
        ("account", "anna"),
        ("password", PASSWORD),
    ];
    let answer = browser.submit("/acme/bind", &fields).await;
    assert_eq!(answer.redirect(), "/acme/code");
    let step = browser.get("sign-in").await.code_step();
    let code = world.server.code_of(&anna).await;
    let fields = [("attempt", &*step.attempt), ("code", &*code)];
    let answer = browser.submit("/acme/code", &fields).await;
    assert_eq!(answer.redirect(), "/acme/desk");
    let answer = browser.submit("/acme/bind", &[("action", "cancel")]).await;
    assert_eq!(answer.redirect(), "/acme");
    // What cannot be begun is said on the page that the form stood on.
    let other = world.server.browser();
    let answer = other
        .submit("/acme/sso", &[("provider", "office365")])
        .await;
    answer.assert_status(404);
    let answer = other
        .submit("/sso", &[("username", "a@nowhere.example")])
        .await;
    answer.assert_status(404);
    let answer = other.submit("/acme/sso", &[("provider", "twitter")]).await;
    answer.assert_status(400);
}

#[tokio::test]
async fn nothing_of_the_way_is_in_the_log_or_the_database() {
    let lines = keep_log();
    let world = World::start().await;
    world.offer(GOOGLE).await;
    world.server.agent("bob").await;
    let browser = world.server.browser();
    let begun = begin(&browser, ACME, GOOGLE).await.json();
    world
        .provider
        .log_in(Login::of("a-subject").email("someone.unknown@mail.example"));
    let back = world.address_back(&begun);
    let path = place(&browser.page(&back).await);
    assert_eq!(path, "/acme/bind");
    drop_log();
    let log = lines.text();
    assert!(log.contains("/sso/callback"), "{log}");
    let (_, query) = back.split_once('?').expect("a query");
    let cookie = browser.cookie("callgate-sso").expect("a cookie");
    let mut secrets = vec![cookie, "someone.unknown".to_owned(), "a-subject".to_owned()];
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if name != "iss" {
            secrets.push(value.into_owned());
        }
    }
    for secret in &secrets {
        let line = log.lines().find(|line| line.contains(secret.as_str()));
        assert_eq!(line, None, "{secret}");
    }
    let events = "SELECT COALESCE(reason, '') FROM audit_events";
    for reason in world.server.texts(events).await {
        assert!(
            secrets
                .iter()
                .all(|secret| !reason.contains(secret.as_str())),
            "{reason}"
        );
    }
    // The jobs forget the way a day after its end.
    world.server.advance(MINUTE * 60 * 25);
    world.server.jobs().purge().await.expect("purges");
    let left = "SELECT COUNT(*) FROM sso_requests";
    assert_eq!(world.server.number(left).await, 0);
    let metrics = world.server.services.metrics.render();
    for line in [
        "callgate_sso_total{provider=\"google\",stage=\"started\"} 1",
        "callgate_sso_total{provider=\"google\",stage=\"accepted\"} 1",
        "callgate_sso_added_seconds_count 1",
    ] {
        assert!(metrics.contains(line), "{line}");
    }
}
