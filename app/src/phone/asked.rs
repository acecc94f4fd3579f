//! Whether the phone's frame gets its cookies in this browser only by asking: once that was so, the next document begins
//! with it, before anybody has waited for a frame that stays silent.

use leptos::prelude::window;
use web_sys::Storage;

use super::Cookies;

/// Where it is noted for which Contact Control Panel.
const ASKED: &str = "callgate-amazon-connect-asked";

fn notes() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

pub(super) fn how_to_start(url: &str, wanted: Cookies) -> Cookies {
    let asked = notes().and_then(|notes| notes.get_item(ASKED).ok().flatten());
    match asked.as_deref() == Some(url) {
        true => Cookies::Ask,
        false => wanted,
    }
}

/// It has got them, or not.
pub(super) fn note(url: &str, granted: bool) {
    let Some(notes) = notes() else { return };
    let _ = match granted {
        true => notes.set_item(ASKED, url),
        false => notes.remove_item(ASKED),
    };
}
