//! Whatever somebody sends: an answer that says what was wrong, and nothing changed.

use app::wire::ProblemCode;
use axum::{
    body::Body,
    http::{Method, header},
};
use serde_json::json;
use server::storage::{Db, testing::each_database};

use crate::{
    harness::{ACME, PASSWORD, Setup, TestServer, company},
    people::new_person,
};

/// Every endpoint that reads a body, with one that it would understand.
pub(crate) fn endpoints() -> Vec<(Method, &'static str, serde_json::Value)> {
    vec![
        (Method::POST, "companies/find", json!({"company": "acme"})),
        (
            Method::POST,
            "companies/acme/sign-in",
            json!({"account": "anna", "password": PASSWORD}),
        ),
        (
            Method::POST,
            "sign-in",
            json!({"username": "anna@acme.example", "password": PASSWORD}),
        ),
        (
            Method::POST,
            "sign-in/code",
            json!({"attempt": "x", "code": "123456"}),
        ),
        (Method::POST, "sign-in/code/resend", json!({"attempt": "x"})),
        (
            Method::POST,
            "sign-in/code/method",
            json!({"attempt": "x", "method": "email"}),
        ),
        (
            Method::POST,
            "sign-in/setup",
            json!({"attempt": "x", "method": "app"}),
        ),
        (
            Method::POST,
            "sign-in/setup/verify",
            json!({"attempt": "x", "code": "123456"}),
        ),
        (Method::POST, "sign-in/setup/codes", json!({"attempt": "x"})),
        (
            Method::POST,
            "sign-in/setup/confirm",
            json!({"attempt": "x", "code": "4F7K-9QWX-2M8TD"}),
        ),
        (
            Method::POST,
            "sign-in/password",
            json!({"attempt": "x", "password": PASSWORD}),
        ),
        (
            Method::POST,
            "companies/acme/browser-link",
            json!({"account": "anna"}),
        ),
        (Method::POST, "browser-link", json!({"token": "x"})),
        (Method::POST, "invitations/ask", json!({"token": "x"})),
        (Method::POST, "invitations/look", json!({"token": "x"})),
        (
            Method::POST,
            "invitations/accept",
            json!({"token": "x", "password": PASSWORD}),
        ),
        (Method::POST, "onboarding/alias", json!({"alias": "x"})),
        (
            Method::POST,
            "onboarding",
            json!({
                "name": "Initech", "alias": "initech", "language": "en", "time_zone": "UTC",
                "admin_name": "Bill", "admin_email": "bill@initech.example"
            }),
        ),
        (
            Method::POST,
            "company/ready/share_url",
            json!({"done": true}),
        ),
        (Method::PUT, "language", json!({"language": "de"})),
        (
            Method::PUT,
            "session/workplace",
            json!({"workplace": "desk"}),
        ),
        (Method::POST, "session/proof", json!({"password": PASSWORD})),
        (
            Method::POST,
            "session/proof/sso",
            json!({"provider": "google"}),
        ),
        (Method::POST, "session/leave", json!({})),
        (
            Method::POST,
            "security/logins",
            json!({"provider": "google"}),
        ),
        (
            Method::POST,
            "companies/acme/sso",
            json!({"provider": "google"}),
        ),
        (
            Method::POST,
            "sso",
            json!({"username": "anna@acme.example"}),
        ),
        (
            Method::POST,
            "invitations/sso",
            json!({"token": "x", "provider": "google"}),
        ),
        (
            Method::POST,
            "sign-in/bind",
            json!({"attempt": "x", "account": "anna", "password": PASSWORD}),
        ),
        (
            Method::POST,
            "companies/acme/phone/sign-in",
            json!({"username": "anna.connect"}),
        ),
        (
            Method::POST,
            "sign-in/bind/mail",
            json!({"attempt": "x", "account": "anna"}),
        ),
        (
            Method::POST,
            "sign-in/bind/code",
            json!({"attempt": "x", "code": "123456"}),
        ),
        (
            Method::POST,
            "sign-in/bind/join",
            json!({"attempt": "x", "name": "Anna", "email": "anna@mail.example"}),
        ),
        (Method::POST, "invitations/phone", json!({"token": "x"})),
        (
            Method::POST,
            "companies/acme/forgot-password",
            json!({"account": "anna"}),
        ),
        (Method::POST, "reset-password/look", json!({"token": "x"})),
        (
            Method::POST,
            "reset-password",
            json!({"token": "x", "password": PASSWORD}),
        ),
        (Method::POST, "users/x/unlock", json!({"reason": "because"})),
        (Method::POST, "users", new_person("nina")),
        (Method::PUT, "users/x", an_edit()),
        (
            Method::POST,
            "users/x/disable",
            json!({"reason": "because"}),
        ),
        (Method::POST, "users/preview", pasted()),
        (Method::POST, "users/add", pasted()),
        (
            Method::POST,
            "users/bulk",
            json!({"ids": ["x"], "action": "enable"}),
        ),
        (Method::POST, "users/confirm-email", json!({"token": "x"})),
        (
            Method::POST,
            "users/x/backup-code",
            json!({"reason": "because"}),
        ),
        (
            Method::POST,
            "users/x/reset-two-factor",
            json!({"reason": "because"}),
        ),
        (
            Method::POST,
            "users/x/send-password-reset",
            json!({"reason": "because"}),
        ),
        (Method::POST, "security/ways", json!({"method": "app"})),
        (
            Method::POST,
            "security/ways/verify",
            json!({"code": "123456"}),
        ),
        (
            Method::POST,
            "security/backup-codes/confirm",
            json!({"code": "x"}),
        ),
        (
            Method::PUT,
            "security/password",
            json!({"current": PASSWORD, "password": PASSWORD}),
        ),
        (
            Method::PUT,
            "company/invitations",
            json!({"version": 1, "days": 2, "welcome": "link"}),
        ),
        (Method::PUT, "policy/two-factor", a_policy()),
        (Method::POST, "policy/two-factor/effect", a_policy()),
        (
            Method::PUT,
            "company/look",
            json!({
                "version": "x", "name": "x", "language": "en", "languages": [], "time_zone": "UTC"
            }),
        ),
        (Method::PUT, "company/logo", json!({"picture": "x"})),
        (Method::PUT, "company/notice", json!({"version": "x"})),
        (
            Method::PUT,
            "company/help-contact",
            json!({"version": "x", "desk_links": []}),
        ),
        (Method::PUT, "company/legal/terms", json!({"version": 0})),
        (Method::POST, "company/legal/preview", json!({"text": "x"})),
        (
            Method::PUT,
            "company/sessions",
            json!({"version": "x", "total_minutes": 60, "idle_minutes": 30}),
        ),
        (
            Method::PUT,
            "company/single-sign-on/providers/google",
            json!({"second_factor": "always", "version": 0}),
        ),
        (
            Method::PUT,
            "company/single-sign-on/providers/google/live",
            json!({"live": true, "version": 1}),
        ),
        (
            Method::POST,
            "company/single-sign-on/domains",
            json!({"domain": "acme.example"}),
        ),
        (
            Method::PUT,
            "company/single-sign-on/passwords",
            json!({"passwords": true}),
        ),
        (
            Method::POST,
            "person/companies",
            json!({"company": "beta", "account": "anna", "password": PASSWORD}),
        ),
        // Without an account there is no default.
        (Method::PUT, "person/default", json!({})),
        (Method::POST, "regions/lookup", json!({"alias": "acme"})),
        (Method::PUT, "presence", json!({"reason": "x"})),
        (
            Method::PUT,
            "presence/phone",
            json!({"name": "x", "kind": "available", "seconds": 1}),
        ),
        (Method::PUT, "company/amazon-connect", json!({"version": 1})),
        // Without a user there is none.
        (Method::PUT, "users/x/phone-username", json!({})),
        (
            Method::POST,
            "company/join-requests/x/approve",
            json!({"name": "N", "email": "n@new.example"}),
        ),
        (Method::POST, "presence-lists", a_list()),
        (Method::PUT, "presence-lists/x", {
            let mut list = a_list();
            list["version"] = 1.into();
            list["is_default"] = true.into();
            list
        }),
        (
            Method::POST,
            "presence-lists/x/remove",
            json!({"version": 1}),
        ),
    ]
}

fn an_edit() -> serde_json::Value {
    json!({
        "version": 1, "name": "N", "username": "n", "email": "n@new.example", "roles": ["agent"],
        "phone": "none", "sso_only": false
    })
}

fn pasted() -> serde_json::Value {
    json!({"rows": "N;n@new.example", "roles": ["agent"], "invite": false})
}

fn a_policy() -> serde_json::Value {
    json!({
        "mode": "required", "methods": ["email", "app"], "trust_days": [],
        "strict": "nobody", "admin_code_minutes": 15
    })
}

fn a_list() -> serde_json::Value {
    json!({"name": "Front desk", "reasons": [
        {"name": "Available", "kind": "available"},
        {"name": "Break", "kind": "not_ready"},
    ]})
}

#[test]
fn every_endpoint_with_a_body_is_tried_here() {
    let openapi = serde_json::to_value(server::http::openapi()).expect("JSON");
    let mut documented = Vec::new();
    for (path, item) in openapi["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            if operation.get("requestBody").is_some() {
                let path = path.replace("{alias}", ACME).replace("{id}", "x");
                let path = path
                    .replace("providers/{kind}", "providers/google")
                    .replace("{kind}", "terms")
                    .replace("{step}", "share_url");
                documented.push(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    let mut tried: Vec<String> = endpoints()
        .iter()
        .map(|(method, path, _)| format!("{method} /api/v1/{path}"))
        .collect();
    documented.sort();
    tried.sort();
    assert_eq!(tried, documented);
}

#[tokio::test]
async fn bodies_that_are_not_what_was_asked_for_change_nothing() {
    let server = TestServer::start().await;
    server.agent("anna").await;
    let compared = server.compared();
    for (method, path, good) in endpoints() {
        let mut bodies: Vec<(Vec<u8>, &str, u16, ProblemCode)> = vec![
            (
                b"".to_vec(),
                "application/json",
                400,
                ProblemCode::InvalidRequest,
            ),
            (
                b"{".to_vec(),
                "application/json",
                400,
                ProblemCode::InvalidRequest,
            ),
            (
                b"[]".to_vec(),
                "application/json",
                400,
                ProblemCode::InvalidRequest,
            ),
            (
                b"null".to_vec(),
                "application/json",
                400,
                ProblemCode::InvalidRequest,
            ),
            (
                b"{}".to_vec(),
                "application/json",
                400,
                ProblemCode::InvalidRequest,
            ),
            (
                b"{\"account\":\"\xff\xfe\"}".to_vec(),
                "application/json",
                400,
                ProblemCode::InvalidRequest,
            ),
            (
                "[".repeat(50_000).into_bytes(),
                "application/json",
                400,
                ProblemCode::InvalidRequest,
            ),
            (
                serde_json::to_vec(&good).expect("JSON"),
                "text/plain",
                415,
                ProblemCode::UnsupportedMediaType,
            ),
            (
                serde_json::to_vec(&good).expect("JSON"),
                "application/jsonx",
                415,
                ProblemCode::UnsupportedMediaType,
            ),
            (
                serde_json::to_vec(&good).expect("JSON"),
                "application/x-www-form-urlencoded",
                415,
                ProblemCode::UnsupportedMediaType,
            ),
            (
                vec![b'x'; 10 << 20],
                "application/json",
                413,
                ProblemCode::TooLarge,
            ),
        ];
        // A picture may be larger.
        if path != "company/logo" {
            bodies.push((
                vec![b' '; (64 << 10) + 1],
                "application/json",
                413,
                ProblemCode::TooLarge,
            ));
        }
        let object = good.as_object().expect("an object");
        // One field more, one of another type, one less, one twice.
        let mut more = object.clone();
        more.insert("role".into(), json!("admin"));
        for (field, value) in object {
            let mut wrong = object.clone();
            wrong.insert(field.clone(), json!([value]));
            let mut less = object.clone();
            less.remove(field);
            for body in [wrong, less, more.clone()] {
                bodies.push((
                    serde_json::to_vec(&body).expect("JSON"),
                    "application/json",
                    400,
                    ProblemCode::InvalidRequest,
                ));
            }
            let whole = serde_json::to_string(&good).expect("JSON");
            let twice = whole.replacen('{', &format!("{{\"{field}\":\"first\","), 1);
            bodies.push((
                twice.into_bytes(),
                "application/json",
                400,
                ProblemCode::InvalidRequest,
            ));
        }
        // Where nothing needs to be said, an empty object is right.
        let right = serde_json::to_vec(&good).expect("JSON");
        bodies.retain(|(body, kind, ..)| *kind != "application/json" || *body != right);
        for (body, kind, status, code) in bodies {
            let browser = server.browser();
            let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
            let request = browser
                .request(method.clone(), &format!("/api/v1/{path}"))
                .header(header::CONTENT_TYPE, kind)
                .body(Body::from(body));
            let answer = browser.send(request.expect("a request")).await;
            assert_eq!(
                answer.status.as_u16(),
                status,
                "{method} {path} {kind} {shown}: {answer:?}"
            );
            answer.problem(code);
            assert!(!answer.headers.contains_key(header::SET_COOKIE));
        }
    }
    assert_eq!(server.compared(), compared);
    for table in [
        "throttles",
        "attempts",
        "sessions",
        "outbox",
        "reset_requests",
        "audit_events",
    ] {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        assert_eq!(server.number(sql).await, 0, "{table}");
    }
}

#[tokio::test]
async fn json_may_name_its_character_set() {
    let server = TestServer::start().await;
    let browser = server.browser();
    let request = browser
        .request(Method::POST, "/api/v1/companies/find")
        .header(header::CONTENT_TYPE, "Application/JSON; charset=utf-8")
        .body(Body::from(r#"{"company":"ACME"}"#));
    browser
        .send(request.expect("a request"))
        .await
        .assert_status(200);
}

#[tokio::test]
async fn no_character_is_more_than_the_databases_take() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let anna = server.agent("anna").await;
        let ada = server.admin("ada").await;
        server.browser().fail_codes(&anna, 5).await;
        let browser = server.browser();
        browser.sign_in(&ada).await;
        let nothing = "a\u{0}b";
        let unlock = format!("users/{}/unlock", anna.id);
        for (path, body) in [
            ("companies/find", json!({"company": nothing})),
            (
                "companies/acme/sign-in",
                json!({"account": nothing, "password": PASSWORD}),
            ),
            (
                "companies/acme/sign-in",
                json!({"account": "anna", "password": nothing}),
            ),
            (
                "companies/acme/sign-in",
                json!({"account": "ada", "password": PASSWORD, "next": nothing}),
            ),
            (
                "sign-in",
                json!({"username": "a\u{0}@b", "password": PASSWORD}),
            ),
            ("companies/acme/browser-link", json!({"account": nothing})),
            ("browser-link", json!({"token": nothing})),
            ("invitations/look", json!({"token": nothing})),
            (
                "companies/acme/forgot-password",
                json!({"account": nothing}),
            ),
            ("reset-password/look", json!({"token": nothing})),
            ("sign-in/code", json!({"attempt": nothing, "code": "1"})),
            ("session/proof", json!({"password": nothing})),
            (unlock.as_str(), json!({"reason": nothing})),
        ] {
            let answer = browser.post(path, body.clone()).await;
            assert!(answer.status.as_u16() < 500, "{path} {body}: {answer:?}");
        }
        for path in [
            "users?search=%00",
            "users/%00",
            "companies/%00",
            "companies/a%00b/terms",
            "companies/%00/logo",
        ] {
            let answer = browser.get(path).await;
            assert!(answer.status.as_u16() < 500, "{path}: {answer:?}");
        }
        for path in [
            "/%00",
            "/%00/code",
            "/?company=%00",
            "/acme?next=%00",
            "/%00/desk",
            "/m%C3%BCnchen/desk",
            "/%0A/code",
        ] {
            let answer = browser.page(path).await;
            assert!(answer.status.as_u16() < 500, "{path}: {answer:?}");
        }
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn addresses_that_are_no_text_are_problems_too() {
    let server = TestServer::start().await;
    let browser = server.browser();
    for path in ["companies/%FF", "companies/%FF/terms", "users/%C0%80"] {
        let answer = browser.get(path).await;
        assert!(answer.status.is_client_error(), "{answer:?}");
        answer.any_problem();
    }
    browser
        .post(
            "companies/%FF/sign-in",
            json!({"account": "a", "password": "b"}),
        )
        .await
        .any_problem();
    for path in ["/%FF", "/%FF/code", "/acme/%FF"] {
        let answer = browser.page(path).await;
        assert!(answer.status.is_client_error(), "{path}: {answer:?}");
    }
    for path in ["/%FF", "/%FF/code", "/%FF/sign-out"] {
        let answer = browser.submit(path, &[("attempt", "x")]).await;
        assert!(answer.status.is_client_error(), "{path}: {answer:?}");
        answer.any_problem();
    }
}

#[tokio::test]
async fn unknown_routes_and_methods_are_problems() {
    let server = TestServer::start().await;
    let browser = server.browser();
    for path in [
        "/api/v1/nothing",
        "/api/v1",
        "/api/",
        "/api/v2/session",
        "/api/v1/session/",
        "/api/v1//session",
    ] {
        let answer = browser.page(path).await;
        answer.assert_status(404).problem(ProblemCode::NotFound);
    }
    for (method, path) in [
        (Method::PATCH, "/api/v1/session"),
        (Method::POST, "/api/v1/session"),
        (Method::GET, "/api/v1/companies/find/x/sign-in"),
        (Method::PUT, "/api/v1/sign-in"),
        (Method::DELETE, "/api/v1/users"),
        (Method::POST, "/api/v1/openapi.json"),
        (Method::POST, "/api/docs"),
        (Method::POST, "/health/live"),
        (Method::PUT, "/acme"),
        (Method::DELETE, "/acme/desk"),
        (Method::POST, "/acme/desk"),
        (Method::POST, "/assets/x.js"),
    ] {
        let request = browser
            .request(method.clone(), path)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from("{}"));
        let answer = browser.send(request.expect("a request")).await;
        let expected = if path.contains("find/x") { 404 } else { 405 };
        assert_eq!(
            answer.status.as_u16(),
            expected,
            "{method} {path}: {answer:?}"
        );
        answer.any_problem();
    }
}

#[tokio::test]
async fn the_description_names_every_route_and_no_other() {
    let server = TestServer::start().await;
    let described: serde_json::Value = server.browser().page("/api/v1/openapi.json").await.json();
    assert_eq!(
        described,
        serde_json::to_value(server::http::openapi()).expect("JSON")
    );
    assert!(matches!(server.services.db, Db::Sqlite { .. }));
}
