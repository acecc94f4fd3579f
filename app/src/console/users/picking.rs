//! Ticking rows, to do the same for several people. Another list begins with nobody ticked.

use leptos::prelude::*;

use super::Asked;
use super::room::Room;
use crate::i18n::{td_string, use_locale};
use crate::wire::{User, UserView};

/// Whether people of this view can be ticked: for whoever is deleted there is only the way back.
pub(super) fn is_offered(asked: Asked) -> bool {
    asked.view() != UserView::Deleted
}

/// Forgets who was ticked when another part of the list is asked for.
pub(super) fn forget_with_list(room: Room) {
    Effect::new(move |before: Option<_>| {
        let query = room.asked.query.get();
        if before.is_some_and(|before| before != query) {
            room.picked.set(Vec::new());
        }
        query
    });
}

/// The box of one row.
#[component]
pub(super) fn Pick(room: Room, user: User) -> impl IntoView {
    let locale = use_locale();
    let id = StoredValue::new(user.id);
    let is_picked = move || id.with_value(|id| room.picked.with(|picked| picked.contains(id)));
    let turn = move |on: bool| {
        let id = id.get_value();
        room.picked.update(|picked| {
            picked.retain(|other| *other != id);
            if on {
                picked.push(id);
            }
        });
    };
    view! {
        <label class="tick">
            <input
                type="checkbox"
                aria-label=td_string!(locale, people.pick, name = user.name)
                prop:checked=is_picked
                on:change:target=move |event| turn(event.target().checked())
            />
        </label>
    }
    .into_any()
}

/// The box of all rows of the page. Where rows are two lines it stands above them, so there are two of it, and the
/// style sheet shows one.
#[component]
pub(super) fn PickPage(
    room: Room,
    users: Memo<Vec<User>>,
    /// Whether its words stand beside it.
    #[prop(optional)]
    in_words: bool,
) -> impl IntoView {
    let locale = use_locale();
    let words = td_string!(locale, people.pick_page);
    let are_all = Memo::new(move |_| {
        room.picked.with(|picked| {
            users.with(|users| {
                !users.is_empty() && users.iter().all(|user| picked.contains(&user.id))
            })
        })
    });
    let turn = move |on: bool| {
        let ids = users.with_untracked(|users| users.iter().map(|user| user.id.clone()).collect());
        room.picked.set(if on { ids } else { Vec::new() });
    };
    view! {
        <label class="tick">
            <input
                type="checkbox"
                aria-label=(!in_words).then_some(words)
                prop:checked=move || are_all.get()
                on:change:target=move |event| turn(event.target().checked())
            />
            {in_words.then_some(words)}
        </label>
    }
    .into_any()
}
