//! The second proof: six digits from an e-mail or an app, or a code that was saved.

use leptos::{ev::SubmitEvent, html, prelude::*};
use wasm_bindgen::JsCast;

use super::{
    actions::CodeActions,
    follow::{follow_sign_in, tell_other_tabs},
    status::{AttemptsLeft, CodeTime, TimeLeft, Where},
    step::{StepView, has_ended, start_over, use_step},
};
use crate::{
    client::{Api, ApiError, NextStep},
    context::{load, take_flash},
    entry::{CompanyView, EntryFrame, Steps},
    i18n::{Locale, error_text, td_string, use_locale},
    ui::{Banner, BannerKind, Button, Failure, Heading, Help, TextField, Visits, seconds_left},
    wire::{ChooseMethod, CodeStep, Company, EnterCode, HelpContact, Method, ProblemCode, Step},
};

#[component]
pub fn CodePage() -> impl IntoView {
    let failure = take_flash().map(|flash| ApiError::Problem(Box::new(flash.problem)));
    let locked = failure.as_ref().and_then(ApiError::code) == Some(ProblemCode::AccountLocked);
    let step = use_step();
    if locked {
        // The sign-in is over; what is left to say is why.
        let show = |company: Company| view! { <LockedPage company=company/> }.into_any();
        return view! { <CompanyView show=show/> }.into_any();
    }
    let show = move |company: Company, step| match step {
        Step::Code(step) if step.company == company.alias => Some(
            view! { <CodePlace company=company step=step failure=failure.clone()/> }.into_any(),
        ),
        _ => None,
    };
    view! { <StepView step=step show=show/> }.into_any()
}

/// The code's form: what the server said last and what is typed.
#[derive(Clone)]
pub(super) struct CodeForm {
    pub(super) step: RwSignal<CodeStep>,
    pub(super) code: RwSignal<String>,
    /// What is wrong with the code; what is wrong otherwise is the `failure`.
    pub(super) code_error: RwSignal<Option<String>>,
    pub(super) failure: RwSignal<Option<ApiError>>,
    /// The days of "Don't ask again" that are ticked.
    pub(super) trust: RwSignal<Option<u16>>,
    /// What is on its way to the server: the value of the button that sent it.
    pub(super) sending: RwSignal<Option<&'static str>>,
    /// Whether a new code was asked for here and is on its way.
    pub(super) resent: RwSignal<bool>,
    pub(super) locked: RwSignal<bool>,
    field: NodeRef<html::Input>,
    locale: Locale,
    api: Api,
    steps: Steps,
}

impl CodeForm {
    fn new(step: CodeStep, failure: Option<ApiError>) -> Self {
        let alias = step.company.clone();
        let form = Self {
            step: RwSignal::new(step),
            code: RwSignal::default(),
            code_error: RwSignal::default(),
            failure: RwSignal::default(),
            trust: RwSignal::default(),
            sending: RwSignal::default(),
            resent: RwSignal::default(),
            locked: RwSignal::default(),
            field: NodeRef::new(),
            locale: use_locale(),
            api: Api::use_api(),
            steps: Steps::within(Some(alias)),
        };
        match failure {
            // The server showed a step all the same, so there is one to go on with.
            Some(failure) if has_ended(&failure) => form.failure.set(Some(failure)),
            Some(failure) => form.fail(failure),
            None => {}
        }
        form
    }

    fn focus(&self) {
        if let Some(field) = self.field.get_untracked() {
            let _ = field.focus();
        }
    }

    fn submit(&self, action: &str) {
        if self.sending.get_untracked().is_some() {
            return;
        }
        match action {
            "resend" => self.resend(),
            "cancel" => self.cancel(),
            action => match method_of(action) {
                Some(method) => self.choose(method),
                None if self.code.read_untracked().trim().is_empty() => {
                    let missing = missing(self.locale, self.step.read_untracked().method);
                    self.code_error.set(Some(missing.to_owned()));
                    self.focus();
                }
                None => self.verify(),
            },
        }
    }

    fn begin(&self, what: &'static str) {
        self.sending.set(Some(what));
        self.code_error.set(None);
        self.failure.set(None);
        self.resent.set(false);
    }

    fn verify(&self) {
        self.begin("verify");
        let form = self.clone();
        let attempt = self.step.read_untracked().attempt.clone();
        let entered = EnterCode {
            attempt,
            code: self.code.get_untracked(),
            trust_days: self.trust.get_untracked(),
        };
        leptos::task::spawn_local(async move {
            let answer = form.api.enter_code(&entered).await;
            tell_other_tabs();
            match answer {
                // Still busy until the next page is there.
                Ok(step) => form.steps.follow(NextStep::from(&step)),
                Err(error) => form.fail(error),
            }
        });
    }

    fn resend(&self) {
        self.begin("resend");
        let form = self.clone();
        let attempt = self.step.read_untracked().attempt.clone();
        leptos::task::spawn_local(async move {
            let answer = form.api.resend_code(attempt).await;
            tell_other_tabs();
            match answer {
                Ok(step) => {
                    form.sending.set(None);
                    form.resent.set(true);
                    form.show(step);
                    form.focus();
                }
                Err(error) => form.fail(error),
            }
        });
    }

    fn choose(&self, method: Method) {
        self.begin(action_of(method));
        let form = self.clone();
        let attempt = self.step.read_untracked().attempt.clone();
        leptos::task::spawn_local(async move {
            let answer = form
                .api
                .choose_method(&ChooseMethod { attempt, method })
                .await;
            tell_other_tabs();
            match answer {
                Ok(step) => {
                    form.sending.set(None);
                    form.code.set(String::new());
                    form.show(step);
                    form.focus();
                }
                Err(error) => form.fail(error),
            }
        });
    }

    fn cancel(&self) {
        self.begin("cancel");
        let form = self.clone();
        leptos::task::spawn_local(async move {
            let answer = form.api.cancel().await;
            tell_other_tabs();
            match answer {
                Err(ApiError::Offline) => form.fail(ApiError::Offline),
                _ => load(&format!("/{}", form.step.read_untracked().company)),
            }
        });
    }

    /// Shows the step where it belongs: here, when it is a code of this company.
    fn show(&self, step: Step) {
        match step {
            Step::Code(step) if step.company == self.step.read_untracked().company => {
                if *self.step.read_untracked() != step {
                    self.step.set(step);
                }
            }
            step => self.steps.follow(NextStep::from(&step)),
        }
    }

    fn fail(&self, error: ApiError) {
        self.sending.set(None);
        if has_ended(&error) {
            return load(&start_over(&self.step.read_untracked().company));
        }
        match error.code() {
            Some(ProblemCode::AccountLocked) => return self.locked.set(true),
            Some(
                ProblemCode::WrongCode
                | ProblemCode::OldCode
                | ProblemCode::UsedCode
                | ProblemCode::ClockOff,
            ) => {
                let said = self.words(&error);
                self.code.set(String::new());
                self.code_error.set(Some(said));
                self.focus();
            }
            Some(ProblemCode::MethodUnavailable) => {
                self.failure.set(Some(error.clone()));
                self.look_again();
            }
            _ => self.failure.set(Some(error.clone())),
        }
        if let ApiError::Problem(problem) = &error {
            if problem.attempts_left.is_some() {
                self.step.write().attempts_left = problem.attempts_left;
            }
            if problem.code == ProblemCode::ResendTooEarly {
                self.step.write().resend_after = problem.retry_after;
            }
        }
    }

    /// What is wrong with the code that was typed, for the way that it belongs to.
    fn words(&self, error: &ApiError) -> String {
        let locale = self.locale;
        // Codes with letters are backup codes, whatever way is shown.
        let method = if self.code.read_untracked().contains(char::is_alphabetic) {
            Method::BackupCode
        } else {
            self.step.read_untracked().method
        };
        let words = match (error.code(), method) {
            (Some(ProblemCode::WrongCode), Method::App) => {
                td_string!(locale, sign_in.app_code_wrong)
            }
            (Some(ProblemCode::WrongCode), Method::BackupCode) => {
                td_string!(locale, sign_in.backup_code_wrong)
            }
            (Some(ProblemCode::OldCode), Method::BackupCode) => {
                td_string!(locale, sign_in.backup_code_ended)
            }
            _ => return error_text(locale, error),
        };
        words.to_owned()
    }

    /// The company's rules changed on the way: shows the way that is open now.
    fn look_again(&self) {
        let form = self.clone();
        leptos::task::spawn_local(async move {
            if let Ok(step) = form.api.step().await {
                form.show(step);
            }
        });
    }

    /// What another tab did, or time.
    fn hear(&self, answer: Result<Step, ApiError>) {
        match answer {
            Ok(step) => self.show(step),
            Err(error) if has_ended(&error) && !self.locked.get_untracked() => self.fail(error),
            Err(error) if error.code() == Some(ProblemCode::AccountLocked) => self.fail(error),
            // The next time will tell, and sending something says so.
            Err(_) => {}
        }
    }
}

#[component]
fn CodePlace(company: Company, step: CodeStep, failure: Option<ApiError>) -> impl IntoView {
    let form = CodeForm::new(step, failure);
    let hearing = form.clone();
    let quiet = form.clone();
    follow_sign_in(
        Signal::derive(move || quiet.sending.get().is_some() || quiet.locked.get()),
        move |answer| hearing.hear(answer),
    );
    let locked = form.locked;
    let help = company.help_contact.clone();
    let alias = company.alias.clone();
    view! {
        <EntryFrame company=Some(company)>
            {move || {
                let (form, help, alias) = (form.clone(), help.clone(), alias.clone());
                if locked.get() {
                    view! { <Locked alias=alias help=help/> }.into_any()
                } else {
                    view! { <CodeEntry form=form help=help/> }.into_any()
                }
            }}
        </EntryFrame>
    }
}

#[component]
fn CodeEntry(form: CodeForm, help: Option<HelpContact>) -> impl IntoView {
    let locale = use_locale();
    let later = Visits::later();
    let (entering, first) = (form.clone(), form.clone());
    Effect::new(move |_| {
        if later && first.field.get().is_some() {
            first.focus();
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let button = event
            .submitter()
            .and_then(|button| button.dyn_into::<web_sys::Element>().ok());
        let action = button
            .and_then(|button| button.get_attribute("value"))
            .unwrap_or_default();
        entering.submit(&action);
    };
    let (step, sending) = (form.step, form.sending);
    let left = seconds_left(Signal::derive(move || step.read().expires_in));
    view! {
        <Heading title=td_string!(locale, sign_in.code_heading) focus=false/>
        {step.read_untracked().connects.then(|| view! {
            <p class="lead">{td_string!(locale, companies.connecting)}</p>
        })}
        <Where step=step resent=form.resent/>
        <AttemptsLeft step=step/>
        <Failure error=form.failure help=help.clone()/>
        <form class="stack" method="post" prop:noValidate=true on:submit=submit>
            <input type="hidden" name="attempt" value=move || step.read().attempt.clone()/>
            <TextField
                label=td_string!(locale, sign_in.code)
                name="code"
                value=form.code
                error=form.code_error
                class="code"
                autocomplete="one-time-code"
                described_by="sent-to"
                required=true
                autofocus=true
                node_ref=form.field
            />
            <CodeTime step=step/>
            <Trust step=step trust=form.trust/>
            <Button
                name="action"
                value="verify"
                busy=Signal::derive(move || sending.get() == Some("verify"))
            >
                {td_string!(locale, sign_in.verify)}
            </Button>
            <CodeActions form=form help=help/>
        </form>
        <TimeLeft left/>
    }
}

/// "Don't ask again": one of the company's choices, or none.
#[component]
fn Trust(step: RwSignal<CodeStep>, trust: RwSignal<Option<u16>>) -> impl IntoView {
    let locale = use_locale();
    let choices = Memo::new(move |_| step.read().trust_days.clone());
    let choice = move |days: u16| {
        view! {
            <label class="tick">
                <input
                    type="checkbox"
                    name="trust_days"
                    value=days.to_string()
                    prop:checked=move || trust.get() == Some(days)
                    on:change:target=move |event| {
                        trust.set(event.target().checked().then_some(days));
                    }
                />
                <span>{td_string!(locale, sign_in.trust, days = days)}</span>
            </label>
        }
    };
    move || {
        let choices = choices.get();
        (!choices.is_empty()).then(|| {
            view! {
                <div class="ticks">
                    {choices.into_iter().map(choice).collect_view()}
                    <p class="hint">{td_string!(locale, sign_in.trust_hint)}</p>
                </div>
            }
        })
    }
}

/// The value of the button that chooses a way.
pub(super) fn action_of(method: Method) -> &'static str {
    match method {
        Method::Email => "method:email",
        Method::App => "method:app",
        Method::BackupCode => "method:backup_code",
    }
}

fn method_of(action: &str) -> Option<Method> {
    [Method::Email, Method::App, Method::BackupCode]
        .into_iter()
        .find(|method| action_of(*method) == action)
}

/// What is said when nothing was typed.
fn missing(locale: Locale, method: Method) -> &'static str {
    match method {
        Method::Email => td_string!(locale, sign_in.code_missing),
        Method::App => td_string!(locale, sign_in.app_code_missing),
        Method::BackupCode => td_string!(locale, sign_in.backup_code_missing),
    }
}

/// Five wrong codes: the end, and whom to call.
#[component]
fn Locked(alias: String, help: Option<HelpContact>) -> impl IntoView {
    let locale = use_locale();
    view! {
        <Heading title=td_string!(locale, sign_in.code_heading)/>
        <Banner kind=BannerKind::Stop>
            <p>{td_string!(locale, problem.account_locked)}</p>
            {help.map(|help| view! { <Help help=help/> })}
        </Banner>
        <p><a href=format!("/{alias}") rel="external">{td_string!(locale, sign_in.back_to_sign_in)}</a></p>
    }
}

#[component]
fn LockedPage(company: Company) -> impl IntoView {
    let help = company.help_contact.clone();
    let alias = company.alias.clone();
    view! {
        <EntryFrame company=Some(company)>
            <Locked alias=alias help=help/>
        </EntryFrame>
    }
}
