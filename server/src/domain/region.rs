//! What may be asked across regions: an alias or an e-mail domain, never a person or a name (SECURITY 20).

use url::Host;

use super::{alias::check_alias, finder};

/// A question to another region.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Question {
    /// A company's alias or instance alias.
    Alias(String),
    /// An e-mail domain as DNS writes it.
    Domain(String),
}

impl Question {
    /// What may be asked of what somebody typed into the field for a company, or as their e-mail address: of that
    /// only the domain. Nothing for what could be neither alias nor domain, like a name.
    #[must_use]
    pub fn typed(typed: &str) -> Option<Self> {
        if typed.contains('@') && !typed.contains("://") {
            return Self::address(typed);
        }
        Self::alias(&finder::read(typed)?.alias)
    }

    #[must_use]
    pub fn alias(alias: &str) -> Option<Self> {
        check_alias(alias).ok()?;
        Some(Self::Alias(alias.to_owned()))
    }

    /// The domain of an e-mail address; whose it is stays here.
    #[must_use]
    pub fn address(email: &str) -> Option<Self> {
        let (_, domain) = email.rsplit_once('@')?;
        Some(Self::Domain(domain_name(domain)?))
    }
}

/// A domain as DNS writes it, from whatever a person writes: `Münchner.Example.` is `xn--mnchner-3ya.example`.
/// Nothing for addresses of machines and for names without a dot.
#[must_use]
pub fn domain_name(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('.');
    match Host::parse(text).ok()? {
        Host::Domain(name) if name.contains('.') && name.len() <= 253 => Some(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_and_domains_are_asked_and_nothing_else() {
        let alias = |alias: &str| Some(Question::Alias(alias.to_owned()));
        let domain = |domain: &str| Some(Question::Domain(domain.to_owned()));
        for (typed, asked) in [
            ("northwind-eu", alias("northwind-eu")),
            (" Northwind-EU ", alias("northwind-eu")),
            (
                "https://eu.example/northwind-eu/code",
                alias("northwind-eu"),
            ),
            ("anna@Northwind.example", domain("northwind.example")),
            ("anna@north@wind.example.", domain("wind.example")),
            ("anna@bücher.example", domain("xn--bcher-kva.example")),
            // A name is not asked, nor a person, nor an address of our own.
            ("Northwind Contact Centre", None),
            ("anna@localhost", None),
            ("anna@127.0.0.1", None),
            ("anna@[::1]", None),
            ("anna@", None),
            ("@", None),
            ("api", None),
            ("no", None),
            ("", None),
            ("a\u{0}b", None),
            ("anna@exa mple.example", None),
            ("anna@evil.example/path", None),
            ("anna@evil.example:80", None),
        ] {
            assert_eq!(Question::typed(typed), asked, "{typed}");
        }
    }
}
