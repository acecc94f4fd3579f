//! Puts a text into the clipboard, and says whether that worked.

use leptos::prelude::*;
use wasm_bindgen::{JsValue, closure::Closure};

use crate::i18n::{td_string, use_locale};

/// *Copy*. A browser that refuses leaves the text to be selected, and says so.
#[component]
pub fn CopyButton(
    #[prop(into)] text: String,
    /// What is copied, for those who cannot see what stands beside.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    let locale = use_locale();
    let copied = RwSignal::new(None::<bool>);
    let copy = move |_| write(&text, copied);
    let said = move || match copied.get()? {
        true => Some(td_string!(locale, signed_in.copy.done)),
        false => Some(td_string!(locale, signed_in.copy.refused)),
    };
    view! {
        <span class="copy needs-program">
            <button type="button" class="button quiet" aria-label=label on:click=copy>
                {td_string!(locale, signed_in.copy.copy)}
            </button>
            <span class="hint" role="status">{said}</span>
        </span>
    }
    .into_any()
}

/// Only for the browser.
fn write(text: &str, copied: RwSignal<Option<bool>>) {
    let navigator = window().navigator();
    // Pages that did not come by https have no clipboard.
    let clipboard = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard"));
    if !clipboard.is_ok_and(|clipboard| clipboard.is_object()) {
        copied.set(Some(false));
        return;
    }
    let settled = |worked| {
        Closure::once(move |_: JsValue| {
            let _ = copied.try_set(Some(worked));
        })
    };
    let (done, refused) = (settled(true), settled(false));
    let _ = navigator
        .clipboard()
        .write_text(text)
        .then2(&done, &refused);
    // JavaScript calls one of the two and then lets go of both.
    done.forget();
    refused.forget();
}
