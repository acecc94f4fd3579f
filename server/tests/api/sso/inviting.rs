//! An invitation that is accepted at a provider: the link is used up by what came back, and by nothing before.

use app::wire::{Invitation, ProblemCode, ProviderKind, SsoBegun};
use serde_json::{Value, json};

use super::world::{World, reason};
use crate::{
    harness::{ACME, Answer, HOUR, Person, TestBrowser, Who},
    provider::{Login, Mischief},
};

const GOOGLE: ProviderKind = ProviderKind::Google;

/// Invites somebody new as an administrator; answers the link's secret.
async fn invited(world: &World, name: &str, sso_only: bool) -> (Person, String) {
    let admin = world.server.browser();
    let max = world.server.person(ACME, "max", Who::Admin).await;
    admin.sign_in(&max).await;
    let email = format!("{name}@mail.example");
    let new = json!({
        "name": name, "email": email, "username": name, "roles": ["agent"], "phone": "none",
        "invite": false, "sso_only": sso_only
    });
    let made: Value = admin.post("users", new).await.json();
    let id = made["user"]["id"].as_str().expect("an id").to_owned();
    admin
        .post(&format!("users/{id}/invite"), json!({}))
        .await
        .assert_status(200);
    let person = Person {
        id,
        alias: ACME.into(),
        username: name.into(),
        email,
    };
    let mail = world.server.mails_to(&person).await.remove(0);
    let (_, rest) = mail.text.split_once("/invitation?token=").expect("a link");
    let token = rest.split_whitespace().next().expect("a secret");
    (person, token.to_owned())
}

async fn go(browser: &TestBrowser<'_>, token: &str) -> Answer {
    let body = json!({"token": token, "provider": "google"});
    browser.post("invitations/sso", body).await
}

async fn look(world: &World, token: &str) -> Answer {
    let browser = world.server.browser();
    browser
        .post("invitations/look", json!({"token": token}))
        .await
}

#[tokio::test]
async fn an_invited_person_comes_in_by_a_provider_instead_of_a_password() {
    for sso_only in [false, true] {
        let world = World::start().await;
        world.offer(GOOGLE).await;
        let (ines, token) = invited(&world, "ines", sso_only).await;
        let shown: Invitation = look(&world, &token).await.json();
        assert_eq!(shown.passwords, !sso_only);
        assert_eq!(shown.providers[0].name, "Google");
        if sso_only {
            let accept = json!({"token": token, "password": "nine quiet harbours"});
            let answer = world
                .server
                .browser()
                .post("invitations/accept", accept)
                .await;
            answer.problem(ProblemCode::PasswordsOff);
        }
        let browser = world.server.browser();
        world
            .provider
            .log_in(Login::of("s-9").email("private@mail.example"));
        let begun: SsoBegun = go(&browser, &token).await.json();
        look(&world, &token).await.assert_status(200);
        assert_eq!(world.come_back(&browser, &begun).await, "/acme/desk");
        let session = browser.session().await.session();
        assert_eq!(session.account.id, ines.id);
        look(&world, &token).await.assert_status(410);
        let events = world.server.events_of(&ines).await;
        for kind in ["sso.bound", "account.accepted"] {
            assert!(events.iter().any(|it| it == kind), "{kind} in {events:?}");
        }
        let state = "SELECT COUNT(*) FROM accounts WHERE username = 'ines' AND state = ";
        let wanted = if sso_only { "'sso_only'" } else { "'enabled'" };
        assert_eq!(world.server.number(format!("{state}{wanted}")).await, 1);
        let again = world.server.browser();
        assert_eq!(world.round(&again, ACME, GOOGLE).await, "/acme/desk");
    }
}

#[tokio::test]
async fn a_link_survives_whatever_goes_wrong_there() {
    let world = World::start().await;
    let provider = world.offer(GOOGLE).await;
    world.bound("anna", &provider, Login::of("s-1")).await;
    let (_, token) = invited(&world, "ines", false).await;
    let browser = world.server.browser();
    world
        .provider
        .does(Mischief::Denies("access_denied", "the person said no"));
    let begun: SsoBegun = go(&browser, &token).await.json();
    assert_eq!(
        reason(&world.come_back(&browser, &begun).await),
        "sso_refused"
    );
    world.provider.behaves();
    // Somebody else's login.
    world.provider.log_in(Login::of("s-1"));
    let begun: SsoBegun = go(&browser, &token).await.json();
    assert_eq!(
        reason(&world.come_back(&browser, &begun).await),
        "sso_taken"
    );
    look(&world, &token).await.assert_status(200);
    assert_eq!(world.identities().await, 1);
    world.provider.log_in(Login::of("s-2"));
    let begun: SsoBegun = go(&browser, &token).await.json();
    assert_eq!(world.come_back(&browser, &begun).await, "/acme/desk");
    go(&browser, &token).await.assert_status(410);
}

#[tokio::test]
async fn a_link_that_ends_meanwhile_opens_nothing() {
    let world = World::start().await;
    world.offer(GOOGLE).await;
    let (_, token) = invited(&world, "ines", false).await;
    world
        .server
        .advance(HOUR * 24 - std::time::Duration::from_secs(5));
    let browser = world.server.browser();
    let begun: SsoBegun = go(&browser, &token).await.json();
    world.server.advance(std::time::Duration::from_secs(5));
    assert_eq!(reason(&world.come_back(&browser, &begun).await), "sso_over");
    assert_eq!(world.identities().await, 0);
    go(&browser, &token).await.problem(ProblemCode::LinkExpired);
}

#[tokio::test]
async fn people_who_sign_in_outside_only_are_invited_only_where_that_leads_somewhere() {
    let world = World::start().await;
    let max = world.server.person(ACME, "max", Who::Admin).await;
    let anna = world.outsider("anna").await;
    let admin = world.server.browser();
    admin.sign_in(&max).await;
    let path = format!("users/{}/invite", anna.id);
    admin
        .post(&path, json!({}))
        .await
        .problem(ProblemCode::NothingToDo);
    world.offer(GOOGLE).await;
    admin.post(&path, json!({})).await.assert_status(200);
    let mail = world.server.mails_to(&anna).await.remove(0);
    assert!(mail.text.contains("You need no password"), "{}", mail.text);
    let (_, rest) = mail.text.split_once("/invitation?token=").expect("a link");
    let token = rest.split_whitespace().next().expect("a secret").to_owned();
    let taken_back = format!("users/{}/invitation", anna.id);
    admin.delete(&taken_back).await.assert_status(200);
    look(&world, &token).await.assert_status(410);
    let state = "SELECT COUNT(*) FROM accounts WHERE username = 'anna' AND state = 'sso_only'";
    assert_eq!(world.server.number(state).await, 1);
}
