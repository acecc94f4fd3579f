//! The fields of a person, for whoever is added and whoever is changed: what is typed, what is wrong with it, and how
//! it is sent.

use leptos::prelude::*;

use super::room::Room;
use super::{focus_on, wording};
use crate::client::ApiError;
use crate::i18n::{Locale, languages, td_string, use_locale};
use crate::ui::TextField;
use crate::wire::{EditUser, NamePhoneUser, NewUser, Phone, ProblemCode, Role, User, UserDetail};

/// Why something typed cannot be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    NameMissing,
    EmailWrong,
    EmailTaken,
    UsernameWrong,
    UsernameTaken,
    NoRole,
    LastAdmin,
    PhoneTaken,
}

impl Flaw {
    fn of(code: ProblemCode) -> Option<Self> {
        match code {
            ProblemCode::EmailTaken => Some(Self::EmailTaken),
            ProblemCode::UsernameTaken => Some(Self::UsernameTaken),
            ProblemCode::LastAdmin => Some(Self::LastAdmin),
            ProblemCode::PhoneTaken => Some(Self::PhoneTaken),
            _ => None,
        }
    }

    fn field(self) -> &'static str {
        match self {
            Self::NameMissing => "person-name",
            Self::EmailWrong | Self::EmailTaken => "person-email",
            Self::UsernameWrong | Self::UsernameTaken => "person-username",
            Self::NoRole => "person-agent",
            Self::LastAdmin => "person-admin",
            Self::PhoneTaken => "person-connect",
        }
    }

    fn words(self, locale: Locale) -> &'static str {
        match self {
            Self::NameMissing => td_string!(locale, people.flaw.name),
            Self::EmailWrong => td_string!(locale, people.flaw.email),
            Self::EmailTaken => td_string!(locale, problem.email_taken),
            Self::UsernameWrong => td_string!(locale, people.flaw.username),
            Self::UsernameTaken => td_string!(locale, problem.username_taken),
            Self::NoRole => td_string!(locale, people.flaw.role),
            Self::LastAdmin => td_string!(locale, problem.last_admin),
            Self::PhoneTaken => td_string!(locale, amazon.person_taken),
        }
    }
}

/// Whether mail could go there; the server looks closer.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let is_odd = |c: char| c.is_whitespace() || matches!(c, '"' | ',' | ';' | '@');
    !local.is_empty() && !text.replacen('@', "", 1).contains(is_odd) && domain.contains('.')
}

/// 1–64 characters without spaces and `@`, which is how addresses are told apart.
fn is_username(text: &str) -> bool {
    (1..=64).contains(&text.chars().count())
        && !text.contains(|c: char| c == '@' || c.is_whitespace())
}

/// What is typed about a person.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub(super) name: RwSignal<String>,
    pub(super) email: RwSignal<String>,
    pub(super) username: RwSignal<String>,
    pub(super) roles: RoleChoice,
    pub(super) phone: RwSignal<Phone>,
    /// Their user in Amazon Connect; empty: whoever proves it first.
    pub(super) phone_username: RwSignal<String>,
    /// The id of a presence reason list; empty for the company's default one.
    pub(super) list: RwSignal<String>,
    /// Empty for the company's.
    pub(super) language: RwSignal<String>,
    pub(super) sso_only: RwSignal<bool>,
    flaws: RwSignal<Vec<Flaw>>,
    pub(super) failure: RwSignal<Option<ApiError>>,
}

/// The ticked roles.
#[derive(Clone, Copy)]
pub(super) struct RoleChoice {
    pub(super) agent: RwSignal<bool>,
    pub(super) admin: RwSignal<bool>,
}

impl RoleChoice {
    pub(super) fn agents() -> Self {
        Self {
            agent: RwSignal::new(true),
            admin: RwSignal::new(false),
        }
    }

    pub(super) fn ticked(self) -> Vec<Role> {
        let mut roles = Vec::new();
        if self.agent.get_untracked() {
            roles.push(Role::Agent);
        }
        if self.admin.get_untracked() {
            roles.push(Role::Admin);
        }
        roles
    }
}

impl Draft {
    pub(super) fn empty() -> Self {
        Self {
            name: RwSignal::default(),
            email: RwSignal::default(),
            username: RwSignal::default(),
            roles: RoleChoice::agents(),
            phone: RwSignal::new(Phone::Softphone),
            phone_username: RwSignal::default(),
            list: RwSignal::default(),
            language: RwSignal::default(),
            sso_only: RwSignal::new(false),
            flaws: RwSignal::default(),
            failure: RwSignal::new(None),
        }
    }

    pub(super) fn of(detail: &UserDetail) -> Self {
        let draft = Self::empty();
        draft.fill(detail);
        draft
    }

    /// Takes the values that the server has.
    pub(super) fn fill(self, detail: &UserDetail) {
        let user = &detail.user;
        self.name.set(user.name.clone());
        // An address that waits for being confirmed is the one that was wanted last.
        let email = detail.new_email.as_ref().unwrap_or(&user.email);
        self.email.set(email.clone());
        self.username.set(user.username.clone());
        self.roles.agent.set(user.roles.contains(&Role::Agent));
        self.roles.admin.set(user.roles.contains(&Role::Admin));
        self.phone.set(user.phone);
        self.phone_username
            .set(user.phone_username.clone().unwrap_or_default());
        let list = user.presence_list.as_ref().map(|list| list.id.clone());
        self.list.set(list.unwrap_or_default());
        self.language
            .set(detail.language.clone().unwrap_or_default());
        self.sso_only.set(detail.sso_only);
        self.flaws.set(Vec::new());
        self.failure.set(None);
    }

    /// Whether it can be sent; otherwise the fields say why not, and the first of them has the focus.
    pub(super) fn check(self, needs_username: bool) -> bool {
        self.failure.set(None);
        let mut flaws = Vec::new();
        if self.name.with_untracked(|name| name.trim().is_empty()) {
            flaws.push(Flaw::NameMissing);
        }
        if !self.email.with_untracked(|email| is_email(email.trim())) {
            flaws.push(Flaw::EmailWrong);
        }
        let is_good = self.username.with_untracked(|username| {
            let username = username.trim();
            (username.is_empty() && !needs_username) || is_username(username)
        });
        if !is_good {
            flaws.push(Flaw::UsernameWrong);
        }
        if self.roles.ticked().is_empty() {
            flaws.push(Flaw::NoRole);
        }
        let is_good = flaws.is_empty();
        self.show(flaws);
        is_good
    }

    /// Says what the server said, at the field that it is about.
    pub(super) fn refuse(self, error: ApiError) {
        match error.code().and_then(Flaw::of) {
            Some(flaw) => self.show(vec![flaw]),
            None => {
                self.failure.try_set(Some(error));
            }
        }
    }

    fn show(self, flaws: Vec<Flaw>) {
        if let Some(first) = flaws.first() {
            focus_on(&format!("#{}", first.field()));
        }
        self.flaws.try_set(flaws);
    }

    pub(super) fn said(
        self,
        locale: Locale,
        fields: &'static [&'static str],
    ) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.flaws.with(|flaws| {
                let flaw = flaws.iter().find(|flaw| fields.contains(&flaw.field()));
                flaw.map(|flaw| flaw.words(locale).to_owned())
            })
        })
    }

    pub(super) fn new_user(self, invite: bool) -> NewUser {
        let sso_only = self.sso_only.get_untracked();
        NewUser {
            name: trimmed(self.name),
            email: trimmed(self.email),
            username: chosen(self.username),
            roles: self.roles.ticked(),
            phone: self.phone.get_untracked(),
            presence_list: chosen(self.list),
            sso_only,
            invite: invite && !sso_only,
        }
    }

    /// Who they are to be in Amazon Connect, if it is somebody else than they are.
    pub(super) fn other_phone_user(self, user: &User) -> Option<NamePhoneUser> {
        let wanted = chosen(self.phone_username);
        (wanted != user.phone_username).then_some(NamePhoneUser {
            phone_username: wanted,
        })
    }

    pub(super) fn edit(self, version: u32) -> EditUser {
        EditUser {
            version,
            name: trimmed(self.name),
            username: trimmed(self.username),
            email: trimmed(self.email),
            roles: self.roles.ticked(),
            phone: self.phone.get_untracked(),
            presence_list: chosen(self.list),
            language: chosen(self.language),
            sso_only: self.sso_only.get_untracked(),
        }
    }
}

fn trimmed(text: RwSignal<String>) -> String {
    text.with_untracked(|text| text.trim().to_owned())
}

/// Nothing where nothing was typed.
fn chosen(text: RwSignal<String>) -> Option<String> {
    Some(trimmed(text)).filter(|text| !text.is_empty())
}

/// Name, address and username.
#[component]
pub(super) fn NameFields(
    draft: Draft,
    username_hint: &'static str,
    /// What becomes of another address; nothing while it is the same.
    #[prop(optional, into)]
    email_note: Signal<Option<String>>,
) -> impl IntoView {
    let locale = use_locale();
    view! {
        <TextField
            label=td_string!(locale, console.users.name)
            name="name"
            id="person-name"
            value=draft.name
            error=draft.said(locale, &["person-name"])
            autocomplete="off"
        />
        <TextField
            label=td_string!(locale, console.users.email)
            name="email"
            id="person-email"
            kind="email"
            inputmode="email"
            value=draft.email
            error=draft.said(locale, &["person-email"])
            autocomplete="off"
            described_by="email-note"
        />
        <p class="hint note" id="email-note" role="status">{move || email_note.get()}</p>
        <TextField
            label=td_string!(locale, console.users.username)
            name="username"
            id="person-username"
            value=draft.username
            hint=username_hint
            error=draft.said(locale, &["person-username"])
            autocomplete="off"
        />
    }
    .into_any()
}

/// Roles, with what is wrong with them.
#[component]
pub(super) fn RoleFields(
    roles: RoleChoice,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let locale = use_locale();
    view! {
        <fieldset class="plain" aria-describedby="roles-error">
            <legend>{td_string!(locale, console.person.roles)}</legend>
            <div class="in-a-row">
                <Tick
                    id="person-agent"
                    label=td_string!(locale, signed_in.role.agent)
                    on=roles.agent
                />
                <Tick
                    id="person-admin"
                    label=td_string!(locale, signed_in.role.admin)
                    on=roles.admin
                />
            </div>
            <p class="error" id="roles-error" role="alert">{move || error.get()}</p>
        </fieldset>
    }
    .into_any()
}

/// A box with its words beside it.
#[component]
pub(super) fn Tick(
    id: &'static str,
    label: &'static str,
    on: RwSignal<bool>,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    view! {
        <div class="choice">
            <input
                id=id
                type="checkbox"
                checked=on.get_untracked()
                prop:checked=on
                disabled=disabled
                aria-describedby=hint.map(|_| hint_id.clone())
                on:change:target=move |event| on.set(event.target().checked())
            />
            <label for=id>{label}</label>
            {hint.map(|hint| view! { <p class="hint" id=hint_id.clone()>{hint}</p> })}
        </div>
    }
    .into_any()
}

/// What they take calls with, and which statuses they may take.
#[component]
pub(super) fn WorkFields(
    room: Room,
    phone: RwSignal<Phone>,
    list: RwSignal<String>,
) -> impl IntoView {
    let locale = use_locale();
    let choose = move |words: String| {
        let wanted = wording::PHONES
            .into_iter()
            .find(|phone| wording::phone_name(*phone) == words);
        phone.set(wanted.unwrap_or_default());
    };
    let option = move |one: Phone| {
        view! {
            <option
                value=wording::phone_name(one)
                selected=phone.get_untracked() == one
                prop:selected=move || phone.get() == one
            >
                {wording::phone(locale, one)}
            </option>
        }
    };
    view! {
        <div class="field">
            <label for="person-phone">{td_string!(locale, people.phone.label)}</label>
            <select id="person-phone" on:change:target=move |event| choose(event.target().value())>
                {wording::PHONES.map(option).collect_view()}
            </select>
        </div>
        <div class="field">
            <label for="person-list">{td_string!(locale, people.list_long)}</label>
            <select
                id="person-list"
                on:change:target=move |event| list.set(event.target().value())
            >
                <Choice value=list name="".to_owned() words=td_string!(locale, people.default_list).to_owned()/>
                <Transition fallback=|| ()>
                    {move || room.lists.get().map(|lists| {
                        lists
                            .into_iter()
                            .map(|it| view! { <Choice value=list name=it.id words=it.name/> })
                            .collect_view()
                    })}
                </Transition>
            </select>
        </div>
    }
    .into_any()
}

#[component]
fn Choice(value: RwSignal<String>, name: String, words: String) -> impl IntoView {
    let chosen = {
        let name = name.clone();
        move || value.with(|value| *value == name)
    };
    view! { <option value=name selected=untrack(&chosen) prop:selected=chosen>{words}</option> }
}

/// The language in which they read Callgate.
#[component]
pub(super) fn LanguageField(value: RwSignal<String>) -> impl IntoView {
    let locale = use_locale();
    view! {
        <div class="field">
            <label for="person-language">{td_string!(locale, people.language)}</label>
            <select
                id="person-language"
                on:change:target=move |event| value.set(event.target().value())
            >
                <Choice value name="".to_owned() words=td_string!(locale, people.company_language).to_owned()/>
                {languages()
                    .map(|(tag, name)| view! { <Choice value name=tag.to_owned() words=name/> })
                    .collect_view()}
            </select>
        </div>
    }
    .into_any()
}

/// What is wrong with the roles.
pub(super) fn roles_error(draft: Draft, locale: Locale) -> Signal<Option<String>> {
    draft.said(locale, &["person-agent", "person-admin"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_whole() {
        for good in ["ada@acme.example", "a.b+c@d.e"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "ada",
            "@acme.example",
            "ada@acme",
            "a b@c.d",
            "a@b.c,d@e.f",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn usernames_are_no_addresses() {
        assert!(is_username("agent-007"));
        for bad in ["", "a b", "ada@acme.example", &"a".repeat(65)] {
            assert!(!is_username(bad), "{bad}");
        }
    }
}
