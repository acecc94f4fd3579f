//! Backup codes within a sign-in: shown once, and one of them typed back.

use leptos::{ev::SubmitEvent, html, prelude::*};

use super::Place;
use crate::{
    client::ApiError,
    i18n::{Locale, td_string, use_locale},
    two_factor::CodesToSave,
    ui::{Button, Heading, TextField},
    wire::{ConfirmSetUpCodes, ProblemCode, RenewSetUpCodes},
};

/// The codes, or the offer of new ones where they were shown before.
#[component]
pub(super) fn Codes(place: Place, codes: Vec<String>, company: String) -> impl IntoView {
    let locale = use_locale();
    let account = place.step.read_untracked().username.clone();
    let body = if codes.is_empty() {
        view! { <Gone place/> }.into_any()
    } else {
        view! {
            <p class="lead">{td_string!(locale, sign_in.codes_lead)}</p>
            <CodesToSave codes account company/>
            <TypeOne place/>
        }
        .into_any()
    };
    view! {
        <Heading title=td_string!(locale, sign_in.codes_heading)/>
        {body}
    }
}

/// What the form holds.
#[derive(Clone, Copy)]
struct Form {
    typed: RwSignal<String>,
    error: RwSignal<Option<String>>,
    failure: RwSignal<Option<ApiError>>,
    field: NodeRef<html::Input>,
}

impl Form {
    fn point_out(self, text: &str) {
        self.error.set(Some(text.to_owned()));
        if let Some(field) = self.field.get_untracked() {
            let _ = field.focus();
            field.select();
        }
    }

    fn fail(self, locale: Locale, error: ApiError) {
        if error.code() == Some(ProblemCode::WrongCode) {
            self.point_out(td_string!(locale, sign_in.one_code_wrong));
        } else {
            self.failure.set(Some(error));
        }
    }
}

#[component]
fn TypeOne(place: Place) -> impl IntoView {
    let locale = use_locale();
    let form = Form {
        typed: RwSignal::default(),
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
        let code = form.typed.get_untracked();
        if code.trim().is_empty() {
            return form.point_out(td_string!(locale, sign_in.one_code_missing));
        }
        form.error.set(None);
        let sent = ConfirmSetUpCodes {
            attempt: place.attempt(),
            code,
        };
        place.send(
            |api| Box::pin(async move { api.confirm_set_up_codes(&sent).await }),
            move |error| form.fail(locale, error),
        );
    };
    view! {
        <form class="stack" prop:noValidate=true on:submit=submit>
            <TextField
                label=td_string!(locale, sign_in.one_code)
                name="one-code"
                value=form.typed
                error=form.error
                hint=td_string!(locale, sign_in.one_code_hint)
                autocomplete="off"
                required=true
                node_ref=form.field
            />
            <Button busy=busy>{td_string!(locale, sign_in.done)}</Button>
        </form>
    }
}

/// Codes that were shown before: only new ones can be seen.
#[component]
fn Gone(place: Place) -> impl IntoView {
    let locale = use_locale();
    let busy = place.busy;
    let renew = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let sent = RenewSetUpCodes {
            attempt: place.attempt(),
        };
        let failure = place.failure;
        place.send(
            |api| Box::pin(async move { api.renew_set_up_codes(&sent).await }),
            move |error| failure.set(Some(error)),
        );
    };
    view! {
        <p class="lead">{td_string!(locale, sign_in.codes_gone)}</p>
        <form on:submit=renew>
            <Button busy=busy>{td_string!(locale, sign_in.new_codes)}</Button>
        </form>
    }
}
