//! What the code page says about the code: where it is found, how long it works, how many tries are
//! left.

use leptos::prelude::*;

use crate::{
    i18n::{around, td_string, time_of, use_locale},
    ui::{Banner, BannerKind, Countdown, seconds_left},
    wire::{CodeStep, MailFate, Method},
};

/// Where the code is found.
#[component]
pub(super) fn Where(step: RwSignal<CodeStep>, resent: RwSignal<bool>) -> impl IntoView {
    let locale = use_locale();
    let method = Memo::new(move |_| step.read().method);
    let lead = |text| view! { <p id="sent-to" class="lead">{text}</p> }.into_any();
    move || match method.get() {
        Method::Email => view! { <SentTo step=step resent=resent/> }.into_any(),
        Method::App => lead(td_string!(locale, sign_in.app_lead)),
        Method::BackupCode => lead(td_string!(locale, sign_in.backup_code_lead)),
    }
}

/// Where and when the code went, and what became of the mail.
#[component]
fn SentTo(step: RwSignal<CodeStep>, resent: RwSignal<bool>) -> impl IntoView {
    let locale = use_locale();
    let sent = move || {
        let step = step.read();
        match (&step.sent_to, &step.sent_at) {
            (Some(address), Some(at)) => {
                td_string!(
                    locale,
                    sign_in.sent,
                    address = address.clone(),
                    time = time_of(at)
                )
            }
            _ => td_string!(locale, sign_in.sent_somewhere).to_owned(),
        }
    };
    let mail = Memo::new(move |_| step.read().mail);
    view! {
        <p id="sent-to" class="lead">{sent}</p>
        {move || match mail.get() {
            Some(MailFate::Late) => Some(view! {
                <Banner kind=BannerKind::Warning>
                    <p>{td_string!(locale, sign_in.mail_late)}</p>
                </Banner>
            }),
            Some(MailFate::Refused) => Some(view! {
                <Banner kind=BannerKind::Stop>
                    <p>{td_string!(locale, sign_in.mail_refused)}</p>
                </Banner>
            }),
            Some(MailFate::Waiting | MailFate::Sent) | None => None,
        }}
        {move || resent.get().then(|| view! {
            <Banner kind=BannerKind::Good>
                <p>{td_string!(locale, sign_in.resent)}</p>
            </Banner>
        })}
    }
}

/// Seed 002's warnings after the third and fourth wrong code.
#[component]
pub(super) fn AttemptsLeft(step: RwSignal<CodeStep>) -> impl IntoView {
    let locale = use_locale();
    let left = Memo::new(move |_| step.read().attempts_left);
    move || {
        let warning = match left.get()? {
            2 => td_string!(locale, sign_in.two_left),
            1 => td_string!(locale, sign_in.one_left),
            _ => return None,
        };
        Some(view! { <Banner kind=BannerKind::Warning><p>{warning}</p></Banner> })
    }
}

/// How long the newest code works.
#[component]
pub(super) fn CodeTime(step: RwSignal<CodeStep>) -> impl IntoView {
    let locale = use_locale();
    let known = Memo::new(move |_| step.read().code_expires_in.is_some());
    let left = seconds_left(Signal::derive(move || {
        step.read().code_expires_in.unwrap_or(0)
    }));
    let ended = Memo::new(move |_| left.get() == 0);
    let (before, after) = around(|time| td_string!(locale, sign_in.code_ends, time = time));
    move || {
        let (before, after) = (before.clone(), after.clone());
        known.get().then(|| {
            view! {
                <p class="hint">
                    {move || if ended.get() {
                        td_string!(locale, sign_in.code_ended).into_any()
                    } else {
                        view! { {before.clone()} <Countdown left=left/> {after.clone()} }.into_any()
                    }}
                </p>
            }
        })
    }
}

/// How long the sign-in itself waits.
#[component]
pub(super) fn TimeLeft(
    /// Seconds.
    left: Signal<u32>,
) -> impl IntoView {
    let locale = use_locale();
    let (before, after) = around(|time| td_string!(locale, sign_in.time_left, time = time));
    view! {
        <p class="time-left" class:late=move || left.get() < 60>
            {before} <Countdown left=left/> {after}
        </p>
    }
}
