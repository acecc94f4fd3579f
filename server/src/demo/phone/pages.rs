//! The simulator's pages: signing in and out, the frame that other pages show, the question for its cookies.

use std::fmt::Write;

use axum::{
    Form,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{Browser, PHONE_PASSWORD, Simulator, cookie_name, grant_name, in_frame};
use crate::http::plain::Escaped;

/// Who may show a page in a frame.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Framed<'a> {
    Never,
    By(&'a str),
}

/// A page that loads nothing but its own scripts and styles; `body` and `script` are HTML of this program.
pub(super) fn document(title: &str, body: &str, script: &str, framed: Framed<'_>) -> Response {
    let ancestors = match framed {
        Framed::Never => "'none'",
        Framed::By(origins) => origins,
    };
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors {ancestors}"
    );
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{}</title>\
         <link rel=\"icon\" href=\"data:,\"><link rel=\"stylesheet\" href=\"/simulator.css\">{script}</head><body>{body}</body></html>",
        Escaped(title)
    );
    let policy =
        HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, Html(html)).into_response()
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    username: String,
}

pub(super) async fn login(
    State(simulator): State<Simulator>,
    Path(alias): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let page = login_page(&simulator, &alias, &asked.username, "");
    page.unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

fn login_page(simulator: &Simulator, alias: &str, username: &str, said: &str) -> Option<Response> {
    let (people, alone) = simulator.look(alias, |instance| {
        let mut people = String::new();
        for agent in &instance.agents {
            let _ = write!(
                people,
                "<li><code>{}</code> {}",
                Escaped(agent.username),
                Escaped(agent.name)
            );
        }
        (people, instance.switches.login_alone)
    })?;
    let said = match said {
        "" => String::new(),
        said => format!("<p role=\"alert\" class=\"stop\">{}</p>", Escaped(said)),
    };
    let body = format!(
        "<main class=\"login\"><p class=\"muted\">{alias} · a simulation of Amazon Connect</p><h1>Amazon Connect</h1>{said}\
         <form method=\"post\"><label for=\"username\">Username</label>\
         <input id=\"username\" name=\"username\" autocomplete=\"username\" autocapitalize=\"none\" required value=\"{}\">\
         <label for=\"password\">Password</label>\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" required>\
         <button>Sign in</button></form>\
         <p>Everybody's password here is <code>{PHONE_PASSWORD}</code>.</p><ul>{people}</ul></main>",
        Escaped(username),
        alias = Escaped(alias),
    );
    let mut page = document("Amazon Connect", &body, "", Framed::Never);
    if alone {
        page.headers_mut().insert(
            header::HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        );
    }
    Some(page)
}

#[derive(Deserialize)]
pub(super) struct Credentials {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
}

pub(super) async fn sign_in(
    State(simulator): State<Simulator>,
    Path(alias): Path<String>,
    headers: HeaderMap,
    Form(typed): Form<Credentials>,
) -> Response {
    let token = simulator.0.entropy.token();
    let username = typed.username.trim().to_lowercase();
    let right = typed.password == PHONE_PASSWORD
        && simulator.change(&alias, |instance, now| {
            instance.sign_in(&username, token.clone(), now)
        }) == Some(true);
    if !right {
        let said = "Username and password do not match.";
        return login_page(&simulator, &alias, &username, said)
            .unwrap_or_else(|| StatusCode::NOT_FOUND.into_response());
    }
    let cookie = set_cookie(&headers, &alias, &cookie_name(&alias), &token);
    let there = Redirect::to(&format!("/{alias}/ccp-v2/"));
    ([(header::SET_COOKIE, cookie)], there).into_response()
}

pub(super) async fn sign_out(
    State(simulator): State<Simulator>,
    Path(alias): Path<String>,
    headers: HeaderMap,
) -> Response {
    let browser = Browser::new(&headers, &alias, false);
    simulator.change(&alias, |instance, now| {
        instance.sign_out(&browser.token, now);
    });
    Redirect::to(&format!("/{alias}/login")).into_response()
}

/// Under `localhost` the cookie is a third party's for whoever shows the frame, as Amazon Connect's is.
fn set_cookie(headers: &HeaderMap, alias: &str, name: &str, value: &str) -> String {
    let elsewhere = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .is_some_and(|host| host.starts_with("localhost"));
    let site = if elsewhere {
        "SameSite=None; Secure"
    } else {
        "SameSite=Lax"
    };
    format!("{name}={value}; Path=/{alias}; HttpOnly; {site}")
}

/// The Contact Control Panel: in a frame of Callgate's, or in the window in which somebody signed in.
pub(super) async fn panel(
    State(simulator): State<Simulator>,
    Path(alias): Path<String>,
    headers: HeaderMap,
) -> Response {
    let browser = Browser::new(&headers, &alias, in_frame(&headers));
    let found = simulator.look(&alias, |instance| {
        let agent = browser.who(instance).and_then(|who| instance.agent(who));
        (agent.map(|agent| agent.name), instance.switches.refused)
    });
    let (name, refused) = match found {
        None => return StatusCode::NOT_FOUND.into_response(),
        Some((Some(name), refused)) => (name, refused),
        // As the real one does it; the login page refuses frames.
        Some((None, _)) => return Redirect::to(&format!("/{alias}/login")).into_response(),
    };
    let body = format!(
        "<main class=\"panel\" data-instance=\"{alias}\"><p class=\"muted\">Amazon Connect, simulated</p>\
         <h1>{}</h1><label for=\"status\">Status</label><select id=\"status\"></select>\
         <p id=\"contact\" role=\"status\"></p><p id=\"buttons\"></p><p id=\"microphone\" class=\"muted\"></p>\
         <form method=\"post\" action=\"/{alias}/logout\"><button class=\"quiet\">Sign out</button></form></main>",
        Escaped(name),
        alias = Escaped(&alias),
    );
    let script = "<script type=\"module\" src=\"/driver.js\"></script>";
    let by = if refused {
        Framed::Never
    } else {
        Framed::By(&simulator.0.approved)
    };
    document("Amazon Connect", &body, script, by)
}

/// What the library loads first where the frame must ask for its cookies.
pub(super) async fn storage_access(
    State(simulator): State<Simulator>,
    Path(path): Path<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Response {
    let text = |name: &str| {
        path.iter()
            .find(|(key, _)| key == name)
            .map(|(_, text)| text.as_str())
    };
    let alias = text("instance").unwrap_or_default();
    let asked =
        text("rest").is_none_or(|rest| rest.trim_start_matches('/') == "request-storage-access");
    let blocked = simulator.look(alias, |instance| instance.switches.cookies_blocked);
    let Some(blocked) = blocked.filter(|_| asked) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let blocked = blocked && !Browser::new(&headers, alias, true).granted;
    let body = format!(
        "<main class=\"panel\" data-instance=\"{alias}\" data-blocked=\"{blocked}\"><h1>Amazon Connect</h1>\
         <p>Your phone needs its cookies in this frame.</p><p id=\"said\" role=\"status\"></p>\
         <button id=\"grant\">Grant access</button></main>",
        alias = Escaped(alias),
    );
    let script = "<script type=\"module\" src=\"/storage-access.js\"></script>";
    document(
        "Amazon Connect",
        &body,
        script,
        Framed::By(&simulator.0.approved),
    )
}

/// The person said yes.
pub(super) async fn allow_in_frame(Path(alias): Path<String>, headers: HeaderMap) -> Response {
    let cookie = set_cookie(&headers, &alias, &grant_name(&alias), "yes");
    ([(header::SET_COOKIE, cookie)], StatusCode::NO_CONTENT).into_response()
}

const SCRIPT: HeaderValue = HeaderValue::from_static("text/javascript; charset=utf-8");

pub(super) async fn driver() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, SCRIPT)], include_str!("driver.js"))
}

pub(super) async fn storage_access_script() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, SCRIPT)],
        include_str!("storage-access.js"),
    )
}

pub(super) async fn control_script() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, SCRIPT)], include_str!("control.js"))
}

pub(super) async fn stylesheet() -> impl IntoResponse {
    let kind = HeaderValue::from_static("text/css; charset=utf-8");
    (
        [(header::CONTENT_TYPE, kind)],
        include_str!("simulator.css"),
    )
}
