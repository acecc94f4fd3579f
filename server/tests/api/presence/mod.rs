//! Presence reasons: lists as administrators keep them, who is let in without one, and statuses at open desks.

mod desk;
mod door;
mod lists;

use app::wire::{OwnPresence, PresenceList, PresenceLists, Stranded};
use serde_json::{Value, json};

use crate::harness::{Answer, Person, TestBrowser, TestServer};

/// An administrator and a browser in which she is signed in.
async fn with_ada(server: &TestServer) -> (Person, TestBrowser<'_>) {
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    (ada, browser)
}

async fn lists(browser: &TestBrowser<'_>) -> PresenceLists {
    browser.get("presence-lists").await.json()
}

/// The list of this name.
async fn list(browser: &TestBrowser<'_>, name: &str) -> PresenceList {
    let lists = lists(browser).await.lists;
    let found = lists.into_iter().find(|list| list.name == name);
    found.expect("there is such a list")
}

/// A list of two statuses, as it is asked for.
fn a_list(name: &str) -> Value {
    json!({"name": name, "reasons": [
        {"name": "Open", "kind": "available"},
        {"name": "Tea", "kind": "not_ready"},
    ]})
}

async fn add(browser: &TestBrowser<'_>, list: Value) -> Answer {
    browser.post("presence-lists", list).await
}

/// Sends a list with some of its fields changed.
async fn edit(browser: &TestBrowser<'_>, list: &PresenceList, changes: Value) -> Answer {
    let mut edited = json!({
        "version": list.version,
        "name": list.name,
        "is_default": list.is_default,
        "reasons": list.reasons,
    });
    for (name, value) in changes.as_object().expect("an object") {
        edited[name] = value.clone();
    }
    let path = format!("presence-lists/{}", list.id);
    browser.put(&path, edited).await
}

async fn remove(browser: &TestBrowser<'_>, list: &PresenceList, mut how: Value) -> Answer {
    how["version"] = list.version.into();
    let path = format!("presence-lists/{}/remove", list.id);
    browser.post(&path, how).await
}

/// Assigns a list to somebody.
async fn assign(server: &TestServer, person: &Person, list: &PresenceList) {
    let (person, list) = (&person.id, &list.id);
    server
        .change(format!(
            "UPDATE accounts SET presence_list_id = '{list}' WHERE id = '{person}'"
        ))
        .await;
}

async fn own(browser: &TestBrowser<'_>) -> OwnPresence {
    browser.get("presence").await.json()
}

async fn here(browser: &TestBrowser<'_>) -> OwnPresence {
    browser.post("presence/here", json!({})).await.json()
}

/// Takes the status of this name.
async fn choose(browser: &TestBrowser<'_>, name: &str) -> OwnPresence {
    let reasons = own(browser).await.reasons;
    let reason = reasons.iter().find(|reason| reason.name == name);
    let reason = &reason.expect("it can be chosen").id;
    let answer = browser.put("presence", json!({"reason": reason})).await;
    answer.json()
}

/// The name of the status.
fn status(own: &OwnPresence) -> &str {
    own.status.as_ref().map_or("", |status| &status.name)
}

fn stranded(count: u32, names: &[&str]) -> Stranded {
    let names = names.iter().map(|name| format!("{name} Somebody"));
    Stranded {
        count,
        names: names.collect(),
    }
}

/// What the log keeps of presence reason lists, oldest first.
async fn noted(browser: &TestBrowser<'_>) -> Vec<String> {
    let page: app::wire::AuditPage = browser.get("audit?kind=presence_list").await.json();
    let events = page.events.into_iter().rev();
    events
        .map(|event| {
            let (_, what) = event.kind.split_once('.').expect("a group");
            format!("{what}: {}", event.reason.unwrap_or_default())
        })
        .collect()
}
