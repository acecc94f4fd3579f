//! Which addresses a provider may have. A company types the address of its provider, and the description there names
//! more of them, so that nothing inside the operator's network may be reached that way: literal addresses are looked
//! at here, names when they are resolved (`http.rs`), so that a name may not change its mind in between.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use url::{Host as UrlHost, Url};

use super::Failed;

/// A host that the operator allows although it is not public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// As URLs write it: lower case, version 6 addresses in brackets.
    pub name: String,
    /// None: every port.
    pub port: Option<u16>,
}

impl Host {
    /// Reads `host` or `host:port`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let url = Url::parse(&format!("https://{text}/")).ok()?;
        let host = url.host_str().filter(|host| !host.is_empty())?;
        // Whatever else stands there was no part of a host. The port of https is none to the parser.
        let port = match text.rsplit_once(':') {
            Some((_, port)) if !port.ends_with(']') => Some(port.parse().ok()?),
            _ => None,
        };
        let bare = url.username().is_empty() && url.password().is_none() && url.path() == "/";
        let plain = !text.contains(['/', '?', '#', '@', '\\']);
        (bare && plain).then(|| Self {
            name: host.to_owned(),
            port,
        })
    }

    /// Whether an address leads here.
    pub(crate) fn covers(&self, url: &Url) -> bool {
        url.host_str() == Some(&self.name)
            && (self.port.is_none() || self.port == url.port_or_known_default())
    }
}

/// As it is written in the settings.
impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// How an address may be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Wherever its name leads, as long as that is public.
    Public,
    /// Wherever the operator's own network has it.
    Allowed,
}

/// Whether an address may be used: https (http for loopback hosts that the operator allows), no user in it, nothing
/// after its path but a query, and no host that is private as it stands.
pub(super) fn check(url: &Url, allowed: &[Host]) -> Result<Way, Failed> {
    let refuse = |why: &str| Err(Failed::set_up(format!("{} {why}", shown(url))));
    let Some(host) = url.host() else {
        return refuse("names no host");
    };
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return refuse("holds more than an address");
    }
    let way = if allowed.iter().any(|host| host.covers(url)) {
        Way::Allowed
    } else {
        Way::Public
    };
    let secure = url.scheme() == "https"
        || (url.scheme() == "http" && way == Way::Allowed && is_loopback(&host));
    if !secure {
        return refuse("is not https");
    }
    let public = match host {
        UrlHost::Domain(_) => !is_loopback(&host),
        UrlHost::Ipv4(ip) => is_public(ip.into()),
        UrlHost::Ipv6(ip) => is_public(ip.into()),
    };
    if way == Way::Public && !public {
        return refuse("is no public address");
    }
    Ok(way)
}

/// An address for messages: without what may be secret in it.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Refused for addresses without a host only, which have no password.
    let _ = url.set_password(None);
    url.to_string()
}

/// Whether a host is this very machine as its name stands.
#[must_use]
pub fn is_loopback(host: &UrlHost<&str>) -> bool {
    match host {
        UrlHost::Domain(name) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        UrlHost::Ipv4(ip) => ip.is_loopback(),
        UrlHost::Ipv6(ip) => ip.is_loopback(),
    }
}

/// Whether an address is one of the public internet's (the registries of RFC 6890 and their additions).
pub(super) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(a == 0
        || ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        // Shared by the customers of a carrier (RFC 6598).
        || (a == 100 && b & 0xc0 == 64)
        // Protocols' own, old 6to4 relays, measurements.
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && b & 0xfe == 18)
        // Multicast, reserved, broadcast.
        || a >= 224)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = ip.segments();
    // Where names are translated for networks without version 4 (RFC 6052), the address inside counts.
    if [a, b, c, d, e, f] == [0x64, 0xff9b, 0, 0, 0, 0] {
        let [[w, x], [y, z]] = [g.to_be_bytes(), h.to_be_bytes()];
        return is_public_v4(Ipv4Addr::new(w, x, y, z));
    }
    // Nothing else than 2000::/3 is given out: not loopback, mapped or embedded addresses of version 4, unique local,
    // link-local, site-local or multicast ones.
    a & 0xe000 == 0x2000
        // Protocols' own, Teredo among them.
        && !(a == 0x2001 && b & 0xfe00 == 0)
        // Documentation, twice.
        && !(a == 0x2001 && b == 0xdb8)
        && !(a == 0x3fff && b & 0xf000 == 0)
        // 6to4, which embeds any address of version 4.
        && a != 0x2002
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed() -> Vec<Host> {
        [
            "127.0.0.1:8080",
            "idp.corp.example",
            "[::1]:9000",
            "10.0.0.7",
        ]
        .map(|host| Host::read(host).expect("a host"))
        .to_vec()
    }

    fn way(url: &str) -> Option<Way> {
        check(&Url::parse(url).expect("a URL"), &allowed()).ok()
    }

    #[test]
    fn private_addresses_are_none_of_the_internet() {
        for private in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.0.170",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().expect(private)), "{private}");
        }
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.0.1",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "20.190.128.1",
            "2606:4700::1111",
            "2a00:1450:4001::1",
            "2603:1026::1",
            "2001:4860:4860::8888",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(public.parse().expect(public)), "{public}");
        }
    }

    #[test]
    fn only_https_to_public_hosts_is_allowed() {
        for good in [
            "https://id.example.com",
            "https://id.example.com:8443/realms/acme",
            "https://1.1.1.1/",
            "https://id.example.com/authorize?tenant=1",
        ] {
            assert_eq!(way(good), Some(Way::Public), "{good}");
        }
        for bad in [
            "http://id.example.com",
            "ftp://id.example.com",
            "file:///etc/passwd",
            "data:text/plain,x",
            "https://user@id.example.com",
            "https://user:secret@id.example.com",
            "https://id.example.com/#fragment",
            "https://localhost",
            "https://LOCALHOST.",
            "https://idp.localhost:8443",
            "https://127.0.0.1",
            "https://127.1",
            "https://2130706433",
            "https://0x7f000001",
            "https://0177.0.0.1",
            "https://10.0.0.8",
            "https://169.254.169.254/latest/meta-data",
            "https://[::1]",
            "https://[::ffff:127.0.0.1]",
            "https://[fd00::1]",
            "https://１２７.0.0.1",
        ] {
            assert_eq!(way(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_operator_allows_single_hosts() {
        for good in [
            "http://127.0.0.1:8080/realms/acme",
            "https://127.0.0.1:8080",
            "https://idp.corp.example",
            "https://idp.corp.example:8443",
            "http://[::1]:9000",
            "https://10.0.0.7:444",
        ] {
            assert_eq!(way(good), Some(Way::Allowed), "{good}");
        }
        // Another port, another host, and http for what is not this machine.
        for bad in [
            "http://127.0.0.1:8081",
            "http://127.0.0.2:8080",
            "http://idp.corp.example",
            "http://10.0.0.7",
            "https://[::1]:9001",
        ] {
            assert_eq!(way(bad), None, "{bad}");
        }
        assert_eq!(way("https://sub.idp.corp.example"), Some(Way::Public));
    }

    #[test]
    fn hosts_are_read_with_or_without_a_port() {
        let host = |name: &str, port| {
            Some(Host {
                name: name.to_owned(),
                port,
            })
        };
        assert_eq!(Host::read("IdP.example"), host("idp.example", None));
        assert_eq!(
            Host::read("idp.example:443"),
            host("idp.example", Some(443))
        );
        assert_eq!(Host::read("[::1]"), host("[::1]", None));
        assert_eq!(Host::read("[::1]:80"), host("[::1]", Some(80)));
        for bad in [
            "",
            ":80",
            "idp.example:",
            "idp.example:port",
            "idp.example/path",
            "user@idp.example",
            "https://idp.example",
            "idp.example?x",
            "idp.example#x",
            "a b",
            "::1",
        ] {
            assert_eq!(Host::read(bad), None, "{bad}");
        }
    }
}
