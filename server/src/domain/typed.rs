//! What operators and administrators type about companies and people, and what makes it usable.

use jiff::tz::TimeZone;
use lettre::Address;
use url::Url;

/// `#rrggbb` in small letters.
#[must_use]
pub fn colour(text: &str) -> Option<String> {
    let digits = text.strip_prefix('#')?;
    let good = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    good.then(|| text.to_ascii_lowercase())
}

/// An e-mail address that mail can be sent to.
#[must_use]
pub fn email(text: &str) -> Option<String> {
    let text = text.trim();
    let address: Address = text.parse().ok()?;
    // A domain without a dot or a quoted local part is far likelier a slip than an address.
    let usual = address.domain().contains('.') && !text.contains(['"', ' ']) && text.len() <= 254;
    usual.then(|| text.to_owned())
}

/// The usual spelling of an IANA time zone.
#[must_use]
pub fn time_zone(text: &str) -> Option<String> {
    TimeZone::get(text).ok()?.iana_name().map(str::to_owned)
}

/// The time zones to choose from: those that are named after a place, and UTC.
#[must_use]
pub fn time_zones() -> Vec<String> {
    const AREAS: [&str; 10] = [
        "Africa/",
        "America/",
        "Antarctica/",
        "Arctic/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    ];
    let mut zones: Vec<String> = jiff::tz::db()
        .available()
        .map(|name| name.to_string())
        .filter(|name| name == "UTC" || AREAS.iter().any(|area| name.starts_with(area)))
        .collect();
    zones.sort();
    zones.dedup();
    zones
}

/// An https address without user or password, of at most 500 characters.
#[must_use]
pub fn https(text: &str) -> Option<String> {
    let text = text.trim();
    let url = Url::parse(text).ok()?;
    let is_plain = url.scheme() == "https"
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && text.chars().count() <= 500
        && !text.contains(|c: char| c.is_control() || c.is_whitespace());
    is_plain.then(|| url.to_string())
}

/// A message of at most 300 visible characters.
#[must_use]
pub fn notice(text: &str) -> Option<String> {
    let text = text.trim();
    let good = (1..=300).contains(&text.chars().count())
        && !text.contains(|c: char| c != '\n' && super::alias::is_hidden(c));
    good.then(|| text.to_owned())
}

/// The name that mails come from: one that can be shown, and that nobody takes for another address.
#[must_use]
pub fn sender_name(text: &str) -> Option<String> {
    let text = text.trim();
    let good = super::alias::is_showable(text) && !text.contains(['<', '>', '@', '"', '\\']);
    good.then(|| text.to_owned())
}

/// Markdown, or an https address.
#[must_use]
pub fn legal_text(text: &str) -> Option<String> {
    let text = text.trim();
    let is_address = !text.contains(char::is_whitespace) && text.contains("://");
    if text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return None;
    }
    let good = match Url::parse(text) {
        Ok(url) if is_address => url.scheme() == "https",
        _ => !text.is_empty() && !is_address && text.len() <= 60_000,
    };
    good.then(|| text.to_owned())
}

/// A username made of an e-mail address: the part before the @, where that can be one.
#[must_use]
pub fn username_of(email: &str) -> Option<String> {
    let (local, _) = email.split_once('@')?;
    username(local.split('+').next().unwrap_or(local))
}

/// A user in Amazon Connect, as it is written there: 1 to 100 visible characters.
#[must_use]
pub fn phone_username(text: &str) -> Option<String> {
    let text = text.trim();
    let good = (1..=100).contains(&text.chars().count()) && !text.contains(super::alias::is_hidden);
    good.then(|| text.to_owned())
}

/// A username: 1 to 64 visible characters without spaces or `@`, which is how addresses are told apart.
#[must_use]
pub fn username(text: &str) -> Option<String> {
    let text = text.trim();
    let good = (1..=64).contains(&text.chars().count())
        && super::alias::is_showable(text)
        && !text.contains(|c: char| c == '@' || c.is_whitespace());
    good.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours() {
        assert_eq!(colour("#0A6552").as_deref(), Some("#0a6552"));
        for bad in [
            "0a6552", "#0a655", "#0a65522", "#0a655g", "red", "#é0a65", "",
        ] {
            assert_eq!(colour(bad), None, "{bad}");
        }
    }

    #[test]
    fn addresses() {
        assert_eq!(
            email(" ada@acme.example ").as_deref(),
            Some("ada@acme.example")
        );
        for bad in [
            "",
            "ada",
            "ada@",
            "@acme.example",
            "ada@acme",
            "a b@acme.example",
            "a@b.c\r\nBcc: x@y.z",
            "a@b.c,d@e.f",
        ] {
            assert_eq!(email(bad), None, "{bad}");
        }
    }

    #[test]
    fn zones_have_their_usual_spelling() {
        assert_eq!(time_zone("europe/berlin").as_deref(), Some("Europe/Berlin"));
        assert_eq!(time_zone("UTC").as_deref(), Some("UTC"));
        assert_eq!(time_zone("Europe/Atlantis"), None);
        assert_eq!(time_zone("+02:00"), None);
    }

    #[test]
    fn legal_texts_are_markdown_or_https() {
        assert!(legal_text("# Terms\n\nBe kind.").is_some());
        assert!(legal_text("See https://acme.example/terms for more").is_some());
        assert!(legal_text("https://acme.example/terms").is_some());
        for bad in ["", "http://acme.example/terms", "javascript://alert(1)"] {
            assert_eq!(legal_text(bad), None, "{bad}");
        }
    }

    #[test]
    fn desk_links_are_https() {
        assert_eq!(
            https(" https://wiki.acme.example/a?b ").as_deref(),
            Some("https://wiki.acme.example/a?b")
        );
        for bad in [
            "",
            "wiki.acme.example",
            "http://wiki.acme.example",
            "javascript:alert(1)",
            "https://",
            "https://user:word@acme.example",
            "https://acme.example/a b",
            &format!("https://acme.example/{}", "a".repeat(500)),
        ] {
            assert_eq!(https(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_address_becomes_a_username() {
        assert_eq!(
            username_of("ada.l+x@acme.example").as_deref(),
            Some("ada.l")
        );
        assert_eq!(username_of("+x@acme.example"), None);
    }

    #[test]
    fn senders_are_names_and_no_addresses() {
        assert_eq!(sender_name(" Zoë's Café ").as_deref(), Some("Zoë's Café"));
        for bad in [
            "",
            "a\r\nBcc: x",
            "boss@bank.example",
            "Bank <boss>",
            "a\"b",
            "a\u{202e}b",
        ] {
            assert_eq!(sender_name(bad), None, "{bad}");
        }
    }

    #[test]
    fn notices_have_lines_but_nothing_hidden() {
        assert!(notice("New headsets\nat desk 4").is_some());
        for bad in ["", " ", "a\u{202e}b", "a\0b", &"a".repeat(301)] {
            assert_eq!(notice(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn zones_to_choose_from_can_be_chosen() {
        let zones = time_zones();
        for zone in ["UTC", "Europe/Berlin", "America/New_York"] {
            assert!(zones.iter().any(|known| known == zone), "{zone}");
        }
        assert!(zones.iter().all(|zone| time_zone(zone).is_some()));
    }

    #[test]
    fn usernames_are_no_addresses() {
        assert_eq!(username("agent-007").as_deref(), Some("agent-007"));
        for bad in ["", "a b", "ada@acme.example", "a\u{202e}b", &"a".repeat(65)] {
            assert_eq!(username(bad), None, "{bad}");
        }
    }
}
