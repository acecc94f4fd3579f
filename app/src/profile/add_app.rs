//! Adding an authenticator app: its secret, its first code, a mailed one beside it where the app is the
//! first second way, and backup codes where there are none.

use leptos::{ev, html, prelude::*, task::spawn_local};

use super::adding::{Adding, Progress, Stage};
use super::email::{Resend, Sent};
use super::room::{Cancel, Room};
use crate::client::{Api, ApiError};
use crate::i18n::{error_text, td_string, use_locale};
use crate::two_factor::AppToAdd;
use crate::ui::{Button, ButtonKind, Failure, TextField};
use crate::wire::{AppBegun, MailedCode, Method, ProblemCode, VerifyWay, WayBegun};

#[component]
pub(super) fn AddApp(room: Room) -> impl IntoView {
    let locale = use_locale();
    let begun = |begun| match begun {
        WayBegun::App(begun) => Some(begun),
        WayBegun::Email(_) => None,
    };
    let show = |begun, progress| view! { <FirstCode begun progress/> }.into_any();
    let said = td_string!(locale, profile.app.added);
    view! { <Adding room method=Method::App said begun show/> }
}

#[component]
fn FirstCode(begun: AppBegun, progress: Progress<AppBegun>) -> impl IntoView {
    let Progress { room, stage, .. } = progress;
    let locale = use_locale();
    let api = Api::use_api();
    let AppBegun { setup, mail } = begun;
    let mailed = mail.map(RwSignal::new);
    let mail_code = RwSignal::new(String::new());
    let mail_error = RwSignal::new(None::<String>);
    let device = RwSignal::new(String::new());
    let code = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let failure = RwSignal::new(None::<ApiError>);
    // What is on its way to the server.
    let sending = RwSignal::new(None::<&'static str>);
    let field = NodeRef::<html::Input>::new();
    let mail_field = NodeRef::<html::Input>::new();
    let point_out = move |text: String| {
        error.set(Some(text));
        code.set(String::new());
        focus(field);
    };
    let point_out_mail = move |text: String| {
        mail_error.set(Some(text));
        mail_code.set(String::new());
        focus(mail_field);
    };
    let fail = move |problem: ApiError| match problem.code() {
        Some(ProblemCode::WrongCode) if mailed.is_some() => {
            // Which of the two it was is not told apart; both can be typed anew.
            code.set(String::new());
            point_out_mail(td_string!(locale, profile.app.one_wrong).to_owned());
        }
        Some(ProblemCode::OldCode) => point_out_mail(error_text(locale, &problem)),
        Some(ProblemCode::WrongCode) => {
            point_out(td_string!(locale, profile.app.wrong_code).to_owned());
        }
        Some(ProblemCode::ClockOff) => point_out(error_text(locale, &problem)),
        Some(ProblemCode::SetupOver) => stage.set(Stage::Failed(problem)),
        _ => failure.set(Some(problem)),
    };
    let too_long = Signal::derive(move || {
        let long = device.with(|device| device.trim().chars().count() > LONGEST_NAME);
        long.then(|| td_string!(locale, profile.app.name_too_long).to_owned())
    });
    let begin = move |what: &'static str| {
        sending.set(Some(what));
        error.set(None);
        mail_error.set(None);
        failure.set(None);
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if sending.get_untracked().is_some() {
            return;
        }
        let typed = VerifyWay {
            code: code.get_untracked(),
            mail_code: mailed.map(|_| mail_code.get_untracked()),
            name: Some(device.get_untracked()),
        };
        let no_mail = typed.mail_code.as_deref().map(str::trim) == Some("");
        if no_mail {
            point_out_mail(td_string!(locale, profile.email.code_missing).to_owned());
        }
        if typed.code.trim().is_empty() {
            return point_out(td_string!(locale, profile.app.code_missing).to_owned());
        }
        if no_mail || too_long.get_untracked().is_some() {
            return;
        }
        begin("verify");
        let api = api.clone();
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
        <form class="dialog-form wide" novalidate=true on:submit=submit>
            <AppToAdd setup/>
            <Failure error=failure/>
            <div class="two-fields">
                <TextField
                    label=td_string!(locale, profile.app.name)
                    name="device"
                    value=device
                    error=too_long
                    hint=td_string!(locale, profile.app.name_hint)
                    autocomplete="off"
                />
                <TextField
                    label=td_string!(locale, profile.code)
                    name="code"
                    value=code
                    error
                    hint=td_string!(locale, profile.app.code_hint)
                    autocomplete="one-time-code"
                    inputmode="numeric"
                    node_ref=field
                />
            </div>
            {mailed.map(|mailed| view! {
                <FromMail mailed value=mail_code error=mail_error node_ref=mail_field>
                    <Resend room mailed sending begin=Callback::new(begin) fail=Callback::new(fail)/>
                </FromMail>
            })}
            <div class="choices">
                <Button
                    kind=ButtonKind::Primary
                    busy=Signal::derive(move || sending.get() == Some("verify"))
                >
                    {td_string!(locale, profile.verify)}
                </Button>
                <Cancel room/>
            </div>
        </form>
    }
    .into_any()
}

/// The mailed code of somebody who has no second way yet.
#[component]
fn FromMail(
    mailed: RwSignal<MailedCode>,
    value: RwSignal<String>,
    error: RwSignal<Option<String>>,
    node_ref: NodeRef<html::Input>,
    /// *Resend*.
    children: Children,
) -> impl IntoView {
    let locale = use_locale();
    view! {
        <Sent mailed/>
        <TextField
            label=td_string!(locale, profile.app.mail_code)
            name="mail_code"
            value
            error
            autocomplete="off"
            inputmode="numeric"
            node_ref
        />
        <div class="choices">{children()}</div>
    }
    .into_any()
}

fn focus(field: NodeRef<html::Input>) {
    if let Some(field) = field.get_untracked() {
        let _ = field.focus();
    }
}

/// Characters of a device's name at most.
const LONGEST_NAME: usize = 60;
