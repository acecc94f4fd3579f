//! People who sign in at a provider.

use std::net::SocketAddr;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::provider::Provider;
use super::server::Population;
use crate::client::Client;

/// How many come at the start of a shift.
pub(crate) const AT_ONCE: usize = 200;
/// How many come one after the other.
const IN_TURN: usize = 100;

pub(crate) struct People<'a> {
    address: SocketAddr,
    provider: &'a Provider,
    population: Population,
    next: AtomicUsize,
}

impl<'a> People<'a> {
    pub(crate) fn new(address: SocketAddr, provider: &'a Provider, population: Population) -> Self {
        Self {
            address,
            provider,
            population,
            next: AtomicUsize::new(0),
        }
    }

    /// What a sign-in takes beyond the provider's answers, median: from asking where to go until the session is there,
    /// with all that lies on the wire.
    pub(crate) fn time_added(&self) -> Result<Duration> {
        let mut client = Client::connect(self.address)?;
        // The first ones find cold memory and an unknown provider.
        for _ in 0..10 {
            self.sign_in(&mut client)?;
        }
        let mut added = Vec::new();
        for _ in 0..IN_TURN {
            let (begun, spent) = (Instant::now(), self.provider.spent());
            self.sign_in(&mut client)?;
            let theirs = self.provider.spent().saturating_sub(spent);
            added.push(begun.elapsed().saturating_sub(theirs));
        }
        added.sort();
        added.get(IN_TURN / 2).copied().context("nobody signed in")
    }

    /// How many of those who come at once do not get in.
    pub(crate) fn lost_at_once(&self, how_many: usize) -> Result<usize> {
        let door = Barrier::new(how_many);
        thread::scope(|scope| {
            let people: Vec<_> = (0..how_many)
                .map(|_| {
                    scope.spawn(|| {
                        let client = Client::connect(self.address);
                        door.wait();
                        client.and_then(|mut client| self.sign_in(&mut client))
                    })
                })
                .collect();
            let mut lost = 0;
            for person in people {
                if let Err(error) = person.join().expect("no thread panicked") {
                    eprintln!("lost: {error:#}");
                    lost += 1;
                }
            }
            Ok(lost)
        })
    }

    /// Signs the next account in.
    fn sign_in(&self, client: &mut Client) -> Result<()> {
        let Population {
            companies,
            accounts,
            ..
        } = self.population;
        let account = self.next.fetch_add(1, Ordering::Relaxed) % accounts;
        let path = format!("/api/v1/companies/bench-{}/sso", account % companies);
        let begun = client.post_json(&path, "", r#"{"provider":"company"}"#)?;
        let cookie = begun
            .cookie("callgate-sso")
            .with_context(|| format!("{path} answered {}", begun.status))?;
        let told: serde_json::Value = serde_json::from_slice(&begun.body)?;
        let url = told["url"].as_str().context("nowhere to go")?;
        let (state, nonce) = (asked(url, "state")?, asked(url, "nonce")?);
        let code = Provider::code(&format!("agent-{account}"), nonce);
        let back = client.get(
            &format!("/sso/callback?code={code}&state={state}"),
            &format!("cookie: {cookie}\r\n"),
        )?;
        if back.cookie("callgate-session").is_none() {
            let page = String::from_utf8_lossy(&back.body);
            bail!("/sso/callback answered {}: {page}", back.status);
        }
        Ok(())
    }
}

/// A value of an address's query that needs no decoding.
fn asked<'a>(url: &'a str, name: &str) -> Result<&'a str> {
    let query = url.split_once('?').map(|(_, query)| query);
    query
        .into_iter()
        .flat_map(|query| query.split('&'))
        .find_map(|field| field.strip_prefix(name)?.strip_prefix('='))
        .with_context(|| format!("{url} has no {name}"))
}

#[cfg(test)]
mod tests {
    use super::asked;

    #[test]
    fn what_an_address_asks_is_read() {
        let url = "http://a.example/authorize?state_of=x&state=abc&nonce=n-1";
        assert_eq!(asked(url, "state").expect("is there"), "abc");
        assert_eq!(asked(url, "nonce").expect("is there"), "n-1");
        assert!(asked(url, "code").is_err());
        assert!(asked("http://a.example/", "state").is_err());
    }
}
