//! The end of the link that confirms an address. Opening the page uses nothing up, only the button does.

use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::use_query_map;

use crate::{
    client::{Api, ApiError},
    context::{Page, take_flash},
    entry::EntryFrame,
    i18n::{td_string, use_locale},
    ui::{Button, Failure, Heading},
    wire::ProblemCode,
};

#[component]
pub fn ConfirmEmailPage() -> impl IntoView {
    let locale = use_locale();
    let query = use_query_map().read_untracked().clone();
    let secret = query.get("token").unwrap_or_default();
    let done = RwSignal::new(query.get("done").is_some());
    if secret.is_empty() && !done.get_untracked() {
        Page::use_page().status(404);
    }
    let content = move || {
        if done.get() {
            view! {
                <Heading title=td_string!(locale, confirm_email.done_heading)/>
                <p class="lead">{td_string!(locale, confirm_email.done)}</p>
            }
            .into_any()
        } else if secret.is_empty() {
            view! {
                <Heading title=td_string!(locale, confirm_email.heading)/>
                <p class="lead">{td_string!(locale, confirm_email.incomplete)}</p>
            }
            .into_any()
        } else {
            view! { <Confirm secret=secret.clone() done=done/> }.into_any()
        }
    };
    view! {
        <EntryFrame>
            {content}
            <p><a href="/" rel="external">{td_string!(locale, common.back_to_start)}</a></p>
        </EntryFrame>
    }
}

#[component]
fn Confirm(secret: String, done: RwSignal<bool>) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let failed = take_flash().map(|flash| ApiError::Problem(Box::new(flash.problem)));
    let failure = RwSignal::new(failed);
    let busy = RwSignal::new(false);
    let dead = Memo::new(move |_| {
        let code = failure.read().as_ref().and_then(ApiError::code);
        matches!(
            code,
            Some(ProblemCode::LinkUsed | ProblemCode::LinkExpired | ProblemCode::EmailTaken)
        )
    });
    let sent = secret.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let (api, secret) = (api.clone(), sent.clone());
        leptos::task::spawn_local(async move {
            match api.confirm_email(secret).await {
                Ok(()) => done.set(true),
                Err(error) => failure.set(Some(error)),
            }
            busy.set(false);
        });
    };
    view! {
        <Heading title=td_string!(locale, confirm_email.heading)/>
        <p class="lead">{td_string!(locale, confirm_email.lead)}</p>
        <Failure error=failure/>
        {move || dead.get().then(|| view! { <p>{td_string!(locale, confirm_email.ask)}</p> })}
        <form class="stack" method="post" on:submit=submit>
            <input type="hidden" name="token" value=secret/>
            <Button busy=busy>{td_string!(locale, confirm_email.button)}</Button>
        </form>
    }
}
