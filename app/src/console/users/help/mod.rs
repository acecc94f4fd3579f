//! What an administrator does for somebody who cannot sign in: which help is offered, its button and its dialog.

mod code;
mod form;

use leptos::prelude::*;

use self::{code::ShownCode, form::HelpForm};
use super::room::{Doing, Room, Said, Whom};
use crate::console::Me;
use crate::i18n::{Locale, td_string, use_locale};
use crate::wire::{AdminCode, BulkKind, BulkOutcome, UserDetail, UserStatus};

/// What needs a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Help {
    Unlock,
    BackupCode,
    ResetTwoFactor,
    SendReset,
    /// No help to the person, but asked for in the same way.
    Disable,
}

/// What came of it.
#[derive(Clone, PartialEq, Eq)]
enum Outcome {
    Done,
    Code(AdminCode),
    ToMany(BulkKind, BulkOutcome),
}

/// Why a help would be of no use now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Useless {
    Locked,
    NothingSetUp,
    NoPassword,
}

/// Why somebody gets no other help than perhaps an unlock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beyond {
    Yourself,
    NotAccepted,
    Disabled,
}

/// What is offered on somebody's card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Offer {
    helps: Vec<(Help, Option<Useless>)>,
    beyond: Option<Beyond>,
}

impl Offer {
    /// What this person can be helped with by the administrator `me`. The server decides again.
    fn of(detail: &UserDetail, me: &str) -> Self {
        let user = &detail.user;
        if user.id == me {
            return Self {
                helps: Vec::new(),
                beyond: Some(Beyond::Yourself),
            };
        }
        let mut helps = Vec::new();
        if user.locked {
            helps.push((Help::Unlock, None));
        }
        let beyond = match user.status {
            UserStatus::Enabled | UserStatus::SsoOnly => {
                let nothing = detail.methods.is_empty() && detail.backup_codes_left.is_none();
                let without = user.status == UserStatus::SsoOnly;
                helps.extend([
                    (Help::BackupCode, user.locked.then_some(Useless::Locked)),
                    (
                        Help::ResetTwoFactor,
                        nothing.then_some(Useless::NothingSetUp),
                    ),
                    (Help::SendReset, without.then_some(Useless::NoPassword)),
                ]);
                None
            }
            UserStatus::Disabled => Some(Beyond::Disabled),
            UserStatus::Pending
            | UserStatus::Invited
            | UserStatus::Expired
            | UserStatus::Bounced => Some(Beyond::NotAccepted),
        };
        Self { helps, beyond }
    }
}

impl Help {
    /// The id of its button's hint begins with it.
    fn id(self) -> &'static str {
        match self {
            Self::Unlock => "unlock",
            Self::BackupCode => "backup-code",
            Self::ResetTwoFactor => "reset-two-factor",
            Self::SendReset => "send-password-reset",
            Self::Disable => "disable",
        }
    }

    /// The words of its buttons.
    fn name(self, locale: Locale) -> &'static str {
        match self {
            Self::Unlock => td_string!(locale, console.unlock.open),
            Self::BackupCode => td_string!(locale, console.backup_code.open),
            Self::ResetTwoFactor => td_string!(locale, console.reset_two_factor.open),
            Self::SendReset => td_string!(locale, console.send_reset.open),
            Self::Disable => td_string!(locale, people.disable.open),
        }
    }

    pub(super) fn title(self, locale: Locale, name: String) -> String {
        match self {
            Self::Unlock => td_string!(locale, console.unlock.title, name = name),
            Self::BackupCode => td_string!(locale, console.backup_code.title, name = name),
            Self::ResetTwoFactor => td_string!(locale, console.reset_two_factor.title, name = name),
            Self::SendReset => td_string!(locale, console.send_reset.title, name = name),
            Self::Disable => td_string!(locale, people.disable.title, name = name),
        }
    }

    /// What it means for the person.
    fn text(self, locale: Locale) -> &'static str {
        match self {
            Self::Unlock => td_string!(locale, console.unlock.text),
            Self::BackupCode => td_string!(locale, console.backup_code.text),
            Self::ResetTwoFactor => td_string!(locale, console.reset_two_factor.text),
            Self::SendReset => td_string!(locale, console.send_reset.text),
            Self::Disable => td_string!(locale, people.disable.text),
        }
    }

    /// What is said when it is done.
    fn saved(self, locale: Locale, name: String) -> String {
        match self {
            Self::Unlock => td_string!(locale, console.unlock.saved, name = name),
            Self::BackupCode => td_string!(locale, console.backup_code.saved, name = name),
            Self::ResetTwoFactor => td_string!(locale, console.reset_two_factor.saved, name = name),
            Self::SendReset => td_string!(locale, console.send_reset.saved, name = name),
            Self::Disable => td_string!(locale, people.disable.done, name = name),
        }
    }
}

fn useless(locale: Locale, why: Useless) -> &'static str {
    match why {
        Useless::Locked => td_string!(locale, console.help.locked),
        Useless::NothingSetUp => td_string!(locale, console.help.nothing_set_up),
        Useless::NoPassword => td_string!(locale, console.help.no_password),
    }
}

/// The buttons at the panel's end, with the reasons of those that are of no use now.
#[component]
pub(super) fn HelpButtons(room: Room, detail: UserDetail) -> impl IntoView {
    let locale = use_locale();
    let me = use_context::<Me>().map(|Me(id)| id).unwrap_or_default();
    let Offer { helps, beyond } = Offer::of(&detail, &me);
    let beyond = beyond.map(|beyond| match beyond {
        Beyond::Yourself => td_string!(locale, console.help.yourself),
        Beyond::NotAccepted => td_string!(locale, console.help.not_accepted),
        Beyond::Disabled => td_string!(locale, console.help.disabled),
    });
    let whom = StoredValue::new(Whom::One {
        id: detail.user.id,
        name: detail.user.name,
    });
    let button = |(help, why): &(Help, Option<Useless>)| {
        let (help, why) = (*help, *why);
        let kind = if help == Help::Unlock {
            "button primary needs-program"
        } else {
            "button quiet needs-program"
        };
        view! {
            <button
                type="button"
                class=kind
                aria-haspopup="dialog"
                aria-describedby=why.map(|_| format!("{}-why", help.id()))
                disabled=why.is_some()
                on:click=move |_| room.begin(Doing::Help(help, whom.get_value()))
            >
                {help.name(locale)}
            </button>
        }
    };
    let reason = |(help, why): &(Help, Option<Useless>)| {
        let help = *help;
        why.map(|why| {
            view! {
                <p class="hint" id=format!("{}-why", help.id())>
                    {help.name(locale)} ": " {useless(locale, why)}
                </p>
            }
        })
    };
    view! {
        <div class="actions">
            {(!helps.is_empty()).then(|| view! {
                <div class="helps">{helps.iter().map(button).collect_view()}</div>
            })}
            {helps.iter().map(reason).collect_view()}
            {beyond.map(|beyond| view! { <p class="hint">{beyond}</p> })}
            // The browser takes what is in here for text when scripts run.
            <noscript inner_html=td_string!(locale, console.help.needs_scripts)></noscript>
        </div>
    }
    .into_any()
}

/// Asks for the reason; of a backup code, then shows it.
#[component]
pub(super) fn HelpBody(room: Room, help: Help, whom: Whom) -> impl IntoView {
    let locale = use_locale();
    let who = whom.words(locale);
    let saved = Said::Done(help.saved(locale, who.clone()));
    let code = RwSignal::new(None::<AdminCode>);
    let finish = Callback::new(move |outcome| match outcome {
        Outcome::Done => room.done(saved.clone()),
        // Done is said once the code was read, which closing the dialog says.
        Outcome::Code(made) => {
            room.at_close.set_value(Some(saved.clone()));
            code.set(Some(made));
        }
        Outcome::ToMany(kind, outcome) => room.done_to_many(kind, outcome),
    });
    move || match code.get() {
        Some(code) => view! { <ShownCode code name=who.clone() open=room.open/> }.into_any(),
        None => view! { <HelpForm room help whom=whom.clone() finish/> }.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Method, Role, User};

    fn detail(status: UserStatus, locked: bool, methods: &[Method]) -> UserDetail {
        UserDetail {
            user: User {
                id: "1".into(),
                name: "Ada".into(),
                username: "ada".into(),
                email: "ada@acme.example".into(),
                roles: vec![Role::Agent],
                status,
                locked,
                locked_at: None,
                last_sign_in_at: None,
                phone: crate::wire::Phone::None,
                phone_username: None,
                presence_list: None,
                presence: None,
                hindrances: Vec::new(),
                deleted_at: None,
            },
            version: 1,
            language: None,
            sso_only: false,
            new_email: None,
            email_barred_until: None,
            invited_until: None,
            can_be_invited: false,
            sessions: 0,
            bound: 0,
            mails: Vec::new(),
            methods: methods.to_vec(),
            backup_codes_left: None,
            timeline: Vec::new(),
        }
    }

    #[test]
    fn what_is_of_no_use_says_why() {
        let app = [Method::App];
        let offer = |status, locked, methods: &[Method]| {
            Offer::of(&detail(status, locked, methods), "2").helps
        };
        assert_eq!(
            offer(UserStatus::Enabled, true, &app),
            [
                (Help::Unlock, None),
                (Help::BackupCode, Some(Useless::Locked)),
                (Help::ResetTwoFactor, None),
                (Help::SendReset, None),
            ]
        );
        assert_eq!(
            offer(UserStatus::SsoOnly, false, &[]),
            [
                (Help::BackupCode, None),
                (Help::ResetTwoFactor, Some(Useless::NothingSetUp)),
                (Help::SendReset, Some(Useless::NoPassword)),
            ]
        );
    }

    #[test]
    fn some_are_beyond_help_here() {
        let beyond = |status, me| Offer::of(&detail(status, false, &[]), me);
        for (status, me, why) in [
            (UserStatus::Enabled, "1", Beyond::Yourself),
            (UserStatus::Disabled, "2", Beyond::Disabled),
            (UserStatus::Expired, "2", Beyond::NotAccepted),
        ] {
            let offer = beyond(status, me);
            assert_eq!((offer.helps, offer.beyond), (Vec::new(), Some(why)));
        }
        let locked = Offer::of(&detail(UserStatus::Disabled, true, &[]), "2");
        assert_eq!(locked.helps, [(Help::Unlock, None)]);
    }
}
