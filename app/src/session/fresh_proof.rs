//! A fresh proof of identity, asked for in the middle of what needs one.

use futures::channel::oneshot;
use leptos::{ev, html, prelude::*, task::spawn_local};

use super::settle;
use crate::client::{Api, ApiError};
use crate::i18n::{error_text, td_string, use_locale};
use crate::outside::{Behind, Errand, Outside};
use crate::ui::{Button, Dialog, PasswordField};
use crate::wire::{ProblemCode, ProviderButton};

/// Whether the proof is asked for now, and who waits for it. One for a page, shown by
/// [`FreshProofDialog`].
#[derive(Clone, Copy)]
pub(crate) struct FreshProof {
    open: RwSignal<bool>,
    /// Dropped when the person gives up.
    waiting: StoredValue<Option<oneshot::Sender<()>>>,
    ways: StoredValue<Ways>,
    api: StoredValue<Api>,
}

/// How this person can prove who they are.
#[derive(Clone)]
struct Ways {
    password: bool,
    /// At these.
    providers: Vec<ProviderButton>,
}

impl Ways {
    const PASSWORD: Self = Self {
        password: true,
        providers: Vec::new(),
    };

    /// Without an answer it is the password, which most people have.
    async fn of_this_person(api: &Api) -> Self {
        let providers = match api.session().await {
            Ok(session) => session.proves_at,
            Err(_) => return Self::PASSWORD,
        };
        if providers.is_empty() {
            return Self::PASSWORD;
        }
        let settings = api.security().await;
        Self {
            password: settings.is_ok_and(|settings| settings.password.is_set),
            providers,
        }
    }
}

impl FreshProof {
    pub(crate) fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            waiting: StoredValue::new(None),
            ways: StoredValue::new(Ways::PASSWORD),
            api: StoredValue::new(Api::use_api()),
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
        if self.ask().await {
            Some(settle(ask().await))
        } else {
            None
        }
    }

    /// Asks for the proof. Answers whether it was given.
    pub(crate) async fn ask(self) -> bool {
        let Some(api) = self.api.try_get_value() else {
            return false;
        };
        let ways = Ways::of_this_person(&api).await;
        let (proven, wait) = oneshot::channel();
        // The page may be gone by now.
        self.ways.try_set_value(ways);
        self.waiting.try_set_value(Some(proven));
        self.open.try_set(true);
        wait.await.is_ok()
    }

    fn proven(self) {
        if let Some(waiting) = self.waiting.try_update_value(Option::take).flatten() {
            let _ = waiting.send(());
        }
        self.open.set(false);
    }
}

/// The dialog that asks for it. Belongs outside of all other forms.
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
            <Proofs proof/>
        </Dialog>
    }
}

/// The password, and what there is beside or instead of it.
#[component]
fn Proofs(proof: FreshProof) -> impl IntoView {
    let locale = use_locale();
    let Ways {
        password,
        providers,
    } = proof.ways.get_value();
    if providers.is_empty() {
        return view! { <Form proof/> }.into_any();
    }
    let outside = Outside::within_session(Callback::new(move |()| proof.proven()));
    let confirm = move |provider: ProviderButton| {
        let ProviderButton { provider, name } = provider;
        view! {
            <button
                type="button"
                class="button quiet"
                on:click=move |_| outside.begin(Errand::Prove(provider))
            >
                {td_string!(locale, outside.proof.confirm, name = name)}
            </button>
        }
    };
    view! {
        <Behind outside>
            {match password {
                true => view! { <Form proof/> }.into_any(),
                false => view! { <p>{td_string!(locale, outside.proof.text)}</p> }.into_any(),
            }}
            <div class="choices">
                {providers.clone().into_iter().map(confirm).collect_view()}
                {(!password).then(|| view! { <Cancel proof/> })}
            </div>
        </Behind>
    }
    .into_any()
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
                <Cancel proof/>
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn Cancel(proof: FreshProof) -> impl IntoView {
    let locale = use_locale();
    view! {
        <button type="button" class="button text" on:click=move |_| proof.open.set(false)>
            {td_string!(locale, signed_in.proof.cancel)}
        </button>
    }
}
