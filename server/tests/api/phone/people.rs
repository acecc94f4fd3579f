//! Who somebody is in Amazon Connect, by an administrator's word, and Connect users who ask for an account.

use app::wire::{JoinRequests, Phone, ProblemCode, UserDetail, UserPage, UserStatus};
use serde_json::{Value, json};
use server::storage::testing::each_database;

use super::settings::{bind, look, with_ada};
use crate::harness::{ACME, Answer, MINUTE, Person, Setup, TestBrowser, TestServer, Who, company};

async fn name(browser: &TestBrowser<'_>, person: &Person, user: Value) -> Answer {
    let path = format!("users/{}/phone-username", person.id);
    browser.put(&path, json!({"phone_username": user})).await
}

async fn with_phone(url: &str) -> TestServer {
    let server = TestServer::at(url, Setup::default()).await;
    let mut acme = company(ACME);
    acme.settings.ccp_url = Some("https://acme.my.connect.aws/ccp-v2/".to_owned());
    server.add_company(acme).await;
    server.add_company(company("other")).await;
    server
}

/// Somebody asks, as if they had come by Secure Login.
async fn asks(server: &TestServer, alias: &str, user: &str, email: &str) -> String {
    let id = format!("join-{alias}-{user}");
    let now = server.services.now().0;
    server
        .change(format!(
            "INSERT INTO join_requests
                 (id, company_id, phone_username, phone_username_folded, name, email, email_folded, asked_at)
             VALUES ('{id}', 'company-{alias}', '{user}', LOWER('{user}'), 'Nora New', '{email}', LOWER('{email}'), {now})"
        ))
        .await;
    id
}

async fn requests(browser: &TestBrowser<'_>) -> JoinRequests {
    browser.get("company/join-requests").await.json()
}

#[tokio::test]
async fn an_administrator_says_who_somebody_is() {
    each_database(async |database| {
        let server = with_phone(&database.url).await;
        let (_, browser) = with_ada(&server).await;
        let (anna, bob) = (server.agent("anna").await, server.agent("bob").await);
        let named: UserDetail = name(&browser, &anna, json!(" Anna.Connect ")).await.json();
        assert_eq!(named.user.phone_username.as_deref(), Some("Anna.Connect"));
        assert_eq!(server.events_of(&anna).await[0], "account.changed");
        let found: UserPage = browser.get("users?search=a.connect").await.json();
        assert_eq!(found.users.len(), 1);
        assert_eq!(found.users[0].phone_username.as_deref(), Some("Anna.Connect"));

        // However it is written, it is one user.
        name(&browser, &bob, json!("ANNA.connect")).await.problem(ProblemCode::PhoneTaken);
        name(&browser, &bob, json!("bob")).await.assert_status(200);
        // Somebody of another company may be called the same.
        let zoe = server.person("other", "zoe", Who::Admin).await;
        let zoes = server.browser();
        zoes.sign_in(&zoe).await;
        name(&zoes, &zoe, json!("bob")).await.assert_status(200);
        name(&zoes, &bob, json!("x")).await.problem(ProblemCode::NotFound);

        // Searches find nobody by what they are no more, whatever else changed meanwhile.
        let renamed: UserDetail = name(&browser, &anna, json!("Anna2")).await.json();
        let user = &renamed.user;
        let edit = json!({
            "version": renamed.version, "name": "Anna Other", "username": user.username, "email": user.email,
            "roles": user.roles, "phone": "softphone", "sso_only": false,
        });
        browser.put(&format!("users/{}", anna.id), edit).await.assert_status(200);
        let found: UserPage = browser.get("users?search=anna2").await.json();
        assert_eq!(found.users.len(), 1);
        let none: UserDetail = name(&browser, &anna, Value::Null).await.json();
        assert_eq!(none.user.phone_username, None);
        let found: UserPage = browser.get("users?search=anna2").await.json();
        assert!(found.users.is_empty());
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn another_user_ends_what_was_proven_of_the_one_before() {
    let server = TestServer::start().await;
    let (_, browser) = with_ada(&server).await;
    let anna = server.agent("anna").await;
    let annas = server.browser();
    annas.sign_in(&anna).await;
    bind(&server, &anna, "Anna").await;
    // Another spelling is the same user.
    name(&browser, &anna, json!("ANNA"))
        .await
        .assert_status(200);
    assert_eq!(look(&browser).await.people[0].browsers, 1);
    annas.session().await.assert_status(200);
    name(&browser, &anna, json!("Somebody"))
        .await
        .assert_status(200);
    assert_eq!(look(&browser).await.people[0].browsers, 0);
    annas.session().await.signed_out();
}

#[tokio::test]
async fn what_cannot_be_a_user_is_refused_and_a_proof_is_needed() {
    let server = TestServer::start().await;
    let (_, browser) = with_ada(&server).await;
    let anna = server.agent("anna").await;
    for bad in [
        json!("a\0b"),
        json!("a\u{202e}b"),
        json!("a".repeat(101)),
        json!(7),
        json!([]),
    ] {
        let answer = name(&browser, &anna, bad.clone()).await;
        assert!(answer.status.is_client_error(), "{bad}: {answer:?}");
    }
    for nobody in ["none", "%00", "a".repeat(300).as_str()] {
        let path = format!("users/{nobody}/phone-username");
        let answer = browser.put(&path, json!({"phone_username": "x"})).await;
        assert!(answer.status.is_client_error(), "{nobody}: {answer:?}");
    }
    server.advance(11 * MINUTE);
    name(&browser, &anna, json!("anna"))
        .await
        .problem(ProblemCode::FreshProofNeeded);
    assert_eq!(look(&browser).await.known, 0);
}

#[tokio::test]
async fn who_asks_to_join_gets_an_account_and_an_invitation() {
    each_database(async |database| {
        let server = with_phone(&database.url).await;
        let (_, browser) = with_ada(&server).await;
        let id = asks(&server, ACME, "Nora.Connect", "nora@new.example").await;
        let foreign = asks(&server, "other", "Olga", "olga@new.example").await;
        let asked = requests(&browser).await.requests;
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0].phone_username, "Nora.Connect");

        let path = format!("company/join-requests/{id}/approve");
        let person =
            json!({"name": "Nora Neu", "email": "nora@new.example", "phone": "desk_phone"});
        let made: UserDetail = browser.post(&path, person.clone()).await.json();
        assert_eq!(made.user.name, "Nora Neu");
        assert_eq!(made.user.username, "nora");
        assert_eq!(made.user.phone, Phone::DeskPhone);
        assert_eq!(made.user.phone_username.as_deref(), Some("Nora.Connect"));
        assert_eq!(made.user.status, UserStatus::Invited);
        let nora = Person {
            id: made.user.id.clone(),
            alias: ACME.into(),
            username: "nora".into(),
            email: "nora@new.example".into(),
        };
        assert_eq!(server.mails_to(&nora).await.len(), 1);
        assert_eq!(
            server.events_of(&nora).await,
            ["account.invited", "account.created"]
        );
        // Once; and nobody answers for another company.
        browser
            .post(&path, person.clone())
            .await
            .problem(ProblemCode::NotFound);
        let others = format!("company/join-requests/{foreign}");
        browser
            .post(&format!("{others}/approve"), person)
            .await
            .problem(ProblemCode::NotFound);
        browser.delete(&others).await.problem(ProblemCode::NotFound);
        assert!(requests(&browser).await.requests.is_empty());
        assert_eq!(server.number("SELECT COUNT(*) FROM join_requests").await, 1);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_taken_is_told_and_the_request_stays() {
    each_database(async |database| {
        let server = with_phone(&database.url).await;
        let (_, browser) = with_ada(&server).await;
        let anna = server.agent("anna").await;
        let id = asks(&server, ACME, "Nora", "nora@new.example").await;
        let path = format!("company/join-requests/{id}/approve");
        for (person, code) in [
            (
                json!({"name": "N", "email": anna.email}),
                ProblemCode::EmailTaken,
            ),
            (
                json!({"name": "N", "email": "anna@new.example"}),
                ProblemCode::UsernameTaken,
            ),
            (
                json!({"name": "", "email": "n@new.example"}),
                ProblemCode::InvalidRequest,
            ),
            (
                json!({"name": "N", "email": "new.example"}),
                ProblemCode::InvalidRequest,
            ),
            (
                json!({"name": "N\u{0}", "email": "n@new.example"}),
                ProblemCode::InvalidRequest,
            ),
        ] {
            browser.post(&path, person).await.problem(code);
        }
        name(&browser, &anna, json!("NORA"))
            .await
            .assert_status(200);
        let person = json!({"name": "Nora", "email": "nora@new.example"});
        browser
            .post(&path, person.clone())
            .await
            .problem(ProblemCode::PhoneTaken);
        assert_eq!(requests(&browser).await.requests.len(), 1);
        assert_eq!(server.number("SELECT COUNT(*) FROM accounts").await, 2);

        let refused = browser.delete(&format!("company/join-requests/{id}")).await;
        refused.assert_status(204);
        browser
            .post(&path, person)
            .await
            .problem(ProblemCode::NotFound);
        let log: app::wire::AuditPage = browser.get("audit?kind=phone.join_refused").await.json();
        assert_eq!(log.events[0].reason.as_deref(), Some("Nora"));
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn whoever_asked_for_the_same_user_stays_until_they_are_refused() {
    each_database(async |database| {
        let server = with_phone(&database.url).await;
        let (_, browser) = with_ada(&server).await;
        asks(&server, ACME, "Nora", "evil@mail.example").await;
        server
            .change("UPDATE join_requests SET id = 'evil', name = 'Evil'")
            .await;
        let id = asks(&server, ACME, "Nora", "nora@new.example").await;
        let nora = json!({"name": "Nora", "email": "nora@new.example"});
        let path = |id: &str| format!("company/join-requests/{id}");
        let made = browser.post(&format!("{}/approve", path(&id)), nora).await;
        assert!(made.status.is_success(), "{made:?}");
        let left = requests(&browser).await.requests;
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].email, "evil@mail.example");
        let evil = json!({"name": "Evil", "email": "evil@mail.example"});
        browser
            .post(&format!("{}/approve", path("evil")), evil)
            .await
            .problem(ProblemCode::PhoneTaken);
        browser.delete(&path("evil")).await.assert_status(204);
        assert_eq!(requests(&browser).await.requests.len(), 0);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn of_several_who_approve_at_once_one_does() {
    each_database(async |database| {
        let server = with_phone(&database.url).await;
        let (_, browser) = with_ada(&server).await;
        let id = asks(&server, ACME, "Nora", "nora@new.example").await;
        let path = format!("company/join-requests/{id}/approve");
        let approve = async |number: u32| {
            let email = format!("nora-{number}@new.example");
            browser
                .post(&path, json!({"name": "Nora", "email": email}))
                .await
        };
        let answers = futures::future::join_all((0..6).map(approve)).await;
        let made = answers.iter().filter(|it| it.status.is_success()).count();
        assert_eq!(made, 1, "{answers:?}");
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn who_is_deleted_leaves_their_user_to_others() {
    let server = TestServer::start().await;
    let (_, browser) = with_ada(&server).await;
    let (anna, bob) = (server.agent("anna").await, server.agent("bob").await);
    name(&browser, &anna, json!("Anna"))
        .await
        .assert_status(200);
    browser
        .delete(&format!("users/{}", anna.id))
        .await
        .assert_status(204);
    name(&browser, &bob, json!("Anna")).await.assert_status(200);
    let restored = browser
        .post(&format!("users/{}/restore", anna.id), json!({}))
        .await;
    let restored: UserDetail = restored.json();
    assert_eq!(restored.user.phone_username, None);
}
