//! The first time: account and password say whose a login is, and the second proof is always asked.

use app::wire::{ProblemCode, ProviderKind, SsoFailure, Step, TwoFactorMode};
use futures::future::join_all;
use serde_json::json;
use server::storage::testing::each_database;

use super::world::{World, begin, reason, say};
use crate::{
    harness::{ACME, MINUTE, PASSWORD, TestBrowser, WRONG, seconds},
    provider::Login,
};

const GOOGLE: ProviderKind = ProviderKind::Google;

#[tokio::test]
async fn the_first_time_binds_and_the_next_goes_straight_in() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        world.offer(GOOGLE).await;
        let anna = world.server.agent("anna").await;
        world
            .provider
            .log_in(Login::of("g-1").email("anna@mail.example"));
        let browser = world.server.browser();
        let step = world.come_to_bind(&browser, ACME, GOOGLE).await;
        assert_eq!(
            (step.provider, &*step.name, &*step.login, step.passwords),
            (Some(GOOGLE), "Google", "anna@mail.example", true)
        );
        assert!((1..=600).contains(&step.expires_in));
        let code = say(&browser, &step, &anna, PASSWORD).await.code_step();
        assert_eq!(world.identities().await, 0, "not before the second proof");
        // The attempt is the step now.
        assert_eq!(
            browser.get("sign-in").await.code_step().attempt,
            code.attempt
        );
        let typed = world.server.code_of(&anna).await;
        assert_eq!(
            browser.enter(&code.attempt, &typed).await.landing(),
            "/acme/desk"
        );
        let session = browser.session().await.session();
        assert_eq!(session.signed_in_at.as_deref(), Some("Google"));
        let events = world.server.events_of(&anna).await;
        assert!(events.contains(&"sso.bound".to_owned()), "{events:?}");
        let mail = &world.server.mails_to(&anna).await[0];
        assert!(
            mail.subject.contains("Google now opens your account"),
            "{}",
            mail.subject
        );
        assert!(mail.text.contains("anna@mail.example"));

        let other = world.server.browser();
        assert_eq!(world.round(&other, ACME, GOOGLE).await, "/acme/desk");
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn without_a_second_way_the_password_is_enough() {
    let world = World::start().await;
    world.offer(GOOGLE).await;
    world
        .server
        .set_policy(ACME, |policy| policy.mode = TwoFactorMode::Optional)
        .await;
    let anna = world.server.agent("anna").await;
    let browser = world.server.browser();
    let step = world.come_to_bind(&browser, ACME, GOOGLE).await;
    assert_eq!(
        say(&browser, &step, &anna, PASSWORD).await.landing(),
        "/acme/desk"
    );
    assert_eq!(world.identities().await, 1);
}

#[tokio::test]
async fn whatever_is_set_up_is_asked_even_where_the_company_asks_for_nothing() {
    let world = World::start().await;
    world.offer(GOOGLE).await;
    let anna = world.server.agent("anna").await;
    let app = world.server.give_only_app(&anna).await;
    world
        .server
        .set_policy(ACME, |policy| policy.mode = TwoFactorMode::Off)
        .await;
    let browser = world.server.browser();
    let step = world.come_to_bind(&browser, ACME, GOOGLE).await;
    let code = say(&browser, &step, &anna, PASSWORD).await.code_step();
    let typed = app.code(world.server.clock.now());
    browser.enter(&code.attempt, &typed).await.landing();
}

#[tokio::test]
async fn a_trusted_browser_is_asked_all_the_same() {
    let world = World::start().await;
    world.offer(GOOGLE).await;
    world
        .server
        .set_policy(ACME, |policy| policy.trust_days = vec![14])
        .await;
    let anna = world.server.agent("anna").await;
    let browser = world.server.browser();
    let code = browser.begin(&anna).await;
    let typed = world.server.code_of(&anna).await;
    browser
        .enter_and_trust(&code.attempt, &typed, 14)
        .await
        .landing();
    browser.delete("session").await.assert_status(204);
    browser.type_password(&anna, PASSWORD).await.landing();
    browser.delete("session").await.assert_status(204);
    let step = world.come_to_bind(&browser, ACME, GOOGLE).await;
    say(&browser, &step, &anna, PASSWORD).await.code_step();
}

#[tokio::test]
async fn a_wrong_password_is_counted_and_answered_as_at_every_sign_in() {
    let world = World::start().await;
    world.offer(GOOGLE).await;
    let anna = world.server.agent("anna").await;
    let browser = world.server.browser();
    let step = world.come_to_bind(&browser, ACME, GOOGLE).await;
    let before = world.server.compared();
    for account in ["anna", "nobody.at.all"] {
        let body = json!({"attempt": step.attempt, "account": account, "password": WRONG});
        let answer = browser.post("sign-in/bind", body).await;
        answer.problem(ProblemCode::WrongCredentials);
    }
    assert_eq!(world.server.compared(), before + 2);
    browser.guess(&anna, 4).await;
    let answer = say(&browser, &step, &anna, PASSWORD).await;
    answer.problem(ProblemCode::Wait);
    assert_eq!(world.identities().await, 0);
}

#[tokio::test]
async fn it_is_bound_in_its_browser_and_time_only_and_can_be_given_up() {
    let world = World::start().await;
    world.offer(GOOGLE).await;
    let anna = world.server.agent("anna").await;
    let browser = world.server.browser();
    let step = world.come_to_bind(&browser, ACME, GOOGLE).await;
    let other = world.server.browser();
    say(&other, &step, &anna, PASSWORD)
        .await
        .problem(ProblemCode::AttemptOver);
    let foreign = app::wire::BindStep {
        attempt: "other".into(),
        ..step.clone()
    };
    say(&browser, &foreign, &anna, PASSWORD)
        .await
        .problem(ProblemCode::OtherAttempt);
    world.server.advance(MINUTE * 10 + seconds(1));
    say(&browser, &step, &anna, PASSWORD)
        .await
        .problem(ProblemCode::AttemptOver);
    let step = world.come_to_bind(&browser, ACME, GOOGLE).await;
    browser.delete("sign-in").await.assert_status(204);
    assert_eq!(browser.cookie("callgate-sso"), None);
    say(&browser, &step, &anna, PASSWORD)
        .await
        .problem(ProblemCode::AttemptOver);
    browser.get("sign-in").await.assert_status(404);
}

#[tokio::test]
async fn nobody_is_asked_where_nobody_could_answer() {
    let world = World::start().await;
    world.offer(GOOGLE).await;
    world.outsider("anna").await;
    let browser = world.server.browser();
    let path = world.round(&browser, ACME, GOOGLE).await;
    assert_eq!(reason(&path), "sso_unknown_person");
    assert_eq!(
        world.reasons("sso.failed").await,
        ["google: unknown_person"]
    );
}

#[tokio::test]
async fn an_account_has_one_login_at_each_provider() {
    let world = World::start().await;
    let provider = world.offer(GOOGLE).await;
    let anna = world.bound("anna", &provider, Login::of("g-1")).await;
    world.server.agent("bob").await;
    world.provider.log_in(Login::of("g-2"));
    world.server.advance(MINUTE);
    let browser = world.server.browser();
    let step = world.come_to_bind(&browser, ACME, GOOGLE).await;
    let code = say(&browser, &step, &anna, PASSWORD).await.code_step();
    let typed = world.server.code_of(&anna).await;
    let answer = browser.enter(&code.attempt, &typed).await;
    let problem = answer.assert_status(502).problem(ProblemCode::SsoFailed);
    assert_eq!(problem.sso, Some(SsoFailure::Taken));
    browser.session().await.signed_out();
    assert_eq!(world.identities().await, 1);
}

#[tokio::test]
async fn of_two_who_bind_the_same_login_at_once_one_does() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        let second = world.second(&database.url).await;
        world.offer(GOOGLE).await;
        world
            .server
            .set_policy(ACME, |policy| policy.mode = TwoFactorMode::Optional)
            .await;
        let mut waiting = Vec::new();
        for (index, name) in ["anna", "bob", "cleo", "dora"].into_iter().enumerate() {
            let person = world.server.agent(name).await;
            let browser = world.server.browser();
            let step = world.come_to_bind(&browser, ACME, GOOGLE).await;
            let browser: TestBrowser<'_> = if index % 2 == 0 {
                browser
            } else {
                browser.at(&second)
            };
            waiting.push((browser, step, person));
        }
        let answers = join_all(
            waiting
                .iter()
                .map(|(browser, step, person)| say(browser, step, person, PASSWORD)),
        )
        .await;
        let (won, lost): (Vec<_>, Vec<_>) = answers
            .iter()
            .partition(|answer| answer.status.is_success());
        assert_eq!((won.len(), lost.len()), (1, 3), "{answers:?}");
        for answer in lost {
            assert_eq!(answer.any_problem().sso, Some(SsoFailure::Taken));
        }
        assert_eq!(world.identities().await, 1);
        let sessions = "SELECT COUNT(*) FROM sessions";
        assert_eq!(world.server.number(sessions).await, 1);
        second.services.db.close().await;
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_login_that_is_bound_on_the_way_is_bound_once() {
    let world = World::start().await;
    world.offer(GOOGLE).await;
    let anna = world.server.agent("anna").await;
    let browser = world.server.browser();
    let step = world.come_to_bind(&browser, ACME, GOOGLE).await;
    let first = say(&browser, &step, &anna, PASSWORD).await.code_step();
    // Begun anew in the same browser: the same request waits still.
    let answer = say(&browser, &step, &anna, PASSWORD).await;
    let Step::Code(second) = answer.json() else {
        panic!("{answer:?}")
    };
    let code = world.server.code_of(&anna).await;
    browser
        .enter(&first.attempt, &code)
        .await
        .problem(ProblemCode::OtherAttempt);
    world.server.advance(MINUTE);
    browser.resend(&second.attempt).await.code_step();
    let code = world.server.code_of(&anna).await;
    browser.enter(&second.attempt, &code).await.landing();
    say(&browser, &step, &anna, PASSWORD)
        .await
        .problem(ProblemCode::AttemptOver);
    assert_eq!(world.identities().await, 1);
    begin(&browser, ACME, GOOGLE).await.assert_status(200);
}
