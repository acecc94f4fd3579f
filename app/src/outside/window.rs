//! The document's one window at a provider, and what is heard of it. Only for the browser.

use std::cell::RefCell;

use gloo_timers::callback::Interval;
use js_sys::Reflect;
use leptos::prelude::window;
use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent, Window};

use super::Errand;
use crate::{entry::open_window, wire::SsoNews};

/// On which the document speaks that a provider sends people back to.
const CHANNEL: &str = "callgate-sign-in";
/// What it waits for: somebody else goes on, so that it may close.
const SEEN: &str = "seen";

thread_local! {
    static WINDOW: RefCell<Option<Window>> = const { RefCell::new(None) };
    static HANDED: RefCell<Option<Errand>> = const { RefCell::new(None) };
    static WATCHING: RefCell<Option<Watching>> = const { RefCell::new(None) };
}

/// Takes care of a window that was opened for an address which is still to be asked for; none where it was stopped.
pub(super) fn hold(opened: Option<Window>, words: &str) {
    close();
    if let Some(body) = opened
        .as_ref()
        .and_then(Window::document)
        .and_then(|document| document.body())
    {
        body.set_text_content(Some(words));
    }
    WINDOW.set(opened);
}

/// Opens one straight at the address, inside a click. Answers whether it is there.
pub(super) fn open_at(address: &str) -> bool {
    close();
    let opened = open_window(address);
    let there = opened.is_some();
    WINDOW.set(opened);
    there
}

/// Sends the window to its address. Answers whether there is one.
pub(super) fn send(url: &str) -> bool {
    WINDOW.with_borrow(|held| {
        held.as_ref().is_some_and(|held| {
            !held.closed().unwrap_or(true) && held.location().replace(url).is_ok()
        })
    })
}

/// Whether the window looks closed from here: it also does so once a provider's page has cut itself off (COOP).
pub(super) fn looks_closed() -> bool {
    WINDOW.with_borrow(|held| {
        let held = held.as_ref();
        held.is_some_and(|held| held.closed().unwrap_or(true))
    })
}

pub(super) fn close() {
    if let Some(held) = WINDOW.take() {
        let _ = held.close();
    }
}

/// Keeps an errand for the page that the router is about to show.
pub(super) fn hand_over(errand: Errand) {
    HANDED.set(Some(errand));
}

pub(super) fn handed_over() -> Option<Errand> {
    HANDED.take()
}

pub(super) fn keeps_cookies() -> bool {
    let navigator = window().navigator();
    // Not in web-sys without its unstable parts.
    Reflect::get(&navigator, &JsValue::from_str("cookieEnabled"))
        .ok()
        .and_then(|enabled| enabled.as_bool())
        .unwrap_or(true)
}

/// What must live as long as somebody waits.
struct Watching {
    _interval: Interval,
    channel: Option<BroadcastChannel>,
    _hear: Closure<dyn FnMut(MessageEvent)>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.close();
        }
    }
}

/// Calls `tick` every second, and `arrived` with the path at which somebody who came back goes on.
pub(super) fn watch(tick: impl FnMut() + 'static, arrived: impl Fn(String) + 'static) {
    let channel = BroadcastChannel::new(CHANNEL).ok();
    let answering = channel.clone();
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(path) = path_in(&event.data()) {
            if let Some(channel) = &answering {
                let _ = channel.post_message(&JsValue::from_str(SEEN));
            }
            arrived(path);
        }
    });
    if let Some(channel) = &channel {
        channel.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    }
    WATCHING.set(Some(Watching {
        _interval: Interval::new(1_000, tick),
        channel,
        _hear: hear,
    }));
}

pub(super) fn stop_watching() {
    drop(WATCHING.take());
}

/// The path in what was said, when it was about somebody who came back.
fn path_in(said: &JsValue) -> Option<String> {
    let said = match said.as_string() {
        Some(said) => said,
        None => js_sys::JSON::stringify(said).ok()?.into(),
    };
    news(&said)
}

fn news(said: &str) -> Option<String> {
    let SsoNews { path } =
        SsoNews::deserialize(&mut serde_json::Deserializer::from_str(said)).ok()?;
    (path.starts_with('/') && !path.starts_with("//")).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::news;

    #[test]
    fn only_paths_of_this_server_are_followed() {
        assert_eq!(
            news(r#"{"path":"/acme/desk"}"#).as_deref(),
            Some("/acme/desk")
        );
        for said in [
            r#"{"path":"//evil.example"}"#,
            r#"{"path":"https://evil.example"}"#,
            "seen",
            "step",
        ] {
            assert_eq!(news(said), None, "{said}");
        }
    }
}
