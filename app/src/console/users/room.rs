//! What the parts of User Management share: what is asked, which dialog is open, who may be asked for a proof, and
//! what was done last.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::help::Help;
use super::{Asked, wording};
use crate::client::{Api, ApiError};
use crate::i18n::{Locale, td_string, use_locale};
use crate::session::{FreshProof, settle};
use crate::wire::{BulkKind, BulkOutcome, JoinRequests, PresenceList};

/// What is said of the last thing that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Done(String),
    /// With a way back.
    Deleted {
        id: String,
        name: String,
    },
    Failed(ApiError),
}

/// For whom something is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whom {
    One { id: String, name: String },
    Many(Vec<String>),
}

impl Whom {
    pub(super) fn ids(&self) -> Vec<String> {
        match self {
            Self::One { id, .. } => vec![id.clone()],
            Self::Many(ids) => ids.clone(),
        }
    }

    /// A name, or how many.
    pub(super) fn words(&self, locale: Locale) -> String {
        match self {
            Self::One { name, .. } => name.clone(),
            Self::Many(ids) => wording::people(locale, ids.len() as u64),
        }
    }
}

/// What is asked about before it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Delete {
        id: String,
        name: String,
    },
    EndSessions {
        id: String,
        name: String,
    },
    CancelInvitation {
        id: String,
        name: String,
    },
    /// Of a Connect user who asks to join.
    RefuseJoin {
        id: String,
        user: String,
    },
    Bulk(BulkKind, Vec<String>),
}

/// What the dialog is about.
#[derive(Clone)]
pub(super) enum Doing {
    Help(Help, Whom),
    Assign(Whom),
    Sure(Act),
    /// What became of something done to many.
    Outcome(BulkKind, BulkOutcome),
}

/// What is done at one click.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Once {
    Invite,
    Enable,
    Restore,
}

#[derive(Clone, Copy)]
pub(super) struct Room {
    pub(super) locale: Locale,
    pub(super) asked: Asked,
    pub(super) api: StoredValue<Api>,
    pub(super) proof: FreshProof,
    /// The company's presence reason lists; none while they are on their way.
    pub(super) lists: Resource<Vec<PresenceList>>,
    /// Who asks to join.
    pub(super) joining: Resource<Result<JoinRequests, ApiError>>,
    /// Whether the company has an Amazon Connect; none while nobody knows.
    pub(super) has_phone: Resource<bool>,
    /// Rises with every change that was made here.
    pub(super) changes: RwSignal<u32>,
    pub(super) said: RwSignal<Option<Said>>,
    /// The ids of the people who are ticked.
    pub(super) picked: RwSignal<Vec<String>>,
    /// For whom something is under way that needs no dialog.
    pub(super) busy: RwSignal<Option<String>>,
    pub(super) title: RwSignal<String>,
    pub(super) open: RwSignal<bool>,
    pub(super) doing: RwSignal<Option<Doing>>,
    /// What to say once the dialog is closed.
    pub(super) at_close: StoredValue<Option<Said>>,
    /// Something was done: what had the focus may be gone with the next answer.
    pub(super) renewed: StoredValue<bool>,
    go: Callback<String>,
}

impl Room {
    pub(super) fn new(asked: Asked) -> Self {
        let api = Api::use_api();
        let lists = {
            let api = api.clone();
            Resource::new(
                || (),
                move |()| {
                    let api = api.clone();
                    // Without an answer there is nothing to choose from, which stops nobody.
                    async move {
                        let answer = api.presence_lists().await;
                        answer.map(|answer| answer.lists).unwrap_or_default()
                    }
                },
            )
        };
        let changes = RwSignal::new(0_u32);
        let joining = {
            let api = api.clone();
            Resource::new(
                move || changes.get(),
                move |_| {
                    let api = api.clone();
                    async move { settle(api.join_requests().await) }
                },
            )
        };
        let has_phone = {
            let api = api.clone();
            Resource::new(
                || (),
                move |()| {
                    let api = api.clone();
                    async move {
                        let ready = api.get_ready().await;
                        ready.is_ok_and(|ready| ready.amazon_connect.is_some())
                    }
                },
            )
        };
        let navigate = use_navigate();
        let go = Callback::new(move |to: String| {
            let options = NavigateOptions {
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&to, options);
        });
        Self {
            locale: use_locale(),
            asked,
            api: StoredValue::new(api),
            proof: FreshProof::new(),
            lists,
            joining,
            has_phone,
            changes,
            said: RwSignal::new(None),
            picked: RwSignal::default(),
            busy: RwSignal::new(None),
            title: RwSignal::default(),
            open: RwSignal::new(false),
            doing: RwSignal::new(None),
            at_close: StoredValue::new(None),
            renewed: StoredValue::new(false),
            go,
        }
    }

    /// Leads to another address of this page.
    pub(super) fn go(self, to: String) {
        self.go.run(to);
    }

    /// Opens the dialog.
    pub(super) fn begin(self, doing: Doing) {
        self.said.set(None);
        self.title.set(wording::title(self.locale, &doing));
        self.doing.set(Some(doing));
        self.open.set(true);
    }

    pub(super) fn close(self) {
        self.open.try_set(false);
    }

    /// Closes the dialog, says what was done, and shows everything as it is now.
    pub(super) fn done(self, said: Said) {
        self.said.try_set(Some(said));
        self.renewed.try_set_value(true);
        self.close();
        self.changes.try_update(|changes| *changes += 1);
    }

    /// Says what became of something done to many; those who were skipped are told apart.
    pub(super) fn done_to_many(self, kind: BulkKind, outcome: BulkOutcome) {
        self.picked.try_set(Vec::new());
        if outcome.skipped.is_empty() {
            self.done(Said::Done(wording::done(self.locale, kind, outcome.done)));
            return;
        }
        let doing = Doing::Outcome(kind, outcome);
        self.title.try_set(wording::title(self.locale, &doing));
        self.doing.try_set(Some(doing));
        self.open.try_set(true);
        self.renewed.try_set_value(true);
        self.changes.try_update(|changes| *changes += 1);
    }

    /// Does it at once. What fails is said where success is said.
    pub(super) fn once(self, what: Once, id: String, name: String) {
        if self.busy.with_untracked(Option::is_some) {
            return;
        }
        self.busy.set(Some(id.clone()));
        self.said.set(None);
        let api = self.api.get_value();
        spawn_local(async move {
            let answer = self
                .proof
                .around(async || match what {
                    Once::Invite => api.invite(&id).await,
                    Once::Enable => api.enable_user(&id).await,
                    Once::Restore => api.restore_user(&id).await,
                })
                .await;
            // The page may be gone by now.
            if self.busy.try_set(None).is_some() {
                return;
            }
            let locale = self.locale;
            match answer {
                None => {}
                Some(Ok(())) => self.done(Said::Done(match what {
                    Once::Invite => td_string!(locale, people.invite.done, name = name),
                    Once::Enable => td_string!(locale, people.enable.done, name = name),
                    Once::Restore => td_string!(locale, people.restore.done, name = name),
                })),
                Some(Err(error)) => self.done(Said::Failed(error)),
            }
        });
    }

    /// The answer to what was asked of the server, after a fresh proof where it wants one.
    pub(super) async fn ask<T>(
        self,
        what: impl AsyncFn(&Api) -> Result<T, ApiError>,
    ) -> Option<Result<T, ApiError>> {
        let api = self.api.get_value();
        self.proof.around(async || what(&api).await).await
    }
}
