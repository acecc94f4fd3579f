//! The company's e-mail domains, each with the record that proves it.

use leptos::{ev, prelude::*};

use super::card::Trouble;
use super::room::{Part, Room, refused};
use super::there::ToCopy;
use crate::i18n::{Locale, moment, td_string, use_locale};
use crate::ui::{Button, ButtonKind, Dialog, Empty, TextField};
use crate::wire::{Domain, DomainState, NameDomain};

#[component]
pub(super) fn Domains(room: Room) -> impl IntoView {
    let locale = use_locale();
    let domains = Memo::new(move |_| room.page.with(|page| page.domains.clone()));
    let removing = RwSignal::new(None::<String>);
    // What a check has just found.
    let found = RwSignal::new(None::<String>);
    let empty = move || {
        domains.with(Vec::is_empty).then(|| {
            view! {
                <Empty
                    title=td_string!(locale, sso_console.domains.empty)
                    text=td_string!(locale, sso_console.domains.empty_text)
                />
            }
        })
    };
    view! {
        <section class="domains" aria-labelledby="domains-title">
            <h2 id="domains-title">{td_string!(locale, sso_console.domains.title)}</h2>
            <p>{td_string!(locale, sso_console.domains.lead)}</p>
            {empty}
            <ul>
                <For each=move || domains.get() key=|it| (it.domain.clone(), it.state as u8, it.checked_at.clone()) let:domain>
                    <One room domain removing found/>
                </For>
            </ul>
            <Add room/>
        </section>
        <RemoveDomain room removing/>
    }
    .into_any()
}

#[component]
fn Add(room: Room) -> impl IntoView {
    let locale = use_locale();
    let typed = RwSignal::new(String::new());
    let busy = Signal::derive(move || room.is_busy(&Part::Domains));
    let wrong = RwSignal::new(false);
    let error = Signal::derive(move || {
        if wrong.get() {
            return Some(td_string!(locale, sso_console.domains.wrong).to_owned());
        }
        let error = room.trouble(&Part::Domains)?;
        Some(refused(locale, &Part::Domains, &error))
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let domain = typed.with_untracked(|typed| typed.trim().to_owned());
        wrong.set(!is_domain(&domain));
        if wrong.get_untracked() {
            return;
        }
        let named = NameDomain { domain };
        room.act(
            Part::Domains,
            async move |api| api.claim_domain(&named).await,
            move || typed.set(String::new()),
        );
    };
    view! {
        <form class="add-domain" novalidate=true on:submit=submit>
            <TextField
                label=td_string!(locale, sso_console.domains.domain)
                name="domain"
                value=typed
                error
                hint=td_string!(locale, sso_console.domains.domain_hint)
                inputmode="url"
                autocomplete="off"
            />
            <div class="needs-program">
                <Button kind=ButtonKind::Quiet busy>
                    {td_string!(locale, sso_console.domains.add)}
                </Button>
            </div>
        </form>
    }
    .into_any()
}

/// Whether this may be a domain; the server looks closer.
fn is_domain(text: &str) -> bool {
    let has_dot = text.trim_end_matches('.').contains('.');
    has_dot && !text.contains(|c: char| c.is_whitespace() || "@/:".contains(c))
}

fn state_words(locale: Locale, state: DomainState) -> (&'static str, &'static str) {
    match state {
        DomainState::Claimed => (
            td_string!(locale, sso_console.domains.claimed),
            "mark claimed",
        ),
        DomainState::Verified => (
            td_string!(locale, sso_console.domains.verified),
            "mark good",
        ),
        DomainState::Vouched => (td_string!(locale, sso_console.domains.vouched), "mark good"),
        DomainState::Lost => (td_string!(locale, sso_console.domains.lost), "mark lost"),
    }
}

#[component]
fn One(
    room: Room,
    domain: Domain,
    removing: RwSignal<Option<String>>,
    found: RwSignal<Option<String>>,
) -> impl IntoView {
    let locale = use_locale();
    let (state, class) = state_words(locale, domain.state);
    let checked = domain.checked_at.as_deref().map(|at| {
        td_string!(
            locale,
            sso_console.domains.checked,
            when = moment(locale, at)
        )
    });
    let name = domain.domain.clone();
    let part = Part::Domain(name.clone());
    let said = {
        let name = name.clone();
        move || {
            let is_this = found.with(|found| found.as_ref() == Some(&name));
            is_this.then(|| td_string!(locale, sso_console.domains.found, domain = name.clone()))
        }
    };
    let record = domain.record.clone().zip(domain.value.clone());
    let has_record = record.is_some();
    // What is proven needs no telling how, until somebody asks.
    let open = matches!(domain.state, DomainState::Claimed | DomainState::Lost);
    view! {
        <li class="domain">
            <div class="head">
                <h3>{name.clone()}</h3>
                <p class=class>{state}</p>
                {checked.map(|words| view! { <p class="hint">{words}</p> })}
            </div>
            <Ways room part=part.clone() name=name.clone() has_record removing found/>
            <p class="said" role="status">{said}</p>
            <Trouble room part/>
            {record.map(|(record, value)| view! { <Record record value open/> })}
        </li>
    }
    .into_any()
}

/// *Check now* and *Remove*.
#[component]
fn Ways(
    room: Room,
    part: Part,
    name: String,
    has_record: bool,
    removing: RwSignal<Option<String>>,
    found: RwSignal<Option<String>>,
) -> impl IntoView {
    let locale = use_locale();
    let of = |what: &'static str| {
        td_string!(locale, sso_console.act.of, what = what, name = name.clone())
    };
    let check_label = of(td_string!(locale, sso_console.domains.check));
    let remove_label = of(td_string!(locale, sso_console.domains.remove));
    let busy = {
        let part = part.clone();
        Signal::derive(move || room.is_busy(&part))
    };
    let check = {
        let (part, name) = (part.clone(), name.clone());
        move |_| {
            found.set(None);
            let (asked, done) = (name.clone(), name.clone());
            room.act(
                part.clone(),
                async move |api| api.check_domain(&asked).await,
                move || found.set(Some(done)),
            );
        }
    };
    let remove = move |_| removing.set(Some(name.clone()));
    view! {
        <div class="choices needs-program">
            {has_record.then(|| view! {
                <button
                    type="button"
                    class="button quiet"
                    class:busy=busy
                    aria-label=check_label
                    aria-busy=move || busy.get().then_some("true")
                    disabled=busy
                    on:click=check
                >
                    {td_string!(locale, sso_console.domains.check)}
                </button>
            })}
            <button type="button" class="button text" aria-label=remove_label on:click=remove>
                {td_string!(locale, sso_console.domains.remove)}
            </button>
        </div>
    }
    .into_any()
}

#[component]
fn Record(record: String, value: String, open: bool) -> impl IntoView {
    let locale = use_locale();
    view! {
        <details class="record" open=open>
            <summary>{td_string!(locale, sso_console.domains.record_is)}</summary>
            <ToCopy name=td_string!(locale, sso_console.domains.record) text=record/>
            <ToCopy name=td_string!(locale, sso_console.domains.value) text=value/>
        </details>
    }
    .into_any()
}

#[component]
fn RemoveDomain(room: Room, removing: RwSignal<Option<String>>) -> impl IntoView {
    let locale = use_locale();
    let open = RwSignal::new(false);
    Effect::new(move || open.set(removing.with(Option::is_some)));
    Effect::new(move |was: Option<bool>| {
        let is = open.get();
        if was == Some(true) && !is {
            removing.set(None);
        }
        is
    });
    let named = move || removing.get().unwrap_or_default();
    let title =
        Signal::derive(move || td_string!(locale, sso_console.domains.sure, domain = named()));
    let go_on = move |_| {
        let domain = named();
        removing.set(None);
        room.act(
            Part::Domain(domain.clone()),
            async move |api| api.remove_domain(&domain).await,
            || {},
        );
    };
    view! {
        <Dialog title id="remove-domain-title" open>
            <div class="dialog-form">
                <p>{td_string!(locale, sso_console.domains.sure_text, domain = named())}</p>
                <div class="choices">
                    <button type="button" class="button danger" on:click=go_on>
                        {td_string!(locale, sso_console.domains.go_on)}
                    </button>
                    <button type="button" class="button text" on:click=move |_| removing.set(None)>
                        {td_string!(locale, sso_console.domains.keep)}
                    </button>
                </div>
            </div>
        </Dialog>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::is_domain;

    #[test]
    fn slips_are_told_before() {
        for domain in ["acme.example", "mail.acme.example.", "bücher.example"] {
            assert!(is_domain(domain), "{domain}");
        }
        for text in [
            "",
            "acme",
            "acme.",
            "ada@acme.example",
            "https://acme.example",
            "a b.example",
        ] {
            assert!(!is_domain(text), "{text}");
        }
    }
}
