//! *Get ready*: what a new company still needs before its first shift, above the people it will have. Gone when done.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use super::address;
use crate::client::{Api, ApiError};
use crate::i18n::{Locale, error_text, td_string, use_locale};
use crate::session::settle;
use crate::ui::{Button, ButtonKind, CopyButton};
use crate::wire::{GetReady, MailFate, ReadyState, ReadyStep, ReadyStepName};

/// How long until somebody looks again where a mail is.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

type Answer = Result<GetReady, ApiError>;

/// The list and what is done to it.
#[derive(Clone, Copy)]
struct List {
    alias: StoredValue<String>,
    api: StoredValue<Api>,
    answer: Resource<Answer>,
    busy: RwSignal<bool>,
    failed: RwSignal<Option<ApiError>>,
}

impl List {
    /// Asks for a change and shows the list as it is then.
    fn ask(self, change: impl AsyncFn(Api) -> Answer + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failed.set(None);
        let api = self.api.get_value();
        spawn_local(async move {
            let answer = settle(change(api).await);
            // The page may be gone by now.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(list) => self.answer.set(Some(Ok(list))),
                Err(error) => self.failed.set(Some(error)),
            }
        });
    }

    fn tick(self, step: &'static str, done: bool) {
        self.ask(async move |api| api.tick_ready(step, done).await);
    }

    fn at(self, page: &str) -> String {
        self.alias.with_value(|alias| format!("/{alias}/{page}"))
    }
}

/// Nothing at all once a company is ready; `changes` rises when people were added or changed.
#[component]
pub(super) fn Ready(alias: StoredValue<String>, changes: RwSignal<u32>) -> impl IntoView {
    let api = StoredValue::new(Api::use_api());
    let answer = Resource::new(
        move || changes.get(),
        move |_| {
            let api = api.get_value();
            async move { api.get_ready().await }
        },
    );
    let list = List {
        alias,
        api,
        answer,
        busy: RwSignal::new(false),
        failed: RwSignal::new(None),
    };
    close_when_done(list);
    view! {
        <Transition fallback=|| ()>
            {move || {
                // Without an answer the page still is what people came for.
                let ready = answer.get()?.ok()?;
                match ready.state {
                    ReadyState::Open => Some(view! { <Steps list ready/> }.into_any()),
                    ReadyState::Hidden => Some(view! { <PutAway list ready/> }.into_any()),
                    ReadyState::Done => None,
                }
            }}
        </Transition>
    }
    .into_any()
}

/// Once everything is done, for everybody: who becomes an administrator later is not asked for it again.
fn close_when_done(list: List) {
    Effect::new(move |_| {
        let nothing_left = list.answer.with(|answer| {
            matches!(answer, Some(Ok(ready)) if ready.state == ReadyState::Done && !ready.steps.is_empty())
        });
        if nothing_left {
            list.tick("done", true);
        }
    });
}

fn progress(locale: Locale, ready: &GetReady) -> String {
    let done = ready.steps.iter().filter(|step| step.done).count();
    td_string!(locale, ready.progress, done = done, all = ready.steps.len())
}

/// The way back to a list that somebody put away.
#[component]
fn PutAway(list: List, ready: GetReady) -> impl IntoView {
    let locale = use_locale();
    let words = format!(
        "{} ({})",
        td_string!(locale, ready.title),
        progress(locale, &ready)
    );
    view! {
        <p class="put-away needs-program">
            <button type="button" class="button text" on:click=move |_| list.tick("hidden", false)>
                {words}
            </button>
        </p>
    }
}

#[component]
fn Steps(list: List, ready: GetReady) -> impl IntoView {
    let locale = use_locale();
    let said = progress(locale, &ready);
    let failed = move || list.failed.get().map(|error| error_text(locale, &error));
    let steps = ready.steps.clone();
    let ready = StoredValue::new(ready);
    view! {
        <section class="get-ready" aria-labelledby="get-ready">
            <div class="head">
                <h2 id="get-ready">{td_string!(locale, ready.title)}</h2>
                <p class="hint" role="status">{said}</p>
                <button
                    type="button"
                    class="button text needs-program"
                    on:click=move |_| list.tick("hidden", true)
                >
                    {td_string!(locale, ready.not_now)}
                </button>
            </div>
            <p class="error" role="alert">{failed}</p>
            <ol>
                {steps.into_iter().map(|step| view! { <Step list step ready/> }).collect_view()}
            </ol>
        </section>
    }
    .into_any()
}

/// One step: a box to tick where nothing else shows that it is done, a mark otherwise.
#[component]
fn Step(list: List, step: ReadyStep, ready: StoredValue<GetReady>) -> impl IntoView {
    let locale = use_locale();
    let ReadyStep {
        step,
        done,
        by_hand,
    } = step;
    let (word, title, hint) = words(locale, step, ready);
    let id = format!("ready-{word}");
    let name = if by_hand {
        let for_box = id.clone();
        view! {
            <input
                id=id
                type="checkbox"
                class="needs-program"
                checked=done
                prop:checked=done
                on:change:target=move |event| list.tick(word, event.target().checked())
            />
            <label for=for_box>{title}</label>
        }
        .into_any()
    } else {
        view! {
            <span class="mark" aria-hidden="true"></span>
            <span class="title">{title}</span>
        }
        .into_any()
    };
    let told = if done {
        td_string!(locale, ready.is_done)
    } else {
        td_string!(locale, ready.is_open)
    };
    view! {
        <li class:done=done>
            {name}
            {(!by_hand).then(|| view! { <span class="unseen">{told}</span> })}
            {(!done).then(|| view! {
                <div class="about">
                    <p class="hint">{hint}</p>
                    <Action list step ready/>
                </div>
            })}
        </li>
    }
    .into_any()
}

/// The API's word for a step, its name and what it is about.
fn words(
    locale: Locale,
    step: ReadyStepName,
    ready: StoredValue<GetReady>,
) -> (&'static str, &'static str, String) {
    use ReadyStepName as Name;
    match step {
        Name::SecureAccount => (
            "secure_account",
            td_string!(locale, ready.secure_account),
            td_string!(locale, ready.secure_account_hint).to_owned(),
        ),
        Name::ChooseWays => (
            "choose_ways",
            td_string!(locale, ready.choose_ways),
            td_string!(locale, ready.choose_ways_hint).to_owned(),
        ),
        Name::ReviewList => (
            "review_list",
            td_string!(locale, ready.review_list),
            td_string!(locale, ready.review_list_hint).to_owned(),
        ),
        Name::ConnectPhone => (
            "connect_phone",
            td_string!(locale, ready.connect_phone),
            td_string!(
                locale,
                ready.connect_phone_hint,
                host = ready.with_value(|ready| ready.amazon_connect.clone().unwrap_or_default())
            ),
        ),
        Name::AddPeople => (
            "add_people",
            td_string!(locale, ready.add_people),
            td_string!(locale, ready.add_people_hint).to_owned(),
        ),
        Name::ShareUrl => (
            "share_url",
            td_string!(locale, ready.share_url),
            ready.with_value(|ready| ready.login_url.clone()),
        ),
        Name::TestMail => (
            "test_mail",
            td_string!(locale, ready.test_mail),
            td_string!(locale, ready.test_mail_hint).to_owned(),
        ),
    }
}

/// Where a step is done.
#[component]
fn Action(list: List, step: ReadyStepName, ready: StoredValue<GetReady>) -> impl IntoView {
    let locale = use_locale();
    let document = |href: String, words: &'static str| {
        view! { <a href=href rel="external">{words}</a> }.into_any()
    };
    match step {
        ReadyStepName::SecureAccount => document(
            list.at("profile/security#backup-codes"),
            td_string!(locale, ready.security_settings),
        ),
        ReadyStepName::ChooseWays => {
            let href = list.alias.with_value(|alias| address::policy(alias));
            let outside = address::settings(&list.alias.read_value(), address::Place::SingleSignOn);
            view! {
                <a href=href>{td_string!(locale, console.policy.title)}</a>
                " · "
                <a href=outside>{td_string!(locale, sso_console.title)}</a>
            }
            .into_any()
        }
        ReadyStepName::ReviewList => {
            let href = list.at("console/presence-lists");
            view! { <a href=href>{td_string!(locale, ready.presence_lists)}</a> }.into_any()
        }
        ReadyStepName::ConnectPhone => {
            let href = address::settings(&list.alias.read_value(), address::Place::AmazonConnect);
            view! { <a href=href>{td_string!(locale, amazon.title)}</a> }.into_any()
        }
        ReadyStepName::AddPeople => ().into_any(),
        ReadyStepName::ShareUrl => {
            let url = ready.with_value(|ready| ready.login_url.clone());
            view! {
                <CopyButton text=url label=td_string!(locale, onboarding.copy_url)/>
                <a href=list.at("floor-card") rel="external">{td_string!(locale, onboarding.card_heading)}</a>
            }
            .into_any()
        }
        ReadyStepName::TestMail => view! { <TestMail list ready/> }.into_any(),
    }
}

/// *Send test mail*, and where the last one is.
#[component]
fn TestMail(list: List, ready: StoredValue<GetReady>) -> impl IntoView {
    let locale = use_locale();
    let fate = ready.with_value(|ready| ready.test_mail);
    let said = fate.map(|fate| match fate {
        MailFate::Waiting => td_string!(locale, ready.mail_waiting),
        MailFate::Late => td_string!(locale, ready.mail_late),
        MailFate::Sent => td_string!(locale, ready.mail_sent),
        MailFate::Refused => td_string!(locale, ready.mail_refused),
    });
    let under_way = matches!(fate, Some(MailFate::Waiting | MailFate::Late));
    Effect::new(move |_| {
        if !under_way {
            return;
        }
        let look = move || list.answer.refetch();
        if let Ok(timer) = set_timeout_with_handle(look, LOOK_AGAIN) {
            on_cleanup(move || timer.clear());
        }
    });
    let send = move |_| {
        list.ask(async move |api| {
            api.send_test_mail().await?;
            api.get_ready().await
        });
    };
    view! {
        <span class="needs-program" on:click=send>
            <Button kind=ButtonKind::Quiet kind_of="button" busy=list.busy>
                {td_string!(locale, ready.send_test_mail)}
            </Button>
        </span>
        <span class="hint" role="status">{said}</span>
    }
    .into_any()
}
