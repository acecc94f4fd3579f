//! What may be done at a desk with a phone and why not: plain rules over plain facts. No signals, no browser, no words.

use crate::microphone::{Hearing, is_needed};
use crate::phone::{AgentState, ContactState, Stage, same_user};
use crate::wire::{Phone, PresenceKind};

/// All that decides over what an agent may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    /// What the account says that calls are taken with.
    pub(super) kind: Phone,
    /// Whether Amazon Connect sends the calls to this browser.
    pub(super) softphone: bool,
    pub(super) stage: Stage,
    /// Whether the agent at Amazon Connect is the person at this desk.
    pub(super) same_person: bool,
    pub(super) hearing: Hearing,
    /// Whether the phone's frame has said that it gets no sound of the agent's.
    pub(super) deaf: bool,
    pub(super) contact: Option<ContactState>,
    /// Whether Amazon Connect lets the agent call somebody.
    pub(super) may_call: bool,
}

/// Something that an agent wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Status(PresenceKind),
    Call,
    Accept,
}

/// Why something cannot be done now; the first that holds is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// The phone says nothing, or nobody is signed in there.
    NotReady,
    /// Somebody else is signed in there.
    OtherPerson,
    /// Amazon Connect does not let this agent call.
    NoPermission,
    /// There is a call already.
    OnCall,
    /// Callers would not hear the person.
    Unheard,
}

/// What becomes of a status in which calls come while nobody would be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SetBack {
    /// Nothing is wrong.
    No,
    /// It slipped in: not ready at once.
    Now,
    /// The microphone was lost: not ready when it is not back soon.
    Soon,
    /// Once the call is over.
    AfterCall,
}

impl Facts {
    pub(super) fn needs_microphone(self) -> bool {
        is_needed(self.kind, Some(self.softphone))
    }

    /// Whether it is found out in a moment if callers would hear the agent.
    pub(super) fn is_looking(self) -> bool {
        self.needs_microphone() && !self.deaf && self.hearing == Hearing::Unknown
    }

    pub(super) fn is_unheard(self) -> bool {
        self.needs_microphone() && (self.deaf || !self.hearing.is_good())
    }

    /// Whether this wish can be fulfilled.
    pub(super) fn allow(self, wish: Wish) -> Result<(), Why> {
        if self.stage != Stage::Ready {
            return Err(Why::NotReady);
        }
        if !self.same_person {
            return Err(Why::OtherPerson);
        }
        match wish {
            Wish::Call if !self.may_call => Err(Why::NoPermission),
            Wish::Call if self.contact.is_some() => Err(Why::OnCall),
            Wish::Call | Wish::Accept | Wish::Status(PresenceKind::Available)
                if self.is_unheard() =>
            {
                Err(Why::Unheard)
            }
            Wish::Call | Wish::Accept | Wish::Status(_) => Ok(()),
        }
    }

    /// As [`set_back`], where the phone is ready and this person's.
    pub(super) fn set_back(self, now: PresenceKind, was_heard: bool) -> SetBack {
        if self.stage != Stage::Ready || !self.same_person {
            return SetBack::No;
        }
        set_back(now, self.is_unheard(), is_live(self.contact), was_heard)
    }

    /// Whether the first desk of a session begins with another status than `now`.
    pub(super) fn begins_anew(self, now: PresenceKind) -> bool {
        self.stage == Stage::Ready
            && self.same_person
            && self.contact.is_none()
            && now != PresenceKind::NotReady
    }
}

/// Whether the status `now` may stay. `was_heard` says whether the person could be heard at any time since it began, or
/// it began before this document.
pub(super) fn set_back(
    now: PresenceKind,
    is_unheard: bool,
    is_on_call: bool,
    was_heard: bool,
) -> SetBack {
    if now != PresenceKind::Available || !is_unheard {
        SetBack::No
    } else if is_on_call {
        SetBack::AfterCall
    } else if was_heard {
        SetBack::Soon
    } else {
        SetBack::Now
    }
}

/// Whether somebody is on the line, or about to be: nothing may take the phone away then.
pub(super) fn is_live(contact: Option<ContactState>) -> bool {
    matches!(
        contact,
        Some(
            ContactState::Ringing
                | ContactState::Connecting
                | ContactState::Connected
                | ContactState::OnHold
        )
    )
}

/// What an agent begins with, and falls back to: the first status that is not ready, else the one that is offline.
pub(super) fn first_not_ready<T>(states: &[T], kind_of: impl Fn(&T) -> PresenceKind) -> Option<&T> {
    let first = |kind| states.iter().find(|state| kind_of(state) == kind);
    first(PresenceKind::NotReady).or_else(|| first(PresenceKind::Offline))
}

/// The status that takes an agent off the phone.
pub(super) fn offline(states: &[AgentState]) -> Option<&AgentState> {
    states
        .iter()
        .find(|state| state.kind == PresenceKind::Offline)
}

/// Whether the user `there` at Amazon Connect is the person at this desk. Of whom nobody knows who they are there it is not
/// taken for granted: the phone may be of whoever sat here before.
pub(super) fn is_theirs(owner: Option<&str>, there: &str) -> bool {
    owner.is_some_and(|owner| same_user(owner, there))
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: Facts = Facts {
        kind: Phone::Softphone,
        softphone: true,
        stage: Stage::Ready,
        same_person: true,
        hearing: Hearing::Granted,
        deaf: false,
        contact: None,
        may_call: true,
    };

    const UNHEARD: [Hearing; 13] = [
        Hearing::Unknown,
        Hearing::NotAsked,
        Hearing::Asking,
        Hearing::Ignored,
        Hearing::Dismissed,
        Hearing::Refused,
        Hearing::BlockedBySystem,
        Hearing::BlockedByUs,
        Hearing::NoDevice,
        Hearing::InUse,
        Hearing::Lost,
        Hearing::InsecurePage,
        Hearing::Unsupported,
    ];

    const AVAILABLE: Wish = Wish::Status(PresenceKind::Available);
    const LUNCH: Wish = Wish::Status(PresenceKind::NotReady);
    const OFFLINE: Wish = Wish::Status(PresenceKind::Offline);

    #[test]
    fn whoever_is_heard_may_do_everything() {
        for wish in [AVAILABLE, LUNCH, OFFLINE, Wish::Call, Wish::Accept] {
            assert_eq!(READY.allow(wish), Ok(()), "{wish:?}");
        }
    }

    #[test]
    fn without_a_microphone_nobody_becomes_available_calls_or_accepts() {
        for hearing in UNHEARD {
            let facts = Facts { hearing, ..READY };
            for wish in [AVAILABLE, Wish::Call, Wish::Accept] {
                assert_eq!(facts.allow(wish), Err(Why::Unheard), "{hearing:?} {wish:?}");
            }
            for wish in [LUNCH, OFFLINE] {
                assert_eq!(facts.allow(wish), Ok(()), "{hearing:?} {wish:?}");
            }
        }
    }

    #[test]
    fn before_anybody_has_looked_it_is_not_known_who_is_heard() {
        let looking = Facts {
            hearing: Hearing::Unknown,
            ..READY
        };
        assert!(looking.is_looking());
        assert!(!READY.is_looking());
        for known in [
            Facts {
                deaf: true,
                ..looking
            },
            Facts {
                kind: Phone::DeskPhone,
                ..looking
            },
        ] {
            assert!(!known.is_looking());
        }
    }

    #[test]
    fn a_phone_that_gets_no_sound_is_as_good_as_no_microphone() {
        let facts = Facts {
            deaf: true,
            ..READY
        };
        for wish in [AVAILABLE, Wish::Call, Wish::Accept] {
            assert_eq!(facts.allow(wish), Err(Why::Unheard), "{wish:?}");
        }
        assert_eq!(facts.allow(LUNCH), Ok(()));
        let set_back = facts.set_back(PresenceKind::Available, true);
        assert_eq!(set_back, SetBack::Soon);
        // Who speaks at a desk phone does not care.
        let elsewhere = Facts {
            softphone: false,
            ..facts
        };
        assert_eq!(elsewhere.allow(AVAILABLE), Ok(()));
    }

    #[test]
    fn who_takes_calls_elsewhere_needs_no_microphone() {
        for (kind, softphone) in [
            (Phone::DeskPhone, false),
            (Phone::DeskPhone, true),
            (Phone::Softphone, false),
            (Phone::None, true),
        ] {
            let facts = Facts {
                kind,
                softphone,
                hearing: Hearing::Refused,
                ..READY
            };
            assert!(!facts.needs_microphone());
            for wish in [AVAILABLE, Wish::Call, Wish::Accept] {
                assert_eq!(facts.allow(wish), Ok(()), "{kind:?} {softphone} {wish:?}");
            }
            let set_back = facts.set_back(PresenceKind::Available, false);
            assert_eq!(set_back, SetBack::No, "{kind:?} {softphone}");
        }
    }

    #[test]
    fn the_first_reason_is_told() {
        let mut facts = Facts {
            stage: Stage::Silent,
            same_person: false,
            may_call: false,
            contact: Some(ContactState::Connected),
            hearing: Hearing::Lost,
            ..READY
        };
        assert_eq!(facts.allow(Wish::Call), Err(Why::NotReady));
        facts.stage = Stage::Ready;
        assert_eq!(facts.allow(Wish::Call), Err(Why::OtherPerson));
        facts.same_person = true;
        assert_eq!(facts.allow(Wish::Call), Err(Why::NoPermission));
        facts.may_call = true;
        assert_eq!(facts.allow(Wish::Call), Err(Why::OnCall));
        facts.contact = None;
        assert_eq!(facts.allow(Wish::Call), Err(Why::Unheard));
        facts.hearing = Hearing::Granted;
        assert_eq!(facts.allow(Wish::Call), Ok(()));
    }

    #[test]
    fn nothing_is_offered_to_somebody_else_or_without_a_phone() {
        for stage in [
            Stage::Absent,
            Stage::Starting,
            Stage::SignedOut,
            Stage::Silent,
            Stage::Refused,
            Stage::AccessDenied,
            Stage::Ended,
        ] {
            let facts = Facts { stage, ..READY };
            for wish in [AVAILABLE, LUNCH, OFFLINE, Wish::Call, Wish::Accept] {
                assert_eq!(facts.allow(wish), Err(Why::NotReady), "{stage:?} {wish:?}");
            }
            assert!(!facts.begins_anew(PresenceKind::Available), "{stage:?}");
        }
        let facts = Facts {
            same_person: false,
            hearing: Hearing::Refused,
            ..READY
        };
        for wish in [AVAILABLE, LUNCH, OFFLINE, Wish::Call, Wish::Accept] {
            assert_eq!(facts.allow(wish), Err(Why::OtherPerson), "{wish:?}");
        }
        let set_back = facts.set_back(PresenceKind::Available, false);
        assert_eq!(set_back, SetBack::No);
        assert!(!facts.begins_anew(PresenceKind::Available));
    }

    #[test]
    fn available_does_not_outlast_the_microphone() {
        use PresenceKind::{Available, NotReady, Offline};
        let lost = Facts {
            hearing: Hearing::Lost,
            ..READY
        };
        let during = |contact| Facts {
            contact: Some(contact),
            ..lost
        };
        for (facts, now, was_heard, then) in [
            (READY, Available, true, SetBack::No),
            (READY, Available, false, SetBack::No),
            (lost, NotReady, true, SetBack::No),
            (lost, Offline, false, SetBack::No),
            (lost, Available, true, SetBack::Soon),
            (lost, Available, false, SetBack::Now),
            (
                during(ContactState::Connected),
                Available,
                true,
                SetBack::AfterCall,
            ),
            (
                during(ContactState::Ringing),
                Available,
                false,
                SetBack::AfterCall,
            ),
            (
                during(ContactState::OnHold),
                Available,
                true,
                SetBack::AfterCall,
            ),
            (
                during(ContactState::AfterCall),
                Available,
                true,
                SetBack::Soon,
            ),
            (during(ContactState::Missed), Available, false, SetBack::Now),
        ] {
            assert_eq!(
                facts.set_back(now, was_heard),
                then,
                "{facts:?} {now:?} {was_heard}"
            );
        }
    }

    #[test]
    fn a_session_begins_at_the_first_status_that_is_not_ready() {
        use PresenceKind::{Available, NotReady, Offline};
        assert!(READY.begins_anew(Available));
        assert!(READY.begins_anew(Offline));
        assert!(!READY.begins_anew(NotReady));
        let busy = Facts {
            contact: Some(ContactState::Connected),
            ..READY
        };
        assert!(!busy.begins_anew(Available));

        let state = |name: &str, kind| AgentState {
            arn: name.into(),
            name: name.into(),
            kind,
        };
        let all = [
            state("Available", Available),
            state("Offline", Offline),
            state("Lunch", NotReady),
            state("Break", NotReady),
        ];
        let name = |count: usize| {
            let first = first_not_ready(&all[..count], |state| state.kind);
            first.map(|state| state.name.as_str())
        };
        assert_eq!(name(4), Some("Lunch"));
        assert_eq!(name(2), Some("Offline"));
        assert_eq!(name(1), None);
        assert_eq!(
            offline(&all).map(|state| state.name.as_str()),
            Some("Offline")
        );
    }

    #[test]
    fn users_are_told_apart_as_amazon_connect_does() {
        assert!(is_theirs(Some("Ada"), "ada "));
        assert!(!is_theirs(Some("ada"), "adam"));
    }

    #[test]
    fn a_phone_is_nobodys_who_is_not_known_there() {
        assert!(!is_theirs(None, "ada"));
    }
}
