//! Everything that can change about a person. When somebody else changed them meanwhile, what was typed stays, and it
//! is said what counts now.

use leptos::{ev, prelude::*, task::spawn_local};

use super::connect::ConnectField;
use super::fields::{Draft, LanguageField, NameFields, RoleFields, Tick, WorkFields, roles_error};
use super::marks::roles;
use super::new::focus_first_field;
use super::room::{Room, Said};
use super::{focus_on, wording};
use crate::client::Api;
use crate::console::Me;
use crate::console::address::Beside;
use crate::i18n::{Locale, td_string, time_of, use_locale};
use crate::session::settle;
use crate::ui::{Banner, BannerKind, Button, Failed, Failure, Loading};
use crate::wire::{EditUser, ProblemCode, UserDetail};

#[component]
pub(super) fn EditPerson(room: Room, id: String) -> impl IntoView {
    let detail = Resource::new(
        || (),
        move |()| {
            let (api, id) = (room.api.get_value(), id.clone());
            async move { settle(api.user(&id).await) }
        },
    );
    let again = Callback::new(move |()| detail.refetch());
    view! {
        <Transition fallback=Loading>
            {move || detail.get().map(|answer| match answer {
                Ok(detail) => view! { <EditForm room detail/> }.into_any(),
                Err(error) => view! { <Failed error again/> }.into_any(),
            })}
        </Transition>
    }
}

/// What the form knows beside its fields.
#[derive(Clone, Copy)]
struct Editing {
    room: Room,
    draft: Draft,
    /// The person as they were read.
    read: RwSignal<UserDetail>,
    /// The person as somebody else has made them since.
    theirs: RwSignal<Option<UserDetail>>,
    busy: RwSignal<bool>,
}

impl Editing {
    fn save(self) {
        if self.busy.get_untracked() || !self.draft.check(true) {
            return;
        }
        self.busy.set(true);
        self.theirs.set(None);
        let room = self.room;
        let (id, version) = self
            .read
            .with_untracked(|read| (read.user.id.clone(), read.version));
        let wanted = self.draft.edit(version);
        spawn_local(async move {
            let mut answer = room
                .ask(async |api: &Api| api.edit_user(&id, &wanted).await)
                .await;
            if let Some(Ok(detail)) = &answer
                && let Some(named) = self.draft.other_phone_user(&detail.user)
            {
                // Everything else is saved by now, whatever becomes of this.
                self.read.try_set(detail.clone());
                answer = room
                    .ask(async |api: &Api| api.name_phone_user(&id, &named).await)
                    .await;
            }
            match answer {
                Some(Err(error)) if error.code() == Some(ProblemCode::ChangedMeanwhile) => {
                    let api = room.api.get_value();
                    match settle(api.user(&id).await) {
                        Ok(theirs) => {
                            self.theirs.try_set(Some(theirs));
                        }
                        Err(_) => self.draft.refuse(error),
                    }
                    self.busy.try_set(false);
                }
                Some(Err(error)) => {
                    self.busy.try_set(false);
                    self.draft.refuse(error);
                }
                Some(Ok(detail)) => {
                    self.busy.try_set(false);
                    room.done(Said::Done(saved(room.locale, &detail)));
                    let person = Beside::Person(detail.user.id);
                    room.go(untrack(|| room.asked.beside(&person)));
                }
                None => {
                    self.busy.try_set(false);
                }
            }
        });
    }

    /// Takes what somebody else saved, in place of what is typed.
    fn load_theirs(self) {
        if let Some(theirs) = self.theirs.get_untracked() {
            self.draft.fill(&theirs);
            self.read.set(theirs);
            self.theirs.set(None);
            focus_on("#person-name");
        }
    }

    /// Saves what is typed over what somebody else saved.
    fn save_over(self) {
        if let Some(theirs) = self.theirs.get_untracked() {
            self.read.set(theirs);
            self.save();
        }
    }
}

/// What is said when it is saved.
fn saved(locale: Locale, detail: &UserDetail) -> String {
    match &detail.new_email {
        Some(address) => td_string!(locale, people.edit.saved_address, address = address),
        None => td_string!(locale, people.edit.saved, name = detail.user.name.clone()),
    }
}

#[component]
fn EditForm(room: Room, detail: UserDetail) -> impl IntoView {
    let locale = use_locale();
    let draft = Draft::of(&detail);
    let person = Beside::Person(detail.user.id.clone());
    let is_me = use_context::<Me>().is_some_and(|Me(id)| id == detail.user.id);
    let title = td_string!(locale, people.edit.title, name = detail.user.name.clone());
    let editing = Editing {
        room,
        draft,
        read: RwSignal::new(detail),
        theirs: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    focus_first_field(if editing.read.with_untracked(is_bounced) {
        "#person-email"
    } else {
        "#person-name"
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        editing.save();
    };
    let email_note = Signal::derive(move || {
        editing.read.with(|read| {
            let is_same = draft.email.with(|email| email.trim() == read.user.email);
            (!is_same).then(|| {
                if read.can_be_invited {
                    td_string!(locale, people.edit.email_first).to_owned()
                } else {
                    td_string!(
                        locale,
                        people.edit.email_note,
                        old = read.user.email.clone()
                    )
                }
            })
        })
    });
    let leaves = move || {
        (is_me && !draft.roles.admin.get()).then(|| td_string!(locale, people.edit.leaves_console))
    };
    view! {
        <h2 tabindex="-1">{title}</h2>
        <form class="person-form" method="post" novalidate=true on:submit=submit>
            <NameFields
                draft
                username_hint=td_string!(locale, people.edit.username_hint)
                email_note
            />
            <RoleFields roles=draft.roles error=roles_error(draft, locale)/>
            <p class="hint note" role="status">{leaves}</p>
            <WorkFields room phone=draft.phone list=draft.list/>
            <ConnectField room draft/>
            <LanguageField value=draft.language/>
            <Tick
                id="person-sso"
                label=td_string!(locale, people.sso_only)
                hint=td_string!(locale, people.sso_only_hint)
                on=draft.sso_only
            />
            <Failure error=draft.failure/>
            {move || editing.theirs.get().map(|theirs| view! { <Conflict editing theirs/> })}
            <div class="actions">
                <span class="needs-program">
                    <Button busy=editing.busy>{td_string!(locale, people.edit.save)}</Button>
                </span>
                <a
                    class="button text"
                    href=move || room.asked.beside(&person)
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

fn is_bounced(detail: &UserDetail) -> bool {
    detail.user.status == crate::wire::UserStatus::Bounced
}

/// Who was faster, what differs, and the two ways on.
#[component]
fn Conflict(editing: Editing, theirs: UserDetail) -> impl IntoView {
    let locale = use_locale();
    let name = theirs.user.name.clone();
    let change = theirs.timeline.iter().find(|entry| entry.actor.is_some());
    let said = match change.and_then(|it| Some((it.actor.clone()?, time_of(&it.at)))) {
        Some((who, time)) => td_string!(
            locale,
            people.conflict.somebody,
            who = who,
            name = name,
            time = time
        ),
        None => td_string!(locale, people.conflict.unknown, name = name),
    };
    let wanted = editing.draft.edit(theirs.version);
    let differences = differences(locale, &wanted, &theirs)
        .into_iter()
        .map(|(field, value)| view! { <li><strong>{field}</strong> " " {value}</li> })
        .collect_view();
    Effect::new(move |done: Option<()>| {
        if done.is_none() {
            focus_on("#load-theirs");
        }
    });
    view! {
        <Banner kind=BannerKind::Warning>
            <p>{said}</p>
            <p>{td_string!(locale, people.conflict.kept)}</p>
            <ul class="differences">{differences}</ul>
            <div class="choices">
                <button
                    type="button"
                    id="load-theirs"
                    class="button quiet"
                    on:click=move |_| editing.load_theirs()
                >
                    {td_string!(locale, people.conflict.load)}
                </button>
                <button
                    type="button"
                    class="button text"
                    on:click=move |_| editing.save_over()
                >
                    {td_string!(locale, people.conflict.save_mine)}
                </button>
            </div>
        </Banner>
    }
    .into_any()
}

/// What the server has where something else is typed.
fn differences(
    locale: Locale,
    wanted: &EditUser,
    theirs: &UserDetail,
) -> Vec<(&'static str, String)> {
    let user = &theirs.user;
    let mut found = Vec::new();
    let mut compare = |field: &'static str, is_same: bool, value: String| {
        if !is_same {
            found.push((field, value));
        }
    };
    compare(
        td_string!(locale, console.users.name),
        wanted.name == user.name,
        user.name.clone(),
    );
    compare(
        td_string!(locale, console.users.email),
        [Some(&user.email), theirs.new_email.as_ref()].contains(&Some(&wanted.email)),
        theirs
            .new_email
            .clone()
            .unwrap_or_else(|| user.email.clone()),
    );
    compare(
        td_string!(locale, console.users.username),
        wanted.username == user.username,
        user.username.clone(),
    );
    compare(
        td_string!(locale, console.person.roles),
        wanted.roles.len() == user.roles.len()
            && wanted.roles.iter().all(|role| user.roles.contains(role)),
        roles(locale, &user.roles),
    );
    compare(
        td_string!(locale, people.phone.label),
        wanted.phone == user.phone,
        wording::phone(locale, user.phone).to_owned(),
    );
    compare(
        td_string!(locale, people.list_long),
        wanted.presence_list.as_ref() == user.presence_list.as_ref().map(|list| &list.id),
        user.presence_list.as_ref().map_or_else(
            || td_string!(locale, people.default_list).to_owned(),
            |list| list.name.clone(),
        ),
    );
    compare(
        td_string!(locale, people.language),
        wanted.language == theirs.language,
        theirs
            .language
            .clone()
            .unwrap_or_else(|| td_string!(locale, people.company_language).to_owned()),
    );
    compare(
        td_string!(locale, people.sso_only),
        wanted.sso_only == theirs.sso_only,
        if theirs.sso_only {
            td_string!(locale, people.yes).to_owned()
        } else {
            td_string!(locale, people.no).to_owned()
        },
    );
    found
}
