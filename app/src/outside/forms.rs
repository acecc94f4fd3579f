//! What the forms of providers' buttons ask for.

use leptos::ev::SubmitEvent;
use wasm_bindgen::JsCast;
use web_sys::{Element, FormData, HtmlFormElement, Window};

use super::{Errand, window};
use crate::{
    client::segment,
    entry::Steps,
    wire::{BeginSso, BeginSsoInvited, ProviderKind},
};

/// As forms and addresses write it.
pub(crate) fn kind_word(kind: ProviderKind) -> &'static str {
    match kind {
        ProviderKind::Google => "google",
        ProviderKind::Office365 => "office365",
        ProviderKind::Company => "company",
    }
}

pub(crate) fn kind_named(written: &str) -> Option<ProviderKind> {
    [
        ProviderKind::Google,
        ProviderKind::Office365,
        ProviderKind::Company,
    ]
    .into_iter()
    .find(|kind| kind_word(*kind) == written)
}

/// What a form of this kind, being sent, asks for.
pub(crate) fn errand_of(event: &SubmitEvent) -> Option<Errand> {
    let form = event.target()?.dyn_into::<HtmlFormElement>().ok()?;
    let fields = FormData::new_with_form(&form).ok()?;
    let text = |name: &str| fields.get(name).as_string().filter(|text| !text.is_empty());
    let pressed = event
        .submitter()
        .and_then(|button| button.dyn_into::<Element>().ok())
        .and_then(|button| button.get_attribute("value"));
    // Some browsers do not say what was pressed; where there is but one button it needs no saying.
    let pressed = pressed.or_else(|| text("provider"))?;
    let provider = kind_named(pressed.trim_start_matches("sso:"))?;
    if let Some(token) = text("token") {
        return Some(Errand::Accept(BeginSsoInvited { token, provider }));
    }
    let action = form.get_attribute("action")?;
    let alias = action.strip_prefix('/')?.split('/').next()?.to_owned();
    let begin = BeginSso {
        binds: None,
        provider,
        next: text("next"),
        choose: text("choose").is_some(),
    };
    Some(Errand::SignIn { alias, begin })
}

/// Goes on from a page that opened a window: to the page that stands behind it.
pub(crate) fn go_on(event: &SubmitEvent, opened: Option<Window>, steps: &Steps) {
    window::hold(opened, "");
    let Some(Errand::SignIn { alias, begin }) = errand_of(event) else {
        return window::close();
    };
    let page = match &begin.next {
        Some(next) => format!("/{alias}/sso?next={}", segment(next)),
        None => format!("/{alias}/sso"),
    };
    window::hand_over(Errand::SignIn { alias, begin });
    steps.show(&page);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_named_as_the_api_names_them() {
        for kind in [
            ProviderKind::Google,
            ProviderKind::Office365,
            ProviderKind::Company,
        ] {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind_word(kind));
            assert_eq!(kind_named(kind_word(kind)), Some(kind));
        }
        assert_eq!(kind_named("Google"), None);
    }
}
