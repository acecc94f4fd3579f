//! How hard a new password is to guess, while it is typed. The server decides whether it is taken.

use leptos::prelude::*;

use crate::i18n::{Locale, td_string, use_locale};

/// What is said of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strength {
    /// Nothing is typed.
    Nothing,
    /// So many characters are missing.
    Short(usize),
    /// Long enough, but hardly anything but repetition.
    Weak,
    Good,
    Strong,
}

impl Strength {
    fn of(typed: &str, minimum: u16) -> Self {
        let length = typed.chars().count();
        let minimum = usize::from(minimum);
        if length == 0 {
            return Self::Nothing;
        }
        if length < minimum {
            return Self::Short(minimum - length);
        }
        let surprises = surprises(typed);
        match surprises {
            _ if surprises * 2 < minimum.max(8) + 2 => Self::Weak,
            _ if surprises < 16 => Self::Good,
            _ => Self::Strong,
        }
    }

    /// Of three.
    fn bars(self) -> u8 {
        match self {
            Self::Nothing | Self::Short(_) => 0,
            Self::Weak => 1,
            Self::Good => 2,
            Self::Strong => 3,
        }
    }

    fn words(self, locale: Locale) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Short(1) => td_string!(locale, signed_in.strength.one_more).to_owned(),
            Self::Short(more) => td_string!(locale, signed_in.strength.more, count = more),
            Self::Weak => td_string!(locale, signed_in.strength.weak).to_owned(),
            Self::Good => td_string!(locale, signed_in.strength.good).to_owned(),
            Self::Strong => td_string!(locale, signed_in.strength.strong).to_owned(),
        }
    }
}

/// Characters that do not follow from the one before by repeating it or counting on.
fn surprises(typed: &str) -> usize {
    let mut before = None::<u32>;
    typed
        .chars()
        .filter(|c| {
            let now = u32::from(*c);
            let expected = before.is_some_and(|before| now.abs_diff(before) <= 1);
            before = Some(now);
            !expected
        })
        .count()
}

/// Three bars and a word, under the field of a new password.
#[component]
pub fn StrengthMeter(
    #[prop(into)] password: Signal<String>,
    /// Characters at least.
    minimum: u16,
    /// For the field's `described_by`.
    id: &'static str,
) -> impl IntoView {
    let locale = use_locale();
    let strength = Memo::new(move |_| password.with(|typed| Strength::of(typed, minimum)));
    view! {
        <p class="strength needs-program" id=id>
            <span class="bars" data-bars=move || strength.get().bars().to_string() aria-hidden="true">
                <i></i>
                <i></i>
                <i></i>
            </span>
            <span role="status">{move || strength.get().words(locale)}</span>
        </p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_first_then_variety() {
        use Strength::{Good, Nothing, Short, Strong, Weak};
        let table = [
            ("", 8, Nothing),
            ("abc", 8, Short(5)),
            ("seven77", 8, Short(1)),
            ("aaaaaaaaaaaaaaa", 8, Weak),
            ("12345678", 8, Weak),
            ("abcdefghijklmnop", 15, Weak),
            ("kzmqprtv", 8, Good),
            ("nine quiet harbours", 8, Strong),
            ("nine quiet harbours", 15, Strong),
            ("ÄÖÜ ßé ñ ç ø å", 8, Good),
        ];
        for (typed, minimum, strength) in table {
            assert_eq!(Strength::of(typed, minimum), strength, "{typed:?}");
        }
    }
}
