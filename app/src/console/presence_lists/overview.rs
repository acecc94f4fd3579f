//! All lists of the company: what is in them, for whom they count, and the way to change or remove each.

use leptos::{prelude::*, task::spawn_local};

use super::replace::{Question, ReplaceDialog, Replacement};
use super::{kind_class, kind_word, names};
use crate::client::{Api, ApiError};
use crate::console::address;
use crate::i18n::{error_text, td_string, use_locale};
use crate::session::{FreshProof, FreshProofDialog, settle};
use crate::ui::{Banner, BannerKind, Empty, Heading};
use crate::wire::{PresenceList, PresenceLists, ProblemCode, RemovePresenceList, Stranded};

/// The lists, and a removal under way.
#[derive(Clone, Copy)]
struct Removing {
    api: StoredValue<Api>,
    lists: RwSignal<PresenceLists>,
    question: RwSignal<Option<Question>>,
    busy: RwSignal<bool>,
    failed: RwSignal<Option<ApiError>>,
    said: RwSignal<Option<&'static str>>,
    done: &'static str,
    proof: FreshProof,
}

impl Removing {
    /// Asks whom it would shut out, then the administrator.
    fn ask(self, id: String, again: bool) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failed.set(None);
        self.said.set(None);
        let api = self.api.get_value();
        spawn_local(async move {
            let effect = settle(api.presence_effect(&id).await);
            let lists = settle(api.presence_lists().await);
            // The page may be gone by now.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match effect.and_then(|effect| Ok((effect, lists?))) {
                Ok((effect, lists)) => {
                    self.lists.set(lists.clone());
                    let (own, others) = lists.lists.into_iter().partition(|list| list.id == id);
                    let own: Vec<PresenceList> = own;
                    self.question
                        .set(own.into_iter().next().map(|list| Question {
                            list,
                            removing: true,
                            stranded: effect.removed,
                            others,
                            again,
                        }));
                }
                Err(error) => self.fail(error),
            }
        });
    }

    fn remove(self, asked: Question, instead: Replacement) {
        self.busy.set(true);
        let (replacement, accept) = match instead {
            Replacement::List(list) => (Some(list.id), 0),
            Replacement::Nothing { stranded } => (None, stranded),
        };
        let how = RemovePresenceList {
            version: asked.list.version,
            replacement,
            accept,
        };
        let (id, api) = (asked.list.id, self.api.get_value());
        spawn_local(async move {
            let remove = async || api.remove_presence_list(&id, &how).await;
            let answer = self.proof.around(remove).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Some(Ok(lists)) => {
                    self.lists.set(lists);
                    self.said.set(Some(self.done));
                }
                // More people by now, or another list: the question is asked anew with what is true.
                Some(Err(error)) if is_outdated(&error) => self.ask(id, true),
                Some(Err(error)) => self.fail(error),
                None => {}
            }
        });
    }

    /// Somebody else may have removed it.
    fn fail(self, error: ApiError) {
        let gone = error.code() == Some(ProblemCode::NotFound);
        self.failed.set(Some(error));
        if gone {
            let api = self.api.get_value();
            spawn_local(async move {
                if let Ok(lists) = settle(api.presence_lists().await) {
                    let _ = self.lists.try_set(lists);
                }
            });
        }
    }
}

fn is_outdated(error: &ApiError) -> bool {
    matches!(
        error.code(),
        Some(ProblemCode::InUse | ProblemCode::ChangedMeanwhile | ProblemCode::InvalidRequest)
    )
}

#[component]
pub(super) fn Overview(
    alias: StoredValue<String>,
    lists: PresenceLists,
    said: RwSignal<Option<&'static str>>,
) -> impl IntoView {
    let locale = use_locale();
    let removing = Removing {
        api: StoredValue::new(Api::use_api()),
        lists: RwSignal::new(lists),
        question: RwSignal::new(None),
        busy: RwSignal::new(false),
        failed: RwSignal::new(None),
        said,
        done: td_string!(locale, presence.lists.removed),
        proof: FreshProof::new(),
    };
    let lists = removing.lists;
    let on_answer = Callback::new(move |(asked, instead)| removing.remove(asked, instead));
    let failed = move || {
        removing
            .failed
            .get()
            .map(|error| error_text(locale, &error))
    };
    let optional = move || {
        let optional = lists.with(|lists| lists.optional);
        optional.then(|| view! { <p>{td_string!(locale, presence.lists.optional)}</p> })
    };
    let is_empty = Memo::new(move |_| lists.with(|lists| lists.lists.is_empty()));
    let card = move |list: PresenceList| view! { <Card alias list removing/> };
    view! {
        <Heading title=td_string!(locale, presence.lists.title)/>
        <p>{td_string!(locale, presence.lists.lead)}</p>
        {optional}
        <p class="saved" role="status">{move || said.get()}</p>
        <p class="error" role="alert">{failed}</p>
        <ShutOut lists/>
        {move || is_empty.get().then(|| view! {
            <Empty
                title=td_string!(locale, presence.lists.empty)
                text=td_string!(locale, presence.lists.empty_text)
            />
        })}
        <ul class="presence-lists" aria-label=td_string!(locale, presence.lists.caption)>
            <For
                each=move || lists.with(|lists| lists.lists.clone())
                key=|list| (list.id.clone(), list.version, list.people)
                children=card
            />
        </ul>
        <a
            class="button primary"
            id="new-list"
            href=address::presence_lists(&alias.read_value(), Some(address::NEW_LIST))
        >
            {td_string!(locale, presence.lists.add)}
        </a>
        <ReplaceDialog question=removing.question on_answer/>
        <FreshProofDialog proof=removing.proof/>
    }
    .into_any()
}

/// Agents who cannot sign in as things are.
#[component]
fn ShutOut(lists: RwSignal<PresenceLists>) -> impl IntoView {
    let locale = use_locale();
    let stranded = Memo::new(move |_| lists.with(|lists| lists.without_list.clone()));
    let sentence = move |stranded: &Stranded| {
        let names = names(locale, stranded);
        match stranded.count {
            1 => td_string!(locale, presence.lists.stranded_one, names = names),
            count => td_string!(
                locale,
                presence.lists.stranded_many,
                count = count,
                names = names
            ),
        }
    };
    move || {
        let stranded = stranded.get();
        (stranded.count > 0).then(|| {
            view! {
                <Banner kind=BannerKind::Warning>
                    <p>{sentence(&stranded)}</p>
                    <p>{td_string!(locale, presence.lists.stranded_cure)}</p>
                </Banner>
            }
        })
    }
}

#[component]
fn Card(alias: StoredValue<String>, list: PresenceList, removing: Removing) -> impl IntoView {
    let locale = use_locale();
    let people = match list.people {
        0 => td_string!(locale, presence.lists.unused).to_owned(),
        1 => td_string!(locale, presence.lists.people_one).to_owned(),
        count => td_string!(locale, presence.lists.people_many, count = count),
    };
    let reasons = list.reasons.into_iter().map(|reason| {
        view! {
            <li>
                <span class=kind_class(reason.kind)>{reason.name}</span>
                <span class="unseen">" (" {kind_word(locale, reason.kind)} ")"</span>
            </li>
        }
    });
    let href = address::presence_lists(&alias.read_value(), Some(&list.id));
    let id = StoredValue::new(list.id);
    let name = list.name;
    view! {
        <li class="presence-list">
            <div class="head">
                <h2>{name.clone()}</h2>
                {list.is_default.then(|| view! {
                    <span class="mark">{td_string!(locale, presence.lists.default)}</span>
                })}
                <span class="hint">{people}</span>
            </div>
            <ul class="reasons" aria-label=td_string!(locale, presence.edit.reasons)>
                {reasons.collect_view()}
            </ul>
            <div class="choices">
                <a
                    class="button quiet"
                    href=href
                    aria-label=td_string!(locale, presence.lists.edit_one, list = name.clone())
                >
                    {td_string!(locale, presence.lists.edit)}
                </a>
                <button
                    type="button"
                    class="button text needs-program"
                    aria-label=td_string!(locale, presence.lists.remove_one, list = name)
                    aria-busy=move || removing.busy.get().then_some("true")
                    on:click=move |_| removing.ask(id.get_value(), false)
                >
                    {td_string!(locale, presence.lists.remove)}
                </button>
            </div>
        </li>
    }
    .into_any()
}
