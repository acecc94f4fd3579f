//! The start page: for people who do not know their company's address.

use leptos::{ev::SubmitEvent, html, prelude::*};

use super::{frame::EntryFrame, language::LanguageChoice, steps::Steps};
use crate::{
    client::{Api, ApiError},
    context::{load, onboarding_offered, recent_companies, take_flash},
    i18n::{error_text, td_string, use_locale},
    ui::{Button, ButtonKind, Failure, Heading, PasswordField, TextField},
    wire::{ProblemCode, RegionHint, SignInAnywhere},
};

#[component]
pub fn FinderPage() -> impl IntoView {
    let locale = use_locale();
    let company = FinderState::new();
    view! {
        <EntryFrame>
            <Heading title=td_string!(locale, entry.find_heading) focus=false/>
            <p class="lead">{td_string!(locale, entry.find_lead)}</p>
            <FinderForm state=company/>
            <RecentCompanies/>
            <section class="other-way" aria-labelledby="by-email">
                <h2 id="by-email">{td_string!(locale, entry.email_heading)}</h2>
                <p class="lead">{td_string!(locale, entry.email_lead)}</p>
                <EmailForm company=company/>
            </section>
            <footer class="small-print">
                <LanguageChoice here="/".to_owned()/>
                {onboarding_offered().then(|| view! {
                    <a href="/onboarding" rel="external">{td_string!(locale, entry.create_company)}</a>
                })}
            </footer>
        </EntryFrame>
    }
}

/// The company form by itself, for pages that lead nowhere.
#[component]
pub(super) fn CompanyFinder() -> impl IntoView {
    view! {
        <FinderForm state=FinderState::new()/>
        <RecentCompanies/>
    }
}

/// What the company form holds; the e-mail form points at it.
#[derive(Clone, Copy)]
struct FinderState {
    typed: RwSignal<String>,
    error: RwSignal<Option<String>>,
    /// What the e-mail form failed with when it was posted without scripts.
    email_failure: RwSignal<Option<ApiError>>,
    email_typed: RwSignal<String>,
    /// Those that know the company.
    regions: RwSignal<Vec<RegionHint>>,
    /// Those to which the e-mail address's domain belongs.
    email_regions: RwSignal<Vec<RegionHint>>,
    field: NodeRef<html::Input>,
}

impl FinderState {
    fn new() -> Self {
        let locale = use_locale();
        let state = Self {
            typed: RwSignal::default(),
            error: RwSignal::default(),
            email_failure: RwSignal::default(),
            email_typed: RwSignal::default(),
            regions: RwSignal::default(),
            email_regions: RwSignal::default(),
            field: NodeRef::new(),
        };
        let Some(flash) = take_flash() else {
            return state;
        };
        let typed = flash.typed.unwrap_or_default();
        let code = flash.problem.code;
        let regions = flash.problem.regions.clone();
        let error = ApiError::Problem(Box::new(flash.problem));
        if code == ProblemCode::UnknownCompany {
            state.error.set(Some(error_text(locale, &error)));
            state.regions.set(regions);
            state.typed.set(typed);
        } else if !typed.is_empty() && !typed.contains('@') {
            state.error.set(Some(td_string!(
                locale,
                entry.not_an_email,
                username = typed
            )));
        } else {
            state.email_failure.set(Some(error));
            state.email_regions.set(regions);
            state.email_typed.set(typed);
        }
        state
    }

    /// Says what is wrong with the company field and goes there.
    fn point_out(self, error: String) {
        self.error.set(Some(error));
        if let Some(field) = self.field.get_untracked() {
            let _ = field.focus();
        }
    }
}

#[component]
fn FinderForm(state: FinderState) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let busy = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let company = state.typed.get_untracked();
        if busy.get_untracked() {
            return;
        }
        if company.trim().is_empty() {
            return state.point_out(td_string!(locale, entry.company_missing).to_owned());
        }
        busy.set(true);
        state.error.set(None);
        state.regions.set(Vec::new());
        let api = api.clone();
        leptos::task::spawn_local(async move {
            match api.find_company(company).await {
                Ok(found) => load(&format!("/{}", found.alias)),
                Err(error) => {
                    busy.set(false);
                    state.point_out(error_text(locale, &error));
                    state.regions.set(regions_of(error));
                }
            }
        });
    };
    view! {
        <form class="stack" method="get" action="/" prop:noValidate=true on:submit=submit>
            <TextField
                label=td_string!(locale, entry.company_field)
                name="company"
                value=state.typed
                error=state.error
                hint=td_string!(locale, entry.company_hint)
                autocomplete="organization"
                required=true
                autofocus=true
                node_ref=state.field
            />
            <Button busy=busy>{td_string!(locale, entry.go_on)}</Button>
            <RegionLinks regions=state.regions/>
        </form>
    }
}

/// Links to the companies of last time.
#[component]
fn RecentCompanies() -> impl IntoView {
    let locale = use_locale();
    let companies = recent_companies();
    (!companies.is_empty()).then(|| {
        view! {
            <nav class="recent" aria-label=td_string!(locale, entry.recent)>
                <p>{td_string!(locale, entry.recent)}</p>
                <ul>
                    {companies
                        .into_iter()
                        .map(|alias| {
                            let path = format!("/{alias}");
                            view! { <li><a href=path rel="external">{alias}</a></li> }
                        })
                        .collect_view()}
                </ul>
            </nav>
        }
    })
}

#[component]
fn EmailForm(company: FinderState) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let steps = Steps::within(None);
    let username = company.email_typed;
    let password = RwSignal::new(String::new());
    let username_error = RwSignal::new(None);
    let password_error = RwSignal::new(None);
    let failure = company.email_failure;
    let busy = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let credentials = SignInAnywhere {
            username: username.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
        };
        let missing = |missing: bool, text: &'static str| missing.then(|| text.to_owned());
        username_error.set(missing(
            credentials.username.is_empty(),
            td_string!(locale, entry.username_missing),
        ));
        password_error.set(missing(
            credentials.password.is_empty(),
            td_string!(locale, entry.password_missing),
        ));
        if credentials.username.is_empty() {
            return;
        }
        if !credentials.username.contains('@') {
            let username = credentials.username;
            return company.point_out(td_string!(locale, entry.not_an_email, username = username));
        }
        if credentials.password.is_empty() {
            return;
        }
        busy.set(true);
        failure.set(None);
        company.email_regions.set(Vec::new());
        let (api, steps) = (api.clone(), steps.clone());
        leptos::task::spawn_local(async move {
            match api.sign_in_anywhere(&credentials).await {
                Ok(step) => steps.follow(step),
                Err(error) => {
                    busy.set(false);
                    let unknown = error.code() == Some(ProblemCode::WrongCredentials);
                    failure.set(Some(error));
                    // A question of its own, of the domain only: the answer above stays the same for everybody.
                    let asked = unknown.then(|| domain_of(&credentials.username)).flatten();
                    if let Some(domain) = asked
                        && let Err(error) = api.find_company(domain).await
                    {
                        company.email_regions.set(regions_of(error));
                    }
                }
            }
        });
    };
    view! {
        <Failure error=failure/>
        {move || company.email_regions.with(|regions| !regions.is_empty()).then(|| view! {
            <p>{td_string!(locale, entry.domain_elsewhere)}</p>
        })}
        <RegionLinks regions=company.email_regions/>
        <form class="stack" method="post" action="/" prop:noValidate=true on:submit=submit>
            <TextField
                label=td_string!(locale, entry.username)
                name="username"
                value=username
                error=username_error
                hint=td_string!(locale, entry.username_hint)
                autocomplete="username"
                inputmode="email"
                required=true
            />
            <PasswordField
                label=td_string!(locale, entry.password)
                name="password"
                value=password
                error=password_error
                autocomplete="current-password"
                required=true
            />
            <Button kind=ButtonKind::Quiet busy=busy>{td_string!(locale, entry.submit)}</Button>
        </form>
    }
}

/// `@northwind.example` of an address there: whose it is stays here.
fn domain_of(email: &str) -> Option<String> {
    email.rfind('@').map(|at| email[at..].to_owned())
}

/// The regions that know what is unknown here.
pub(super) fn regions_of(error: ApiError) -> Vec<RegionHint> {
    match error {
        ApiError::Problem(problem) => problem.regions,
        ApiError::Offline => Vec::new(),
    }
}

/// One click to each region.
#[component]
pub(super) fn RegionLinks(regions: RwSignal<Vec<RegionHint>>) -> impl IntoView {
    let locale = use_locale();
    move || {
        regions
            .get()
            .into_iter()
            .map(|region| {
                view! {
                    <p>
                        <a class="button quiet" href=region.address rel="external">
                            {td_string!(locale, entry.to_region, region = region.name)}
                        </a>
                    </p>
                }
            })
            .collect_view()
    }
}
