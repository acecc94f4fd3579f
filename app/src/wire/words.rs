//! Reading enums of plain words. What serde derives for them is most of what a `Problem` weighs in the part of the
//! program that everybody downloads first; one list and one search do the same in a fraction of it.

/// `Deserialize` for an enum whose variants are written in snake case. Names every variant, or it does not compile.
macro_rules! read_by_name {
    ($words:ident { $($word:ident),+ $(,)? }) => {
        impl<'de> serde::Deserialize<'de> for $words {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                const NAMES: &[&str] = &[$(stringify!($word)),+];
                const WORDS: &[$words] = &[$($words::$word),+];
                const _: fn($words) = |word| match word {
                    $($words::$word => {})+
                };
                let written = String::deserialize(from)?;
                match $crate::wire::words::position(NAMES, &written) {
                    Some(place) => Ok(WORDS[place]),
                    None => Err(serde::de::Error::custom("no known word")),
                }
            }
        }
    };
}
pub(super) use read_by_name;

/// Where in the list the name stands that is `written` in snake case.
pub(super) fn position(names: &[&str], written: &str) -> Option<usize> {
    names.iter().position(|name| is_written(name, written))
}

fn is_written(name: &str, written: &str) -> bool {
    let mut written = written.bytes();
    for (place, letter) in name.bytes().enumerate() {
        if letter.is_ascii_uppercase() && place > 0 && written.next() != Some(b'_') {
            return false;
        }
        if written.next() != Some(letter.to_ascii_lowercase()) {
            return false;
        }
    }
    written.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::is_written;
    use crate::wire::{LinkFate, PasswordFlaw, ProblemCode, ProviderKind, SsoFailure};

    #[test]
    fn names_are_written_in_snake_case() {
        assert!(is_written("UnknownCompany", "unknown_company"));
        assert!(is_written("Office365", "office365"));
        for wrong in [
            "unknowncompany",
            "unknown_compan",
            "unknown_company_",
            "UnknownCompany",
            "",
        ] {
            assert!(!is_written("UnknownCompany", wrong), "{wrong}");
        }
    }

    /// What is derived writes, what is here reads: they have to agree.
    #[test]
    fn what_is_written_is_read() {
        for failure in SsoFailure::ALL {
            let written = serde_json::to_value(failure).unwrap();
            assert_eq!(written, failure.name());
            assert_eq!(
                serde_json::from_value::<SsoFailure>(written).unwrap(),
                failure
            );
        }
        for kind in [
            ProviderKind::Google,
            ProviderKind::Office365,
            ProviderKind::Company,
        ] {
            let written = serde_json::to_value(kind).unwrap();
            assert_eq!(
                serde_json::from_value::<ProviderKind>(written).unwrap(),
                kind
            );
        }
        for code in ["wrong_credentials", "no_single_sign_on", "busy"] {
            let code = serde_json::from_value::<ProblemCode>(code.into()).unwrap();
            let written = serde_json::to_value(code).unwrap();
            assert_eq!(
                serde_json::from_value::<ProblemCode>(written).unwrap(),
                code
            );
        }
        assert!(serde_json::from_value::<ProblemCode>("nothing".into()).is_err());
        assert!(serde_json::from_value::<LinkFate>(3.into()).is_err());
    }

    #[test]
    fn flaws_are_read_as_they_are_written() {
        for flaw in [
            PasswordFlaw::TooShort { minimum: 15 },
            PasswordFlaw::TooLong { maximum: 128 },
            PasswordFlaw::Common,
            PasswordFlaw::ContainsName,
            PasswordFlaw::Unchanged,
        ] {
            let written = serde_json::to_value(flaw).unwrap();
            assert_eq!(
                serde_json::from_value::<PasswordFlaw>(written).unwrap(),
                flaw
            );
        }
        let unknown = serde_json::json!({ "reason": "too_loud" });
        assert!(serde_json::from_value::<PasswordFlaw>(unknown).is_err());
    }
}
