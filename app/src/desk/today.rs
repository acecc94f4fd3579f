//! What the agent did today, and where else they work.

use leptos::prelude::*;

use super::follow::AtDesk;
use super::status::{kind_class, kind_word};
use crate::i18n::{td_string, time_of, use_locale};
use crate::wire::{DeskLink, Presence};

/// Today's statuses, newest first.
#[component]
pub(super) fn Today(desk: AtDesk) -> impl IntoView {
    let locale = use_locale();
    let today = Memo::new(move |_| desk.own.with(|own| own.today.clone()));
    let row = move |status: Presence| {
        view! {
            <li>
                <time datetime=status.since.clone()>{time_of(&status.since)}</time>
                <span class=kind_class(status.kind)>{status.name}</span>
                <span class="unseen">{kind_word(locale, status.kind)}</span>
            </li>
        }
    };
    view! {
        <section class="today" aria-labelledby="today">
            <h2 id="today">{td_string!(locale, presence.desk.today)}</h2>
            {move || {
                let today = today.get();
                if today.is_empty() {
                    return view! { <p>{td_string!(locale, presence.desk.today_empty)}</p> }.into_any();
                }
                // It scrolls by itself where there is little room, so the keyboard must get there.
                view! {
                    <ol tabindex="0" aria-labelledby="today">
                        {today.into_iter().map(row).collect_view()}
                    </ol>
                }
                .into_any()
            }}
        </section>
    }
    .into_any()
}

/// The company's links; nothing without any.
#[component]
pub(super) fn Links(desk: AtDesk) -> impl IntoView {
    let locale = use_locale();
    let links = Memo::new(move |_| desk.own.with(|own| own.links.clone()));
    let link = move |link: DeskLink| {
        view! {
            <li>
                <a href=link.url target="_blank" rel="noopener external">
                    {link.name}
                    <span class="unseen">" (" {td_string!(locale, presence.desk.new_tab)} ")"</span>
                </a>
            </li>
        }
    };
    move || {
        let links = links.get();
        (!links.is_empty()).then(|| {
            view! {
                <section class="links" aria-labelledby="desk-links">
                    <h2 id="desk-links">{td_string!(locale, presence.desk.links)}</h2>
                    <ul>{links.into_iter().map(link).collect_view()}</ul>
                </section>
            }
        })
    }
}
