//! The form for a password that a person chooses.

use leptos::{ev::SubmitEvent, html, prelude::*};

use crate::{
    client::ApiError,
    i18n::{error_text, td_string, use_locale},
    ui::{Button, Failure, PasswordField},
    wire::{HelpContact, ProblemCode},
};

/// What the form holds and how its last sending ended.
#[derive(Clone, Copy)]
pub(super) struct NewPassword {
    pub(super) password: RwSignal<String>,
    pub(super) busy: RwSignal<bool>,
    error: RwSignal<Option<String>>,
    failure: RwSignal<Option<ApiError>>,
    field: NodeRef<html::Input>,
}

impl NewPassword {
    pub(super) fn new() -> Self {
        Self {
            password: RwSignal::default(),
            busy: RwSignal::default(),
            error: RwSignal::default(),
            failure: RwSignal::default(),
            field: NodeRef::new(),
        }
    }

    /// Says what was wrong: at the field when it is the password, above the form otherwise.
    pub(super) fn fail(self, text: String, error: ApiError) {
        self.busy.set(false);
        if error.code() == Some(ProblemCode::PasswordRefused) {
            self.point_out(text);
        } else {
            self.failure.set(Some(error));
        }
    }

    fn point_out(self, text: String) {
        self.error.set(Some(text));
        if let Some(field) = self.field.get_untracked() {
            let _ = field.focus();
            field.select();
        }
    }
}

/// One field, its rules, one button. `send` is called with the form already busy.
#[component]
pub(super) fn NewPasswordForm<F>(
    form: NewPassword,
    /// Characters at least.
    minimum: u16,
    /// The hidden field that says what this belongs to: its name and value.
    belongs_to: (&'static str, String),
    /// What a posting without scripts failed with.
    failure: Option<ApiError>,
    help: Option<HelpContact>,
    #[prop(into)] button: String,
    send: F,
) -> impl IntoView
where
    F: Fn(String) + 'static,
{
    let locale = use_locale();
    if let Some(failure) = failure {
        form.fail(error_text(locale, &failure), failure);
    }
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if form.busy.get_untracked() {
            return;
        }
        let password = form.password.get_untracked();
        if password.is_empty() {
            return form.point_out(td_string!(locale, sign_in.new_password_missing).to_owned());
        }
        form.busy.set(true);
        form.error.set(None);
        form.failure.set(None);
        send(password);
    };
    let (name, value) = belongs_to;
    view! {
        <Failure error=form.failure help=help/>
        <form class="stack" method="post" prop:noValidate=true on:submit=submit>
            <input type="hidden" name=name value=value/>
            <PasswordField
                label=td_string!(locale, sign_in.new_password)
                name="password"
                value=form.password
                error=form.error
                hint=td_string!(locale, sign_in.rules, minimum = minimum)
                autocomplete="new-password"
                required=true
                autofocus=true
                node_ref=form.field
            />
            <Button busy=form.busy>{button}</Button>
        </form>
    }
}
