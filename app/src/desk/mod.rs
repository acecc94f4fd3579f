//! Where an agent works: their status and what they did today, where else they work, until when they are signed in
//! and whom to ask. The phone is not here yet, and nothing pretends that it is.

mod follow;
mod status;
mod today;

use leptos::prelude::*;

use self::{
    follow::{AtDesk, follow},
    status::StatusPanel,
    today::{Links, Today},
};
use crate::client::Api;
use crate::context::use_company;
use crate::i18n::{Locale, td_string, use_locale};
use crate::session::{
    Bar, FewCodes, Guarded, Remaining, SessionWatch, SignOut, hours_and_minutes, settle,
};
use crate::ui::{Failed, Heading, Loading};
use crate::wire::{Company, HelpContact, OwnPresence, PresenceKind, Role, Session, Workplace};

#[component]
pub fn DeskPage() -> impl IntoView {
    let page = |session| view! { <Desk session/> };
    view! { <Guarded needs=Role::Agent page/> }
}

#[component]
fn Desk(session: Session) -> impl IntoView {
    let locale = use_locale();
    let remaining = Remaining::of(&session);
    let alias = session.company.alias.clone();
    view! {
        <div class="desk">
            <Bar session=session.clone() here=Workplace::Desk/>
            <main id="main">
                <div class="notices">
                    <SessionWatch alias=alias.clone() remaining/>
                    <FewCodes alias/>
                </div>
                <Heading title=td_string!(locale, desk.title)/>
                <Work session=session.clone()/>
                <You session remaining/>
            </main>
        </div>
    }
}

/// What the desk is for, once it is known what the person does now.
#[component]
fn Work(session: Session) -> impl IntoView {
    let api = Api::use_api();
    let session = StoredValue::new(session);
    let company = use_company();
    let answer = Resource::new(
        || (),
        move |()| {
            let api = api.clone();
            async move { settle(api.presence(None).await) }
        },
    );
    let again = Callback::new(move |()| answer.refetch());
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                // Without the company the page still says who is signed in.
                let company = company.await.ok();
                match answer.await {
                    Ok(own) => view! { <Known session=session.get_value() own company/> }.into_any(),
                    Err(error) => view! { <Failed error again/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Known(session: Session, own: OwnPresence, company: Option<Company>) -> impl IntoView {
    let desk = AtDesk::new(Api::use_api(), own);
    follow(desk);
    let contact = company.as_ref().and_then(|it| it.help_contact.clone());
    view! {
        <StatusPanel session desk contact=contact.clone()/>
        <div class="below">
            <Today desk/>
            <Links desk/>
            <Help contact region=company.and_then(|it| it.region)/>
        </div>
    }
    .into_any()
}

/// The style sheet's name for what a status means: its shape and its colour.
fn kind_class(kind: PresenceKind) -> &'static str {
    match kind {
        PresenceKind::Available => "presence available",
        PresenceKind::NotReady => "presence not-ready",
        PresenceKind::Offline => "presence offline-now",
    }
}

/// Who works here, and for how long still.
#[component]
fn You(session: Session, remaining: Remaining) -> impl IntoView {
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
fn Help(
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
