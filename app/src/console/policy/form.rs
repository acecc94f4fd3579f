//! The policy's fields. Each keeps its own state in the browser; `draft` reads them.

use leptos::{ev, prelude::*};

use super::draft::{Flaw, METHODS, MODES, STRICT, method_name, mode_name, strict_name};
use super::saving::{Saving, Sure, Trouble};
use crate::client::Api;
use crate::i18n::{error_text, td_string, use_locale};
use crate::session::FreshProofDialog;
use crate::ui::Button;
use crate::wire::{
    Method, PolicyChoices, Strict, TwoFactorMode, TwoFactorOverview, TwoFactorPolicy,
};

#[component]
pub(super) fn PolicyForm(
    policy: TwoFactorPolicy,
    choices: PolicyChoices,
    on_saved: Callback<TwoFactorOverview>,
) -> impl IntoView {
    let saving = Saving::new(Api::use_api(), policy.clone(), choices.clone(), on_saved);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        saving.submit();
    };
    view! {
        <form
            class="rules"
            novalidate=true
            node_ref=saving.form
            on:submit=submit
            on:input=move |_| saving.note_change()
        >
            <Mode policy=policy.clone() choices=choices.clone() saving/>
            <Ways chosen=policy.methods.clone() saving/>
            <TrustDays chosen=policy.trust_days.clone() offered=choices.trust_days.clone()/>
            <StrictMode chosen=policy.strict/>
            <AdminCode minutes=policy.admin_code_minutes choices saving/>
            <SaveBar saving/>
        </form>
        <Sure saving/>
        <FreshProofDialog proof=saving.proof/>
    }
    .into_any()
}

/// A radio button or a box to tick, with a sentence about it.
#[component]
fn Choice(
    kind: &'static str,
    name: &'static str,
    #[prop(into)] value: String,
    #[prop(into)] label: String,
    checked: bool,
    #[prop(optional)] hint: &'static str,
    /// Of the input; one of its kind in the document.
    #[prop(into)]
    id: String,
    #[prop(optional)] described_by: Option<&'static str>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let described = match (hint.is_empty(), described_by) {
        (true, None) => None,
        (true, Some(more)) => Some(more.to_owned()),
        (false, None) => Some(hint_id.clone()),
        (false, Some(more)) => Some(format!("{hint_id} {more}")),
    };
    view! {
        <div class="choice">
            <input id=id.clone() type=kind name=name value=value checked=checked aria-describedby=described/>
            <label for=id>{label}</label>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
        </div>
    }
    .into_any()
}

#[component]
fn Mode(policy: TwoFactorPolicy, choices: PolicyChoices, saving: Saving) -> impl IntoView {
    let locale = use_locale();
    let options = MODES.map(|mode| {
        let (label, hint) = match mode {
            TwoFactorMode::Off => (
                td_string!(locale, console.policy.off),
                td_string!(locale, console.policy.off_hint),
            ),
            TwoFactorMode::Optional => (
                td_string!(locale, console.policy.optional),
                td_string!(locale, console.policy.optional_hint),
            ),
            TwoFactorMode::Required => (
                td_string!(locale, console.policy.required),
                td_string!(locale, console.policy.required_hint),
            ),
        };
        let name = mode_name(mode);
        let checked = policy.mode == mode;
        view! { <Choice kind="radio" name="mode" value=name label hint checked id=format!("mode-{name}")/> }
    });
    // A day that has passed stays as it is.
    let earliest = policy.required_from.clone();
    let earliest = earliest
        .filter(|from| *from < choices.today)
        .unwrap_or(choices.today);
    view! {
        <fieldset>
            <legend>{td_string!(locale, console.policy.mode)}</legend>
            {options.into_iter().collect_view()}
            <div class="field from">
                <label for="required-from">{td_string!(locale, console.policy.from)}</label>
                <input
                    id="required-from"
                    name="from"
                    type="date"
                    min=earliest
                    value=policy.required_from.clone()
                    aria-describedby="required-from-hint required-from-error"
                    aria-invalid=move || saving.is_flawed(Flaw::Day)
                />
                <p class="hint" id="required-from-hint">{td_string!(locale, console.policy.from_hint)}</p>
                <FlawText id="required-from-error" flaw=Flaw::Day saving/>
            </div>
        </fieldset>
    }
    .into_any()
}

#[component]
fn Ways(chosen: Vec<Method>, saving: Saving) -> impl IntoView {
    let locale = use_locale();
    let options = METHODS.map(|method| {
        let (label, hint) = match method {
            Method::Email => (
                td_string!(locale, console.policy.email),
                td_string!(locale, console.policy.email_hint),
            ),
            Method::App | Method::BackupCode => (
                td_string!(locale, console.policy.app),
                td_string!(locale, console.policy.app_hint),
            ),
        };
        let name = method_name(method);
        let checked = chosen.contains(&method);
        view! {
            <Choice
                kind="checkbox"
                name="methods"
                value=name
                label
                hint
                checked
                id=format!("way-{name}")
                described_by="ways-error"
            />
        }
    });
    view! {
        <fieldset>
            <legend>{td_string!(locale, console.policy.ways)}</legend>
            {options.into_iter().collect_view()}
            <FlawText id="ways-error" flaw=Flaw::NoWay saving/>
        </fieldset>
    }
    .into_any()
}

#[component]
fn TrustDays(chosen: Vec<u16>, offered: Vec<u16>) -> impl IntoView {
    let locale = use_locale();
    let mut days: Vec<u16> = offered.into_iter().chain(chosen.iter().copied()).collect();
    days.sort_unstable();
    days.dedup();
    let hint = if days.is_empty() {
        td_string!(locale, console.policy.trust_never)
    } else {
        td_string!(locale, console.policy.trust_hint)
    };
    let options = days.into_iter().map(|days| {
        let label = td_string!(locale, console.policy.days, days = days);
        let checked = chosen.contains(&days);
        view! {
            <Choice
                kind="checkbox"
                name="days"
                value=days.to_string()
                label
                checked
                id=format!("days-{days}")
                described_by="days-hint"
            />
        }
    });
    view! {
        <fieldset>
            <legend>{td_string!(locale, console.policy.trust)}</legend>
            <p class="hint" id="days-hint">{hint}</p>
            <div class="in-a-row">{options.collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

#[component]
fn StrictMode(chosen: Strict) -> impl IntoView {
    let locale = use_locale();
    let options = STRICT.map(|strict| {
        let label = match strict {
            Strict::Nobody => td_string!(locale, console.policy.nobody),
            Strict::Admins => td_string!(locale, console.policy.admins),
            Strict::Everyone => td_string!(locale, console.policy.everyone),
        };
        let name = strict_name(strict);
        let checked = chosen == strict;
        view! {
            <Choice
                kind="radio"
                name="strict"
                value=name
                label
                checked
                id=format!("strict-{name}")
                described_by="strict-hint"
            />
        }
    });
    view! {
        <fieldset>
            <legend>{td_string!(locale, console.policy.strict)}</legend>
            <p class="hint" id="strict-hint">{td_string!(locale, console.policy.strict_hint)}</p>
            <div class="in-a-row">{options.into_iter().collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

#[component]
fn AdminCode(minutes: u16, choices: PolicyChoices, saving: Saving) -> impl IntoView {
    let locale = use_locale();
    let (shortest, longest) = (
        choices.shortest_admin_code_minutes,
        choices.longest_admin_code_minutes,
    );
    view! {
        <fieldset>
            <legend>{td_string!(locale, console.policy.admin_code)}</legend>
            <div class="field minutes">
                <label for="admin-code">{td_string!(locale, console.policy.minutes)}</label>
                <input
                    id="admin-code"
                    name="minutes"
                    type="number"
                    inputmode="numeric"
                    min=shortest
                    max=longest
                    value=minutes
                    aria-describedby="admin-code-hint admin-code-error"
                    aria-invalid=move || saving.is_flawed(Flaw::Minutes)
                />
                <p class="hint" id="admin-code-hint">
                    {td_string!(
                        locale,
                        console.policy.minutes_hint,
                        shortest = shortest,
                        longest = longest
                    )}
                </p>
                <FlawText id="admin-code-error" flaw=Flaw::Minutes saving/>
            </div>
        </fieldset>
    }
    .into_any()
}

/// What is wrong with a field, once somebody tried to save it.
#[component]
fn FlawText(id: &'static str, flaw: Flaw, saving: Saving) -> impl IntoView {
    let locale = use_locale();
    let words = match flaw {
        Flaw::NoWay => td_string!(locale, console.policy.no_way),
        Flaw::Day => td_string!(locale, console.policy.wrong_day),
        Flaw::Minutes => td_string!(locale, console.policy.wrong_minutes),
    };
    view! {
        <p class="error" id=id role="alert">
            {move || saving.is_flawed(flaw).map(|_| words)}
        </p>
    }
}

/// *Save*, and what became of it.
#[component]
fn SaveBar(saving: Saving) -> impl IntoView {
    let locale = use_locale();
    let failed = move || match saving.trouble.get() {
        Some(Trouble::Failed(error)) => Some(error_text(locale, &error)),
        _ => None,
    };
    let state = move || {
        if saving.changed.get() {
            Some(td_string!(locale, console.policy.changed))
        } else if saving.saved_once.get() {
            Some(td_string!(locale, console.policy.saved))
        } else {
            None
        }
    };
    view! {
        <div class="save-bar">
            <div class="needs-program">
                <Button busy=saving.busy>{td_string!(locale, console.policy.save)}</Button>
            </div>
            <p class="state-of-it" class:good=move || !saving.changed.get() role="status">{state}</p>
            <p class="error" role="alert">{failed}</p>
            // The browser takes what is in here for text when scripts run.
            <noscript inner_html=td_string!(locale, console.policy.needs_scripts)></noscript>
        </div>
    }
    .into_any()
}
