//! People switched off and on, deleted and brought back, signed out.

use app::wire::{ProblemCode, UserDetail, UserStatus};
use serde_json::{Value, json};
use server::storage::{AccountState, testing::each_database};

use super::{change, detail, list, new_person};
use crate::harness::{ACME, HOUR, PASSWORD, Setup, TestServer, Who, company, seconds};

fn because() -> Value {
    json!({"reason": "On leave"})
}

#[tokio::test]
async fn disabled_people_are_out_until_they_are_enabled() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (ada, anna) = (server.admin("ada").await, server.agent("anna").await);
        let browser = server.browser();
        browser.sign_in(&ada).await;
        let at_work = server.browser();
        at_work.sign_in(&anna).await;
        let path = |end: &str| format!("users/{}/{end}", anna.id);
        browser
            .post(&path("enable"), json!({}))
            .await
            .assert_status(409)
            .problem(ProblemCode::NothingToDo);
        browser
            .post(&path("disable"), json!({"reason": " "}))
            .await
            .assert_status(422)
            .problem(ProblemCode::ReasonMissing);
        let after: UserDetail = browser.post(&path("disable"), because()).await.json();
        assert_eq!(after.user.status, UserStatus::Disabled);
        assert_eq!(after.timeline[0].kind, "account.disabled");
        assert_eq!(after.timeline[0].reason.as_deref(), Some("On leave"));
        at_work.session().await.signed_out();
        let out = ProblemCode::AccountDisabled;
        server
            .browser()
            .type_password(&anna, PASSWORD)
            .await
            .problem(out);
        browser
            .post(&path("disable"), because())
            .await
            .problem(ProblemCode::NothingToDo);
        let after: UserDetail = browser.post(&path("enable"), json!({})).await.json();
        assert_eq!(after.user.status, UserStatus::Enabled);
        server.advance(HOUR);
        server.browser().sign_in(&anna).await;
        assert_eq!(
            server
                .mails_to(&anna)
                .await
                .iter()
                .filter(|it| it.subject.contains("disabled"))
                .count(),
            0
        );
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_was_open_when_somebody_was_disabled_stays_shut() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    let mut body = new_person("nina");
    body["invite"] = json!(true);
    let nina: UserDetail = browser.post("users", body).await.json();
    let id = nina.user.id;
    browser
        .post(&format!("users/{id}/disable"), because())
        .await
        .assert_status(200);
    let after: UserDetail = browser
        .post(&format!("users/{id}/enable"), json!({}))
        .await
        .json();
    assert_eq!(
        (after.user.status, after.can_be_invited),
        (UserStatus::Pending, true)
    );
    assert_eq!(after.invited_until, None);
    change(&browser, &id, json!({"sso_only": true}))
        .await
        .assert_status(200);
    browser
        .post(&format!("users/{id}/disable"), because())
        .await
        .assert_status(200);
    assert!(detail(&browser, &id).await.sso_only);
    let after: UserDetail = browser
        .post(&format!("users/{id}/enable"), json!({}))
        .await
        .json();
    assert_eq!(after.user.status, UserStatus::SsoOnly);
}

#[tokio::test]
async fn what_matters_needs_a_fresh_proof() {
    let server = TestServer::start().await;
    let (ada, anna) = (server.admin("ada").await, server.agent("anna").await);
    let browser = server.browser();
    browser.sign_in(&ada).await;
    server.advance(seconds(601));
    let fresh = ProblemCode::FreshProofNeeded;
    browser
        .post(&format!("users/{}/disable", anna.id), because())
        .await
        .assert_status(403)
        .problem(fresh);
    browser
        .delete(&format!("users/{}", anna.id))
        .await
        .assert_status(403)
        .problem(fresh);
    for action in ["disable", "unlock"] {
        browser
            .post(
                "users/bulk",
                json!({"ids": [anna.id], "action": action, "reason": "x"}),
            )
            .await
            .assert_status(403)
            .problem(fresh);
    }
    browser
        .post("users", new_person("nina"))
        .await
        .assert_status(201);
    assert_eq!(
        detail(&browser, &anna.id).await.user.status,
        UserStatus::Enabled
    );
}

#[tokio::test]
async fn a_deletion_is_undone_within_thirty_days() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (ada, anna) = (server.admin("ada").await, server.agent("anna").await);
        let browser = server.browser();
        browser.sign_in(&ada).await;
        let at_work = server.browser();
        at_work.sign_in(&anna).await;
        let path = |end: &str| format!("users/{}{end}", anna.id);
        browser
            .post(&path("/restore"), json!({}))
            .await
            .assert_status(404);
        browser.delete(&path("")).await.assert_status(204);
        browser.delete(&path("")).await.assert_status(404);
        at_work.session().await.signed_out();
        server
            .browser()
            .type_password(&anna, PASSWORD)
            .await
            .problem(ProblemCode::WrongCredentials);
        assert_eq!(list(&browser, "").await.total, 1);
        let gone = list(&browser, "view=deleted&search=ann").await;
        assert_eq!(
            gone.users[0].deleted_at.as_deref(),
            Some("2026-03-02T09:00:00+01:00")
        );
        // Seen, but nothing is done to them but bringing them back.
        assert_eq!(detail(&browser, &anna.id).await.user.username, "anna");
        for help in [
            "/unlock",
            "/disable",
            "/enable",
            "/end-sessions",
            "/backup-code",
        ] {
            browser
                .post(&path(help), because())
                .await
                .assert_status(404);
        }
        change(&browser, &anna.id, json!({"name": "Back"}))
            .await
            .assert_status(404);
        let after: UserDetail = browser.post(&path("/restore"), json!({})).await.json();
        assert_eq!(
            (after.user.status, after.user.deleted_at),
            (UserStatus::Enabled, None)
        );
        server.advance(HOUR);
        server.browser().sign_in(&anna).await;
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn the_names_of_deleted_people_are_free() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (ada, anna) = (server.admin("ada").await, server.agent("anna").await);
        let browser = server.browser();
        browser.sign_in(&ada).await;
        browser
            .delete(&format!("users/{}", anna.id))
            .await
            .assert_status(204);
        let mut body = new_person("anna");
        let other: UserDetail = browser.post("users", body.clone()).await.json();
        let restore = format!("users/{}/restore", anna.id);
        browser
            .post(&restore, json!({}))
            .await
            .assert_status(409)
            .problem(ProblemCode::UsernameTaken);
        change(
            &browser,
            &other.user.id,
            json!({"username": "anna2", "email": "anna@acme.example"}),
        )
        .await
        .assert_status(200);
        browser
            .post(&restore, json!({}))
            .await
            .assert_status(409)
            .problem(ProblemCode::EmailTaken);
        browser
            .delete(&format!("users/{}", other.user.id))
            .await
            .assert_status(204);
        browser.post(&restore, json!({})).await.assert_status(200);
        body["username"] = json!("anna");
        browser
            .post("users", body)
            .await
            .problem(ProblemCode::UsernameTaken);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn after_thirty_days_nobody_knows_who_it_was() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (ada, anna) = (server.admin("ada").await, server.agent("anna").await);
        let browser = server.browser();
        browser.sign_in(&ada).await;
        server.browser().sign_in(&anna).await;
        browser.delete(&format!("users/{}", anna.id)).await.assert_status(204);
        server.advance(HOUR * 24 * 30);
        server.jobs().purge().await.expect("purges");
        let browser = server.browser();
        browser.sign_in(&ada).await;
        assert_eq!(list(&browser, "view=deleted").await.total, 1, "the last moment still counts");
        server.advance(seconds(1));
        server.jobs().purge().await.expect("purges");
        server.jobs().purge().await.expect("purges");
        assert_eq!(list(&browser, "view=deleted").await.total, 0);
        assert_eq!(list(&browser, "search=anna").await.total, 0);
        browser.get(&format!("users/{}", anna.id)).await.assert_status(404);
        browser.post(&format!("users/{}/restore", anna.id), json!({})).await.assert_status(404);
        let left = "SELECT COUNT(*) FROM accounts WHERE name LIKE '%anna%' OR username LIKE '%anna%'
            OR email LIKE '%anna%' OR username_folded LIKE '%anna%' OR email_folded LIKE '%anna%' OR search <> ''
                AND search NOT LIKE '%ada%'";
        assert_eq!(server.number(left).await, 0);
        for table in ["sessions", "factors", "links"] {
            let rows = format!("SELECT COUNT(*) FROM {table} WHERE account_id = '{}'", anna.id);
            assert_eq!(server.number(rows).await, 0, "{table}");
        }
        // The log still tells that it was one and the same.
        let events = server.events_of(&anna).await;
        assert_eq!(events[0], "account.pseudonymised");
        assert!(events.contains(&"sign_in.signed_in".to_owned()));
        assert_eq!(events.iter().filter(|it| it.as_str() == "account.pseudonymised").count(), 1);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn somebody_is_signed_out_everywhere() {
    let server = TestServer::start().await;
    let (ada, anna) = (server.admin("ada").await, server.agent("anna").await);
    let browser = server.browser();
    browser.sign_in(&ada).await;
    let path = format!("users/{}/end-sessions", anna.id);
    browser
        .post(&path, json!({}))
        .await
        .assert_status(409)
        .problem(ProblemCode::NothingToDo);
    let (desk, home) = (server.browser(), server.browser());
    desk.sign_in(&anna).await;
    home.sign_in(&anna).await;
    assert_eq!(detail(&browser, &anna.id).await.sessions, 2);
    let after: UserDetail = browser.post(&path, json!({})).await.json();
    assert_eq!(
        (after.sessions, after.timeline[0].kind.as_str()),
        (0, "help.sessions_ended")
    );
    desk.session().await.signed_out();
    home.session().await.signed_out();
}

#[tokio::test]
async fn the_last_administrator_reads_the_operators_command() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    let step = server.browser().fail_codes(&ada, 4).await;
    let last = server.browser();
    let begun = last.begin(&ada).await;
    let problem = last
        .enter(&begun.attempt, "000001")
        .await
        .problem(ProblemCode::AccountLocked);
    assert_ne!(step.attempt, begun.attempt);
    let command = "callgate account unlock --company acme --account ada --reason …";
    assert_eq!(problem.command.as_deref(), Some(command));
    let again = server.browser().type_password(&ada, PASSWORD).await;
    assert_eq!(
        again.problem(ProblemCode::AccountLocked).command.as_deref(),
        Some(command)
    );
    let mail = server.mails_to(&ada).await.remove(0);
    assert!(mail.text.contains(command), "{}", mail.text);
    // Whoever does not know the password learns nothing.
    let stranger = server
        .browser()
        .type_password(&ada, "eight noisy harbours")
        .await;
    assert_eq!(
        stranger.problem(ProblemCode::WrongCredentials).command,
        None
    );
    // Where somebody else could unlock, they are who to ask.
    server
        .person_with(ACME, "bob", Who::Admin, |account, _| {
            account.state = AccountState::Enabled
        })
        .await;
    let again = server.browser().type_password(&ada, PASSWORD).await;
    assert_eq!(again.problem(ProblemCode::AccountLocked).command, None);
}
