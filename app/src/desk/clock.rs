//! Time that passes on a desk. What has passed is told by the server or by Amazon Connect; the browser's steady clock,
//! which no change of the wall clock moves, counts it on.

use leptos::prelude::*;

/// Whole seconds that pass since they were told. The text tells two beginnings apart.
pub(super) fn passing(told: Memo<(u32, String)>) -> Signal<u32> {
    let shown = RwSignal::new(told.with_untracked(|(seconds, _)| *seconds));
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let seconds = told.with(|(seconds, _)| *seconds);
        let clock = || window().performance().map_or(0.0, |clock| clock.now());
        let start = clock();
        shown.set(seconds);
        let tick = move || {
            let now = seconds + ((clock() - start) / 1_000.0) as u32;
            if shown.try_get_untracked().is_some_and(|shown| shown != now) {
                shown.set(now);
            }
        };
        let ticking = StoredValue::new_local(Some(gloo_timers::callback::Interval::new(250, tick)));
        on_cleanup(move || drop(ticking.try_update_value(Option::take)));
    });
    shown.into()
}

/// Seconds since 1970 by this browser's clock. On the server nobody asks.
pub(super) fn now() -> f64 {
    #[cfg(feature = "hydrate")]
    return js_sys::Date::now() / 1_000.0;
    #[cfg(not(feature = "hydrate"))]
    0.0
}

/// Whole seconds since a moment in milliseconds since 1970.
pub(super) fn seconds_since(moment: f64) -> u32 {
    (now() - moment / 1_000.0).max(0.0) as u32
}

/// `4:09`, `1:04:09`.
pub(super) fn lasting(seconds: u32) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::lasting;

    #[test]
    fn a_status_lasts_minutes_and_hours() {
        for (seconds, text) in [
            (0, "0:00"),
            (59, "0:59"),
            (249, "4:09"),
            (3_600, "1:00:00"),
            (3_849, "1:04:09"),
            (90_061, "25:01:01"),
        ] {
            assert_eq!(lasting(seconds), text);
        }
    }
}
