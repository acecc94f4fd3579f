//! *Ask to join*: a Connect user without an account asks for one, and waits for an administrator.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::{Proof, good, tell_other_tabs};
use crate::{
    client::ApiError,
    i18n::{td_string, use_locale},
    ui::{Button, ButtonKind, Failure, TextField},
    wire::{AskToJoin, ProblemCode},
};

#[component]
pub(super) fn Join(proof: Proof) -> impl IntoView {
    let locale = use_locale();
    let asked = Memo::new(move |_| proof.step.with(|step| step.asked_to_join));
    move || match asked.get() {
        true => good(td_string!(locale, phone.join.asked)),
        false => view! {
            <details class="other">
                <summary>{td_string!(locale, phone.join.title)}</summary>
                <JoinForm proof/>
            </details>
        }
        .into_any(),
    }
}

#[component]
fn JoinForm(proof: Proof) -> impl IntoView {
    let locale = use_locale();
    let (name, email) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (no_name, no_email) = (RwSignal::new(None), RwSignal::new(None));
    let failure = RwSignal::new(None::<ApiError>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let name = name.get_untracked().trim().to_owned();
        let email = email.get_untracked().trim().to_owned();
        let missing = |missing: bool, text: &'static str| missing.then(|| text.to_owned());
        no_name.set(missing(
            name.is_empty(),
            td_string!(locale, phone.join.name_missing),
        ));
        no_email.set(missing(
            !email.contains('@'),
            td_string!(locale, phone.join.email_missing),
        ));
        if name.is_empty() || !email.contains('@') || proof.sending.get_untracked() {
            return;
        }
        proof.sending.set(true);
        failure.set(None);
        let asked = AskToJoin {
            attempt: proof.attempt(),
            name,
            email,
        };
        spawn_local(async move {
            let answer = proof.api().ask_to_join(&asked).await;
            tell_other_tabs();
            proof.sending.set(false);
            match answer {
                Ok(step) => proof.follow(step),
                Err(error) if proof.is_over(&error) => {}
                Err(error) if error.code() == Some(ProblemCode::InvalidRequest) => {
                    let text = td_string!(locale, phone.join.unreadable);
                    no_email.set(Some(text.to_owned()));
                }
                Err(error) => failure.set(Some(error)),
            }
        });
    };
    view! {
        <p>{td_string!(locale, phone.join.lead)}</p>
        <Failure error=failure/>
        <form class="stack" method="post" prop:noValidate=true on:submit=submit>
            <TextField
                label=td_string!(locale, phone.join.name)
                name="name"
                id="join-name"
                value=name
                error=no_name
                autocomplete="name"
                required=true
            />
            <TextField
                label=td_string!(locale, phone.join.email)
                name="email"
                id="join-email"
                value=email
                error=no_email
                kind="email"
                autocomplete="email"
                inputmode="email"
                required=true
            />
            <Button kind=ButtonKind::Quiet busy=proof.sending>
                {td_string!(locale, phone.join.ask)}
            </Button>
        </form>
    }
    .into_any()
}
