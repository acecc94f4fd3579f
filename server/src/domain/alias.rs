//! Aliases and names: which may be taken. Which names look alike is `finder`'s business.

/// Top-level routes and their neighbours: no company may stand in their way.
pub const RESERVED: [&str; 11] = [
    "api",
    "assets",
    "confirm-email",
    "dev",
    "health",
    "invitation",
    "metrics",
    "onboarding",
    "reset-password",
    "sign-in",
    "sso",
];

/// Why an alias or a name cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AliasFlaw {
    #[error("An alias has 3 to 40 characters.")]
    Length,
    #[error("An alias has small letters a to z, digits and hyphens only.")]
    Characters,
    #[error("This alias is an address of Callgate itself; choose another one.")]
    Reserved,
}

/// `[a-z0-9-]{3,40}`, and no address of our own (SECURITY 19).
///
/// # Errors
/// With the first flaw.
pub fn check_alias(alias: &str) -> Result<(), AliasFlaw> {
    if !alias
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    {
        return Err(AliasFlaw::Characters);
    }
    if !(3..=40).contains(&alias.len()) {
        return Err(AliasFlaw::Length);
    }
    if RESERVED.contains(&alias) {
        return Err(AliasFlaw::Reserved);
    }
    Ok(())
}

/// Other aliases near this one, to be offered where it cannot be had: the best first.
pub fn near(alias: &str) -> impl Iterator<Item = String> {
    let mut stem: String = alias
        .bytes()
        .filter(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
        .map(char::from)
        .take(36)
        .collect();
    while stem.ends_with('-') {
        stem.pop();
    }
    let endings = ["-support", "-2", "-3", "-4", "-5"];
    endings
        .into_iter()
        .map(move |ending| format!("{stem}{ending}"))
        .filter(|near| !near.starts_with('-') && check_alias(near).is_ok())
}

/// Whether a company's or a person's name can be shown everywhere: 1 to 80 visible characters.
#[must_use]
pub fn is_showable(name: &str) -> bool {
    let characters = name.chars().count();
    (1..=80).contains(&characters) && name.trim() == name && !name.chars().any(is_hidden)
}

/// Controls and the marks that turn the direction of writing: they can make one text look like another.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Whether a name holds an address that mail programs would make a link of.
#[must_use]
pub fn leads_elsewhere(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains("://") || name.contains("www.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases() {
        for good in ["acme", "a-b", "123", "the-dark-side", &"a".repeat(40)] {
            assert_eq!(check_alias(good), Ok(()), "{good}");
        }
        for (bad, flaw) in [
            ("", AliasFlaw::Length),
            ("ab", AliasFlaw::Length),
            (&"a".repeat(41), AliasFlaw::Length),
            ("Acme", AliasFlaw::Characters),
            ("ac me", AliasFlaw::Characters),
            ("acme.de", AliasFlaw::Characters),
            ("ácme", AliasFlaw::Characters),
            ("../api", AliasFlaw::Characters),
            ("api", AliasFlaw::Reserved),
            ("invitation", AliasFlaw::Reserved),
            ("metrics", AliasFlaw::Reserved),
        ] {
            assert_eq!(check_alias(bad), Err(flaw), "{bad}");
        }
    }

    #[test]
    fn near_ones_can_be_had() {
        let near_of = |alias: &str| near(alias).collect::<Vec<_>>();
        assert_eq!(near_of("acme")[..2], ["acme-support", "acme-2"]);
        assert_eq!(near_of("ab-")[0], "ab-support");
        assert!(near_of("").is_empty());
        assert_eq!(near_of(&"a".repeat(40))[0], format!("{}-2", "a".repeat(36)));
    }

    #[test]
    fn names_have_no_hidden_characters() {
        for good in ["Acme Support", "Zürich & Söhne", "株式会社", "O'Neill"] {
            assert!(is_showable(good), "{good}");
        }
        for bad in [
            "",
            " Acme",
            "Acme\n",
            "Ac\u{202e}me",
            "Acme\u{200b}",
            &"a".repeat(81),
        ] {
            assert!(!is_showable(bad), "{bad:?}");
        }
    }
}
