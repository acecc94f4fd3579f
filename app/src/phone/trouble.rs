//! What the phone's own frame says of its sound. It takes the microphone and the network for itself, and so knows what
//! this page cannot find out.

use crate::i18n::{Locale, td_string};

/// What the frame said last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Trouble {
    kind: Kind,
    /// As Amazon Connect names it: what an administrator looks up.
    name: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    not(any(feature = "hydrate", test)),
    expect(dead_code, reason = "only browsers have a phone")
)]
enum Kind {
    /// The frame was given no microphone.
    NoMicrophone,
    /// It cannot use this browser's sound, or that of a virtual desktop.
    Impossible,
    /// The phone is open in another browser, too.
    Elsewhere,
    /// The sound does not come through.
    Network,
    Other,
}

#[cfg(any(feature = "hydrate", test))]
const KNOWN: [(&str, Kind); 12] = [
    ("microphone_not_shared", Kind::NoMicrophone),
    ("unsupported_browser", Kind::Impossible),
    ("vdi_strategy_not_supported", Kind::Impossible),
    ("vdi_redir_not_supported", Kind::Impossible),
    ("user_busy_error", Kind::Elsewhere),
    ("multiple_softphone_active_sessions", Kind::Elsewhere),
    ("signalling_handshake_failure", Kind::Network),
    ("signalling_connection_failure", Kind::Network),
    ("ice_collection_timeout", Kind::Network),
    ("webrtc_error", Kind::Network),
    ("realtime_communication_error", Kind::Network),
    ("other", Kind::Other),
];

impl Trouble {
    /// The one that Amazon Connect names so; nothing where calls go on as well.
    #[cfg(any(feature = "hydrate", test))]
    pub(crate) fn of(said: &str) -> Option<Self> {
        if said == "audio_enhancement_failure" {
            return None;
        }
        let known = KNOWN.iter().find(|(name, _)| *name == said);
        let (name, kind) = *known.unwrap_or(&("other", Kind::Other));
        Some(Self { kind, name })
    }

    /// Whether callers would not hear the agent, whatever microphone there is. Everything else is a call's own trouble,
    /// and the next one may work.
    pub(crate) fn is_deaf(self) -> bool {
        matches!(self.kind, Kind::NoMicrophone | Kind::Impossible)
    }

    /// What happened, and what to do about it.
    pub(crate) fn words(self, locale: Locale) -> String {
        let name = self.name;
        match self.kind {
            Kind::NoMicrophone => {
                td_string!(locale, ready_calls.trouble.no_microphone, name = name)
            }
            Kind::Impossible => td_string!(locale, ready_calls.trouble.impossible, name = name),
            Kind::Elsewhere => td_string!(locale, ready_calls.trouble.elsewhere, name = name),
            Kind::Network => td_string!(locale, ready_calls.trouble.network, name = name),
            Kind::Other => td_string!(locale, ready_calls.trouble.other, name = name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_is_told_with_its_name() {
        for (name, _) in KNOWN {
            let trouble = Trouble::of(name).expect(name);
            for locale in [Locale::en, Locale::de] {
                assert!(trouble.words(locale).contains(name), "{name}");
            }
        }
    }

    #[test]
    fn only_a_frame_without_sound_keeps_somebody_from_calls() {
        let deaf = |name| Trouble::of(name).map(Trouble::is_deaf);
        assert_eq!(deaf("microphone_not_shared"), Some(true));
        assert_eq!(deaf("unsupported_browser"), Some(true));
        assert_eq!(deaf("ice_collection_timeout"), Some(false));
        assert_eq!(deaf("user_busy_error"), Some(false));
        assert_eq!(deaf("something_new"), Some(false));
        assert_eq!(deaf("audio_enhancement_failure"), None);
    }
}
