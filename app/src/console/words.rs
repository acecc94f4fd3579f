//! What the console calls things: views, statuses, events, moments.

use crate::i18n::{Locale, td_string};
use crate::wire::{Method, UserStatus, UserView};

pub(super) fn view(locale: Locale, view: UserView) -> &'static str {
    match view {
        UserView::All => td_string!(locale, console.users.all),
        UserView::Enabled => td_string!(locale, console.users.enabled),
        UserView::Locked => td_string!(locale, console.users.locked),
        UserView::Invited => td_string!(locale, console.users.invited),
        UserView::Disabled => td_string!(locale, console.users.disabled),
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

/// An audit event's kind in the reader's words; a kind that has none yet is shown as it is.
pub(super) fn kind(locale: Locale, kind: &str) -> String {
    let words = match kind {
        "sign_in.signed_in" => td_string!(locale, console.kind.signed_in),
        "sign_in.password_wrong" => td_string!(locale, console.kind.password_wrong),
        "sign_in.password_right" => td_string!(locale, console.kind.password_right),
        "sign_in.code_sent" => td_string!(locale, console.kind.code_sent),
        "sign_in.code_wrong" => td_string!(locale, console.kind.code_wrong),
        "sign_in.code_old" => td_string!(locale, console.kind.code_old),
        "sign_in.cancelled" => td_string!(locale, console.kind.cancelled),
        "sign_in.locked" => td_string!(locale, console.kind.locked),
        "sign_in.refused" => td_string!(locale, console.kind.refused),
        "password.changed" => td_string!(locale, console.kind.password_changed),
        "session.proved" => td_string!(locale, console.kind.proved),
        "session.not_proved" => td_string!(locale, console.kind.not_proved),
        "session.signed_out" => td_string!(locale, console.kind.signed_out),
        "session.signed_out_everywhere" => td_string!(locale, console.kind.signed_out_everywhere),
        "account.created" => td_string!(locale, console.kind.created),
        "account.invited" => td_string!(locale, console.kind.invited),
        "account.accepted" => td_string!(locale, console.kind.accepted),
        "account.unlocked" => td_string!(locale, console.kind.unlocked),
        "password.reset_asked" => td_string!(locale, console.kind.reset_asked),
        "password.reset" => td_string!(locale, console.kind.reset),
        "help.backup_code" => td_string!(locale, console.kind.admin_code),
        "help.two_factor_reset" => td_string!(locale, console.kind.two_factor_reset),
        "help.password_reset_sent" => td_string!(locale, console.kind.reset_sent),
        "browser.link_sent" => td_string!(locale, console.kind.browser_link_sent),
        "browser.known" => td_string!(locale, console.kind.browser_known),
        other => other,
    };
    words.to_owned()
}

/// `22 Nov 2026, 09:02` for `2026-11-22T09:02:11+01:00`: the company's wall clock as the API
/// wrote it, so that server and browser say the same. A text of another shape stays as it is.
pub(super) fn moment(locale: Locale, stamp: &str) -> String {
    let parts = (
        stamp.get(..4),
        stamp.get(5..7),
        stamp.get(8..10),
        stamp.get(11..16),
    );
    let (Some(year), Some(month), Some(day), Some(time)) = parts else {
        return stamp.to_owned();
    };
    let month = match month {
        "01" => td_string!(locale, console.month.m01),
        "02" => td_string!(locale, console.month.m02),
        "03" => td_string!(locale, console.month.m03),
        "04" => td_string!(locale, console.month.m04),
        "05" => td_string!(locale, console.month.m05),
        "06" => td_string!(locale, console.month.m06),
        "07" => td_string!(locale, console.month.m07),
        "08" => td_string!(locale, console.month.m08),
        "09" => td_string!(locale, console.month.m09),
        "10" => td_string!(locale, console.month.m10),
        "11" => td_string!(locale, console.month.m11),
        "12" => td_string!(locale, console.month.m12),
        _ => return stamp.to_owned(),
    };
    td_string!(
        locale,
        console.moment,
        day = day,
        month = month,
        year = year,
        time = time
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_follow_the_language() {
        let stamp = "2026-11-22T09:02:11+01:00";
        assert_eq!(moment(Locale::en, stamp), "22 Nov 2026, 09:02");
        assert_eq!(moment(Locale::de, stamp), "22.11.2026, 09:02");
    }

    #[test]
    fn moments_of_another_shape_stay_as_they_are() {
        for text in ["", "soon", "2026-13-22T09:02:11Z", "ääääääääääääää"] {
            assert_eq!(moment(Locale::en, text), text);
        }
    }

    #[test]
    fn unknown_events_are_shown_as_they_are() {
        assert_eq!(
            kind(Locale::en, "sign_in.locked"),
            "Locked after five wrong codes"
        );
        assert_eq!(kind(Locale::en, "moon.landed"), "moon.landed");
    }
}
