//! Several administrators in the same moment, on two servers.

use futures::future::join_all;
use serde_json::json;
use server::storage::testing::each_database;

use super::{as_is, change, detail, list, new_person, put};
use crate::harness::{ACME, Setup, TestServer, company};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_administrators_who_demote_each_other_one_stays() {
    each_database(async |database| {
        let setup = Setup::default();
        let one = TestServer::at(&database.url, setup.clone()).await;
        let two = TestServer::at(&database.url, setup).await;
        one.add_company(company(ACME)).await;
        let (ada, bob) = (one.admin("ada").await, one.admin("bob").await);
        let (here, browser) = (one.browser(), one.browser());
        here.sign_in(&ada).await;
        browser.sign_in(&bob).await;
        let there = browser.at(&two);
        let demoted = async |browser: &crate::harness::TestBrowser<'_>, id: &str| {
            let mut body = as_is(&detail(browser, id).await);
            body["roles"] = json!(["agent"]);
            body
        };
        let (of_bob, of_ada) = (
            demoted(&here, &bob.id).await,
            demoted(&there, &ada.id).await,
        );
        let (first, second) =
            futures::join!(put(&here, &bob.id, of_bob), put(&there, &ada.id, of_ada));
        let done = [&first, &second]
            .into_iter()
            .filter(|it| it.status.is_success())
            .count();
        assert_eq!(done, 1, "{first:?}\n{second:?}");
        let admins = "SELECT COUNT(*) FROM accounts WHERE admin";
        assert_eq!(one.number(admins).await, 1);
        one.services.db.close().await;
        two.services.db.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_username_is_given_once() {
    each_database(async |database| {
        let setup = Setup::default();
        let one = TestServer::at(&database.url, setup.clone()).await;
        let two = TestServer::at(&database.url, setup).await;
        one.add_company(company(ACME)).await;
        let ada = one.admin("ada").await;
        let here = one.browser();
        here.sign_in(&ada).await;
        let there = here.at(&two);
        let answers = join_all((0..10).map(async |n| {
            let mut body = new_person("nina");
            body["email"] = json!(format!("nina{n}@new.example"));
            body["username"] = json!("nina");
            let browser = if n % 2 == 0 { &here } else { &there };
            browser.post("users", body).await
        }))
        .await;
        let made = answers.iter().filter(|it| it.status == 201).count();
        let taken = answers.iter().filter(|it| it.status == 409).count();
        assert_eq!((made, taken), (1, 9), "{answers:?}");
        let rows = json!({"rows": "Paul;paul@new.example", "roles": ["agent"], "invite": false});
        let answers = join_all((0..6).map(async |n| {
            let browser = if n % 2 == 0 { &here } else { &there };
            browser.post("users/add", rows.clone()).await
        }))
        .await;
        for answer in &answers {
            answer.assert_status(200);
        }
        assert_eq!(list(&here, "search=paul").await.total, 1);
        one.services.db.close().await;
        two.services.db.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_changes_at_once_one_counts() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (ada, anna) = (server.admin("ada").await, server.agent("anna").await);
        let browser = server.browser();
        browser.sign_in(&ada).await;
        let seen = as_is(&detail(&browser, &anna.id).await);
        let answers = join_all((0..8).map(async |n| {
            let mut body = seen.clone();
            body["name"] = json!(format!("Anna {n}"));
            put(&browser, &anna.id, body).await
        }))
        .await;
        let done = answers.iter().filter(|it| it.status.is_success()).count();
        assert_eq!(done, 1);
        change(&browser, &anna.id, json!({"name": "Anna Last"}))
            .await
            .assert_status(200);
        server.services.db.close().await;
    })
    .await;
}
