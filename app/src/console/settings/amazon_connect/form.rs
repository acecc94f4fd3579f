//! The address of the phone and the company's other name, with what ends when the address changes.

use leptos::{ev, prelude::*};

use super::Room;
use crate::client::Api;
use crate::console::address::{self, Place};
use crate::console::settings::{
    fields::given,
    saving::{SaveBar, Saving},
};
use crate::context::load;
use crate::i18n::{Locale, td_string, use_locale};
use crate::ui::{Banner, BannerKind, TextField};
use crate::wire::{AmazonConnect, ProblemCode, SaveAmazonConnect};

/// What can be changed of the page.
fn of(page: &AmazonConnect) -> SaveAmazonConnect {
    SaveAmazonConnect {
        url: page.url.clone(),
        instance_alias: page.instance_alias.clone(),
        version: page.version,
    }
}

/// Whether this may be an alias; the server looks closer.
fn is_alias(text: &str) -> bool {
    (3..=40).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

#[component]
pub(super) fn Form(room: Room) -> impl IntoView {
    let locale = use_locale();
    let first = room.page.with_untracked(of);
    let url = RwSignal::new(first.url.clone().unwrap_or_default());
    let instance_alias = RwSignal::new(first.instance_alias.clone().unwrap_or_default());
    let saved = RwSignal::new(first);
    let typed = Signal::derive(move || SaveAmazonConnect {
        url: given(url),
        instance_alias: given(instance_alias),
        version: saved.with(|saved| saved.version),
    });
    let fill = Callback::new(move |new: SaveAmazonConnect| {
        url.set(new.url.unwrap_or_default());
        instance_alias.set(new.instance_alias.unwrap_or_default());
    });
    let saving = Saving::new(saved, typed, fill).with_proof(room.proof);
    let is_other_address =
        Memo::new(move |_| typed.with(|typed| saved.with(|saved| typed.url != saved.url)));
    let wrong_alias = Memo::new(move |_| {
        typed.with(|typed| {
            let alias = typed.instance_alias.as_deref();
            alias.is_some_and(|alias| !is_alias(alias))
        })
    });
    let refused = move || saving.is_refused(ProblemCode::InvalidRequest);
    let url_error = Signal::derive(move || {
        (refused() && is_other_address.get()).then(|| wrong_address(locale, room))
    });
    let alias_error = Signal::derive(move || {
        if saving.is_refused(ProblemCode::AliasTaken) {
            return Some(td_string!(locale, amazon.alias_taken).to_owned());
        }
        let is_wrong =
            (saving.tried.get() && wrong_alias.get()) || (refused() && !is_other_address.get());
        is_wrong.then(|| td_string!(locale, amazon.alias_wrong).to_owned())
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        saving.tried.set(true);
        if wrong_alias.get_untracked() {
            return;
        }
        saving.submit(
            async move |wanted| save(room, &wanted).await,
            async move || {
                let page = room.api.get_value().amazon_connect().await?;
                room.page.try_set(page.clone());
                Ok(of(&page))
            },
        );
    };
    view! {
        <form class="rules settings-form" novalidate=true on:submit=submit>
            <TextField
                label=td_string!(locale, amazon.address)
                name="amazon-address"
                value=url
                error=url_error
                hint=td_string!(locale, amazon.address_hint)
                inputmode="url"
                autocomplete="off"
            />
            <TextField
                label=td_string!(locale, amazon.instance_alias)
                name="instance-alias"
                value=instance_alias
                error=alias_error
                hint=td_string!(locale, amazon.alias_hint)
                autocomplete="off"
            />
            {move || is_other_address.get().then(|| view! { <WhatEnds room typed/> })}
            <SaveBar saving told=&[ProblemCode::InvalidRequest, ProblemCode::AliasTaken]/>
        </form>
        {move || room.page.with(|page| page.url.is_some() && !page.usable).then(|| view! {
            <Banner kind=BannerKind::Stop>
                <p>{td_string!(locale, amazon.not_usable)}</p>
            </Banner>
        })}
    }
    .into_any()
}

async fn save(
    room: Room,
    wanted: &SaveAmazonConnect,
) -> Result<SaveAmazonConnect, crate::client::ApiError> {
    let api: Api = room.api.get_value();
    let page = api.save_amazon_connect(wanted).await?;
    let before = room.page.try_get_untracked();
    if before.is_some_and(|before| before.url != page.url) {
        // This document may frame the phone that was there before, and no other.
        let here = room
            .alias
            .with_value(|alias| address::settings(alias, Place::AmazonConnect));
        load(&format!("{here}?saved"));
    }
    let new = of(&page);
    room.page.try_set(page);
    Ok(new)
}

fn wrong_address(locale: Locale, room: Room) -> String {
    let hosts = room.page.with(|page| page.hosts.join(", "));
    td_string!(locale, amazon.address_wrong, hosts = hosts)
}

/// What another address ends, before it does.
#[component]
fn WhatEnds(room: Room, typed: Signal<SaveAmazonConnect>) -> impl IntoView {
    let locale = use_locale();
    let (bound, desks, had) = room
        .page
        .with_untracked(|page| (page.bound, page.desks, page.url.is_some()));
    let is_gone = move || typed.with(|typed| typed.url.is_none());
    let ends = (had && bound + desks > 0)
        .then(|| td_string!(locale, amazon.ends, browsers = bound, people = desks));
    view! {
        <Banner kind=BannerKind::Warning>
            <p>{td_string!(locale, amazon.ends_all)}</p>
            {ends.map(|words| view! { <p>{words}</p> })}
            {move || is_gone().then(|| view! { <p>{td_string!(locale, amazon.without)}</p> })}
        </Banner>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::is_alias;

    #[test]
    fn aliases_are_short_and_plain() {
        for good in ["dextr-docs", "Dextr", "abc"] {
            assert!(is_alias(good), "{good}");
        }
        for bad in ["ab", "a b c", "dextr.docs", "ä-docs", &"a".repeat(41)] {
            assert!(!is_alias(bad), "{bad}");
        }
    }
}
