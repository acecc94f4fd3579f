//! What happened, in the reader's words.

use super::{Locale, td_string};

/// An audit event's kind; one that has no words yet is shown as it is.
pub fn event_text(locale: Locale, kind: &str) -> String {
    let words = match kind {
        "sign_in.signed_in" => td_string!(locale, event.signed_in),
        "sign_in.password_wrong" => td_string!(locale, event.password_wrong),
        "sign_in.password_right" => td_string!(locale, event.password_right),
        "sign_in.code_sent" => td_string!(locale, event.code_sent),
        "sign_in.code_wrong" => td_string!(locale, event.code_wrong),
        "sign_in.code_old" => td_string!(locale, event.code_old),
        "sign_in.code_used_again" => td_string!(locale, event.code_used_again),
        "sign_in.clock_off" => td_string!(locale, event.clock_off),
        "sign_in.backup_code_used" => td_string!(locale, event.backup_code_used),
        "sign_in.admin_code_used" => td_string!(locale, event.admin_code_used),
        "sign_in.cancelled" => td_string!(locale, event.cancelled),
        "sign_in.locked" => td_string!(locale, event.locked),
        "sign_in.refused" => td_string!(locale, event.refused),
        "password.changed" => td_string!(locale, event.password_changed),
        "password.reset_asked" => td_string!(locale, event.password_reset_asked),
        "password.reset" => td_string!(locale, event.password_reset),
        "two_factor.added" => td_string!(locale, event.way_added),
        "two_factor.removed" => td_string!(locale, event.way_removed),
        "two_factor.codes_made" => td_string!(locale, event.codes_made),
        "help.backup_code" => td_string!(locale, event.admin_code_made),
        "help.two_factor_reset" => td_string!(locale, event.two_step_reset),
        "help.password_reset_sent" => td_string!(locale, event.password_reset_sent),
        "session.proved" => td_string!(locale, event.proved),
        "session.not_proved" => td_string!(locale, event.not_proved),
        "session.signed_out" => td_string!(locale, event.signed_out),
        "session.signed_out_everywhere" => td_string!(locale, event.signed_out_everywhere),
        "session.ended" => td_string!(locale, event.session_ended),
        "account.created" => td_string!(locale, event.created),
        "account.invited" => td_string!(locale, event.invited),
        "account.accepted" => td_string!(locale, event.accepted),
        "account.unlocked" => td_string!(locale, event.unlocked),
        "browser.link_sent" => td_string!(locale, event.browser_link_sent),
        "browser.known" => td_string!(locale, event.browser_known),
        "browser.trusted" => td_string!(locale, event.trusted),
        "browser.trust_used" => td_string!(locale, event.trust_used),
        "browser.trust_ended" => td_string!(locale, event.trust_ended),
        "company.created" => td_string!(locale, event.company_created),
        "company.two_factor_policy" => td_string!(locale, event.policy_changed),
        "account.changed" => td_string!(locale, event.account_changed),
        "account.disabled" => td_string!(locale, event.account_disabled),
        "account.enabled" => td_string!(locale, event.account_enabled),
        "account.deleted" => td_string!(locale, event.account_deleted),
        "account.restored" => td_string!(locale, event.account_restored),
        "account.pseudonymised" => td_string!(locale, event.account_pseudonymised),
        "account.email_confirmed" => td_string!(locale, event.email_confirmed),
        "account.invitation_cancelled" => td_string!(locale, event.invitation_cancelled),
        "account.invitation_bounced" => td_string!(locale, event.invitation_bounced),
        "account.link_asked" => td_string!(locale, event.link_asked),
        "help.sessions_ended" => td_string!(locale, event.sessions_ended),
        "account.linked" => td_string!(locale, event.accounts_linked),
        "account.unlinked" => td_string!(locale, event.accounts_unlinked),
        "sso.bound" => td_string!(locale, event.bound),
        "sso.matched" => td_string!(locale, event.matched),
        "sso.unbound" => td_string!(locale, event.unbound),
        "sso.accepted" => td_string!(locale, event.accepted_there),
        "sso.failed" => td_string!(locale, event.failed_there),
        "sign_in.break_glass" => td_string!(locale, event.break_glass),
        "sso.provider" => td_string!(locale, event.provider_changed),
        "sso.domain" => td_string!(locale, event.domain_changed),
        "sso.domain_lost" => td_string!(locale, event.domain_lost),
        "phone.bound" => td_string!(locale, event.phone_bound),
        "phone.used" => td_string!(locale, event.phone_used),
        "phone.unbound" => td_string!(locale, event.phone_unbound),
        "phone.mismatch" => td_string!(locale, event.phone_mismatch),
        "phone.code_sent" => td_string!(locale, event.phone_code_sent),
        "phone.code_right" => td_string!(locale, event.phone_code_right),
        "phone.code_wrong" => td_string!(locale, event.phone_code_wrong),
        "phone.join_asked" => td_string!(locale, event.phone_join_asked),
        "phone.join_refused" => td_string!(locale, event.join_refused),
        "company.entered" => td_string!(locale, event.company_entered),
        "company.settings" => td_string!(locale, event.company_settings),
        "company.suspended" => td_string!(locale, event.company_suspended),
        "company.resumed" => td_string!(locale, event.company_resumed),
        "presence_list.added" => td_string!(locale, event.list_added),
        "presence_list.changed" => td_string!(locale, event.list_changed),
        "presence_list.removed" => td_string!(locale, event.list_removed),
        "presence_list.assigned" => td_string!(locale, event.list_assigned),
        "audit.exported" => td_string!(locale, event.audit_exported),
        other => other,
    };
    words.to_owned()
}

/// A group of kinds, by what their names begin with; one that has no words yet is shown as it is.
pub fn event_group_text(locale: Locale, group: &str) -> String {
    let words = match group {
        "account" => td_string!(locale, event.group.account),
        "sign_in" => td_string!(locale, event.group.sign_in),
        "session" => td_string!(locale, event.group.session),
        "password" => td_string!(locale, event.group.password),
        "browser" => td_string!(locale, event.group.browser),
        "two_factor" => td_string!(locale, event.group.second_way),
        "help" => td_string!(locale, event.group.help),
        "company" => td_string!(locale, event.group.company),
        "presence_list" => td_string!(locale, event.group.presence_list),
        "sso" => td_string!(locale, event.group.sso),
        "phone" => td_string!(locale, event.group.phone),
        "audit" => td_string!(locale, event.group.audit),
        other => other,
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_events_are_shown_as_they_are() {
        assert_eq!(
            event_text(Locale::en, "sign_in.locked"),
            "Locked after five wrong codes"
        );
        assert_eq!(event_text(Locale::en, "moon.landed"), "moon.landed");
    }
}
