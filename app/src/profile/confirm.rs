//! A question before something ends.

use leptos::{prelude::*, task::spawn_local};

use super::room::{Cancel, Room};
use crate::client::{Api, ApiError};
use crate::ui::{Button, ButtonKind, Failure};
use crate::wire::ProblemCode;

/// What ends.
#[derive(Clone, Debug)]
pub(super) enum Act {
    RemoveWay(String),
    EndBrowser(String),
    /// Where Amazon Connect's word is taken.
    EndBinding(String),
    EndSession(String),
    EndOtherSessions,
    /// By the id of the account there.
    Disconnect(String),
    RemoveLogin(String),
}

#[derive(Clone)]
pub(super) struct Question {
    pub(super) title: String,
    /// What follows from it.
    pub(super) text: &'static str,
    pub(super) button: &'static str,
    /// What is said when it is done.
    pub(super) said: &'static str,
    /// The part of the page that it changes.
    pub(super) part: &'static str,
    pub(super) act: Act,
}

async fn act(api: &Api, act: &Act) -> Result<(), ApiError> {
    match act {
        Act::RemoveWay(id) => api.remove_way(id).await,
        Act::EndBrowser(id) => api.end_browser(id).await,
        Act::EndBinding(id) => api.end_binding(id).await,
        Act::EndSession(id) => api.end_session(id).await,
        Act::EndOtherSessions => api.end_other_sessions().await,
        Act::Disconnect(id) => api.disconnect_company(id).await,
        Act::RemoveLogin(id) => api.remove_login(id).await,
    }
}

#[component]
pub(super) fn Confirm(room: Room, question: Question) -> impl IntoView {
    let api = Api::use_api();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiError>);
    let Question {
        text,
        button,
        said,
        part,
        act: what,
        ..
    } = question;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let (api, what) = (api.clone(), what.clone());
        spawn_local(async move {
            let answer = room.proof.around(async || act(&api, &what).await).await;
            busy.try_set(false);
            match answer {
                None => {}
                Some(Ok(())) => room.done(said, part),
                // It is gone already: what was wanted is done.
                Some(Err(error)) if error.code() == Some(ProblemCode::NotFound) => {
                    room.done(said, part);
                }
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
                <Button kind=ButtonKind::Danger busy>{button}</Button>
                <Cancel room/>
            </div>
        </form>
    }
    .into_any()
}
