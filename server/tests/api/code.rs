//! The code's step: how codes are sent, read, compared and how they end.

use app::wire::{MailFate, Method, ProblemCode};
use serde_json::json;

use crate::harness::{ACME, MINUTE, PASSWORD, TestServer, Who, company, other_than, seconds};

#[tokio::test]
async fn a_code_is_sent_as_the_step_is_entered() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    assert_eq!(step.company, ACME);
    assert_eq!(step.method, Method::Email);
    assert_eq!(step.methods, [Method::Email]);
    assert_eq!(step.sent_to.as_deref(), Some("a•••@acme.example"));
    assert_eq!(step.sent_at.as_deref(), Some("2026-03-02T09:00:00+01:00"));
    assert_eq!(step.mail, Some(MailFate::Waiting));
    assert_eq!(step.resend_after, Some(60));
    assert_eq!(step.attempts_left, None);
    assert_eq!(step.expires_in, 600);
    assert_eq!(step.code_expires_in, Some(300));
    assert!(step.trust_days.is_empty());
    assert_eq!(server.codes_mailed_to(&anna).await, 1);
    let step = browser.get("sign-in").await.code_step();
    assert_eq!(step.mail, Some(MailFate::Sent));
}

#[tokio::test]
async fn the_answers_never_hold_the_code_or_the_whole_address() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let answer = browser.type_password(&anna, PASSWORD).await;
    let code = server.code_of(&anna).await;
    assert!(!answer.text().contains(&code));
    assert!(!answer.text().contains("anna@"));
}

#[tokio::test]
async fn resending_waits_a_minute_by_the_servers_clock() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    server.advance(seconds(59));
    let answer = browser.resend(&step.attempt).await;
    let problem = answer
        .assert_status(429)
        .problem(ProblemCode::ResendTooEarly);
    assert_eq!(problem.retry_after, Some(1));
    assert_eq!(answer.header("retry-after"), "1");
    server.advance(seconds(1));
    let again = browser.resend(&step.attempt).await.code_step();
    assert_eq!(again.resend_after, Some(60));
    assert_eq!(again.code_expires_in, Some(300));
    assert_eq!(again.expires_in, 540, "a resend never extends");
    assert_eq!(server.codes_mailed_to(&anna).await, 2);
}

#[tokio::test]
async fn a_new_code_ends_the_old_one_which_is_named_as_old() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let old = server.code_of(&anna).await;
    server.advance(MINUTE);
    browser.resend(&step.attempt).await.code_step();
    let new = server.code_of(&anna).await;
    let problem = browser
        .enter(&step.attempt, &old)
        .await
        .assert_status(401)
        .problem(ProblemCode::OldCode);
    assert_eq!(problem.attempts_left, Some(4));
    assert_eq!(
        problem.sent_at.as_deref(),
        Some("2026-03-02T09:01:00+01:00")
    );
    assert_eq!(
        browser.enter(&step.attempt, &new).await.landing(),
        "/acme/desk"
    );
}

#[tokio::test]
async fn five_mails_an_hour_over_all_attempts() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    for mailed in 1..=5 {
        server.browser().begin(&anna).await;
        assert_eq!(server.codes_mailed_to(&anna).await, mailed);
        server.advance(MINUTE);
    }
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    assert_eq!(step.sent_at, None);
    assert_eq!(step.resend_after, Some(55 * 60));
    let problem = browser
        .resend(&step.attempt)
        .await
        .problem(ProblemCode::ResendTooEarly);
    assert_eq!(problem.retry_after, Some(55 * 60));
    assert_eq!(server.codes_mailed_to(&anna).await, 5);
    server.advance(55 * MINUTE);
    server.browser().begin(&anna).await;
    assert_eq!(server.codes_mailed_to(&anna).await, 6);
}

#[tokio::test]
async fn a_code_works_for_five_minutes() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let code = server.code_of(&anna).await;
    server.advance(seconds(299));
    let shown = browser.get("sign-in").await.code_step();
    assert_eq!(shown.code_expires_in, Some(1));
    server.advance(seconds(1));
    let problem = browser
        .enter(&step.attempt, &code)
        .await
        .problem(ProblemCode::OldCode);
    assert_eq!(problem.sent_at, None, "there is no newer one to look for");
    let bob = server.agent("bob").await;
    let browser = server.browser();
    let step = browser.begin(&bob).await;
    let code = server.code_of(&bob).await;
    server.advance(seconds(299));
    browser.enter(&step.attempt, &code).await.landing();
}

#[tokio::test]
async fn a_code_opens_the_attempt_that_it_was_sent_for_only() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let bob = server.agent("bob").await;
    let (annas, bobs) = (server.browser(), server.browser());
    annas.begin(&anna).await;
    let code = server.code_of(&anna).await;
    let step = bobs.begin(&bob).await;
    if server.code_of(&bob).await != code {
        bobs.enter(&step.attempt, &code)
            .await
            .problem(ProblemCode::WrongCode);
    }
    // Nor another attempt of the same person.
    server.advance(MINUTE);
    let elsewhere = server.browser();
    let step = elsewhere.begin(&anna).await;
    let newest = server.code_of(&anna).await;
    assert_ne!(newest, code);
    elsewhere
        .enter(&step.attempt, &code)
        .await
        .problem(ProblemCode::WrongCode);
    elsewhere.enter(&step.attempt, &newest).await.landing();
}

#[tokio::test]
async fn codes_are_read_as_people_write_and_paste_them() {
    let server = TestServer::start().await;
    let ways: [fn(&str) -> String; 6] = [
        |code| format!(" {} {} ", &code[..3], &code[3..]),
        |code| format!("{}-{}", &code[..3], &code[3..]),
        |code| {
            code.bytes()
                .map(|b| char::from_u32(0x0660 + u32::from(b - b'0')).expect("a digit"))
                .collect()
        },
        |code| {
            code.bytes()
                .map(|b| char::from_u32(0xff10 + u32::from(b - b'0')).expect("a digit"))
                .collect()
        },
        |code| format!("\u{200e}{code}\u{202c}\n"),
        str::to_owned,
    ];
    for (index, way) in ways.into_iter().enumerate() {
        let person = server.agent(&format!("agent-{index}")).await;
        let browser = server.browser();
        let step = browser.begin(&person).await;
        let code = server.code_of(&person).await;
        browser.enter(&step.attempt, &way(&code)).await.landing();
    }
}

#[tokio::test]
async fn nothing_at_all_is_no_try_and_letters_are_one() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    for nothing in ["", "   ", "---", "\u{200b}\u{feff}"] {
        browser
            .enter(&step.attempt, nothing)
            .await
            .assert_status(400)
            .problem(ProblemCode::InvalidRequest);
    }
    assert_eq!(server.code_failures(&anna).await, 0);
    for (try_, left) in [("abcdef", 4), ("12345", 3), ("1234567", 2)] {
        let problem = browser
            .enter(&step.attempt, try_)
            .await
            .problem(ProblemCode::WrongCode);
        assert_eq!(problem.attempts_left, Some(left), "{try_}");
    }
}

#[tokio::test]
async fn an_enormous_code_is_only_a_wrong_one() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    for monster in ["9".repeat(60_000), "\u{0}".into(), "٣".repeat(10_000)] {
        let answer = browser.enter(&step.attempt, &monster).await;
        assert!(answer.status.is_client_error(), "{answer:?}");
        answer.any_problem();
    }
}

#[tokio::test]
async fn dont_ask_again_is_not_offered_and_not_taken() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let code = server.code_of(&anna).await;
    let typed = json!({"attempt": step.attempt, "code": code, "trust_days": 30});
    browser
        .post("sign-in/code", typed)
        .await
        .problem(ProblemCode::InvalidRequest);
    assert_eq!(server.code_failures(&anna).await, 0);
    browser.enter(&step.attempt, &code).await.landing();
}

#[tokio::test]
async fn choosing_e_mail_again_sends_no_other_mail() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let chosen = json!({"attempt": step.attempt, "method": "email"});
    let again = browser
        .post("sign-in/code/method", chosen)
        .await
        .code_step();
    assert_eq!(again.attempt, step.attempt);
    assert_eq!(server.codes_mailed_to(&anna).await, 1);
    let unknown = json!({"attempt": step.attempt, "method": "pigeon"});
    browser
        .post("sign-in/code/method", unknown)
        .await
        .problem(ProblemCode::InvalidRequest);
}

#[tokio::test]
async fn times_are_those_of_the_companys_zone() {
    let server = TestServer::start().await;
    let mut far = company("tokyo");
    far.time_zone = "Asia/Tokyo".into();
    server.add_company(far).await;
    let person = server.person("tokyo", "taro", Who::Agent).await;
    let step = server.browser().begin(&person).await;
    assert_eq!(step.sent_at.as_deref(), Some("2026-03-02T17:00:00+09:00"));
}

#[tokio::test]
async fn a_code_is_used_once() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let before = browser.twin();
    let code = server.code_of(&anna).await;
    browser.enter(&step.attempt, &code).await.landing();
    // Whoever kept the attempt's cookie finds it over.
    before
        .enter(&step.attempt, &code)
        .await
        .assert_status(409)
        .problem(ProblemCode::AttemptOver);
    before
        .enter(&step.attempt, &other_than(&code))
        .await
        .problem(ProblemCode::AttemptOver);
    assert_eq!(server.code_failures(&anna).await, 0);
    assert_eq!(server.number("SELECT COUNT(*) FROM sessions").await, 1);
}
