//! Where a person lands after signing in: by role, by the last switch, or where they wanted to go.

use app::wire::Workplace;

/// Administrators work at the console, agents at the desk; who is both, where they last were.
#[must_use]
pub fn workplace(agent: bool, admin: bool, last: Option<Workplace>) -> Workplace {
    match (agent, admin) {
        (true, true) => last.unwrap_or(Workplace::Console),
        (_, true) => Workplace::Console,
        (_, false) => Workplace::Desk,
    }
}

/// The path of a workplace, like `/acme/desk`.
#[must_use]
pub fn path(alias: &str, workplace: Workplace) -> String {
    match workplace {
        Workplace::Desk => format!("/{alias}/desk"),
        Workplace::Console => format!("/{alias}/console/users"),
    }
}

/// A wished path if it lies inside the company, which excludes every other site: it must begin with
/// `/{alias}/` and hold nothing that a browser reads as an address of its own.
#[must_use]
pub fn inside(alias: &str, next: &str) -> Option<String> {
    let rest = next
        .strip_prefix('/')?
        .strip_prefix(alias)?
        .strip_prefix('/')?;
    let plain = rest
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-_./?=&%+".contains(&b));
    let climbs = rest
        .split(['/', '?'])
        .any(|part| part == ".." || part == ".");
    let encoded = rest.to_ascii_lowercase();
    let hides = ["//", "%2f", "%5c", "%2e", "%0", "%1"]
        .iter()
        .any(|trick| encoded.contains(trick));
    let leaves = rest.is_empty() || rest.starts_with('/');
    (plain && !climbs && !hides && !leaves && next.len() <= 512).then(|| next.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_lead_to_their_workplace() {
        assert_eq!(workplace(true, false, None), Workplace::Desk);
        assert_eq!(workplace(false, true, None), Workplace::Console);
        assert_eq!(workplace(true, true, None), Workplace::Console);
        assert_eq!(
            workplace(true, true, Some(Workplace::Desk)),
            Workplace::Desk
        );
        // A role that was taken away is not brought back by a remembered switch.
        assert_eq!(
            workplace(true, false, Some(Workplace::Console)),
            Workplace::Desk
        );
        assert_eq!(
            workplace(false, true, Some(Workplace::Desk)),
            Workplace::Console
        );
    }

    #[test]
    fn a_wish_inside_the_company_is_kept() {
        for wish in [
            "/acme/desk",
            "/acme/console/users?view=locked&page=2",
            "/acme/console/users/0198-ab",
        ] {
            assert_eq!(inside("acme", wish).as_deref(), Some(wish));
        }
    }

    #[test]
    fn a_wish_for_anywhere_else_is_ignored() {
        for wish in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/acme",
            "/acme/",
            "/acme/../other/desk",
            "/acme/./../other",
            "/acme//evil.example",
            "/acme/%2f%2fevil.example",
            "/acme/%2e%2e/other",
            "/acmeother/desk",
            "/other/desk",
            "/acme/desk\r\nSet-Cookie: a=b",
            "/acme/javascript:alert(1)",
            "",
        ] {
            assert_eq!(inside("acme", wish), None, "{wish}");
        }
    }
}
