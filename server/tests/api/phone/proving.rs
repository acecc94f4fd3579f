//! A sign-in at an identity provider proves whose a Connect user is.

use app::wire::{ProblemCode, ProviderKind, SsoBegun, SsoSecondFactor, Step, TwoFactorMode};
use serde_json::json;
use server::storage::Provider;

use super::door::{ANNA, bindings, claim, come, current, give_phone, say_with, take_passwords};
use crate::{
    harness::{ACME, Answer, MINUTE, PASSWORD, TestBrowser, company},
    provider::Login,
    sso::world::{World, reason},
};

const GOOGLE: ProviderKind = ProviderKind::Google;

async fn world() -> World {
    let world = World::start().await;
    give_phone(&world.server).await;
    world
        .server
        .set_policy(ACME, |policy| policy.mode = TwoFactorMode::Off)
        .await;
    world
}

async fn go(browser: &TestBrowser<'_>, alias: &str, attempt: &str) -> Answer {
    let body = json!({"provider": "google", "binds": attempt});
    browser.post(&format!("companies/{alias}/sso"), body).await
}

#[tokio::test]
async fn a_known_login_binds_the_browser() {
    let world = world().await;
    let provider = world.offer(GOOGLE).await;
    let anna = world.bound("anna", &provider, Login::of("g-1")).await;
    take_passwords(&world.server).await;
    let browser = world.server.browser();
    let here = come(&browser, ANNA).await;
    assert_eq!(here.sso, [GOOGLE]);
    let begun: SsoBegun = go(&browser, ACME, &here.attempt).await.json();
    assert_eq!(world.come_back(&browser, &begun).await, "/acme/summary");
    let session = browser.session().await.session();
    assert_eq!(session.phone_username.as_deref(), Some(ANNA));
    assert_eq!(session.account.username, anna.username);
    assert_eq!(session.signed_in_at.as_deref(), Some("Google"));
    assert_eq!(bindings(&world.server).await, 1);
    browser.delete("session").await.assert_status(204);
    assert_eq!(claim(&browser, ANNA).await.landing(), "/acme/summary");
}

#[tokio::test]
async fn a_login_that_nobody_knows_is_bound_together_with_the_user() {
    let world = world().await;
    world.offer(GOOGLE).await;
    let anna = world.server.agent("anna").await;
    world.server.forget_ways(&anna).await;
    let browser = world.server.browser();
    let here = come(&browser, ANNA).await;
    let begun: SsoBegun = go(&browser, ACME, &here.attempt).await.json();
    assert_eq!(world.come_back(&browser, &begun).await, "/acme/bind");
    let login = current(&browser).await;
    assert_eq!(login.provider, Some(GOOGLE));
    let answer = say_with(&browser, &login, "anna", PASSWORD).await;
    assert_eq!(answer.landing(), "/acme/summary");
    assert_eq!(
        (world.identities().await, bindings(&world.server).await),
        (1, 1)
    );
}

#[tokio::test]
async fn a_user_of_somebody_else_is_refused_there_too() {
    let world = world().await;
    let provider = world.offer(GOOGLE).await;
    world.bound("anna", &provider, Login::of("g-1")).await;
    let bob = world.server.agent("bob").await;
    let first = world.server.browser();
    let here = come(&first, ANNA).await;
    let answer = say_with(&first, &here, &bob.username, PASSWORD).await;
    match answer.json() {
        Step::SignedIn { .. } => {}
        Step::Code(step) => {
            let code = world.server.code_of(&bob).await;
            first.enter(&step.attempt, &code).await.landing();
        }
        _ => panic!("{answer:?}"),
    }
    let browser = world.server.browser();
    let here = come(&browser, ANNA).await;
    let begun: SsoBegun = go(&browser, ACME, &here.attempt).await.json();
    let path = world.come_back(&browser, &begun).await;
    assert_eq!(reason(&path), "phone_taken");
    assert!(
        path.contains("&account=anna&claimed=Anna.Connect"),
        "{path}"
    );
    assert!(!path.contains("&phone="), "{path}");
    browser.page(&path).await.assert_status(200);
    browser.session().await.signed_out();
    // The claim waits for another account.
    assert_eq!(current(&browser).await.attempt, here.attempt);
    assert_eq!(bindings(&world.server).await, 1);
}

#[tokio::test]
async fn an_account_that_is_another_user_is_refused_with_both_named() {
    let world = world().await;
    let provider = world.offer(GOOGLE).await;
    world.bound("anna", &provider, Login::of("g-1")).await;
    let first = world.server.browser();
    let here = come(&first, ANNA).await;
    let begun: SsoBegun = go(&first, ACME, &here.attempt).await.json();
    assert_eq!(world.come_back(&first, &begun).await, "/acme/summary");
    let browser = world.server.browser();
    let here = come(&browser, "bob+co").await;
    let begun: SsoBegun = go(&browser, ACME, &here.attempt).await.json();
    let path = world.come_back(&browser, &begun).await;
    assert_eq!(reason(&path), "phone_mismatch");
    let named = "&account=anna&claimed=bob%2Bco&phone=Anna.Connect";
    assert!(path.ends_with(named), "{path}");
    let page = browser.page(&path).await;
    let text = page.assert_status(200).text();
    assert!(text.contains("bob+co") && text.contains(ANNA), "{text}");
    browser.session().await.signed_out();
}

#[tokio::test]
async fn only_what_waits_in_this_browser_for_this_company_is_proven() {
    let world = world().await;
    world.offer(GOOGLE).await;
    world.server.add_company(company("beta")).await;
    world.offer_with("beta", GOOGLE, |_| {}).await;
    let browser = world.server.browser();
    go(&browser, ACME, "x")
        .await
        .assert_status(409)
        .problem(ProblemCode::AttemptOver);
    let here = come(&browser, ANNA).await;
    go(&browser, ACME, "x")
        .await
        .problem(ProblemCode::OtherAttempt);
    go(&browser, "beta", &here.attempt)
        .await
        .problem(ProblemCode::OtherAttempt);
    go(&world.server.browser(), ACME, &here.attempt)
        .await
        .problem(ProblemCode::AttemptOver);
    // Without a word of it a sign-in there proves nothing of Amazon Connect, and ends what was claimed.
    let provider = world
        .server
        .services
        .db
        .provider(&server::storage::CompanyId("company-acme".into()), GOOGLE)
        .await;
    let provider = provider.expect("answers").expect("there is one");
    world.bound("anna", &provider, Login::of("g-1")).await;
    come(&browser, ANNA).await;
    assert_eq!(world.round(&browser, ACME, GOOGLE).await, "/acme/desk");
    let session = browser.session().await.session();
    assert_eq!(session.phone_username, None);
    assert_eq!(bindings(&world.server).await, 0);
    assert_eq!(browser.get("sign-in").await.landing(), "/acme/desk");
}

#[tokio::test]
async fn neither_a_trusted_browser_nor_a_policy_without_proofs_stands_for_binding() {
    let world = World::start().await;
    let server = &world.server;
    give_phone(server).await;
    let always = |it: &mut Provider| it.second_factor = SsoSecondFactor::Always;
    let provider = world.offer_with(ACME, GOOGLE, always).await;
    let anna = world.bound("anna", &provider, Login::of("g-1")).await;
    server
        .set_policy(ACME, |policy| policy.mode = TwoFactorMode::Off)
        .await;
    server.advance(MINUTE);
    let browser = server.browser();
    let here = come(&browser, ANNA).await;
    let begun: SsoBegun = go(&browser, ACME, &here.attempt).await.json();
    assert_eq!(world.come_back(&browser, &begun).await, "/acme/code");

    server
        .set_policy(ACME, |policy| {
            policy.mode = TwoFactorMode::Required;
            policy.trust_days = vec![14];
        })
        .await;
    server.advance(MINUTE);
    let browser = server.browser();
    let code = browser.begin(&anna).await;
    let typed = server.code_of(&anna).await;
    browser
        .enter_and_trust(&code.attempt, &typed, 14)
        .await
        .landing();
    browser.delete("session").await.assert_status(204);
    let here = come(&browser, ANNA).await;
    let begun: SsoBegun = go(&browser, ACME, &here.attempt).await.json();
    assert_eq!(world.come_back(&browser, &begun).await, "/acme/code");
    assert_eq!(bindings(server).await, 0);
    // Without a claim it stands for the proof as ever.
    assert_eq!(world.round(&browser, ACME, GOOGLE).await, "/acme/desk");
}
