//! Who has set up none of the allowed ways: how many, and the first of them.

use leptos::prelude::*;

use crate::console::{address, words};
use crate::i18n::{td_string, use_locale};
use crate::wire::{NotSetUp, UserQuery};

#[component]
pub(super) fn NotReady(
    alias: StoredValue<String>,
    /// How many there are, and the first of them.
    not_ready: RwSignal<(u64, Vec<NotSetUp>)>,
) -> impl IntoView {
    let locale = use_locale();
    let how_many = move || match not_ready.with(|(count, _)| *count) {
        0 => td_string!(locale, console.policy.all_ready).to_owned(),
        1 => td_string!(locale, console.policy.not_ready_one).to_owned(),
        count => td_string!(locale, console.policy.not_ready_many, count = count),
    };
    let people = move || not_ready.with(|(_, people)| people.clone());
    let is_part = move || not_ready.with(|(count, people)| *count > people.len() as u64);
    view! {
        <section class="not-ready" aria-labelledby="not-ready">
            <h2 id="not-ready">{td_string!(locale, console.policy.not_ready)}</h2>
            <p role="status">{how_many}</p>
            <ul>
                <For each=people key=|person| person.id.clone() let:person>
                    <Person alias person/>
                </For>
            </ul>
            {move || is_part().then(|| view! {
                <p class="hint">{td_string!(locale, console.policy.only_first)}</p>
            })}
        </section>
    }
    .into_any()
}

#[component]
fn Person(alias: StoredValue<String>, person: NotSetUp) -> impl IntoView {
    let locale = use_locale();
    let NotSetUp {
        id,
        name,
        username,
        admin,
        last_sign_in_at,
    } = person;
    let href = alias.with_value(|alias| address::users(alias, Some(&id), &UserQuery::default()));
    let last = match last_sign_in_at {
        Some(stamp) => {
            let when = words::moment(locale, &stamp);
            td_string!(locale, console.policy.last_sign_in, when = when)
        }
        None => td_string!(locale, console.policy.never).to_owned(),
    };
    let role = admin.then(|| format!(" · {}", td_string!(locale, signed_in.role.admin)));
    view! {
        <li>
            <a href=href>{name}</a>
            <span class="hint">{username}{role}</span>
            <span class="hint">{last}</span>
        </li>
    }
}
