//! What stands around the work on every desk: who works here and for how long still, and whom to ask.

use leptos::prelude::*;

use crate::i18n::{Locale, td_string, use_locale};
use crate::session::{Remaining, SignOut, hours_and_minutes};
use crate::wire::{HelpContact, Role, Session};

/// Who works here, and for how long still.
#[component]
pub(super) fn You(session: Session, remaining: Remaining) -> impl IntoView {
    let locale = use_locale();
    let roles = session.roles.iter().map(|role| match role {
        Role::Agent => td_string!(locale, signed_in.role.agent),
        Role::Admin => td_string!(locale, signed_in.role.admin),
    });
    let roles = roles.collect::<Vec<_>>().join(", ");
    let whole = Memo::new(move |_| hours_and_minutes(remaining.0.get().whole));
    let idle = Memo::new(move |_| hours_and_minutes(remaining.0.get().idle));
    let idle = move || td_string!(locale, desk.idle, time = duration(locale, idle.get()));
    view! {
        <section class="you" aria-label=td_string!(locale, signed_in.menu.label)>
            <p>
                <strong>{session.account.name}</strong>
                " "
                <span>{session.account.username} " · " {roles} " · " {session.company.name}</span>
            </p>
            <p>
                {td_string!(locale, desk.ends)}
                " "
                {move || duration(locale, whole.get())}
                <small>{idle}</small>
            </p>
            <SignOut alias=session.company.alias/>
        </section>
    }
    .into_any()
}

fn duration(locale: Locale, (hours, minutes): (u32, u32)) -> String {
    match hours {
        0 => td_string!(locale, desk.minutes, minutes = minutes),
        _ => td_string!(locale, desk.hours_minutes, hours = hours, minutes = minutes),
    }
}

/// Whom to ask, and which region this is.
#[component]
pub(super) fn Help(
    #[prop(optional_no_strip)] contact: Option<HelpContact>,
    #[prop(optional_no_strip)] region: Option<String>,
) -> impl IntoView {
    let locale = use_locale();
    view! {
        <section aria-labelledby="help">
            <h2 id="help">{td_string!(locale, desk.help)}</h2>
            {match contact {
                Some(contact) => view! { <Contact contact/> }.into_any(),
                None => view! { <p>{td_string!(locale, desk.no_help)}</p> }.into_any(),
            }}
            {region.map(|region| view! {
                <dl class="facts">
                    <dt>{td_string!(locale, desk.region)}</dt>
                    <dd>{region}</dd>
                </dl>
            })}
        </section>
    }
    .into_any()
}

#[component]
fn Contact(contact: HelpContact) -> impl IntoView {
    let locale = use_locale();
    let HelpContact { name, phone, email } = contact;
    view! {
        <p>{td_string!(locale, desk.help_text)}</p>
        <address>
            <strong>{name}</strong>
            {phone.map(|phone| view! { <a href=format!("tel:{phone}")>{phone.clone()}</a> })}
            {email.map(|email| view! { <a href=format!("mailto:{email}")>{email.clone()}</a> })}
        </address>
    }
}
