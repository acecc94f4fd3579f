//! A login outside that belongs to nobody here yet: account and password say whose it is, once.

use leptos::{ev::SubmitEvent, prelude::*};
use wasm_bindgen::JsCast;

use super::{
    bind_phone::PhonePlace,
    follow::{follow_sign_in, tell_other_tabs},
    status::TimeLeft,
    step::{StepView, has_ended, start_over, use_step},
};
use crate::{
    client::{Api, ApiError, NextStep},
    context::{Flash, load, take_flash},
    entry::{CredentialFields, Credentials, EntryFrame, Steps, Waiting},
    i18n::{td_string, use_locale},
    ui::{Button, ButtonKind, Failure, Heading, Help, seconds_left},
    wire::{Bind, BindStep, Company, HelpContact, Step},
};

#[component]
pub fn BindPage() -> impl IntoView {
    let flash = take_flash();
    let step = use_step();
    let show = move |company: Company, step| match step {
        Step::Bind(step) if step.company == company.alias => Some(match step.provider {
            Some(_) => view! { <Place company step flash=flash.clone()/> }.into_any(),
            None => view! { <PhonePlace company step flash=flash.clone()/> }.into_any(),
        }),
        _ => None,
    };
    view! { <StepView step=step show=show/> }
}

#[component]
fn Place(company: Company, step: BindStep, flash: Option<Flash>) -> impl IntoView {
    let locale = use_locale();
    let binding = Binding {
        form: Credentials::new(None, flash),
        cancelling: RwSignal::new(false),
        step: StoredValue::new(step.clone()),
        api: Api::use_api(),
        steps: Steps::within(Some(company.alias.clone())),
    };
    let hearing = binding.clone();
    let busy = Signal::derive(move || binding.form.busy.get() || binding.cancelling.get());
    follow_sign_in(busy, move |answer| hearing.hear(answer));
    let left = seconds_left(Signal::stored(step.expires_in));
    let help = company.help_contact.clone();
    view! {
        <EntryFrame company=Some(company)>
            <Heading title=td_string!(locale, outside.bind.heading)/>
            <p>
                {td_string!(locale, outside.bind.which, name = step.name)}
                <br/>
                <strong>{step.login}</strong>
            </p>
            {if step.passwords {
                view! { <BindForm binding help/> }.into_any()
            } else {
                view! { <AskAdministrator binding help/> }.into_any()
            }}
            <TimeLeft left/>
        </EntryFrame>
    }
}

/// The form and what surrounds it.
#[derive(Clone)]
struct Binding {
    form: Credentials,
    cancelling: RwSignal<bool>,
    step: StoredValue<BindStep>,
    api: Api,
    steps: Steps,
}

impl Binding {
    fn alias(&self) -> String {
        self.step.with_value(|step| step.company.clone())
    }

    fn bind(&self, account: String, password: String) {
        let binding = self.clone();
        let attempt = self.step.with_value(|step| step.attempt.clone());
        let typed = Bind {
            attempt,
            account,
            password,
        };
        leptos::task::spawn_local(async move {
            let answer = binding.api.bind(&typed).await;
            tell_other_tabs();
            match answer {
                Ok(step) => binding.steps.follow(NextStep::from(&step)),
                Err(error) => binding.fail(error),
            }
        });
    }

    fn cancel(&self) {
        self.cancelling.set(true);
        let binding = self.clone();
        leptos::task::spawn_local(async move {
            let answer = binding.api.cancel().await;
            tell_other_tabs();
            binding.cancelling.set(false);
            match answer {
                Err(ApiError::Offline) => binding.form.fail(ApiError::Offline),
                _ => load(&format!("/{}", binding.alias())),
            }
        });
    }

    fn fail(&self, error: ApiError) {
        if has_ended(&error) {
            return load(&start_over(&self.alias()));
        }
        self.form.fail(error);
    }

    /// What another tab did, or time.
    fn hear(&self, answer: Result<Step, ApiError>) {
        match answer {
            Ok(Step::Bind(step)) if self.step.with_value(|known| known.attempt == step.attempt) => {
            }
            Ok(Step::Bind(step)) => load(&format!("/{}/bind", step.company)),
            Ok(step) => self.steps.follow(NextStep::from(&step)),
            Err(error) if has_ended(&error) => self.fail(error),
            // The next time will tell, and sending something says so.
            Err(_) => {}
        }
    }
}

#[component]
fn BindForm(binding: Binding, help: Option<HelpContact>) -> impl IntoView {
    let locale = use_locale();
    let (form, cancelling) = (binding.form, binding.cancelling);
    let alias = binding.alias();
    let attempt = binding.step.with_value(|step| step.attempt.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if is_cancel(&event) {
            binding.cancel();
        } else if let Some((account, password)) = form.send(locale) {
            binding.bind(account, password);
        }
    };
    view! {
        <p class="lead">{td_string!(locale, outside.bind.lead)}</p>
        <Failure error=form.failure help/>
        <Waiting form alias/>
        <form class="stack" method="post" prop:noValidate=true on:submit=submit>
            <input type="hidden" name="attempt" value=attempt/>
            <CredentialFields form/>
            <Button busy=form.busy disabled=form.held name="action" value="bind">
                {td_string!(locale, outside.bind.bind)}
            </Button>
            <div class="choices"><Cancel busy=cancelling/></div>
        </form>
    }
}

/// Without passwords nothing here can say whose login it is.
#[component]
fn AskAdministrator(binding: Binding, help: Option<HelpContact>) -> impl IntoView {
    let locale = use_locale();
    let cancelling = binding.cancelling;
    let failure = binding.form.failure;
    let attempt = binding.step.with_value(|step| step.attempt.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        binding.cancel();
    };
    view! {
        <p>{td_string!(locale, outside.bind.ask)}</p>
        {help.map(|help| view! { <Help help/> })}
        <Failure error=failure/>
        <form method="post" on:submit=submit>
            <input type="hidden" name="attempt" value=attempt/>
            <Cancel busy=cancelling/>
        </form>
    }
}

#[component]
pub(super) fn Cancel(busy: RwSignal<bool>) -> impl IntoView {
    let locale = use_locale();
    view! {
        <Button kind=ButtonKind::Text name="action" value="cancel" novalidate=true busy>
            {td_string!(locale, outside.cancel)}
        </Button>
    }
}

fn is_cancel(event: &SubmitEvent) -> bool {
    let button = event
        .submitter()
        .and_then(|button| button.dyn_into::<web_sys::Element>().ok());
    button
        .and_then(|button| button.get_attribute("value"))
        .as_deref()
        == Some("cancel")
}
