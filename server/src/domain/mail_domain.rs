//! Which e-mail domains can be a company's own. A short list, against slips and the plainest tricks: that a domain is
//! somebody's is proven by a record, which nobody can set for these.

/// Where anybody can have an address.
const FREE_MAIL: [&str; 62] = [
    "126.com",
    "163.com",
    "aol.com",
    "arcor.de",
    "bluewin.ch",
    "bk.ru",
    "btinternet.com",
    "comcast.net",
    "duck.com",
    "email.de",
    "fastmail.com",
    "foxmail.com",
    "free.fr",
    "freenet.de",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.de",
    "hotmail.fr",
    "icloud.com",
    "inbox.ru",
    "interia.pl",
    "laposte.net",
    "libero.it",
    "list.ru",
    "live.com",
    "live.de",
    "mac.com",
    "mail.com",
    "mail.de",
    "mail.ru",
    "mailbox.org",
    "me.com",
    "msn.com",
    "naver.com",
    "o2.pl",
    "online.de",
    "orange.fr",
    "outlook.com",
    "outlook.de",
    "pm.me",
    "posteo.de",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rocketmail.com",
    "seznam.cz",
    "t-online.de",
    "tutanota.com",
    "web.de",
    "wp.pl",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.de",
    "yandex.ru",
];

/// The first part of a domain under which a country registers others, like `co` in `co.uk`.
const REGISTRIES: [&str; 14] = [
    "ac", "co", "com", "edu", "gob", "gov", "gouv", "gv", "mil", "ne", "net", "or", "org", "sch",
];

/// Under which anybody registers a name of their own, or gets one.
const SHARED: [&str; 20] = [
    "appspot.com",
    "azurewebsites.net",
    "blogspot.com",
    "cloudfront.net",
    "de.com",
    "duckdns.org",
    "eu.com",
    "eu.org",
    "fly.dev",
    "github.io",
    "gitlab.io",
    "herokuapp.com",
    "netlify.app",
    "onmicrosoft.com",
    "pages.dev",
    "uk.com",
    "us.com",
    "vercel.app",
    "web.app",
    "workers.dev",
];

/// Whether anybody can have an address at a domain, or register one under it; as DNS writes it.
#[must_use]
pub fn is_everybodys(domain: &str) -> bool {
    FREE_MAIL.contains(&domain) || SHARED.contains(&domain) || is_registry(domain)
}

fn is_registry(domain: &str) -> bool {
    match domain.split_once('.') {
        // Countries have two letters; com.com is a domain like any other.
        Some((first, country)) => {
            country.len() == 2 && country.is_ascii() && REGISTRIES.contains(&first)
        }
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_everybodys_is_nobodys_own() {
        for domain in [
            "gmail.com",
            "outlook.com",
            "gmx.de",
            "co.uk",
            "com.au",
            "or.at",
            "github.io",
            "de",
        ] {
            assert!(is_everybodys(domain), "{domain}");
        }
        for domain in [
            "acme.example",
            "mail.acme.example",
            "co.example.uk",
            "acme.co.uk",
            "ac.me.example",
            "net.de.example",
            "gmail.com.acme.example",
        ] {
            assert!(!is_everybodys(domain), "{domain}");
        }
    }
}
