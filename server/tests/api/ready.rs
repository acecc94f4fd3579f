//! *Get ready*: what the data shows, what administrators tick off, and when it is gone.

use app::wire::{GetReady, MailFate, ProblemCode, ReadyState, ReadyStepName};
use serde_json::json;
use server::storage::testing::{TestDatabase, each_database};

use crate::harness::{ACME, Answer, Setup, TestBrowser, TestServer, Who, company};

async fn ready(browser: &TestBrowser<'_>) -> GetReady {
    browser.get("company/ready").await.json()
}

async fn tick(browser: &TestBrowser<'_>, step: &str, done: bool) -> Answer {
    let path = format!("company/ready/{step}");
    browser.post(&path, json!({"done": done})).await
}

fn open(ready: &GetReady) -> Vec<ReadyStepName> {
    let open = ready.steps.iter().filter(|step| !step.done);
    open.map(|step| step.step).collect()
}

#[tokio::test]
async fn a_new_company_is_ready_step_by_step() {
    use ReadyStepName::{
        AddPeople, ChooseWays, ConnectPhone, ReviewList, SecureAccount, ShareUrl, TestMail,
    };
    each_database(async |database: &TestDatabase| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        let mut acme = company(ACME);
        acme.settings.ccp_url = Some("https://acme.my.connect.aws/ccp-v2/".into());
        server.add_company(acme).await;
        let ada = server.admin("ada").await;
        let browser = server.browser();
        browser.sign_in(&ada).await;

        let all = [
            SecureAccount,
            ChooseWays,
            ReviewList,
            ConnectPhone,
            AddPeople,
            ShareUrl,
            TestMail,
        ];
        let first = ready(&browser).await;
        assert_eq!((first.state, open(&first)), (ReadyState::Open, all.into()));
        assert_eq!(first.login_url, "http://127.0.0.1:3000/acme");
        assert_eq!(first.amazon_connect.as_deref(), Some("acme.my.connect.aws"));

        // By hand, there and back.
        for step in ["share_url", "review_list", "connect_phone"] {
            tick(&browser, step, true).await.assert_status(200);
        }
        tick(&browser, "share_url", false).await.assert_status(200);
        let now: GetReady = tick(&browser, "review_list", true).await.json();
        assert_eq!(
            open(&now),
            [SecureAccount, ChooseWays, AddPeople, ShareUrl, TestMail]
        );
        tick(&browser, "share_url", true).await.assert_status(200);

        // By what was done elsewhere.
        let policy = json!({
            "mode": "required", "methods": ["email", "app"], "trust_days": [], "strict": "nobody",
            "admin_code_minutes": 15
        });
        browser
            .put("policy/two-factor", policy)
            .await
            .assert_status(200);
        server.person(ACME, "ben", Who::Agent).await;
        let codes: app::wire::BackupCodes = browser
            .post("security/backup-codes", json!({}))
            .await
            .json();
        let code = json!({"code": codes.codes[0]});
        browser
            .post("security/backup-codes/confirm", code)
            .await
            .assert_status(204);
        assert_eq!(open(&ready(&browser).await), [TestMail]);

        tick(&browser, "done", true)
            .await
            .assert_status(409)
            .problem(ProblemCode::NothingToDo);
        browser
            .post("company/test-mail", json!({}))
            .await
            .assert_status(200);
        let sent = ready(&browser).await;
        assert_eq!(
            (sent.test_mail, open(&sent)),
            (Some(MailFate::Waiting), vec![TestMail])
        );
        let mail = server.mails_to(&ada).await.remove(0);
        assert_eq!(mail.subject, "A test mail from ACME Contact Centre");
        let last = ready(&browser).await;
        assert_eq!(
            (last.state, last.test_mail),
            (ReadyState::Done, Some(MailFate::Sent))
        );

        // For good: the next administrator has nothing to do.
        let done: GetReady = tick(&browser, "done", true).await.json();
        assert_eq!((done.state, done.steps.len()), (ReadyState::Done, 0));
        let eva = server.admin("eva").await;
        let other = server.browser();
        other.sign_in(&eva).await;
        assert_eq!(ready(&other).await.state, ReadyState::Done);
        let events = server
            .number("SELECT COUNT(*) FROM audit_events WHERE kind = 'company.settings'")
            .await;
        assert_eq!(events, 6);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn without_a_phone_system_nothing_is_to_be_connected() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    let ready = ready(&browser).await;
    assert!(!open(&ready).contains(&ReadyStepName::ConnectPhone));
    assert_eq!(ready.amazon_connect, None);
}

#[tokio::test]
async fn the_list_can_be_put_away_and_taken_out_again() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    tick(&browser, "hidden", true).await.assert_status(200);
    assert_eq!(ready(&browser).await.state, ReadyState::Hidden);
    tick(&browser, "hidden", false).await.assert_status(200);
    assert_eq!(ready(&browser).await.state, ReadyState::Open);
}

#[tokio::test]
async fn nobody_ticks_what_the_data_shows_or_what_is_no_step() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    for step in ["secure_account", "add_people", "test_mail", "done"] {
        tick(&browser, step, true)
            .await
            .assert_status(409)
            .problem(ProblemCode::NothingToDo);
    }
    for step in ["", "%00", "everything", "share_url%20done"] {
        let answer = tick(&browser, step, true).await;
        answer.assert_status(404);
    }
    browser
        .post("company/ready/share_url", json!({"done": "yes"}))
        .await
        .problem(ProblemCode::InvalidRequest);
    let ready = server
        .number("SELECT COUNT(*) FROM companies WHERE ready <> ''")
        .await;
    assert_eq!(ready, 0);
}
