//! The person's companies: which are connected, where the start page leads, and another one.

use leptos::{ev, html, prelude::*, task::spawn_local};

use super::confirm::{Act, Question};
use super::room::{COMPANIES, Cancel, Doing, Room};
use crate::client::{Api, ApiError};
use crate::context::load;
use crate::i18n::{error_text, moment, td_string, use_locale};
use crate::ui::{Button, Failure, PasswordField, TextField};
use crate::wire::{Companies, ConnectCompany, ConnectedCompany, ProblemCode, Step};

#[component]
pub(super) fn CompaniesPart(companies: Companies, room: Room) -> impl IntoView {
    let locale = use_locale();
    view! {
        <Connected companies room/>
        <button
            type="button"
            class="button quiet needs-program"
            aria-haspopup="dialog"
            on:click=move |_| room.begin(locale, Doing::ConnectCompany)
        >
            {td_string!(locale, companies.connect)}
        </button>
    }
    .into_any()
}

#[component]
fn Connected(companies: Companies, room: Room) -> impl IntoView {
    let locale = use_locale();
    let failure = RwSignal::new(None::<ApiError>);
    let Companies { companies, resting } = companies;
    if companies.is_empty() {
        let said = if resting {
            td_string!(locale, companies.resting)
        } else {
            td_string!(locale, companies.none)
        };
        return view! { <p class="muted">{said}</p> }.into_any();
    }
    let rows = companies.into_iter().map(|company| {
        view! { <Row company failure room/> }
    });
    view! {
        <p class="muted">{td_string!(locale, companies.lead)}</p>
        <Failure error=failure/>
        <ul class="rows">{rows.collect_view()}</ul>
        <p class="muted">{td_string!(locale, companies.default_text)}</p>
    }
    .into_any()
}

#[component]
fn Row(
    company: ConnectedCompany,
    failure: RwSignal<Option<ApiError>>,
    room: Room,
) -> impl IntoView {
    let locale = use_locale();
    let ConnectedCompany {
        id,
        name,
        username,
        current,
        default,
        open,
        last_sign_in_at,
        ..
    } = company;
    let used = match last_sign_in_at {
        Some(at) => td_string!(locale, companies.used, time = moment(locale, &at)),
        None => td_string!(locale, companies.never).to_owned(),
    };
    let (title, text) = if current {
        (
            td_string!(locale, companies.leave_title, company = name.clone()),
            td_string!(locale, companies.leave_text),
        )
    } else {
        (
            td_string!(locale, companies.disconnect_title, company = name.clone()),
            td_string!(locale, companies.disconnect_text),
        )
    };
    let button = td_string!(locale, companies.disconnect);
    let question = Question {
        title,
        text,
        button,
        said: td_string!(locale, companies.disconnected),
        part: COMPANIES,
        act: Act::Disconnect(id.clone()),
    };
    let label = format!("{button}: {name}");
    view! {
        <li class="row">
            <div>
                <strong>{name.clone()}</strong>
                {current.then(|| view! {
                    <span class="state on">{td_string!(locale, companies.here)}</span>
                })}
                {default.then(|| view! {
                    <span class="state">{td_string!(locale, companies.default)}</span>
                })}
                <small>{td_string!(locale, companies.account, username = username)}</small>
                <small>{used}</small>
                {(!open).then(|| view! { <small>{td_string!(locale, companies.closed)}</small> })}
            </div>
            <div class="choices">
                <DefaultChoice id name default failure room/>
                <button
                    type="button"
                    class="button quiet needs-program"
                    aria-haspopup="dialog"
                    aria-label=label
                    on:click=move |_| room.begin(locale, Doing::Confirm(question.clone()))
                >
                    {button}
                </button>
            </div>
        </li>
    }
    .into_any()
}

/// *Make default*, or *No default* where it is.
#[component]
fn DefaultChoice(
    id: String,
    name: String,
    default: bool,
    failure: RwSignal<Option<ApiError>>,
    room: Room,
) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let busy = RwSignal::new(false);
    let (words, said) = if default {
        (
            td_string!(locale, companies.no_default),
            td_string!(locale, companies.no_default_saved),
        )
    } else {
        (
            td_string!(locale, companies.make_default),
            td_string!(locale, companies.made_default),
        )
    };
    let wanted = (!default).then_some(id);
    let choose = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let (api, wanted) = (api.clone(), wanted.clone());
        spawn_local(async move {
            let ask = async || api.choose_default_company(wanted.clone()).await;
            let answer = room.proof.around(ask).await;
            busy.try_set(false);
            match answer {
                Some(Ok(())) => room.done(said, COMPANIES),
                Some(Err(error)) => {
                    failure.try_set(Some(error));
                }
                None => {}
            }
        });
    };
    view! {
        <button
            type="button"
            class="button text needs-program"
            aria-label=format!("{words}: {name}")
            aria-busy=move || busy.get().to_string()
            on:click=choose
        >
            {words}
        </button>
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

    /// Points itself out when nothing is typed.
    fn is_missing(self, text: &'static str) -> bool {
        let missing = self.value.with_untracked(|value| value.trim().is_empty());
        if missing {
            self.point_out(text.to_owned());
        } else {
            self.error.set(None);
        }
        missing
    }
}

/// Company, account and password of the other one; what it asks besides is asked on its own pages.
#[component]
pub(super) fn ConnectCompanyForm(room: Room) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let (company, account, password) = (Field::new(), Field::new(), Field::new());
    let failure = RwSignal::new(None::<ApiError>);
    let busy = RwSignal::new(false);
    let fail = move |error: ApiError| match error.code() {
        Some(ProblemCode::WrongCredentials) => {
            password.value.set(String::new());
            password.point_out(td_string!(locale, companies.wrong).to_owned());
        }
        Some(ProblemCode::UnknownCompany) => company.point_out(error_text(locale, &error)),
        Some(ProblemCode::NothingToDo) => {
            company.point_out(td_string!(locale, companies.company_same).to_owned());
        }
        _ => failure.set(Some(error)),
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        failure.set(None);
        // The first one that is missing gets the focus last.
        let mut missing = password.is_missing(td_string!(locale, companies.password_missing));
        missing |= account.is_missing(td_string!(locale, companies.account_missing));
        missing |= company.is_missing(td_string!(locale, companies.company_missing));
        if missing {
            return;
        }
        busy.set(true);
        let typed = ConnectCompany {
            company: company.value.get_untracked(),
            account: account.value.get_untracked().trim().to_owned(),
            password: password.value.get_untracked(),
        };
        let api = api.clone();
        spawn_local(async move {
            let ask = async || api.connect_company(&typed).await;
            let answer = room.proof.around(ask).await;
            let gone = busy.try_set(false).is_some();
            match answer {
                Some(Ok(step)) => match step.read() {
                    Some(Step::SignedIn { .. }) => {
                        room.done(td_string!(locale, companies.connected), COMPANIES);
                    }
                    _ => load(&step.path()),
                },
                Some(Err(error)) if !gone => fail(error),
                _ => {}
            }
        });
    };
    view! {
        <form class="dialog-form" novalidate=true on:submit=submit>
            <p>{td_string!(locale, companies.connect_text)}</p>
            <Failure error=failure/>
            <TextField
                label=td_string!(locale, companies.company_field)
                name="company"
                value=company.value
                error=company.error
                hint=td_string!(locale, companies.company_hint)
                autocomplete="off"
                autofocus=true
                node_ref=company.input
            />
            <TextField
                label=td_string!(locale, companies.account_field)
                name="account"
                value=account.value
                error=account.error
                autocomplete="off"
                node_ref=account.input
            />
            <PasswordField
                label=td_string!(locale, companies.password_field)
                name="password"
                id="password-there"
                value=password.value
                error=password.error
                autocomplete="off"
                node_ref=password.input
            />
            <div class="choices">
                <Button busy>{td_string!(locale, companies.go_on)}</Button>
                <Cancel room/>
            </div>
        </form>
    }
    .into_any()
}
