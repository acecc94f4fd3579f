use serde::{Deserialize, Serialize};

/// The companies of which somebody has proven an account from within a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Companies {
    /// The present one among them, those last signed in to first; empty when nothing is connected.
    pub companies: Vec<ConnectedCompany>,
    /// This account was connected, and was changed by somebody else since: nothing is shown until one of the others
    /// is proven again.
    pub resting: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ConnectedCompany {
    /// Of the account.
    pub id: String,
    pub alias: String,
    pub name: String,
    pub username: String,
    /// The one of this session.
    pub current: bool,
    /// Where signing in at the start page leads.
    pub default: bool,
    /// Whether a sign-in there could succeed now: the account is not disabled or locked, the company not closed.
    pub open: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sign_in_at: Option<String>,
    /// The path of its sign-in page with the account filled in; it asks for that company's own password.
    pub address: String,
}

/// An account of another company, to be connected with the one that is signed in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConnectCompany {
    /// Alias, instance alias, name or address.
    pub company: String,
    pub account: String,
    pub password: String,
}

/// The company to which signing in at the start page leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChooseDefault {
    /// The id of the account there; absent for none: then the account that was signed in to last is tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}
