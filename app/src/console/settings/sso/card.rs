//! One provider: how it stands in words, what can be done about it, and what is set.

use leptos::prelude::*;

use super::form::Form;
use super::name_of;
use super::room::{Part, Room, reference, refused};
use super::trial::{Trial, TrialView};
use crate::i18n::{Locale, moment, td_string, use_locale};
use crate::ui::{Button, ButtonKind};
use crate::wire::{DomainState, GoLive, Provider, ProviderKind};

#[component]
pub(super) fn Card(room: Room, trial: Trial, kind: ProviderKind) -> impl IntoView {
    let locale = use_locale();
    let provider = room.provider(kind);
    let id = match kind {
        ProviderKind::Google => "google-title",
        ProviderKind::Office365 => "office365-title",
        ProviderKind::Company => "company-title",
    };
    let state = move || provider.with(|it| state_words(locale, it.as_ref()));
    let is_live = move || provider.with(|it| it.as_ref().is_some_and(|it| it.live));
    let summary = move || {
        let name = name_of(locale, kind);
        if provider.with(Option::is_some) {
            td_string!(locale, sso_console.act.change, name = name)
        } else {
            td_string!(locale, sso_console.act.set_up, name = name)
        }
    };
    view! {
        <section class="provider" aria-labelledby=id>
            <div class="head">
                <h2 id=id>{name_of(locale, kind)}</h2>
                <p class="stands" class:live=is_live>{state}</p>
                <p class="hint">{move || provider.with(|it| people_words(locale, it.as_ref()))}</p>
                <NoDomain room kind/>
            </div>
            {move || provider.get().map(|it| view! { <Actions room trial provider=it/> })}
            <Trouble room part=Part::Card(kind)/>
            <TrialView trial kind=Some(kind)/>
            <details class="set-up">
                <summary>{summary}</summary>
                <Form room kind/>
            </details>
        </section>
    }
    .into_any()
}

/// How it stands.
fn state_words(locale: Locale, provider: Option<&Provider>) -> String {
    let when = provider.and_then(|it| it.tested_at.as_deref());
    let when = when.map(|at| moment(locale, at));
    match (provider, when) {
        (None, _) => td_string!(locale, sso_console.state.none).to_owned(),
        (Some(it), None) if it.live => {
            td_string!(locale, sso_console.state.live_untested).to_owned()
        }
        (Some(_), None) => td_string!(locale, sso_console.state.set_up).to_owned(),
        (Some(it), Some(when)) if it.live => {
            td_string!(locale, sso_console.state.live, when = when)
        }
        (Some(_), Some(when)) => td_string!(locale, sso_console.state.tested, when = when),
    }
}

fn people_words(locale: Locale, provider: Option<&Provider>) -> Option<String> {
    Some(match provider?.people {
        0 => td_string!(locale, sso_console.state.people_none).to_owned(),
        1 => td_string!(locale, sso_console.state.people_one).to_owned(),
        count => td_string!(locale, sso_console.state.people_many, count = count),
    })
}

/// What the company's own provider lacks before it recognises anybody.
#[component]
fn NoDomain(room: Room, kind: ProviderKind) -> impl IntoView {
    let locale = use_locale();
    let provider = room.provider(kind);
    let lacks = move || {
        let counts = |state| matches!(state, DomainState::Verified | DomainState::Vouched);
        let has_domain = room
            .page
            .with(|page| page.domains.iter().any(|it| counts(it.state)));
        kind == ProviderKind::Company && provider.with(Option::is_some) && !has_domain
    };
    view! {
        {move || lacks().then(|| view! {
            <p class="hint">{td_string!(locale, sso_console.state.no_domain)}</p>
        })}
    }
}

/// *Test*, the button for people, *Remove*.
#[component]
fn Actions(room: Room, trial: Trial, provider: Provider) -> impl IntoView {
    let locale = use_locale();
    let (kind, version) = (provider.kind, provider.version);
    let is_tested = provider.tested_at.is_some();
    let is_live = provider.live;
    let busy = Signal::derive(move || room.is_busy(&Part::Card(kind)));
    let testing = Signal::derive(move || trial.is_under_way(kind));
    let turn = move |_| {
        let wanted = GoLive {
            live: !is_live,
            version,
        };
        room.act(
            Part::Card(kind),
            async move |api| api.go_live(kind, &wanted).await,
            || {},
        );
    };
    let remove = move |_| room.removing.set(Some(provider.clone()));
    let test_kind = if is_tested {
        ButtonKind::Quiet
    } else {
        ButtonKind::Primary
    };
    let (turn_kind, turn_words) = match (is_live, is_tested) {
        (true, _) => (ButtonKind::Text, td_string!(locale, sso_console.act.hide)),
        (false, true) => (
            ButtonKind::Primary,
            td_string!(locale, sso_console.act.show),
        ),
        (false, false) => (ButtonKind::Quiet, td_string!(locale, sso_console.act.show)),
    };
    let name = name_of(locale, kind);
    let group = td_string!(locale, sso_console.act.test_of, name = name);
    view! {
        <div class="choices needs-program" role="group" aria-label=name>
            <span on:click=move |_| trial.begin(kind)>
                <Button kind=test_kind kind_of="button" busy=testing>{group}</Button>
            </span>
            <span on:click=turn>
                <Button kind=turn_kind kind_of="button" busy disabled=!is_live && !is_tested>
                    {turn_words}
                </Button>
            </span>
            <button
                type="button"
                class="button text"
                aria-label=td_string!(
                    locale,
                    sso_console.act.of,
                    what = td_string!(locale, sso_console.act.remove),
                    name = name
                )
                on:click=remove
            >
                {td_string!(locale, sso_console.act.remove)}
            </button>
        </div>
        {(!is_tested && !is_live).then(|| view! {
            <p class="hint">{td_string!(locale, sso_console.act.test_first)}</p>
        })}
    }
    .into_any()
}

/// Why something at this part was not done, with its reference.
#[component]
pub(super) fn Trouble(room: Room, part: Part) -> impl IntoView {
    let locale = use_locale();
    let words = move || {
        let error = room.trouble(&part)?;
        let text = refused(locale, &part, &error);
        let reference = reference(&error).map(|it| {
            let reference = td_string!(locale, sso_console.trial.reference, reference = it);
            view! { " " <span class="reference">{reference}</span> }
        });
        Some(view! { {text} {reference} })
    };
    view! { <p class="error" role="alert">{words}</p> }
}
