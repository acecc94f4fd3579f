//! The end of an invitation's link for people without a password: the login that they have outside.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::invitation::who;
use crate::{
    client::{Api, ApiError},
    context::load,
    entry::{CompanyLook, EntryFrame},
    i18n::{day_of, td_string, time_of, use_locale},
    outside::{Behind, Outside, errand_of, kind_word},
    ui::{Banner, BannerKind, Button, Failure, Heading, Help},
    wire::{Invitation, ProviderButton},
};

#[component]
pub(super) fn ContinueOutside(
    invitation: Invitation,
    secret: String,
    /// What a posting without scripts failed with.
    failure: Option<ApiError>,
) -> impl IntoView {
    let locale = use_locale();
    let Invitation {
        company,
        name,
        username,
        email,
        expires_at,
        providers,
        phone,
        ..
    } = invitation;
    let failure = RwSignal::new(failure);
    let outside = Outside::new();
    let open = move |event: SubmitEvent| {
        if let Some(errand) = errand_of(&event) {
            event.prevent_default();
            failure.set(None);
            outside.begin(errand);
        }
    };
    let help = company.help_contact.clone();
    let buttons = move || {
        let (providers, secret) = (providers.clone(), secret.clone());
        view! {
            {phone.then(|| view! { <ContinueByPhone secret=secret.clone() failure/> })}
            {(!phone || !providers.is_empty()).then(|| view! {
                <Continue providers secret open help=help.clone()/>
            })}
        }
    };
    let day = day_of(locale, &expires_at);
    let help = company.help_contact.clone();
    let heading = td_string!(
        locale,
        outside.invited.heading,
        company = company.name.clone()
    );
    let welcome = td_string!(
        locale,
        sign_in.invited,
        name = name,
        company = company.name.clone(),
        username = who(username, email)
    );
    view! {
        <CompanyLook company=company.clone()/>
        <EntryFrame company=Some(company)>
            <Heading title=heading/>
            <p class="lead">{welcome}</p>
            <Failure error=failure help=help.clone()/>
            <Behind outside help>{buttons()}</Behind>
            <p class="hint">
                {td_string!(locale, sign_in.invited_until, day = day, time = time_of(&expires_at))}
            </p>
        </EntryFrame>
    }
}

/// *Continue with Amazon Connect*: the link is spent, and the company's page goes on with *Secure Login*.
#[component]
fn ContinueByPhone(secret: String, failure: RwSignal<Option<ApiError>>) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let busy = RwSignal::new(false);
    let accept = move |_| {
        busy.set(true);
        failure.set(None);
        let (api, secret) = (api.clone(), secret.clone());
        spawn_local(async move {
            match api.accept_by_phone(secret).await {
                // Still busy until that page is there.
                Ok(invited) => load(&format!("/{}?other=1", invited.company)),
                Err(error) => {
                    busy.set(false);
                    failure.set(Some(error));
                }
            }
        });
    };
    view! {
        <p>{td_string!(locale, phone.invited.lead)}</p>
        <p>
            <Button kind_of="button" busy on:click=accept>
                {td_string!(locale, phone.invited.go)}
            </Button>
        </p>
        <noscript><p>{td_string!(locale, phone.needs_scripts)}</p></noscript>
    }
    .into_any()
}

/// *Continue with Google* and so on; a sentence where none of them is there any more.
#[component]
fn Continue<F>(
    providers: Vec<ProviderButton>,
    secret: String,
    open: F,
    help: Option<crate::wire::HelpContact>,
) -> impl IntoView
where
    F: Fn(SubmitEvent) + 'static,
{
    let locale = use_locale();
    if providers.is_empty() {
        return view! {
            <Banner kind=BannerKind::Warning>
                <p>{td_string!(locale, outside.invited.none)}</p>
            </Banner>
            {help.map(|help| view! { <Help help/> })}
        }
        .into_any();
    }
    let buttons = providers.into_iter().enumerate().map(|(place, provider)| {
        let class = match place {
            0 => "button primary",
            _ => "button quiet",
        };
        view! {
            <button
                class=class
                name="action"
                value=format!("sso:{}", kind_word(provider.provider))
            >
                {td_string!(locale, outside.continue_with, name = provider.name)}
            </button>
        }
    });
    view! {
        <p>{td_string!(locale, outside.invited.lead)}</p>
        <form class="providers" method="post" on:submit=open>
            <input type="hidden" name="token" value=secret/>
            {buttons.collect_view()}
        </form>
    }
    .into_any()
}
