//! Creating a company: who may, what it may be called, and that nobody is in before its first administrator.

use std::time::Duration;

use app::wire::{
    AliasAnswer, AliasFate, CompanyFounded, FloorCard, Onboarding, OnboardingMode, ProblemCode,
    WaitsFor,
};
use futures::future::join_all;
use serde_json::{Value, json};
use server::{
    config,
    domain::finder::name_skeleton,
    flows::operator::{approve_company, refuse_company},
    storage::{
        Company,
        testing::{TestDatabase, each_database},
    },
};

use crate::harness::{ACME, Answer, HOUR, MINUTE, PASSWORD, Person, Setup, TestServer, company};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// `acme`, whose name looks like what it looks like.
fn acme() -> Company {
    let acme = company(ACME);
    Company {
        name_skeleton: name_skeleton(&acme.name),
        ..acme
    }
}

async fn server_with_acme() -> TestServer {
    let server = TestServer::start().await;
    server.change("DELETE FROM companies").await;
    server.change("DELETE FROM aliases_used").await;
    server.add_company(acme()).await;
    server
}

fn wanted(alias: &str, name: &str) -> Value {
    json!({
        "name": name,
        "alias": alias,
        "language": "de",
        "time_zone": "Europe/Berlin",
        "amazon_connect": "initech.my.connect.aws",
        "admin_name": "Bill Lumbergh",
        "admin_email": format!("bill@{alias}.example"),
    })
}

fn but(mut wanted: Value, field: &str, value: impl Into<Value>) -> Value {
    wanted[field] = value.into();
    wanted
}

fn setup(onboarding: config::Onboarding) -> Setup {
    Setup {
        onboarding,
        ..Setup::default()
    }
}

async fn ask(server: &TestServer, wanted: Value) -> Answer {
    server.browser().post("onboarding", wanted).await
}

async fn founded(server: &TestServer, alias: &str) -> CompanyFounded {
    let answer = ask(server, wanted(alias, &format!("{alias} Limited"))).await;
    answer.assert_status(201);
    answer.json()
}

async fn fate(server: &TestServer, alias: &str) -> AliasAnswer {
    let browser = server.browser();
    browser
        .post("onboarding/alias", json!({"alias": alias}))
        .await
        .json()
}

/// Whoever a company was created by.
async fn founder(server: &TestServer, founded: &CompanyFounded) -> Person {
    let s = &server.services;
    let account = s.db.account_anywhere(&founded.sent_to).await;
    let account = account.expect("answers").expect("it exists");
    Person {
        id: account.id.0,
        alias: founded.alias.clone(),
        username: account.username,
        email: account.email,
    }
}

/// The secret of the link in somebody's newest mail.
async fn link(server: &TestServer, person: &Person) -> String {
    let mails = server.mails_to(person).await;
    let text = &mails.first().expect("a mail").text;
    let (_, token) = text.split_once("/invitation?token=").expect("a link");
    token
        .split_whitespace()
        .next()
        .expect("a secret")
        .to_owned()
}

#[tokio::test]
async fn a_company_opens_with_the_link_of_its_first_administrator() {
    each_database(async |database: &TestDatabase| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        let founded = founded(&server, "initech").await;
        assert_eq!(founded.login_url, "http://127.0.0.1:3000/initech");
        assert_eq!(founded.ends_at, "2026-03-09T09:00:00+01:00");
        assert_eq!(founded.sent_to, "bill@initech.example");
        assert!(!founded.waits_for_approval);
        let bill = founder(&server, &founded).await;
        assert_eq!(bill.username, "bill");

        let card: FloorCard = server
            .browser()
            .get("companies/initech/floor-card")
            .await
            .json();
        assert_eq!(card.waits_for, Some(WaitsFor::FirstPassword));
        assert!(card.qr.starts_with("<svg"), "{}", card.qr);
        let mail = server.mails_to(&bill).await.remove(0);
        assert_eq!(mail.subject, "initech Limited öffnen: Passwort festlegen");

        let token = link(&server, &bill).await;
        let browser = server.browser();
        let accepted = json!({"token": token, "password": PASSWORD});
        let step = browser
            .post("invitations/accept", accepted)
            .await
            .code_step();
        let code = server.code_of(&bill).await;
        let landing = browser.enter(&step.attempt, &code).await.landing();
        assert_eq!(landing, "/initech/console/users");
        let events = server.events_of(&bill).await;
        for kind in [
            "account.created",
            "account.invited",
            "account.accepted",
            "company.entered",
        ] {
            assert!(events.contains(&kind.into()), "{kind}: {events:?}");
        }
        let card: FloorCard = browser.get("companies/initech/floor-card").await.json();
        assert_eq!(card.waits_for, None);
        // Long afterwards it is still there.
        server.advance(8 * DAY);
        server.jobs().purge().await.expect("purged");
        browser.get("companies/initech").await.assert_status(200);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_nobody_opened_is_gone_after_seven_days_and_its_names_are_free() {
    each_database(async |database: &TestDatabase| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        let founded_first = founded(&server, "initech").await;
        let bill = founder(&server, &founded_first).await;
        let token = link(&server, &bill).await;
        server.advance(7 * DAY - MINUTE);
        server.jobs().purge().await.expect("purged");
        assert_eq!(fate(&server, "initech").await.fate, AliasFate::Taken);
        server.advance(2 * MINUTE);
        let late = json!({"token": token, "password": PASSWORD});
        server
            .browser()
            .post("invitations/accept", late)
            .await
            .problem(ProblemCode::LinkExpired);
        server.jobs().purge().await.expect("purged");
        assert_eq!(fate(&server, "initech").await.fate, AliasFate::Free);
        for table in ["companies", "accounts", "aliases_used"] {
            let left = server.number(format!("SELECT COUNT(*) FROM {table}")).await;
            assert_eq!(left, 0, "{table}");
        }
        founded(&server, "initech").await;
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn an_alias_that_somebody_lived_at_is_never_given_away_again() {
    let server = TestServer::start().await;
    server
        .change("DELETE FROM companies WHERE alias = 'acme'")
        .await;
    assert_eq!(fate(&server, ACME).await.fate, AliasFate::Taken);
    ask(&server, wanted(ACME, "Another one"))
        .await
        .assert_status(409)
        .problem(ProblemCode::AliasTaken);
}

#[tokio::test]
async fn an_alias_is_looked_up_as_it_is_typed() {
    let server = server_with_acme().await;
    for (alias, fate, suggestion) in [
        ("initech", AliasFate::Free, None),
        ("acme", AliasFate::Taken, Some("acme-support")),
        (
            "acmecontactcentre",
            AliasFate::Taken,
            Some("acmecontactcentre-support"),
        ),
        ("api", AliasFate::Reserved, Some("api-support")),
        ("ab", AliasFate::TooShort, Some("ab-support")),
        ("", AliasFate::TooShort, None),
        (
            &"a".repeat(41),
            AliasFate::TooLong,
            Some(&*format!("{}-2", "a".repeat(36))),
        ),
        ("Acme!", AliasFate::Characters, Some("cme-support")),
        ("a\0b", AliasFate::Characters, Some("ab-support")),
    ] {
        let answer = self::fate(&server, alias).await;
        assert_eq!(answer.fate, fate, "{alias}");
        assert_eq!(answer.suggestion.as_deref(), suggestion, "{alias}");
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_nothing_is_made() {
    each_database(async |database: &TestDatabase| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(acme()).await;
        let good = || wanted("initech", "Initech");
        for (bad, code) in [
            (but(good(), "alias", "acme"), ProblemCode::AliasTaken),
            (
                but(good(), "name", "acme CONTACT Centre"),
                ProblemCode::NameTaken,
            ),
            (
                but(good(), "name", "\u{430}cme contact centre"),
                ProblemCode::NameTaken,
            ),
            (but(good(), "alias", "api"), ProblemCode::InvalidRequest),
            (but(good(), "alias", "in"), ProblemCode::InvalidRequest),
            (but(good(), "name", ""), ProblemCode::InvalidRequest),
            (but(good(), "name", "a\0b"), ProblemCode::InvalidRequest),
            (
                but(good(), "name", "Win at www.evil.example"),
                ProblemCode::InvalidRequest,
            ),
            (
                but(good(), "admin_name", "https://evil.example"),
                ProblemCode::InvalidRequest,
            ),
            (
                but(good(), "admin_name", "a\u{202e}b"),
                ProblemCode::InvalidRequest,
            ),
            (
                but(good(), "admin_email", "bill"),
                ProblemCode::InvalidRequest,
            ),
            (
                but(good(), "admin_email", "bill@initech.example\0"),
                ProblemCode::InvalidRequest,
            ),
            (but(good(), "language", "tlh"), ProblemCode::InvalidRequest),
            (
                but(good(), "time_zone", "../../etc/passwd"),
                ProblemCode::InvalidRequest,
            ),
            (
                but(good(), "amazon_connect", "http://initech.example"),
                ProblemCode::InvalidRequest,
            ),
            (
                but(good(), "region", "Atlantis"),
                ProblemCode::InvalidRequest,
            ),
            (but(good(), "plan", "free"), ProblemCode::InvalidRequest),
            (but(good(), "name", 7), ProblemCode::InvalidRequest),
        ] {
            let said = bad.to_string();
            let answer = ask(&server, bad).await;
            assert!(answer.status.is_client_error(), "{said}: {answer:?}");
            assert_eq!(answer.problem(code).code, code, "{said}");
        }
        assert_eq!(server.number("SELECT COUNT(*) FROM companies").await, 1);
        assert_eq!(server.number("SELECT COUNT(*) FROM outbox").await, 0);
        assert_eq!(server.number("SELECT COUNT(*) FROM throttles").await, 0);
        // The e-mail address of somebody elsewhere is as good as any other.
        let anna = server.agent("anna").await;
        ask(&server, but(good(), "admin_email", anna.email))
            .await
            .assert_status(201);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_want_a_name_at_the_same_moment_one_gets_it() {
    each_database(async |database: &TestDatabase| {
        let one = TestServer::at(&database.url, Setup::default()).await;
        let two = TestServer::at(&database.url, Setup::default()).await;
        for (code, variant) in [
            (ProblemCode::AliasTaken, None),
            (ProblemCode::NameTaken, Some("hooli")),
        ] {
            let answers = join_all((0..12_u8).map(|number| {
                let server = if number % 2 == 0 { &one } else { &two };
                let (alias, name) = match variant {
                    None => ("initech".to_owned(), format!("Initech {number}")),
                    Some(alias) => (format!("{alias}-{number}"), "Hooli".to_owned()),
                };
                let wanted = but(
                    wanted(&alias, &name),
                    "admin_email",
                    format!("bill{number}@{alias}.example"),
                );
                async move {
                    let browser = server.browser().from([203, 0, 113, number]);
                    browser.post("onboarding", wanted).await
                }
            }))
            .await;
            let made = answers.iter().filter(|answer| answer.status == 201).count();
            assert_eq!(made, 1, "{answers:?}");
            for answer in answers.iter().filter(|answer| answer.status != 201) {
                answer.assert_status(409).problem(code);
            }
        }
        one.services.db.close().await;
        two.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn so_many_companies_are_made_in_an_hour_and_no_more() {
    let server = TestServer::start().await;
    // One address is mailed three times.
    for number in 0..4 {
        let wanted = but(
            wanted(&format!("same-{number}"), &format!("Same {number}")),
            "admin_email",
            "Bill@initech.example",
        );
        let answer = ask(&server, wanted).await;
        if number < 3 {
            answer.assert_status(201);
        } else {
            assert_eq!(
                answer
                    .assert_status(429)
                    .problem(ProblemCode::Wait)
                    .retry_after,
                Some(3600)
            );
        }
    }
    // One network makes twenty; another one is not held up by it.
    for number in 3..21_u8 {
        let answer = ask(
            &server,
            wanted(&format!("many-{number}"), &format!("Many {number}")),
        )
        .await;
        answer.assert_status(if number < 20 { 201 } else { 429 });
    }
    let elsewhere = server.browser().from([198, 51, 100, 4]);
    elsewhere
        .post("onboarding", wanted("elsewhere", "Elsewhere"))
        .await
        .assert_status(201);
    server.advance(HOUR);
    ask(&server, wanted("later", "Later"))
        .await
        .assert_status(201);
}

#[tokio::test]
async fn closed_means_closed() {
    let server = TestServer::with(setup(config::Onboarding::Closed)).await;
    let offer: Onboarding = server.browser().get("onboarding").await.json();
    assert_eq!(offer.mode, OnboardingMode::Closed);
    ask(&server, wanted("initech", "Initech"))
        .await
        .assert_status(404)
        .problem(ProblemCode::NotFound);
    let asked = json!({"alias": "initech"});
    let browser = server.browser();
    browser
        .post("onboarding/alias", asked)
        .await
        .problem(ProblemCode::NotFound);
    let page = browser.page("/onboarding").await;
    assert!(
        page.assert_status(404)
            .text()
            .contains("only its operator creates companies")
    );
    assert!(!browser.page("/").await.text().contains("Create a company"));
}

#[tokio::test]
async fn where_the_operator_decides_the_link_comes_with_the_yes() {
    each_database(async |database: &TestDatabase| {
        let server = TestServer::at(&database.url, setup(config::Onboarding::Approve)).await;
        let s = &server.services;
        let founded_company = founded(&server, "initech").await;
        assert!(founded_company.waits_for_approval);
        let bill = founder(&server, &founded_company).await;
        assert_eq!(server.mails_to(&bill).await.len(), 0);
        let card: FloorCard = server
            .browser()
            .get("companies/initech/floor-card")
            .await
            .json();
        assert_eq!(card.waits_for, Some(WaitsFor::Approval));

        server.advance(6 * DAY);
        approve_company(s, "initech").await.expect("approved");
        assert!(approve_company(s, "initech").await.is_err(), "once");
        assert!(
            refuse_company(s, "initech", None).await.is_err(),
            "too late"
        );
        // The seven days begin with the yes.
        server.advance(6 * DAY);
        server.jobs().purge().await.expect("purged");
        let token = link(&server, &bill).await;
        let accepted = json!({"token": token, "password": PASSWORD});
        let browser = server.browser();
        browser
            .post("invitations/accept", accepted)
            .await
            .code_step();

        let other = founded(&server, "hooli").await;
        let gavin = founder(&server, &other).await;
        refuse_company(s, "hooli", Some(" No room. "))
            .await
            .expect("refused");
        let mail = server.mails_to(&gavin).await.remove(0);
        assert!(mail.text.contains("No room."), "{}", mail.text);
        assert_eq!(fate(&server, "hooli").await.fate, AliasFate::Free);
        for nobody in ["hooli", "acme"] {
            assert!(approve_company(s, nobody).await.is_err(), "{nobody}");
        }
        s.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn nobody_signs_in_before_the_company_is_open() {
    let server = TestServer::start().await;
    founded(&server, "initech").await;
    // As if somebody had a password there.
    let eve = server
        .person("initech", "eve", crate::harness::Who::Agent)
        .await;
    let answer = server.browser().type_password(&eve, PASSWORD).await;
    answer
        .assert_status(403)
        .problem(ProblemCode::CompanyClosed);
}

#[tokio::test]
async fn the_form_works_without_scripts() {
    let server = TestServer::start().await;
    let browser = server.browser();
    let page = browser.page("/onboarding").await;
    let shown = page.assert_status(200).text();
    for control in [
        "Company name",
        "Alias",
        "Language",
        "Time zone",
        "Amazon Connect address",
        "Your name",
        "Your e-mail",
        "Create company",
    ] {
        assert!(shown.contains(control), "{control}");
    }
    assert!(
        browser
            .page("/")
            .await
            .text()
            .contains("href=\"/onboarding\"")
    );
    let fields = |alias: &'static str| {
        [
            ("name", "Initech & Sons"),
            ("alias", alias),
            ("language", "en"),
            ("time_zone", "Europe/Berlin"),
            ("amazon_connect", ""),
            ("admin_name", "Bill"),
            ("admin_email", "bill@initech.example"),
        ]
    };
    let again = browser.submit("/onboarding", &fields(ACME)).await;
    let shown = again.assert_status(409).text();
    assert!(shown.contains("This alias is taken."), "{shown}");
    assert!(shown.contains("Initech &amp; Sons") && shown.contains("bill@initech.example"));
    let again = browser.submit("/onboarding", &fields("in")).await;
    assert!(
        again
            .assert_status(400)
            .text()
            .contains("Use at least 3 characters.")
    );
    let made = browser.submit("/onboarding", &fields("initech")).await;
    assert_eq!(made.redirect(), "/onboarding?created=initech");
    let end = browser.page("/onboarding?created=initech").await;
    let shown = end.assert_status(200).text();
    assert!(shown.contains("Initech &amp; Sons is created"), "{shown}");
    assert!(shown.contains("http://127.0.0.1:3000/initech") && shown.contains("<svg"));
    browser
        .page("/onboarding?created=nobody")
        .await
        .assert_status(404);
    browser.page("/initech/floor-card").await.assert_status(200);
}
