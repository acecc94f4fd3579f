//! What administrators may make of people: roles, the last administrator, an address that was changed for somebody.

use std::time::Duration;

use app::wire::Role;

use crate::clock::Moment;

/// For so long an address that an administrator changed opens nothing by itself (SECURITY 12).
pub const EMAIL_BAR: Duration = Duration::from_secs(24 * 60 * 60);
/// How long the link to confirm an address works.
pub const CONFIRM_LIFE: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a deletion can be undone (SECURITY 23).
pub const UNDO: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Rows or people in one request at most.
pub const AT_ONCE: usize = 500;

/// Whether somebody may give these roles: nobody grants more than they hold. An administrator holds what agents hold.
#[must_use]
pub fn may_grant(own: &[Role], wanted: &[Role]) -> bool {
    let holds = |role: &Role| own.contains(role) || own.contains(&Role::Admin);
    wanted.iter().all(holds)
}

/// Somebody as the rule about the last administrator sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    pub admin: bool,
    /// Enabled, or by single sign-on alone; a lock does not matter.
    pub signs_in: bool,
}

/// Whether a change leaves the company an administrator who can sign in, when `others` can besides.
#[must_use]
pub fn keeps_an_admin(before: Seat, after: Seat, others: u64) -> bool {
    let seat = |it: Seat| it.admin && it.signs_in;
    !seat(before) || seat(after) || others > 0
}

/// How far somebody has come, as the rule about first credentials sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Nobody has disabled or deleted them, and they have not chosen a password.
    Awaited,
    /// They can sign in with a password.
    Enabled {
        is_temporary: bool,
        has_signed_in: bool,
    },
    /// They sign in outside only. Where nothing finds them there, a link does.
    Outside { has_signed_in: bool },
    /// Disabled or deleted.
    Elsewhere,
}

/// Whether somebody can be sent a first credential: they have never signed in with one, and nobody disabled them.
#[must_use]
pub fn can_be_invited(entry: Entry) -> bool {
    match entry {
        Entry::Awaited => true,
        Entry::Enabled {
            is_temporary,
            has_signed_in,
        } => is_temporary && !has_signed_in,
        Entry::Outside { has_signed_in } => !has_signed_in,
        Entry::Elsewhere => false,
    }
}

/// Until when an address that was changed bars resets, backup codes and the removal of second ways; none when it does
/// not any more.
#[must_use]
pub fn email_bar(changed_at: Option<Moment>, now: Moment) -> Option<Moment> {
    changed_at
        .map(|at| at.plus(EMAIL_BAR))
        .filter(|end| *end > now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::wire::Role::{Admin, Agent};

    #[test]
    fn whoever_has_never_signed_in_can_be_invited() {
        let enabled = |is_temporary, has_signed_in| Entry::Enabled {
            is_temporary,
            has_signed_in,
        };
        for (entry, can) in [
            (Entry::Awaited, true),
            (enabled(true, false), true),
            (enabled(true, true), false),
            (enabled(false, false), false),
            (enabled(false, true), false),
            (
                Entry::Outside {
                    has_signed_in: false,
                },
                true,
            ),
            (
                Entry::Outside {
                    has_signed_in: true,
                },
                false,
            ),
            (Entry::Elsewhere, false),
        ] {
            assert_eq!(can_be_invited(entry), can, "{entry:?}");
        }
    }

    #[test]
    fn nobody_grants_more_than_they_hold() {
        let table: [(&[Role], &[Role], bool); 7] = [
            (&[Admin], &[Admin], true),
            (&[Admin], &[Agent], true),
            (&[Admin, Agent], &[Admin, Agent], true),
            (&[Agent], &[Admin], false),
            (&[Agent], &[Agent], true),
            (&[], &[Agent], false),
            (&[], &[], true),
        ];
        for (own, wanted, may) in table {
            assert_eq!(may_grant(own, wanted), may, "{own:?} {wanted:?}");
        }
    }

    #[test]
    fn the_last_administrator_stays_one() {
        let seat = |admin, signs_in| Seat { admin, signs_in };
        let sitting = seat(true, true);
        for after in [seat(false, true), seat(true, false), seat(false, false)] {
            assert!(!keeps_an_admin(sitting, after, 0), "{after:?}");
            assert!(keeps_an_admin(sitting, after, 1), "{after:?}");
        }
        assert!(keeps_an_admin(sitting, sitting, 0));
        // Whoever is none, or was not let in before, is not missed.
        assert!(keeps_an_admin(seat(false, true), seat(false, false), 0));
        assert!(keeps_an_admin(seat(true, false), seat(false, false), 0));
    }

    #[test]
    fn a_changed_address_bars_for_a_day() {
        let at = Moment(1_800_000_000_000);
        let end = at.plus(EMAIL_BAR);
        assert_eq!(email_bar(None, at), None);
        assert_eq!(email_bar(Some(at), at), Some(end));
        assert_eq!(
            email_bar(Some(at), end.minus(Duration::from_millis(1))),
            Some(end)
        );
        assert_eq!(email_bar(Some(at), end), None);
    }
}
