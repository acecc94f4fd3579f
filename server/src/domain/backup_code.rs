//! Backup codes as people see and type them. Storing and using them up is not done here.
//!
//! A code is 64 random bits as 13 characters of Crockford's base32, which has no letters that look
//! like digits or like each other. Every code holds a letter, so that it is never taken for a code
//! of six digits.

use super::code::TypedCode;

/// Crockford's alphabet: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 64 bits, and one to fill.
const LENGTH: usize = 13;

/// The code of 64 bits, as it is compared; none for the few that would have no letter.
#[must_use]
pub fn of_bits(bits: u64) -> Option<String> {
    let code: String = (0..LENGTH)
        .rev()
        .map(|place| {
            let value = usize::try_from(bits >> (5 * place) & 31).unwrap_or_default();
            char::from(ALPHABET[value])
        })
        .collect();
    code.contains(|c: char| c.is_ascii_alphabetic())
        .then_some(code)
}

/// The code as it is shown, easy to read and to write down: `4F7K-9QWX-2M8TD`.
#[must_use]
pub fn shown(code: &str) -> String {
    let (first, rest) = code.split_at_checked(4).unwrap_or((code, ""));
    let (second, third) = rest.split_at_checked(4).unwrap_or((rest, ""));
    format!("{first}-{second}-{third}")
}

/// What was typed as it is compared, if it can be a backup code at all. I and L are read as 1, O as 0.
#[must_use]
pub fn read(typed: &str) -> Option<String> {
    let TypedCode::Letters(typed) = TypedCode::read(typed) else {
        return None;
    };
    let code: String = typed
        .chars()
        .map(|c| match c {
            'I' | 'L' => '1',
            'O' => '0',
            c => c,
        })
        .collect();
    let known = |b: u8| ALPHABET.contains(&b);
    (code.len() == LENGTH && code.bytes().all(known)).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_counts() {
        assert_eq!(of_bits(u64::MAX).as_deref(), Some("FZZZZZZZZZZZZ"));
        assert_eq!(of_bits(10).as_deref(), Some("000000000000A"));
        let codes: std::collections::HashSet<_> = (0..64)
            .map(|bit| of_bits(0xABCD_EF00_1234_5678 ^ 1 << bit))
            .collect();
        assert_eq!(codes.len(), 64);
        assert_eq!(of_bits(0), None, "a code without a letter is none");
        assert_eq!(of_bits(9 << 5 | 9), None);
    }

    #[test]
    fn it_is_read_as_it_is_shown_and_as_people_type_it() {
        let code = of_bits(0x0123_4567_89AB_CDEF).expect("has a letter");
        assert_eq!(shown(&code), "028T-5CY4-TQKFF");
        for typed in [
            shown(&code),
            code.clone(),
            code.to_lowercase(),
            shown(&code).replace('-', " "),
        ] {
            assert_eq!(read(&typed), Some(code.clone()), "{typed:?}");
        }
        let table = [
            ("O4HM-ASW9-NF6YY", "04HMASW9NF6YY"),
            ("IlHM-ASW9-NF6YY", "11HMASW9NF6YY"),
            ("４F7K–9QWX 2m8td", "4F7K9QWX2M8TD"),
        ];
        for (typed, code) in table {
            assert_eq!(read(typed).as_deref(), Some(code), "{typed:?}");
        }
    }

    #[test]
    fn what_cannot_be_one_is_none() {
        for typed in [
            "",
            "123456",
            "4F7K-9QWX",
            "4F7K-9QWX-2M8TDX",
            "UF7K-9QWX-2M8TD",
            "4F7K-9QWX-2M8TÄ",
        ] {
            assert_eq!(read(typed), None, "{typed:?}");
        }
    }
}
