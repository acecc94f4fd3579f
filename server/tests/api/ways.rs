//! Which ways are asked, which may be chosen, and what a change of policy or of ways does to a sign-in
//! that is under way.

use app::wire::{Method, ProblemCode, Strict, TwoFactorMode};
use server::storage::{AccountId, SecondFactor};

use crate::harness::{ACME, HOUR, MINUTE, PASSWORD, START, TestServer, Who, company, seconds};

#[tokio::test]
async fn the_way_that_was_used_last_comes_first() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let app = server.give_app(&anna).await;
    server.give_codes(&anna).await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let all = [Method::Email, Method::App, Method::BackupCode];
    assert_eq!(step.methods, all);
    assert_eq!(step.method, Method::Email);
    let step = browser.choose(&step.attempt, "app").await.code_step();
    assert_eq!(step.method, Method::App);
    assert_eq!(step.methods, all, "never a dead end");
    assert_eq!(step.sent_to, None);
    let shown = browser.get("sign-in").await.code_step();
    assert_eq!(shown.method, Method::App, "a reload shows what was chosen");
    browser
        .enter(&step.attempt, &app.code(START))
        .await
        .landing();
    let step = server.browser().begin(&anna).await;
    assert_eq!(
        step.methods,
        [Method::App, Method::Email, Method::BackupCode]
    );
    assert_eq!(server.codes_mailed_to(&anna).await, 1);
}

#[tokio::test]
async fn a_code_is_mailed_when_mail_becomes_the_way_and_not_again_while_it_works() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let app = server.give_only_app(&anna).await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    browser
        .choose(&step.attempt, "email")
        .await
        .assert_status(422)
        .problem(ProblemCode::MethodUnavailable);
    browser
        .enter(&step.attempt, &app.code(START))
        .await
        .landing();
    server
        .change(format!(
            "INSERT INTO factors (id, account_id, kind, created_at) VALUES ('m', '{}', 'email', 0)",
            anna.id
        ))
        .await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    assert_eq!(step.method, Method::App);
    assert_eq!(server.codes_mailed_to(&anna).await, 0);
    let step = browser.choose(&step.attempt, "email").await.code_step();
    assert_eq!(step.sent_to.as_deref(), Some("a•••@acme.example"));
    assert_eq!(step.resend_after, Some(60));
    server.advance(2 * MINUTE);
    for way in ["app", "email", "backup_code", "email"] {
        browser.choose(&step.attempt, way).await;
    }
    assert_eq!(server.codes_mailed_to(&anna).await, 1);
    // Past its five minutes another follows.
    server.advance(3 * MINUTE);
    let step = browser.choose(&step.attempt, "email").await.code_step();
    assert_eq!(step.code_expires_in, Some(300));
    assert_eq!(server.codes_mailed_to(&anna).await, 2);
    let code = server.code_of(&anna).await;
    browser.enter(&step.attempt, &code).await.landing();
}

#[tokio::test]
async fn at_the_limit_of_mails_the_step_counts_down_and_other_ways_work() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let app = server.give_app(&anna).await;
    server.browser().begin(&anna).await;
    server.advance(seconds(20));
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    assert_eq!(step.sent_to, None, "none was sent for this sign-in");
    assert_eq!(step.resend_after, Some(40));
    let step = browser.choose(&step.attempt, "app").await.code_step();
    assert_eq!(step.resend_after, None);
    let step = browser.choose(&step.attempt, "email").await.code_step();
    assert_eq!(step.resend_after, Some(40));
    browser.choose(&step.attempt, "app").await.code_step();
    let code = app.code(server.services.now());
    browser.enter(&step.attempt, &code).await.landing();
}

#[tokio::test]
async fn a_way_that_the_policy_closed_is_told_and_not_counted() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let app = server.give_app(&anna).await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    assert_eq!(step.method, Method::Email);
    let code = server.code_of(&anna).await;
    server
        .set_policy(ACME, |policy| policy.methods = vec![Method::App])
        .await;
    browser
        .enter(&step.attempt, &code)
        .await
        .assert_status(422)
        .problem(ProblemCode::MethodUnavailable);
    assert_eq!(server.code_failures(&anna).await, 0);
    let shown = browser.get("sign-in").await.code_step();
    assert_eq!(shown.method, Method::App);
    assert_eq!(shown.methods, [Method::App]);
    // From here on it is the app that is asked, and counted.
    browser
        .enter(&step.attempt, &code)
        .await
        .problem(ProblemCode::WrongCode);
    assert_eq!(server.code_failures(&anna).await, 1);
    browser
        .enter(&step.attempt, &app.code(START))
        .await
        .landing();
}

#[tokio::test]
async fn whoever_has_seen_the_new_policy_is_not_refused_for_the_old_one() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let app = server.give_app(&anna).await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    server
        .set_policy(ACME, |policy| policy.strict = Strict::Everyone)
        .await;
    let shown = browser.get("sign-in").await.code_step();
    assert_eq!(shown.method, Method::App);
    browser
        .enter(&step.attempt, &app.code(START))
        .await
        .landing();
}

#[tokio::test]
async fn a_policy_that_comes_to_want_more_leads_to_setting_it_up() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let code = server.code_of(&anna).await;
    server
        .set_policy(ACME, |policy| policy.methods = vec![Method::App])
        .await;
    browser.enter(&step.attempt, &code).await.setup_step();
    browser.session().await.signed_out();
}

#[tokio::test]
async fn a_policy_that_comes_to_want_nothing_lets_the_sign_in_end_as_it_began() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let code = server.code_of(&anna).await;
    server
        .set_policy(ACME, |policy| policy.mode = TwoFactorMode::Off)
        .await;
    let shown = browser.get("sign-in").await.code_step();
    assert_eq!(shown.methods, [Method::Email]);
    browser.enter(&step.attempt, &code).await.landing();
    server
        .browser()
        .type_password(&anna, PASSWORD)
        .await
        .landing();
}

#[tokio::test]
async fn a_way_that_is_removed_ends_the_sign_ins_under_way() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let app = server.give_app(&anna).await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    browser.choose(&step.attempt, "app").await.code_step();
    let account = AccountId(anna.id.clone());
    let mut tx = server.begin_tx().await;
    tx.remove_factors(&account, "app").await.expect("removed");
    tx.raise_security_version(&account).await.expect("raised");
    tx.commit().await.expect("committed");
    for answer in [
        browser.enter(&step.attempt, &app.code(START)).await,
        browser.choose(&step.attempt, "email").await,
        browser.resend(&step.attempt).await,
    ] {
        answer.assert_status(409).problem(ProblemCode::AttemptOver);
    }
    assert_eq!(server.code_failures(&anna).await, 0);
    browser.get("sign-in").await.assert_status(404);
}

#[tokio::test]
async fn optional_asks_those_who_have_something() {
    let server = TestServer::start().await;
    let mut open = company("open");
    open.policy.second_factor = SecondFactor::Optional;
    server.add_company(open).await;
    let with = server.person("open", "olga", Who::Agent).await;
    let without = server.person("open", "otto", Who::Agent).await;
    let app = server.give_app(&with).await;
    let browser = server.browser();
    browser.type_password(&without, PASSWORD).await.landing();
    let browser = server.browser();
    let step = browser.begin(&with).await;
    browser
        .enter(&step.attempt, &app.code(START))
        .await
        .landing();
}

#[tokio::test]
async fn a_date_from_which_two_factor_is_required_is_kept_to_the_moment() {
    let server = TestServer::start().await;
    server
        .set_policy(ACME, |policy| policy.from = Some(START.plus(HOUR)))
        .await;
    let anna = server.agent("anna").await;
    server.forget_ways(&anna).await;
    server.advance(HOUR - seconds(1));
    server
        .browser()
        .type_password(&anna, PASSWORD)
        .await
        .landing();
    server.advance(seconds(1));
    server.browser().begin(&anna).await;
}

#[tokio::test]
async fn strict_rules_know_no_mail_and_sessions_of_eight_hours() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    let anna = server.agent("anna").await;
    let app = server.give_app(&ada).await;
    server
        .set_policy(ACME, |policy| policy.strict = Strict::Admins)
        .await;
    let browser = server.browser();
    let step = browser.begin(&ada).await;
    assert_eq!(step.methods, [Method::App]);
    browser
        .enter(&step.attempt, &app.code(START))
        .await
        .landing();
    assert_eq!(browser.session().await.session().ends_in, 8 * 60 * 60);
    let browser = server.browser();
    browser.sign_in(&anna).await;
    assert_eq!(browser.session().await.session().ends_in, 12 * 60 * 60);
}

#[tokio::test]
async fn after_a_mailed_reset_mail_proves_nothing_until_more_was_proven() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let app = server.give_app(&anna).await;
    let reset = format!(
        "UPDATE accounts SET reset_by_mail_at = 1 WHERE id = '{}'",
        anna.id
    );
    server.change(reset).await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    assert_eq!(step.methods, [Method::App]);
    browser
        .choose(&step.attempt, "email")
        .await
        .problem(ProblemCode::MethodUnavailable);
    assert_eq!(server.codes_mailed_to(&anna).await, 0);
    browser
        .enter(&step.attempt, &app.code(START))
        .await
        .landing();
    let step = server.browser().begin(&anna).await;
    assert_eq!(step.methods, [Method::App, Method::Email]);
    // Where there is nothing else, mail is all that can be asked.
    let bob = server.agent("bob").await;
    let reset = format!(
        "UPDATE accounts SET reset_by_mail_at = 1 WHERE id = '{}'",
        bob.id
    );
    server.change(reset).await;
    server.browser().sign_in(&bob).await;
    let kept = "SELECT COUNT(*) FROM accounts WHERE reset_by_mail_at IS NOT NULL";
    assert_eq!(server.number(kept).await, 0);
}

#[tokio::test]
async fn the_form_without_scripts_turns_to_another_way() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let app = server.give_app(&anna).await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let choice = [("attempt", step.attempt.as_str()), ("action", "method:app")];
    let answer = browser.submit("/acme/code", &choice).await;
    assert_eq!(answer.redirect(), "/acme/code");
    let shown = browser.get("sign-in").await.code_step();
    assert_eq!(shown.method, Method::App);
    for action in ["method:pigeon", "method:", "dance"] {
        let odd = [("attempt", step.attempt.as_str()), ("action", action)];
        browser
            .submit("/acme/code", &odd)
            .await
            .problem(ProblemCode::InvalidRequest);
    }
    let code = app.code(START);
    let fields = [
        ("attempt", step.attempt.as_str()),
        ("code", &code),
        ("trust_days", ""),
    ];
    let answer = browser.submit("/acme/code", &fields).await;
    assert_eq!(answer.redirect(), "/acme/desk");
}

#[tokio::test]
async fn the_form_without_scripts_goes_on_to_setting_up() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    server.forget_ways(&anna).await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let code = server.code_of(&anna).await;
    let fields = [("attempt", step.attempt.as_str()), ("code", &code)];
    let answer = browser.submit("/acme/code", &fields).await;
    assert_eq!(answer.redirect(), "/acme/setup");
}
