//! What was done last, said where it covers nothing and moves nothing; with a way back where there is one.

use leptos::prelude::*;

use super::room::{Once, Room, Said};
use crate::i18n::{error_text, td_string, use_locale};

#[component]
pub(super) fn SaidNotice(room: Room) -> impl IntoView {
    let locale = use_locale();
    let words = move || {
        room.said.get().map(|said| match said {
            Said::Done(words) => words,
            Said::Deleted { name, .. } => td_string!(locale, people.delete.done, name = name),
            Said::Failed(error) => error_text(locale, &error),
        })
    };
    let failed = move || room.said.with(|said| matches!(said, Some(Said::Failed(_))));
    let undo = move || match room.said.get() {
        Some(Said::Deleted { id, name }) => Some(view! {
            <button
                type="button"
                class="button quiet"
                on:click=move |_| room.once(Once::Restore, id.clone(), name.clone())
            >
                {td_string!(locale, people.restore.open)}
            </button>
        }),
        _ => None,
    };
    let close = move || {
        room.said.with(Option::is_some).then(|| {
            view! {
                <button
                    type="button"
                    class="button text"
                    aria-label=td_string!(locale, people.close_notice)
                    on:click=move |_| room.said.set(None)
                >
                    {td_string!(locale, console.person.close)}
                </button>
            }
        })
    };
    view! {
        <div class="said-last" class:failed-last=failed>
            <p role="status">{words}</p>
            {undo}
            {close}
        </div>
    }
    .into_any()
}
