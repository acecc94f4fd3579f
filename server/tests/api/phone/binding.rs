//! The first time on a browser: account, password and code say whose a Connect user is.

use app::wire::{ProblemCode, Role};
use serde_json::json;

use super::door::{
    ANNA, ask_less, bind, bindings, bound, claim, claim_at, come, current, each_server, finish,
    nothing_waits, plain, say, say_with, sessions, start,
};
use crate::harness::{ACME, HOUR, MINUTE, PASSWORD, WRONG, Who, company, other_than, seconds};

#[tokio::test]
async fn the_first_time_asks_whose_it_is_and_the_next_does_not() {
    each_server(async |server| {
        let anna = server.agent("anna").await;
        let browser = server.browser();
        let step = come(&browser, ANNA).await;
        assert_eq!(
            (step.provider, &*step.name, &*step.login, &*step.company),
            (None, "Amazon Connect", ANNA, ACME)
        );
        assert!(step.passwords && step.can_join);
        assert!(!step.mailed && !step.asked_to_join && step.sso.is_empty());
        assert!((1..=1800).contains(&step.expires_in));
        assert_eq!(current(&browser).await.attempt, step.attempt);
        let code = say(&browser, &step, &anna).await.code_step();
        assert_eq!(bindings(server).await, 0, "not before the second proof");
        // The attempt is the step now.
        assert_eq!(
            browser.get("sign-in").await.code_step().attempt,
            code.attempt
        );
        let typed = server.code_of(&anna).await;
        assert_eq!(
            browser.enter(&code.attempt, &typed).await.landing(),
            "/acme/summary"
        );
        assert_eq!(browser.cookie("callgate-phone"), None);
        let session = browser.session().await.session();
        assert_eq!(session.phone_username.as_deref(), Some(ANNA));
        assert_eq!(session.roles, [Role::Agent]);
        assert_eq!(session.landing, "/acme/desk");
        assert_eq!(bindings(server).await, 1);
        let events = server.events_of(&anna).await;
        assert!(events.contains(&"phone.bound".to_owned()), "{events:?}");
        let mail = &server.mails_to(&anna).await[0];
        assert!(
            mail.subject.contains("Amazon Connect now opens"),
            "{mail:?}"
        );
        assert!(mail.text.contains(ANNA));

        browser.delete("session").await.assert_status(204);
        nothing_waits(&browser).await;
        ask_less(server).await;
        server.forget_ways(&anna).await;
        // However it is written this time.
        assert_eq!(
            claim(&browser, " anna.CONNECT ").await.landing(),
            "/acme/summary"
        );
        let events = server.events_of(&anna).await;
        assert!(events.contains(&"phone.used".to_owned()), "{events:?}");
        assert_eq!(
            server.number("SELECT COUNT(*) FROM phone_claims").await,
            0,
            "each is used up"
        );
    })
    .await;
}

#[tokio::test]
async fn where_somebody_wanted_to_go_comes_after_the_summary() {
    let server = start().await;
    ask_less(&server).await;
    let anna = plain(&server, "anna").await;
    let browser = server.browser();
    let wish = json!({"username": ANNA, "next": "/acme/desk?call=1"});
    let step = super::door::step(&claim_at(&browser, ACME, wish.clone()).await);
    let landing = say(&browser, &step, &anna).await.landing();
    assert_eq!(landing, "/acme/summary?next=%2Facme%2Fdesk%3Fcall%3D1");
    let landing = claim_at(&browser, ACME, wish).await.landing();
    assert_eq!(landing, "/acme/summary?next=%2Facme%2Fdesk%3Fcall%3D1");
    for elsewhere in ["https://evil.example", "/beta/desk", "/acme/../beta", ""] {
        let wish = json!({"username": ANNA, "next": elsewhere});
        let landing = claim_at(&browser, ACME, wish).await.landing();
        assert_eq!(landing, "/acme/summary", "{elsewhere}");
    }
}

#[tokio::test]
async fn only_companies_with_a_phone_that_are_open_take_it() {
    let server = start().await;
    server.add_company(company("beta")).await;
    let browser = server.browser();
    for (alias, code) in [
        ("beta", ProblemCode::NotFound),
        ("nobody", ProblemCode::UnknownCompany),
        ("No%00Alias", ProblemCode::UnknownCompany),
    ] {
        let answer = claim_at(&browser, alias, json!({"username": ANNA})).await;
        answer.problem(code);
    }
    let long = "x".repeat(101);
    for username in [
        "",
        "  ",
        "an\u{0}na",
        "an\nna",
        "an\u{200b}na",
        "an\u{202e}na",
        long.as_str(),
    ] {
        claim(&browser, username)
            .await
            .problem(ProblemCode::InvalidRequest);
    }
    come(&browser, &"ü".repeat(100)).await;
    server
        .change("UPDATE companies SET state = 'suspended' WHERE alias = 'acme'")
        .await;
    claim(&browser, ANNA)
        .await
        .problem(ProblemCode::CompanyClosed);
    let step = browser.get("sign-in").await;
    let step = super::door::step(&step);
    let anna = server.agent("anna").await;
    say(&browser, &step, &anna)
        .await
        .problem(ProblemCode::CompanyClosed);
    assert_eq!(bindings(&server).await, 0);
}

#[tokio::test]
async fn known_and_unknown_are_told_and_cost_the_same() {
    let server = start().await;
    let anna = server.agent("anna").await;
    bound(&server, &anna, ANNA).await;
    let browser = server.browser();
    // Whether the Connect user is somebody's already is not told either.
    let known = come(&browser, ANNA).await;
    let unknown = come(&browser, "nobody.at.all").await;
    let rest = |mut step: app::wire::BindStep| {
        step.attempt.clear();
        step.login.clear();
        step
    };
    assert_eq!(rest(known), rest(unknown.clone()));
    let before = server.compared();
    for account in ["anna", "nobody.at.all"] {
        say_with(&browser, &unknown, account, WRONG)
            .await
            .problem(ProblemCode::WrongCredentials);
    }
    assert_eq!(server.compared(), before + 2);
    browser.guess(&anna, 4).await;
    say(&browser, &unknown, &anna)
        .await
        .problem(ProblemCode::Wait);
}

#[tokio::test]
async fn an_account_has_one_user_there_and_a_user_one_account() {
    each_server(async |server| {
        ask_less(server).await;
        let anna = plain(server, "anna").await;
        let bob = plain(server, "bob").await;
        bound(server, &anna, ANNA).await;
        let browser = server.browser();
        let step = come(&browser, "somebody.else").await;
        let answer = say(&browser, &step, &anna).await;
        let problem = answer
            .assert_status(409)
            .problem(ProblemCode::PhoneMismatch);
        assert_eq!(problem.phone.as_deref(), Some(ANNA));
        assert_eq!(problem.claimed.as_deref(), Some("somebody.else"));
        assert_eq!(problem.account.as_deref(), Some("anna"));
        browser.session().await.signed_out();
        // It waits for the right account.
        assert_eq!(current(&browser).await.attempt, step.attempt);
        assert_eq!(say(&browser, &step, &bob).await.landing(), "/acme/summary");

        let other = server.browser();
        let step = come(&other, "ANNA.connect").await;
        let carl = plain(server, "carl").await;
        let answer = say(&other, &step, &carl).await;
        let problem = answer.assert_status(409).problem(ProblemCode::PhoneTaken);
        assert_eq!(problem.claimed.as_deref(), Some("ANNA.connect"));
        assert_eq!(problem.account.as_deref(), Some("carl"));
        // Whose it is instead is not told to somebody who has not proven to be them.
        assert_eq!(problem.phone, None);
        assert!(!answer.text().contains("anna\""), "{answer:?}");
        other.session().await.signed_out();
        let events = server.events_of(&carl).await;
        assert!(events.contains(&"phone.mismatch".to_owned()), "{events:?}");
        assert_eq!(say(&other, &step, &anna).await.landing(), "/acme/summary");
        assert_eq!(bindings(server).await, 3);
    })
    .await;
}

#[tokio::test]
async fn a_mismatch_is_told_after_the_whole_proof_only() {
    let server = start().await;
    let anna = server.agent("anna").await;
    bound(&server, &anna, ANNA).await;
    server.advance(MINUTE);
    let browser = server.browser();
    let step = come(&browser, "somebody.else").await;
    let code = say(&browser, &step, &anna).await.code_step();
    let right = server.code_of(&anna).await;
    let wrong = browser.enter(&code.attempt, &other_than(&right)).await;
    let problem = wrong.problem(ProblemCode::WrongCode);
    assert_eq!((problem.phone, problem.claimed), (None, None));
    browser
        .enter(&code.attempt, &right)
        .await
        .problem(ProblemCode::PhoneMismatch);
    browser
        .enter(&code.attempt, &right)
        .await
        .problem(ProblemCode::AttemptOver);
    assert_eq!(current(&browser).await.attempt, step.attempt);
}

#[tokio::test]
async fn an_administrator_who_is_no_agent_has_no_use_for_it() {
    let server = start().await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    let step = come(&browser, "ada.connect").await;
    say(&browser, &step, &ada)
        .await
        .assert_status(403)
        .problem(ProblemCode::Forbidden);
    assert_eq!(bindings(&server).await, 0);
    let events = server.events_of(&ada).await;
    assert_eq!(events[0], "sign_in.refused");
    // Who is both comes to the desk.
    let both = server.person(ACME, "both", Who::Both).await;
    let answer = say(&browser, &step, &both).await;
    assert_eq!(
        finish(&server, &browser, &both, answer).await,
        "/acme/summary"
    );
}

#[tokio::test]
async fn a_trusted_browser_is_asked_all_the_same() {
    let server = start().await;
    server
        .set_policy(ACME, |policy| policy.trust_days = vec![14])
        .await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let code = browser.begin(&anna).await;
    let typed = server.code_of(&anna).await;
    browser
        .enter_and_trust(&code.attempt, &typed, 14)
        .await
        .landing();
    browser.delete("session").await.assert_status(204);
    let step = come(&browser, ANNA).await;
    let answer = say(&browser, &step, &anna).await;
    answer.code_step();
    finish(&server, &browser, &anna, answer).await;
    browser.delete("session").await.assert_status(204);
    // From then on trust counts as after a password.
    assert_eq!(claim(&browser, ANNA).await.landing(), "/acme/summary");
}

#[tokio::test]
async fn what_somebody_has_set_up_is_asked_even_where_the_company_asks_for_nothing() {
    let server = start().await;
    let anna = server.agent("anna").await;
    let app = server.give_only_app(&anna).await;
    server
        .set_policy(ACME, |policy| policy.mode = app::wire::TwoFactorMode::Off)
        .await;
    let browser = server.browser();
    let step = come(&browser, ANNA).await;
    let code = say(&browser, &step, &anna).await.code_step();
    let typed = app.code(server.clock.now());
    assert_eq!(
        browser.enter(&code.attempt, &typed).await.landing(),
        "/acme/summary"
    );
}

#[tokio::test]
async fn a_claim_is_of_its_browser_and_time_and_the_newest_counts() {
    let server = start().await;
    ask_less(&server).await;
    let anna = plain(&server, "anna").await;
    let browser = server.browser();
    let step = come(&browser, ANNA).await;
    let other = server.browser();
    say(&other, &step, &anna)
        .await
        .problem(ProblemCode::AttemptOver);
    come(&other, "bob.connect").await;
    say(&other, &step, &anna)
        .await
        .problem(ProblemCode::OtherAttempt);
    // Secure Login once more, as in a second tab.
    let newer = come(&browser, ANNA).await;
    say(&browser, &step, &anna)
        .await
        .problem(ProblemCode::OtherAttempt);
    browser.delete("sign-in").await.assert_status(204);
    assert_eq!(browser.cookie("callgate-phone"), None);
    say(&browser, &newer, &anna)
        .await
        .problem(ProblemCode::AttemptOver);
    nothing_waits(&browser).await;
    let step = come(&browser, ANNA).await;
    server.advance(MINUTE * 30 + seconds(1));
    say(&browser, &step, &anna)
        .await
        .problem(ProblemCode::AttemptOver);
    assert_eq!((bindings(&server).await, sessions(&server).await), (0, 0));
}

#[tokio::test]
async fn a_code_for_a_claim_that_was_replaced_ends_nowhere() {
    let server = start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let step = come(&browser, ANNA).await;
    let code = say(&browser, &step, &anna).await.code_step();
    let tab = browser.twin();
    come(&tab, "somebody.else").await;
    let typed = server.code_of(&anna).await;
    browser
        .enter(&code.attempt, &typed)
        .await
        .problem(ProblemCode::AttemptOver);
    assert_eq!((bindings(&server).await, sessions(&server).await), (0, 0));
}

#[tokio::test]
async fn a_password_that_must_change_changes_on_the_way() {
    let server = start().await;
    let anna = server.agent("anna").await;
    let end = server.clock.now().plus(HOUR).0;
    server
        .change(format!(
            "UPDATE accounts SET password_temporary_until = {end} WHERE id = '{}'",
            anna.id
        ))
        .await;
    let browser = server.browser();
    let step = come(&browser, ANNA).await;
    let answer = say(&browser, &step, &anna).await;
    let app::wire::Step::ChangePassword(change) = answer.json() else {
        panic!("{answer:?}")
    };
    let new = json!({"attempt": change.attempt, "password": "seven silent ferries"});
    let answer = browser.post("sign-in/password", new).await;
    assert_eq!(
        finish(&server, &browser, &anna, answer).await,
        "/acme/summary"
    );
    assert_eq!(bindings(&server).await, 1);
}

#[tokio::test]
async fn it_works_without_scripts_from_there_on() {
    let server = start().await;
    ask_less(&server).await;
    let anna = plain(&server, "anna").await;
    let browser = server.browser();
    let step = come(&browser, ANNA).await;
    let fields = |password| {
        [
            ("attempt", step.attempt.as_str()),
            ("account", anna.username.as_str()),
            ("password", password),
        ]
    };
    let answer = browser.submit("/acme/bind", &fields(WRONG)).await;
    answer.assert_status(401);
    let answer = browser.submit("/acme/bind", &fields(PASSWORD)).await;
    assert_eq!(answer.redirect(), "/acme/summary");
    come(&browser, "somebody.else").await;
    let answer = browser.submit("/acme/bind", &[("action", "cancel")]).await;
    assert_eq!(answer.redirect(), "/acme");
    assert_eq!(browser.cookie("callgate-phone"), None);
}

#[tokio::test]
async fn what_waited_in_vain_is_forgotten() {
    let server = start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    bind(&server, &browser, &anna, ANNA).await;
    come(&server.browser(), ANNA).await;
    server.advance(HOUR * 24 * 32);
    server.jobs().purge().await.expect("purges");
    for table in ["bindings", "phone_claims"] {
        let count = server.number(format!("SELECT COUNT(*) FROM {table}")).await;
        assert_eq!(count, 0, "{table}");
    }
}

#[tokio::test]
async fn a_sign_in_without_it_ends_what_was_claimed() {
    let server = start().await;
    ask_less(&server).await;
    let anna = plain(&server, "anna").await;
    let browser = server.browser();
    come(&browser, ANNA).await;
    browser.type_password(&anna, PASSWORD).await.landing();
    assert_eq!(browser.cookie("callgate-phone"), None);
    assert_eq!(browser.get("sign-in").await.landing(), "/acme/desk");
    let claims = server.number("SELECT COUNT(*) FROM phone_claims").await;
    assert_eq!(claims, 0);
}
