//! What administrators make of their people: added, changed, disabled, deleted, brought back.

mod add;
mod bulk;
mod edit;
mod email;
mod listing;
mod parallel;
mod state;

use app::wire::{UserDetail, UserPage};
use serde_json::{Value, json};

use crate::harness::{ACME, Answer, Person, TestBrowser, TestServer};

/// A new person as the form sends them.
pub(crate) fn new_person(name: &str) -> Value {
    json!({
        "name": format!("{name} New"), "email": format!("{name}@new.example"), "roles": ["agent"],
        "invite": false
    })
}

/// A person as they are, as the form sends them back.
pub(crate) fn as_is(detail: &UserDetail) -> Value {
    let user = &detail.user;
    json!({
        "version": detail.version, "name": user.name, "username": user.username, "email": user.email,
        "roles": user.roles, "phone": user.phone, "language": detail.language,
        "presence_list": user.presence_list.as_ref().map(|list| &list.id), "sso_only": detail.sso_only
    })
}

pub(crate) async fn detail(browser: &TestBrowser<'_>, id: &str) -> UserDetail {
    browser.get(&format!("users/{id}")).await.json()
}

pub(crate) async fn list(browser: &TestBrowser<'_>, query: &str) -> UserPage {
    browser.get(&format!("users?{query}")).await.json()
}

pub(crate) async fn put(browser: &TestBrowser<'_>, id: &str, body: Value) -> Answer {
    browser.put(&format!("users/{id}"), body).await
}

/// The person as they are, but for these fields.
pub(crate) async fn change(browser: &TestBrowser<'_>, id: &str, fields: Value) -> Answer {
    let mut body = as_is(&detail(browser, id).await);
    for (name, value) in fields.as_object().expect("fields") {
        body[name] = value.clone();
    }
    put(browser, id, body).await
}

/// A presence reason list of a company, which is not its default.
pub(crate) async fn add_list(server: &TestServer, alias: &str, id: &str) {
    server
        .change(format!(
            "INSERT INTO presence_lists (id, company_id, name, name_folded, is_default, version, created_at)
             VALUES ('{id}', 'company-{alias}', 'List {id}', 'list {id}', FALSE, 1, 0)"
        ))
        .await;
}

/// Sees to it that a company has a default list, however it was made.
pub(crate) async fn give_default_list(server: &TestServer) {
    server
        .change(format!(
            "INSERT INTO presence_lists (id, company_id, name, name_folded, is_default, version, created_at)
             SELECT 'default-list', 'company-{ACME}', 'Every one', 'every one', TRUE, 1, 0
             WHERE NOT EXISTS (SELECT 1 FROM presence_lists WHERE company_id = 'company-{ACME}' AND is_default)"
        ))
        .await;
}

/// As they are known once they exist.
pub(crate) fn person_of(detail: &UserDetail) -> Person {
    Person {
        id: detail.user.id.clone(),
        alias: ACME.into(),
        username: detail.user.username.clone(),
        email: detail.user.email.clone(),
    }
}
