//! A login that is known goes straight in; what is asked after it is the provider's setting.

use app::wire::{ProblemCode, ProviderKind, SsoFailure, SsoSecondFactor};
use serde_json::json;
use server::storage::testing::each_database;

use super::world::{World, begin, reason};
use crate::{
    harness::{ACME, MINUTE, seconds},
    provider::{Answer, Endpoint, Login, Mischief, TENANT},
};

#[tokio::test]
async fn a_known_login_goes_straight_in() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        for (kind, members) in [
            (ProviderKind::Google, ""),
            (ProviderKind::Office365, TENANT),
            (ProviderKind::Company, ""),
        ] {
            let provider = world
                .offer_with(ACME, kind, |it| it.members = members.to_owned())
                .await;
            let name = format!("anna{}", provider.shown_name().len());
            let login = Login::of(&name).tid(TENANT);
            let person = world.bound(&name, &provider, login).await;
            let browser = world.server.browser();
            let path = world.round(&browser, ACME, kind).await;
            assert_eq!(path, "/acme/desk");
            let session = browser.session().await.session();
            assert_eq!(session.account.id, person.id);
            assert_eq!(session.signed_in_at.as_deref(), Some(provider.shown_name()));
            let events = world.server.events_of(&person).await;
            assert_eq!(
                events[..2],
                ["sign_in.signed_in", "sso.accepted"],
                "{events:?}"
            );
            // Issuer and subject are the key, whatever the address is by now.
            world
                .provider
                .log_in(Login::of(&name).tid(TENANT).email("new@mail.example"));
            let browser = world.server.browser();
            assert_eq!(world.round(&browser, ACME, kind).await, "/acme/desk");
        }
        assert_eq!(world.identities().await, 3);
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_wish_inside_the_company_survives_the_way() {
    let world = World::start().await;
    let provider = world.offer(ProviderKind::Google).await;
    world.bound("anna", &provider, Login::of("anna")).await;
    for (next, path) in [
        ("/acme/profile/security", "/acme/profile/security"),
        ("https://evil.example", "/acme/desk"),
        ("/other/desk", "/acme/desk"),
    ] {
        let browser = world.server.browser();
        let asked = json!({"provider": "google", "next": next});
        let begun = browser.post("companies/acme/sso", asked).await.json();
        assert_eq!(world.come_back(&browser, &begun).await, path);
    }
}

#[tokio::test]
async fn the_second_proof_follows_the_provider_s_setting() {
    let world = World::start().await;
    let provider = world.offer(ProviderKind::Google).await;
    let anna = world.bound("anna", &provider, Login::of("anna")).await;
    let once = || Login::of("anna").amr(&["pwd"]);
    let twice = || Login::of("anna").amr(&["pwd", "otp"]);
    for (setting, login, asks) in [
        ("always", once(), true),
        ("always", twice(), true),
        ("unless_proven", once(), true),
        ("unless_proven", twice(), false),
        ("never", once(), false),
    ] {
        let sql = format!("UPDATE providers SET second_factor = '{setting}'");
        world.server.change(sql).await;
        world.provider.log_in(login);
        world.server.advance(MINUTE);
        let browser = world.server.browser();
        let path = world.round(&browser, ACME, ProviderKind::Google).await;
        if asks {
            assert_eq!(path, "/acme/code", "{setting}");
            let step = browser.get("sign-in").await.code_step();
            let code = world.server.code_of(&anna).await;
            let landing = browser.enter(&step.attempt, &code).await.landing();
            assert_eq!(landing, "/acme/desk");
        } else {
            assert_eq!(path, "/acme/desk", "{setting}");
        }
    }
    assert_eq!(provider.second_factor, SsoSecondFactor::Never);
}

#[tokio::test]
async fn a_trusted_browser_is_not_asked_after_a_provider_either() {
    let world = World::start().await;
    let change = |it: &mut server::storage::Provider| it.second_factor = SsoSecondFactor::Always;
    let provider = world.offer_with(ACME, ProviderKind::Google, change).await;
    world
        .server
        .set_policy(ACME, |policy| policy.trust_days = vec![14])
        .await;
    let anna = world.bound("anna", &provider, Login::of("anna")).await;
    world.server.advance(MINUTE);
    let browser = world.server.browser();
    world.round(&browser, ACME, ProviderKind::Google).await;
    let step = browser.get("sign-in").await.code_step();
    let code = world.server.code_of(&anna).await;
    browser
        .enter_and_trust(&step.attempt, &code, 14)
        .await
        .landing();
    browser.delete("session").await.assert_status(204);
    let path = world.round(&browser, ACME, ProviderKind::Google).await;
    assert_eq!(path, "/acme/desk");
}

#[tokio::test]
async fn whoever_is_barred_is_told_by_their_own_reason() {
    let world = World::start().await;
    let provider = world.offer(ProviderKind::Google).await;
    world.bound("anna", &provider, Login::of("anna")).await;
    for (sql, undo, why) in [
        (
            "UPDATE accounts SET state = 'disabled'",
            "UPDATE accounts SET state = 'enabled'",
            "account_disabled",
        ),
        (
            "UPDATE accounts SET locked_at = 1",
            "UPDATE accounts SET locked_at = NULL",
            "account_locked",
        ),
        (
            "UPDATE presence_lists SET is_default = FALSE",
            "UPDATE presence_lists SET is_default = TRUE",
            "presence_list_missing",
        ),
    ] {
        world.server.change(sql).await;
        let browser = world.server.browser();
        let path = world.round(&browser, ACME, ProviderKind::Google).await;
        assert!(path.starts_with("/acme/stopped?"), "{path}");
        assert_eq!(reason(&path), why);
        browser.session().await.signed_out();
        world.server.change(undo).await;
    }
    // The company is closed while its person is at the provider, and before they go.
    let browser = world.server.browser();
    let begun = begin(&browser, ACME, ProviderKind::Google).await.json();
    world
        .server
        .change("UPDATE companies SET state = 'suspended'")
        .await;
    let path = world.come_back(&browser, &begun).await;
    assert_eq!(reason(&path), "company_closed");
    begin(&browser, ACME, ProviderKind::Google)
        .await
        .problem(ProblemCode::CompanyClosed);
}

#[tokio::test]
async fn only_what_people_see_can_be_begun() {
    let world = World::start().await;
    let hidden = |it: &mut server::storage::Provider| it.live = false;
    world.offer_with(ACME, ProviderKind::Google, hidden).await;
    world.offer(ProviderKind::Company).await;
    let browser = world.server.browser();
    for kind in [ProviderKind::Google, ProviderKind::Office365] {
        begin(&browser, ACME, kind)
            .await
            .assert_status(404)
            .problem(ProblemCode::NoSingleSignOn);
    }
    begin(&browser, "nowhere", ProviderKind::Google)
        .await
        .problem(ProblemCode::UnknownCompany);
    let shown: app::wire::Company = browser.get("companies/acme").await.json();
    assert_eq!(shown.sso, [ProviderKind::Company]);
}

#[tokio::test]
async fn a_provider_that_is_gone_stops_nobody_with_a_password() {
    let world = World::start().await;
    let provider = world.offer(ProviderKind::Google).await;
    let anna = world.bound("anna", &provider, Login::of("anna")).await;
    let browser = world.server.browser();
    let begun = begin(&browser, ACME, ProviderKind::Google).await.json();
    let back = world.address_back(&begun);
    world
        .provider
        .does(Mischief::Answers(Endpoint::Token, Answer::Status(503)));
    let path = super::world::place(&browser.page(&back).await);
    assert_eq!(reason(&path), "sso_provider_down");
    assert!(path.contains("provider=google"), "{path}");
    assert!(world.reasons("sso.failed").await[0].starts_with("google: provider_down"));
    world.server.advance(seconds(61));
    assert_eq!(browser.sign_in(&anna).await, "/acme/desk");
}

#[tokio::test]
async fn a_provider_that_cannot_be_asked_is_said_at_once() {
    let world = World::start().await;
    world.offer(ProviderKind::Company).await;
    world.provider.does(Mischief::Answers(
        Endpoint::Description,
        Answer::Status(500),
    ));
    let answer = begin(&world.server.browser(), ACME, ProviderKind::Company).await;
    let problem = answer.assert_status(502).problem(ProblemCode::SsoFailed);
    assert_eq!(problem.sso, Some(SsoFailure::ProviderDown));
    assert_eq!(world.reasons("sso.failed").await.len(), 1);
}

#[tokio::test]
async fn the_domain_of_an_address_leads_to_its_company_and_says_no_more() {
    let world = World::start().await;
    let provider = world.offer(ProviderKind::Company).await;
    world.offer(ProviderKind::Google).await;
    world.own_domain(ACME, "acme.example").await;
    world.bound("anna", &provider, Login::of("anna")).await;
    for username in ["anna@acme.example", " Nobody@ACME.example "] {
        let browser = world.server.browser();
        let answer = browser.post("sso", json!({"username": username})).await;
        let begun: app::wire::SsoBegun = answer.json();
        assert_eq!((&*begun.company, &*begun.name), (ACME, "Acme ID"));
        assert!(begun.url.contains("login_hint="), "{}", begun.url);
        assert_eq!(world.come_back(&browser, &begun).await, "/acme/desk");
    }
    let browser = world.server.browser();
    for username in ["anna@other.example", "anna@localhost"] {
        let answer = browser.post("sso", json!({"username": username})).await;
        answer
            .assert_status(404)
            .problem(ProblemCode::NoSingleSignOn);
    }
    let answer = browser.post("sso", json!({"username": "anna"})).await;
    answer.problem(ProblemCode::InvalidRequest);
    // A domain whose record is gone leads nowhere.
    world.server.change("UPDATE domains SET lost_at = 1").await;
    let answer = browser
        .post("sso", json!({"username": "anna@acme.example"}))
        .await;
    answer.problem(ProblemCode::NoSingleSignOn);
}
