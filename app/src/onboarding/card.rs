//! The card that hangs at the desks: a company's name, where its people sign in, and whom they call. Shown, copied,
//! printed.

use leptos::prelude::*;

use crate::{
    client::{Api, ApiError},
    context::Page,
    entry::{CompanyView, EntryFrame},
    i18n::{td_string, use_locale},
    ui::{CopyButton, FailureBanner, Heading},
    wire::{self, Company, HelpContact},
};

/// A company's card by itself, to be printed again.
#[component]
pub fn FloorCardPage() -> impl IntoView {
    let show = move |company: Company| {
        let locale = use_locale();
        let back = format!("/{}", company.alias);
        view! {
            <EntryFrame company=Some(company.clone())>
                <Heading title=td_string!(locale, onboarding.card_heading)/>
                <p class="lead">{td_string!(locale, onboarding.card_lead)}</p>
                <CardOf alias=company.alias/>
                <p>
                    <a href=back rel="external">
                        {td_string!(locale, entry.back_to_company, company = company.name)}
                    </a>
                </p>
            </EntryFrame>
        }
        .into_any()
    };
    view! { <CompanyView show=show/> }
}

/// Loads a card and shows it.
#[component]
fn CardOf(alias: String) -> impl IntoView {
    let card = use_card(alias);
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match card.await {
                    Ok(card) => view! { <LoginUrl card/> }.into_any(),
                    Err(error) => view! { <FailureBanner error/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

pub(super) fn use_card(alias: String) -> Resource<Result<wire::FloorCard, ApiError>> {
    let api = Api::use_api();
    let page = Page::use_page();
    Resource::new_blocking(
        || (),
        move |()| {
            let (api, page, alias) = (api.clone(), page.clone(), alias.clone());
            async move {
                let answer = api.floor_card(&alias).await;
                if let Err(ApiError::Problem(problem)) = &answer {
                    page.status(problem.status);
                }
                answer
            }
        },
    )
}

/// The login URL with *Copy*, and the card with *Print*.
#[component]
pub(super) fn LoginUrl(card: wire::FloorCard) -> impl IntoView {
    let locale = use_locale();
    let url = card.login_url.clone();
    view! {
        <p class="login-url">
            <span class="hint">{td_string!(locale, onboarding.login_url)}</span>
            <a href=url.clone() rel="external">{url.clone()}</a>
        </p>
        <div class="choices">
            <CopyButton text=url label=td_string!(locale, onboarding.copy_url)/>
            <button
                type="button"
                class="button quiet needs-program"
                on:click=move |_| {
                    let _ = window().print();
                }
            >
                {td_string!(locale, onboarding.print_card)}
            </button>
        </div>
        <Card card/>
    }
    .into_any()
}

#[component]
fn Card(card: wire::FloorCard) -> impl IntoView {
    let locale = use_locale();
    let wire::FloorCard {
        name,
        login_url,
        qr,
        help_contact,
        region,
        ..
    } = card;
    // People type it without.
    let short = login_url
        .trim_start_matches("https://")
        .trim_start_matches("http://")
        .to_owned();
    view! {
        <section class="floor-card" aria-label=td_string!(locale, onboarding.card_heading)>
            <h2>{name}</h2>
            <p class="say">{td_string!(locale, onboarding.card_say)}</p>
            // An SVG element that the server made: no scripts, no styles.
            <div class="qr" role="img" aria-label=td_string!(locale, onboarding.card_qr) inner_html=qr></div>
            <p class="url">{short}</p>
            {help_contact.map(|help| view! { <CardHelp help/> })}
            {region.map(|region| view! {
                <p class="region">{td_string!(locale, common.region)} " " {region}</p>
            })}
        </section>
    }
    .into_any()
}

/// On paper there are no links.
#[component]
fn CardHelp(help: HelpContact) -> impl IntoView {
    let locale = use_locale();
    let HelpContact { name, phone, email } = help;
    let ways = [phone, email].into_iter().flatten().collect::<Vec<_>>();
    view! {
        <p class="help-line">
            {td_string!(locale, common.help_person, name = name)} " " <strong>{ways.join(", ")}</strong>
        </p>
    }
}
