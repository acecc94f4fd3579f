//! The words for what a desk with a phone says.

use super::rules::Why;
use crate::i18n::{Locale, td_string};
use crate::phone::{Contact, ContactState, PhoneError};

/// Why *Call* does nothing now.
pub(super) fn why_not_call(locale: Locale, why: Why) -> &'static str {
    match why {
        Why::NotReady => td_string!(locale, desk.call.not_ready),
        Why::OtherPerson => td_string!(locale, desk.call.other_person),
        Why::NoPermission => td_string!(locale, desk.call.no_permission),
        Why::OnCall => td_string!(locale, desk.call.is_on_call),
        Why::Unheard => td_string!(locale, desk.call.unheard),
    }
}

/// What the call at hand is.
pub(super) fn contact_title(locale: Locale, contact: &Contact) -> &'static str {
    match contact.state {
        ContactState::Ringing => td_string!(locale, desk.call.incoming),
        ContactState::Connecting if contact.inbound => td_string!(locale, desk.call.connecting),
        ContactState::Connecting => td_string!(locale, desk.call.calling),
        ContactState::Connected => td_string!(locale, desk.call.on_call),
        ContactState::OnHold => td_string!(locale, desk.call.on_hold),
        ContactState::AfterCall => td_string!(locale, desk.call.after_call),
        ContactState::Missed => td_string!(locale, desk.call.missed),
        ContactState::Failed => td_string!(locale, desk.call.failed),
    }
}

/// The style sheet's name for it.
pub(super) fn contact_class(state: ContactState) -> &'static str {
    match state {
        ContactState::Ringing => "ringing",
        ContactState::Connecting | ContactState::Connected | ContactState::OnHold => "on-call",
        ContactState::AfterCall => "after-call",
        ContactState::Missed | ContactState::Failed => "missed",
    }
}

/// Why the phone did not do something. What Amazon Connect says is told as it is when it is nothing known.
pub(super) fn error_said(locale: Locale, error: &PhoneError) -> String {
    let said = match error {
        PhoneError::NotReady => return td_string!(locale, desk.call.not_ready).to_owned(),
        PhoneError::Silent => return td_string!(locale, desk.said.silent).to_owned(),
        PhoneError::Said(said) => said,
    };
    let is = |known: &[&str]| {
        let said = said.to_lowercase();
        known.iter().any(|known| said.contains(known))
    };
    if is(&["badendpoint", "invalidnumber", "invalidphone", "endpoint"]) {
        td_string!(locale, desk.said.bad_number).to_owned()
    } else if is(&["unsupportedcountry", "dialablecountr", "country"]) {
        td_string!(locale, desk.said.country).to_owned()
    } else if is(&["invalidstate", "invalid state", "invalidagentstate"]) {
        td_string!(locale, desk.said.not_now).to_owned()
    } else if is(&[
        "accessdenied",
        "unauthorized",
        "notauthorized",
        "permission",
    ]) {
        td_string!(locale, desk.said.forbidden).to_owned()
    } else if is(&["throttl", "limitexceeded", "toomanyrequests"]) {
        td_string!(locale, desk.said.too_often).to_owned()
    } else {
        let said = said.chars().take(200).collect::<String>();
        td_string!(locale, desk.said.other, said = said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_amazon_connect_says_is_translated_where_it_is_known() {
        let said = |text: &str| error_said(Locale::en, &PhoneError::Said(text.to_owned()));
        for (text, words) in [
            (
                "BadEndpointException",
                "Amazon Connect cannot call this number.",
            ),
            (
                "{\"type\":\"UnsupportedCountryException\"}",
                "Your company does not call this country",
            ),
            (
                "InvalidStateException: agent is busy",
                "That is not possible right now.",
            ),
            (
                "AccessDeniedException",
                "Amazon Connect does not let you do that.",
            ),
            ("ThrottlingException", "Amazon Connect is busy."),
            ("The moon is full", "Amazon Connect says: The moon is full"),
        ] {
            assert!(said(text).starts_with(words), "{text}: {}", said(text));
        }
        assert!(error_said(Locale::de, &PhoneError::Silent).contains("Amazon Connect"));
    }
}
