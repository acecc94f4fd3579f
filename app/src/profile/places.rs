//! Where a person is known: browsers that are not asked again, live sessions, and what happened.

use leptos::prelude::*;

use super::agent;
use super::confirm::{Act, Question};
use super::room::{BROWSERS, Doing, Room, SESSIONS};
use crate::i18n::{event_text, moment, td_string, use_locale};
use crate::wire::{BoundBrowser, Browser, HistoryEntry, SessionEntry};

#[component]
pub(super) fn Browsers(
    browsers: Vec<Browser>,
    /// Where Amazon Connect's word is taken.
    bound: Vec<BoundBrowser>,
    room: Room,
) -> impl IntoView {
    let locale = use_locale();
    if browsers.is_empty() && bound.is_empty() {
        return view! { <p class="muted">{td_string!(locale, profile.browsers.none)}</p> }
            .into_any();
    }
    let browsers_are_none = browsers.is_empty();
    let rows = browsers
        .into_iter()
        .map(|browser| {
            let used = td_string!(
                locale,
                profile.browsers.used,
                time = moment(locale, &browser.last_used_at),
                address = browser.address
            );
            let ends = td_string!(
                locale,
                profile.browsers.ends,
                time = moment(locale, &browser.expires_at)
            );
            let name = agent::name(locale, &browser.user_agent);
            let question = Question {
                title: td_string!(locale, profile.browsers.remove_title, name = name.clone()),
                text: td_string!(locale, profile.browsers.remove_text),
                button: td_string!(locale, profile.remove),
                said: td_string!(locale, profile.browsers.removed),
                part: BROWSERS,
                act: Act::EndBrowser(browser.id),
            };
            view! {
                <Place
                    name
                    here=browser.current.then(|| td_string!(locale, profile.browsers.here))
                    lines=vec![used, ends]
                    question=Some(question)
                    room
                />
            }
        })
        .collect_view();
    let trusted = (!browsers_are_none).then(|| {
        view! { <p class="muted">{td_string!(locale, profile.browsers.lead)}</p> }
    });
    view! {
        {trusted}
        <ul class="rows">
            {rows}
            {bound.into_iter().map(|browser| view! { <Bound browser room/> }).collect_view()}
        </ul>
    }
    .into_any()
}

/// A browser on which this person's user in Amazon Connect was proven.
#[component]
fn Bound(browser: BoundBrowser, room: Room) -> impl IntoView {
    let locale = use_locale();
    let name = agent::name(locale, &browser.user_agent);
    let user = td_string!(locale, amazon.browser.user, user = browser.phone_username);
    let used = td_string!(
        locale,
        profile.browsers.used,
        time = moment(locale, &browser.last_used_at),
        address = browser.address
    );
    let ends = td_string!(
        locale,
        profile.browsers.ends,
        time = moment(locale, &browser.expires_at)
    );
    let question = Question {
        title: td_string!(locale, amazon.browser.forget_title, name = name.clone()),
        text: td_string!(locale, amazon.browser.forget_text),
        button: td_string!(locale, amazon.browser.forget),
        said: td_string!(locale, amazon.browser.forgotten),
        part: BROWSERS,
        act: Act::EndBinding(browser.id),
    };
    view! {
        <Place
            name
            here=browser.current.then(|| td_string!(locale, profile.browsers.here))
            lines=vec![user, used, ends]
            question=Some(question)
            room
        />
    }
    .into_any()
}

#[component]
pub(super) fn Sessions(
    sessions: Vec<SessionEntry>,
    history: Vec<HistoryEntry>,
    room: Room,
) -> impl IntoView {
    let locale = use_locale();
    let others = sessions.iter().any(|session| !session.current);
    let rows = sessions
        .into_iter()
        .map(|session| {
            let SessionEntry {
                id,
                user_agent,
                address,
                started_at,
                active_at,
                current,
            } = session;
            let name = agent::name(locale, &user_agent);
            let since = td_string!(
                locale,
                profile.sessions.since,
                time = moment(locale, &started_at),
                address = address
            );
            let active = td_string!(locale, profile.used, time = moment(locale, &active_at));
            let question = (!current).then(|| Question {
                title: td_string!(locale, profile.sessions.end_title, name = name.clone()),
                text: td_string!(locale, profile.sessions.end_text),
                button: td_string!(locale, profile.sessions.end),
                said: td_string!(locale, profile.sessions.ended),
                part: SESSIONS,
                act: Act::EndSession(id),
            });
            view! {
                <Place
                    name
                    here=current.then(|| td_string!(locale, profile.sessions.here))
                    lines=vec![since, active]
                    question
                    room
                />
            }
        })
        .collect_view();
    let all = Question {
        title: td_string!(locale, profile.sessions.end_others_title).to_owned(),
        text: td_string!(locale, profile.sessions.end_others_text),
        button: td_string!(locale, profile.sessions.end_others),
        said: td_string!(locale, profile.sessions.others_ended),
        part: SESSIONS,
        act: Act::EndOtherSessions,
    };
    view! {
        <ul class="rows">{rows}</ul>
        {others.then(|| view! {
            <button
                type="button"
                class="button quiet needs-program"
                aria-haspopup="dialog"
                on:click=move |_| room.begin(locale, Doing::Confirm(all.clone()))
            >
                {td_string!(locale, profile.sessions.end_others)}
            </button>
        })}
        <h3 id="history">{td_string!(locale, profile.sessions.history)}</h3>
        <ol class="timeline">
            {history.into_iter().map(|entry| view! { <Happened entry/> }).collect_view()}
        </ol>
    }
    .into_any()
}

/// A browser or a session in the list.
#[component]
fn Place(
    name: String,
    /// What is said of the one that the person sits at.
    here: Option<&'static str>,
    lines: Vec<String>,
    /// What its button asks; none where there is nothing to end.
    question: Option<Question>,
    room: Room,
) -> impl IntoView {
    let locale = use_locale();
    let label = name.clone();
    let button = question.map(|question| {
        let words = question.button;
        view! {
            <button
                type="button"
                class="button quiet needs-program"
                aria-haspopup="dialog"
                aria-label=format!("{words}: {label}")
                on:click=move |_| room.begin(locale, Doing::Confirm(question.clone()))
            >
                {words}
            </button>
        }
    });
    view! {
        <li class="row">
            <div>
                <strong>{name}</strong>
                {here.map(|here| view! { <span class="state on">{here}</span> })}
                {lines.into_iter().map(|line| view! { <small>{line}</small> }).collect_view()}
            </div>
            <div class="choices">{button}</div>
        </li>
    }
    .into_any()
}

#[component]
fn Happened(entry: HistoryEntry) -> impl IntoView {
    let locale = use_locale();
    let HistoryEntry {
        at,
        kind,
        address,
        reference,
    } = entry;
    let place = td_string!(
        locale,
        profile.sessions.place,
        address = address,
        reference = reference
    );
    view! {
        <li>
            <time datetime=at.clone()>{moment(locale, &at)}</time>
            <span class="what">{event_text(locale, &kind)}</span>
            <small>{place}</small>
        </li>
    }
    .into_any()
}
