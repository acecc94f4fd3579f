//! What happened to a person's account, and the mails that went out about it.

use leptos::prelude::*;

use crate::console::users::wording;
use crate::console::{audit, words};
use crate::i18n::{td_string, use_locale};
use crate::ui::{CopyButton, Empty};
use crate::wire::{MailFate, TimelineEntry, UserMail};

#[component]
pub(super) fn Timeline(timeline: Vec<TimelineEntry>) -> impl IntoView {
    let locale = use_locale();
    view! {
        <h3>{td_string!(locale, console.person.timeline)}</h3>
        {timeline.is_empty().then(|| view! {
            <Empty
                title=td_string!(locale, console.person.timeline_empty)
                text=td_string!(locale, console.person.timeline_empty_text)
            />
        })}
        <ol class="timeline">
            {timeline.into_iter().map(|entry| view! { <Event entry/> }).collect_view()}
        </ol>
    }
    .into_any()
}

#[component]
fn Event(entry: TimelineEntry) -> impl IntoView {
    let locale = use_locale();
    let TimelineEntry {
        at,
        kind,
        actor,
        reason,
        reference,
    } = entry;
    let by = actor.map(|actor| td_string!(locale, console.person.by, actor = actor));
    let reference = reference.map(|reference| {
        let copy = td_string!(locale, console.audit.copy, reference = reference.clone());
        let said = td_string!(
            locale,
            console.person.reference,
            reference = reference.clone()
        );
        view! {
            <small class="reference">
                {said}
                " "
                <CopyButton text=reference label=copy/>
            </small>
        }
    });
    let why = reason.map(|text| match audit::reason(locale, &kind, &text) {
        audit::Reason::Written(text) => view! { <q>{text}</q> }.into_any(),
        audit::Reason::Noted(text) => view! { <small>{text}</small> }.into_any(),
    });
    view! {
        <li>
            <time datetime=at.clone()>{words::moment(locale, &at)}</time>
            <span class="what">
                {words::kind(locale, &kind)}
                {by.map(|by| format!(" {by}"))}
            </span>
            {why}
            {reference}
        </li>
    }
    .into_any()
}

#[component]
pub(super) fn Mails(mails: Vec<UserMail>) -> impl IntoView {
    let locale = use_locale();
    let mail = |mail: UserMail| {
        let shape = match mail.fate {
            MailFate::Sent => "state on",
            MailFate::Waiting => "state waiting",
            MailFate::Late | MailFate::Refused => "state warning",
        };
        view! {
            <li>
                <time datetime=mail.at.clone()>{words::moment(locale, &mail.at)}</time>
                <span class="what">
                    {wording::mail(locale, &mail.kind)}
                    " "
                    <span class=shape>{wording::mail_fate(locale, mail.fate)}</span>
                </span>
                {mail.error.map(|error| view! { <small>{error}</small> })}
            </li>
        }
    };
    view! {
        <h3>{td_string!(locale, people.mail.heading)}</h3>
        <ol class="timeline">{mails.into_iter().map(mail).collect_view()}</ol>
    }
    .into_any()
}
