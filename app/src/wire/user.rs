use serde::{Deserialize, Serialize};

use super::{MailFate, Method, Presence, Role};

/// Which part of a company's people to list; everything has a default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::IntoParams, utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UserQuery {
    /// Part of a name, username or e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<UserView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Only people with this presence reason list assigned, by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence_list: Option<String>,
    /// By name when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<UserSort>,
    /// Pages of 50, counted from 1; the last one that can be asked for is 20. Whoever is further down is found by
    /// searching.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
}

/// The order of a list of people; those of equal rank by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UserSort {
    Name,
    Username,
    /// Most recent first, those who never did last.
    LastSignIn,
    /// Newest first.
    Created,
}

/// The tabs of User Management.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UserView {
    All,
    Enabled,
    Locked,
    /// Everybody who could not sign in now, each with why.
    CannotSignIn,
    /// Pending, Invited, Expired and Bounced.
    Invited,
    Disabled,
    /// Whoever was deleted and can still be brought back.
    Deleted,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct UserPage {
    pub users: Vec<User>,
    /// People in this view that match the search; counted no further than 1,000.
    pub total: u64,
    /// Whether there are more than `total`.
    pub more: bool,
    /// Counted from 1.
    pub page: u32,
    pub page_size: u32,
    /// People in every view, whatever is searched.
    pub counts: Vec<ViewCount>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ViewCount {
    pub view: UserView,
    /// Counted no further than 1,000.
    pub count: u64,
    /// Whether there are more.
    #[serde(default)]
    pub more: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct User {
    pub id: String,
    pub name: String,
    pub username: String,
    pub email: String,
    pub roles: Vec<Role>,
    pub status: UserStatus,
    /// A flag beside the status: five wrong codes, until an administrator unlocks.
    pub locked: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sign_in_at: Option<String>,
    pub phone: Phone,
    /// Their user in Amazon Connect, once it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_username: Option<String>,
    /// The assigned list; people without one have the company's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence_list: Option<NamedList>,
    /// What an agent at a desk does now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence: Option<Presence>,
    /// Why they could not sign in now; empty when they could.
    pub hindrances: Vec<Hindrance>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<String>,
}

/// What a person takes calls with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Phone {
    Softphone,
    DeskPhone,
    #[default]
    None,
}

/// A presence reason list by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NamedList {
    pub id: String,
    pub name: String,
}

/// Why somebody could not sign in now; each has its cure in User Management.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Hindrance {
    /// *Unlock*.
    Locked,
    /// The link of the invitation ended: invite again.
    InvitationExpired,
    /// The link ended and the person has asked for another: grant it.
    LinkAsked,
    /// The mail server refused the invitation: correct the address.
    Bounced,
    /// The temporary password ended: invite again.
    TemporaryPasswordEnded,
    /// A second proof is asked and they have none, nor a proven mailbox to set one up: send an invitation again or give
    /// a backup code.
    NoSecondWay,
    /// An agent without a list in a company without a default one: assign one.
    NoPresenceList,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UserStatus {
    Pending,
    Invited,
    Expired,
    Bounced,
    Enabled,
    Disabled,
    SsoOnly,
}

/// One person as an administrator sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct UserDetail {
    pub user: User,
    /// Goes back with a change, which is refused when somebody else made one meanwhile.
    pub version: u32,
    /// The language in which they read Callgate, when they chose one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Whether they sign in by single sign-on alone.
    pub sso_only: bool,
    /// An address that waits for being confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_email: Option<String>,
    /// An administrator changed the address: until then no reset, no backup code and no removal of a second way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_barred_until: Option<String>,
    /// When the newest unused invitation ends or ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invited_until: Option<String>,
    /// Whether an invitation can be sent: they have never signed in.
    pub can_be_invited: bool,
    /// Live sessions.
    pub sessions: u32,
    /// Browsers that speak for the person's Connect user.
    #[serde(default)]
    pub bound: u32,
    /// Newest first, at most twenty.
    pub mails: Vec<UserMail>,
    /// The second ways that they have set up, last used first.
    pub methods: Vec<Method>,
    /// Unused backup codes of their own; absent without a set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_codes_left: Option<u8>,
    /// Newest first, at most fifty.
    pub timeline: Vec<TimelineEntry>,
}

/// Something that happened to a person's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TimelineEntry {
    pub at: String,
    /// The kind of audit event, like `sign_in.locked`; unknown kinds are shown as they are.
    pub kind: String,
    /// Who did it, when somebody else did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The reference that the person read at the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// A mail to a person, without what it said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct UserMail {
    pub at: String,
    /// Like `invitation` or `code`; unknown kinds are shown as they are.
    pub kind: String,
    pub fate: MailFate,
    /// What the mail server said, without addresses, for a mail that is late or was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A new person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    pub name: String,
    pub email: String,
    /// The part of the e-mail address before the @ when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    pub roles: Vec<Role>,
    #[serde(default)]
    pub phone: Phone,
    /// The id of a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence_list: Option<String>,
    /// Signs in by single sign-on alone, and needs no invitation.
    #[serde(default)]
    pub sso_only: bool,
    /// Sends the invitation now; otherwise the person is Pending until it is sent.
    pub invite: bool,
}

/// A person as an administrator wants them to be. Everything that can change is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditUser {
    /// As it was read; 409 `changed_meanwhile` when it has risen since.
    pub version: u32,
    pub name: String,
    pub username: String,
    pub email: String,
    pub roles: Vec<Role>,
    pub phone: Phone,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence_list: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    pub sso_only: bool,
}

/// Rows of people as they were pasted, one a line: name, e-mail, username, separated by tab, comma or semicolon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddPeople {
    /// At most 500 rows.
    pub rows: String,
    pub roles: Vec<Role>,
    #[serde(default)]
    pub phone: Phone,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence_list: Option<String>,
    pub invite: bool,
}

/// What becomes, or became, of every pasted row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PeopleFates {
    pub rows: Vec<RowFate>,
    /// People who are, or would be, added.
    pub added: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RowFate {
    /// Counted from 1, as pasted.
    pub line: u32,
    pub name: String,
    pub email: String,
    pub username: String,
    pub fate: Fate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Added,
    /// A heading like "Name, E-mail", or an empty line.
    Heading,
    /// Somebody of this company has the e-mail address.
    EmailTaken,
    /// Somebody of this company has the username.
    UsernameTaken,
    /// The same e-mail address or username stands in a row above.
    Repeated,
    NameMissing,
    EmailWrong,
    UsernameWrong,
}

/// The same done to several people, at most 500 at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BulkAction {
    pub ids: Vec<String>,
    pub action: BulkKind,
    /// For `unlock` and `disable`: 1–500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// For `assign_list`: the id of a list, absent for the company's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence_list: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BulkKind {
    Invite,
    Unlock,
    AssignList,
    EndSessions,
    Disable,
    Enable,
}

/// What became of each; those for whom there was nothing to do are told apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct BulkOutcome {
    pub done: u32,
    pub skipped: Vec<BulkSkip>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct BulkSkip {
    pub id: String,
    pub name: String,
    /// As a request for this person alone would have answered.
    pub code: super::ProblemCode,
}
