use serde::{Deserialize, Serialize};

use super::{Phone, PresenceKind};

/// A company's Amazon Connect, as its pages need it before anybody is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CompanyPhone {
    /// The address of its Contact Control Panel, which is shown in a frame and opened in a window to sign in.
    pub url: String,
}

/// A sign-in by what this browser says of Amazon Connect: a claim, which counts only where it was proven before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PhoneSignIn {
    /// The user in Amazon Connect, 1–100 characters.
    pub username: String,
    /// A path inside the company to land on after the summary; anything else is ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Asks for a mailed code that proves whose a Connect user is, where the company has no passwords.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MailBindCode {
    /// Of the step.
    pub attempt: String,
    /// A username or an e-mail address. The answer is the same whether anybody has it.
    pub account: String,
}

/// The mailed code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EnterBindCode {
    pub attempt: String,
    /// Spaces, hyphens and any script's digits are accepted.
    pub code: String,
}

/// A Connect user without an account asks for one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AskToJoin {
    pub attempt: String,
    /// 1–100 visible characters.
    pub name: String,
    /// Where the invitation is to go.
    pub email: String,
}

/// An invitation was accepted where people sign in at Amazon Connect: its one link is spent, and the next *Secure Login*
/// of this browser is the invited person's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PhoneInvited {
    /// The alias of the company at whose page *Secure Login* is.
    pub company: String,
}

/// What the desk needs to know of its person's phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DeskPhone {
    pub kind: Phone,
    /// The address of the company's Contact Control Panel; absent where statuses come from a presence reason list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Who the person is in Amazon Connect, once it was proven: anybody else there is not this person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
}

/// The status that a person has at Amazon Connect, for whoever looks at User Management.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReportPresence {
    /// As Amazon Connect calls it, 1–100 characters.
    pub name: String,
    pub kind: PresenceKind,
    /// Whole seconds that it has lasted; more than a day counts as a day.
    pub seconds: u32,
}

/// A company's Amazon Connect, as its administrators set it up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct AmazonConnect {
    /// Absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whether it may be used: the operator may have taken its host away.
    pub usable: bool,
    /// The other name under which the front page finds the company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_alias: Option<String>,
    /// What is entered at AWS among the approved origins: scheme, host and port of this server.
    pub origin: String,
    /// The shapes of hosts that may be entered, like `*.my.connect.aws`.
    pub hosts: Vec<String>,
    /// People whose Connect user is known, by name, at most 200.
    pub people: Vec<ConnectPerson>,
    /// How many there are.
    pub known: u32,
    /// Browsers that speak for somebody now; another address ends that.
    pub bound: u32,
    /// People who are at their desk by *Secure Login* now; another address signs them out.
    pub desks: u32,
    /// Whether the last proof of identity is recent enough for a change; every change spends it.
    pub fresh: bool,
    /// Goes back with a change, which is refused when somebody else made one meanwhile.
    pub version: u32,
}

/// Somebody and their user in Amazon Connect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ConnectPerson {
    pub id: String,
    pub name: String,
    pub username: String,
    /// In Amazon Connect.
    pub phone_username: String,
    /// Browsers on which that was proven and still counts.
    pub browsers: u32,
}

/// What an administrator types for the company's Amazon Connect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SaveAmazonConnect {
    /// Absent: none any more, and statuses come from presence reason lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// As an alias; unique on this server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_alias: Option<String>,
    pub version: u32,
}

/// Says who somebody is in Amazon Connect. Browsers that were bound as another user are so no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NamePhoneUser {
    /// Absent: whoever proves it first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_username: Option<String>,
}

/// Connect users who ask for an account, the newest first, at most a hundred.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct JoinRequests {
    pub requests: Vec<JoinRequest>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct JoinRequest {
    pub id: String,
    /// In Amazon Connect; nobody has checked it.
    pub phone_username: String,
    /// As they typed them.
    pub name: String,
    pub email: String,
    pub asked_at: String,
}

/// Makes an account of a request to join and invites its person, as an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ApproveJoin {
    pub name: String,
    pub email: String,
    /// The part of the e-mail address before the @ when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(default)]
    pub phone: Phone,
}

/// A browser on which this person's Connect user was proven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct BoundBrowser {
    pub id: String,
    /// Whether it is the one that asks.
    pub current: bool,
    /// In Amazon Connect.
    pub phone_username: String,
    pub user_agent: String,
    pub address: String,
    pub bound_at: String,
    pub last_used_at: String,
    pub expires_at: String,
}

/// Where a sign-in at Amazon Connect ends before the desk, like `/acme/summary`.
#[must_use]
pub fn summary_path(company: &str) -> String {
    format!("/{company}/summary")
}
