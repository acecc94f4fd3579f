//! Telephone numbers as people type and paste them.

/// What of a typed or pasted text can stand in a number: what is dialled, and what people write between it.
pub(super) fn typed(text: &str) -> String {
    let text = text.trim_start();
    let text = text.strip_prefix("tel:").unwrap_or(text);
    text.chars()
        .map(|sign| if sign.is_whitespace() { ' ' } else { sign })
        .filter(|sign| is_dialled(*sign) || " -()/.".contains(*sign))
        .collect()
}

/// What is dialled of it; nothing when there is no digit.
pub(super) fn dialled(typed: &str) -> Option<String> {
    let number: String = typed.chars().filter(|sign| is_dialled(*sign)).collect();
    number
        .contains(|sign: char| sign.is_ascii_digit())
        .then_some(number)
}

fn is_dialled(sign: char) -> bool {
    sign.is_ascii_digit() || matches!(sign, '+' | '*' | '#')
}

#[cfg(test)]
mod tests {
    use super::{dialled, typed};

    #[test]
    fn numbers_are_taken_as_people_write_them() {
        for (text, shown, number) in [
            ("+49 30 1234-567", "+49 30 1234-567", Some("+49301234567")),
            (" (030) 12.34/56", "(030) 12.34/56", Some("030123456")),
            (
                "tel:+1-206-555-0100",
                "+1-206-555-0100",
                Some("+12065550100"),
            ),
            ("+49\u{a0}30\t1", "+49 30 1", Some("+49301")),
            ("*31#4000", "*31#4000", Some("*31#4000")),
            ("call me <b>4000</b>", "  4000/", Some("4000")),
            ("nobody", "", None),
            ("+", "+", None),
            ("", "", None),
        ] {
            assert_eq!(typed(text), shown, "{text:?}");
            assert_eq!(dialled(&typed(text)).as_deref(), number, "{text:?}");
        }
    }
}
