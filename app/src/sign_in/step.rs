//! Loading the step that a page shows.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    client::{Api, ApiError, NextStep},
    context::{KnownStep, Page, use_address},
    entry::{CompanyView, EntryFrame, Steps},
    i18n::{td_string, use_locale},
    ui::{FailureBanner, Heading},
    wire::{Company, ProblemCode, Step, summary_path},
};

/// Where the sign-in stands: as the last answer said, else as the server says now.
///
/// Call it in a page's body: resources must not be made while something is awaited.
pub(super) fn use_step() -> Resource<Result<Step, ApiError>> {
    let api = Api::use_api();
    let known = use_context::<KnownStep>()
        .unwrap_or_default()
        .0
        .with_untracked(|known| known.as_ref().and_then(NextStep::read));
    Resource::new_blocking(
        || (),
        move |()| {
            let (api, known) = (api.clone(), known.clone());
            async move {
                match known {
                    Some(step) => Ok(step),
                    None => api.step().await,
                }
            }
        },
    )
}

/// Goes on with what the server answered to somebody who came by Amazon Connect: to the summary in this document, where
/// their phone is.
pub(crate) fn go_on(steps: &Steps, alias: &str, step: &Step) {
    match step {
        Step::SignedIn { landing } if landing.starts_with(&summary_path(alias)) => {
            steps.show(landing);
        }
        step => steps.follow(NextStep::from(step)),
    }
}

/// Where a sign-in that has ended begins again.
pub(super) fn start_over(alias: &str) -> String {
    format!("/{alias}?notice=ended")
}

/// Shows the company's part of a step; `show` says nothing for a step that belongs elsewhere, and
/// then the person is sent there.
#[component]
pub(super) fn StepView<F>(step: Resource<Result<Step, ApiError>>, show: F) -> impl IntoView
where
    F: Fn(Company, Step) -> Option<AnyView> + Clone + Send + Sync + 'static,
{
    let page = Page::use_page();
    let alias = use_params_map()
        .read_untracked()
        .get("alias")
        .unwrap_or_default();
    let show_company = move |company: Company| {
        let company = StoredValue::new(company);
        let (page, alias, show) = (page.clone(), alias.clone(), show.clone());
        view! {
            <Suspense>
                {move || {
                    let (page, alias, show) = (page.clone(), alias.clone(), show.clone());
                    Suspend::new(async move {
                        match step.await {
                            Ok(step) => {
                                let path = NextStep::from(&step).path();
                                show(company.get_value(), step).unwrap_or_else(|| {
                                    page.leave(&path);
                                    ().into_any()
                                })
                            }
                            Err(error) if has_ended(&error) => {
                                page.leave(&start_over(&alias));
                                ().into_any()
                            }
                            Err(error) => {
                                page.status(503);
                                view! { <Unreachable company=company.get_value() error=error/> }
                                    .into_any()
                            }
                        }
                    })
                }}
            </Suspense>
        }
        .into_any()
    };
    view! { <CompanyView show=show_company/> }
}

/// Whether there is nothing left to go on with.
pub(super) fn has_ended(error: &ApiError) -> bool {
    matches!(
        error.code(),
        Some(ProblemCode::AttemptOver | ProblemCode::NotFound)
    )
}

#[component]
fn Unreachable(company: Company, error: ApiError) -> impl IntoView {
    let locale = use_locale();
    view! {
        <EntryFrame company=Some(company)>
            <Heading title=td_string!(locale, entry.failed_heading)/>
            <FailureBanner error=error/>
            <p><a href=use_address() rel="external">{td_string!(locale, common.try_again)}</a></p>
        </EntryFrame>
    }
}
