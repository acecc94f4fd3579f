//! Buttons. A page has one that is filled.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// Filled: the one thing to do here.
    #[default]
    Primary,
    /// Outlined.
    Quiet,
    /// Only its words.
    Text,
    /// Outlined in the colour of what cannot be undone.
    Danger,
}

impl ButtonKind {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Quiet => "button quiet",
            Self::Text => "button text",
            Self::Danger => "button danger",
        }
    }
}

/// A button that keeps its width and words while `busy`, and cannot be pressed again meanwhile.
///
/// Submits its form unless `kind_of` says `button`. With `name` and `value` it says which of a
/// form's buttons was pressed.
#[component]
pub fn Button(
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(default = "submit")] kind_of: &'static str,
    #[prop(optional)] name: Option<&'static str>,
    #[prop(optional)] value: Option<&'static str>,
    /// Lets the browser send a form whose required fields are empty.
    #[prop(optional)]
    novalidate: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            class=kind.class()
            class:busy=busy
            type=kind_of
            name=name
            value=value
            formnovalidate=novalidate
            disabled=move || disabled.get() || busy.get()
            aria-busy=move || busy.get().then_some("true")
        >
            {children()}
        </button>
    }
    .into_any()
}
