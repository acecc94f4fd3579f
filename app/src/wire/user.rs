use serde::{Deserialize, Serialize};

use super::{Method, Role};

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
    /// Pages of 50, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
}

/// The tabs of User Management.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UserView {
    All,
    Enabled,
    Locked,
    Invited,
    Disabled,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct UserPage {
    pub users: Vec<User>,
    /// People in this view that match the search.
    pub total: u64,
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
    pub count: u64,
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
