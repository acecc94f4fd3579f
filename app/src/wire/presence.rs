use serde::{Deserialize, Serialize};

/// What an agent does now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Presence {
    /// The status as the company calls it.
    pub name: String,
    pub kind: PresenceKind,
    pub since: String,
}

/// What a status means, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PresenceKind {
    Available,
    NotReady,
    Offline,
}
