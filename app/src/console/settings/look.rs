//! "Name and look": how the company calls itself, in which languages and colours, and who its mails come from.

use leptos::{ev, prelude::*, task::spawn_local};

use super::{
    colours::{self, Colours},
    fields::{Choose, given, is_showable},
    logo::{Change, Logo, LogoField},
    preview::{Preview, wear},
    saving::{Proof, SaveBar, Saving},
};
use crate::client::{Api, ApiError};
use crate::context::use_company;
use crate::i18n::{duration, error_text, languages, td_string, use_locale};
use crate::session::settle;
use crate::ui::{Button, ButtonKind, Failed, Heading, Loading, TextField};
use crate::wire::{NameAndLook, NameAndLookPage, ProblemCode};

#[component]
pub(crate) fn LookPage() -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let answer = Resource::new(
        || (),
        move |()| {
            let api = api.clone();
            async move { settle(api.name_and_look().await) }
        },
    );
    let again = Callback::new(move |()| answer.refetch());
    view! {
        <Heading title=td_string!(locale, settings.look.title)/>
        <Transition fallback=Loading>
            {move || answer.get().map(|answer| match answer {
                Ok(page) => view! { <Form page/> }.into_any(),
                Err(error) => view! { <Failed error again/> }.into_any(),
            })}
        </Transition>
    }
}

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    name: RwSignal<String>,
    language: RwSignal<String>,
    /// Tags of those that are offered.
    offered: RwSignal<Vec<String>>,
    time_zone: RwSignal<String>,
    brand: RwSignal<String>,
    accent: RwSignal<String>,
    sender: RwSignal<String>,
}

impl Draft {
    fn new() -> Self {
        Self {
            name: RwSignal::default(),
            language: RwSignal::default(),
            offered: RwSignal::default(),
            time_zone: RwSignal::default(),
            brand: RwSignal::default(),
            accent: RwSignal::default(),
            sender: RwSignal::default(),
        }
    }

    fn fill(self, settings: NameAndLook) {
        self.name.set(settings.name);
        self.language.set(settings.language);
        self.offered.set(if settings.languages.is_empty() {
            languages().map(|(tag, _)| tag.to_owned()).collect()
        } else {
            settings.languages
        });
        self.time_zone.set(settings.time_zone);
        self.brand.set(settings.brand.unwrap_or_default());
        self.accent.set(settings.accent.unwrap_or_default());
        self.sender.set(settings.mail_sender.unwrap_or_default());
    }

    fn typed(self, version: String) -> NameAndLook {
        let offered = self.offered.get();
        let chosen: Vec<String> = languages()
            .map(|(tag, _)| tag.to_owned())
            .filter(|tag| offered.contains(tag))
            .collect();
        let all = chosen.len() == languages().count();
        NameAndLook {
            version,
            name: given(self.name).unwrap_or_default(),
            language: self.language.get(),
            languages: if all { Vec::new() } else { chosen },
            time_zone: self.time_zone.get(),
            brand: given(self.brand).map(|colour| colour.to_ascii_lowercase()),
            accent: given(self.accent).map(|colour| colour.to_ascii_lowercase()),
            mail_sender: given(self.sender),
        }
    }

    fn offers_own(self) -> bool {
        self.language
            .with(|own| self.offered.with(|offered| offered.contains(own)))
    }

    fn sender_is_good(self) -> bool {
        given(self.sender)
            .is_none_or(|name| is_showable(&name) && !name.contains(['@', '<', '>', '"', '\\']))
    }

    fn is_good(self) -> bool {
        given(self.name).is_some_and(|name| is_showable(&name))
            && self.offers_own()
            && self.sender_is_good()
            && self
                .brand
                .with(|brand| self.accent.with(|accent| colours::flaw(brand, accent)))
                .is_none()
    }
}

#[component]
fn Form(page: NameAndLookPage) -> impl IntoView {
    let api = Api::use_api();
    let draft = Draft::new();
    draft.fill(page.settings.clone());
    let saved = RwSignal::new(page.settings);
    let typed = Signal::derive(move || draft.typed(saved.with(|saved| saved.version.clone())));
    let saving = Saving::new(saved, typed, Callback::new(move |new| draft.fill(new)));
    let logo = Logo::new(page.logo);
    Effect::new(move || {
        saving
            .also
            .set(logo.change.with(|change| *change != Change::None));
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        saving.tried.set(true);
        if untrack(|| !draft.is_good() || logo.wrong.get()) {
            return;
        }
        let (putting, looking) = (api.clone(), api.clone());
        saving.submit(
            async move |wanted| {
                logo.save(&putting).await?;
                let saved = putting.save_look(&wanted).await?.settings;
                wear_everywhere(&saved);
                Ok(saved)
            },
            async move || Ok(looking.name_and_look().await?.settings),
        );
    };
    let company = use_company();
    let shown = Signal::derive(move || {
        let mut company = company.get()?.ok()?;
        let typed = typed.get();
        if !typed.name.is_empty() {
            company.name = typed.name;
        }
        company.languages = typed.languages;
        company.brand = typed.brand;
        company.accent = typed.accent;
        company.logo = logo.shown();
        Some(company)
    });
    view! {
        <div class="settings">
            <form class="rules" novalidate=true on:submit=submit>
                <Identity draft saving/>
                <Tongues draft saving zones=page.time_zones/>
                <Look draft logo/>
                <Mails draft saving/>
                <SaveBar saving told=&[ProblemCode::NameTaken]/>
            </form>
            <Preview company=shown/>
        </div>
        <Proof saving/>
    }
    .into_any()
}

/// The whole document, which got its colours when it was loaded.
fn wear_everywhere(saved: &NameAndLook) {
    use wasm_bindgen::JsCast;
    let root = document().document_element();
    if let Some(root) = root.and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok()) {
        wear(&root, saved.brand.as_deref(), saved.accent.as_deref());
    }
}

#[component]
fn Identity(draft: Draft, saving: Saving<NameAndLook>) -> impl IntoView {
    let locale = use_locale();
    let error = Signal::derive(move || {
        if saving.is_refused(ProblemCode::NameTaken) {
            return Some(td_string!(locale, problem.name_taken).to_owned());
        }
        if !saving.tried.get() {
            return None;
        }
        match given(draft.name) {
            None => Some(td_string!(locale, settings.empty).to_owned()),
            Some(name) if is_showable(&name) => None,
            Some(_) => Some(td_string!(locale, settings.hidden).to_owned()),
        }
    });
    view! {
        <fieldset>
            <legend>{td_string!(locale, settings.look.identity)}</legend>
            <TextField
                label=td_string!(locale, settings.look.name)
                name="company-name"
                value=draft.name
                error
                hint=td_string!(locale, settings.look.name_hint)
                autocomplete="organization"
                required=true
            />
        </fieldset>
    }
    .into_any()
}

#[component]
fn Tongues(draft: Draft, saving: Saving<NameAndLook>, zones: Vec<String>) -> impl IntoView {
    let locale = use_locale();
    let known = languages().map(|(tag, name)| (tag.to_owned(), name));
    let mut zones = zones;
    let own = draft.time_zone.get_untracked();
    if !zones.contains(&own) {
        zones.insert(0, own);
    }
    let zones = zones.into_iter().map(|zone| (zone.clone(), zone)).collect();
    let choices = languages().map(|(tag, name)| {
        let is_offered = move || {
            draft
                .offered
                .with(|offered| offered.iter().any(|it| it == tag))
        };
        let choose = move |chosen: bool| {
            draft.offered.update(|offered| {
                offered.retain(|it| it != tag);
                if chosen {
                    offered.push(tag.to_owned());
                }
            });
        };
        view! {
            <div class="choice">
                <input
                    id=format!("offer-{tag}")
                    type="checkbox"
                    aria-describedby="offered-error offered-hint"
                    checked=is_offered()
                    prop:checked=is_offered
                    on:change:target=move |event| choose(event.target().checked())
                />
                <label for=format!("offer-{tag}") lang=tag>{name}</label>
            </div>
        }
    });
    let missing = move || {
        (saving.tried.get() && !draft.offers_own())
            .then(|| td_string!(locale, settings.look.no_language))
    };
    view! {
        <fieldset>
            <legend>{td_string!(locale, settings.look.languages_heading)}</legend>
            <Choose
                label=td_string!(locale, settings.look.language)
                id="company-language"
                value=draft.language
                options=known.collect()
                hint=td_string!(locale, settings.look.language_hint)
            />
            <div class="field" role="group" aria-labelledby="offered">
                <p class="label" id="offered">{td_string!(locale, settings.look.languages)}</p>
                <div class="in-a-row">{choices.collect_view()}</div>
                <p class="hint" id="offered-hint">{td_string!(locale, settings.look.languages_hint)}</p>
                <p class="error" id="offered-error" role="alert">{missing}</p>
            </div>
            <Choose
                label=td_string!(locale, settings.look.time_zone)
                id="company-zone"
                value=draft.time_zone
                options=zones
                hint=td_string!(locale, settings.look.time_zone_hint)
            />
        </fieldset>
    }
    .into_any()
}

#[component]
fn Look(draft: Draft, logo: Logo) -> impl IntoView {
    let locale = use_locale();
    view! {
        <fieldset>
            <legend>{td_string!(locale, settings.look.colours)}</legend>
            <Colours brand=draft.brand accent=draft.accent/>
            <LogoField logo/>
        </fieldset>
    }
    .into_any()
}

#[component]
fn Mails(draft: Draft, saving: Saving<NameAndLook>) -> impl IntoView {
    let locale = use_locale();
    let error = Signal::derive(move || {
        (saving.tried.get() && !draft.sender_is_good())
            .then(|| td_string!(locale, settings.look.wrong_sender).to_owned())
    });
    view! {
        <fieldset>
            <legend>{td_string!(locale, settings.look.mail)}</legend>
            <TextField
                label=td_string!(locale, settings.look.sender)
                name="mail-sender"
                value=draft.sender
                error
                hint=td_string!(locale, settings.look.sender_hint)
                autocomplete="off"
            />
            <TestMail/>
        </fieldset>
    }
    .into_any()
}

#[component]
fn TestMail() -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let busy = RwSignal::new(false);
    let outcome = RwSignal::new(None::<Result<String, String>>);
    let send = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let api = api.clone();
        spawn_local(async move {
            let answer = settle(api.send_test_mail().await);
            if busy.try_set(false).is_some() {
                return;
            }
            outcome.set(Some(match answer {
                Ok(sent) => Ok(td_string!(
                    locale,
                    settings.look.test_sent,
                    address = sent.sent_to
                )),
                Err(ApiError::Problem(problem)) if problem.code == ProblemCode::ResendTooEarly => {
                    let time = duration(locale, problem.retry_after.unwrap_or(60));
                    Err(td_string!(locale, settings.look.test_wait, time = time))
                }
                Err(error) => Err(error_text(locale, &error)),
            }));
        });
    };
    view! {
        <div class="test-mail needs-program">
            <Button kind=ButtonKind::Quiet kind_of="button" busy on:click=send>
                {td_string!(locale, settings.look.test)}
            </Button>
            <p class="hint">{td_string!(locale, settings.look.test_hint)}</p>
            <p role="status">{move || outcome.get().and_then(Result::ok)}</p>
            <p class="error" role="alert">{move || outcome.get().and_then(Result::err)}</p>
        </div>
    }
    .into_any()
}
