//! The pages behind the window: of a company, and of whichever company an e-mail address belongs to.

use leptos::{ev::SubmitEvent, html, prelude::*};
use leptos_router::hooks::use_query_map;

use super::{
    Behind, Errand, Outside,
    failure::{failure_named, is_reference, problem_of},
    forms::errand_of,
    window::handed_over,
};
use crate::{
    client::{ApiError, segment},
    context::take_flash,
    entry::{CompanyView, EntryFrame, LanguageChoice, Providers},
    i18n::{td_string, use_locale},
    ui::{Button, Heading, TextField},
    wire::{BeginSsoAnywhere, Company},
};

/// `/{alias}/sso`: reached from the company's page with a window open. Opened by itself it has the company's buttons.
#[component]
pub fn SsoPage() -> impl IntoView {
    let next = use_query_map().read_untracked().get("next");
    let failure = take_flash().map(|flash| ApiError::Problem(Box::new(flash.problem)));
    let show = move |company: Company| {
        let (next, failure) = (next.clone(), failure.clone());
        view! { <AtCompany company next failure/> }.into_any()
    };
    view! { <CompanyView show/> }
}

#[component]
fn AtCompany(
    company: Company,
    next: Option<String>,
    /// What a form without scripts ended in.
    failure: Option<ApiError>,
) -> impl IntoView {
    let locale = use_locale();
    let home = match &next {
        Some(next) => format!("/{}?next={}", company.alias, segment(next)),
        None => format!("/{}", company.alias),
    };
    let outside = Outside::leading_back_to(home.clone());
    if let Some(error) = failure {
        outside.failed_before(error);
    }
    if cfg!(feature = "hydrate")
        && let Some(errand) = handed_over()
    {
        outside.go_on(errand);
    }
    let open = move |event: SubmitEvent| {
        if let Some(errand) = errand_of(&event) {
            event.prevent_default();
            outside.begin(errand);
        }
    };
    let help = company.help_contact.clone();
    let words = td_string!(
        locale,
        entry.back_to_company,
        company = company.name.clone()
    );
    let (alias, providers) = (company.alias.clone(), company.sso.clone());
    view! {
        <EntryFrame company=Some(company)>
            <Heading title=td_string!(locale, outside.company)/>
            <Behind outside help>
                <div on:submit=open>
                    <Providers
                        alias=alias.clone()
                        providers=providers.clone()
                        next=next.clone()
                        loud=true
                    />
                </div>
            </Behind>
            <p><a href=home rel="external">{words}</a></p>
        </EntryFrame>
    }
}

/// `/sso`: reached from the start page, and by people whose sign-in failed before their company was known.
#[component]
pub fn SsoAnywherePage() -> impl IntoView {
    let locale = use_locale();
    let query = use_query_map().read_untracked().clone();
    let flash = take_flash();
    let typed = flash.as_ref().and_then(|flash| flash.typed.clone());
    let username = RwSignal::new(typed.unwrap_or_default());
    let reference = query.get("reference").filter(|text| is_reference(text));
    let told = query.get("reason").as_deref().and_then(failure_named);
    let told = told.map(|failure| problem_of(failure, reference.unwrap_or_default()));
    let outside = Outside::new();
    if let Some(error) = flash
        .map(|flash| ApiError::Problem(Box::new(flash.problem)))
        .or(told)
    {
        outside.failed_before(error);
    }
    view! {
        <EntryFrame>
            <Heading title=td_string!(locale, outside.company) focus=false/>
            <Behind outside>
                <p class="lead">{td_string!(locale, outside.anywhere)}</p>
                <DomainForm username outside/>
            </Behind>
            <footer class="small-print">
                <LanguageChoice here="/sso".to_owned()/>
                <a href="/" rel="external">{td_string!(locale, common.back_to_start)}</a>
            </footer>
        </EntryFrame>
    }
}

/// Asks for the e-mail address whose domain says which company's sign-in it is.
#[component]
fn DomainForm(username: RwSignal<String>, outside: Outside) -> impl IntoView {
    let locale = use_locale();
    let error = RwSignal::new(None);
    let field = NodeRef::<html::Input>::new();
    let focus = move || {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    };
    Effect::new(focus);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let typed = username.get_untracked().trim().to_owned();
        if !typed.contains('@') {
            error.set(Some(td_string!(locale, entry.username_missing).to_owned()));
            return focus();
        }
        outside.begin(Errand::SignInAnywhere(BeginSsoAnywhere { username: typed }));
    };
    view! {
        <form class="stack" method="post" action="/sso" prop:noValidate=true on:submit=submit>
            <TextField
                label=td_string!(locale, entry.username)
                name="username"
                value=username
                error
                hint=td_string!(locale, entry.username_hint)
                autocomplete="username"
                inputmode="email"
                required=true
                autofocus=true
                node_ref=field
            />
            <Button>{td_string!(locale, outside.login)}</Button>
        </form>
    }
}
