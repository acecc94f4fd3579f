//! Terms and privacy: what people read now, what they would read, and every version that they could have agreed to.

use leptos::{ev, prelude::*, task::spawn_local};

use super::{
    fields::{Area, given},
    saving::{Proof, SaveBar, Saving},
};
use crate::client::{Api, ApiError};
use crate::i18n::{error_text, moment, td_string, use_locale};
use crate::session::settle;
use crate::ui::{Dialog, Failed, Heading, Loading};
use crate::wire::{
    LegalKind, LegalPast, LegalSettings, LegalText, LegalVersion, ProblemCode, SaveLegalText,
};

/// Bytes of a text at most.
const LONGEST: usize = 60_000;

#[component]
pub(crate) fn LegalPage() -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let answer = Resource::new(
        || (),
        move |()| {
            let api = api.clone();
            async move { settle(api.legal_settings().await) }
        },
    );
    let again = Callback::new(move |()| answer.refetch());
    view! {
        <Heading title=td_string!(locale, settings.legal.title)/>
        <p class="lead">{td_string!(locale, settings.legal.lead)}</p>
        <Transition fallback=Loading>
            {move || answer.get().map(|answer| match answer {
                Ok(LegalSettings { terms, privacy }) => view! {
                    <Text kind=LegalKind::Terms past=terms/>
                    <Text kind=LegalKind::Privacy past=privacy/>
                }.into_any(),
                Err(error) => view! { <Failed error again/> }.into_any(),
            })}
        </Transition>
    }
}

/// What a dialog shows: the title, and the text as people read it.
type Shown = RwSignal<Option<(String, Option<LegalText>)>>;

/// The part of an answer that is about one text.
fn part(kind: LegalKind, settings: LegalSettings) -> LegalPast {
    match kind {
        LegalKind::Terms => settings.terms,
        LegalKind::Privacy => settings.privacy,
    }
}

#[component]
fn Text(kind: LegalKind, past: LegalPast) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let (title, id, reader) = match kind {
        LegalKind::Terms => (
            td_string!(locale, settings.legal.terms),
            "terms-text",
            "terms-shown",
        ),
        LegalKind::Privacy => (
            td_string!(locale, settings.legal.privacy),
            "privacy-text",
            "privacy-shown",
        ),
    };
    let text = RwSignal::new(past.text.clone().unwrap_or_default());
    let versions = RwSignal::new(past.versions);
    let saved = RwSignal::new(SaveLegalText {
        version: past.version,
        text: past.text,
    });
    let typed = Signal::derive(move || SaveLegalText {
        version: saved.with(|saved| saved.version),
        text: given(text),
    });
    let fill = Callback::new(move |new: SaveLegalText| text.set(new.text.unwrap_or_default()));
    let saving = Saving::new(saved, typed, fill);
    let arrived = move |settings: LegalSettings| {
        let past = part(kind, settings);
        versions.try_set(past.versions);
        SaveLegalText {
            version: past.version,
            text: past.text,
        }
    };
    let shown: Shown = RwSignal::new(None);
    let trouble = RwSignal::new(None::<ApiError>);
    let is_long = move || text.with(|text| text.len() > LONGEST);
    let tried = saving.tried;
    let is_wrong = move || tried.get() && text.with(|text| is_other_address(text));
    let error = Signal::derive(move || {
        let refused = |error: &ApiError| error.code() == Some(ProblemCode::InvalidRequest);
        if is_long() {
            Some(td_string!(locale, settings.legal.too_long).to_owned())
        } else if is_wrong()
            || saving.is_refused(ProblemCode::InvalidRequest)
            || trouble.with(|error| error.as_ref().is_some_and(refused))
        {
            Some(td_string!(locale, settings.legal.wrong).to_owned())
        } else {
            trouble.get().map(|error| error_text(locale, &error))
        }
    });
    let (putting, previewing) = (api.clone(), api.clone());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        trouble.set(None);
        tried.set(true);
        if untrack(|| is_long() || is_wrong()) {
            return;
        }
        let (putting, looking) = (putting.clone(), api.clone());
        saving.submit(
            async move |wanted| Ok(arrived(putting.save_legal(kind, &wanted).await?)),
            async move || Ok(arrived(looking.legal_settings().await?)),
        );
    };
    let preview = move |_| {
        let Some(text) = untrack(|| given(text)) else {
            return;
        };
        let api = previewing.clone();
        trouble.set(None);
        tried.set(true);
        if untrack(|| is_long() || is_wrong()) {
            return;
        }
        spawn_local(async move {
            match settle(api.preview_legal(text).await) {
                Ok(text) => {
                    let title = td_string!(locale, settings.legal.preview_of, text = title);
                    shown.try_set(Some((title, Some(text))));
                }
                Err(error) => {
                    trouble.try_set(Some(error));
                }
            }
        });
    };
    let nothing = move || given(text).is_none();
    view! {
        <form class="rules settings-form" novalidate=true on:submit=submit>
            <fieldset>
                <legend>{title}</legend>
                <Area
                    label=td_string!(locale, settings.legal.text)
                    id
                    value=text
                    rows=10
                    hint=td_string!(locale, settings.legal.text_hint).to_owned()
                    error
                />
                <div class="needs-program">
                    <button type="button" class="button quiet" disabled=nothing on:click=preview>
                        {td_string!(locale, settings.legal.look, text = title)}
                    </button>
                </div>
                <SaveBar
                    saving
                    label=td_string!(locale, settings.legal.publish, text = title)
                    told=&[ProblemCode::InvalidRequest]
                />
            </fieldset>
            <Versions kind title versions shown trouble/>
        </form>
        <Reader id=reader shown/>
        <Proof saving/>
    }
    .into_any()
}

/// Whether this is an address that nobody may be led to.
fn is_other_address(text: &str) -> bool {
    let text = text.trim();
    text.contains("://") && !text.contains(char::is_whitespace) && !text.starts_with("https://")
}

#[component]
fn Versions(
    kind: LegalKind,
    title: &'static str,
    versions: RwSignal<Vec<LegalVersion>>,
    shown: Shown,
    trouble: RwSignal<Option<ApiError>>,
) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let show = move |version: u32| {
        let api = api.clone();
        trouble.set(None);
        spawn_local(async move {
            match settle(api.old_legal_text(kind, version).await) {
                Ok(old) => {
                    let title = td_string!(
                        locale,
                        settings.legal.version_of,
                        text = title,
                        version = version
                    );
                    shown.try_set(Some((title, old.text)));
                }
                Err(error) => {
                    trouble.try_set(Some(error));
                }
            }
        });
    };
    let row = move |one: LegalVersion| {
        let number = one.version;
        let show = show.clone();
        let by = one
            .by
            .unwrap_or_else(|| td_string!(locale, settings.legal.by_operator).to_owned());
        let label = td_string!(
            locale,
            settings.legal.version_of,
            text = title,
            version = number
        );
        let label = format!("{}: {label}", td_string!(locale, settings.legal.show));
        let gone = one
            .removed
            .then(|| format!(" · {}", td_string!(locale, settings.legal.taken_away)));
        view! {
            <li>
                <strong>{td_string!(locale, settings.legal.version, version = number)}</strong>
                <span>{moment(locale, &one.at)} " · " {by} {gone}</span>
                <button
                    type="button"
                    class="button text needs-program"
                    aria-label=label
                    on:click=move |_| show(number)
                >
                    {td_string!(locale, settings.legal.show)}
                </button>
            </li>
        }
    };
    let none = move || {
        versions
            .with(Vec::is_empty)
            .then(|| td_string!(locale, settings.legal.no_versions))
    };
    view! {
        <details class="versions">
            <summary>
                {td_string!(locale, settings.legal.versions)} " "
                <span class="count">{move || versions.with(Vec::len)}</span>
            </summary>
            <p class="hint">{none}</p>
            <ol>
                <For each=move || versions.get() key=|one| one.version let:one>{row(one)}</For>
            </ol>
        </details>
    }
    .into_any()
}

/// A text as people read it.
#[component]
fn Reader(id: &'static str, shown: Shown) -> impl IntoView {
    let locale = use_locale();
    let open = RwSignal::new(false);
    Effect::new(move || {
        if shown.with(Option::is_some) {
            open.set(true);
        }
    });
    Effect::new(move || {
        if !open.get() {
            shown.set(None);
        }
    });
    let title = Signal::derive(move || {
        shown.with(|shown| {
            shown
                .as_ref()
                .map(|(title, _)| title.clone())
                .unwrap_or_default()
        })
    });
    let body = move || match shown.get()?.1 {
        Some(LegalText::Html(html)) => {
            // Rendered by the server without raw HTML. It scrolls, so the keyboard must come to it.
            let text = view! {
                <div class="prose" role="region" aria-labelledby=id tabindex="0" inner_html=html></div>
            };
            Some(text.into_any())
        }
        Some(LegalText::Url(address)) => {
            let leads = td_string!(locale, settings.legal.leads_to, address = address);
            Some(view! { <p>{leads}</p> }.into_any())
        }
        None => Some(view! { <p>{td_string!(locale, settings.legal.gone)}</p> }.into_any()),
    };
    view! {
        <Dialog title id open>
            <div class="dialog-form reader">
                {body}
                <button type="button" class="button quiet" on:click=move |_| open.set(false)>
                    {td_string!(locale, settings.legal.close)}
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_is_an_address_to_lead_to() {
        for good in [
            "",
            "# Terms",
            "See http://acme.example for more",
            " https://acme.example",
        ] {
            assert!(!is_other_address(good), "{good}");
        }
        for bad in ["http://acme.example", " ftp://acme.example "] {
            assert!(is_other_address(bad), "{bad}");
        }
    }
}
