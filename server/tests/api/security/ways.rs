//! Second ways: added, set up anew, given up.

use app::wire::{BackupCodes, MailedCode, Method, ProblemCode, WayBegun};
use serde_json::json;

use super::{
    CALM, add, add_app, app_begun, app_code, begin_app, confirm, each_server, give_email, prove,
    server, settings, somebody, verify, verify_both, with_app,
};
use crate::harness::{
    ACME, MINUTE, PASSWORD, Person, TestBrowser, TestServer, Who, other_than, seconds,
};

#[tokio::test]
async fn an_app_counts_after_its_first_code() {
    let server = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    let setup = add_app(&browser).await;
    assert!(setup.qr.starts_with("<svg") && !setup.qr.contains("style"));
    assert!(setup.uri.starts_with("otpauth://totp/"));
    assert!(setup.uri.contains(&setup.secret));
    assert_eq!(settings(&browser).await.two_factor.ways, []);
    let code = app_code(&setup.secret, server.services.now());
    let mailed = server.code_of(&anna).await;
    let made: BackupCodes = browser
        .post(
            "security/ways/verify",
            json!({"code": code, "mail_code": mailed, "name": "  Work phone "}),
        )
        .await
        .json();
    assert_eq!(made.codes.len(), 10);
    let seen = settings(&browser).await.two_factor;
    assert_eq!(seen.ways.len(), 1);
    assert_eq!(seen.ways[0].method, Method::App);
    assert_eq!(seen.ways[0].name.as_deref(), Some("Work phone"));
    assert!(seen.ways[0].removable && seen.ways[0].allowed);
    assert_eq!(seen.backup_codes_left, None, "until one is typed back");
    assert_eq!(server.events_of(&anna).await[0], "two_factor.added");
    let mails = server.mails_to(&anna).await;
    assert!(mails[0].text.contains("(Work phone) was added"));
    assert!(!mails[0].text.contains(&setup.secret));
    confirm(&browser, &made.codes[3]).await.assert_status(204);
    let seen = settings(&browser).await.two_factor;
    assert_eq!(seen.backup_codes_left, Some(10));
    assert_eq!(server.events_of(&anna).await[0], "two_factor.codes_made");
}

#[tokio::test]
async fn a_new_way_ends_other_sessions_and_sign_ins_but_not_this_session() {
    let server = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    let other = server.browser();
    other.type_password(&anna, PASSWORD).await.landing();
    with_app(&server, &anna, &browser).await;
    other.session().await.signed_out();
    browser.session().await.session();
    assert_eq!(settings(&browser).await.sessions.len(), 1);
}

#[tokio::test]
async fn a_phone_whose_clock_is_wrong_is_told_so_and_not_taken() {
    let server = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    let setup = add_app(&browser).await;
    let mailed = server.code_of(&anna).await;
    let now = server.services.now();
    for (late, off) in [(240, 240), (-240, -240)] {
        let at = server::clock::Moment(now.0 + late * 1000);
        let problem = verify_both(&browser, &app_code(&setup.secret, at), &mailed)
            .await
            .assert_status(401)
            .problem(ProblemCode::ClockOff);
        assert_eq!(problem.clock_off, Some(off));
    }
    assert_eq!(settings(&browser).await.two_factor.ways, []);
    verify_both(&browser, &app_code(&setup.secret, now), &mailed)
        .await
        .assert_status(200);
}

#[tokio::test]
async fn ten_wrong_codes_end_a_set_up_and_lock_nothing() {
    let server = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    for method in ["app", "email"] {
        add(&browser, method).await.assert_status(200);
        for _ in 0..9 {
            verify(&browser, "not-it")
                .await
                .problem(ProblemCode::WrongCode);
        }
        verify(&browser, "not-it")
            .await
            .assert_status(409)
            .problem(ProblemCode::SetupOver);
        verify(&browser, "not-it")
            .await
            .problem(ProblemCode::SetupOver);
    }
    assert_eq!(server.code_failures(&anna).await, 0);
    assert_eq!(settings(&browser).await.two_factor.ways, []);
}

#[tokio::test]
async fn an_abandoned_set_up_is_nothing_and_the_last_one_begun_counts() {
    let server = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    give_email(&server, &anna).await;
    verify(&browser, "123456")
        .await
        .problem(ProblemCode::SetupOver);
    let first = add_app(&browser).await;
    let second = add_app(&browser).await;
    assert_ne!(first.secret, second.secret);
    let now = server.services.now();
    verify(&browser, &app_code(&first.secret, now))
        .await
        .problem(ProblemCode::WrongCode);
    for _ in 0..3 {
        server.advance(10 * MINUTE);
        prove(&browser).await;
    }
    server.advance(seconds(1));
    let code = app_code(&second.secret, server.services.now());
    verify(&browser, &code)
        .await
        .problem(ProblemCode::SetupOver);
    let ways = settings(&browser).await.two_factor.ways;
    assert_eq!(ways.len(), 1, "the mailbox");
}

#[tokio::test]
async fn a_set_up_belongs_to_its_session() {
    let server = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    let setup = add_app(&browser).await;
    let code = app_code(&setup.secret, server.services.now());
    let second = server.browser();
    second.type_password(&anna, PASSWORD).await.landing();
    verify(&second, &code).await.problem(ProblemCode::SetupOver);
    let (_, stranger) = somebody(&server, "eve").await;
    verify(&stranger, &code)
        .await
        .problem(ProblemCode::SetupOver);
}

#[tokio::test]
async fn a_way_that_the_company_forbids_meanwhile_is_not_added() {
    let server = server().await;
    let (_, browser) = somebody(&server, "anna").await;
    let setup = add_app(&browser).await;
    server
        .change(format!(
            "UPDATE companies SET methods = 'email' WHERE alias = '{CALM}'"
        ))
        .await;
    verify(&browser, &app_code(&setup.secret, server.services.now()))
        .await
        .problem(ProblemCode::MethodUnavailable);
}

#[tokio::test]
async fn a_first_app_needs_the_mailbox_too() {
    each_server(async |server| {
        let (anna, browser) = somebody(server, "anna").await;
        let begun = begin_app(&browser).await;
        let sent = MailedCode {
            sent_to: "a•••@calm.example".into(),
            sent_at: Some("2026-03-02T09:00:00+01:00".into()),
            resend_after: 60,
        };
        assert_eq!(begun.mail, Some(sent));
        let letter = &server.mails_to(&anna).await[0];
        assert!(letter.subject.contains("add an authenticator app"));
        let old = server.code_of(&anna).await;
        let code = app_code(&begun.setup.secret, server.services.now());
        let wrong = [
            verify(&browser, &code).await,
            verify_both(&browser, &code, " ").await,
            verify_both(&browser, &code, &other_than(&old)).await,
            verify_both(&browser, &code, &code).await,
            verify_both(&browser, &other_than(&code), &old).await,
        ];
        for answer in wrong {
            answer.assert_status(401).problem(ProblemCode::WrongCode);
        }
        resend(&browser).await.problem(ProblemCode::ResendTooEarly);
        server.advance(MINUTE);
        let again = app_begun(&resend(&browser).await);
        assert_eq!(again.setup, begun.setup);
        let code = app_code(&begun.setup.secret, server.services.now());
        verify_both(&browser, &code, &old)
            .await
            .problem(ProblemCode::OldCode);
        assert_eq!(settings(&browser).await.two_factor.ways, []);
        let new = server.code_of(&anna).await;
        verify_both(&browser, &code, &new).await.assert_status(200);
        assert_eq!(settings(&browser).await.two_factor.ways.len(), 1);
        // Whoever has a way needs no more than the app's code for another.
        let second = begin_app(&browser).await;
        assert_eq!(second.mail, None);
        resend(&browser).await.problem(ProblemCode::SetupOver);
        let code = app_code(&second.setup.secret, server.services.now());
        verify(&browser, &code).await.assert_status(200);
        assert_eq!(server.codes_mailed_to(&anna).await, 2);
    })
    .await;
}

#[tokio::test]
async fn ten_wrong_mailed_codes_end_the_set_up_of_an_app() {
    each_server(async |server| {
        let (anna, browser) = somebody(server, "anna").await;
        let setup = add_app(&browser).await;
        let mailed = server.code_of(&anna).await;
        let code = app_code(&setup.secret, server.services.now());
        let wrong = other_than(&mailed);
        for _ in 0..9 {
            verify_both(&browser, &code, &wrong)
                .await
                .problem(ProblemCode::WrongCode);
        }
        for mail_code in [&wrong, &mailed] {
            verify_both(&browser, &code, mail_code)
                .await
                .assert_status(409)
                .problem(ProblemCode::SetupOver);
        }
        assert_eq!(server.code_failures(&anna).await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_app_that_becomes_the_first_way_meanwhile_needs_the_mailbox() {
    each_server(async |server| {
        let (anna, browser) = somebody(server, "anna").await;
        give_email(server, &anna).await;
        let begun = begin_app(&browser).await;
        assert_eq!(begun.mail, None);
        let email = settings(&browser).await.two_factor.ways[0].id.clone();
        remove(&browser, &email).await.assert_status(204);
        let code = app_code(&begun.setup.secret, server.services.now());
        verify(&browser, &code)
            .await
            .problem(ProblemCode::WrongCode);
        app_begun(&resend(&browser).await);
        let mailed = server.code_of(&anna).await;
        verify_both(&browser, &code, &mailed)
            .await
            .assert_status(200);
    })
    .await;
}

async fn resend(browser: &TestBrowser<'_>) -> crate::harness::Answer {
    browser.post("security/ways/resend", json!({})).await
}

fn mailed(answer: &crate::harness::Answer) -> (String, Option<String>, u32) {
    match answer.json() {
        WayBegun::Email(mailed) => (mailed.sent_to, mailed.sent_at, mailed.resend_after),
        begun => panic!("not e-mail: {begun:?}"),
    }
}

#[tokio::test]
async fn a_mailbox_counts_after_its_first_code() {
    let server = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    let begun = mailed(&add(&browser, "email").await);
    assert_eq!(
        begun,
        (
            "a•••@calm.example".into(),
            Some("2026-03-02T09:00:00+01:00".into()),
            60
        )
    );
    let code = server.code_of(&anna).await;
    verify(&browser, &other_than(&code))
        .await
        .assert_status(401)
        .problem(ProblemCode::WrongCode);
    let made: BackupCodes = verify(&browser, &format!(" {} {}", &code[..3], &code[3..]))
        .await
        .json();
    assert_eq!(made.codes.len(), 10);
    let seen = settings(&browser).await.two_factor;
    assert_eq!(seen.ways[0].method, Method::Email);
    assert_eq!(seen.addable, [Method::App]);
    verify(&browser, &code)
        .await
        .problem(ProblemCode::SetupOver);
}

#[tokio::test]
async fn only_the_newest_code_of_a_mailbox_counts_and_for_five_minutes() {
    let server = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    let resend = async || browser.post("security/ways/resend", json!({})).await;
    resend().await.problem(ProblemCode::SetupOver);
    add(&browser, "email").await.assert_status(200);
    let old = server.code_of(&anna).await;
    let problem = resend()
        .await
        .assert_status(429)
        .problem(ProblemCode::ResendTooEarly);
    assert_eq!(problem.retry_after, Some(60));
    server.advance(MINUTE);
    mailed(&resend().await);
    let new = server.code_of(&anna).await;
    let problem = verify(&browser, &old).await.problem(ProblemCode::OldCode);
    assert_eq!(
        problem.sent_at.as_deref(),
        Some("2026-03-02T09:01:00+01:00")
    );
    server.advance(5 * MINUTE);
    let problem = verify(&browser, &new).await.problem(ProblemCode::OldCode);
    assert_eq!(problem.sent_at, None);
}

#[tokio::test]
async fn mails_are_limited_over_sign_ins_and_set_ups() {
    let server = server().await;
    let person = server.person(CALM, "anna", Who::Agent).await;
    give_email(&server, &person).await;
    let browser = server.browser();
    browser.sign_in(&person).await;
    // The sign-in's own mail was this very minute.
    let (_, sent_at, wait) = mailed(&add(&browser, "email").await);
    assert_eq!((sent_at, wait), (None, 60));
    let mut waits = Vec::new();
    for _ in 0..4 {
        server.advance(MINUTE);
        let (_, _, wait) = mailed(&browser.post("security/ways/resend", json!({})).await);
        waits.push(wait);
    }
    assert_eq!(waits, [60, 60, 60, 56 * 60]);
    server.advance(MINUTE);
    let problem = browser
        .post("security/ways/resend", json!({}))
        .await
        .problem(ProblemCode::ResendTooEarly);
    assert_eq!(problem.retry_after, Some(55 * 60));
    assert_eq!(server.codes_mailed_to(&person).await, 5);
    // Beginning anew does not get around it.
    let (_, sent_at, wait) = mailed(&add(&browser, "email").await);
    assert_eq!((sent_at, wait), (None, 55 * 60));
}

#[tokio::test]
async fn codes_of_set_ups_that_are_over_are_cleared_away() {
    let server = server().await;
    let (_, browser) = somebody(&server, "anna").await;
    add(&browser, "email").await.assert_status(200);
    add_app(&browser).await;
    let codes = async || server.number("SELECT COUNT(*) FROM email_codes").await;
    server.advance(60 * MINUTE);
    server.jobs().purge().await.expect("purged");
    assert_eq!(codes().await, 1, "the limits of mails know it still");
    server.advance(24 * 60 * MINUTE);
    server.jobs().purge().await.expect("purged");
    assert_eq!(codes().await, 0);
}

#[tokio::test]
async fn a_code_for_a_set_up_signs_nobody_in() {
    let server = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    add(&browser, "email").await.assert_status(200);
    let code = server.code_of(&anna).await;
    verify(&browser, &code).await.assert_status(200);
    let thief = server.browser();
    let step = thief.begin(&anna).await;
    assert_eq!(step.sent_at, None, "within the minute");
    thief
        .enter(&step.attempt, &code)
        .await
        .problem(ProblemCode::WrongCode);
}

#[tokio::test]
async fn e_mail_is_reset_by_setting_it_up_anew() {
    let server = server().await;
    let person = server.person(CALM, "anna", Who::Agent).await;
    give_email(&server, &person).await;
    let browser = server.browser();
    browser.sign_in(&person).await;
    let other = server.browser();
    server.advance(MINUTE);
    other.sign_in(&person).await;
    let before = settings(&browser).await.two_factor.ways[0].clone();
    server.advance(MINUTE);
    mailed(&add(&browser, "email").await);
    let code = server.code_of(&person).await;
    let made: BackupCodes = verify(&browser, &code).await.json();
    assert_eq!(made.codes.len(), 10, "there were none");
    confirm(&browser, &made.codes[0]).await.assert_status(204);
    let ways = settings(&browser).await.two_factor.ways;
    assert_eq!(ways.len(), 1);
    assert_ne!(ways[0].id, before.id);
    other.session().await.signed_out();
    server.advance(MINUTE);
    add(&browser, "email").await.assert_status(200);
    let code = server.code_of(&person).await;
    let made: BackupCodes = verify(&browser, &code).await.json();
    assert_eq!(made.codes, [""; 0], "the saved ones still count");
}

async fn remove(browser: &TestBrowser<'_>, id: &str) -> crate::harness::Answer {
    browser.delete(&format!("security/ways/{id}")).await
}

#[tokio::test]
async fn a_way_is_given_up_with_all_that_hung_on_it() {
    let server = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    let (_, codes) = with_app(&server, &anna, &browser).await;
    confirm(&browser, &codes[0]).await.assert_status(204);
    let id = settings(&browser).await.two_factor.ways[0].id.clone();
    let (_, eve) = somebody(&server, "eve").await;
    remove(&eve, &id)
        .await
        .assert_status(404)
        .problem(ProblemCode::NotFound);
    remove(&browser, "no-such-id")
        .await
        .problem(ProblemCode::NotFound);
    remove(&browser, &id).await.assert_status(204);
    let seen = settings(&browser).await.two_factor;
    assert_eq!(seen.ways, []);
    assert_eq!(seen.backup_codes_left, None);
    assert_eq!(server.events_of(&anna).await[0], "two_factor.removed");
    assert!(
        server.mails_to(&anna).await[0]
            .text
            .contains("It was the last one.")
    );
    remove(&browser, &id).await.problem(ProblemCode::NotFound);
    server
        .browser()
        .type_password(&anna, PASSWORD)
        .await
        .landing();
}

#[tokio::test]
async fn the_last_way_stays_where_one_is_required() {
    let server = server().await;
    let anna: Person = server.person(ACME, "anna", Who::Agent).await;
    give_email(&server, &anna).await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    let email = settings(&browser).await.two_factor.ways[0].clone();
    assert!(!email.removable);
    remove(&browser, &email.id)
        .await
        .assert_status(409)
        .problem(ProblemCode::LastWay);
    with_app(&server, &anna, &browser).await;
    assert!(
        settings(&browser)
            .await
            .two_factor
            .ways
            .iter()
            .all(|way| way.removable)
    );
    // An app that is not allowed any more does not count as a way that is left.
    server
        .change(format!(
            "UPDATE companies SET methods = 'email' WHERE alias = '{ACME}'"
        ))
        .await;
    remove(&browser, &email.id)
        .await
        .problem(ProblemCode::LastWay);
    let app = settings(&browser)
        .await
        .two_factor
        .ways
        .into_iter()
        .find(|way| way.method == Method::App)
        .expect("the app");
    assert!(!app.allowed && app.removable);
    remove(&browser, &app.id).await.assert_status(204);
}

#[tokio::test]
async fn ten_apps_are_enough() {
    let server: TestServer = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    for _ in 0..10 {
        with_app(&server, &anna, &browser).await;
    }
    let seen = settings(&browser).await.two_factor;
    assert_eq!(seen.ways.len(), 10);
    assert_eq!(seen.addable, [Method::Email]);
    add(&browser, "app")
        .await
        .problem(ProblemCode::MethodUnavailable);
}
