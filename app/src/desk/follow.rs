//! What the server knows of an agent's status, and how it stays true: the desk says that it is open or what Amazon
//! Connect says, hears what is new, and sends what is chosen from a list. What it looks like is elsewhere.

use leptos::{prelude::*, task::spawn_local};

use super::clock::seconds_since;
use super::status::{Now, Status};
use crate::client::{Api, ApiError};
use crate::session::settle;
use crate::wire::{ChoosePresence, OwnPresence, PresenceKind, ProblemCode, ReportPresence};

/// A status at Amazon Connect, and since when, as the phone says it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reported {
    pub(super) name: String,
    pub(super) kind: PresenceKind,
    /// Milliseconds since 1970.
    pub(super) since: f64,
}

/// What an open desk says of itself.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    /// Nothing: another tab or nobody speaks for this person.
    Silence,
    /// That it is open; the status is the server's.
    Here,
    Status(Reported),
}

/// An open desk.
#[derive(Clone, Copy)]
pub(super) struct AtDesk {
    api: StoredValue<Api>,
    pub(super) own: RwSignal<OwnPresence>,
    /// The id of the entry that is on its way to the server.
    choosing: RwSignal<Option<String>>,
    /// Why the last choice was not taken.
    pub(super) refused: RwSignal<Option<ApiError>>,
    /// Whether the server does not answer.
    pub(super) lost: RwSignal<bool>,
    word: StoredValue<Word>,
}

impl AtDesk {
    pub(super) fn new(api: Api, own: OwnPresence) -> Self {
        Self {
            api: StoredValue::new(api),
            own: RwSignal::new(own),
            choosing: RwSignal::new(None),
            refused: RwSignal::new(None),
            lost: RwSignal::new(false),
            word: StoredValue::new(Word::Silence),
        }
    }

    /// The status from the company's list; whoever may not choose sees it all the same. `choose` gets what is pressed.
    pub(super) fn status(self, choose: Option<Callback<String>>) -> Status {
        let now = Memo::new(move |_| {
            self.own.with(|own| {
                let status = own.status.as_ref()?;
                Some(Now {
                    id: own.reason.clone(),
                    name: status.name.clone(),
                    kind: status.kind,
                    seconds: own.seconds,
                    since: status.since.clone(),
                })
            })
        });
        let choices = Memo::new(move |_| match choose {
            Some(_) => self.own.with(|own| own.reasons.clone()),
            None => Vec::new(),
        });
        Status {
            now: now.into(),
            choices: choices.into(),
            choosing: self.choosing.into(),
            next: Signal::derive(|| None),
            choose: choose.unwrap_or_else(|| Callback::new(|_| ())),
        }
    }

    /// Takes a status of the list.
    pub(super) fn choose(self, reason: String) {
        spawn_local(async move {
            self.take(reason).await;
        });
    }

    /// As `choose`. Answers whether it was taken.
    pub(super) async fn take(self, reason: String) -> bool {
        let choosing = self.choosing.try_with_untracked(Option::is_some);
        let Some(api) = self.api.try_get_value().filter(|_| choosing == Some(false)) else {
            return false;
        };
        self.choosing.set(Some(reason.clone()));
        self.refused.set(None);
        let answer = settle(api.choose_presence(&ChoosePresence { reason }).await);
        // The page may be gone by now.
        if self.choosing.try_set(None).is_some() {
            return false;
        }
        match answer {
            Ok(own) => {
                self.own.set(own);
                true
            }
            Err(error) => {
                self.refused.set(Some(error));
                self.speak();
                false
            }
        }
    }

    /// Says something else from now on, at once.
    pub(super) fn say(self, word: Word) {
        let same = self.word.try_with_value(|known| *known == word);
        if same == Some(false) {
            self.word.set_value(word);
            self.speak();
        }
    }

    /// Tells the server that the desk is open, or what the status is.
    fn speak(self) {
        let Some((api, word)) = self.api.try_get_value().zip(self.word.try_get_value()) else {
            return;
        };
        match word {
            Word::Silence => {}
            Word::Here => spawn_local(async move {
                self.hear(api.here().await);
            }),
            Word::Status(Reported { name, kind, since }) => spawn_local(async move {
                let status = ReportPresence {
                    name,
                    kind,
                    seconds: seconds_since(since).min(DAY),
                };
                self.hear(api.report_presence(&status).await);
            }),
        }
    }

    /// Takes an answer over. Answers whether it was one.
    fn hear(self, answer: Result<OwnPresence, ApiError>) -> bool {
        let over = answer
            .as_ref()
            .is_err_and(|error| error.code() == Some(ProblemCode::SignedOut));
        // Without a network the page says so already, and it may be gone by now.
        let lost = answer.is_err() && !over && window().navigator().on_line();
        let _ = self.lost.try_set(lost);
        if over {
            self.leave_soon(answer);
            return false;
        }
        match answer {
            Ok(own) => {
                let same = self
                    .own
                    .try_with_untracked(|known| known.revision == own.revision);
                if same == Some(false) {
                    let _ = self.own.try_set(own);
                }
                true
            }
            Err(_) => false,
        }
    }

    /// Goes to where one signs in. Whoever has just signed out, here or in another tab, is on the way to where it says
    /// so, and that comes first.
    fn leave_soon(self, answer: Result<OwnPresence, ApiError>) {
        #[cfg(feature = "hydrate")]
        spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(in_browser::PAUSE).await;
            if self.lost.try_get_untracked().is_some() {
                let _ = settle(answer);
            }
        });
        #[cfg(not(feature = "hydrate"))]
        let _ = (self, answer);
    }
}

/// The longest time, in seconds, that is told of a status.
const DAY: u32 = 86_400;

/// Follows what becomes of the status for as long as the desk is open, in the browser.
pub(super) fn follow(desk: AtDesk) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |following: Option<in_browser::Following>| {
        following.unwrap_or_else(|| in_browser::Following::start(desk))
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = desk;
}

#[cfg(feature = "hydrate")]
mod in_browser {
    use gloo_timers::callback::Interval;
    use leptos::{ev, prelude::*, task::spawn_local};
    use web_sys::VisibilityState;

    use super::AtDesk;
    use gloo_timers::future::TimeoutFuture;

    /// Milliseconds between two words of the desk, in the background too; three minutes without one and the agent is
    /// Offline. Browsers let background pages speak once a minute at least.
    const SPEAK_EVERY: u32 = 45_000;
    /// Between an answer and the next question, and after a failure.
    const BREATH: u32 = 500;
    pub(super) const PAUSE: u32 = 3_000;

    /// Runs until it is dropped with the page.
    pub(super) struct Following {
        _speaking: Interval,
        listeners: Vec<WindowListenerHandle>,
    }

    impl Following {
        pub(super) fn start(desk: AtDesk) -> Self {
            spawn_local(hear_news(desk));
            let speaking = Interval::new(SPEAK_EVERY, move || desk.speak());
            // A machine that slept, or a network that is back.
            let listeners = vec![
                window_event_listener(ev::focus, move |_| desk.speak()),
                window_event_listener(ev::online, move |_| desk.speak()),
            ];
            Self {
                _speaking: speaking,
                listeners,
            }
        }
    }

    impl Drop for Following {
        fn drop(&mut self) {
            for listener in self.listeners.drain(..) {
                listener.remove();
            }
        }
    }

    /// Asks the server for something new, again and again; it answers when there is. A page that nobody sees asks
    /// nothing: what it says of itself now and then is answered, too.
    async fn hear_news(desk: AtDesk) {
        TimeoutFuture::new(BREATH).await;
        while let Some(revision) = desk.own.try_with_untracked(|own| own.revision.clone()) {
            if document().visibility_state() != VisibilityState::Visible {
                TimeoutFuture::new(PAUSE).await;
                continue;
            }
            let Some(api) = desk.api.try_get_value() else {
                return;
            };
            let answer = api.presence(Some(&revision)).await;
            // While a choice is on its way an older answer must not stand in for it.
            let choosing = desk.choosing.try_with_untracked(Option::is_some);
            let pause = match choosing {
                None => return,
                Some(true) => BREATH,
                Some(false) if desk.hear(answer) => BREATH,
                Some(false) => PAUSE,
            };
            TimeoutFuture::new(pause).await;
        }
    }
}
