//! Sentences that depend on what is done, to whom and to how many.

use super::help::Help;
use super::room::{Act, Doing};
use crate::i18n::{Locale, td_string};
use crate::wire::{BulkKind, BulkSkip, Fate, Hindrance, MailFate, Phone, ProblemCode, UserSort};

/// What people take calls with, in the order in which it is offered.
pub(super) const PHONES: [Phone; 3] = [Phone::Softphone, Phone::DeskPhone, Phone::None];

/// `1 person`, `3 people`.
pub(super) fn people(locale: Locale, count: u64) -> String {
    match count {
        1 => td_string!(locale, people.one).to_owned(),
        count => td_string!(locale, people.many, count = count),
    }
}

/// The heading of the dialog.
pub(super) fn title(locale: Locale, doing: &Doing) -> String {
    match doing {
        Doing::Help(help, whom) => help.title(locale, whom.words(locale)),
        Doing::Assign(whom) => {
            td_string!(locale, people.assign.title, name = whom.words(locale))
        }
        Doing::Sure(act) => match act {
            Act::Delete { name, .. } => td_string!(locale, people.delete.title, name = name),
            Act::EndSessions { name, .. } => {
                td_string!(locale, people.sessions.title, name = name)
            }
            Act::CancelInvitation { name, .. } => {
                td_string!(locale, people.cancel_invitation.title, name = name)
            }
            Act::RefuseJoin { user, .. } => {
                td_string!(locale, amazon.join.refuse_title, user = user)
            }
            Act::Bulk(kind, ids) => {
                let who = people(locale, ids.len() as u64);
                match kind {
                    BulkKind::Invite => td_string!(locale, people.bulk.invite_title, who = who),
                    BulkKind::EndSessions => td_string!(locale, people.sessions.title, name = who),
                    BulkKind::Enable => td_string!(locale, people.bulk.enable_title, who = who),
                    BulkKind::Unlock => Help::Unlock.title(locale, who),
                    BulkKind::Disable => Help::Disable.title(locale, who),
                    BulkKind::AssignList => td_string!(locale, people.assign.title, name = who),
                }
            }
        },
        Doing::Outcome(kind, outcome) => done(locale, *kind, outcome.done),
    }
}

/// What the buttons of the bar are called.
pub(super) fn bulk(locale: Locale, kind: BulkKind) -> &'static str {
    match kind {
        BulkKind::Invite => td_string!(locale, people.invite.open),
        BulkKind::Unlock => td_string!(locale, console.unlock.open),
        BulkKind::AssignList => td_string!(locale, people.assign.open),
        BulkKind::EndSessions => td_string!(locale, people.sessions.end),
        BulkKind::Disable => td_string!(locale, people.disable.open),
        BulkKind::Enable => td_string!(locale, people.enable.open),
    }
}

/// How many it was done to.
pub(super) fn done(locale: Locale, kind: BulkKind, count: u32) -> String {
    let who = match count {
        0 => td_string!(locale, people.nobody).to_owned(),
        count => people(locale, count.into()),
    };
    match kind {
        BulkKind::Invite => td_string!(locale, people.bulk.invited, who = who),
        BulkKind::Unlock => td_string!(locale, people.bulk.unlocked, who = who),
        BulkKind::AssignList => td_string!(locale, people.bulk.assigned, who = who),
        BulkKind::EndSessions => td_string!(locale, people.bulk.signed_out, who = who),
        BulkKind::Disable => td_string!(locale, people.bulk.disabled, who = who),
        BulkKind::Enable => td_string!(locale, people.bulk.enabled, who = who),
    }
}

/// Why it was not done to somebody.
pub(super) fn skipped(locale: Locale, kind: BulkKind, code: ProblemCode) -> &'static str {
    use BulkKind as Kind;
    match (code, kind) {
        (ProblemCode::NotLocked, _) | (ProblemCode::NothingToDo, Kind::Unlock) => {
            td_string!(locale, people.skipped.not_locked)
        }
        (ProblemCode::NothingToDo, Kind::Invite) => td_string!(locale, people.skipped.accepted),
        (ProblemCode::NothingToDo, Kind::EndSessions) => {
            td_string!(locale, people.skipped.no_sessions)
        }
        (ProblemCode::NothingToDo, Kind::Disable) => td_string!(locale, people.skipped.disabled),
        (ProblemCode::NothingToDo, Kind::Enable) => td_string!(locale, people.skipped.enabled),
        (ProblemCode::NothingToDo, Kind::AssignList) => {
            td_string!(locale, people.skipped.has_list)
        }
        (ProblemCode::LastAdmin, _) => td_string!(locale, people.skipped.last_admin),
        (ProblemCode::NotFound, _) => td_string!(locale, people.skipped.gone),
        (ProblemCode::Forbidden, _) => td_string!(locale, people.skipped.yourself),
        (ProblemCode::ResendTooEarly, _) => td_string!(locale, people.skipped.too_early),
        (ProblemCode::AccountDisabled, _) => td_string!(locale, people.skipped.is_disabled),
        _ => td_string!(locale, people.skipped.other),
    }
}

/// Those who were skipped, by why, in the order in which the reasons first came.
pub(super) fn by_reason(skipped: &[BulkSkip]) -> Vec<(ProblemCode, Vec<&str>)> {
    let mut reasons: Vec<(ProblemCode, Vec<&str>)> = Vec::new();
    for skip in skipped {
        match reasons.iter_mut().find(|(code, _)| *code == skip.code) {
            Some((_, names)) => names.push(&skip.name),
            None => reasons.push((skip.code, vec![&skip.name])),
        }
    }
    reasons
}

/// Why somebody cannot sign in.
pub(super) fn hindrance(locale: Locale, why: Hindrance) -> &'static str {
    match why {
        Hindrance::Locked => td_string!(locale, people.why.locked),
        Hindrance::InvitationExpired => td_string!(locale, people.why.invitation_expired),
        Hindrance::LinkAsked => td_string!(locale, people.why.link_asked),
        Hindrance::Bounced => td_string!(locale, people.why.bounced),
        Hindrance::TemporaryPasswordEnded => td_string!(locale, people.why.temporary_ended),
        Hindrance::NoSecondWay => td_string!(locale, people.why.no_second_way),
        Hindrance::NoPresenceList => td_string!(locale, people.why.no_presence_list),
    }
}

/// The value of a choice.
pub(super) fn phone_name(phone: Phone) -> &'static str {
    match phone {
        Phone::Softphone => "softphone",
        Phone::DeskPhone => "desk_phone",
        Phone::None => "none",
    }
}

pub(super) fn phone(locale: Locale, phone: Phone) -> &'static str {
    match phone {
        Phone::Softphone => td_string!(locale, people.phone.softphone),
        Phone::DeskPhone => td_string!(locale, people.phone.desk_phone),
        Phone::None => td_string!(locale, people.phone.none),
    }
}

pub(super) fn sort(locale: Locale, sort: UserSort) -> &'static str {
    match sort {
        UserSort::Name => td_string!(locale, console.users.name),
        UserSort::Username => td_string!(locale, console.users.username),
        UserSort::LastSignIn => td_string!(locale, console.users.last_sign_in),
        UserSort::Created => td_string!(locale, people.sort.created),
    }
}

/// The button that adds so many.
pub(super) fn add(locale: Locale, count: u32) -> String {
    td_string!(locale, people.add.add, who = people(locale, count.into()))
}

/// How many were added, and whether they were invited.
pub(super) fn added(locale: Locale, count: u32, invited: bool) -> String {
    let who = match count {
        0 => td_string!(locale, people.nobody).to_owned(),
        count => people(locale, count.into()),
    };
    if invited && count > 0 {
        td_string!(locale, people.add.done_invited, who = who)
    } else {
        td_string!(locale, people.add.done, who = who)
    }
}

/// What becomes, or became, of all pasted rows.
pub(super) fn fates(locale: Locale, added: u32, left: u64, is_done: bool) -> String {
    match (is_done, left) {
        (true, _) => td_string!(locale, people.add.left, count = left),
        (false, 0) => td_string!(locale, people.add.ready, count = added),
        (false, left) => td_string!(locale, people.add.ready_but, count = added, left = left),
    }
}

/// What becomes, or became, of a pasted row.
pub(super) fn fate(locale: Locale, fate: Fate, is_done: bool) -> &'static str {
    match fate {
        Fate::Added if is_done => td_string!(locale, people.fate.added),
        Fate::Added => td_string!(locale, people.fate.will_be_added),
        Fate::Heading => td_string!(locale, people.fate.heading),
        Fate::EmailTaken => td_string!(locale, people.fate.email_taken),
        Fate::UsernameTaken => td_string!(locale, people.fate.username_taken),
        Fate::Repeated => td_string!(locale, people.fate.repeated),
        Fate::NameMissing => td_string!(locale, people.fate.name_missing),
        Fate::EmailWrong => td_string!(locale, people.fate.email_wrong),
        Fate::UsernameWrong => td_string!(locale, people.fate.username_wrong),
    }
}

/// What a mail was about; a kind that has no words yet is shown as it is.
pub(super) fn mail(locale: Locale, kind: &str) -> String {
    let words = match kind {
        "sign_in_code" | "set_up_code" => td_string!(locale, people.mail.code),
        "invitation" => td_string!(locale, people.mail.invitation),
        "temporary_password" => td_string!(locale, people.mail.temporary_password),
        "invitation_first" => td_string!(locale, people.mail.invitation_first),
        "welcome" => td_string!(locale, people.mail.welcome),
        "password_reset" => td_string!(locale, people.mail.password_reset),
        "no_password" => td_string!(locale, people.mail.no_password),
        "password_changed" => td_string!(locale, people.mail.password_changed),
        "browser_link" => td_string!(locale, people.mail.browser_link),
        "account_locked" => td_string!(locale, people.mail.account_locked),
        "account_unlocked" => td_string!(locale, people.mail.account_unlocked),
        "admin_code_made" => td_string!(locale, people.mail.admin_code_made),
        "admin_code_used" | "backup_code_used" => td_string!(locale, people.mail.code_used),
        "backup_codes_made" => td_string!(locale, people.mail.codes_made),
        "two_factor_reset" => td_string!(locale, people.mail.ways_reset),
        "way_added" | "way_removed" => td_string!(locale, people.mail.ways_changed),
        "sessions_ended" => td_string!(locale, people.mail.sessions_ended),
        "policy_eased" => td_string!(locale, people.mail.policy_eased),
        "email_changing" | "email_changed" => td_string!(locale, people.mail.email_changed),
        "confirm_email" | "email_confirmation" => td_string!(locale, people.mail.confirm_email),
        other => other,
    };
    words.to_owned()
}

pub(super) fn mail_fate(locale: Locale, fate: MailFate) -> &'static str {
    match fate {
        MailFate::Waiting => td_string!(locale, people.mail.waiting),
        MailFate::Late => td_string!(locale, people.mail.late),
        MailFate::Sent => td_string!(locale, people.mail.sent),
        MailFate::Refused => td_string!(locale, people.mail.refused),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_counted_in_words() {
        assert_eq!(people(Locale::en, 1), "1 person");
        assert_eq!(people(Locale::de, 3), "3 Personen");
        assert_eq!(done(Locale::en, BulkKind::Unlock, 0), "Unlocked: nobody.");
    }

    #[test]
    fn those_who_were_skipped_are_told_by_reason() {
        let skip = |name: &str, code| BulkSkip {
            id: String::new(),
            name: name.to_owned(),
            code,
        };
        let skipped = [
            skip("Ada", ProblemCode::NotLocked),
            skip("Ben", ProblemCode::LastAdmin),
            skip("Cy", ProblemCode::NotLocked),
        ];
        assert_eq!(
            by_reason(&skipped),
            [
                (ProblemCode::NotLocked, vec!["Ada", "Cy"]),
                (ProblemCode::LastAdmin, vec!["Ben"]),
            ]
        );
    }

    #[test]
    fn unknown_mails_are_shown_as_they_are() {
        assert_eq!(mail(Locale::en, "moon_landed"), "moon_landed");
    }
}
