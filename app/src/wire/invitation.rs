use serde::{Deserialize, Serialize};

use super::words::read_by_name;

/// What an invitation that is still good says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Invitation {
    pub company: super::Company,
    pub name: String,
    pub username: String,
    pub email: String,
    /// Characters a password needs at least.
    pub minimum: u16,
    pub expires_at: String,
    /// Whether the same address also opens an account of another company, which stays what it is.
    pub elsewhere: bool,
    /// Whether it can be accepted with a password; people who sign in outside only have none.
    pub passwords: bool,
    /// The providers at which it can be accepted instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub providers: Vec<super::ProviderButton>,
    /// Whether it can be accepted with Amazon Connect instead.
    #[serde(default)]
    pub phone: bool,
}

/// Accepts an invitation: the link is used up when the password is stored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    pub token: String,
    pub password: String,
}

/// How new people come by their first password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WelcomeStyle {
    /// They choose it, by a link in the mail.
    Link,
    /// The mail carries one that the server made up. It works for 24 hours and must be changed at its first use.
    TemporaryPassword,
}

/// What a company decides about its invitations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InvitationPolicy {
    /// As it was read; 409 `changed_meanwhile` when it has risen since.
    pub version: u32,
    /// Days that a link lives: 1–14.
    pub days: u16,
    pub welcome: WelcomeStyle,
}

/// A company's invitations: what is decided, what could be, and what the mails say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct InvitationOverview {
    pub policy: InvitationPolicy,
    /// The operator's bounds. What was chosen before may lie outside, and may stay.
    pub fewest_days: u16,
    pub most_days: u16,
    /// Whether the company has passwords: without them a temporary one is of no use.
    pub passwords: bool,
    /// Both styles, as they would be mailed now to whoever asks.
    pub previews: Vec<MailPreview>,
}

/// A mail as people would get it; what is secret in it is blotted out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct MailPreview {
    pub welcome: WelcomeStyle,
    /// In the company's language.
    pub language: String,
    pub subject: String,
    pub text: String,
}

/// What became of an invitation whose link cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LinkFate {
    /// Its time is over: another can be asked for.
    Ended,
    /// It was used: the person has a password.
    Accepted,
    /// A later mail replaced it.
    Replaced,
    /// An administrator took it back.
    Cancelled,
}

read_by_name!(LinkFate {
    Ended,
    Accepted,
    Replaced,
    Cancelled,
});
