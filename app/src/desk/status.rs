//! *Agent Status*: what the agent does now and since when, and what they can choose, wherever their statuses come
//! from: Amazon Connect or the company's list.

use leptos::prelude::*;

use super::clock::{lasting, passing};
use crate::i18n::{Locale, td_string, use_locale};
use crate::wire::{PresenceKind, PresenceReason};

/// A person's status as it is shown. Copies are the same status.
#[derive(Clone, Copy)]
pub(super) struct Status {
    /// Absent while nothing is known of it.
    pub(super) now: Signal<Option<Now>>,
    /// All that can be chosen, in order.
    pub(super) choices: Signal<Vec<PresenceReason>>,
    /// The id of the choice that is on its way.
    pub(super) choosing: Signal<Option<String>>,
    /// What comes once the call is over.
    pub(super) next: Signal<Option<String>>,
    pub(super) choose: Callback<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Now {
    /// Which of the choices it is; some statuses are none of them.
    pub(super) id: Option<String>,
    pub(super) name: String,
    pub(super) kind: PresenceKind,
    /// Whole seconds that it had lasted when that was told.
    pub(super) seconds: u32,
    /// Tells it from another one of the same name.
    pub(super) since: String,
}

/// The status, large, and its time.
#[component]
pub(super) fn NowShown(status: Status) -> impl IntoView {
    let locale = use_locale();
    let what = Memo::new(move |_| {
        status
            .now
            .with(|it| it.as_ref().map(|it| (it.name.clone(), it.kind)))
    });
    let told = Memo::new(move |_| {
        let now = status.now.get();
        now.map(|now| (now.seconds, now.since)).unwrap_or_default()
    });
    let lasted = passing(told);
    let next = move || {
        let next = status.next.get()?;
        Some(view! { <p class="next">{td_string!(locale, desk.next, status = next)}</p> })
    };
    view! {
        <div class="now">
            // Read out when it changes; the seconds pass in silence.
            <p class="what" role="status">
                {move || what.get().map(|(name, kind)| view! {
                    <span class=kind_class(kind)>{name}</span>
                    " "
                    <span class="unseen">{kind_word(locale, kind)}</span>
                })}
            </p>
            {move || what.with(Option::is_some).then(|| view! {
                <p class="timer" role="timer" aria-live="off">{move || lasting(lasted.get())}</p>
            })}
            <div class="coming" role="status">{next}</div>
        </div>
    }
    .into_any()
}

/// Everything that can be chosen, and nothing else.
#[component]
pub(super) fn Choices(status: Status) -> impl IntoView {
    let locale = use_locale();
    let choice = move |choice: PresenceReason| view! { <Choice choice status/> };
    view! {
        <div class="reasons needs-program" role="group" aria-labelledby="agent-status">
            <For
                each=move || status.choices.get()
                key=|choice| (choice.id.clone(), choice.name.clone(), choice.kind)
                children=choice
            />
        </div>
        <p class="hint plain-only">{td_string!(locale, presence.desk.needs_scripts)}</p>
    }
    .into_any()
}

#[component]
fn Choice(choice: PresenceReason, status: Status) -> impl IntoView {
    let id = StoredValue::new(choice.id);
    let pressed = move || {
        let has_it = status.now.with(|now| {
            let now = now.as_ref().and_then(|now| now.id.as_deref());
            now == Some(&id.read_value())
        });
        has_it.to_string()
    };
    let busy = move || {
        let choosing = status
            .choosing
            .with(|it| it.as_deref() == Some(&id.read_value()));
        choosing.then_some("true")
    };
    view! {
        <button
            type="button"
            class=format!("reason {}", kind_class(choice.kind))
            aria-pressed=pressed
            aria-busy=busy
            on:click=move |_| status.choose.run(id.get_value())
        >
            {choice.name}
        </button>
    }
    .into_any()
}

/// What a status means, in a word.
pub(super) fn kind_word(locale: Locale, kind: PresenceKind) -> &'static str {
    match kind {
        PresenceKind::Available => td_string!(locale, presence.kind.available),
        PresenceKind::NotReady => td_string!(locale, presence.kind.not_ready),
        PresenceKind::Offline => td_string!(locale, presence.kind.offline),
    }
}

/// The style sheet's name for what a status means: its shape and its colour.
pub(super) fn kind_class(kind: PresenceKind) -> &'static str {
    match kind {
        PresenceKind::Available => "presence available",
        PresenceKind::NotReady => "presence not-ready",
        PresenceKind::Offline => "presence offline-now",
    }
}
