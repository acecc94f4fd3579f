//! The fields: how new people are welcomed, and how long links live.

use leptos::{ev, prelude::*};

use super::saving::{Saving, Trouble};
use crate::client::Api;
use crate::i18n::{Locale, error_text, td_string, use_locale};
use crate::session::FreshProofDialog;
use crate::ui::{Button, TextField};
use crate::wire::{InvitationOverview, InvitationPolicy, WelcomeStyle};

#[component]
pub(super) fn InvitationForm(
    overview: InvitationOverview,
    welcome: RwSignal<WelcomeStyle>,
    on_read: Callback<InvitationOverview>,
) -> impl IntoView {
    let saving = Saving::new(Api::use_api(), &overview, welcome, on_read);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        saving.submit();
    };
    view! {
        <form class="rules" novalidate=true on:submit=submit>
            <Welcome passwords=overview.passwords saving/>
            <Days fewest=overview.fewest_days most=overview.most_days saving/>
            <SaveBar saving/>
        </form>
        <FreshProofDialog proof=saving.proof/>
    }
    .into_any()
}

#[component]
fn Welcome(passwords: bool, saving: Saving) -> impl IntoView {
    let locale = use_locale();
    let choice = |style: WelcomeStyle, id: &'static str, hint: &'static str, disabled: bool| {
        let chosen = saving.welcome;
        let hint_id = format!("{id}-hint");
        view! {
            <div class="choice">
                <input
                    id=id
                    type="radio"
                    name="welcome"
                    value=id
                    checked=chosen.get_untracked() == style
                    disabled=disabled
                    aria-describedby=hint_id.clone()
                    on:change=move |_| chosen.set(style)
                />
                <label for=id>{style_name(locale, style)}</label>
                <p class="hint" id=hint_id>{hint}</p>
            </div>
        }
    };
    let temporary_hint = if passwords {
        td_string!(locale, invitation.temporary_hint)
    } else {
        td_string!(locale, invitation.temporary_never)
    };
    let is_lost = !passwords && saving.welcome.get_untracked() == WelcomeStyle::Link;
    view! {
        <fieldset>
            <legend>{td_string!(locale, invitation.welcome)}</legend>
            {choice(
                WelcomeStyle::Link,
                "welcome-link",
                td_string!(locale, invitation.link_hint),
                false,
            )}
            {choice(
                WelcomeStyle::TemporaryPassword,
                "welcome-temporary",
                temporary_hint,
                is_lost,
            )}
        </fieldset>
    }
    .into_any()
}

#[component]
fn Days(fewest: u16, most: u16, saving: Saving) -> impl IntoView {
    let locale = use_locale();
    let error = Signal::derive(move || {
        let is_wrong = saving
            .trouble
            .with(|trouble| *trouble == Some(Trouble::Days));
        is_wrong.then(|| td_string!(locale, invitation.wrong_days, fewest = fewest, most = most))
    });
    view! {
        <fieldset>
            <legend>{td_string!(locale, invitation.life)}</legend>
            <TextField
                label=td_string!(locale, invitation.days)
                name="days"
                value=saving.days
                error
                hint=td_string!(locale, invitation.days_hint, fewest = fewest, most = most)
                inputmode="numeric"
                autocomplete="off"
                class="days"
                node_ref=saving.field
            />
        </fieldset>
    }
    .into_any()
}

/// *Save*, and what became of it.
#[component]
fn SaveBar(saving: Saving) -> impl IntoView {
    let locale = use_locale();
    let failed = move || match saving.trouble.get() {
        Some(Trouble::Failed(error)) => Some(error_text(locale, &error)),
        Some(Trouble::Overtaken(theirs)) => Some(overtaken(locale, &theirs)),
        Some(Trouble::Days) | None => None,
    };
    let state = move || {
        if saving.changed() {
            Some(td_string!(locale, invitation.changed))
        } else if saving.saved_once.get() {
            Some(td_string!(locale, invitation.saved))
        } else {
            None
        }
    };
    view! {
        <div class="save-bar">
            <div class="needs-program">
                <Button busy=saving.busy>{td_string!(locale, invitation.save)}</Button>
            </div>
            <p class="state-of-it" class:good=move || !saving.changed() role="status">{state}</p>
            <p class="error" role="alert">{failed}</p>
            // The browser takes what is in here for text when scripts run.
            <noscript inner_html=td_string!(locale, invitation.needs_scripts)></noscript>
        </div>
    }
    .into_any()
}

fn style_name(locale: Locale, style: WelcomeStyle) -> &'static str {
    match style {
        WelcomeStyle::Link => td_string!(locale, invitation.link),
        WelcomeStyle::TemporaryPassword => td_string!(locale, invitation.temporary),
    }
}

/// What somebody else saved while this was typed.
fn overtaken(locale: Locale, theirs: &InvitationPolicy) -> String {
    let days = match theirs.days {
        1 => td_string!(locale, invitation.one_day).to_owned(),
        days => td_string!(locale, invitation.many_days, days = days),
    };
    td_string!(
        locale,
        invitation.overtaken,
        style = style_name(locale, theirs.welcome),
        days = days
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_overtaken_reads_what_was_saved() {
        let theirs = |days| InvitationPolicy {
            version: 2,
            days,
            welcome: WelcomeStyle::Link,
        };
        assert_eq!(
            overtaken(Locale::en, &theirs(1)),
            "Somebody else has just saved: A link, 1 day. Save again to replace that with what stands here."
        );
        assert_eq!(
            overtaken(Locale::de, &theirs(7)),
            "Gerade hat jemand anders gespeichert: Ein Link, 7 Tage. Speichern Sie noch einmal, um das durch Ihre Eingaben zu ersetzen."
        );
    }
}
