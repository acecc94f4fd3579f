//! How a person comes in for the first time, and where they are signed in now.

use leptos::prelude::*;

use crate::console::users::cures::Cure;
use crate::console::users::room::{Act, Doing, Once, Room};
use crate::console::words;
use crate::i18n::{td_string, use_locale};
use crate::wire::{UserDetail, UserStatus};

/// The invitation: until when it can be used, and what can be done with it.
#[component]
pub(super) fn InvitationPart(room: Room, detail: UserDetail) -> impl IntoView {
    let locale = use_locale();
    if !detail.can_be_invited {
        return ().into_any();
    }
    let user = detail.user;
    let until = detail.invited_until.as_deref();
    let until = until
        .map(|at| words::moment(locale, at))
        .unwrap_or_default();
    let said = match user.status {
        UserStatus::Invited => td_string!(locale, people.invite.until, time = until),
        UserStatus::Expired => td_string!(locale, people.invite.ended, time = until),
        UserStatus::Bounced => td_string!(locale, people.invite.bounced).to_owned(),
        _ => td_string!(locale, people.invite.not_yet).to_owned(),
    };
    let open = user.status == UserStatus::Invited;
    // Offered already with what keeps them from signing in.
    let is_cure = user
        .hindrances
        .iter()
        .any(|why| matches!(Cure::of(*why), Cure::InviteAgain | Cure::GrantLink));
    let words = match user.status {
        UserStatus::Pending => td_string!(locale, people.invite.open),
        _ => td_string!(locale, people.invite.again),
    };
    let (id, name) = (user.id, user.name);
    let invite = {
        let (id, name) = (id.clone(), name.clone());
        move |_| room.once(Once::Invite, id.clone(), name.clone())
    };
    let busy = {
        let id = id.clone();
        Signal::derive(move || room.busy.with(|busy| busy.as_ref() == Some(&id)))
    };
    let cancel = move |_| {
        room.begin(Doing::Sure(Act::CancelInvitation {
            id: id.clone(),
            name: name.clone(),
        }));
    };
    view! {
        <h3>{td_string!(locale, people.invite.heading)}</h3>
        <p>{said}</p>
        <div class="choices">
            {(!is_cure).then(|| view! {
                <button
                    type="button"
                    class="button quiet needs-program"
                    class:busy=busy
                    aria-busy=move || busy.get().then_some("true")
                    on:click=invite
                >
                    {words}
                </button>
            })}
            {open.then(|| view! {
                <button
                    type="button"
                    class="button text needs-program"
                    aria-haspopup="dialog"
                    on:click=cancel
                >
                    {td_string!(locale, people.cancel_invitation.open)}
                </button>
            })}
        </div>
    }
    .into_any()
}

/// How many sessions there are, also which a browser may begin by *Secure Login* alone, and their end.
#[component]
pub(super) fn SessionsPart(room: Room, detail: UserDetail) -> impl IntoView {
    let locale = use_locale();
    let said = match detail.sessions {
        0 if detail.bound == 0 => return ().into_any(),
        0 => td_string!(locale, people.sessions.bound).to_owned(),
        1 => td_string!(locale, people.sessions.one).to_owned(),
        count => td_string!(locale, people.sessions.many, count = count),
    };
    let (id, name) = (detail.user.id, detail.user.name);
    let end = move |_| {
        room.begin(Doing::Sure(Act::EndSessions {
            id: id.clone(),
            name: name.clone(),
        }));
    };
    view! {
        <h3>{td_string!(locale, people.sessions.heading)}</h3>
        <div class="in-one-line">
            <p>{said}</p>
            <button
                type="button"
                class="button quiet needs-program"
                aria-haspopup="dialog"
                on:click=end
            >
                {td_string!(locale, people.sessions.end)}
            </button>
        </div>
    }
    .into_any()
}
