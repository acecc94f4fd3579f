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

/// A company's presence reason lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PresenceLists {
    /// The default one first, the others by name.
    pub lists: Vec<PresenceList>,
    /// Agents who could not sign in now, having neither a list of their own nor a default one.
    pub without_list: Stranded,
    /// Whether nobody here needs a list, because statuses come from the phone system.
    pub optional: bool,
}

/// The statuses that some agents may take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PresenceList {
    pub id: String,
    pub name: String,
    /// Whether it counts for everybody without a list of their own. At most one list of a company does.
    pub is_default: bool,
    /// People to whom it was assigned; those who have it as the default one are not counted.
    pub people: u32,
    /// Goes back with a change, which is refused when somebody else made one meanwhile.
    pub version: u32,
    /// In the order in which agents are offered them.
    pub reasons: Vec<PresenceReason>,
}

/// One status of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PresenceReason {
    pub id: String,
    pub name: String,
    pub kind: PresenceKind,
}

/// A new list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPresenceList {
    /// 1–40 visible characters, not the name of another list of the company.
    pub name: String,
    /// Takes the mark from the list that has it.
    #[serde(default)]
    pub is_default: bool,
    /// At most 30, in order; at least one that is `available` and one that is `not_ready`.
    pub reasons: Vec<WantedReason>,
}

/// One status as an administrator wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WantedReason {
    /// Of the entry that is kept, whoever has it keeps it; a new entry has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// 1–40 visible characters, once in a list.
    pub name: String,
    pub kind: PresenceKind,
}

/// A list as an administrator wants it to be. Everything that can change is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditPresenceList {
    /// As it was read; 409 `changed_meanwhile` when it has risen since.
    pub version: u32,
    /// As in a new list.
    pub name: String,
    /// Takes the mark from the list that has it, or leaves the company without a default list.
    pub is_default: bool,
    /// As in a new list. Whoever has a status that is not among them any more gets the first one that is `not_ready`.
    pub reasons: Vec<WantedReason>,
    /// Agents of whom the administrator knows that they could not sign in afterwards; 409 `in_use` when there are more.
    #[serde(default)]
    pub accept: u32,
}

/// How a list is to be removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RemovePresenceList {
    /// As it was read; 409 `changed_meanwhile` when it has risen since.
    pub version: u32,
    /// The list that takes its place for everybody, as the default one too. Without it, people who had the list assigned
    /// have the company's default one, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
    /// Agents of whom the administrator knows that they could not sign in afterwards; 409 `in_use` when there are more.
    #[serde(default)]
    pub accept: u32,
}

/// Whom it would shut out to take a list away without another in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PresenceEffect {
    /// By removing it.
    pub removed: Stranded,
    /// By it not being the default list any more.
    pub not_default: Stranded,
}

/// Agents who could not sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Stranded {
    pub count: u32,
    /// The first five by name.
    pub names: Vec<String>,
}

/// Which answer about one's own status is known already.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::IntoParams, utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PresenceQuery {
    /// The `revision` of an answer: the next one comes as soon as there is something new, or after 25 seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
}

/// What an agent does now and may do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct OwnPresence {
    /// Changes with everything that is told here.
    pub revision: String,
    /// Absent without a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Presence>,
    /// Whole seconds that it has lasted.
    pub seconds: u32,
    /// Which of `reasons` the status is; absent when it is none of them, like after signing out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Exactly what can be chosen, in order; empty without a list.
    pub reasons: Vec<PresenceReason>,
    /// The name of the list that counts for this person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// Whether an administrator must assign a list before this person can sign in as an agent.
    pub needs_list: bool,
    /// Whether statuses come from Amazon Connect, whose own the desk reports.
    #[serde(default)]
    pub from_phone: bool,
    /// The status that was taken from the list while it was this person's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub displaced: Option<String>,
    /// Since midnight in the company's time zone, newest first, at most fifty.
    pub today: Vec<Presence>,
    pub links: Vec<DeskLink>,
}

/// A status that is chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChoosePresence {
    /// The id of an entry of the person's list.
    pub reason: String,
}

/// Somewhere else where a company's agents work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeskLink {
    pub name: String,
    /// An https address.
    pub url: String,
}
