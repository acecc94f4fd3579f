//! Fields that only these pages have.

use leptos::{html, prelude::*};

/// Several lines of text. What was typed before the program arrived stays.
#[component]
pub(super) fn Area(
    #[prop(into)] label: String,
    #[prop(into)] id: String,
    value: RwSignal<String>,
    rows: u8,
    #[prop(into)] hint: Signal<String>,
    #[prop(into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let field = NodeRef::<html::Textarea>::new();
    Effect::new(move |adopted: Option<bool>| {
        let wanted = value.get();
        let Some(field) = field.get() else {
            return false;
        };
        if field.value() != wanted {
            if adopted == Some(true) {
                field.set_value(&wanted);
            } else {
                value.set(field.value());
            }
        }
        true
    });
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <textarea
                id=id
                rows=rows
                aria-describedby=format!("{error_id} {hint_id}")
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                node_ref=field
                on:input:target=move |event| value.set(event.target().value())
            >
                {value.get_untracked()}
            </textarea>
            <p class="hint" id=hint_id>{move || hint.get()}</p>
            <p class="error" id=error_id role="alert">{move || error.get()}</p>
        </div>
    }
    .into_any()
}

/// One of several values.
#[component]
pub(super) fn Choose(
    #[prop(into)] label: String,
    #[prop(into)] id: String,
    value: RwSignal<String>,
    /// Value and words.
    options: Vec<(String, String)>,
    #[prop(into)] hint: String,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let chosen = value.get_untracked();
    let options = options
        .into_iter()
        .map(|(code, name)| {
            let selected = code == chosen;
            view! { <option value=code selected=selected>{name}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select
                id=id
                aria-describedby=hint_id.clone()
                prop:value=move || value.get()
                on:change:target=move |event| value.set(event.target().value())
            >
                {options}
            </select>
            <p class="hint" id=hint_id>{hint}</p>
        </div>
    }
    .into_any()
}

/// What is typed, without spaces around it; nothing when nothing is left.
pub(super) fn given(value: RwSignal<String>) -> Option<String> {
    value.with(|value| {
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    })
}

/// Whether a name can be shown everywhere, as the server sees it: it looks closer still.
pub(super) fn is_showable(text: &str) -> bool {
    (1..=80).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

/// Whether this may be an e-mail address.
pub(super) fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
        && !text.contains(char::is_whitespace)
}

/// Whether this may be an https address.
pub(super) fn is_https(text: &str) -> bool {
    text.strip_prefix("https://")
        .is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
        && text.chars().count() <= 500
}
