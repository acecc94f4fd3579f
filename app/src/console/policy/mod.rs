//! "2FA Policy": what the company asks of its people beside their passwords, and who is not ready for it.

mod draft;
mod form;
mod people;
mod saving;

use leptos::prelude::*;

use self::{form::PolicyForm, people::NotReady};
use crate::client::Api;
use crate::i18n::{td_string, use_locale};
use crate::session::settle;
use crate::ui::{Failed, Heading, Loading};
use crate::wire::TwoFactorOverview;

#[component]
pub(super) fn PolicyPage(alias: String) -> impl IntoView {
    let locale = use_locale();
    let alias = StoredValue::new(alias);
    let api = Api::use_api();
    let answer = Resource::new(
        || (),
        move |()| {
            let api = api.clone();
            async move { settle(api.two_factor_policy().await) }
        },
    );
    let again = Callback::new(move |()| answer.refetch());
    view! {
        <Heading title=td_string!(locale, console.policy.title)/>
        <Transition fallback=Loading>
            {move || answer.get().map(|answer| match answer {
                Ok(overview) => view! { <Loaded alias overview/> }.into_any(),
                Err(error) => view! { <Failed error again/> }.into_any(),
            })}
        </Transition>
    }
}

/// The form keeps what is typed in it; only the people beside it follow what was saved.
#[component]
fn Loaded(alias: StoredValue<String>, overview: TwoFactorOverview) -> impl IntoView {
    let TwoFactorOverview {
        policy,
        not_set_up,
        people,
        choices,
    } = overview;
    let not_ready = RwSignal::new((not_set_up, people));
    let on_saved = Callback::new(move |overview: TwoFactorOverview| {
        not_ready.set((overview.not_set_up, overview.people));
    });
    view! {
        <div class="policy">
            <PolicyForm policy choices on_saved/>
            <NotReady alias not_ready/>
        </div>
    }
}
