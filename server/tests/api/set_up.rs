//! Setting a second way up on the way in: what is asked before, what is shown, what counts when.

use app::wire::{AppSetup, Method, ProblemCode, SetupPart};
use serde_json::json;
use server::storage::testing::each_database;

use crate::{
    harness::{
        ACME, HOUR, MINUTE, PASSWORD, Person, START, Setup, TestBrowser, TestServer, company,
        other_than, seconds,
    },
    means::TestApp,
};

/// Proves the mailbox of somebody who has nothing set up; answers the attempt.
async fn prove_mailbox(server: &TestServer, browser: &TestBrowser<'_>, person: &Person) -> String {
    server.forget_ways(person).await;
    let step = browser.begin(person).await;
    assert_eq!(step.methods, [Method::Email]);
    let code = server.code_of(person).await;
    browser.enter(&step.attempt, &code).await.setup_step();
    step.attempt
}

/// The app that is being added.
fn app_of(part: SetupPart) -> AppSetup {
    match part {
        SetupPart::App(app) => app,
        _ => panic!("not an app"),
    }
}

#[tokio::test]
async fn an_app_is_added_step_by_step() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let attempt = prove_mailbox(&server, &browser, &anna).await;
    let step = browser.get("sign-in").await.setup_step();
    assert_eq!((step.position, step.of, step.expires_in), (1, 2, 1800));
    assert_eq!(step.company, ACME);
    let both = vec![Method::Email, Method::App];
    assert_eq!(step.part, SetupPart::Choose { methods: both });

    let step = browser.set_up(&attempt, "app").await.setup_step();
    assert_eq!((step.position, step.of), (1, 2));
    let app = app_of(step.part.clone());
    assert!(app.qr.starts_with("<svg ") && !app.qr.contains("style="));
    let uri = format!(
        "otpauth://totp/ACME%20Contact%20Centre:anna?secret={}&issuer=ACME%20Contact%20Centre",
        app.secret
    );
    assert_eq!(app.uri, uri);
    let again = browser.get("sign-in").await.setup_step();
    assert_eq!(again.part, step.part, "a reload shows the same secret");

    let phone = TestApp::of(&app.secret);
    let named = json!("  Anna's phone ");
    let answer = browser
        .verify_named(&attempt, &phone.code(START), named)
        .await;
    let step = answer.setup_step();
    assert_eq!((step.position, step.of), (2, 2));
    let codes = answer.shown_codes();
    assert_eq!(codes.len(), 10);
    for code in &codes {
        assert_eq!(code.len(), 15, "{code}");
        assert!(code.contains(|c: char| c.is_ascii_uppercase()), "{code}");
    }
    browser.session().await.signed_out();
    assert_eq!(server.ways_of(&anna).await, ["app"]);
    let mails = server.mails_to(&anna).await;
    assert!(mails[0].text.contains("Anna's phone"), "{}", mails[0].text);
    assert_eq!(
        server.codes_left(&anna).await,
        None,
        "not before one is typed"
    );

    let again = browser.get("sign-in").await;
    assert!(again.shown_codes().is_empty(), "shown once");
    let problem = browser
        .confirm(&attempt, "4F7K-9QWX-2M8TD")
        .await
        .assert_status(401)
        .problem(ProblemCode::WrongCode);
    assert_eq!(problem.attempts_left, Some(5), "nothing locks here");
    let done = browser.confirm(&attempt, &codes[7].to_lowercase()).await;
    assert_eq!(done.landing(), "/acme/desk");
    assert_eq!(
        server.codes_left(&anna).await,
        Some(10),
        "typing back uses none"
    );
    let events = server.events_of(&anna).await;
    assert!(events.contains(&"two_factor.added".into()), "{events:?}");
    assert!(
        events.contains(&"two_factor.codes_made".into()),
        "{events:?}"
    );
    // The code that verified the app opens nothing more.
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    assert_eq!(step.methods, [Method::App, Method::BackupCode]);
    browser
        .enter(&step.attempt, &phone.code(START))
        .await
        .problem(ProblemCode::UsedCode);
}

#[tokio::test]
async fn a_mailbox_counts_at_once_where_its_code_was_the_proof() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let attempt = prove_mailbox(&server, &browser, &anna).await;
    let answer = browser.set_up(&attempt, "email").await;
    let step = answer.setup_step();
    assert_eq!((step.position, step.of), (2, 2));
    let codes = answer.shown_codes();
    browser.confirm(&attempt, &codes[0]).await.landing();
    assert_eq!(server.ways_of(&anna).await, ["email"]);
}

#[tokio::test]
async fn without_a_choice_nothing_is_asked_for() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let bob = server.agent("bob").await;
    for (methods, person) in [(vec![Method::App], &anna), (vec![Method::Email], &bob)] {
        let only = methods[0];
        server
            .set_policy(ACME, |policy| policy.methods = methods)
            .await;
        server.forget_ways(person).await;
        let browser = server.browser();
        let step = browser.begin(person).await;
        let code = server.code_of(person).await;
        let answer = browser.enter(&step.attempt, &code).await;
        let setup = answer.setup_step();
        if only == Method::App {
            app_of(setup.part);
            assert_eq!((setup.position, setup.of), (1, 2));
        } else {
            assert_eq!((setup.position, setup.of), (1, 1));
            let codes = answer.shown_codes();
            browser.confirm(&step.attempt, &codes[0]).await.landing();
            assert_eq!(server.ways_of(person).await, ["email"]);
        }
    }
}

#[tokio::test]
async fn the_mailbox_is_not_taken_on_anything_but_a_mailed_code() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    server.forget_ways(&anna).await;
    let codes = server.give_codes(&anna).await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    assert_eq!(step.methods, [Method::Email, Method::BackupCode]);
    let setup = browser.enter(&step.attempt, &codes[0]).await.setup_step();
    assert_eq!((setup.position, setup.of), (1, 1), "nine codes are left");
    let app = app_of(setup.part);
    for way in ["email", "backup_code"] {
        browser
            .set_up(&step.attempt, way)
            .await
            .assert_status(422)
            .problem(ProblemCode::MethodUnavailable);
    }
    // With codes left there is nothing to save: the app's code signs in.
    let code = TestApp::of(&app.secret).code(START);
    browser.verify(&step.attempt, &code).await.landing();
    assert_eq!(server.codes_left(&anna).await, Some(9));
}

#[tokio::test]
async fn new_codes_end_those_that_were_shown_before() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let attempt = prove_mailbox(&server, &browser, &anna).await;
    let first = browser.set_up(&attempt, "email").await.shown_codes();
    let second = browser.renew_codes(&attempt).await.shown_codes();
    assert_eq!(second.len(), 10);
    browser
        .confirm(&attempt, &first[0])
        .await
        .problem(ProblemCode::WrongCode);
    for nothing in ["", " - "] {
        browser
            .confirm(&attempt, nothing)
            .await
            .problem(ProblemCode::InvalidRequest);
    }
    browser.confirm(&attempt, &second[0]).await.landing();
    browser
        .confirm(&attempt, &second[1])
        .await
        .problem(ProblemCode::AttemptOver);
}

#[tokio::test]
async fn wrong_first_codes_lock_nothing_and_ten_begin_anew() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let attempt = prove_mailbox(&server, &browser, &anna).await;
    browser
        .verify(&attempt, "123456")
        .await
        .assert_status(409)
        .problem(ProblemCode::SetupOver);
    let app = app_of(browser.set_up(&attempt, "app").await.setup_step().part);
    let phone = TestApp::of(&app.secret);
    let wrong = other_than(&phone.code(START));
    let problem = browser
        .verify(&attempt, &phone.code(START.plus(2 * MINUTE)))
        .await
        .assert_status(401)
        .problem(ProblemCode::ClockOff);
    assert_eq!(
        (problem.clock_off, problem.attempts_left),
        (Some(120), None)
    );
    for _ in 0..9 {
        let problem = browser
            .verify(&attempt, &wrong)
            .await
            .problem(ProblemCode::WrongCode);
        assert_eq!(problem.attempts_left, Some(5));
    }
    browser
        .verify(&attempt, &wrong)
        .await
        .problem(ProblemCode::SetupOver);
    browser
        .verify(&attempt, &phone.code(START))
        .await
        .problem(ProblemCode::SetupOver);
    assert_eq!(server.code_failures(&anna).await, 0);
    let step = browser.get("sign-in").await.setup_step();
    assert!(matches!(step.part, SetupPart::Choose { .. }), "no dead end");
    let next = app_of(browser.set_up(&attempt, "app").await.setup_step().part);
    assert_ne!(next.secret, app.secret);
    let code = TestApp::of(&next.secret).code(START);
    browser.verify(&attempt, &code).await.shown_codes();
}

#[tokio::test]
async fn a_new_secret_ends_the_one_before_and_names_are_short_lines() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let attempt = prove_mailbox(&server, &browser, &anna).await;
    let first = app_of(browser.set_up(&attempt, "app").await.setup_step().part);
    let second = app_of(browser.set_up(&attempt, "app").await.setup_step().part);
    let old = TestApp::of(&first.secret).code(START);
    browser
        .verify(&attempt, &old)
        .await
        .problem(ProblemCode::WrongCode);
    let code = TestApp::of(&second.secret).code(START);
    for refused in ["x".repeat(61), "Anna's\nphone".into(), "a\u{7}b".into()] {
        browser
            .verify_named(&attempt, &code, json!(refused))
            .await
            .problem(ProblemCode::InvalidRequest);
    }
    let longest = json!("ü".repeat(60));
    browser
        .verify_named(&attempt, &code, longest)
        .await
        .shown_codes();
}

#[tokio::test]
async fn what_is_abandoned_counts_for_nothing() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let attempt = prove_mailbox(&server, &browser, &anna).await;
    let app = app_of(browser.set_up(&attempt, "app").await.setup_step().part);
    server.advance(HOUR / 2);
    let code = TestApp::of(&app.secret).code(server.services.now());
    browser
        .verify(&attempt, &code)
        .await
        .assert_status(409)
        .problem(ProblemCode::AttemptOver);
    assert!(server.ways_of(&anna).await.is_empty());
    // The next sign-in begins from the start, and nothing of the secret is left.
    let browser = server.browser();
    let attempt = prove_mailbox(&server, &browser, &anna).await;
    browser
        .verify(&attempt, &code)
        .await
        .problem(ProblemCode::SetupOver);
    server.advance(seconds(1));
    server.jobs().purge().await.expect("purges");
    assert_eq!(server.number("SELECT COUNT(*) FROM enrolments").await, 0);
}

#[tokio::test]
async fn codes_that_were_never_typed_back_open_nothing_and_go() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let attempt = prove_mailbox(&server, &browser, &anna).await;
    let codes = browser.set_up(&attempt, "email").await.shown_codes();
    server.advance(MINUTE);
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    assert_eq!(step.methods, [Method::Email]);
    browser
        .enter(&step.attempt, &codes[0])
        .await
        .problem(ProblemCode::WrongCode);
    server.advance(50 * HOUR);
    server.jobs().purge().await.expect("purges");
    assert_eq!(server.number("SELECT COUNT(*) FROM backup_sets").await, 0);
    assert_eq!(server.number("SELECT COUNT(*) FROM backup_codes").await, 0);
}

#[tokio::test]
async fn no_step_is_skipped() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    server.forget_ways(&anna).await;
    let browser = server.browser();
    let attempt = browser.begin(&anna).await.attempt;
    let other_step = |answer: crate::harness::Answer| {
        answer.assert_status(409).problem(ProblemCode::OtherStep);
    };
    other_step(browser.set_up(&attempt, "email").await);
    other_step(browser.verify(&attempt, "123456").await);
    other_step(browser.renew_codes(&attempt).await);
    other_step(browser.confirm(&attempt, "4F7K-9QWX-2M8TD").await);
    let code = server.code_of(&anna).await;
    browser.enter(&attempt, &code).await.setup_step();
    other_step(browser.enter(&attempt, &code).await);
    other_step(browser.choose(&attempt, "email").await);
    other_step(browser.renew_codes(&attempt).await);
    other_step(browser.confirm(&attempt, "4F7K-9QWX-2M8TD").await);
    let codes = browser.set_up(&attempt, "email").await.shown_codes();
    other_step(browser.set_up(&attempt, "app").await);
    other_step(browser.verify(&attempt, "123456").await);
    // Nor is anything done for another tab's sign-in, or by somebody who holds none.
    browser
        .confirm("another", &codes[0])
        .await
        .problem(ProblemCode::OtherAttempt);
    server
        .browser()
        .confirm(&attempt, &codes[0])
        .await
        .problem(ProblemCode::AttemptOver);
    browser.confirm(&attempt, &codes[0]).await.landing();
}

#[tokio::test]
async fn a_password_alone_never_sets_anything_up() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    server.forget_ways(&anna).await;
    let thief = server.browser();
    let attempt = thief.begin(&anna).await.attempt;
    thief.set_up(&attempt, "app").await.assert_status(409);
    let wrong = other_than(&server.code_of(&anna).await);
    thief.enter(&attempt, &wrong).await.assert_status(401);
    thief.set_up(&attempt, "app").await.assert_status(409);
    assert!(server.ways_of(&anna).await.is_empty());
}

#[tokio::test]
async fn the_days_that_were_chosen_before_are_kept() {
    let server = TestServer::start().await;
    server
        .set_policy(ACME, |policy| policy.trust_days = vec![14, 30])
        .await;
    let anna = server.agent("anna").await;
    server.forget_ways(&anna).await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let code = server.code_of(&anna).await;
    browser
        .enter_and_trust(&step.attempt, &code, 30)
        .await
        .setup_step();
    let codes = browser.set_up(&step.attempt, "email").await.shown_codes();
    browser.confirm(&step.attempt, &codes[0]).await.landing();
    server.advance(HOUR);
    browser.type_password(&anna, PASSWORD).await.landing();
}

#[tokio::test]
async fn a_way_that_the_policy_closed_meanwhile_is_not_set_up() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let attempt = prove_mailbox(&server, &browser, &anna).await;
    let app = app_of(browser.set_up(&attempt, "app").await.setup_step().part);
    server
        .set_policy(ACME, |policy| policy.methods = vec![Method::Email])
        .await;
    let code = TestApp::of(&app.secret).code(START);
    browser
        .verify(&attempt, &code)
        .await
        .problem(ProblemCode::MethodUnavailable);
    browser.set_up(&attempt, "email").await.shown_codes();
    assert_eq!(server.ways_of(&anna).await, ["email"]);
}

#[tokio::test]
async fn what_else_is_open_ends_when_a_way_is_added() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let before = server.browser();
    before.sign_in(&anna).await;
    server.advance(MINUTE);
    let browser = server.browser();
    let attempt = prove_mailbox(&server, &browser, &anna).await;
    server.advance(MINUTE);
    let elsewhere = server.browser();
    let other = elsewhere.begin(&anna).await;
    let codes = browser.set_up(&attempt, "email").await.shown_codes();
    before.session().await.signed_out();
    elsewhere
        .choose(&other.attempt, "email")
        .await
        .problem(ProblemCode::AttemptOver);
    browser.confirm(&attempt, &codes[0]).await.landing();
    browser.session().await.session();
}

#[tokio::test]
async fn the_time_is_half_an_hour_from_the_proof() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    server.forget_ways(&anna).await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let code = server.code_of(&anna).await;
    server.advance(4 * MINUTE);
    browser.enter(&step.attempt, &code).await.setup_step();
    server.advance(30 * MINUTE - seconds(1));
    let codes = browser.set_up(&step.attempt, "email").await.shown_codes();
    server.advance(seconds(1));
    browser
        .confirm(&step.attempt, &codes[0])
        .await
        .problem(ProblemCode::AttemptOver);
}

#[tokio::test]
async fn it_all_works_on_both_engines() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        server
            .set_policy(ACME, |policy| policy.trust_days = vec![14])
            .await;
        let anna = server.agent("anna").await;
        let browser = server.browser();
        let attempt = prove_mailbox(&server, &browser, &anna).await;
        let app = app_of(browser.set_up(&attempt, "app").await.setup_step().part);
        let phone = TestApp::of(&app.secret);
        let codes = browser.verify(&attempt, &phone.code(START)).await;
        let codes = codes.shown_codes();
        browser.confirm(&attempt, &codes[0]).await.landing();
        server.advance(MINUTE);
        let browser = server.browser();
        let step = browser.begin(&anna).await;
        let code = phone.code(server.services.now());
        browser
            .enter_and_trust(&step.attempt, &code, 14)
            .await
            .landing();
        browser.type_password(&anna, PASSWORD).await.landing();
        let browser = server.browser();
        let step = browser.begin(&anna).await;
        browser.enter(&step.attempt, &codes[1]).await.landing();
        let code = server.give_admin_code(&anna, HOUR).await;
        let browser = server.browser();
        let step = browser.begin(&anna).await;
        browser.enter(&step.attempt, &code).await.setup_step();
        server.jobs().purge().await.expect("purges");
        server.services.db.close().await;
    })
    .await;
}
