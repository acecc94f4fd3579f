//! Lists: why somebody cannot sign in, orders, lists of statuses, and how far they go.

use app::wire::{Hindrance, Method, ProblemCode, UserDetail, UserPage, UserView};
use serde_json::json;
use server::storage::{AccountState, testing::each_database};

use super::{add_list, change, give_default_list, list, new_person};
use crate::harness::{ACME, HOUR, MINUTE, Setup, TestServer, Who, company};

fn names(page: &UserPage) -> Vec<&str> {
    page.users
        .iter()
        .map(|user| user.username.as_str())
        .collect()
}

fn count(page: &UserPage, view: UserView) -> u64 {
    let found = page.counts.iter().find(|it| it.view == view);
    found.expect("every view is counted").count
}

#[tokio::test]
async fn everybody_who_cannot_sign_in_is_named_with_why() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        give_default_list(&server).await;
        let ada = server.admin("ada").await;
        let now = server.clock.now();
        server.agent("anna").await;
        server
            .person_with(ACME, "lena", Who::Agent, |_, past| {
                past.locked_at = Some(now)
            })
            .await;
        for (name, state) in [
            ("bounced", AccountState::Bounced),
            ("dora", AccountState::Disabled),
            ("pia", AccountState::Pending),
        ] {
            server
                .person_with(ACME, name, Who::Agent, |account, _| account.state = state)
                .await;
        }
        let wayless = server.agent("wanda").await;
        server.forget_ways(&wayless).await;
        let sso = server
            .person_with(ACME, "sso", Who::Agent, |account, _| {
                account.state = AccountState::SsoOnly
            })
            .await;
        server.forget_ways(&sso).await;
        for (name, until) in [("tom", now.0), ("tim", now.0 + 1)] {
            let person = server.agent(name).await;
            server.forget_ways(&person).await;
            server
                .change(format!(
                    "UPDATE accounts SET password_temporary_until = {until} WHERE id = '{}'",
                    person.id
                ))
                .await;
        }
        let browser = server.browser();
        browser.sign_in(&ada).await;
        for name in ["ina", "ines"] {
            let mut body = new_person(name);
            body["invite"] = json!(true);
            browser.post("users", body).await.assert_status(201);
        }
        server
            .change("UPDATE accounts SET link_asked_at = 1 WHERE username = 'ines'")
            .await;
        let page = list(&browser, "view=cannot_sign_in&sort=username").await;
        assert_eq!(names(&page), ["bounced", "lena", "tom", "wanda"]);
        let why: Vec<_> = page
            .users
            .iter()
            .map(|user| user.hindrances.clone())
            .collect();
        assert_eq!(
            why,
            [
                vec![Hindrance::Bounced],
                vec![Hindrance::Locked],
                vec![Hindrance::TemporaryPasswordEnded],
                vec![Hindrance::NoSecondWay],
            ]
        );
        assert_eq!((count(&page, UserView::CannotSignIn), page.total), (4, 4));
        // Links end by themselves.
        server.advance(HOUR * 24);
        browser.sign_in(&ada).await;
        let page = list(&browser, "view=cannot_sign_in&sort=username").await;
        assert_eq!(
            names(&page),
            ["bounced", "ina", "ines", "lena", "tim", "tom", "wanda"]
        );
        assert_eq!(page.users[1].hindrances, [Hindrance::InvitationExpired]);
        assert_eq!(page.users[2].hindrances, [Hindrance::LinkAsked]);
        assert_eq!(count(&page, UserView::CannotSignIn), 7);
        assert_eq!(
            names(&list(&browser, "view=cannot_sign_in&search=nes").await),
            ["ines"]
        );
        assert_eq!(
            names(&list(&browser, "view=cannot_sign_in&role=admin").await),
            [""; 0]
        );
        // Where nobody is asked for more than a password, nothing is missed.
        server
            .change("UPDATE companies SET second_factor = 'optional'")
            .await;
        let page = list(&browser, "view=cannot_sign_in").await;
        assert_eq!(page.total, 6);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn agents_without_a_list_need_one_unless_a_phone_system_keeps_it() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        add_list(&server, ACME, "late").await;
        server
            .change("UPDATE presence_lists SET is_default = FALSE")
            .await;
        let ada = server.admin("ada").await;
        server.agent("anna").await;
        let bea = server.person(ACME, "bea", Who::Both).await;
        let browser = server.browser();
        browser.sign_in(&ada).await;
        change(&browser, &bea.id, json!({"presence_list": "late"}))
            .await
            .assert_status(200);
        let page = list(&browser, "view=cannot_sign_in").await;
        assert_eq!(names(&page), ["anna"]);
        assert_eq!(page.users[0].hindrances, [Hindrance::NoPresenceList]);
        assert_eq!(names(&list(&browser, "presence_list=late").await), ["bea"]);
        assert!(
            list(&browser, "presence_list=nobodys")
                .await
                .users
                .is_empty()
        );
        server
            .change("UPDATE companies SET ccp_url = 'https://acme.my.connect.aws'")
            .await;
        assert!(list(&browser, "view=cannot_sign_in").await.users.is_empty());
        server.change("UPDATE companies SET ccp_url = NULL").await;
        server
            .change("UPDATE presence_lists SET is_default = TRUE WHERE id = 'late'")
            .await;
        assert!(list(&browser, "view=cannot_sign_in").await.users.is_empty());
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn people_come_in_the_order_that_was_asked_for() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let ada = server.admin("ada").await;
        for (name, called, minutes) in [
            ("zoe", "b one", 5),
            ("bob", "d three", 0),
            ("cid", "c two", 9),
        ] {
            server
                .person_with(ACME, name, Who::Agent, |account, past| {
                    account.name = called.into();
                    account.created_at = server.clock.now().minus(HOUR * minutes + MINUTE);
                    past.last_sign_in_at =
                        (minutes > 0).then(|| server.clock.now().minus(HOUR * minutes));
                })
                .await;
        }
        let browser = server.browser();
        browser.sign_in(&ada).await;
        for (sort, order) in [
            ("name", ["ada", "zoe", "cid", "bob"]),
            ("username", ["ada", "bob", "cid", "zoe"]),
            ("last_sign_in", ["ada", "zoe", "cid", "bob"]),
            ("created", ["ada", "bob", "zoe", "cid"]),
        ] {
            assert_eq!(
                names(&list(&browser, &format!("sort={sort}")).await),
                order,
                "{sort}"
            );
            let searched = list(&browser, &format!("sort={sort}&search=acme.example")).await;
            assert_eq!(names(&searched), order, "{sort}, searched");
        }
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn nobody_is_counted_beyond_a_thousand() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        give_default_list(&server).await;
        let ada = server.admin("ada").await;
        let mut tx = server.begin_tx().await;
        for n in 0..1100 {
            let id = format!("crowd-{n:04}");
            tx.add_account(&server::storage::NewAccount {
                id: server::storage::AccountId(id.clone()),
                company_id: server::storage::CompanyId(format!("company-{ACME}")),
                username: id.clone(),
                email: format!("{id}@crowd.example"),
                name: format!("Crowd {n:04}"),
                state: AccountState::Disabled,
                agent: true,
                admin: false,
                created_at: server.clock.now(),
            })
            .await
            .expect("added");
        }
        tx.commit().await.expect("committed");
        let browser = server.browser();
        browser.sign_in(&ada).await;
        for query in [
            "",
            "view=disabled",
            "search=crowd",
            "search=cr",
            "view=disabled&sort=created",
            "role=agent",
        ] {
            let page = list(&browser, query).await;
            assert_eq!((page.total, page.more), (1000, true), "{query}");
            assert_eq!(page.users.len(), 50, "{query}");
            let last = list(&browser, &format!("{query}&page=20")).await;
            assert_eq!(last.users.len(), 50, "{query}");
            let past = list(&browser, &format!("{query}&page=21")).await;
            assert!(past.users.is_empty());
            assert_eq!((past.total, past.more), (1000, true), "{query}");
        }
        let page = list(&browser, "search=crowd-10").await;
        assert_eq!((page.total, page.more), (100, false));
        assert_eq!(page.users[0].username, "crowd-1000");
        let all = page
            .counts
            .iter()
            .find(|it| it.view == UserView::All)
            .expect("counted");
        assert_eq!((all.count, all.more), (1000, true));
        assert_eq!(count(&page, UserView::Enabled), 1);
        assert_eq!(names(&list(&browser, "view=enabled").await), ["ada"]);
        assert_eq!(
            names(&list(&browser, "role=admin&search=da%20some").await),
            ["ada"]
        );
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn odd_questions_are_refused_or_find_nobody() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let ada = server.admin("ada").await;
        let browser = server.browser();
        browser.sign_in(&ada).await;
        let long = "x".repeat(201);
        for query in [
            "search=a%00b",
            "presence_list=%00",
            &format!("search={long}"),
            "sort=age",
            "sort=",
        ] {
            browser
                .get(&format!("users?{query}"))
                .await
                .assert_status(400)
                .problem(ProblemCode::InvalidRequest);
        }
        for search in [
            "%22%22%22",
            "a%22b%22c",
            "AND%20OR%20NOT",
            "*%5E%22",
            "%25%25%25",
            "---",
            "%F0%9F%99%82%F0%9F%99%82%F0%9F%99%82",
        ] {
            let page = list(&browser, &format!("search={search}")).await;
            assert_eq!(page.total, 0, "{search}");
        }
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn one_person_is_told_whole() {
    let server = TestServer::start().await;
    let (ada, anna) = (server.admin("ada").await, server.agent("anna").await);
    server.browser().sign_in(&anna).await;
    server
        .change(format!(
            "INSERT INTO presences (account_id, name, kind, since, seen_at)
             VALUES ('{}', 'Lunch', 'not_ready', 1772438400000, 1772438400000)",
            anna.id
        ))
        .await;
    server
        .change("UPDATE outbox SET failed_at = 1, sent_at = NULL, error = '550 <anna@acme.example> unknown'")
        .await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    let told: UserDetail = browser.get(&format!("users/{}", anna.id)).await.json();
    assert_eq!(told.sessions, 1);
    assert_eq!(told.methods, [Method::Email]);
    assert_eq!(told.mails[0].kind, "sign_in_code");
    assert_eq!(told.mails[0].error.as_deref(), Some("550 … unknown"));
    let presence = told.user.presence.expect("at the desk");
    assert_eq!(
        (presence.name.as_str(), presence.since.as_str()),
        ("Lunch", "2026-03-02T09:00:00+01:00")
    );
    assert!(told.timeline.iter().any(|entry| entry.reference.is_some()));
}
