//! Something is on its way.

use leptos::prelude::*;

use crate::i18n::{td_string, use_locale};

/// A skeleton that the style sheet shows after 300 ms: what comes sooner needs none.
#[component]
pub fn Loading() -> impl IntoView {
    let locale = use_locale();
    view! {
        <div class="loading" role="status">
            <span class="unseen">{td_string!(locale, signed_in.loading)}</span>
            <span class="bone" aria-hidden="true"></span>
            <span class="bone" aria-hidden="true"></span>
            <span class="bone" aria-hidden="true"></span>
        </div>
    }
}
