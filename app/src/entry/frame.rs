//! The frame of every page before the desk: the form's column, the company's panel beside it.

use leptos::prelude::*;

use super::lost::NoCompany;
use crate::{
    context::use_company,
    i18n::{td_string, use_locale},
    ui::Help,
    wire::Company,
};

/// Column and panel. Without a company the panel is Callgate's own.
#[component]
pub fn EntryFrame(
    #[prop(optional_no_strip)] company: Option<Company>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="entry">
            <Mark company=company.clone()/>
            <main id="main" class="column">{children()}</main>
            <Notes company=company/>
        </div>
    }
    .into_any()
}

/// Logo and name.
#[component]
fn Mark(company: Option<Company>) -> impl IntoView {
    let locale = use_locale();
    let (name, logo) = match company {
        Some(company) => (company.name, company.logo),
        None => (td_string!(locale, common.product).to_owned(), None),
    };
    let initial = name.chars().next().map(String::from).unwrap_or_default();
    view! {
        <header class="mark">
            {match logo {
                Some(logo) => view! { <img class="logo" src=logo alt=""/> }.into_any(),
                None => view! { <span class="logo initial" aria-hidden="true">{initial}</span> }
                    .into_any(),
            }}
            <p class="name">{name}</p>
        </header>
    }
}

/// Today's notice, whom to call, and where this is.
#[component]
fn Notes(company: Option<Company>) -> impl IntoView {
    let locale = use_locale();
    let Some(company) = company else {
        return view! {
            <aside class="notes">
                <p class="motto">{td_string!(locale, entry.motto)}</p>
            </aside>
        }
        .into_any();
    };
    let Company {
        notice,
        help_contact,
        region,
        ..
    } = company;
    view! {
        <aside class="notes" aria-label=td_string!(locale, common.today)>
            {notice.map(|notice| view! { <p class="today">{notice}</p> })}
            <div class="foot">
                {help_contact.map(|help| view! { <Help help=help/> })}
                {region.map(|region| view! {
                    <p class="region">{td_string!(locale, common.region)} " " {region}</p>
                })}
            </div>
        </aside>
    }
    .into_any()
}

/// What to show once the company of the address is loaded; a page that helps when there is none.
#[component]
pub fn CompanyView<F>(show: F) -> impl IntoView
where
    F: Fn(Company) -> AnyView + Clone + Send + Sync + 'static,
{
    let company = use_company();
    view! {
        <Suspense>
            {move || {
                let show = show.clone();
                Suspend::new(async move {
                    match company.await {
                        Ok(company) => show(company),
                        Err(error) => view! { <NoCompany error=error/> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}
