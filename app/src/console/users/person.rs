//! The panel beside the list: one person's facts and what happened to their account.

use leptos::{ev, html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::JsCast;

use super::Asked;
use super::help::HelpButtons;
use super::list::{Marks, roles, row_id};
use crate::client::{Api, ApiError};
use crate::console::words;
use crate::i18n::{td_string, use_locale};
use crate::session::settle;
use crate::ui::{Empty, Failed, Loading};
use crate::wire::{ProblemCode, TimelineEntry, UserDetail};

#[component]
pub(super) fn Panel(
    asked: Asked,
    changes: RwSignal<u32>,
    /// Called with what to say when the person was helped.
    on_helped: Callback<String>,
) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let detail = Resource::new(
        move || (asked.person.get(), changes.get()),
        move |(person, _)| {
            let api = api.clone();
            async move {
                match person {
                    Some(id) => Some(settle(api.user(&id).await)),
                    None => None,
                }
            }
        },
    );
    // The button that opened the dialog goes with the card that it stood on.
    let renewed = StoredValue::new(false);
    let on_helped = Callback::new(move |said| {
        renewed.set_value(true);
        on_helped.run(said);
    });
    let go = StoredValue::new(use_navigate());
    let close = move || asked.list(|_| {});
    let escape = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() && !in_dialog(&event) {
            let options = NavigateOptions {
                scroll: false,
                ..NavigateOptions::default()
            };
            go.with_value(|go| go(&untrack(close), options));
        }
    };
    return_focus(asked);
    let open = Memo::new(move |_| asked.person.with(Option::is_some));
    let again = Callback::new(move |()| detail.refetch());
    move || {
        open.get().then(|| {
            view! {
                <aside
                    class="panel"
                    aria-label=td_string!(locale, console.person.label)
                    on:keydown=escape
                >
                    <a class="button text close" href=close data-noscroll=true>
                        {td_string!(locale, console.person.close)}
                    </a>
                    <Transition fallback=Loading>
                        {move || {
                            let answer = detail.get().flatten();
                            answer.map(|answer| shown(answer, again, on_helped, renewed))
                        }}
                    </Transition>
                </aside>
            }
        })
    }
}

fn shown(
    answer: Result<UserDetail, ApiError>,
    again: Callback<()>,
    on_helped: Callback<String>,
    renewed: StoredValue<bool>,
) -> AnyView {
    let locale = use_locale();
    match answer {
        Ok(detail) => view! { <Card detail on_helped renewed/> }.into_any(),
        Err(error) if error.code() == Some(ProblemCode::NotFound) => view! {
            <Empty
                title=td_string!(locale, console.person.gone)
                text=td_string!(locale, console.person.gone_text)
            />
        }
        .into_any(),
        Err(error) => view! { <Failed error again/> }.into_any(),
    }
}

#[component]
fn Card(
    detail: UserDetail,
    on_helped: Callback<String>,
    renewed: StoredValue<bool>,
) -> impl IntoView {
    let locale = use_locale();
    let mut detail = detail;
    let timeline = std::mem::take(&mut detail.timeline);
    let user = detail.user.clone();
    let heading = NodeRef::<html::H2>::new();
    focus_when_opened(heading, renewed);
    let moment = |stamp: &str| words::moment(locale, stamp);
    let last = user.last_sign_in_at.as_deref().map(moment);
    let last = last.unwrap_or_else(|| td_string!(locale, console.users.never).to_owned());
    let locked_at = user
        .locked_at
        .as_deref()
        .filter(|_| user.locked)
        .map(moment);
    view! {
        <h2 id="person" tabindex="-1" node_ref=heading>{user.name.clone()}</h2>
        <dl class="facts">
            <dt>{td_string!(locale, console.person.status)}</dt>
            <dd><Marks user=user.clone()/></dd>
            {locked_at.map(|at| view! {
                <dt>{td_string!(locale, console.person.locked_at)}</dt>
                <dd>{at}</dd>
            })}
            <dt>{td_string!(locale, console.person.username)}</dt>
            <dd>{user.username.clone()}</dd>
            <dt>{td_string!(locale, console.person.email)}</dt>
            <dd>{user.email.clone()}</dd>
            <dt>{td_string!(locale, console.person.roles)}</dt>
            <dd>{roles(locale, &user.roles)}</dd>
            <dt>{td_string!(locale, console.person.last_sign_in)}</dt>
            <dd>{last}</dd>
            <dt>{td_string!(locale, console.person.two_factor)}</dt>
            <dd>{words::ways(locale, &detail.methods)}</dd>
            {detail.backup_codes_left.map(|left| view! {
                <dt>{td_string!(locale, console.person.backup_codes)}</dt>
                <dd>{td_string!(locale, console.person.codes_left, count = left)}</dd>
            })}
        </dl>
        <h3>{td_string!(locale, console.person.timeline)}</h3>
        {timeline.is_empty().then(|| view! {
            <Empty
                title=td_string!(locale, console.person.timeline_empty)
                text=td_string!(locale, console.person.timeline_empty_text)
            />
        })}
        <ol class="timeline">
            {timeline.into_iter().map(|entry| view! { <Event entry/> }).collect_view()}
        </ol>
        <HelpButtons detail on_helped/>
    }
    .into_any()
}

#[component]
fn Event(entry: TimelineEntry) -> impl IntoView {
    let locale = use_locale();
    let TimelineEntry {
        at,
        kind,
        actor,
        reason,
        reference,
    } = entry;
    let by = actor.map(|actor| td_string!(locale, console.person.by, actor = actor));
    let reference = reference
        .map(|reference| td_string!(locale, console.person.reference, reference = reference));
    view! {
        <li>
            <time datetime=at.clone()>{words::moment(locale, &at)}</time>
            <span class="what">
                {words::kind(locale, &kind)}
                {by.map(|by| format!(" {by}"))}
            </span>
            {reason.map(|reason| view! { <q>{reason}</q> })}
            {reference.map(|reference| view! { <small>{reference}</small> })}
        </li>
    }
}

/// Keys pressed in the dialog belong to the dialog.
fn in_dialog(event: &ev::KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| {
        target
            .closest("dialog")
            .is_ok_and(|dialog| dialog.is_some())
    })
}

/// Focus follows a person who opened the panel from the list, or did something on the card that
/// this one replaces; not in a document that was just loaded.
fn focus_when_opened(heading: NodeRef<html::H2>, renewed: StoredValue<bool>) {
    Effect::new(move |_| {
        let Some(heading) = heading.get() else { return };
        let focused = document().active_element();
        let opened =
            focused.is_some_and(|it| it.matches(".table a[aria-current]").unwrap_or(false));
        if renewed.get_value() || opened {
            renewed.set_value(false);
            let _ = heading.focus();
        }
    });
}

/// Focus goes back to the row when the panel closes.
fn return_focus(asked: Asked) {
    Effect::new(move |before: Option<Option<String>>| {
        let now = asked.person.get();
        if let (Some(Some(left)), None) = (before, &now) {
            let row = document().get_element_by_id(&row_id(&left));
            if let Some(row) = row.and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = row.focus();
            }
        }
        now
    });
}
