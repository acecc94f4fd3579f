//! Invitations: looked at as often as one likes, used once, by whoever sets the password.

use app::wire::{Invitation, PasswordFlaw, ProblemCode, Role};
use serde_json::json;
use server::{
    flows::operator::{FirstCredential, PersonDraft, create_account, invite_account},
    storage::{SecondFactor, Welcome},
};

use crate::harness::{
    ACME, Answer, HOUR, MINUTE, PASSWORD, Person, TestBrowser, TestServer, company, seconds,
};

fn secret(credential: FirstCredential) -> String {
    let FirstCredential::Link { path, .. } = credential else {
        panic!("not a link")
    };
    path.strip_prefix("/invitation?token=")
        .expect("a link to the page")
        .to_owned()
}

/// An invited agent and the secret of the link.
async fn invited(server: &TestServer, alias: &str) -> (Person, String) {
    let draft = PersonDraft {
        username: "ines".into(),
        email: "ines@mail.example".into(),
        name: "Ines Newman".into(),
        roles: vec![Role::Agent],
    };
    let link = create_account(&server.services, alias, &draft, Welcome::Link)
        .await
        .expect("a new account");
    let id = server
        .services
        .db
        .account_anywhere("ines@mail.example")
        .await;
    let person = Person {
        id: id.expect("answers").expect("it exists").id.0,
        alias: alias.into(),
        username: draft.username,
        email: draft.email,
    };
    (person, secret(link))
}

async fn look(server: &TestServer, token: &str) -> Answer {
    let browser = server.browser();
    browser
        .post("invitations/look", json!({"token": token}))
        .await
}

async fn accept(browser: &TestBrowser<'_>, token: &str, password: &str) -> Answer {
    let accepted = json!({"token": token, "password": password});
    browser.post("invitations/accept", accepted).await
}

#[tokio::test]
async fn a_new_person_sets_a_password_gives_a_code_and_is_in() {
    let server = TestServer::start().await;
    let (ines, token) = invited(&server, ACME).await;
    let mail = server.mails_to(&ines).await.remove(0);
    assert!(
        mail.text
            .contains(&format!("http://127.0.0.1:3000/invitation?token={token}")),
        "{}",
        mail.text
    );
    for _ in 0..3 {
        let invitation: Invitation = look(&server, &token).await.json();
        assert_eq!(invitation.name, "Ines Newman");
        assert_eq!(invitation.username, "ines");
        assert_eq!(invitation.company.alias, ACME);
        assert_eq!(invitation.minimum, 8);
        assert_eq!(invitation.expires_at, "2026-03-03T09:00:00+01:00");
        server
            .browser()
            .page(&format!("/invitation?token={token}"))
            .await
            .assert_status(200);
    }
    let browser = server.browser();
    let step = accept(&browser, &token, PASSWORD).await.code_step();
    let code = server.code_of(&ines).await;
    assert_eq!(
        browser.enter(&step.attempt, &code).await.landing(),
        "/acme/desk"
    );
    server.advance(MINUTE);
    server.browser().begin(&ines).await;
    let events = server.events_of(&ines).await;
    assert!(events.contains(&"account.accepted".into()), "{events:?}");
}

#[tokio::test]
async fn a_link_works_once() {
    let server = TestServer::start().await;
    let (_, token) = invited(&server, ACME).await;
    accept(&server.browser(), &token, PASSWORD)
        .await
        .code_step();
    for answer in [
        accept(&server.browser(), &token, "another quiet harbour").await,
        look(&server, &token).await,
    ] {
        answer.assert_status(410).problem(ProblemCode::LinkUsed);
    }
}

#[tokio::test]
async fn a_refused_password_leaves_the_link_as_it_was() {
    let server = TestServer::start().await;
    let (_, token) = invited(&server, ACME).await;
    for (password, flaw) in [
        ("short".to_owned(), PasswordFlaw::TooShort { minimum: 8 }),
        ("y".repeat(129), PasswordFlaw::TooLong { maximum: 128 }),
        ("inesnewman".into(), PasswordFlaw::ContainsName),
        ("qwertyuiop".into(), PasswordFlaw::Common),
    ] {
        let problem = accept(&server.browser(), &token, &password)
            .await
            .assert_status(422)
            .problem(ProblemCode::PasswordRefused);
        assert_eq!(problem.password, Some(flaw), "{password}");
    }
    accept(&server.browser(), &token, PASSWORD)
        .await
        .code_step();
}

#[tokio::test]
async fn a_link_ends_after_a_day() {
    let server = TestServer::start().await;
    let (_, token) = invited(&server, ACME).await;
    server.advance(24 * HOUR - seconds(1));
    look(&server, &token).await.assert_status(200);
    server.advance(seconds(1));
    for answer in [
        look(&server, &token).await,
        accept(&server.browser(), &token, PASSWORD).await,
    ] {
        answer.assert_status(410).problem(ProblemCode::LinkExpired);
    }
}

#[tokio::test]
async fn a_new_link_replaces_the_old_one() {
    let server = TestServer::start().await;
    let (_, old) = invited(&server, ACME).await;
    server.advance(HOUR);
    let new = invite_account(&server.services, ACME, "ines")
        .await
        .expect("a new link");
    let new = secret(new);
    look(&server, &old).await.problem(ProblemCode::LinkUsed);
    accept(&server.browser(), &old, PASSWORD)
        .await
        .problem(ProblemCode::LinkUsed);
    accept(&server.browser(), &new, PASSWORD).await.code_step();
    invite_account(&server.services, ACME, "ines")
        .await
        .expect_err("who has a password needs no invitation");
}

#[tokio::test]
async fn unknown_and_foreign_links_open_nothing() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    server
        .browser()
        .post("companies/acme/browser-link", json!({"account": "anna"}))
        .await
        .assert_status(204);
    let mail = server.mails_to(&anna).await.remove(0);
    let (_, rest) = mail.text.split_once("token=").expect("a link");
    let browsers = rest.split_whitespace().next().expect("a secret");
    for token in ["", "x", browsers, &"x".repeat(10_000)] {
        look(&server, token).await.assert_status(410).any_problem();
        accept(&server.browser(), token, PASSWORD)
            .await
            .assert_status(410)
            .problem(ProblemCode::LinkUsed);
    }
}

#[tokio::test]
async fn who_was_disabled_is_told_so() {
    let server = TestServer::start().await;
    let (_, token) = invited(&server, ACME).await;
    server
        .change("UPDATE accounts SET state = 'disabled'")
        .await;
    for answer in [
        look(&server, &token).await,
        accept(&server.browser(), &token, PASSWORD).await,
    ] {
        answer
            .assert_status(403)
            .problem(ProblemCode::AccountDisabled);
    }
}

#[tokio::test]
async fn without_a_second_factor_the_link_signs_in() {
    let server = TestServer::start().await;
    let mut open = company("open");
    open.policy.second_factor = SecondFactor::Off;
    server.add_company(open).await;
    let (_, token) = invited(&server, "open").await;
    let browser = server.browser();
    let answer = accept(&browser, &token, "fifteen letters it has").await;
    assert_eq!(answer.landing(), "/open/desk");
}

#[tokio::test]
async fn accepting_clears_the_waits_that_strangers_caused() {
    let server = TestServer::start().await;
    let (ines, token) = invited(&server, ACME).await;
    server.browser().guess(&ines, 5).await;
    let browser = server.browser();
    accept(&browser, &token, PASSWORD).await.code_step();
    server.advance(seconds(1));
    server.browser().begin(&ines).await;
}
