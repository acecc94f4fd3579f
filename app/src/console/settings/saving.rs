//! From *Save* to saved, the same on every page: what is typed stays whatever comes back, a proof is given where the
//! last one is old, and of two people who save the same page the second one decides what holds.

use leptos::{prelude::*, task::spawn_local};

use crate::client::ApiError;
use crate::i18n::{error_text, td_string, use_locale};
use crate::session::{FreshProof, FreshProofDialog, settle};
use crate::ui::{Banner, BannerKind, Button};
use crate::wire::ProblemCode;

/// What a form knows of itself beside its fields.
pub(super) struct Saving<S: Send + Sync + 'static> {
    /// What the server has.
    pub(super) saved: RwSignal<S>,
    /// What is typed, upon what the server has.
    pub(super) typed: Signal<S>,
    /// Puts settings into the fields.
    fill: Callback<S>,
    /// What somebody else saved meanwhile.
    theirs: RwSignal<Option<S>>,
    /// Somebody tried to save: from then on, flaws are told.
    pub(super) tried: RwSignal<bool>,
    /// Something beside the settings waits to be saved with them.
    pub(super) also: RwSignal<bool>,
    pub(super) busy: RwSignal<bool>,
    saved_once: RwSignal<bool>,
    trouble: RwSignal<Option<ApiError>>,
    proof: FreshProof,
}

impl<S: Send + Sync> Clone for Saving<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Send + Sync> Copy for Saving<S> {}

impl<S: Clone + PartialEq + Send + Sync> Saving<S> {
    pub(super) fn new(saved: RwSignal<S>, typed: Signal<S>, fill: Callback<S>) -> Self {
        Self {
            saved,
            typed,
            fill,
            theirs: RwSignal::new(None),
            tried: RwSignal::new(false),
            also: RwSignal::new(false),
            busy: RwSignal::new(false),
            saved_once: RwSignal::new(false),
            trouble: RwSignal::new(None),
            proof: FreshProof::new(),
        }
    }

    /// Where several forms of a page ask for a proof in the same dialog.
    pub(super) fn with_proof(self, proof: FreshProof) -> Self {
        Self { proof, ..self }
    }

    pub(super) fn is_changed(self) -> bool {
        self.also.get()
            || self
                .saved
                .with(|saved| self.typed.with(|typed| saved != typed))
    }

    /// Why the last try was refused, if it was for this.
    pub(super) fn is_refused(self, code: ProblemCode) -> bool {
        self.trouble
            .with(|trouble| trouble.as_ref().and_then(ApiError::code) == Some(code))
    }

    /// Saves what is typed. `look` asks for what is there now, where somebody else was faster.
    pub(super) fn submit(
        self,
        put: impl AsyncFn(S) -> Result<S, ApiError> + 'static,
        look: impl AsyncFn() -> Result<S, ApiError> + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        let wanted = self.typed.get_untracked();
        self.busy.set(true);
        self.trouble.set(None);
        spawn_local(async move {
            let answer = self.proof.around(async || put(wanted.clone()).await).await;
            let theirs = match &answer {
                Some(Err(error)) if error.code() == Some(ProblemCode::ChangedMeanwhile) => {
                    settle(look().await).ok()
                }
                _ => None,
            };
            // The page may be gone by now.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Some(Ok(new)) => self.take(&wanted, new),
                Some(Err(_)) if theirs.is_some() => self.theirs.set(theirs),
                Some(Err(error)) => self.trouble.set(Some(error)),
                // Nobody proved who they are, and what they typed is still there.
                None => {}
            }
        });
    }

    fn take(self, wanted: &S, new: S) {
        let unchanged = self.typed.with_untracked(|typed| typed == wanted);
        self.saved.set(new.clone());
        self.saved_once.set(true);
        self.tried.set(false);
        if unchanged {
            // As the server wrote it down.
            self.fill.run(new);
        }
    }

    /// Goes on from what somebody else saved, with one's own fields or with theirs.
    fn settle_with(self, keep: bool) {
        let Some(theirs) = self.theirs.get_untracked() else {
            return;
        };
        self.theirs.set(None);
        self.saved.set(theirs.clone());
        if !keep {
            self.fill.run(theirs);
        }
    }
}

/// *Save*, and what became of it. `told` says which refusals the fields tell themselves.
#[component]
pub(super) fn SaveBar<S>(
    saving: Saving<S>,
    #[prop(optional, into)] label: Option<String>,
    #[prop(optional)] told: &'static [ProblemCode],
) -> impl IntoView
where
    S: Clone + PartialEq + Send + Sync + 'static,
{
    let parts = Parts {
        busy: saving.busy.into(),
        changed: Signal::derive(move || saving.is_changed()),
        saved_once: saving.saved_once.into(),
        conflict: Signal::derive(move || saving.theirs.with(Option::is_some)),
        trouble: Signal::derive(move || {
            let trouble = saving.trouble.get()?;
            let is_told = trouble.code().is_some_and(|code| told.contains(&code));
            (!is_told).then_some(trouble)
        }),
        keep: Callback::new(move |keep| saving.settle_with(keep)),
        label,
    };
    view! { <Bar parts/> }
}

/// What the bar shows, whatever is saved.
struct Parts {
    busy: Signal<bool>,
    changed: Signal<bool>,
    saved_once: Signal<bool>,
    conflict: Signal<bool>,
    trouble: Signal<Option<ApiError>>,
    keep: Callback<bool>,
    label: Option<String>,
}

#[component]
fn Bar(parts: Parts) -> impl IntoView {
    let locale = use_locale();
    let Parts {
        busy,
        changed,
        saved_once,
        conflict,
        trouble,
        keep,
        label,
    } = parts;
    let label = label.unwrap_or_else(|| td_string!(locale, settings.save).to_owned());
    let state = move || {
        if changed.get() {
            Some(td_string!(locale, settings.changed))
        } else if saved_once.get() {
            Some(td_string!(locale, settings.saved))
        } else {
            None
        }
    };
    let choices = move || {
        conflict.get().then(|| {
            view! {
                <Banner kind=BannerKind::Warning>
                    <p>{td_string!(locale, settings.conflict)}</p>
                    <div class="choices">
                        <button type="button" class="button quiet" on:click=move |_| keep.run(true)>
                            {td_string!(locale, settings.keep_mine)}
                        </button>
                        <button type="button" class="button text" on:click=move |_| keep.run(false)>
                            {td_string!(locale, settings.take_theirs)}
                        </button>
                    </div>
                </Banner>
            }
        })
    };
    view! {
        <div class="save-bar">
            {choices}
            <div class="needs-program">
                <Button busy>{label}</Button>
            </div>
            <p class="state-of-it" class:good=move || !changed.get() role="status">{state}</p>
            <p class="error" role="alert">
                {move || trouble.get().map(|error| error_text(locale, &error))}
            </p>
            // The browser takes what is in here for text when scripts run.
            <noscript inner_html=td_string!(locale, settings.needs_scripts)></noscript>
        </div>
    }
    .into_any()
}

/// The dialog for a fresh proof. Belongs outside of all forms.
#[component]
pub(super) fn Proof<S: Send + Sync + 'static>(saving: Saving<S>) -> impl IntoView {
    view! { <FreshProofDialog proof=saving.proof/> }
}
