//! Setting up a second way before the sign-in goes on: choose one, prove it, save backup codes.

mod app;
mod codes;

use std::{future::Future, pin::Pin};

use leptos::prelude::*;

use self::{app::AddApp, codes::Codes};
use super::{
    follow::{follow_sign_in, tell_other_tabs},
    step::{StepView, has_ended, start_over, use_step},
};
use crate::{
    client::{Api, ApiError, NextStep},
    context::load,
    entry::{EntryFrame, Steps},
    i18n::{td_string, use_locale},
    ui::{Button, ButtonKind, Countdown, Failure, Heading, seconds_left},
    wire::{Company, Method, SetUp, SetupPart, SetupStep, Step},
};

#[component]
pub fn SetupPage() -> impl IntoView {
    let step = use_step();
    let show = move |company: Company, step| match step {
        Step::Setup(step) if step.company == company.alias => {
            Some(view! { <SetupPlace company=company step=step/> }.into_any())
        }
        _ => None,
    };
    view! { <StepView step=step show=show/> }
}

type Answered = Result<Step, ApiError>;

/// Where the set-up stands, and the way to what comes next.
#[derive(Clone)]
struct Place {
    step: RwSignal<SetupStep>,
    failure: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
    api: Api,
    steps: Steps,
}

impl Place {
    fn attempt(&self) -> String {
        self.step.read_untracked().attempt.clone()
    }

    /// Sends something and shows what it leads to; `fail` says what did not work.
    fn send(
        &self,
        sending: impl FnOnce(Api) -> Pin<Box<dyn Future<Output = Answered>>>,
        fail: impl FnOnce(ApiError) + 'static,
    ) {
        let place = self.clone();
        let answer = sending(self.api.clone());
        place.busy.set(true);
        place.failure.set(None);
        leptos::task::spawn_local(async move {
            let answer = answer.await;
            tell_other_tabs();
            match answer {
                Ok(step) => {
                    // Still busy until the next page is there.
                    place.busy.set(!matches!(step, Step::Setup(_)));
                    place.show(step);
                }
                Err(error) if has_ended(&error) => {
                    load(&start_over(&place.step.read_untracked().company));
                }
                Err(error) => {
                    place.busy.set(false);
                    fail(error);
                }
            }
        });
    }

    fn show(&self, step: Step) {
        match step {
            Step::Setup(step) if step.company == self.step.read_untracked().company => {
                self.failure.set(None);
                self.step.set(step);
            }
            step => self.steps.follow(NextStep::from(&step)),
        }
    }

    /// What another tab did, or time. The codes on this page are shown nowhere else: they stay.
    fn hear(&self, answer: Answered) {
        match answer {
            Ok(Step::Setup(step)) => {
                let (same, codes) = {
                    let shown = self.step.read_untracked();
                    let codes = matches!(shown.part, SetupPart::Codes { .. });
                    (shown.attempt == step.attempt, codes)
                };
                let still_codes = codes && matches!(step.part, SetupPart::Codes { .. });
                if !(same && (still_codes || self.step.read_untracked().part == step.part)) {
                    self.step.set(step);
                }
            }
            Ok(step) => self.steps.follow(NextStep::from(&step)),
            Err(error) if has_ended(&error) => {
                load(&start_over(&self.step.read_untracked().company));
            }
            Err(_) => {}
        }
    }
}

#[component]
fn SetupPlace(company: Company, step: SetupStep) -> impl IntoView {
    let locale = use_locale();
    let left = seconds_left(Signal::stored(step.expires_in));
    let place = Place {
        step: RwSignal::new(step),
        failure: RwSignal::default(),
        busy: RwSignal::default(),
        api: Api::use_api(),
        steps: Steps::within(Some(company.alias.clone())),
    };
    let hearing = place.clone();
    follow_sign_in(place.busy.into(), move |answer| hearing.hear(answer));
    let part = Memo::new(move |_| place.step.read().part.clone());
    let position = move || {
        let step = place.step.read();
        td_string!(
            locale,
            sign_in.setup_step,
            position = step.position,
            of = step.of
        )
    };
    let name = company.name.clone();
    let shown = place.clone();
    let failure = place.failure;
    view! {
        <EntryFrame company=Some(company)>
            <p class="position">{position}</p>
            {move || match part.get() {
                SetupPart::Choose { methods } => {
                    view! { <Choose place=shown.clone() methods=methods/> }.into_any()
                }
                SetupPart::App(setup) => {
                    view! { <AddApp place=shown.clone() setup=setup/> }.into_any()
                }
                SetupPart::Codes { codes } => {
                    view! { <Codes place=shown.clone() codes=codes company=name.clone()/> }
                        .into_any()
                }
            }}
            <Failure error=failure help=None/>
            <div class="choices">
                <Cancel place=place.clone()/>
            </div>
            <p class="time-left" class:late=move || left.get() < 60>
                {td_string!(locale, sign_in.time_left, time = "")} <Countdown left=left/>
            </p>
        </EntryFrame>
    }
}

/// The ways that the company allows, each with what it takes.
#[component]
fn Choose(place: Place, methods: Vec<Method>) -> impl IntoView {
    let locale = use_locale();
    let way = move |method: Method| {
        let (words, text) = match method {
            Method::App => (
                td_string!(locale, sign_in.way_app),
                td_string!(locale, sign_in.setup_app_text),
            ),
            Method::Email => (
                td_string!(locale, sign_in.way_email),
                td_string!(locale, sign_in.setup_email_text),
            ),
            // Nobody sets up backup codes alone: they come with every way.
            Method::BackupCode => return None,
        };
        let place = place.clone();
        let choose = move |_| {
            if place.busy.get_untracked() {
                return;
            }
            let sent = SetUp {
                attempt: place.attempt(),
                method,
            };
            let failure = place.failure;
            place.send(
                |api| Box::pin(async move { api.set_up(&sent).await }),
                move |error| failure.set(Some(error)),
            );
        };
        Some(view! {
            <li>
                <button type="button" class="button quiet" on:click=choose>{words}</button>
                <p class="hint">{text}</p>
            </li>
        })
    };
    view! {
        <Heading title=td_string!(locale, sign_in.setup_heading)/>
        <p class="lead">{td_string!(locale, sign_in.setup_lead)}</p>
        <noscript>{td_string!(locale, sign_in.setup_needs_scripts)}</noscript>
        <ul class="ways">{methods.into_iter().map(way).collect_view()}</ul>
    }
}

#[component]
fn Cancel(place: Place) -> impl IntoView {
    let locale = use_locale();
    let busy = RwSignal::new(false);
    let cancel = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        let place = place.clone();
        leptos::task::spawn_local(async move {
            let answer = place.api.cancel().await;
            tell_other_tabs();
            match answer {
                Err(ApiError::Offline) => {
                    busy.set(false);
                    place.failure.set(Some(ApiError::Offline));
                }
                _ => load(&format!("/{}", place.step.read_untracked().company)),
            }
        });
    };
    view! {
        <form on:submit=cancel>
            <Button kind=ButtonKind::Text busy=busy>{td_string!(locale, sign_in.cancel)}</Button>
        </form>
    }
}
