//! Asking for a mailed link to a new password. The answer is the same whether there is such an account or not.

use leptos::{ev::SubmitEvent, html, prelude::*};
use leptos_router::hooks::use_query_map;

use crate::{
    client::{Api, ApiError},
    context::take_flash,
    entry::{CompanyView, EntryFrame},
    i18n::{td_string, use_locale},
    ui::{Banner, BannerKind, Button, Failure, Heading, Help, TextField},
    wire::Company,
};

#[component]
pub fn ForgotPasswordPage() -> impl IntoView {
    let query = use_query_map().read_untracked().clone();
    let sent = query.get("sent").is_some();
    let (typed, failure) = match take_flash() {
        Some(flash) => (
            flash.typed,
            Some(ApiError::Problem(Box::new(flash.problem))),
        ),
        None => (query.get("account"), None),
    };
    let show = move |company: Company| {
        let (account, failure) = (typed.clone().unwrap_or_default(), failure.clone());
        let back = format!("/{}", company.alias);
        let locale = use_locale();
        view! {
            <EntryFrame company=Some(company.clone())>
                {if company.passwords {
                    view! { <AskForReset company account sent failure/> }.into_any()
                } else {
                    view! { <NoPasswords company/> }.into_any()
                }}
                <p><a href=back rel="external">{td_string!(locale, sign_in.back_to_sign_in)}</a></p>
            </EntryFrame>
        }
        .into_any()
    };
    view! { <CompanyView show=show/> }
}

/// There is nothing to forget here.
#[component]
fn NoPasswords(company: Company) -> impl IntoView {
    let locale = use_locale();
    view! {
        <Heading title=td_string!(locale, sign_in.forgot_heading)/>
        <p>{td_string!(locale, outside.no_way)}</p>
        {company.help_contact.map(|help| view! { <Help help=help/> })}
    }
}

#[component]
fn AskForReset(
    company: Company,
    account: String,
    sent: bool,
    #[prop(optional_no_strip)] failure: Option<ApiError>,
) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    // Without scripts an empty field comes back as what could not be read.
    let missing = td_string!(locale, entry.account_missing);
    let is_missing = account.is_empty() && failure.is_some();
    let account_error = RwSignal::new(is_missing.then(|| missing.to_owned()));
    let failure = RwSignal::new(failure.filter(|_| !is_missing));
    let account = RwSignal::new(account);
    let sent = RwSignal::new(sent);
    let busy = RwSignal::new(false);
    let field = NodeRef::<html::Input>::new();
    let alias = company.alias.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let typed = account.get_untracked().trim().to_owned();
        account_error.set(typed.is_empty().then(|| missing.to_owned()));
        if typed.is_empty() {
            if let Some(field) = field.get_untracked() {
                let _ = field.focus();
            }
            return;
        }
        busy.set(true);
        failure.set(None);
        sent.set(false);
        let (api, alias) = (api.clone(), alias.clone());
        leptos::task::spawn_local(async move {
            match api.forgot_password(&alias, typed).await {
                Ok(()) => sent.set(true),
                Err(error) => failure.set(Some(error)),
            }
            busy.set(false);
        });
    };
    view! {
        <Heading title=td_string!(locale, sign_in.forgot_heading)/>
        <p class="lead">{td_string!(locale, sign_in.forgot_lead)}</p>
        <Failure error=failure help=company.help_contact/>
        {move || sent.get().then(|| view! {
            <Banner kind=BannerKind::Good>
                <p>{td_string!(locale, sign_in.forgot_sent)}</p>
                <p>{td_string!(locale, sign_in.forgot_no_mail)}</p>
            </Banner>
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
                autofocus=true
                node_ref=field
            />
            <Button busy=busy>{td_string!(locale, sign_in.send_link)}</Button>
        </form>
    }
    .into_any()
}
