//! The time, passed in. Nothing else in the server may ask the system for it.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// A point in time: milliseconds since 1970-01-01 UTC.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type, Serialize, Deserialize,
)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// The moment so much later; saturates at the end of time.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(millis(span)))
    }

    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(millis(span)))
    }

    /// How much later this is than `earlier`; zero when it is not.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Whole seconds until `later`, rounded up; 0 once it has passed.
    #[must_use]
    pub fn seconds_until(self, later: Self) -> u32 {
        u32::try_from(later.since(self).as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
    }

    /// RFC 3339 to the second, with the offset of `zone`.
    #[must_use]
    pub fn rfc3339(self, zone: &TimeZone) -> String {
        Timestamp::from_millisecond(self.0)
            .unwrap_or(Timestamp::MAX)
            .to_zoned(zone.clone())
            .strftime("%Y-%m-%dT%H:%M:%S%:z")
            .to_string()
    }

    /// The day that it is then in `zone`.
    #[must_use]
    pub fn day(self, zone: &TimeZone) -> Date {
        Timestamp::from_millisecond(self.0)
            .unwrap_or(Timestamp::MAX)
            .to_zoned(zone.clone())
            .date()
    }

    /// When a day begins in `zone`; none for days at the end of time.
    #[must_use]
    pub fn start_of(day: Date, zone: &TimeZone) -> Option<Self> {
        let start = day.to_zoned(zone.clone()).ok()?.start_of_day().ok()?;
        Some(Self(start.timestamp().as_millisecond()))
    }
}

/// The day of a text like `2026-11-22`; of nothing else.
#[must_use]
pub fn day(text: &str) -> Option<Date> {
    let is_plain = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    is_plain.then(|| text.parse().ok()).flatten()
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// Tells the time. Clones tell the same time.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    Frozen(Arc<AtomicI64>),
}

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until it is moved; for tests.
    #[must_use]
    pub fn frozen(at: Moment) -> Self {
        Self(Source::Frozen(Arc::new(AtomicI64::new(at.0))))
    }

    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks the system"
    )]
    pub fn now(&self) -> Moment {
        Moment(match &self.0 {
            Source::System => Timestamp::now().as_millisecond(),
            Source::Frozen(at) => at.load(Ordering::SeqCst),
        })
    }

    /// Moves a frozen clock forward.
    ///
    /// # Panics
    /// On the system's clock, which nobody moves.
    pub fn advance(&self, span: Duration) {
        match &self.0 {
            Source::System => panic!("the system's clock cannot be moved"),
            Source::Frozen(at) => {
                at.fetch_add(millis(span), Ordering::SeqCst);
            }
        }
    }

    /// Sets a frozen clock, backwards too.
    ///
    /// # Panics
    /// On the system's clock, which nobody moves.
    pub fn set(&self, to: Moment) {
        match &self.0 {
            Source::System => panic!("the system's clock cannot be set"),
            Source::Frozen(at) => at.store(to.0, Ordering::SeqCst),
        }
    }
}

/// Measures how long something took, for metrics and logs only: nothing is decided by it.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "a measurement, which no test moves"
    )]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    #[must_use]
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_the_zone_of_the_company() {
        let zone = TimeZone::get("Europe/Berlin").expect("bundled");
        assert_eq!(Moment(0).rfc3339(&zone), "1970-01-01T01:00:00+01:00");
        assert_eq!(
            Moment(999).rfc3339(&TimeZone::UTC),
            "1970-01-01T00:00:00+00:00"
        );
    }

    #[test]
    fn a_day_begins_when_the_clock_on_the_wall_says_so() {
        let berlin = TimeZone::get("Europe/Berlin").expect("bundled");
        let first = day("2026-03-01").expect("a day");
        let start = Moment::start_of(first, &berlin).expect("a moment");
        assert_eq!(start.rfc3339(&berlin), "2026-03-01T00:00:00+01:00");
        assert_eq!(start.day(&berlin), first);
        assert_eq!(Moment(start.0 - 1).day(&berlin).to_string(), "2026-02-28");
        // Midnight is left out there in spring: the day begins at one.
        let cairo = TimeZone::get("Africa/Cairo").expect("bundled");
        let spring = day("2026-04-24").expect("a day");
        let start = Moment::start_of(spring, &cairo).expect("a moment");
        assert_eq!(start.rfc3339(&cairo), "2026-04-24T01:00:00+03:00");
    }

    #[test]
    fn only_whole_days_are_days() {
        for text in [
            "",
            "2026-02-30",
            "2026-3-1",
            "20260301",
            "2026-03-01T00:00",
            "2026-03-1 ",
            "-026-03-01",
            "2026-13-01",
            "０026-03-01",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
        assert!(day("0001-01-01").is_some() && day("9999-12-31").is_some());
    }

    #[test]
    fn seconds_are_rounded_up_so_that_nobody_comes_too_early() {
        assert_eq!(Moment(0).seconds_until(Moment(1)), 1);
        assert_eq!(Moment(0).seconds_until(Moment(1000)), 1);
        assert_eq!(Moment(5).seconds_until(Moment(5)), 0);
        assert_eq!(Moment(9000).seconds_until(Moment(5)), 0);
    }
}
