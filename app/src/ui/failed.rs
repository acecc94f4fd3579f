//! Says that something did not load, with all that a helper needs to find out why.

use leptos::{ev, prelude::*};

use super::CopyButton;
use crate::client::ApiError;
use crate::i18n::{error_text, td_string, use_locale};

/// The failure with its reference, *Copy* and *Try again*. Without scripts *Try again* loads the
/// page anew, with them it calls `again`.
#[component]
pub fn Failed(error: ApiError, again: Callback<()>) -> impl IntoView {
    let locale = use_locale();
    let text = error_text(locale, &error);
    let reference = match error {
        ApiError::Offline => String::new(),
        ApiError::Problem(problem) => problem.reference,
    };
    let retry = move |event: ev::MouseEvent| {
        event.prevent_default();
        again.run(());
    };
    view! {
        <div class="failed" role="alert">
            <p>
                <strong>{td_string!(locale, signed_in.failed.title)}</strong>
                " "
                {text}
            </p>
            {(!reference.is_empty()).then(|| view! { <Reference reference/> })}
            <a class="button quiet" href="" rel="external" on:click=retry>
                {td_string!(locale, signed_in.failed.again)}
            </a>
        </div>
    }
    .into_any()
}

#[component]
fn Reference(reference: String) -> impl IntoView {
    let locale = use_locale();
    let said = td_string!(
        locale,
        signed_in.failed.reference,
        reference = reference.clone()
    );
    view! {
        <p class="reference">
            <span>{said}</span>
            " "
            <CopyButton text=reference/>
        </p>
    }
}
