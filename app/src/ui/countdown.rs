//! Seconds that pass. They are counted by the browser's clock from what the server said, so a tab
//! that slept in the background is right when it wakes.

use leptos::prelude::*;

use crate::i18n::timer;

/// What is left of `seconds`, counted down to 0 from each time that `seconds` changes.
///
/// The server and the first rendering in the browser show `seconds` itself.
pub fn seconds_left(seconds: Signal<u32>) -> Signal<u32> {
    let left = RwSignal::new(seconds.get_untracked());
    #[cfg(feature = "hydrate")]
    {
        let ticking = StoredValue::new_local(None::<gloo_timers::callback::Interval>);
        Effect::new(move |_| {
            let total = seconds.get();
            let running = ticking.with_value(Option::is_some);
            // The server's whole seconds and ours differ by one at times: no jumping back.
            if running && left.get_untracked().abs_diff(total) <= 1 {
                return;
            }
            left.set(total);
            let end = js_sys::Date::now() + f64::from(total) * 1000.0;
            let tick = move || {
                let rest = ((end - js_sys::Date::now()) / 1000.0).ceil().max(0.0) as u32;
                if left.try_get_untracked().is_some_and(|shown| shown != rest) {
                    left.set(rest);
                }
                if rest == 0 {
                    ticking.try_set_value(None);
                }
            };
            let running = (total > 0).then(|| gloo_timers::callback::Interval::new(250, tick));
            ticking.set_value(running);
        });
        on_cleanup(move || drop(ticking.try_update_value(Option::take)));
    }
    left.into()
}

/// A running-out time as `4:09`. Screen readers read it when they come by; it never interrupts.
#[component]
pub fn Countdown(#[prop(into)] left: Signal<u32>) -> impl IntoView {
    view! {
        <span class="timer" role="timer">
            {move || timer(left.get())}
        </span>
    }
}
