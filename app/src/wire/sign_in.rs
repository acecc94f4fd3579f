use serde::{Deserialize, Serialize};

use super::BindStep;

/// What a sign-in attempt needs next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    Code(CodeStep),
    ChangePassword(ChangePasswordStep),
    Setup(SetupStep),
    Bind(BindStep),
    /// A session exists; go to `landing`.
    SignedIn {
        /// A path on this server, like `/acme/desk`.
        landing: String,
    },
}

/// A second proof is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CodeStep {
    /// The attempt's id, which every further request repeats.
    pub attempt: String,
    /// The company of the attempt.
    pub company: String,
    /// The way that is asked now.
    pub method: Method,
    /// Every way open to this account.
    pub methods: Vec<Method>,
    /// Where the code went, masked: `a•••@acme.example`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_to: Option<String>,
    /// When the newest code was written to the outbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<String>,
    /// Whether the mail server has accepted the newest code, as far as this server knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailFate>,
    /// Seconds until a new code may be asked for; 0 when it may be asked now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resend_after: Option<u32>,
    /// Wrong codes left, once they are few enough to say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts_left: Option<u8>,
    /// The choices of "Don't ask again for N days"; empty when the company has none.
    pub trust_days: Vec<u16>,
    /// Seconds until the attempt ends.
    pub expires_in: u32,
    /// Seconds until the newest code ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_expires_in: Option<u32>,
    /// Whether this connects the account with the one that is signed in; no session comes of it.
    #[serde(default)]
    pub connects: bool,
}

/// A temporary password, or one that no longer satisfies the policy, is to be replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ChangePasswordStep {
    pub attempt: String,
    pub company: String,
    /// Characters at least.
    pub minimum: u16,
    /// Seconds until the attempt ends.
    pub expires_in: u32,
}

/// A second way is set up before the sign-in goes on; `position` of `of` such steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SetupStep {
    pub attempt: String,
    pub company: String,
    /// Whose it is, for the paper that the backup codes are printed on.
    pub username: String,
    pub part: SetupPart,
    pub position: u8,
    pub of: u8,
    /// Seconds until the attempt ends.
    pub expires_in: u32,
}

/// What is done now to set up a second way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum SetupPart {
    /// Choose one of the ways that the company allows.
    Choose { methods: Vec<Method> },
    /// Add the app and type its code.
    App(AppSetup),
    /// Save the codes and type one back; they are absent when they were shown before, and then new
    /// ones can be made.
    Codes {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        codes: Vec<String>,
    },
}

/// An authenticator app that is being added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct AppSetup {
    /// The QR code of `uri`: an SVG document without scripts or styles.
    pub qr: String,
    /// Base32 (RFC 4648) without padding, to type.
    pub secret: String,
    /// `otpauth://totp/…`, for a phone that opens it.
    pub uri: String,
}

/// A way of giving the second proof. More will come: treat unknown ones as unavailable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Method {
    Email,
    /// An authenticator app (RFC 6238).
    App,
    /// One of the saved codes, or one from an administrator.
    BackupCode,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MailFate {
    /// In the outbox, about to be sent.
    Waiting,
    /// The mail server could not be reached or refused for now; it is tried again.
    Late,
    /// The mail server accepted it.
    Sent,
    /// The mail server refused it for good.
    Refused,
}

/// The first credential at a company's page. `account` is a username or an e-mail address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    pub account: String,
    pub password: String,
    /// A path inside the company to land on instead of the role's own; anything else is ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The first credential without a company. `username` is an e-mail address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignInAnywhere {
    pub username: String,
    pub password: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChooseMethod {
    pub attempt: String,
    pub method: Method,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EnterCode {
    pub attempt: String,
    /// Spaces, hyphens and any script's digits are accepted.
    pub code: String,
    /// "Don't ask again" for so many days, one of the step's `trust_days`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust_days: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResendCode {
    pub attempt: String,
}

/// Begins to set up a way within an attempt. E-mail counts at once: its code was just proven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    pub attempt: String,
    /// `email` or `app`.
    pub method: Method,
}

/// The first code of an app that is being added within an attempt.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VerifySetUp {
    pub attempt: String,
    pub code: String,
    /// What the person calls the device, up to 60 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Shows new backup codes within an attempt, instead of those that were shown before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RenewSetUpCodes {
    pub attempt: String,
}

/// One of the codes, typed back: from now on they count, and the sign-in goes on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmSetUpCodes {
    pub attempt: String,
    pub code: String,
}

/// Replaces a temporary password within an attempt.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    pub attempt: String,
    pub password: String,
}

/// Asks for a mailed link that makes this browser known, to get past a wait that strangers caused.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AskBrowserLink {
    pub account: String,
}

/// A one-time link's secret, by itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OpenLink {
    pub token: String,
}
