//! A fresh proof of identity, asked for in the middle of what needs one.

use futures::channel::oneshot;
use leptos::{ev, html, prelude::*, task::spawn_local};

use super::settle;
use crate::client::{Api, ApiError};
use crate::i18n::{error_text, td_string, use_locale};
use crate::ui::{Button, Dialog, PasswordField};
use crate::wire::ProblemCode;

/// Whether the proof is asked for now, and who waits for it. One for a page, shown by
/// [`FreshProofDialog`].
#[derive(Clone, Copy)]
pub(crate) struct FreshProof {
    open: RwSignal<bool>,
    /// Dropped when the person gives up.
    waiting: StoredValue<Option<oneshot::Sender<()>>>,
}

impl FreshProof {
    pub(crate) fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            waiting: StoredValue::new(None),
        }
    }

    /// Asks the server for something, and once more after a fresh proof where it wants one. Nothing
    /// is answered when the person gives up instead.
    pub(crate) async fn around<T>(
        self,
        ask: impl AsyncFn() -> Result<T, ApiError>,
    ) -> Option<Result<T, ApiError>> {
        let answer = settle(ask().await);
        let wanted = answer
            .as_ref()
            .is_err_and(|error| error.code() == Some(ProblemCode::FreshProofNeeded));
        if !wanted {
            return Some(answer);
        }
        let (proven, wait) = oneshot::channel();
        // The page may be gone by now.
        self.waiting.try_set_value(Some(proven));
        self.open.try_set(true);
        wait.await.ok()?;
        Some(settle(ask().await))
    }

    fn proven(self) {
        if let Some(waiting) = self.waiting.try_update_value(Option::take).flatten() {
            let _ = waiting.send(());
        }
        self.open.set(false);
    }
}

/// The dialog that asks for the password. Belongs outside of all other forms.
#[component]
pub(crate) fn FreshProofDialog(proof: FreshProof) -> impl IntoView {
    let locale = use_locale();
    Effect::new(move || {
        if !proof.open.get() {
            proof.waiting.set_value(None);
        }
    });
    view! {
        <Dialog
            title=td_string!(locale, signed_in.proof.title)
            id="proof-title"
            open=proof.open
        >
            <Form proof/>
        </Dialog>
    }
}

#[component]
fn Form(proof: FreshProof) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let password = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let field = NodeRef::<html::Input>::new();
    let fail = move |text: String| {
        password.set(String::new());
        error.set(Some(text));
        if let Some(field) = field.get_untracked() {
            let _ = field.focus();
        }
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let typed = password.get_untracked();
        if busy.get_untracked() {
            return;
        }
        if typed.is_empty() {
            return fail(td_string!(locale, signed_in.proof.missing).to_owned());
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
                Ok(()) => proof.proven(),
                Err(error) if error.code() == Some(ProblemCode::WrongCredentials) => {
                    fail(td_string!(locale, signed_in.proof.wrong).to_owned());
                }
                Err(error) => fail(error_text(locale, &error)),
            }
        });
    };
    view! {
        <form class="dialog-form" novalidate=true on:submit=submit>
            <p>{td_string!(locale, signed_in.proof.text)}</p>
            <PasswordField
                label=td_string!(locale, signed_in.proof.password)
                name="password"
                id="fresh-proof"
                value=password
                autocomplete="current-password"
                error
                autofocus=true
                node_ref=field
            />
            <div class="choices">
                <Button busy>{td_string!(locale, signed_in.proof.submit)}</Button>
                <button
                    type="button"
                    class="button text"
                    on:click=move |_| proof.open.set(false)
                >
                    {td_string!(locale, signed_in.proof.cancel)}
                </button>
            </div>
        </form>
    }
    .into_any()
}
