//! The reminder that callers need to hear the agent: beside the status as long as they would not, and in front of
//! everything when something was refused for it. What can be done about it is the microphone's and the phone's to say.

use leptos::prelude::*;

use crate::context::reload;
use crate::i18n::{td_string, use_locale};
use crate::microphone::{Hearing, Microphone, MicrophoneCure, MicrophoneReason};
use crate::phone::{Phone, Trouble};
use crate::ui::{Banner, BannerKind, Dialog};

/// Whether somebody is to be reminded. Copies are the same reminder.
#[derive(Clone, Copy)]
pub(super) struct Unheard {
    /// Whether callers would not hear the person, who takes calls in this browser.
    pub(super) now: Memo<bool>,
    /// Whether something was refused for it, and the person has not put that away.
    refused: RwSignal<bool>,
    /// How often they were reminded of it beside something that was done.
    times: RwSignal<u32>,
    /// The status that the desk chose because callers would not have heard the person.
    set_back: RwSignal<Option<String>>,
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
            set_back: RwSignal::new(None),
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

    /// The desk has chosen this status for the person.
    pub(super) fn is_set_back(self, status: String) {
        // The page may be gone by now.
        let _ = self.set_back.try_set(Some(status));
    }

    /// The person chooses for themselves again.
    pub(super) fn forget_set_back(self) {
        self.set_back.set(None);
    }
}

/// The reason beside the status, and what helps.
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
    let set_back = move || {
        let status = unheard.set_back.get()?;
        Some(view! {
            <Banner kind=BannerKind::Warning>
                <p>{td_string!(locale, desk.unheard.set_back, status = status)}</p>
            </Banner>
        })
    };
    view! {
        {set_back}
        {move || (shown.get() && !unheard.refused.get()).then(|| view! {
            // *Ready for calls* says more, and may be closed.
            <div class="unheard">{said} <Why short=true/></div>
        })}
        <Dialog
            id="unheard"
            title=Signal::derive(move || td_string!(locale, desk.unheard.title).to_owned())
            open=unheard.refused
        >
            <p>{td_string!(locale, desk.unheard.refused)}</p>
            <Why/>
            <p class="choices">
                <button type="button" class="button quiet" on:click=move |_| unheard.refused.set(false)>
                    {td_string!(locale, desk.unheard.later)}
                </button>
            </p>
        </Dialog>
    }
    .into_any()
}

/// Why nobody would be heard, and the one thing that helps.
#[component]
fn Why(#[prop(optional)] short: bool) -> impl IntoView {
    let phone = Phone::of_document();
    let hearing = Microphone::of_document().hearing;
    // Where there is a microphone, it is the phone itself that got none.
    let trouble = Memo::new(move |_| phone.trouble.get().filter(|_| hearing.get().is_good()));
    move || match trouble.get() {
        Some(trouble) => view! { <OfPhone trouble/> }.into_any(),
        None if short => view! { <MicrophoneReason/> }.into_any(),
        None => view! { <MicrophoneCure/> }.into_any(),
    }
}

#[component]
fn OfPhone(trouble: Trouble) -> impl IntoView {
    let locale = use_locale();
    view! {
        <p>{trouble.words(locale)}</p>
        <button type="button" class="button quiet" on:click=move |_| reload()>
            {td_string!(locale, ready_calls.cure.phone_reload_button)}
        </button>
    }
    .into_any()
}
