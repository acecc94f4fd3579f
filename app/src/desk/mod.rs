//! Where an agent works: who and where they are, until when, and whom to ask. Status and phone are
//! not here yet, and nothing pretends that they are.

use leptos::prelude::*;

use crate::context::use_company;
use crate::i18n::{Locale, td_string, use_locale};
use crate::session::{Bar, FewCodes, Guarded, Remaining, SessionWatch, SignOut, hours_and_minutes};
use crate::ui::Heading;
use crate::wire::{Company, HelpContact, Role, Session, Workplace};

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
    let company = use_company();
    view! {
        <div class="desk">
            <Bar session=session.clone() here=Workplace::Desk/>
            <main id="main">
                <SessionWatch alias=alias.clone() remaining/>
                <FewCodes alias/>
                <Heading title=td_string!(locale, desk.title)/>
                <p class="calm">{td_string!(locale, desk.calm)}</p>
                <div class="cards">
                    <You session remaining/>
                    <Suspense>
                        {move || Suspend::new(async move {
                            // Without the company the page still says who is signed in.
                            company.await.ok().map(|company| view! { <Help company/> })
                        })}
                    </Suspense>
                </div>
            </main>
        </div>
    }
}

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
        <section aria-labelledby="you">
            <h2 id="you">{session.account.name}</h2>
            <dl class="facts">
                <dt>{td_string!(locale, desk.company)}</dt>
                <dd>{session.company.name}</dd>
                <dt>{td_string!(locale, desk.username)}</dt>
                <dd>{session.account.username}</dd>
                <dt>{td_string!(locale, desk.email)}</dt>
                <dd>{session.account.email}</dd>
                <dt>{td_string!(locale, desk.roles)}</dt>
                <dd>{roles}</dd>
                <dt>{td_string!(locale, desk.ends)}</dt>
                <dd>
                    {move || duration(locale, whole.get())}
                    <small>{idle}</small>
                </dd>
            </dl>
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
fn Help(company: Company) -> impl IntoView {
    let locale = use_locale();
    view! {
        <section aria-labelledby="help">
            <h2 id="help">{td_string!(locale, desk.help)}</h2>
            {match company.help_contact {
                Some(contact) => view! { <Contact contact/> }.into_any(),
                None => view! { <p>{td_string!(locale, desk.no_help)}</p> }.into_any(),
            }}
            {company.region.map(|region| view! {
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
