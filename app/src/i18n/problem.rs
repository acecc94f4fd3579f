//! What people read when something did not work: the API's codes in their own language.

use super::{Locale, day_of, td_string, time_of, timer};
use crate::{
    client::ApiError,
    wire::{PasswordFlaw, Problem, ProblemCode, SsoFailure},
};

/// The text for whatever went wrong.
pub fn error_text(locale: Locale, error: &ApiError) -> String {
    match error {
        ApiError::Problem(problem) => problem_text(locale, problem),
        ApiError::Offline => td_string!(locale, problem.offline).to_string(),
    }
}

/// The text for a problem.
pub fn problem_text(locale: Locale, problem: &Problem) -> String {
    first_text(locale, problem).unwrap_or_else(|| {
        #[cfg(feature = "ssr")]
        let text = later_text(locale, problem);
        #[cfg(not(feature = "ssr"))]
        let text = match LATER.get() {
            Some(text) => text(locale, problem),
            None => td_string!(locale, problem.internal).to_string(),
        };
        text
    })
}

/// The texts that only the pages after somebody's first one need, once a chunk has brought them: the first visit does
/// without them.
#[cfg(not(feature = "ssr"))]
static LATER: std::sync::OnceLock<fn(Locale, &Problem) -> String> = std::sync::OnceLock::new();

/// Called by every chunk as soon as it is there.
pub(crate) fn bring_texts() {
    #[cfg(not(feature = "ssr"))]
    let _ = LATER.set(later_text);
}

/// What can go wrong on somebody's first page.
fn first_text(locale: Locale, problem: &Problem) -> Option<String> {
    use ProblemCode as Code;
    let time = || duration(locale, problem.retry_after.unwrap_or(1));
    Some(match problem.code {
        Code::InvalidRequest => td_string!(locale, problem.invalid_request).to_string(),
        Code::CrossSite => td_string!(locale, problem.cross_site).to_string(),
        Code::UnknownCompany => match problem.regions.first() {
            Some(region) => td_string!(locale, problem.company_elsewhere, region = &region.name),
            None => td_string!(locale, problem.unknown_company).to_string(),
        },
        Code::WrongCredentials if !problem.regions.is_empty() => {
            td_string!(locale, problem.wrong_here).to_string()
        }
        Code::WrongCredentials => td_string!(locale, problem.wrong_credentials).to_string(),
        Code::Wait => td_string!(locale, problem.wait, time = time()),
        Code::PasswordsOff => td_string!(locale, problem.passwords_off).to_string(),
        Code::AccountLocked => match &problem.command {
            Some(command) => td_string!(locale, problem.last_admin_locked, command = command),
            None => td_string!(locale, problem.account_locked).to_string(),
        },
        Code::AccountDisabled => td_string!(locale, problem.account_disabled).to_string(),
        Code::TemporaryPasswordEnded => {
            td_string!(locale, problem.temporary_password_ended).to_string()
        }
        Code::PresenceListMissing => td_string!(locale, problem.presence_list_missing).to_string(),
        Code::CompanyClosed => td_string!(locale, problem.company_closed).to_string(),
        Code::Busy => td_string!(locale, problem.busy, time = time()),
        Code::Unavailable => td_string!(locale, problem.unavailable).to_string(),
        Code::Internal => td_string!(locale, problem.internal).to_string(),
        _ => return None,
    })
}

/// What can go wrong anywhere else.
fn later_text(locale: Locale, problem: &Problem) -> String {
    use ProblemCode as Code;
    let time = || duration(locale, problem.retry_after.unwrap_or(1));
    match problem.code {
        Code::TooLarge => td_string!(locale, problem.too_large).to_string(),
        Code::NotFound => td_string!(locale, problem.not_found).to_string(),
        Code::MethodNotAllowed => td_string!(locale, problem.method_not_allowed).to_string(),
        Code::AttemptOver => td_string!(locale, problem.attempt_over).to_string(),
        Code::SignedOut => td_string!(locale, problem.signed_out).to_string(),
        Code::UnsupportedMediaType => {
            td_string!(locale, problem.unsupported_media_type).to_string()
        }
        Code::WrongCode => td_string!(locale, problem.wrong_code).to_string(),
        Code::OldCode => match &problem.sent_at {
            Some(sent_at) => td_string!(locale, problem.old_code, time = time_of(sent_at)),
            None => td_string!(locale, problem.ended_code).to_string(),
        },
        Code::UsedCode => td_string!(locale, problem.used_code).to_string(),
        Code::ClockOff => clock_text(locale, problem.clock_off.unwrap_or_default()),
        Code::ResendTooEarly => td_string!(locale, problem.resend_too_early, time = time()),
        Code::MethodUnavailable => td_string!(locale, problem.method_unavailable).to_string(),
        Code::OtherAttempt => td_string!(locale, problem.other_attempt).to_string(),
        Code::OtherStep => td_string!(locale, problem.other_step).to_string(),
        Code::PasswordRefused => flaw_text(locale, problem.password),
        Code::LinkUsed => td_string!(locale, problem.link_used).to_string(),
        Code::LinkExpired => match &problem.ended_at {
            Some(at) => td_string!(
                locale,
                problem.link_expired,
                day = day_of(locale, at),
                time = time_of(at)
            ),
            None => td_string!(locale, problem.link_ended).to_string(),
        },
        Code::Forbidden => td_string!(locale, problem.forbidden).to_string(),
        Code::FreshProofNeeded => td_string!(locale, problem.fresh_proof_needed).to_string(),
        Code::ReasonMissing => td_string!(locale, problem.reason_missing).to_string(),
        Code::NotLocked => td_string!(locale, problem.not_locked).to_string(),
        Code::LastWay => td_string!(locale, problem.last_way).to_string(),
        Code::NothingSetUp => td_string!(locale, problem.nothing_set_up).to_string(),
        Code::ChangedMeanwhile => td_string!(locale, problem.changed_meanwhile).to_string(),
        Code::UsernameTaken => td_string!(locale, problem.username_taken).to_string(),
        Code::EmailTaken => td_string!(locale, problem.email_taken).to_string(),
        Code::EmailChanged => td_string!(locale, problem.email_changed).to_string(),
        Code::AliasTaken => td_string!(locale, problem.alias_taken).to_string(),
        Code::NameTaken => td_string!(locale, problem.name_taken).to_string(),
        Code::LastAdmin => td_string!(locale, problem.last_admin).to_string(),
        Code::NothingToDo => td_string!(locale, problem.nothing_to_do).to_string(),
        Code::InUse => td_string!(locale, problem.in_use).to_string(),
        Code::SetupOver => td_string!(locale, problem.setup_over).to_string(),
        Code::NoSingleSignOn if !problem.regions.is_empty() => {
            td_string!(locale, outside.elsewhere).to_string()
        }
        Code::NoSingleSignOn => td_string!(locale, sso.none_here).to_string(),
        Code::SsoFailed => sso_failure_text(locale, problem.sso),
        Code::ProviderRefused => td_string!(locale, sso.provider_refused).to_string(),
        Code::DomainTaken => td_string!(locale, sso.domain_taken).to_string(),
        Code::DomainNotProven => td_string!(locale, sso.domain_not_proven).to_string(),
        Code::DomainPublic => td_string!(locale, sso.domain_public).to_string(),
        Code::DomainSilent => td_string!(locale, sso.domain_silent).to_string(),
        Code::LastWayIn => td_string!(locale, sso.last_way_in).to_string(),
        Code::PhoneMismatch | Code::PhoneTaken => mismatch_text(locale, problem),
        Code::PhoneRefused => td_string!(locale, phone.refused).to_string(),
        // Those of `first_text`.
        Code::InvalidRequest
        | Code::CrossSite
        | Code::UnknownCompany
        | Code::WrongCredentials
        | Code::Wait
        | Code::PasswordsOff
        | Code::AccountLocked
        | Code::AccountDisabled
        | Code::TemporaryPasswordEnded
        | Code::PresenceListMissing
        | Code::CompanyClosed
        | Code::Busy
        | Code::Unavailable
        | Code::Internal => td_string!(locale, problem.internal).to_string(),
    }
}

/// Why an account and a user in Amazon Connect do not belong together, with both named where the server named them.
fn mismatch_text(locale: Locale, problem: &Problem) -> String {
    let is_taken = problem.code == ProblemCode::PhoneTaken;
    match (&problem.account, &problem.claimed, &problem.phone) {
        (Some(account), Some(claimed), Some(phone)) => td_string!(
            locale,
            phone.mismatch,
            account = account,
            claimed = claimed,
            phone = phone
        ),
        (Some(account), Some(claimed), None) if is_taken => {
            td_string!(locale, phone.taken, account = account, claimed = claimed)
        }
        _ if is_taken => td_string!(locale, phone.taken_there).to_string(),
        _ => td_string!(locale, phone.mismatch_there).to_string(),
    }
}

/// The reference, where nothing the person can do would help.
pub fn reference_worth_telling(error: &ApiError) -> Option<String> {
    let ApiError::Problem(problem) = error else {
        return None;
    };
    let helpless = matches!(
        problem.code,
        ProblemCode::InvalidRequest
            | ProblemCode::TooLarge
            | ProblemCode::UnsupportedMediaType
            | ProblemCode::CrossSite
            | ProblemCode::MethodNotAllowed
            | ProblemCode::AccountLocked
            | ProblemCode::AccountDisabled
            | ProblemCode::PresenceListMissing
            | ProblemCode::Forbidden
            | ProblemCode::SsoFailed
            | ProblemCode::Unavailable
            | ProblemCode::Internal
    );
    (helpless && !problem.reference.is_empty()).then(|| problem.reference.clone())
}

fn flaw_text(locale: Locale, flaw: Option<PasswordFlaw>) -> String {
    match flaw {
        Some(PasswordFlaw::TooShort { minimum }) => {
            td_string!(locale, problem.too_short, minimum = minimum)
        }
        Some(PasswordFlaw::TooLong { maximum }) => {
            td_string!(locale, problem.too_long, maximum = maximum)
        }
        Some(PasswordFlaw::Common) => td_string!(locale, problem.common).to_string(),
        Some(PasswordFlaw::ContainsName) => td_string!(locale, problem.contains_name).to_string(),
        Some(PasswordFlaw::Unchanged) => td_string!(locale, problem.unchanged).to_string(),
        None => td_string!(locale, problem.password_refused).to_string(),
    }
}

/// Why a sign-in at a provider ended without one here, and what to do next.
pub fn sso_failure_text(locale: Locale, failure: Option<SsoFailure>) -> String {
    use SsoFailure as Failure;
    let text = match failure {
        Some(Failure::ProviderDown) | None => td_string!(locale, sso.provider_down),
        Some(Failure::ClockWrong) => td_string!(locale, sso.clock_wrong),
        Some(Failure::Refused) => td_string!(locale, sso.refused),
        Some(Failure::AdminConsentMissing) => td_string!(locale, sso.admin_consent_missing),
        Some(Failure::ClientRefused) => td_string!(locale, sso.client_refused),
        Some(Failure::SetUpWrong) => td_string!(locale, sso.set_up_wrong),
        Some(Failure::OtherCompany) => td_string!(locale, sso.other_company),
        Some(Failure::Taken) => td_string!(locale, sso.taken),
        Some(Failure::UnknownPerson) => td_string!(locale, sso.unknown_person),
        Some(Failure::Untrusted) => td_string!(locale, sso.untrusted),
        Some(Failure::Over) => td_string!(locale, sso.over),
        Some(Failure::OtherBrowser) => td_string!(locale, sso.other_browser),
        Some(Failure::NotFresh) => td_string!(locale, sso.not_fresh),
        Some(Failure::TooManyRounds) => td_string!(locale, sso.too_many_rounds),
    };
    text.to_string()
}

/// By how much a phone's clock is wrong, and what to do.
fn clock_text(locale: Locale, off: i32) -> String {
    let time = duration(locale, off.unsigned_abs());
    if off > 0 {
        td_string!(locale, problem.clock_ahead, time = time)
    } else {
        td_string!(locale, problem.clock_behind, time = time)
    }
}

/// `1 second`, `20 seconds`, `4:05 minutes`.
pub fn duration(locale: Locale, seconds: u32) -> String {
    match seconds {
        1 => td_string!(locale, common.seconds_one).to_string(),
        0..=119 => td_string!(locale, common.seconds_many, count = seconds),
        _ => td_string!(locale, common.minutes, time = timer(seconds)),
    }
}

/// The text around a part that changes by itself, like a countdown: what is before and after.
pub fn around(sentence: impl FnOnce(&'static str) -> String) -> (String, String) {
    const HERE: &str = "\u{fffc}";
    let sentence = sentence(HERE);
    match sentence.split_once(HERE) {
        Some((before, after)) => (before.to_owned(), after.to_owned()),
        None => (sentence, String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_exact() {
        assert_eq!(duration(Locale::en, 1), "1 second");
        assert_eq!(duration(Locale::en, 20), "20 seconds");
        assert_eq!(duration(Locale::de, 245), "4:05 Minuten");
    }

    #[test]
    fn a_mismatch_names_both_where_they_are_known() {
        for locale in [Locale::en, Locale::de] {
            for code in [ProblemCode::PhoneMismatch, ProblemCode::PhoneTaken] {
                let mut problem = Problem::bare(409, code);
                let bare = mismatch_text(locale, &problem);
                problem.account = Some("anna".into());
                problem.claimed = Some("bob.connect".into());
                if code == ProblemCode::PhoneMismatch {
                    problem.phone = Some("Anna.Connect".into());
                }
                let text = mismatch_text(locale, &problem);
                assert!(
                    text.contains("anna") && text.contains("bob.connect"),
                    "{text}"
                );
                let names_phone = text.contains("Anna.Connect");
                assert_eq!(names_phone, code == ProblemCode::PhoneMismatch);
                assert_ne!(text, bare);
            }
        }
    }

    #[test]
    fn a_sentence_is_split_where_it_counts() {
        let (before, after) = around(|time| td_string!(Locale::en, problem.wait, time = time));
        assert_eq!(before, "Too many tries. You can try again in ");
        assert_eq!(after, ".");
    }
}
