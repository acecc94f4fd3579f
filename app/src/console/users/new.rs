//! One more person.

use leptos::{ev, prelude::*, task::spawn_local};

use super::fields::{Draft, NameFields, RoleFields, Tick, WorkFields, roles_error};
use super::focus_on;
use super::room::{Room, Said};
use crate::client::Api;
use crate::console::address::Beside;
use crate::i18n::{td_string, use_locale};
use crate::ui::{Button, Failure, Visits};

#[component]
pub(super) fn NewPerson(room: Room) -> impl IntoView {
    let locale = use_locale();
    let draft = Draft::empty();
    let invite = RwSignal::new(true);
    let busy = RwSignal::new(false);
    focus_first_field("#person-name");
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || !draft.check(false) {
            return;
        }
        busy.set(true);
        let person = draft.new_user(invite.get_untracked());
        spawn_local(async move {
            let answer = room
                .ask(async |api: &Api| api.create_user(&person).await)
                .await;
            busy.try_set(false);
            match answer {
                None => {}
                Some(Ok(detail)) => {
                    let name = detail.user.name;
                    let words = if person.invite {
                        td_string!(locale, people.new.invited, name = name)
                    } else {
                        td_string!(locale, people.new.done, name = name)
                    };
                    room.done(Said::Done(words));
                    let person = Beside::Person(detail.user.id);
                    room.go(untrack(|| room.asked.beside(&person)));
                }
                Some(Err(error)) => draft.refuse(error),
            }
        });
    };
    view! {
        <h2 tabindex="-1">{td_string!(locale, people.new.open)}</h2>
        <form class="person-form" method="post" novalidate=true on:submit=submit>
            <NameFields draft username_hint=td_string!(locale, people.new.username_hint)/>
            <RoleFields roles=draft.roles error=roles_error(draft, locale)/>
            <WorkFields room phone=draft.phone list=draft.list/>
            <Tick
                id="person-sso"
                label=td_string!(locale, people.sso_only)
                hint=td_string!(locale, people.sso_only_hint)
                on=draft.sso_only
            />
            <Tick
                id="person-invite"
                label=td_string!(locale, people.new.invite)
                hint=td_string!(locale, people.new.invite_hint)
                on=invite
                disabled=draft.sso_only
            />
            <Failure error=draft.failure/>
            <div class="actions">
                <span class="needs-program">
                    <Button busy>{td_string!(locale, people.new.open)}</Button>
                </span>
                <a
                    class="button text"
                    href=move || room.asked.list(|_| {})
                    data-noscroll=true
                >
                    {td_string!(locale, console.help.cancel)}
                </a>
                <noscript inner_html=td_string!(locale, people.needs_scripts)></noscript>
            </div>
        </form>
    }
    .into_any()
}

/// Whoever opened a form wants to type, except in a document that was only just loaded.
pub(super) fn focus_first_field(selector: &'static str) {
    let later = Visits::later();
    Effect::new(move |done: Option<()>| {
        if later && done.is_none() {
            focus_on(selector);
        }
    });
}
