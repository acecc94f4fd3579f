//! Switching an account off and on, and deleting it.

use leptos::prelude::*;

use crate::console::users::help::Help;
use crate::console::users::room::{Act, Doing, Once, Room, Whom};
use crate::i18n::{td_string, use_locale};
use crate::wire::{User, UserStatus};

#[component]
pub(super) fn AccountActions(room: Room, user: User) -> impl IntoView {
    let locale = use_locale();
    let is_off = user.status == UserStatus::Disabled;
    let who = StoredValue::new((user.id, user.name));
    let turn = move |_| {
        let (id, name) = who.get_value();
        if is_off {
            room.once(Once::Enable, id, name);
        } else {
            room.begin(Doing::Help(Help::Disable, Whom::One { id, name }));
        }
    };
    let delete = move |_| {
        let (id, name) = who.get_value();
        room.begin(Doing::Sure(Act::Delete { id, name }));
    };
    let words = if is_off {
        td_string!(locale, people.enable.open)
    } else {
        td_string!(locale, people.disable.open)
    };
    view! {
        <h3>{td_string!(locale, people.account)}</h3>
        <div class="choices">
            <button type="button" class="button quiet needs-program" on:click=turn>
                {words}
            </button>
            <button
                type="button"
                class="button danger needs-program"
                aria-haspopup="dialog"
                on:click=delete
            >
                {td_string!(locale, people.delete.open)}
            </button>
        </div>
    }
    .into_any()
}
