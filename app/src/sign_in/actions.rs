//! What else can be done about a code: have it sent again, get in another way, give up.

use leptos::prelude::*;

use super::code::CodeForm;
use crate::{
    i18n::{around, td_string, use_locale},
    ui::{Button, ButtonKind, Countdown, Help, seconds_left},
    wire::{CodeStep, HelpContact},
};

#[component]
pub(super) fn CodeActions(form: CodeForm, help: Option<HelpContact>) -> impl IntoView {
    let locale = use_locale();
    let sending = form.sending;
    view! {
        <div class="choices">
            <Resend step=form.step sending=sending/>
            <Button
                kind=ButtonKind::Text
                name="action"
                value="cancel"
                novalidate=true
                busy=Signal::derive(move || sending.get() == Some("cancel"))
            >
                {td_string!(locale, sign_in.cancel)}
            </Button>
        </div>
        // E-mail is the only way so far, so another way is a person who can help.
        <details class="other">
            <summary>{td_string!(locale, sign_in.another_way)}</summary>
            <p>{td_string!(locale, sign_in.another_way_help)}</p>
            {help.map(|help| view! { <Help help=help/> })}
        </details>
    }
}

/// *Resend*, with the time until the server allows it.
#[component]
fn Resend(step: RwSignal<CodeStep>, sending: RwSignal<Option<&'static str>>) -> impl IntoView {
    let locale = use_locale();
    let left = seconds_left(Signal::derive(move || {
        step.read().resend_after.unwrap_or(0)
    }));
    let soon = Memo::new(move |_| left.get() > 0);
    let (before, after) = around(|time| td_string!(locale, sign_in.resend_in, time = time));
    view! {
        <span class="with-countdown">
            <Button
                kind=ButtonKind::Text
                name="action"
                value="resend"
                novalidate=true
                busy=Signal::derive(move || sending.get() == Some("resend"))
                disabled=soon
            >
                {td_string!(locale, sign_in.resend)}
            </Button>
            {move || soon.get().then(|| view! {
                <span class="hint">
                    {before.clone()} <Countdown left=left/> {after.clone()}
                    <span class="plain-only">
                        " " {td_string!(locale, sign_in.resend_reload)}
                    </span>
                </span>
            })}
        </span>
    }
}
