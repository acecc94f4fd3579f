//! "Passwords and sessions": how long people stay signed in, and how long their passwords are.

use leptos::{ev, prelude::*};

use super::{
    fields::given,
    saving::{Proof, SaveBar, Saving},
};
use crate::client::Api;
use crate::i18n::{Locale, td_string, use_locale};
use crate::session::settle;
use crate::ui::{Failed, Heading, Loading, TextField};
use crate::wire::{SessionChoices, SessionSettings, SessionSettingsPage, Strict};

#[component]
pub(crate) fn SessionsPage() -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let answer = Resource::new(
        || (),
        move |()| {
            let api = api.clone();
            async move { settle(api.session_settings().await) }
        },
    );
    let again = Callback::new(move |()| answer.refetch());
    view! {
        <Heading title=td_string!(locale, settings.sessions.title)/>
        <Transition fallback=Loading>
            {move || answer.get().map(|answer| match answer {
                Ok(page) => view! { <Form page/> }.into_any(),
                Err(error) => view! { <Failed error again/> }.into_any(),
            })}
        </Transition>
    }
}

#[derive(Clone, Copy)]
struct Draft {
    total: RwSignal<String>,
    idle: RwSignal<String>,
    minimum: RwSignal<String>,
}

/// What the server would refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    Total,
    Idle,
    IdleLonger,
    Minimum,
}

impl Draft {
    fn new() -> Self {
        Self {
            total: RwSignal::default(),
            idle: RwSignal::default(),
            minimum: RwSignal::default(),
        }
    }

    fn fill(self, settings: &SessionSettings) {
        self.total.set(settings.total_minutes.to_string());
        self.idle.set(settings.idle_minutes.to_string());
        let minimum = settings.password_minimum;
        self.minimum
            .set(minimum.map(|it| it.to_string()).unwrap_or_default());
    }

    /// What makes no number is zero, which nobody may choose.
    fn typed(self, version: String) -> SessionSettings {
        let number = |field| given(field).and_then(|text| text.parse().ok()).unwrap_or(0);
        SessionSettings {
            version,
            total_minutes: number(self.total),
            idle_minutes: number(self.idle),
            password_minimum: given(self.minimum).map(|text| text.parse().unwrap_or(0)),
        }
    }
}

/// What stays as it was is never refused: the operator may have drawn the bounds closer.
fn flaw(
    typed: &SessionSettings,
    saved: &SessionSettings,
    choices: &SessionChoices,
) -> Option<Flaw> {
    let total = choices.shortest_total_minutes..=choices.longest_total_minutes;
    let idle = choices.shortest_idle_minutes..=choices.longest_idle_minutes;
    let minimum = choices.least_password_minimum..=choices.most_password_minimum;
    if typed.total_minutes != saved.total_minutes && !total.contains(&typed.total_minutes) {
        Some(Flaw::Total)
    } else if typed.idle_minutes != saved.idle_minutes && !idle.contains(&typed.idle_minutes) {
        Some(Flaw::Idle)
    } else if typed.idle_minutes > typed.total_minutes {
        Some(Flaw::IdleLonger)
    } else if typed.password_minimum != saved.password_minimum
        && typed
            .password_minimum
            .is_some_and(|it| !minimum.contains(&it))
    {
        Some(Flaw::Minimum)
    } else {
        None
    }
}

#[component]
fn Form(page: SessionSettingsPage) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let SessionSettingsPage { settings, choices } = page;
    let draft = Draft::new();
    draft.fill(&settings);
    let saved = RwSignal::new(settings);
    let typed = Signal::derive(move || draft.typed(saved.with(|saved| saved.version.clone())));
    let fill = Callback::new(move |new: SessionSettings| draft.fill(&new));
    let saving = Saving::new(saved, typed, fill);
    let bounds = StoredValue::new(choices.clone());
    let found = Memo::new(move |_| {
        typed.with(|typed| saved.with(|saved| bounds.with_value(|it| flaw(typed, saved, it))))
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        saving.tried.set(true);
        if found.get_untracked().is_some() {
            return;
        }
        let (putting, looking) = (api.clone(), api.clone());
        saving.submit(
            async move |wanted| Ok(putting.save_sessions(&wanted).await?.settings),
            async move || Ok(looking.session_settings().await?.settings),
        );
    };
    let flawed = Signal::derive(move || found.get().filter(|_| saving.tried.get()));
    view! {
        <form class="rules settings-form" novalidate=true on:submit=submit>
            <Sessions draft choices=choices.clone() flawed/>
            <Passwords draft choices flawed/>
            <p class="hint">{td_string!(locale, settings.sessions.at_once)}</p>
            <SaveBar saving/>
        </form>
        <Proof saving/>
    }
    .into_any()
}

#[component]
fn Sessions(draft: Draft, choices: SessionChoices, flawed: Signal<Option<Flaw>>) -> impl IntoView {
    let locale = use_locale();
    let wrong = move || td_string!(locale, settings.sessions.wrong_number).to_owned();
    let total_error = Signal::derive(move || (flawed.get() == Some(Flaw::Total)).then(wrong));
    let idle_error = Signal::derive(move || match flawed.get()? {
        Flaw::Idle => Some(wrong()),
        Flaw::IdleLonger => Some(td_string!(locale, settings.sessions.idle_longer).to_owned()),
        Flaw::Total | Flaw::Minimum => None,
    });
    let within = |shortest: u32, longest: u32, means: &str| {
        let within = td_string!(
            locale,
            settings.sessions.within,
            shortest = shortest,
            longest = longest
        );
        format!("{within} {means}")
    };
    let strict = match choices.strict {
        Strict::Nobody => None,
        Strict::Admins => Some(td_string!(locale, settings.sessions.strict_admins)),
        Strict::Everyone => Some(td_string!(locale, settings.sessions.strict_everyone)),
    };
    view! {
        <fieldset>
            <legend>{td_string!(locale, settings.sessions.sessions)}</legend>
            <div class="number">
                <TextField
                    label=td_string!(locale, settings.sessions.total)
                    name="session-total"
                    value=draft.total
                    error=total_error
                    hint=within(
                        choices.shortest_total_minutes,
                        choices.longest_total_minutes,
                        td_string!(locale, settings.sessions.total_means),
                    )
                    inputmode="numeric"
                    autocomplete="off"
                />
                <p class="is">{move || span(locale, draft.total)}</p>
            </div>
            {strict.map(|words| view! { <p class="hint">{words}</p> })}
            <div class="number">
                <TextField
                    label=td_string!(locale, settings.sessions.idle)
                    name="session-idle"
                    value=draft.idle
                    error=idle_error
                    hint=within(
                        choices.shortest_idle_minutes,
                        choices.longest_idle_minutes,
                        td_string!(locale, settings.sessions.idle_means),
                    )
                    inputmode="numeric"
                    autocomplete="off"
                />
                <p class="is">{move || span(locale, draft.idle)}</p>
            </div>
        </fieldset>
    }
    .into_any()
}

#[component]
fn Passwords(draft: Draft, choices: SessionChoices, flawed: Signal<Option<Flaw>>) -> impl IntoView {
    let locale = use_locale();
    let error = Signal::derive(move || {
        (flawed.get() == Some(Flaw::Minimum))
            .then(|| td_string!(locale, settings.sessions.wrong_number).to_owned())
    });
    let within = td_string!(
        locale,
        settings.sessions.minimum_hint,
        least = choices.least_password_minimum,
        most = choices.most_password_minimum,
        usual = choices.usual_password_minimum
    );
    let means = td_string!(locale, settings.sessions.minimum_means);
    view! {
        <fieldset>
            <legend>{td_string!(locale, settings.sessions.passwords)}</legend>
            <div class="number">
                <TextField
                    label=td_string!(locale, settings.sessions.minimum)
                    name="password-minimum"
                    value=draft.minimum
                    error
                    hint=format!("{within} {means}")
                    inputmode="numeric"
                    autocomplete="off"
                />
            </div>
        </fieldset>
    }
    .into_any()
}

/// What so many minutes are in hours.
fn span(locale: Locale, minutes: RwSignal<String>) -> Option<String> {
    let minutes: u32 = given(minutes)?.parse().ok().filter(|it| *it >= 60)?;
    Some(td_string!(
        locale,
        settings.sessions.is,
        hours = minutes / 60,
        minutes = minutes % 60
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_hold_for_what_changes() {
        let choices = SessionChoices {
            shortest_total_minutes: 15,
            longest_total_minutes: 1440,
            shortest_idle_minutes: 5,
            longest_idle_minutes: 720,
            usual_password_minimum: 15,
            least_password_minimum: 15,
            most_password_minimum: 64,
            strict: Strict::Nobody,
        };
        let saved = SessionSettings {
            version: "v".into(),
            total_minutes: 2000,
            idle_minutes: 60,
            password_minimum: Some(8),
        };
        type Edit = fn(&mut SessionSettings);
        let table: [(Edit, Option<Flaw>); 9] = [
            (|_| {}, None),
            (|it| it.total_minutes = 1999, Some(Flaw::Total)),
            (|it| it.total_minutes = 0, Some(Flaw::Total)),
            (|it| it.total_minutes = 1440, None),
            (|it| it.idle_minutes = 4, Some(Flaw::Idle)),
            (|it| it.total_minutes = 30, Some(Flaw::IdleLonger)),
            (|it| it.password_minimum = Some(14), Some(Flaw::Minimum)),
            (|it| it.password_minimum = Some(15), None),
            (|it| it.password_minimum = None, None),
        ];
        for (number, (edit, expected)) in table.into_iter().enumerate() {
            let mut typed = saved.clone();
            edit(&mut typed);
            assert_eq!(flaw(&typed, &saved, &choices), expected, "{number}");
        }
    }
}
