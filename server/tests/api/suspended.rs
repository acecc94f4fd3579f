//! A company that the operator closed: what people see, who gets in, what it costs to find out.

use app::wire::{Company, ProblemCode};
use serde_json::json;
use server::{flows::operator, storage::testing::each_database};

use crate::harness::{ACME, PASSWORD, Setup, TestServer, WRONG, company};

const NOTICE: &str = "We moved to Globex. Ask your manager for the new address.";

async fn suspend(server: &TestServer) {
    operator::suspend_company(&server.services, ACME, Some(NOTICE))
        .await
        .expect("is closed");
}

#[tokio::test]
async fn a_closed_company_lets_nobody_in_and_says_so() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (ada, ana) = (server.admin("ada").await, server.agent("ana").await);
        let at_desk = server.browser();
        at_desk.sign_in(&ana).await;
        let under_way = server.browser();
        let step = under_way.begin(&ada).await;
        let code = server.code_of(&ada).await;
        suspend(&server).await;
        at_desk.session().await.problem(ProblemCode::SignedOut);
        let late = under_way.enter(&step.attempt, &code).await;
        late.problem(ProblemCode::AttemptOver);
        let seen: Company = server.browser().get("companies/acme").await.json();
        assert_eq!((seen.closed.as_deref(), seen.notice), (Some(NOTICE), None));
        let page = server.browser().page("/acme").await;
        page.assert_status(200);
        let page = page.text();
        assert!(page.contains(NOTICE), "{page}");
        assert!(!page.contains("current-password"), "no way in is shown");
        for person in [&ada, &ana] {
            let browser = server.browser();
            let answer = browser.type_password(person, PASSWORD).await;
            answer.problem(ProblemCode::CompanyClosed);
            let anywhere = json!({ "username": person.email, "password": PASSWORD });
            let answer = browser.post("sign-in", anywhere).await;
            answer.problem(ProblemCode::CompanyClosed);
        }
        // Open again: who was signed in before signs in anew, and so does everybody.
        operator::resume_company(&server.services, ACME)
            .await
            .expect("is open");
        at_desk.session().await.problem(ProblemCode::SignedOut);
        at_desk.sign_in(&ana).await;
        let seen: Company = server.browser().get("companies/acme").await.json();
        assert_eq!(seen.closed, None);
        let events = "SELECT COUNT(*) FROM audit_events WHERE kind IN ('company.suspended', 'company.resumed')";
        assert_eq!(server.number(events).await, 2);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_closed_company_costs_strangers_as_much_as_an_open_one() {
    let server = TestServer::start().await;
    let ana = server.agent("ana").await;
    suspend(&server).await;
    let browser = server.browser();
    for (account, password, code) in [
        (ana.username.as_str(), PASSWORD, ProblemCode::CompanyClosed),
        (ana.username.as_str(), WRONG, ProblemCode::WrongCredentials),
        ("nobody", PASSWORD, ProblemCode::WrongCredentials),
    ] {
        let before = server.compared();
        let typed = json!({ "account": account, "password": password });
        let answer = browser.post("companies/acme/sign-in", typed).await;
        answer.problem(code);
        assert_eq!(server.compared() - before, 1, "{account}");
    }
}

#[tokio::test]
async fn a_closed_company_mails_nobody() {
    let server = TestServer::start().await;
    let ana = server.agent("ana").await;
    // A code that waits when the company is closed is never sent.
    let browser = server.browser();
    browser.begin(&ana).await;
    suspend(&server).await;
    let wish = json!({ "account": ana.username });
    for path in ["forgot-password", "browser-link"] {
        let path = format!("companies/acme/{path}");
        browser.post(&path, wish.clone()).await.assert_status(204);
    }
    assert!(server.mails_to(&ana).await.is_empty());
}

#[tokio::test]
async fn only_what_is_open_is_closed_and_the_other_way_round() {
    let server = TestServer::start().await;
    let s = &server.services;
    assert!(operator::resume_company(s, ACME).await.is_err());
    assert!(operator::suspend_company(s, "nowhere", None).await.is_err());
    let long = "a".repeat(301);
    let refused = operator::suspend_company(s, ACME, Some(&long)).await;
    assert!(refused.is_err());
    suspend(&server).await;
    // Other words for a company that is closed already.
    operator::suspend_company(s, ACME, None)
        .await
        .expect("is closed still");
    let seen: Company = server.browser().get("companies/acme").await.json();
    assert_eq!(seen.closed.as_deref(), Some(""));
    server
        .change("UPDATE companies SET state = 'inert' WHERE alias = 'acme'")
        .await;
    assert!(operator::suspend_company(s, ACME, None).await.is_err());
    assert!(operator::resume_company(s, ACME).await.is_err());
}
