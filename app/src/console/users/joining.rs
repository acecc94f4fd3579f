//! Who asks to join: Connect users without an account, each with a form to make them one, or a no.

use leptos::{ev, html, prelude::*, task::spawn_local};

use super::focus_on;
use super::room::{Act, Doing, Room, Said};
use super::wording;
use crate::client::{Api, ApiError};
use crate::console::address::Beside;
use crate::console::words;
use crate::i18n::{td_string, use_locale};
use crate::ui::{Banner, Button, Empty, Failed, Failure, Loading, TextField, Visits};
use crate::wire::{ApproveJoin, JoinRequest, Phone, ProblemCode};

/// Above the list, while somebody asks.
#[component]
pub(super) fn JoiningNotice(room: Room) -> impl IntoView {
    let locale = use_locale();
    let count = move || {
        let answer = room.joining.get()?.ok()?;
        (!answer.requests.is_empty()).then_some(answer.requests.len())
    };
    view! {
        <Transition fallback=|| ()>
            {move || count().map(|count| {
                let (words, look) = match count {
                    1 => (
                        td_string!(locale, amazon.join.one).to_owned(),
                        td_string!(locale, amazon.join.look),
                    ),
                    count => (
                        td_string!(locale, amazon.join.many, count = count),
                        td_string!(locale, amazon.join.look_many),
                    ),
                };
                view! {
                    <Banner>
                        <p class="joining">
                            {words}
                            " "
                            <a href=move || room.asked.beside(&Beside::Joining) data-noscroll=true>
                                {look}
                            </a>
                        </p>
                    </Banner>
                }
            })}
        </Transition>
    }
    .into_any()
}

/// The panel with all of them.
#[component]
pub(super) fn Joining(room: Room) -> impl IntoView {
    let locale = use_locale();
    let again = Callback::new(move |()| room.joining.refetch());
    let heading = NodeRef::<html::H2>::new();
    let later = Visits::later();
    Effect::new(move |done: Option<()>| {
        if let Some(heading) = heading.get()
            && later
            && done.is_none()
        {
            let _ = heading.focus();
        }
    });
    // What is typed for one stays while another one is answered.
    let requests = Memo::new(move |before: Option<&Vec<JoinRequest>>| {
        let answer = room.joining.get().and_then(Result::ok);
        answer.map_or_else(
            || before.cloned().unwrap_or_default(),
            |answer| answer.requests,
        )
    });
    let list = move || {
        view! {
            {move || requests.with(Vec::is_empty).then(|| view! {
                <Empty
                    title=td_string!(locale, amazon.join.empty)
                    text=td_string!(locale, amazon.join.empty_text)
                />
            })}
            <ul class="asking">
                <For each=move || requests.get() key=|it| it.id.clone() let:request>
                    <One room request/>
                </For>
            </ul>
        }
    };
    let failed = Memo::new(move |_| room.joining.get().and_then(Result::err));
    let is_there = Memo::new(move |_| room.joining.get().is_some());
    view! {
        <h2 id="joining" tabindex="-1" node_ref=heading>{td_string!(locale, amazon.join.title)}</h2>
        <p>{td_string!(locale, amazon.join.lead)}</p>
        <Transition fallback=Loading>
            {move || is_there.get().then(|| match failed.get() {
                None => list().into_any(),
                Some(error) => view! { <Failed error again/> }.into_any(),
            })}
        </Transition>
    }
    .into_any()
}

/// What is typed for a request's account, and why it was not made.
#[derive(Clone, Copy)]
struct Draft {
    name: RwSignal<String>,
    email: RwSignal<String>,
    username: RwSignal<String>,
    phone: RwSignal<Phone>,
    /// The field that was refused, and why.
    flaw: RwSignal<Option<(&'static str, String)>>,
    failure: RwSignal<Option<ApiError>>,
}

impl Draft {
    fn of(request: &JoinRequest) -> Self {
        Self {
            name: RwSignal::new(request.name.clone()),
            email: RwSignal::new(request.email.clone()),
            username: RwSignal::default(),
            phone: RwSignal::new(Phone::Softphone),
            flaw: RwSignal::new(None),
            failure: RwSignal::new(None),
        }
    }

    fn person(self) -> ApproveJoin {
        let given = |text: RwSignal<String>| text.with_untracked(|text| text.trim().to_owned());
        ApproveJoin {
            name: given(self.name),
            email: given(self.email),
            username: Some(given(self.username)).filter(|text| !text.is_empty()),
            phone: self.phone.get_untracked(),
        }
    }

    fn error(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            let flaw = self.flaw.get();
            flaw.and_then(|(at, words)| (at == field).then_some(words))
        })
    }

    /// Says what the server said, at the field that it is about.
    fn refuse(self, room: Room, error: ApiError) {
        let locale = room.locale;
        let flaw = match error.code() {
            Some(ProblemCode::EmailTaken) => {
                Some(("email", td_string!(locale, problem.email_taken).to_owned()))
            }
            Some(ProblemCode::UsernameTaken) => Some((
                "username",
                td_string!(locale, problem.username_taken).to_owned(),
            )),
            Some(ProblemCode::InvalidRequest) => {
                Some(("email", td_string!(locale, people.flaw.email).to_owned()))
            }
            _ => None,
        };
        match flaw {
            Some(flaw) => {
                self.flaw.try_set(Some(flaw));
            }
            None => {
                self.failure.try_set(Some(error));
            }
        }
    }
}

#[component]
fn One(room: Room, request: JoinRequest) -> impl IntoView {
    let locale = use_locale();
    let draft = Draft::of(&request);
    let busy = RwSignal::new(false);
    let JoinRequest {
        id,
        phone_username: user,
        asked_at,
        ..
    } = request;
    let asked = words::moment(locale, &asked_at);
    let asked = td_string!(locale, amazon.join.asked, time = asked);
    let approve = td_string!(locale, amazon.join.approve_of, user = user.clone());
    let refuse = td_string!(locale, amazon.join.refuse_of, user = user.clone());
    let field = |name: &str| format!("join-{name}-{id}");
    let (name_id, email_id, username_id, phone_id) = (
        field("name"),
        field("email"),
        field("username"),
        field("phone"),
    );
    let act = Act::RefuseJoin {
        id: id.clone(),
        user: user.clone(),
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        draft.flaw.set(None);
        draft.failure.set(None);
        approve_it(room, id.clone(), draft, busy);
    };
    view! {
        <li>
            <div class="who">
                <h3>{user}</h3>
                <p class="hint">{asked}</p>
            </div>
            <form class="person-form" method="post" novalidate=true on:submit=submit>
                <TextField
                    label=td_string!(locale, console.users.name)
                    name="name"
                    id=name_id
                    value=draft.name
                    error=draft.error("name")
                    autocomplete="off"
                />
                <TextField
                    label=td_string!(locale, console.users.email)
                    name="email"
                    id=email_id
                    inputmode="email"
                    value=draft.email
                    error=draft.error("email")
                    autocomplete="off"
                />
                <TextField
                    label=td_string!(locale, console.users.username)
                    name="username"
                    id=username_id
                    value=draft.username
                    error=draft.error("username")
                    hint=td_string!(locale, people.new.username_hint)
                    autocomplete="off"
                />
                <PhoneField id=phone_id phone=draft.phone/>
                <Failure error=draft.failure/>
                <div class="actions needs-program">
                    <span aria-label=approve>
                        <Button busy>{td_string!(locale, amazon.join.approve)}</Button>
                    </span>
                    <button
                        type="button"
                        class="button text"
                        aria-label=refuse
                        aria-haspopup="dialog"
                        on:click=move |_| room.begin(Doing::Sure(act.clone()))
                    >
                        {td_string!(locale, amazon.join.refuse)}
                    </button>
                </div>
            </form>
        </li>
    }
    .into_any()
}

fn approve_it(room: Room, id: String, draft: Draft, busy: RwSignal<bool>) {
    let person = draft.person();
    spawn_local(async move {
        let answer = room
            .ask(async |api: &Api| api.approve_join(&id, &person).await)
            .await;
        busy.try_set(false);
        let locale = room.locale;
        match answer {
            None => {}
            Some(Ok(detail)) => {
                let words = td_string!(locale, amazon.join.approved, name = detail.user.name);
                room.done(Said::Done(words));
                focus_on("#joining");
            }
            Some(Err(error)) if error.code() == Some(ProblemCode::NotFound) => {
                room.done(Said::Done(td_string!(locale, amazon.join.gone).to_owned()));
            }
            Some(Err(error)) => draft.refuse(room, error),
        }
    });
}

/// What they take calls with.
#[component]
fn PhoneField(id: String, phone: RwSignal<Phone>) -> impl IntoView {
    let locale = use_locale();
    let choose = move |words: String| {
        let wanted = wording::PHONES
            .into_iter()
            .find(|phone| wording::phone_name(*phone) == words);
        phone.set(wanted.unwrap_or_default());
    };
    let option = move |one: Phone| {
        view! {
            <option value=wording::phone_name(one) selected=phone.get_untracked() == one>
                {wording::phone(locale, one)}
            </option>
        }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{td_string!(locale, people.phone.label)}</label>
            <select id=id on:change:target=move |event| choose(event.target().value())>
                {wording::PHONES.map(option).collect_view()}
            </select>
        </div>
    }
    .into_any()
}
