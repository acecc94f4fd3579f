//! The microphone of this browser: asked for on a click, followed as long as the document lives, tried out, chosen. Calls
//! need it; what they do without it is decided at the desk.

use leptos::prelude::*;

/// Whether somebody could be heard now, and if not why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Hearing {
    /// Nobody has looked yet.
    #[default]
    Unknown,
    /// The browser will ask, and has not been told to.
    NotAsked,
    /// The browser asks right now.
    Asking,
    /// It has asked for eight seconds: the question is somewhere near the address bar.
    Ignored,
    /// The question was closed without an answer.
    Dismissed,
    Granted,
    /// The person, or their company, has blocked it for this site.
    Refused,
    /// The browser allows it and the operating system does not.
    BlockedBySystem,
    /// This site's own header or frame forbids it: nothing that an agent did.
    BlockedByUs,
    /// There is no device.
    NoDevice,
    /// Another program uses it.
    InUse,
    /// It was there and went away: unplugged, or ended by the browser.
    Lost,
    /// Browsers give microphones to https pages only.
    InsecurePage,
    /// This browser cannot.
    Unsupported,
}

impl Hearing {
    /// Whether callers would hear the person.
    pub(crate) fn is_good(self) -> bool {
        self == Self::Granted
    }
}

/// The one microphone of this document. Copies are the same microphone.
#[derive(Clone, Copy)]
pub(crate) struct Microphone {
    pub(crate) hearing: RwSignal<Hearing>,
}
