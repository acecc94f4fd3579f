//! Backup codes that are shown this once: printed, downloaded or copied, and one typed back.

use leptos::{ev::SubmitEvent, html, prelude::*};

use crate::{
    client::ApiError,
    i18n::{Locale, td_string, use_locale},
    ui::{Button, ButtonKind, Failure, TextField},
    wire::ProblemCode,
};

/// What the form holds and how its last sending ended.
#[derive(Clone, Copy)]
pub(crate) struct SaveForm {
    typed: RwSignal<String>,
    pub(crate) busy: RwSignal<bool>,
    error: RwSignal<Option<String>>,
    failure: RwSignal<Option<ApiError>>,
    field: NodeRef<html::Input>,
}

impl SaveForm {
    pub(crate) fn new() -> Self {
        Self {
            typed: RwSignal::default(),
            busy: RwSignal::default(),
            error: RwSignal::default(),
            failure: RwSignal::default(),
            field: NodeRef::new(),
        }
    }

    /// Says what was wrong: at the field when it is the code, above the form otherwise.
    pub(crate) fn fail(self, locale: Locale, error: ApiError) {
        self.busy.set(false);
        if error.code() == Some(ProblemCode::WrongCode) {
            self.point_out(td_string!(locale, sign_in.one_code_wrong));
        } else {
            self.failure.set(Some(error));
        }
    }

    fn point_out(self, text: &str) {
        self.error.set(Some(text.to_owned()));
        if let Some(field) = self.field.get_untracked() {
            let _ = field.focus();
            field.select();
        }
    }
}

/// The codes and the field for one of them. `send` is called with the form already busy.
#[component]
pub(crate) fn SaveCodes<F>(
    codes: Vec<String>,
    /// The company's name, for what is printed and downloaded.
    company: String,
    form: SaveForm,
    send: F,
) -> impl IntoView
where
    F: Fn(String) + 'static,
{
    let locale = use_locale();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if form.busy.get_untracked() {
            return;
        }
        let typed = form.typed.get_untracked();
        if typed.trim().is_empty() {
            return form.point_out(td_string!(locale, sign_in.one_code_missing));
        }
        form.busy.set(true);
        form.error.set(None);
        form.failure.set(None);
        send(typed);
    };
    let title = td_string!(locale, sign_in.codes_file, company = company);
    let file = format!("{title}\r\n\r\n{}\r\n", codes.join("\r\n"));
    view! {
        <p class="lead">{td_string!(locale, sign_in.codes_lead)}</p>
        <section class="codes">
            <p class="on-paper">{title}</p>
            <ol aria-label=td_string!(locale, sign_in.codes_list)>
                {codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view()}
            </ol>
        </section>
        <Keep file=file/>
        <Failure error=form.failure help=None/>
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
            <Button busy=form.busy>{td_string!(locale, sign_in.done)}</Button>
        </form>
    }
}

/// *Print*, *Download*, *Copy*.
#[component]
fn Keep(file: String) -> impl IntoView {
    let locale = use_locale();
    let copied = RwSignal::new(false);
    let text = StoredValue::new(file);
    let copy = move |_| {
        // The promise is not awaited: a browser that refuses leaves the codes to be selected.
        let _ = window()
            .navigator()
            .clipboard()
            .write_text(&text.get_value());
        copied.set(true);
    };
    let print = move |_| {
        let _ = window().print();
    };
    let button = |label, on_click: Callback<()>| {
        view! {
            <button type="button" class="button quiet" on:click=move |_| on_click.run(())>
                {label}
            </button>
        }
    };
    view! {
        <div class="choices keep">
            {button(td_string!(locale, sign_in.print), Callback::new(print))}
            <a
                class="button quiet"
                download="callgate-backup-codes.txt"
                href=move || text.with_value(|text| data_address(text))
                rel="external"
            >
                {td_string!(locale, sign_in.download)}
            </a>
            {button(td_string!(locale, sign_in.copy), Callback::new(copy))}
            <span role="status">
                {move || copied.get().then(|| td_string!(locale, sign_in.copied))}
            </span>
        </div>
    }
}

/// The file inside its own address: nothing of it is sent anywhere.
fn data_address(text: &str) -> String {
    format!(
        "data:text/plain;charset=utf-8,{}",
        crate::client::segment(text)
    )
}

/// Codes that were shown before: only new ones can be seen.
#[component]
pub(crate) fn CodesGone(renew: Callback<()>, busy: RwSignal<bool>) -> impl IntoView {
    let locale = use_locale();
    view! {
        <p class="lead">{td_string!(locale, sign_in.codes_gone)}</p>
        <form
            on:submit=move |event: SubmitEvent| {
                event.prevent_default();
                if !busy.get_untracked() {
                    busy.set(true);
                    renew.run(());
                }
            }
        >
            <Button kind=ButtonKind::Primary busy=busy>{td_string!(locale, sign_in.new_codes)}</Button>
        </form>
    }
}
