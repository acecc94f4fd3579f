//! A person's row.

use leptos::prelude::*;

use super::cures::Hindrances;
use super::list::Columns;
use super::marks::{Marks, PresenceMark, roles};
use super::picking::Pick;
use super::room::{Once, Room};
use crate::console::address::Beside;
use crate::console::words;
use crate::i18n::{td_string, use_locale};
use crate::wire::User;

/// The id of the link to a person, where focus returns when their panel closes.
pub(super) fn row_id(user: &str) -> String {
    format!("user-{user}")
}

#[component]
pub(super) fn Row(room: Room, user: User, columns: Columns) -> impl IntoView {
    let asked = room.asked;
    let id = user.id.clone();
    let open = Memo::new(move |_| {
        asked
            .beside
            .with(|beside| beside.person() == Some(id.as_str()))
    });
    let person = Beside::Person(user.id.clone());
    let cells = match columns {
        Columns::Usual => view! { <Usual user=user.clone()/> }.into_any(),
        Columns::Hindrances => view! { <Hindered room user=user.clone()/> }.into_any(),
        Columns::Deleted => view! { <Deleted room user=user.clone()/> }.into_any(),
    };
    let with_pick = columns != Columns::Deleted;
    view! {
        <tr class:current=open>
            {with_pick.then(|| view! { <td class="pick"><Pick room user=user.clone()/></td> })}
            <th scope="row">
                <a
                    id=row_id(&user.id)
                    href=move || asked.beside(&person)
                    aria-current=move || open.get().then_some("true")
                    data-noscroll=true
                >
                    {user.name}
                </a>
                <small>{user.username}</small>
            </th>
            {cells}
        </tr>
    }
    .into_any()
}

#[component]
fn Usual(user: User) -> impl IntoView {
    let locale = use_locale();
    let list = user.presence_list.as_ref().map(|list| list.name.clone());
    view! {
        <td class="email">{user.email.clone()}</td>
        <td class="role">{roles(locale, &user.roles)}</td>
        <td class="status"><Marks user=user.clone()/></td>
        <td class="presence-of">
            {user.presence.clone().map(|presence| view! { <PresenceMark presence/> })}
        </td>
        <td class="list-of">{list}</td>
        <td class="last"><LastSignIn user/></td>
    }
    .into_any()
}

#[component]
fn Hindered(room: Room, user: User) -> impl IntoView {
    view! {
        <td class="why"><Hindrances room user=user.clone()/></td>
        <td class="email">{user.email.clone()}</td>
        <td class="last"><LastSignIn user/></td>
    }
    .into_any()
}

#[component]
fn Deleted(room: Room, user: User) -> impl IntoView {
    let locale = use_locale();
    let at = user
        .deleted_at
        .as_deref()
        .map(|at| words::moment(locale, at));
    let label = format!("{}: {}", td_string!(locale, people.restore.open), user.name);
    let User { id, name, .. } = user;
    view! {
        <td class="email">{user.email}</td>
        <td class="last">{at}</td>
        <td class="why">
            <button
                type="button"
                class="button quiet needs-program"
                aria-label=label
                on:click=move |_| room.once(Once::Restore, id.clone(), name.clone())
            >
                {td_string!(locale, people.restore.open)}
            </button>
        </td>
    }
    .into_any()
}

#[component]
fn LastSignIn(user: User) -> impl IntoView {
    let locale = use_locale();
    user.last_sign_in_at.as_deref().map_or_else(
        || td_string!(locale, console.users.never).to_owned(),
        |stamp| words::moment(locale, stamp),
    )
}
