//! An address that an administrator changes (SECURITY 12).

use app::wire::{ProblemCode, UserDetail, UserStatus};
use serde_json::json;
use server::storage::testing::each_database;

use super::{change, detail, new_person, person_of};
use crate::{
    harness::{
        ACME, HOUR, MINUTE, PASSWORD, Person, Setup, TestBrowser, TestServer, company, seconds,
    },
    recovery::{forget, links_of},
};

const NEW: &str = "anna@other.example";

fn at_new(person: &Person) -> Person {
    Person {
        email: NEW.into(),
        ..person.clone()
    }
}

/// The secret of the newest mail that asks to confirm an address.
async fn secret(server: &TestServer, person: &Person) -> String {
    let mails = server.mails_to(person).await;
    let mail = mails
        .iter()
        .find(|mail| mail.subject.starts_with("Confirm this address"))
        .expect("a mail");
    let token = mail
        .text
        .split("/confirm-email?token=")
        .nth(1)
        .expect("a link");
    token
        .split_whitespace()
        .next()
        .expect("a secret")
        .to_owned()
}

async fn confirm(browser: &TestBrowser<'_>, token: &str) -> crate::harness::Answer {
    browser
        .post("users/confirm-email", json!({"token": token}))
        .await
}

#[tokio::test]
async fn a_new_address_counts_once_its_owner_confirms_it() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (ada, anna) = (server.admin("ada").await, server.agent("anna").await);
        let browser = server.browser();
        browser.sign_in(&ada).await;
        let at_work = server.browser();
        at_work.sign_in(&anna).await;
        let after: UserDetail = change(&browser, &anna.id, json!({"email": NEW}))
            .await
            .json();
        assert_eq!(after.user.email, anna.email);
        assert_eq!(after.new_email.as_deref(), Some(NEW));
        assert_eq!(
            after.email_barred_until.as_deref(),
            Some("2026-03-03T09:00:00+01:00")
        );
        at_work.session().await.assert_status(200);
        let told = server.mails_to(&anna).await.remove(0);
        assert!(
            told.subject.contains("is being changed"),
            "{}",
            told.subject
        );
        assert!(told.text.contains("ada Somebody") && !told.text.contains("token="));
        assert!(
            !told.text.contains(NEW),
            "the new address is not told in full"
        );
        let token = secret(&server, &at_new(&anna)).await;

        // Scanners look at links; only the button uses this one up.
        for _ in 0..3 {
            let page = server
                .browser()
                .page(&format!("/confirm-email?token={token}"))
                .await;
            page.assert_status(200);
        }
        assert_eq!(detail(&browser, &anna.id).await.user.email, anna.email);
        server.advance(MINUTE * 30);
        let stranger = server.browser();
        confirm(&stranger, "guessed")
            .await
            .assert_status(410)
            .problem(ProblemCode::LinkUsed);
        confirm(&stranger, &token).await.assert_status(204);
        confirm(&stranger, &token)
            .await
            .assert_status(410)
            .problem(ProblemCode::LinkUsed);
        let after = detail(&browser, &anna.id).await;
        assert_eq!((after.user.email.as_str(), after.new_email), (NEW, None));
        assert_eq!(
            after.email_barred_until.as_deref(),
            Some("2026-03-03T09:30:00+01:00")
        );
        assert_eq!(after.timeline[0].kind, "account.email_confirmed");
        at_work.session().await.signed_out();
        let there = server.browser();
        let step = there.begin(&at_new(&anna)).await;
        let code = server.code_of(&at_new(&anna)).await;
        there.enter(&step.attempt, &code).await.landing();
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn for_a_day_nothing_is_reset_with_it() {
    let server = TestServer::start().await;
    let (ada, anna) = (server.admin("ada").await, server.agent("anna").await);
    let browser = server.browser();
    browser.sign_in(&ada).await;
    change(&browser, &anna.id, json!({"email": NEW}))
        .await
        .assert_status(200);
    let at_work = server.browser();
    at_work.sign_in(&anna).await;
    let ways: serde_json::Value = at_work.get("security").await.json();
    let way = ways["two_factor"]["ways"][0]["id"]
        .as_str()
        .expect("a way")
        .to_owned();
    server
        .change("UPDATE companies SET second_factor = 'optional'")
        .await;
    let because = json!({"reason": "asked"});
    for help in ["backup-code", "reset-two-factor", "send-password-reset"] {
        let problem = browser
            .post(&format!("users/{}/{help}", anna.id), because.clone())
            .await
            .assert_status(409)
            .problem(ProblemCode::EmailChanged);
        assert!(
            problem.retry_after.is_some_and(|left| left > 23 * 3600),
            "{help}"
        );
    }
    at_work
        .delete(&format!("security/ways/{way}"))
        .await
        .assert_status(409)
        .problem(ProblemCode::EmailChanged);
    // Strangers are told nothing, as ever.
    forget(&server, "anna").await;
    assert!(links_of(&server, &anna).await.is_empty());
    // The day after everything is as before.
    server.advance(HOUR * 24);
    forget(&server, "anna").await;
    assert_eq!(links_of(&server, &anna).await.len(), 1);
    let again = server.browser();
    again.sign_in(&ada).await;
    for help in ["backup-code", "reset-two-factor"] {
        again
            .post(&format!("users/{}/{help}", anna.id), because.clone())
            .await
            .assert_status(200);
    }
}

#[tokio::test]
async fn links_end_are_replaced_and_yield_to_whoever_was_faster() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (ada, anna) = (server.admin("ada").await, server.agent("anna").await);
        let browser = server.browser();
        browser.sign_in(&ada).await;
        let there = at_new(&anna);
        change(&browser, &anna.id, json!({"email": NEW}))
            .await
            .assert_status(200);
        let first = secret(&server, &there).await;
        // Saved again while the link works, nothing goes out twice.
        change(
            &browser,
            &anna.id,
            json!({"email": NEW, "phone": "softphone"}),
        )
        .await
        .assert_status(200);
        assert_eq!(server.mails_to(&there).await.len(), 1);
        server.advance(HOUR * 24);
        confirm(&server.browser(), &first)
            .await
            .problem(ProblemCode::LinkExpired);
        browser.sign_in(&ada).await;
        change(&browser, &anna.id, json!({"email": NEW}))
            .await
            .assert_status(200);
        let second = secret(&server, &there).await;
        assert_ne!(first, second);
        let mut body = new_person("other");
        body["email"] = json!(NEW);
        body["username"] = json!("somebody.else");
        browser.post("users", body).await.assert_status(201);
        confirm(&server.browser(), &second)
            .await
            .assert_status(409)
            .problem(ProblemCode::EmailTaken);
        assert_eq!(detail(&browser, &anna.id).await.user.email, anna.email);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn whoever_never_signed_in_just_gets_the_other_address() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    let mut body = new_person("nina");
    body["invite"] = json!(true);
    let nina: UserDetail = browser.post("users", body).await.json();
    let mail = server.mails_to(&person_of(&nina)).await.remove(0);
    let after: UserDetail = change(&browser, &nina.user.id, json!({"email": "n@new.example"}))
        .await
        .json();
    assert_eq!(after.user.email, "n@new.example");
    assert_eq!(
        (after.user.status, after.new_email),
        (UserStatus::Pending, None)
    );
    assert!(after.email_barred_until.is_none());
    let token = mail.text.split("token=").nth(1).expect("a link");
    let token = token.split_whitespace().next().expect("a secret");
    server
        .browser()
        .post("invitations/look", json!({"token": token}))
        .await
        .assert_status(410)
        .problem(ProblemCode::LinkUsed);
}

#[tokio::test]
async fn an_address_needs_a_fresh_proof() {
    let server = TestServer::start().await;
    let (ada, anna) = (server.admin("ada").await, server.agent("anna").await);
    let browser = server.browser();
    browser.sign_in(&ada).await;
    server.advance(seconds(601));
    change(&browser, &anna.id, json!({"email": NEW}))
        .await
        .assert_status(403)
        .problem(ProblemCode::FreshProofNeeded);
    // Another spelling of it does not.
    change(&browser, &anna.id, json!({"email": "Anna@acme.example"}))
        .await
        .assert_status(200);
    server
        .browser()
        .type_password(&anna, PASSWORD)
        .await
        .code_step();
}
