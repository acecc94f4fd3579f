//! One person's way in: what they pressed, what became of the window, what the server answered.

use std::{cell::Cell, rc::Rc};

use gloo_timers::{
    callback::{Interval, Timeout},
    future::TimeoutFuture,
};
use leptos::{ev, prelude::*, task::spawn_local};
use web_sys::VisibilityState;

use super::stand::{Facts, Popup, Said};
use crate::{
    client::{Api, ApiError},
    context::load,
    entry::Steps,
    phone::{
        Cookies, Phone, Stage, Storage,
        window::{self as popup, Tabs},
    },
    sign_in::{go_on, tell_other_tabs},
    wire::PhoneSignIn,
};

/// Milliseconds between two looks at the window.
const TICK: u32 = 1_000;
/// Milliseconds for which a press waits for a phone that is just being loaded: somebody who is signed in already needs no
/// window. Browsers let a window be opened for five seconds after a press (Safari for one); with less than half of that
/// gone they still do.
const HESITATION: u32 = 2_000;
/// Ticks after its opening in which a window that looks closed was not closed by a person, but cut off by its page.
const SEVERED: u32 = 3;
/// Ticks for which a window looks closed, with the person back at this page, before that is said.
const CLOSED: u32 = 2;
/// As many windows within so many ticks are a loop: the person signs in, and is asked to once more.
const LOOP: (usize, u32) = (3, 60);
/// Ticks for which another tab's last word of its window holds; it is asked at every second one.
const ELSEWHERE: u32 = 5;
/// Ticks after which somebody who waits is told what may keep the phone from answering: about what it takes to type a
/// password and a code.
const STUCK: u32 = 45;
/// Where it is noted that the person left by this tab and comes back to go on; milliseconds since 1970.
const LEFT: &str = "callgate-amazon-connect-left";
/// Milliseconds after which somebody who comes back begins anew.
const GONE: f64 = 600_000.0;

#[derive(Clone, Copy)]
pub(super) struct Entry {
    phone: Phone,
    asked: RwSignal<bool>,
    popup: RwSignal<Popup>,
    /// Ticks since another tab said that it has the window.
    elsewhere: RwSignal<Option<u32>>,
    /// At which ticks windows were opened.
    opened: RwSignal<Vec<u32>>,
    /// Whether they were a loop.
    repeats: RwSignal<bool>,
    /// Ticks since the page is there.
    now: StoredValue<u32>,
    /// Ticks for which the person has waited since they last did something.
    waited: RwSignal<u32>,
    sending: RwSignal<bool>,
    pub(super) failure: RwSignal<Option<ApiError>>,
    pub(super) said: Memo<Said>,
    kept: StoredValue<Kept>,
}

/// What does not change.
#[derive(Clone)]
struct Kept {
    url: String,
    alias: String,
    next: Option<String>,
    api: Api,
    steps: Steps,
}

impl Entry {
    /// Take it in a component's body. `storage`: the frame is to ask for its cookies.
    pub(super) fn begin(url: String, alias: String, next: Option<String>, storage: bool) -> Self {
        let phone = Phone::of_document();
        let asked = RwSignal::new(false);
        let popup = RwSignal::new(Popup::None);
        let elsewhere = RwSignal::new(None::<u32>);
        let repeats = RwSignal::new(false);
        let facts = move || Facts {
            asked: asked.get(),
            phone: phone.stage.get(),
            popup: popup.get(),
            storage: phone.storage.get(),
            elsewhere: elsewhere.get().is_some_and(|ticks| ticks <= ELSEWHERE),
            repeats: repeats.get(),
        };
        let entry = Self {
            phone,
            asked,
            popup,
            elsewhere,
            opened: RwSignal::new(Vec::new()),
            repeats,
            now: StoredValue::new(0),
            waited: RwSignal::new(0),
            sending: RwSignal::new(false),
            failure: RwSignal::new(None),
            said: Memo::new(move |_| facts().said()),
            kept: StoredValue::new(Kept {
                url,
                alias: alias.clone(),
                next,
                api: Api::use_api(),
                steps: Steps::within(Some(alias)),
            }),
        };
        entry.follow();
        let came_back = entry.came_back();
        if came_back || storage {
            entry.asked.set(true);
        }
        if came_back {
            phone.goes_to_sign_in();
        }
        let cookies = match storage {
            true => Cookies::Ask,
            false => Cookies::AsUsual,
        };
        phone.start(&entry.url(), cookies);
        Effect::new(move |_| {
            if entry.said.get() == Said::Entering {
                entry.enter();
            }
        });
        entry
    }

    pub(super) fn url(self) -> String {
        self.kept.with_value(|kept| kept.url.clone())
    }

    pub(super) fn alias(self) -> String {
        self.kept.with_value(|kept| kept.alias.clone())
    }

    pub(super) fn is_sending(self) -> bool {
        self.sending.get()
    }

    /// Whether the person waits for longer than signing in takes.
    pub(super) fn is_stuck(self) -> bool {
        let said = self.said.get();
        let is_said = matches!(said, Said::Silent | Said::Refused);
        self.waited.get() >= STUCK && said.is_away() && !is_said
    }

    /// Whether the frame is to be seen, for its own button.
    pub(super) fn shows_frame(self) -> bool {
        self.phone.storage.get() == Some(Storage::Asking) && self.said.get() == Said::Cookies
    }

    pub(super) fn phone(self) -> Phone {
        self.phone
    }

    /// *Secure Login* was pressed.
    pub(super) fn press(self) {
        self.failure.set(None);
        self.waited.set(0);
        let again = self.asked.get_untracked();
        self.asked.set(true);
        match self.phone.stage.get_untracked() {
            Stage::Ready if again => self.enter(),
            Stage::Ready | Stage::Loading | Stage::Silent => {}
            Stage::Absent | Stage::Unloaded => self.phone.start(&self.url(), Cookies::AsUsual),
            // Something else is to be pressed first.
            _ if matches!(
                self.phone.storage.get_untracked(),
                Some(Storage::Asking | Storage::Denied)
            ) => {}
            Stage::Starting if !again => self.hesitate(),
            _ if popup::show() => self.phone.goes_to_sign_in(),
            _ => self.open(),
        }
    }

    fn hesitate(self) {
        Timeout::new(HESITATION, move || {
            // The person may have gone on by another way.
            let asked = self.asked.try_get_untracked() == Some(true);
            let stage = self.phone.stage.get_untracked();
            if asked && matches!(stage, Stage::Starting | Stage::SignedOut) {
                self.open();
            }
        })
        .forget();
    }

    /// Opens the window once more, though it may be there.
    pub(super) fn open_again(self) {
        self.waited.set(0);
        self.failure.set(None);
        self.open();
    }

    fn open(self) {
        let now = self.now.get_value();
        self.opened
            .update(|opened| opened.retain(|at| now - at < LOOP.1));
        // The person decides after that whether to go on, and begins anew.
        if self.opened.with_untracked(Vec::len) >= LOOP.0 {
            self.opened.set(Vec::new());
            self.repeats.set(true);
            self.popup.set(Popup::None);
            return popup::close(false);
        }
        self.repeats.set(false);
        self.elsewhere.set(None);
        self.popup.set(match popup::open(&self.url()) {
            true => {
                self.opened.update(|opened| opened.push(now));
                self.phone.goes_to_sign_in();
                Popup::Open
            }
            false => {
                self.phone.look_again();
                Popup::Blocked
            }
        });
    }

    /// The link to a tab of its own was followed.
    pub(super) fn left_by_tab(self) {
        self.waited.set(0);
        self.popup.set(Popup::Unseen);
        self.phone.goes_to_sign_in();
    }

    /// The person goes to Amazon Connect by this tab.
    pub(super) fn leaves(self) {
        popup::close(false);
        if let Ok(Some(storage)) = window().session_storage() {
            let _ = storage.set_item(LEFT, &js_sys::Date::now().to_string());
        }
    }

    /// Whether they did, lately.
    fn came_back(self) -> bool {
        let Ok(Some(storage)) = window().session_storage() else {
            return false;
        };
        let left = storage.get_item(LEFT).ok().flatten();
        let _ = storage.remove_item(LEFT);
        left.and_then(|left| left.parse::<f64>().ok())
            .is_some_and(|left| js_sys::Date::now() - left < GONE)
    }

    /// Has the frame ask for its cookies, which takes another document: the library starts once in each.
    pub(super) fn ask_for_cookies(self) {
        popup::close(false);
        let next = self.kept.with_value(|kept| kept.next.clone());
        let next = next.map(|next| format!("&next={}", crate::client::segment(&next)));
        load(&format!(
            "/{}?other=1&storage=1{}",
            self.alias(),
            next.unwrap_or_default()
        ));
    }

    /// Watches the window, the other tabs and the person for as long as the page is there.
    fn follow(self) {
        let tabs = Tabs::listen(
            self.alias(),
            move || {
                let popup = self.popup.try_get_untracked();
                matches!(popup, Some(Popup::Open | Popup::Unseen))
                    && self.said.try_get_untracked().is_some_and(Said::is_away)
            },
            move || {
                let _ = self.elsewhere.try_set(Some(0));
            },
        );
        let (closed, ticks) = (Rc::new(Cell::new(0)), Cell::new(0));
        let interval = Interval::new(TICK, move || {
            ticks.set(ticks.get() + 1);
            if ticks.get() % 2 == 0
                && let Some(tabs) = &tabs
            {
                tabs.ask();
            }
            self.tick(&closed);
        });
        let back = move || {
            if document().visibility_state() == VisibilityState::Visible
                && self.said.get_untracked().is_away()
            {
                self.phone.look_again();
            }
        };
        let focus = window_event_listener(ev::focus, move |_| back());
        let seen = window_event_listener(ev::visibilitychange, move |_| back());
        let going_on = StoredValue::new_local(Some((interval, focus, seen)));
        on_cleanup(move || {
            if let Some(Some((interval, focus, seen))) = going_on.try_update_value(Option::take) {
                drop(interval);
                focus.remove();
                seen.remove();
            }
        });
    }

    fn tick(self, closed: &Cell<u32>) {
        let now = self.now.try_update_value(|now| {
            *now += 1;
            *now
        });
        let Some(now) = now else { return };
        self.elsewhere.update(|ticks| {
            if let Some(ticks) = ticks {
                *ticks += 1;
            }
        });
        let said = self.said.get_untracked();
        if said.is_away() {
            self.waited.update(|waited| *waited += 1);
        }
        if self.popup.get_untracked() == Popup::Open {
            self.look_at_window(now, closed);
        }
    }

    fn look_at_window(self, now: u32, closed: &Cell<u32>) {
        if !popup::looks_closed() {
            return closed.set(0);
        }
        let opened = self.opened.with_untracked(|opened| opened.last().copied());
        if opened.is_some_and(|opened| now - opened <= SEVERED) {
            return self.popup.set(Popup::Unseen);
        }
        // Somebody who is still typing there is not here.
        if !document().has_focus().unwrap_or(true) {
            return;
        }
        closed.set(closed.get() + 1);
        if closed.get() >= CLOSED {
            closed.set(0);
            self.popup.set(Popup::Closed);
            self.phone.look_again();
        }
    }

    /// The phone says who somebody is: the server is told.
    fn enter(self) {
        let username = self
            .phone
            .agent
            .with_untracked(|agent| agent.as_ref().map(|agent| agent.username.clone()));
        let Some(username) = username else { return };
        if self.sending.get_untracked() {
            return;
        }
        self.sending.set(true);
        popup::close(self.popup.get_untracked() == Popup::Unseen || popup::looks_closed());
        let elsewhere = self
            .elsewhere
            .get_untracked()
            .is_some_and(|ticks| ticks <= ELSEWHERE);
        self.popup.set(Popup::None);
        let Kept {
            alias,
            next,
            api,
            steps,
            ..
        } = self.kept.get_value();
        spawn_local(async move {
            // The tab with the window is about to do the same, and this browser signs in once.
            if elsewhere {
                TimeoutFuture::new(3 * TICK).await;
                if let Ok(step) = api.step().await {
                    return go_on(&steps, &alias, &step);
                }
            }
            let answer = api
                .phone_sign_in(&alias, &PhoneSignIn { username, next })
                .await;
            match answer {
                Ok(step) => {
                    tell_other_tabs();
                    go_on(&steps, &alias, &step);
                }
                Err(error) => {
                    let _ = self.sending.try_set(false);
                    let _ = self.asked.try_set(false);
                    let _ = self.failure.try_set(Some(error));
                }
            }
        });
    }
}
