//! The ways to end one's session.

use leptos::{ev, prelude::*, task::spawn_local};

use super::leave::{Why, leave, settle, sign_out_there};
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
            <NotDone failed/>
        </form>
    }
}

/// *Sign out here and at Google*, for those who signed in there.
#[component]
pub(super) fn SignOutThere(
    alias: String,
    /// Where, as people read it.
    name: String,
) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let failed = RwSignal::new(false);
    let go = move |_| {
        let (api, alias) = (api.clone(), alias.clone());
        spawn_local(async move {
            match settle(api.leave().await) {
                Ok(there) => sign_out_there(&alias, there.url.as_deref()),
                Err(_) => failed.set(true),
            }
        });
    };
    view! {
        <div class="sign-out needs-program">
            <button type="button" class="button text" on:click=go>
                {td_string!(locale, outside.leave.both, name = name)}
            </button>
            <NotDone failed/>
        </div>
    }
    .into_any()
}

#[component]
fn NotDone(failed: RwSignal<bool>) -> impl IntoView {
    let locale = use_locale();
    view! {
        <p class="error" role="alert">
            {move || failed.get().then(|| td_string!(locale, signed_in.menu.not_done))}
        </p>
    }
}
