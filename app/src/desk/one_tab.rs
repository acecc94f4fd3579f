//! One desk in a browser: the tab that has it, the others that show the status only and offer to take it over. A lock of
//! the browser says who has it, whatever kind of desk it is; a channel carries the wish to have it and the answer.

use leptos::prelude::*;

/// Who has the desk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Holder {
    /// The browser was not asked yet, or does not answer.
    #[default]
    Unknown,
    ThisTab,
    OtherTab,
}

/// What a tab knows of the others.
#[derive(Clone, Copy)]
pub(super) struct OneTab {
    pub(super) holder: RwSignal<Holder>,
    /// Whether the other tab has been asked for the desk.
    pub(super) asking: RwSignal<bool>,
    /// Whether the other tab kept it, because of a call.
    pub(super) on_call_there: RwSignal<bool>,
    /// Whether somebody is on the line here.
    live: StoredValue<bool>,
}

impl OneTab {
    pub(super) fn new() -> Self {
        Self {
            holder: RwSignal::new(Holder::Unknown),
            asking: RwSignal::new(false),
            on_call_there: RwSignal::new(false),
            live: StoredValue::new(false),
        }
    }

    pub(super) fn is_elsewhere(self) -> Memo<bool> {
        Memo::new(move |_| self.holder.get() == Holder::OtherTab)
    }

    /// Says whether somebody is on the line here: then no other tab gets the desk.
    pub(super) fn is_live(self, live: bool) {
        let _ = self.live.try_set_value(live);
    }

    /// Takes the desk if nobody has it, and gives it away when another tab wants it, for as long as the page is open.
    /// `lost` runs when it went to another tab.
    pub(super) fn take_part(self, lost: Callback<()>) {
        #[cfg(feature = "hydrate")]
        Effect::new(move |part: Option<in_browser::Part>| {
            part.unwrap_or_else(|| in_browser::Part::start(self, lost))
        });
        #[cfg(not(feature = "hydrate"))]
        let _ = (self, lost, Holder::ThisTab, self.live);
    }

    /// *Use it here*.
    pub(super) fn use_it_here(self) {
        self.on_call_there.set(false);
        self.asking.set(true);
        #[cfg(feature = "hydrate")]
        in_browser::ask_for_it(self);
    }
}

#[cfg(feature = "hydrate")]
mod in_browser {
    use std::cell::RefCell;

    use js_sys::{Function, Object, Promise, Reflect};
    use leptos::{ev, prelude::*, task::spawn_local};
    use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
    use web_sys::{BroadcastChannel, MessageEvent};

    use super::{Holder, OneTab};
    use gloo_timers::future::TimeoutFuture;

    /// The name of the lock and of the channel.
    const NAME: &str = "callgate-desk";
    /// What a tab says that wants the desk, and the two answers.
    const WANTED: &str = "wanted";
    const YOURS: &str = "yours";
    const ON_CALL: &str = "on-call";
    /// Milliseconds after which a tab that does not answer is taken for dead, and the desk taken from it.
    const PATIENCE: u32 = 1_500;

    // The bindings that `web-sys` has are not stable yet.
    #[wasm_bindgen]
    extern "C" {
        type LockManager;
        #[wasm_bindgen(method, catch)]
        fn request(
            this: &LockManager,
            name: &str,
            options: &JsValue,
            granted: &JsValue,
        ) -> Result<Promise, JsValue>;
    }

    /// How the lock is asked for.
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Manner {
        IfFree,
        ByForce,
    }

    thread_local! {
        /// Lets go of the lock.
        static RELEASE: RefCell<Option<Function>> = const { RefCell::new(None) };
    }

    /// Runs until it is dropped with the page.
    pub(super) struct Part {
        channel: Option<BroadcastChannel>,
        _hears: Option<Closure<dyn FnMut(MessageEvent)>>,
        focus: Option<WindowListenerHandle>,
    }

    impl Part {
        pub(super) fn start(tab: OneTab, lost: Callback<()>) -> Self {
            LOST.set(Some(lost));
            request(tab, Manner::IfFree);
            let channel = BroadcastChannel::new(NAME).ok();
            let hears = channel.as_ref().map(|channel| {
                let hears = Closure::<dyn FnMut(_)>::new(move |message: MessageEvent| {
                    if let Some(word) = message.data().as_string() {
                        hear(tab, &word);
                    }
                });
                channel.set_onmessage(Some(hears.as_ref().unchecked_ref()));
                hears
            });
            // The tab that had it may be closed by now.
            let focus = window_event_listener(ev::focus, move |_| {
                if tab.holder.try_get_untracked() == Some(Holder::OtherTab) {
                    request(tab, Manner::IfFree);
                }
            });
            Self {
                channel,
                _hears: hears,
                focus: Some(focus),
            }
        }
    }

    impl Drop for Part {
        fn drop(&mut self) {
            if let Some(channel) = &self.channel {
                channel.set_onmessage(None);
                channel.close();
            }
            if let Some(focus) = self.focus.take() {
                focus.remove();
            }
            LOST.set(None);
            release();
        }
    }

    thread_local! {
        static LOST: RefCell<Option<Callback<()>>> = const { RefCell::new(None) };
    }

    fn lose(tab: OneTab) {
        if tab.holder.try_set(Holder::OtherTab).is_none()
            && let Some(lost) = LOST.with_borrow(|lost| *lost)
        {
            lost.run(());
        }
    }

    fn release() {
        if let Some(release) = RELEASE.take() {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }

    fn say(word: &str) {
        if let Ok(channel) = BroadcastChannel::new(NAME) {
            let _ = channel.post_message(&JsValue::from_str(word));
            channel.close();
        }
    }

    fn hear(tab: OneTab, word: &str) {
        let holder = tab.holder.try_get_untracked();
        let asking = tab.asking.try_get_untracked() == Some(true);
        match word {
            WANTED if holder == Some(Holder::ThisTab) => {
                if tab.live.try_get_value() == Some(true) {
                    say(ON_CALL);
                } else {
                    release();
                    lose(tab);
                    say(YOURS);
                }
            }
            YOURS if asking => request(tab, Manner::ByForce),
            ON_CALL if asking => {
                tab.asking.set(false);
                tab.on_call_there.set(true);
            }
            _ => {}
        }
    }

    pub(super) fn ask_for_it(tab: OneTab) {
        say(WANTED);
        spawn_local(async move {
            TimeoutFuture::new(PATIENCE).await;
            if tab.asking.try_get_untracked() == Some(true) {
                request(tab, Manner::ByForce);
            }
        });
    }

    /// Asks the browser for the lock and keeps it.
    fn request(tab: OneTab, manner: Manner) {
        let locks = Reflect::get(&window().navigator(), &"locks".into());
        let Some(locks) = locks.ok().filter(JsValue::is_object) else {
            // A browser without locks has as many desks as it likes.
            tab.asking.set(false);
            return tab.holder.set(Holder::ThisTab);
        };
        let option = match manner {
            Manner::IfFree => "ifAvailable",
            Manner::ByForce => "steal",
        };
        let options = Object::new();
        let _ = Reflect::set(&options, &option.into(), &JsValue::TRUE);
        let granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            let _ = tab.asking.try_set(false);
            if lock.is_null() {
                let _ = tab.holder.try_set(Holder::OtherTab);
                return JsValue::UNDEFINED;
            }
            if tab.holder.try_set(Holder::ThisTab).is_some() {
                // The page is gone.
                return JsValue::UNDEFINED;
            }
            let _ = tab.on_call_there.try_set(false);
            Promise::new(&mut |done, _| RELEASE.set(Some(done))).into()
        });
        let Ok(held) = locks
            .unchecked_into::<LockManager>()
            .request(NAME, &options, &granted)
        else {
            tab.asking.set(false);
            return;
        };
        // Another tab took it by force.
        let taken = Closure::once_into_js(move |_: JsValue| {
            RELEASE.take();
            lose(tab);
        });
        let _ = Reflect::get(&held, &"catch".into())
            .ok()
            .and_then(|catch| catch.dyn_into::<Function>().ok())
            .and_then(|catch| catch.call1(&held, &taken).ok());
    }
}
