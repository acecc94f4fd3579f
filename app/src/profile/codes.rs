//! Backup codes: made, shown once, and one of them typed back.

use leptos::{ev, html, prelude::*, task::spawn_local};

use super::room::{Cancel, Room, TWO_FACTOR};
use crate::client::{Api, ApiError};
use crate::i18n::{td_string, use_locale};
use crate::two_factor::CodesToSave;
use crate::ui::{Button, Failure, FailureBanner, Loading, TextField};
use crate::wire::ProblemCode;

/// *Make new codes*
#[component]
pub(super) fn NewCodes(room: Room) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let made = RwSignal::new(None::<Result<Vec<String>, ApiError>>);
    Effect::new(move || {
        let api = api.clone();
        spawn_local(async move {
            match room
                .proof
                .around(async || api.make_backup_codes().await)
                .await
            {
                Some(answer) => {
                    made.try_set(Some(answer.map(|made| made.codes)));
                }
                None => room.close(),
            }
        });
    });
    move || match made.get() {
        None => view! { <Loading/> }.into_any(),
        Some(Err(error)) => view! {
            <div class="dialog-form">
                <FailureBanner error/>
                <div class="choices"><Cancel room/></div>
            </div>
        }
        .into_any(),
        Some(Ok(codes)) => {
            view! { <SaveCodes room codes said=td_string!(locale, profile.codes.saved)/> }
                .into_any()
        }
    }
}

/// "Save your backup codes": they count once one of them was typed back.
#[component]
pub(super) fn SaveCodes(room: Room, codes: Vec<String>, said: &'static str) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    room.title
        .set(td_string!(locale, profile.codes.title).to_owned());
    let typed = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let failure = RwSignal::new(None::<ApiError>);
    let busy = RwSignal::new(false);
    let field = NodeRef::<html::Input>::new();
    let point_out = move |text: &str| {
        error.set(Some(text.to_owned()));
        if let Some(field) = field.get_untracked() {
            let _ = field.focus();
            field.select();
        }
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let code = typed.get_untracked();
        if code.trim().is_empty() {
            return point_out(td_string!(locale, profile.codes.missing));
        }
        busy.set(true);
        error.set(None);
        failure.set(None);
        let api = api.clone();
        spawn_local(async move {
            let answer = room
                .proof
                .around(async || api.confirm_backup_codes(code.clone()).await)
                .await;
            let gone = busy.try_set(false).is_some();
            match answer {
                Some(Ok(())) => room.done(said, TWO_FACTOR),
                Some(Err(_)) | None if gone => {}
                Some(Err(error)) if error.code() == Some(ProblemCode::WrongCode) => {
                    point_out(td_string!(locale, profile.codes.wrong));
                }
                Some(Err(error)) => failure.set(Some(error)),
                None => {}
            }
        });
    };
    let (account, company) = room.person.get_value();
    view! {
        <form class="dialog-form wide" novalidate=true on:submit=submit>
            <p>{td_string!(locale, profile.codes.text)}</p>
            <CodesToSave codes account company/>
            <Failure error=failure/>
            <div class="type-back">
                <TextField
                    label=td_string!(locale, profile.codes.type_one)
                    name="backup-code"
                    value=typed
                    error
                    hint=td_string!(locale, profile.codes.type_hint)
                    autocomplete="off"
                    node_ref=field
                />
                <Button busy>{td_string!(locale, profile.codes.done)}</Button>
            </div>
        </form>
    }
    .into_any()
}
