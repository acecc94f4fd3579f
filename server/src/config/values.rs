//! The kinds of values that settings have: how each is read, named and shown.

use std::{fmt, net::SocketAddr, path::PathBuf, time::Duration};

use ipnet::IpNet;
use lettre::message::Mailbox;
use url::Url;

use crate::{
    dns::server_address,
    regions::Peer,
    sso::{Host, is_loopback},
};

/// A value of a setting.
pub trait Value: Sized {
    /// To continue "must be …".
    const KIND: &'static str;
    /// Whether a wrong value must not be repeated to the operator.
    const SECRET: bool = false;

    fn parse(text: &str) -> Option<Self>;

    /// As an operator may see it; empty when there is none.
    fn show(&self) -> String;
}

/// Absent when nothing is written.
impl<V: Value> Value for Option<V> {
    const KIND: &'static str = V::KIND;
    const SECRET: bool = V::SECRET;

    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            Some(None)
        } else {
            V::parse(text).map(Some)
        }
    }

    fn show(&self) -> String {
        self.as_ref().map(V::show).unwrap_or_default()
    }
}

impl Value for SocketAddr {
    const KIND: &'static str = "an address and port, like 127.0.0.1:3000";

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl Value for PathBuf {
    const KIND: &'static str = "a path";

    fn parse(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| text.into())
    }

    fn show(&self) -> String {
        self.display().to_string()
    }
}

/// Networks, separated by commas; an address alone is a network of one.
impl Value for Vec<IpNet> {
    const KIND: &'static str = "a list of networks, like 10.0.0.0/8, 2001:db8::/32";

    fn parse(text: &str) -> Option<Self> {
        text.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| {
                part.parse()
                    .ok()
                    .or_else(|| Some(IpNet::from(part.parse::<std::net::IpAddr>().ok()?)))
            })
            .collect()
    }

    fn show(&self) -> String {
        self.iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// Name servers, separated by commas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameServers(pub Vec<SocketAddr>);

impl Value for NameServers {
    const KIND: &'static str =
        "a list of addresses of name servers, like 192.0.2.53, 192.0.2.54:5353";

    fn parse(text: &str) -> Option<Self> {
        text.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(server_address)
            .collect::<Option<_>>()
            .map(Self)
    }

    fn show(&self) -> String {
        let shown = self.0.iter().map(ToString::to_string);
        shown.collect::<Vec<_>>().join(", ")
    }
}

/// Scheme, host and port that people type: https, or http on a loopback host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(Url);

impl PublicUrl {
    /// Where a server without a public URL is reached.
    pub(super) fn loopback(listening: SocketAddr) -> Self {
        Self(Url::parse(&format!("http://{listening}")).expect("an address and port make a URL"))
    }

    /// `scheme://host[:port]` without a slash, as browsers send it in `Origin`.
    #[must_use]
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// Whether browsers reach it over https: cookies are `Secure` then.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The address of a path on this server; the path begins with a slash.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.origin())
    }

    #[must_use]
    pub fn url(&self) -> &Url {
        &self.0
    }
}

impl Value for PublicUrl {
    const KIND: &'static str = "https://host or http://localhost with an optional port and nothing after it; http is for loopback hosts only";

    fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let loopback = is_loopback(&url.host()?);
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let safe = url.scheme() == "https" || (url.scheme() == "http" && loopback);
        (bare && safe).then_some(Self(url))
    }

    fn show(&self) -> String {
        self.origin()
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin())
    }
}

/// The URL of a database (or, with `MAIL`, of a mail server), which may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretUrl<const MAIL: bool>(Url);

pub type DatabaseUrl = SecretUrl<false>;
pub type SmtpUrl = SecretUrl<true>;

impl<const MAIL: bool> SecretUrl<MAIL> {
    /// All of it, the password too.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }
}

impl<const MAIL: bool> fmt::Debug for SecretUrl<MAIL> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show())
    }
}

impl<const MAIL: bool> Value for SecretUrl<MAIL> {
    const KIND: &'static str = if MAIL {
        "a URL like smtps://user:password@host or smtp://host:25"
    } else {
        "a URL like postgres://user:password@host/database"
    };
    const SECRET: bool = true;

    fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        // "sqlite" too: a file elsewhere than in the data folder, or one of a test.
        let schemes = if MAIL {
            &["smtp", "smtps"][..]
        } else {
            &["postgres", "postgresql", "sqlite"]
        };
        schemes.contains(&url.scheme()).then_some(Self(url))
    }

    fn show(&self) -> String {
        let mut url = self.0.clone();
        if url.password().is_some() {
            // Refused for URLs without a host only, which have no password.
            let _ = url.set_password(Some("********"));
        }
        // Drivers take passwords as parameters too.
        if url
            .query()
            .is_some_and(|q| q.to_ascii_lowercase().contains("pass"))
        {
            url.set_query(Some("********"));
        }
        url.to_string()
    }
}

/// A text without spaces, like a name in somebody's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word(pub String);

impl Value for Word {
    const KIND: &'static str = "a text of at most 255 characters without spaces";

    fn parse(text: &str) -> Option<Self> {
        let visible = text.chars().all(|c| c.is_ascii_graphic());
        (visible && (1..=255).contains(&text.len())).then(|| Self(text.to_owned()))
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

/// A password of this server's at somebody else's.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show())
    }
}

impl Value for Secret {
    const KIND: &'static str = "a secret of at most 1000 characters";
    const SECRET: bool = true;

    fn parse(text: &str) -> Option<Self> {
        (1..=1000)
            .contains(&text.len())
            .then(|| Self(text.to_owned()))
    }

    fn show(&self) -> String {
        "********".to_owned()
    }
}

/// The address of an identity provider, letter by letter: https, or http on a loopback host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerUrl(pub String);

impl Value for IssuerUrl {
    const KIND: &'static str =
        "an https address without user, query and fragment; http is for loopback hosts only";

    fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let loopback = is_loopback(&url.host()?);
        let bare = url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let safe = url.scheme() == "https" || (url.scheme() == "http" && loopback);
        (bare && safe).then(|| Self(text.to_owned()))
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

/// Hosts, each with or without a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosts(pub Vec<Host>);

impl Value for Hosts {
    const KIND: &'static str =
        "a list of hosts with or without a port, like id.corp.example, 127.0.0.1:8080";

    fn parse(text: &str) -> Option<Self> {
        text.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(Host::read)
            .collect::<Option<_>>()
            .map(Self)
    }

    fn show(&self) -> String {
        let shown = self.0.iter().map(ToString::to_string);
        shown.collect::<Vec<_>>().join(", ")
    }
}

/// Who mails come from: an address, with or without a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender(pub Mailbox);

impl Value for Sender {
    const KIND: &'static str = "a sender, like Callgate <callgate@example.com>";

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    fn show(&self) -> String {
        self.0.to_string()
    }
}

/// A region's name, 1 to 40 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region(pub String);

impl Value for Region {
    const KIND: &'static str = "a name of at most 40 characters, like Europe";

    fn parse(text: &str) -> Option<Self> {
        let plain = text.chars().count() <= 40 && !text.chars().any(char::is_control);
        plain.then(|| Self(text.to_owned()))
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

/// The other regions with their addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regions(pub Vec<Peer>);

impl Value for Regions {
    const KIND: &'static str = "a list of other regions with their addresses, like Europe=https://eu.example.com, America=https://us.example.com, each once; http is for loopback hosts only";

    fn parse(text: &str) -> Option<Self> {
        let mut peers: Vec<Peer> = Vec::new();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let (name, address) = part.split_once('=')?;
            let name = Region::parse(name.trim())
                .filter(|name| !name.0.is_empty())?
                .0;
            let origin = PublicUrl::parse(address.trim())?.0;
            let twice = |peer: &Peer| {
                peer.name.to_lowercase() == name.to_lowercase() || peer.origin == origin
            };
            if peers.iter().any(twice) {
                return None;
            }
            peers.push(Peer { name, origin });
        }
        Some(Self(peers))
    }

    fn show(&self) -> String {
        let shown = self.0.iter().map(|peer| {
            let origin = peer.origin.origin().ascii_serialization();
            format!("{}={origin}", peer.name)
        });
        shown.collect::<Vec<_>>().join(", ")
    }
}

/// Values that are one of a few words.
macro_rules! words {
    ($(#[doc = $doc:literal])+ $name:ident: $kind:literal { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($variant),+ }

        impl $name {
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl Value for $name {
            const KIND: &'static str = $kind;

            fn parse(text: &str) -> Option<Self> {
                match text { $($word => Some(Self::$variant),)+ _ => None }
            }

            fn show(&self) -> String {
                self.word().to_owned()
            }
        }
    };
}

words! {
    /// Who may create a company.
    Onboarding: "`closed`, `approve` or `open`" {
        Closed = "closed", Approve = "approve", Open = "open",
    }
}

words! {
    /// Lines for people or for machines.
    LogFormat: "`text` or `json`" { Text = "text", Json = "json" }
}

words! {
    /// The least important lines that are written.
    LogLevel: "`error`, `warn`, `info`, `debug` or `trace`" {
        Error = "error", Warn = "warn", Info = "info", Debug = "debug", Trace = "trace",
    }
}

/// A whole number between two bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole<const MIN: usize, const MAX: usize>(usize);

impl<const MIN: usize, const MAX: usize> Whole<MIN, MAX> {
    #[must_use]
    pub fn get(self) -> usize {
        self.0
    }
}

impl<const MIN: usize, const MAX: usize> Value for Whole<MIN, MAX> {
    const KIND: &'static str = match (MIN, MAX) {
        (0, 256) => "a whole number from 0 to 256",
        (1, 14) => "a whole number from 1 to 14",
        (0, 90) => "a whole number from 0 to 90",
        (14, 90) => "a whole number from 14 to 90",
        (8, 64) => "a whole number from 8 to 64",
        (8, 100_000) => "a whole number from 8 to 100000",
        _ => "a whole number in its bounds",
    };

    fn parse(text: &str) -> Option<Self> {
        let number = text.parse().ok()?;
        (MIN..=MAX).contains(&number).then_some(Self(number))
    }

    fn show(&self) -> String {
        self.0.to_string()
    }
}

/// A length of time, a minute at least and a year at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub Duration);

impl Span {
    /// Reads `90m`, `12h`, `1h 30m`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

impl Value for Span {
    const KIND: &'static str = "a length of time from 1m to 8760h, like 90m, 12h or 1h 30m";

    fn parse(text: &str) -> Option<Self> {
        let span: jiff::SignedDuration = text.parse().ok()?;
        let span = Duration::try_from(span).ok()?;
        let bounds = Duration::from_secs(60)..=Duration::from_secs(8760 * 3600);
        bounds.contains(&span).then_some(Self(span))
    }

    fn show(&self) -> String {
        let minutes = self.0.as_secs() / 60;
        match (minutes / 60, minutes % 60) {
            (0, minutes) => format!("{minutes}m"),
            (hours, 0) => format!("{hours}h"),
            (hours, minutes) => format!("{hours}h {minutes}m"),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show())
    }
}
