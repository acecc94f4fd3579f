//! The microphone of this browser: asked for on a click, followed as long as the document lives, tried out, chosen. Calls
//! need it; what they do without it is decided at the desk.
//!
//! Nothing listens for longer than it must. A stream is opened to find out whether one can be had, and closed again at
//! once; it stays open only while somebody looks at their level or records themselves. Permissions and plugs tell of
//! their changes without an open stream, so no red dot stays on while nobody is on the phone.

mod cure;
mod devices;
mod drawing;
mod here;
mod judge;
mod listening;
mod look;
mod panel;
mod sound;

use leptos::prelude::*;

pub(crate) use self::{
    cure::{MicrophoneCure, MicrophoneReason},
    devices::Device,
    panel::{MicrophonePanel, TestTone},
    sound::Sound,
};
use crate::wire::Phone;

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

/// Whether somebody takes calls with this browser's microphone: their account says so and, where Amazon Connect brings
/// the calls, it sends them here too. `sent_here` is nothing where the company has none. Nobody else is ever asked for a
/// microphone.
pub(crate) fn is_needed(kind: Phone, sent_here: Option<bool>) -> bool {
    kind == Phone::Softphone && sent_here.unwrap_or(true)
}

/// How far a recording of three seconds is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Recording {
    #[default]
    None,
    Listening,
    Playing,
    /// It was played.
    Played,
    /// The browser cannot record, or cannot play it.
    Failed,
}

/// The one microphone of this document. Copies are the same microphone.
#[derive(Clone, Copy)]
pub(crate) struct Microphone {
    pub(crate) hearing: RwSignal<Hearing>,
    /// Whether a microphone is being tried that the browser does not ask about.
    pub(crate) trying: RwSignal<bool>,
    /// Those that can be chosen, once the browser names them.
    pub(crate) devices: RwSignal<Vec<Device>>,
    /// The id of the chosen one; nothing for whichever the system takes.
    pub(crate) chosen: RwSignal<Option<String>>,
    /// The name of the one that was heard last.
    pub(crate) name: RwSignal<Option<String>>,
    pub(crate) speakers: RwSignal<Vec<Device>>,
    /// As `chosen`, of `speakers`.
    pub(crate) speaker: RwSignal<Option<String>>,
    /// From 0, silence, to 1, as loud as can be; ten times a second while it is shown.
    pub(crate) level: RwSignal<f32>,
    pub(crate) recording: RwSignal<Recording>,
    /// Whether what callers say could be heard.
    pub(crate) sound: RwSignal<Sound>,
    /// Whether the test tone was played and nobody has said yet whether they heard it.
    pub(crate) toned: RwSignal<bool>,
}

impl Microphone {
    /// The document's. On the server every caller gets one of their own, of which nothing is known.
    pub(crate) fn of_document() -> Self {
        thread_local! {
            static THE_ONE: std::cell::OnceCell<Microphone> = const { std::cell::OnceCell::new() };
        }
        if cfg!(feature = "ssr") {
            return Self::new();
        }
        THE_ONE.with(|it| *it.get_or_init(|| for_the_document(Self::new)))
    }

    fn new() -> Self {
        Self {
            hearing: RwSignal::new(Hearing::Unknown),
            trying: RwSignal::new(false),
            devices: RwSignal::new(Vec::new()),
            chosen: RwSignal::new(None),
            name: RwSignal::new(None),
            speakers: RwSignal::new(Vec::new()),
            speaker: RwSignal::new(None),
            level: RwSignal::new(0.0),
            recording: RwSignal::new(Recording::None),
            sound: RwSignal::new(Sound::Unknown),
            toned: RwSignal::new(false),
        }
    }

    /// `hearing` for what is rendered: nothing is known of it before the page lives, on the server and while the browser
    /// takes the page over.
    pub(crate) fn shown(self) -> Memo<Hearing> {
        let live = RwSignal::new(false);
        Effect::new(move |_| live.set(true));
        Memo::new(move |_| match live.get() {
            true => self.hearing.get(),
            false => Hearing::Unknown,
        })
    }

    /// Looks what there is, and follows it from now on without asking anybody anything. Only in the browser, and only
    /// for people who take calls there.
    pub(crate) fn watch(self) {
        look::watch(self);
    }

    /// Has the browser ask, if it has to. Only inside a click: some browsers ask nowhere else.
    pub(crate) fn ask(self) {
        look::ask(self);
    }

    /// Uses the microphone with this id from now on, and whenever it is plugged in; without one the system's own.
    pub(crate) fn choose(self, id: Option<String>) {
        look::choose(self, id);
    }

    /// As `choose`, for the loudspeaker; remembered together with the microphone in use.
    pub(crate) fn choose_speaker(self, id: Option<String>) {
        look::choose_speaker(self, id);
    }

    /// Measures `level` until `hide_level` was called as often.
    pub(crate) fn show_level(self) {
        listening::show_level(self);
    }

    pub(crate) fn hide_level(self) {
        listening::hide_level(self);
    }

    /// Plays two short tones through the chosen loudspeaker. Only inside a click.
    pub(crate) fn test_tone(self) {
        sound::test_tone(self);
    }

    /// Takes over whether somebody has heard the tones.
    pub(crate) fn heard_tone(self, heard: bool) {
        sound::heard_tone(self, heard);
    }

    /// Records three seconds and plays them back. Only inside a click.
    pub(crate) fn record_three_seconds(self) {
        listening::record(self);
    }
}

/// Makes signals that live as long as the application, whichever page asked first.
fn for_the_document<T>(make: impl FnOnce() -> T) -> T {
    let Some(mut owner) = Owner::current() else {
        return make();
    };
    while let Some(parent) = owner.parent() {
        owner = parent;
    }
    owner.with(make)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_takes_calls_in_the_browser_needs_a_microphone() {
        for (kind, sent_here, needed) in [
            (Phone::Softphone, None, true),
            (Phone::Softphone, Some(true), true),
            (Phone::Softphone, Some(false), false),
            (Phone::DeskPhone, None, false),
            (Phone::DeskPhone, Some(true), false),
            (Phone::None, None, false),
            (Phone::None, Some(true), false),
        ] {
            assert_eq!(is_needed(kind, sent_here), needed, "{kind:?} {sent_here:?}");
        }
    }
}
