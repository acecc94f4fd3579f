//! The one dialog of the page, and the questions that are asked in it before something is done.

use leptos::{html, prelude::*, task::spawn_local};

use super::help::HelpBody;
use super::room::{Act, Doing, Room, Said, Whom};
use super::wording;
use crate::client::{Api, ApiError};
use crate::i18n::{td_string, use_locale};
use crate::ui::{Button, ButtonKind, Dialog, Failure};
use crate::wire::{BulkAction, BulkKind, BulkOutcome, ProblemCode};

#[component]
pub(super) fn RoomDialog(room: Room) -> impl IntoView {
    Effect::new(move || {
        if !room.open.get()
            && let Some(said) = room.at_close.try_update_value(Option::take).flatten()
        {
            room.done(said);
        }
    });
    view! {
        <Dialog title=room.title id="doing-title" open=room.open>
            {move || room.doing.get().map(|doing| match doing {
                Doing::Help(help, whom) => view! { <HelpBody room help whom/> }.into_any(),
                Doing::Assign(whom) => view! { <Assign room whom/> }.into_any(),
                Doing::Sure(act) => view! { <Sure room act/> }.into_any(),
                Doing::Outcome(kind, outcome) => view! { <Outcome room kind outcome/> }.into_any(),
            })}
        </Dialog>
    }
}

/// *Cancel*, which closes the dialog.
#[component]
pub(super) fn Cancel(room: Room) -> impl IntoView {
    let locale = use_locale();
    view! {
        <button type="button" class="button text" on:click=move |_| room.close()>
            {td_string!(locale, console.help.cancel)}
        </button>
    }
}

/// What came of an act.
enum Came {
    Done,
    ToMany(BulkKind, BulkOutcome),
}

async fn act(api: &Api, act: &Act) -> Result<Came, ApiError> {
    match act {
        Act::Delete { id, .. } => api.delete_user(id).await?,
        Act::EndSessions { id, .. } => api.end_sessions_of(id).await?,
        Act::CancelInvitation { id, .. } => api.cancel_invitation(id).await?,
        Act::RefuseJoin { id, .. } => api.refuse_join(id).await?,
        Act::Bulk(kind, ids) => {
            let action = BulkAction {
                ids: ids.clone(),
                action: *kind,
                reason: None,
                presence_list: None,
            };
            return Ok(Came::ToMany(*kind, api.bulk(&action).await?));
        }
    }
    Ok(Came::Done)
}

/// A question with what follows from a yes.
#[component]
fn Sure(room: Room, act: Act) -> impl IntoView {
    let locale = use_locale();
    let (text, button, kind) = match &act {
        Act::Delete { .. } => (
            td_string!(locale, people.delete.text),
            td_string!(locale, people.delete.open),
            ButtonKind::Danger,
        ),
        Act::EndSessions { .. } | Act::Bulk(BulkKind::EndSessions, _) => (
            td_string!(locale, people.sessions.text),
            td_string!(locale, people.sessions.end),
            ButtonKind::Danger,
        ),
        Act::CancelInvitation { .. } => (
            td_string!(locale, people.cancel_invitation.text),
            td_string!(locale, people.cancel_invitation.open),
            ButtonKind::Danger,
        ),
        Act::RefuseJoin { .. } => (
            td_string!(locale, amazon.join.refuse_text),
            td_string!(locale, amazon.join.refuse),
            ButtonKind::Danger,
        ),
        Act::Bulk(BulkKind::Enable, _) => (
            td_string!(locale, people.bulk.enable_text),
            td_string!(locale, people.enable.open),
            ButtonKind::Primary,
        ),
        Act::Bulk(..) => (
            td_string!(locale, people.bulk.invite_text),
            td_string!(locale, people.invite.open),
            ButtonKind::Primary,
        ),
    };
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiError>);
    let wanted = StoredValue::new(act);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let wanted = wanted.get_value();
        spawn_local(async move {
            let answer = room
                .ask(async |api: &Api| self::act(api, &wanted).await)
                .await;
            busy.try_set(false);
            match answer {
                None => {}
                Some(Ok(Came::ToMany(kind, outcome))) => room.done_to_many(kind, outcome),
                Some(Ok(Came::Done)) => finish(room, wanted),
                // Somebody was faster: what was wanted is done.
                Some(Err(error)) if is_done(&wanted, &error) => finish(room, wanted),
                Some(Err(error)) => {
                    failure.try_set(Some(error));
                }
            }
        });
    };
    view! {
        <form class="dialog-form" on:submit=submit>
            <p>{text}</p>
            <Failure error=failure/>
            <div class="choices">
                <Button kind busy>{button}</Button>
                <Cancel room/>
            </div>
        </form>
    }
    .into_any()
}

/// Whether there was nothing left to do.
fn is_done(act: &Act, error: &ApiError) -> bool {
    match error.code() {
        Some(ProblemCode::NothingToDo) => true,
        Some(ProblemCode::NotFound) => matches!(act, Act::RefuseJoin { .. }),
        _ => false,
    }
}

/// Says what was done.
fn finish(room: Room, act: Act) {
    let locale = room.locale;
    match act {
        Act::Delete { id, name } => {
            // The person's panel would show somebody who is gone.
            room.go(untrack(|| room.asked.list(|_| {})));
            room.done(Said::Deleted { id, name });
        }
        Act::EndSessions { name, .. } => {
            room.done(Said::Done(td_string!(
                locale,
                people.sessions.done,
                name = name
            )));
        }
        Act::CancelInvitation { name, .. } => {
            let words = td_string!(locale, people.cancel_invitation.done, name = name);
            room.done(Said::Done(words));
        }
        Act::RefuseJoin { user, .. } => {
            room.done(Said::Done(td_string!(
                locale,
                amazon.join.refused,
                user = user
            )));
        }
        Act::Bulk(..) => {}
    }
}

/// Which presence reason list they get.
#[component]
fn Assign(room: Room, whom: Whom) -> impl IntoView {
    let locale = use_locale();
    let lists = room.lists.get_untracked().unwrap_or_default();
    let has_default = lists.iter().any(|list| list.is_default);
    let first = lists.first().map(|list| list.id.clone());
    // Where there is no default list, "the default list" would be no list at all.
    let chosen = RwSignal::new(if has_default { None } else { first });
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiError>);
    let whom = StoredValue::new(whom);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let action = BulkAction {
            ids: whom.with_value(Whom::ids),
            action: BulkKind::AssignList,
            reason: None,
            presence_list: chosen.get_untracked(),
        };
        spawn_local(async move {
            let answer = room.ask(async |api: &Api| api.bulk(&action).await).await;
            busy.try_set(false);
            match answer {
                None => {}
                Some(Ok(outcome)) => room.done_to_many(BulkKind::AssignList, outcome),
                Some(Err(error)) => {
                    failure.try_set(Some(error));
                }
            }
        });
    };
    let are_none = lists.is_empty();
    let options = lists
        .into_iter()
        .map(|list| {
            let is_first = chosen.get_untracked().as_ref() == Some(&list.id);
            view! { <option value=list.id selected=is_first>{list.name}</option> }
        })
        .collect_view();
    view! {
        <form class="dialog-form" on:submit=submit>
            <p>{td_string!(locale, people.assign.text)}</p>
            {are_none.then(|| view! { <p class="error">{td_string!(locale, people.assign.none)}</p> })}
            <div class="field">
                <label for="assigned">{td_string!(locale, people.list_long)}</label>
                <select
                    id="assigned"
                    autofocus=true
                    on:change:target=move |event| {
                        chosen.set(Some(event.target().value()).filter(|id| !id.is_empty()));
                    }
                >
                    {has_default.then(|| view! {
                        <option value="">{td_string!(locale, people.default_list)}</option>
                    })}
                    {options}
                </select>
            </div>
            <Failure error=failure/>
            <div class="choices">
                <Button busy disabled=are_none>{td_string!(locale, people.assign.open)}</Button>
                <Cancel room/>
            </div>
        </form>
    }
    .into_any()
}

/// How many it was done to, and why not to the others.
#[component]
fn Outcome(room: Room, kind: BulkKind, outcome: BulkOutcome) -> impl IntoView {
    let locale = use_locale();
    let done = NodeRef::<html::Button>::new();
    // What was focused before has given way to this.
    Effect::new(move || {
        if let Some(done) = done.get() {
            let _ = done.focus();
        }
    });
    let skipped = outcome.skipped.len() as u64;
    let reasons = wording::by_reason(&outcome.skipped)
        .into_iter()
        .map(|(code, names)| {
            let why = wording::skipped(locale, kind, code);
            view! {
                <li>
                    <strong>{why}</strong>
                    " "
                    {names.join(", ")}
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="dialog-form">
            <p role="status">
                {td_string!(locale, people.skipped.lead, who = wording::people(locale, skipped))}
            </p>
            <ul class="reasons">{reasons}</ul>
            <div class="choices">
                <button
                    type="button"
                    class="button primary"
                    node_ref=done
                    on:click=move |_| room.close()
                >
                    {td_string!(locale, console.backup_code.done)}
                </button>
            </div>
        </div>
    }
    .into_any()
}
