//! Setting e-mail authentication up, or up anew: six digits from the mailbox.

use leptos::{ev, html, prelude::*, task::spawn_local};

use super::adding::{Adding, Progress, Stage};
use super::room::{Cancel, Room};
use crate::client::{Api, ApiError};
use crate::i18n::{around, error_text, td_string, time_of, use_locale};
use crate::ui::{Button, Countdown, Failure, TextField, seconds_left};
use crate::wire::{MailedCode, Method, ProblemCode, VerifyWay, WayBegun};

#[component]
pub(super) fn SetUpEmail(
    room: Room,
    /// It is set up already.
    anew: bool,
) -> impl IntoView {
    let locale = use_locale();
    let said = if anew {
        td_string!(locale, profile.email.reset_done)
    } else {
        td_string!(locale, profile.email.added)
    };
    let show = move |mailed, progress| view! { <MailedCode mailed anew progress/> }.into_any();
    view! { <Adding room method=Method::Email said begun=mailed_of show/> }
}

#[component]
fn MailedCode(mailed: MailedCode, anew: bool, progress: Progress<MailedCode>) -> impl IntoView {
    let Progress { room, stage, .. } = progress;
    let locale = use_locale();
    let api = StoredValue::new(Api::use_api());
    let mailed = RwSignal::new(mailed);
    let code = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let failure = RwSignal::new(None::<ApiError>);
    // What is on its way to the server.
    let sending = RwSignal::new(None::<&'static str>);
    let field = NodeRef::<html::Input>::new();
    let point_out = move |text: String| {
        error.set(Some(text));
        code.set(String::new());
        if let Some(field) = field.get_untracked() {
            let _ = field.focus();
        }
    };
    let fail = move |problem: ApiError| match problem.code() {
        Some(ProblemCode::WrongCode | ProblemCode::OldCode) => {
            point_out(error_text(locale, &problem));
        }
        Some(ProblemCode::SetupOver) => stage.set(Stage::Failed(problem)),
        _ => {
            if let ApiError::Problem(early) = &problem
                && early.code == ProblemCode::ResendTooEarly
            {
                mailed.write().resend_after = early.retry_after.unwrap_or_default();
            }
            failure.set(Some(problem));
        }
    };
    let begin = move |what: &'static str| {
        sending.set(Some(what));
        error.set(None);
        failure.set(None);
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if sending.get_untracked().is_some() {
            return;
        }
        let typed = VerifyWay {
            code: code.get_untracked(),
            mail_code: None,
            name: None,
        };
        if typed.code.trim().is_empty() {
            return point_out(td_string!(locale, profile.email.code_missing).to_owned());
        }
        begin("verify");
        let api = api.get_value();
        spawn_local(async move {
            let answer = room
                .proof
                .around(async || api.verify_way(&typed).await)
                .await;
            let gone = sending.try_set(None).is_some();
            match answer {
                Some(Ok(made)) => progress.verified(made, gone),
                Some(Err(error)) if !gone => fail(error),
                _ => {}
            }
        });
    };
    view! {
        <form class="dialog-form" novalidate=true on:submit=submit>
            {anew.then(|| view! { <p>{td_string!(locale, profile.email.reset_text)}</p> })}
            <Sent mailed/>
            <Failure error=failure/>
            <TextField
                label=td_string!(locale, profile.code)
                name="code"
                value=code
                error
                class="code"
                autocomplete="one-time-code"
                inputmode="numeric"
                autofocus=true
                node_ref=field
            />
            <div class="choices">
                <Button busy=Signal::derive(move || sending.get() == Some("verify"))>
                    {td_string!(locale, profile.verify)}
                </Button>
                <Resend room mailed sending begin=Callback::new(begin) fail=Callback::new(fail)/>
                <Cancel room/>
            </div>
        </form>
    }
    .into_any()
}

/// The code that was mailed for a way, if any was.
fn mailed_of(begun: WayBegun) -> Option<MailedCode> {
    match begun {
        WayBegun::Email(mailed) => Some(mailed),
        WayBegun::App(begun) => begun.mail,
    }
}

/// Where the code was sent.
#[component]
pub(super) fn Sent(mailed: RwSignal<MailedCode>) -> impl IntoView {
    let locale = use_locale();
    let text = move || {
        mailed.with(|mailed| match &mailed.sent_at {
            Some(at) => td_string!(
                locale,
                profile.email.sent,
                address = mailed.sent_to.clone(),
                time = time_of(at)
            ),
            None => td_string!(
                locale,
                profile.email.not_yet,
                address = mailed.sent_to.clone()
            ),
        })
    };
    view! { <p role="status">{text}</p> }
}

/// *Resend*, and when it is possible.
#[component]
pub(super) fn Resend(
    room: Room,
    mailed: RwSignal<MailedCode>,
    /// What is on its way to the server.
    sending: RwSignal<Option<&'static str>>,
    /// Told as it begins.
    begin: Callback<&'static str>,
    fail: Callback<ApiError>,
) -> impl IntoView {
    let locale = use_locale();
    let api = StoredValue::new(Api::use_api());
    let left = seconds_left(Signal::derive(move || {
        mailed.with(|mailed| mailed.resend_after)
    }));
    let soon = Memo::new(move |_| left.get() > 0);
    let (before, after) = around(|time| td_string!(locale, profile.email.resend_in, time = time));
    let words = StoredValue::new((before, after));
    let resend = move |_| {
        if sending.get_untracked().is_some() {
            return;
        }
        begin.run("resend");
        let api = api.get_value();
        spawn_local(async move {
            let answer = room
                .proof
                .around(async || api.resend_way_code().await)
                .await;
            if sending.try_set(None).is_some() {
                return;
            }
            match answer.map(|answer| answer.map(mailed_of)) {
                Some(Ok(Some(new))) => mailed.set(new),
                Some(Err(error)) => fail.run(error),
                _ => {}
            }
        });
    };
    view! {
        <span class="with-countdown">
            <button
                type="button"
                class="button text"
                class:busy=move || sending.get() == Some("resend")
                disabled=move || soon.get()
                on:click=resend
            >
                {td_string!(locale, profile.email.resend)}
            </button>
            {move || soon.get().then(|| {
                let (before, after) = words.get_value();
                view! { <span class="hint">{before} <Countdown left/> {after}</span> }
            })}
        </span>
    }
    .into_any()
}
