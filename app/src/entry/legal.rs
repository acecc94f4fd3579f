//! A company's terms and its privacy policy.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    frame::{CompanyView, EntryFrame},
    lost::TryAgain,
};
use crate::{
    client::{Api, ApiError},
    context::Page,
    i18n::{td_string, use_locale},
    ui::{FailureBanner, Heading},
    wire::{Company, LegalText, ProblemCode},
};

/// The company's own text, or the way to the address where it keeps it.
#[component]
pub fn LegalPage(privacy: bool) -> impl IntoView {
    let api = Api::use_api();
    let alias = use_params_map()
        .read_untracked()
        .get("alias")
        .unwrap_or_default();
    let text = Resource::new_blocking(
        || (),
        move |()| {
            let (api, alias) = (api.clone(), alias.clone());
            async move {
                if privacy {
                    api.privacy(&alias).await
                } else {
                    api.terms(&alias).await
                }
            }
        },
    );
    let show = move |company: Company| {
        view! {
            <Suspense>
                {move || {
                    let company = company.clone();
                    Suspend::new(async move {
                        let text = text.await;
                        view! { <Legal company=company text=text privacy=privacy/> }
                    })
                }}
            </Suspense>
        }
        .into_any()
    };
    view! { <CompanyView show=show/> }
}

#[component]
fn Legal(company: Company, text: Result<LegalText, ApiError>, privacy: bool) -> impl IntoView {
    let locale = use_locale();
    let page = Page::use_page();
    let title = if privacy {
        td_string!(locale, entry.privacy)
    } else {
        td_string!(locale, entry.terms)
    };
    let name = company.name.clone();
    let missing = text.as_ref().err().and_then(ApiError::code) == Some(ProblemCode::NotFound);
    let body = match text {
        Ok(LegalText::Html(html)) => {
            // Written by the company in Markdown, rendered by the server without raw HTML.
            view! { <div class="prose" inner_html=html></div> }.into_any()
        }
        Ok(LegalText::Url(address)) => view! {
            <p>{td_string!(locale, entry.elsewhere, company = name.clone())}</p>
            <p>
                <a href=address.clone() rel="external noreferrer">
                    {td_string!(locale, entry.open_elsewhere, address = address.clone())}
                </a>
            </p>
        }
        .into_any(),
        Err(_) if missing => {
            page.status(404);
            view! { <p>{td_string!(locale, entry.no_text, company = name.clone())}</p> }.into_any()
        }
        Err(error) => {
            page.status(503);
            view! {
                <FailureBanner error=error/>
                <p><TryAgain/></p>
            }
            .into_any()
        }
    };
    let title = if missing {
        td_string!(locale, entry.no_text_heading)
    } else {
        title
    };
    let back = format!("/{}", company.alias);
    view! {
        <EntryFrame company=Some(company)>
            <Heading title=title/>
            {body}
            <p><a href=back rel="external">{td_string!(locale, entry.back_to_company, company = name)}</a></p>
        </EntryFrame>
    }
}
