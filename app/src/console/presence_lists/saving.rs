//! From *Save* to saved: whom it would shut out is asked and answered, a proof is given where it matters, and whoever
//! was slower than somebody else is told so. What was typed stays whatever comes back.

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;

use super::draft::{self, Flaw, Row};
use super::replace::{Question, Replacement};
use crate::client::{Api, ApiError};
use crate::session::{FreshProof, settle};
use crate::wire::{
    EditPresenceList, NewPresenceList, PresenceList, PresenceLists, ProblemCode, WantedReason,
};

/// Why nothing was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    Flaw(Flaw),
    /// Somebody else changed the list; theirs is known now.
    Changed,
    /// Somebody else removed it.
    Removed,
    Failed(ApiError),
}

/// What the editor knows.
#[derive(Clone, Copy)]
pub(super) struct Editing {
    api: StoredValue<Api>,
    /// The list as the server has it; none for a new one.
    pub(super) saved: RwSignal<Option<PresenceList>>,
    others: StoredValue<Vec<PresenceList>>,
    pub(super) name: RwSignal<String>,
    pub(super) is_default: RwSignal<bool>,
    pub(super) rows: RwSignal<Vec<Row>>,
    next_key: StoredValue<u32>,
    pub(super) busy: RwSignal<bool>,
    pub(super) saved_once: RwSignal<bool>,
    pub(super) trouble: RwSignal<Option<Trouble>>,
    pub(super) question: RwSignal<Option<Question>>,
    pub(super) proof: FreshProof,
    /// Called once a new list is there.
    on_added: Callback<()>,
}

impl Editing {
    pub(super) fn new(
        api: Api,
        list: Option<PresenceList>,
        lists: PresenceLists,
        on_added: Callback<()>,
    ) -> Self {
        let others = lists.lists.into_iter();
        let others = others.filter(|one| list.as_ref().is_none_or(|list| list.id != one.id));
        let rows = match &list {
            Some(list) => draft::rows(&list.reasons, 0),
            None => draft::first_rows(),
        };
        Self {
            api: StoredValue::new(api),
            others: StoredValue::new(others.collect()),
            name: RwSignal::new(
                list.as_ref()
                    .map_or_else(String::new, |list| list.name.clone()),
            ),
            is_default: RwSignal::new(list.as_ref().is_some_and(|list| list.is_default)),
            next_key: StoredValue::new(u32::try_from(rows.len()).unwrap_or(0)),
            rows: RwSignal::new(rows),
            saved: RwSignal::new(list),
            busy: RwSignal::new(false),
            saved_once: RwSignal::new(false),
            trouble: RwSignal::new(None),
            question: RwSignal::new(None),
            proof: FreshProof::new(),
            on_added,
        }
    }

    pub(super) fn new_key(self) -> u32 {
        let key = self.next_key.get_value();
        self.next_key.set_value(key + 1);
        key
    }

    /// Whether something stands here that the server does not have.
    pub(super) fn is_changed(self) -> bool {
        let rows = self.rows.read();
        self.saved.with(|saved| match saved {
            Some(list) => !draft::is_saved(list, &self.name.read(), self.is_default.get(), &rows),
            None => true,
        })
    }

    pub(super) fn has_flaw(self, flaw: &Flaw) -> bool {
        self.trouble
            .with(|trouble| matches!(trouble, Some(Trouble::Flaw(it)) if it == flaw))
    }

    /// Shows the list as the server has it, in place of what was typed.
    pub(super) fn show_theirs(self) {
        let Some(list) = self.saved.get_untracked() else {
            return;
        };
        self.trouble.set(None);
        let rows = draft::rows(&list.reasons, self.next_key.get_value());
        let count = u32::try_from(rows.len()).unwrap_or(0);
        self.next_key.update_value(|key| *key += count);
        self.rows.set(rows);
        self.is_default.set(list.is_default);
        self.name.set(list.name);
    }

    pub(super) fn submit(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.saved_once.set(false);
        if let Err(flaw) = self.typed() {
            focus(&flaw.field());
            self.trouble.set(Some(Trouble::Flaw(flaw)));
            return;
        }
        self.trouble.set(None);
        let saved = self.saved.get_untracked();
        match saved.filter(|list| list.is_default && !self.is_default.get_untracked()) {
            Some(list) => self.ask(list, false),
            None => self.put(None, 0),
        }
    }

    fn typed(self) -> Result<(String, Vec<WantedReason>), Flaw> {
        let rows = self.rows.read_untracked();
        draft::wanted(&self.name.read_untracked(), &rows)
    }

    /// Asks whom it would shut out without a default list; nobody needs no question.
    fn ask(self, list: PresenceList, again: bool) {
        self.busy.set(true);
        let api = self.api.get_value();
        spawn_local(async move {
            let answer = settle(api.presence_effect(&list.id).await);
            // The page may be gone by now.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(effect) if effect.not_default.count > 0 => self.question.set(Some(Question {
                    list,
                    removing: false,
                    stranded: effect.not_default,
                    others: self.others.get_value(),
                    again,
                })),
                Ok(_) => self.put(None, 0),
                Err(error) => self.fail(error),
            }
        });
    }

    pub(super) fn answer(self, instead: Replacement) {
        match instead {
            Replacement::List(list) => self.put(Some(list), 0),
            Replacement::Nothing { stranded } => self.put(None, stranded),
        }
    }

    /// Saves, after another list has taken the mark of the default one.
    fn put(self, instead: Option<PresenceList>, accept: u32) {
        let Ok((name, reasons)) = self.typed() else {
            return;
        };
        let (api, proof) = (self.api.get_value(), self.proof);
        let (saved, is_default) = (self.saved.get_untracked(), self.is_default.get_untracked());
        self.busy.set(true);
        spawn_local(async move {
            let answer = proof
                .around(async || match &saved {
                    None => {
                        let new = NewPresenceList {
                            name: name.clone(),
                            is_default,
                            reasons: reasons.clone(),
                        };
                        api.add_presence_list(&new).await
                    }
                    Some(list) => {
                        let mut version = list.version;
                        if let Some(other) = &instead {
                            let lists = mark(&api, other).await?;
                            let own = lists.lists.into_iter().find(|one| one.id == list.id);
                            version = own.map_or(version, |own| own.version);
                        }
                        let edited = EditPresenceList {
                            version,
                            name: name.clone(),
                            is_default,
                            reasons: reasons.clone(),
                            accept,
                        };
                        api.edit_presence_list(&list.id, &edited).await
                    }
                })
                .await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Some(Ok(lists)) => self.take_over(saved, lists),
                Some(Err(error)) => self.fail(error),
                // Nobody proved who they are, and what they typed is still there.
                None => {}
            }
        });
    }

    fn take_over(self, saved: Option<PresenceList>, lists: PresenceLists) {
        let Some(saved) = saved else {
            self.on_added.run(());
            return;
        };
        let (own, others) = split(lists, &saved.id);
        self.others.set_value(others);
        if let Some(own) = own {
            self.rows.update(|rows| draft::adopt(rows, &own.reasons));
            self.saved.set(Some(own));
        }
        self.saved_once.set(true);
    }

    fn fail(self, error: ApiError) {
        let saved = self.saved.get_untracked();
        match (error.code(), saved) {
            (Some(ProblemCode::NameTaken), _) => {
                self.trouble.set(Some(Trouble::Flaw(Flaw::NameTaken)));
                focus(&Flaw::NameTaken.field());
            }
            (Some(ProblemCode::InUse), Some(list)) => self.ask(list, true),
            (Some(ProblemCode::ChangedMeanwhile | ProblemCode::NotFound), Some(list)) => {
                self.look_again(list);
            }
            _ => self.trouble.set(Some(Trouble::Failed(error))),
        }
    }

    /// Learns what somebody else made of the list, and keeps what was typed over it.
    fn look_again(self, list: PresenceList) {
        self.busy.set(true);
        let api = self.api.get_value();
        spawn_local(async move {
            let answer = settle(api.presence_lists().await);
            if self.busy.try_set(false).is_some() {
                return;
            }
            let trouble = match answer {
                Err(error) => Trouble::Failed(error),
                Ok(lists) => {
                    let (own, others) = split(lists, &list.id);
                    self.others.set_value(others);
                    let theirs = own.as_ref().map_or(&[][..], |own| &own.reasons);
                    self.rows.update(|rows| draft::forget_others(rows, theirs));
                    let there = own.is_some();
                    self.saved.set(own);
                    if there {
                        Trouble::Changed
                    } else {
                        Trouble::Removed
                    }
                }
            };
            self.trouble.set(Some(trouble));
        });
    }
}

/// Marks another list as the default one, which takes the mark from the one that has it.
async fn mark(api: &Api, list: &PresenceList) -> Result<PresenceLists, ApiError> {
    let reasons = list.reasons.iter().map(|reason| WantedReason {
        id: Some(reason.id.clone()),
        name: reason.name.clone(),
        kind: reason.kind,
    });
    let marked = EditPresenceList {
        version: list.version,
        name: list.name.clone(),
        is_default: true,
        reasons: reasons.collect(),
        accept: 0,
    };
    api.edit_presence_list(&list.id, &marked).await
}

/// One list and all others.
fn split(lists: PresenceLists, id: &str) -> (Option<PresenceList>, Vec<PresenceList>) {
    let (own, others): (Vec<_>, Vec<_>) = lists.lists.into_iter().partition(|one| one.id == id);
    (own.into_iter().next(), others)
}

pub(super) fn focus(id: &str) {
    let field = document().get_element_by_id(id);
    if let Some(field) = field.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = field.focus();
    }
}
