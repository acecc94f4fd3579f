//! How far the phone is, as a pure function of what was heard of it.

/// How far the phone of this document is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(
    not(any(feature = "hydrate", test)),
    expect(dead_code, reason = "only browsers have a phone")
)]
pub(crate) enum Stage {
    /// Nobody has asked for one.
    #[default]
    Absent,
    /// The library could not be fetched; starting once more tries again.
    Unloaded,
    /// Its frame is being loaded.
    Starting,
    /// It waits for the person to sign in at Amazon Connect, in a window or a tab of its own.
    SignedOut,
    /// Somebody is signed in there; who, it says in a moment.
    Loading,
    /// It says who its agent is.
    Ready,
    /// It was ready and says nothing any more.
    Silent,
    /// It never answered although the person was at Amazon Connect: the frame is refused, mostly because the origin was not
    /// approved at AWS, or the browser keeps its cookies from it.
    Refused,
    /// Somebody is signed in there who may not use it.
    AccessDenied,
    /// The person signed out there, here or elsewhere.
    Ended,
}

/// What is heard of the phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg(any(feature = "hydrate", test))]
pub(super) enum Heard {
    /// Its frame was asked for.
    Started,
    /// The library did not come.
    NotFetched,
    /// A frame has come up and says so.
    Arrived,
    /// The frame lives.
    Alive,
    /// It did not answer in time.
    Nothing,
    /// Who its agent is.
    Agent,
    /// The sign-in at Amazon Connect is over.
    SignedOut,
    /// Somebody pressed *Sign out* there.
    Terminated,
    /// Who is signed in there may not use it.
    Denied,
    /// The person goes to sign in there.
    GoneThere,
    /// They are back, and it was waited for long enough.
    GivenUp,
}

impl Stage {
    #[cfg(any(feature = "hydrate", test))]
    pub(super) fn after(self, heard: Heard) -> Self {
        match (self, heard) {
            (Self::Absent | Self::Unloaded, Heard::Started) => Self::Starting,
            (Self::Starting, Heard::NotFetched) => Self::Unloaded,
            // What a phone that is not there yet says is nobody's.
            (Self::Absent | Self::Unloaded, _) => self,
            (_, Heard::Started | Heard::NotFetched) => self,

            // A frame that was loaded anew says the same once more.
            (Self::Ready | Self::Loading, Heard::Arrived) => self,
            (_, Heard::Arrived) => Self::Loading,
            // The frame of somebody who signed out still answers, and tells what it told before.
            (Self::Silent, Heard::Alive) => Self::Ready,
            (_, Heard::Alive) => self,
            (Self::Starting | Self::SignedOut | Self::Loading | Self::Silent, Heard::Agent) => {
                Self::Ready
            }
            (_, Heard::Agent) => self,

            (Self::Starting, Heard::Nothing) => Self::SignedOut,
            (Self::Ready, Heard::Nothing) => Self::Silent,
            (_, Heard::Nothing) => self,

            // Being told so is more than noticing it.
            (Self::Ended | Self::AccessDenied, Heard::SignedOut) => self,
            (_, Heard::SignedOut) => Self::SignedOut,
            (_, Heard::Terminated) => Self::Ended,
            (_, Heard::Denied) => Self::AccessDenied,
            (Self::Refused, Heard::GoneThere) => Self::SignedOut,
            (_, Heard::GoneThere) => self,
            (Self::Starting | Self::SignedOut | Self::Ended, Heard::GivenUp) => Self::Refused,
            (_, Heard::GivenUp) => self,
        }
    }

    /// Whether what was said of an agent still holds.
    #[cfg(any(feature = "hydrate", test))]
    pub(super) fn keeps_agent(self) -> bool {
        matches!(self, Self::Loading | Self::Ready | Self::Silent)
    }
}

#[cfg(test)]
mod tests {
    use super::{Heard, Stage};

    fn walk(heard: &[Heard]) -> Stage {
        heard
            .iter()
            .fold(Stage::Absent, |stage, heard| stage.after(*heard))
    }

    #[test]
    fn a_phone_goes_from_nothing_to_ready_and_back() {
        use Heard::*;
        for (heard, stage) in [
            // Nobody asked.
            (&[Arrived, Agent, Terminated][..], Stage::Absent),
            (&[Started], Stage::Starting),
            (&[Started, NotFetched], Stage::Unloaded),
            (&[Started, NotFetched, Started], Stage::Starting),
            // Signed in already.
            (&[Started, Arrived], Stage::Loading),
            (&[Started, Arrived, Agent], Stage::Ready),
            // Not yet.
            (&[Started, Nothing], Stage::SignedOut),
            (&[Started, Nothing, Nothing, Nothing], Stage::SignedOut),
            (&[Started, Nothing, Arrived, Agent], Stage::Ready),
            // Slow: it answers after it was given up for signed out, or altogether.
            (&[Started, Nothing, GivenUp], Stage::Refused),
            (&[Started, Nothing, GivenUp, Arrived, Agent], Stage::Ready),
            // Whoever goes there once more is waited for once more.
            (&[Started, Nothing, GivenUp, GoneThere], Stage::SignedOut),
            (
                &[Started, Nothing, GivenUp, GoneThere, GivenUp],
                Stage::Refused,
            ),
            (&[Started, Nothing, GoneThere], Stage::SignedOut),
            (&[Started, Arrived, Agent, GoneThere], Stage::Ready),
            // A dead frame, and what the library makes of it.
            (&[Started, Arrived, Agent, Nothing], Stage::Silent),
            (&[Started, Arrived, Agent, Nothing, Alive], Stage::Ready),
            (&[Started, Arrived, Agent, Nothing, Arrived], Stage::Loading),
            (&[Started, Arrived, Agent, GivenUp], Stage::Ready),
            // Signed out here or elsewhere: the old frame's words count no more, a new frame's do.
            (&[Started, Arrived, Agent, Terminated], Stage::Ended),
            (
                &[Started, Arrived, Agent, Terminated, Alive, Agent, Nothing],
                Stage::Ended,
            ),
            (
                &[Started, Arrived, Agent, Terminated, SignedOut],
                Stage::Ended,
            ),
            (
                &[Started, Arrived, Agent, Terminated, Arrived, Agent],
                Stage::Ready,
            ),
            (
                &[Started, Arrived, Agent, Terminated, GoneThere, GivenUp],
                Stage::Refused,
            ),
            (&[Started, Arrived, Agent, SignedOut], Stage::SignedOut),
            (&[Started, Arrived, Denied], Stage::AccessDenied),
            (
                &[Started, Arrived, Denied, SignedOut, Agent],
                Stage::AccessDenied,
            ),
        ] {
            assert_eq!(walk(heard), stage, "{heard:?}");
        }
    }

    #[test]
    fn nobody_is_the_agent_of_a_phone_that_ended() {
        assert!(Stage::Ready.keeps_agent());
        assert!(Stage::Silent.keeps_agent());
        for stage in [Stage::SignedOut, Stage::Ended, Stage::AccessDenied] {
            assert!(!stage.keeps_agent(), "{stage:?}");
        }
    }
}
