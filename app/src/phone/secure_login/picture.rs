//! Where browsers say that they stopped a window, drawn in lines that the style sheet colours.

use super::stand::Browser;

/// A browser's bar; the one thing in it that matters is filled.
pub(super) fn drawing(browser: Browser) -> String {
    const BAR: &str = r#"<rect x="1" y="1" width="318" height="62" rx="8"/><path d="M16 32l7-7m-7 7l7 7m-7-7h14M50 32h0"/><rect x="44" y="16" width="226" height="32" rx="16"/><circle cx="296" cy="32" r="2"/><circle cx="288" cy="32" r="2"/><circle cx="304" cy="32" r="2"/><path d="M62 32h70"/>"#;
    let mark = match browser {
        // A window with a cross in it, at the right end of the address.
        Browser::Chrome | Browser::Edge | Browser::Other => {
            r#"<g class="here"><rect x="238" y="23" width="22" height="18" rx="2"/><path d="M245 29l8 8m0-8l-8 8"/></g>"#
        }
        // A strip of its own below the address, with a button at its end.
        Browser::Firefox => {
            r#"<g class="here"><rect x="1" y="66" width="318" height="26" rx="4"/><path d="M14 79h150"/><rect x="236" y="71" width="74" height="16" rx="4"/></g>"#
        }
        // Two windows, one behind the other.
        Browser::Safari => {
            r#"<g class="here"><rect x="238" y="21" width="15" height="13" rx="2"/><rect x="244" y="28" width="15" height="13" rx="2"/></g>"#
        }
    };
    let height = match browser {
        Browser::Firefox => 94,
        _ => 64,
    };
    format!(r#"<svg viewBox="0 0 320 {height}" width="320" height="{height}">{BAR}{mark}</svg>"#)
}

#[cfg(test)]
mod tests {
    use super::{Browser, drawing};

    #[test]
    fn drawings_carry_no_style_of_their_own() {
        for browser in [Browser::Chrome, Browser::Firefox, Browser::Safari] {
            assert!(!drawing(browser).contains("style"));
        }
    }
}
