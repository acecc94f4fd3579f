//! Account and password: the form of a company's page, and what it is made of for others that ask for the same.

use leptos::{ev::SubmitEvent, html, prelude::*};

use super::{company::Asked, steps::Steps};
use crate::{
    client::{Api, ApiError, segment},
    context::Flash,
    i18n::{Locale, td_string, use_locale},
    ui::{Button, Failure, PasswordField, TextField, WaitNotice, seconds_left},
    wire::{Company, Problem, ProblemCode, SignIn},
};

/// What the form holds and how its last sending ended.
#[derive(Clone, Copy)]
pub(crate) struct Credentials {
    account: RwSignal<String>,
    password: RwSignal<String>,
    account_error: RwSignal<Option<String>>,
    password_error: RwSignal<Option<String>>,
    pub(crate) failure: RwSignal<Option<ApiError>>,
    /// Seconds that the server told this person to wait; none when it did not.
    wait: RwSignal<Option<u32>>,
    /// How many of them are left.
    left: Signal<u32>,
    /// Whether its button is held back meanwhile. Without scripts it stays usable: nothing would give it back.
    pub(crate) held: RwSignal<bool>,
    pub(crate) busy: RwSignal<bool>,
    account_field: NodeRef<html::Input>,
    password_field: NodeRef<html::Input>,
}

/// Seconds that somebody is told to wait.
fn wait_asked(problem: &Problem) -> Option<u32> {
    (problem.code == ProblemCode::Wait).then(|| problem.retry_after.unwrap_or(1))
}

impl Credentials {
    pub(crate) fn new(account: Option<String>, flash: Option<Flash>) -> Self {
        let (typed, problem) = match flash {
            Some(flash) => (flash.typed, Some(flash.problem)),
            None => (None, None),
        };
        // Known before it is counted down, or a page that is rendered with it says that it is over.
        let wait = RwSignal::new(problem.as_ref().and_then(wait_asked));
        let left = seconds_left(Signal::derive(move || wait.get().unwrap_or(0)));
        let held = RwSignal::new(false);
        Effect::new(move |_| held.set(left.get() > 0));
        let form = Self {
            account: RwSignal::new(typed.or(account).unwrap_or_default()),
            password: RwSignal::default(),
            account_error: RwSignal::default(),
            password_error: RwSignal::default(),
            failure: RwSignal::default(),
            wait,
            left,
            held,
            busy: RwSignal::default(),
            account_field: NodeRef::new(),
            password_field: NodeRef::new(),
        };
        if let Some(problem) = problem {
            form.fail(ApiError::Problem(Box::new(problem)));
        }
        form
    }

    pub(crate) fn fail(self, error: ApiError) {
        self.busy.set(false);
        if let ApiError::Problem(problem) = &error
            && let Some(seconds) = wait_asked(problem)
        {
            self.wait.set(Some(seconds));
            return;
        }
        if error.code() == Some(ProblemCode::WrongCredentials) {
            focus(self.password_field);
        }
        self.failure.set(Some(error));
    }

    /// What is typed, to be sent now. Nothing while the last one is under way or has to be waited for, or when a field is
    /// empty, which the form then says.
    pub(crate) fn send(self, locale: Locale) -> Option<(String, String)> {
        if self.busy.get_untracked() || self.left.get_untracked() > 0 {
            return None;
        }
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
        if no_account || no_password {
            return None;
        }
        self.busy.set(true);
        self.failure.set(None);
        self.wait.set(None);
        Some((account, password))
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
    let form = Credentials::new(asked.account, flash);
    let alias = company.alias.clone();
    let next = asked.next.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some((account, password)) = form.send(locale) else {
            return;
        };
        let credentials = SignIn {
            account,
            password,
            next: next.clone(),
        };
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
        <Waiting form=form alias=company.alias/>
        <form class="stack" method="post" action=action prop:noValidate=true on:submit=submit>
            {asked.next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
            <CredentialFields form/>
            <Button busy=form.busy disabled=form.held>
                {td_string!(locale, entry.sign_in)}
            </Button>
            {company.passwords.then(|| view! {
                <p><a href=forgotten>{td_string!(locale, entry.forgot_password)}</a></p>
            })}
        </form>
    }
}

/// *Account* and *Password*.
#[component]
pub(crate) fn CredentialFields(form: Credentials) -> impl IntoView {
    let locale = use_locale();
    view! {
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
    }
    .into_any()
}

/// How long to wait, and the way around it for people whose account strangers tried.
#[component]
pub(crate) fn Waiting(form: Credentials, alias: String) -> impl IntoView {
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
                <WaitNotice left=form.left>
                    <p><a href=link.clone()>{td_string!(locale, entry.browser_link)}</a></p>
                </WaitNotice>
            }
        })
    }
}
