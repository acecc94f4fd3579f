//! The password: when it was changed, and a new one in its place.

use leptos::{ev, html, prelude::*, task::spawn_local};

use super::room::{Cancel, Doing, PASSWORD, Room};
use crate::client::{Api, ApiError};
use crate::i18n::{error_text, moment, td_string, use_locale};
use crate::session::settle;
use crate::ui::{Button, Failure, PasswordField, StrengthMeter};
use crate::wire::{PasswordFlaw, PasswordState, ProblemCode, ReplacePassword};

#[component]
pub(super) fn Password(password: PasswordState, room: Room) -> impl IntoView {
    let locale = use_locale();
    let PasswordState {
        is_set,
        changed_at,
        minimum,
    } = password;
    let said = match changed_at {
        _ if !is_set => td_string!(locale, profile.password.none).to_owned(),
        Some(at) => td_string!(
            locale,
            profile.password.changed_at,
            time = moment(locale, &at)
        ),
        None => td_string!(locale, profile.password.never).to_owned(),
    };
    view! {
        <p>{said}</p>
        {is_set.then(|| view! {
            <button
                type="button"
                class="button quiet needs-program"
                aria-haspopup="dialog"
                on:click=move |_| room.begin(locale, Doing::ChangePassword { minimum })
            >
                {td_string!(locale, profile.password.change)}
            </button>
        })}
    }
    .into_any()
}

/// A field and what is wrong with it.
#[derive(Clone, Copy)]
struct Field {
    value: RwSignal<String>,
    error: RwSignal<Option<String>>,
    input: NodeRef<html::Input>,
}

impl Field {
    fn new() -> Self {
        Self {
            value: RwSignal::default(),
            error: RwSignal::default(),
            input: NodeRef::new(),
        }
    }

    fn point_out(self, text: String) {
        self.error.set(Some(text));
        if let Some(input) = self.input.get_untracked() {
            let _ = input.focus();
            input.select();
        }
    }
}

#[component]
pub(super) fn ChangePassword(
    room: Room,
    /// Characters at least.
    minimum: u16,
) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let (current, new) = (Field::new(), Field::new());
    let failure = RwSignal::new(None::<ApiError>);
    let busy = RwSignal::new(false);
    let fail = move |error: ApiError| match (&error, error.code()) {
        (_, Some(ProblemCode::WrongCredentials)) => {
            current.point_out(td_string!(locale, profile.password.wrong).to_owned());
        }
        (ApiError::Problem(problem), Some(ProblemCode::PasswordRefused)) => {
            new.point_out(match problem.password {
                Some(PasswordFlaw::Unchanged) => {
                    td_string!(locale, profile.password.unchanged).to_owned()
                }
                _ => error_text(locale, &error),
            });
        }
        _ => failure.set(Some(error)),
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        current.error.set(None);
        new.error.set(None);
        failure.set(None);
        let typed = ReplacePassword {
            current: current.value.get_untracked(),
            password: new.value.get_untracked(),
        };
        if typed.current.is_empty() {
            return current
                .point_out(td_string!(locale, profile.password.current_missing).to_owned());
        }
        if typed.password.is_empty() {
            return new.point_out(td_string!(locale, profile.password.new_missing).to_owned());
        }
        busy.set(true);
        let api = api.clone();
        spawn_local(async move {
            // The present password is the proof.
            let answer = settle(api.replace_password(&typed).await);
            let gone = busy.try_set(false).is_some();
            match answer {
                Ok(()) => room.done(td_string!(locale, profile.password.saved), PASSWORD),
                Err(error) if !gone => fail(error),
                Err(_) => {}
            }
        });
    };
    view! {
        <form class="dialog-form" novalidate=true on:submit=submit>
            <p>{td_string!(locale, profile.password.text)}</p>
            <Failure error=failure/>
            <PasswordField
                label=td_string!(locale, profile.password.current)
                name="current"
                value=current.value
                error=current.error
                autocomplete="current-password"
                autofocus=true
                node_ref=current.input
            />
            <PasswordField
                label=td_string!(locale, profile.password.new)
                name="password"
                id="new-password"
                value=new.value
                error=new.error
                hint=td_string!(locale, profile.password.rules, minimum = minimum)
                autocomplete="new-password"
                node_ref=new.input
            />
            <StrengthMeter password=new.value minimum id="strength"/>
            <div class="choices">
                <Button busy>{td_string!(locale, profile.password.save)}</Button>
                <Cancel room/>
            </div>
        </form>
    }
    .into_any()
}
