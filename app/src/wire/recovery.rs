use serde::{Deserialize, Serialize};

/// Asks for a mailed link to a new password. `account` is a username or an e-mail address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ForgotPassword {
    pub account: String,
}

/// What a link to a new password that is still good says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PasswordReset {
    pub company: super::Company,
    pub username: String,
    /// Characters a password needs at least.
    pub minimum: u16,
    pub expires_at: String,
}

/// Stores a new password: the link is used up by that, and by nothing else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    pub token: String,
    pub password: String,
}

/// Where a person signs in with the password that was just stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PasswordStored {
    /// The company's alias.
    pub company: String,
    pub username: String,
}

/// Why an administrator helps somebody; it is written to the audit log and mailed to the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HelpReason {
    /// 1–500 characters.
    pub reason: String,
}

/// A backup code for somebody who lost their phone: shown this once, single use.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct AdminCode {
    pub code: String,
    pub expires_at: String,
    /// Seconds until then.
    pub expires_in: u32,
}
