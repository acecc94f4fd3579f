//! The document's one window at Amazon Connect, and what tabs of this browser tell each other about theirs.

use std::cell::{Cell, RefCell};

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent, Window};

/// The one of Amazon Connect's own documentation: its sign-in fits.
const FEATURES: &str = "popup,width=433,height=578,left=40,top=40";
/// One window, however often it is asked for.
const NAME: &str = "callgate-amazon-connect";
const CHANNEL: &str = "callgate-amazon-connect";
/// Asks the other tabs, and what one answers that has the window, each before the company's alias.
const WHO: &str = "who ";
const HERE: &str = "here ";

thread_local! {
    static WINDOW: RefCell<Option<Window>> = const { RefCell::new(None) };
    /// Whether the window may still stand there although nobody can close it any more.
    static LEFT: Cell<bool> = const { Cell::new(false) };
}

/// Opens the window, inside a click, before anything is awaited. Answers whether the browser allowed it.
pub(super) fn open(url: &str) -> bool {
    let opened = window()
        .open_with_url_and_target_and_features(url, NAME, FEATURES)
        .ok()
        .flatten();
    let there = opened.is_some();
    WINDOW.set(opened);
    there
}

/// Brings it to the front. Answers whether it is there.
pub(super) fn show() -> bool {
    WINDOW.with_borrow(|held| {
        held.as_ref()
            .is_some_and(|held| !held.closed().unwrap_or(true) && held.focus().is_ok())
    })
}

pub(super) fn looks_closed() -> bool {
    WINDOW.with_borrow(|held| {
        held.as_ref()
            .is_none_or(|held| held.closed().unwrap_or(true))
    })
}

/// Closes it; one that is out of reach is remembered.
pub(super) fn close(unseen: bool) {
    if let Some(held) = WINDOW.take() {
        let _ = held.close();
        LEFT.set(unseen);
    }
}

/// Whether a window was left that only the person can close. Answered once.
pub(crate) fn left() -> bool {
    LEFT.take()
}

/// The line between the tabs of one company.
pub(super) struct Tabs {
    alias: String,
    channel: BroadcastChannel,
    _hear: Closure<dyn FnMut(MessageEvent)>,
}

impl Tabs {
    /// `has` says whether this tab has the window, `heard` that another one has.
    pub(super) fn listen(
        alias: String,
        has: impl Fn() -> bool + 'static,
        heard: impl Fn() + 'static,
    ) -> Option<Self> {
        let channel = BroadcastChannel::new(CHANNEL).ok()?;
        let answering = channel.clone();
        let own = alias.clone();
        let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let said = event.data().as_string().unwrap_or_default();
            if said.strip_prefix(HERE) == Some(&own) {
                heard();
            } else if said.strip_prefix(WHO) == Some(&own) && has() {
                say(&answering, HERE, &own);
            }
        });
        channel.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        let tabs = Self {
            alias,
            channel,
            _hear: hear,
        };
        tabs.ask();
        Some(tabs)
    }

    pub(super) fn ask(&self) {
        say(&self.channel, WHO, &self.alias);
    }
}

fn say(channel: &BroadcastChannel, what: &str, alias: &str) {
    let _ = channel.post_message(&JsValue::from_str(&format!("{what}{alias}")));
}

impl Drop for Tabs {
    fn drop(&mut self) {
        self.channel.close();
    }
}
