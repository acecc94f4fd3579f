//! An authenticator app that is being added within a sign-in: its key, and its first code.

use leptos::{ev::SubmitEvent, html, prelude::*};

use super::Place;
use crate::{
    client::ApiError,
    i18n::{Locale, error_text, td_string, use_locale},
    two_factor::AppToAdd,
    ui::{Button, Heading, TextField},
    wire::{AppSetup, ProblemCode, VerifySetUp},
};

/// What the form holds.
#[derive(Clone, Copy)]
struct Form {
    code: RwSignal<String>,
    name: RwSignal<String>,
    error: RwSignal<Option<String>>,
    failure: RwSignal<Option<ApiError>>,
    field: NodeRef<html::Input>,
}

impl Form {
    fn point_out(self, text: String) {
        self.code.set(String::new());
        self.error.set(Some(text));
        if let Some(field) = self.field.get_untracked() {
            let _ = field.focus();
        }
    }

    fn fail(self, locale: Locale, error: ApiError) {
        match error.code() {
            Some(ProblemCode::WrongCode | ProblemCode::ClockOff) => {
                self.point_out(error_text(locale, &error));
            }
            _ => self.failure.set(Some(error)),
        }
    }
}

#[component]
pub(super) fn AddApp(place: Place, setup: AppSetup) -> impl IntoView {
    let locale = use_locale();
    let form = Form {
        code: RwSignal::default(),
        name: RwSignal::default(),
        error: RwSignal::default(),
        failure: place.failure,
        field: NodeRef::new(),
    };
    let busy = place.busy;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let code = form.code.get_untracked();
        if code.trim().is_empty() {
            return form.point_out(td_string!(locale, sign_in.app_code_missing).to_owned());
        }
        form.error.set(None);
        let name = form.name.get_untracked().trim().to_owned();
        let sent = VerifySetUp {
            attempt: place.attempt(),
            code,
            name: (!name.is_empty()).then_some(name),
        };
        place.send(
            |api| Box::pin(async move { api.verify_set_up(&sent).await }),
            move |error| form.fail(locale, error),
        );
    };
    view! {
        <Heading title=td_string!(locale, sign_in.setup_heading)/>
        <AppToAdd setup=setup/>
        <form class="stack" prop:noValidate=true on:submit=submit>
            <TextField
                label=td_string!(locale, sign_in.code)
                name="code"
                value=form.code
                error=form.error
                class="code"
                autocomplete="one-time-code"
                inputmode="numeric"
                required=true
                node_ref=form.field
            />
            <TextField
                label=td_string!(locale, sign_in.device_name)
                name="name"
                value=form.name
                hint=td_string!(locale, sign_in.device_hint)
                autocomplete="off"
            />
            <Button busy=busy>{td_string!(locale, sign_in.verify)}</Button>
        </form>
    }
}
