//! What administrators do about invitations: send, send again, take back, grant what was asked for; what a mail
//! server refuses; and how a company decides what is sent.

use app::wire::{
    AuditPage, InvitationOverview, LinkFate, ProblemCode, Role, Step, UserDetail, UserPage,
    UserStatus, WelcomeStyle,
};
use serde_json::{Value, json};
use server::{
    config::PolicyBounds,
    flows::operator::{FirstCredential, PersonDraft, create_account},
    storage::{AccountState, Past, Welcome, testing::each_database},
};

use crate::harness::{
    ACME, Answer, HOUR, MINUTE, PASSWORD, Person, Setup, TestBrowser, TestServer, Who, company,
    seconds,
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
async fn who_comes_too_late_asks_and_an_administrator_grants_it() {
    each_server(async |server| {
        let ines = pending(server, ACME, "ines").await;
        let admin = with_ada(server).await;
        let berta = server.admin("berta").await;
        let locked = server
            .person_with(ACME, "carl", Who::Admin, |_, past| {
                past.locked_at = Some(server.services.now());
            })
            .await;
        invite(&admin, &ines).await.assert_status(200);
        let token = mailed_link(server, &ines).await;
        ask(server, &token).await;
        assert!(server.mails_to(&berta).await.is_empty(), "it is still good");
        server.advance(24 * HOUR);
        let problem = look(server, &token)
            .await
            .assert_status(410)
            .problem(ProblemCode::LinkExpired);
        assert_eq!(problem.link, Some(LinkFate::Ended));
        assert_eq!(
            problem.ended_at.as_deref(),
            Some("2026-03-03T09:00:00+01:00")
        );
        for _ in 0..3 {
            ask(server, &token).await;
        }
        let mails = server.mails_to(&berta).await;
        assert_eq!(mails.len(), 1, "once");
        assert_eq!(mails[0].subject, "ines Somebody needs a new invitation");
        for fact in [
            "ended on 3 March at 09:00",
            "http://127.0.0.1:3000/acme/console/users?view=cannot_sign_in",
            "Login Email: ines@acme.example",
        ] {
            assert!(mails[0].text.contains(fact), "{fact}\n{}", mails[0].text);
        }
        assert!(server.mails_to(&locked).await.is_empty());
        let asked = "SELECT COUNT(*) FROM accounts WHERE link_asked_at IS NOT NULL";
        assert_eq!(server.number(asked).await, 1);
        let events = server.events_of(&ines).await;
        assert_eq!(events, ["account.link_asked", "account.invited"]);

        let admin = server.browser();
        admin.sign_in(&berta).await;
        assert_eq!(status_of(&admin, &ines).await, UserStatus::Expired);
        assert_eq!(status(&invite(&admin, &ines).await), UserStatus::Invited);
        assert_eq!(server.number(asked).await, 0);
        // The old link is not one to ask with any more.
        assert_eq!(fate(&look(server, &token).await), Some(LinkFate::Replaced));
        ask(server, &token).await;
        assert_eq!(server.number(asked).await, 0);
        let token = mailed_link(server, &ines).await;
        accept(&server.browser(), &token).await.code_step();
    })
    .await;
}

#[tokio::test]
async fn asking_says_nothing_about_a_link() {
    let server = TestServer::start().await;
    let admin = with_ada(&server).await;
    let ines = pending(&server, ACME, "ines").await;
    invite(&admin, &ines).await.assert_status(200);
    let cancelled = mailed_link(&server, &ines).await;
    cancel(&admin, &ines).await.assert_status(200);
    let otto = pending(&server, ACME, "otto").await;
    invite(&admin, &otto).await.assert_status(200);
    let disabled = mailed_link(&server, &otto).await;
    server.advance(24 * HOUR);
    server
        .change("UPDATE accounts SET state = 'disabled' WHERE username = 'otto'")
        .await;
    for token in [&cancelled, &disabled, "", "x", "a\0b", &"x".repeat(10_000)] {
        ask(&server, token).await;
    }
    let asked = "SELECT COUNT(*) FROM accounts WHERE link_asked_at IS NOT NULL";
    assert_eq!(server.number(asked).await, 0);
    let mails = server.number("SELECT COUNT(*) FROM outbox WHERE kind = 'link_asked'");
    assert_eq!(mails.await, 0);
}

#[tokio::test]
async fn the_page_asks_without_scripts_and_reading_it_uses_nothing_up() {
    let server = TestServer::start().await;
    let admin = with_ada(&server).await;
    let ines = pending(&server, ACME, "ines").await;
    invite(&admin, &ines).await.assert_status(200);
    let token = mailed_link(&server, &ines).await;
    // As scanners do, which follow links and submit what can be got.
    for path in [
        format!("/invitation?token={token}"),
        format!("/invitation?token={token}&password=opened+by+a+scanner"),
        format!("/invitation?token={token}&action=ask"),
    ] {
        server.browser().page(&path).await.assert_status(200);
    }
    look(&server, &token).await.assert_status(200);

    server.advance(24 * HOUR);
    let address = format!("/invitation?token={token}");
    let page = server.browser().page(&address).await;
    let html = page.assert_status(410).text();
    for text in [
        "This link ended on 3 March at 09:00.",
        "Ask for a new link",
        "Helga Desk",
    ] {
        assert!(html.contains(text), "{text}\n{html}");
    }
    let asked = "SELECT COUNT(*) FROM accounts WHERE link_asked_at IS NOT NULL";
    assert_eq!(server.number(asked).await, 0, "nobody asked yet");
    let browser = server.browser();
    let answer = browser
        .submit("/invitation", &[("token", &token), ("action", "ask")])
        .await;
    let next = answer.redirect().to_owned();
    assert_eq!(next, format!("{address}&asked=1"));
    assert_eq!(server.number(asked).await, 1);
    let html = browser.page(&next).await.text();
    assert!(
        html.contains("Your administrators have been told."),
        "{html}"
    );
    assert!(!html.contains("Ask for a new link"), "{html}");
    // Whatever is posted there, the answer is an address of this page.
    for odd in ["", "&x=1 \r\n", &"x".repeat(5000)] {
        let answer = server
            .browser()
            .submit("/invitation", &[("token", odd), ("action", "ask")])
            .await;
        let next = answer.redirect();
        assert!(next.starts_with("/invitation?token=") && next.len() < 300);
    }
}

#[tokio::test]
async fn a_refused_mail_shows_until_the_address_is_corrected() {
    each_server(async |server| {
        let ines = pending(server, ACME, "ines").await;
        server
            .change("UPDATE accounts SET email = 'no address' WHERE username = 'ines'")
            .await;
        let admin = with_ada(server).await;
        invite(&admin, &ines).await.assert_status(200);
        server.mails_to(&ines).await;
        assert_eq!(status_of(&admin, &ines).await, UserStatus::Bounced);
        let told = server.number(
            "SELECT COUNT(*) FROM accounts WHERE state = 'bounced' AND bounce = 'the address is not one'",
        );
        assert_eq!(told.await, 1);
        let kind = "account.invitation_bounced";
        assert_eq!(server.events_of(&ines).await[0], kind);
        assert_eq!(
            last_reason(&admin, kind).await.as_deref(),
            Some("the address is not one")
        );
        server
            .change("UPDATE accounts SET email = 'ines@acme.example' WHERE username = 'ines'")
            .await;
        assert_eq!(status(&invite(&admin, &ines).await), UserStatus::Invited);
        let left = "SELECT COUNT(*) FROM accounts WHERE bounce IS NOT NULL";
        assert_eq!(server.number(left).await, 0);
        let token = mailed_link(server, &ines).await;
        assert_eq!(status_of(&admin, &ines).await, UserStatus::Invited);
        accept(&server.browser(), &token).await.code_step();
    })
    .await;
}

#[tokio::test]
async fn a_company_that_sends_temporary_passwords_shows_them_to_nobody() {
    each_server(async |server| {
        let admin = with_ada(server).await;
        decide(&admin, 1, "temporary_password")
            .await
            .assert_status(200);
        let ines = pending(server, ACME, "ines").await;
        let answer = invite(&admin, &ines).await;
        assert_eq!(status(&answer), UserStatus::Enabled);
        let password = mailed_password(server, &ines).await;
        assert_eq!(password.len(), 19);
        for answer in [answer, admin.get(&format!("users/{}", ines.id)).await] {
            assert!(!answer.text().contains(&password));
        }
        let mail = server.mails_to(&ines).await.remove(0);
        assert!(
            mail.text.contains("ends on 3 March at 09:0"),
            "{}",
            mail.text
        );

        // Another one replaces it.
        invite(&admin, &ines).await.assert_status(200);
        let second = mailed_password(server, &ines).await;
        server
            .browser()
            .type_password(&ines, &password)
            .await
            .problem(ProblemCode::WrongCredentials);

        server.advance(24 * HOUR);
        server
            .browser()
            .type_password(&ines, &second)
            .await
            .assert_status(403)
            .problem(ProblemCode::TemporaryPasswordEnded);
        let admin = server.browser();
        admin
            .sign_in(&Person {
                username: "ada".into(),
                email: "ada@acme.example".into(),
                ..ines.clone()
            })
            .await;
        invite(&admin, &ines).await.assert_status(200);
        let third = mailed_password(server, &ines).await;
        let browser = server.browser();
        let answer = browser.type_password(&ines, &third).await;
        let Step::ChangePassword(step) = answer.json() else {
            panic!("{answer:?}")
        };
        let chosen = json!({"attempt": step.attempt, "password": PASSWORD});
        browser
            .post("sign-in/password", chosen)
            .await
            .assert_status(200);
        invite(&admin, &ines)
            .await
            .assert_status(409)
            .problem(ProblemCode::NothingToDo);
    })
    .await;
}

#[tokio::test]
async fn a_temporary_password_leaves_no_later_than_it_ends_and_can_be_taken_back() {
    let server = TestServer::start().await;
    let admin = with_ada(&server).await;
    decide(&admin, 1, "temporary_password")
        .await
        .assert_status(200);
    let late = pending(&server, ACME, "late").await;
    invite(&admin, &late).await.assert_status(200);
    let ines = pending(&server, ACME, "ines").await;
    invite(&admin, &ines).await.assert_status(200);
    server.advance(MINUTE);
    let password = mailed_password(&server, &ines).await;
    assert_eq!(status(&cancel(&admin, &ines).await), UserStatus::Pending);
    server
        .browser()
        .type_password(&ines, &password)
        .await
        .problem(ProblemCode::WrongCredentials);
    // Back to links: what was sent before is gone then too.
    decide(&admin, 1, "link").await.assert_status(200);
    assert_eq!(status(&invite(&admin, &late).await), UserStatus::Invited);
    decide(&admin, 1, "temporary_password")
        .await
        .assert_status(200);
    let slow = pending(&server, ACME, "slow").await;
    invite(&admin, &slow).await.assert_status(200);
    server.advance(24 * HOUR);
    assert!(server.mails_to(&slow).await.is_empty(), "it has ended");
}

#[tokio::test]
async fn a_password_that_the_operator_told_works_although_its_mail_was_refused() {
    let server = TestServer::start().await;
    let admin = with_ada(&server).await;
    let draft = PersonDraft {
        username: "ines".into(),
        email: "ines@acme.example".into(),
        name: "Ines Newman".into(),
        roles: vec![Role::Agent],
    };
    let made = create_account(&server.services, ACME, &draft, Welcome::TemporaryPassword);
    let made = made.await.expect("a new account");
    let FirstCredential::TemporaryPassword { password, .. } = made else {
        panic!("not a password")
    };
    let ines = person_named(&admin, "ines").await;
    let mail = server.services.db.claim_mail(server.services.now(), MINUTE);
    let mail = mail.await.expect("answers").expect("a mail");
    assert_eq!(mail.account_id.as_ref().map(|id| &id.0), Some(&ines.id));
    // Refused once the lease is over, like by a mail server that does not know the address.
    server
        .change("UPDATE outbox SET sealed = x'78' WHERE kind = 'temporary_password'")
        .await;
    server.advance(MINUTE);
    server.mails_to(&ines).await;
    assert_eq!(status_of(&admin, &ines).await, UserStatus::Bounced);
    let browser = server.browser();
    let answer = browser.type_password(&ines, &password).await;
    let Step::ChangePassword(step) = answer.json() else {
        panic!("{answer:?}")
    };
    let chosen = json!({"attempt": step.attempt, "password": PASSWORD});
    browser
        .post("sign-in/password", chosen)
        .await
        .assert_status(200);
    assert_eq!(status_of(&admin, &ines).await, UserStatus::Enabled);
}

async fn person_named(admin: &TestBrowser<'_>, username: &str) -> Person {
    let page: UserPage = admin.get(&format!("users?search={username}")).await.json();
    let user = page.users.into_iter().next().expect("somebody");
    Person {
        id: user.id,
        alias: ACME.into(),
        username: user.username,
        email: user.email,
    }
}

#[tokio::test]
async fn a_company_decides_how_long_links_live() {
    each_server(async |server| {
        let admin = with_ada(server).await;
        let before = settings(&admin).await;
        assert_eq!(before.policy.days, 1);
        assert_eq!(before.policy.welcome, WelcomeStyle::Link);
        assert_eq!((before.fewest_days, before.most_days), (1, 14));
        let answer = decide(&admin, 14, "link").await;
        let after: InvitationOverview = answer.json();
        assert_eq!(after.policy.version, before.policy.version + 1);
        let link = &after.previews[0];
        assert_eq!(link.welcome, WelcomeStyle::Link);
        assert_eq!(link.subject, "Set your password for ACME Contact Centre");
        for fact in ["until 16 March at 09:00", "Login Username: ada", "••••"] {
            assert!(link.text.contains(fact), "{fact}\n{}", link.text);
        }
        assert!(after.previews[1].text.contains("ends on 3 March at 09:00"));
        assert_eq!(
            last_reason(&admin, "company.settings").await.as_deref(),
            Some("invitation_days 1 → 14")
        );
        let ines = pending(server, ACME, "ines").await;
        invite(&admin, &ines).await.assert_status(200);
        let token = mailed_link(server, &ines).await;
        server.advance(14 * 24 * HOUR - seconds(1));
        look(server, &token).await.assert_status(200);
        server.advance(seconds(1));
        look(server, &token).await.problem(ProblemCode::LinkExpired);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_decided_changes_nothing() {
    each_server(async |server| {
        let admin = with_ada(server).await;
        let before = settings(&admin).await.policy;
        let version = before.version;
        for (wanted, status) in [
            (
                json!({"version": version, "days": 0, "welcome": "link"}),
                400,
            ),
            (
                json!({"version": version, "days": 15, "welcome": "link"}),
                400,
            ),
            (
                json!({"version": version, "days": 65_536, "welcome": "link"}),
                400,
            ),
            (
                json!({"version": version, "days": -1, "welcome": "link"}),
                400,
            ),
            (
                json!({"version": version, "days": 1.5, "welcome": "link"}),
                400,
            ),
            (
                json!({"version": version, "days": 2, "welcome": "pigeon"}),
                400,
            ),
            (json!({"version": version, "days": 2}), 400),
            (json!({"days": 2, "welcome": "link"}), 400),
            (
                json!({"version": version, "days": 2, "welcome": "link", "x": 1}),
                400,
            ),
            (
                json!({"version": version + 1, "days": 2, "welcome": "link"}),
                409,
            ),
            (json!({"version": 0, "days": 2, "welcome": "link"}), 409),
        ] {
            admin
                .put("company/invitations", wanted.clone())
                .await
                .assert_status(status)
                .any_problem();
            assert_eq!(settings(&admin).await.policy, before, "{wanted}");
        }
        assert_eq!(last_reason(&admin, "company.settings").await, None);
        // The same again is nothing new.
        decide(&admin, 1, "link").await.assert_status(200);
        assert_eq!(settings(&admin).await.policy, before);
        server.advance(11 * MINUTE);
        decide(&admin, 2, "link")
            .await
            .assert_status(403)
            .problem(ProblemCode::FreshProofNeeded);
    })
    .await;
}

#[tokio::test]
async fn of_two_administrators_the_second_is_told() {
    each_server(async |server| {
        let admin = with_ada(server).await;
        let version = settings(&admin).await.policy.version;
        let first = json!({"version": version, "days": 3, "welcome": "link"});
        let second = json!({"version": version, "days": 1, "welcome": "temporary_password"});
        let answers = futures::future::join(
            admin.put("company/invitations", first),
            admin.put("company/invitations", second),
        );
        let (one, two) = answers.await;
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let after = settings(&admin).await.policy;
        assert_eq!(after.version, version + 1);
        assert!(
            matches!(
                (after.days, after.welcome),
                (3, WelcomeStyle::Link) | (1, WelcomeStyle::TemporaryPassword)
            ),
            "{after:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn the_operator_draws_the_bounds_and_what_was_decided_before_may_stay() {
    let server = TestServer::start().await;
    let admin = with_ada(&server).await;
    decide(&admin, 14, "link").await.assert_status(200);
    let closer = Setup {
        policy_bounds: PolicyBounds {
            invitation_days: (2, 7),
            ..PolicyBounds::default()
        },
        ..Setup::default()
    };
    let later = TestServer::at(&server.database_url(), closer).await;
    let admin = admin.at(&later);
    let now = settings(&admin).await;
    assert_eq!((now.fewest_days, now.most_days), (2, 7));
    decide(&admin, 14, "temporary_password")
        .await
        .assert_status(200);
    for days in [1, 8, 13] {
        decide(&admin, days, "link").await.assert_status(400);
    }
    decide(&admin, 7, "link").await.assert_status(200);
}

#[tokio::test]
async fn without_passwords_there_are_no_temporary_ones() {
    let server = TestServer::start().await;
    let admin = with_ada(&server).await;
    server
        .change("UPDATE companies SET passwords = FALSE")
        .await;
    assert!(!settings(&admin).await.passwords);
    decide(&admin, 1, "temporary_password")
        .await
        .assert_status(400)
        .problem(ProblemCode::InvalidRequest);
    // Decided before: a link all the same.
    server
        .change("UPDATE companies SET welcome = 'temporary_password'")
        .await;
    let ines = pending(&server, ACME, "ines").await;
    assert_eq!(status(&invite(&admin, &ines).await), UserStatus::Invited);
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
