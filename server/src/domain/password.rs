//! What a new password must be (SPEC "Numbers", NIST SP 800-63B): long enough, not one that
//! attackers try first, not built from names that everybody knows. No composition rules.
//!
//! Hashing and comparing passwords belongs to `hashing`.

use app::wire::PasswordFlaw;
use unicode_normalization::UnicodeNormalization;

/// Characters at least when a second proof is asked for as well.
pub const MINIMUM_WITH_SECOND_FACTOR: u16 = 8;
/// Characters at least when the password stands alone (NIST SP 800-63B-4).
pub const MINIMUM_ALONE: u16 = 15;
pub const MAXIMUM: u16 = 128;

/// Shorter words of a name are in too many harmless passwords.
const SHORTEST_NAME: usize = 4;
const PRODUCT: &str = "callgate";

/// Passwords that attackers try first: folded, sorted by their bytes, one a line. See the licence
/// beside the file.
const COMMON: &str = include_str!("../../assets/common-passwords.txt");

/// A company's rule for the length of passwords, in characters (Unicode scalar values after NFKC).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    pub minimum: u16,
    pub maximum: u16,
}

impl PasswordPolicy {
    #[must_use]
    pub fn new(second_factor_required: bool) -> Self {
        Self {
            minimum: if second_factor_required {
                MINIMUM_WITH_SECOND_FACTOR
            } else {
                MINIMUM_ALONE
            },
            maximum: MAXIMUM,
        }
    }

    /// The same for a company that asks for more than the rules do.
    #[must_use]
    pub fn at_least(self, minimum: Option<u16>) -> Self {
        Self {
            minimum: self.minimum.max(minimum.unwrap_or(0)).min(self.maximum),
            ..self
        }
    }
}

/// Whose password it is: names that an attacker knows before the first guess.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PasswordContext<'a> {
    pub company_name: &'a str,
    pub alias: &'a str,
    pub username: &'a str,
    pub email: &'a str,
    /// The person's name.
    pub name: &'a str,
}

/// The form in which passwords are counted, hashed and compared: NFKC, so that the same keys on
/// another keyboard or system give the same password (NIST SP 800-63B-4, UAX 15).
#[must_use]
pub fn normalised(password: &str) -> String {
    password.nfkc().collect()
}

/// Whether `password` may be stored for this person.
///
/// # Errors
/// With the first flaw, in the order in which mending them makes sense.
pub fn check(
    password: &str,
    policy: PasswordPolicy,
    context: &PasswordContext<'_>,
) -> Result<(), PasswordFlaw> {
    let password = normalised(password);
    let characters = password.chars().count();
    if characters < usize::from(policy.minimum) {
        return Err(PasswordFlaw::TooShort {
            minimum: policy.minimum,
        });
    }
    if characters > usize::from(policy.maximum) {
        return Err(PasswordFlaw::TooLong {
            maximum: policy.maximum,
        });
    }
    let folded = fold(&password);
    if is_common(&folded) {
        return Err(PasswordFlaw::Common);
    }
    if leans_on_names(&folded, context) {
        return Err(PasswordFlaw::ContainsName);
    }
    Ok(())
}

/// What remains of differences that no attacker's program cares about.
fn fold(text: &str) -> String {
    text.nfkc()
        .collect::<String>()
        .to_lowercase()
        .nfkc()
        .collect()
}

/// Whether the password is in the list, or repeats a listed or a short piece: `passwordpassword`,
/// `123456123456123456`. A company without a second factor asks for fifteen characters, which
/// people fill that way.
fn is_common(folded: &str) -> bool {
    if is_listed(folded) {
        return true;
    }
    let characters: Vec<char> = folded.chars().collect();
    let repeated = (1..characters.len()).find(|&length| {
        characters
            .iter()
            .skip(length)
            .eq(&characters[..characters.len() - length])
    });
    repeated.is_some_and(|length| {
        let is_short = length < usize::from(MINIMUM_WITH_SECOND_FACTOR);
        let is_whole_twice = length * 2 <= characters.len();
        let piece = || characters[..length].iter().collect::<String>();
        (is_short && is_whole_twice) || is_listed(&piece())
    })
}

/// Looks a folded password up by halving the text itself: no index, nothing on the heap.
fn is_listed(folded: &str) -> bool {
    let mut rest = COMMON;
    while !rest.is_empty() {
        // All line ends are ASCII, so every cut falls between characters.
        let middle = rest.len() / 2;
        let start = rest.as_bytes()[..middle]
            .iter()
            .rposition(|&b| b == b'\n')
            .map_or(0, |end| end + 1);
        let (line, _) = rest[start..]
            .split_once('\n')
            .unwrap_or((&rest[start..], ""));
        match folded.cmp(line) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => rest = &rest[..start],
            std::cmp::Ordering::Greater => {
                rest = rest.get(start + line.len() + 1..).unwrap_or("");
            }
        }
    }
    false
}

/// Whether what remains without known names is too short to be a password.
///
/// A name is worth nothing against an attacker who knows it, so only the rest counts; but a long
/// sentence in which the town or the company's trade happens to occur is a good password.
fn leans_on_names(folded: &str, context: &PasswordContext<'_>) -> bool {
    let mut names = known_names(context);
    // The longest first: `maria` must not break `mariana` apart.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let rest = names.iter().fold(folded.to_owned(), |rest, name| {
        rest.replace(name.as_str(), "")
    });
    rest.len() < folded.len() && rest.chars().count() < usize::from(MINIMUM_WITH_SECOND_FACTOR)
}

fn known_names(context: &PasswordContext<'_>) -> Vec<String> {
    let fields = [
        PRODUCT,
        context.company_name,
        context.alias,
        context.username,
        context.email,
        context.name,
    ];
    let mut names = Vec::new();
    for field in fields {
        let field = fold(field);
        names.extend(
            field
                .split(|c: char| !c.is_alphanumeric())
                .map(str::to_owned),
        );
        // The whole as well, for `The Dark Side` typed as `thedarkside`.
        names.push(field.chars().filter(|c| c.is_alphanumeric()).collect());
    }
    names.retain(|name| name.chars().count() >= SHORTEST_NAME);
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALONE: PasswordPolicy = PasswordPolicy {
        minimum: 15,
        maximum: 128,
    };
    const SECOND: PasswordPolicy = PasswordPolicy {
        minimum: 8,
        maximum: 128,
    };

    fn anna() -> PasswordContext<'static> {
        PasswordContext {
            company_name: "The Dark Side GmbH",
            alias: "thedarkside",
            username: "anna.berg",
            email: "anna.berg@thedarkside.example",
            name: "Anna-Sophie Bergström",
        }
    }

    #[test]
    fn the_policy_asks_for_more_when_the_password_stands_alone() {
        assert_eq!(PasswordPolicy::new(false), ALONE);
        assert_eq!(PasswordPolicy::new(true), SECOND);
    }

    #[test]
    fn length_is_counted_in_characters_of_the_normal_form() {
        let table = [
            ("", Some(8)),
            ("qzkvjxw", Some(8)),
            ("qzkvjxwm", None),
            ("šđčćžéüö", None),
            // Seven letters, one of them written in two characters.
            ("qzkvjxu\u{308}", Some(8)),
            ("👩‍🚀🚀🌍🌙☎️ qz", None),
        ];
        for (password, minimum) in table {
            let expected =
                minimum.map_or(Ok(()), |minimum| Err(PasswordFlaw::TooShort { minimum }));
            assert_eq!(check(password, SECOND, &anna()), expected, "{password}");
        }
        let long = |n: usize| {
            "ab3 x!"
                .chars()
                .chain(('a'..='z').cycle())
                .take(n)
                .collect::<String>()
        };
        assert_eq!(check(&long(128), ALONE, &anna()), Ok(()));
        assert_eq!(
            check(&long(129), ALONE, &anna()),
            Err(PasswordFlaw::TooLong { maximum: 128 })
        );
    }

    #[test]
    fn what_attackers_try_first_is_refused() {
        let common = [
            "password123",
            "PassWord123",
            "ｐａｓｓｗｏｒｄ１２３",
            "password123456",
            "passwordpassword",
            "aaaaaaaaaaaaaaa",
            "abcabcabcabcabc",
            "123456789012345",
            "qwertyqwertyqwerty",
            "1qaz2wsx3edc",
        ];
        for password in common {
            assert_eq!(
                check(password, SECOND, &anna()),
                Err(PasswordFlaw::Common),
                "{password}"
            );
        }
        for fine in [
            "shift-starts-at-eight",
            "onions on toast",
            "no-no-really-no",
        ] {
            assert_eq!(
                check(fine, ALONE, &PasswordContext::default()),
                Ok(()),
                "{fine}"
            );
        }
    }

    #[test]
    fn every_line_of_the_list_is_found_and_nothing_beside_it() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert!(lines.len() > 3000);
        assert!(lines.is_sorted());
        for line in &lines {
            assert!(is_listed(line), "{line}");
            assert_eq!(fold(line), **line, "the list is folded");
            assert!(
                line.chars().count() >= usize::from(MINIMUM_WITH_SECOND_FACTOR),
                "{line}"
            );
        }
        for absent in [
            "",
            "\n",
            "0",
            "~",
            "password123\npassword",
            "zzzzzzzzzzzzzzzzzzzz~",
        ] {
            assert!(!is_listed(absent), "{absent:?}");
        }
    }

    #[test]
    fn known_names_do_not_count() {
        let table = [
            ("Bergström-2026", false),
            ("BERGSTRÖM2026!", false),
            ("anna.berg1", false),
            ("xThe Dark Sidex", false),
            ("thedarkside1234", false),
            ("callgate-2026", false),
            ("Callgate Anna Dark", false),
            ("our dark kitchen hums at night", true),
            ("anna likes six green pears", true),
            // Three letters are no name.
            ("the-lamp", true),
            ("shift-starts-at-eight", true),
        ];
        for (password, is_fine) in table {
            let expected = if is_fine {
                Ok(())
            } else {
                Err(PasswordFlaw::ContainsName)
            };
            assert_eq!(check(password, SECOND, &anna()), expected, "{password}");
        }
    }
}
