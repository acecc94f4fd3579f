//! The buttons of a company's providers: forms that work without scripts. With them a window opens inside the click; all
//! else about it is in `outside`, which is fetched by then or while it opens.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use web_sys::Window;

use super::{company::Asked, steps::Steps};
use crate::{
    client::segment,
    context::reload,
    i18n::{td_string, use_locale},
    later::send_outside,
    wire::{Company, ProviderKind},
};

/// The ways in at a company's providers, below the form for account and password or in its place.
#[component]
pub(super) fn WaysIn(
    company: Company,
    asked: Asked,
    /// Whether that form stands above.
    form: bool,
) -> impl IntoView {
    let locale = use_locale();
    let Company {
        alias,
        sso,
        passwords,
        ..
    } = company;
    let next = asked.next;
    let none = sso.is_empty();
    let lead = match (form, none) {
        (true, true) => return ().into_any(),
        (true, false) => view! { <p class="or">{td_string!(locale, outside.or)}</p> },
        (false, _) => view! { <p class="lead">{td_string!(locale, outside.alone)}</p> },
    };
    let admin = (!form && !passwords).then(|| {
        let next = next.as_deref().map(segment).unwrap_or_default();
        let address = format!("/{alias}?admin=1&next={next}");
        view! { <p><a href=address rel="external">{td_string!(locale, outside.admin)}</a></p> }
    });
    let buttons = (!none).then(|| {
        let steps = Steps::within(Some(alias.clone()));
        view! {
            <div on:submit=move |event| go_outside(event, &steps)>
                <Providers alias providers=sso next loud=!form/>
            </div>
        }
    });
    view! {
        {lead}
        {buttons}
        {admin}
    }
    .into_any()
}

/// Opens a window for the provider that the form asks for, and leaves the rest to those who know how.
pub(super) fn go_outside(event: SubmitEvent, steps: &Steps) {
    event.prevent_default();
    let opened = open_window("");
    let steps = steps.clone();
    spawn_local(async move {
        let held = opened.clone();
        if send_outside(event, opened, steps).await.is_err() {
            // A newer release may have replaced that part; a document of it brings the buttons again.
            if let Some(held) = held {
                let _ = held.close();
            }
            reload();
        }
    });
}

/// A window of its own, which browsers allow inside a click, before anything is awaited. None where they do not.
pub(crate) fn open_window(address: &str) -> Option<Window> {
    window()
        .open_with_url_and_target_and_features(address, "_blank", "popup,width=520,height=640")
        .ok()
        .flatten()
        // Some that stop windows answer one that is closed.
        .filter(|opened| !opened.closed().unwrap_or(true))
}

/// A button for each of these providers.
#[component]
pub(crate) fn Providers(
    alias: String,
    providers: Vec<ProviderKind>,
    #[prop(optional_no_strip)] next: Option<String>,
    /// Whether the first one is the page's filled button.
    #[prop(optional)]
    loud: bool,
) -> impl IntoView {
    let locale = use_locale();
    let buttons = providers.into_iter().enumerate().map(|(place, kind)| {
        let class = match loud && place == 0 {
            true => "button primary",
            false => "button quiet",
        };
        let (value, words) = match kind {
            ProviderKind::Google => ("google", td_string!(locale, outside.google)),
            ProviderKind::Office365 => ("office365", td_string!(locale, outside.office365)),
            ProviderKind::Company => ("company", td_string!(locale, outside.company)),
        };
        view! { <button class=class name="provider" value=value>{words}</button> }
    });
    view! {
        <form class="providers" method="post" action=format!("/{alias}/sso")>
            {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
            {buttons.collect_view()}
        </form>
    }
    .into_any()
}
