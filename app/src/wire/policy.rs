use serde::{Deserialize, Serialize};

use super::{Method, TwoFactorMode};

/// What a company asks of its people beside their passwords.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TwoFactorPolicy {
    pub mode: TwoFactorMode,
    /// `2026-12-01`: the day in the company's time zone from which `required` holds; at once without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_from: Option<String>,
    /// What people may set up: `email`, `app`; at least one.
    pub methods: Vec<Method>,
    /// The choices of "Don't ask again": some of 14, 30, 60 and 90 days; none turns it off.
    pub trust_days: Vec<u16>,
    pub strict: Strict,
    /// Minutes that a backup code from an administrator can be used, 5–60.
    pub admin_code_minutes: u16,
}

/// For whom there are no e-mail codes, no "Don't ask again" and sessions of eight hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Strict {
    Nobody,
    Admins,
    Everyone,
}

/// A company's policy and who does not satisfy it yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TwoFactorOverview {
    pub policy: TwoFactorPolicy,
    /// Enabled people who have set up none of the allowed ways.
    pub not_set_up: u64,
    /// The first fifty of them by name.
    pub people: Vec<NotSetUp>,
    pub choices: PolicyChoices,
}

/// What the operator leaves to the company. What was chosen before may lie outside, and may stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PolicyChoices {
    /// Today in the company's time zone: the earliest day for `required_from`.
    pub today: String,
    /// Days of "Don't ask again".
    pub trust_days: Vec<u16>,
    pub shortest_admin_code_minutes: u16,
    pub longest_admin_code_minutes: u16,
}

/// Whom a policy would lead to set something up, beyond those whom the present one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PolicyEffect {
    pub at_next_sign_in: u64,
    /// From `required_from` on.
    pub from_the_day: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NotSetUp {
    pub id: String,
    pub name: String,
    pub username: String,
    pub admin: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sign_in_at: Option<String>,
}
