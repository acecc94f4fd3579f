//! Whose a user in Amazon Connect is, proven once for each browser: by account and password, at a provider, by a mailed
//! code. Who has no account asks for one (`join`).

mod join;
mod mailed;

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;

use self::{join::Join, mailed::Mailed};
use super::{
    bind::Cancel,
    follow::{follow_sign_in, tell_other_tabs},
    status::TimeLeft,
    step::{go_on, has_ended, start_over},
};
use crate::{
    client::{Api, ApiError, NextStep},
    context::{Flash, load},
    entry::{CredentialFields, Credentials, EntryFrame, Steps, Waiting},
    i18n::{td_string, use_locale},
    outside::{Behind, Errand, Outside, kind_named},
    ui::{Banner, BannerKind, Button, ButtonKind, Failure, Heading, Help, seconds_left},
    wire::{BeginSso, Bind, BindStep, Company, HelpContact, ProblemCode, ProviderKind, Step},
};

/// The step as the server said it last, and what is on its way there.
#[derive(Clone, Copy)]
struct Proof {
    step: RwSignal<BindStep>,
    form: Credentials,
    sending: RwSignal<bool>,
    cancelling: RwSignal<bool>,
    api: StoredValue<Api>,
    steps: StoredValue<Steps>,
}

impl Proof {
    fn alias(self) -> String {
        self.step.with_untracked(|step| step.company.clone())
    }

    fn attempt(self) -> String {
        self.step.with_untracked(|step| step.attempt.clone())
    }

    fn api(self) -> Api {
        self.api.get_value()
    }

    /// Shows the step that follows, here when it is still this one.
    fn follow(self, step: Step) {
        match step {
            Step::Bind(step) if step.attempt == self.attempt() => {
                if self.step.with_untracked(|known| *known != step) {
                    self.step.set(step);
                }
            }
            Step::Bind(step) => load(&NextStep::from(&Step::Bind(step)).path()),
            step => self
                .steps
                .with_value(|steps| go_on(steps, &self.alias(), &step)),
        }
    }

    /// What cannot be said where it was typed. Answers whether there is something left to go on with.
    fn is_over(self, error: &ApiError) -> bool {
        let over = has_ended(error);
        if over {
            load(&start_over(&self.alias()));
        }
        over
    }

    fn bind(self, account: String, password: String) {
        let typed = Bind {
            attempt: self.attempt(),
            account,
            password,
        };
        spawn_local(async move {
            let answer = self.api().bind(&typed).await;
            tell_other_tabs();
            match answer {
                Ok(step) => self.follow(step),
                Err(error) if self.is_over(&error) => {}
                Err(error) => self.form.fail(error),
            }
        });
    }

    fn cancel(self) {
        self.cancelling.set(true);
        spawn_local(async move {
            let answer = self.api().cancel().await;
            tell_other_tabs();
            self.cancelling.set(false);
            match answer {
                Err(ApiError::Offline) => self.form.failure.set(Some(ApiError::Offline)),
                _ => load(&format!("/{}", self.alias())),
            }
        });
    }

    /// What another tab did, an administrator, or time.
    fn hear(self, answer: Result<Step, ApiError>) {
        match answer {
            Ok(step) => self.follow(step),
            // The next time will tell, and sending something says so.
            Err(error) => drop(self.is_over(&error)),
        }
    }
}

#[component]
pub(super) fn PhonePlace(company: Company, step: BindStep, flash: Option<Flash>) -> impl IntoView {
    let locale = use_locale();
    let proof = Proof {
        form: Credentials::new(None, flash),
        sending: RwSignal::new(false),
        cancelling: RwSignal::new(false),
        api: StoredValue::new(Api::use_api()),
        steps: StoredValue::new(Steps::within(Some(company.alias.clone()))),
        step: RwSignal::new(step.clone()),
    };
    let busy = Signal::derive(move || {
        proof.form.busy.get() || proof.sending.get() || proof.cancelling.get()
    });
    follow_sign_in(busy, move |answer| proof.hear(answer));
    let left = seconds_left(Signal::stored(step.expires_in));
    let help = company.help_contact.clone();
    view! {
        <EntryFrame company=Some(company)>
            <Heading title=td_string!(locale, phone.bind.heading)/>
            <p>
                {td_string!(locale, phone.bind.which)}
                <br/>
                <strong>{step.login.clone()}</strong>
            </p>
            <Refused proof help=help.clone()/>
            {step.passwords.then(|| view! { <ByPassword proof help=help.clone()/> })}
            {step.mailed.then(|| view! { <Mailed proof/> })}
            {(!step.sso.is_empty()).then(|| view! {
                <AtProviders proof providers=step.sso.clone() help=help.clone()/>
            })}
            {step.can_join.then(|| view! { <Join proof/> })}
            <div class="choices">
                <form on:submit=move |event: SubmitEvent| {
                    event.prevent_default();
                    proof.cancel();
                }>
                    <Cancel busy=proof.cancelling/>
                </form>
            </div>
            <TimeLeft left/>
        </EntryFrame>
    }
}

/// What was said about a proof that was good, and of another Connect user; with whom to ask.
#[component]
fn Refused(proof: Proof, help: Option<HelpContact>) -> impl IntoView {
    let failure = proof.form.failure;
    let ends = Memo::new(move |_| {
        let code = failure.with(|error| error.as_ref().and_then(ApiError::code));
        matches!(
            code,
            Some(ProblemCode::PhoneMismatch | ProblemCode::PhoneTaken)
        )
    });
    let told = StoredValue::new(help.clone());
    view! {
        <Failure error=failure help/>
        {move || ends.get().then(|| told.get_value().map(|help| view! { <Help help/> }))}
    }
    .into_any()
}

#[component]
fn ByPassword(proof: Proof, help: Option<HelpContact>) -> impl IntoView {
    let locale = use_locale();
    let form = proof.form;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some((account, password)) = form.send(locale) {
            proof.bind(account, password);
        }
    };
    // Said above, for every way.
    drop(help);
    view! {
        <p class="lead">{td_string!(locale, phone.bind.password)}</p>
        <Waiting form alias=proof.alias()/>
        <form class="stack" method="post" prop:noValidate=true on:submit=submit>
            <input type="hidden" name="attempt" value=proof.attempt()/>
            <CredentialFields form/>
            <Button busy=form.busy disabled=form.held name="action" value="bind">
                {td_string!(locale, outside.bind.bind)}
            </Button>
        </form>
    }
    .into_any()
}

/// A login there that belongs to the person already proves it as well.
#[component]
fn AtProviders(
    proof: Proof,
    providers: Vec<ProviderKind>,
    help: Option<HelpContact>,
) -> impl IntoView {
    let locale = use_locale();
    let outside = Outside::new();
    let begin = move |event: SubmitEvent| {
        event.prevent_default();
        let pressed = event
            .submitter()
            .and_then(|button| button.dyn_into::<web_sys::Element>().ok())
            .and_then(|button| button.get_attribute("value"));
        let Some(provider) = pressed.as_deref().and_then(kind_named) else {
            return;
        };
        let begin = BeginSso {
            provider,
            next: None,
            choose: false,
            binds: Some(proof.attempt()),
        };
        outside.begin(Errand::SignIn {
            alias: proof.alias(),
            begin,
        });
    };
    view! {
        <p class="or">{td_string!(locale, outside.or)}</p>
        <Behind outside help>
            <form class="providers" on:submit=begin>
                {providers
                    .iter()
                    .map(|kind| {
                        let (value, words) = match kind {
                            ProviderKind::Google => ("google", td_string!(locale, outside.google)),
                            ProviderKind::Office365 => {
                                ("office365", td_string!(locale, outside.office365))
                            }
                            ProviderKind::Company => ("company", td_string!(locale, outside.company)),
                        };
                        view! {
                            <Button kind=ButtonKind::Quiet name="provider" value=value>
                                {words}
                            </Button>
                        }
                    })
                    .collect_view()}
            </form>
        </Behind>
    }
    .into_any()
}

/// That something was sent.
fn good(words: &'static str) -> AnyView {
    view! { <Banner kind=BannerKind::Good><p>{words}</p></Banner> }.into_any()
}
