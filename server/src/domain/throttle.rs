//! Wrong passwords make the next try wait (SPEC "Numbers", SECURITY 6). Nobody is ever shut out for
//! good from outside: the wait has a longest length and the counter a lifetime.
//!
//! Whose counter it is, and where it is kept, is not known here.

use std::time::Duration;

/// Wrong passwords that cost nothing.
pub const FREE: u32 = 4;
/// What the first wrong password after the free ones costs.
pub const FIRST_WAIT: Duration = Duration::from_secs(5);
/// What a wrong password costs at most.
pub const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// How long a counter lives after its first wrong password.
pub const LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// How long the identifier with so many wrong passwords waits, counted from the newest of them;
/// `None` while they are free.
///
/// During the wait nothing is compared, counted or extended.
#[must_use]
pub fn wait_after(failures: u32) -> Option<Duration> {
    let doublings = failures.checked_sub(FREE + 1)?;
    let factor = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX);
    Some(FIRST_WAIT.saturating_mul(factor).min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_are_free_then_the_wait_doubles_up_to_a_quarter_of_an_hour() {
        let table: [(u32, Option<u64>); 18] = [
            (0, None),
            (1, None),
            (2, None),
            (3, None),
            (4, None),
            (5, Some(5)),
            (6, Some(10)),
            (7, Some(20)),
            (8, Some(40)),
            (9, Some(80)),
            (10, Some(160)),
            (11, Some(320)),
            (12, Some(640)),
            (13, Some(900)),
            (14, Some(900)),
            (36, Some(900)),
            (37, Some(900)),
            (u32::MAX, Some(900)),
        ];
        for (failures, seconds) in table {
            assert_eq!(
                wait_after(failures),
                seconds.map(Duration::from_secs),
                "{failures}"
            );
        }
    }
}
