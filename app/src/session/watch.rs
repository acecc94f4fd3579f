//! Watches the session in the browser: tells the server that the person is active, tells the
//! person that the end is near, and leaves at the end.
//!
//! Time is the server's: it says how many seconds are left, and the browser's steady clock, which
//! no change of the wall clock moves, counts them down.

use std::{cell::Cell, rc::Rc};

use gloo_timers::callback::Interval;
use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent, VisibilityState};

use super::leave::{
    ACTIVE, CHANNEL, ENDED, SIGNED_OUT, Why, follow, from_other_tab, leave, tell_other_tabs,
};
use super::left::{Left, Notice};
use super::offline::OfflineBanner;
use crate::client::{Api, ApiError};
use crate::i18n::{Locale, td_string, use_locale};
use crate::ui::{Banner, BannerKind};
use crate::wire::{ProblemCode, Session};

/// Milliseconds between two reports of activity, at least.
const REPORT_EVERY: f64 = 60_000.0;

/// What is left of the session, by the second.
#[derive(Clone, Copy)]
pub(crate) struct Remaining(pub(crate) RwSignal<Left>);

impl Remaining {
    pub(crate) fn of(session: &Session) -> Self {
        Self(RwSignal::new(Left::of(session)))
    }
}

/// Watches, and shows the notice before the end. Belongs on every page of a signed-in person.
#[component]
pub(crate) fn SessionWatch(alias: String, remaining: Remaining) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let stays = RwSignal::new(0_u32);
    // The effect keeps the watcher: nothing of it may exist on the server, whose threads share.
    Effect::new(move |watcher: Option<Watcher>| {
        stays.track();
        match watcher {
            None => Watcher::start(api.clone(), alias.clone(), remaining),
            Some(watcher) => {
                watcher.inner.report();
                watcher
            }
        }
    });
    let stay = move |_| stays.update(|stays| *stays += 1);
    // By the minute, not by the second: a live region must not chatter.
    let notice = Memo::new(move |_| remaining.0.get().notice());
    view! {
        <OfflineBanner/>
        <div class="session-notice" aria-live="polite">
            {move || match notice.get() {
                Notice::Quiet => ().into_any(),
                Notice::Over => {
                    view! { <p class="session-over">{td_string!(locale, signed_in.session.ended)}</p> }
                        .into_any()
                }
                Notice::Soon { minutes, avoidable } => {
                    view! {
                        <Banner kind=BannerKind::Info>
                            <p>
                                <strong>{soon(locale, minutes)}</strong>
                                " "
                                {why(locale, avoidable)}
                            </p>
                            {avoidable.then(|| view! {
                                <button type="button" class="button quiet" on:click=stay>
                                    {td_string!(locale, signed_in.session.stay)}
                                </button>
                            })}
                        </Banner>
                    }
                        .into_any()
                }
            }}
        </div>
    }
    .into_any()
}

fn soon(locale: Locale, minutes: u8) -> &'static str {
    match minutes {
        0 => td_string!(locale, signed_in.session.soon),
        1 => td_string!(locale, signed_in.session.one),
        2 => td_string!(locale, signed_in.session.two),
        3 => td_string!(locale, signed_in.session.three),
        4 => td_string!(locale, signed_in.session.four),
        _ => td_string!(locale, signed_in.session.five),
    }
}

fn why(locale: Locale, avoidable: bool) -> &'static str {
    if avoidable {
        td_string!(locale, signed_in.session.idle)
    } else {
        td_string!(locale, signed_in.session.whole)
    }
}

thread_local! {
    /// Whether keys or pointer were used since the last report.
    static USED: Cell<bool> = const { Cell::new(false) };
}

/// Counts as keys and pointer do: somebody is at work. The server is told by the minute.
pub(crate) fn count_as_active() {
    USED.set(true);
}

/// The other tabs' channel, and what hears it.
type Hearing = (BroadcastChannel, Closure<dyn FnMut(MessageEvent)>);

/// Runs from the first effect to the page's end; stops everything when dropped.
struct Watcher {
    inner: Rc<Inner>,
    _ticking: Interval,
    listeners: Vec<WindowListenerHandle>,
    channel: Option<Hearing>,
}

struct Inner {
    api: Api,
    alias: String,
    remaining: Remaining,
    /// What the server said last, and when, on the steady clock.
    said: Cell<(Left, f64)>,
    reported: Cell<f64>,
    /// Whether a question to the server is under way.
    asking: Cell<bool>,
}

impl Watcher {
    fn start(api: Api, alias: String, remaining: Remaining) -> Self {
        let now = steady_clock();
        let inner = Rc::new(Inner {
            api,
            alias,
            remaining,
            said: Cell::new((remaining.0.get_untracked(), now)),
            reported: Cell::new(now),
            asking: Cell::new(false),
        });
        let ticking = Interval::new(1_000, {
            let inner = Rc::clone(&inner);
            move || inner.tick()
        });
        Self {
            listeners: inner.listen(),
            channel: inner.hear_other_tabs(),
            inner,
            _ticking: ticking,
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        for listener in self.listeners.drain(..) {
            listener.remove();
        }
        if let Some((channel, _)) = &self.channel {
            channel.set_onmessage(None);
            channel.close();
        }
    }
}

impl Inner {
    /// Keys and pointer, and the page's coming back to sight: a machine that slept does not count.
    fn listen(self: &Rc<Self>) -> Vec<WindowListenerHandle> {
        let inner = Rc::clone(self);
        vec![
            window_event_listener(ev::keydown, |_| count_as_active()),
            window_event_listener(ev::pointerdown, |_| count_as_active()),
            window_event_listener(ev::pointermove, |_| count_as_active()),
            window_event_listener(ev::focus, move |_| {
                if document().visibility_state() == VisibilityState::Visible {
                    inner.ask();
                }
            }),
        ]
    }

    fn hear_other_tabs(self: &Rc<Self>) -> Option<Hearing> {
        let channel = BroadcastChannel::new(CHANNEL).ok()?;
        let inner = Rc::clone(self);
        let hear =
            Closure::<dyn FnMut(_)>::new(move |message: MessageEvent| {
                match from_other_tab(&message.data()).as_deref() {
                    Some(ENDED) => follow(&inner.alias, Why::Ended),
                    Some(SIGNED_OUT) => follow(&inner.alias, Why::SignedOut),
                    Some(ACTIVE) => inner.ask(),
                    _ => {}
                }
            });
        channel.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        Some((channel, hear))
    }

    fn tick(self: &Rc<Self>) {
        let now = steady_clock();
        let (said, at) = self.said.get();
        let left = said.after(((now - at) / 1_000.0) as u32);
        if self.remaining.0.get_untracked() != left {
            self.remaining.0.set(left);
        }
        if left.notice() == Notice::Over {
            // Another tab may have kept the session alive: the server knows.
            self.ask();
        } else if USED.get() && now - self.reported.get() >= REPORT_EVERY {
            self.report();
        }
    }

    /// Tells the server that the person is here.
    fn report(self: &Rc<Self>) {
        if self.asking.replace(true) {
            return;
        }
        USED.set(false);
        self.reported.set(steady_clock());
        let inner = Rc::clone(self);
        spawn_local(async move {
            let answer = inner.api.activity().await;
            if answer.is_ok() {
                tell_other_tabs(ACTIVE);
            }
            inner.hear_server(answer);
        });
    }

    /// Asks the server how much is left, without counting as activity.
    fn ask(self: &Rc<Self>) {
        if self.asking.replace(true) {
            return;
        }
        let inner = Rc::clone(self);
        spawn_local(async move {
            let answer = inner.api.session().await;
            inner.hear_server(answer);
        });
    }

    fn hear_server(&self, answer: Result<Session, ApiError>) {
        self.asking.set(false);
        match answer {
            Ok(session) if session.company.alias == self.alias => {
                let left = Left::of(&session);
                self.said.set((left, steady_clock()));
                // The page may be gone by now.
                let _ = self.remaining.0.try_set(left);
            }
            // Somebody signed in to another company in this browser.
            Ok(_) => leave(&self.alias, Why::Ended),
            Err(error) if error.code() == Some(ProblemCode::SignedOut) => {
                leave(&self.alias, Why::Ended)
            }
            // No answer proves nothing, but past the end nobody may go on reading.
            Err(_) if self.is_over() => leave(&self.alias, Why::Ended),
            Err(_) => {}
        }
    }

    fn is_over(&self) -> bool {
        let left = self.remaining.0.try_get_untracked();
        left.is_some_and(|left| left.notice() == Notice::Over)
    }
}

/// Milliseconds since the document was opened.
fn steady_clock() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}
