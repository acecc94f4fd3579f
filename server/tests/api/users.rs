//! User Management: an administrator's list, its search, views and pages.

use app::wire::{ProblemCode, UserDetail, UserPage, UserStatus, UserView};
use server::storage::{AccountState, testing::each_database};

use crate::{
    harness::{ACME, Setup, TestBrowser, TestServer, Who, company},
    people::give_default_list,
};

async fn list(browser: &TestBrowser<'_>, query: &str) -> UserPage {
    browser.get(&format!("users?{query}")).await.json()
}

fn names(page: &UserPage) -> Vec<&str> {
    page.users
        .iter()
        .map(|user| user.username.as_str())
        .collect()
}

#[tokio::test]
async fn people_are_found_by_part_of_name_username_or_address() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        server.add_company(company("beta")).await;
        let ada = server.admin("ada").await;
        server.agent("anna").await;
        server
            .person_with(ACME, "percent", Who::Agent, |account, _| {
                account.name = "100% Jürgen_Ω".into()
            })
            .await;
        server.person("beta", "anna", Who::Agent).await;
        let browser = server.browser();
        browser.sign_in(&ada).await;
        for (search, found) in [
            ("search=ann", vec!["anna"]),
            ("search=ANNA%40acme", vec!["anna"]),
            ("search=%25", vec!["percent"]),
            ("search=_%CF%89", vec!["percent"]),
            ("search=J%C3%9CRGEN", vec!["percent"]),
            ("search=%5C", vec![]),
            ("search='%20OR%201=1%20--", vec![]),
            ("search=beta", vec![]),
            ("search=%20%20", vec!["percent", "ada", "anna"]),
            ("role=admin", vec!["ada"]),
            ("role=agent&search=a", vec!["percent", "anna"]),
        ] {
            let page = list(&browser, search).await;
            assert_eq!(names(&page), found, "{search}");
            assert_eq!(page.total, found.len() as u64);
        }
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn views_count_and_show_what_they_say() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    let now = server.clock.now();
    server
        .person_with(ACME, "locked", Who::Agent, |_, past| {
            past.locked_at = Some(now);
            past.code_failures = 5;
        })
        .await;
    for (name, state) in [
        ("ian", AccountState::Invited),
        ("dora", AccountState::Disabled),
    ] {
        server
            .person_with(ACME, name, Who::Agent, |account, _| account.state = state)
            .await;
    }
    give_default_list(&server).await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    let page = list(&browser, "").await;
    let counts: Vec<(UserView, u64)> = page.counts.iter().map(|c| (c.view, c.count)).collect();
    assert_eq!(
        counts,
        [
            (UserView::All, 4),
            (UserView::Enabled, 2),
            (UserView::Locked, 1),
            (UserView::CannotSignIn, 2),
            (UserView::Invited, 1),
            (UserView::Disabled, 1),
            (UserView::Deleted, 0)
        ]
    );
    assert_eq!(names(&list(&browser, "view=locked").await), ["locked"]);
    assert_eq!(names(&list(&browser, "view=disabled").await), ["dora"]);
    let invited = list(&browser, "view=invited").await;
    assert_eq!(invited.users[0].status, UserStatus::Expired);
    let detail: UserDetail = browser.get(&format!("users/{}", ada.id)).await.json();
    assert_eq!(
        detail.user.last_sign_in_at.as_deref(),
        Some("2026-03-02T09:00:00+01:00")
    );
    assert_eq!(detail.timeline[0].kind, "sign_in.signed_in");
}

#[tokio::test]
async fn pages_hold_fifty() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    for number in 0..60 {
        server.agent(&format!("agent-{number:02}")).await;
    }
    let browser = server.browser();
    browser.sign_in(&ada).await;
    let first = list(&browser, "page=1").await;
    assert_eq!(
        (first.users.len(), first.total, first.page_size),
        (50, 61, 50)
    );
    let second = list(&browser, "page=2").await;
    assert_eq!(second.users.len(), 11);
    assert!(list(&browser, "page=3").await.users.is_empty());
    assert!(list(&browser, "page=4294967295").await.users.is_empty());
    assert_eq!(list(&browser, "page=0").await.page, 1);
}

#[tokio::test]
async fn a_question_that_makes_no_sense_is_refused() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    for query in [
        "page=-1",
        "page=one",
        "view=secret",
        "role=owner",
        "colour=red",
    ] {
        browser
            .get(&format!("users?{query}"))
            .await
            .assert_status(400)
            .problem(ProblemCode::InvalidRequest);
    }
}
