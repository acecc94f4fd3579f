//! What all parts of the page share: everything as the server has it, one thing being done at a time, and why the last
//! one was not.

use leptos::{prelude::*, task::spawn_local};

use crate::client::{Api, ApiError};
use crate::i18n::{Locale, error_text, td_string};
use crate::session::{FreshProof, settle};
use crate::wire::{Problem, ProblemCode, Provider, ProviderKind, SingleSignOn};

/// A part of the page, which says what became of what was done there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Card(ProviderKind),
    /// The field for one more domain.
    Domains,
    Domain(String),
    Passwords,
}

#[derive(Clone, Copy)]
pub(super) struct Room {
    api: StoredValue<Api>,
    pub(super) page: RwSignal<SingleSignOn>,
    pub(super) proof: FreshProof,
    /// Where something is being done.
    busy: RwSignal<Option<Part>>,
    /// Where something was not done.
    trouble: RwSignal<Option<(Part, ApiError)>>,
    /// Which provider is about to be removed.
    pub(super) removing: RwSignal<Option<Provider>>,
}

impl Room {
    pub(super) fn new(api: Api, page: SingleSignOn) -> Self {
        Self {
            api: StoredValue::new(api),
            page: RwSignal::new(page),
            proof: FreshProof::new(),
            busy: RwSignal::new(None),
            trouble: RwSignal::new(None),
            removing: RwSignal::new(None),
        }
    }

    pub(super) fn api(self) -> Api {
        self.api.get_value()
    }

    pub(super) fn provider(self, kind: ProviderKind) -> Memo<Option<Provider>> {
        Memo::new(move |_| {
            let found =
                |page: &SingleSignOn| page.providers.iter().find(|it| it.kind == kind).cloned();
            self.page.with(found)
        })
    }

    pub(super) fn is_busy(self, part: &Part) -> bool {
        self.busy.with(|busy| busy.as_ref() == Some(part))
    }

    /// Why nothing was done at a part.
    pub(super) fn trouble(self, part: &Part) -> Option<ApiError> {
        let trouble = self.trouble.get();
        trouble.and_then(|(at, error)| (at == *part).then_some(error))
    }

    pub(super) fn fail(self, part: Part, error: ApiError) {
        let _ = self.trouble.try_set(Some((part, error)));
    }

    /// Does something that answers how everything stands then; `done` follows when it was done. Whoever is slower than
    /// somebody else sees what is there now.
    pub(super) fn act(
        self,
        part: Part,
        ask: impl AsyncFn(Api) -> Result<SingleSignOn, ApiError> + 'static,
        done: impl FnOnce() + 'static,
    ) {
        if self.busy.with_untracked(Option::is_some) {
            return;
        }
        self.busy.set(Some(part.clone()));
        self.trouble.set(None);
        spawn_local(async move {
            let api = self.api();
            let answer = self.proof.around(async || ask(api.clone()).await).await;
            let now = match &answer {
                Some(Err(error)) if is_outdated(error) => settle(api.single_sign_on().await).ok(),
                _ => None,
            };
            // The page may be gone by now.
            if self.busy.try_set(None).is_some() {
                return;
            }
            if let Some(now) = now {
                self.page.set(now);
            }
            match answer {
                Some(Ok(page)) => {
                    self.page.set(page);
                    done();
                }
                Some(Err(error)) => self.trouble.set(Some((part, error))),
                None => {}
            }
        });
    }
}

/// Whether the page shows something that is not true any more. What a record is found to lack may have been lost by that.
fn is_outdated(error: &ApiError) -> bool {
    matches!(
        error.code(),
        Some(
            ProblemCode::ChangedMeanwhile
                | ProblemCode::NotFound
                | ProblemCode::NothingToDo
                | ProblemCode::DomainNotProven
        )
    )
}

/// What is said of a refusal here, where it means something else than to people who sign in.
pub(super) fn refused(locale: Locale, part: &Part, error: &ApiError) -> String {
    match (error.code(), part) {
        (Some(ProblemCode::InUse), _) => {
            td_string!(locale, sso_console.passwords.in_use).to_owned()
        }
        (Some(ProblemCode::LastAdmin), Part::Passwords) => {
            td_string!(locale, sso_console.passwords.last_admin).to_owned()
        }
        (Some(ProblemCode::LastAdmin), _) => {
            td_string!(locale, sso_console.passwords.last_admin_provider).to_owned()
        }
        (Some(ProblemCode::InvalidRequest), Part::Domains) => {
            td_string!(locale, sso_console.domains.wrong).to_owned()
        }
        _ => error_text(locale, error),
    }
}

/// The reference of a failure, for whoever is asked for help.
pub(super) fn reference(error: &ApiError) -> Option<String> {
    match error {
        ApiError::Problem(problem) => {
            let Problem { reference, .. } = &**problem;
            (!reference.is_empty()).then(|| reference.clone())
        }
        ApiError::Offline => None,
    }
}
