//! The bar with what can be done to everybody who is ticked.

use leptos::prelude::*;

use super::help::Help;
use super::room::{Act, Doing, Room, Whom};
use super::{picking, wording};
use crate::i18n::{td_string, use_locale};
use crate::wire::BulkKind;

/// In the order in which they are needed in the morning; what cannot be undone comes last.
const KINDS: [BulkKind; 6] = [
    BulkKind::Unlock,
    BulkKind::Invite,
    BulkKind::AssignList,
    BulkKind::EndSessions,
    BulkKind::Enable,
    BulkKind::Disable,
];

/// The most people that the server does something to at once.
pub(super) const MOST: usize = 500;

#[component]
pub(super) fn BulkBar(room: Room) -> impl IntoView {
    let locale = use_locale();
    let count = Memo::new(move |_| room.picked.with(Vec::len));
    let shown = Memo::new(move |_| count.get() > 0 && picking::is_offered(room.asked));
    let said = move || {
        (count.get() > 0).then(|| {
            let who = wording::people(locale, count.get() as u64);
            td_string!(locale, people.bulk.picked, who = who)
        })
    };
    view! {
        // Read out also when the bar appears with it.
        <p class="unseen" role="status">{said}</p>
        {move || shown.get().then(|| view! {
            <section class="bulk" aria-label=td_string!(locale, people.bulk.label)>
                <p aria-hidden="true">{said}</p>
                <div class="kinds">
                    {KINDS.map(|kind| view! { <KindButton room kind/> }).collect_view()}
                </div>
                <button
                    type="button"
                    class="button text"
                    on:click=move |_| room.picked.set(Vec::new())
                >
                    {td_string!(locale, people.bulk.clear)}
                </button>
            </section>
        })}
    }
    .into_any()
}

#[component]
fn KindButton(room: Room, kind: BulkKind) -> impl IntoView {
    let locale = use_locale();
    let begin = move |_| {
        let mut ids = room.picked.get_untracked();
        ids.truncate(MOST);
        room.begin(match kind {
            BulkKind::Unlock => Doing::Help(Help::Unlock, Whom::Many(ids)),
            BulkKind::Disable => Doing::Help(Help::Disable, Whom::Many(ids)),
            BulkKind::AssignList => Doing::Assign(Whom::Many(ids)),
            BulkKind::Invite | BulkKind::EndSessions | BulkKind::Enable => {
                Doing::Sure(Act::Bulk(kind, ids))
            }
        });
    };
    view! {
        <button type="button" class="button quiet" aria-haspopup="dialog" on:click=begin>
            {wording::bulk(locale, kind)}
        </button>
    }
}
