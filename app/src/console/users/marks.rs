//! Status, presence and roles of a person: each a shape and a word.

use leptos::prelude::*;

use crate::console::words;
use crate::i18n::{Locale, td_string, time_of, use_locale};
use crate::wire::{Presence, PresenceKind, Role, User, UserStatus};

/// The status and the flags beside it.
#[component]
pub(super) fn Marks(user: User) -> impl IntoView {
    let locale = use_locale();
    let shape = match user.status {
        UserStatus::Enabled | UserStatus::SsoOnly => "state on",
        UserStatus::Invited | UserStatus::Pending => "state waiting",
        UserStatus::Expired | UserStatus::Bounced => "state warning",
        UserStatus::Disabled => "state off",
    };
    if user.deleted_at.is_some() {
        return view! {
            <span class="state off">{td_string!(locale, console.users.deleted)}</span>
        }
        .into_any();
    }
    view! {
        <span class=shape>{words::status(locale, user.status)}</span>
        {user.locked.then(|| view! {
            " "
            <span class="state locked">{td_string!(locale, console.users.is_locked)}</span>
        })}
    }
    .into_any()
}

/// What an agent does now, and since when.
#[component]
pub(super) fn PresenceMark(presence: Presence) -> impl IntoView {
    let locale = use_locale();
    let Presence { name, kind, since } = presence;
    let (shape, at) = match kind {
        PresenceKind::Available => ("presence is-available", time_of(&since)),
        PresenceKind::NotReady => ("presence is-not-ready", time_of(&since)),
        // Whoever is away may have been so for days.
        PresenceKind::Offline => ("presence is-offline", words::moment(locale, &since)),
    };
    view! {
        <span class=shape>{name}</span>
        <small>
            <time datetime=since>{td_string!(locale, people.since, time = at)}</time>
        </small>
    }
    .into_any()
}

pub(super) fn roles(locale: Locale, roles: &[Role]) -> String {
    let names = roles.iter().map(|role| match role {
        Role::Agent => td_string!(locale, signed_in.role.agent),
        Role::Admin => td_string!(locale, signed_in.role.admin),
    });
    names.collect::<Vec<_>>().join(", ")
}
