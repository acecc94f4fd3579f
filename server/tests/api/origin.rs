//! Nothing that changes anything is taken from another site (SECURITY 17).

use app::wire::ProblemCode;
use axum::{
    body::Body,
    http::{Method, header},
};

use crate::harness::{ACME, PASSWORD, Setup, TestServer};

/// Every address that changes something: those of the description, and the forms.
fn unsafe_addresses() -> Vec<(Method, String, &'static str)> {
    let openapi = serde_json::to_value(server::http::openapi()).expect("JSON");
    let mut addresses = Vec::new();
    for (path, item) in openapi["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("methods").keys() {
            let method: Method = method.to_uppercase().parse().expect("a method");
            if !method.is_safe() {
                let path = path.replace("{alias}", ACME).replace("{id}", "x");
                addresses.push((method, path, "application/json"));
            }
        }
    }
    assert!(addresses.len() >= 18, "{addresses:?}");
    for path in [
        "/",
        "/invitation",
        "/acme",
        "/acme/code",
        "/acme/change-password",
        "/acme/browser-link",
        "/acme/workplace",
        "/acme/sign-out",
        "/acme/sign-out-everywhere",
    ] {
        addresses.push((
            Method::POST,
            path.into(),
            "application/x-www-form-urlencoded",
        ));
    }
    addresses
}

#[tokio::test]
async fn other_sites_change_nothing() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    let own = server.origin();
    let forged: &[&[(&str, &str)]] = &[
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "")],
        &[("origin", "http://127.0.0.1:3001")],
        &[("origin", "https://127.0.0.1:3000")],
        &[("origin", "http://127.0.0.1:3000.evil.example")],
        &[("origin", "HTTP://127.0.0.1:3000/")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "")],
        &[("sec-fetch-site", "cross-site"), ("origin", own)],
        &[
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://evil.example"),
        ],
        &[("sec-fetch-site", "same-origin"), ("origin", "null")],
    ];
    for (method, path, kind) in unsafe_addresses() {
        for headers in forged {
            let mut request = browser
                .bare_request(method.clone(), &path)
                .header(header::CONTENT_TYPE, kind);
            for (name, value) in *headers {
                request = request.header(*name, *value);
            }
            let answer = browser
                .send(request.body(Body::from("{}")).expect("a request"))
                .await;
            assert_eq!(
                answer.status.as_u16(),
                403,
                "{method} {path} {headers:?}: {answer:?}"
            );
            answer.problem(ProblemCode::CrossSite);
        }
    }
    browser.session().await.session();
}

#[tokio::test]
async fn without_a_word_about_its_origin_only_json_passes() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    let body = format!("{{\"account\":\"anna\",\"password\":\"{PASSWORD}\"}}");
    // A script at a command line.
    let request = browser
        .bare_request(Method::POST, "/api/v1/companies/acme/sign-in")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.clone()));
    browser.send(request.expect("a request")).await.code_step();
    for kind in [
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
        None,
    ] {
        for path in ["/api/v1/companies/acme/sign-in", "/acme", "/acme/sign-out"] {
            let mut request = browser.bare_request(Method::POST, path);
            if let Some(kind) = kind {
                request = request.header(header::CONTENT_TYPE, kind);
            }
            let request = request.body(Body::from(body.clone()));
            browser
                .send(request.expect("a request"))
                .await
                .problem(ProblemCode::CrossSite);
        }
    }
    assert_eq!(server.codes_mailed_to(&anna).await, 1);
}

#[tokio::test]
async fn behind_https_the_public_url_is_the_only_origin() {
    let server = TestServer::with(Setup {
        public_url: "https://login.acme.example",
        ..Setup::default()
    })
    .await;
    for (origin, status) in [
        ("https://login.acme.example", 404),
        ("https://login.acme.example:443", 403),
        ("http://login.acme.example", 403),
        ("https://acme.example", 403),
    ] {
        let browser = server.browser();
        let request = browser
            .bare_request(Method::POST, "/api/v1/companies/find")
            .header(header::CONTENT_TYPE, "application/json")
            .header("origin", origin)
            .body(Body::from("{\"company\":\"nowhere\"}"));
        let answer = browser.send(request.expect("a request")).await;
        assert_eq!(answer.status.as_u16(), status, "{origin}: {answer:?}");
    }
}

#[tokio::test]
async fn no_redirect_leads_to_another_site() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    for path in [
        "//evil.example?language=de",
        "//evil.example/?language=de",
        "///evil.example/acme?language=de",
        "/\\evil.example?language=de",
        "/%2Fevil.example?language=de",
        "/acme/..//evil.example?language=de",
    ] {
        let Ok(request) = browser.request(Method::GET, path).body(Body::empty()) else {
            continue;
        };
        let answer = browser.send(request).await;
        stays_here(path, answer.header("location"));
    }
    browser.sign_in(&anna).await;
    for path in [
        "/%2Fevil.example/sign-out",
        "/%2Fevil.example/sign-out-everywhere",
        "/%2Fevil.example/workplace",
        "/%2Fevil.example/code",
        "/%5Cevil.example/sign-out",
        "/%0D%0ASet-Cookie:%20a=b/sign-out",
    ] {
        let fields = [
            ("attempt", "x"),
            ("action", "cancel"),
            ("workplace", "desk"),
        ];
        let answer = browser.submit(path, &fields).await;
        stays_here(path, answer.header("location"));
        assert!(answer.status.as_u16() < 500, "{path}: {answer:?}");
        assert_eq!(browser.cookie("a"), None);
    }
}

#[track_caller]
fn stays_here(asked: &str, location: &str) {
    let leaves =
        location.starts_with("//") || location.starts_with("/\\") || location.contains("://");
    assert!(!leaves, "{asked} leads to {location}");
}
