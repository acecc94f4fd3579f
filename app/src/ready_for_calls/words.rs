//! What lamps say.

use super::lamps::{Fault, Lamp, Light, What};
use crate::i18n::{Locale, td_string};
use crate::microphone::{Hearing, Sound};
use crate::phone::Stage;

/// All lamps in a line.
pub(super) fn summary(locale: Locale, all: &[Lamp]) -> (Light, String) {
    let faults = all.iter().filter(|it| it.fault.is_some()).count();
    let waits = all.iter().any(|it| it.light == Light::Waiting);
    match (faults, waits) {
        (0, true) => (
            Light::Waiting,
            td_string!(locale, ready_calls.looking).to_owned(),
        ),
        (0, false) => (
            Light::Good,
            td_string!(locale, ready_calls.all_good).to_owned(),
        ),
        (1, _) => (
            Light::Fault,
            td_string!(locale, ready_calls.faults_one).to_owned(),
        ),
        (count, _) => (
            Light::Fault,
            td_string!(locale, ready_calls.faults_many, count = count),
        ),
    }
}

/// The style sheet's name for a lamp: its shape and its colour.
pub(super) fn light_class(light: Light) -> &'static str {
    match light {
        Light::Good => "lamp good",
        Light::Waiting => "lamp waiting",
        Light::Fault => "lamp fault",
    }
}

pub(super) fn light_word(locale: Locale, light: Light) -> &'static str {
    match light {
        Light::Good => td_string!(locale, ready_calls.light.good),
        Light::Waiting => td_string!(locale, ready_calls.light.waiting),
        Light::Fault => td_string!(locale, ready_calls.light.fault),
    }
}

pub(super) fn name(locale: Locale, what: What) -> &'static str {
    match what {
        What::Account => td_string!(locale, ready_calls.lamp.account),
        What::Window => td_string!(locale, ready_calls.lamp.window),
        What::Cookies => td_string!(locale, ready_calls.lamp.cookies),
        What::Microphone => td_string!(locale, ready_calls.lamp.microphone),
        What::Sound => td_string!(locale, ready_calls.lamp.sound),
        What::Network => td_string!(locale, ready_calls.lamp.network),
        What::List => td_string!(locale, ready_calls.lamp.list),
    }
}

/// How it stands, in a word or two.
pub(super) fn word(locale: Locale, lamp: &Lamp) -> String {
    let Some(fault) = &lamp.fault else {
        return calm_word(locale, lamp);
    };
    let text = match fault {
        Fault::SignedOut => td_string!(locale, ready_calls.word.signed_out),
        Fault::SomebodyElse { .. } => td_string!(locale, ready_calls.word.somebody_else),
        Fault::Phone(stage) => match stage {
            Stage::Absent | Stage::Unloaded => td_string!(locale, ready_calls.word.not_started),
            Stage::SignedOut | Stage::Ended => td_string!(locale, ready_calls.word.sign_in_there),
            Stage::AccessDenied => td_string!(locale, ready_calls.word.denied),
            Stage::Refused => td_string!(locale, ready_calls.word.refused),
            _ => td_string!(locale, ready_calls.word.silent),
        },
        Fault::Trouble(_) => td_string!(locale, ready_calls.word.no_sound),
        Fault::OwnCookies | Fault::PhoneCookies => td_string!(locale, ready_calls.word.blocked),
        Fault::PerhapsCookies => td_string!(locale, ready_calls.word.perhaps_blocked),
        Fault::Microphone(hearing) => match hearing {
            Hearing::NoDevice => td_string!(locale, ready_calls.word.no_device),
            Hearing::Lost => td_string!(locale, ready_calls.word.lost),
            Hearing::InUse => td_string!(locale, ready_calls.word.in_use),
            Hearing::Asking | Hearing::Ignored => td_string!(locale, ready_calls.word.asking),
            Hearing::InsecurePage | Hearing::Unsupported => {
                td_string!(locale, ready_calls.word.impossible)
            }
            Hearing::Refused | Hearing::BlockedBySystem | Hearing::BlockedByUs => {
                td_string!(locale, ready_calls.word.blocked)
            }
            _ => td_string!(locale, ready_calls.word.not_allowed),
        },
        Fault::Sound(sound) => match sound {
            Sound::NoSpeaker => td_string!(locale, ready_calls.word.no_speaker),
            Sound::NotHeard => td_string!(locale, ready_calls.word.not_heard),
            _ => td_string!(locale, ready_calls.word.needs_click),
        },
        Fault::Offline => td_string!(locale, ready_calls.word.offline),
        Fault::NoAnswer => td_string!(locale, ready_calls.word.no_answer),
        Fault::NoList => td_string!(locale, ready_calls.word.missing),
    };
    text.to_owned()
}

/// The word of a lamp that is not red.
fn calm_word(locale: Locale, lamp: &Lamp) -> String {
    if lamp.light == Light::Waiting {
        let text = match (lamp.what, lamp.time) {
            (What::Window, _) => td_string!(locale, ready_calls.word.starting),
            (_, Some(time)) => return td_string!(locale, ready_calls.word.slow, time = time),
            (_, None) => td_string!(locale, ready_calls.word.checking),
        };
        return text.to_owned();
    }
    let text = match lamp.what {
        What::Account => td_string!(locale, ready_calls.word.signed_in),
        What::Window => td_string!(locale, ready_calls.word.connected),
        What::Cookies => td_string!(locale, ready_calls.word.kept),
        What::Microphone => td_string!(locale, ready_calls.word.allowed),
        What::Sound => td_string!(locale, ready_calls.word.on),
        What::Network => {
            let time = lamp.time.unwrap_or_default();
            return td_string!(locale, ready_calls.word.milliseconds, time = time);
        }
        What::List => td_string!(locale, ready_calls.word.there),
    };
    text.to_owned()
}
