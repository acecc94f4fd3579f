//! A forgotten password: asking costs the same for everybody, and only a stored password uses a link up.

use std::collections::BTreeSet;

use app::wire::{PasswordReset, PasswordStored, ProblemCode};
use futures::future::{join, join_all};
use serde_json::json;
use server::storage::{
    AccountId, AccountState, SecondFactor,
    testing::{TestDatabase, each_database},
};

use crate::{
    harness::{
        ACME, Answer, MINUTE, PASSWORD, Person, Setup, TestBrowser, TestServer, Who, company,
        seconds,
    },
    log::{count_statements, drop_log, keep_log, statements_of},
};

/// What people choose here.
const NEW: &str = "seven loud lighthouses";

/// Asks as a stranger does; the answer is always the same.
pub(crate) async fn forget(server: &TestServer, account: &str) {
    let answer = ask(&server.browser(), account).await;
    answer.assert_status(204);
}

async fn ask(browser: &TestBrowser<'_>, account: &str) -> Answer {
    let path = "companies/acme/forgot-password";
    browser.post(path, json!({"account": account})).await
}

/// The secrets of the links that this person was mailed, newest first.
pub(crate) async fn links_of(server: &TestServer, person: &Person) -> Vec<String> {
    let mails = server.mails_to(person).await;
    let link = |text: &str| {
        let (_, rest) = text.split_once("/reset-password?token=")?;
        rest.split_whitespace().next().map(str::to_owned)
    };
    mails.iter().filter_map(|mail| link(&mail.text)).collect()
}

async fn newest_link(server: &TestServer, person: &Person) -> String {
    links_of(server, person).await.remove(0)
}

async fn mailed_link(server: &TestServer, person: &Person) -> String {
    forget(server, &person.username).await;
    newest_link(server, person).await
}

async fn look(server: &TestServer, token: &str) -> Answer {
    let path = "reset-password/look";
    server.browser().post(path, json!({"token": token})).await
}

async fn store(browser: &TestBrowser<'_>, token: &str, password: &str) -> Answer {
    let typed = json!({"token": token, "password": password});
    browser.post("reset-password", typed).await
}

#[tokio::test]
async fn a_link_leads_to_a_new_password_and_to_nothing_else() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let anna = server.agent("anna").await;
        let old = server.browser();
        old.sign_in(&anna).await;
        let under_way = server.browser();
        server.advance(MINUTE);
        let step = under_way.begin(&anna).await;
        let code = server.code_of(&anna).await;
        trust_every_browser(&server, &anna).await;
        let token = mailed_link(&server, &anna).await;
        let shown: PasswordReset = look(&server, &token).await.json();
        assert_eq!(
            (shown.username.as_str(), shown.minimum, shown.company.alias),
            ("anna", 8, ACME.to_owned())
        );
        assert_eq!(shown.expires_at, "2026-03-02T09:21:00+01:00");
        let browser = server.browser();
        let stored: PasswordStored = store(&browser, &token, NEW).await.json();
        assert_eq!(
            (stored.company.as_str(), stored.username.as_str()),
            (ACME, "anna")
        );
        // No session follows, and what the old password opened is closed.
        browser.session().await.signed_out();
        assert_eq!(browser.cookie("callgate-session"), None);
        old.session().await.signed_out();
        under_way
            .enter(&step.attempt, &code)
            .await
            .problem(ProblemCode::AttemptOver);
        browser
            .type_password(&anna, PASSWORD)
            .await
            .problem(ProblemCode::WrongCredentials);
        server.advance(MINUTE);
        // The second proof is still asked.
        browser.type_password(&anna, NEW).await.code_step();
        let told = server.mails_to(&anna).await;
        let subject = "Your password for ACME Contact Centre was changed";
        assert!(told.iter().any(|mail| mail.subject == subject), "{told:?}");
        let events = server.events_of(&anna).await;
        for kind in ["password.reset_asked", "password.reset"] {
            assert!(events.contains(&kind.to_owned()), "{kind}: {events:?}");
        }
        assert_eq!(server.number("SELECT COUNT(*) FROM trusts").await, 0);
        let flagged = "SELECT COUNT(*) FROM accounts WHERE reset_by_mail_at IS NOT NULL";
        assert_eq!(server.number(flagged).await, 1);
        server.services.db.close().await;
    })
    .await;
}

/// "Don't ask again" on every browser that there is.
pub(crate) async fn trust_every_browser(server: &TestServer, person: &Person) {
    let id = &person.id;
    let now = server.clock.now().0;
    server
        .change(format!(
            "INSERT INTO trusts (id, browser_id, account_id, security_version, days, granted_at,
                 last_used_at, expires_at, user_agent, address)
             SELECT b.id, b.id, a.id, a.security_version, 14, {now}, {now}, {now} + 1000000000, 'x', 'x'
             FROM browsers b, accounts a WHERE a.id = '{id}'"
        ))
        .await;
    assert!(server.number("SELECT COUNT(*) FROM trusts").await > 0);
}

/// Somebody in a state that a stranger must not find out.
async fn in_state(server: &TestServer, name: &str, state: AccountState) -> Person {
    server
        .person_with(ACME, name, Who::Agent, |account, past| {
            account.state = state;
            if state != AccountState::Enabled {
                past.password = None;
            }
        })
        .await
}

#[tokio::test]
async fn asking_costs_the_same_whoever_it_is_about() {
    count_statements();
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let locked = server.agent("locked").await;
        server.browser().fail_codes(&locked, 5).await;
        let mut typed: Vec<String> = (0..100).map(|n| format!("nobody-{n}")).collect();
        typed.extend((0..20).map(|n| format!("no.one-{n}@elsewhere.example")));
        for n in 0..20 {
            let person = server.agent(&format!("agent-{n}")).await;
            typed.extend([person.username, person.email]);
        }
        for (name, state) in [
            ("disabled", AccountState::Disabled),
            ("pending", AccountState::Pending),
            ("invited", AccountState::Invited),
            ("bounced", AccountState::Bounced),
            ("sso-only", AccountState::SsoOnly),
        ] {
            in_state(&server, name, state).await;
            typed.push(name.to_owned());
        }
        typed.extend(["locked", "LOCKED@acme.example", " agent-1 ", "agent-1"].map(str::to_owned));
        let hashed = server.services.hashing.counts();
        let mut seen = BTreeSet::new();
        for account in &typed {
            let before = rows(&server).await;
            let answer = ask(&server.browser(), account).await;
            let headers: Vec<&str> = answer.headers.keys().map(|name| name.as_str()).collect();
            let statements = statements_of(answer.header("x-request-id"));
            let after = rows(&server).await;
            let grown: Vec<i64> = after.iter().zip(&before).map(|(a, b)| a - b).collect();
            seen.insert(format!(
                "{} {headers:?} {:?} {statements:#?} {grown:?}",
                answer.status, answer.body
            ));
        }
        assert_eq!(seen.len(), 1, "{seen:#?}");
        let only = seen.first().expect("one");
        assert!(only.starts_with("204 No Content"), "{only}");
        assert!(only.contains("INSERT INTO reset_requests"), "{only}");
        assert!(!only.contains("FROM accounts"), "{only}");
        let now = server.services.hashing.counts();
        assert_eq!(
            (now.verified, now.hashed),
            (hashed.verified, hashed.hashed),
            "passwords were hashed"
        );
        server.services.db.close().await;
    })
    .await;
}

/// How many rows each table has that a request could write to.
async fn rows(server: &TestServer) -> Vec<i64> {
    let mut rows = Vec::new();
    for table in [
        "reset_requests",
        "links",
        "outbox",
        "audit_events",
        "throttles",
        "attempts",
        "email_codes",
        "sessions",
    ] {
        rows.push(server.number(format!("SELECT COUNT(*) FROM {table}")).await);
    }
    rows
}

#[tokio::test]
async fn each_person_is_mailed_what_helps_them() {
    let server = TestServer::start().await;
    let link = "Choose a new password for ACME Contact Centre";
    let no_password = "How you sign in to ACME Contact Centre";
    for (name, state, subject, words) in [
        ("ann", AccountState::Enabled, link, "for 20 minutes"),
        ("sso", AccountState::SsoOnly, no_password, "Single Sign-On"),
        ("inv", AccountState::Invited, no_password, "your invitation"),
        ("dis", AccountState::Disabled, "", ""),
        ("pen", AccountState::Pending, "", ""),
        ("bou", AccountState::Bounced, "", ""),
    ] {
        let person = in_state(&server, name, state).await;
        forget(&server, &person.email.to_uppercase()).await;
        let mails = server.mails_to(&person).await;
        if subject.is_empty() {
            assert!(mails.is_empty(), "{name}: {mails:?}");
            continue;
        }
        assert_eq!(mails.len(), 1, "{name}");
        assert_eq!(mails[0].subject, subject, "{name}");
        assert!(mails[0].text.contains(words), "{}", mails[0].text);
        assert!(mails[0].text.contains("Helga Desk"), "{}", mails[0].text);
        let has_link = mails[0].text.contains("token=");
        assert_eq!(has_link, state == AccountState::Enabled, "{name}");
        assert_eq!(server.events_of(&person).await, ["password.reset_asked"]);
    }
}

#[tokio::test]
async fn strangers_cannot_fill_the_log_with_names_that_nobody_has() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        let noted = "SELECT COUNT(*) FROM audit_events WHERE kind = 'password.reset_asked'";
        for alias in [ACME, "beta"] {
            server.add_company(company(alias)).await;
        }
        let anna = server.agent("anna").await;
        for n in 0..105 {
            forget(&server, &format!("nobody-{n}")).await;
        }
        server.mails_to(&anna).await;
        assert_eq!(server.number(noted).await, 100);
        // Neither the people that there are nor other companies have less room for that.
        forget(&server, "anna").await;
        let elsewhere = json!({"account": "nobody"});
        server
            .browser()
            .post("companies/beta/forgot-password", elsewhere)
            .await
            .assert_status(204);
        server.mails_to(&anna).await;
        assert_eq!(server.number(noted).await, 102);
        server.advance(60 * MINUTE);
        forget(&server, "nobody").await;
        server.mails_to(&anna).await;
        assert_eq!(server.number(noted).await, 103);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn the_mail_speaks_the_language_of_the_page() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser
        .put("language", json!({"language": "de"}))
        .await
        .assert_status(204);
    ask(&browser, "anna").await.assert_status(204);
    let mails = server.mails_to(&anna).await;
    assert!(
        mails[0]
            .subject
            .starts_with("Wählen Sie ein neues Passwort")
    );
}

#[tokio::test]
async fn three_links_an_hour_live_until_one_is_used() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    for _ in 0..10 {
        server.advance(seconds(1));
        forget(&server, "anna").await;
    }
    let links = links_of(&server, &anna).await;
    assert_eq!(links.len(), 3);
    for link in &links {
        look(&server, link).await.assert_status(200);
    }
    // Ten requests are no ten lines of the owner's timeline.
    let events = server.events_of(&anna).await;
    assert_eq!(events, ["password.reset_asked"; 4]);
    let silent = "SELECT COUNT(*) FROM audit_events WHERE reason = 'limit reached'";
    assert_eq!(server.number(silent).await, 1);
    // The oldest is as good as the newest; with it the others end.
    let browser = server.browser();
    store(&browser, &links[2], NEW).await.assert_status(200);
    for link in &links {
        let problem = store(&browser, link, PASSWORD)
            .await
            .assert_status(410)
            .problem(ProblemCode::LinkUsed);
        assert_eq!(problem.company.as_deref(), Some(ACME));
        assert!(problem.help_contact.is_some());
        look(&server, link).await.problem(ProblemCode::LinkUsed);
    }
    server.advance(59 * MINUTE);
    forget(&server, "anna").await;
    assert_eq!(links_of(&server, &anna).await.len(), 3);
    server.advance(MINUTE);
    forget(&server, "anna").await;
    assert_eq!(links_of(&server, &anna).await.len(), 4);
}

#[tokio::test]
async fn a_link_ends_after_twenty_minutes_and_says_when() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let token = mailed_link(&server, &anna).await;
    server.advance(20 * MINUTE - seconds(1));
    look(&server, &token).await.assert_status(200);
    server.advance(seconds(1));
    for answer in [
        look(&server, &token).await,
        store(&server.browser(), &token, NEW).await,
    ] {
        let problem = answer.assert_status(410).problem(ProblemCode::LinkExpired);
        assert_eq!(
            problem.ended_at.as_deref(),
            Some("2026-03-02T09:20:00+01:00")
        );
        assert_eq!(problem.company.as_deref(), Some(ACME));
    }
    let page = server
        .browser()
        .page(&format!("/reset-password?token={token}"))
        .await;
    let html = page.assert_status(410).text();
    assert!(
        html.contains("This link ended on 2 March at 09:20."),
        "{html}"
    );
    assert!(html.contains("/acme/forgot-password"), "{html}");
    server
        .browser()
        .type_password(&anna, PASSWORD)
        .await
        .code_step();
    for nothing in ["guessed", ""] {
        let problem = look(&server, nothing).await.problem(ProblemCode::LinkUsed);
        assert_eq!(problem.company, None);
    }
}

#[tokio::test]
async fn scanners_that_open_and_submit_use_nothing_up() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let token = mailed_link(&server, &anna).await;
    let scanner = server.browser();
    let address = format!("/reset-password?token={token}");
    for _ in 0..3 {
        let page = scanner.page(&address).await;
        assert!(
            page.assert_status(200)
                .text()
                .contains("Choose a new password")
        );
        look(&server, &token).await.assert_status(200);
    }
    for password in [
        "",
        "test",
        "password",
        "acme contact centre",
        "anna@acme.example",
    ] {
        store(&scanner, &token, password)
            .await
            .assert_status(422)
            .problem(ProblemCode::PasswordRefused);
        let fields = [("token", token.as_str()), ("password", password)];
        let page = scanner.submit(&address, &fields).await;
        page.assert_status(422);
        assert!(!page.text().contains("value=\"password\""));
    }
    let head = scanner
        .request(axum::http::Method::HEAD, &address)
        .body(axum::body::Body::empty());
    scanner.send(head.expect("a request")).await;
    store(&server.browser(), &token, NEW)
        .await
        .assert_status(200);
}

#[tokio::test]
async fn a_link_from_before_a_change_is_no_link_any_more() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let token = mailed_link(&server, &anna).await;
    let mut tx = server.services.db.begin().await.expect("begins");
    let new = server.stored(NEW).await;
    tx.set_password(&AccountId(anna.id.clone()), &new, server.clock.now())
        .await
        .expect("set");
    tx.commit().await.expect("commits");
    look(&server, &token)
        .await
        .assert_status(410)
        .problem(ProblemCode::LinkUsed);
    store(&server.browser(), &token, PASSWORD)
        .await
        .problem(ProblemCode::LinkUsed);
    server.browser().type_password(&anna, NEW).await.code_step();
}

#[tokio::test]
async fn a_lock_and_wrong_codes_outlive_a_reset() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    server.browser().fail_codes(&anna, 5).await;
    let token = mailed_link(&server, &anna).await;
    store(&server.browser(), &token, NEW)
        .await
        .assert_status(200);
    assert_eq!(server.code_failures(&anna).await, 5);
    server
        .browser()
        .type_password(&anna, NEW)
        .await
        .problem(ProblemCode::AccountLocked);
    let bob = server.agent("bob").await;
    server.browser().fail_codes(&bob, 3).await;
    let token = mailed_link(&server, &bob).await;
    store(&server.browser(), &token, NEW)
        .await
        .assert_status(200);
    assert_eq!(server.code_failures(&bob).await, 3);
    server.advance(MINUTE);
    let step = server.browser().type_password(&bob, NEW).await.code_step();
    assert_eq!(step.attempts_left, Some(2));
}

#[tokio::test]
async fn waits_end_with_the_new_password() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let own = server.browser();
    own.sign_in(&anna).await;
    server.advance(MINUTE);
    let stranger = server.browser();
    for browser in [&own, &stranger] {
        browser.guess(&anna, 5).await;
        browser
            .type_password(&anna, PASSWORD)
            .await
            .problem(ProblemCode::Wait);
    }
    let token = mailed_link(&server, &anna).await;
    // On a phone, say.
    store(&server.browser(), &token, NEW)
        .await
        .assert_status(200);
    for browser in [&own, &stranger] {
        browser.type_password(&anna, NEW).await.code_step();
    }
}

#[tokio::test]
async fn a_link_is_worth_nothing_once_the_account_is_closed() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let token = mailed_link(&server, &anna).await;
    server
        .change("UPDATE accounts SET state = 'disabled' WHERE username = 'anna'")
        .await;
    look(&server, &token)
        .await
        .assert_status(403)
        .problem(ProblemCode::AccountDisabled);
    store(&server.browser(), &token, NEW)
        .await
        .problem(ProblemCode::AccountDisabled);
    server
        .change("UPDATE accounts SET state = 'enabled' WHERE username = 'anna'")
        .await;
    server
        .change("UPDATE companies SET passwords = FALSE")
        .await;
    store(&server.browser(), &token, NEW)
        .await
        .problem(ProblemCode::PasswordsOff);
    ask(&server.browser(), "anna")
        .await
        .assert_status(403)
        .problem(ProblemCode::PasswordsOff);
    let page = server.browser().page("/acme/forgot-password").await;
    let html = page.assert_status(200).text();
    assert!(html.contains("People here do not sign in with a password."));
    assert!(!html.contains("Send link"), "{html}");
}

#[tokio::test]
async fn what_names_no_account_is_refused_before_anything_is_written() {
    let server = TestServer::start().await;
    for typed in ["", "   ", "a\nb", &"x".repeat(300)] {
        ask(&server.browser(), typed)
            .await
            .assert_status(400)
            .problem(ProblemCode::InvalidRequest);
    }
    server
        .browser()
        .post("companies/nowhere/forgot-password", json!({"account": "a"}))
        .await
        .assert_status(404)
        .problem(ProblemCode::UnknownCompany);
    assert_eq!(
        server.number("SELECT COUNT(*) FROM reset_requests").await,
        0
    );
}

#[tokio::test]
async fn unknown_people_leave_only_a_hash() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let lines = keep_log();
        for typed in ["my secret passphrase", "my secret passphrase", "nobody"] {
            forget(&server, typed).await;
        }
        server
            .jobs()
            .answer_reset_requests()
            .await
            .expect("answered");
        drop_log();
        let log = lines.text();
        assert!(log.contains("outcome=\"unknown\""), "{log}");
        assert!(!log.contains("passphrase"), "{log}");
        assert_eq!(rows(&server).await, [0, 0, 0, 3, 0, 0, 0, 0]);
        let distinct = "SELECT COUNT(DISTINCT reason) FROM audit_events WHERE account_id IS NULL";
        assert_eq!(server.number(distinct).await, 2);
        let clear = "SELECT COUNT(*) FROM audit_events WHERE reason LIKE '%phrase%'";
        assert_eq!(server.number(clear).await, 0);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_flood_is_told_to_come_back_and_leaves_room_for_other_companies() {
    let server = TestServer::start().await;
    server.add_company(company("beta")).await;
    let mut full = 0;
    for n in 0..510 {
        let answer = ask(&server.browser(), &format!("nobody-{n}")).await;
        if answer.status.as_u16() == 503 {
            let problem = answer.problem(ProblemCode::Busy);
            assert_eq!(problem.retry_after, Some(5));
            full += 1;
        }
    }
    assert_eq!(full, 10);
    let answer = server
        .browser()
        .post("companies/beta/forgot-password", json!({"account": "bea"}))
        .await;
    answer.assert_status(204);
    server
        .jobs()
        .answer_reset_requests()
        .await
        .expect("answered");
    assert_eq!(
        server.number("SELECT COUNT(*) FROM reset_requests").await,
        0
    );
    forget(&server, "anna").await;
    // What no job came to is not kept for long.
    server.advance(61 * MINUTE);
    server.jobs().purge().await.expect("purged");
    assert_eq!(
        server.number("SELECT COUNT(*) FROM reset_requests").await,
        0
    );
}

/// Runs the test with two servers, once on each engine.
async fn two_servers(test: impl AsyncFn(&TestServer, &TestServer)) {
    each_database(async |database: &TestDatabase| {
        let setup = Setup::default();
        let one = TestServer::at(&database.url, setup.clone()).await;
        let two = TestServer::at(&database.url, setup).await;
        one.add_company(company(ACME)).await;
        test(&one, &two).await;
        one.services.db.close().await;
        two.services.db.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_use_one_link_at_once_one_wins() {
    two_servers(async |one, two| {
        let anna = one.agent("anna").await;
        let token = mailed_link(one, &anna).await;
        let password = |n: usize| format!("{NEW} number {n}");
        let answers = join_all((0..20).map(async |n| {
            let browser = if n % 2 == 0 {
                one.browser()
            } else {
                two.browser()
            };
            store(&browser, &token, &password(n)).await
        }))
        .await;
        let winners: Vec<usize> = (0..20)
            .filter(|n| answers[*n].status.is_success())
            .collect();
        assert_eq!(winners.len(), 1, "{answers:?}");
        for answer in answers.iter().filter(|answer| !answer.status.is_success()) {
            answer.assert_status(410).problem(ProblemCode::LinkUsed);
        }
        let browser = one.browser();
        let step = browser.type_password(&anna, &password(winners[0])).await;
        step.code_step();
        let events = one.events_of(&anna).await;
        let resets = events.iter().filter(|kind| *kind == "password.reset");
        assert_eq!(resets.count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn servers_on_one_database_answer_each_request_once() {
    two_servers(async |one, two| {
        let mut people = Vec::new();
        for n in 0..12 {
            let person = one.agent(&format!("agent-{n}")).await;
            forget(if n % 2 == 0 { one } else { two }, &person.username).await;
            people.push(person);
        }
        let (first, second) = (one.jobs(), two.jobs());
        let (first, second) = join(
            first.answer_reset_requests(),
            second.answer_reset_requests(),
        )
        .await;
        first.and(second).expect("answered");
        let links = "SELECT COUNT(*) FROM links WHERE kind = 'reset'";
        assert_eq!(one.number(links).await, 12);
        assert_eq!(one.number("SELECT COUNT(*) FROM outbox").await, 12);
        assert_eq!(one.number("SELECT COUNT(*) FROM reset_requests").await, 0);
        for person in &people {
            assert_eq!(one.events_of(person).await, ["password.reset_asked"]);
        }
    })
    .await;
}

#[tokio::test]
async fn everything_works_without_scripts() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let page = browser.page("/acme").await;
    assert!(page.text().contains("href=\"/acme/forgot-password\""));
    let page = browser.page("/acme/forgot-password").await;
    let html = page.assert_status(200).text();
    assert!(html.contains("Forgot Password") && html.contains("Send link"));
    let page = browser
        .submit("/acme/forgot-password", &[("account", "")])
        .await;
    let html = page.assert_status(400).text();
    assert!(html.contains("Type your username"), "{html}");
    let answer = browser
        .submit("/acme/forgot-password", &[("account", "anna")])
        .await;
    assert_eq!(answer.redirect(), "/acme/forgot-password?sent=1");
    let page = browser.page("/acme/forgot-password?sent=1").await;
    assert!(page.text().contains("a link is in its mailbox in a moment"));
    let token = newest_link(&server, &anna).await;
    let address = format!("/reset-password?token={token}");
    let page = browser.page(&address).await;
    assert!(page.assert_status(200).text().contains(&token));
    let fields = |password| [("token", token.as_str()), ("password", password)];
    let page = browser.submit(&address, &fields("short")).await;
    let html = page.assert_status(422).text();
    assert!(html.contains("Use at least 8 characters."), "{html}");
    let answer = browser.submit(&address, &fields(NEW)).await;
    let to = answer.redirect().to_owned();
    assert_eq!(to, "/acme?account=anna&notice=password_saved&other=1");
    let html = browser.page(&to).await.assert_status(200).text();
    assert!(html.contains("Your new password is saved."), "{html}");
    assert!(html.contains("value=\"anna\""), "{html}");
    let page = browser.submit(&address, &fields(PASSWORD)).await;
    let html = page.assert_status(410).text();
    assert!(html.contains("This link was used already"), "{html}");
    assert!(html.contains("Ask for a new link"), "{html}");
}

#[tokio::test]
async fn a_company_that_asks_for_nothing_more_lets_people_in_with_the_new_password() {
    let server = TestServer::start().await;
    let mut plain = company("plain");
    plain.policy.second_factor = SecondFactor::Off;
    server.add_company(plain).await;
    let bea = server.person("plain", "bea", Who::Agent).await;
    let path = "companies/plain/forgot-password";
    server
        .browser()
        .post(path, json!({"account": "bea"}))
        .await
        .assert_status(204);
    let token = newest_link(&server, &bea).await;
    let shown: PasswordReset = look(&server, &token).await.json();
    assert_eq!(shown.minimum, 15);
    let browser = server.browser();
    store(&browser, &token, NEW).await.assert_status(200);
    browser.session().await.signed_out();
    browser.type_password(&bea, NEW).await.landing();
}
