use serde::{Deserialize, Serialize};

/// Who is signed in on this browser, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Session {
    pub account: SessionAccount,
    pub company: SessionCompany,
    pub roles: Vec<Role>,
    /// The language in which this person reads Callgate.
    pub language: String,
    /// Where this person's work is, like `/acme/desk`.
    pub landing: String,
    /// Whether accounts of other companies are connected with this one.
    pub connected: bool,
    /// Where this person signed in outside, when signing out there is possible as well: its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_in_at: Option<String>,
    /// The providers at which this person can prove who they are, where that needs no password.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proves_at: Vec<super::ProviderButton>,
    /// Who the person is in Amazon Connect, when they signed in there: then the session opens the desk and nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_username: Option<String>,
    /// Seconds until the session ends for want of activity.
    pub idle_ends_in: u32,
    /// Seconds until the session ends in any case.
    pub ends_in: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SessionAccount {
    pub id: String,
    pub username: String,
    pub name: String,
    pub email: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SessionCompany {
    pub alias: String,
    pub name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Agent,
    Admin,
}

/// Where a person who is both agent and administrator works now; remembered for the next sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChooseWorkplace {
    pub workplace: Workplace,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Workplace {
    Desk,
    Console,
}

/// A fresh proof of identity within a session, good for ten minutes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FreshProof {
    pub password: String,
}
