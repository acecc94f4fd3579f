//! When a mail that could not be sent is tried again.

use std::time::Duration;

use crate::clock::Moment;

const PAUSES: [Duration; 6] = [
    Duration::from_secs(5),
    Duration::from_secs(15),
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(15),
    Duration::from_hours(1),
];

/// When to try again after so many tries. Pauses grow, but never beyond a quarter of the time that
/// the mail has left: a sign-in code lives five minutes and cannot wait like an invitation. The
/// mail's end is not decided here: from `expires_at` on nobody sends it.
#[must_use]
pub fn next_try(tries: i64, now: Moment, expires_at: Moment) -> Moment {
    let index = usize::try_from(tries.saturating_sub(1))
        .unwrap_or(0)
        .min(PAUSES.len() - 1);
    let patience = (expires_at.since(now) / 4).max(PAUSES[0]);
    now.plus(PAUSES[index].min(patience))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seconds between tries until the mail expires, when every one fails at once.
    fn pauses(life: Duration) -> Vec<u64> {
        let expires_at = Moment(0).plus(life);
        let mut now = Moment(0);
        let mut pauses = Vec::new();
        for tries in 1.. {
            let next = next_try(tries, now, expires_at);
            if next >= expires_at {
                break;
            }
            pauses.push(next.since(now).as_secs());
            now = next;
        }
        pauses
    }

    #[test]
    fn an_invitation_is_tried_at_growing_pauses_all_day() {
        let pauses = pauses(Duration::from_hours(24));
        assert_eq!(pauses[..8], [5, 15, 60, 300, 900, 3600, 3600, 3600]);
        assert!(pauses.iter().sum::<u64>() > 23 * 3600);
    }

    #[test]
    fn a_sign_in_code_is_tried_often_while_it_is_good() {
        let pauses = pauses(Duration::from_mins(5));
        assert_eq!(pauses[..4], [5, 15, 60, 55]);
        assert!(pauses.len() >= 10, "{pauses:?}");
        assert!(
            pauses.iter().all(|pause| *pause >= 5),
            "the mail server is not hammered"
        );
    }

    #[test]
    fn nonsense_is_survived() {
        assert_eq!(next_try(0, Moment(0), Moment(-1)), Moment(5000));
        assert_eq!(
            next_try(i64::MAX, Moment(0), Moment(i64::MAX)),
            Moment(3_600_000)
        );
        assert_eq!(
            next_try(i64::MIN, Moment(0), Moment(i64::MAX)),
            Moment(5000)
        );
    }
}
