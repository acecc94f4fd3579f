//! Keeping up with other tabs: a sign-in is one for the whole browser. Every change is told to
//! the other tabs at once, and each visible tab asks the server every few seconds all the same.

use leptos::prelude::*;

use crate::{
    client::{Api, ApiError},
    wire::Step,
};

/// Tells the other tabs that the sign-in has moved on.
pub(crate) fn tell_other_tabs() {
    #[cfg(feature = "hydrate")]
    if let Ok(channel) = web_sys::BroadcastChannel::new(CHANNEL) {
        let _ = channel.post_message(&"step".into());
        channel.close();
    }
}

/// Asks the server where the sign-in stands, again and again while this page is visible, and hands
/// on the answer. Not while `busy`: then an answer of this page's own is on its way.
pub(super) fn follow_sign_in(
    busy: Signal<bool>,
    heard: impl Fn(Result<Step, ApiError>) + Clone + 'static,
) {
    let api = Api::use_api();
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| in_browser::follow(api.clone(), busy, heard.clone()));
    #[cfg(not(feature = "hydrate"))]
    drop((api, busy, heard));
}

#[cfg(feature = "hydrate")]
const CHANNEL: &str = "callgate-sign-in";

#[cfg(feature = "hydrate")]
mod in_browser {
    use std::rc::Rc;

    use gloo_timers::callback::Interval;
    use leptos::prelude::*;
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{BroadcastChannel, VisibilityState};

    use super::{Api, ApiError, CHANNEL, Step};

    const PAUSE: u32 = 3_000;

    /// What must live as long as the page listens.
    struct Listening {
        _interval: Interval,
        channel: Option<BroadcastChannel>,
        _hear: Closure<dyn FnMut()>,
    }

    impl Drop for Listening {
        fn drop(&mut self) {
            if let Some(channel) = &self.channel {
                channel.close();
            }
        }
    }

    pub(super) fn follow(
        api: Api,
        busy: Signal<bool>,
        heard: impl Fn(Result<Step, ApiError>) + Clone + 'static,
    ) {
        let ask = Rc::new(move || {
            if busy.try_get_untracked() != Some(false) {
                return;
            }
            let (api, heard) = (api.clone(), heard.clone());
            leptos::task::spawn_local(async move {
                let answer = api.step().await;
                // The page may have gone, or sent something itself, while the answer travelled.
                if busy.try_get_untracked() == Some(false) {
                    heard(answer);
                }
            });
        });
        let asking = Rc::clone(&ask);
        let interval = Interval::new(PAUSE, move || {
            if document().visibility_state() == VisibilityState::Visible {
                asking();
            }
        });
        let hear = Closure::<dyn FnMut()>::new(move || ask());
        let channel = BroadcastChannel::new(CHANNEL).ok();
        if let Some(channel) = &channel {
            channel.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        }
        let listening = Listening {
            _interval: interval,
            channel,
            _hear: hear,
        };
        let listening = StoredValue::new_local(Some(listening));
        on_cleanup(move || drop(listening.try_update_value(Option::take)));
    }
}
