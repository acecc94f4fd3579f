//! Who is who in Amazon Connect: people whose user there is known, to be changed or forgotten.

use leptos::{ev, prelude::*, task::spawn_local};

use super::Room;
use crate::client::ApiError;
use crate::console::address;
use crate::i18n::{Locale, error_text, td_string, use_locale};
use crate::ui::{Button, Dialog, Empty, TextField};
use crate::wire::{ConnectPerson, NamePhoneUser, ProblemCode, UserQuery};

#[component]
pub(super) fn People(room: Room) -> impl IntoView {
    let locale = use_locale();
    let people = Memo::new(move |_| room.page.with(|page| page.people.clone()));
    let changing = RwSignal::new(None::<ConnectPerson>);
    let open = RwSignal::new(false);
    let done = RwSignal::new(None::<String>);
    let more = Memo::new(move |_| {
        room.page.with(|page| {
            let shown = u32::try_from(page.people.len()).unwrap_or(u32::MAX);
            page.known.saturating_sub(shown)
        })
    });
    let title = Signal::derive(move || {
        let name = changing.with(|person| person.as_ref().map(|person| person.name.clone()));
        td_string!(locale, amazon.people.of, name = name.unwrap_or_default())
    });
    let row = move |person: ConnectPerson| {
        let begin = {
            let person = person.clone();
            move |_| {
                done.set(None);
                changing.set(Some(person.clone()));
                open.set(true);
            }
        };
        view! { <Row room person begin/> }
    };
    view! {
        <section class="who-is-who" aria-labelledby="people-title">
            <h2 id="people-title">{td_string!(locale, amazon.people.title)}</h2>
            <p>{td_string!(locale, amazon.people.lead)}</p>
            <p class="saved" role="status">{move || done.get()}</p>
            {move || people.with(Vec::is_empty).then(|| view! {
                <Empty
                    title=td_string!(locale, amazon.people.empty)
                    text=td_string!(locale, amazon.people.empty_text)
                />
            })}
            <ul>
                <For
                    each=move || people.get()
                    key=|it| (it.id.clone(), it.phone_username.clone(), it.browsers)
                    let:person
                >
                    {row(person)}
                </For>
            </ul>
            {move || (more.get() > 0).then(|| view! {
                <p class="hint">{td_string!(locale, amazon.people.more, count = more.get())}</p>
            })}
        </section>
        <Dialog title id="connect-user-title" open>
            {move || changing.get().map(|person| view! { <Change room person open done/> })}
        </Dialog>
    }
    .into_any()
}

#[component]
fn Row(
    room: Room,
    person: ConnectPerson,
    begin: impl Fn(ev::MouseEvent) + 'static,
) -> impl IntoView {
    let locale = use_locale();
    let href = room
        .alias
        .with_value(|alias| address::users(alias, Some(&person.id), &UserQuery::default()));
    let browsers = browsers(locale, person.browsers);
    let label = td_string!(locale, amazon.people.change_of, name = person.name.clone());
    view! {
        <li>
            <a href=href>{person.name}</a>
            <strong>{person.phone_username}</strong>
            <span class="hint">{browsers}</span>
            <button type="button" class="button quiet needs-program" aria-label=label on:click=begin>
                {td_string!(locale, amazon.people.change)}
            </button>
        </li>
    }
    .into_any()
}

fn browsers(locale: Locale, count: u32) -> String {
    match count {
        0 => td_string!(locale, amazon.people.no_browser).to_owned(),
        1 => td_string!(locale, amazon.people.one_browser).to_owned(),
        count => td_string!(locale, amazon.people.browsers, count = count),
    }
}

/// Another user, or none.
#[component]
fn Change(
    room: Room,
    person: ConnectPerson,
    open: RwSignal<bool>,
    done: RwSignal<Option<String>>,
) -> impl IntoView {
    let locale = use_locale();
    let value = RwSignal::new(person.phone_username.clone());
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let person = StoredValue::new(person);
    let name = move |wanted: Option<String>| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let answer = change(room, person.get_value().id, wanted.clone()).await;
            // The page may be gone by now.
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Some(Ok(())) => {
                    let name = person.with_value(|person| person.name.clone());
                    done.set(Some(match wanted {
                        Some(user) => {
                            td_string!(locale, amazon.people.changed, name = name, user = user)
                        }
                        None => td_string!(locale, amazon.people.removed, name = name),
                    }));
                    open.set(false);
                }
                Some(Err(failed)) => error.set(Some(refused(locale, &failed))),
                None => {}
            }
        });
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let typed = value.with_untracked(|typed| typed.trim().to_owned());
        if typed.is_empty() {
            error.set(Some(td_string!(locale, amazon.people.wrong).to_owned()));
        } else {
            name(Some(typed));
        }
    };
    view! {
        <form class="dialog-form" novalidate=true on:submit=submit>
            <p>{td_string!(locale, amazon.people.change_text)}</p>
            <TextField
                label=td_string!(locale, amazon.person)
                name="connect-user"
                value
                error
                hint=td_string!(locale, amazon.people.hint)
                autocomplete="off"
            />
            <div class="choices">
                <Button busy>{td_string!(locale, amazon.people.save)}</Button>
                <button
                    type="button"
                    class="button danger"
                    disabled=busy
                    on:click=move |_| name(None)
                >
                    {td_string!(locale, amazon.people.remove)}
                </button>
                <button type="button" class="button text" on:click=move |_| open.set(false)>
                    {td_string!(locale, console.help.cancel)}
                </button>
            </div>
        </form>
    }
    .into_any()
}

async fn change(room: Room, id: String, wanted: Option<String>) -> Option<Result<(), ApiError>> {
    let api = room.api.get_value();
    let named = NamePhoneUser {
        phone_username: wanted,
    };
    let answer = room
        .proof
        .around(async || api.name_phone_user(&id, &named).await)
        .await;
    if let Some(Ok(_)) = &answer
        && let Ok(page) = api.amazon_connect().await
    {
        room.page.try_set(page);
    }
    answer.map(|answer| answer.map(drop))
}

/// What is said of a refusal here.
pub(crate) fn refused(locale: Locale, error: &ApiError) -> String {
    match error.code() {
        Some(ProblemCode::InvalidRequest) => td_string!(locale, amazon.people.wrong).to_owned(),
        _ => error_text(locale, error),
    }
}
