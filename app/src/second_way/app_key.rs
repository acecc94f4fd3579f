//! An authenticator app that is being added.

use leptos::{ev::SubmitEvent, html, prelude::*};

use crate::{
    client::ApiError,
    i18n::{Locale, error_text, td_string, use_locale},
    ui::{Button, Failure, TextField},
    wire::{AppSetup, ProblemCode},
};

/// What the form holds and how its last sending ended.
#[derive(Clone, Copy)]
pub(crate) struct AppForm {
    pub(crate) code: RwSignal<String>,
    pub(crate) name: RwSignal<String>,
    pub(crate) busy: RwSignal<bool>,
    error: RwSignal<Option<String>>,
    failure: RwSignal<Option<ApiError>>,
    field: NodeRef<html::Input>,
}

impl AppForm {
    pub(crate) fn new() -> Self {
        Self {
            code: RwSignal::default(),
            name: RwSignal::default(),
            busy: RwSignal::default(),
            error: RwSignal::default(),
            failure: RwSignal::default(),
            field: NodeRef::new(),
        }
    }

    /// What the person calls the device, if anything.
    pub(crate) fn device(self) -> Option<String> {
        let name = self.name.get_untracked().trim().to_owned();
        (!name.is_empty()).then_some(name)
    }

    /// Says what was wrong: at the field when it is the code, above the form otherwise.
    pub(crate) fn fail(self, locale: Locale, error: ApiError) {
        self.busy.set(false);
        let about_code = matches!(
            error.code(),
            Some(ProblemCode::WrongCode | ProblemCode::ClockOff | ProblemCode::UsedCode)
        );
        if about_code {
            self.code.set(String::new());
            self.point_out(error_text(locale, &error));
        } else {
            self.failure.set(Some(error));
        }
    }

    fn point_out(self, text: String) {
        self.error.set(Some(text));
        if let Some(field) = self.field.get_untracked() {
            let _ = field.focus();
        }
    }
}

/// The key in three forms, and the first code. `send` is called with the form already busy.
#[component]
pub(crate) fn AppKey<F>(setup: AppSetup, form: AppForm, send: F) -> impl IntoView
where
    F: Fn(String) + 'static,
{
    let locale = use_locale();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if form.busy.get_untracked() {
            return;
        }
        let code = form.code.get_untracked();
        if code.trim().is_empty() {
            return form.point_out(td_string!(locale, sign_in.app_code_missing).to_owned());
        }
        form.busy.set(true);
        form.error.set(None);
        form.failure.set(None);
        send(code);
    };
    let AppSetup { qr, secret, uri } = setup;
    view! {
        <p class="lead">{td_string!(locale, sign_in.setup_app_lead)}</p>
        <div class="app-key">
            <div
                class="qr"
                role="img"
                aria-label=td_string!(locale, sign_in.setup_qr)
                inner_html=qr
            ></div>
            <div class="by-hand">
                <p>{td_string!(locale, sign_in.setup_secret)}</p>
                <code class="secret">{grouped(&secret)}</code>
                <a class="on-phone" href=uri rel="external">
                    {td_string!(locale, sign_in.setup_open)}
                </a>
            </div>
        </div>
        <Failure error=form.failure help=None/>
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
            <Button busy=form.busy>{td_string!(locale, sign_in.verify)}</Button>
        </form>
    }
}

/// Groups of four, as people read long keys aloud.
fn grouped(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn a_key_is_read_in_groups_of_four() {
        assert_eq!(grouped("ABCDEFGHIJ"), "ABCD EFGH IJ");
        assert_eq!(grouped(""), "");
    }
}
