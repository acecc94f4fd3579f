//! Who may ask for what: nothing without a session, nothing of administrators for agents.

use app::wire::ProblemCode;
use axum::http::Method;
use serde_json::json;

use crate::harness::{ACME, TestServer, Who, company};

/// Everything that needs a session, with a body that it would take.
const SIGNED_IN: &[(Method, &str, &str)] = &[
    (Method::GET, "session", ""),
    (Method::DELETE, "sessions", ""),
    (Method::DELETE, "session/binding", ""),
    (Method::POST, "session/activity", "{}"),
    (Method::PUT, "session/workplace", "{\"workplace\":\"desk\"}"),
    (Method::POST, "session/proof", "{\"password\":\"x\"}"),
    (Method::GET, "security", ""),
    (Method::POST, "security/ways", "{\"method\":\"app\"}"),
    (Method::POST, "security/ways/resend", ""),
    (
        Method::POST,
        "security/ways/verify",
        "{\"code\":\"123456\"}",
    ),
    (Method::DELETE, "security/ways/x", ""),
    (Method::POST, "security/logins", "{\"provider\":\"google\"}"),
    (Method::DELETE, "security/logins/x", ""),
    (
        Method::POST,
        "session/proof/sso",
        "{\"provider\":\"google\"}",
    ),
    (Method::GET, "security/backup-codes", ""),
    (Method::POST, "security/backup-codes", ""),
    (
        Method::POST,
        "security/backup-codes/confirm",
        "{\"code\":\"x\"}",
    ),
    (
        Method::PUT,
        "security/password",
        "{\"current\":\"x\",\"password\":\"y\"}",
    ),
    (Method::DELETE, "security/browsers/x", ""),
    (Method::DELETE, "security/bindings/x", ""),
    (Method::DELETE, "security/sessions/x", ""),
    (Method::DELETE, "security/sessions", ""),
    (Method::GET, "person/companies", ""),
    (Method::POST, "person/companies", CONNECTED),
    (Method::DELETE, "person/companies/x", ""),
    (Method::PUT, "person/default", "{}"),
    (Method::GET, "users", ""),
    (Method::GET, "users/x", ""),
    (Method::POST, "users/x/unlock", "{\"reason\":\"because\"}"),
    (
        Method::POST,
        "users/x/backup-code",
        "{\"reason\":\"because\"}",
    ),
    (
        Method::POST,
        "users/x/reset-two-factor",
        "{\"reason\":\"because\"}",
    ),
    (
        Method::POST,
        "users/x/send-password-reset",
        "{\"reason\":\"because\"}",
    ),
    (Method::GET, "security", ""),
    (Method::POST, "security/ways", "{\"method\":\"app\"}"),
    (Method::POST, "security/ways/resend", ""),
    (
        Method::POST,
        "security/ways/verify",
        "{\"code\":\"123456\"}",
    ),
    (Method::DELETE, "security/ways/x", ""),
    (Method::POST, "security/backup-codes", ""),
    (
        Method::POST,
        "security/backup-codes/confirm",
        "{\"code\":\"x\"}",
    ),
    (
        Method::PUT,
        "security/password",
        "{\"current\":\"x\",\"password\":\"y\"}",
    ),
    (Method::DELETE, "security/browsers/x", ""),
    (Method::DELETE, "security/sessions/x", ""),
    (Method::DELETE, "security/sessions", ""),
    (Method::POST, "users", PERSON),
    (Method::PUT, "users/x", EDITED),
    (Method::DELETE, "users/x", ""),
    (Method::POST, "users/x/disable", "{\"reason\":\"because\"}"),
    (Method::POST, "users/x/enable", ""),
    (Method::POST, "users/x/restore", ""),
    (Method::POST, "users/x/end-sessions", ""),
    (Method::POST, "users/preview", PASTED),
    (Method::POST, "users/add", PASTED),
    (
        Method::POST,
        "users/bulk",
        "{\"ids\":[\"x\"],\"action\":\"enable\"}",
    ),
    (Method::GET, "policy/two-factor", ""),
    (Method::PUT, "policy/two-factor", POLICY),
    (Method::POST, "policy/two-factor/effect", POLICY),
    (Method::POST, "users/x/invite", ""),
    (Method::DELETE, "users/x/invitation", ""),
    (Method::GET, "company/invitations", ""),
    (
        Method::PUT,
        "company/invitations",
        "{\"version\":1,\"days\":2,\"welcome\":\"link\"}",
    ),
    (Method::GET, "company/look", ""),
    (Method::PUT, "company/look", LOOK),
    (Method::PUT, "company/logo", "{\"picture\":\"\"}"),
    (Method::DELETE, "company/logo", ""),
    (Method::POST, "company/test-mail", ""),
    (Method::GET, "company/notice", ""),
    (Method::PUT, "company/notice", "{\"version\":\"x\"}"),
    (Method::GET, "company/help-contact", ""),
    (
        Method::PUT,
        "company/help-contact",
        "{\"version\":\"x\",\"desk_links\":[]}",
    ),
    (Method::GET, "company/legal", ""),
    (Method::GET, "company/legal/terms?version=1", ""),
    (Method::PUT, "company/legal/terms", "{\"version\":0}"),
    (Method::POST, "company/legal/preview", "{\"text\":\"x\"}"),
    (Method::GET, "company/sessions", ""),
    (
        Method::PUT,
        "company/sessions",
        "{\"version\":\"x\",\"total_minutes\":60,\"idle_minutes\":30}",
    ),
    (Method::GET, "company/single-sign-on", ""),
    (
        Method::PUT,
        "company/single-sign-on/providers/google",
        PROVIDER,
    ),
    (
        Method::DELETE,
        "company/single-sign-on/providers/google?version=1",
        "",
    ),
    (
        Method::PUT,
        "company/single-sign-on/providers/google/live",
        "{\"live\":true,\"version\":1}",
    ),
    (
        Method::POST,
        "company/single-sign-on/providers/google/test",
        "",
    ),
    (Method::GET, "company/single-sign-on/tests/x", ""),
    (
        Method::POST,
        "company/single-sign-on/domains",
        "{\"domain\":\"acme.example\"}",
    ),
    (Method::DELETE, "company/single-sign-on/domains/x", ""),
    (Method::POST, "company/single-sign-on/domains/x/check", ""),
    (
        Method::PUT,
        "company/single-sign-on/passwords",
        "{\"passwords\":true}",
    ),
    (Method::GET, "company/ready", ""),
    (Method::POST, "company/ready/{step}", "{\"done\":true}"),
    (Method::GET, "phone", ""),
    (
        Method::PUT,
        "presence/phone",
        "{\"name\":\"x\",\"kind\":\"available\",\"seconds\":1}",
    ),
    (Method::GET, "company/amazon-connect", ""),
    (Method::PUT, "company/amazon-connect", "{\"version\":1}"),
    (Method::PUT, "users/x/phone-username", "{}"),
    (Method::GET, "company/join-requests", ""),
    (
        Method::POST,
        "company/join-requests/x/approve",
        "{\"name\":\"x\",\"email\":\"x@new.example\"}",
    ),
    (Method::DELETE, "company/join-requests/x", ""),
    (Method::GET, "presence", ""),
    (Method::PUT, "presence", "{\"reason\":\"x\"}"),
    (Method::POST, "presence/here", ""),
    (Method::GET, "presence-lists", ""),
    (
        Method::POST,
        "presence-lists",
        "{\"name\":\"x\",\"reasons\":[]}",
    ),
    (
        Method::PUT,
        "presence-lists/x",
        "{\"version\":1,\"name\":\"x\",\"is_default\":true,\"reasons\":[]}",
    ),
    (Method::GET, "presence-lists/x/effect", ""),
    (Method::POST, "presence-lists/x/remove", "{\"version\":1}"),
    (Method::GET, "audit", ""),
    (Method::GET, "audit/export.csv", ""),
    (Method::GET, "audit/export.json", ""),
];

const CONNECTED: &str = "{\"company\":\"x\",\"account\":\"x\",\"password\":\"x\"}";
const LOOK: &str =
    "{\"version\":\"x\",\"name\":\"x\",\"language\":\"en\",\"languages\":[],\"time_zone\":\"UTC\"}";
const PERSON: &str =
    "{\"name\":\"x\",\"email\":\"x@new.example\",\"roles\":[\"agent\"],\"invite\":false}";
const PROVIDER: &str = "{\"second_factor\":\"always\",\"version\":0}";
const EDITED: &str = "{\"version\":1,\"name\":\"x\",\"username\":\"x\",\"email\":\"x@new.example\",\"roles\":[\"agent\"],\"phone\":\"none\",\"sso_only\":false}";
const PASTED: &str = "{\"rows\":\"x\",\"roles\":[\"agent\"],\"invite\":false}";
const POLICY: &str = "{\"mode\":\"off\",\"methods\":[\"app\"],\"trust_days\":[],\"strict\":\"nobody\",\"admin_code_minutes\":15}";

/// Everything that is for everybody.
const OPEN: &[&str] = &[
    "GET /api/v1/companies/{alias}",
    "GET /api/v1/companies/{alias}/floor-card",
    "GET /api/v1/companies/{alias}/logo",
    "GET /api/v1/onboarding",
    "POST /api/v1/onboarding",
    "POST /api/v1/onboarding/alias",
    "GET /api/v1/companies/{alias}/phone",
    "POST /api/v1/companies/{alias}/phone/sign-in",
    "POST /api/v1/sign-in/bind/mail",
    "POST /api/v1/sign-in/bind/code",
    "POST /api/v1/sign-in/bind/join",
    "POST /api/v1/invitations/phone",
    "GET /api/v1/companies/{alias}/privacy",
    "GET /api/v1/companies/{alias}/terms",
    "POST /api/v1/companies/find",
    "POST /api/v1/companies/{alias}/sign-in",
    "POST /api/v1/companies/{alias}/sso",
    "POST /api/v1/sso",
    "POST /api/v1/sign-in/bind",
    "POST /api/v1/invitations/sso",
    "POST /api/v1/companies/{alias}/browser-link",
    "POST /api/v1/browser-link",
    "POST /api/v1/sign-in",
    "GET /api/v1/sign-in",
    "DELETE /api/v1/sign-in",
    "POST /api/v1/sign-in/code",
    "POST /api/v1/sign-in/code/method",
    "POST /api/v1/sign-in/code/resend",
    "POST /api/v1/sign-in/password",
    "POST /api/v1/companies/{alias}/forgot-password",
    "POST /api/v1/reset-password/look",
    "POST /api/v1/reset-password",
    "POST /api/v1/sign-in/setup",
    "POST /api/v1/sign-in/setup/codes",
    "POST /api/v1/sign-in/setup/confirm",
    "POST /api/v1/sign-in/setup/verify",
    "POST /api/v1/invitations/accept",
    "POST /api/v1/users/confirm-email",
    "POST /api/v1/invitations/ask",
    "POST /api/v1/invitations/look",
    "PUT /api/v1/language",
    "POST /api/v1/regions/lookup",
    // Without a session there is nothing to do, and that is fine.
    "DELETE /api/v1/session",
    "POST /api/v1/session/leave",
];

#[test]
fn every_endpoint_is_either_open_or_tested_for_its_session() {
    let openapi = serde_json::to_value(server::http::openapi()).expect("JSON");
    for (path, item) in openapi["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("methods").keys() {
            let operation = format!("{} {path}", method.to_uppercase());
            let guarded = SIGNED_IN.iter().any(|(method, guarded, _)| {
                let path = guarded.split('?').next().unwrap_or_default();
                let path = path
                    .replace("/x", "/{id}")
                    .replace("legal/terms", "legal/{kind}")
                    .replace("providers/google", "providers/{kind}")
                    .replace("domains/{id}", "domains/{domain}");
                operation == format!("{method} /api/v1/{path}")
            });
            assert!(
                guarded || OPEN.contains(&operation.as_str()),
                "{operation} is in neither list"
            );
        }
    }
}

#[tokio::test]
async fn without_a_session_the_answer_is_401() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let under_way = server.browser();
    under_way.begin(&anna).await;
    let liar = server.browser();
    liar.set_cookie("callgate-session", "made-up");
    let confused = server.browser();
    confused.set_cookie(
        "callgate-session",
        &under_way.cookie("callgate-attempt").expect("a cookie"),
    );
    for browser in [&server.browser(), &under_way, &liar, &confused] {
        for (method, path, body) in SIGNED_IN {
            let body: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
            let answer = browser.ask(method.clone(), path, &body).await;
            assert_eq!(answer.status.as_u16(), 401, "{method} {path}: {answer:?}");
            answer.signed_out();
        }
    }
}

#[tokio::test]
async fn agents_get_403_where_administrators_work() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    for answer in [
        browser.get("users").await,
        browser.get(&format!("users/{}", anna.id)).await,
        browser.get("users/x").await,
        browser
            .post(
                &format!("users/{}/unlock", anna.id),
                json!({"reason": "because"}),
            )
            .await,
    ] {
        answer.assert_status(403).problem(ProblemCode::Forbidden);
    }
}

#[tokio::test]
async fn pages_send_strangers_to_the_door_and_turn_agents_away() {
    let server = TestServer::start().await;
    server.add_company(company("beta")).await;
    let anna = server.agent("anna").await;
    let stranger = server.browser();
    for path in [
        "/acme/desk",
        "/acme/profile/security",
        "/acme/console/users",
    ] {
        let answer = stranger.page(path).await;
        assert!(answer.status.is_redirection(), "{path}: {answer:?}");
        let to = answer.header("location");
        assert!(to.starts_with("/acme?next="), "{path} leads to {to}");
    }
    let browser = server.browser();
    browser.sign_in(&anna).await;
    browser.page("/acme/desk").await.assert_status(200);
    browser
        .page("/acme/profile/security")
        .await
        .assert_status(200);
    browser.page("/acme/console/users").await.assert_status(403);
    // A session serves its own company only.
    let answer = browser.page("/beta/desk").await;
    assert!(answer.status.is_redirection(), "{answer:?}");
    assert!(answer.header("location").starts_with("/beta?next="));
    let page = browser.page("/nowhere/desk").await;
    assert!(
        page.status.is_redirection() || page.status.as_u16() == 404,
        "{page:?}"
    );
}

#[tokio::test]
async fn people_of_another_company_are_not_there() {
    let server = TestServer::start().await;
    server.add_company(company("beta")).await;
    let ada = server.admin("ada").await;
    let bea = server.person("beta", "bea", Who::Admin).await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    for id in [bea.id.as_str(), "no-such-id", ""] {
        browser
            .get(&format!("users/{id}"))
            .await
            .assert_status(404)
            .problem(ProblemCode::NotFound);
    }
    let page: app::wire::UserPage = browser.get("users?search=bea").await.json();
    assert_eq!(page.total, 0);
    assert_eq!(ada.alias, ACME);
}
