//! Links to a new password: how long they live and how many are mailed (SECURITY 10 and 11).

use std::time::Duration;

use crate::clock::Moment;

/// From the mail to the new password.
pub const LIFE: Duration = Duration::from_secs(20 * 60);
/// The time over which mails are counted.
pub const WINDOW: Duration = Duration::from_secs(60 * 60);
/// Mails to one account within [`WINDOW`], whoever asked for them.
pub const MAILS: usize = 3;

/// How long until another link may be mailed; zero when it may be now.
///
/// `sent` are the account's links of the last hour, newest first; older ones at its end do no harm.
#[must_use]
pub fn wait(now: Moment, sent: &[Moment]) -> Duration {
    // With three out, the next follows when the third newest is no longer within the hour.
    sent.get(MAILS - 1)
        .map_or(Duration::ZERO, |third| third.plus(WINDOW).since(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_links_within_any_hour() {
        let now = Moment(1_800_000_000_000);
        let table: [(&[u64], u64); 6] = [
            (&[], 0),
            (&[0, 0], 0),
            (&[0, 0, 0], 3600),
            (&[1, 2, 50], 600),
            (&[1, 2, 60], 0),
            (&[1, 2, 3, 50], 57 * 60),
        ];
        for (minutes_ago, seconds) in table {
            let sent: Vec<Moment> = minutes_ago
                .iter()
                .map(|minutes| now.minus(Duration::from_secs(60 * minutes)))
                .collect();
            assert_eq!(
                wait(now, &sent),
                Duration::from_secs(seconds),
                "{minutes_ago:?}"
            );
        }
    }
}
