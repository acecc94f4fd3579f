//! Which addresses a company's Amazon Connect may have. Whoever answers at the address says who is at a browser
//! (SECURITY 16) and is handed the microphone, so that only hosts count that AWS gives out for instances, and those that
//! the operator named. Read where somebody types an address, and again wherever a stored one is used.

use url::{Host as UrlHost, Url};

use crate::sso::{Host, is_loopback};

/// What follows the name of an instance in its host, and where its phone is there.
const AT_AWS: [(&str, &str); 3] = [
    (".my.connect.aws", "/ccp-v2/"),
    // Instances from before March 2021.
    (".awsapps.com", "/connect/ccp-v2/"),
    (".govcloud.connect.aws", "/ccp-v2/"),
];

/// The phone's address at a host that says nothing about it.
const PATH: &str = "/ccp-v2/";

const LONGEST: usize = 200;

/// Reads the address of a Contact Control Panel: https, or http at a host of the operator's that is this machine. A
/// missing scheme and path are those of every instance.
#[must_use]
pub fn read(text: &str, hosts: &[Host]) -> Option<Url> {
    let text = text.trim();
    if text.len() > LONGEST || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return None;
    }
    let mut url = match text.split_once("://") {
        Some(_) => Url::parse(text),
        None => Url::parse(&format!("https://{text}")),
    }
    .ok()?;
    let bare = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
        && url.path().chars().all(is_plain);
    if !bare {
        return None;
    }
    match home(&url) {
        Some(home) => {
            // One page of an instance is the phone; another one would show something else in its frame.
            if matches!(url.path(), "/" | "/connect" | "/connect/")
                || url.path() == home.trim_end_matches('/')
            {
                url.set_path(home);
            }
            url.path().starts_with(home).then_some(url)
        }
        None => {
            let host = url.host()?;
            let safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&host));
            let named = hosts.iter().any(|host| host.covers(&url))
                && url.host_str()?.chars().all(is_of_hosts);
            if url.path() == "/" {
                url.set_path(PATH);
            }
            (safe && named).then_some(url)
        }
    }
}

/// Where the phone is at an instance's own host; none for other hosts.
fn home(url: &Url) -> Option<&'static str> {
    let Some(UrlHost::Domain(host)) = url.host() else {
        return None;
    };
    let (_, home) = AT_AWS
        .iter()
        .find(|(rest, _)| host.strip_suffix(rest).is_some_and(is_instance))?;
    (url.scheme() == "https" && url.port().is_none()).then_some(home)
}

/// The name of an instance, as AWS lets people choose it.
fn is_instance(name: &str) -> bool {
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    (1..=63).contains(&name.len())
        && edge(name.chars().next())
        && edge(name.chars().next_back())
        // A name in letters of another script, which may look like somebody else's.
        && !name.starts_with("xn--")
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '~')
}

/// What hosts are made of in headers: the operator may have named one that would end a directive there.
fn is_of_hosts(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':' | '[' | ']')
}

/// Scheme, host and port, as headers name them.
#[must_use]
pub fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The hosts that may be typed, for people.
#[must_use]
pub fn shapes(hosts: &[Host]) -> Vec<String> {
    let at_aws = AT_AWS.iter().map(|(rest, _)| format!("*{rest}"));
    at_aws.chain(hosts.iter().map(Host::to_string)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> Vec<Host> {
        [
            "127.0.0.1:4100",
            "localhost",
            "phone.corp.example:8443",
            "a;b",
        ]
        .map(|text| Host::read(text).expect("a host"))
        .into()
    }

    fn stored(text: &str) -> Option<String> {
        read(text, &hosts()).map(|url| url.to_string())
    }

    #[test]
    fn instances_are_at_hosts_of_aws() {
        for (typed, expected) in [
            (
                "https://acme.my.connect.aws/ccp-v2/",
                "https://acme.my.connect.aws/ccp-v2/",
            ),
            (
                " acme.my.connect.aws ",
                "https://acme.my.connect.aws/ccp-v2/",
            ),
            (
                "https://acme.my.connect.aws:443/ccp-v2",
                "https://acme.my.connect.aws/ccp-v2/",
            ),
            (
                "https://ACME.awsapps.com/connect/ccp-v2",
                "https://acme.awsapps.com/connect/ccp-v2/",
            ),
            (
                "acme.awsapps.com/connect/",
                "https://acme.awsapps.com/connect/ccp-v2/",
            ),
            (
                "acme-2.govcloud.connect.aws",
                "https://acme-2.govcloud.connect.aws/ccp-v2/",
            ),
            (
                "https://acme.my.connect.aws/ccp-v2/softphone",
                "https://acme.my.connect.aws/ccp-v2/softphone",
            ),
        ] {
            let read = stored(typed);
            assert_eq!(read.as_deref(), Some(expected), "{typed}");
            assert_eq!(stored(expected), read, "what is stored reads as itself");
        }
    }

    #[test]
    fn an_operators_hosts_count_and_only_this_machine_goes_without_https() {
        for (typed, expected) in [
            ("http://127.0.0.1:4100", "http://127.0.0.1:4100/ccp-v2/"),
            (
                "http://127.0.0.1:4100/dextr-docs/ccp-v2/",
                "http://127.0.0.1:4100/dextr-docs/ccp-v2/",
            ),
            ("http://localhost:9/x/", "http://localhost:9/x/"),
            (
                "phone.corp.example:8443",
                "https://phone.corp.example:8443/ccp-v2/",
            ),
        ] {
            assert_eq!(stored(typed).as_deref(), Some(expected), "{typed}");
            assert_eq!(stored(expected).as_deref(), Some(expected));
            assert_eq!(read(typed, &[]), None, "{typed} without the setting");
        }
        for bad in [
            "http://127.0.0.1:4101/",
            "http://127.0.0.2:4100/",
            "http://phone.corp.example:8443/",
            "https://phone.corp.example/",
            "https://sub.phone.corp.example:8443/",
            // It would be two words in a header.
            "https://a;b/",
        ] {
            assert_eq!(stored(bad), None, "{bad}");
        }
    }

    #[test]
    fn nobody_else_answers_for_amazon_connect() {
        for bad in [
            "",
            "acme",
            "https://",
            "http://acme.my.connect.aws/ccp-v2/",
            "ws://acme.my.connect.aws/ccp-v2/",
            "javascript://acme.my.connect.aws/%0aalert(1)",
            "data://acme.my.connect.aws/",
            // Hosts that only look like one.
            "https://my.connect.aws/",
            "https://.my.connect.aws/",
            "https://acme.my.connect.aws.evil.example/ccp-v2/",
            "https://acme.my.connect.aws.",
            "https://acmemy.connect.aws/",
            "https://a.b.my.connect.aws/",
            "https://-acme.my.connect.aws/",
            "https://acme-.my.connect.aws/",
            "https://ac_me.my.connect.aws/",
            "https://аcme.my.connect.aws/",
            "https://xn--cme-5cd.my.connect.aws/",
            "https://acme;b.my.connect.aws/",
            "https://acme'.my.connect.aws/",
            "https://evil.example/.my.connect.aws/ccp-v2/",
            "https://evil.example#.my.connect.aws",
            "https://evil.example?.my.connect.aws",
            "https://evil.example\\.my.connect.aws/",
            // Who is in front of an @ is not where it leads.
            "https://acme.my.connect.aws@evil.example/",
            "https://acme.my.connect.aws:pw@evil.example/",
            "https://evil@acme.my.connect.aws/",
            // Another port is another service.
            "https://acme.my.connect.aws:8443/",
            "https://acme.my.connect.aws:80/",
            "https://10.0.0.1/",
            "https://[::1]/",
            "https://169.254.169.254/ccp-v2/",
            "https://localhost.evil.example/",
            // Other pages of the instance, and words for headers.
            "https://acme.my.connect.aws/home",
            "https://acme.awsapps.com/start",
            "https://acme.my.connect.aws/ccp-v2/../logout",
            "https://acme.my.connect.aws/ccp-v2/;x",
            "https://acme.my.connect.aws/?x",
            "https://acme.my.connect.aws/ccp-v2/#x",
            "https://acme .my.connect.aws",
            "https://acme.my.connect.aws/\u{202e}",
            "https://acme\0.my.connect.aws",
            &format!("https://acme.my.connect.aws/ccp-v2/{}", "a".repeat(200)),
            &format!("https://{}.my.connect.aws/", "a".repeat(64)),
        ] {
            assert_eq!(stored(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn headers_name_the_origin_alone() {
        let url = read("http://127.0.0.1:4100/dextr-docs/ccp-v2/", &hosts()).expect("an address");
        assert_eq!(origin(&url), "http://127.0.0.1:4100");
        let url = read("acme.my.connect.aws", &[]).expect("an address");
        assert_eq!(origin(&url), "https://acme.my.connect.aws");
    }

    #[test]
    fn people_are_told_the_shapes() {
        let shapes = shapes(&hosts()[..1]);
        assert_eq!(
            shapes,
            [
                "*.my.connect.aws",
                "*.awsapps.com",
                "*.govcloud.connect.aws",
                "127.0.0.1:4100"
            ]
        );
    }
}
