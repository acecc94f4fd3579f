//! How much of a session is left, and what to say about it. No timers, no browser: those are
//! in `watch`.

use crate::wire::Session;

/// Seconds from which on people are told that the end is near.
const NEAR: u32 = 5 * 60;

/// Whole seconds until a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    /// For want of activity.
    pub(crate) idle: u32,
    /// In any case.
    pub(crate) whole: u32,
}

/// What a person needs to hear about the end of their session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    Quiet,
    Soon {
        /// Rounded; 0 stands for less than half a minute.
        minutes: u8,
        /// Whether being active keeps the session alive.
        avoidable: bool,
    },
    Over,
}

impl Left {
    pub(crate) fn of(session: &Session) -> Self {
        Self {
            idle: session.idle_ends_in,
            whole: session.ends_in,
        }
    }

    /// What is left after so many seconds without activity.
    pub(crate) fn after(self, seconds: u32) -> Self {
        Self {
            idle: self.idle.saturating_sub(seconds),
            whole: self.whole.saturating_sub(seconds),
        }
    }

    pub(crate) fn notice(self) -> Notice {
        match self.idle.min(self.whole) {
            0 => Notice::Over,
            left if left > NEAR => Notice::Quiet,
            left => Notice::Soon {
                minutes: ((left + 30) / 60) as u8,
                avoidable: self.idle < self.whole,
            },
        }
    }
}

/// Hours and minutes, rounded down: nobody should count on time that is not there.
pub(crate) fn hours_and_minutes(seconds: u32) -> (u32, u32) {
    (seconds / 3600, seconds / 60 % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(idle: u32, whole: u32) -> Notice {
        Left { idle, whole }.notice()
    }

    fn soon(minutes: u8, avoidable: bool) -> Notice {
        Notice::Soon { minutes, avoidable }
    }

    #[test]
    fn says_nothing_until_five_minutes_before_either_end() {
        assert_eq!(left(301, 9_000), Notice::Quiet);
        assert_eq!(left(300, 9_000), soon(5, true));
        assert_eq!(left(3_600, 301), Notice::Quiet);
        assert_eq!(left(3_600, 300), soon(5, false));
    }

    #[test]
    fn names_the_end_that_comes_first() {
        assert_eq!(left(120, 119), soon(2, false));
        assert_eq!(left(119, 120), soon(2, true));
        // Activity cannot move an idle end that is capped by the whole session's end.
        assert_eq!(left(120, 120), soon(2, false));
    }

    #[test]
    fn counts_down_in_rounded_minutes() {
        let minutes = [300, 270, 269, 90, 89, 30, 29, 1]
            .map(|seconds| left(seconds, 9_000))
            .map(|notice| match notice {
                Notice::Soon { minutes, .. } => minutes,
                other => panic!("{other:?}"),
            });
        assert_eq!(minutes, [5, 5, 4, 2, 1, 1, 0, 0]);
    }

    #[test]
    fn is_over_at_either_end_and_never_below_zero() {
        assert_eq!(left(0, 9_000), Notice::Over);
        assert_eq!(left(9_000, 0), Notice::Over);
        let end = Left {
            idle: 10,
            whole: 20,
        }
        .after(15);
        assert_eq!(end, Left { idle: 0, whole: 5 });
    }

    #[test]
    fn hours_and_minutes_round_down() {
        assert_eq!(hours_and_minutes(43_199), (11, 59));
        assert_eq!(hours_and_minutes(59), (0, 0));
    }
}
