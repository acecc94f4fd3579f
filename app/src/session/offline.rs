//! Says when the network is gone, and stops saying it when it is back.

use leptos::{ev, prelude::*};

use crate::i18n::{td_string, use_locale};

#[component]
pub(super) fn OfflineBanner() -> impl IntoView {
    let locale = use_locale();
    let offline = RwSignal::new(false);
    Effect::new(move || {
        offline.set(!window().navigator().on_line());
        let gone = window_event_listener(ev::offline, move |_| offline.set(true));
        let back = window_event_listener(ev::online, move |_| offline.set(false));
        on_cleanup(move || {
            gone.remove();
            back.remove();
        });
    });
    view! {
        <div class="offline" role="status">
            {move || offline.get().then(|| td_string!(locale, signed_in.offline))}
        </div>
    }
}
