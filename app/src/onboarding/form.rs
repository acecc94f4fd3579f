//! "Create a company": the form. What was typed stays, whatever comes back.

use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::JsCast;

use super::{
    draft::{Field, Flaws, alias_of, flaws, refused},
    fields::{AliasField, LanguageField, RegionField, TimeZoneField},
};
use crate::{
    client::{Api, ApiError, segment},
    context::Flash,
    i18n::{Locale, td_string, use_locale},
    ui::{Button, Failure, TextField},
    wire::{CompanyFounded, NewCompany, Onboarding},
};

/// What is typed, and what is wrong with it.
#[derive(Clone, Copy)]
struct Draft {
    name: RwSignal<String>,
    alias: RwSignal<String>,
    language: RwSignal<String>,
    time_zone: RwSignal<String>,
    amazon_connect: RwSignal<String>,
    admin_name: RwSignal<String>,
    admin_email: RwSignal<String>,
    flaws: RwSignal<Flaws>,
    failure: RwSignal<Option<ApiError>>,
}

impl Draft {
    /// As it was typed before, without scripts, with what was wrong with it.
    fn new(locale: Locale, flash: Option<Flash>) -> Self {
        let failure = flash.as_ref().map(|flash| flash.problem.clone());
        let typed = flash.and_then(|flash| serde_json::from_str(&flash.typed?).ok());
        let typed = typed.unwrap_or_else(|| NewCompany {
            language: locale.to_string(),
            ..NewCompany::default()
        });
        let mut found = Vec::new();
        let mut shown = None;
        if let Some(problem) = failure {
            found = flaws(locale, &typed);
            match refused(locale, Some(problem.code)) {
                Some(flaw) => found.push(flaw),
                // What the fields say needs not be said twice.
                None if !found.is_empty() => {}
                None => shown = Some(ApiError::Problem(Box::new(problem))),
            }
        }
        Self {
            name: RwSignal::new(typed.name),
            alias: RwSignal::new(typed.alias),
            language: RwSignal::new(typed.language),
            time_zone: RwSignal::new(typed.time_zone),
            amazon_connect: RwSignal::new(typed.amazon_connect.unwrap_or_default()),
            admin_name: RwSignal::new(typed.admin_name),
            admin_email: RwSignal::new(typed.admin_email),
            flaws: RwSignal::new(found),
            failure: RwSignal::new(shown),
        }
    }

    fn typed(self) -> NewCompany {
        let text = |signal: RwSignal<String>| signal.with_untracked(|text| text.trim().to_owned());
        NewCompany {
            name: text(self.name),
            alias: text(self.alias),
            region: None,
            language: text(self.language),
            time_zone: text(self.time_zone),
            amazon_connect: Some(text(self.amazon_connect)).filter(|address| !address.is_empty()),
            admin_name: text(self.admin_name),
            admin_email: text(self.admin_email),
        }
    }

    fn flaw(self, field: Field) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.flaws.with(|flaws| {
                flaws
                    .iter()
                    .find(|(at, _)| *at == field)
                    .map(|(_, text)| text.clone())
            })
        })
    }

    fn forget(self, field: Field) {
        if self
            .flaws
            .with_untracked(|flaws| flaws.iter().any(|(at, _)| *at == field))
        {
            self.flaws
                .update(|flaws| flaws.retain(|(at, _)| *at != field));
        }
    }

    /// Shows what is wrong and goes to the first of it.
    fn point_out(self, found: Flaws) {
        let first = found.first().map(|(field, _)| field.name());
        self.flaws.set(found);
        let field = first.and_then(|id| document().get_element_by_id(id));
        if let Some(field) = field.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = field.focus();
        }
    }

    /// The alias follows the name until somebody types one.
    fn let_alias_follow(self) {
        Effect::new(move |before: Option<String>| {
            let suggested = self.name.with(|name| alias_of(name));
            let alias = self.alias.get_untracked();
            let follows = match &before {
                None => alias.is_empty(),
                Some(before) => alias == *before,
            };
            if follows && alias != suggested {
                self.alias.set(suggested.clone());
            }
            suggested
        });
    }
}

#[component]
pub(super) fn NewCompanyForm(
    offer: Onboarding,
    #[prop(optional_no_strip)] flash: Option<Flash>,
    answer: RwSignal<Option<CompanyFounded>>,
) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let draft = Draft::new(locale, flash);
    draft.let_alias_follow();
    let busy = RwSignal::new(false);
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let typed = draft.typed();
        draft.failure.set(None);
        let found = flaws(locale, &typed);
        if !found.is_empty() {
            return draft.point_out(found);
        }
        draft.flaws.set(Vec::new());
        busy.set(true);
        let (api, navigate) = (api.clone(), navigate.clone());
        leptos::task::spawn_local(async move {
            let created = api.create_company(&typed).await;
            busy.set(false);
            match created {
                Ok(founded) => {
                    let to = format!("/onboarding?created={}", segment(&founded.alias));
                    answer.set(Some(founded));
                    navigate(&to, NavigateOptions::default());
                }
                Err(error) => match refused(locale, error.code()) {
                    Some(flaw) => draft.point_out(vec![flaw]),
                    None => draft.failure.set(Some(error)),
                },
            }
        });
    };
    let alias_changed = Callback::new(move |()| draft.forget(Field::Alias));
    view! {
        <Failure error=draft.failure/>
        <form class="stack" method="post" action="/onboarding" prop:noValidate=true on:submit=submit>
            <TextField
                label=td_string!(locale, onboarding.name)
                name="name"
                value=draft.name
                error=draft.flaw(Field::Name)
                hint=td_string!(locale, onboarding.name_hint)
                autocomplete="organization"
                required=true
            />
            <AliasField alias=draft.alias error=draft.flaw(Field::Alias) changed=alias_changed/>
            <RegionField offer=offer.clone()/>
            <div class="two-fields">
                <LanguageField language=draft.language/>
                <TimeZoneField
                    zone=draft.time_zone
                    zones=offer.time_zones
                    error=draft.flaw(Field::TimeZone)
                />
            </div>
            <TextField
                label=td_string!(locale, onboarding.amazon_connect)
                name="amazon_connect"
                value=draft.amazon_connect
                error=draft.flaw(Field::AmazonConnect)
                hint=td_string!(locale, onboarding.amazon_connect_hint)
                autocomplete="off"
                inputmode="url"
            />
            <TextField
                label=td_string!(locale, onboarding.admin_name)
                name="admin_name"
                value=draft.admin_name
                error=draft.flaw(Field::AdminName)
                autocomplete="name"
                required=true
            />
            <TextField
                label=td_string!(locale, onboarding.admin_email)
                name="admin_email"
                value=draft.admin_email
                error=draft.flaw(Field::AdminEmail)
                hint=td_string!(locale, onboarding.admin_email_hint)
                kind="email"
                autocomplete="email"
                required=true
            />
            <div><Button busy=busy>{td_string!(locale, onboarding.create)}</Button></div>
        </form>
    }
    .into_any()
}
