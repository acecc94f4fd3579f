//! What keeps the phone from answering, and what to do about it: words for the person and words for those who set their
//! machine up.

use leptos::{html, prelude::*};

use super::{entry::Entry, stand::Browser};
use crate::{
    i18n::{td_string, use_locale},
    ui::{Banner, BannerKind, Button, ButtonKind, CopyButton},
};

/// Where the browser in use says that it stopped a window, drawn.
#[component]
pub(super) fn Picture() -> impl IntoView {
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

/// For somebody who has waited for longer than signing in takes. And the frame itself, when its button is needed.
#[component]
pub(super) fn Stuck(entry: Entry) -> impl IntoView {
    let locale = use_locale();
    let stuck = Memo::new(move |_| entry.is_stuck());
    let shown = Memo::new(move |_| entry.shows_frame());
    view! {
        {move || shown.get().then(|| view! { <FramePlace entry/> })}
        {move || stuck.get().then(|| view! {
            <Banner kind=BannerKind::Info>
                <p>{td_string!(locale, phone.stuck)}</p>
                <p>
                    <Button
                        kind=ButtonKind::Quiet
                        kind_of="button"
                        on:click=move |_| entry.ask_for_cookies()
                    >
                        {td_string!(locale, phone.cookies.ask)}
                    </Button>
                </p>
            </Banner>
            <Advice entry cookies=true/>
        })}
    }
    .into_any()
}

/// Where the phone's frame lies while its own button is needed.
#[component]
fn FramePlace(entry: Entry) -> impl IntoView {
    let place = NodeRef::<html::Div>::new();
    let phone = entry.phone();
    Effect::new(move |_| {
        if let Some(place) = place.get() {
            phone.show_frame(Some(&place));
        }
    });
    on_cleanup(move || phone.show_frame(None));
    view! { <div class="phone-place" node_ref=place></div> }.into_any()
}

/// What those can do who look after the person's machine, to be sent to them.
#[component]
pub(super) fn Advice(
    entry: Entry,
    /// Whether cookies may be the reason, too.
    cookies: bool,
) -> impl IntoView {
    let locale = use_locale();
    let origin = window().location().origin().unwrap_or_default();
    let there = origin_of(&entry.url());
    let approve = td_string!(
        locale,
        phone.advice.approve,
        origin = origin.clone(),
        there = there.clone()
    );
    let allow = cookies.then(|| {
        td_string!(
            locale,
            phone.advice.cookies,
            origin = origin.clone(),
            there = there.clone()
        )
    });
    let lead = td_string!(locale, phone.advice.lead, origin = origin);
    let text = [Some(lead), allow, Some(approve)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>();
    let copied = text.join("\n\n");
    view! {
        <details class="other">
            <summary>{td_string!(locale, phone.advice.title)}</summary>
            {text.into_iter().map(|text| view! { <p>{text}</p> }).collect_view()}
            <CopyButton text=copied/>
        </details>
    }
    .into_any()
}

fn origin_of(url: &str) -> String {
    url.match_indices('/')
        .nth(2)
        .map_or(url, |(end, _)| &url[..end])
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Browser, drawing, origin_of};

    #[test]
    fn an_origin_is_what_stands_before_the_path() {
        for (url, origin) in [
            (
                "https://acme.my.connect.aws/ccp-v2/",
                "https://acme.my.connect.aws",
            ),
            ("http://127.0.0.1:3001/x/ccp-v2/", "http://127.0.0.1:3001"),
            ("https://acme.my.connect.aws", "https://acme.my.connect.aws"),
        ] {
            assert_eq!(origin_of(url), origin);
        }
    }

    #[test]
    fn drawings_carry_no_style_of_their_own() {
        for browser in [Browser::Chrome, Browser::Firefox, Browser::Safari] {
            assert!(!drawing(browser).contains("style"));
        }
    }
}
