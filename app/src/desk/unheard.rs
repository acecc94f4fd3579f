//! The reminder that callers need to hear the agent: beside the status as long as they would not, and in front of
//! everything when something was refused for it. What can be done about it is the microphone's to say.

use leptos::prelude::*;

use crate::i18n::{td_string, use_locale};
use crate::microphone::{Hearing, Microphone, MicrophoneCure};
use crate::ui::Dialog;

/// Whether somebody is to be reminded. Copies are the same reminder.
#[derive(Clone, Copy)]
pub(super) struct Unheard {
    /// Whether callers would not hear the person, who takes calls in this browser.
    pub(super) now: Memo<bool>,
    /// Whether something was refused for it, and the person has not put that away.
    refused: RwSignal<bool>,
    /// How often they were reminded of it beside something that was done.
    times: RwSignal<u32>,
}

impl Unheard {
    pub(super) fn new(now: Memo<bool>) -> Self {
        let refused = RwSignal::new(false);
        Effect::new(move |_| {
            if !now.get() {
                refused.set(false);
            }
        });
        Self {
            now,
            refused,
            times: RwSignal::new(0),
        }
    }

    /// Something was refused for want of a microphone.
    pub(super) fn refuse(self) {
        self.refused.set(true);
    }

    /// Something was done that needs none: says so again where somebody should have one.
    pub(super) fn remind(self) {
        if self.now.get_untracked() {
            self.times.update(|times| *times += 1);
        }
    }
}

/// The reason beside the status.
#[component]
pub(super) fn Reminder(unheard: Unheard) -> impl IntoView {
    let locale = use_locale();
    let hearing = Microphone::of_document().hearing;
    // Until the browser has said something nobody is alarmed.
    let shown = Memo::new(move |_| unheard.now.get() && hearing.get() != Hearing::Unknown);
    let said = move || {
        unheard.times.track();
        view! {
            <p role="alert"><strong>{td_string!(locale, desk.unheard.title)}</strong></p>
        }
    };
    view! {
        {move || (shown.get() && !unheard.refused.get()).then(|| view! {
            <div class="unheard">
                {said}
                <MicrophoneCure/>
            </div>
        })}
        <Dialog
            id="unheard"
            title=Signal::derive(move || td_string!(locale, desk.unheard.title).to_owned())
            open=unheard.refused
        >
            <p>{td_string!(locale, desk.unheard.refused)}</p>
            <MicrophoneCure/>
            <p class="choices">
                <button type="button" class="button quiet" on:click=move |_| unheard.refused.set(false)>
                    {td_string!(locale, desk.unheard.later)}
                </button>
            </p>
        </Dialog>
    }
    .into_any()
}
