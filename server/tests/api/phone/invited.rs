//! An invitation that is accepted with Amazon Connect, where nobody has passwords.

use app::wire::{Invitation, PhoneInvited, ProblemCode, Role};
use serde_json::json;
use server::{
    flows::operator::{FirstCredential, PersonDraft, create_account},
    storage::Welcome,
};

use super::door::{
    ANNA, ask_less, bind, bindings, claim, come, each_server, nothing_waits, plain, sessions,
    start, start_without_passwords, take_passwords,
};
use crate::harness::{
    ACME, Answer, HOUR, MINUTE, PASSWORD, Person, TestBrowser, TestServer, seconds,
};

/// An invited person and the secret of the link.
pub(super) async fn invited(server: &TestServer, roles: &[Role]) -> (Person, String) {
    let draft = PersonDraft {
        username: "ines".into(),
        email: "ines@acme.example".into(),
        name: "Ines Newman".into(),
        roles: roles.to_vec(),
    };
    let link = create_account(&server.services, ACME, &draft, Welcome::Link).await;
    let FirstCredential::Link { path, .. } = link.expect("a new account") else {
        panic!("not a link")
    };
    let id = server.services.db.account_anywhere(&draft.email).await;
    let person = Person {
        id: id.expect("answers").expect("it exists").id.0,
        alias: ACME.into(),
        username: draft.username,
        email: draft.email,
    };
    let token = path.strip_prefix("/invitation?token=").expect("a link");
    (person, token.to_owned())
}

async fn accept(browser: &TestBrowser<'_>, token: &str) -> Answer {
    browser
        .post("invitations/phone", json!({"token": token}))
        .await
}

#[tokio::test]
async fn the_next_secure_login_is_the_invited_persons() {
    each_server(async |server| {
        take_passwords(server).await;
        let (ines, token) = invited(server, &[Role::Agent]).await;
        let browser = server.browser();
        let look = json!({"token": token});
        let shown: Invitation = browser.post("invitations/look", look.clone()).await.json();
        assert!(!shown.passwords);
        let accepted: PhoneInvited = accept(&browser, &token).await.json();
        assert_eq!(accepted.company, ACME);
        // Nothing is to be proven, and nobody is signed in yet.
        nothing_waits(&browser).await;
        assert_eq!(
            claim(&browser, "Ines.Connect").await.landing(),
            "/acme/summary"
        );
        let session = browser.session().await.session();
        assert_eq!(session.account.username, ines.username);
        assert_eq!(session.phone_username.as_deref(), Some("Ines.Connect"));
        let events = server.events_of(&ines).await;
        for kind in ["account.accepted", "phone.bound"] {
            assert!(events.contains(&kind.to_owned()), "{kind}: {events:?}");
        }
        // The link is used up, here and elsewhere.
        for browser in [&browser, &server.browser()] {
            let answer = accept(browser, &token).await;
            answer.assert_status(410).problem(ProblemCode::LinkUsed);
        }
        come(&server.browser(), "Ines.Connect").await;
        browser.delete("session").await.assert_status(204);
        claim(&browser, "Ines.Connect").await.code_step();
        come(&browser, "somebody.else").await;
        assert_eq!(bindings(server).await, 1);
    })
    .await;
}

#[tokio::test]
async fn it_binds_in_its_browser_and_time_only() {
    let server = start_without_passwords().await;
    let (_, token) = invited(&server, &[Role::Agent]).await;
    let browser = server.browser();
    accept(&browser, &token).await.assert_status(200);
    come(&server.browser(), "ines.connect").await;
    server.advance(MINUTE * 30 + seconds(1));
    come(&browser, "ines.connect").await;
    assert_eq!((bindings(&server).await, sessions(&server).await), (0, 0));
}

#[tokio::test]
async fn what_changed_meanwhile_ends_it() {
    let server = start_without_passwords().await;
    let (ines, token) = invited(&server, &[Role::Agent]).await;
    let browser = server.browser();
    accept(&browser, &token).await.assert_status(200);
    server
        .change(format!(
            "UPDATE accounts SET security_version = security_version + 1 WHERE id = '{}'",
            ines.id
        ))
        .await;
    come(&browser, "ines.connect").await;
    assert_eq!(sessions(&server).await, 0);
}

#[tokio::test]
async fn a_user_who_is_somebody_elses_is_refused() {
    let server = start().await;
    ask_less(&server).await;
    let anna = plain(&server, "anna").await;
    bind(&server, &server.browser(), &anna, ANNA).await;
    take_passwords(&server).await;
    let (ines, token) = invited(&server, &[Role::Agent]).await;
    let browser = server.browser();
    accept(&browser, &token).await.assert_status(200);
    claim(&browser, ANNA)
        .await
        .assert_status(409)
        .problem(ProblemCode::PhoneTaken);
    browser.session().await.signed_out();
    let events = server.events_of(&ines).await;
    assert!(events.contains(&"phone.mismatch".to_owned()), "{events:?}");
    // As themselves they come in still.
    assert_eq!(
        claim(&browser, "ines.connect").await.landing(),
        "/acme/summary"
    );
}

#[tokio::test]
async fn only_agents_of_companies_that_sign_in_so_can_accept_it_so() {
    let server = start().await;
    let browser = server.browser();
    accept(&browser, "x").await.problem(ProblemCode::LinkUsed);
    accept(&browser, "\u{0}")
        .await
        .problem(ProblemCode::LinkUsed);
    let (_, token) = invited(&server, &[Role::Agent]).await;
    accept(&browser, &token)
        .await
        .problem(ProblemCode::NotFound);
    server
        .change("UPDATE companies SET ccp_url = NULL, passwords = FALSE")
        .await;
    accept(&browser, &token)
        .await
        .problem(ProblemCode::NotFound);
    super::door::give_phone(&server).await;
    server
        .change("UPDATE accounts SET agent = FALSE, admin = TRUE")
        .await;
    accept(&browser, &token)
        .await
        .problem(ProblemCode::NotFound);
    server
        .change("UPDATE accounts SET agent = TRUE, admin = FALSE")
        .await;
    // Who signs in with Amazon Connect chooses no password.
    let password = json!({"token": token, "password": PASSWORD});
    browser
        .post("invitations/accept", password)
        .await
        .problem(ProblemCode::PasswordsOff);
    server.advance(HOUR * 24 * 15);
    accept(&browser, &token)
        .await
        .assert_status(410)
        .problem(ProblemCode::LinkExpired);
    assert_eq!(browser.cookie("callgate-phone"), None);
}
