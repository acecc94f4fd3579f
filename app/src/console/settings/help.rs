//! Whom a stuck person calls, and the pages that agents open from their desk.

use leptos::{ev, prelude::*};

use super::{
    fields::{given, is_email, is_https, is_showable},
    saving::{Proof, SaveBar, Saving},
};
use crate::client::Api;
use crate::i18n::{td_string, use_locale};
use crate::session::settle;
use crate::ui::{Failed, Heading, Loading, TextField};
use crate::wire::{DeskLink, HelpSettings};

/// Links that a desk has room for.
const LINKS: usize = 12;

#[component]
pub(crate) fn HelpPage() -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let answer = Resource::new(
        || (),
        move |()| {
            let api = api.clone();
            async move { settle(api.help_settings().await) }
        },
    );
    let again = Callback::new(move |()| answer.refetch());
    view! {
        <Heading title=td_string!(locale, settings.help.title)/>
        <p class="lead">{td_string!(locale, settings.help.lead)}</p>
        <Transition fallback=Loading>
            {move || answer.get().map(|answer| match answer {
                Ok(settings) => view! { <Form settings/> }.into_any(),
                Err(error) => view! { <Failed error again/> }.into_any(),
            })}
        </Transition>
    }
}

/// A link as it is typed.
#[derive(Clone, Copy)]
struct Row {
    key: u32,
    name: RwSignal<String>,
    url: RwSignal<String>,
}

impl Row {
    fn link(self) -> Option<DeskLink> {
        let (name, url) = (given(self.name), given(self.url));
        // An empty row is none.
        (name.is_some() || url.is_some()).then(|| DeskLink {
            name: name.unwrap_or_default(),
            url: url.unwrap_or_default(),
        })
    }
}

#[derive(Clone, Copy)]
struct Draft {
    name: RwSignal<String>,
    phone: RwSignal<String>,
    email: RwSignal<String>,
    rows: RwSignal<Vec<Row>>,
    /// Of the next row.
    key: StoredValue<u32>,
}

impl Draft {
    fn new() -> Self {
        Self {
            name: RwSignal::default(),
            phone: RwSignal::default(),
            email: RwSignal::default(),
            rows: RwSignal::default(),
            key: StoredValue::new(0),
        }
    }

    fn fill(self, settings: HelpSettings) {
        self.name.set(settings.name.unwrap_or_default());
        self.phone.set(settings.phone.unwrap_or_default());
        self.email.set(settings.email.unwrap_or_default());
        let rows = settings.desk_links.into_iter();
        self.rows
            .set(rows.map(|link| self.row(link.name, link.url)).collect());
    }

    fn row(self, name: String, url: String) -> Row {
        let key = self.key.get_value();
        self.key.set_value(key + 1);
        Row {
            key,
            name: RwSignal::new(name),
            url: RwSignal::new(url),
        }
    }

    fn typed(self, version: String) -> HelpSettings {
        HelpSettings {
            version,
            name: given(self.name),
            phone: given(self.phone),
            email: given(self.email),
            desk_links: self
                .rows
                .with(|rows| rows.iter().filter_map(|row| row.link()).collect()),
        }
    }
}

/// The first thing that the server would refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    NameMissing,
    Name,
    Phone,
    Email,
    Links,
}

fn flaw(typed: &HelpSettings) -> Option<Flaw> {
    let wrong = |text: &Option<String>, good: fn(&str) -> bool| {
        text.as_deref().is_some_and(|text| !good(text))
    };
    let link_is_good = |link: &DeskLink| is_showable(&link.name) && is_https(&link.url);
    if typed.name.is_none() && (typed.phone.is_some() || typed.email.is_some()) {
        Some(Flaw::NameMissing)
    } else if wrong(&typed.name, is_showable) {
        Some(Flaw::Name)
    } else if wrong(&typed.phone, is_showable) {
        Some(Flaw::Phone)
    } else if wrong(&typed.email, is_email) {
        Some(Flaw::Email)
    } else if !typed.desk_links.iter().all(link_is_good) {
        Some(Flaw::Links)
    } else {
        None
    }
}

#[component]
fn Form(settings: HelpSettings) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let draft = Draft::new();
    draft.fill(settings.clone());
    let saved = RwSignal::new(settings);
    let typed = Signal::derive(move || draft.typed(saved.with(|saved| saved.version.clone())));
    let saving = Saving::new(saved, typed, Callback::new(move |new| draft.fill(new)));
    let flawed = Memo::new(move |_| typed.with(flaw).filter(|_| saving.tried.get()));
    let error = move |flaw: Flaw, words: &'static str| {
        Signal::derive(move || (flawed.get() == Some(flaw)).then(|| words.to_owned()))
    };
    let name_error = Signal::derive(move || match flawed.get()? {
        Flaw::NameMissing => Some(td_string!(locale, settings.help.name_missing).to_owned()),
        Flaw::Name => Some(td_string!(locale, settings.hidden).to_owned()),
        _ => None,
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        saving.tried.set(true);
        if typed.with_untracked(flaw).is_some() {
            return;
        }
        let (putting, looking) = (api.clone(), api.clone());
        saving.submit(
            async move |wanted| putting.save_help(&wanted).await,
            async move || looking.help_settings().await,
        );
    };
    view! {
        <form class="rules settings-form" novalidate=true on:submit=submit>
            <fieldset>
                <legend>{td_string!(locale, settings.help.contact)}</legend>
                <TextField
                    label=td_string!(locale, settings.help.name)
                    name="help-name"
                    value=draft.name
                    error=name_error
                    hint=td_string!(locale, settings.help.name_hint)
                    autocomplete="off"
                />
                <TextField
                    label=td_string!(locale, settings.help.phone)
                    name="help-phone"
                    value=draft.phone
                    error=error(Flaw::Phone, td_string!(locale, settings.hidden))
                    hint=td_string!(locale, settings.optional)
                    inputmode="tel"
                    autocomplete="off"
                />
                <TextField
                    label=td_string!(locale, settings.help.email)
                    name="help-email"
                    value=draft.email
                    error=error(Flaw::Email, td_string!(locale, settings.wrong_email))
                    hint=td_string!(locale, settings.optional)
                    inputmode="email"
                    autocomplete="off"
                />
            </fieldset>
            <Links draft error=error(Flaw::Links, td_string!(locale, settings.help.wrong_link))/>
            <SaveBar saving/>
        </form>
        <Proof saving/>
    }
    .into_any()
}

#[component]
fn Links(draft: Draft, error: Signal<Option<String>>) -> impl IntoView {
    let locale = use_locale();
    let full = Signal::derive(move || draft.rows.with(|rows| rows.len() >= LINKS));
    let add = move |_| {
        let row = draft.row(String::new(), String::new());
        draft.rows.update(|rows| rows.push(row));
    };
    let number = move |key: u32| {
        let place = draft
            .rows
            .with(|rows| rows.iter().position(|row| row.key == key));
        place.map_or(0, |place| place + 1)
    };
    let row = move |row: Row| {
        let number = move || number(row.key);
        let remove = move |_| {
            draft
                .rows
                .update(|rows| rows.retain(|other| other.key != row.key));
        };
        let (name_id, url_id) = (
            format!("link-name-{}", row.key),
            format!("link-url-{}", row.key),
        );
        view! {
            <li class="link">
                <div class="field">
                    <label for=name_id.clone()>
                        {move || td_string!(locale, settings.help.link_name, number = number())}
                    </label>
                    <input
                        id=name_id
                        autocomplete="off"
                        aria-describedby="links-error"
                        value=row.name.get_untracked()
                        on:input:target=move |event| row.name.set(event.target().value())
                    />
                </div>
                <div class="field">
                    <label for=url_id.clone()>
                        {move || td_string!(locale, settings.help.link_url, number = number())}
                    </label>
                    <input
                        id=url_id
                        autocomplete="off"
                        inputmode="url"
                        spellcheck="false"
                        aria-describedby="links-error"
                        value=row.url.get_untracked()
                        on:input:target=move |event| row.url.set(event.target().value())
                    />
                </div>
                <button
                    type="button"
                    class="button text needs-program"
                    aria-label=move || td_string!(locale, settings.help.remove, number = number())
                    on:click=remove
                >
                    {td_string!(locale, settings.help.remove_short)}
                </button>
            </li>
        }
    };
    view! {
        <fieldset>
            <legend>{td_string!(locale, settings.help.links)}</legend>
            <p class="hint">{td_string!(locale, settings.help.links_hint)}</p>
            <ol class="links">
                <For each=move || draft.rows.get() key=|row| row.key let:it>{row(it)}</For>
            </ol>
            <p class="error" id="links-error" role="alert">{move || error.get()}</p>
            <div class="needs-program">
                <button type="button" class="button quiet" disabled=move || full.get() on:click=add>
                    {td_string!(locale, settings.help.add)}
                </button>
                <p class="hint" role="status">
                    {move || full.get().then(|| td_string!(locale, settings.help.full))}
                </p>
            </div>
        </fieldset>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flaws_are_found_before_the_server_finds_them() {
        type Edit = fn(&mut HelpSettings);
        let table: [(Edit, Option<Flaw>); 7] = [
            (|_| {}, None),
            (|it| *it = HelpSettings::default(), None),
            (|it| it.name = None, Some(Flaw::NameMissing)),
            (|it| it.name = Some("a".repeat(81)), Some(Flaw::Name)),
            (|it| it.phone = Some("1\u{0}".into()), Some(Flaw::Phone)),
            (|it| it.email = Some("help desk".into()), Some(Flaw::Email)),
            (
                |it| it.desk_links[0].url = "http://acme.example".into(),
                Some(Flaw::Links),
            ),
        ];
        for (number, (edit, expected)) in table.into_iter().enumerate() {
            let mut typed = HelpSettings {
                version: String::new(),
                name: Some("Help desk".into()),
                phone: Some("4000".into()),
                email: Some("help@acme.example".into()),
                desk_links: vec![DeskLink {
                    name: "Wiki".into(),
                    url: "https://wiki.acme.example".into(),
                }],
            };
            edit(&mut typed);
            assert_eq!(flaw(&typed), expected, "{number}");
        }
    }
}
