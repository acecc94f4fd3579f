use serde::{Deserialize, Serialize};

/// Where to go for what is not here: another region that knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RegionHint {
    /// As people read it, like `Europe`.
    pub name: String,
    /// Of the company's page there, or of the start page when only an e-mail domain is known. It comes from this
    /// server's own settings and names no person.
    pub address: String,
}

/// What one region asks another; exactly one of the two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RegionQuestion {
    /// A company's alias or instance alias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// An e-mail domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
}

/// Whether it is here; nothing more is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RegionAnswer {
    pub here: bool,
}
