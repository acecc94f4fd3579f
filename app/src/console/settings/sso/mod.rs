//! "Single Sign-On": the providers at which people sign in, the company's e-mail domains, and whether passwords count
//! beside them. Each part of the page has a file here; `room` is what they share.

mod card;
mod domains;
mod draft;
mod form;
mod passwords;
mod remove;
mod room;
mod there;
mod trial;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::{
    card::Card,
    domains::Domains,
    passwords::Passwords,
    remove::RemoveDialog,
    room::Room,
    trial::{Trial, TrialView},
};
use crate::client::Api;
use crate::i18n::{Locale, td_string, use_locale};
use crate::session::{FreshProofDialog, settle};
use crate::ui::{Failed, Heading, Loading};
use crate::wire::{ProviderKind, SingleSignOn};

/// The kinds of providers, as their buttons stand.
const KINDS: [ProviderKind; 3] = [
    ProviderKind::Google,
    ProviderKind::Office365,
    ProviderKind::Company,
];

#[component]
pub(crate) fn SingleSignOnPage() -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let answer = Resource::new(
        || (),
        move |()| {
            let api = api.clone();
            async move { settle(api.single_sign_on().await) }
        },
    );
    let again = Callback::new(move |()| answer.refetch());
    view! {
        <Heading title=td_string!(locale, sso_console.title)/>
        <p class="lead">{td_string!(locale, sso_console.lead)}</p>
        <Transition fallback=Loading>
            {move || answer.get().map(|answer| match answer {
                Ok(page) => view! { <Loaded page/> }.into_any(),
                Err(error) => view! { <Failed error again/> }.into_any(),
            })}
        </Transition>
    }
}

#[component]
fn Loaded(page: SingleSignOn) -> impl IntoView {
    let room = Room::new(Api::use_api(), page);
    // Whoever tested without a window comes back with what was tested in the address.
    let query = use_query_map();
    let trial = Trial::new(room);
    Effect::new(move || {
        if let Some(id) = query.read_untracked().get("test") {
            trial.show(id);
        }
    });
    let cards = KINDS.map(|kind| view! { <Card room trial kind/> });
    view! {
        <div class="sso">
            <TrialView trial kind=None/>
            {cards.into_iter().collect_view()}
            <Domains room/>
            <Passwords room/>
        </div>
        <RemoveDialog room/>
        <FreshProofDialog proof=room.proof/>
    }
    .into_any()
}

/// A kind of provider as the address of its parts has it.
fn id_of(kind: ProviderKind) -> &'static str {
    match kind {
        ProviderKind::Google => "google",
        ProviderKind::Office365 => "office365",
        ProviderKind::Company => "company",
    }
}

/// A kind of provider in words. The company's own has a name of its own once it is set up.
fn name_of(locale: Locale, kind: ProviderKind) -> &'static str {
    match kind {
        ProviderKind::Google => "Google",
        ProviderKind::Office365 => "Office 365",
        ProviderKind::Company => td_string!(locale, sso_console.own),
    }
}
