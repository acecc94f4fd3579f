//! Copying a text to the clipboard.

use leptos::prelude::*;

use crate::i18n::{td_string, use_locale};

/// A button that copies `text` and says so. Browsers have no clipboard for pages that came over an open connection:
/// there the button stays away, and the text is to be selected.
#[component]
pub fn Copy(#[prop(into)] text: String) -> impl IntoView {
    let locale = use_locale();
    let possible = RwSignal::new(false);
    Effect::new(move |_| possible.set(window().is_secure_context()));
    let copied = RwSignal::new(false);
    let text = StoredValue::new(text);
    let copy = move |_| {
        // The promise is not awaited: a browser that refuses leaves the text to be selected.
        let _ = text.with_value(|text| window().navigator().clipboard().write_text(text));
        copied.set(true);
    };
    view! {
        {move || possible.get().then(|| view! {
            <button type="button" class="button text needs-program" on:click=copy>
                {td_string!(locale, signed_in.failed.copy)}
            </button>
        })}
        <span role="status">
            {move || copied.get().then(|| td_string!(locale, signed_in.failed.copied))}
        </span>
    }
    .into_any()
}
