//! Which browser and which system this is, as far as advice differs. Nothing is decided by it but words and a drawing, for
//! what a browser says of itself is not to be relied on.

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Browser {
    Chrome,
    Edge,
    Firefox,
    Safari,
    #[default]
    Other,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum System {
    MacOs,
    Windows,
    #[default]
    Other,
}

impl Browser {
    pub(super) fn of(user_agent: &str) -> Self {
        let says = |word: &str| user_agent.contains(word);
        if says("Edg/") {
            Self::Edge
        } else if says("OPR/") || says("SamsungBrowser/") {
            Self::Other
        } else if says("Chrome/") {
            Self::Chrome
        } else if says("Firefox/") {
            Self::Firefox
        } else if says("Safari/") && says("Version/") {
            Self::Safari
        } else {
            Self::Other
        }
    }

    /// Its own name, in every language.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Chrome => Some("Chrome"),
            Self::Edge => Some("Edge"),
            Self::Firefox => Some("Firefox"),
            Self::Safari => Some("Safari"),
            Self::Other => None,
        }
    }
}

impl System {
    pub(super) fn of(user_agent: &str) -> Self {
        if user_agent.contains("Windows") {
            Self::Windows
        } else if user_agent.contains("Macintosh") {
            Self::MacOs
        } else {
            Self::Other
        }
    }

    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::MacOs => Some("macOS"),
            Self::Windows => Some("Windows"),
            Self::Other => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_and_systems_are_told_apart() {
        for (agent, browser, system) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                Browser::Chrome,
                System::Windows,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                Browser::Edge,
                System::Windows,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0",
                Browser::Firefox,
                System::MacOs,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
                Browser::Safari,
                System::MacOs,
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                Browser::Chrome,
                System::Other,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 OPR/120.0",
                Browser::Other,
                System::Windows,
            ),
            ("", Browser::Other, System::Other),
        ] {
            assert_eq!(Browser::of(agent), browser, "{agent}");
            assert_eq!(System::of(agent), system, "{agent}");
        }
    }
}
