//! What it means that there is no identity: from the words of the protocol, and of Microsoft's, to a reason that people
//! are told.

use app::wire::SsoFailure;

/// Why there is no identity.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{why:?}: {detail}")]
pub struct Failed {
    pub why: SsoFailure,
    /// For the log and for administrators: what the provider said or what about its answer is wrong. No secrets.
    pub detail: String,
}

/// Characters of a detail: whatever somebody writes into an address, no log line is longer.
const LONGEST: usize = 400;

impl Failed {
    pub(super) fn new(why: SsoFailure, detail: impl AsRef<str>) -> Self {
        let plain = |c: char| if c.is_control() { ' ' } else { c };
        Self {
            why,
            detail: detail.as_ref().chars().map(plain).take(LONGEST).collect(),
        }
    }

    pub(super) fn down(detail: impl AsRef<str>) -> Self {
        Self::new(SsoFailure::ProviderDown, detail)
    }

    pub(super) fn set_up(detail: impl AsRef<str>) -> Self {
        Self::new(SsoFailure::SetUpWrong, detail)
    }

    pub(super) fn untrusted(detail: impl AsRef<str>) -> Self {
        Self::new(SsoFailure::Untrusted, detail)
    }

    pub(super) fn other_company(detail: impl AsRef<str>) -> Self {
        Self::new(SsoFailure::OtherCompany, detail)
    }

    /// What a provider said instead of an answer: `error` and `error_description` of RFC 6749 and OpenID Connect.
    pub(super) fn said(error: &str, description: Option<&str>) -> Self {
        let description = description.unwrap_or_default();
        let why = microsoft(description)
            .or_else(|| told(description))
            .unwrap_or_else(|| meaning(error));
        let detail = match description {
            "" => error.to_owned(),
            description => format!("{error}: {description}"),
        };
        Self::new(why, detail)
    }
}

/// The words of RFC 6749, OpenID Connect Core 3.1.2.6, pushed requests (RFC 9126), and of Google.
fn meaning(error: &str) -> SsoFailure {
    use SsoFailure as Why;
    match error {
        "access_denied"
        | "consent_required"
        | "login_required"
        | "interaction_required"
        | "account_selection_required" => Why::Refused,
        "invalid_client" | "unauthorized_client" | "disabled_client" | "deleted_client" => {
            Why::ClientRefused
        }
        // The code was used before, or took too long.
        "invalid_grant" => Why::Over,
        "temporarily_unavailable" | "server_error" | "slow_down" => Why::ProviderDown,
        "unmet_authentication_requirements" => Why::NotFresh,
        "org_internal" => Why::OtherCompany,
        "admin_policy_enforced" => Why::AdminConsentMissing,
        _ => Why::SetUpWrong,
    }
}

/// Microsoft's own numbers, which say more than the words beside them.
fn microsoft(description: &str) -> Option<SsoFailure> {
    use SsoFailure as Why;
    let (_, rest) = description.split_once("AADSTS")?;
    let end = rest.find(|c: char| !c.is_ascii_digit());
    let why = match &rest[..end.unwrap_or(rest.len())] {
        // Nobody has consented; only an administrator can.
        "65001" | "90008" | "90093" | "90094" | "90095" => Why::AdminConsentMissing,
        // The person declined.
        "65004" => Why::Refused,
        // The secret is missing, wrong or has ended.
        "7000215" | "7000218" | "7000222" => Why::ClientRefused,
        // The address to come back to, or the application, is not known there.
        "50011" | "500113" | "700016" => Why::SetUpWrong,
        // Somebody of another tenant.
        "50020" | "90072" => Why::OtherCompany,
        // Somebody to whom the application was not given.
        "50105" => Why::UnknownPerson,
        // The code was used before, or took too long.
        "54005" | "70000" | "70008" => Why::Over,
        _ => return None,
    };
    Some(why)
}

/// What Okta and Auth0 say beside `access_denied` when nobody gave the application to the person.
fn told(description: &str) -> Option<SsoFailure> {
    description
        .contains("not assigned to the client application")
        .then_some(SsoFailure::UnknownPerson)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_providers_say_has_a_meaning() {
        use SsoFailure as Why;
        for (error, description, why) in [
            ("access_denied", "", Why::Refused),
            ("consent_required", "", Why::Refused),
            ("login_required", "", Why::Refused),
            ("interaction_required", "", Why::Refused),
            ("invalid_client", "", Why::ClientRefused),
            ("unauthorized_client", "", Why::ClientRefused),
            ("invalid_grant", "code expired", Why::Over),
            ("temporarily_unavailable", "", Why::ProviderDown),
            ("server_error", "", Why::ProviderDown),
            ("invalid_request", "", Why::SetUpWrong),
            ("redirect_uri_mismatch", "", Why::SetUpWrong),
            ("invalid_scope", "", Why::SetUpWrong),
            ("anything", "", Why::SetUpWrong),
            ("org_internal", "", Why::OtherCompany),
            (
                "access_denied",
                "AADSTS65001: The user or administrator has not consented",
                Why::AdminConsentMissing,
            ),
            (
                "consent_required",
                "AADSTS90094: An administrator must consent",
                Why::AdminConsentMissing,
            ),
            (
                "invalid_client",
                "AADSTS90008: The application requires access",
                Why::AdminConsentMissing,
            ),
            (
                "access_denied",
                "AADSTS65004: User declined to consent",
                Why::Refused,
            ),
            (
                "invalid_client",
                "AADSTS7000215: Invalid client secret provided.",
                Why::ClientRefused,
            ),
            (
                "invalid_client",
                "AADSTS7000222: The provided client secret keys are expired.",
                Why::ClientRefused,
            ),
            (
                "invalid_request",
                "AADSTS50011: The redirect URI does not match",
                Why::SetUpWrong,
            ),
            (
                "unauthorized_client",
                "AADSTS700016: Application was not found",
                Why::SetUpWrong,
            ),
            (
                "access_denied",
                "AADSTS50020: User account from another tenant",
                Why::OtherCompany,
            ),
            (
                "interaction_required",
                "AADSTS90072: User account does not exist in tenant",
                Why::OtherCompany,
            ),
            (
                "interaction_required",
                "AADSTS50105: not assigned to a role",
                Why::UnknownPerson,
            ),
            ("invalid_grant", "AADSTS54005: already redeemed", Why::Over),
            (
                "invalid_client",
                "AADSTS1: something new",
                Why::ClientRefused,
            ),
            ("access_denied", "AADSTS", Why::Refused),
            (
                "access_denied",
                "User is not assigned to the client application.",
                Why::UnknownPerson,
            ),
        ] {
            let failed = Failed::said(error, Some(description));
            assert_eq!(failed.why, why, "{error} {description}");
            assert!(failed.detail.starts_with(error), "{failed}");
        }
    }

    #[test]
    fn details_are_short_and_one_line() {
        let failed = Failed::said("access_denied", Some(&"line\r\n\0".repeat(1000)));
        assert_eq!(failed.detail.chars().count(), LONGEST);
        assert!(!failed.detail.contains(char::is_control));
    }
}
