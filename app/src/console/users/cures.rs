//! Why somebody cannot sign in, each with what helps against it at one click.

use leptos::prelude::*;

use super::help::Help;
use super::room::{Doing, Once, Room, Whom};
use super::wording;
use crate::console::address::Beside;
use crate::i18n::{Locale, td_string, use_locale};
use crate::wire::{Hindrance, User};

/// What helps against a hindrance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cure {
    Unlock,
    InviteAgain,
    GrantLink,
    CorrectAddress,
    BackupCode,
    AssignList,
}

impl Cure {
    pub(super) fn of(why: Hindrance) -> Self {
        match why {
            Hindrance::Locked => Self::Unlock,
            Hindrance::InvitationExpired | Hindrance::TemporaryPasswordEnded => Self::InviteAgain,
            Hindrance::LinkAsked => Self::GrantLink,
            Hindrance::Bounced => Self::CorrectAddress,
            Hindrance::NoSecondWay => Self::BackupCode,
            Hindrance::NoPresenceList => Self::AssignList,
        }
    }

    fn words(self, locale: Locale) -> &'static str {
        match self {
            Self::Unlock => td_string!(locale, console.unlock.open),
            Self::InviteAgain => td_string!(locale, people.invite.again),
            Self::GrantLink => td_string!(locale, people.invite.grant),
            Self::CorrectAddress => td_string!(locale, people.edit.correct),
            Self::BackupCode => td_string!(locale, console.backup_code.open),
            Self::AssignList => td_string!(locale, people.assign.open),
        }
    }

    /// Whether the card offers it at its end too.
    fn is_help(self) -> bool {
        matches!(self, Self::Unlock | Self::BackupCode)
    }
}

/// All that keeps somebody from signing in. Where several want the same cure it is offered once.
#[component]
pub(super) fn Hindrances(
    room: Room,
    user: User,
    /// On the person's own card, which offers some of the cures elsewhere.
    #[prop(optional)]
    on_card: bool,
) -> impl IntoView {
    let locale = use_locale();
    let mut offered = Vec::new();
    let items = user
        .hindrances
        .iter()
        .map(|why| {
            let cure = Cure::of(*why);
            let is_elsewhere = on_card && cure.is_help();
            let is_offered = !is_elsewhere && !offered.contains(&cure);
            offered.push(cure);
            let user = user.clone();
            view! {
                <li>
                    <span class="state warning">{wording::hindrance(locale, *why)}</span>
                    {is_offered.then(|| view! { <CureButton room user cure on_card/> })}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="hindrances">{items}</ul> }.into_any()
}

#[component]
fn CureButton(room: Room, user: User, cure: Cure, on_card: bool) -> impl IntoView {
    let locale = use_locale();
    let words = cure.words(locale);
    let User { id, name, .. } = user;
    // In a list every row has one.
    let label = (!on_card).then(|| format!("{words}: {name}"));
    if cure == Cure::CorrectAddress {
        let edit = Beside::Edit(id);
        return view! {
            <a
                class="button quiet"
                href=move || room.asked.beside(&edit)
                aria-label=label
                data-noscroll=true
            >
                {words}
            </a>
        }
        .into_any();
    }
    let busy = {
        let id = id.clone();
        Signal::derive(move || room.busy.with(|busy| busy.as_ref() == Some(&id)))
    };
    let press = move |_| {
        let (id, name) = (id.clone(), name.clone());
        let whom = || Whom::One {
            id: id.clone(),
            name: name.clone(),
        };
        match cure {
            Cure::Unlock => room.begin(Doing::Help(Help::Unlock, whom())),
            Cure::BackupCode => room.begin(Doing::Help(Help::BackupCode, whom())),
            Cure::AssignList => room.begin(Doing::Assign(whom())),
            Cure::InviteAgain | Cure::GrantLink => room.once(Once::Invite, id, name),
            // A link, above.
            Cure::CorrectAddress => {}
        }
    };
    view! {
        <button
            type="button"
            class="button quiet needs-program"
            class:busy=busy
            aria-label=label
            aria-busy=move || busy.get().then_some("true")
            on:click=press
        >
            {words}
        </button>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hindrance_has_its_cure() {
        assert_eq!(Cure::of(Hindrance::Bounced), Cure::CorrectAddress);
        assert_eq!(Cure::of(Hindrance::LinkAsked), Cure::GrantLink);
        assert_eq!(
            Cure::of(Hindrance::TemporaryPasswordEnded),
            Cure::InviteAgain
        );
    }
}
