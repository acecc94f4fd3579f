//! Unlocking: a reason, and the administrator's own password when their proof is old.

use leptos::{ev, html, prelude::*, task::spawn_local};

use crate::client::{Api, ApiError};
use crate::i18n::{Locale, error_text, td_string, use_locale};
use crate::session::settle;
use crate::ui::{Button, Dialog, PasswordField};
use crate::wire::{ProblemCode, User};

/// Characters that the audit log keeps of a reason.
const LONGEST: usize = 500;

/// The button at the panel's end, and its dialog.
#[component]
pub(super) fn UnlockButton(user: User, on_unlocked: Callback<String>) -> impl IntoView {
    let locale = use_locale();
    let open = RwSignal::new(false);
    let User { id, name, .. } = user;
    let title = td_string!(locale, console.unlock.title, name = name.clone());
    let done = td_string!(locale, console.unlock.saved, name = name);
    let done = StoredValue::new(done);
    let id = StoredValue::new(id);
    let finish = Callback::new(move |()| {
        open.set(false);
        on_unlocked.run(done.get_value());
    });
    view! {
        <div class="actions">
            <button
                type="button"
                class="button primary needs-program"
                aria-haspopup="dialog"
                on:click=move |_| open.set(true)
            >
                {td_string!(locale, console.unlock.open)}
            </button>
            // The browser takes what is in here for text when scripts run.
            <noscript inner_html=td_string!(locale, console.unlock.needs_scripts)></noscript>
        </div>
        <Dialog title id="unlock-title" open>
            <UnlockForm id=id.get_value() open finish/>
        </Dialog>
    }
}

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

    fn words(&self, locale: Locale) -> String {
        let words = match self {
            Self::ReasonMissing => td_string!(locale, console.unlock.reason_missing),
            Self::ReasonTooLong => td_string!(locale, console.unlock.too_long),
            Self::PasswordMissing => td_string!(locale, console.unlock.password_missing),
            Self::PasswordWrong => td_string!(locale, console.unlock.password_wrong),
            Self::Failed(error) => return error_text(locale, error),
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

/// What the dialog holds while it is open.
#[derive(Clone, Copy)]
struct Form {
    id: StoredValue<String>,
    chosen: RwSignal<String>,
    details: RwSignal<String>,
    password: RwSignal<String>,
    proof_needed: RwSignal<bool>,
    flaw: RwSignal<Option<Flaw>>,
    busy: RwSignal<bool>,
}

impl Form {
    fn new(id: String) -> Self {
        Self {
            id: StoredValue::new(id),
            chosen: RwSignal::default(),
            details: RwSignal::default(),
            password: RwSignal::default(),
            proof_needed: RwSignal::new(false),
            flaw: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    /// Proves who the administrator is, if that was asked, then unlocks. `Ok(false)` asks for the
    /// proof first.
    async fn send(self, api: Api) -> Result<bool, Flaw> {
        let reason = reason(&self.chosen.get_untracked(), &self.details.get_untracked())?;
        if self.proof_needed.get_untracked() {
            let password = self.password.get_untracked();
            if password.is_empty() {
                return Err(Flaw::PasswordMissing);
            }
            let proved = settle(api.prove_again(password).await);
            proved.map_err(Flaw::of)?;
        }
        match settle(api.unlock(&self.id.get_value(), reason).await) {
            Ok(_) => Ok(true),
            Err(error) => match error.code() {
                // Somebody else was faster: what was wanted is done.
                Some(ProblemCode::NotLocked) => Ok(true),
                Some(ProblemCode::FreshProofNeeded) => Ok(false),
                _ => Err(Flaw::of(error)),
            },
        }
    }
}

#[component]
fn UnlockForm(id: String, open: RwSignal<bool>, finish: Callback<()>) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let form = Form::new(id);
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
        let api = api.clone();
        spawn_local(async move {
            let outcome = form.send(api).await;
            // The dialog may have been closed meanwhile.
            if form.busy.try_set(false).is_some() && outcome != Ok(true) {
                return;
            }
            match outcome {
                Ok(true) => finish.run(()),
                Ok(false) => form.proof_needed.set(true),
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
        flaw.map(|flaw| flaw.words(locale))
    };
    view! {
        <form class="dialog-form" novalidate=true on:submit=submit>
            <p>{td_string!(locale, console.unlock.text)}</p>
            <ReasonFields form/>
            {move || form.proof_needed.get().then(|| view! {
                <p role="status">{td_string!(locale, console.unlock.proof)}</p>
                <PasswordField
                    label=td_string!(locale, console.unlock.password)
                    name="password"
                    id="proof-password"
                    value=form.password
                    autocomplete="current-password"
                    error=Signal::derive(move || said(true))
                    node_ref=password
                />
            })}
            <p class="error" id="unlock-error" role="alert">{move || said(false)}</p>
            <div class="choices">
                <Button busy=form.busy>{td_string!(locale, console.unlock.submit)}</Button>
                <button type="button" class="button text" on:click=move |_| open.set(false)>
                    {td_string!(locale, console.unlock.cancel)}
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// A reason to choose, and room for another.
#[component]
fn ReasonFields(form: Form) -> impl IntoView {
    let locale = use_locale();
    let reasons = [
        td_string!(locale, console.unlock.mistyped),
        td_string!(locale, console.unlock.late_mail),
        td_string!(locale, console.unlock.confirmed),
    ];
    let flawed = move || {
        let flaw = form.flaw.get();
        flaw.is_some_and(|flaw| flaw.is_about_reason())
            .then_some("true")
    };
    view! {
        <div class="field">
            <label for="unlock-reason">{td_string!(locale, console.unlock.preset)}</label>
            <select
                id="unlock-reason"
                autofocus=true
                aria-invalid=flawed
                aria-describedby="unlock-error"
                on:change:target=move |event| form.chosen.set(event.target().value())
            >
                <option value="">{td_string!(locale, console.unlock.choose)}</option>
                {reasons.into_iter().map(|reason| view! { <option value=reason>{reason}</option> }).collect_view()}
                <option value=" ">{td_string!(locale, console.unlock.other)}</option>
            </select>
        </div>
        <div class="field">
            <label for="unlock-details">{td_string!(locale, console.unlock.details)}</label>
            <textarea
                id="unlock-details"
                rows="2"
                aria-describedby="unlock-details-hint unlock-error"
                on:input:target=move |event| form.details.set(event.target().value())
            ></textarea>
            <p class="hint" id="unlock-details-hint">
                {td_string!(locale, console.unlock.details_hint)}
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
