//! No company's administrator reaches into another company: every operation of the API's description that takes an id is
//! asked with another company's ids. An operation that this file cannot make a body for fails the test, so that none
//! is forgotten.

use std::collections::BTreeMap;

use axum::http::Method;
use serde_json::{Map, Value, json};
use server::storage::{AuditKind, NewAuditEvent, testing::each_database};

use crate::{
    harness::{ACME, Person, Setup, TestBrowser, TestServer, Who, company},
    people::add_list,
};

/// What a path's parameter stands for in the other company; the same ids are put where bodies take some.
struct Theirs {
    person: Person,
    session: String,
    way: String,
    browser: String,
    list: String,
    /// A test of their provider.
    test: String,
    domain: String,
}

impl Theirs {
    /// An id of the sort that an operation at this path is about.
    fn id(&self, path: &str) -> &str {
        let ids = [
            ("/security/sessions/", self.session.as_str()),
            ("/security/ways/", &self.way),
            ("/security/browsers/", &self.browser),
            ("/presence-lists/", &self.list),
            ("/single-sign-on/tests/", &self.test),
        ];
        ids.iter()
            .find(|(part, _)| path.contains(part))
            .map_or(self.person.id.as_str(), |(_, id)| id)
    }

    /// What another company's id is called in a body.
    fn of_field(&self, name: &str) -> Option<Value> {
        match name {
            "presence_list" | "list" | "replacement" | "instead" | "move_to" => {
                Some(json!(self.list))
            }
            "ids" | "accounts" | "people" => Some(json!([self.person.id])),
            "id" | "account_id" | "user" => Some(json!(self.person.id)),
            _ => None,
        }
    }
}

/// The address of an operation with another company's id in it, and whether there is one. Everything else in it is the
/// own company's.
fn address(path: &str, theirs: &Theirs) -> (String, bool) {
    let mut has_id = false;
    let parts: Vec<&str> = path
        .split('/')
        .map(|part| match part {
            "{id}" => {
                has_id = true;
                theirs.id(path)
            }
            "{domain}" => {
                has_id = true;
                &theirs.domain
            }
            "{alias}" => ACME,
            "{kind}" if path.contains("/providers/") => "google",
            "{kind}" => "terms",
            "{step}" => "look",
            part if part.starts_with('{') => {
                panic!("{path}: teach this test what {part} is")
            }
            part => part,
        })
        .collect();
    (parts.join("/"), has_id)
}

/// Fields whose values must make sense for a request to come as far as its ids.
fn sample(name: &str, schema: &Value) -> Option<Value> {
    Some(match name {
        "email" => json!("somebody@new.example"),
        "username" => json!("somebody"),
        "name" => json!("Somebody"),
        "rows" => json!("Somebody;somebody@new.example"),
        "reason" => json!("because"),
        "language" => json!("en"),
        "color" | "colour" | "brand" | "accent" => json!("#0a6552"),
        "url" => json!("https://new.example"),
        _ => {
            let _ = schema;
            return None;
        }
    })
}

struct Api {
    document: Value,
}

impl Api {
    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str().and_then(|it| it.rsplit('/').next()) {
            Some(name) => &self.document["components"]["schemas"][name],
            None => schema,
        }
    }

    /// A value of a schema, with another company's ids wherever a field takes one.
    fn value(&self, name: &str, schema: &Value, theirs: &Theirs) -> Value {
        let schema = self.resolve(schema);
        if let Some(id) = theirs.of_field(name) {
            return id;
        }
        if let Some(sample) = sample(name, schema) {
            return sample;
        }
        if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
            return first.clone();
        }
        for key in ["oneOf", "anyOf"] {
            let variants = schema[key].as_array().into_iter().flatten();
            if let Some(variant) = variants.into_iter().find(|it| it["type"] != "null") {
                return self.value(name, variant, theirs);
            }
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let mut whole = Map::new();
            for part in parts {
                if let Value::Object(fields) = self.value(name, part, theirs) {
                    whole.extend(fields);
                }
            }
            return Value::Object(whole);
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().find(|it| *it != "null").cloned(),
            kind => Some(kind.clone()),
        };
        match kind.as_ref().and_then(Value::as_str) {
            Some("object") => {
                let fields = schema["properties"].as_object().into_iter().flatten();
                fields
                    .map(|(name, schema)| (name.clone(), self.value(name, schema, theirs)))
                    .collect()
            }
            Some("array") => json!([self.value(name, &schema["items"], theirs)]),
            Some("string") => json!("x"),
            Some("integer" | "number") => json!(1),
            Some("boolean") => json!(false),
            _ => panic!("no sample for {name}: {schema}"),
        }
    }
}

/// Everything that the other company owns, to be compared.
async fn belongings(server: &TestServer) -> BTreeMap<String, String> {
    let sums = [
        (
            "accounts",
            "SUM(version * 7 + security_version * 31 + code_failures + COALESCE(locked_at, 0) + COALESCE(deleted_at, 0))",
        ),
        ("sessions", "SUM(COALESCE(ended_at, 0))"),
        ("factors", "SUM(created_at)"),
        ("links", "SUM(COALESCE(used_at, 0))"),
        ("outbox", "SUM(created_at)"),
        ("presence_lists", "SUM(version)"),
        ("trusts", "SUM(expires_at)"),
        ("providers", "SUM(version)"),
        ("sso_requests", "SUM(expires_at)"),
        ("domain_claims", "SUM(created_at)"),
        ("domains", "SUM(verified_at)"),
    ];
    let mut found = BTreeMap::new();
    for (table, sum) in sums {
        let of = match table {
            "accounts" | "presence_lists" | "providers" | "sso_requests" | "domain_claims"
            | "domains" => "company_id = 'company-beta'".to_owned(),
            _ => "account_id IN (SELECT id FROM accounts WHERE company_id = 'company-beta')"
                .to_owned(),
        };
        let rows = format!("SELECT COUNT(*) FROM {table} WHERE {of}");
        let sum = format!("SELECT CAST(COALESCE({sum}, 0) AS BIGINT) FROM {table} WHERE {of}");
        found.insert(
            table.to_owned(),
            format!("{} {}", server.number(rows).await, server.number(sum).await),
        );
    }
    found
}

async fn theirs(server: &TestServer) -> Theirs {
    server.add_company(company("beta")).await;
    add_list(server, "beta", "list-of-beta").await;
    let person = server.person("beta", "bea", Who::Both).await;
    let browser = server.browser();
    browser.sign_in(&person).await;
    let security: Value = browser.get("security").await.json();
    let trusted = server.browser();
    trusted.sign_in(&person).await;
    crate::recovery::trust_every_browser(server, &person).await;
    let with_trust: Value = browser.get("security").await.json();
    let s = &server.services;
    let mut tx = server.begin_tx().await;
    tx.audit(NewAuditEvent {
        id: s.entropy.id(s.now()),
        at: s.now(),
        company: Some(server::storage::CompanyId("company-beta".into())),
        account: Some(server::storage::AccountId(person.id.clone())),
        actor: None,
        kind: AuditKind::SignedIn,
        reason: Some("of beta alone".into()),
        reference: "beta".into(),
        address: "beta".into(),
    });
    tx.commit().await.expect("committed");
    for sql in [
        "INSERT INTO providers (id, company_id, kind, name, created_at)
             VALUES ('google-of-beta', 'company-beta', 'google', '', 1)",
        "INSERT INTO sso_requests (id, company_id, provider_id, purpose, state_hash, cookie_hash, sealed, created_at,
                 expires_at)
             SELECT 'test-of-beta', company_id, id, 'test', secret_hash, secret_hash, secret_hash, 1, 4000000000000
             FROM providers, (SELECT cookie_hash AS secret_hash FROM sessions LIMIT 1) s",
        "INSERT INTO domain_claims (company_id, domain, token, created_at)
             VALUES ('company-beta', 'beta-mail.example', 'token', 1)",
        "INSERT INTO domains (domain, company_id, verified_at, vouched)
             VALUES ('beta-mail.example', 'company-beta', 1, FALSE)",
    ] {
        server.change(sql).await;
    }
    let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    Theirs {
        session: text(&security["sessions"][0]["id"]),
        way: text(&security["two_factor"]["ways"][0]["id"]),
        browser: text(&with_trust["browsers"][0]["id"]),
        list: "list-of-beta".into(),
        test: "test-of-beta".into(),
        domain: "beta-mail.example".into(),
        person,
    }
}

async fn signed_in<'a>(server: &'a TestServer, ada: &Person) -> TestBrowser<'a> {
    let browser = server.browser();
    browser.sign_in(ada).await;
    browser
}

#[tokio::test]
async fn no_operation_reaches_into_another_company() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let theirs = theirs(&server).await;
        // Somebody must be left whatever a request does to the one who sends it.
        server.admin("bob").await;
        let ada = server.person(ACME, "ada", Who::Both).await;
        let api = Api {
            document: serde_json::to_value(server::http::openapi()).expect("JSON"),
        };
        let before = belongings(&server).await;
        let mut browser = signed_in(&server, &ada).await;
        let mut asked = 0;
        for (path, item) in api.document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("methods") {
                let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
                let body = (!schema.is_null()).then(|| api.value("", schema, &theirs));
                let names_ids = body
                    .as_ref()
                    .is_some_and(|body| names_theirs(body, &theirs));
                let (place, has_id) = address(path, &theirs);
                if !has_id && !names_ids {
                    continue;
                }
                let method: Method = method.to_uppercase().parse().expect("a method");
                // Requests may have signed the sender out.
                if browser.session().await.status != 200 {
                    server.advance(crate::harness::MINUTE);
                    browser = signed_in(&server, &ada).await;
                }
                let below = place.strip_prefix("/api/v1/").expect("below the API");
                let answer = match &body {
                    Some(body) => browser.ask(method.clone(), below, body).await,
                    None if method == Method::DELETE => browser.delete(below).await,
                    None if method == Method::GET => browser.get(below).await,
                    None => browser.ask(method.clone(), below, &json!({})).await,
                };
                asked += 1;
                let told = answer.text();
                if has_id {
                    assert_eq!(answer.status, 404, "{method} {path} {body:?}: {told}");
                }
                assert!(answer.status.as_u16() < 500, "{method} {path}: {told}");
                assert!(
                    !told.contains(&theirs.person.email) && !told.contains("of beta alone"),
                    "{method} {path} tells of others: {told}"
                );
                assert_eq!(
                    belongings(&server).await,
                    before,
                    "{method} {path} {body:?} changed something: {told}"
                );
            }
        }
        assert!(asked > 15, "{asked} operations");
        server.services.db.close().await;
    })
    .await;
}

/// Whether a body holds an id of the other company.
fn names_theirs(body: &Value, theirs: &Theirs) -> bool {
    match body {
        Value::String(text) => *text == theirs.person.id || *text == theirs.list,
        Value::Array(values) => values.iter().any(|value| names_theirs(value, theirs)),
        Value::Object(fields) => fields.values().any(|value| names_theirs(value, theirs)),
        _ => false,
    }
}

#[tokio::test]
async fn lists_show_nobody_of_another_company() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let theirs = theirs(&server).await;
        let ada = server.admin("ada").await;
        let browser = signed_in(&server, &ada).await;
        for query in [
            "users",
            "users?search=bea",
            "users?search=beta.example",
            "users?presence_list=list-of-beta",
            "users?view=cannot_sign_in",
            "audit",
            "audit?person=bea",
        ] {
            let told = browser.get(query).await.assert_status(200).text();
            assert!(
                !told.contains("bea@") && !told.contains(&theirs.person.id),
                "{query}: {told}"
            );
        }
        server.services.db.close().await;
    })
    .await;
}
