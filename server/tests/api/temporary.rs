//! A temporary password opens one thing: the choice of one's own.

use app::wire::{PasswordFlaw, ProblemCode, Role, Step};
use serde_json::json;
use server::{
    flows::operator::{FirstCredential, PersonDraft, create_account},
    storage::{SecondFactor, Welcome},
};

use crate::harness::{
    ACME, Answer, HOUR, MINUTE, PASSWORD, Person, TestBrowser, TestServer, Who, company, seconds,
};

/// A new agent and the password that the operator was shown.
async fn newcomer(server: &TestServer, alias: &str) -> (Person, String) {
    let draft = PersonDraft {
        username: "nina".into(),
        email: "nina@mail.example".into(),
        name: "Nina Newman".into(),
        roles: vec![Role::Agent],
    };
    let made = create_account(&server.services, alias, &draft, Welcome::TemporaryPassword).await;
    let FirstCredential::TemporaryPassword { password, .. } = made.expect("a new account") else {
        panic!("not a password")
    };
    let s = &server.services;
    let company = s.db.company_by_alias(alias).await.expect("answers");
    let account =
        s.db.account_by_identifier(&company.expect("it exists").id, "nina")
            .await;
    let person = Person {
        id: account.expect("answers").expect("it exists").id.0,
        alias: alias.into(),
        username: draft.username,
        email: draft.email,
    };
    (person, password)
}

#[track_caller]
fn attempt(answer: &Answer) -> String {
    match answer.json() {
        Step::ChangePassword(step) => {
            assert_eq!(step.minimum, 8);
            assert_eq!(step.expires_in, 1800);
            step.attempt
        }
        _ => panic!("another step: {answer:?}"),
    }
}

async fn choose(browser: &TestBrowser<'_>, attempt: &str, password: &str) -> Answer {
    browser
        .post(
            "sign-in/password",
            json!({"attempt": attempt, "password": password}),
        )
        .await
}

#[tokio::test]
async fn it_is_changed_before_the_code_and_never_works_again() {
    let server = TestServer::start().await;
    let (nina, temporary) = newcomer(&server, ACME).await;
    let mail = server.mails_to(&nina).await.remove(0);
    assert!(mail.text.contains(&temporary));
    let browser = server.browser();
    let answer = browser.type_password(&nina, &temporary).await;
    let attempt = attempt(&answer);
    // No step is skipped.
    browser
        .enter(&attempt, "000000")
        .await
        .assert_status(409)
        .problem(ProblemCode::OtherStep);
    browser
        .resend(&attempt)
        .await
        .problem(ProblemCode::OtherStep);
    let step = choose(&browser, &attempt, PASSWORD).await.code_step();
    assert_eq!(step.attempt, attempt);
    choose(&browser, &attempt, "yet another quiet one")
        .await
        .problem(ProblemCode::OtherStep);
    let code = server.code_of(&nina).await;
    // A newcomer has no second way yet, and the company wants one.
    browser.enter(&attempt, &code).await.setup_step();
    let codes = browser.set_up(&attempt, "email").await.shown_codes();
    let done = browser.confirm(&attempt, &codes[0]).await;
    assert_eq!(done.landing(), "/acme/desk");
    server
        .browser()
        .type_password(&nina, &temporary)
        .await
        .problem(ProblemCode::WrongCredentials);
    server.advance(MINUTE);
    server.browser().begin(&nina).await;
    let events = server.events_of(&nina).await;
    assert!(events.contains(&"password.changed".into()), "{events:?}");
    let mails = server.mails_to(&nina).await;
    assert!(mails.iter().any(|mail| mail.subject.contains("changed")));
}

#[tokio::test]
async fn without_a_second_factor_the_change_signs_in() {
    let server = TestServer::start().await;
    let mut open = company("open");
    open.policy.second_factor = SecondFactor::Off;
    server.add_company(open).await;
    let (nina, temporary) = newcomer(&server, "open").await;
    let browser = server.browser();
    let answer = browser.type_password(&nina, &temporary).await;
    let Step::ChangePassword(step) = answer.json() else {
        panic!("{answer:?}")
    };
    assert_eq!(step.minimum, 15);
    let answer = choose(&browser, &step.attempt, "fifteen letters it has").await;
    assert_eq!(answer.landing(), "/open/desk");
    browser.session().await.session();
    choose(&browser, &step.attempt, "fifteen other letters")
        .await
        .problem(ProblemCode::AttemptOver);
}

#[tokio::test]
async fn bad_new_passwords_are_refused_with_the_reason() {
    let server = TestServer::start().await;
    let (nina, temporary) = newcomer(&server, ACME).await;
    let browser = server.browser();
    let attempt = attempt(&browser.type_password(&nina, &temporary).await);
    for (password, flaw) in [
        (String::new(), PasswordFlaw::TooShort { minimum: 8 }),
        ("seven77".into(), PasswordFlaw::TooShort { minimum: 8 }),
        ("x".repeat(129), PasswordFlaw::TooLong { maximum: 128 }),
        ("password123".into(), PasswordFlaw::Common),
        ("ninanewman".into(), PasswordFlaw::ContainsName),
        (temporary.clone(), PasswordFlaw::Unchanged),
    ] {
        let problem = choose(&browser, &attempt, &password)
            .await
            .assert_status(422)
            .problem(ProblemCode::PasswordRefused);
        assert_eq!(problem.password, Some(flaw), "{password}");
    }
    // Nothing was changed, and 128 characters of any script are fine.
    let long: String = (0..128_u32)
        .filter_map(|number| char::from_u32(0x4e00 + number * 37 % 5003))
        .collect();
    choose(&browser, &attempt, &long).await.code_step();
}

#[tokio::test]
async fn after_a_day_it_has_ended() {
    let server = TestServer::start().await;
    let (nina, temporary) = newcomer(&server, ACME).await;
    server.advance(24 * HOUR);
    let browser = server.browser();
    browser
        .type_password(&nina, &temporary)
        .await
        .assert_status(403)
        .problem(ProblemCode::TemporaryPasswordEnded);
    browser
        .type_password(&nina, "not it at all")
        .await
        .problem(ProblemCode::WrongCredentials);
}

#[tokio::test]
async fn there_are_thirty_minutes_to_choose() {
    let server = TestServer::start().await;
    let (nina, temporary) = newcomer(&server, ACME).await;
    let browser = server.browser();
    let first = attempt(&browser.type_password(&nina, &temporary).await);
    server.advance(seconds(1801));
    choose(&browser, &first, PASSWORD)
        .await
        .assert_status(409)
        .problem(ProblemCode::AttemptOver);
    let second = attempt(&browser.type_password(&nina, &temporary).await);
    server.advance(seconds(1799));
    choose(&browser, &second, PASSWORD).await.code_step();
}

#[tokio::test]
async fn a_password_that_is_too_short_today_is_changed_too() {
    let server = TestServer::start().await;
    let mut strict = company("open");
    strict.policy.second_factor = SecondFactor::Off;
    server.add_company(strict).await;
    let short = server.stored("ten letter").await;
    let olga = server
        .person_with("open", "olga", Who::Agent, |_, past| {
            past.password = Some(short)
        })
        .await;
    let browser = server.browser();
    let answer = browser.type_password(&olga, "ten letter").await;
    let Step::ChangePassword(step) = answer.json() else {
        panic!("{answer:?}")
    };
    browser.session().await.signed_out();
    choose(&browser, &step.attempt, "ten letter")
        .await
        .problem(ProblemCode::PasswordRefused);
    choose(&browser, &step.attempt, "many more letters now")
        .await
        .landing();
}

#[tokio::test]
async fn the_change_ends_other_sessions_and_attempts() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let (before, under_way) = (server.browser(), server.browser());
    before.sign_in(&anna).await;
    let open = under_way.begin(&anna).await;
    // As an operator's reset will do: the password is a temporary one from now on.
    server
        .change("UPDATE accounts SET password_temporary_until = 9000000000000")
        .await;
    let browser = server.browser();
    let attempt = attempt(&browser.type_password(&anna, PASSWORD).await);
    choose(&browser, &attempt, "another quiet harbour")
        .await
        .code_step();
    before.session().await.signed_out();
    under_way
        .resend(&open.attempt)
        .await
        .problem(ProblemCode::AttemptOver);
}
