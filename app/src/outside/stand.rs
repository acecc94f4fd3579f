//! How it stands with a window at a provider, as the page behind it knows.

use std::{cell::Cell, rc::Rc};

use leptos::{prelude::*, task::spawn_local};

use super::{
    Errand,
    errand::Mark,
    failure::failure_in,
    window::{self, looks_closed, stop_watching},
};
use crate::{
    client::{Api, ApiError},
    context::load,
    entry::open_window,
    i18n::{Locale, td_string, use_locale},
    wire::{ProblemCode, SsoBegun, SsoFailure},
};

/// Seconds for which a window looks closed before people are asked about it.
const DOUBT: u32 = 5;
/// Seconds after which nobody is waited for any more whose window looks closed.
const FAREWELL: u32 = 60;
/// The server is asked at every so manieth second.
const PAUSE: u32 = 2;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stand {
    /// Nothing is under way.
    Idle,
    /// The provider's address is being asked for.
    Opening,
    /// The person is at the provider, or could be.
    There(SsoBegun, Seen),
    /// Nobody came back in time.
    Over,
    Failed(ApiError),
    NoCookies,
}

/// What is known of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Open,
    /// The browser did not allow it.
    Blocked,
    /// It looks closed.
    Gone,
}

/// A way to providers and back, of one page.
#[derive(Clone, Copy)]
pub(crate) struct Outside {
    pub(super) stand: RwSignal<Stand>,
    errand: StoredValue<Option<Errand>>,
    api: StoredValue<Api>,
    locale: Locale,
    /// What follows within a session. Elsewhere the browser goes where the server says.
    done: Option<Callback<()>>,
    /// Where giving up leads; none: the page is what it was.
    back: StoredValue<Option<String>>,
}

impl Outside {
    /// Take it in a component's body.
    pub(crate) fn new() -> Self {
        // Nobody is waited for by a page that is gone.
        on_cleanup(|| {
            if cfg!(feature = "hydrate") {
                stop_watching();
            }
        });
        Self {
            stand: RwSignal::new(Stand::Idle),
            errand: StoredValue::new(None),
            api: StoredValue::new(Api::use_api()),
            locale: use_locale(),
            done: None,
            back: StoredValue::new(None),
        }
    }

    /// For what is done there within a session.
    pub(crate) fn within_session(done: Callback<()>) -> Self {
        Self {
            done: Some(done),
            ..Self::new()
        }
    }

    /// On a page that is nothing but this.
    pub(super) fn leading_back_to(path: String) -> Self {
        Self {
            back: StoredValue::new(Some(path)),
            ..Self::new()
        }
    }

    /// Says what failed before this page was there.
    pub(super) fn failed_before(self, error: ApiError) {
        self.stand.set(Stand::Failed(error));
    }

    /// Whether the server wants to know first who asks.
    pub(crate) fn wants_proof(self) -> bool {
        self.stand.with(|stand| match stand {
            Stand::Failed(error) => error.code() == Some(ProblemCode::FreshProofNeeded),
            _ => false,
        })
    }

    /// Says nothing any more of what came of the last time.
    pub(crate) fn rest(self) {
        self.stand.try_set(Stand::Idle);
    }

    pub(super) fn is_under_way(self) -> bool {
        matches!(self.stand.get(), Stand::Opening | Stand::There(..))
    }

    /// Opens the window. Only inside a click, before anything is awaited.
    pub(crate) fn begin(self, errand: Errand) {
        if self.stand.with_untracked(|stand| *stand == Stand::Opening) {
            return;
        }
        window::hold(open_window(""), td_string!(self.locale, outside.opening));
        self.go_on(errand);
    }

    /// Goes on with a window that was opened, on this page or the one before.
    pub(super) fn go_on(self, errand: Errand) {
        if !window::keeps_cookies() {
            window::close();
            return self.stand.set(Stand::NoCookies);
        }
        // Nothing but starting over helps after that, which the person has read.
        let starts_over = self.stand.with_untracked(is_too_often);
        stop_watching();
        self.errand.set_value(Some(errand.clone()));
        self.stand.set(Stand::Opening);
        let api = self.api.get_value();
        spawn_local(async move {
            if starts_over {
                let _ = api.cancel().await;
            }
            // Before the person can be back: what is there then is news.
            let before = errand.mark(&api).await.ok();
            let answer = errand.begin(&api).await;
            if self
                .stand
                .try_with_untracked(|stand| *stand == Stand::Opening)
                != Some(true)
            {
                // Given up meanwhile.
                return;
            }
            match answer {
                Ok(begun) => {
                    let seen = match window::send(&begun.url) {
                        true => Seen::Open,
                        false => Seen::Blocked,
                    };
                    self.watch(errand, before, begun.expires_in);
                    self.stand.set(Stand::There(begun, seen));
                }
                Err(error) => self.fail(error),
            }
        });
    }

    /// Opens the window once more. Only inside a click.
    pub(super) fn open_again(self) {
        self.stand.update(|stand| {
            if let Stand::There(begun, seen) = stand {
                *seen = match window::open_at(&begun.url) {
                    true => Seen::Open,
                    false => Seen::Blocked,
                };
            }
        });
    }

    /// Leaves it to this tab, which is about to follow the link.
    pub(super) fn go_here(self) {
        stop_watching();
        window::close();
    }

    pub(super) fn cancel(self) {
        stop_watching();
        window::close();
        self.stand.set(Stand::Idle);
        let (api, within) = (self.api.get_value(), self.done.is_some());
        let back = self.back.get_value();
        spawn_local(async move {
            if !within {
                let _ = api.cancel().await;
            }
            if let Some(back) = back {
                load(&back);
            }
        });
    }

    fn fail(self, error: ApiError) {
        stop_watching();
        window::close();
        self.stand.try_set(Stand::Failed(error));
    }

    fn watch(self, errand: Errand, before: Option<Mark>, life: u32) {
        let (mut passed, mut closed) = (0, 0);
        let asking = Rc::new(Cell::new(false));
        let tick = move || {
            passed += 1;
            closed = if looks_closed() { closed + 1 } else { 0 };
            if closed == DOUBT {
                self.stand.try_update(|stand| {
                    if let Stand::There(_, seen) = stand {
                        *seen = Seen::Gone;
                    }
                });
            }
            if passed >= life || closed >= FAREWELL {
                stop_watching();
                window::close();
                self.stand.try_set(Stand::Over);
            } else if passed % PAUSE == 0 && !asking.replace(true) {
                self.ask(errand.clone(), before.clone(), Rc::clone(&asking));
            }
        };
        window::watch(tick, move |path| self.arrive(path));
    }

    /// Asks the server whether the person is back, in case nothing is heard.
    fn ask(self, errand: Errand, before: Option<Mark>, asking: Rc<Cell<bool>>) {
        let Some(api) = self.api.try_get_value() else {
            return;
        };
        spawn_local(async move {
            let answer = errand.mark(&api).await;
            asking.set(false);
            let waits = |stand: &Stand| matches!(stand, Stand::There(..));
            if self.stand.try_with_untracked(waits) != Some(true) {
                return;
            }
            match (answer, before) {
                (Ok(mark), Some(before)) if mark.is_news(&before) => match mark.path() {
                    Some(path) => self.arrive(path.to_owned()),
                    None => self.settle(),
                },
                (Err(error), _) if error.code() == Some(ProblemCode::SsoFailed) => self.fail(error),
                _ => {}
            }
        });
    }

    /// The person is back, and the server says where this goes on.
    fn arrive(self, path: String) {
        stop_watching();
        match (self.done, failure_in(&path)) {
            (None, _) => load(&path),
            (Some(_), Some(failed)) => self.fail(failed),
            (Some(_), None) => self.settle(),
        }
    }

    fn settle(self) {
        stop_watching();
        window::close();
        self.stand.try_set(Stand::Idle);
        if let Some(done) = self.done {
            done.run(());
        }
    }
}

fn is_too_often(stand: &Stand) -> bool {
    match stand {
        Stand::Failed(ApiError::Problem(problem)) => problem.sso == Some(SsoFailure::TooManyRounds),
        _ => false,
    }
}
