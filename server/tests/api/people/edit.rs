//! Changing a person: what it takes, what it ends, and who was faster.

use app::wire::{Phone, ProblemCode, Role, UserDetail, UserStatus};
use serde_json::json;
use server::storage::testing::each_database;

use super::{add_list, as_is, change, detail, put};
use crate::harness::{ACME, PASSWORD, Setup, TestServer, Who, company, seconds};

#[tokio::test]
async fn everything_that_can_change_changes() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        add_list(&server, ACME, "late").await;
        let (ada, anna) = (server.admin("ada").await, server.agent("anna").await);
        let browser = server.browser();
        browser.sign_in(&ada).await;
        let at_work = server.browser();
        at_work.sign_in(&anna).await;
        let before = detail(&browser, &anna.id).await;
        let fields = json!({
            "name": "Anna Álvarez", "username": "anna.a", "phone": "softphone", "presence_list": "late",
            "language": "de"
        });
        let after: UserDetail = change(&browser, &anna.id, fields).await.json();
        assert_eq!(after.user.name, "Anna Álvarez");
        assert_eq!(after.user.username, "anna.a");
        assert_eq!(after.user.phone, Phone::Softphone);
        assert_eq!(after.user.presence_list.as_ref().map(|it| it.name.as_str()), Some("List late"));
        assert_eq!(after.language.as_deref(), Some("de"));
        assert_eq!(after.version, before.version + 1);
        assert_eq!(
            after.timeline[0].reason.as_deref(),
            Some("name username phone presence_list language")
        );
        // None of that is worth signing somebody out for.
        at_work.session().await.assert_status(200);
        let found = super::list(&browser, "search=%C3%81LVAREZ").await;
        assert_eq!(found.total, 1, "found by the new name");
        assert_eq!(super::list(&browser, "search=somebody").await.total, 1, "not by the old one");
        // Saved as it is, nothing happens.
        let same: UserDetail = put(&browser, &anna.id, as_is(&after)).await.json();
        assert_eq!(same, after);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn the_second_of_two_administrators_is_told_and_nothing_is_lost() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (ada, bob) = (server.admin("ada").await, server.admin("bob").await);
        let anna = server.agent("anna").await;
        let (one, two) = (server.browser(), server.browser());
        one.sign_in(&ada).await;
        two.sign_in(&bob).await;
        let seen = as_is(&detail(&two, &anna.id).await);
        change(&one, &anna.id, json!({"name": "Anna One"}))
            .await
            .assert_status(200);
        let mut late = seen;
        late["phone"] = json!("softphone");
        put(&two, &anna.id, late)
            .await
            .assert_status(409)
            .problem(ProblemCode::ChangedMeanwhile);
        let now = detail(&two, &anna.id).await;
        assert_eq!(
            (now.user.name.as_str(), now.user.phone),
            ("Anna One", Phone::None)
        );
        change(&two, &anna.id, json!({"phone": "softphone"}))
            .await
            .assert_status(200);
        assert_eq!(detail(&one, &anna.id).await.user.name, "Anna One");
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_new_role_needs_a_fresh_proof_and_signs_the_person_out() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (ada, anna) = (server.admin("ada").await, server.agent("anna").await);
        let browser = server.browser();
        browser.sign_in(&ada).await;
        server.advance(seconds(601));
        let at_work = server.browser();
        at_work.sign_in(&anna).await;
        let wanted = json!({"roles": ["agent", "admin"]});
        change(&browser, &anna.id, wanted.clone())
            .await
            .assert_status(403)
            .problem(ProblemCode::FreshProofNeeded);
        change(&browser, &anna.id, json!({"phone": "softphone"}))
            .await
            .assert_status(200);
        browser
            .post("session/proof", json!({"password": PASSWORD}))
            .await
            .assert_status(204);
        let after: UserDetail = change(&browser, &anna.id, wanted).await.json();
        assert_eq!(after.user.roles, [Role::Agent, Role::Admin]);
        at_work.session().await.signed_out();
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn an_invitation_outlives_a_new_role() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    let mut body = super::new_person("nina");
    body["invite"] = json!(true);
    let nina: UserDetail = browser.post("users", body).await.json();
    change(&browser, &nina.user.id, json!({"roles": ["admin"]}))
        .await
        .assert_status(200);
    let mail = server.mails_to(&super::person_of(&nina)).await.remove(0);
    let token = mail.text.split("token=").nth(1).expect("a link");
    let token = token.split_whitespace().next().expect("a secret");
    server
        .browser()
        .post("invitations/look", json!({"token": token}))
        .await
        .assert_status(200);
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_nothing_changes() {
    let server = TestServer::start().await;
    server.add_company(company("beta")).await;
    add_list(&server, "beta", "theirs").await;
    let (ada, anna) = (server.admin("ada").await, server.agent("anna").await);
    let bea = server.person("beta", "bea", Who::Agent).await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    let before = detail(&browser, &anna.id).await;
    for (fields, status, code) in [
        (json!({"username": "ada"}), 409, ProblemCode::UsernameTaken),
        (
            json!({"email": "ADA@acme.example"}),
            409,
            ProblemCode::EmailTaken,
        ),
        (json!({"username": ""}), 400, ProblemCode::InvalidRequest),
        (json!({"email": "x"}), 400, ProblemCode::InvalidRequest),
        (json!({"name": ""}), 400, ProblemCode::InvalidRequest),
        (json!({"roles": []}), 400, ProblemCode::InvalidRequest),
        (
            json!({"roles": ["owner"]}),
            400,
            ProblemCode::InvalidRequest,
        ),
        (json!({"language": "tlh"}), 400, ProblemCode::InvalidRequest),
        (
            json!({"presence_list": "theirs"}),
            404,
            ProblemCode::NotFound,
        ),
        (json!({"version": 0}), 409, ProblemCode::ChangedMeanwhile),
        (json!({"version": -1}), 400, ProblemCode::InvalidRequest),
    ] {
        change(&browser, &anna.id, fields.clone())
            .await
            .assert_status(status)
            .problem(code);
    }
    let mut body = as_is(&before);
    body["name"] = json!("Bea Stolen");
    put(&browser, &bea.id, body).await.assert_status(404);
    assert_eq!(detail(&browser, &anna.id).await, before);
}

#[tokio::test]
async fn single_sign_on_takes_the_password_and_gives_none_back() {
    let server = TestServer::start().await;
    let (ada, anna) = (server.admin("ada").await, server.agent("anna").await);
    let browser = server.browser();
    browser.sign_in(&ada).await;
    let after: UserDetail = change(&browser, &anna.id, json!({"sso_only": true}))
        .await
        .json();
    assert_eq!(
        (after.user.status, after.sso_only),
        (UserStatus::SsoOnly, true)
    );
    server
        .browser()
        .type_password(&anna, PASSWORD)
        .await
        .problem(ProblemCode::WrongCredentials);
    let after: UserDetail = change(&browser, &anna.id, json!({"sso_only": false}))
        .await
        .json();
    assert_eq!(
        (after.user.status, after.can_be_invited),
        (UserStatus::Pending, true)
    );
}

#[tokio::test]
async fn the_last_administrator_stays_one() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (ada, bob) = (
            server.admin("ada").await,
            server.person(ACME, "bob", Who::Both).await,
        );
        let browser = server.browser();
        browser.sign_in(&ada).await;
        let agent = json!({"roles": ["agent"]});
        // Two of them: one may go, the other may not.
        change(&browser, &bob.id, agent.clone())
            .await
            .assert_status(200);
        let last = ProblemCode::LastAdmin;
        change(&browser, &ada.id, agent.clone())
            .await
            .assert_status(409)
            .problem(last);
        let because = json!({"reason": "leaves"});
        let path = |end: &str| format!("users/{}{end}", ada.id);
        browser
            .post(&path("/disable"), because)
            .await
            .assert_status(409)
            .problem(last);
        browser
            .delete(&path(""))
            .await
            .assert_status(409)
            .problem(last);
        // Somebody who is locked, invited or disabled cannot take over.
        change(&browser, &bob.id, json!({"roles": ["admin"]}))
            .await
            .assert_status(200);
        server
            .change(format!(
                "UPDATE accounts SET locked_at = 1 WHERE id = '{}'",
                bob.id
            ))
            .await;
        change(&browser, &ada.id, agent.clone()).await.problem(last);
        server
            .change(format!(
                "UPDATE accounts SET locked_at = NULL, state = 'invited' WHERE id = '{}'",
                bob.id
            ))
            .await;
        change(&browser, &ada.id, agent.clone()).await.problem(last);
        server
            .change(format!(
                "UPDATE accounts SET state = 'enabled' WHERE id = '{}'",
                bob.id
            ))
            .await;
        browser
            .put(&path(""), {
                let mut body = as_is(&detail(&browser, &ada.id).await);
                body["roles"] = json!(["agent"]);
                body
            })
            .await;
        // The session ended with the role.
        browser.session().await.signed_out();
        server.services.db.close().await;
    })
    .await;
}
