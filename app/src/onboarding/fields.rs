//! The form's own fields: an alias that is looked up while it is typed, and what is chosen from a list.

use std::time::Duration;

use leptos::{html, prelude::*};

use super::draft::{alias_flaw, fate_text};
use crate::{
    client::Api,
    i18n::{languages, td_string, use_locale},
    ui::TextField,
    wire::{AliasAnswer, AliasFate, Onboarding},
};

/// So long nobody types before the server is asked.
const PAUSE: Duration = Duration::from_millis(300);

#[component]
pub(super) fn AliasField(
    alias: RwSignal<String>,
    #[prop(into)] error: Signal<Option<String>>,
    /// Called with every change: what was wrong with the alias before says nothing of it now.
    changed: Callback<()>,
) -> impl IntoView {
    let locale = use_locale();
    let answer = RwSignal::new(None::<(String, AliasAnswer)>);
    look_up(alias, answer, changed);
    let known = Memo::new(move |_| {
        let typed = alias.with(|alias| alias.trim().to_owned());
        if typed.is_empty() || error.with(Option::is_some) {
            return None;
        }
        if let Some(fate) = alias_flaw(&typed) {
            let suggestion = None;
            return Some((typed, AliasAnswer { fate, suggestion }));
        }
        answer.get().filter(|(asked, _)| *asked == typed)
    });
    let is_free = move || {
        known.with(|known| {
            known
                .as_ref()
                .is_some_and(|(_, it)| it.fate == AliasFate::Free)
        })
    };
    let said = move || {
        known.get().map(|(alias, answer)| match answer.fate {
            AliasFate::Free => td_string!(locale, onboarding.alias_is_free, alias = alias),
            fate => fate_text(locale, fate).to_owned(),
        })
    };
    let suggestion = move || known.with(|known| known.as_ref()?.1.suggestion.clone());
    view! {
        <div class="alias">
            <TextField
                label=td_string!(locale, onboarding.alias)
                name="alias"
                value=alias
                error
                hint=td_string!(locale, onboarding.alias_hint)
                autocomplete="off"
                required=true
                described_by="alias-fate"
            />
            <p class="fate" class:good=is_free id="alias-fate" role="status">{said}</p>
            {move || suggestion().map(|other| {
                let words = td_string!(locale, onboarding.use_alias, alias = other.clone());
                view! {
                    <button type="button" class="button text" on:click=move |_| alias.set(other.clone())>
                        {words}
                    </button>
                }
            })}
        </div>
    }
    .into_any()
}

/// Asks for the fate of what is typed once nobody types for a moment.
fn look_up(
    alias: RwSignal<String>,
    answer: RwSignal<Option<(String, AliasAnswer)>>,
    changed: Callback<()>,
) {
    let api = StoredValue::new(Api::use_api());
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    Effect::new(move |before: Option<String>| {
        let typed = alias.with(|alias| alias.trim().to_owned());
        if before.as_ref() == Some(&typed) {
            return typed;
        }
        if before.is_some() {
            changed.run(());
        }
        stop();
        if alias_flaw(&typed).is_none() {
            let asked = typed.clone();
            let ask = move || {
                let api = api.get_value();
                leptos::task::spawn_local(async move {
                    // Without an answer nothing is said; creating the company tells.
                    if let Ok(told) = api.check_alias(asked.clone()).await {
                        let _ = answer.try_set(Some((asked, told)));
                    }
                });
            };
            waiting.set_value(set_timeout_with_handle(ask, PAUSE).ok());
        }
        typed
    });
    on_cleanup(stop);
}

/// This server's region, and the way to others.
#[component]
pub(super) fn RegionField(offer: Onboarding) -> impl IntoView {
    let locale = use_locale();
    let Onboarding {
        region, elsewhere, ..
    } = offer;
    region.map(|region| {
        let has_others = !elsewhere.is_empty();
        view! {
            <div class="field">
                <label for="region">{td_string!(locale, onboarding.region)}</label>
                <input
                    id="region"
                    name="region"
                    type="text"
                    value=region
                    readonly=true
                    aria-describedby="region-hint"
                />
                <p class="hint" id="region-hint">
                    {td_string!(locale, onboarding.region_hint)}
                    {has_others.then(|| format!(" {}", td_string!(locale, onboarding.region_others)))}
                    {elsewhere
                        .into_iter()
                        .map(|other| view! { " " <a href=other.address rel="external">{other.name}</a> })
                        .collect_view()}
                </p>
            </div>
        }
    })
}

#[component]
pub(super) fn LanguageField(language: RwSignal<String>) -> impl IntoView {
    let locale = use_locale();
    let options = languages().collect::<Vec<_>>();
    view! {
        <Choice
            id="company-language"
            name="language"
            label=td_string!(locale, onboarding.language)
            hint=td_string!(locale, onboarding.language_hint)
            value=language
            options
        />
    }
}

#[component]
pub(super) fn TimeZoneField(
    zone: RwSignal<String>,
    zones: Vec<String>,
    #[prop(into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let locale = use_locale();
    Effect::new(move |_| {
        if zone.with_untracked(String::is_empty)
            && let Some(here) = browser_zone()
        {
            zone.set(here);
        }
    });
    let options = zones
        .into_iter()
        .map(|name| (name.clone(), name.replace('_', " ")))
        .collect::<Vec<_>>();
    view! {
        <Choice
            id="time_zone"
            name="time_zone"
            label=td_string!(locale, onboarding.time_zone)
            value=zone
            options
            nothing=td_string!(locale, onboarding.choose)
            error
        />
    }
}

/// One of many. What was chosen before the program arrived stays.
#[component]
fn Choice<V>(
    id: &'static str,
    name: &'static str,
    label: &'static str,
    value: RwSignal<String>,
    /// Values and words.
    options: Vec<(V, String)>,
    #[prop(optional)] hint: Option<&'static str>,
    /// Stands first, chosen by nobody.
    #[prop(optional)]
    nothing: Option<&'static str>,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView
where
    V: Into<String>,
{
    let field = NodeRef::<html::Select>::new();
    Effect::new(move |adopted: Option<bool>| {
        let wanted = value.get();
        let Some(field) = field.get() else {
            return false;
        };
        if adopted == Some(true) || field.value().is_empty() {
            field.set_value(&wanted);
        } else if field.value() != wanted {
            value.set(field.value());
        }
        true
    });
    let chosen = value.get_untracked();
    let options = options.into_iter().map(|(option, words)| {
        let option = option.into();
        let selected = option == chosen;
        view! { <option value=option selected=selected>{words}</option> }
    });
    let error_id = format!("{id}-error");
    let hint_id = hint.map(|_| format!("{id}-hint"));
    let described = {
        let (error_id, hint_id) = (error_id.clone(), hint_id.clone());
        move || {
            let error = error.with(Option::is_some).then(|| error_id.clone());
            let ids = [error, hint_id.clone()];
            let ids = ids.into_iter().flatten().collect::<Vec<_>>().join(" ");
            (!ids.is_empty()).then_some(ids)
        }
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select
                id=id
                name=name
                required=true
                node_ref=field
                aria-describedby=described
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                on:change:target=move |event| value.set(event.target().value())
            >
                {nothing.map(|words| view! { <option value="">{words}</option> })}
                {options.collect_view()}
            </select>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <p class="error" id=error_id role="alert">{move || error.get()}</p>
        </div>
    }
    .into_any()
}

/// The time zone of the browser, by its IANA name.
fn browser_zone() -> Option<String> {
    let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new());
    js_sys::Reflect::get(&format.resolved_options(), &"timeZone".into())
        .ok()?
        .as_string()
}
