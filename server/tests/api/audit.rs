//! The audit log: filters, pages, files, and whom it is for.

use app::{
    i18n::{event_group_text, event_text, languages, locale_for},
    wire::{AuditActor, AuditEntry, AuditPage, ProblemCode},
};
use axum::{body::Body, http::Method};
use server::storage::{
    AccountId, AuditKind, CompanyId, NewAuditEvent, OPERATOR, testing::each_database,
};

use crate::harness::{
    ACME, MINUTE, Person, START, Setup, TestBrowser, TestServer, WRONG, Who, company,
};

async fn list(browser: &TestBrowser<'_>, query: &str) -> AuditPage {
    browser.get(&format!("audit?{query}")).await.json()
}

async fn ids(browser: &TestBrowser<'_>, query: &str) -> Vec<String> {
    let page = list(browser, query).await;
    page.events.into_iter().map(|event| event.id).collect()
}

/// All pages of a question, one after another.
async fn read_on(browser: &TestBrowser<'_>, query: &str) -> Vec<String> {
    let mut page = list(browser, query).await;
    let mut read = Vec::new();
    loop {
        assert!(page.events.len() <= 50);
        read.extend(page.events.into_iter().map(|event| event.id));
        let Some(next) = page.next else {
            return read;
        };
        page = list(browser, &format!("{query}&after={next}")).await;
    }
}

struct Told<'a> {
    id: &'a str,
    minutes_ago: u32,
    about: Option<&'a Person>,
    by: Option<&'a str>,
    kind: AuditKind,
    reason: Option<&'a str>,
}

async fn tell(server: &TestServer, alias: &str, told: &[Told<'_>]) {
    let mut tx = server.services.db.begin().await.expect("begins");
    for told in told {
        tx.audit(NewAuditEvent {
            id: told.id.to_owned(),
            at: START.minus(MINUTE * told.minutes_ago),
            company: Some(CompanyId(format!("company-{alias}"))),
            account: told.about.map(|person| AccountId(person.id.clone())),
            actor: told.by.map(|id| AccountId(id.to_owned())),
            kind: told.kind,
            reason: told.reason.map(str::to_owned),
            reference: format!("reference-{}", told.id),
            address: "192.0.2.1".to_owned(),
        });
    }
    tx.commit().await.expect("committed");
}

fn event(id: &str, minutes_ago: u32, kind: AuditKind) -> Told<'_> {
    Told {
        id,
        minutes_ago,
        about: None,
        by: None,
        kind,
        reason: None,
    }
}

#[tokio::test]
async fn events_are_found_by_person_kind_and_day() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        server.add_company(company("beta")).await;
        let ada = server.admin("ada").await;
        let anna = server.agent("anna").await;
        let bea = server.person("beta", "anna", Who::Agent).await;
        let day = 24 * 60;
        tell(
            &server,
            ACME,
            &[
                Told {
                    about: Some(&anna),
                    ..event("a1", 3 * day, AuditKind::SignedIn)
                },
                Told {
                    about: Some(&anna),
                    ..event("a2", 2 * day, AuditKind::AccountLocked)
                },
                Told {
                    about: Some(&anna),
                    by: Some(&ada.id),
                    reason: Some("late"),
                    ..event("a3", 2 * day, AuditKind::AccountUnlocked)
                },
                Told {
                    about: Some(&anna),
                    by: Some(OPERATOR),
                    ..event("a4", day, AuditKind::AccountInvited)
                },
                Told {
                    by: Some(&ada.id),
                    ..event("a5", 60, AuditKind::PolicyChanged)
                },
            ],
        )
        .await;
        tell(
            &server,
            "beta",
            &[Told {
                about: Some(&bea),
                ..event("b1", 60, AuditKind::SignedIn)
            }],
        )
        .await;
        let browser = server.browser();
        server.advance(MINUTE);
        browser.sign_in(&ada).await;
        // Ada's own sign-in is of today.
        for (query, found) in [
            ("to=2026-03-01", vec!["a4", "a3", "a2", "a1"]),
            ("from=2026-02-28&to=2026-02-28", vec!["a3", "a2"]),
            ("from=2026-02-28&to=2026-03-01", vec!["a4", "a3", "a2"]),
            ("from=0001-01-01&to=2026-02-27", vec!["a1"]),
            ("from=2026-03-03&to=9999-12-31", vec![]),
            ("person=anna", vec!["a4", "a3", "a2", "a1"]),
            ("person=ANNA@acme", vec!["a4", "a3", "a2", "a1"]),
            ("person=anna%20Some", vec!["a4", "a3", "a2", "a1"]),
            ("person=ada&to=2026-03-01", vec!["a3"]),
            ("person=ada&kind=company", vec!["a5"]),
            (
                "person=Somebody&to=2026-03-01",
                vec!["a4", "a3", "a2", "a1"],
            ),
            ("person=%25", vec![]),
            ("person=_nna", vec![]),
            ("person=beta", vec![]),
            ("kind=sign_in.locked", vec!["a2"]),
            ("kind=account", vec!["a4", "a3"]),
            ("kind=sign_in&person=anna", vec!["a2", "a1"]),
            ("kind=sign_in&to=2026-02-27", vec!["a1"]),
            ("kind=help", vec![]),
            ("person=&kind=&from=&to=2026-02-27&after=", vec!["a1"]),
        ] {
            assert_eq!(ids(&browser, query).await, found, "{query}");
        }
        let page = list(&browser, "kind=account").await;
        assert_eq!(page.events[0].actor, Some(AuditActor::Operator));
        let unlocked = &page.events[1];
        let Some(AuditActor::Person(actor)) = &unlocked.actor else {
            panic!("{unlocked:?}");
        };
        assert_eq!((&actor.id, actor.username.as_str()), (&ada.id, "ada"));
        assert_eq!(
            unlocked.person.as_ref().map(|it| it.id.as_str()),
            Some(anna.id.as_str())
        );
        assert_eq!(unlocked.at, "2026-02-28T09:00:00+01:00");
        assert_eq!(unlocked.reason.as_deref(), Some("late"));
        assert_eq!(unlocked.reference, "reference-a3");
        assert_eq!(page.kinds.len(), AuditKind::ALL.len());
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn pages_lose_nothing_of_one_millisecond_and_repeat_nothing() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let ada = server.admin("ada").await;
        let anna = server.agent("anna").await;
        let names: Vec<String> = (0..130).map(|number| format!("same-{number:03}")).collect();
        let kinds = [
            AuditKind::SignedIn,
            AuditKind::WrongCode,
            AuditKind::SignedOut,
        ];
        let told: Vec<Told<'_>> = names
            .iter()
            .enumerate()
            .map(|(number, id)| Told {
                about: Some(&anna),
                // Somebody who is both is found once.
                by: (number % 2 == 0).then_some(&anna.id),
                ..event(id, 24 * 60, kinds[number % 3])
            })
            .collect();
        tell(&server, ACME, &told).await;
        let browser = server.browser();
        browser.sign_in(&ada).await;
        let all: Vec<String> = names.iter().rev().cloned().collect();
        for query in [
            "to=2026-03-01",
            "to=2026-03-01&person=anna",
            "to=2026-03-01&person=some",
        ] {
            assert_eq!(read_on(&browser, query).await, all, "{query}");
        }
        let of_group: Vec<String> = (0..130)
            .rev()
            .filter(|number| number % 3 != 2)
            .map(|number| names[number].clone())
            .collect();
        assert_eq!(
            read_on(&browser, "to=2026-03-01&kind=sign_in").await,
            of_group
        );
        // What happens meanwhile shifts no page.
        let first = list(&browser, "kind=sign_in").await;
        let next = first.next.expect("more");
        let second = ids(&browser, &format!("kind=sign_in&after={next}")).await;
        tell(&server, ACME, &[event("zz-newer", 0, AuditKind::SignedIn)]).await;
        assert_eq!(
            ids(&browser, &format!("kind=sign_in&after={next}")).await,
            second
        );
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_search_that_fits_many_people_finds_their_events() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let ada = server.admin("ada").await;
        let mut people = Vec::new();
        for number in 0..60 {
            people.push(server.agent(&format!("agent-{number:02}")).await);
        }
        let names: Vec<String> = (0..60).map(|number| format!("event-{number:02}")).collect();
        let told: Vec<Told<'_>> = people
            .iter()
            .zip(&names)
            .map(|(person, id)| Told {
                about: (person.id.len() % 2 == 0).then_some(person),
                by: (person.id.len() % 2 == 1).then_some(&person.id),
                ..event(id, 24 * 60, AuditKind::SignedIn)
            })
            .collect();
        tell(&server, ACME, &told).await;
        tell(
            &server,
            ACME,
            &[event("nobody", 24 * 60, AuditKind::WrongPassword)],
        )
        .await;
        let browser = server.browser();
        browser.sign_in(&ada).await;
        let all: Vec<String> = names.iter().rev().cloned().collect();
        assert_eq!(read_on(&browser, "person=agent-").await, all);
        assert_eq!(
            read_on(&browser, "person=agent-&kind=sign_in.signed_in").await,
            all
        );
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_question_that_makes_no_sense_is_refused() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    let long = format!("person={}", "a".repeat(201));
    for query in [
        "from=yesterday",
        "from=2026-02-30",
        "to=2026-3-1",
        "to=20260301",
        "from=2026-03-02&to=2026-03-01",
        "from=2026-03-01T00:00:00Z",
        "kind=sign",
        "kind=sign_in.%25",
        "kind=moon.landed",
        "after=x",
        "after=1.",
        "after=1.a%20b",
        "after=99999999999999999999.a",
        "colour=red",
        long.as_str(),
    ] {
        for path in ["audit", "audit/export.csv", "audit/export.json"] {
            browser
                .get(&format!("{path}?{query}"))
                .await
                .assert_status(400)
                .problem(ProblemCode::InvalidRequest);
        }
    }
    let exported = "SELECT COUNT(*) FROM audit_events WHERE kind = 'audit.exported'";
    assert_eq!(server.number(exported).await, 0);
}

#[tokio::test]
async fn agents_read_no_log() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    for path in ["audit", "audit/export.csv", "audit/export.json"] {
        browser
            .get(path)
            .await
            .assert_status(403)
            .problem(ProblemCode::Forbidden);
        server.browser().get(path).await.assert_status(401);
    }
}

#[tokio::test]
async fn files_hold_all_that_is_found_and_are_themselves_told() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        server.add_company(company("beta")).await;
        let ada = server.admin("ada").await;
        let anna = server
            .person_with(ACME, "anna", Who::Agent, |account, _| {
                account.name = "=cmd|'/C calc'!A0, \"Anna\"\nÅse".into();
            })
            .await;
        let names: Vec<String> = (0..1234)
            .map(|number| format!("event-{number:04}"))
            .collect();
        let told: Vec<Told<'_>> = names
            .iter()
            .enumerate()
            .map(|(number, id)| Told {
                about: Some(&anna),
                by: (number % 2 == 0).then_some(OPERATOR),
                reason: (number == 7).then_some("+1 -1 @"),
                // Hundreds of one moment, over the end of a batch.
                ..event(
                    id,
                    24 * 60 + u32::try_from(number / 600).expect("small"),
                    AuditKind::SignedIn,
                )
            })
            .collect();
        tell(&server, ACME, &told).await;
        tell(
            &server,
            "beta",
            &[event("foreign", 24 * 60, AuditKind::SignedIn)],
        )
        .await;
        let browser = server.browser();
        browser.sign_in(&ada).await;
        let query = "kind=sign_in&to=2026-03-01&from=0001-01-01";
        let expected = read_on(&browser, query).await;
        assert_eq!(expected.len(), 1234);

        let file = browser.get(&format!("audit/export.json?{query}")).await;
        assert_eq!(file.header("content-type"), "application/json");
        let events: Vec<AuditEntry> = file.json();
        let read: Vec<&String> = events.iter().map(|event| &event.id).collect();
        assert_eq!(read, expected.iter().collect::<Vec<_>>());

        let file = browser.get(&format!("audit/export.csv?{query}")).await;
        assert_eq!(
            file.header("content-disposition"),
            "attachment; filename=\"audit-log-acme-2026-03-02.csv\""
        );
        assert!(
            file.header("content-type")
                .starts_with("text/csv; charset=utf-8")
        );
        assert_eq!(file.header("cache-control"), "no-store");
        let text = file.text();
        assert!(!text.contains("foreign"));
        let mut rows = csv::Reader::from_reader(text.as_bytes());
        let columns = rows.headers().expect("a header").clone();
        assert_eq!(&columns[0], "id");
        let rows: Vec<csv::StringRecord> = rows.records().collect::<Result<_, _>>().expect("CSV");
        assert_eq!(rows.len(), 1234);
        for row in &rows {
            assert_eq!(&row[3], "'=cmd|'/C calc'!A0, \"Anna\"\nÅse");
            for cell in row {
                assert!(
                    !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                    "{cell}"
                );
            }
        }
        let reason = rows
            .iter()
            .find(|row| &row[0] == "event-0007")
            .expect("there");
        assert_eq!(&reason[6], "'+1 -1 @");
        assert_eq!(&reason[5], "");

        let told = list(&browser, "kind=audit").await;
        let reasons: Vec<&str> = told
            .events
            .iter()
            .filter_map(|it| it.reason.as_deref())
            .collect();
        let filters = "kind=sign_in from=0001-01-01 to=2026-03-01";
        assert_eq!(
            reasons,
            [format!("csv {filters}"), format!("json {filters}")]
        );
        assert!(matches!(&told.events[0].actor, Some(AuditActor::Person(by)) if by.id == ada.id));

        // An export of nothing is whole too.
        let none = browser.get("audit/export.json?to=0001-01-01").await;
        assert!(none.json::<Vec<AuditEntry>>().is_empty());
        let none = browser.get("audit/export.csv?to=0001-01-01").await.text();
        assert_eq!(none.lines().count(), 1);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn neither_secrets_nor_unknown_names_are_in_the_log() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    let typed = serde_json::json!({"account": "my secret passphrase", "password": WRONG});
    server
        .browser()
        .post("companies/acme/sign-in", typed)
        .await
        .problem(ProblemCode::WrongCredentials);
    browser.sign_in(&ada).await;
    browser.get("audit/export.csv?person=my%20secret").await;
    let code = server.code_of(&ada).await;
    for path in ["audit", "audit/export.csv", "audit/export.json"] {
        let text = browser.get(path).await.text();
        assert!(text.contains("sign_in.password_wrong"), "{text}");
        for secret in ["my secret", "passphrase", WRONG, &format!("\"{code}\"")] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[test]
fn every_kind_has_words_in_every_language() {
    for (language, _) in languages() {
        let locale = locale_for(language);
        let mut spoken = Vec::new();
        for kind in AuditKind::ALL {
            let (name, group) = (kind.name(), kind.group());
            let words = event_text(locale, name);
            assert_ne!(words, name, "{name} has no words in {language}");
            let of_group = event_group_text(locale, group);
            assert_ne!(of_group, group, "{group} has no words in {language}");
            spoken.push(words);
        }
        // Whoever chooses one must be able to tell it from the others.
        let mut distinct = spoken.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), spoken.len(), "in {language}: {spoken:?}");
    }
}

#[tokio::test]
async fn another_site_leads_nobody_to_an_export() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    let exported = "SELECT COUNT(*) FROM audit_events WHERE kind = 'audit.exported'";
    for path in ["/api/v1/audit/export.csv", "/api/v1/audit/export.json"] {
        let export = async |site: &str| {
            let request = browser
                .request(Method::GET, path)
                .header("sec-fetch-site", site)
                .body(Body::empty());
            browser.send(request.expect("a request")).await
        };
        export("cross-site")
            .await
            .assert_status(403)
            .problem(ProblemCode::CrossSite);
        let before = server.number(exported).await;
        for site in ["same-origin", "none"] {
            export(site).await.assert_status(200);
        }
        assert_eq!(server.number(exported).await, before + 2, "{path}");
    }
    assert_eq!(server.number(exported).await, 4);
}
