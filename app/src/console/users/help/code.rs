//! A backup code that was just made: large, once, with the time that it has.

use leptos::prelude::*;

use crate::i18n::{around, td_string, use_locale};
use crate::ui::{CopyButton, Countdown, seconds_left};
use crate::wire::AdminCode;

#[component]
pub(super) fn ShownCode(code: AdminCode, name: String, open: RwSignal<bool>) -> impl IntoView {
    let locale = use_locale();
    let AdminCode {
        code, expires_in, ..
    } = code;
    let left = seconds_left(Signal::derive(move || expires_in));
    let (before, after) = around(|time| td_string!(locale, console.backup_code.left, time = time));
    view! {
        <div class="dialog-form">
            <p>{td_string!(locale, console.backup_code.tell, name = name)}</p>
            <p class="once" role="status">
                <code>{code.clone()}</code>
                <CopyButton text=code/>
            </p>
            <p>{before} <Countdown left/> {after}</p>
            <div class="choices">
                <button
                    type="button"
                    class="button primary"
                    autofocus=true
                    on:click=move |_| open.set(false)
                >
                    {td_string!(locale, console.backup_code.done)}
                </button>
            </div>
        </div>
    }
    .into_any()
}
