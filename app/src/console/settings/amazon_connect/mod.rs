//! "Amazon Connect": where the company's phone is, whether it answers here, and who is who there. Each part of the page
//! has a file here.

mod form;
mod people;
mod trial;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::{form::Form, people::People, trial::Trial};
use crate::client::Api;
use crate::i18n::{td_string, use_locale};
use crate::session::{FreshProof, FreshProofDialog, settle};
use crate::ui::{CopyButton, Failed, Heading, Loading};
use crate::wire::AmazonConnect;

/// What the parts share.
#[derive(Clone, Copy)]
struct Room {
    api: StoredValue<Api>,
    alias: StoredValue<String>,
    /// Everything as the server has it.
    page: RwSignal<AmazonConnect>,
    proof: FreshProof,
}

#[component]
pub(crate) fn AmazonConnectPage(alias: String) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let answer = Resource::new(
        || (),
        move |()| {
            let api = api.clone();
            async move { settle(api.amazon_connect().await) }
        },
    );
    let again = Callback::new(move |()| answer.refetch());
    let alias = StoredValue::new(alias);
    view! {
        <Heading title=td_string!(locale, amazon.title)/>
        <p class="lead">{td_string!(locale, amazon.lead)}</p>
        <Transition fallback=Loading>
            {move || answer.get().map(|answer| match answer {
                Ok(page) => view! { <Loaded page alias/> }.into_any(),
                Err(error) => view! { <Failed error again/> }.into_any(),
            })}
        </Transition>
    }
}

#[component]
fn Loaded(page: AmazonConnect, alias: StoredValue<String>) -> impl IntoView {
    let locale = use_locale();
    let room = Room {
        api: StoredValue::new(Api::use_api()),
        alias,
        page: RwSignal::new(page),
        proof: FreshProof::new(),
    };
    // A changed address loaded this document anew.
    let was_saved = use_query_map().read_untracked().get("saved").is_some();
    let has_phone = Memo::new(move |_| room.page.with(|page| page.url.is_some()));
    view! {
        <div class="sso amazon">
            <section aria-labelledby="address-title">
                <h2 id="address-title">{td_string!(locale, amazon.where_it_is)}</h2>
                {was_saved.then(|| view! {
                    <p class="saved" role="status">{td_string!(locale, amazon.saved)}</p>
                })}
                <Form room/>
            </section>
            {move || has_phone.get().then(|| view! {
                <section aria-labelledby="origin-title">
                    <h2 id="origin-title">{td_string!(locale, amazon.at_aws)}</h2>
                    <Origin room/>
                    <Trial room/>
                </section>
            })}
            <People room/>
        </div>
        <FreshProofDialog proof=room.proof/>
    }
    .into_any()
}

/// What is entered at AWS.
#[component]
fn Origin(room: Room) -> impl IntoView {
    let locale = use_locale();
    let origin = room.page.with_untracked(|page| page.origin.clone());
    view! {
        <p>{td_string!(locale, amazon.origin_text)}</p>
        <div class="to-copy">
            <p class="name">{td_string!(locale, amazon.origin)}</p>
            <code>{origin.clone()}</code>
            <CopyButton text=origin label=td_string!(locale, amazon.copy_origin)/>
        </div>
        <p class="hint">{td_string!(locale, amazon.origin_hint)}</p>
    }
    .into_any()
}
