//! Account and password at a company's page.

use leptos::{ev::SubmitEvent, html, prelude::*};

use super::{company::Asked, steps::Steps};
use crate::{
    client::{Api, ApiError, segment},
    context::Flash,
    i18n::{Locale, td_string, use_locale},
    ui::{Button, Failure, PasswordField, TextField, WaitNotice, seconds_left},
    wire::{Company, ProblemCode, SignIn},
};

/// What the form holds and how its last sending ended.
#[derive(Clone, Copy)]
struct Form {
    account: RwSignal<String>,
    password: RwSignal<String>,
    account_error: RwSignal<Option<String>>,
    password_error: RwSignal<Option<String>>,
    failure: RwSignal<Option<ApiError>>,
    /// Seconds that the server told this person to wait; none when it did not.
    wait: RwSignal<Option<u32>>,
    busy: RwSignal<bool>,
    account_field: NodeRef<html::Input>,
    password_field: NodeRef<html::Input>,
}

impl Form {
    fn new(account: Option<String>, flash: Option<Flash>) -> Self {
        let (typed, problem) = match flash {
            Some(flash) => (flash.typed, Some(flash.problem)),
            None => (None, None),
        };
        let form = Self {
            account: RwSignal::new(typed.or(account).unwrap_or_default()),
            password: RwSignal::default(),
            account_error: RwSignal::default(),
            password_error: RwSignal::default(),
            failure: RwSignal::default(),
            wait: RwSignal::default(),
            busy: RwSignal::default(),
            account_field: NodeRef::new(),
            password_field: NodeRef::new(),
        };
        if let Some(problem) = problem {
            form.fail(ApiError::Problem(Box::new(problem)));
        }
        form
    }

    fn fail(self, error: ApiError) {
        self.busy.set(false);
        if let ApiError::Problem(problem) = &error
            && problem.code == ProblemCode::Wait
        {
            self.wait.set(Some(problem.retry_after.unwrap_or(1)));
            return;
        }
        if error.code() == Some(ProblemCode::WrongCredentials) {
            focus(self.password_field);
        }
        self.failure.set(Some(error));
    }

    /// What is typed, when something is typed in both fields; else says what is missing.
    fn credentials(self, locale: Locale, next: Option<String>) -> Option<SignIn> {
        let account = self.account.get_untracked().trim().to_owned();
        let password = self.password.get_untracked();
        let no_account = account.is_empty();
        let no_password = password.is_empty();
        let text = td_string!(locale, entry.account_missing);
        self.account_error.set(no_account.then(|| text.to_owned()));
        let text = td_string!(locale, entry.password_missing);
        self.password_error
            .set(no_password.then(|| text.to_owned()));
        if no_account {
            focus(self.account_field);
        } else if no_password {
            focus(self.password_field);
        }
        (!no_account && !no_password).then_some(SignIn {
            account,
            password,
            next,
        })
    }
}

fn focus(field: NodeRef<html::Input>) {
    if let Some(field) = field.get_untracked() {
        let _ = field.focus();
        field.select();
    }
}

#[component]
pub(super) fn PasswordForm(company: Company, asked: Asked, flash: Option<Flash>) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let steps = Steps::within(Some(company.alias.clone()));
    let form = Form::new(asked.account, flash);
    let waiting = seconds_left(Signal::derive(move || form.wait.get().unwrap_or(0)));
    // Without scripts the button stays usable: nothing would give it back.
    let held = RwSignal::new(false);
    Effect::new(move |_| held.set(waiting.get() > 0));
    let alias = company.alias.clone();
    let next = asked.next.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if form.busy.get_untracked() || waiting.get_untracked() > 0 {
            return;
        }
        let Some(credentials) = form.credentials(locale, next.clone()) else {
            return;
        };
        form.busy.set(true);
        form.failure.set(None);
        form.wait.set(None);
        let (api, steps, alias) = (api.clone(), steps.clone(), alias.clone());
        leptos::task::spawn_local(async move {
            match api.sign_in(&alias, &credentials).await {
                Ok(step) => steps.follow(step),
                Err(error) => form.fail(error),
            }
        });
    };
    let action = match &asked.next {
        Some(next) => format!("/{}?next={}", company.alias, segment(next)),
        None => format!("/{}", company.alias),
    };
    let forgotten = format!("/{}/forgot-password", company.alias);
    view! {
        <Failure error=form.failure help=company.help_contact.clone()/>
        <Waiting form=form left=waiting alias=company.alias/>
        <form class="stack" method="post" action=action prop:noValidate=true on:submit=submit>
            {asked.next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
            <TextField
                label=td_string!(locale, entry.account)
                name="account"
                value=form.account
                error=form.account_error
                hint=td_string!(locale, entry.account_hint)
                autocomplete="username"
                required=true
                autofocus=true
                node_ref=form.account_field
            />
            <PasswordField
                label=td_string!(locale, entry.password)
                name="password"
                value=form.password
                error=form.password_error
                autocomplete="current-password"
                required=true
                node_ref=form.password_field
            />
            <Button busy=form.busy disabled=held>
                {td_string!(locale, entry.sign_in)}
            </Button>
            <p><a href=forgotten>{td_string!(locale, entry.forgot_password)}</a></p>
        </form>
    }
}

/// How long to wait, and the way around it for people whose account strangers tried.
#[component]
fn Waiting(form: Form, left: Signal<u32>, alias: String) -> impl IntoView {
    let locale = use_locale();
    let told = Memo::new(move |_| form.wait.get().is_some());
    move || {
        let alias = alias.clone();
        told.get().then(|| {
            let link = move || {
                let account = form.account.get();
                format!("/{alias}/browser-link?account={}", segment(account.trim()))
            };
            view! {
                <WaitNotice left=left>
                    <p><a href=link.clone()>{td_string!(locale, entry.browser_link)}</a></p>
                </WaitNotice>
            }
        })
    }
}
