//! The six-digit code of an e-mail: how a typed one is read, how often one is sent, and what wrong
//! ones cost (seed 002, SECURITY 1 and 10). Making, hashing and comparing codes is not done here.

use std::time::Duration;

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use crate::clock::Moment;

/// How long a mailed code can be used.
pub const LIFE: Duration = Duration::from_secs(5 * 60);
/// The least time between two mails.
pub const RESEND_AFTER: Duration = Duration::from_secs(60);
/// Mails within [`MAIL_WINDOW`], over all attempts of an account.
pub const MAILS_PER_WINDOW: usize = 5;
pub const MAIL_WINDOW: Duration = Duration::from_secs(60 * 60);
/// The wrong code that locks the account.
pub const LOCKED_AT: u8 = 5;
/// The first wrong code that is answered with how many are left.
pub const WARNED_FROM: u8 = 3;

/// What somebody typed or pasted into the code field, without what only separates or decorates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypedCode {
    /// Decimal digits of whatever script, as ASCII.
    Digits(String),
    /// Anything else: ASCII letters in capitals, the rest as typed.
    Letters(String),
    /// Nothing is left.
    Empty,
}

impl TypedCode {
    /// Reads a code as people type and paste it: `123 456`, `123-456`, `１２３４５６`, `١٢٣٤٥٦`.
    #[must_use]
    pub fn read(typed: &str) -> Self {
        let kept: String = typed
            .nfkc()
            .filter(|&c| !separates(c))
            .map(|c| ascii_digit(c).unwrap_or(c.to_ascii_uppercase()))
            .collect();
        if kept.is_empty() {
            Self::Empty
        } else if kept.bytes().all(|b| b.is_ascii_digit()) {
            Self::Digits(kept)
        } else {
            Self::Letters(kept)
        }
    }
}

/// Spaces, hyphens and dots, and the invisible marks that come along when text is copied.
fn separates(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '.' | '·' | '•' | '\u{2212}')
        || matches!(
            c.general_category(),
            GeneralCategory::DashPunctuation | GeneralCategory::Format | GeneralCategory::Control
        )
}

/// The ASCII digit of the same value.
///
/// Unicode encodes the decimal digits (category Nd) of every script in unbroken runs from zero to
/// nine (UAX 44, "Numeric_Type"), so a digit's value is its distance from the start of its run.
fn ascii_digit(c: char) -> Option<char> {
    let is_digit = |c: char| c.general_category() == GeneralCategory::DecimalNumber;
    if c.is_ascii() || !is_digit(c) {
        return None;
    }
    let before = (0..u32::from(c))
        .rev()
        .map_while(char::from_u32)
        .take_while(|&c| is_digit(c))
        .count();
    char::from_digit(u32::try_from(before % 10).ok()?, 10)
}

/// An e-mail address as it is shown to somebody who has proven only a password:
/// `a•••@acme.example`. Its first letter, and its whole domain so that people know which mailbox.
#[must_use]
pub fn masked(email: &str) -> String {
    let (person, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let first: String = person.chars().take(1).collect();
    if domain.is_empty() {
        format!("{first}•••")
    } else {
        format!("{first}•••@{domain}")
    }
}

/// How long until another mail may be asked for; zero when it may be asked for now.
///
/// `sent` are the account's mails of the last hour, newest first; older ones at its end do no harm.
#[must_use]
pub fn resend_after(now: Moment, sent: &[Moment]) -> Duration {
    let until = |sent: Option<&Moment>, pause| {
        sent.map_or(Duration::ZERO, |sent| sent.plus(pause).since(now))
    };
    let since_newest = until(sent.first(), RESEND_AFTER);
    // With five mails out, the next follows when the fifth newest is no longer within the hour.
    let since_fifth = until(sent.get(MAILS_PER_WINDOW - 1), MAIL_WINDOW);
    since_newest.max(since_fifth)
}

/// Wrong codes that are left before the account is locked.
#[must_use]
pub fn attempts_left(failures: u32) -> u8 {
    LOCKED_AT.saturating_sub(u8::try_from(failures).unwrap_or(u8::MAX))
}

/// How many are left, once they are few enough to warn.
#[must_use]
pub fn warned(failures: u32) -> Option<u8> {
    (failures >= u32::from(WARNED_FROM)).then(|| attempts_left(failures))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_and_paste_it() {
        let digits = [
            "123456",
            " 123 456 ",
            "123-456",
            "123\u{2011}456",
            "123–456",
            "123.456",
            "12·34·56",
            "123\u{a0}456\n",
            "\u{200e}123456\u{200f}",
            "\u{feff}123\u{200b}456",
            "１２３ ４５６",
            "１２３．４５６",
            "١٢٣٤٥٦",
            "۱۲۳۴۵۶",
            "१२३४५६",
            "𝟏𝟐𝟑𝟒𝟓𝟔",
            "①②③④⑤⑥",
        ];
        for typed in digits {
            assert_eq!(
                TypedCode::read(typed),
                TypedCode::Digits("123456".into()),
                "{typed:?}"
            );
        }
        for typed in ["", "   ", "- - .", "\u{200b}"] {
            assert_eq!(TypedCode::read(typed), TypedCode::Empty, "{typed:?}");
        }
        let letters = [
            ("ab12-cd34", "AB12CD34"),
            ("12345o", "12345O"),
            ("123,456", "123,456"),
        ];
        for (typed, read) in letters {
            assert_eq!(
                TypedCode::read(typed),
                TypedCode::Letters(read.into()),
                "{typed:?}"
            );
        }
        assert_eq!(
            TypedCode::read("012345"),
            TypedCode::Digits("012345".into())
        );
    }

    #[test]
    fn digits_of_every_script_come_in_runs_of_ten() {
        let mut run = 0;
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            if c.general_category() == GeneralCategory::DecimalNumber {
                if !c.is_ascii() {
                    assert_eq!(ascii_digit(c), char::from_digit(run % 10, 10), "{c}");
                }
                run += 1;
            } else {
                assert_eq!(run % 10, 0, "before {c:?}");
                run = 0;
            }
        }
    }

    #[test]
    fn an_address_shows_its_first_letter_and_its_domain() {
        let table = [
            ("anna@acme.example", "a•••@acme.example"),
            ("b@acme.example", "b•••@acme.example"),
            ("ümit@acme.example", "ü•••@acme.example"),
            ("\"odd@local\"@acme.example", "\"•••@acme.example"),
            ("no-address", "n•••"),
            ("", "•••"),
        ];
        for (email, shown) in table {
            assert_eq!(masked(email), shown);
        }
    }

    #[test]
    fn the_next_mail_waits_a_minute_and_the_sixth_for_the_hour() {
        let minutes_ago = |list: &[i64]| -> Vec<Moment> {
            list.iter()
                .map(|minutes| Moment(10_000_000 - minutes * 60_000))
                .collect()
        };
        let now = Moment(10_000_000);
        let table: [(&[i64], u64); 8] = [
            (&[], 0),
            (&[0], 60),
            (&[1], 0),
            (&[2, 10, 20, 30], 0),
            (&[2, 10, 20, 50], 0),
            (&[2, 10, 20, 30, 50], 600),
            (&[0, 10, 20, 30, 60], 60),
            (&[2, 10, 20, 30, 59, 70], 60),
        ];
        for (sent, seconds) in table {
            let wait = resend_after(now, &minutes_ago(sent));
            assert_eq!(wait, Duration::from_secs(seconds), "{sent:?}");
        }
    }

    #[test]
    fn warnings_come_at_three_and_four_and_the_lock_at_five() {
        let table = [
            (0, 5, None),
            (1, 4, None),
            (2, 3, None),
            (3, 2, Some(2)),
            (4, 1, Some(1)),
            (5, 0, Some(0)),
            (6, 0, Some(0)),
            (u32::MAX, 0, Some(0)),
        ];
        for (failures, left, warning) in table {
            assert_eq!(attempts_left(failures), left, "{failures}");
            assert_eq!(warned(failures), warning, "{failures}");
        }
    }
}
