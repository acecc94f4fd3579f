//! Why something happened: what somebody wrote stays as it is, what the server noted is told in the
//! reader's words. Notes of a shape that is not known here stay as they are.

use crate::i18n::{Locale, event_group_text, event_text, td_string};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::console) enum Reason {
    /// By a person.
    Written(String),
    /// By the server.
    Noted(String),
}

pub(in crate::console) fn reason(locale: Locale, kind: &str, reason: &str) -> Reason {
    let noted = match kind {
        "company.two_factor_policy" => {
            let changes: Vec<String> = reason.split(" · ").map(|it| change(locale, it)).collect();
            changes.join("; ")
        }
        "company.settings" => {
            let changes: Vec<String> = reason.split(" · ").map(|it| setting(locale, it)).collect();
            changes.join("; ")
        }
        "sso.provider" => provider(locale, reason),
        "sso.domain" => domain(locale, reason),
        "sign_in.refused" => barred(locale, reason),
        "sign_in.password_wrong" | "phone.code_wrong" => {
            match reason.strip_prefix("unknown account ") {
                Some(mark) => td_string!(locale, console.audit.unknown_account, mark = mark),
                None => reason.to_owned(),
            }
        }
        "audit.exported" => {
            let parts: Vec<String> = reason.split(' ').map(|it| exported(locale, it)).collect();
            parts.join(", ")
        }
        "account.changed" => {
            let fields: Vec<&str> = reason.split(' ').map(|it| field(locale, it)).collect();
            fields.join(", ")
        }
        "account.unlocked"
        | "account.disabled"
        | "help.backup_code"
        | "help.two_factor_reset"
        | "help.password_reset_sent" => return Reason::Written(reason.to_owned()),
        _ => reason.to_owned(),
    };
    Reason::Noted(noted)
}

/// A change of the policy or of how people are invited, `mode optional → required`.
fn change(locale: Locale, text: &str) -> String {
    let parts = text
        .split_once(' ')
        .and_then(|(what, how)| Some((what, how.split_once(" → ")?)));
    let Some((what, (before, after))) = parts else {
        return text.to_owned();
    };
    let name = match what {
        "mode" => td_string!(locale, console.policy.mode),
        "from" => td_string!(locale, console.policy.from),
        "ways" => td_string!(locale, console.policy.ways),
        "trust" => td_string!(locale, console.policy.trust),
        "strict" => td_string!(locale, console.policy.strict),
        "admin_code" => td_string!(locale, console.policy.minutes),
        "invitation_days" => td_string!(locale, invitation.life),
        "welcome" => td_string!(locale, invitation.welcome),
        "passwords" => td_string!(locale, settings.sessions.passwords),
        _ => return text.to_owned(),
    };
    let told = |value: &str| {
        let words: Vec<&str> = value.split(' ').map(|it| term(locale, it)).collect();
        words.join(", ")
    };
    format!("{name}: {} → {}", told(before), told(after))
}

/// A part of the company's settings, with numbers where they changed: `name`, `terms 3`, `session_idle 60 → 30`.
fn setting(locale: Locale, text: &str) -> String {
    let (what, how) = text.split_once(' ').unwrap_or((text, ""));
    let name = match what {
        "name" => td_string!(locale, settings.look.name),
        "language" => td_string!(locale, settings.look.language),
        "languages" => td_string!(locale, settings.look.languages),
        "time_zone" => td_string!(locale, settings.look.time_zone),
        "brand" => td_string!(locale, settings.look.brand),
        "accent" => td_string!(locale, settings.look.accent),
        "logo" => td_string!(locale, settings.look.logo),
        "mail_sender" => td_string!(locale, settings.look.sender),
        "notice" => td_string!(locale, settings.notice.title),
        "help_name" => td_string!(locale, settings.help.contact),
        "help_phone" => td_string!(locale, settings.help.phone),
        "help_email" => td_string!(locale, settings.help.email),
        "desk_links" => td_string!(locale, settings.help.links),
        "terms" => td_string!(locale, settings.legal.terms),
        "privacy" => td_string!(locale, settings.legal.privacy),
        "session_total" => td_string!(locale, settings.sessions.total),
        "session_idle" => td_string!(locale, settings.sessions.idle),
        "amazon_connect" => td_string!(locale, amazon.title),
        "instance_alias" => td_string!(locale, amazon.instance_alias),
        "ready" => td_string!(locale, ready.title),
        "password_minimum" => td_string!(locale, settings.sessions.minimum),
        _ => return change(locale, text),
    };
    match how.split_once(" → ") {
        Some((before, after)) => {
            let told = |value: &str| match value {
                "none" => td_string!(locale, settings.sessions.usual).to_owned(),
                number => number.to_owned(),
            };
            format!("{name}: {} → {}", told(before), told(after))
        }
        None if how.is_empty() => name.to_owned(),
        None => td_string!(
            locale,
            settings.legal.version_of,
            text = name,
            version = how
        ),
    }
}

/// A word of the API in a change; days and numbers stay as they are.
fn term(locale: Locale, word: &str) -> &str {
    match word {
        "on" => td_string!(locale, sso_console.audit.on),
        "off" => td_string!(locale, console.policy.off),
        "optional" => td_string!(locale, console.policy.optional),
        "required" => td_string!(locale, console.policy.required),
        "none" => td_string!(locale, console.policy.at_once),
        "email" => td_string!(locale, console.policy.email),
        "app" => td_string!(locale, console.policy.app),
        "nobody" => td_string!(locale, console.policy.nobody),
        "admins" => td_string!(locale, console.policy.admins),
        "everyone" => td_string!(locale, console.policy.everyone),
        "link" => td_string!(locale, invitation.link),
        "temporary_password" => td_string!(locale, invitation.temporary),
        other => other,
    }
}

/// What an administrator changed about a person.
fn field(locale: Locale, name: &str) -> &str {
    match name {
        "name" => td_string!(locale, console.users.name),
        "username" => td_string!(locale, console.users.username),
        "email" => td_string!(locale, console.users.email),
        "roles" => td_string!(locale, console.person.roles),
        "phone" => td_string!(locale, people.phone.label),
        "presence_list" => td_string!(locale, people.list_long),
        "language" => td_string!(locale, people.language),
        "sso_only" => td_string!(locale, people.sso_only),
        "phone_username" => td_string!(locale, amazon.person),
        other => other,
    }
}

/// What was done to a provider: `google added`, `company changed name secret`, `office365 removed 12`.
fn provider(locale: Locale, text: &str) -> String {
    let mut parts = text.split(' ');
    let name = match parts.next() {
        Some("google") => "Google",
        Some("office365") => "Office 365",
        Some("company") => td_string!(locale, sso_console.own),
        _ => return text.to_owned(),
    };
    let what = match parts.next() {
        Some("added") => td_string!(locale, sso_console.audit.added),
        Some("changed") => td_string!(locale, sso_console.audit.changed),
        Some("live") => td_string!(locale, sso_console.audit.live),
        Some("hidden") => td_string!(locale, sso_console.audit.hidden),
        Some("removed") => td_string!(locale, sso_console.audit.removed),
        _ => return text.to_owned(),
    };
    let more: Vec<&str> = parts.map(|it| provider_field(locale, it)).collect();
    if more.is_empty() {
        format!("{name}: {what}")
    } else {
        format!("{name}: {what} ({})", more.join(", "))
    }
}

fn provider_field(locale: Locale, name: &str) -> &str {
    match name {
        "name" => td_string!(locale, sso_console.form.name),
        "issuer" => td_string!(locale, sso_console.form.issuer),
        "client" => td_string!(locale, sso_console.form.client_id),
        "secret" => td_string!(locale, sso_console.form.secret),
        "members" => td_string!(locale, sso_console.audit.members),
        "second_factor" => td_string!(locale, sso_console.form.second),
        "creates" => td_string!(locale, sso_console.form.creates),
        other => other,
    }
}

/// What became of an e-mail domain: `claimed acme.example`.
fn domain(locale: Locale, text: &str) -> String {
    match text.split_once(' ') {
        Some(("claimed", it)) => td_string!(locale, sso_console.audit.claimed, domain = it),
        Some(("verified", it)) => td_string!(locale, sso_console.audit.verified, domain = it),
        Some(("removed", it)) => td_string!(locale, sso_console.audit.given_up, domain = it),
        _ => text.to_owned(),
    }
}

/// Why a person with the right password could not sign in.
fn barred(locale: Locale, reason: &str) -> String {
    let words = match reason {
        "disabled" => td_string!(locale, console.audit.is_disabled),
        "locked" => td_string!(locale, console.audit.is_locked),
        "temporary password ended" => td_string!(locale, console.audit.temporary_ended),
        "no presence reason list" => td_string!(locale, presence.lists.is_missing),
        "company closed" => td_string!(locale, settings.company_closed),
        "not enabled" => td_string!(locale, console.audit.not_enabled),
        other => other,
    };
    words.to_owned()
}

/// A part of what an export was asked for.
fn exported(locale: Locale, part: &str) -> String {
    match part.split_once('=') {
        Some(("kind", group)) if !group.contains('.') => event_group_text(locale, group),
        Some(("kind", kind)) => event_text(locale, kind),
        Some(("from", day)) => td_string!(locale, console.audit.since, day = day),
        Some(("to", day)) => td_string!(locale, console.audit.until, day = day),
        _ => match part {
            "csv" => "CSV".to_owned(),
            "json" => "JSON".to_owned(),
            "person" => td_string!(locale, console.audit.one_person).to_owned(),
            other => other.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(locale: Locale, kind: &str, text: &str) -> String {
        match reason(locale, kind, text) {
            Reason::Noted(text) => text,
            Reason::Written(text) => panic!("{text} is nobody's writing"),
        }
    }

    #[test]
    fn notes_are_told_in_the_language_of_the_reader() {
        let policy = "mode optional → required · trust off → 14 30 · from none → 2026-12-01";
        for (kind, text, english, german) in [
            (
                "account.changed",
                "email presence_list",
                "E-mail, Presence Reason list",
                "E-Mail, Statusliste",
            ),
            (
                "company.two_factor_policy",
                policy,
                "Two-factor authentication: Optional → Required; Don't ask again: Off → 14, 30; \
                 Required from: At once → 2026-12-01",
                "Zwei-Faktor-Authentifizierung: Freiwillig → Pflicht; Nicht erneut fragen: Aus → 14, 30; \
                 Pflicht ab: Sofort → 2026-12-01",
            ),
            (
                "company.settings",
                "name · terms 3 · password_minimum none → 20",
                "Company name; Terms of Service, version 3; Characters of a password at least: by the rules → 20",
                "Firmenname; Nutzungsbedingungen, Fassung 3; Zeichen eines Passworts mindestens: nach den Regeln → 20",
            ),
            (
                "company.settings",
                "passwords on → off",
                "Passwords: On → Off",
                "Passwörter: Ein → Aus",
            ),
            (
                "sso.provider",
                "google changed members secret",
                "Google: changed (whose logins come in, Client secret)",
                "Google: geändert (wessen Logins hereinkommen, Clientgeheimnis)",
            ),
            (
                "sso.provider",
                "company removed 12",
                "Your company's own: removed (12)",
                "Eigener Ihres Unternehmens: entfernt (12)",
            ),
            (
                "sso.domain",
                "verified acme.example",
                "acme.example verified",
                "acme.example bestätigt",
            ),
            (
                "sign_in.refused",
                "locked",
                "The account is locked",
                "Das Konto ist gesperrt",
            ),
            (
                "sign_in.password_wrong",
                "unknown account 4f2a",
                "No account by that name (mark 4f2a)",
                "Kein Konto dieses Namens (Kennzeichen 4f2a)",
            ),
            (
                "audit.exported",
                "csv person kind=sign_in from=2026-03-01 to=2026-03-02",
                "CSV, one person, Signing in, from 2026-03-01, to 2026-03-02",
                "CSV, eine Person, Anmeldung, ab 2026-03-01, bis 2026-03-02",
            ),
        ] {
            assert_eq!(noted(Locale::en, kind, text), english);
            assert_eq!(noted(Locale::de, kind, text), german);
        }
    }

    #[test]
    fn what_people_wrote_and_what_is_not_known_stays() {
        let written = reason(Locale::de, "account.unlocked", "mode optional → off");
        assert_eq!(written, Reason::Written("mode optional → off".into()));
        for text in ["", "tide high → low", "mode", "mode on"] {
            assert_eq!(noted(Locale::en, "company.two_factor_policy", text), text);
        }
        assert_eq!(noted(Locale::en, "moon.landed", "one step"), "one step");
    }
}
