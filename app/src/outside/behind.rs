//! What stands behind the window while a person signs in outside, and what is said when nothing came of it.

use leptos::prelude::*;

use super::stand::{Outside, Seen, Stand};
use crate::{
    client::ApiError,
    entry::region_links,
    i18n::{Locale, td_string, use_locale},
    ui::{Banner, BannerKind, FailureBanner},
    wire::{HelpContact, SsoBegun},
};

/// `children` is what leads there: it is shown while nobody is on their way.
#[component]
pub(crate) fn Behind(
    outside: Outside,
    #[prop(optional_no_strip)] help: Option<HelpContact>,
    children: ChildrenFn,
) -> impl IntoView {
    let under_way = Memo::new(move |_| outside.is_under_way());
    view! {
        {move || outside.stand.with(|stand| said(stand, help.clone()))}
        {move || match under_way.get() {
            true => view! { <UnderWay outside/> }.into_any(),
            false => children(),
        }}
    }
    .into_any()
}

/// What came of the last time.
fn said(stand: &Stand, help: Option<HelpContact>) -> Option<AnyView> {
    let locale = use_locale();
    let banner = |kind, text: &'static str| {
        view! { <div role="alert"><Banner kind><p>{text}</p></Banner></div> }.into_any()
    };
    match stand {
        Stand::Idle | Stand::Opening | Stand::There(..) => None,
        Stand::Over => Some(banner(BannerKind::Info, td_string!(locale, outside.over))),
        Stand::NoCookies => Some(banner(
            BannerKind::Stop,
            td_string!(locale, outside.no_cookies),
        )),
        Stand::Failed(error) => Some(failed(locale, error.clone(), help)),
    }
}

fn failed(locale: Locale, error: ApiError, help: Option<HelpContact>) -> AnyView {
    let regions = region_links(locale, Some(&error));
    view! {
        <div role="alert"><FailureBanner error help/></div>
        {regions}
    }
    .into_any()
}

#[component]
fn UnderWay(outside: Outside) -> impl IntoView {
    let locale = use_locale();
    let there = move || {
        outside.stand.with(|stand| match stand {
            Stand::There(begun, seen) => Some((begun.clone(), *seen)),
            _ => None,
        })
    };
    let cancel = move |_| outside.cancel();
    view! {
        <div class="stack" role="status">
            {move || match there() {
                Some((begun, seen)) => asked(locale, begun, seen),
                None => view! { <p>{td_string!(locale, outside.opening)}</p> }.into_any(),
            }}
        </div>
        <div class="choices">
            {move || there().map(|(begun, seen)| view! { <Ways outside begun seen/> })}
            <button type="button" class="button text" on:click=cancel>
                {td_string!(locale, outside.cancel)}
            </button>
        </div>
    }
    .into_any()
}

/// What the person does now.
fn asked(locale: Locale, begun: SsoBegun, seen: Seen) -> AnyView {
    let (kind, text) = match seen {
        Seen::Open => {
            let text = td_string!(locale, outside.finish, name = begun.name);
            return view! { <p>{text}</p> }.into_any();
        }
        Seen::Blocked => (BannerKind::Warning, td_string!(locale, outside.blocked)),
        Seen::Gone => (BannerKind::Info, td_string!(locale, outside.gone)),
    };
    view! { <Banner kind><p>{text}</p></Banner> }.into_any()
}

/// The window once more where there is none, and the way without one.
#[component]
fn Ways(outside: Outside, begun: SsoBegun, seen: Seen) -> impl IntoView {
    let locale = use_locale();
    let open = seen == Seen::Open;
    let words = match open {
        true => td_string!(locale, outside.here),
        false => td_string!(locale, outside.continue_here),
    };
    view! {
        {(!open).then(|| view! {
            <button
                type="button"
                class="button primary"
                on:click=move |_| outside.open_again()
            >
                {td_string!(locale, outside.again)}
            </button>
        })}
        <a class="button quiet" href=begun.url rel="external" on:click=move |_| outside.go_here()>
            {words}
        </a>
    }
}
