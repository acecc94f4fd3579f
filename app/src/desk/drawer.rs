//! The drawer that holds Amazon Connect's own panel: out of sight until it needs the person or they want it.

use leptos::{html, prelude::*};

use super::at_phone::AtPhone;
use crate::i18n::{td_string, use_locale};
use crate::phone::Storage;

/// The panel itself stands outside the application's tree and is laid over the place for it.
#[component]
pub(super) fn Drawer(at: AtPhone, shown: RwSignal<bool>) -> impl IntoView {
    let locale = use_locale();
    let place = NodeRef::<html::Div>::new();
    // The sign-in page of Amazon Connect refuses frames, so there is nothing to see while somebody is signed out there.
    let needed = Memo::new(move |_| at.phone.storage.get() == Some(Storage::Asking));
    Effect::new(move |before: Option<bool>| {
        let needed = needed.get();
        // It goes as it came; who opened it without need closes it.
        if needed || before == Some(true) {
            shown.set(needed);
        }
        needed
    });
    Effect::new(move |_| {
        let place = place.get();
        let place = place.filter(|_| shown.get());
        at.phone.show_frame(place.as_deref().map(AsRef::as_ref));
    });
    on_cleanup(move || at.phone.show_frame(None));
    view! {
        <div
            id="phone-drawer"
            class="drawer"
            role="region"
            hidden=move || !shown.get()
            aria-label=td_string!(locale, desk.drawer.label)
        >
            <button
                type="button"
                class="button quiet"
                on:click=move |_| shown.set(false)
            >
                {td_string!(locale, desk.drawer.hide)}
            </button>
            <div class="panel" node_ref=place></div>
        </div>
    }
    .into_any()
}
