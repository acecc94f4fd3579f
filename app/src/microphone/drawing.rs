//! Where the browser hides what has to be clicked: drawn as lines, since every browser's own picture changes with the year.

use leptos::prelude::*;

use super::{Hearing, here::Browser};
use crate::i18n::{Locale, td_string};

/// What there is to see for a state; nothing where it would not help.
pub(super) fn drawing(locale: Locale, hearing: Hearing, browser: Browser) -> Option<AnyView> {
    let (says, mark) = match (hearing, browser) {
        (Hearing::Asking | Hearing::Ignored, _) => (
            td_string!(locale, microphone.drawing.question),
            question().into_any(),
        ),
        (Hearing::Refused, Browser::Safari) => (
            td_string!(locale, microphone.drawing.menu),
            menu().into_any(),
        ),
        (Hearing::Refused, browser) => (
            td_string!(locale, microphone.drawing.left),
            icon(browser).into_any(),
        ),
        _ => return None,
    };
    let drawn = view! {
        <svg class="where" viewBox="0 0 240 88" role="img" aria-label=says>
            <g class="window">
                <rect x="1" y="14" width="238" height="73" rx="6"/>
                <path d="M1 50h238M12 24h8M26 24h8M40 24h8"/>
                <rect x="52" y="32" width="176" height="13" rx="6.5"/>
                <path d="M12 38h6m-3-3-3 3 3 3M32 38h6m-3-3 3 3-3 3"/>
                <path class="address" d="M78 38.500h72"/>
            </g>
            {mark}
        </svg>
    };
    Some(drawn.into_any())
}

/// The browser's question, hanging from the address bar.
fn question() -> impl IntoView {
    view! {
        <g class="here">
            <rect class="sheet" x="52" y="48" width="112" height="36" rx="5"/>
            <path d="M62 58h52M62 65h34"/>
            <rect class="filled" x="126" y="70" width="32" height="10" rx="5"/>
        </g>
    }
}

/// The icon left of the address: sliders in Chrome, a padlock in Edge, a microphone with a line through it in Firefox.
fn icon(browser: Browser) -> impl IntoView {
    let shape = match browser {
        Browser::Chrome => "M59 36h3m4 0h4M59 41h5m4 0h2M64 34v4M66 39v4",
        Browser::Firefox => "M65 34v4M62.500 37c0 4 5 4 5 0M65 40v3M60 34l10 9",
        _ => "M61 38h8v5h-8zM62.500 38c0-5 5-5 5 0",
    };
    view! {
        <g class="here">
            <path d=shape/>
            <circle cx="65" cy="38.500" r="11"/>
            <path d="M65 76V54m-5 6 5-6 5 6"/>
        </g>
    }
}

/// Safari's own menu, above its window.
fn menu() -> impl IntoView {
    view! {
        <g class="here">
            <path d="M2 6h4M12 6h26"/>
            <rect x="9" y="1" width="32" height="10" rx="3"/>
            <path d="M25 40V15m-5 6 5-6 5 6"/>
        </g>
    }
}
