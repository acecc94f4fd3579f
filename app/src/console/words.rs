//! What the console calls things: views, statuses, events, moments.

use crate::i18n::{Locale, td_string};
use crate::wire::{UserStatus, UserView};

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
    known_kind(locale, kind).unwrap_or(kind).to_owned()
}

pub(super) fn known_kind(locale: Locale, kind: &str) -> Option<&'static str> {
    Some(match kind {
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
        "browser.link_sent" => td_string!(locale, console.kind.browser_link_sent),
        "browser.known" => td_string!(locale, console.kind.browser_known),
        "company.created" => td_string!(locale, console.kind.company_created),
        "sign_in.code_used_again" => td_string!(locale, console.kind.code_used_again),
        "sign_in.clock_off" => td_string!(locale, console.kind.clock_off),
        "sign_in.backup_code_used" => td_string!(locale, console.kind.backup_code_used),
        "sign_in.admin_code_used" => td_string!(locale, console.kind.admin_code_used),
        "password.reset_asked" => td_string!(locale, console.kind.reset_asked),
        "password.reset" => td_string!(locale, console.kind.password_reset),
        "two_factor.added" => td_string!(locale, console.kind.way_added),
        "two_factor.removed" => td_string!(locale, console.kind.way_removed),
        "two_factor.codes_made" => td_string!(locale, console.kind.codes_made),
        "help.backup_code" => td_string!(locale, console.kind.admin_code_made),
        "help.two_factor_reset" => td_string!(locale, console.kind.two_factor_reset),
        "help.password_reset_sent" => td_string!(locale, console.kind.reset_sent),
        "browser.trusted" => td_string!(locale, console.kind.trust_granted),
        "browser.trust_used" => td_string!(locale, console.kind.trust_used),
        "browser.trust_ended" => td_string!(locale, console.kind.trust_ended),
        "session.ended" => td_string!(locale, console.kind.session_ended),
        "company.two_factor_policy" => td_string!(locale, console.kind.policy_changed),
        "audit.exported" => td_string!(locale, console.kind.exported),
        _ => return None,
    })
}

/// A group of kinds, by what its names begin with.
pub(super) fn kinds(locale: Locale, group: &str) -> Option<&'static str> {
    Some(match group {
        "account" => td_string!(locale, console.kinds.account),
        "sign_in" => td_string!(locale, console.kinds.sign_in),
        "session" => td_string!(locale, console.kinds.session),
        "password" => td_string!(locale, console.kinds.password),
        "browser" => td_string!(locale, console.kinds.browser),
        "two_factor" => td_string!(locale, console.kinds.two_factor),
        "help" => td_string!(locale, console.kinds.help),
        "company" => td_string!(locale, console.kinds.company),
        "audit" => td_string!(locale, console.kinds.audit),
        _ => return None,
    })
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
