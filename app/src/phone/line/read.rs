//! What the phone's frame says, read. It is somebody else's data: whatever is missing or of another kind is nothing.

use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::{
    phone::{Agent, AgentState, Contact, ContactState},
    wire::PresenceKind,
};

/// The value at a path of names; `undefined` where there is none.
pub(super) fn at(value: &JsValue, path: &[&str]) -> JsValue {
    path.iter().fold(value.clone(), |value, name| {
        Reflect::get(&value, &(*name).into()).unwrap_or_default()
    })
}

fn text(value: &JsValue, path: &[&str]) -> String {
    at(value, path).as_string().unwrap_or_default()
}

fn list(value: &JsValue, path: &[&str]) -> Vec<JsValue> {
    let list = at(value, path);
    match list.dyn_ref::<Array>() {
        Some(list) => list.iter().collect(),
        None => Vec::new(),
    }
}

pub(super) fn agent(said: &JsValue) -> Option<Agent> {
    let configuration = at(said, &["configuration"]);
    let username = at(&configuration, &["username"]).as_string()?;
    let permissions = list(&configuration, &["permissions"]);
    let next = at(said, &["snapshot", "nextState"]);
    Some(Agent {
        name: text(&configuration, &["name"]),
        username,
        routing_profile: text(&configuration, &["routingProfile", "name"]),
        softphone: at(&configuration, &["softphoneEnabled"]).is_truthy(),
        may_call: permissions
            .iter()
            .any(|permission| permission.as_string().as_deref() == Some("outboundCall")),
        states: list(&configuration, &["agentStates"])
            .iter()
            .filter_map(state)
            .collect(),
        state: state(&at(said, &["snapshot", "state"]))?,
        since: since(said, &at(said, &["snapshot", "state", "startTimestamp"])),
        next: state(&next),
    })
}

fn state(said: &JsValue) -> Option<AgentState> {
    let name = at(said, &["name"]).as_string()?;
    Some(AgentState {
        arn: text(said, &["agentStateARN"]),
        name,
        kind: match text(said, &["type"]).as_str() {
            "routable" => PresenceKind::Available,
            "offline" => PresenceKind::Offline,
            _ => PresenceKind::NotReady,
        },
    })
}

/// A status as Amazon Connect wrote it: it wants the whole of it back.
pub(super) fn state_of(said: &JsValue, wanted: &AgentState) -> Option<JsValue> {
    list(said, &["configuration", "agentStates"])
        .into_iter()
        .find(|known| state(known).as_ref() == Some(wanted))
}

/// A time by this browser's clock: how far that one is off, Amazon Connect says with every word.
fn since(said: &JsValue, time: &JsValue) -> f64 {
    let skew = at(said, &["snapshot", "skew"]).as_f64();
    match time.dyn_ref::<js_sys::Date>() {
        Some(time) => time.get_time() - skew.unwrap_or_default(),
        None => js_sys::Date::now(),
    }
}

/// The call at hand: one that goes on before one that is over.
pub(super) fn contact(said: &JsValue, accepted: &[String]) -> Option<Contact> {
    let calls = calls(said);
    let mut read = calls
        .iter()
        .filter_map(|call| one(said, call, accepted))
        .collect::<Vec<_>>();
    read.sort_by_key(|call| {
        use ContactState::{AfterCall, Failed, Missed};
        matches!(call.state, AfterCall | Missed | Failed)
    });
    read.into_iter().next()
}

fn calls(said: &JsValue) -> Vec<JsValue> {
    let mut calls = list(said, &["snapshot", "contacts"]);
    calls.retain(|call| matches!(text(call, &["type"]).as_str(), "voice" | "queue_callback"));
    calls
}

fn one(said: &JsValue, call: &JsValue, accepted: &[String]) -> Option<Contact> {
    let id = at(call, &["contactId"]).as_string()?;
    let other = other_end(call);
    let inbound = text(&other, &["type"]) != "outbound";
    let held = text(&other, &["state", "type"]) == "hold";
    let state = match text(call, &["state", "type"]).as_str() {
        "connected" if held => ContactState::OnHold,
        "connected" => ContactState::Connected,
        "ended" => ContactState::AfterCall,
        "missed" | "rejected" => ContactState::Missed,
        "error" => ContactState::Failed,
        _ if inbound && !accepted.contains(&id) => ContactState::Ringing,
        _ => ContactState::Connecting,
    };
    let number = text(&other, &["endpoint", "phoneNumber"]);
    Some(Contact {
        inbound,
        state,
        // Amazon Connect also writes `sip:+4930123456@…`.
        number: number
            .trim_start_matches("sip:")
            .split('@')
            .next()
            .unwrap_or_default()
            .to_owned(),
        queue: at(call, &["queue", "name"]).as_string(),
        since: since(said, &at(call, &["state", "timestamp"])),
        id,
    })
}

fn other_end(call: &JsValue) -> JsValue {
    let connections = list(call, &["connections"]);
    let initial = |connection: &&JsValue| at(connection, &["initial"]).is_truthy();
    let other = |connection: &&JsValue| text(connection, &["type"]) != "agent";
    connections
        .iter()
        .filter(other)
        .find(initial)
        .or_else(|| connections.iter().find(other))
        .cloned()
        .unwrap_or_default()
}

fn call_of(said: &JsValue, id: &str) -> Option<JsValue> {
    calls(said)
        .into_iter()
        .find(|call| text(call, &["contactId"]) == id)
}

/// The id of the agent's own end.
pub(super) fn own_connection(said: &JsValue, id: &str) -> Option<JsValue> {
    let call = call_of(said, id)?;
    let own = list(&call, &["connections"])
        .into_iter()
        .find(|connection| text(connection, &["type"]) == "agent")?;
    Some(at(&own, &["connectionId"]))
}

/// The id of the other end.
pub(super) fn other_connection(said: &JsValue, id: &str) -> Option<JsValue> {
    let id = at(&other_end(&call_of(said, id)?), &["connectionId"]);
    id.is_string().then_some(id)
}
