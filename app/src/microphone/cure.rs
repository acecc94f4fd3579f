//! What is the matter with the microphone, what to do, and one button where one exists.

use leptos::prelude::*;

use super::{
    Hearing, Microphone,
    drawing::drawing,
    here::{Browser, System},
};
use crate::i18n::{Locale, td_string, use_locale};
use crate::ui::{Button, ButtonKind};

/// What an administrator finds in the guide for operators.
const REFERENCE: &str = "microphone-policy";

/// Says how the microphone stands, and helps. Good for every state, the good one too.
#[component]
pub(crate) fn MicrophoneCure() -> impl IntoView {
    let locale = use_locale();
    let microphone = Microphone::of_document();
    let hearing = microphone.shown();
    view! {
        <div class="microphone-cure" class:good=move || hearing.get().is_good()>
            <div class="words">
                // Read out when it changes.
                <div role="status">
                    {move || words(locale, hearing.get(), microphone.name.get())}
                </div>
                {move || remedy(locale, microphone, hearing.get())}
            </div>
            {move || drawing(locale, hearing.get(), here().0)}
        </div>
    }
    .into_any()
}

/// As [`MicrophoneCure`] in a line or two, where little room is: what happened, what to do, and the one button. Read out
/// by neither: whoever shows it says when.
#[component]
pub(crate) fn MicrophoneReason() -> impl IntoView {
    let locale = use_locale();
    let microphone = Microphone::of_document();
    let hearing = microphone.shown();
    let said = move || {
        let hearing = hearing.get();
        // Until it was asked for there is no more reason than the title beside it.
        let what = (hearing != Hearing::NotAsked).then(|| what(locale, hearing));
        let reference = (hearing == Hearing::BlockedByUs).then(|| REFERENCE.to_owned());
        let parts = [what, cure(locale, hearing, None), reference];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    view! {
        <p>{said}</p>
        {move || remedy(locale, microphone, hearing.get())}
    }
    .into_any()
}

/// Where this page runs. The server never asks: it knows nothing of any microphone.
fn here() -> (Browser, System) {
    if cfg!(feature = "ssr") {
        return <_>::default();
    }
    let agent = window().navigator().user_agent().unwrap_or_default();
    (Browser::of(&agent), System::of(&agent))
}

fn words(locale: Locale, hearing: Hearing, device: Option<String>) -> impl IntoView {
    let (what, cure) = (what(locale, hearing), cure(locale, hearing, device));
    let reference = (hearing == Hearing::BlockedByUs).then(|| {
        view! { " " <code>{REFERENCE}</code> }
    });
    let company = (hearing == Hearing::Refused).then(|| {
        view! { <p class="hint">{td_string!(locale, microphone.cure.refused_company)}</p> }
    });
    view! {
        <p>
            <strong>{what}</strong>
            " "
            {cure}
            {reference}
        </p>
        {company}
    }
}

/// What happened, in a sentence.
fn what(locale: Locale, hearing: Hearing) -> String {
    let (browser, system) = here();
    let text = match hearing {
        Hearing::Unknown => td_string!(locale, microphone.what.unknown),
        Hearing::NotAsked => td_string!(locale, microphone.what.not_asked),
        Hearing::Asking => td_string!(locale, microphone.what.asking),
        Hearing::Ignored => td_string!(locale, microphone.what.ignored),
        Hearing::Dismissed => td_string!(locale, microphone.what.dismissed),
        Hearing::Granted => td_string!(locale, microphone.what.granted),
        Hearing::Refused => td_string!(locale, microphone.what.refused),
        Hearing::BlockedBySystem => {
            return td_string!(
                locale,
                microphone.what.blocked_by_system,
                system = system
                    .name()
                    .unwrap_or(td_string!(locale, microphone.your_computer)),
                browser = browser_name(locale, browser)
            );
        }
        Hearing::BlockedByUs => td_string!(locale, microphone.what.blocked_by_us),
        Hearing::NoDevice => td_string!(locale, microphone.what.no_device),
        Hearing::InUse => td_string!(locale, microphone.what.in_use),
        Hearing::Lost => td_string!(locale, microphone.what.lost),
        Hearing::InsecurePage => td_string!(locale, microphone.what.insecure_page),
        Hearing::Unsupported => td_string!(locale, microphone.what.unsupported),
    };
    text.to_owned()
}

/// What to do about it, in a sentence or two.
fn cure(locale: Locale, hearing: Hearing, device: Option<String>) -> Option<String> {
    let (browser, system) = here();
    let text = match hearing {
        Hearing::Unknown => return None,
        Hearing::NotAsked => td_string!(locale, microphone.cure.not_asked),
        Hearing::Asking => td_string!(locale, microphone.cure.asking),
        Hearing::Ignored => td_string!(locale, microphone.cure.ignored),
        Hearing::Dismissed => td_string!(locale, microphone.cure.dismissed),
        Hearing::Granted => {
            return device
                .map(|device| td_string!(locale, microphone.cure.in_use_now, device = device));
        }
        Hearing::Refused => match browser {
            Browser::Chrome => td_string!(locale, microphone.cure.refused_chrome),
            Browser::Edge => td_string!(locale, microphone.cure.refused_edge),
            Browser::Firefox => td_string!(locale, microphone.cure.refused_firefox),
            Browser::Safari => td_string!(locale, microphone.cure.refused_safari),
            Browser::Other => td_string!(locale, microphone.cure.refused_other),
        },
        Hearing::BlockedBySystem => {
            let browser = browser_name(locale, browser);
            return Some(match system {
                System::MacOs => td_string!(locale, microphone.cure.system_mac, browser = browser),
                System::Windows => td_string!(locale, microphone.cure.system_windows).to_owned(),
                System::Other => {
                    td_string!(locale, microphone.cure.system_other, browser = browser)
                }
            });
        }
        Hearing::BlockedByUs => td_string!(locale, microphone.cure.blocked_by_us),
        Hearing::NoDevice => td_string!(locale, microphone.cure.no_device),
        Hearing::InUse => td_string!(locale, microphone.cure.in_use),
        Hearing::Lost => td_string!(locale, microphone.cure.lost),
        Hearing::InsecurePage => td_string!(locale, microphone.cure.insecure_page),
        Hearing::Unsupported => td_string!(locale, microphone.cure.unsupported),
    };
    Some(text.to_owned())
}

fn browser_name(locale: Locale, browser: Browser) -> &'static str {
    let unknown = td_string!(locale, microphone.your_browser);
    browser.name().unwrap_or(unknown)
}

/// The one button that may help. Quiet: every page it stands on has a louder one.
fn remedy(locale: Locale, microphone: Microphone, hearing: Hearing) -> Option<AnyView> {
    let ask = move |words: &'static str| {
        let press = move |_| microphone.ask();
        view! {
            <div on:click=press>
                <Button kind=ButtonKind::Quiet kind_of="button" busy=microphone.trying>{words}</Button>
            </div>
        }
        .into_any()
    };
    match hearing {
        Hearing::NotAsked => Some(ask(td_string!(locale, microphone.allow))),
        Hearing::Ignored | Hearing::Dismissed => {
            Some(ask(td_string!(locale, microphone.ask_again)))
        }
        Hearing::Refused | Hearing::BlockedBySystem | Hearing::InUse => {
            Some(ask(td_string!(locale, microphone.try_again)))
        }
        Hearing::Lost => other_device(locale, microphone),
        Hearing::InsecurePage => secure_address(locale),
        _ => None,
    }
}

/// Goes on with what is still plugged in, if the person wants.
fn other_device(locale: Locale, microphone: Microphone) -> Option<AnyView> {
    let other = microphone.devices.get().into_iter().next()?;
    let words = td_string!(locale, microphone.use_other, device = &other.label);
    let take = move |_| microphone.choose(Some(other.id.clone()));
    let button = view! {
        <button type="button" class="button quiet" on:click=take>{words}</button>
    };
    Some(button.into_any())
}

fn secure_address(locale: Locale) -> Option<AnyView> {
    let here = window().location().href().ok()?;
    let secure = here.strip_prefix("http://")?;
    let link = view! {
        <a class="button quiet" rel="external" href=format!("https://{secure}")>
            {td_string!(locale, microphone.open_secure)}
        </a>
    };
    Some(link.into_any())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_state_has_words_of_its_own() {
        use Hearing::*;
        let all = [
            Unknown,
            NotAsked,
            Asking,
            Ignored,
            Dismissed,
            Granted,
            Refused,
            BlockedBySystem,
            BlockedByUs,
            NoDevice,
            InUse,
            Lost,
            InsecurePage,
            Unsupported,
        ];
        for locale in [Locale::en, Locale::de] {
            let said: HashSet<_> = all
                .iter()
                .map(|hearing| (what(locale, *hearing), cure(locale, *hearing, None)))
                .collect();
            assert_eq!(said.len(), all.len());
            for hearing in all {
                let quiet = matches!(hearing, Unknown | Granted);
                assert_eq!(cure(locale, hearing, None).is_none(), quiet, "{hearing:?}");
            }
        }
    }
}
