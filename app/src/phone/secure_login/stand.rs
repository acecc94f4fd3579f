//! What *Secure Login* says, as a pure function of what is known.

use crate::phone::{Stage, Storage};

/// What is known of the window in which the person signs in at Amazon Connect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Popup {
    /// None was asked for.
    #[default]
    None,
    Open,
    /// The browser did not allow it.
    Blocked,
    /// The person closed it.
    Closed,
    /// It is out of sight: in a tab of its own, or cut off by the page in it (COOP).
    Unseen,
}

/// All that decides over what is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// Whether the person wants in.
    pub(super) asked: bool,
    pub(super) phone: Stage,
    pub(super) popup: Popup,
    pub(super) storage: Option<Storage>,
    /// Whether another tab of this browser has the window.
    pub(super) elsewhere: bool,
    /// Whether windows were opened again and again.
    pub(super) repeats: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing: the button says it all.
    Rest,
    /// Whether somebody is signed in is not known yet.
    Looking,
    WindowOpen,
    /// Somebody signs in where this page cannot see it.
    Waiting,
    Blocked,
    Closed,
    Elsewhere,
    Repeats,
    /// Signed in; who it is comes in a moment.
    Loading,
    /// It is known who it is, and the server is asked.
    Entering,
    /// The frame shows a button, to be let have its cookies.
    Cookies,
    CookiesDenied,
    /// It does not answer although the person was at Amazon Connect, for want of cookies or of the company's permission.
    Silent,
    /// It may use its cookies, and does not answer all the same.
    Refused,
    AccessDenied,
    /// Signed out at Amazon Connect.
    Ended,
    Unloaded,
}

impl Facts {
    pub(super) fn said(self) -> Said {
        if !self.asked {
            return Said::Rest;
        }
        match self.phone {
            Stage::Ready => return Said::Entering,
            Stage::Loading | Stage::Silent => return Said::Loading,
            Stage::AccessDenied => return Said::AccessDenied,
            Stage::Unloaded => return Said::Unloaded,
            Stage::Absent | Stage::Starting | Stage::SignedOut | Stage::Refused | Stage::Ended => {}
        }
        match self.storage {
            Some(Storage::Asking) => return Said::Cookies,
            Some(Storage::Denied) => return Said::CookiesDenied,
            Some(Storage::Granted) | None => {}
        }
        if self.phone == Stage::Refused {
            return match self.storage {
                Some(Storage::Granted) => Said::Refused,
                _ => Said::Silent,
            };
        }
        match self.popup {
            Popup::Blocked => Said::Blocked,
            _ if self.repeats => Said::Repeats,
            Popup::Open => Said::WindowOpen,
            Popup::Unseen => Said::Waiting,
            _ if self.elsewhere => Said::Elsewhere,
            Popup::Closed => Said::Closed,
            Popup::None if self.phone == Stage::Ended => Said::Ended,
            Popup::None if self.phone == Stage::SignedOut => Said::Waiting,
            Popup::None => Said::Looking,
        }
    }
}

impl Said {
    /// Whether something goes on that the person need not do anything about.
    pub(super) fn is_busy(self) -> bool {
        matches!(self, Self::Looking | Self::Loading | Self::Entering)
    }

    /// Whether the person is at Amazon Connect, or may want to be.
    pub(super) fn is_away(self) -> bool {
        matches!(
            self,
            Self::WindowOpen
                | Self::Waiting
                | Self::Blocked
                | Self::Closed
                | Self::Elsewhere
                | Self::Silent
                | Self::Refused
                | Self::AccessDenied
                | Self::Ended
        )
    }
}

/// Scheme, host and port of an address.
pub(super) fn origin_of(url: &str) -> String {
    url.match_indices('/')
        .nth(2)
        .map_or(url, |(end, _)| &url[..end])
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: Facts = Facts {
        asked: true,
        phone: Stage::SignedOut,
        popup: Popup::None,
        storage: None,
        elsewhere: false,
        repeats: false,
    };

    #[test]
    fn nothing_is_said_to_people_who_ask_for_nothing() {
        for phone in [Stage::Starting, Stage::SignedOut, Stage::Ready] {
            let facts = Facts {
                asked: false,
                phone,
                ..ASKED
            };
            assert_eq!(facts.said(), Said::Rest);
        }
    }

    #[test]
    fn the_phone_outdoes_what_is_known_of_the_window() {
        for popup in [Popup::Open, Popup::Blocked, Popup::Closed, Popup::Unseen] {
            for (phone, said) in [
                (Stage::Ready, Said::Entering),
                (Stage::Loading, Said::Loading),
                (Stage::AccessDenied, Said::AccessDenied),
                (Stage::Unloaded, Said::Unloaded),
            ] {
                let facts = Facts {
                    popup,
                    phone,
                    repeats: true,
                    ..ASKED
                };
                assert_eq!(facts.said(), said);
            }
        }
    }

    #[test]
    fn each_way_to_be_away_is_told_apart() {
        for (popup, elsewhere, said) in [
            (Popup::None, false, Said::Waiting),
            (Popup::None, true, Said::Elsewhere),
            (Popup::Open, false, Said::WindowOpen),
            (Popup::Open, true, Said::WindowOpen),
            (Popup::Blocked, true, Said::Blocked),
            (Popup::Closed, false, Said::Closed),
            (Popup::Closed, true, Said::Elsewhere),
            (Popup::Unseen, false, Said::Waiting),
        ] {
            let facts = Facts {
                popup,
                elsewhere,
                ..ASKED
            };
            assert_eq!(facts.said(), said, "{popup:?} {elsewhere}");
            assert!(said.is_away());
        }
    }

    #[test]
    fn before_the_first_verdict_the_page_looks() {
        let facts = Facts {
            phone: Stage::Starting,
            ..ASKED
        };
        assert_eq!(facts.said(), Said::Looking);
        assert!(facts.said().is_busy());
    }

    #[test]
    fn cookies_come_before_everything_that_needs_them() {
        for (storage, said) in [
            (Some(Storage::Asking), Said::Cookies),
            (Some(Storage::Denied), Said::CookiesDenied),
            (Some(Storage::Granted), Said::Refused),
            (None, Said::Silent),
        ] {
            let facts = Facts {
                phone: Stage::Refused,
                storage,
                ..ASKED
            };
            assert_eq!(facts.said(), said);
        }
    }

    #[test]
    fn a_window_that_is_opened_for_ever_is_an_end() {
        let facts = Facts {
            repeats: true,
            popup: Popup::Open,
            ..ASKED
        };
        assert_eq!(facts.said(), Said::Repeats);
    }

    #[test]
    fn an_origin_is_what_stands_before_the_path() {
        for (url, origin) in [
            (
                "https://acme.my.connect.aws/ccp-v2/",
                "https://acme.my.connect.aws",
            ),
            ("http://127.0.0.1:3001/x/ccp-v2/", "http://127.0.0.1:3001"),
            ("https://acme.my.connect.aws", "https://acme.my.connect.aws"),
        ] {
            assert_eq!(origin_of(url), origin);
        }
    }
}
