//! A mailed code: whose account it may be, then the code. Nothing says whether anybody has that account.

use leptos::{ev::SubmitEvent, html, prelude::*, task::spawn_local};

use super::{Proof, good, tell_other_tabs};
use crate::{
    client::ApiError,
    i18n::{around, error_text, td_string, use_locale},
    ui::{Button, ButtonKind, Countdown, TextField, seconds_left},
    wire::{EnterBindCode, MailBindCode, ProblemCode},
};

#[component]
pub(super) fn Mailed(proof: Proof) -> impl IntoView {
    // Which of the two it is; whoever wants another account's code goes back.
    let back = RwSignal::new(false);
    let asked =
        Memo::new(move |_| proof.step.with(|step| step.mailed_for.is_some()) && !back.get());
    move || match asked.get() {
        true => view! { <Enter proof back/> }.into_any(),
        false => view! { <AskForCode proof back/> }.into_any(),
    }
}

/// Sends for a code; `done` follows when it is on its way.
fn mail(
    proof: Proof,
    account: String,
    failure: RwSignal<Option<ApiError>>,
    done: impl FnOnce() + 'static,
) {
    proof.sending.set(true);
    failure.set(None);
    let asked = MailBindCode {
        attempt: proof.attempt(),
        account,
    };
    spawn_local(async move {
        let answer = proof.api().mail_bind_code(&asked).await;
        tell_other_tabs();
        proof.sending.set(false);
        match answer {
            Ok(step) => {
                proof.follow(step);
                done();
            }
            Err(error) if proof.is_over(&error) => {}
            Err(error) => {
                if let ApiError::Problem(problem) = &error
                    && problem.code == ProblemCode::ResendTooEarly
                {
                    proof.step.write().resend_after = problem.retry_after;
                }
                failure.set(Some(error));
            }
        }
    });
}

#[component]
fn AskForCode(proof: Proof, back: RwSignal<bool>) -> impl IntoView {
    let locale = use_locale();
    let typed = proof.step.with_untracked(|step| step.mailed_for.clone());
    let account = RwSignal::new(typed.unwrap_or_default());
    let missing = RwSignal::new(None);
    let failure = proof.form.failure;
    let field = NodeRef::<html::Input>::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let typed = account.get_untracked().trim().to_owned();
        let text = td_string!(locale, entry.account_missing);
        missing.set(typed.is_empty().then(|| text.to_owned()));
        if typed.is_empty() {
            if let Some(field) = field.get_untracked() {
                let _ = field.focus();
            }
        } else if !proof.sending.get_untracked() {
            mail(proof, typed, failure, move || back.set(false));
        }
    };
    view! {
        <p class="lead">{td_string!(locale, phone.bind.mail)}</p>
        <form class="stack" method="post" prop:noValidate=true on:submit=submit>
            <TextField
                label=td_string!(locale, entry.account)
                name="account"
                value=account
                error=missing
                hint=td_string!(locale, entry.account_hint)
                autocomplete="username"
                required=true
                autofocus=true
                node_ref=field
            />
            <Button busy=proof.sending>{td_string!(locale, phone.bind.mail_code)}</Button>
        </form>
    }
    .into_any()
}

#[component]
fn Enter(proof: Proof, back: RwSignal<bool>) -> impl IntoView {
    let locale = use_locale();
    let account = Memo::new(move |_| {
        proof
            .step
            .with(|step| step.mailed_for.clone().unwrap_or_default())
    });
    let code = RwSignal::new(String::new());
    let wrong = RwSignal::new(None);
    let resent = RwSignal::new(false);
    let failure = proof.form.failure;
    let field = NodeRef::<html::Input>::new();
    let focus = move || {
        if let Some(field) = field.get_untracked() {
            let _ = field.focus();
        }
    };
    let enter = move |event: SubmitEvent| {
        event.prevent_default();
        if proof.sending.get_untracked() {
            return;
        }
        let typed = code.get_untracked();
        if typed.trim().is_empty() {
            wrong.set(Some(td_string!(locale, phone.bind.code_missing).to_owned()));
            return focus();
        }
        proof.sending.set(true);
        wrong.set(None);
        failure.set(None);
        resent.set(false);
        let entered = EnterBindCode {
            attempt: proof.attempt(),
            code: typed,
        };
        spawn_local(async move {
            let answer = proof.api().enter_bind_code(&entered).await;
            tell_other_tabs();
            match answer {
                // Still busy until the next page is there.
                Ok(step) => proof.follow(step),
                Err(error) if proof.is_over(&error) => {}
                Err(error) => {
                    proof.sending.set(false);
                    if matches!(
                        error.code(),
                        Some(ProblemCode::WrongCode | ProblemCode::OldCode | ProblemCode::UsedCode)
                    ) {
                        wrong.set(Some(error_text(locale, &error)));
                        code.set(String::new());
                        focus();
                    } else {
                        failure.set(Some(error));
                    }
                }
            }
        });
    };
    let resend = move |_| {
        resent.set(false);
        mail(proof, account.get_untracked(), failure, move || {
            resent.set(true);
            focus();
        });
    };
    let left = seconds_left(Signal::derive(move || {
        proof.step.with(|step| step.resend_after.unwrap_or(0))
    }));
    let soon = Memo::new(move |_| left.get() > 0);
    let (before, after) = around(|time| td_string!(locale, sign_in.resend_in, time = time));
    view! {
        <p class="lead">
            {move || td_string!(locale, phone.bind.mailed, account = account.get())}
        </p>
        {move || resent.get().then(|| good(td_string!(locale, phone.bind.resent)))}
        <form class="stack" method="post" prop:noValidate=true on:submit=enter>
            <TextField
                label=td_string!(locale, phone.bind.code)
                name="code"
                value=code
                error=wrong
                class="code"
                autocomplete="one-time-code"
                inputmode="numeric"
                required=true
                autofocus=true
                node_ref=field
            />
            <Button busy=proof.sending>{td_string!(locale, sign_in.verify)}</Button>
        </form>
        <div class="choices">
            <span class="with-countdown">
                <Button
                    kind=ButtonKind::Text
                    kind_of="button"
                    busy=proof.sending
                    disabled=soon
                    on:click=resend
                >
                    {td_string!(locale, sign_in.resend)}
                </Button>
                {move || soon.get().then(|| view! {
                    <span class="hint">{before.clone()} <Countdown left=left/> {after.clone()}</span>
                })}
            </span>
            <Button kind=ButtonKind::Text kind_of="button" on:click=move |_| back.set(true)>
                {td_string!(locale, phone.bind.other_account)}
            </Button>
        </div>
    }
    .into_any()
}
