//! A company's own settings as its administrators read and write them. Whoever saves sends back the `version` that
//! they were shown: a page that somebody else saved meanwhile is refused with `changed_meanwhile`.

use serde::{Deserialize, Serialize};

use super::{DeskLink, LegalText};

/// "Name and look".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NameAndLook {
    pub version: String,
    /// 1 to 80 visible characters that look like no other company's name.
    pub name: String,
    /// For people who have not chosen one; one that is offered.
    pub language: String,
    /// What the sign-in page offers; none: every language.
    pub languages: Vec<String>,
    /// IANA name.
    pub time_zone: String,
    /// `#rrggbb`; the built-in look when absent.
    #[serde(default)]
    pub brand: Option<String>,
    /// `#rrggbb`; stands out from the brand colour by 3:1 at least.
    #[serde(default)]
    pub accent: Option<String>,
    /// The name that the company's mails come from, 1 to 80 visible characters without `<`, `>` and `@`; the
    /// operator's when absent.
    #[serde(default)]
    pub mail_sender: Option<String>,
}

/// "Name and look" with everything that its page offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NameAndLookPage {
    pub settings: NameAndLook,
    /// The address of the logo, a PNG.
    pub logo: Option<String>,
    /// IANA names.
    pub time_zones: Vec<String>,
}

/// A new logo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewLogo {
    /// A PNG or JPEG file of at most 2 MiB and 4096 pixels each way, in base64.
    pub picture: String,
}

/// Where the logo is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SavedLogo {
    /// A PNG; none without a logo.
    pub logo: Option<String>,
}

/// A mail to oneself, to see what the company's mails look like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TestMail {
    pub sent_to: String,
}

/// Today's message to everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CompanyNotice {
    pub version: String,
    /// Plain text of at most 300 characters.
    #[serde(default)]
    pub notice: Option<String>,
}

/// Whom a stuck person calls, and where agents find the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HelpSettings {
    pub version: String,
    /// 1 to 80 visible characters. Without it there is neither `phone` nor `email`.
    #[serde(default)]
    pub name: Option<String>,
    /// 1 to 80 visible characters.
    #[serde(default)]
    pub phone: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    /// What agents open from their desk, in its order: at most twelve, each with a name of 1 to 80 visible characters
    /// and an https address of at most 500.
    pub desk_links: Vec<DeskLink>,
}

/// One of the texts that people agree to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LegalKind {
    Terms,
    Privacy,
}

/// Both texts with their pasts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct LegalSettings {
    pub terms: LegalPast,
    pub privacy: LegalPast,
}

/// A text as it is, and when it was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct LegalPast {
    /// Markdown or an https address; none: there is no such text.
    pub text: Option<String>,
    /// Of the newest version; 0 before there was one.
    pub version: u32,
    /// Newest first, at most 200.
    pub versions: Vec<LegalVersion>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct LegalVersion {
    /// Counts from 1.
    pub version: u32,
    pub at: String,
    /// Name of the administrator; none for the server's operator, or for somebody who is gone.
    pub by: Option<String>,
    /// Whether it took the text away.
    pub removed: bool,
}

/// A text that takes the place of the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SaveLegalText {
    /// The newest version that was shown.
    pub version: u32,
    /// Markdown of at most 60,000 bytes, or an https address; none takes the text away.
    #[serde(default)]
    pub text: Option<String>,
}

/// A text that is only looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PreviewLegalText {
    /// Markdown or an https address, as when it is saved.
    pub text: String,
}

/// A text as it was at some time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct OldLegalText {
    /// None when it was taken away.
    pub text: Option<LegalText>,
}

/// "Passwords and sessions".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SessionSettings {
    pub version: String,
    /// Minutes after which a session ends whatever happens.
    pub total_minutes: u32,
    /// Minutes without keys, pointer or contacts after which it ends; no longer than `total_minutes`.
    pub idle_minutes: u32,
    /// Characters of a password at least; none: 8 where a second factor is required, else 15.
    #[serde(default)]
    pub password_minimum: Option<u16>,
}

/// "Passwords and sessions" with what the operator leaves to the company. What was chosen before may lie outside, and
/// may stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SessionSettingsPage {
    pub settings: SessionSettings,
    pub choices: SessionChoices,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SessionChoices {
    pub shortest_total_minutes: u32,
    pub longest_total_minutes: u32,
    pub shortest_idle_minutes: u32,
    pub longest_idle_minutes: u32,
    /// What holds without a choice: 8 or 15 characters, by today's 2FA policy.
    pub usual_password_minimum: u16,
    /// The least and the most that `password_minimum` can be.
    pub least_password_minimum: u16,
    pub most_password_minimum: u16,
    /// For whom strict mode ends sessions after eight hours.
    pub strict: super::Strict,
}
