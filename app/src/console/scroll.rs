//! Back restores how far a page was scrolled, also where its rows have to come first: browsers restore at once, when
//! the page may not be long enough yet.

use std::collections::HashMap;

use leptos::{ev, prelude::*};

/// Frames for which a page may grow until it is long enough: two to three seconds.
const PATIENCE: u32 = 150;

/// Remembers for each address how far it was scrolled, and scrolls there when Back or Forward lead to it.
pub(super) fn restore_scroll() {
    let known = StoredValue::new(HashMap::<String, f64>::new());
    // Rises with everything that ends a restoring under way.
    let turn = StoredValue::new(0_u32);
    Effect::new(move |begun: Option<()>| {
        if begun.is_some() {
            return;
        }
        let note = window_event_listener(ev::scroll, move |_| {
            if let (Some(here), Ok(far)) = (here(), window().scroll_y()) {
                known.update_value(|known| {
                    known.insert(here, far);
                });
            }
        });
        let back = window_event_listener(ev::popstate, move |_| {
            turn.update_value(|turn| *turn += 1);
            let far = here().and_then(|here| known.with_value(|known| known.get(&here).copied()));
            if let Some(far) = far {
                approach(turn, turn.get_value(), far, PATIENCE);
            }
        });
        // Whoever scrolls by hand means it.
        let stop = move || {
            turn.try_update_value(|turn| *turn += 1);
        };
        let wheel = window_event_listener(ev::wheel, move |_| stop());
        let touch = window_event_listener(ev::touchmove, move |_| stop());
        let keys = window_event_listener(ev::keydown, move |_| stop());
        on_cleanup(move || {
            for listener in [note, back, wheel, touch, keys] {
                listener.remove();
            }
        });
    });
}

/// Scrolls once the page is long enough.
fn approach(turn: StoredValue<u32>, mine: u32, far: f64, frames: u32) {
    request_animation_frame(move || {
        if turn.try_get_value() != Some(mine) {
            return;
        }
        let height = document()
            .document_element()
            .map_or(0, |root| root.scroll_height() - root.client_height());
        if f64::from(height) + 1.0 >= far {
            window().scroll_to_with_x_and_y(0.0, far);
        } else if frames > 0 {
            approach(turn, mine, far, frames - 1);
        }
    });
}

/// Path and query of the document.
fn here() -> Option<String> {
    let location = window().location();
    Some(location.pathname().ok()? + &location.search().ok()?)
}
