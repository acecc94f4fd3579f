//! The button as the server writes it: it waits for the program, and says so to browsers that run none.

use leptos::prelude::*;

use crate::{
    client::Api,
    context::Assets,
    i18n::{Locale, td_string},
};

/// What stands in a company's page for *Secure Login*: nothing where it has no phone.
pub(crate) async fn place(
    (api, assets, locale): (Api, Option<Assets>, Locale),
    alias: &str,
) -> String {
    // Tells documents of companies with a phone from the others, without asking.
    if assets.is_none_or(|assets| assets.phone_library.is_none()) {
        return String::new();
    }
    let Ok(phone) = api.company_phone(alias).await else {
        return String::new();
    };
    view! {
        <div data-url=phone.url>
            <div class="secure-login">
                <button type="button" class="button primary busy" disabled aria-busy="true">
                    {td_string!(locale, phone.secure_login)}
                </button>
                <p class="hint">{td_string!(locale, phone.hint)}</p>
                <p class="plain-only">{td_string!(locale, phone.needs_scripts)}</p>
            </div>
        </div>
        <p class="or">{td_string!(locale, outside.or)}</p>
    }
    .to_html()
}
