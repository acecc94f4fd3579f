//! A session of *Secure Login* opens the desk and nothing else, whoever it is.

use app::wire::{ProblemCode, Role};
use axum::http::Method;
use serde_json::json;

use super::door::{ask_less, bind, start};
use crate::{
    bodies,
    harness::{ACME, PASSWORD, TestBrowser, TestServer, Who},
};

/// What such a session may ask for, as everybody or as an agent: everything else is forbidden.
const ALLOWED: &[&str] = &[
    "companies/",
    "company-requests",
    "sign-in",
    "sso",
    "invitations/",
    "browser-link",
    "reset-password",
    "users/confirm-email",
    "onboarding",
    "regions/",
    "language",
    // Who is at the desk, and signing out.
    "session",
    "session/activity",
    "session/binding",
    "session/leave",
    "sessions",
    "presence",
    "presence/",
    "phone",
];

fn is_allowed(path: &str) -> bool {
    ALLOWED
        .iter()
        .any(|allowed| path == *allowed || (allowed.ends_with('/') && path.starts_with(allowed)))
        || path.starts_with("sign-in/")
        || path.starts_with("onboarding/")
        || path.starts_with("reset-password/")
}

async fn at_desk(server: &TestServer) -> TestBrowser<'_> {
    ask_less(server).await;
    let both = server.person(ACME, "both", Who::Both).await;
    server.forget_ways(&both).await;
    let browser = server.browser();
    bind(server, &browser, &both, "both.connect").await;
    browser
}

/// Every endpoint without a body.
fn bare() -> Vec<(Method, String)> {
    let openapi = serde_json::to_value(server::http::openapi()).expect("JSON");
    let mut found = Vec::new();
    for (path, item) in openapi["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            if operation.get("requestBody").is_none() {
                let path = path.replace("{alias}", ACME).replace("{id}", "x");
                let path = path
                    .replace("providers/{kind}", "providers/google")
                    .replace("{kind}", "terms")
                    .replace("{domain}", "acme.example");
                let method = method.to_uppercase().parse().expect("a method");
                // What must be said in the address is a number everywhere.
                let none = Vec::new();
                let parameters = operation["parameters"].as_array().unwrap_or(&none);
                let query: Vec<String> = parameters
                    .iter()
                    .filter(|it| it["in"] == "query" && it["required"] == true)
                    .map(|it| format!("{}=1", it["name"].as_str().expect("a name")))
                    .collect();
                let path = path["/api/v1/".len()..].to_owned();
                let path = match query.as_slice() {
                    [] => path,
                    query => format!("{path}?{}", query.join("&")),
                };
                found.push((method, path));
            }
        }
    }
    found
}

#[tokio::test]
async fn console_and_security_settings_are_forbidden() {
    let server = start().await;
    let browser = at_desk(&server).await;
    let with_body = bodies::endpoints().into_iter();
    let with_body = with_body.map(|(method, path, body)| (method, path.to_owned(), Some(body)));
    let bare = bare()
        .into_iter()
        .map(|(method, path)| (method, path, None));
    let mut tried = 0;
    for (method, path, body) in with_body.chain(bare) {
        // A picture is looked at before it is asked who brings it.
        if is_allowed(&path) || (path == "company/logo" && body.is_some()) {
            continue;
        }
        let answer = browser
            .ask(method.clone(), &path, &body.unwrap_or_else(|| json!({})))
            .await;
        assert_eq!(answer.status.as_u16(), 403, "{method} {path}: {answer:?}");
        answer.problem(ProblemCode::Forbidden);
        tried += 1;
    }
    assert!(tried > 80, "{tried}");
    // With the password everything is there again.
    let both = browser.session().await.session();
    assert_eq!(both.roles, [Role::Agent]);
    let body = json!({"account": "both", "password": PASSWORD});
    browser.post("companies/acme/sign-in", body).await.landing();
    browser.get("users").await.assert_status(200);
    browser.get("security").await.assert_status(200);
    let whole = browser.session().await.session();
    assert_eq!(whole.roles, [Role::Agent, Role::Admin]);
    assert_eq!(whole.phone_username, None);
}

#[tokio::test]
async fn it_chooses_neither_workplace_nor_proof() {
    let server = start().await;
    let browser = at_desk(&server).await;
    for workplace in ["desk", "console"] {
        browser
            .put("session/workplace", json!({"workplace": workplace}))
            .await
            .problem(ProblemCode::Forbidden);
    }
    let before = server.compared();
    browser
        .post("session/proof", json!({"password": PASSWORD}))
        .await
        .problem(ProblemCode::Forbidden);
    assert_eq!(server.compared(), before);
    let session = browser.session().await.session();
    assert!(session.proves_at.is_empty() && !session.connected);
    assert_eq!(browser.get("sign-in").await.landing(), "/acme/desk");
    browser.get("presence").await.assert_status(200);
    browser
        .put("language", json!({"language": "de"}))
        .await
        .assert_status(204);
    browser.delete("session").await.assert_status(204);
}
