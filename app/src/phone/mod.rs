//! The document's phone: a company's Amazon Connect in a frame that outlives every page of the document, what it says of
//! its agent, and what can be asked of it. How it looks is the desk's business, what may be heard is `microphone`'s.

#[cfg(feature = "hydrate")]
mod asked;
#[cfg(feature = "hydrate")]
mod frame;
#[cfg(feature = "hydrate")]
mod line;
mod picture;
mod secure_login;
#[cfg(any(feature = "hydrate", test))]
mod silence;
mod stage;
#[cfg(feature = "hydrate")]
mod streams;
mod summary;
mod trouble;
mod way_in;
#[cfg(feature = "hydrate")]
mod window;

use leptos::prelude::*;

#[cfg(feature = "ssr")]
pub(crate) use self::secure_login::place;
#[cfg(feature = "hydrate")]
pub(crate) use self::secure_login::take_over;
pub(crate) use self::{
    picture::WhereBlocked,
    stage::Stage,
    summary::SummaryPage,
    trouble::Trouble,
    way_in::{SignInWindow, WayIn},
};
use crate::wire::PresenceKind;

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
    /// What names it there. Those that Amazon Connect sets by itself, like that of after-call work, may have none.
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
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "only browsers have calls")
)]
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
#[cfg_attr(
    not(any(feature = "hydrate", test)),
    expect(dead_code, reason = "only browsers have a phone")
)]
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
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "only browsers have a phone")
)]
pub(crate) struct Phone {
    pub(crate) stage: RwSignal<Stage>,
    pub(crate) agent: RwSignal<Option<Agent>>,
    pub(crate) contact: RwSignal<Option<Contact>>,
    pub(crate) muted: RwSignal<bool>,
    /// What the frame has last said of its sound, until it is loaded anew or a call shows that it is over.
    pub(crate) trouble: RwSignal<Option<Trouble>>,
    /// Whether its frame may use the microphone: what was last told it.
    pub(crate) shares_microphone: RwSignal<bool>,
    /// What became of the question for cookies in the frame, where it was asked.
    pub(crate) storage: RwSignal<Option<Storage>>,
}

/// What the frame says of its cookies, once it was started to ask for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(any(feature = "hydrate", test)),
    expect(dead_code, reason = "only browsers are asked for cookies")
)]
pub(crate) enum Storage {
    /// It shows a button of its own, for the person to press.
    Asking,
    Granted,
    Denied,
}

/// How the frame is started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Cookies {
    /// The browser gives the frame its cookies.
    #[default]
    AsUsual,
    /// It does not, and the frame shows a button by which the person lets it have them.
    Ask,
}

impl Phone {
    fn new() -> Self {
        Self {
            stage: RwSignal::new(Stage::default()),
            agent: RwSignal::new(None),
            contact: RwSignal::new(None),
            muted: RwSignal::new(false),
            trouble: RwSignal::new(None),
            shares_microphone: RwSignal::new(false),
            storage: RwSignal::new(None),
        }
    }

    /// The one of this document; on the server one that never does anything.
    pub(crate) fn of_document() -> Self {
        #[cfg(feature = "hydrate")]
        return line::phone();
        #[cfg(not(feature = "hydrate"))]
        Self::new()
    }

    /// Whether Amazon Connect sends calls to this browser, as far as it has said; followed.
    pub(crate) fn sends_calls_here(self) -> bool {
        self.agent
            .with(|agent| agent.as_ref().is_some_and(|it| it.softphone))
    }
}

/// What pages do with it. On the server nothing, and nobody asks there.
#[cfg_attr(
    not(feature = "hydrate"),
    expect(
        unused_variables,
        clippy::unused_async,
        clippy::unused_self,
        reason = "only browsers have a phone"
    )
)]
impl Phone {
    /// Loads the frame of this Contact Control Panel, once for the document; afterwards only where the library could not
    /// be fetched the last time. What becomes of it is told by `stage`.
    pub(crate) fn start(self, url: &str, cookies: Cookies) {
        #[cfg(feature = "hydrate")]
        line::start(self, url, cookies);
    }

    /// Looks once more whether somebody is signed in at Amazon Connect, soon and often for a while: after a click, or when
    /// the person is back.
    pub(crate) fn look_again(self) {
        #[cfg(feature = "hydrate")]
        line::look_again();
    }

    /// The person goes to sign in at Amazon Connect, by whatever way: once they are back, a frame that stays silent for long
    /// is refused.
    pub(crate) fn goes_to_sign_in(self) {
        #[cfg(feature = "hydrate")]
        line::goes_to_sign_in(self);
    }

    /// Changes the agent's status; with a contact at hand, what it will be afterwards.
    pub(crate) async fn set_state(self, state: &AgentState) -> Result<(), PhoneError> {
        #[cfg(feature = "hydrate")]
        return line::set_state(self, state).await;
        #[cfg(not(feature = "hydrate"))]
        Err(PhoneError::NotReady)
    }

    /// Calls a number, as `+4930123456`, through the agent's own outbound queue.
    pub(crate) async fn call(self, number: &str) -> Result<(), PhoneError> {
        #[cfg(feature = "hydrate")]
        return line::call(self, number).await;
        #[cfg(not(feature = "hydrate"))]
        Err(PhoneError::NotReady)
    }

    /// Takes the call that rings.
    pub(crate) async fn accept(self) -> Result<(), PhoneError> {
        #[cfg(feature = "hydrate")]
        return line::accept(self).await;
        #[cfg(not(feature = "hydrate"))]
        Err(PhoneError::NotReady)
    }

    /// Ends the call at hand; refuses one that rings.
    pub(crate) async fn hang_up(self) -> Result<(), PhoneError> {
        #[cfg(feature = "hydrate")]
        return line::hang_up(self).await;
        #[cfg(not(feature = "hydrate"))]
        Err(PhoneError::NotReady)
    }

    /// Ends after-call work, or puts away a call that was missed or failed.
    pub(crate) async fn clear(self) -> Result<(), PhoneError> {
        #[cfg(feature = "hydrate")]
        return line::clear(self).await;
        #[cfg(not(feature = "hydrate"))]
        Err(PhoneError::NotReady)
    }

    /// Lets the other end wait, or takes it back.
    pub(crate) async fn hold(self, hold: bool) -> Result<(), PhoneError> {
        #[cfg(feature = "hydrate")]
        return line::hold(self, hold).await;
        #[cfg(not(feature = "hydrate"))]
        Err(PhoneError::NotReady)
    }

    /// Whether the other end hears the agent. `muted` follows when the frame did it.
    pub(crate) fn mute(self, mute: bool) -> Result<(), PhoneError> {
        #[cfg(feature = "hydrate")]
        return line::mute(self, mute);
        #[cfg(not(feature = "hydrate"))]
        Err(PhoneError::NotReady)
    }

    /// Lets the frame use the microphone, after the person gave it to this page: the frame asks the browser at once. There
    /// is no way back but a new document.
    pub(crate) fn share_microphone(self) {
        #[cfg(feature = "hydrate")]
        line::share_microphone(self);
    }

    /// Lays the frame over an element, and keeps it there while the element moves; none: out of sight. The frame itself
    /// cannot be moved in the document, it would be loaded anew. No modal dialog may hold the element: the frame would
    /// be below it.
    pub(crate) fn show_frame(self, at: Option<&web_sys::Element>) {
        #[cfg(feature = "hydrate")]
        frame::lay_over(at);
    }

    /// Ends the person's session at Amazon Connect, for every tab of this browser.
    pub(crate) async fn sign_out(self) -> Result<(), PhoneError> {
        #[cfg(feature = "hydrate")]
        return line::sign_out(self).await;
        #[cfg(not(feature = "hydrate"))]
        Err(PhoneError::NotReady)
    }
}

/// Whether two names are one user's: Amazon Connect does not tell capitals apart.
pub(crate) fn same_user(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::same_user;

    #[test]
    fn capitals_make_no_other_user() {
        assert!(same_user("Agent", "agent "));
        assert!(!same_user("agent", "agent2"));
    }
}
