use serde::{Deserialize, Serialize};

use super::{HelpContact, MailFate, RegionHint};

/// Who may create a company on this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OnboardingMode {
    /// Only the operator.
    Closed,
    /// Anybody; the operator says yes or no to each company.
    Approve,
    Open,
}

/// What can be chosen for a new company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Onboarding {
    pub mode: OnboardingMode,
    /// The region that this server serves.
    pub region: Option<String>,
    /// Where companies of other regions are created.
    pub elsewhere: Vec<RegionHint>,
    /// IANA names.
    pub time_zones: Vec<String>,
}

/// A question whether a new company can have an alias.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckAlias {
    pub alias: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct AliasAnswer {
    pub fate: AliasFate,
    /// One that is like it and free at this moment, where it cannot be had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AliasFate {
    Free,
    /// Another company has it, had it, or has a name that looks the same.
    Taken,
    /// It is a page of the server.
    Reserved,
    /// Fewer than 3 characters.
    TooShort,
    /// More than 40 characters.
    TooLong,
    /// Something else than a to z, 0 to 9 and hyphens.
    Characters,
}

/// A new company and its first administrator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewCompany {
    pub name: String,
    /// 3 to 40 of a to z, 0 to 9 and hyphens.
    pub alias: String,
    /// This server's region, for those who want to be sure of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Like `en`.
    pub language: String,
    /// IANA name.
    pub time_zone: String,
    /// https
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amazon_connect: Option<String>,
    pub admin_name: String,
    pub admin_email: String,
}

/// A company that was just created, and has not been opened by anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CompanyFounded {
    pub alias: String,
    pub name: String,
    /// Where its people will sign in.
    pub login_url: String,
    /// Whether the operator says yes or no first; the link is mailed then.
    pub waits_for_approval: bool,
    /// Where the link to the first password goes.
    pub sent_to: String,
    /// When the company is removed if nobody has opened it.
    pub ends_at: String,
}

/// What stands on the card that tells people where they sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct FloorCard {
    pub name: String,
    pub login_url: String,
    /// The same as a QR code: an SVG element.
    pub qr: String,
    pub help_contact: Option<HelpContact>,
    pub region: Option<String>,
    /// What must happen before people sign in there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<WaitsFor>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WaitsFor {
    /// The operator says yes or no.
    Approval,
    /// Its first administrator sets a password.
    FirstPassword,
}

/// What is left to do before a company's first shift.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct GetReady {
    pub state: ReadyState,
    /// In the order in which they are best done; empty when everything is.
    pub steps: Vec<ReadyStep>,
    pub login_url: String,
    /// The host of the company's Amazon Connect, when it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amazon_connect: Option<String>,
    /// What became of the newest test mail to the administrator who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_mail: Option<MailFate>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReadyState {
    Open,
    /// Put away for now.
    Hidden,
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ReadyStep {
    pub step: ReadyStepName,
    pub done: bool,
    /// Whether administrators tick it off themselves, because nothing else shows it.
    pub by_hand: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReadyStepName {
    /// The administrator who asks has backup codes.
    SecureAccount,
    /// The 2FA Policy was saved, or looked at.
    ChooseWays,
    ReviewList,
    /// Only with an Amazon Connect: somebody has a phone, or nobody will.
    ConnectPhone,
    AddPeople,
    ShareUrl,
    TestMail,
}

/// What an administrator ticks off, or takes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TickReady {
    pub done: bool,
}
