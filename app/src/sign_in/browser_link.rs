//! Getting past a wait that strangers caused: a mailed link makes this browser known.

use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::use_query_map;

use crate::{
    client::{Api, ApiError},
    context::{load, take_flash},
    entry::{CompanyView, EntryFrame},
    i18n::{td_string, use_locale},
    ui::{Banner, BannerKind, Button, Failure, Heading, TextField},
    wire::Company,
};

/// With the mail's `?token=` it opens the browser, without it asks for the mail.
#[component]
pub fn BrowserLinkPage() -> impl IntoView {
    let query = use_query_map().read_untracked().clone();
    let secret = query.get("token");
    let sent = query.get("sent").is_some();
    let flash = take_flash();
    let account = flash
        .as_ref()
        .and_then(|flash| flash.typed.clone())
        .or_else(|| query.get("account"))
        .unwrap_or_default();
    let failure = flash.map(|flash| ApiError::Problem(Box::new(flash.problem)));
    let show = move |company: Company| {
        let (failure, account) = (failure.clone(), account.clone());
        let content = match secret.clone() {
            Some(secret) => {
                view! { <OpenBrowser company=company.clone() secret=secret failure=failure/> }
                    .into_any()
            }
            None => view! {
                <AskForLink company=company.clone() account=account sent=sent failure=failure/>
            }
            .into_any(),
        };
        let back = format!("/{}", company.alias);
        view! {
            <EntryFrame company=Some(company.clone())>
                {content}
                <p><BackTo path=back name=company.name/></p>
            </EntryFrame>
        }
        .into_any()
    };
    view! { <CompanyView show=show/> }
}

#[component]
fn BackTo(path: String, name: String) -> impl IntoView {
    let locale = use_locale();
    view! { <a href=path rel="external">{td_string!(locale, entry.back_to_company, company = name)}</a> }
}

#[component]
fn AskForLink(
    company: Company,
    account: String,
    sent: bool,
    failure: Option<ApiError>,
) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let account = RwSignal::new(account);
    let account_error = RwSignal::new(None);
    let failure = RwSignal::new(failure);
    let sent = RwSignal::new(sent);
    let busy = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let typed = account.get_untracked().trim().to_owned();
        let missing = td_string!(locale, entry.account_missing);
        account_error.set(typed.is_empty().then(|| missing.to_owned()));
        if typed.is_empty() || busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let (api, alias) = (api.clone(), company.alias.clone());
        leptos::task::spawn_local(async move {
            match api.ask_browser_link(&alias, typed).await {
                Ok(()) => sent.set(true),
                Err(error) => failure.set(Some(error)),
            }
            busy.set(false);
        });
    };
    view! {
        <Heading title=td_string!(locale, sign_in.ask_heading)/>
        <p class="lead">{td_string!(locale, sign_in.ask_lead)}</p>
        <Failure error=failure help=company.help_contact/>
        {move || sent.get().then(|| view! {
            <Banner kind=BannerKind::Good><p>{td_string!(locale, sign_in.asked)}</p></Banner>
        })}
        <form class="stack" method="post" prop:noValidate=true on:submit=submit>
            <TextField
                label=td_string!(locale, entry.account)
                name="account"
                value=account
                error=account_error
                hint=td_string!(locale, entry.account_hint)
                autocomplete="username"
                required=true
            />
            <Button busy=busy>{td_string!(locale, entry.browser_link)}</Button>
        </form>
    }
}

#[component]
fn OpenBrowser(company: Company, secret: String, failure: Option<ApiError>) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let failure = RwSignal::new(failure);
    let busy = RwSignal::new(false);
    let opened = secret.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let (api, secret) = (api.clone(), opened.clone());
        leptos::task::spawn_local(async move {
            match api.open_browser_link(secret).await {
                Ok(company) => load(&format!("/{}?notice=known", company.alias)),
                Err(error) => {
                    busy.set(false);
                    failure.set(Some(error));
                }
            }
        });
    };
    view! {
        <Heading title=td_string!(locale, sign_in.open_heading)/>
        <p class="lead">{td_string!(locale, sign_in.open_lead)}</p>
        <Failure error=failure help=company.help_contact/>
        <form class="stack" method="post" on:submit=submit>
            <input type="hidden" name="token" value=secret/>
            <Button busy=busy>{td_string!(locale, sign_in.open_browser)}</Button>
        </form>
    }
}
