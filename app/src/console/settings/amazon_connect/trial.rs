//! *Test*: the company's phone in a frame on this page, and what can be told of it. A browser does not say why a page of
//! somebody else's stays away, so neither does this one: it says what it may be, and what to try next.

use std::time::Duration;

use leptos::{ev, html, prelude::*};

use super::Room;
use crate::i18n::{Locale, td_string, use_locale};
use crate::ui::{Banner, BannerKind, Button, ButtonKind};

/// A slow phone takes as long as this.
const PATIENCE: Duration = Duration::from_secs(15);

/// The name of the window in which somebody signs in there.
const WINDOW: &str = "callgate-phone-test";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Waiting,
    /// The phone spoke to this page.
    Answers,
    /// A page came that said nothing: the sign-in, which refuses frames, or a refusal.
    Mute,
    /// The same after somebody had a window to sign in.
    MuteAgain,
    /// Nothing came.
    Nothing,
    /// This document was loaded when the address was another.
    OldPage,
}

#[derive(Clone, Copy)]
struct State {
    /// Which test is under way; another one brings another frame.
    number: RwSignal<u32>,
    found: RwSignal<Option<Found>>,
    loaded: StoredValue<bool>,
    had_window: StoredValue<bool>,
    frame: NodeRef<html::Iframe>,
}

impl State {
    fn begin(self) {
        self.loaded.set_value(false);
        self.found.set(Some(Found::Waiting));
        self.number.update(|number| *number += 1);
        let number = self.number.get_untracked();
        set_timeout(move || self.give_up(number), PATIENCE);
    }

    fn is_waiting(self) -> bool {
        self.found.try_get_untracked() == Some(Some(Found::Waiting))
    }

    fn give_up(self, number: u32) {
        // The page, or this test, may be gone by now.
        if self.number.try_get_untracked() != Some(number) || !self.is_waiting() {
            return;
        }
        let found = match (self.loaded.get_value(), self.had_window.get_value()) {
            (false, _) => Found::Nothing,
            (true, false) => Found::Mute,
            (true, true) => Found::MuteAgain,
        };
        self.found.set(Some(found));
    }

    /// Whether a message came from the frame, and from the phone in it.
    fn is_from_phone(self, event: &ev::MessageEvent, origin: &str) -> bool {
        let inside = self
            .frame
            .get_untracked()
            .and_then(|it| it.content_window());
        let source = event.source();
        inside
            .zip(source)
            .is_some_and(|(inside, source)| js_sys::Object::is(&inside, &source))
            && event.origin() == origin
            && js_sys::Reflect::get(&event.data(), &"event".into())
                .is_ok_and(|name| name.is_string())
    }
}

#[component]
pub(super) fn Trial(room: Room) -> impl IntoView {
    let locale = use_locale();
    let state = State {
        number: RwSignal::new(0),
        found: RwSignal::new(None),
        loaded: StoredValue::new(false),
        had_window: StoredValue::new(false),
        frame: NodeRef::new(),
    };
    let url = Memo::new(move |_| room.page.with(|page| page.url.clone().unwrap_or_default()));
    listen(state, url);
    let busy = Signal::derive(move || state.found.get() == Some(Found::Waiting));
    let frame = move || {
        let number = state.number.get();
        let is_shown = state
            .found
            .with(|found| matches!(found, Some(Found::Waiting | Found::Answers)));
        (number > 0 && is_shown).then_some(number)
    };
    let frame = Memo::new(move |_| frame());
    view! {
        <div class="trial">
            <div class="needs-program" on:click=move |_| if !state.is_waiting() { state.begin() }>
                <Button kind=ButtonKind::Quiet kind_of="button" busy>
                    {td_string!(locale, amazon.test)}
                </Button>
            </div>
            {move || frame.get().map(|_| view! {
                <iframe
                    class="phone-test"
                    src=url.get_untracked()
                    title=td_string!(locale, amazon.frame)
                    allow="clipboard-write"
                    node_ref=state.frame
                    on:load=move |_| state.loaded.set_value(true)
                ></iframe>
            })}
            {move || state.found.get().map(|found| said(locale, room, state, found, url))}
        </div>
    }
    .into_any()
}

/// Hears the phone, and the browser where it keeps the frame empty because of this document.
fn listen(state: State, url: Memo<String>) {
    Effect::new(move |_| {
        let heard = window_event_listener(ev::message, move |event| {
            let origin = web_sys::Url::new(&url.get_untracked()).map(|url| url.origin());
            if origin.is_ok_and(|origin| state.is_from_phone(&event, &origin)) {
                state.found.set(Some(Found::Answers));
            }
        });
        let barred = window_event_listener_untyped("securitypolicyviolation", move |event| {
            let what = js_sys::Reflect::get(&event, &"effectiveDirective".into());
            let is_frame = what.is_ok_and(|what| what.as_string().as_deref() == Some("frame-src"));
            if is_frame && state.is_waiting() {
                state.found.set(Some(Found::OldPage));
            }
        });
        on_cleanup(move || {
            heard.remove();
            barred.remove();
        });
    });
}

fn said(locale: Locale, room: Room, state: State, found: Found, url: Memo<String>) -> AnyView {
    let origin = room.page.with_untracked(|page| page.origin.clone());
    let (kind, words) = match found {
        Found::Waiting => {
            let words = td_string!(locale, amazon.trial.waiting);
            return view! { <p class="hint" role="status">{words}</p> }.into_any();
        }
        Found::Answers => (
            BannerKind::Good,
            td_string!(locale, amazon.trial.answers).to_owned(),
        ),
        Found::Mute => (
            BannerKind::Warning,
            td_string!(locale, amazon.trial.mute, origin = origin),
        ),
        Found::MuteAgain => (
            BannerKind::Stop,
            td_string!(locale, amazon.trial.mute_again, origin = origin),
        ),
        Found::Nothing => (
            BannerKind::Stop,
            td_string!(locale, amazon.trial.nothing).to_owned(),
        ),
        Found::OldPage => (
            BannerKind::Warning,
            td_string!(locale, amazon.trial.old_page).to_owned(),
        ),
    };
    let next = match found {
        Found::Mute | Found::MuteAgain => view! { <InWindow state url/> }.into_any(),
        Found::OldPage => view! {
            <button type="button" class="button quiet" on:click=move |_| crate::context::reload()>
                {td_string!(locale, amazon.trial.load)}
            </button>
        }
        .into_any(),
        _ => ().into_any(),
    };
    view! {
        <Banner kind>
            <p>{words}</p>
            {next}
        </Banner>
    }
    .into_any()
}

/// A window in which somebody can sign in there; the test afterwards knows that they could.
#[component]
fn InWindow(state: State, url: Memo<String>) -> impl IntoView {
    let locale = use_locale();
    view! {
        <a
            class="button quiet"
            href=url.get_untracked()
            target=WINDOW
            rel="external"
            on:click=move |_| state.had_window.set_value(true)
        >
            {td_string!(locale, amazon.trial.window)}
        </a>
    }
    .into_any()
}
