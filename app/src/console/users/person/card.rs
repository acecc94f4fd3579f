//! One person: who they are, what keeps them from signing in, and everything that can be done.

use leptos::{html, prelude::*};

use super::account::AccountActions;
use super::history::{Mails, Timeline};
use super::invitation::{InvitationPart, SessionsPart};
use crate::client::ApiError;
use crate::console::address::Beside;
use crate::console::users::cures::Hindrances;
use crate::console::users::help::HelpButtons;
use crate::console::users::marks::{Marks, PresenceMark, roles};
use crate::console::users::room::{Once, Room};
use crate::console::users::wording;
use crate::console::words;
use crate::i18n::{languages, td_string, use_locale};
use crate::session::settle;
use crate::ui::{Empty, Failed, Loading, Visits};
use crate::wire::{ProblemCode, User, UserDetail};

#[component]
pub(super) fn PersonCard(room: Room, id: String) -> impl IntoView {
    // Which of the two is asked after the other shows nothing of the first.
    let later = Visits::later();
    let met = StoredValue::new(false);
    let detail = Resource::new(
        move || room.changes.get(),
        move |_| {
            let (api, id) = (room.api.get_value(), id.clone());
            async move { settle(api.user(&id).await) }
        },
    );
    let again = Callback::new(move |()| detail.refetch());
    view! {
        <Transition fallback=Loading>
            {move || detail.get().map(|answer| {
                let takes_focus = (later && !met.get_value()) || room.renewed.get_value();
                met.set_value(true);
                shown(room, answer, again, takes_focus)
            })}
        </Transition>
    }
}

fn shown(
    room: Room,
    answer: Result<UserDetail, ApiError>,
    again: Callback<()>,
    takes_focus: bool,
) -> AnyView {
    let locale = use_locale();
    match answer {
        Ok(detail) => view! { <Card room detail takes_focus/> }.into_any(),
        Err(error) if error.code() == Some(ProblemCode::NotFound) => view! {
            <Empty
                title=td_string!(locale, console.person.gone)
                text=td_string!(locale, console.person.gone_text)
            />
        }
        .into_any(),
        Err(error) => view! { <Failed error again/> }.into_any(),
    }
}

#[component]
fn Card(room: Room, detail: UserDetail, takes_focus: bool) -> impl IntoView {
    let locale = use_locale();
    let mut detail = detail;
    let timeline = std::mem::take(&mut detail.timeline);
    let mails = std::mem::take(&mut detail.mails);
    let user = detail.user.clone();
    let is_deleted = user.deleted_at.is_some();
    let heading = NodeRef::<html::H2>::new();
    if takes_focus {
        focus_on_heading(room, heading);
    }
    let edit = Beside::Edit(user.id.clone());
    let actions = if is_deleted {
        view! { <BringBack room user=user.clone()/> }.into_any()
    } else {
        view! { <HelpButtons room detail=detail.clone()/> }.into_any()
    };
    view! {
        <div class="who">
            <h2 id="person" tabindex="-1" node_ref=heading>{user.name.clone()}</h2>
            {(!is_deleted).then(|| view! {
                <a
                    class="button quiet"
                    href=move || room.asked.beside(&edit)
                    data-noscroll=true
                >
                    {td_string!(locale, people.edit.open)}
                </a>
            })}
        </div>
        {(!user.hindrances.is_empty()).then(|| view! {
            <Hindrances room user=user.clone() on_card=true/>
        })}
        <Facts detail=detail.clone()/>
        {(!is_deleted).then(|| view! {
            <InvitationPart room detail=detail.clone()/>
            <SessionsPart room detail=detail.clone()/>
            <AccountActions room user=user.clone()/>
        })}
        {(!mails.is_empty()).then(|| view! { <Mails mails/> })}
        <Timeline timeline/>
        {actions}
    }
    .into_any()
}

#[component]
fn Facts(detail: UserDetail) -> impl IntoView {
    let locale = use_locale();
    let user = detail.user;
    let moment = |stamp: &str| words::moment(locale, stamp);
    let last = user.last_sign_in_at.as_deref().map(moment);
    let last = last.unwrap_or_else(|| td_string!(locale, console.users.never).to_owned());
    let locked_at = user
        .locked_at
        .as_deref()
        .filter(|_| user.locked)
        .map(moment);
    let barred_until = detail.email_barred_until.as_deref().map(moment);
    let deleted_at = user.deleted_at.as_deref().map(moment);
    let is_agent = user.roles.contains(&crate::wire::Role::Agent);
    let list = user.presence_list.as_ref().map_or_else(
        || td_string!(locale, people.default_list).to_owned(),
        |list| list.name.clone(),
    );
    let language = detail.language.map(|wanted| {
        let known = languages().find(|(tag, _)| *tag == wanted);
        known.map_or(wanted, |(_, name)| name)
    });
    let fact = |name: &'static str, value: Option<AnyView>| {
        value.map(|value| view! { <dt>{name}</dt> <dd>{value}</dd> })
    };
    let text = |text: String| Some(text.into_any());
    view! {
        <dl class="facts">
            {fact(
                td_string!(locale, console.person.status),
                Some(view! { <Marks user=user.clone()/> }.into_any()),
            )}
            {fact(td_string!(locale, console.person.locked_at), locked_at.map(IntoAny::into_any))}
            {fact(td_string!(locale, people.delete.at), deleted_at.map(IntoAny::into_any))}
            {fact(
                td_string!(locale, people.presence),
                user.presence.clone().map(|presence| {
                    view! { <PresenceMark presence/> }.into_any()
                }),
            )}
            {fact(td_string!(locale, console.person.username), text(user.username.clone()))}
            {fact(td_string!(locale, console.person.email), text(user.email.clone()))}
            {fact(
                td_string!(locale, people.new_email),
                detail.new_email.map(|address| {
                    view! {
                        {address}
                        <small>{td_string!(locale, people.not_confirmed)}</small>
                    }
                    .into_any()
                }),
            )}
            {fact(
                td_string!(locale, people.barred),
                barred_until.map(|time| {
                    td_string!(locale, people.barred_until, time = time).into_any()
                }),
            )}
            {fact(td_string!(locale, console.person.roles), text(roles(locale, &user.roles)))}
            {fact(
                td_string!(locale, people.phone.label),
                text(wording::phone(locale, user.phone).to_owned()),
            )}
            {fact(
                td_string!(locale, amazon.person),
                user.phone_username.clone().map(IntoAny::into_any),
            )}
            {fact(td_string!(locale, people.list_long), is_agent.then(|| list.into_any()))}
            {fact(td_string!(locale, people.language), language.map(IntoAny::into_any))}
            {fact(td_string!(locale, console.person.last_sign_in), text(last))}
            {fact(
                td_string!(locale, console.person.two_factor),
                text(words::ways(locale, &detail.methods)),
            )}
            {fact(
                td_string!(locale, console.person.backup_codes),
                detail.backup_codes_left.map(|left| {
                    td_string!(locale, console.person.codes_left, count = left).into_any()
                }),
            )}
        </dl>
    }
    .into_any()
}

/// All that can be done about somebody who was deleted.
#[component]
fn BringBack(room: Room, user: User) -> impl IntoView {
    let locale = use_locale();
    let User { id, name, .. } = user;
    view! {
        <div class="actions">
            <p class="hint">{td_string!(locale, people.restore.text)}</p>
            <button
                type="button"
                class="button primary needs-program"
                on:click=move |_| room.once(Once::Restore, id.clone(), name.clone())
            >
                {td_string!(locale, people.restore.open)}
            </button>
        </div>
    }
    .into_any()
}

/// Focus follows a person who opened the panel, or did something on the card that this one replaces; not in a document
/// that was just loaded.
fn focus_on_heading(room: Room, heading: NodeRef<html::H2>) {
    Effect::new(move |_| {
        let Some(heading) = heading.get() else { return };
        room.renewed.set_value(false);
        let _ = heading.focus();
    });
}
