//! Companies that sign in outside only, and the way past that which administrators keep.

use app::wire::{ProblemCode, ProviderKind, TwoFactorMode};
use serde_json::json;

use super::world::{World, say};
use crate::{
    harness::{ACME, MINUTE, PASSWORD, WRONG, Who, seconds},
    provider::Login,
};

async fn outside_only() -> World {
    let world = World::start().await;
    world.offer(ProviderKind::Google).await;
    world
        .server
        .change("UPDATE companies SET passwords = FALSE")
        .await;
    world
}

#[tokio::test]
async fn only_a_right_password_learns_that_passwords_are_off() {
    let world = outside_only().await;
    let anna = world.server.agent("anna").await;
    let browser = world.server.browser();
    let before = world.server.compared();
    let mut answers = Vec::new();
    for account in ["anna", "nobody.at.all"] {
        let typed = json!({"account": account, "password": WRONG});
        let answer = browser.post("companies/acme/sign-in", typed).await;
        answer.problem(ProblemCode::WrongCredentials);
        answers.push(answer.any_problem().title);
    }
    assert_eq!(answers[0], answers[1]);
    let answer = browser.type_password(&anna, PASSWORD).await;
    answer.assert_status(403).problem(ProblemCode::PasswordsOff);
    assert_eq!(world.server.compared(), before + 3);
    assert_eq!(world.server.events_of(&anna).await[0], "sign_in.refused");
    browser.guess(&anna, 5).await;
    browser
        .type_password(&anna, WRONG)
        .await
        .problem(ProblemCode::Wait);
}

#[tokio::test]
async fn an_administrator_gets_past_with_a_second_proof_and_everybody_hears_of_it() {
    let world = outside_only().await;
    world
        .server
        .set_policy(ACME, |policy| {
            policy.mode = TwoFactorMode::Required;
            policy.trust_days = vec![14];
        })
        .await;
    let max = world.server.person(ACME, "max", Who::Admin).await;
    let mia = world.server.person(ACME, "mia", Who::Both).await;
    let browser = world.server.browser();
    for round in 0..2 {
        let step = browser.begin(&max).await;
        if round > 0 {
            world.server.advance(MINUTE);
            browser.resend(&step.attempt).await.code_step();
        }
        // Trust of this browser does not stand for it the next time.
        let code = world.server.code_of(&max).await;
        let answer = browser.enter_and_trust(&step.attempt, &code, 14).await;
        assert_eq!(answer.landing(), "/acme/console/users");
        browser.delete("session").await.assert_status(204);
        world.server.advance(MINUTE);
    }
    let events = world.server.events_of(&max).await;
    let alarms = events.iter().filter(|kind| *kind == "sign_in.break_glass");
    assert_eq!(alarms.count(), 2, "{events:?}");
    for admin in [&max, &mia] {
        let mails = world.server.mails_to(admin).await;
        let told = mails
            .iter()
            .filter(|mail| mail.subject.contains("past single sign-on"));
        assert_eq!(told.count(), 2);
    }
}

#[tokio::test]
async fn whoever_has_no_second_way_sets_one_up_to_get_past() {
    let world = outside_only().await;
    world
        .server
        .set_policy(ACME, |policy| policy.mode = TwoFactorMode::Off)
        .await;
    let max = world.server.person(ACME, "max", Who::Admin).await;
    let browser = world.server.browser();
    let step = browser.begin(&max).await;
    let code = world.server.code_of(&max).await;
    let answer = browser.enter(&step.attempt, &code).await;
    answer.setup_step();
    browser.session().await.signed_out();
}

#[tokio::test]
async fn an_invitation_makes_no_password_but_for_an_administrator() {
    let world = outside_only().await;
    let max = world.server.person(ACME, "max", Who::Admin).await;
    let admin = world.server.browser();
    let step = admin.begin(&max).await;
    let code = world.server.code_of(&max).await;
    admin.enter(&step.attempt, &code).await.landing();
    for (name, role, opens) in [("ines", "agent", false), ("ida", "admin", true)] {
        let email = format!("{name}@mail.example");
        let new = json!({
            "name": name, "email": email, "username": name, "roles": [role], "phone": "none", "invite": true
        });
        let made: serde_json::Value = admin.post("users", new).await.json();
        let person = crate::harness::Person {
            id: made["user"]["id"].as_str().expect("an id").to_owned(),
            alias: ACME.into(),
            username: name.into(),
            email,
        };
        let mail = world.server.mails_to(&person).await.remove(0);
        let (_, rest) = mail.text.split_once("/invitation?token=").expect("a link");
        let token = rest.split_whitespace().next().expect("a secret").to_owned();
        let browser = world.server.browser();
        let shown = browser
            .post("invitations/look", json!({"token": token}))
            .await;
        let shown: app::wire::Invitation = shown.json();
        assert_eq!((shown.passwords, shown.providers.len()), (opens, 1));
        let accept = json!({"token": token, "password": PASSWORD});
        let answer = browser.post("invitations/accept", accept).await;
        if opens {
            answer.code_step();
        } else {
            answer.problem(ProblemCode::PasswordsOff);
        }
    }
}

#[tokio::test]
async fn people_bind_with_the_password_they_still_have() {
    let world = outside_only().await;
    let anna = world.server.agent("anna").await;
    world.provider.log_in(Login::of("s-1"));
    let browser = world.server.browser();
    let step = world
        .come_to_bind(&browser, ACME, ProviderKind::Google)
        .await;
    let code = say(&browser, &step, &anna, PASSWORD).await.code_step();
    let typed = world.server.code_of(&anna).await;
    browser.enter(&code.attempt, &typed).await.landing();
    world.server.advance(seconds(61));
    let again = world.server.browser();
    let path = world.round(&again, ACME, ProviderKind::Google).await;
    assert_eq!(path, "/acme/desk");
    // No alarm: they came by their provider.
    assert!(world.reasons("sign_in.break_glass").await.is_empty());
}
