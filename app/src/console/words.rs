//! What the console calls things: views and statuses. Events and moments are called alike everywhere.

use crate::i18n::{Locale, td_string};
pub(super) use crate::i18n::{event_text as kind, moment};
use crate::wire::{Method, UserStatus, UserView};

pub(super) fn view(locale: Locale, view: UserView) -> &'static str {
    match view {
        UserView::All => td_string!(locale, console.users.all),
        UserView::Enabled => td_string!(locale, console.users.enabled),
        UserView::Locked => td_string!(locale, console.users.locked),
        UserView::CannotSignIn => td_string!(locale, console.users.cannot_sign_in),
        UserView::Invited => td_string!(locale, console.users.invited),
        UserView::Disabled => td_string!(locale, console.users.disabled),
        UserView::Deleted => td_string!(locale, console.users.deleted),
    }
}

pub(super) fn status(locale: Locale, status: UserStatus) -> &'static str {
    match status {
        UserStatus::Pending => td_string!(locale, console.status.pending),
        UserStatus::Invited => td_string!(locale, console.status.invited),
        UserStatus::Expired => td_string!(locale, console.status.expired),
        UserStatus::Bounced => td_string!(locale, console.status.bounced),
        UserStatus::Enabled => td_string!(locale, console.status.enabled),
        UserStatus::Disabled => td_string!(locale, console.status.disabled),
        UserStatus::SsoOnly => td_string!(locale, console.status.sso_only),
    }
}

/// The second ways that somebody has set up.
pub(super) fn ways(locale: Locale, ways: &[Method]) -> String {
    let word = |way: &Method| match way {
        Method::Email => td_string!(locale, console.person.way_email),
        Method::App => td_string!(locale, console.person.way_app),
        Method::BackupCode => td_string!(locale, console.person.backup_codes),
    };
    if ways.is_empty() {
        return td_string!(locale, console.person.no_ways).to_owned();
    }
    ways.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// Why a view is empty, in two sentences.
pub(super) fn emptiness(locale: Locale, view: UserView) -> (&'static str, &'static str) {
    match view {
        UserView::All => (
            td_string!(locale, console.empty.all),
            td_string!(locale, console.empty.all_text),
        ),
        UserView::Enabled => (
            td_string!(locale, console.empty.enabled),
            td_string!(locale, console.empty.enabled_text),
        ),
        UserView::Locked => (
            td_string!(locale, console.empty.locked),
            td_string!(locale, console.empty.locked_text),
        ),
        UserView::CannotSignIn => (
            td_string!(locale, console.empty.cannot_sign_in),
            td_string!(locale, console.empty.cannot_sign_in_text),
        ),
        UserView::Deleted => (
            td_string!(locale, console.empty.deleted),
            td_string!(locale, console.empty.deleted_text),
        ),
        UserView::Invited => (
            td_string!(locale, console.empty.invited),
            td_string!(locale, console.empty.invited_text),
        ),
        UserView::Disabled => (
            td_string!(locale, console.empty.disabled),
            td_string!(locale, console.empty.disabled_text),
        ),
    }
}
