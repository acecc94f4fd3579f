//! The end of a sign-in for agents without a list.

use app::wire::{ProblemCode, Role};
use server::{
    flows::operator::{FirstCredential, PersonDraft, create_account},
    storage::{SecondFactor, Welcome, testing::each_database},
};

use super::*;
use crate::harness::{ACME, MINUTE, PASSWORD, Setup, Who, company};

/// Leaves every company without lists.
async fn without_lists(server: &TestServer) {
    server.change("DELETE FROM presence_lists").await;
}

/// A company that asks for a password only.
async fn with_open(server: &TestServer) {
    let mut open = company("open");
    open.policy.second_factor = SecondFactor::Off;
    server.add_company(open).await;
}

#[tokio::test]
async fn an_agent_without_a_list_is_stopped_after_the_last_proof_and_let_in_with_one() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let anna = server.agent("anna").await;
        let (_, browser) = with_ada(&server).await;
        let born = list(&browser, "Default").await;
        edit(&browser, &born, json!({"is_default": false, "accept": 1}))
            .await
            .assert_status(200);

        let hers = server.browser();
        let step = hers.begin(&anna).await;
        let code = server.code_of(&anna).await;
        // Whoever has not proved everything learns nothing.
        let wrong = crate::harness::other_than(&code);
        hers.enter(&step.attempt, &wrong)
            .await
            .problem(ProblemCode::WrongCode);
        let stopped = hers.enter(&step.attempt, &code).await;
        let problem = stopped
            .assert_status(403)
            .problem(ProblemCode::PresenceListMissing);
        assert_eq!(problem.company.as_deref(), Some(ACME));
        hers.session().await.signed_out();
        // The sign-in is over.
        hers.enter(&step.attempt, &code)
            .await
            .problem(ProblemCode::AttemptOver);
        assert_eq!(server.events_of(&anna).await[0], "sign_in.refused");
        let why = "SELECT COUNT(*) FROM audit_events
            WHERE kind = 'sign_in.refused' AND reason = 'no presence reason list'";
        assert_eq!(server.number(why).await, 1);

        // An administrator assigns a list; she tries again.
        let born = list(&browser, "Default").await;
        assign(&server, &anna, &born).await;
        assert_eq!(hers.sign_in(&anna).await, "/acme/desk");
        assert_eq!(status(&here(&hers).await), "Break");
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_session_of_before_is_not_lost_by_being_stopped() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    without_lists(&server).await;
    server.advance(2 * MINUTE);
    let again = browser.twin();
    let step = again.begin(&anna).await;
    let code = server.code_of(&anna).await;
    again
        .enter(&step.attempt, &code)
        .await
        .problem(ProblemCode::PresenceListMissing);
    browser.session().await.assert_status(200);
}

#[tokio::test]
async fn administrators_always_get_in_and_nobody_needs_a_list_where_the_phone_keeps_statuses() {
    let server = TestServer::start().await;
    server.add_company(company("phone")).await;
    server
        .change("UPDATE companies SET ccp_url = 'https://phone.example/' WHERE alias = 'phone'")
        .await;
    without_lists(&server).await;
    for (alias, username, who, landing) in [
        (ACME, "ada", Who::Admin, "/acme/console/users"),
        (ACME, "both", Who::Both, "/acme/console/users"),
        ("phone", "anna", Who::Agent, "/phone/desk"),
        ("phone", "ada", Who::Admin, "/phone/console/users"),
    ] {
        let person = server.person(alias, username, who).await;
        server
            .change("UPDATE accounts SET phone = 'softphone' WHERE username = 'anna'")
            .await;
        let browser = server.browser();
        assert_eq!(browser.sign_in(&person).await, landing);
        match username {
            // The desk explains.
            "both" => {
                let told = own(&browser).await;
                assert!(told.needs_list && told.reasons.is_empty() && told.status.is_none());
                let page = browser.page("/acme/desk").await.text();
                assert!(page.contains("You need a Presence Reason list."), "{page}");
                assert!(page.contains("/acme/console/presence-lists"), "{page}");
            }
            "anna" => {
                let told = own(&browser).await;
                assert!(!told.needs_list && told.list.is_none());
                let page = browser.page("/phone/desk").await.text();
                assert!(page.contains("Your status comes from the phone."), "{page}");
            }
            _ => {
                let told = lists(&browser).await;
                assert_eq!(told.optional, alias == "phone");
                assert_eq!(told.without_list, Stranded::default());
            }
        }
    }
}

#[tokio::test]
async fn without_scripts_the_browser_is_led_to_the_page_that_says_whom_to_ask() {
    let server = TestServer::start().await;
    with_open(&server).await;
    without_lists(&server).await;
    let anna = server.person("open", "anna", Who::Agent).await;
    for (path, name, typed) in [
        ("/open", "account", anna.username.as_str()),
        ("/", "username", anna.email.as_str()),
    ] {
        let browser = server.browser();
        let answer = browser
            .submit(path, &[(name, typed), ("password", PASSWORD)])
            .await;
        let reference = answer.header("x-request-id");
        let stopped = format!("/open/stopped?reason=presence_list_missing&reference={reference}");
        assert_eq!(answer.redirect(), stopped);
        let page = browser.page(&stopped).await;
        let text = page.assert_status(200).text();
        for said in [
            "You cannot sign in yet",
            "You need a Presence Reason list to sign in.",
            "Helga Desk",
            "+49 30 1234",
            reference,
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
    }
    // The code's form leads there as well.
    let ben = server.agent("ben").await;
    let browser = server.browser();
    let step = browser.begin(&ben).await;
    let code = server.code_of(&ben).await;
    let fields = [("attempt", step.attempt.as_str()), ("code", code.as_str())];
    let answer = browser.submit("/acme/code", &fields).await;
    let to = answer.redirect();
    assert!(
        to.starts_with("/acme/stopped?reason=presence_list_missing&"),
        "{to}"
    );
}

#[tokio::test]
async fn whoever_is_stopped_after_an_invitation_keeps_the_password_that_they_chose() {
    let server = TestServer::start().await;
    with_open(&server).await;
    let draft = PersonDraft {
        username: "anna".into(),
        email: "anna@open.example".into(),
        name: "Anna".into(),
        roles: vec![Role::Agent],
    };
    let invited = create_account(&server.services, "open", &draft, Welcome::Link).await;
    let FirstCredential::Link { path, .. } = invited.expect("created") else {
        panic!("a link");
    };
    without_lists(&server).await;
    let (_, token) = path.split_once("token=").expect("a token");
    let chosen = json!({"token": token, "password": PASSWORD});
    let browser = server.browser();
    browser
        .post("invitations/accept", chosen)
        .await
        .assert_status(403)
        .problem(ProblemCode::PresenceListMissing);
    let admin = server.person("open", "ada", Who::Admin).await;
    let hers = server.browser();
    hers.type_password(&admin, PASSWORD).await.landing();
    let mut new = a_list("Front");
    new["is_default"] = true.into();
    add(&hers, new).await.assert_status(201);
    let anna = Person {
        id: String::new(),
        alias: "open".into(),
        username: draft.username,
        email: draft.email,
    };
    let answer = browser.type_password(&anna, PASSWORD).await;
    assert_eq!(answer.landing(), "/open/desk");
}
