//! Fields with a label, a hint and an error, which work before the program arrives: what was typed
//! by then stays.

use leptos::{ev, html, prelude::*};

use crate::i18n::{td_string, use_locale};

/// One line of text.
#[component]
pub fn TextField(
    #[prop(into)] label: String,
    name: &'static str,
    value: RwSignal<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] required: bool,
    #[prop(optional)] autofocus: bool,
    /// Distinguishes fields of one name on one page.
    #[prop(optional, into)]
    id: Option<String>,
    /// A further class, `code` for the large field of codes.
    #[prop(optional)]
    class: &'static str,
    /// More texts that describe this field, by their ids.
    #[prop(optional)]
    described_by: &'static str,
    #[prop(optional)] node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.to_owned());
    adopt(node_ref, value);
    let described = described(&id, hint.is_some(), described_by, error);
    view! {
        <div class=format!("field {class}")>
            <label for=id.clone()>{label}</label>
            <input
                id=id.clone()
                name=name
                type=kind
                value=value.get_untracked()
                autocomplete=autocomplete
                inputmode=inputmode
                autocapitalize="none"
                spellcheck="false"
                required=required
                autofocus=autofocus
                disabled=disabled
                aria-describedby=described
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                node_ref=node_ref
                on:input:target=move |event| value.set(event.target().value())
            />
            {hint.map(|hint| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> })}
            <FieldError id=id.clone() error=error/>
        </div>
    }
    .into_any()
}

/// A password: can be shown, and says when Caps Lock is on.
#[component]
pub fn PasswordField(
    #[prop(into)] label: String,
    name: &'static str,
    value: RwSignal<String>,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] autofocus: bool,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional)] node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let locale = use_locale();
    let id = id.unwrap_or_else(|| name.to_owned());
    let shown = RwSignal::new(false);
    let caps = RwSignal::new(false);
    adopt(node_ref, value);
    let described = described(&id, hint.is_some(), "", error);
    let notice_caps = move |event: ev::KeyboardEvent| {
        let on = event.get_modifier_state("CapsLock");
        if caps.get_untracked() != on {
            caps.set(on);
        }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <div class="with-reveal">
                <input
                    id=id.clone()
                    name=name
                    type=move || if shown.get() { "text" } else { "password" }
                    value=value.get_untracked()
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    required=required
                    autofocus=autofocus
                    aria-describedby=described
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    node_ref=node_ref
                    on:input:target=move |event| value.set(event.target().value())
                    on:keydown=notice_caps
                    on:keyup=notice_caps
                    on:blur=move |_| caps.set(false)
                />
                <button
                    type="button"
                    class="reveal needs-program"
                    aria-pressed=move || shown.get().to_string()
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {td_string!(locale, common.show_password)}
                </button>
            </div>
            {hint.map(|hint| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> })}
            <p class="caps" role="status">
                {move || caps.get().then(|| td_string!(locale, common.caps_lock))}
            </p>
            <FieldError id=id.clone() error=error/>
        </div>
    }
    .into_any()
}

#[component]
fn FieldError(id: String, error: Signal<Option<String>>) -> impl IntoView {
    view! {
        <p class="error" id=format!("{id}-error") role="alert">
            {move || error.get()}
        </p>
    }
}

/// The ids of everything that describes a field.
fn described(
    id: &str,
    hint: bool,
    more: &str,
    error: Signal<Option<String>>,
) -> impl Fn() -> Option<String> + Send + Sync + Clone + use<> {
    let mut always = Vec::new();
    if hint {
        always.push(format!("{id}-hint"));
    }
    if !more.is_empty() {
        always.push(more.to_owned());
    }
    let always = always.join(" ");
    let error_id = format!("{id}-error");
    move || {
        let mut ids = always.clone();
        if error.with(Option::is_some) {
            ids = format!("{error_id} {ids}");
        }
        let ids = ids.trim();
        (!ids.is_empty()).then(|| ids.to_owned())
    }
}

/// Keeps field and signal alike. The first time the field wins: people type, and browsers fill in,
/// before the program arrives.
fn adopt(field: NodeRef<html::Input>, value: RwSignal<String>) {
    Effect::new(move |adopted: Option<bool>| {
        let wanted = value.get();
        let Some(field) = field.get() else {
            return false;
        };
        if field.value() == wanted {
            return true;
        }
        if adopted == Some(true) {
            field.set_value(&wanted);
        } else {
            value.set(field.value());
        }
        true
    });
}
