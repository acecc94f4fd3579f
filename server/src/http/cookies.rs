//! The browser's cookies: an attempt, a session, the browser itself, what it began at a provider and what it said about Amazon
//! Connect, each a random token that only
//! the server reads; and two that hold no secret, the language and the companies last visited.

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite, time::Duration};

use crate::flows::{Cookies, Held};

/// Which cookie, by its plain name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Attempt,
    Session,
    Browser,
    /// What a browser began at a provider.
    Sso,
    /// What a browser said about Amazon Connect.
    Phone,
    Language,
    Companies,
}

impl Name {
    /// `__Host-` binds a cookie to this very host; browsers accept it over https only.
    fn text(self, is_secure: bool) -> &'static str {
        match (self, is_secure) {
            (Self::Attempt, true) => "__Host-callgate-attempt",
            (Self::Attempt, false) => "callgate-attempt",
            (Self::Session, true) => "__Host-callgate-session",
            (Self::Session, false) => "callgate-session",
            (Self::Browser, true) => "__Host-callgate-browser",
            (Self::Browser, false) => "callgate-browser",
            (Self::Sso, true) => "__Host-callgate-sso",
            (Self::Sso, false) => "callgate-sso",
            (Self::Phone, true) => "__Host-callgate-phone",
            (Self::Phone, false) => "callgate-phone",
            (Self::Language, true) => "__Host-callgate-language",
            (Self::Language, false) => "callgate-language",
            (Self::Companies, true) => "__Host-callgate-companies",
            (Self::Companies, false) => "callgate-companies",
        }
    }

    /// Attempt, session and what was begun at a provider or at Amazon Connect end with the browser's own session at the latest, by the server's word
    /// before; the others are kept as long as browsers allow.
    fn lifetime(self) -> Option<Duration> {
        match self {
            Self::Attempt | Self::Session | Self::Sso | Self::Phone => None,
            Self::Browser | Self::Language | Self::Companies => Some(Duration::days(400)),
        }
    }
}

/// The value of a cookie that came with a request. A name that comes twice is no cookie of ours.
pub(super) fn read(headers: &HeaderMap, name: Name, is_secure: bool) -> Option<String> {
    let name = name.text(is_secure);
    let mut values = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|cookie| cookie.split_once('='))
        .filter(|(found, _)| found.trim() == name)
        .map(|(_, value)| value.trim());
    let value = values.next()?;
    let is_ours = values.next().is_none() && !value.is_empty() && value.len() <= 256;
    is_ours.then(|| value.to_owned())
}

/// Sets a cookie on an answer.
pub(super) fn set(headers: &mut HeaderMap, name: Name, value: String, is_secure: bool) {
    let mut cookie = plain(name, value, is_secure);
    cookie.set_max_age(name.lifetime());
    append(headers, &cookie);
}

/// Takes a cookie away.
fn remove(headers: &mut HeaderMap, name: Name, is_secure: bool) {
    let mut cookie = plain(name, String::new(), is_secure);
    cookie.set_max_age(Duration::ZERO);
    append(headers, &cookie);
}

fn plain(name: Name, value: String, is_secure: bool) -> Cookie<'static> {
    Cookie::build((name.text(is_secure), value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(is_secure)
        .build()
}

fn append(headers: &mut HeaderMap, cookie: &Cookie<'_>) {
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        headers.append(header::SET_COOKIE, value);
    }
}

/// Writes what a flow decided that the browser holds.
pub(super) fn write(headers: &mut HeaderMap, cookies: Cookies, is_secure: bool) {
    for (name, held) in [
        (Name::Attempt, cookies.attempt),
        (Name::Session, cookies.session),
        (Name::Browser, cookies.browser),
        (Name::Sso, cookies.sso),
        (Name::Phone, cookies.phone),
    ] {
        match held {
            Held::AsBefore => {}
            Held::New(value) => set(headers, name, value, is_secure),
            Held::Gone => remove(headers, name, is_secure),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secure_cookies_are_bound_to_the_host() {
        let mut headers = HeaderMap::new();
        set(&mut headers, Name::Session, "x".into(), true);
        assert_eq!(
            headers[header::SET_COOKIE],
            "__Host-callgate-session=x; HttpOnly; SameSite=Lax; Secure; Path=/"
        );
    }

    #[test]
    fn a_cookie_that_comes_twice_is_not_read() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            HeaderValue::from_static("callgate-session=a; b=c"),
        );
        assert_eq!(read(&headers, Name::Session, false).as_deref(), Some("a"));
        assert_eq!(read(&headers, Name::Session, true), None);
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("callgate-session=b"),
        );
        assert_eq!(read(&headers, Name::Session, false), None);
    }
}
