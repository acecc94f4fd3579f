//! `/onboarding`: the form where companies may be created, how it ended, or who creates them instead.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{end::Created, form::NewCompanyForm};
use crate::{
    client::{Api, ApiError},
    context::{Page, take_flash},
    entry::{EntryFrame, LanguageChoice},
    i18n::{td_string, use_locale},
    ui::{FailureBanner, Heading},
    wire::{CompanyFounded, Onboarding, OnboardingMode},
};

#[component]
pub fn OnboardingPage() -> impl IntoView {
    let api = Api::use_api();
    let offer = Resource::new_blocking(
        || (),
        move |()| {
            let api = api.clone();
            async move { api.onboarding().await }
        },
    );
    let query = use_query_map();
    let created = Memo::new(move |_| query.read().get("created"));
    // What the form was answered with; an address that was loaded anew has forgotten it.
    let answer = RwSignal::new(None::<CompanyFounded>);
    let flash = StoredValue::new(take_flash());
    let document = StoredValue::new(Page::use_page());
    view! {
        <EntryFrame>
            <Suspense>
                {move || {
                    let created = created.get();
                    Suspend::new(async move {
                        match (offer.await, created) {
                            (Ok(offer), _) if offer.mode == OnboardingMode::Closed => {
                                document.with_value(|document| document.status(404));
                                view! { <Closed/> }.into_any()
                            }
                            (Ok(_), Some(alias)) => view! { <Created alias answer/> }.into_any(),
                            (Ok(offer), None) => view! { <Open offer flash=flash.get_value() answer/> }.into_any(),
                            (Err(error), _) => {
                                document.with_value(|document| document.status(503));
                                view! { <NotNow error/> }.into_any()
                            }
                        }
                    })
                }}
            </Suspense>
        </EntryFrame>
    }
}

#[component]
fn Open(
    offer: Onboarding,
    #[prop(optional_no_strip)] flash: Option<crate::context::Flash>,
    answer: RwSignal<Option<CompanyFounded>>,
) -> impl IntoView {
    let locale = use_locale();
    let lead = match offer.mode {
        OnboardingMode::Approve => td_string!(locale, onboarding.lead_approve),
        OnboardingMode::Open | OnboardingMode::Closed => td_string!(locale, onboarding.lead),
    };
    view! {
        <Heading title=td_string!(locale, onboarding.heading)/>
        <p class="lead">{lead}</p>
        <NewCompanyForm offer flash answer/>
        <footer class="small-print">
            <LanguageChoice here="/onboarding".to_owned()/>
            <a href="/" rel="external">{td_string!(locale, onboarding.have_one)}</a>
        </footer>
    }
}

/// Nobody but the operator creates companies here.
#[component]
fn Closed() -> impl IntoView {
    let locale = use_locale();
    view! {
        <Heading title=td_string!(locale, onboarding.closed_heading)/>
        <p>{td_string!(locale, onboarding.closed)}</p>
        <p><a href="/" rel="external">{td_string!(locale, common.back_to_start)}</a></p>
    }
}

#[component]
fn NotNow(error: ApiError) -> impl IntoView {
    let locale = use_locale();
    view! {
        <Heading title=td_string!(locale, entry.failed_heading)/>
        <FailureBanner error/>
        <p><a href="/onboarding" rel="external">{td_string!(locale, common.try_again)}</a></p>
    }
}
