//! The headers and cookies of every answer, errors included.

use axum::{
    body::Body,
    http::{Method, header},
};
use serde_json::json;

use crate::harness::{ACME, Answer, PASSWORD, Setup, TestBrowser, TestServer, Who};

const HTTPS: &str = "https://login.acme.example";

/// Answers of every sort.
async fn answers(server: &TestServer, browser: &TestBrowser<'_>) -> Vec<(String, Answer)> {
    let mut answers = Vec::new();
    for path in [
        "/",
        "/acme",
        "/acme/code",
        "/acme/desk",
        "/acme/console/users",
        "/acme/terms",
        "/acme/change-password",
        "/acme/browser-link",
        "/invitation?token=x",
        "/nowhere",
        "/no/such/page",
        "/assets/nothing.js",
        "/api/docs",
        "/api/docs.css",
        "/api/v1/openapi.json",
        "/api/v1/session",
        "/api/v1/users",
        "/api/v1/companies/acme",
        "/api/v1/companies/acme/logo",
        "/api/v1/companies/nowhere",
        "/api/v1/nothing",
        "/health/live",
        "/health/ready",
        "/?company=acme",
    ] {
        answers.push((path.to_owned(), browser.page(path).await));
    }
    let wrong = json!({"account": "anna", "password": "wrong"});
    let sign_in = "companies/acme/sign-in";
    answers.push(("wrong".into(), browser.post(sign_in, wrong).await));
    answers.push(("broken".into(), browser.post(sign_in, json!([])).await));
    let forged = browser
        .bare_request(Method::POST, "/acme")
        .header("origin", "null")
        .body(Body::empty());
    let forged = browser.send(forged.expect("a request")).await;
    answers.push(("forged".into(), forged));
    let fields = [("account", "anna"), ("password", "wrong")];
    answers.push(("form".into(), browser.submit("/acme", &fields).await));
    server.services.db.close().await;
    answers.push(("gone".into(), browser.page("/api/v1/companies/acme").await));
    answers.push(("gone page".into(), browser.page("/acme").await));
    answers
}

#[tokio::test]
async fn every_answer_defends_itself() {
    let server = TestServer::with(Setup {
        public_url: HTTPS,
        ..Setup::default()
    })
    .await;
    let bo = server.person(ACME, "bo", Who::Both).await;
    let browser = server.browser();
    browser.sign_in(&bo).await;
    for (what, answer) in answers(&server, &browser).await {
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{what}: {answer:?}");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{what}: {policy}"
        );
        assert!(policy.contains("base-uri 'none'"), "{what}: {policy}");
        for weak in ["'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:"] {
            assert!(!policy.contains(weak), "{what}: {policy}");
        }
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin-allow-popups"),
            (
                "strict-transport-security",
                "max-age=63072000; includeSubDomains",
            ),
        ] {
            assert_eq!(answer.header(name), value, "{what}: {answer:?}");
        }
        assert!(
            answer.header("permissions-policy").contains("camera=()"),
            "{what}"
        );
        assert_eq!(answer.header("cache-control"), "no-store", "{what}");
        assert_eq!(answer.header("x-request-id").len(), 16, "{what}");
        assert!(answer.headers.get("server").is_none(), "{what}");
    }
}

#[tokio::test]
async fn over_plain_http_nothing_promises_https() {
    let server = TestServer::start().await;
    let browser = server.browser();
    for (what, answer) in answers(&server, &browser).await {
        assert!(
            !answer.headers.contains_key("strict-transport-security"),
            "{what}"
        );
    }
}

/// The values of an attribute-like `name="…"` within a document.
fn tags<'a>(html: &'a str, tag: &str) -> Vec<&'a str> {
    let begin = format!("<{tag}");
    html.match_indices(&begin)
        .map(|(at, _)| &html[at..])
        .filter(|rest| rest[begin.len()..].starts_with([' ', '>']))
        .map(|rest| rest.split('>').next().unwrap_or(rest))
        .collect()
}

#[tokio::test]
async fn what_runs_in_a_document_carries_its_nonce() {
    let server = TestServer::start().await;
    let mut branded = crate::harness::company("brand");
    branded.brand = Some("#0a6552".into());
    branded.accent = Some("#ff8800".into());
    branded.name = "</title></style><script>alert(1)</script>".into();
    branded.notice = Some("<img src=x onerror=alert(1)> \"quoted\" </script>".into());
    server.add_company(branded).await;
    let bo = server.person(ACME, "bo", Who::Both).await;
    let browser = server.browser();
    browser.sign_in(&bo).await;
    let mut nonces = Vec::new();
    for path in [
        "/",
        "/acme",
        "/brand",
        "/acme/desk",
        "/acme/console/users",
        "/nowhere",
    ] {
        let answer = browser.page(path).await;
        let policy = answer.header("content-security-policy").to_owned();
        let (_, rest) = policy
            .split_once("script-src 'self' 'nonce-")
            .unwrap_or_else(|| panic!("{path}: {policy}"));
        let nonce = rest.split('\'').next().expect("a nonce").to_owned();
        assert!(nonce.len() >= 16, "{path}: {nonce}");
        let html = answer.text();
        for script in tags(&html, "script") {
            assert!(
                script.contains(&nonce) || script.contains("src=\"/assets/"),
                "{path}: {script}\n{}",
                &html[html.find(script).unwrap_or(0)..]
                    .chars()
                    .take(400)
                    .collect::<String>()
            );
        }
        for style in tags(&html, "style") {
            assert!(style.contains(&nonce), "{path}: {style}");
        }
        assert!(!html.contains(" style=\""), "{path}");
        for handler in [" onclick=", "<img src=x", " onload=", "<script>alert"] {
            assert!(!html.contains(handler), "{path}: {handler}");
        }
        assert!(html.contains("translate=\"no\""), "{path}");
        nonces.push(nonce);
    }
    let all = nonces.len();
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), all, "every document has its own");
}

fn set_cookies(answer: &Answer) -> Vec<String> {
    answer
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|value| value.to_str().expect("readable").to_owned())
        .collect()
}

/// Every cookie of a whole sign-in, a language, a visit and a sign-out.
async fn all_cookies(server: &TestServer) -> Vec<String> {
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let mut cookies = Vec::new();
    cookies.extend(set_cookies(&browser.page("/acme").await));
    let language = browser.put("language", json!({"language": "de"})).await;
    cookies.extend(set_cookies(&language));
    let answer = browser.type_password(&anna, PASSWORD).await;
    cookies.extend(set_cookies(&answer));
    let attempt = answer.code_step().attempt;
    let code = server.code_of(&anna).await;
    let answer = browser.enter(&attempt, &code).await;
    answer.landing();
    cookies.extend(set_cookies(&answer));
    cookies.extend(set_cookies(&browser.delete("session").await));
    cookies
}

#[tokio::test]
async fn cookies_are_bound_to_the_host_under_https() {
    let server = TestServer::with(Setup {
        public_url: HTTPS,
        ..Setup::default()
    })
    .await;
    let cookies = all_cookies(&server).await;
    for name in ["attempt", "session", "browser", "language", "companies"] {
        let start = format!("__Host-callgate-{name}=");
        assert!(
            cookies.iter().any(|cookie| cookie.starts_with(&start)),
            "{name}: {cookies:#?}"
        );
    }
    for cookie in cookies {
        assert!(cookie.starts_with("__Host-callgate-"), "{cookie}");
        for part in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[tokio::test]
async fn cookies_are_plain_on_a_loopback_address() {
    let server = TestServer::start().await;
    for cookie in all_cookies(&server).await {
        assert!(cookie.starts_with("callgate-"), "{cookie}");
        assert!(!cookie.contains("Secure"), "{cookie}");
        for part in ["; HttpOnly", "; SameSite=Lax", "; Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
    }
}

#[tokio::test]
async fn cookies_of_the_other_kind_are_not_read() {
    let server = TestServer::with(Setup {
        public_url: HTTPS,
        ..Setup::default()
    })
    .await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    let session = browser.cookie("__Host-callgate-session").expect("a cookie");
    let planted = server.browser();
    planted.set_cookie("callgate-session", &session);
    planted.session().await.signed_out();
}
