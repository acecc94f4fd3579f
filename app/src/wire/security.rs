use serde::{Deserialize, Serialize};

use super::{AppSetup, Method};

/// A person's own Security Settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SecuritySettings {
    /// Where mailed codes go, masked.
    pub email: String,
    /// Whether the last proof of identity is recent enough for changes that matter.
    pub fresh: bool,
    pub two_factor: TwoFactor,
    pub password: PasswordState,
    #[serde(default)]
    pub single_sign_on: super::ConnectedLogins,
    pub browsers: Vec<Browser>,
    /// Where this person's Connect user was proven.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bound: Vec<super::BoundBrowser>,
    /// Live ones, this one first, then the last used first.
    pub sessions: Vec<SessionEntry>,
    /// Sign-ins and refusals, newest first, at most twenty.
    pub history: Vec<HistoryEntry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TwoFactor {
    pub demand: TwoFactorMode,
    /// From when on the company asks for it, when that is still to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_from: Option<String>,
    pub ways: Vec<Way>,
    /// What can be added.
    pub addable: Vec<Method>,
    /// Unused ones of the set that counts; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_codes_left: Option<u8>,
}

/// Whether a company's people give a second proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TwoFactorMode {
    Off,
    /// Each person decides.
    Optional,
    Required,
}

/// A second way that a person has set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Way {
    pub id: String,
    pub method: Method,
    /// What the person calls the device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub added_at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
    /// False for the last one where the company requires one.
    pub removable: bool,
    /// Whether the company still lets this person use it.
    pub allowed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PasswordState {
    /// False for people who have none, like those who only use single sign-on.
    pub is_set: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<String>,
    /// Characters a new one needs at least.
    pub minimum: u16,
}

/// A browser that is not asked for a second proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Browser {
    pub id: String,
    pub user_agent: String,
    /// The address it was last used from.
    pub address: String,
    pub last_used_at: String,
    pub granted_at: String,
    pub expires_at: String,
    /// It is the one that asks.
    pub current: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SessionEntry {
    pub id: String,
    pub user_agent: String,
    pub address: String,
    pub started_at: String,
    pub active_at: String,
    /// It is the one that asks.
    pub current: bool,
}

/// A sign-in, a refusal or the end of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct HistoryEntry {
    pub at: String,
    /// The kind of audit event, like `sign_in.locked`; unknown kinds are shown as they are.
    pub kind: String,
    /// Where it was caused.
    pub address: String,
    /// The reference that the person read at the time.
    pub reference: String,
}

/// Begins to add a second way, or to set e-mail up anew. For `email` a code is mailed, for `app` a
/// secret is made, and for people who have no second way yet a code is mailed as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddWay {
    pub method: Method,
}

/// What a person does next to add a second way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum WayBegun {
    /// Type the six digits.
    Email(MailedCode),
    App(AppBegun),
}

/// Six digits on their way to a person's mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct MailedCode {
    /// Masked.
    pub sent_to: String,
    /// When the newest code was written to the outbox; absent while the limits of mails allow none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<String>,
    /// Seconds until a new code may be asked for; 0 when it may be asked now.
    pub resend_after: u32,
}

/// Add the secret to the app and type what it shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct AppBegun {
    #[serde(flatten)]
    pub setup: AppSetup,
    /// The code to type beside the app's; only for people who have no second way yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailedCode>,
}

/// The first code of a way that is being added.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VerifyWay {
    pub code: String,
    /// The mailed code, for an app that is somebody's first second way; ignored otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_code: Option<String>,
    /// What the person calls the device, up to 60 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Backup codes, shown this once. They count once one of them was typed back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct BackupCodes {
    /// Empty when the person has a set already.
    pub codes: Vec<String>,
}

/// How many backup codes a person has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct BackupCodesLeft {
    /// Unused ones of the set that counts; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<u8>,
}

/// One of the codes that were just shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmBackupCodes {
    pub code: String,
}

/// A new password in place of the present one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReplacePassword {
    pub current: String,
    pub password: String,
}
