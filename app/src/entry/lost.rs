//! Pages for people who arrived where there is nothing for them: each says why and what to do.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    finder::{CompanyFinder, region_links},
    frame::{CompanyView, EntryFrame},
};
use crate::{
    client::ApiError,
    context::{Page, use_address},
    i18n::{error_text, td_string, use_locale},
    ui::{FailureBanner, Heading, Help},
    wire::{Company, ProblemCode},
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

/// The end of a sign-in that cannot go on: why, and whom to call. The server sends people here
/// with `?reason=` and `?reference=`.
#[component]
pub fn StoppedPage() -> impl IntoView {
    let query = use_query_map().read_untracked().clone();
    let reason = query.get("reason").unwrap_or_default();
    let reference = query.get("reference").filter(|text| is_reference(text));
    let show = move |company: Company| {
        view! { <Stopped company=company reason=reason.clone() reference=reference.clone()/> }
            .into_any()
    };
    view! { <CompanyView show=show/> }
}

#[component]
fn Stopped(company: Company, reason: String, reference: Option<String>) -> impl IntoView {
    let locale = use_locale();
    let text = match reason.as_str() {
        "presence_list_missing" => td_string!(locale, problem.presence_list_missing),
        "account_disabled" => td_string!(locale, problem.account_disabled),
        "account_locked" => td_string!(locale, problem.account_locked),
        _ => td_string!(locale, entry.stopped),
    };
    let back = format!("/{}", company.alias);
    view! {
        <EntryFrame company=Some(company.clone())>
            <Heading title=td_string!(locale, entry.stopped_heading)/>
            <p>{text}</p>
            {company.help_contact.map(|help| view! { <Help help=help/> })}
            {reference.map(|reference| view! {
                <p class="reference">
                    {td_string!(locale, common.reference)} " " <code>{reference}</code>
                </p>
            })}
            <p>
                <a href=back rel="external">
                    {td_string!(locale, entry.back_to_company, company = company.name)}
                </a>
            </p>
        </EntryFrame>
    }
}

/// Addresses are written by anybody: only what looks like a reference is shown as one.
fn is_reference(text: &str) -> bool {
    (8..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::is_reference;

    #[test]
    fn only_references_are_shown() {
        assert!(is_reference("0198f6b2-7c1e-7d55-a1c3-2f7f9f5c3a10"));
        assert!(!is_reference("call 0900 123 456 now"));
        assert!(!is_reference(""));
    }
}
