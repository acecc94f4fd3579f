//! A company that is being described: what is wrong with it before the server is asked, and the alias that its name
//! suggests. The server decides; this only saves a way there and back.

use crate::{
    i18n::{Locale, td_string},
    wire::{AliasFate, NewCompany, ProblemCode},
};

/// A field of the form, by its name there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Name,
    Alias,
    TimeZone,
    AmazonConnect,
    AdminName,
    AdminEmail,
}

impl Field {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Alias => "alias",
            Self::TimeZone => "time_zone",
            Self::AmazonConnect => "amazon_connect",
            Self::AdminName => "admin_name",
            Self::AdminEmail => "admin_email",
        }
    }
}

pub(super) type Flaws = Vec<(Field, String)>;

/// What is wrong, from top to bottom.
pub(super) fn flaws(locale: Locale, typed: &NewCompany) -> Flaws {
    let mut flaws = Vec::new();
    let mut note = |field, flaw: Option<&'static str>| {
        flaws.extend(flaw.map(|text| (field, text.to_owned())));
    };
    note(
        Field::Name,
        name_flaw(
            locale,
            &typed.name,
            td_string!(locale, onboarding.name_missing),
        ),
    );
    note(
        Field::Alias,
        alias_flaw(&typed.alias).map(|fate| fate_text(locale, fate)),
    );
    note(
        Field::TimeZone,
        typed
            .time_zone
            .is_empty()
            .then(|| td_string!(locale, onboarding.time_zone_missing)),
    );
    let address = typed.amazon_connect.as_deref().unwrap_or_default();
    note(
        Field::AmazonConnect,
        (!address.trim().is_empty() && !is_https_host(address))
            .then(|| td_string!(locale, onboarding.amazon_connect_wrong)),
    );
    note(
        Field::AdminName,
        name_flaw(
            locale,
            &typed.admin_name,
            td_string!(locale, onboarding.admin_name_missing),
        ),
    );
    note(
        Field::AdminEmail,
        (!is_address(&typed.admin_email)).then(|| td_string!(locale, onboarding.email_wrong)),
    );
    flaws
}

/// The field that an answer of the server is about, with what to say there.
pub(super) fn refused(locale: Locale, code: Option<ProblemCode>) -> Option<(Field, String)> {
    match code? {
        ProblemCode::AliasTaken => Some((
            Field::Alias,
            td_string!(locale, problem.alias_taken).to_owned(),
        )),
        ProblemCode::NameTaken => Some((
            Field::Name,
            td_string!(locale, problem.name_taken).to_owned(),
        )),
        _ => None,
    }
}

/// What to say of an alias that cannot be had.
pub(super) fn fate_text(locale: Locale, fate: AliasFate) -> &'static str {
    match fate {
        AliasFate::Free => td_string!(locale, onboarding.alias_free),
        AliasFate::Taken => td_string!(locale, problem.alias_taken),
        AliasFate::Reserved => td_string!(locale, onboarding.alias_reserved),
        AliasFate::TooShort => td_string!(locale, onboarding.alias_short),
        AliasFate::TooLong => td_string!(locale, onboarding.alias_long),
        AliasFate::Characters => td_string!(locale, onboarding.alias_characters),
    }
}

/// What is wrong with the shape of an alias.
pub(super) fn alias_flaw(alias: &str) -> Option<AliasFate> {
    let is_good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    match alias.trim() {
        alias if !alias.bytes().all(is_good) => Some(AliasFate::Characters),
        alias if alias.len() < 3 => Some(AliasFate::TooShort),
        alias if alias.len() > 40 => Some(AliasFate::TooLong),
        _ => None,
    }
}

fn name_flaw(locale: Locale, name: &str, missing: &'static str) -> Option<&'static str> {
    let name = name.trim();
    let lowered = name.to_lowercase();
    if name.is_empty() {
        Some(missing)
    } else if name.chars().count() > 80 {
        Some(td_string!(locale, onboarding.name_long))
    } else if lowered.contains("://") || lowered.contains("www.") {
        Some(td_string!(locale, onboarding.name_link))
    } else {
        None
    }
}

fn is_address(email: &str) -> bool {
    let email = email.trim();
    email
        .split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && is_host(domain))
        && !email.contains(char::is_whitespace)
}

fn is_https_host(address: &str) -> bool {
    let address = address.trim();
    let rest = match address.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => rest,
        Some(_) => return false,
        None => address,
    };
    is_host(rest.split('/').next().unwrap_or_default())
}

/// Names with a dot between them, of which the last one is no number.
fn is_host(host: &str) -> bool {
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let last = host.rsplit('.').next().unwrap_or_default();
    host.contains('.') && host.split('.').all(is_label) && last.parse::<u32>().is_err()
}

/// The alias that a company's name suggests; short, or empty, where the name has too few letters of ours.
pub(super) fn alias_of(name: &str) -> String {
    let mut alias = String::new();
    for c in name.trim().to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' => alias.push(c),
            'ä' | 'æ' => alias.push_str("ae"),
            'ö' | 'œ' => alias.push_str("oe"),
            'ü' => alias.push_str("ue"),
            'ß' => alias.push_str("ss"),
            'à' | 'á' | 'â' | 'ã' | 'å' => alias.push('a'),
            'è' | 'é' | 'ê' | 'ë' => alias.push('e'),
            'ì' | 'í' | 'î' | 'ï' => alias.push('i'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ø' => alias.push('o'),
            'ù' | 'ú' | 'û' => alias.push('u'),
            'ç' => alias.push('c'),
            'ñ' => alias.push('n'),
            '\'' | '’' | '.' => {}
            _ if alias.is_empty() || alias.ends_with('-') => {}
            _ => alias.push('-'),
        }
    }
    alias.truncate(40);
    alias.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> NewCompany {
        NewCompany {
            name: "Acme".into(),
            alias: "acme".into(),
            language: "en".into(),
            time_zone: "UTC".into(),
            admin_name: "Ada".into(),
            admin_email: "ada@acme.example".into(),
            ..NewCompany::default()
        }
    }

    #[test]
    fn names_suggest_aliases() {
        for (name, alias) in [
            ("Acme Support", "acme-support"),
            ("  Zürich & Söhne GmbH. ", "zuerich-soehne-gmbh"),
            ("O'Neill’s", "oneills"),
            ("株式会社", ""),
            ("Æther — 24/7", "aether-24-7"),
        ] {
            assert_eq!(alias_of(name), alias, "{name}");
        }
        assert_eq!(alias_of(&"ab ".repeat(30)).len(), 40);
    }

    #[test]
    fn every_flaw_stands_at_its_field() {
        assert_eq!(flaws(Locale::en, &good()), []);
        let fields = |typed: &NewCompany| {
            let flaws = flaws(Locale::en, typed);
            flaws.iter().map(|(field, _)| *field).collect::<Vec<_>>()
        };
        assert_eq!(
            fields(&NewCompany {
                amazon_connect: Some("http://acme.example".into()),
                ..NewCompany::default()
            }),
            [
                Field::Name,
                Field::Alias,
                Field::TimeZone,
                Field::AmazonConnect,
                Field::AdminName,
                Field::AdminEmail
            ]
        );
        for name in ["See https://x.example", "WWW.x.example", &"a".repeat(81)] {
            let typed = NewCompany {
                name: name.into(),
                ..good()
            };
            assert_eq!(fields(&typed), [Field::Name], "{name}");
        }
    }

    #[test]
    fn addresses_have_the_shape_of_addresses() {
        for good in ["acme.my.connect.aws", " https://a.b.example/ccp-v2/ "] {
            assert!(is_https_host(good), "{good}");
        }
        for bad in [
            "acme",
            "http://a.example",
            "https://10.0.0.1",
            "https://a@b.example",
            "a b.example",
        ] {
            assert!(!is_https_host(bad), "{bad}");
        }
        assert!(is_address(" ada@acme.example "));
        for bad in ["", "ada", "ada@acme", "@acme.example", "a b@acme.example"] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
