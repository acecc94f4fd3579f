//! Temporary passwords, and mails that are refused.

use app::wire::{ProblemCode, Role, Step, UserPage, UserStatus};
use serde_json::json;
use server::{
    flows::operator::{FirstCredential, PersonDraft, create_account},
    storage::Welcome,
};

use super::{
    accept, cancel, decide, each_server, invite, last_reason, mailed_link, mailed_password,
    pending, status, status_of, with_ada,
};
use crate::harness::{ACME, HOUR, MINUTE, PASSWORD, Person, TestBrowser, TestServer};

#[tokio::test]
async fn a_refused_mail_shows_until_the_address_is_corrected() {
    each_server(async |server| {
        let ines = pending(server, ACME, "ines").await;
        server
            .change("UPDATE accounts SET email = 'no address' WHERE username = 'ines'")
            .await;
        let admin = with_ada(server).await;
        invite(&admin, &ines).await.assert_status(200);
        server.mails_to(&ines).await;
        assert_eq!(status_of(&admin, &ines).await, UserStatus::Bounced);
        let told = server.number(
            "SELECT COUNT(*) FROM accounts WHERE state = 'bounced' AND bounce = 'the address is not one'",
        );
        assert_eq!(told.await, 1);
        let kind = "account.invitation_bounced";
        assert_eq!(server.events_of(&ines).await[0], kind);
        assert_eq!(
            last_reason(&admin, kind).await.as_deref(),
            Some("the address is not one")
        );
        server
            .change("UPDATE accounts SET email = 'ines@acme.example' WHERE username = 'ines'")
            .await;
        assert_eq!(status(&invite(&admin, &ines).await), UserStatus::Invited);
        let left = "SELECT COUNT(*) FROM accounts WHERE bounce IS NOT NULL";
        assert_eq!(server.number(left).await, 0);
        let token = mailed_link(server, &ines).await;
        assert_eq!(status_of(&admin, &ines).await, UserStatus::Invited);
        accept(&server.browser(), &token).await.code_step();
    })
    .await;
}

#[tokio::test]
async fn a_company_that_sends_temporary_passwords_shows_them_to_nobody() {
    each_server(async |server| {
        let admin = with_ada(server).await;
        decide(&admin, 1, "temporary_password")
            .await
            .assert_status(200);
        let ines = pending(server, ACME, "ines").await;
        let answer = invite(&admin, &ines).await;
        assert_eq!(status(&answer), UserStatus::Enabled);
        let password = mailed_password(server, &ines).await;
        assert_eq!(password.len(), 19);
        for answer in [answer, admin.get(&format!("users/{}", ines.id)).await] {
            assert!(!answer.text().contains(&password));
        }
        let mail = server.mails_to(&ines).await.remove(0);
        assert!(
            mail.text.contains("ends on 3 March at 09:0"),
            "{}",
            mail.text
        );

        // Another one replaces it.
        invite(&admin, &ines).await.assert_status(200);
        let second = mailed_password(server, &ines).await;
        server
            .browser()
            .type_password(&ines, &password)
            .await
            .problem(ProblemCode::WrongCredentials);

        server.advance(24 * HOUR);
        server
            .browser()
            .type_password(&ines, &second)
            .await
            .assert_status(403)
            .problem(ProblemCode::TemporaryPasswordEnded);
        let admin = server.browser();
        admin
            .sign_in(&Person {
                username: "ada".into(),
                email: "ada@acme.example".into(),
                ..ines.clone()
            })
            .await;
        invite(&admin, &ines).await.assert_status(200);
        let third = mailed_password(server, &ines).await;
        let browser = server.browser();
        let answer = browser.type_password(&ines, &third).await;
        let Step::ChangePassword(step) = answer.json() else {
            panic!("{answer:?}")
        };
        let chosen = json!({"attempt": step.attempt, "password": PASSWORD});
        browser
            .post("sign-in/password", chosen)
            .await
            .assert_status(200);
        invite(&admin, &ines)
            .await
            .assert_status(409)
            .problem(ProblemCode::NothingToDo);
    })
    .await;
}

#[tokio::test]
async fn a_temporary_password_leaves_no_later_than_it_ends_and_can_be_taken_back() {
    let server = TestServer::start().await;
    let admin = with_ada(&server).await;
    decide(&admin, 1, "temporary_password")
        .await
        .assert_status(200);
    let late = pending(&server, ACME, "late").await;
    invite(&admin, &late).await.assert_status(200);
    let ines = pending(&server, ACME, "ines").await;
    invite(&admin, &ines).await.assert_status(200);
    server.advance(MINUTE);
    let password = mailed_password(&server, &ines).await;
    assert_eq!(status(&cancel(&admin, &ines).await), UserStatus::Pending);
    server
        .browser()
        .type_password(&ines, &password)
        .await
        .problem(ProblemCode::WrongCredentials);
    // Back to links: what was sent before is gone then too.
    decide(&admin, 1, "link").await.assert_status(200);
    assert_eq!(status(&invite(&admin, &late).await), UserStatus::Invited);
    decide(&admin, 1, "temporary_password")
        .await
        .assert_status(200);
    let slow = pending(&server, ACME, "slow").await;
    invite(&admin, &slow).await.assert_status(200);
    server.advance(24 * HOUR);
    assert!(server.mails_to(&slow).await.is_empty(), "it has ended");
}

#[tokio::test]
async fn a_password_that_the_operator_told_works_although_its_mail_was_refused() {
    let server = TestServer::start().await;
    let admin = with_ada(&server).await;
    let draft = PersonDraft {
        username: "ines".into(),
        email: "ines@acme.example".into(),
        name: "Ines Newman".into(),
        roles: vec![Role::Agent],
    };
    let made = create_account(&server.services, ACME, &draft, Welcome::TemporaryPassword);
    let made = made.await.expect("a new account");
    let FirstCredential::TemporaryPassword { password, .. } = made else {
        panic!("not a password")
    };
    let ines = person_named(&admin, "ines").await;
    let mail = server.services.db.claim_mail(server.services.now(), MINUTE);
    let mail = mail.await.expect("answers").expect("a mail");
    assert_eq!(mail.account_id.as_ref().map(|id| &id.0), Some(&ines.id));
    // Refused once the lease is over, like by a mail server that does not know the address.
    server
        .change("UPDATE outbox SET sealed = x'78' WHERE kind = 'temporary_password'")
        .await;
    server.advance(MINUTE);
    server.mails_to(&ines).await;
    assert_eq!(status_of(&admin, &ines).await, UserStatus::Bounced);
    let browser = server.browser();
    let answer = browser.type_password(&ines, &password).await;
    let Step::ChangePassword(step) = answer.json() else {
        panic!("{answer:?}")
    };
    let chosen = json!({"attempt": step.attempt, "password": PASSWORD});
    browser
        .post("sign-in/password", chosen)
        .await
        .assert_status(200);
    assert_eq!(status_of(&admin, &ines).await, UserStatus::Enabled);
}

async fn person_named(admin: &TestBrowser<'_>, username: &str) -> Person {
    let page: UserPage = admin.get(&format!("users?search={username}")).await.json();
    let user = page.users.into_iter().next().expect("somebody");
    Person {
        id: user.id,
        alias: ACME.into(),
        username: user.username,
        email: user.email,
    }
}
