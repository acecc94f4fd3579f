//! The end of a sign-in that cannot go on: why, and what to do next.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;

use super::{
    frame::{CompanyView, EntryFrame},
    steps::Steps,
    ways::go_outside,
};
use crate::{
    client::Api,
    context::load,
    i18n::{problem_text, sso_failure_text, td_string, use_locale},
    outside::{failure_named, is_reference, kind_named, kind_word},
    ui::{Button, ButtonKind, CopyButton, Heading, Help},
    wire::{Company, Problem, ProblemCode, ProviderKind, SsoFailure},
};

/// Characters of a name in the address at most, as long as users in Amazon Connect are.
const LONGEST_NAME: usize = 100;

/// What the address says: the server sends people here with `?reason=`, `?reference=` and, from a provider, `?provider=`;
/// where account and Amazon Connect do not belong together, with the names of both.
#[derive(Clone)]
struct Told {
    reason: String,
    reference: Option<String>,
    provider: Option<ProviderKind>,
    account: Option<String>,
    claimed: Option<String>,
    phone: Option<String>,
}

#[component]
pub fn StoppedPage() -> impl IntoView {
    let query = use_query_map().read_untracked().clone();
    // Anybody can write an address: no more than a name stands in the sentence, and no sentence is one.
    let name = |key| query.get(key).filter(|name| is_name(name));
    let told = Told {
        reason: query.get("reason").unwrap_or_default(),
        reference: query.get("reference").filter(|text| is_reference(text)),
        provider: query.get("provider").and_then(|kind| kind_named(&kind)),
        account: name("account"),
        claimed: name("claimed"),
        phone: name("phone"),
    };
    let show = move |company: Company| view! { <Stopped company told=told.clone()/> }.into_any();
    view! { <CompanyView show=show/> }
}

fn is_name(text: &str) -> bool {
    let of_names = |letter: char| letter.is_alphanumeric() || "._-@+".contains(letter);
    !text.is_empty() && text.chars().count() <= LONGEST_NAME && text.chars().all(of_names)
}

#[component]
fn Stopped(company: Company, told: Told) -> impl IntoView {
    let locale = use_locale();
    let Told {
        reason,
        reference,
        provider,
        account,
        claimed,
        phone,
    } = told;
    let failure = failure_named(&reason);
    let mismatch = |code| {
        let problem = Problem {
            account: account.clone(),
            claimed: claimed.clone(),
            phone: phone.clone(),
            ..Problem::bare(409, code)
        };
        problem_text(locale, &problem)
    };
    let text = match (failure, reason.as_str()) {
        (Some(failure), _) => sso_failure_text(locale, Some(failure)),
        (_, "presence_list_missing") => {
            td_string!(locale, problem.presence_list_missing).to_owned()
        }
        (_, "account_disabled") => td_string!(locale, problem.account_disabled).to_owned(),
        (_, "phone_mismatch") => mismatch(ProblemCode::PhoneMismatch),
        (_, "phone_taken") => mismatch(ProblemCode::PhoneTaken),
        (_, "forbidden") => td_string!(locale, phone.no_agent).to_owned(),
        (_, "company_closed") => td_string!(locale, problem.company_closed).to_owned(),
        (_, "account_locked") => td_string!(locale, problem.account_locked).to_owned(),
        _ => td_string!(locale, entry.stopped).to_owned(),
    };
    let back = format!("/{}", company.alias);
    let words = td_string!(
        locale,
        entry.back_to_company,
        company = company.name.clone()
    );
    let next = failure.map(|failure| view! { <WaysOn company=company.clone() failure provider/> });
    view! {
        <EntryFrame company=Some(company.clone())>
            <Heading title=td_string!(locale, entry.stopped_heading)/>
            <p>{text}</p>
            {next}
            {company.help_contact.map(|help| view! { <Help help=help/> })}
            {reference.map(|reference| view! {
                <p class="reference">
                    {td_string!(locale, common.reference)} " " <code>{reference.clone()}</code> " "
                    <CopyButton text=reference/>
                </p>
            })}
            <p><a href=back rel="external">{words}</a></p>
        </EntryFrame>
    }
}

/// What else can be done, the most useful first: it is the page's filled button.
#[component]
fn WaysOn(
    company: Company,
    failure: SsoFailure,
    /// Where it failed.
    provider: Option<ProviderKind>,
) -> impl IntoView {
    let locale = use_locale();
    let Company {
        alias,
        sso,
        passwords,
        ..
    } = company;
    // An address may name any; where the company has but one it can only be that.
    let provider = match provider {
        Some(named) => Some(named).filter(|named| sso.contains(named)),
        None => sso.first().copied().filter(|_| sso.len() == 1),
    };
    let other = matches!(
        failure,
        SsoFailure::OtherCompany | SsoFailure::Taken | SsoFailure::UnknownPerson
    );
    let over = failure == SsoFailure::TooManyRounds;
    let again = provider.filter(|_| !over).map(|provider| {
        view! { <GoAgain alias=alias.clone() provider choose=other/> }
    });
    let loud = again.is_none() && !over;
    let class = if loud {
        "button primary"
    } else {
        "button quiet"
    };
    view! {
        <div class="choices">
            {over.then(|| view! { <StartOver alias=alias.clone()/> })}
            {again}
            {passwords.then(|| view! {
                <a class=class href=format!("/{alias}") rel="external">
                    {td_string!(locale, outside.with_password)}
                </a>
            })}
        </div>
    }
    .into_any()
}

/// To the same provider once more; with `choose` it is asked to offer another account.
#[component]
fn GoAgain(alias: String, provider: ProviderKind, choose: bool) -> impl IntoView {
    let locale = use_locale();
    let steps = Steps::within(Some(alias.clone()));
    let words = match choose {
        true => td_string!(locale, outside.other_account),
        false => td_string!(locale, common.try_again),
    };
    view! {
        <form
            method="post"
            action=format!("/{alias}/sso")
            on:submit=move |event| go_outside(event, &steps)
        >
            {choose.then(|| view! { <input type="hidden" name="choose" value="true"/> })}
            <Button name="provider" value=kind_word(provider)>{words}</Button>
        </form>
    }
}

/// After too many rounds: gives up what there is of them and goes to the company's page.
#[component]
fn StartOver(alias: String) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let busy = RwSignal::new(false);
    let home = format!("/{alias}");
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        let (api, home) = (api.clone(), home.clone());
        spawn_local(async move {
            // The company's page says what there is to say, if that did not work.
            let _ = api.cancel().await;
            load(&home);
        });
    };
    view! {
        // Without scripts: as *Cancel* of a code.
        <form method="post" action=format!("/{alias}/code") on:submit=submit>
            <input type="hidden" name="attempt" value=""/>
            <Button kind=ButtonKind::Primary busy name="action" value="cancel">
                {td_string!(locale, outside.start_over)}
            </Button>
        </form>
    }
}
