//! The simulator's own page, and the same for scripts: who is signed in with which status, calls, what goes wrong.

use std::{collections::HashMap, fmt::Write};

use axum::{
    Form, Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Simulator, pages,
    world::{Instance, Switches},
};
use crate::http::plain::Escaped;

/// Who calls when nobody says so.
const CALLER: &str = "+493012345678";
const QUEUE: &str = "BasicQueue";

/// The switches that are on or off: their names and what people read.
const SWITCHES: [(&str, &str); 9] = [
    ("access_denied", "Access is denied"),
    ("no_microphone", "The frame gets no microphone"),
    ("login_alone", "The login page forgets who opened it"),
    ("refused", "The frame is refused (origin not approved)"),
    ("dead", "The frame answers nothing"),
    (
        "cookies_blocked",
        "The frame gets no cookies before it asks",
    ),
    ("no_status", "Changes of status fail"),
    ("no_calls", "Outgoing calls fail"),
    ("unanswered", "Nobody answers outgoing calls"),
];

pub(super) async fn page(State(simulator): State<Simulator>) -> Response {
    let mut body = String::from(
        "<main><h1>Phone simulator</h1><p>Plays Amazon Connect's Contact Control Panel for the demo. \
         Sound is not simulated.</p><div id=\"now\">",
    );
    for instance in simulator.instances().iter() {
        agents(&mut body, instance);
    }
    body.push_str("</div>");
    for instance in simulator.instances().iter() {
        switches_form(&mut body, instance);
    }
    body.push_str("</main>");
    let script = "<script type=\"module\" src=\"/control.js\"></script>";
    pages::document("Phone simulator", &body, script, pages::Framed::Never)
}

fn agents(body: &mut String, instance: &Instance) {
    let alias = instance.alias;
    let _ = write!(
        body,
        "<h2>{alias}</h2><table><thead><tr><th>User<th>Status<th>Call<th></thead><tbody>"
    );
    for agent in &instance.agents {
        let browsers = instance.browsers(agent.username);
        let status = match browsers {
            0 => "signed out".to_owned(),
            1 => agent.state.name.clone(),
            several => format!("{} ({several} browsers)", agent.state.name),
        };
        let call = agent.contact.as_ref().map_or_else(String::new, |contact| {
            let way = if contact.inbound { "from" } else { "to" };
            format!("{} {way} {}", contact.state, contact.number)
        });
        let _ = write!(
            body,
            "<tr><td>{}<td>{}<td>{}<td>",
            Escaped(agent.username),
            Escaped(&status),
            Escaped(&call)
        );
        let mut button = |act: &str, word: &str| {
            let _ = write!(
                body,
                "<form method=\"post\" action=\"/act\"><input type=\"hidden\" name=\"instance\" value=\"{alias}\">\
                 <input type=\"hidden\" name=\"username\" value=\"{username}\">\
                 <button name=\"act\" value=\"{act}\" aria-label=\"{word} {username} of {alias}\">{word}</button></form> ",
                username = Escaped(agent.username),
            );
        };
        match &agent.contact {
            Some(contact) if contact.is_live() => {
                button("hang-up", "Caller hangs up");
                if !contact.inbound && contact.state == "connecting" {
                    button("answer", "Answer");
                }
            }
            None if agent.state.name == "Available" => button("ring", "Ring"),
            _ => {}
        }
        if browsers > 0 {
            button("sign-out", "Sign out");
        }
    }
    body.push_str("</tbody></table>");
}

fn switches_form(body: &mut String, instance: &Instance) {
    let alias = instance.alias;
    let on = serde_json::to_value(&instance.switches).unwrap_or_default();
    let _ = write!(
        body,
        "<h2>What goes wrong at {alias}</h2><form class=\"switches\" method=\"post\" action=\"/act\">\
         <input type=\"hidden\" name=\"instance\" value=\"{alias}\"><input type=\"hidden\" name=\"act\" value=\"switches\">"
    );
    for (name, words) in SWITCHES {
        let checked = if on[name] == true { " checked" } else { "" };
        let _ = write!(
            body,
            "<label class=\"switch\"><input type=\"checkbox\" name=\"{name}\"{checked}> {words}</label>"
        );
    }
    let _ = write!(
        body,
        "<label class=\"switch\"><input class=\"short\" name=\"slow\" value=\"{}\"> Seconds until the frame answers</label>\
         <label class=\"switch\"><input class=\"short\" name=\"claims\" value=\"{}\"> Everybody is said to be this user</label>\
         <p><button>Apply</button></p></form>",
        instance.switches.slow,
        Escaped(&instance.switches.claims)
    );
}

/// What the buttons of the page do.
pub(super) async fn act(
    State(simulator): State<Simulator>,
    Form(typed): Form<HashMap<String, String>>,
) -> Response {
    let text = |name: &str| typed.get(name).map(String::as_str).unwrap_or_default();
    let (alias, act) = (text("instance"), text("act"));
    if act == "switches" {
        let mut wanted = json!({
            "slow": text("slow").trim().parse::<f64>().unwrap_or(0.0),
            "claims": text("claims").trim(),
        });
        for (name, _) in SWITCHES {
            wanted[name] = typed.contains_key(name).into();
        }
        turn(&simulator, alias, &wanted);
    } else {
        perform(&simulator, alias, text("username"), act, &Call::default());
    }
    Redirect::to("/").into_response()
}

/// Everything, for scripts.
pub(super) async fn state(State(simulator): State<Simulator>) -> Json<Value> {
    let instances = simulator.instances();
    let told = instances.iter().map(|instance| {
        let agents: Vec<Value> = instance
            .agents
            .iter()
            .map(|agent| {
                json!({
                    "username": agent.username,
                    "browsers": instance.browsers(agent.username),
                    "status": agent.state.name,
                    "contact": agent.contact.as_ref().map(|contact| json!({
                        "state": contact.state, "number": contact.number, "inbound": contact.inbound,
                    })),
                })
            })
            .collect();
        let told = json!({ "switches": instance.switches, "agents": agents });
        (instance.alias.to_owned(), told)
    });
    Json(Value::Object(told.collect()))
}

/// Turns switches, leaving the others as they are.
pub(super) async fn switches(
    State(simulator): State<Simulator>,
    Path(alias): Path<String>,
    Json(wanted): Json<Value>,
) -> StatusCode {
    turn(&simulator, &alias, &wanted)
}

fn turn(simulator: &Simulator, alias: &str, wanted: &Value) -> StatusCode {
    let turned = simulator.change(alias, |instance, _| {
        let mut all = serde_json::to_value(&instance.switches).unwrap_or_default();
        for (name, value) in wanted.as_object().into_iter().flatten() {
            all[name] = value.clone();
        }
        let read = serde_json::from_value::<Switches>(all);
        let good = read.is_ok();
        if let Ok(switches) = read {
            instance.switches = switches;
            instance.touch();
        }
        good
    });
    match turned {
        Some(true) => StatusCode::NO_CONTENT,
        Some(false) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::NOT_FOUND,
    }
}

/// Nobody is signed in and nothing goes wrong, as at the start.
pub(super) async fn reset(State(simulator): State<Simulator>) -> StatusCode {
    for (alias, _) in super::INSTANCES {
        simulator.change(alias, |instance, now| {
            instance.switches = Switches::default();
            let everybody: Vec<_> = instance.agents.iter().map(|agent| agent.username).collect();
            for username in everybody {
                instance.end_sessions(username, now);
            }
        });
    }
    StatusCode::NO_CONTENT
}

/// Of a call that comes in.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Call {
    number: Option<String>,
    queue: Option<String>,
}

/// `ring`, `hang-up`, `answer`, `miss`, `sign-out`: 204, or 409 where there is nothing to do it to.
pub(super) async fn act_on(
    State(simulator): State<Simulator>,
    Path((alias, username, act)): Path<(String, String, String)>,
    call: Option<Json<Call>>,
) -> StatusCode {
    let call = call.map(|Json(call)| call).unwrap_or_default();
    match perform(&simulator, &alias, &username, &act, &call) {
        Some(true) => StatusCode::NO_CONTENT,
        Some(false) => StatusCode::CONFLICT,
        None => StatusCode::NOT_FOUND,
    }
}

fn perform(
    simulator: &Simulator,
    alias: &str,
    username: &str,
    act: &str,
    call: &Call,
) -> Option<bool> {
    let contact = simulator.look(alias, |instance| {
        let contact = instance.agent(username)?.contact.as_ref();
        Some(
            contact
                .map(|contact| contact.id.clone())
                .unwrap_or_default(),
        )
    })??;
    match act {
        "ring" => {
            let number = call.number.as_deref().unwrap_or(CALLER);
            simulator.ring(
                alias,
                username,
                number,
                call.queue.as_deref().unwrap_or(QUEUE),
            )
        }
        "hang-up" => {
            simulator.change_agent(alias, username, |agent, now| agent.hang_up(&contact, now))
        }
        "miss" => simulator.change_agent(alias, username, |agent, now| {
            agent.not_taken(&contact, "missed", now)
        }),
        "answer" => simulator.change_agent(alias, username, |agent, now| {
            agent.answered(&contact, now);
            true
        }),
        "sign-out" => simulator.change(alias, |instance, now| {
            instance.end_sessions(username, now);
            true
        }),
        _ => None,
    }
}
