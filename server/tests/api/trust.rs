//! "Don't ask again for N days": what a browser is trusted with, by whom, and when it ends.

use app::wire::{Method, ProblemCode, Strict};
use serde_json::json;

use crate::harness::{ACME, HOUR, PASSWORD, Person, TestBrowser, TestServer, Who, company};

const BROWSER: &str = "callgate-browser";

async fn with_trust(days: &[u16]) -> TestServer {
    let server = TestServer::start().await;
    let days = days.to_vec();
    server
        .set_policy(ACME, |policy| policy.trust_days = days)
        .await;
    server
}

/// Signs in with a mailed code and asks not to be asked again.
async fn trust(server: &TestServer, browser: &TestBrowser<'_>, person: &Person, days: u16) {
    let step = browser.begin(person).await;
    let code = server.code_of(person).await;
    browser
        .enter_and_trust(&step.attempt, &code, days)
        .await
        .landing();
}

#[tokio::test]
async fn a_trusted_browser_is_not_asked_until_the_days_are_over() {
    let server = with_trust(&[14, 30]).await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    assert_eq!(step.trust_days, [14, 30]);
    let code = server.code_of(&anna).await;
    for not_offered in [0, 7, 60, 90] {
        browser
            .enter_and_trust(&step.attempt, &code, not_offered)
            .await
            .assert_status(400)
            .problem(ProblemCode::InvalidRequest);
    }
    assert_eq!(server.code_failures(&anna).await, 0);
    browser
        .enter_and_trust(&step.attempt, &code, 14)
        .await
        .landing();
    server.advance(13 * 24 * HOUR);
    let browser = browser.from([198, 51, 100, 4]);
    browser.type_password(&anna, PASSWORD).await.landing();
    let events = server.events_of(&anna).await;
    assert!(events.contains(&"browser.trusted".into()), "{events:?}");
    assert!(events.contains(&"browser.trust_used".into()), "{events:?}");
    let used =
        "SELECT COUNT(*) FROM trusts WHERE address = '198.51.100.4' AND last_used_at > granted_at";
    assert_eq!(server.number(used).await, 1);
    assert_eq!(server.codes_mailed_to(&anna).await, 1);
    // Using it does not lengthen it.
    server.advance(24 * HOUR);
    browser.begin(&anna).await;
}

#[tokio::test]
async fn another_browser_is_asked() {
    let server = with_trust(&[30]).await;
    let anna = server.agent("anna").await;
    trust(&server, &server.browser(), &anna, 30).await;
    server.advance(HOUR);
    server.browser().begin(&anna).await;
}

#[tokio::test]
async fn its_cookie_is_worth_nothing_for_another_account_or_company() {
    let server = with_trust(&[30]).await;
    let mut beta = company("beta");
    beta.policy.trust_days = "30".into();
    server.add_company(beta).await;
    let anna = server.agent("anna").await;
    let bob = server.agent("bob").await;
    let namesake = server.person("beta", "anna", Who::Agent).await;
    let browser = server.browser();
    trust(&server, &browser, &anna, 30).await;
    let cookie = browser.cookie(BROWSER).expect("a browser is known");
    for other in [&bob, &namesake] {
        let thief = server.browser();
        thief.set_cookie(BROWSER, &cookie);
        thief.begin(other).await;
        browser.begin(other).await;
    }
    browser.type_password(&anna, PASSWORD).await.landing();
}

#[tokio::test]
async fn a_shorter_policy_shortens_what_was_granted_and_a_longer_one_lengthens_nothing() {
    let server = with_trust(&[14, 90]).await;
    let anna = server.agent("anna").await;
    let bob = server.agent("bob").await;
    let (annas, bobs) = (server.browser(), server.browser());
    trust(&server, &annas, &anna, 90).await;
    trust(&server, &bobs, &bob, 14).await;
    server.advance(13 * 24 * HOUR);
    server
        .set_policy(ACME, |policy| policy.trust_days = vec![60])
        .await;
    annas.type_password(&anna, PASSWORD).await.landing();
    server.advance(24 * HOUR);
    bobs.begin(&bob).await;
    annas.type_password(&anna, PASSWORD).await.landing();
    server
        .set_policy(ACME, |policy| policy.trust_days = vec![14])
        .await;
    annas.begin(&anna).await;
}

#[tokio::test]
async fn what_a_policy_shortened_stays_short_when_it_is_lengthened_again() {
    let server = with_trust(&[90]).await;
    let (ada, anna) = (server.admin("ada").await, server.agent("anna").await);
    let annas = server.browser();
    trust(&server, &annas, &anna, 90).await;
    let console = server.browser();
    console.sign_in(&ada).await;
    for days in [vec![14], vec![14, 90]] {
        let policy = json!({
            "mode": "required", "methods": ["email", "app"], "trust_days": days,
            "strict": "nobody", "admin_code_minutes": 15
        });
        let saved = console.put("policy/two-factor", policy).await;
        saved.assert_status(200);
    }
    server.advance(13 * 24 * HOUR);
    annas.type_password(&anna, PASSWORD).await.landing();
    server.advance(24 * HOUR);
    annas.begin(&anna).await;
}

#[tokio::test]
async fn without_choices_and_under_strict_rules_every_browser_is_asked() {
    for strict in [false, true] {
        let server = with_trust(&[30]).await;
        let anna = server.agent("anna").await;
        server.give_app(&anna).await;
        let browser = server.browser();
        trust(&server, &browser, &anna, 30).await;
        server
            .set_policy(ACME, |policy| {
                if strict {
                    policy.strict = Strict::Everyone;
                } else {
                    policy.trust_days = Vec::new();
                }
            })
            .await;
        let step = browser.begin(&anna).await;
        assert!(step.trust_days.is_empty());
        if strict {
            assert_eq!(step.methods, [Method::App]);
        }
    }
}

#[tokio::test]
async fn a_change_of_what_is_set_up_ends_it() {
    let server = with_trust(&[30]).await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    trust(&server, &browser, &anna, 30).await;
    server
        .change("UPDATE accounts SET security_version = security_version + 1")
        .await;
    server.advance(HOUR);
    browser.begin(&anna).await;
}

#[tokio::test]
async fn a_lock_stops_a_trusted_browser_too() {
    let server = with_trust(&[30]).await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    trust(&server, &browser, &anna, 30).await;
    server.advance(HOUR);
    server.browser().fail_codes(&anna, 5).await;
    browser
        .type_password(&anna, PASSWORD)
        .await
        .problem(ProblemCode::AccountLocked);
}

#[tokio::test]
async fn it_never_stands_for_setting_something_up() {
    let server = with_trust(&[30]).await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    trust(&server, &browser, &anna, 30).await;
    server.advance(HOUR);
    server
        .set_policy(ACME, |policy| policy.methods = vec![Method::App])
        .await;
    let step = browser.begin(&anna).await;
    assert_eq!(step.methods, [Method::Email]);
    let code = server.code_of(&anna).await;
    browser.enter(&step.attempt, &code).await.setup_step();
}

#[tokio::test]
async fn ended_ones_are_cleared_away() {
    let server = with_trust(&[14]).await;
    let anna = server.agent("anna").await;
    trust(&server, &server.browser(), &anna, 14).await;
    server.advance(14 * 24 * HOUR);
    server.jobs().purge().await.expect("purges");
    assert_eq!(server.number("SELECT COUNT(*) FROM trusts").await, 1);
    server.advance(2 * 24 * HOUR);
    server.jobs().purge().await.expect("purges");
    assert_eq!(server.number("SELECT COUNT(*) FROM trusts").await, 0);
}

#[tokio::test]
async fn the_form_without_scripts_chooses_it_too() {
    let server = with_trust(&[14, 30]).await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let step = browser.begin(&anna).await;
    let code = server.code_of(&anna).await;
    // Both boxes ticked: nobody meant to be trusted for longer than the shorter time.
    let fields = [
        ("attempt", step.attempt.as_str()),
        ("code", &code),
        ("trust_days", "30"),
        ("trust_days", "14"),
    ];
    let answer = browser.submit("/acme/code", &fields).await;
    assert_eq!(answer.redirect(), "/acme/desk");
    browser.type_password(&anna, PASSWORD).await.landing();
    let not_a_number = [("attempt", "x"), ("code", "1"), ("trust_days", "soon")];
    browser
        .submit("/acme/code", &not_a_number)
        .await
        .problem(ProblemCode::InvalidRequest);
    let nothing = json!({"attempt": "x", "code": "1", "trust_days": "14"});
    browser
        .post("sign-in/code", nothing)
        .await
        .problem(ProblemCode::InvalidRequest);
}
