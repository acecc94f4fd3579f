//! Where a company's Amazon Connect is: who may change it, what is refused, what a change ends, who hears of it.

use app::wire::{AmazonConnect, AuditPage, ProblemCode};
use serde_json::{Value, json};
use server::storage::testing::each_database;

use crate::harness::{
    ACME, Answer, MINUTE, PASSWORD, Person, Setup, TestBrowser, TestServer, Who, company,
};

const URL: &str = "https://acme.my.connect.aws/ccp-v2/";

pub(super) async fn with_ada(server: &TestServer) -> (Person, TestBrowser<'_>) {
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    (ada, browser)
}

pub(super) async fn look(browser: &TestBrowser<'_>) -> AmazonConnect {
    browser.get("company/amazon-connect").await.json()
}

/// Saves it as it is but for these fields.
async fn save(browser: &TestBrowser<'_>, fields: Value) -> Answer {
    let now = look(browser).await;
    let mut body = json!({
        "url": now.url, "instance_alias": now.instance_alias, "version": now.version,
    });
    for (name, value) in fields.as_object().expect("fields") {
        body[name] = value.clone();
    }
    browser.put("company/amazon-connect", body).await
}

pub(super) async fn prove(browser: &TestBrowser<'_>) {
    let typed = json!({"password": PASSWORD});
    let answer = browser.post("session/proof", typed).await;
    assert!(answer.status.is_success(), "{answer:?}");
}

/// A browser that speaks for somebody, as if it had been proven there.
pub(super) async fn bind(server: &TestServer, person: &Person, user: &str) {
    let (id, now) = (&person.id, server.services.now().0);
    server
        .change(format!(
            "UPDATE accounts SET phone_username = '{user}', phone_username_folded = LOWER('{user}') WHERE id = '{id}'"
        ))
        .await;
    server
        .change(format!(
            "INSERT INTO bindings (id, browser_id, account_id, security_version, phone_username, bound_at,
                 last_used_at, expires_at, user_agent, address)
             SELECT 'binding-{id}', w.id, a.id, a.security_version, a.phone_username_folded, {now}, {now},
                 {now} + 1000000000, 'test', '192.0.2.1'
             FROM accounts a JOIN known_browsers k ON k.account_id = a.id JOIN browsers w ON w.id = k.browser_id
             WHERE a.id = '{id}' LIMIT 1"
        ))
        .await;
    server
        .change(format!(
            "UPDATE sessions SET phone_username = '{user}' WHERE account_id = '{id}'"
        ))
        .await;
}

#[tokio::test]
async fn an_address_is_saved_once_for_each_proof_and_told_to_all_administrators() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (ada, browser) = with_ada(&server).await;
        let bea = server.admin("bea").await;
        let first = look(&browser).await;
        assert!(first.url.is_none() && first.fresh && first.people.is_empty());
        assert_eq!(first.origin, server.origin());
        assert!(first.hosts.contains(&"*.my.connect.aws".to_owned()));

        let answer = save(
            &browser,
            json!({"url": "acme.my.connect.aws", "instance_alias": "Acme-Docs"}),
        );
        let saved: AmazonConnect = answer.await.json();
        assert_eq!(saved.url.as_deref(), Some(URL));
        assert_eq!(saved.instance_alias.as_deref(), Some("acme-docs"));
        assert!(saved.usable && !saved.fresh, "the proof is used up");
        assert_ne!(saved.version, first.version);
        let found = server
            .browser()
            .post("companies/find", json!({"company": "ACME-docs"}))
            .await;
        found.assert_status(200);

        // The next change asks again, whatever it is.
        save(&browser, json!({"url": null}))
            .await
            .problem(ProblemCode::FreshProofNeeded);
        save(&browser, json!({}))
            .await
            .problem(ProblemCode::FreshProofNeeded);
        assert_eq!(look(&browser).await.url.as_deref(), Some(URL));
        prove(&browser).await;
        let stale = json!({"url": null, "version": first.version});
        browser
            .put("company/amazon-connect", stale)
            .await
            .problem(ProblemCode::ChangedMeanwhile);
        save(&browser, json!({"url": null}))
            .await
            .assert_status(200);
        assert!(look(&browser).await.url.is_none());

        let log: AuditPage = browser.get("audit?kind=company.settings").await.json();
        let reasons: Vec<_> = log
            .events
            .iter()
            .filter_map(|it| it.reason.as_deref())
            .collect();
        assert_eq!(
            reasons,
            ["amazon_connect", "amazon_connect · instance_alias"]
        );
        for admin in [&ada, &bea] {
            let mails = server.mails_to(admin).await;
            let told: Vec<_> = mails
                .iter()
                .filter(|mail| mail.subject.contains("Amazon Connect"))
                .collect();
            assert_eq!(told.len(), 2, "{}", admin.username);
            assert!(told[0].text.contains(URL), "{}", told[0].text);
        }
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_refused_changes_nothing_and_uses_no_proof_up() {
    let server = TestServer::start().await;
    let mut other = company("other");
    other.instance_alias = Some("other-docs".into());
    server.add_company(other).await;
    let (_, browser) = with_ada(&server).await;
    for bad in [
        json!({"url": "https://evil.example/ccp-v2/"}),
        json!({"url": "http://acme.my.connect.aws/ccp-v2/"}),
        json!({"url": "https://acme.my.connect.aws@evil.example/"}),
        json!({"url": "https://acme.my.connect.aws\0/"}),
        json!({"url": "http://127.0.0.1:4100/"}),
        json!({"url": "a".repeat(5000)}),
        json!({"instance_alias": "x"}),
        json!({"instance_alias": "api"}),
        json!({"instance_alias": "a\0b-c"}),
        json!({"url": 7}),
        json!({"version": -1}),
        json!({"version": "1"}),
        json!({"more": true}),
    ] {
        let answer = save(&browser, bad.clone()).await;
        assert!(answer.status.is_client_error(), "{bad}: {answer:?}");
    }
    for taken in ["other", "other-docs"] {
        let wanted = json!({"url": URL, "instance_alias": taken});
        save(&browser, wanted)
            .await
            .problem(ProblemCode::AliasTaken);
    }
    let now = look(&browser).await;
    assert!(now.url.is_none() && now.instance_alias.is_none() && now.fresh);
    // Its own alias is no other company's.
    save(&browser, json!({"instance_alias": ACME}))
        .await
        .assert_status(200);
}

#[tokio::test]
async fn only_administrators_with_a_fresh_proof_change_it() {
    let server = TestServer::start().await;
    let (_, browser) = with_ada(&server).await;
    let anna = server.agent("anna").await;
    let annas = server.browser();
    annas.sign_in(&anna).await;
    let body = json!({"url": URL, "version": look(&browser).await.version});
    for (who, code) in [
        (&annas, ProblemCode::Forbidden),
        (&server.browser(), ProblemCode::SignedOut),
    ] {
        who.get("company/amazon-connect").await.problem(code);
        who.put("company/amazon-connect", body.clone())
            .await
            .problem(code);
        who.get("company/join-requests").await.problem(code);
    }
    server.advance(11 * MINUTE);
    browser
        .put("company/amazon-connect", body)
        .await
        .problem(ProblemCode::FreshProofNeeded);
    assert!(!look(&browser).await.fresh);
}

#[tokio::test]
async fn another_address_ends_what_the_one_before_proved() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        let mut acme = company(ACME);
        acme.settings.ccp_url = Some(URL.to_owned());
        server.add_company(acme).await;
        let mut other = company("other");
        other.settings.ccp_url = Some("https://other.my.connect.aws/ccp-v2/".to_owned());
        server.add_company(other).await;
        let (_, browser) = with_ada(&server).await;
        let (anna, bob) = (
            server.agent("anna").await,
            server.person("other", "bob", Who::Agent).await,
        );
        let (annas, bobs) = (server.browser(), server.browser());
        annas.sign_in(&anna).await;
        bobs.sign_in(&bob).await;
        bind(&server, &anna, "Anna").await;
        bind(&server, &bob, "Bob").await;

        let page = look(&browser).await;
        assert_eq!((page.bound, page.desks, page.known), (1, 1, 1));
        assert_eq!(page.people[0].phone_username, "Anna");
        assert_eq!(page.people[0].browsers, 1);

        // Another name alone ends nothing.
        save(&browser, json!({"instance_alias": "acme-docs"}))
            .await
            .assert_status(200);
        annas.session().await.assert_status(200);
        prove(&browser).await;
        let moved = save(&browser, json!({"url": "https://moved.my.connect.aws/"})).await;
        let moved: AmazonConnect = moved.json();
        assert_eq!((moved.bound, moved.desks, moved.known), (0, 0, 1));
        annas.session().await.signed_out();
        // Whoever signed in with a password stays, and so do other companies' people.
        browser.session().await.assert_status(200);
        bobs.session().await.assert_status(200);
        assert_eq!(server.number("SELECT COUNT(*) FROM bindings").await, 1);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn of_two_changes_with_one_proof_one_is_made() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (_, browser) = with_ada(&server).await;
        let version = look(&browser).await.version;
        let change = async |number: u32| {
            let url = format!("https://acme-{number}.my.connect.aws/");
            let body = json!({"url": url, "version": version});
            browser.put("company/amazon-connect", body).await
        };
        let answers = futures::future::join_all((0..8).map(change)).await;
        let made = answers.iter().filter(|it| it.status.is_success()).count();
        assert_eq!(made, 1, "{answers:?}");
        server.services.db.close().await;
    })
    .await;
}
