//! What administrators do about invitations: send, send again, take back.

mod asking;
mod policy;
mod temporary;

use app::wire::{
    AuditPage, Invitation, InvitationOverview, LinkFate, ProblemCode, UserDetail, UserStatus,
};
use serde_json::{Value, json};
use server::storage::{AccountState, Past, testing::each_database};

use crate::harness::{
    ACME, Answer, PASSWORD, Person, Setup, TestBrowser, TestServer, Who, company,
};

/// Somebody who was added and not invited yet.
async fn pending(server: &TestServer, alias: &str, username: &str) -> Person {
    in_state(server, alias, username, AccountState::Pending).await
}

async fn in_state(server: &TestServer, alias: &str, username: &str, state: AccountState) -> Person {
    let person = server
        .person_with(alias, username, Who::Agent, |account, past| {
            account.state = state;
            *past = Past::default();
        })
        .await;
    // Nobody has a mailbox as a second way before they accepted.
    let sql = format!("DELETE FROM factors WHERE account_id = '{}'", person.id);
    server.change(sql).await;
    person
}

/// An administrator's browser.
async fn with_ada(server: &TestServer) -> TestBrowser<'_> {
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    browser
}

async fn invite(admin: &TestBrowser<'_>, person: &Person) -> Answer {
    admin
        .post(&format!("users/{}/invite", person.id), json!({}))
        .await
}

async fn cancel(admin: &TestBrowser<'_>, person: &Person) -> Answer {
    admin
        .delete(&format!("users/{}/invitation", person.id))
        .await
}

async fn ask(server: &TestServer, token: &str) {
    server
        .browser()
        .post("invitations/ask", json!({ "token": token }))
        .await
        .assert_status(204);
}

async fn look(server: &TestServer, token: &str) -> Answer {
    server
        .browser()
        .post("invitations/look", json!({ "token": token }))
        .await
}

/// Why a link cannot be used.
#[track_caller]
fn fate(answer: &Answer) -> Option<LinkFate> {
    answer.assert_status(410).any_problem().link
}

async fn accept(browser: &TestBrowser<'_>, token: &str) -> Answer {
    let accepted = json!({"token": token, "password": PASSWORD});
    browser.post("invitations/accept", accepted).await
}

/// The secret in the newest invitation.
async fn mailed_link(server: &TestServer, person: &Person) -> String {
    let mails = server.mails_to(person).await;
    let text = &mails.first().expect("a mail").text;
    let (_, rest) = text.split_once("/invitation?token=").expect("a link");
    rest.split_whitespace().next().expect("a secret").to_owned()
}

/// The password in the newest mail.
async fn mailed_password(server: &TestServer, person: &Person) -> String {
    let mails = server.mails_to(person).await;
    let text = &mails.first().expect("a mail").text;
    let (_, rest) = text.split_once("Login Password: ").expect("a password");
    rest.lines().next().expect("a line").to_owned()
}

fn status(answer: &Answer) -> UserStatus {
    let detail: UserDetail = answer.json();
    detail.user.status
}

async fn status_of(admin: &TestBrowser<'_>, person: &Person) -> UserStatus {
    status(&admin.get(&format!("users/{}", person.id)).await)
}

async fn settings(admin: &TestBrowser<'_>) -> InvitationOverview {
    admin.get("company/invitations").await.json()
}

async fn decide(admin: &TestBrowser<'_>, days: u16, welcome: &str) -> Answer {
    let version = settings(admin).await.policy.version;
    let wanted = json!({"version": version, "days": days, "welcome": welcome});
    admin.put("company/invitations", wanted).await
}

async fn last_reason(admin: &TestBrowser<'_>, kind: &str) -> Option<String> {
    let page: AuditPage = admin.get(&format!("audit?kind={kind}")).await.json();
    page.events.into_iter().next()?.reason
}

async fn each_server(test: impl AsyncFn(&TestServer)) {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        test(&server).await;
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn somebody_who_was_added_before_is_invited_later_and_comes_in() {
    each_server(async |server| {
        let ines = pending(server, ACME, "ines").await;
        let admin = with_ada(server).await;
        assert_eq!(status_of(&admin, &ines).await, UserStatus::Pending);
        assert_eq!(status(&invite(&admin, &ines).await), UserStatus::Invited);
        let mail = server.mails_to(&ines).await.remove(0);
        for fact in [
            "Login URL: http://127.0.0.1:3000/acme",
            "Company Name: ACME Contact Centre",
            "Login Username: ines",
            "Login Email: ines@acme.example",
            "until 3 March at 09:0",
            "Helga Desk, +49 30 1234",
        ] {
            assert!(mail.text.contains(fact), "{fact}\n{}", mail.text);
        }
        let token = mailed_link(server, &ines).await;
        let browser = server.browser();
        let step = accept(&browser, &token).await.code_step();
        let code = server.code_of(&ines).await;
        browser.enter(&step.attempt, &code).await.landing();
        assert_eq!(status_of(&admin, &ines).await, UserStatus::Enabled);
        invite(&admin, &ines)
            .await
            .assert_status(409)
            .problem(ProblemCode::NothingToDo);
        cancel(&admin, &ines)
            .await
            .assert_status(409)
            .problem(ProblemCode::NothingToDo);
        let events = server.events_of(&ines).await;
        assert!(events.contains(&"account.invited".to_owned()), "{events:?}");
        assert_eq!(fate(&look(server, &token).await), Some(LinkFate::Accepted));
    })
    .await;
}

#[tokio::test]
async fn who_works_elsewhere_too_keeps_both_accounts_apart() {
    each_server(async |server| {
        server.add_company(company("globex")).await;
        let admin = with_ada(server).await;
        let ines = pending(server, ACME, "ines").await;
        invite(&admin, &ines).await.assert_status(200);
        let token = mailed_link(server, &ines).await;
        let alone: Invitation = look(server, &token).await.json();
        assert!(!alone.elsewhere);
        let there = server
            .person_with("globex", "nes", Who::Agent, |account, _| {
                account.email = "INES@acme.example".into();
            })
            .await;
        let both: Invitation = look(server, &token).await.json();
        assert!(both.elsewhere);
        let accepted = json!({"token": token, "password": "another quiet harbour"});
        server
            .browser()
            .post("invitations/accept", accepted)
            .await
            .code_step();
        // The password there is what it was.
        server.browser().begin(&there).await;
    })
    .await;
}

#[tokio::test]
async fn sending_again_ends_the_old_link_and_taking_back_ends_them_all() {
    each_server(async |server| {
        let ines = pending(server, ACME, "ines").await;
        let admin = with_ada(server).await;
        invite(&admin, &ines).await.assert_status(200);
        let old = mailed_link(server, &ines).await;
        invite(&admin, &ines).await.assert_status(200);
        let new = mailed_link(server, &ines).await;
        assert_ne!(old, new);
        assert_eq!(fate(&look(server, &old).await), Some(LinkFate::Replaced));
        look(server, &new).await.assert_status(200);
        assert_eq!(status(&cancel(&admin, &ines).await), UserStatus::Pending);
        for token in [&old, &new] {
            let answer = look(server, token).await;
            assert_eq!(fate(&answer), Some(LinkFate::Cancelled));
            let problem = answer.problem(ProblemCode::LinkUsed);
            assert_eq!(problem.company.as_deref(), Some(ACME));
            assert!(problem.help_contact.is_some());
            accept(&server.browser(), token)
                .await
                .assert_status(410)
                .problem(ProblemCode::LinkUsed);
        }
        cancel(&admin, &ines)
            .await
            .problem(ProblemCode::NothingToDo);
        let events = server.events_of(&ines).await;
        assert_eq!(
            events,
            [
                "account.invitation_cancelled",
                "account.invited",
                "account.invited"
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_waits_is_not_sent_once_its_link_counts_no_more() {
    let server = TestServer::start().await;
    let ines = pending(&server, ACME, "ines").await;
    let admin = with_ada(&server).await;
    for _ in 0..3 {
        invite(&admin, &ines).await.assert_status(200);
    }
    assert_eq!(server.mails_to(&ines).await.len(), 1, "only the newest");
    invite(&admin, &ines).await.assert_status(200);
    cancel(&admin, &ines).await.assert_status(200);
    assert_eq!(server.mails_to(&ines).await.len(), 1);
}

#[tokio::test]
async fn who_needs_no_invitation_gets_none() {
    each_server(async |server| {
        let admin = with_ada(server).await;
        for (username, state) in [
            ("sso", AccountState::SsoOnly),
            ("gone", AccountState::Disabled),
            ("here", AccountState::Enabled),
        ] {
            let person = in_state(server, ACME, username, state).await;
            for answer in [invite(&admin, &person).await, cancel(&admin, &person).await] {
                answer.assert_status(409).problem(ProblemCode::NothingToDo);
            }
            assert!(server.mails_to(&person).await.is_empty(), "{username}");
            assert!(server.events_of(&person).await.is_empty(), "{username}");
        }
        let ines = pending(server, ACME, "ines").await;
        cancel(&admin, &ines)
            .await
            .problem(ProblemCode::NothingToDo);
        server
            .change("UPDATE accounts SET deleted_at = 1 WHERE username = 'ines'")
            .await;
        invite(&admin, &ines)
            .await
            .assert_status(409)
            .problem(ProblemCode::NothingToDo);
    })
    .await;
}

#[tokio::test]
async fn agents_strangers_and_other_companies_invite_nobody() {
    each_server(async |server| {
        server.add_company(company("globex")).await;
        let theirs = pending(server, "globex", "ines").await;
        let ours = pending(server, ACME, "ines").await;
        let admin = with_ada(server).await;
        for id in [theirs.id.as_str(), "nobody", "..", "%00", &"x".repeat(3000)] {
            for answer in [
                admin.post(&format!("users/{id}/invite"), json!({})).await,
                admin.delete(&format!("users/{id}/invitation")).await,
            ] {
                assert!(matches!(answer.status.as_u16(), 400 | 404), "{answer:?}");
            }
        }
        invite(&admin, &theirs)
            .await
            .assert_status(404)
            .problem(ProblemCode::NotFound);
        let agent = server.browser();
        agent.sign_in(&server.agent("anna").await).await;
        let stranger = server.browser();
        for (browser, code) in [
            (&agent, ProblemCode::Forbidden),
            (&stranger, ProblemCode::SignedOut),
        ] {
            invite(browser, &ours).await.problem(code);
            cancel(browser, &ours).await.problem(code);
            browser.get("company/invitations").await.problem(code);
            let wanted = json!({"version": 1, "days": 7, "welcome": "link"});
            browser
                .put("company/invitations", wanted)
                .await
                .problem(code);
        }
        for person in [&ours, &theirs] {
            assert!(server.mails_to(person).await.is_empty());
        }
    })
    .await;
}

#[tokio::test]
async fn of_many_who_invite_accept_and_cancel_at_once_each_wins_or_is_told() {
    each_server(async |server| {
        let admin = with_ada(server).await;
        let ines = pending(server, ACME, "ines").await;
        invite(&admin, &ines).await.assert_status(200);
        let token = mailed_link(server, &ines).await;
        let (browser, twin) = (server.browser(), admin.twin());
        let (accepted, invited, cancelled) = futures::join!(
            accept(&browser, &token),
            invite(&admin, &ines),
            cancel(&twin, &ines)
        );
        for (answer, told) in [(&accepted, 410), (&invited, 409), (&cancelled, 409)] {
            let status = answer.status.as_u16();
            assert!(status == 200 || status == told, "{answer:?}");
        }
        // Whatever came first: who has a password is Enabled, and nobody else.
        let has_password = server.number(format!(
            "SELECT COUNT(*) FROM accounts WHERE id = '{}' AND password_hash IS NOT NULL",
            ines.id
        ));
        let enabled = status_of(&admin, &ines).await == UserStatus::Enabled;
        assert_eq!(has_password.await == 1, enabled);
        assert_eq!(accepted.status.is_success(), enabled);
    })
    .await;
}

/// What nobody may be shown: the description names no field that could hold a password or a link's secret.
#[test]
fn answers_about_people_have_no_place_for_a_secret() {
    let openapi = serde_json::to_value(server::http::openapi()).expect("JSON");
    let fields = |name: &str| openapi["components"]["schemas"][name]["properties"].clone();
    for schema in ["UserDetail", "User", "UserMail", "InvitationOverview"] {
        let Value::Object(fields) = fields(schema) else {
            panic!("{schema} has fields")
        };
        for field in fields.keys() {
            assert!(
                !["password", "token", "link", "secret"].contains(&field.as_str()),
                "{schema}.{field}"
            );
        }
    }
}
