//! From one of a person's companies to another: each is a way to its own sign-in page.

use leptos::prelude::*;

use crate::client::Api;
use crate::i18n::{td_string, use_locale};
use crate::wire::ConnectedCompany;

/// With more companies than this they can be searched.
const MANY: usize = 6;

/// The person's other companies, those last signed in to first; nothing until there are any.
#[component]
pub(super) fn Switcher() -> impl IntoView {
    let api = Api::use_api();
    let companies = Resource::new(
        || (),
        move |()| {
            let api = api.clone();
            // Without an answer the menu still is what people came for.
            async move { api.companies().await.ok() }
        },
    );
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                let companies = companies.await?.companies;
                let others: Vec<_> = companies.into_iter().filter(|it| !it.current).collect();
                (!others.is_empty()).then(|| view! { <Others others/> })
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Others(others: Vec<ConnectedCompany>) -> impl IntoView {
    let locale = use_locale();
    let search = RwSignal::new(String::new());
    let many = others.len() > MANY;
    let others = StoredValue::new(others);
    let matching = move || {
        let wanted = search.get();
        others.with_value(|others| {
            let matching = others.iter().filter(|company| is_match(company, &wanted));
            matching.cloned().collect::<Vec<_>>()
        })
    };
    view! {
        <nav class="companies" aria-labelledby="change-company">
            <h2 id="change-company">{td_string!(locale, companies.switch)}</h2>
            {many.then(|| view! {
                <div class="field needs-program">
                    <label for="search-companies">{td_string!(locale, companies.search)}</label>
                    <input
                        id="search-companies"
                        type="search"
                        autocomplete="off"
                        on:input:target=move |event| search.set(event.target().value())
                    />
                </div>
            })}
            <ul>
                <For each=matching key=|company| company.id.clone() let(company)>
                    <Way company/>
                </For>
            </ul>
            <p class="error" role="status">
                {move || {
                    matching().is_empty().then(|| td_string!(locale, companies.no_match))
                }}
            </p>
        </nav>
    }
    .into_any()
}

/// To one company's sign-in page, where it can be entered at all.
#[component]
fn Way(company: ConnectedCompany) -> impl IntoView {
    let locale = use_locale();
    let ConnectedCompany {
        name,
        username,
        open,
        address,
        ..
    } = company;
    if !open {
        return view! {
            <li>
                <span class="closed">
                    {name}
                    <small>{td_string!(locale, companies.closed)}</small>
                </span>
            </li>
        }
        .into_any();
    }
    view! {
        <li>
            // A document of its own: nothing of this company stays in memory.
            <a href=address rel="external">
                {name} <small>{username}</small>
            </a>
        </li>
    }
    .into_any()
}

fn is_match(company: &ConnectedCompany, wanted: &str) -> bool {
    let wanted = wanted.trim().to_lowercase();
    company.name.to_lowercase().contains(&wanted) || company.alias.contains(&wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn companies_are_found_by_name_and_alias() {
        let company = ConnectedCompany {
            id: "1".into(),
            alias: "northwind-eu".into(),
            name: "Northwind Österreich".into(),
            username: "anna".into(),
            current: false,
            default: false,
            open: true,
            last_sign_in_at: None,
            address: "/northwind-eu".into(),
        };
        for wanted in ["", " north", "ÖSTER", "wind-eu"] {
            assert!(is_match(&company, wanted), "{wanted}");
        }
        assert!(!is_match(&company, "acme"));
    }
}
