//! Pages for people who arrived where there is nothing for them: each says why and what to do.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    finder::{CompanyFinder, region_links},
    frame::EntryFrame,
};
use crate::{
    client::ApiError,
    context::{Page, use_address},
    i18n::{error_text, td_string, use_locale},
    ui::{FailureBanner, Heading},
    wire::ProblemCode,
};

/// No company in the address, or it could not be loaded.
#[component]
pub(super) fn NoCompany(error: ApiError) -> impl IntoView {
    let locale = use_locale();
    let page = Page::use_page();
    let alias = use_params_map()
        .read_untracked()
        .get("alias")
        .unwrap_or_default();
    if error.code() != Some(ProblemCode::UnknownCompany) {
        page.status(503);
        return view! {
            <EntryFrame>
                <Heading title=td_string!(locale, entry.failed_heading)/>
                <FailureBanner error=error/>
                <p><TryAgain/></p>
            </EntryFrame>
        }
        .into_any();
    }
    page.status(404);
    let regions = region_links(locale, Some(&error));
    let (title, text) = if regions.is_some() {
        (
            td_string!(locale, entry.elsewhere_heading),
            error_text(locale, &error),
        )
    } else {
        (
            td_string!(locale, entry.unknown_heading),
            td_string!(locale, entry.unknown, alias = alias),
        )
    };
    view! {
        <EntryFrame>
            <Heading title/>
            <p>{text}</p>
            {regions}
            <CompanyFinder/>
        </EntryFrame>
    }
    .into_any()
}

/// Loads this address once more.
#[component]
pub(super) fn TryAgain() -> impl IntoView {
    let locale = use_locale();
    view! { <a href=use_address() rel="external">{td_string!(locale, common.try_again)}</a> }
}

/// An address that belongs to no page.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    let locale = use_locale();
    Page::use_page().status(404);
    view! {
        <EntryFrame>
            <Heading title=td_string!(locale, entry.not_found_heading)/>
            <p>{td_string!(locale, entry.not_found)}</p>
            <p><a href="/" rel="external">{td_string!(locale, common.back_to_start)}</a></p>
        </EntryFrame>
    }
}
