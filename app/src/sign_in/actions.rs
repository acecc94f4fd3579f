//! What else can be done about a code: have it sent again, get in another way, give up.

use leptos::prelude::*;

use super::code::{CodeForm, action_of};
use crate::{
    i18n::{Locale, around, td_string, use_locale},
    ui::{Button, ButtonKind, Countdown, Help, seconds_left},
    wire::{CodeStep, HelpContact, Method},
};

#[component]
pub(super) fn CodeActions(form: CodeForm, help: Option<HelpContact>) -> impl IntoView {
    let locale = use_locale();
    let CodeForm { step, sending, .. } = form;
    let by_mail = Memo::new(move |_| step.read().method == Method::Email);
    view! {
        <div class="choices">
            {move || by_mail.get().then(|| view! { <Resend step=step sending=sending/> })}
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
        <details class="other">
            <summary>{td_string!(locale, sign_in.another_way)}</summary>
            <OtherWays step=step sending=sending/>
            <p>{td_string!(locale, sign_in.another_way_help)}</p>
            {help.map(|help| view! { <Help help=help/> })}
        </details>
    }
}

/// Every way of this account but the one that is shown, last used first.
#[component]
fn OtherWays(step: RwSignal<CodeStep>, sending: RwSignal<Option<&'static str>>) -> impl IntoView {
    let locale = use_locale();
    let others = Memo::new(move |_| {
        let step = step.read();
        let others = step.methods.iter().copied();
        others
            .filter(|method| *method != step.method)
            .collect::<Vec<Method>>()
    });
    let way = move |method: Method| {
        let action = action_of(method);
        view! {
            <li>
                <Button
                    kind=ButtonKind::Quiet
                    name="action"
                    value=action
                    novalidate=true
                    busy=Signal::derive(move || sending.get() == Some(action))
                >
                    {name(locale, method)}
                </Button>
            </li>
        }
    };
    move || {
        let others = others.get();
        (!others.is_empty())
            .then(|| view! { <ul class="ways">{others.into_iter().map(way).collect_view()}</ul> })
    }
}

/// What a way is called.
pub(super) fn name(locale: Locale, method: Method) -> &'static str {
    match method {
        Method::Email => td_string!(locale, sign_in.way_email),
        Method::App => td_string!(locale, sign_in.way_app),
        Method::BackupCode => td_string!(locale, sign_in.way_backup_code),
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
