//! The administrator's own password, when it was typed too long ago.

use leptos::{ev, html, prelude::*, task::spawn_local};

use crate::client::{Api, ApiError};
use crate::i18n::{Locale, error_text, td_string, use_locale};
use crate::session::settle;
use crate::ui::{Button, Dialog, PasswordField};
use crate::wire::ProblemCode;

/// Asks for the password while `open`, and goes on once it was right.
#[component]
pub(super) fn Proof(open: RwSignal<bool>, on_proved: Callback<()>) -> impl IntoView {
    let locale = use_locale();
    view! {
        <Dialog title=td_string!(locale, console.policy.proof) id="proof-title" open>
            <ProofForm open on_proved/>
        </Dialog>
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Flaw {
    Missing,
    Wrong,
    Failed(ApiError),
}

impl Flaw {
    fn words(&self, locale: Locale) -> String {
        match self {
            Self::Missing => td_string!(locale, console.unlock.password_missing).to_owned(),
            Self::Wrong => td_string!(locale, console.unlock.password_wrong).to_owned(),
            Self::Failed(error) => error_text(locale, error),
        }
    }
}

#[component]
fn ProofForm(open: RwSignal<bool>, on_proved: Callback<()>) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let password = RwSignal::new(String::new());
    let flaw = RwSignal::new(None::<Flaw>);
    let busy = RwSignal::new(false);
    let field = NodeRef::<html::Input>::new();
    // At first, and when it must be typed anew.
    Effect::new(move || {
        flaw.track();
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let typed = password.get_untracked();
        if typed.is_empty() {
            flaw.set(Some(Flaw::Missing));
            return;
        }
        busy.set(true);
        let api = api.clone();
        spawn_local(async move {
            let answer = settle(api.prove_again(typed).await);
            // The dialog may have been closed meanwhile.
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => {
                    open.set(false);
                    on_proved.run(());
                }
                Err(error) => {
                    password.set(String::new());
                    flaw.set(Some(match error.code() {
                        Some(ProblemCode::WrongCredentials) => Flaw::Wrong,
                        _ => Flaw::Failed(error),
                    }));
                }
            }
        });
    };
    view! {
        <form class="dialog-form" novalidate=true on:submit=submit>
            <p>{td_string!(locale, console.unlock.proof)}</p>
            <PasswordField
                label=td_string!(locale, console.unlock.password)
                name="password"
                id="proof-password"
                value=password
                autocomplete="current-password"
                error=Signal::derive(move || flaw.get().map(|flaw| flaw.words(locale)))
                node_ref=field
            />
            <div class="choices">
                <Button busy=busy>{td_string!(locale, console.policy.go_on)}</Button>
                <button type="button" class="button text" on:click=move |_| open.set(false)>
                    {td_string!(locale, console.policy.cancel)}
                </button>
            </div>
        </form>
    }
    .into_any()
}
