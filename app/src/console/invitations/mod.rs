//! "Invitations": how new people get their first password, and what the mail says. Inviting somebody is done in `users`.

mod form;
mod preview;
mod saving;

use leptos::prelude::*;

use self::{form::InvitationForm, preview::Preview};
use crate::client::Api;
use crate::i18n::{td_string, use_locale};
use crate::session::settle;
use crate::ui::{Failed, Heading, Loading};
use crate::wire::InvitationOverview;

#[component]
pub(super) fn InvitationsPage() -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let answer = Resource::new(
        || (),
        move |()| {
            let api = api.clone();
            async move { settle(api.invitation_settings().await) }
        },
    );
    let again = Callback::new(move |()| answer.refetch());
    view! {
        <Heading title=td_string!(locale, invitation.title)/>
        <p class="lead">{td_string!(locale, invitation.lead)}</p>
        <Transition fallback=Loading>
            {move || answer.get().map(|answer| match answer {
                Ok(overview) => view! { <Loaded overview/> }.into_any(),
                Err(error) => view! { <Failed error again/> }.into_any(),
            })}
        </Transition>
    }
}

/// The form keeps what is typed in it; the mail beside it follows what is chosen and what was saved.
#[component]
fn Loaded(overview: InvitationOverview) -> impl IntoView {
    let welcome = RwSignal::new(overview.policy.welcome);
    let previews = RwSignal::new(overview.previews.clone());
    let on_read = Callback::new(move |overview: InvitationOverview| {
        previews.set(overview.previews);
    });
    view! {
        <div class="inviting">
            <InvitationForm overview welcome on_read/>
            <Preview previews welcome/>
        </div>
    }
}
