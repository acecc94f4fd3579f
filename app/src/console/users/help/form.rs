//! The question that every help begins with: a reason, and the administrator's own password when their proof is old.

use leptos::{ev, html, prelude::*, task::spawn_local};

use super::{Help, Outcome, Useless, useless};
use crate::client::{Api, ApiError};
use crate::console::users::room::{Room, Whom};
use crate::console::users::sure::Cancel;
use crate::i18n::{Locale, duration, error_text, td_string, use_locale};
use crate::session::settle;
use crate::ui::{Button, PasswordField};
use crate::wire::{BulkAction, BulkKind, ProblemCode};

/// Characters that the audit log keeps of a reason.
const LONGEST: usize = 500;

/// What the form cannot be sent for, or why it came back.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Flaw {
    ReasonMissing,
    ReasonTooLong,
    PasswordMissing,
    PasswordWrong,
    Failed(ApiError),
}

impl Flaw {
    fn of(error: ApiError) -> Self {
        match error.code() {
            Some(ProblemCode::WrongCredentials) => Self::PasswordWrong,
            Some(ProblemCode::ReasonMissing) => Self::ReasonMissing,
            _ => Self::Failed(error),
        }
    }

    fn words(&self, locale: Locale, help: Help) -> String {
        let words = match self {
            Self::ReasonMissing => td_string!(locale, console.help.reason_missing),
            Self::ReasonTooLong => td_string!(locale, console.help.too_long),
            Self::PasswordMissing => td_string!(locale, console.help.password_missing),
            Self::PasswordWrong => td_string!(locale, console.help.password_wrong),
            Self::Failed(error) => return failure(locale, help, error),
        };
        words.to_owned()
    }

    fn is_about_password(&self) -> bool {
        matches!(self, Self::PasswordMissing | Self::PasswordWrong)
    }

    fn is_about_reason(&self) -> bool {
        matches!(self, Self::ReasonMissing | Self::ReasonTooLong)
    }
}

/// Why the server did not help, in words about this help.
fn failure(locale: Locale, help: Help, error: &ApiError) -> String {
    if let ApiError::Problem(problem) = error {
        match (problem.code, help) {
            (ProblemCode::ResendTooEarly, _) => {
                let time = duration(locale, problem.retry_after.unwrap_or(1));
                return td_string!(locale, console.send_reset.limit, time = time);
            }
            (ProblemCode::NothingSetUp, Help::BackupCode) => {
                return td_string!(locale, console.backup_code.not_asked).to_owned();
            }
            (ProblemCode::NothingSetUp, Help::SendReset) => {
                return useless(locale, Useless::NoPassword).to_owned();
            }
            _ => {}
        }
    }
    error_text(locale, error)
}

/// The reason as the audit log keeps it: what was chosen, what was written, or both.
fn reason(chosen: &str, details: &str) -> Result<String, Flaw> {
    let reason = match (chosen.trim(), details.trim()) {
        ("", "") => return Err(Flaw::ReasonMissing),
        ("", one) | (one, "") => one.to_owned(),
        (chosen, details) => format!("{chosen}: {details}"),
    };
    if reason.chars().count() > LONGEST {
        return Err(Flaw::ReasonTooLong);
    }
    Ok(reason)
}

/// How a sending ended that did not fail.
#[derive(Clone, PartialEq, Eq)]
enum Sent {
    Done(Outcome),
    ProofNeeded,
}

/// What the dialog holds while it is open.
#[derive(Clone, Copy)]
struct Form {
    help: Help,
    whom: StoredValue<Whom>,
    chosen: RwSignal<String>,
    details: RwSignal<String>,
    password: RwSignal<String>,
    proof_needed: RwSignal<bool>,
    flaw: RwSignal<Option<Flaw>>,
    busy: RwSignal<bool>,
}

impl Form {
    fn new(help: Help, whom: Whom) -> Self {
        Self {
            help,
            whom: StoredValue::new(whom),
            chosen: RwSignal::default(),
            details: RwSignal::default(),
            password: RwSignal::default(),
            proof_needed: RwSignal::new(false),
            flaw: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    /// Proves who the administrator is, if that was asked, then helps.
    async fn send(self, api: Api) -> Result<Sent, Flaw> {
        let reason = reason(&self.chosen.get_untracked(), &self.details.get_untracked())?;
        if self.proof_needed.get_untracked() {
            let password = self.password.get_untracked();
            if password.is_empty() {
                return Err(Flaw::PasswordMissing);
            }
            let proved = settle(api.prove_again(password).await);
            proved.map_err(Flaw::of)?;
        }
        match settle(ask(&api, self.help, self.whom.get_value(), reason).await) {
            Ok(outcome) => Ok(Sent::Done(outcome)),
            Err(error) => match error.code() {
                // Somebody else was faster: what was wanted is done.
                Some(ProblemCode::NotLocked) => Ok(Sent::Done(Outcome::Done)),
                Some(ProblemCode::NothingToDo) if self.help == Help::Disable => {
                    Ok(Sent::Done(Outcome::Done))
                }
                Some(ProblemCode::FreshProofNeeded) => Ok(Sent::ProofNeeded),
                _ => Err(Flaw::of(error)),
            },
        }
    }
}

/// Asks the server for it.
async fn ask(api: &Api, help: Help, whom: Whom, reason: String) -> Result<Outcome, ApiError> {
    let id = match whom {
        Whom::One { id, .. } => id,
        Whom::Many(ids) => {
            let action = match help {
                Help::Disable => BulkKind::Disable,
                // The others are done for one person at a time.
                Help::Unlock | Help::BackupCode | Help::ResetTwoFactor | Help::SendReset => {
                    BulkKind::Unlock
                }
            };
            let wanted = BulkAction {
                ids,
                action,
                reason: Some(reason),
                presence_list: None,
            };
            let outcome = api.bulk(&wanted).await?;
            return Ok(Outcome::ToMany(action, outcome));
        }
    };
    match help {
        Help::Unlock => api.unlock(&id, reason).await?,
        Help::BackupCode => return api.make_backup_code(&id, reason).await.map(Outcome::Code),
        Help::ResetTwoFactor => api.reset_two_factor(&id, reason).await?,
        Help::SendReset => api.send_password_reset(&id, reason).await?,
        Help::Disable => api.disable_user(&id, reason).await?,
    }
    Ok(Outcome::Done)
}

#[component]
pub(super) fn HelpForm(
    room: Room,
    help: Help,
    whom: Whom,
    /// Called when it is done.
    finish: Callback<Outcome>,
) -> impl IntoView {
    let locale = use_locale();
    // Somebody may be on the telephone; whoever is disabled seldom is.
    let on_the_phone = matches!(whom, Whom::One { .. }) && help != Help::Disable;
    let form = Form::new(help, whom);
    let password = NodeRef::<html::Input>::new();
    // Asking for the password moves focus to it, and a wrong one is typed anew.
    Effect::new(move || {
        let asked = form.proof_needed.get();
        let flawed = form
            .flaw
            .with(|flaw| flaw.as_ref().is_some_and(Flaw::is_about_password));
        if let Some(field) = password.get().filter(|_| asked || flawed) {
            let _ = field.focus();
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if form.busy.get_untracked() {
            return;
        }
        form.busy.set(true);
        form.flaw.set(None);
        let api = room.api.get_value();
        spawn_local(async move {
            let outcome = form.send(api).await;
            // The dialog may have been closed meanwhile.
            let is_done = matches!(outcome, Ok(Sent::Done(_)));
            if form.busy.try_set(false).is_some() && !is_done {
                return;
            }
            match outcome {
                Ok(Sent::Done(outcome)) => finish.run(outcome),
                Ok(Sent::ProofNeeded) => form.proof_needed.set(true),
                Err(flaw) => {
                    form.password.set(String::new());
                    form.flaw.set(Some(flaw));
                }
            }
        });
    };
    let said = move |about_password: bool| {
        let flaw = form.flaw.get();
        let flaw = flaw.filter(|flaw| flaw.is_about_password() == about_password);
        flaw.map(|flaw| flaw.words(locale, help))
    };
    view! {
        <form class="dialog-form" novalidate=true on:submit=submit>
            <p>{help.text(locale)}</p>
            {on_the_phone.then(|| view! {
                <p><strong>{td_string!(locale, console.help.identity)}</strong></p>
            })}
            <ReasonFields form/>
            {move || form.proof_needed.get().then(|| view! {
                <p role="status">{td_string!(locale, console.help.proof)}</p>
                <PasswordField
                    label=td_string!(locale, console.help.password)
                    name="password"
                    id="proof-password"
                    value=form.password
                    autocomplete="current-password"
                    error=Signal::derive(move || said(true))
                    node_ref=password
                />
            })}
            <p class="error" id="help-error" role="alert">{move || said(false)}</p>
            <div class="choices">
                <Button busy=form.busy>{help.name(locale)}</Button>
                <Cancel room/>
            </div>
        </form>
    }
    .into_any()
}

/// What people ask for this help for.
fn presets(locale: Locale, help: Help) -> [&'static str; 3] {
    match help {
        Help::Unlock => [
            td_string!(locale, console.unlock.mistyped),
            td_string!(locale, console.unlock.late_mail),
            td_string!(locale, console.unlock.confirmed),
        ],
        Help::BackupCode => [
            td_string!(locale, console.backup_code.lost),
            td_string!(locale, console.backup_code.forgotten),
            td_string!(locale, console.backup_code.no_mail),
        ],
        Help::ResetTwoFactor => [
            td_string!(locale, console.reset_two_factor.new_phone),
            td_string!(locale, console.reset_two_factor.lost),
            td_string!(locale, console.reset_two_factor.removed),
        ],
        Help::SendReset => [
            td_string!(locale, console.send_reset.forgotten),
            td_string!(locale, console.send_reset.known),
            td_string!(locale, console.send_reset.away),
        ],
        Help::Disable => [
            td_string!(locale, people.disable.left),
            td_string!(locale, people.disable.pause),
            td_string!(locale, people.disable.suspicion),
        ],
    }
}

/// A reason to choose, and room for another.
#[component]
fn ReasonFields(form: Form) -> impl IntoView {
    let locale = use_locale();
    let reasons = presets(locale, form.help);
    let flawed = move || {
        let flaw = form.flaw.get();
        flaw.is_some_and(|flaw| flaw.is_about_reason())
            .then_some("true")
    };
    view! {
        <div class="field">
            <label for="help-reason">{td_string!(locale, console.help.preset)}</label>
            <select
                id="help-reason"
                autofocus=true
                aria-invalid=flawed
                aria-describedby="help-error"
                on:change:target=move |event| form.chosen.set(event.target().value())
            >
                <option value="">{td_string!(locale, console.help.choose)}</option>
                {reasons.into_iter().map(|reason| view! { <option value=reason>{reason}</option> }).collect_view()}
                <option value=" ">{td_string!(locale, console.help.other)}</option>
            </select>
        </div>
        <div class="field">
            <label for="help-details">{td_string!(locale, console.help.details)}</label>
            <textarea
                id="help-details"
                rows="2"
                aria-describedby="help-details-hint help-error"
                on:input:target=move |event| form.details.set(event.target().value())
            ></textarea>
            <p class="hint" id="help-details-hint">
                {td_string!(locale, console.help.details_hint)}
            </p>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_chosen_written_or_both() {
        assert_eq!(reason("", "  "), Err(Flaw::ReasonMissing));
        assert_eq!(reason(" ", ""), Err(Flaw::ReasonMissing));
        assert_eq!(reason("Mistyped", ""), Ok("Mistyped".to_owned()));
        assert_eq!(reason(" ", " new phone "), Ok("new phone".to_owned()));
        assert_eq!(
            reason("Mistyped", "twice"),
            Ok("Mistyped: twice".to_owned())
        );
    }

    #[test]
    fn a_reason_is_counted_in_characters() {
        assert!(reason("", &"ä".repeat(500)).is_ok());
        assert_eq!(reason("", &"ä".repeat(501)), Err(Flaw::ReasonTooLong));
    }
}
