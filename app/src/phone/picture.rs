//! Where browsers say that they stopped a window, drawn in lines that the style sheet colours.

use leptos::prelude::*;

use crate::i18n::{td_string, use_locale};

/// Where the browser in use says that it stopped a window. Only browsers show it.
#[component]
pub(crate) fn WhereBlocked() -> impl IntoView {
    let locale = use_locale();
    let browser = Browser::of(&window().navigator().user_agent().unwrap_or_default());
    let words = match browser {
        Browser::Chrome | Browser::Edge => td_string!(locale, phone.picture.chrome),
        Browser::Firefox => td_string!(locale, phone.picture.firefox),
        Browser::Safari => td_string!(locale, phone.picture.safari),
        Browser::Other => td_string!(locale, phone.picture.other),
    };
    view! {
        <figure class="where-blocked">
            <div aria-hidden="true" inner_html=drawing(browser)></div>
            <figcaption>{words}</figcaption>
        </figure>
    }
    .into_any()
}

/// Browsers that differ in where they say that they stopped a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Browser {
    Chrome,
    Edge,
    Firefox,
    Safari,
    Other,
}

impl Browser {
    /// By the header of that name, in which each also pretends to be those before it.
    fn of(user_agent: &str) -> Self {
        let names = [
            ("Edg", Self::Edge),
            ("Firefox/", Self::Firefox),
            ("OPR/", Self::Other),
            ("Chrome/", Self::Chrome),
            ("Safari/", Self::Safari),
        ];
        names
            .into_iter()
            .find(|(name, _)| user_agent.contains(name))
            .map_or(Self::Other, |(_, browser)| browser)
    }
}

/// A browser's bar; the one thing in it that matters is filled.
fn drawing(browser: Browser) -> String {
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

    #[test]
    fn browsers_are_known_by_the_last_name_they_give() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
        for (user_agent, browser) in [
            (chrome.to_owned(), Browser::Chrome),
            (format!("{chrome} Edg/156.0.0.0"), Browser::Edge),
            (format!("{chrome} OPR/120.0.0.0"), Browser::Other),
            (
                "Mozilla/5.0 (Windows NT 10.0; rv:145.0) Gecko/20100101 Firefox/145.0".to_owned(),
                Browser::Firefox,
            ),
            (
                "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15"
                    .to_owned(),
                Browser::Safari,
            ),
            (String::new(), Browser::Other),
        ] {
            assert_eq!(Browser::of(&user_agent), browser, "{user_agent}");
        }
    }
}
