//! The sign-in page as it would be: the page's own component, to look at only.

use leptos::{html, prelude::*};

use crate::entry::{SignInPreview, look_properties};
use crate::i18n::{td_string, use_locale};
use crate::wire::Company;

/// `company` as people would see it. It appears once there is one.
#[component]
pub(super) fn Preview(company: Signal<Option<Company>>) -> impl IntoView {
    let locale = use_locale();
    let dark = RwSignal::new(None::<bool>);
    let frame = NodeRef::<html::Div>::new();
    let colours = Memo::new(move |_| {
        company.with(|company| {
            let company = company.as_ref()?;
            Some((company.brand.clone(), company.accent.clone()))
        })
    });
    Effect::new(move || {
        let (Some(frame), Some((brand, accent))) = (frame.get(), colours.get()) else {
            return;
        };
        wear(&frame, brand.as_deref(), accent.as_deref());
    });
    let company = Memo::new(move |_| company.get());
    let scheme = move |is_dark: bool, label: &'static str| {
        view! {
            <button
                type="button"
                class="button text"
                aria-pressed=move || (dark.get() == Some(is_dark)).to_string()
                on:click=move |_| dark.set(Some(is_dark))
            >
                {label}
            </button>
        }
    };
    view! {
        <section class="preview" aria-labelledby="preview-title">
            <h2 id="preview-title">{td_string!(locale, settings.look.preview)}</h2>
            <p class="hint">{td_string!(locale, settings.look.preview_hint)}</p>
            <div class="choices needs-program">
                {scheme(false, td_string!(locale, settings.look.light))}
                {scheme(true, td_string!(locale, settings.look.dark))}
            </div>
            // Nobody signs in here: neither pointer nor keys nor readers get into it.
            <div
                class="stage"
                class:light=move || dark.get() == Some(false)
                class:dark=move || dark.get() == Some(true)
                inert=true
                aria-hidden="true"
                node_ref=frame
            >
                {move || company.get().map(|company| view! { <SignInPreview company/> })}
            </div>
        </section>
    }
    .into_any()
}

/// Gives an element a company's colours, whatever is around it. Only for the browser.
pub(super) fn wear(element: &web_sys::HtmlElement, brand: Option<&str>, accent: Option<&str>) {
    /// As in `tokens.css`.
    const BUILT_IN: [(&str, &str); 4] = [
        ("--brand", "light-dark(#0a6552, #55c7a9)"),
        ("--on-brand", "light-dark(#ffffff, #000000)"),
        ("--mark", "var(--brand)"),
        ("--accent", "var(--on-brand)"),
    ];
    let style = element.style();
    let own = look_properties(brand, accent);
    for (name, value) in BUILT_IN {
        let own = own.iter().find(|(known, _)| *known == name);
        let _ = style.set_property(name, own.map_or(value, |(_, value)| value));
    }
}
