//! What an administrator enters at the provider.

use leptos::prelude::*;

use super::room::Room;
use crate::i18n::{td_string, use_locale};
use crate::ui::CopyButton;
use crate::wire::ProviderKind;

#[component]
pub(super) fn There(room: Room, kind: ProviderKind) -> impl IntoView {
    let locale = use_locale();
    let (redirect, signed_out) = room
        .page
        .with_untracked(|page| (page.redirect_uri.clone(), page.signed_out_uri.clone()));
    let words = match kind {
        ProviderKind::Google => td_string!(locale, sso_console.there.google),
        ProviderKind::Office365 => td_string!(locale, sso_console.there.office365),
        ProviderKind::Company => td_string!(locale, sso_console.there.company),
    };
    let signed_out = match kind {
        ProviderKind::Google => view! {
            <p class="hint">{td_string!(locale, sso_console.there.signed_out_google)}</p>
        }
        .into_any(),
        ProviderKind::Office365 | ProviderKind::Company => view! {
            <ToCopy name=td_string!(locale, sso_console.there.signed_out) text=signed_out/>
        }
        .into_any(),
    };
    view! {
        <div class="there">
            <h3>{td_string!(locale, sso_console.there.title)}</h3>
            <p>{words}</p>
            <ToCopy name=td_string!(locale, sso_console.there.redirect) text=redirect/>
            {signed_out}
        </div>
    }
    .into_any()
}

/// A text under its name, to be copied exactly.
#[component]
pub(super) fn ToCopy(#[prop(into)] name: String, #[prop(into)] text: String) -> impl IntoView {
    let locale = use_locale();
    let label = td_string!(locale, sso_console.there.copy, what = name.clone());
    view! {
        <div class="to-copy">
            <p class="name">{name}</p>
            <code>{text.clone()}</code>
            <CopyButton text label/>
        </div>
    }
    .into_any()
}
