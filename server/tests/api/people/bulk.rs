//! The same done to several people.

use app::wire::{BulkOutcome, ProblemCode, UserDetail, UserStatus};
use serde_json::{Value, json};
use server::storage::testing::each_database;

use super::{add_list, detail, new_person};
use crate::harness::{ACME, Setup, TestBrowser, TestServer, Who, company};

async fn bulk(browser: &TestBrowser<'_>, body: Value) -> BulkOutcome {
    browser.post("users/bulk", body).await.json()
}

fn codes(outcome: &BulkOutcome) -> Vec<ProblemCode> {
    outcome.skipped.iter().map(|it| it.code).collect()
}

#[tokio::test]
async fn each_is_done_to_whom_it_applies() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        server.add_company(company("beta")).await;
        add_list(&server, ACME, "late").await;
        add_list(&server, "beta", "theirs").await;
        let (ada, anna) = (server.admin("ada").await, server.agent("anna").await);
        let now = server.clock.now();
        let locked = server
            .person_with(ACME, "lena", Who::Agent, |_, past| past.locked_at = Some(now))
            .await;
        let bea = server.person("beta", "bea", Who::Agent).await;
        let browser = server.browser();
        browser.sign_in(&ada).await;
        let nina: UserDetail = browser.post("users", new_person("nina")).await.json();
        let ids = json!([anna.id, locked.id, nina.user.id, bea.id, "nobody", anna.id]);
        let with = |action: &str| json!({"ids": ids, "action": action, "reason": "all", "presence_list": "late"});
        use ProblemCode::{NotFound, NotLocked, NothingToDo};

        let outcome = bulk(&browser, with("unlock")).await;
        assert_eq!(outcome.done, 1);
        assert_eq!(codes(&outcome), [NotLocked, NotLocked, NotFound, NotFound]);
        assert_eq!(outcome.skipped[0].name, "anna Somebody");
        assert_eq!((outcome.skipped[2].id.as_str(), outcome.skipped[2].name.as_str()), (bea.id.as_str(), ""));

        let outcome = bulk(&browser, with("invite")).await;
        assert_eq!((outcome.done, codes(&outcome)), (1, vec![NothingToDo, NothingToDo, NotFound, NotFound]));
        assert_eq!(detail(&browser, &nina.user.id).await.user.status, UserStatus::Invited);

        let outcome = bulk(&browser, with("assign_list")).await;
        assert_eq!((outcome.done, codes(&outcome)), (3, vec![NotFound, NotFound]));
        assert!(detail(&browser, &anna.id).await.user.presence_list.is_some());
        assert_eq!(codes(&bulk(&browser, with("assign_list")).await).len(), 5);
        let mut theirs = with("assign_list");
        theirs["presence_list"] = json!("theirs");
        browser.post("users/bulk", theirs).await.assert_status(404);

        assert_eq!(bulk(&browser, with("end_sessions")).await.done, 0);
        server.browser().sign_in(&anna).await;
        assert_eq!(bulk(&browser, with("end_sessions")).await.done, 1);

        let outcome = bulk(&browser, with("disable")).await;
        assert_eq!((outcome.done, codes(&outcome)), (3, vec![NotFound, NotFound]));
        assert_eq!(detail(&browser, &locked.id).await.user.status, UserStatus::Disabled);
        let outcome = bulk(&browser, with("enable")).await;
        assert_eq!((outcome.done, codes(&outcome)), (3, vec![NotFound, NotFound]));
        assert_eq!(detail(&browser, &anna.id).await.user.status, UserStatus::Enabled);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn the_last_administrator_is_skipped() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.admin("ada").await, server.admin("bob").await);
    let browser = server.browser();
    browser.sign_in(&ada).await;
    let everybody = json!({"ids": [bob.id, ada.id], "action": "disable", "reason": "closed"});
    let outcome = bulk(&browser, everybody).await;
    assert_eq!(
        (outcome.done, codes(&outcome)),
        (1, vec![ProblemCode::LastAdmin])
    );
    browser.session().await.assert_status(200);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    let many: Vec<String> = (0..501).map(|n| n.to_string()).collect();
    for (body, status) in [
        (json!({"ids": [], "action": "enable"}), 400),
        (json!({"ids": many, "action": "enable"}), 400),
        (json!({"ids": ["x"], "action": "explode"}), 400),
        (json!({"ids": ["x"], "action": "unlock"}), 422),
        (
            json!({"ids": ["x"], "action": "disable", "reason": " "}),
            422,
        ),
    ] {
        browser.post("users/bulk", body).await.assert_status(status);
    }
}
