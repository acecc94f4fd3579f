//! The ways to end one's session.

use leptos::{ev, prelude::*, task::spawn_local};

use super::leave::{Why, leave, settle};
use crate::client::Api;
use crate::i18n::{td_string, use_locale};

/// *Sign out*, or *Sign out everywhere*: a form without scripts, a request with them.
#[component]
pub(crate) fn SignOut(alias: String, #[prop(optional)] everywhere: bool) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let failed = RwSignal::new(false);
    let (class, words, action) = if everywhere {
        (
            "button text",
            td_string!(locale, signed_in.menu.sign_out_everywhere),
            format!("/{alias}/sign-out-everywhere"),
        )
    } else {
        (
            "button quiet",
            td_string!(locale, signed_in.menu.sign_out),
            format!("/{alias}/sign-out"),
        )
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (api, alias) = (api.clone(), alias.clone());
        spawn_local(async move {
            let answer = if everywhere {
                api.sign_out_everywhere().await
            } else {
                api.sign_out().await
            };
            match settle(answer) {
                Ok(()) => leave(&alias, Why::SignedOut),
                Err(_) => failed.set(true),
            }
        });
    };
    view! {
        <form class="sign-out" method="post" action=action on:submit=submit>
            <button type="submit" class=class>{words}</button>
            <p class="error" role="alert">
                {move || failed.get().then(|| td_string!(locale, signed_in.menu.not_done))}
            </p>
        </form>
    }
}
