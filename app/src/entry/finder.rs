//! The start page: for people who do not know their company's address.

use leptos::{ev::SubmitEvent, html, prelude::*};

use super::{frame::EntryFrame, language::LanguageChoice, steps::Steps};
use crate::{
    client::{Api, ApiError},
    context::{load, onboarding_offered, recent_companies, take_flash},
    i18n::{Locale, error_text, td_string, use_locale},
    ui::{Button, ButtonKind, Failure, Heading, PasswordField, TextField},
    wire::{FoundCompany, ProblemCode, SignInAnywhere},
};

#[component]
pub fn FinderPage() -> impl IntoView {
    let locale = use_locale();
    let company = FinderState::new();
    #[cfg(feature = "ssr")]
    leave_with_reason();
    let steps = Steps::within(None);
    // On a page of its own nothing else asks for the same address.
    let sso = move |event: SubmitEvent| {
        event.prevent_default();
        steps.show("/sso");
    };
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
                <form class="providers" method="get" action="/sso" on:submit=sso>
                    <Button kind=ButtonKind::Quiet>{td_string!(locale, outside.company)}</Button>
                </form>
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

/// Why a sign-in at a provider failed where no company is known is said on the page of those.
#[cfg(feature = "ssr")]
fn leave_with_reason() {
    let query = leptos_router::hooks::use_query_map()
        .read_untracked()
        .clone();
    if query.get("reason").is_some() {
        let page = crate::context::Page::use_page();
        page.leave(&format!("/sso{}", query.to_query_string()));
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
    /// The answer that there is no such company here, which may name regions that know it.
    unknown: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
    field: NodeRef<html::Input>,
    locale: Locale,
}

impl FinderState {
    fn new() -> Self {
        let locale = use_locale();
        let state = Self {
            typed: RwSignal::default(),
            error: RwSignal::default(),
            email_failure: RwSignal::default(),
            email_typed: RwSignal::default(),
            unknown: RwSignal::default(),
            busy: RwSignal::default(),
            field: NodeRef::new(),
            locale,
        };
        let Some(flash) = take_flash() else {
            return state;
        };
        let typed = flash.typed.unwrap_or_default();
        let code = flash.problem.code;
        let error = ApiError::Problem(Box::new(flash.problem));
        if code == ProblemCode::UnknownCompany {
            state.error.set(Some(error_text(locale, &error)));
            state.unknown.set(Some(error));
            state.typed.set(typed);
        } else if !typed.is_empty() && !typed.contains('@') {
            state.error.set(Some(td_string!(
                locale,
                entry.not_an_email,
                username = typed
            )));
        } else {
            state.email_failure.set(Some(error));
            state.email_typed.set(typed);
        }
        state
    }

    /// Adds the regions to which an e-mail domain belongs to what the e-mail form failed with.
    fn tell_regions(self, answer: Result<FoundCompany, ApiError>) {
        if let Err(ApiError::Problem(found)) = answer
            && !found.regions.is_empty()
        {
            self.email_failure.update(|failure| {
                if let Some(ApiError::Problem(problem)) = failure {
                    problem.regions = found.regions;
                }
            });
        }
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
    let busy = state.busy;
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
        state.unknown.set(None);
        find(api.clone(), company, state, |state, answer| match answer {
            Ok(found) => load(&format!("/{}", found.alias)),
            Err(error) => {
                state.busy.set(false);
                state.point_out(error_text(state.locale, &error));
                state.unknown.set(Some(error));
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
            {move || state.unknown.with(|error| region_links(locale, error.as_ref()))}
        </form>
    }
}

/// Asks for a company, and hands the answer to `done`.
fn find(
    api: Api,
    company: String,
    state: FinderState,
    done: fn(FinderState, Result<FoundCompany, ApiError>),
) {
    leptos::task::spawn_local(async move { done(state, api.find_company(company).await) });
}

/// The ways to the regions that a problem names; each is one click.
pub(crate) fn region_links(locale: Locale, error: Option<&ApiError>) -> Option<AnyView> {
    let Some(ApiError::Problem(problem)) = error else {
        return None;
    };
    let ways = problem.regions.iter().map(|region| {
        let words = td_string!(locale, entry.to_region, region = &region.name);
        (region.address.clone(), words)
    });
    let ways: Vec<_> = ways.collect();
    (!ways.is_empty()).then(|| links(ways))
}

/// Addresses and what they are called.
fn links(ways: Vec<(String, String)>) -> AnyView {
    let ways = ways
        .into_iter()
        .map(|(to, words)| view! { <li><a href=to rel="external">{words}</a></li> });
    view! { <ul class="ways">{ways.collect_view()}</ul> }.into_any()
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
                {links(companies.into_iter().map(|alias| (format!("/{alias}"), alias)).collect())}
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
        let (api, steps) = (api.clone(), steps.clone());
        leptos::task::spawn_local(async move {
            match api.sign_in_anywhere(&credentials).await {
                Ok(step) => steps.follow(step),
                Err(error) => {
                    busy.set(false);
                    let unknown = error.code() == Some(ProblemCode::WrongCredentials);
                    failure.set(Some(error));
                    if let Some(at) = credentials.username.rfind('@').filter(|_| unknown) {
                        // A question of its own, of the domain only: the answer above is the same for everybody.
                        let domain = credentials.username[at..].to_owned();
                        find(api, domain, company, FinderState::tell_regions);
                    }
                }
            }
        });
    };
    view! {
        <Failure error=failure/>
        {move || failure.with(|error| region_links(locale, error.as_ref()))}
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
