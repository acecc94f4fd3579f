//! What the driver of a frame asks for: news, and what the library's `api_request` and `broadcast` want done.

use std::time::Duration;

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ANSWERS_AFTER, Browser, Simulator, world::Ended};

/// How long a frame waits for news before it asks again.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Deserialize)]
pub(super) struct Known {
    /// Of the agent, as the last answer said; 0 at first.
    #[serde(default)]
    version: u64,
    /// The last broadcast that the frame has handed on; absent at first.
    told: Option<u64>,
    /// Whether it is a frame of another page, and no window of its own.
    #[serde(default)]
    framed: bool,
}

/// The agent as soon as something changed, or after a while.
pub(super) async fn news(
    State(simulator): State<Simulator>,
    Path(alias): Path<String>,
    Query(known): Query<Known>,
    headers: HeaderMap,
) -> Response {
    let browser = Browser::new(&headers, &alias, known.framed);
    let mut changed = simulator.0.news.subscribe();
    let fresh = async {
        loop {
            changed.mark_unchanged();
            match tell(&simulator, &alias, &browser, &known, false) {
                Some(answer) => return Some(answer),
                None => changed.changed().await.ok()?,
            }
        }
    };
    let answer = match tokio::time::timeout(PATIENCE, fresh).await {
        Ok(answer) => answer,
        Err(_) => tell(&simulator, &alias, &browser, &known, true),
    };
    answer.unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

/// Nothing while there is nothing new, unless it is wanted all the same.
fn tell(
    simulator: &Simulator,
    alias: &str,
    browser: &Browser,
    known: &Known,
    anyway: bool,
) -> Option<Response> {
    let now = simulator.now();
    simulator.look(alias, |instance| {
        let Some(username) = browser.who(instance) else {
            return Some(over(instance.ended(&browser.token)));
        };
        let agent = instance.agent(username)?;
        if agent.version() == known.version && !anyway {
            return None;
        }
        let switches = &instance.switches;
        let told = known.told.unwrap_or(agent.told());
        Some(
            Json(json!({
                "version": agent.version(),
                "told": agent.told(),
                "broadcasts": agent.broadcasts_since(told),
                "update": agent.update(alias, &switches.claims, now),
                "browsers": instance.browsers(username),
                "dead": switches.dead,
                "accessDenied": switches.access_denied,
                "noMicrophone": switches.no_microphone,
                "slow": switches.slow,
            }))
            .into_response(),
        )
    })?
}

fn over(ended: Option<Ended>) -> Response {
    let how = match ended {
        Some(Ended::Terminated) => "terminated",
        Some(Ended::Elsewhere) | None => "auth_fail",
    };
    (StatusCode::UNAUTHORIZED, Json(json!({ "how": how }))).into_response()
}

/// What a frame wants done: one of the library's methods, or one of the driver's own.
#[derive(Deserialize)]
pub(super) struct Wanted {
    method: String,
    #[serde(default)]
    params: Value,
    #[serde(default)]
    framed: bool,
}

/// Answers `{"data"}` or `{"err"}`, a text with JSON in it, as the library hands it on.
pub(super) async fn ask(
    State(simulator): State<Simulator>,
    Path(alias): Path<String>,
    headers: HeaderMap,
    Json(wanted): Json<Wanted>,
) -> Response {
    let browser = Browser::new(&headers, &alias, wanted.framed);
    let who = simulator.look(&alias, |instance| browser.who(instance));
    let Some(username) = who.flatten() else {
        return over(None);
    };
    match answer(&simulator, &alias, username, &wanted) {
        Ok(data) => Json(json!({ "data": data })),
        Err(err) => Json(json!({ "err": err })),
    }
    .into_response()
}

fn answer(
    simulator: &Simulator,
    alias: &str,
    username: &str,
    wanted: &Wanted,
) -> Result<Value, String> {
    let Wanted { method, params, .. } = wanted;
    let switches = simulator
        .look(alias, |instance| instance.switches.clone())
        .unwrap_or_default();
    let text = |name: &str| params[name].as_str().unwrap_or_default().to_owned();
    let contact = text("contactId");
    let refused = |message: &str| {
        json!({ "type": "InternalServiceException", "message": message }).to_string()
    };
    let agent =
        |change: &mut dyn FnMut(&mut super::Agent, crate::clock::Moment) -> Result<(), String>| {
            simulator
                .change_agent(alias, username, |agent, now| change(agent, now))
                .unwrap_or_else(|| Err(refused("no such user")))
                .map(|()| json!({}))
        };
    let gone =
        || json!({ "type": "InvalidStateException", "message": "no such contact" }).to_string();
    match method.as_str() {
        "putAgentState" if switches.no_status => Err(refused("the status was not changed")),
        "putAgentState" => {
            let name = params["state"]["name"].as_str().unwrap_or_default();
            let enqueue = params["enqueueNextState"].as_bool().unwrap_or(false);
            agent(&mut |agent, now| agent.set_state(name, enqueue, now))
        }
        "updateAgentConfiguration" => agent(&mut |agent, _| {
            agent.configure(&params["configuration"]);
            Ok(())
        }),
        "createOutboundContact" if switches.no_calls => Err(refused("the call could not be made")),
        "createOutboundContact" => {
            let number = params["endpoint"]["phoneNumber"]
                .as_str()
                .unwrap_or_default();
            let id = simulator.0.entropy.id(simulator.now());
            let done = agent(&mut |agent, now| agent.call(id.clone(), number, now));
            if done.is_ok() && !switches.unanswered {
                simulator.later(ANSWERS_AFTER, alias, username, move |agent, now| {
                    agent.answered(&id, now);
                });
            }
            done
        }
        "acceptContact" => agent(&mut |agent, now| agent.accept(&contact, now)),
        "rejectContact" => agent(&mut |agent, now| {
            let rejected = agent.not_taken(&contact, "rejected", now);
            rejected.then_some(()).ok_or_else(gone)
        }),
        "destroyConnection" => {
            agent(&mut |agent, now| agent.hang_up(&contact, now).then_some(()).ok_or_else(gone))
        }
        "clearContact" | "completeContact" => {
            agent(&mut |agent, now| agent.clear(&contact, now).then_some(()).ok_or_else(gone))
        }
        "holdConnection" | "resumeConnection" => {
            let on_hold = method == "holdConnection";
            agent(&mut |agent, _| agent.hold(&contact, on_hold).then_some(()).ok_or_else(gone))
        }
        "muteParticipant" | "unmuteParticipant" => {
            let muted = method == "muteParticipant";
            agent(&mut |agent, _| {
                agent.mute(muted);
                Ok(())
            })
        }
        "getEndpoints" => Ok(json!({ "endpoints": [] })),
        "broadcast" => agent(&mut |agent, _| {
            agent.broadcast(params.clone());
            Ok(())
        }),
        "heard" => agent(&mut |agent, _| {
            agent.hears(params["hears"].as_bool().unwrap_or(false));
            Ok(())
        }),
        _ => Ok(json!({})),
    }
}
