//! Whether this server answers, and how soon: asked now and then, at once when the browser says that its network went or
//! came. Whether the session still holds is learned on the way.

use std::{cell::Cell, rc::Rc};

use gloo_timers::callback::Interval;
use leptos::{ev, prelude::*, task::spawn_local};
use web_sys::VisibilityState;

use super::lamps::Network;
use crate::client::{Api, ApiError};
use crate::wire::ProblemCode;

/// Milliseconds between two looks at whether it is time to ask.
const LOOK: u32 = 1_000;
/// Looks between two questions while all is well, and while not.
const EVERY: u32 = 15;
const SOON: u32 = 3;
/// Looks after which a question that is still open counts as unanswered: a network that swallows it never says so.
const PATIENCE: u32 = 5;

/// What the server's last answers said.
#[derive(Clone, Copy)]
pub(super) struct Line {
    pub(super) network: RwSignal<Network>,
    pub(super) signed_in: RwSignal<bool>,
}

/// Asks for as long as the page is there, in the browser.
pub(super) fn follow(api: Api) -> Line {
    let line = Line {
        network: RwSignal::new(Network::Unknown),
        signed_in: RwSignal::new(true),
    };
    // The effect keeps the questions: nothing of them may exist on the server, whose threads share.
    Effect::new(move |asking: Option<Asking>| {
        asking.unwrap_or_else(|| Asking::start(api.clone(), line))
    });
    line
}

/// Runs until it is dropped with the page.
struct Asking {
    _looking: Interval,
    listeners: Vec<WindowListenerHandle>,
}

impl Asking {
    fn start(api: Api, line: Line) -> Self {
        let asker = Rc::new(Asker {
            api,
            line,
            waited: Cell::new(0),
            asking: Cell::new(false),
        });
        asker.ask();
        let looking = Interval::new(LOOK, {
            let asker = Rc::clone(&asker);
            move || asker.look()
        });
        let back = Rc::clone(&asker);
        Self {
            _looking: looking,
            listeners: vec![
                window_event_listener(ev::offline, move |_| {
                    let _ = line.network.try_set(Network::Offline);
                }),
                window_event_listener(ev::online, move |_| back.ask()),
            ],
        }
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        for listener in self.listeners.drain(..) {
            listener.remove();
        }
    }
}

struct Asker {
    api: Api,
    line: Line,
    /// Looks since the last question.
    waited: Cell<u32>,
    asking: Cell<bool>,
}

impl Asker {
    fn look(self: &Rc<Self>) {
        self.waited.set(self.waited.get() + 1);
        let fine = self
            .line
            .network
            .try_with_untracked(|it| matches!(it, Network::Answered(_)));
        if self.asking.get() && self.waited.get() >= PATIENCE {
            let _ = self.line.network.try_set(Network::NoAnswer);
        }
        let due = if fine == Some(true) { EVERY } else { SOON };
        // A page that nobody sees shows nothing either.
        let seen = document().visibility_state() == VisibilityState::Visible;
        if seen && self.waited.get() >= due {
            self.ask();
        }
    }

    fn ask(self: &Rc<Self>) {
        if self.asking.replace(true) {
            return;
        }
        self.waited.set(0);
        let asker = Rc::clone(self);
        spawn_local(async move {
            let start = now();
            let answer = asker.api.session().await;
            let time = (now() - start).max(1.0) as u32;
            asker.asking.set(false);
            asker.hear(answer.err(), time);
        });
    }

    fn hear(&self, error: Option<ApiError>, time: u32) {
        let network = match error {
            Some(ApiError::Offline) if !window().navigator().on_line() => Network::Offline,
            Some(ApiError::Offline) => Network::NoAnswer,
            _ => Network::Answered(time),
        };
        // The page may be gone by now.
        let _ = self.line.network.try_set(network);
        let over = error.is_some_and(|error| error.code() == Some(ProblemCode::SignedOut));
        if !matches!(network, Network::Answered(_)) {
            return;
        }
        if self.line.signed_in.try_get_untracked() == Some(over) {
            let _ = self.line.signed_in.try_set(!over);
        }
    }
}

/// Milliseconds since the document was opened.
fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}
