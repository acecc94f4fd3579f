//! Codes of authenticator apps: what is right, when, and how often.

use app::wire::{Method, ProblemCode};
use server::clock::Moment;

use crate::harness::{ACME, MINUTE, START, TestServer, WRONG, other_than, seconds};

#[tokio::test]
async fn an_app_is_asked_without_any_mail() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let app = server.give_only_app(&anna).await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    assert_eq!(step.method, Method::App);
    assert_eq!(step.methods, [Method::App]);
    assert_eq!((step.sent_to, step.sent_at), (None, None));
    assert_eq!((step.resend_after, step.code_expires_in), (None, None));
    browser
        .resend(&step.attempt)
        .await
        .assert_status(422)
        .problem(ProblemCode::MethodUnavailable);
    let code = app.code(server.services.now());
    let done = browser.enter(&step.attempt, &code).await;
    assert_eq!(done.landing(), "/acme/desk");
    assert!(server.mails_to(&anna).await.is_empty());
}

#[tokio::test]
async fn a_step_of_skew_is_right_and_more_tells_of_the_phones_clock() {
    let server = TestServer::start().await;
    // Each in the middle of a step, so that a table of minutes is a table of steps.
    let table: [(i64, Option<i32>); 8] = [
        (0, None),
        (30, None),
        (-30, None),
        (60, Some(60)),
        (-60, Some(-60)),
        (600, Some(600)),
        (-600, Some(-600)),
        (90, Some(90)),
    ];
    for (index, (ahead, told)) in table.into_iter().enumerate() {
        let person = server.agent(&format!("agent-{index}")).await;
        let app = server.give_only_app(&person).await;
        let browser = server.browser();
        let step = browser.begin(&person).await;
        let phone = Moment(server.services.now().0 + ahead * 1000);
        let answer = browser.enter(&step.attempt, &app.code(phone)).await;
        match told {
            None => assert_eq!(answer.landing(), "/acme/desk", "{ahead}"),
            Some(told) => {
                let problem = answer.assert_status(401).problem(ProblemCode::ClockOff);
                assert_eq!(problem.clock_off, Some(told));
                assert_eq!(problem.attempts_left, Some(4), "it counts");
                let events = server.events_of(&person).await;
                assert_eq!(events[0], "sign_in.clock_off");
            }
        }
    }
}

#[tokio::test]
async fn hours_away_it_is_only_a_wrong_code() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let app = server.give_only_app(&anna).await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let code = app.code(Moment(START.0 + 3_600_000));
    browser
        .enter(&step.attempt, &code)
        .await
        .problem(ProblemCode::WrongCode);
}

#[tokio::test]
async fn a_code_is_used_once_even_by_another_browser() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let app = server.give_only_app(&anna).await;
    let (one, two) = (server.browser(), server.browser());
    let first = one.begin(&anna).await;
    let second = two.begin(&anna).await;
    let code = app.code(START);
    one.enter(&first.attempt, &code).await.landing();
    let problem = two
        .enter(&second.attempt, &code)
        .await
        .assert_status(401)
        .problem(ProblemCode::UsedCode);
    assert_eq!(problem.attempts_left, Some(4));
    // Nor the step before it, which was right until now.
    let before = app.code(Moment(START.0 - 30_000));
    two.enter(&second.attempt, &before)
        .await
        .problem(ProblemCode::UsedCode);
    assert_eq!(server.code_failures(&anna).await, 2);
    // Minutes later it is still a used one, not a matter of the phone's clock.
    server.advance(2 * MINUTE);
    two.enter(&second.attempt, &code)
        .await
        .problem(ProblemCode::UsedCode);
    let next = app.code(server.services.now());
    two.enter(&second.attempt, &next).await.landing();
}

#[tokio::test]
async fn when_the_servers_clock_moves_forward_and_back_no_code_works_twice() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let app = server.give_only_app(&anna).await;
    // Five minutes ahead by mistake: a right phone seems to be behind.
    server.clock.set(START.plus(5 * MINUTE));
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let problem = browser
        .enter(&step.attempt, &app.code(START))
        .await
        .problem(ProblemCode::ClockOff);
    assert_eq!(problem.clock_off, Some(-300));
    let ahead = app.code(START.plus(5 * MINUTE));
    browser.enter(&step.attempt, &ahead).await.landing();
    // Set right again: what was used stays used, earlier steps too, until the time is reached anew.
    server.clock.set(START);
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    for code in [ahead, app.code(START)] {
        browser
            .enter(&step.attempt, &code)
            .await
            .problem(ProblemCode::UsedCode);
    }
    server.clock.set(START.plus(5 * MINUTE + seconds(30)));
    let now = app.code(server.services.now());
    browser.enter(&step.attempt, &now).await.landing();
}

#[tokio::test]
async fn any_of_several_apps_will_do_each_with_steps_of_its_own() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let old = server.give_only_app(&anna).await;
    let new = server.give_app(&anna).await;
    for app in [&old, &new] {
        let browser = server.browser();
        let step = browser.begin(&anna).await;
        assert_eq!(step.methods, [Method::App], "named once");
        browser
            .enter(&step.attempt, &app.code(START))
            .await
            .landing();
    }
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    for app in [&old, &new] {
        browser
            .enter(&step.attempt, &app.code(START))
            .await
            .problem(ProblemCode::UsedCode);
    }
}

#[tokio::test]
async fn five_wrong_ones_lock_whatever_way_they_were_for() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let app = server.give_app(&anna).await;
    server.give_codes(&anna).await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let mailed = server.code_of(&anna).await;
    browser
        .enter(&step.attempt, &other_than(&mailed))
        .await
        .problem(ProblemCode::WrongCode);
    browser
        .enter(&step.attempt, "4F7K-9QWX-2M8TD")
        .await
        .problem(ProblemCode::WrongCode);
    let step = browser.choose(&step.attempt, "app").await.code_step();
    assert_eq!(step.attempts_left, None);
    let now = app.code(START);
    let problem = browser
        .enter(&step.attempt, &other_than(&now))
        .await
        .problem(ProblemCode::WrongCode);
    assert_eq!(problem.attempts_left, Some(2));
    let step = browser.choose(&step.attempt, "email").await.code_step();
    assert_eq!(step.attempts_left, Some(2), "another way changes nothing");
    // An app's code while mail is asked for is a wrong one.
    let problem = browser
        .enter(&step.attempt, &now)
        .await
        .problem(ProblemCode::WrongCode);
    assert_eq!(problem.attempts_left, Some(1));
    let problem = browser
        .enter(&step.attempt, "0000-0000-0000A")
        .await
        .assert_status(403)
        .problem(ProblemCode::AccountLocked);
    assert_eq!(problem.attempts_left, Some(0));
    browser
        .choose(&step.attempt, "app")
        .await
        .assert_status(403);
    browser
        .enter(&step.attempt, &now)
        .await
        .problem(ProblemCode::AccountLocked);
}

#[tokio::test]
async fn every_way_costs_one_argon2_verification() {
    let server = TestServer::start().await;
    server
        .set_policy(ACME, |policy| policy.trust_days = vec![14])
        .await;
    let anna = server.agent("anna").await;
    let app = server.give_only_app(&anna).await;
    let codes = server.give_codes(&anna).await;
    let browser = server.browser();
    for (code, browser) in [
        (app.code(START), &server.browser()),
        (codes[0].clone(), &browser),
    ] {
        let before = server.compared();
        let step = browser.begin(&anna).await;
        browser
            .enter_and_trust(&step.attempt, &code, 14)
            .await
            .landing();
        assert_eq!(server.compared() - before, 1);
    }
    // So do a trusted browser, and everything that goes wrong.
    let before = server.compared();
    browser
        .type_password(&anna, crate::harness::PASSWORD)
        .await
        .landing();
    assert_eq!(server.compared() - before, 1);
    let before = server.compared();
    let elsewhere = server.browser();
    elsewhere
        .type_password(&anna, WRONG)
        .await
        .assert_status(401);
    let step = elsewhere.begin(&anna).await;
    for wrong in ["000000", &codes[0], "0000-0000-0000A"] {
        elsewhere
            .enter(&step.attempt, wrong)
            .await
            .assert_status(401);
    }
    assert_eq!(server.compared() - before, 2, "one for each password");
}
