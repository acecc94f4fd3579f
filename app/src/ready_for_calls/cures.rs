//! What to do about each thing that is the matter, and one button where one helps.

use leptos::prelude::*;

use super::lamps::{Fault, Lamp};
use crate::context::reload;
use crate::i18n::{Locale, td_string, use_locale};
use crate::microphone::{Hearing, MicrophoneCure, Sound, TestTone};
use crate::phone::Stage;
use crate::ui::Help;
use crate::wire::HelpContact;

/// What the desk can do about the phone; called inside a click.
#[derive(Clone, Copy)]
pub(super) struct Cures {
    /// Opens the window in which one signs in at Amazon Connect.
    pub(super) open_window: Option<Callback<()>>,
    /// Has the phone's frame ask for its cookies.
    pub(super) let_cookies: Option<Callback<()>>,
}

/// Cures for everything that is the matter, in the order of the lamps.
#[component]
pub(super) fn Cure(
    all: Memo<Vec<Lamp>>,
    alias: String,
    cures: Cures,
    #[prop(optional_no_strip)] help: Option<HelpContact>,
) -> impl IntoView {
    let locale = use_locale();
    let faults = Memo::new(move |_| all.with(|all| faults(all)));
    let help = StoredValue::new(help);
    let alias = StoredValue::new(alias);
    let row = move |fault: Fault| {
        let contact = help.get_value().filter(|_| needs_somebody(&fault));
        view! {
            <li>
                {match &fault {
                    Fault::Microphone(_) => view! { <MicrophoneCure/> }.into_any(),
                    _ => view! {
                        <p role="status">{text(locale, &fault)}</p>
                        {button(locale, &fault, &alias.read_value(), cures)}
                    }
                    .into_any(),
                }}
                {contact.map(|help| view! { <Help help/> })}
            </li>
        }
    };
    view! {
        <ul class="cures">
            <For each=move || faults.get() key=kind children=row/>
        </ul>
    }
    .into_any()
}

fn faults(all: &[Lamp]) -> Vec<Fault> {
    all.iter().filter_map(|lamp| lamp.fault.clone()).collect()
}

/// The same entry while only the microphone's trouble changes: what has the focus there keeps it.
fn kind(fault: &Fault) -> Fault {
    match fault {
        Fault::Microphone(hearing) if *hearing != Hearing::BlockedByUs => {
            Fault::Microphone(Hearing::Unknown)
        }
        _ => fault.clone(),
    }
}

/// Whether it takes an administrator.
fn needs_somebody(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::NoList
            | Fault::SomebodyElse { .. }
            | Fault::Phone(Stage::Refused | Stage::AccessDenied)
            | Fault::PhoneCookies
            | Fault::Trouble(_)
            | Fault::PerhapsCookies
            | Fault::Microphone(Hearing::BlockedByUs)
    )
}

fn text(locale: Locale, fault: &Fault) -> String {
    let text = match fault {
        Fault::SignedOut => td_string!(locale, ready_calls.cure.account),
        Fault::SomebodyElse { there, here } => {
            return td_string!(
                locale,
                ready_calls.cure.somebody_else,
                there = there,
                here = here
            );
        }
        Fault::Phone(stage) => match stage {
            Stage::Absent => td_string!(locale, ready_calls.cure.phone_start),
            Stage::Unloaded => td_string!(locale, ready_calls.cure.phone_unloaded),
            Stage::SignedOut => td_string!(locale, ready_calls.cure.phone_sign_in),
            Stage::Ended => td_string!(locale, ready_calls.cure.phone_ended),
            Stage::Refused => td_string!(locale, ready_calls.cure.phone_refused),
            Stage::AccessDenied => td_string!(locale, ready_calls.cure.phone_denied),
            _ => td_string!(locale, ready_calls.cure.phone_silent),
        },
        Fault::Trouble(trouble) => return trouble.words(locale),
        Fault::OwnCookies => td_string!(locale, ready_calls.cure.cookies_own),
        Fault::PhoneCookies => td_string!(locale, ready_calls.cure.cookies_phone),
        Fault::PerhapsCookies => td_string!(locale, ready_calls.cure.cookies_perhaps),
        Fault::Sound(Sound::NoSpeaker) => td_string!(locale, ready_calls.cure.sound_no_speaker),
        Fault::Sound(Sound::NotHeard) => td_string!(locale, ready_calls.cure.sound_not_heard),
        Fault::Sound(_) => td_string!(locale, ready_calls.cure.sound_click),
        // It has a cure of its own.
        Fault::Microphone(_) => "",
        Fault::Offline => td_string!(locale, ready_calls.cure.network_offline),
        Fault::NoAnswer => td_string!(locale, ready_calls.cure.network_no_answer),
        Fault::NoList => td_string!(locale, ready_calls.cure.list),
    };
    text.to_owned()
}

/// The one thing that a click can do about it.
fn button(locale: Locale, fault: &Fault, alias: &str, cures: Cures) -> Option<AnyView> {
    let press = |words: &'static str, what: Callback<()>| {
        view! {
            <button type="button" class="button quiet" on:click=move |_| what.run(())>
                {words}
            </button>
        }
        .into_any()
    };
    let anew = || {
        let again = Callback::new(|()| reload());
        press(
            td_string!(locale, ready_calls.cure.phone_reload_button),
            again,
        )
    };
    match fault {
        Fault::SignedOut => Some(
            view! {
                <a class="button quiet" rel="external" href=format!("/{alias}")>
                    {td_string!(locale, ready_calls.cure.account_button)}
                </a>
            }
            .into_any(),
        ),
        Fault::Phone(Stage::Absent) => cures.open_window.map(|open| {
            press(
                td_string!(locale, ready_calls.cure.phone_start_button),
                open,
            )
        }),
        Fault::Phone(Stage::SignedOut | Stage::Ended | Stage::AccessDenied | Stage::Refused)
        | Fault::SomebodyElse { .. } => cures.open_window.map(|open| {
            press(
                td_string!(locale, ready_calls.cure.phone_sign_in_button),
                open,
            )
        }),
        Fault::Phone(_) | Fault::Trouble(_) => Some(anew()),
        Fault::PhoneCookies | Fault::PerhapsCookies => cures
            .let_cookies
            .map(|ask| press(td_string!(locale, phone.cookies.ask), ask)),
        Fault::Sound(Sound::Blocked | Sound::NotHeard) => Some(view! { <TestTone/> }.into_any()),
        _ => None,
    }
}
