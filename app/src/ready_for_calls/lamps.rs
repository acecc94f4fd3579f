//! What a call needs, and whether it is there: a plain function of what was seen. A lamp that does not concern a person is
//! not among theirs.

use crate::microphone::{Hearing, Sound};
use crate::phone::{Stage, Trouble};

/// What one lamp is about, in the order in which they hang.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum What {
    Account,
    Window,
    Cookies,
    Microphone,
    Sound,
    Network,
    List,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Light {
    Good,
    /// It is being found out, or it is slow: nothing to do.
    Waiting,
    Fault,
}

/// One lamp.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Lamp {
    pub(super) what: What,
    pub(super) light: Light,
    pub(super) fault: Option<Fault>,
    /// Milliseconds that the thing took.
    pub(super) time: Option<u32>,
}

/// What a person can do something about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Fault {
    SignedOut,
    /// Amazon Connect knows the person as somebody else than this account does.
    SomebodyElse {
        there: String,
        here: String,
    },
    Phone(Stage),
    /// The phone is there, and its sound is not.
    Trouble(Trouble),
    /// The browser keeps no cookies at all.
    OwnCookies,
    /// It keeps those of the phone from it.
    PhoneCookies,
    /// Perhaps it does: the phone says nothing although the person was at Amazon Connect.
    PerhapsCookies,
    Microphone(Hearing),
    Sound(Sound),
    /// The computer has no network.
    Offline,
    /// It has one, and the server does not answer.
    NoAnswer,
    NoList,
}

/// All that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) signed_in: bool,
    /// Who the person is in Amazon Connect by what was proven, and by what the phone says.
    pub(super) somebody_else: Option<(String, String)>,
    /// Nothing where the company has no Amazon Connect.
    pub(super) phone: Option<Stage>,
    pub(super) own_cookies: bool,
    /// Whether the phone gets its cookies; nothing as long as nobody knows.
    pub(super) phone_cookies: Option<bool>,
    /// Whether calls come to this browser.
    pub(super) softphone: bool,
    /// What the phone itself has said of its sound.
    pub(super) trouble: Option<Trouble>,
    pub(super) hearing: Hearing,
    pub(super) sound: Sound,
    pub(super) network: Network,
    /// Whether a presence list counts for the person; nothing where statuses come from the phone.
    pub(super) list: Option<bool>,
}

/// What the last question to the server came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Network {
    #[default]
    Unknown,
    /// Milliseconds there and back.
    Answered(u32),
    Offline,
    NoAnswer,
}

/// From how many milliseconds on an answer is slow. Calls go elsewhere, but a network like this seldom carries them.
const SLOW: u32 = 1_000;

/// The lamps of this person.
pub(super) fn lamps(seen: &Seen) -> Vec<Lamp> {
    let with_phone = seen.phone.is_some();
    [
        Some(account(seen)),
        seen.phone.map(|stage| window(stage, trouble(seen))),
        with_phone.then(|| cookies(seen)),
        seen.softphone.then(|| microphone(seen.hearing)),
        seen.softphone.then(|| sound(seen.sound)),
        Some(network(seen.network)),
        seen.list.filter(|_| !with_phone).map(list),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn good(what: What) -> Lamp {
    Lamp {
        what,
        light: Light::Good,
        fault: None,
        time: None,
    }
}

fn waiting(what: What) -> Lamp {
    Lamp {
        light: Light::Waiting,
        ..good(what)
    }
}

fn fault(what: What, fault: Fault) -> Lamp {
    Lamp {
        light: Light::Fault,
        fault: Some(fault),
        ..good(what)
    }
}

fn account(seen: &Seen) -> Lamp {
    match &seen.somebody_else {
        _ if !seen.signed_in => fault(What::Account, Fault::SignedOut),
        Some((here, there)) => {
            let (here, there) = (here.clone(), there.clone());
            fault(What::Account, Fault::SomebodyElse { there, here })
        }
        None => good(What::Account),
    }
}

fn window(stage: Stage, trouble: Option<Trouble>) -> Lamp {
    match (stage, trouble) {
        (Stage::Ready, Some(trouble)) => fault(What::Window, Fault::Trouble(trouble)),
        (Stage::Ready, None) => good(What::Window),
        (Stage::Starting | Stage::Loading, _) => waiting(What::Window),
        (stage, _) => fault(What::Window, Fault::Phone(stage)),
    }
}

/// What is the matter with the phone's own sound, where calls have theirs here. That it gets no microphone is said where
/// there is one.
fn trouble(seen: &Seen) -> Option<Trouble> {
    let own = |it: &Trouble| seen.softphone && (seen.hearing.is_good() || !it.is_deaf());
    seen.trouble.filter(own)
}

fn cookies(seen: &Seen) -> Lamp {
    match seen.phone_cookies {
        _ if !seen.own_cookies => fault(What::Cookies, Fault::OwnCookies),
        // A phone that knows who is signed in has read a cookie.
        _ if matches!(seen.phone, Some(Stage::Ready | Stage::Loading)) => good(What::Cookies),
        Some(true) => good(What::Cookies),
        Some(false) => fault(What::Cookies, Fault::PhoneCookies),
        None if seen.phone == Some(Stage::Refused) => fault(What::Cookies, Fault::PerhapsCookies),
        None => waiting(What::Cookies),
    }
}

fn microphone(hearing: Hearing) -> Lamp {
    match hearing {
        Hearing::Granted => good(What::Microphone),
        Hearing::Unknown => waiting(What::Microphone),
        _ => fault(What::Microphone, Fault::Microphone(hearing)),
    }
}

fn sound(sound: Sound) -> Lamp {
    match sound {
        Sound::Good => good(What::Sound),
        Sound::Unknown => waiting(What::Sound),
        _ => fault(What::Sound, Fault::Sound(sound)),
    }
}

fn network(network: Network) -> Lamp {
    match network {
        Network::Answered(time) => Lamp {
            light: if time < SLOW {
                Light::Good
            } else {
                Light::Waiting
            },
            time: Some(time),
            ..good(What::Network)
        },
        Network::Unknown => waiting(What::Network),
        Network::Offline => fault(What::Network, Fault::Offline),
        Network::NoAnswer => fault(What::Network, Fault::NoAnswer),
    }
}

fn list(there: bool) -> Lamp {
    if there {
        good(What::List)
    } else {
        fault(What::List, Fault::NoList)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A softphone at Amazon Connect, with everything in order.
    fn fine() -> Seen {
        Seen {
            signed_in: true,
            somebody_else: None,
            phone: Some(Stage::Ready),
            own_cookies: true,
            phone_cookies: None,
            softphone: true,
            trouble: None,
            hearing: Hearing::Granted,
            sound: Sound::Good,
            network: Network::Answered(20),
            list: None,
        }
    }

    fn whats(seen: &Seen) -> Vec<What> {
        lamps(seen).into_iter().map(|lamp| lamp.what).collect()
    }

    #[test]
    fn lamps_hang_only_where_they_concern_somebody() {
        use What::*;
        assert_eq!(
            whats(&fine()),
            [Account, Window, Cookies, Microphone, Sound, Network]
        );
        let desk_phone = Seen {
            softphone: false,
            ..fine()
        };
        assert_eq!(whats(&desk_phone), [Account, Window, Cookies, Network]);
        let without = Seen {
            phone: None,
            list: Some(true),
            ..fine()
        };
        assert_eq!(whats(&without), [Account, Microphone, Sound, Network, List]);
        let phoneless = Seen {
            softphone: false,
            ..without
        };
        assert_eq!(whats(&phoneless), [Account, Network, List]);
        // Statuses come from the phone, so no list matters.
        let both = Seen {
            list: Some(false),
            ..fine()
        };
        assert!(!whats(&both).contains(&List));
    }

    #[test]
    fn all_are_green_when_nothing_is_the_matter() {
        let without = Seen {
            phone: None,
            list: Some(true),
            ..fine()
        };
        for seen in [fine(), without] {
            assert!(lamps(&seen).iter().all(|lamp| lamp.light == Light::Good));
        }
    }

    #[test]
    fn every_lamp_turns_red_by_itself() {
        let without = || Seen {
            phone: None,
            list: Some(true),
            ..fine()
        };
        let mut cases = vec![
            (
                Seen {
                    signed_in: false,
                    ..fine()
                },
                Fault::SignedOut,
            ),
            (
                Seen {
                    somebody_else: Some(("ada".into(), "bob".into())),
                    ..fine()
                },
                Fault::SomebodyElse {
                    there: "bob".into(),
                    here: "ada".into(),
                },
            ),
            (
                Seen {
                    own_cookies: false,
                    ..fine()
                },
                Fault::OwnCookies,
            ),
            (
                Seen {
                    network: Network::Offline,
                    ..fine()
                },
                Fault::Offline,
            ),
            (
                Seen {
                    network: Network::NoAnswer,
                    ..fine()
                },
                Fault::NoAnswer,
            ),
            (
                Seen {
                    list: Some(false),
                    ..without()
                },
                Fault::NoList,
            ),
        ];
        for stage in [
            Stage::Absent,
            Stage::Unloaded,
            Stage::Silent,
            Stage::SignedOut,
            Stage::AccessDenied,
            Stage::Ended,
        ] {
            // Cookies are not known without the phone, and that is no fault of theirs.
            cases.push((
                Seen {
                    phone: Some(stage),
                    ..fine()
                },
                Fault::Phone(stage),
            ));
        }
        for hearing in [
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
        ] {
            cases.push((Seen { hearing, ..fine() }, Fault::Microphone(hearing)));
        }
        for sound in [Sound::Blocked, Sound::NoSpeaker, Sound::NotHeard] {
            cases.push((Seen { sound, ..fine() }, Fault::Sound(sound)));
        }
        for (seen, expected) in cases {
            let faults = lamps(&seen).into_iter().filter_map(|lamp| lamp.fault);
            assert_eq!(faults.collect::<Vec<_>>(), [expected], "{seen:?}");
        }
    }

    #[test]
    fn the_phones_own_trouble_is_told_where_its_sound_matters() {
        let trouble = Trouble::of("microphone_not_shared");
        let seen = Seen { trouble, ..fine() };
        let faults = |seen: &Seen| {
            let all = lamps(seen).into_iter().filter_map(|lamp| lamp.fault);
            all.collect::<Vec<_>>()
        };
        assert_eq!(faults(&seen), trouble.map(Fault::Trouble).as_slice());
        let desk_phone = Seen {
            softphone: false,
            ..seen.clone()
        };
        assert!(faults(&desk_phone).is_empty());
        // Without a microphone the phone cannot have one either.
        let lost = Seen {
            hearing: Hearing::Lost,
            ..seen.clone()
        };
        assert_eq!(faults(&lost), [Fault::Microphone(Hearing::Lost)]);
        let silent = Seen {
            phone: Some(Stage::Silent),
            ..seen
        };
        assert_eq!(faults(&silent), [Fault::Phone(Stage::Silent)]);
    }

    #[test]
    fn cookies_are_blocked_when_the_phone_is_told_so() {
        let waits = |phone_cookies| Seen {
            phone: Some(Stage::SignedOut),
            phone_cookies,
            ..fine()
        };
        let light = |seen: &Seen| {
            let lamps = lamps(seen).into_iter();
            lamps
                .filter(|it| it.what == What::Cookies)
                .map(|it| it.light)
                .next()
        };
        assert_eq!(light(&waits(None)), Some(Light::Waiting));
        assert_eq!(light(&waits(Some(true))), Some(Light::Good));
        assert_eq!(light(&waits(Some(false))), Some(Light::Fault));
    }

    #[test]
    fn a_phone_that_is_refused_may_lack_its_cookies() {
        let refused = |phone_cookies| Seen {
            phone: Some(Stage::Refused),
            phone_cookies,
            ..fine()
        };
        let faults = |phone_cookies| {
            let all = lamps(&refused(phone_cookies)).into_iter();
            all.filter_map(|lamp| lamp.fault).collect::<Vec<_>>()
        };
        let phone = Fault::Phone(Stage::Refused);
        assert_eq!(faults(None), [phone.clone(), Fault::PerhapsCookies]);
        assert_eq!(faults(Some(false)), [phone.clone(), Fault::PhoneCookies]);
        assert_eq!(faults(Some(true)), [phone]);
    }

    #[test]
    fn what_is_not_known_yet_is_no_fault() {
        let seen = Seen {
            phone: Some(Stage::Starting),
            hearing: Hearing::Unknown,
            sound: Sound::Unknown,
            network: Network::Unknown,
            ..fine()
        };
        assert!(lamps(&seen).iter().all(|lamp| lamp.fault.is_none()));
        let slow = Seen {
            network: Network::Answered(SLOW),
            ..fine()
        };
        assert!(lamps(&slow).iter().any(|lamp| lamp.light == Light::Waiting));
    }
}
