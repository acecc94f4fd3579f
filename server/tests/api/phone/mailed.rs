//! Where a company has no passwords a mailed code says whose a Connect user is.

use app::wire::{BindStep, Method, ProblemCode, SetupPart, Step, TwoFactorMode};
use serde_json::json;

use super::door::{
    ANNA, ask_less, bindings, bound, claim, come, current, each_server, nothing_waits, plain, say,
    sessions, start, start_without_passwords, step, take_passwords,
};
use crate::harness::{
    ACME, Answer, HOUR, MINUTE, Person, TestBrowser, TestServer, other_than, seconds,
};

pub(super) async fn mail(browser: &TestBrowser<'_>, step: &BindStep, account: &str) -> Answer {
    let body = json!({"attempt": step.attempt, "account": account});
    browser.post("sign-in/bind/mail", body).await
}

pub(super) async fn enter(browser: &TestBrowser<'_>, step: &BindStep, code: &str) -> Answer {
    let body = json!({"attempt": step.attempt, "code": code});
    browser.post("sign-in/bind/code", body).await
}

/// Has a code mailed and types it.
async fn prove(
    server: &TestServer,
    browser: &TestBrowser<'_>,
    step: &BindStep,
    person: &Person,
) -> Answer {
    mail(browser, step, &person.email).await.assert_status(200);
    let code = server.code_of(person).await;
    enter(browser, step, &code).await
}

#[tokio::test]
async fn a_mailed_code_is_the_proof() {
    each_server(async |server| {
        take_passwords(server).await;
        let anna = server.agent("anna").await;
        let browser = server.browser();
        let here = come(&browser, ANNA).await;
        assert!(!here.passwords && here.mailed && here.mailed_for.is_none());
        assert_eq!(here.resend_after, None);
        let asked = step(&mail(&browser, &here, " Anna ").await);
        assert_eq!(asked.mailed_for.as_deref(), Some("Anna"));
        assert_eq!(asked.resend_after, Some(60));
        let code = server.code_of(&anna).await;
        let letter = &server.mails_to(&anna).await[0];
        assert!(letter.subject.contains("Amazon Connect"), "{letter:?}");
        // Who somebody claims to be is not said to whom the claim may be a lie.
        assert!(!letter.text.contains(ANNA));
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        assert_eq!(
            enter(&browser, &here, &spaced).await.landing(),
            "/acme/summary"
        );
        let session = browser.session().await.session();
        assert_eq!(session.phone_username.as_deref(), Some(ANNA));
        let events = server.events_of(&anna).await;
        for kind in ["phone.code_sent", "phone.code_right", "phone.bound"] {
            assert!(events.contains(&kind.to_owned()), "{kind}: {events:?}");
        }
        // Once.
        enter(&browser, &here, &code)
            .await
            .problem(ProblemCode::AttemptOver);
        assert_eq!((bindings(server).await, sessions(server).await), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn what_else_somebody_has_is_asked_as_well() {
    let server = start_without_passwords().await;
    let anna = server.agent("anna").await;
    let app = server.give_only_app(&anna).await;
    let browser = server.browser();
    let here = come(&browser, ANNA).await;
    let code = prove(&server, &browser, &here, &anna).await.code_step();
    assert_eq!(
        (code.method, &*code.methods),
        (Method::App, &[Method::App][..])
    );
    assert_eq!(bindings(&server).await, 0);
    // The code was used for this attempt and works for no other.
    let mailed = server.code_of(&anna).await;
    enter(&browser, &here, &mailed)
        .await
        .problem(ProblemCode::AttemptOver);
    let typed = app.code(server.clock.now());
    assert_eq!(
        browser.enter(&code.attempt, &typed).await.landing(),
        "/acme/summary"
    );
    assert_eq!(bindings(&server).await, 1);
}

#[tokio::test]
async fn with_an_app_and_a_mailbox_the_app_is_asked() {
    let server = start_without_passwords().await;
    let anna = server.agent("anna").await;
    let app = server.give_app(&anna).await;
    let browser = server.browser();
    let here = come(&browser, ANNA).await;
    let code = prove(&server, &browser, &here, &anna).await.code_step();
    assert_eq!(code.methods, [Method::App]);
    browser
        .post(
            "sign-in/code/method",
            json!({"attempt": code.attempt, "method": "email"}),
        )
        .await
        .problem(ProblemCode::MethodUnavailable);
    let typed = app.code(server.clock.now());
    browser.enter(&code.attempt, &typed).await.landing();
}

#[tokio::test]
async fn what_must_be_set_up_is_set_up_without_a_second_mail() {
    let server = start_without_passwords().await;
    server
        .set_policy(ACME, |policy| policy.methods = vec![Method::App])
        .await;
    let anna = plain(&server, "anna").await;
    let browser = server.browser();
    let here = come(&browser, ANNA).await;
    let setup = prove(&server, &browser, &here, &anna).await.setup_step();
    assert!(matches!(setup.part, SetupPart::App(_)));
    assert_eq!(server.codes_mailed_to(&anna).await, 1);
    assert_eq!(sessions(&server).await, 0);
    let Step::Setup(again) = browser.get("sign-in").await.json() else {
        panic!("it goes on")
    };
    assert_eq!(again.attempt, setup.attempt);
}

#[tokio::test]
async fn companies_with_passwords_do_not_mail_it_and_others_take_none() {
    let server = start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let here = come(&browser, ANNA).await;
    for answer in [
        mail(&browser, &here, "anna").await,
        enter(&browser, &here, "123456").await,
    ] {
        answer.assert_status(422);
        answer.problem(ProblemCode::MethodUnavailable);
    }
    take_passwords(&server).await;
    let compared = server.compared();
    say(&browser, &here, &anna)
        .await
        .problem(ProblemCode::PasswordsOff);
    assert_eq!(server.compared(), compared);
    enter(&browser, &here, "123456")
        .await
        .problem(ProblemCode::OtherStep);
    for account in ["", " ", "an\u{0}na", &"x".repeat(300)] {
        mail(&browser, &here, account)
            .await
            .problem(ProblemCode::InvalidRequest);
    }
    for code in ["", " - "] {
        enter(&browser, &here, code)
            .await
            .problem(ProblemCode::InvalidRequest);
    }
}

#[tokio::test]
async fn known_and_unknown_are_told_and_cost_the_same() {
    let server = start_without_passwords().await;
    let anna = server.agent("anna").await;
    let mut told = Vec::new();
    for account in ["anna", "nobody.at.all"] {
        let browser = server.browser();
        let here = come(&browser, ANNA).await;
        let mut asked = step(&mail(&browser, &here, account).await);
        server.mails_to(&anna).await;
        asked.mailed_for = None;
        asked.attempt.clear();
        let wrong: Vec<_> = [
            enter(&browser, &here, "000000").await,
            enter(&browser, &here, "nonsense").await,
        ]
        .into_iter()
        .map(|answer| {
            let problem = answer.problem(ProblemCode::WrongCode);
            (problem.attempts_left, problem.title)
        })
        .collect();
        let rows: Vec<i64> = [
            server.number("SELECT COUNT(*) FROM throttles").await,
            server
                .number("SELECT COUNT(*) FROM audit_events WHERE kind = 'phone.code_wrong'")
                .await,
        ]
        .into();
        told.push((asked, wrong, rows));
    }
    let (known, unknown) = (&told[0], &told[1]);
    assert_eq!((&known.0, &known.1), (&unknown.0, &unknown.1));
    assert_eq!(
        (known.2[0] * 2, known.2[1] * 2),
        (unknown.2[0], unknown.2[1])
    );
    // Nobody is named whom nobody knows.
    let reasons = server
        .texts("SELECT COALESCE(reason, '') FROM audit_events WHERE kind = 'phone.code_wrong' AND account_id IS NULL")
        .await;
    assert_eq!(reasons.len(), 2);
    assert!(
        reasons
            .iter()
            .all(|reason| reason.starts_with("unknown account "))
    );
}

#[tokio::test]
async fn five_wrong_codes_end_the_claim_and_lock_nobody() {
    each_server(async |server| {
        take_passwords(server).await;
        let anna = server.agent("anna").await;
        let browser = server.browser();
        let here = come(&browser, ANNA).await;
        mail(&browser, &here, "anna").await.assert_status(200);
        let right = server.code_of(&anna).await;
        for left in (0..5).rev() {
            let problem = enter(&browser, &here, &other_than(&right))
                .await
                .problem(ProblemCode::WrongCode);
            assert_eq!(problem.attempts_left, Some(left));
        }
        enter(&browser, &here, &right)
            .await
            .problem(ProblemCode::AttemptOver);
        nothing_waits(&browser).await;
        assert_eq!(server.code_failures(&anna).await, 0);
        assert_eq!(sessions(server).await, 0);
        // A new claim does not help whoever guesses: what was typed has to wait.
        server.advance(seconds(1));
        let other = server.browser();
        let here = come(&other, ANNA).await;
        mail(&other, &here, "anna").await.assert_status(200);
        enter(&other, &here, &right)
            .await
            .problem(ProblemCode::Wait);
        server.advance(HOUR * 25);
        let here = come(&other, ANNA).await;
        mail(&other, &here, "anna").await.assert_status(200);
        let code = server.code_of(&anna).await;
        enter(&other, &here, &code).await.landing();
    })
    .await;
}

#[tokio::test]
async fn the_newest_code_counts_for_five_minutes() {
    let server = start_without_passwords().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let here = come(&browser, ANNA).await;
    mail(&browser, &here, "anna").await.assert_status(200);
    let first = server.code_of(&anna).await;
    let early = mail(&browser, &here, "anna").await;
    let problem = early
        .assert_status(429)
        .problem(ProblemCode::ResendTooEarly);
    assert_eq!(problem.retry_after, Some(60));
    server.advance(MINUTE);
    assert_eq!(current(&browser).await.resend_after, Some(0));
    mail(&browser, &here, "anna").await.assert_status(200);
    let second = server.code_of(&anna).await;
    assert_ne!(first, second);
    enter(&browser, &here, &first)
        .await
        .problem(ProblemCode::WrongCode);
    server.advance(MINUTE * 5);
    enter(&browser, &here, &second)
        .await
        .problem(ProblemCode::WrongCode);
    mail(&browser, &here, "anna").await.assert_status(200);
    let third = server.code_of(&anna).await;
    enter(&browser, &here, &third).await.landing();
}

#[tokio::test]
async fn an_account_is_mailed_five_codes_an_hour_over_all_browsers() {
    let server = start_without_passwords().await;
    let anna = server.agent("anna").await;
    for n in 0..8 {
        let browser = server.browser();
        let here = come(&browser, ANNA).await;
        mail(&browser, &here, "anna").await.assert_status(200);
        assert_eq!(server.codes_mailed_to(&anna).await, (n + 1).min(5));
        server.advance(MINUTE);
    }
    // Two at once in two browsers are one mail.
    server.advance(HOUR);
    for _ in 0..2 {
        let browser = server.browser();
        let here = come(&browser, ANNA).await;
        mail(&browser, &here, "anna").await.assert_status(200);
    }
    assert_eq!(server.codes_mailed_to(&anna).await, 6);
}

#[tokio::test]
async fn strangers_who_ask_take_no_code_away_from_a_sign_in() {
    each_server(async |server| {
        let anna = server.agent("anna").await;
        let browser = bound(server, &anna, ANNA).await;
        take_passwords(server).await;
        server.advance(HOUR * 2);
        let before = server.codes_mailed_to(&anna).await;
        for _ in 0..6 {
            let stranger = server.browser();
            let here = come(&stranger, ANNA).await;
            mail(&stranger, &here, "anna").await.assert_status(200);
            server.codes_mailed_to(&anna).await;
            server.advance(MINUTE);
        }
        assert_eq!(server.codes_mailed_to(&anna).await, before + 5);
        let code = claim(&browser, ANNA).await.code_step();
        assert!(code.sent_at.is_some(), "{code:?}");
        let typed = server.code_of(&anna).await;
        browser.enter(&code.attempt, &typed).await.landing();
        // Nor does a sign-in take theirs.
        server.advance(HOUR);
        claim(&browser, ANNA).await.code_step();
        let stranger = server.browser();
        let here = come(&stranger, ANNA).await;
        let before = server.codes_mailed_to(&anna).await;
        mail(&stranger, &here, "anna").await.assert_status(200);
        assert_eq!(server.codes_mailed_to(&anna).await, before + 1);
    })
    .await;
}

/// By whichever name and in however many claims.
#[tokio::test]
async fn after_twenty_wrong_codes_within_a_day_no_more_are_mailed() {
    let server = start_without_passwords().await;
    let anna = server.agent("anna").await;
    for n in 0..10 {
        let browser = server.browser();
        let here = come(&browser, ANNA).await;
        let name = [&anna.username, &anna.email][n % 2];
        mail(&browser, &here, name).await.assert_status(200);
        let right = server.code_of(&anna).await;
        assert_eq!(server.codes_mailed_to(&anna).await, n + 1);
        for _ in 0..2 {
            enter(&browser, &here, &other_than(&right))
                .await
                .problem(ProblemCode::WrongCode);
            server.advance(MINUTE * 16);
        }
    }
    let browser = server.browser();
    let here = come(&browser, ANNA).await;
    // Answered as ever.
    let asked = step(&mail(&browser, &here, "anna").await);
    assert_eq!(asked.resend_after, Some(60));
    assert_eq!(server.codes_mailed_to(&anna).await, 10);
    assert_eq!(server.code_failures(&anna).await, 0);
    server.advance(HOUR * 24);
    let browser = server.browser();
    let here = come(&browser, ANNA).await;
    prove(&server, &browser, &here, &anna).await.landing();
}

#[tokio::test]
async fn nobody_is_mailed_who_could_not_use_it() {
    let server = start_without_passwords().await;
    let anna = server.agent("anna").await;
    let id = &anna.id;
    let day_ago = server.clock.now().0;
    for (done, undone) in [
        ("locked_at = 1".to_owned(), "locked_at = NULL"),
        ("state = 'disabled'".to_owned(), "state = 'enabled'"),
        ("state = 'invited'".to_owned(), "state = 'enabled'"),
        (
            "agent = FALSE, admin = TRUE".to_owned(),
            "agent = TRUE, admin = FALSE",
        ),
        (
            format!("email_changed_at = {day_ago}"),
            "email_changed_at = NULL",
        ),
    ] {
        server
            .change(format!("UPDATE accounts SET {done} WHERE id = '{id}'"))
            .await;
        let browser = server.browser();
        let here = come(&browser, ANNA).await;
        mail(&browser, &here, "anna").await.assert_status(200);
        assert_eq!(server.codes_mailed_to(&anna).await, 0, "{done}");
        server
            .change(format!("UPDATE accounts SET {undone} WHERE id = '{id}'"))
            .await;
    }
}

#[tokio::test]
async fn a_code_is_worth_nothing_once_the_account_has_changed() {
    let server = start_without_passwords().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let here = come(&browser, ANNA).await;
    mail(&browser, &here, "anna").await.assert_status(200);
    let code = server.code_of(&anna).await;
    server
        .change("UPDATE accounts SET security_version = security_version + 1")
        .await;
    enter(&browser, &here, &code)
        .await
        .problem(ProblemCode::WrongCode);
    assert_eq!(sessions(&server).await, 0);
}

#[tokio::test]
async fn a_code_is_of_its_claim_and_browser() {
    let server = start_without_passwords().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let here = come(&browser, ANNA).await;
    mail(&browser, &here, "anna").await.assert_status(200);
    let code = server.code_of(&anna).await;
    let thief = server.browser();
    for (asked, answer) in [
        ("code", enter(&thief, &here, &code).await),
        ("mail", mail(&thief, &here, "anna").await),
    ] {
        assert_eq!(
            answer.problem(ProblemCode::AttemptOver).status,
            409,
            "{asked}"
        );
    }
    let theirs = come(&thief, "evil.connect").await;
    mail(&thief, &theirs, "anna").await.assert_status(200);
    enter(&thief, &theirs, &code)
        .await
        .problem(ProblemCode::WrongCode);
    enter(&thief, &here, &code)
        .await
        .problem(ProblemCode::OtherAttempt);
    enter(&browser, &here, &code).await.landing();
}

#[tokio::test]
async fn a_mismatch_lets_the_claim_wait_for_another_account() {
    let server = start_without_passwords().await;
    let anna = server.agent("anna").await;
    let bob = server.agent("bob").await;
    let browser = server.browser();
    let here = come(&browser, ANNA).await;
    prove(&server, &browser, &here, &anna).await.landing();
    server.advance(MINUTE);
    let other = server.browser();
    let here = come(&other, "bob.connect").await;
    let answer = prove(&server, &other, &here, &anna).await;
    let problem = answer.problem(ProblemCode::PhoneMismatch);
    assert_eq!(problem.phone.as_deref(), Some(ANNA));
    server.advance(MINUTE);
    prove(&server, &other, &here, &bob).await.landing();
}

#[tokio::test]
async fn whoever_is_bound_needs_no_code_where_nothing_more_is_asked() {
    let server = start_without_passwords().await;
    ask_less(&server).await;
    let anna = plain(&server, "anna").await;
    let browser = server.browser();
    let here = come(&browser, ANNA).await;
    prove(&server, &browser, &here, &anna).await.landing();
    browser.delete("session").await.assert_status(204);
    claim(&browser, ANNA).await.landing();
    // With a mailbox that is asked for, it is: the first credential is the browser's word now.
    server
        .set_policy(ACME, |policy| policy.mode = TwoFactorMode::Required)
        .await;
    let code = claim(&browser, ANNA).await.code_step();
    assert_eq!(code.method, Method::Email);
}
