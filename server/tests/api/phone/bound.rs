//! A browser that speaks for a Connect user: for how long, for whom, and what ends it.

use app::wire::{Invitation, Method, ProblemCode, Role, Strict, TwoFactorMode, UserDetail};
use serde_json::json;
use server::sso::Host;

use super::{
    door::{
        ANNA, ask_less, bind, bindings, bound, claim, claim_at, come, each_server, finish,
        nothing_waits, plain, say, security, sessions, start, step, take_passwords,
    },
    invited::invited,
};
use crate::harness::{
    ACME, HOUR, MINUTE, PASSWORD, Person, Setup, TestServer, Who, company, seconds,
};

#[tokio::test]
async fn it_speaks_for_nobody_else_and_no_other_browser_does() {
    let server = start().await;
    ask_less(&server).await;
    let anna = plain(&server, "anna").await;
    let browser = bound(&server, &anna, ANNA).await;
    for other in ["bob.connect", "anna", "Anna.Connect2"] {
        come(&browser, other).await;
    }
    come(&server.browser(), ANNA).await;
    let thief = server.browser();
    thief.set_cookie("callgate-browser", "made-up");
    come(&thief, ANNA).await;
    // Another company's browsers are other browsers.
    server.add_company(company("beta")).await;
    server
        .change("UPDATE companies SET ccp_url = 'https://beta.my.connect.aws/ccp-v2/' WHERE alias = 'beta'")
        .await;
    let answer = claim_at(&browser, "beta", json!({"username": ANNA})).await;
    assert_eq!(step(&answer).company, "beta");
    assert_eq!(claim(&browser, ANNA).await.landing(), "/acme/summary");
}

#[tokio::test]
async fn it_lasts_thirty_days() {
    let server = start().await;
    ask_less(&server).await;
    let anna = plain(&server, "anna").await;
    let browser = bound(&server, &anna, ANNA).await;
    server.advance(HOUR * 24 * 30 - seconds(1));
    claim(&browser, ANNA).await.landing();
    server.advance(seconds(1));
    come(&browser, ANNA).await;
}

#[tokio::test]
async fn the_company_asks_for_the_second_proof_as_after_a_password() {
    let server = start().await;
    let anna = server.agent("anna").await;
    let browser = bound(&server, &anna, ANNA).await;
    let answer = claim(&browser, ANNA).await;
    answer.code_step();
    assert_eq!(
        finish(&server, &browser, &anna, answer).await,
        "/acme/summary"
    );
    browser.delete("session").await.assert_status(204);
    server
        .set_policy(ACME, |policy| policy.mode = TwoFactorMode::Off)
        .await;
    claim(&browser, ANNA).await.landing();
    // An end of trust is none of a binding.
    server
        .set_policy(ACME, |policy| {
            policy.mode = TwoFactorMode::Optional;
            policy.trust_days = Vec::new();
        })
        .await;
    claim(&browser, ANNA).await.code_step();
}

#[tokio::test]
async fn strict_rules_take_its_word_for_nothing_by_itself() {
    let server = start().await;
    ask_less(&server).await;
    let anna = plain(&server, "anna").await;
    let browser = bound(&server, &anna, ANNA).await;
    server
        .set_policy(ACME, |policy| policy.strict = Strict::Everyone)
        .await;
    let code = claim(&browser, ANNA).await.code_step();
    assert_eq!(code.method, Method::Email);
    let typed = server.code_of(&anna).await;
    // A mailed code opens nothing under strict rules: it lets an app be set up.
    browser.enter(&code.attempt, &typed).await.setup_step();
    browser.session().await.signed_out();
    let app = server.give_only_app(&anna).await;
    let code = claim(&browser, ANNA).await.code_step();
    assert_eq!(code.method, Method::App);
    let typed = app.code(server.clock.now());
    browser.enter(&code.attempt, &typed).await.landing();
}

#[tokio::test]
async fn what_is_set_up_on_the_way_in_leaves_its_browser_bound() {
    each_server(async |server: &TestServer| {
        ask_less(server).await;
        let anna = plain(server, "anna").await;
        let browser = bound(server, &anna, ANNA).await;
        let other = bound(server, &anna, ANNA).await;
        server
            .set_policy(ACME, |policy| policy.mode = TwoFactorMode::Required)
            .await;
        let code = claim(&browser, ANNA).await.code_step();
        let typed = server.code_of(&anna).await;
        browser.enter(&code.attempt, &typed).await.setup_step();
        let shown = browser.set_up(&code.attempt, "email").await;
        let backup = shown.shown_codes();
        let done = browser.confirm(&code.attempt, &backup[0]).await;
        assert_eq!(done.landing(), "/acme/summary");
        assert_eq!(server.codes_left(&anna).await, Some(10));
        browser.delete("session").await.assert_status(204);
        server.advance(MINUTE);
        claim(&browser, ANNA).await.code_step();
        // Other browsers have to be bound anew, as ever.
        come(&other, ANNA).await;
    })
    .await;
}

#[tokio::test]
async fn a_browser_that_several_share_always_asks() {
    let server = start().await;
    server
        .set_policy(ACME, |policy| policy.mode = TwoFactorMode::Off)
        .await;
    let anna = plain(&server, "anna").await;
    let bob = plain(&server, "bob").await;
    let browser = bound(&server, &anna, ANNA).await;
    claim(&browser, ANNA).await.landing();
    browser.delete("session").await.assert_status(204);
    bind(&server, &browser, &bob, "bob.connect").await;
    for (person, username) in [(&anna, ANNA), (&bob, "bob.connect")] {
        let answer = claim(&browser, username).await;
        assert_eq!(answer.code_step().method, Method::Email);
        let landing = finish(&server, &browser, person, answer).await;
        assert_eq!(landing, "/acme/summary");
        let session = browser.session().await.session();
        assert_eq!(session.account.username, person.username);
    }
}

#[tokio::test]
async fn a_browser_that_several_companies_share_asks_too() {
    let server = start().await;
    server.add_company(company("beta")).await;
    server
        .change("UPDATE companies SET ccp_url = 'https://beta.my.connect.aws/ccp-v2/' WHERE alias = 'beta'")
        .await;
    for alias in [ACME, "beta"] {
        server
            .set_policy(alias, |policy| policy.mode = TwoFactorMode::Off)
            .await;
    }
    let anna = plain(&server, "anna").await;
    let browser = bound(&server, &anna, ANNA).await;
    claim(&browser, ANNA).await.landing();
    browser.delete("session").await.assert_status(204);
    let bea = server.person("beta", "bea", Who::Agent).await;
    server.forget_ways(&bea).await;
    let at_beta = json!({"username": "bea.connect"});
    let here = step(&claim_at(&browser, "beta", at_beta.clone()).await);
    say(&browser, &here, &bea).await.landing();
    browser.delete("session").await.assert_status(204);
    claim_at(&browser, "beta", at_beta).await.code_step();
    claim(&browser, ANNA).await.code_step();
}

#[tokio::test]
async fn locks_and_what_administrators_do_stop_it() {
    let server = start().await;
    ask_less(&server).await;
    let anna = plain(&server, "anna").await;
    let browser = bound(&server, &anna, ANNA).await;
    let id = &anna.id;
    server
        .change(format!(
            "UPDATE accounts SET locked_at = 1 WHERE id = '{id}'"
        ))
        .await;
    claim(&browser, ANNA)
        .await
        .assert_status(403)
        .problem(ProblemCode::AccountLocked);
    browser.session().await.signed_out();
    for (done, undone) in [
        ("state = 'disabled'", "state = 'enabled'"),
        ("agent = FALSE", "agent = TRUE"),
        ("deleted_at = 1", "deleted_at = NULL"),
        (
            "phone_username_folded = 'anna.other'",
            "phone_username_folded = 'anna.connect'",
        ),
    ] {
        let set =
            |what: &str| format!("UPDATE accounts SET locked_at = NULL, {what} WHERE id = '{id}'");
        server.change(set(done)).await;
        come(&browser, ANNA).await;
        server.change(set(undone)).await;
        claim(&browser, ANNA).await.landing();
        browser.delete("session").await.assert_status(204);
    }
}

/// Everything that ends trust, by what people and administrators do.
#[tokio::test]
async fn it_ends_whenever_trust_ends() {
    let server = start().await;
    ask_less(&server).await;
    let ada = server.admin("ada").await;
    server.forget_ways(&ada).await;
    let admin = server.browser();
    admin.type_password(&ada, PASSWORD).await.landing();
    let because = json!({"reason": "because"});
    for (n, what) in ["password", "role", "two-factor", "disabled", "reset"]
        .into_iter()
        .enumerate()
    {
        let name = format!("anna{n}");
        let anna = plain(&server, &name).await;
        let user = format!("{name}.connect");
        let browser = bound(&server, &anna, &user).await;
        match what {
            "password" => {
                let own = server.browser();
                own.type_password(&anna, PASSWORD).await.landing();
                let new = json!({"current": PASSWORD, "password": "seven silent ferries"});
                own.put("security/password", new).await.assert_status(204);
            }
            "role" => edit_roles(&admin, &anna, &["agent", "admin"]).await,
            "two-factor" => {
                server.give_app(&anna).await;
                let path = format!("users/{}/reset-two-factor", anna.id);
                admin.post(&path, because.clone()).await.assert_status(200);
            }
            "disabled" => {
                let path = format!("users/{}/disable", anna.id);
                admin.post(&path, because.clone()).await.assert_status(200);
                let path = format!("users/{}/enable", anna.id);
                admin.post(&path, json!({})).await.assert_status(200);
            }
            _ => {
                crate::recovery::forget(&server, &anna.username).await;
                let link = crate::recovery::links_of(&server, &anna).await.remove(0);
                let new = json!({"token": link, "password": "seven silent ferries"});
                browser.post("reset-password", new).await.assert_status(200);
            }
        }
        let answer = claim(&browser, &user).await;
        assert!(answer.text().contains("\"bind\""), "{what}: {answer:?}");
    }
}

/// A lost laptop is no way in once an administrator has signed its person out.
#[tokio::test]
async fn it_ends_when_an_administrator_signs_somebody_out() {
    each_server(async |server: &TestServer| {
        ask_less(server).await;
        let ada = server.admin("ada").await;
        server.forget_ways(&ada).await;
        let admin = server.browser();
        admin.type_password(&ada, PASSWORD).await.landing();
        let anna = plain(server, "anna").await;
        let laptop = bound(server, &anna, ANNA).await;
        claim(&laptop, ANNA).await.landing();
        let path = format!("users/{}/end-sessions", anna.id);
        let detail: UserDetail = admin.post(&path, json!({})).await.json();
        assert_eq!((detail.sessions, detail.bound), (0, 0));
        laptop.session().await.signed_out();
        let here = come(&laptop, ANNA).await;
        let events = server.events_of(&anna).await;
        for kind in ["help.sessions_ended", "phone.unbound"] {
            assert!(events.contains(&kind.to_owned()), "{kind}: {events:?}");
        }
        // Also of whoever is signed in nowhere.
        say(&laptop, &here, &anna).await.landing();
        laptop.delete("session").await.assert_status(204);
        let detail: UserDetail = admin.get(&format!("users/{}", anna.id)).await.json();
        assert_eq!((detail.sessions, detail.bound), (0, 1));
        admin.post(&path, json!({})).await.assert_status(200);
        come(&laptop, ANNA).await;
        admin
            .post(&path, json!({}))
            .await
            .problem(ProblemCode::NothingToDo);
    })
    .await;
}

async fn edit_roles(admin: &crate::harness::TestBrowser<'_>, person: &Person, roles: &[&str]) {
    let path = format!("users/{}", person.id);
    let seen: serde_json::Value = admin.get(&path).await.json();
    let edit = json!({
        "version": seen["version"],
        "name": "Anna", "username": person.username, "email": person.email, "roles": roles,
        "phone": "none", "sso_only": false
    });
    admin.put(&path, edit).await.assert_status(200);
}

#[tokio::test]
async fn it_stands_in_security_settings_and_can_be_ended_there() {
    each_server(async |server: &TestServer| {
        ask_less(server).await;
        let anna = plain(server, "anna").await;
        let bob = plain(server, "bob").await;
        let browser = bound(server, &anna, ANNA).await;
        let other = bound(server, &bob, "bob.connect").await;
        browser.type_password(&anna, PASSWORD).await.landing();
        let told = security(&browser).await.bound;
        assert_eq!(told.len(), 1);
        assert!(told[0].current);
        assert_eq!(told[0].phone_username, ANNA);
        assert_eq!(told[0].expires_at, "2026-04-01T10:00:00+02:00");
        other.type_password(&bob, PASSWORD).await.landing();
        let path = format!("security/bindings/{}", told[0].id);
        other.delete(&path).await.problem(ProblemCode::NotFound);
        server.advance(MINUTE * 11);
        browser
            .delete(&path)
            .await
            .problem(ProblemCode::FreshProofNeeded);
        let proof = json!({"password": PASSWORD});
        browser
            .post("session/proof", proof)
            .await
            .assert_status(204);
        browser.delete(&path).await.assert_status(204);
        browser.delete(&path).await.problem(ProblemCode::NotFound);
        assert_eq!(security(&browser).await.bound, []);
        assert_eq!(server.events_of(&anna).await[0], "phone.unbound");
        come(&browser, ANNA).await;
        assert_eq!(bindings(server).await, 1);
    })
    .await;
}

/// Without passwords nobody who came in by Amazon Connect gets to Security Settings.
#[tokio::test]
async fn it_can_be_forgotten_where_its_person_sits() {
    each_server(async |server: &TestServer| {
        ask_less(server).await;
        let anna = plain(server, "anna").await;
        let bob = plain(server, "bob").await;
        let browser = bound(server, &anna, ANNA).await;
        bind(server, &browser, &bob, "bob.connect").await;
        let other = bound(server, &bob, "bob.connect").await;
        take_passwords(server).await;
        let path = "session/binding";
        server.browser().delete(path).await.signed_out();
        server.advance(seconds(1));
        browser.delete(path).await.assert_status(204);
        browser.session().await.signed_out();
        let mut events = server.events_of(&bob).await[..2].to_vec();
        events.sort();
        assert_eq!(events, ["phone.unbound", "session.signed_out"]);
        come(&browser, "bob.connect").await;
        // Others who sit there, and their own other browsers, are not touched.
        assert_eq!(bindings(server).await, 2);
        claim(&browser, ANNA).await.landing();
        claim(&other, "bob.connect").await.landing();
        // Forgotten meanwhile from elsewhere: they are signed out all the same.
        server.change("DELETE FROM bindings").await;
        server.advance(seconds(1));
        other.delete(path).await.assert_status(204);
        other.session().await.signed_out();
        assert_eq!(server.events_of(&bob).await[0], "session.signed_out");
    })
    .await;
}

#[tokio::test]
async fn a_host_that_the_operator_took_off_the_list_signs_nobody_in() {
    let host = Host::read("127.0.0.1:4100").expect("a host");
    let server = TestServer::with(Setup {
        ccp_hosts: vec![host],
        ..Setup::default()
    })
    .await;
    server
        .change("UPDATE companies SET ccp_url = 'http://127.0.0.1:4100/ccp-v2/'")
        .await;
    let anna = server.agent("anna").await;
    let browser = bound(&server, &anna, ANNA).await;
    server.advance(MINUTE);
    let code = claim(&browser, ANNA).await.code_step();
    let typed = server.code_of(&anna).await;

    let setup = Setup {
        clock: server.clock.clone(),
        ..Setup::default()
    };
    let without = TestServer::at(&server.database_url(), setup).await;
    let browser = browser.at(&without);
    browser
        .enter(&code.attempt, &typed)
        .await
        .problem(ProblemCode::AttemptOver);
    claim(&browser, ANNA).await.problem(ProblemCode::NotFound);
    without
        .change("UPDATE companies SET passwords = FALSE")
        .await;
    let (_, token) = invited(&without, &[Role::Agent]).await;
    let shown: Invitation = browser
        .post("invitations/look", json!({"token": token}))
        .await
        .json();
    assert!(!shown.phone);
    browser
        .post("invitations/phone", json!({"token": token}))
        .await
        .problem(ProblemCode::NotFound);
    assert_eq!(sessions(&without).await, 0);
    without.services.db.close().await;
}

#[tokio::test]
async fn an_end_while_a_code_is_awaited_counts() {
    let server = start().await;
    let anna = server.agent("anna").await;
    let browser = bound(&server, &anna, ANNA).await;
    server.advance(MINUTE);
    let code = claim(&browser, ANNA).await.code_step();
    server.change("DELETE FROM bindings").await;
    let typed = server.code_of(&anna).await;
    browser
        .enter(&code.attempt, &typed)
        .await
        .problem(ProblemCode::AttemptOver);
    browser.session().await.signed_out();
}

#[tokio::test]
async fn a_sign_in_under_way_is_given_up_with_its_claim() {
    let server = start().await;
    let anna = server.agent("anna").await;
    let browser = bound(&server, &anna, ANNA).await;
    claim(&browser, ANNA).await.code_step();
    browser.delete("sign-in").await.assert_status(204);
    nothing_waits(&browser).await;
    // It was proven already, so nothing has to be said again.
    claim(&browser, ANNA).await.code_step();
}

#[tokio::test]
async fn it_replaces_who_was_signed_in_before() {
    let server = start().await;
    ask_less(&server).await;
    let both = server.person(ACME, "both", Who::Both).await;
    server.forget_ways(&both).await;
    let browser = bound(&server, &both, "both.connect").await;
    browser.type_password(&both, PASSWORD).await.landing();
    browser.get("users").await.assert_status(200);
    claim(&browser, "both.connect").await.landing();
    browser.get("users").await.problem(ProblemCode::Forbidden);
    let step = come(&browser, "nobody").await;
    say(&browser, &step, &both)
        .await
        .problem(ProblemCode::PhoneMismatch);
}
