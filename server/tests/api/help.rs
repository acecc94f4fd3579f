//! What administrators do for people who cannot sign in, and what it takes.

use app::wire::{AdminCode, Method, ProblemCode, UserDetail};
use futures::future::join_all;
use serde_json::{Value, json};
use server::storage::{AccountId, AccountState, NewFactor, testing::each_database};

use crate::{
    harness::{ACME, MINUTE, PASSWORD, Person, Setup, TestServer, Who, company, seconds},
    recovery::{forget, links_of, trust_every_browser},
};

const HELPS: [&str; 4] = [
    "unlock",
    "backup-code",
    "reset-two-factor",
    "send-password-reset",
];

fn path(person: &Person, help: &str) -> String {
    format!("users/{}/{help}", person.id)
}

fn because() -> Value {
    json!({"reason": " Lost the phone "})
}

/// An agent who needs every help: locked, with something set up.
async fn helpless(server: &TestServer, alias: &str, name: &str) -> Person {
    let now = server.clock.now();
    let person = server
        .person_with(alias, name, Who::Agent, |_, past| {
            past.locked_at = Some(now);
            past.code_failures = 5;
        })
        .await;
    set_up_mail(server, &person).await;
    person
}

async fn set_up_mail(server: &TestServer, person: &Person) {
    let s = &server.services;
    let id = AccountId(person.id.clone());
    let mut tx = s.db.begin().await.expect("begins");
    tx.add_factor(&NewFactor::email(&s.entropy.id(s.now()), &id, s.now()))
        .await
        .expect("adds");
    tx.commit().await.expect("commits");
}

#[tokio::test]
async fn every_help_needs_role_company_reason_and_a_fresh_proof() {
    let server = TestServer::start().await;
    server.add_company(company("beta")).await;
    let anna = helpless(&server, ACME, "anna").await;
    let bea = helpless(&server, "beta", "bea").await;
    let ada = server.admin("ada").await;
    let agent = server.agent("agent").await;
    let as_agent = server.browser();
    as_agent.sign_in(&agent).await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    for help in HELPS {
        as_agent
            .post(&path(&anna, help), because())
            .await
            .assert_status(403)
            .problem(ProblemCode::Forbidden);
        browser
            .post(&path(&bea, help), because())
            .await
            .assert_status(404)
            .problem(ProblemCode::NotFound);
        browser
            .post(&path(&ada, help), because())
            .await
            .assert_status(403)
            .problem(ProblemCode::Forbidden);
        for reason in ["", " \n ", &"x".repeat(501)] {
            browser
                .post(&path(&anna, help), json!({"reason": reason}))
                .await
                .assert_status(422)
                .problem(ProblemCode::ReasonMissing);
        }
    }
    server.advance(seconds(601));
    for help in HELPS {
        browser
            .post(&path(&anna, help), because())
            .await
            .assert_status(403)
            .problem(ProblemCode::FreshProofNeeded);
    }
    assert!(server.events_of(&anna).await.is_empty());
    assert!(server.mails_to(&anna).await.is_empty());
    browser
        .post("session/proof", json!({"password": PASSWORD}))
        .await
        .assert_status(204);
    for help in HELPS {
        browser
            .post(&path(&anna, help), because())
            .await
            .assert_status(200);
    }
    let detail: UserDetail = browser.get(&format!("users/{}", anna.id)).await.json();
    let kinds: Vec<&str> = detail.timeline.iter().map(|it| it.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "help.password_reset_sent",
            "help.two_factor_reset",
            "help.backup_code",
            "account.unlocked",
        ]
    );
    for entry in &detail.timeline {
        assert_eq!(entry.actor.as_deref(), Some("ada Somebody"));
        assert_eq!(entry.reason.as_deref(), Some("Lost the phone"));
    }
    // Each was told to the person: by whom, and why.
    let mails = server.mails_to(&anna).await;
    assert_eq!(mails.len(), 4);
    for mail in &mails {
        assert!(mail.text.contains("ada Somebody"), "{}", mail.text);
        assert!(mail.text.contains("Lost the phone"), "{}", mail.text);
    }
}

#[tokio::test]
async fn a_backup_code_is_in_the_answer_and_nowhere_else() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let anna = server.agent("anna").await;
        let ada = server.admin("ada").await;
        let browser = server.browser();
        browser.sign_in(&ada).await;
        let help = path(&anna, "backup-code");
        let made: AdminCode = browser.post(&help, because()).await.json();
        assert_eq!(made.expires_in, 15 * 60);
        assert_eq!(made.expires_at, "2026-03-02T09:15:00+01:00");
        assert!(made.code.contains('-'), "grouped: {}", made.code);
        let mails = server.mails_to(&anna).await;
        assert!(
            mails[0]
                .subject
                .starts_with("A backup code for your account")
        );
        let letters_and_digits = made.code.replace('-', "");
        for told in [&mails[0].text, &mails[0].html] {
            assert!(!told.contains(&made.code) && !told.contains(&letters_and_digits));
        }
        let detail = browser.get(&format!("users/{}", anna.id)).await.text();
        assert!(!detail.contains(&made.code));
        let clear = format!(
            "SELECT COUNT(*) FROM audit_events WHERE reason LIKE '%{}%'",
            made.code
        );
        assert_eq!(server.number(clear).await, 0);
        // One at a time, as long as the company says.
        server
            .change("UPDATE companies SET admin_code_ms = 300000")
            .await;
        let next: AdminCode = browser.post(&help, because()).await.json();
        assert_ne!(next.code, made.code);
        assert_eq!(next.expires_in, 300);
        assert_eq!(server.number("SELECT COUNT(*) FROM backup_codes").await, 1);
        // It is no code of their own.
        let detail: UserDetail = browser.get(&format!("users/{}", anna.id)).await.json();
        assert_eq!(detail.backup_codes_left, None);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn nobody_gets_a_backup_code_who_is_not_asked_for_one() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    for (name, state) in [
        ("dora", AccountState::Disabled),
        ("ina", AccountState::Invited),
        ("pia", AccountState::Pending),
    ] {
        let person = server
            .person_with(ACME, name, Who::Agent, |account, _| account.state = state)
            .await;
        for help in ["backup-code", "send-password-reset"] {
            browser
                .post(&path(&person, help), because())
                .await
                .assert_status(409)
                .problem(ProblemCode::NothingSetUp);
        }
    }
    let anna = server.agent("anna").await;
    server.forget_ways(&anna).await;
    server
        .change("UPDATE companies SET second_factor = 'optional'")
        .await;
    let help = path(&anna, "backup-code");
    browser
        .post(&help, because())
        .await
        .problem(ProblemCode::NothingSetUp);
    set_up_mail(&server, &anna).await;
    browser.post(&help, because()).await.assert_status(200);
    server
        .change("UPDATE companies SET second_factor = 'off'")
        .await;
    browser
        .post(&help, because())
        .await
        .problem(ProblemCode::NothingSetUp);
}

#[tokio::test]
async fn a_reset_removes_every_way_and_signs_out() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let anna = server.agent("anna").await;
        let ada = server.admin("ada").await;
        let at_work = server.browser();
        at_work.sign_in(&anna).await;
        set_up_mail(&server, &anna).await;
        trust_every_browser(&server, &anna).await;
        let browser = server.browser();
        browser.sign_in(&ada).await;
        browser
            .post(&path(&anna, "backup-code"), because())
            .await
            .assert_status(200);
        let detail: UserDetail = browser.get(&format!("users/{}", anna.id)).await.json();
        assert_eq!(detail.methods, [Method::Email]);
        let help = path(&anna, "reset-two-factor");
        let detail: UserDetail = browser.post(&help, because()).await.json();
        assert!(detail.methods.is_empty());
        for table in ["factors", "backup_sets", "backup_codes", "trusts"] {
            let count = format!(
                "SELECT COUNT(*) FROM {table} WHERE account_id = '{}'",
                anna.id
            );
            assert_eq!(server.number(count).await, 0, "{table}");
        }
        at_work.session().await.signed_out();
        let mail = server.mails_to(&anna).await.remove(0);
        assert_eq!(
            mail.subject,
            "Two-factor authentication of your account at ACME Contact Centre was reset"
        );
        browser
            .post(&help, because())
            .await
            .assert_status(409)
            .problem(ProblemCode::NothingSetUp);
        // The password is as it was, and a second proof is still asked.
        server.advance(MINUTE);
        server.browser().begin(&anna).await;
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_sent_link_works_like_one_that_was_asked_for_and_shares_its_limit() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    let help = path(&anna, "send-password-reset");
    forget(&server, "anna").await;
    assert_eq!(links_of(&server, &anna).await.len(), 1);
    server.advance(MINUTE);
    browser.post(&help, because()).await.assert_status(200);
    server.advance(MINUTE);
    browser.post(&help, because()).await.assert_status(200);
    // The limit is told, but not to strangers.
    let problem = browser
        .post(&help, because())
        .await
        .assert_status(429)
        .problem(ProblemCode::ResendTooEarly);
    assert_eq!(problem.retry_after, Some(58 * 60));
    forget(&server, "anna").await;
    let links = links_of(&server, &anna).await;
    assert_eq!(links.len(), 3);
    let new = "seven loud lighthouses";
    server
        .browser()
        .post(
            "reset-password",
            json!({"token": links[0], "password": new}),
        )
        .await
        .assert_status(200);
    server.browser().type_password(&anna, new).await.code_step();
}

#[tokio::test]
async fn people_without_a_password_are_sent_no_link() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    let sso = server
        .person_with(ACME, "sso", Who::Agent, |account, past| {
            account.state = AccountState::SsoOnly;
            past.password = None;
        })
        .await;
    let help = path(&sso, "send-password-reset");
    browser
        .post(&help, because())
        .await
        .assert_status(409)
        .problem(ProblemCode::NothingSetUp);
    server
        .change("UPDATE companies SET passwords = FALSE")
        .await;
    browser
        .post(&help, because())
        .await
        .assert_status(403)
        .problem(ProblemCode::PasswordsOff);
    assert!(server.mails_to(&sso).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn at_the_same_moment_each_help_is_done_once() {
    each_database(async |database| {
        let setup = Setup::default();
        let one = TestServer::at(&database.url, setup.clone()).await;
        let two = TestServer::at(&database.url, setup).await;
        one.add_company(company(ACME)).await;
        let anna = helpless(&one, ACME, "anna").await;
        let ada = one.admin("ada").await;
        let browser = one.browser();
        browser.sign_in(&ada).await;
        let there = browser.at(&two);
        for (help, status) in [
            ("unlock", 409),
            ("reset-two-factor", 409),
            ("send-password-reset", 429),
        ] {
            let answers = join_all((0..10).map(async |n| {
                let browser = if n % 2 == 0 { &browser } else { &there };
                browser.post(&path(&anna, help), because()).await
            }))
            .await;
            let done = answers.iter().filter(|it| it.status.is_success()).count();
            let expected = if help == "send-password-reset" { 3 } else { 1 };
            assert_eq!(done, expected, "{help}: {answers:?}");
            for answer in answers.iter().filter(|it| !it.status.is_success()) {
                answer.assert_status(status);
            }
        }
        assert_eq!(one.mails_to(&anna).await.len(), 5);
        one.services.db.close().await;
        two.services.db.close().await;
    })
    .await;
}
