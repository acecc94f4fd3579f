//! How creating a company ended: what happens next, and the address to pass on.

use leptos::prelude::*;

use super::card::{LoginUrl, use_card};
use crate::{
    i18n::{day_of, td_string, time_of, use_locale},
    ui::{FailureBanner, Heading},
    wire::{CompanyFounded, FloorCard, WaitsFor},
};

#[component]
pub(super) fn Created(alias: String, answer: RwSignal<Option<CompanyFounded>>) -> impl IntoView {
    let locale = use_locale();
    let card = use_card(alias.clone());
    // Of this company, and not of one that was created in this document before.
    let founded = answer
        .get_untracked()
        .filter(|founded| founded.alias == alias);
    view! {
        <Suspense>
            {move || {
                let founded = founded.clone();
                Suspend::new(async move {
                    match card.await {
                        Ok(card) => view! { <Next card founded/> }.into_any(),
                        Err(error) => view! {
                            <Heading title=td_string!(locale, entry.failed_heading)/>
                            <FailureBanner error/>
                            <p><a href="/" rel="external">{td_string!(locale, common.back_to_start)}</a></p>
                        }
                        .into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

#[component]
fn Next(
    card: FloorCard,
    #[prop(optional_no_strip)] founded: Option<CompanyFounded>,
) -> impl IntoView {
    let locale = use_locale();
    let name = card.name.clone();
    let (title, lead) = match card.waits_for {
        Some(WaitsFor::Approval) => (
            td_string!(locale, onboarding.asked_heading, company = name),
            td_string!(locale, onboarding.asked).to_owned(),
        ),
        Some(WaitsFor::FirstPassword) => (
            td_string!(locale, onboarding.created_heading, company = name),
            match &founded {
                Some(founded) => td_string!(
                    locale,
                    onboarding.mailed_to,
                    email = founded.sent_to.clone()
                ),
                None => td_string!(locale, onboarding.mailed).to_owned(),
            },
        ),
        None => (
            td_string!(locale, onboarding.open_heading, company = name),
            td_string!(locale, onboarding.open).to_owned(),
        ),
    };
    let ends = founded.map(|founded| {
        td_string!(
            locale,
            onboarding.until,
            day = day_of(locale, &founded.ends_at),
            time = time_of(&founded.ends_at)
        )
    });
    let ends = ends.unwrap_or_else(|| td_string!(locale, onboarding.seven_days).to_owned());
    let waits = card.waits_for.is_some();
    view! {
        <Heading title/>
        <p>{lead}</p>
        {waits.then(|| view! { <p class="hint">{ends}</p> })}
        <h2>{td_string!(locale, onboarding.pass_on)}</h2>
        <LoginUrl card/>
    }
    .into_any()
}
