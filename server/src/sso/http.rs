//! How providers are asked: short requests to addresses that `address.rs` lets through, never further.
//!
//! Redirects are not followed, answers are read no further than they can be long, everything has the same few seconds,
//! connecting included. Names are resolved here, at the moment of connecting, and lead to public addresses only:
//! whatever a name said before or says afterwards, no connection goes elsewhere.

use std::{error::Error, net::SocketAddr, sync::OnceLock, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderValue, StatusCode, Uri, header};
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{
    ClientBuilder, RequestBuilder,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect,
};
use tokio::{net::lookup_host, time::timeout};
use url::{Url, form_urlencoded};

use super::{
    Failed,
    address::{self, Host, Way},
};
use crate::tls;

/// Bytes of any answer that are read, unless its kind is known to be shorter.
pub(super) const LONGEST: usize = 1024 * 1024;
/// Bytes of a description or of keys.
pub(super) const LONGEST_DESCRIPTION: usize = 256 * 1024;

/// What came back.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
}

/// How this server proves to a provider who it is.
pub(super) enum Credentials<'a> {
    None,
    Basic { id: &'a str, secret: &'a str },
    Bearer(&'a str),
}

pub(super) struct Http {
    allowed: Vec<Host>,
    patience: Duration,
    /// Made when somebody is asked for the first time.
    clients: OnceLock<Clients>,
}

/// One for each way of reaching somebody.
struct Clients {
    /// Straight on, to public addresses.
    guarded: reqwest::Client,
    /// Straight on, wherever the name leads: for the operator's own hosts.
    near: reqwest::Client,
    /// Over the proxy that the environment names, which resolves by itself.
    proxied: reqwest::Client,
    proxies: Matcher,
}

impl Http {
    pub(super) fn new(allowed: Vec<Host>, patience: Duration) -> Self {
        Self {
            allowed,
            patience,
            clients: OnceLock::new(),
        }
    }

    /// Whether an address may be asked, as far as it says itself.
    pub(super) fn check(&self, url: &Url) -> Result<(), Failed> {
        address::check(url, &self.allowed).map(|_| ())
    }

    pub(super) async fn get(
        &self,
        url: &Url,
        credentials: Credentials<'_>,
        longest: usize,
    ) -> Result<Answer, Failed> {
        let client = self.client(url).await?;
        self.send(url, client.get(url.clone()), credentials, longest)
            .await
    }

    pub(super) async fn post(
        &self,
        url: &Url,
        credentials: Credentials<'_>,
        form: &[(&str, &str)],
    ) -> Result<Answer, Failed> {
        let client = self.client(url).await?;
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = client
            .post(url.clone())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        self.send(url, request, credentials, LONGEST).await
    }

    async fn client(&self, url: &Url) -> Result<&reqwest::Client, Failed> {
        let way = address::check(url, &self.allowed)?;
        let clients = match self.clients.get() {
            Some(clients) => clients,
            None => {
                let clients = Clients::new(self.patience)?;
                self.clients.get_or_init(|| clients)
            }
        };
        if way == Way::Allowed {
            return Ok(&clients.near);
        }
        let uri: Option<Uri> = url.as_str().parse().ok();
        if uri.is_none_or(|uri| clients.proxies.intercept(&uri).is_none()) {
            return Ok(&clients.guarded);
        }
        // What a proxy reaches is its own rule. What can be known here is refused here nevertheless.
        if let (Some(name), Some(port)) = (url.domain(), url.port_or_known_default())
            && let Ok(Ok(found)) = timeout(self.patience, lookup_host((name, port))).await
        {
            public(found).map_err(|e| Failed::set_up(format!("{}: {e}", address::shown(url))))?;
        }
        Ok(&clients.proxied)
    }

    async fn send(
        &self,
        url: &Url,
        request: RequestBuilder,
        credentials: Credentials<'_>,
        longest: usize,
    ) -> Result<Answer, Failed> {
        let request = request.header(header::ACCEPT, "application/json");
        let request = match credentials.header() {
            Some(value) => request.header(header::AUTHORIZATION, value?),
            None => request,
        };
        let failed = |e: reqwest::Error| no_answer(url, &e.without_url());
        let mut answer = request.send().await.map_err(failed)?;
        let status = answer.status();
        if status.is_redirection() {
            return Err(Failed::down(format!(
                "{} leads elsewhere (status {status}), which is not followed",
                address::shown(url)
            )));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > longest {
                return Err(Failed::down(format!(
                    "{} answers with more than {longest} bytes",
                    address::shown(url)
                )));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, body })
    }
}

impl Credentials<'_> {
    fn header(&self) -> Option<Result<HeaderValue, Failed>> {
        let text = match self {
            Self::None => return None,
            // Both parts are encoded as in forms first (RFC 6749, section 2.3.1).
            Self::Basic { id, secret } => {
                let encoded =
                    |part: &str| form_urlencoded::byte_serialize(part.as_bytes()).collect();
                let (id, secret): (String, String) = (encoded(id), encoded(secret));
                format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
            }
            Self::Bearer(token) => format!("Bearer {token}"),
        };
        let value = HeaderValue::try_from(text).map(|mut value| {
            value.set_sensitive(true);
            value
        });
        Some(value.map_err(|_| Failed::untrusted("the access token is none")))
    }
}

impl Clients {
    fn new(patience: Duration) -> Result<Self, Failed> {
        let built = |builder: ClientBuilder| {
            let client = builder
                .tls_backend_preconfigured(tls::client())
                .redirect(redirect::Policy::none())
                .referer(false)
                .user_agent("callgate")
                .connect_timeout(patience)
                .timeout(patience)
                .build();
            client.map_err(|e| Failed::down(format!("no client can be made: {e}")))
        };
        let straight = || reqwest::Client::builder().no_proxy();
        Ok(Self {
            guarded: built(straight().dns_resolver(Guard))?,
            near: built(straight())?,
            proxied: built(reqwest::Client::builder())?,
            proxies: Matcher::from_system(),
        })
    }
}

/// Resolves names to public addresses, or not at all.
struct Guard;

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // The port is the connection's business.
            let found = lookup_host((name.as_str(), 0)).await?;
            let addresses: Addrs = Box::new(public(found)?.into_iter());
            Ok(addresses)
        })
    }
}

/// A name that leads to private addresses alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("its name leads to no public address")]
struct NotPublic;

/// The public ones of what a name resolved to.
fn public(found: impl Iterator<Item = SocketAddr>) -> Result<Vec<SocketAddr>, NotPublic> {
    let public: Vec<_> = found
        .filter(|address| address::is_public(address.ip()))
        .collect();
    if public.is_empty() {
        Err(NotPublic)
    } else {
        Ok(public)
    }
}

/// Why a request was not answered. Everything that went wrong stands in the chain of causes.
fn no_answer(url: &Url, error: &reqwest::Error) -> Failed {
    let mut text = format!("{}: {error}", address::shown(url));
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<NotPublic>() {
            return Failed::set_up(format!("{}: {error}", address::shown(url)));
        }
        text = format!("{text}: {error}");
        cause = error.source();
    }
    Failed::down(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(addresses: &[&str]) -> Vec<SocketAddr> {
        let address = |text: &&str| SocketAddr::new(text.parse().expect("an address"), 443);
        addresses.iter().map(address).collect()
    }

    #[test]
    fn names_lead_to_public_addresses_only() {
        let public = |addresses: &[&str]| public(found(addresses).into_iter());
        assert_eq!(public(&["127.0.0.1"]), Err(NotPublic));
        assert_eq!(
            public(&["169.254.169.254", "::1", "fd00::1"]),
            Err(NotPublic)
        );
        assert_eq!(public(&[]), Err(NotPublic));
        assert_eq!(public(&["10.0.0.1", "1.1.1.1"]), Ok(found(&["1.1.1.1"])));
    }

    /// The very resolver that connections use, with a name that is this machine whatever anybody's DNS says.
    #[tokio::test]
    async fn the_resolver_refuses_this_machine() {
        let name: Name = "localhost".parse().expect("a name");
        let error = Guard.resolve(name).await.err().expect("is refused");
        assert!(error.is::<NotPublic>(), "{error}");
    }

    /// A name that passed every check before it changed its mind: the connection itself is not made.
    #[tokio::test]
    async fn no_connection_is_made_to_a_name_that_turned_private() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let clients = Clients::new(Duration::from_secs(2)).expect("clients");
        let url: Url = format!("http://localhost:{port}/").parse().expect("a URL");
        let answer = clients.guarded.get(url.clone()).send().await;
        let failed = no_answer(&url, &answer.expect_err("is refused"));
        assert_eq!(failed.why, app::wire::SsoFailure::SetUpWrong, "{failed}");
        listener.set_nonblocking(true).expect("can wait");
        assert!(listener.accept().is_err(), "nobody came");
    }

    #[test]
    fn identifiers_and_secrets_are_encoded_before_they_are_joined() {
        let basic = Credentials::Basic {
            id: "a:b",
            secret: "c d%~",
        };
        let value = basic.header().expect("one").expect("a header");
        let encoded = STANDARD.encode("a%3Ab:c+d%25%7E");
        assert_eq!(value.to_str().ok(), Some(&*format!("Basic {encoded}")));
        assert!(value.is_sensitive());
    }
}
