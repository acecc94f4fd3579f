//! Changes of a company's policy in the reader's words.

use std::time::Duration;

use app::{
    i18n::{Locale, day_of, td_string},
    wire::{Method, Strict, TwoFactorMode},
};
use jiff::tz::TimeZone;

use crate::{clock::Moment, domain::policy::Change};

/// What was decided, and how it was and is.
pub(super) fn policy_fact(l: Locale, change: &Change, zone: &TimeZone) -> (String, String) {
    let (what, before, after) = match change {
        Change::Mode(a, b) => (td_string!(l, mail.policy_mode), mode(l, *a), mode(l, *b)),
        Change::From(a, b) => (
            td_string!(l, mail.policy_from),
            from(l, *a, zone),
            from(l, *b, zone),
        ),
        Change::Methods(a, b) => (td_string!(l, mail.policy_ways), ways(l, a), ways(l, b)),
        Change::TrustDays(a, b) => (td_string!(l, mail.policy_trust), days(l, a), days(l, b)),
        Change::Strict(a, b) => (
            td_string!(l, mail.policy_strict),
            strict(l, *a),
            strict(l, *b),
        ),
        Change::AdminCode(a, b) => (
            td_string!(l, mail.policy_admin_code),
            minutes(l, *a),
            minutes(l, *b),
        ),
    };
    (what.to_owned(), format!("{before} → {after}"))
}

fn mode(l: Locale, mode: TwoFactorMode) -> String {
    let word = match mode {
        TwoFactorMode::Off => td_string!(l, mail.policy_off),
        TwoFactorMode::Optional => td_string!(l, mail.policy_optional),
        TwoFactorMode::Required => td_string!(l, mail.policy_required),
    };
    word.to_owned()
}

fn from(l: Locale, from: Option<Moment>, zone: &TimeZone) -> String {
    match from {
        None => td_string!(l, mail.policy_at_once).to_owned(),
        Some(from) => {
            let stamp = from.rfc3339(zone);
            format!(
                "{} {}",
                day_of(l, &stamp),
                stamp.get(..4).unwrap_or_default()
            )
        }
    }
}

fn ways(l: Locale, methods: &[Method]) -> String {
    let words = methods.iter().map(|method| match method {
        Method::Email => td_string!(l, mail.policy_email),
        Method::App => td_string!(l, mail.policy_app),
        Method::BackupCode => td_string!(l, mail.policy_backup_code),
    });
    words.collect::<Vec<_>>().join(", ")
}

fn days(l: Locale, days: &[u16]) -> String {
    if days.is_empty() {
        return td_string!(l, mail.policy_off).to_owned();
    }
    let days: Vec<String> = days.iter().map(u16::to_string).collect();
    td_string!(l, mail.policy_days, days = days.join(", "))
}

fn strict(l: Locale, strict: Strict) -> String {
    let word = match strict {
        Strict::Nobody => td_string!(l, mail.policy_nobody),
        Strict::Admins => td_string!(l, mail.policy_admins),
        Strict::Everyone => td_string!(l, mail.policy_everyone),
    };
    word.to_owned()
}

fn minutes(l: Locale, life: Duration) -> String {
    td_string!(l, mail.policy_minutes, minutes = life.as_secs() / 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_told_in_the_language_of_the_reader() {
        let zone = TimeZone::get("Europe/Berlin").expect("bundled");
        let told = |l, change: Change| {
            let (what, how) = policy_fact(l, &change, &zone);
            format!("{what}: {how}")
        };
        for (change, english, german) in [
            (
                Change::Mode(TwoFactorMode::Required, TwoFactorMode::Off),
                "Two-factor authentication: Required → Off",
                "Zwei-Faktor-Authentifizierung: Pflicht → Aus",
            ),
            (
                Change::From(None, Some(Moment(1_772_319_600_000))),
                "Required from: At once → 1 March 2026",
                "Pflicht ab: Sofort → 1. März 2026",
            ),
            (
                Change::Methods(vec![Method::App], vec![Method::Email, Method::App]),
                "Allowed ways: Authenticator app → E-mail, Authenticator app",
                "Erlaubte Wege: Authenticator-App → E-Mail, Authenticator-App",
            ),
            (
                Change::TrustDays(vec![], vec![14, 30]),
                "Don't ask again: Off → 14, 30 days",
                "Nicht erneut fragen: Aus → 14, 30 Tage",
            ),
            (
                Change::Strict(Strict::Everyone, Strict::Admins),
                "Strict mode: Everyone → Administrators",
                "Strenger Modus: Alle → Administration",
            ),
            (
                Change::AdminCode(Duration::from_mins(15), Duration::from_mins(60)),
                "Backup code from an administrator: 15 minutes → 60 minutes",
                "Backup-Code von der Administration: 15 Minuten → 60 Minuten",
            ),
        ] {
            assert_eq!(told(Locale::en, change.clone()), english);
            assert_eq!(told(Locale::de, change), german);
        }
    }
}
