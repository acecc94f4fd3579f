//! The panel beside the list: whatever the address says is open there.

mod account;
mod card;
mod history;
mod invitation;

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use self::card::PersonCard;
use super::add::AddPeoplePage;
use super::edit::EditPerson;
use super::focus_on;
use super::joining::Joining;
use super::new::NewPerson;
use super::room::Room;
use super::row::row_id;
use crate::console::address::Beside;
use crate::i18n::{td_string, use_locale};

#[component]
pub(super) fn Panel(room: Room) -> impl IntoView {
    let locale = use_locale();
    let asked = room.asked;
    let close = move || asked.list(|_| {});
    let escape = move |event: ev::KeyboardEvent| {
        // What was typed in a form is not thrown away by one key.
        let is_read = asked
            .beside
            .with_untracked(|beside| matches!(beside, Beside::Person(_)));
        if is_read && event.key() == "Escape" && !event.default_prevented() && !in_dialog(&event) {
            room.go(untrack(close));
        }
    };
    return_focus(room);
    // Whoever begins to type has read what was said.
    Effect::new(move || {
        if asked
            .beside
            .with(|beside| matches!(beside, Beside::New | Beside::Add | Beside::Edit(_)))
        {
            room.said.set(None);
        }
    });
    move || {
        let label = match asked.beside.get() {
            Beside::Nothing => return None,
            Beside::New => td_string!(locale, people.new.open),
            Beside::Add => td_string!(locale, people.add.open),
            Beside::Joining => td_string!(locale, amazon.join.title),
            Beside::Person(_) | Beside::Edit(_) => td_string!(locale, console.person.label),
        };
        let content = match asked.beside.get_untracked() {
            Beside::Nothing => return None,
            Beside::New => view! { <NewPerson room/> }.into_any(),
            Beside::Add => view! { <AddPeoplePage room/> }.into_any(),
            Beside::Joining => view! { <Joining room/> }.into_any(),
            Beside::Person(id) => view! { <PersonCard room id/> }.into_any(),
            Beside::Edit(id) => view! { <EditPerson room id/> }.into_any(),
        };
        Some(view! {
            <aside class="panel" aria-label=label on:keydown=escape>
                <a class="button text close" href=close data-noscroll=true>
                    {td_string!(locale, console.person.close)}
                </a>
                {content}
            </aside>
        })
    }
}

/// Keys pressed in the dialog belong to the dialog.
fn in_dialog(event: &ev::KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| {
        target
            .closest("dialog")
            .is_ok_and(|dialog| dialog.is_some())
    })
}

/// When the panel closes, focus goes back to the row, or to what opened it.
fn return_focus(room: Room) {
    Effect::new(move |before: Option<Beside>| {
        let now = room.asked.beside.get();
        if let (Some(before), Beside::Nothing) = (before, &now) {
            match before {
                Beside::Nothing => {}
                Beside::New => focus_on(".head .primary"),
                Beside::Add => focus_on(".head .quiet"),
                Beside::Joining => focus_on(".joining a"),
                Beside::Person(id) | Beside::Edit(id) => {
                    // Somebody who was deleted has no row any more.
                    focus_on(&format!("[id='{}']", row_id(&id)));
                }
            }
        }
        now
    });
}
