//! Saved codes and the one that an administrator makes: each opens once.

use app::wire::{Method, ProblemCode, SetupPart};
use server::storage::SecondFactor;

use crate::harness::{ACME, Answer, MINUTE, Person, START, TestServer, Who, company};

const ADMIN_CODE: std::time::Duration = std::time::Duration::from_secs(15 * 60);

#[tokio::test]
async fn a_saved_code_opens_whatever_way_is_shown() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    server.give_only_app(&anna).await;
    let codes = server.give_codes(&anna).await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    assert_eq!(step.methods, [Method::App, Method::BackupCode]);
    assert_eq!(step.method, Method::App);
    let done = browser.enter(&step.attempt, &codes[0]).await;
    assert_eq!(done.landing(), "/acme/desk");
    assert_eq!(server.codes_left(&anna).await, Some(9));
    let events = server.events_of(&anna).await;
    assert!(events.contains(&"sign_in.backup_code_used".into()));
    // Chosen, and typed as people do: small letters, spaces, an O for a zero.
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let step = browser
        .choose(&step.attempt, "backup_code")
        .await
        .code_step();
    assert_eq!(step.method, Method::BackupCode);
    assert_eq!(step.resend_after, None);
    let typed = codes[1].to_lowercase().replace('-', " ").replace('0', "o");
    browser.enter(&step.attempt, &typed).await.landing();
    assert_eq!(server.codes_left(&anna).await, Some(8));
}

#[tokio::test]
async fn every_use_is_told_by_mail_and_few_are_told_as_few() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    server.give_only_app(&anna).await;
    let codes = server.give_codes(&anna).await;
    for (used, code) in codes.iter().enumerate() {
        let browser = server.browser();
        let step = browser.begin(&anna).await;
        browser.enter(&step.attempt, code).await.landing();
        let mails = server.mails_to(&anna).await;
        assert_eq!(mails.len(), used + 1);
        let text = &mails[0].text;
        assert!(text.contains("2 March at 09:00"), "{text}");
        assert!(!text.contains(code.as_str()));
        let left = 9 - used;
        match left {
            0 => assert!(text.contains("It was your last one"), "{text}"),
            _ => assert!(
                text.contains(&format!("Backup codes left: {left}")),
                "{text}"
            ),
        }
        assert_eq!(text.contains("Make new ones"), left <= 3, "{left}: {text}");
    }
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    assert_eq!(step.methods, [Method::App], "none are left to offer");
}

#[tokio::test]
async fn a_used_code_is_named_as_used_and_counts() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    server.give_only_app(&anna).await;
    let codes = server.give_codes(&anna).await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    browser.enter(&step.attempt, &codes[0]).await.landing();
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let problem = browser
        .enter(&step.attempt, &codes[0])
        .await
        .assert_status(401)
        .problem(ProblemCode::UsedCode);
    assert_eq!(problem.attempts_left, Some(4));
    assert_eq!(server.events_of(&anna).await[0], "sign_in.code_used_again");
}

#[tokio::test]
async fn a_code_is_one_persons_alone() {
    let server = TestServer::start().await;
    server.add_company(company("beta")).await;
    let anna = server.agent("anna").await;
    let bob = server.agent("bob").await;
    let namesake = server.person("beta", "anna", Who::Agent).await;
    let codes = server.give_codes(&anna).await;
    for other in [&bob, &namesake] {
        server.give_codes(other).await;
        let browser = server.browser();
        let step = browser.begin(other).await;
        browser
            .enter(&step.attempt, &codes[0])
            .await
            .problem(ProblemCode::WrongCode);
    }
    assert_eq!(server.codes_left(&anna).await, Some(10));
}

#[tokio::test]
async fn digits_are_no_backup_code() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let app = server.give_only_app(&anna).await;
    server.give_codes(&anna).await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    browser
        .choose(&step.attempt, "backup_code")
        .await
        .code_step();
    browser
        .enter(&step.attempt, &app.code(START))
        .await
        .problem(ProblemCode::WrongCode);
}

#[tokio::test]
async fn an_administrators_code_leads_to_a_new_app_that_replaces_the_lost_one() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let lost = server.give_only_app(&anna).await;
    let code = server.give_admin_code(&anna, ADMIN_CODE).await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    assert_eq!(step.methods, [Method::App], "it is not one of the ways");
    let answer = browser.enter(&step.attempt, &code).await;
    let setup = answer.setup_step();
    assert_eq!(setup.expires_in, 1800);
    assert_eq!((setup.position, setup.of), (1, 2));
    let SetupPart::App(app) = setup.part else {
        panic!("the mailbox was not proven, so only an app is left: {answer:?}")
    };
    browser.session().await.signed_out();
    let mails = server.mails_to(&anna).await;
    assert!(mails[0].subject.contains("administrator"), "{mails:?}");
    let new = crate::means::TestApp::of(&app.secret);
    let codes = browser
        .verify(&step.attempt, &new.code(START))
        .await
        .shown_codes();
    let done = browser.confirm(&step.attempt, &codes[3]).await;
    assert_eq!(done.landing(), "/acme/desk");
    let events = server.events_of(&anna).await;
    for kind in [
        "sign_in.admin_code_used",
        "two_factor.added",
        "two_factor.removed",
    ] {
        assert!(events.contains(&kind.into()), "{kind} in {events:?}");
    }
    // The phone that was lost opens nothing any more, the new one does.
    server.advance(MINUTE);
    let now = server.services.now();
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    browser
        .enter(&step.attempt, &lost.code(now))
        .await
        .problem(ProblemCode::WrongCode);
    browser.enter(&step.attempt, &new.code(now)).await.landing();
    assert_eq!(server.ways_of(&anna).await, ["app"]);
}

/// Types the code at a new sign-in.
async fn type_code(server: &TestServer, person: &Person, code: &str) -> Answer {
    let browser = server.browser();
    let step = browser.begin(person).await;
    browser.enter(&step.attempt, code).await
}

#[tokio::test]
async fn an_administrators_code_opens_once_and_for_a_quarter_of_an_hour() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    server.give_only_app(&anna).await;
    let first = server.give_admin_code(&anna, ADMIN_CODE).await;
    let second = server.give_admin_code(&anna, ADMIN_CODE).await;
    type_code(&server, &anna, &first)
        .await
        .problem(ProblemCode::WrongCode);
    type_code(&server, &anna, &second).await.setup_step();
    type_code(&server, &anna, &second)
        .await
        .problem(ProblemCode::UsedCode);
    let third = server.give_admin_code(&anna, ADMIN_CODE).await;
    server.advance(ADMIN_CODE);
    let problem = type_code(&server, &anna, &third)
        .await
        .problem(ProblemCode::OldCode);
    assert_eq!(problem.sent_at, None);
}

#[tokio::test]
async fn an_administrators_code_works_for_somebody_without_any_way_and_sets_no_trust() {
    let server = TestServer::start().await;
    server
        .set_policy(ACME, |policy| policy.trust_days = vec![30])
        .await;
    let anna = server.agent("anna").await;
    server.forget_ways(&anna).await;
    let code = server.give_admin_code(&anna, ADMIN_CODE).await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let answer = browser.enter_and_trust(&step.attempt, &code, 30).await;
    let SetupPart::App(app) = answer.setup_step().part else {
        panic!("not an app: {answer:?}")
    };
    let app = crate::means::TestApp::of(&app.secret);
    let codes = browser.verify(&step.attempt, &app.code(START)).await;
    let codes = codes.shown_codes();
    browser.confirm(&step.attempt, &codes[9]).await.landing();
    assert_eq!(server.number("SELECT COUNT(*) FROM trusts").await, 0);
    browser.begin(&anna).await;
}

#[tokio::test]
async fn where_two_factor_is_optional_the_code_leads_to_a_new_way_all_the_same() {
    let server = TestServer::start().await;
    let mut open = company("open");
    open.policy.second_factor = SecondFactor::Optional;
    server.add_company(open).await;
    let olga = server.person("open", "olga", Who::Agent).await;
    server.give_app(&olga).await;
    let code = server.give_admin_code(&olga, ADMIN_CODE).await;
    let setup = type_code(&server, &olga, &code).await.setup_step();
    assert!(matches!(setup.part, SetupPart::App(_)));
}

#[tokio::test]
async fn where_only_mail_is_allowed_an_administrators_code_signs_in_once_codes_are_saved() {
    let server = TestServer::start().await;
    server
        .set_policy(ACME, |policy| policy.methods = vec![Method::Email])
        .await;
    let anna = server.agent("anna").await;
    let code = server.give_admin_code(&anna, ADMIN_CODE).await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let answer = browser.enter(&step.attempt, &code).await;
    let setup = answer.setup_step();
    assert_eq!((setup.position, setup.of), (1, 1));
    let codes = answer.shown_codes();
    browser.confirm(&step.attempt, &codes[0]).await.landing();
}
