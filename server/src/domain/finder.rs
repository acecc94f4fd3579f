//! What a person means who types a company: alias, instance alias, name, or the address they were
//! given, in any case and with stray spaces.

use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;
use url::Url;

/// What to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// As an alias or instance alias.
    pub alias: String,
    /// As a name, see [`name_skeleton`].
    pub name_skeleton: String,
}

/// Reads what was typed or pasted; nothing when nothing is left.
#[must_use]
pub fn read(typed: &str) -> Option<Wanted> {
    let typed = typed.trim();
    let alias = address_alias(typed)
        .unwrap_or_else(|| typed.to_owned())
        .to_lowercase();
    if alias.is_empty() || alias.len() > 200 {
        return None;
    }
    Some(Wanted {
        name_skeleton: name_skeleton(typed),
        alias,
    })
}

/// The company's part of a pasted address: `https://go.example/acme/code?x` and `go.example/acme`.
fn address_alias(typed: &str) -> Option<String> {
    let url = if typed.contains("://") {
        Url::parse(typed).ok()?
    } else if typed.contains('/') {
        let rest = typed.trim_start_matches('/');
        let host = if typed.starts_with('/') {
            "callgate.invalid/"
        } else {
            ""
        };
        Url::parse(&format!("https://{host}{rest}")).ok()?
    } else {
        return None;
    };
    let first = url.path_segments()?.next()?.to_owned();
    (!first.is_empty()).then_some(first)
}

/// What is equal for names that look alike (UTS 39), whatever their case, width or spaces.
#[must_use]
pub fn name_skeleton(name: &str) -> String {
    // Folding before and after: `I` looks like `l`, but as a letter it is an `i`.
    let folded: String = name.nfkc().flat_map(char::to_lowercase).collect();
    skeleton(&folded)
        .flat_map(char::to_lowercase)
        .filter(|c| !c.is_whitespace())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_is_found_in_whatever_was_pasted() {
        for typed in [
            "acme",
            " ACME ",
            "https://go.example/acme",
            "https://go.example/Acme/code?next=%2Fx",
            "go.example/acme/",
            "/acme",
        ] {
            assert_eq!(read(typed).expect("something").alias, "acme", "{typed}");
        }
        assert_eq!(read("  "), None);
    }

    #[test]
    fn names_that_look_alike_are_the_same_name() {
        assert_eq!(
            name_skeleton("Acme  Support"),
            name_skeleton(" acme support")
        );
        assert_eq!(name_skeleton("ACME"), name_skeleton("acme"));
        // Cyrillic а and с
        assert_eq!(name_skeleton("\u{430}\u{441}me"), name_skeleton("acme"));
        assert_ne!(name_skeleton("acme"), name_skeleton("acne"));
    }
}
