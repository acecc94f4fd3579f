//! The document's phone: a company's Amazon Connect in a frame that outlives every page of the document, what it says of
//! its agent, and what can be asked of it. How it looks is the desk's business, what may be heard is `microphone`'s.

mod summary;

use leptos::prelude::*;

pub(crate) use self::summary::SummaryPage;
use crate::wire::PresenceKind;

/// How far the phone of this document is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Nobody has asked for one.
    #[default]
    Absent,
    /// Its frame is being loaded.
    Starting,
    /// It waits for the person to sign in at Amazon Connect, in a window or a tab of its own.
    SignedOut,
    /// It says who its agent is.
    Ready,
    /// It was ready and says nothing any more.
    Silent,
    /// It never answered: the frame is refused, mostly because the origin was not approved at AWS.
    Refused,
    /// Somebody is signed in there who may not use it.
    AccessDenied,
    /// The person signed out there, here or elsewhere.
    Ended,
}

/// What the phone says of its agent; everything comes from the browser and nothing of it is proven.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Agent {
    pub(crate) name: String,
    /// In Amazon Connect.
    pub(crate) username: String,
    pub(crate) routing_profile: String,
    /// Whether calls come to this browser; else they go to a desk phone.
    pub(crate) softphone: bool,
    /// Whether they may call somebody.
    pub(crate) may_call: bool,
    /// In the order of Amazon Connect.
    pub(crate) states: Vec<AgentState>,
    pub(crate) state: AgentState,
    /// Milliseconds since 1970 UTC by this browser's clock, corrected by what Amazon Connect says of it.
    pub(crate) since: f64,
    /// What comes once the contact at hand is over.
    pub(crate) next: Option<AgentState>,
}

/// A status of Amazon Connect.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AgentState {
    /// What names it there.
    pub(crate) arn: String,
    pub(crate) name: String,
    /// `routable` is available, `offline` offline, everything else not ready.
    pub(crate) kind: PresenceKind,
}

/// The call at hand.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Contact {
    pub(crate) id: String,
    pub(crate) inbound: bool,
    pub(crate) state: ContactState,
    /// The other end's number, as Amazon Connect writes it.
    pub(crate) number: String,
    pub(crate) queue: Option<String>,
    /// When `state` began, as [`Agent::since`].
    pub(crate) since: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContactState {
    /// Somebody calls, and waits for *Accept*.
    Ringing,
    /// It is being put through: an outgoing call, or an accepted one.
    Connecting,
    Connected,
    OnHold,
    /// The call is over, the work on it is not.
    AfterCall,
    Missed,
    Failed,
}

/// Why the phone did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PhoneError {
    /// There is none, or it is not ready.
    NotReady,
    /// It did not answer in time.
    Silent,
    /// What Amazon Connect said.
    Said(String),
}

/// The one phone of this document. Copies are the same phone.
#[derive(Clone, Copy)]
pub(crate) struct Phone {
    pub(crate) stage: RwSignal<Stage>,
    pub(crate) agent: RwSignal<Option<Agent>>,
    pub(crate) contact: RwSignal<Option<Contact>>,
    pub(crate) muted: RwSignal<bool>,
    /// What the phone's own frame last said about the microphone or the line, as Amazon Connect names it.
    pub(crate) trouble: RwSignal<Option<String>>,
}
