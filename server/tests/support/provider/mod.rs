//! An identity provider for tests, on a port of this machine: a correct one, and a hostile one on demand.
//!
//! ```ignore
//! let provider = TestProvider::start(&clock).await;
//! let sso = provider.sso();                       // for `Setup { sso, .. }`: this one is Google and Microsoft, too
//! provider.log_in(Login::of("alice").email("alice@acme.example"));
//! let back = provider.visit(&begun.url);          // what the browser is sent back to: ?code=…&state=…&iss=…
//! provider.does(Mischief::WrongKey);              // from now on
//! ```
//!
//! As Google it is its own issuer; as Microsoft it has tenants below `/{tenant}/v2.0`, as theirs do. Times come from
//! the test's clock. What a company's administrator types for it: [`TestProvider::issuer`], [`CLIENT`], [`SECRET`].

mod http;
mod protocol;
mod signing;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use app::wire::ProviderKind;
use serde_json::{Map, Value};
use server::{
    clock::{Clock, Moment},
    sso::{self, Sso},
};
use tokio::net::TcpListener;
use url::Url;

pub(crate) use signing::Signed;

/// How the server under test is known here.
pub(crate) const CLIENT: &str = "callgate";
pub(crate) const SECRET: &str = "a secret: with % and +";
/// The tenant of those who say no other.
pub(crate) const TENANT: &str = "5f1c8a56-7f6d-4d3a-9a55-0d5ff1ed2c11";

/// A running provider. Clones are the same one.
#[derive(Clone)]
pub(crate) struct TestProvider(Arc<Inner>);

struct Inner {
    base: String,
    clock: Clock,
    state: Mutex<Everything>,
}

#[derive(Default)]
struct Everything {
    login: Login,
    mischief: Option<Mischief>,
    /// How often every endpoint was asked.
    asked: BTreeMap<Endpoint, usize>,
    codes: HashMap<String, Granted>,
    pushed: HashMap<String, Parameters>,
    access_tokens: HashMap<String, Login>,
    last: u32,
    takes_pushed: bool,
    claims_in_userinfo: bool,
    signs_with: Signed,
    rotated: bool,
}

type Parameters = HashMap<String, String>;

/// What somebody agreed to.
struct Granted {
    parameters: Parameters,
    login: Login,
    issuer: String,
    at: Moment,
}

/// Who sits in front of the browser.
#[derive(Clone, Debug, Default)]
pub(crate) struct Login {
    claims: Map<String, Value>,
    /// Whether the provider remembers an earlier proof of theirs, from this moment.
    remembered: Option<Moment>,
}

impl Login {
    /// Somebody with an address and a name.
    pub(crate) fn of(subject: &str) -> Self {
        let login = Self::default().claim("sub", subject);
        login
            .email(&format!("{subject}@acme.example"))
            .claim("name", format!("{subject} Somebody"))
    }

    /// With a verified address.
    pub(crate) fn email(self, email: &str) -> Self {
        self.claim("email", email).claim("email_verified", true)
    }

    /// Google's hosted domain.
    pub(crate) fn hd(self, domain: &str) -> Self {
        self.claim("hd", domain)
    }

    /// Microsoft's tenant.
    pub(crate) fn tid(self, tenant: &str) -> Self {
        self.claim("tid", tenant)
    }

    /// How they proved who they are, like `["pwd", "otp"]`.
    pub(crate) fn amr(self, methods: &[&str]) -> Self {
        self.claim("amr", methods)
    }

    /// They proved it then, and whatever is asked, the provider does not let them do it again.
    pub(crate) fn remembered_since(mut self, at: Moment) -> Self {
        self.remembered = Some(at);
        self
    }

    pub(crate) fn claim(mut self, name: &str, value: impl serde::Serialize) -> Self {
        let value = serde_json::to_value(value).expect("JSON");
        self.claims.insert(name.to_owned(), value);
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Endpoint {
    Description,
    Keys,
    Authorize,
    Pushed,
    Token,
    Userinfo,
    EndSession,
}

/// What a provider may do wrong.
#[derive(Clone, Debug)]
pub(crate) enum Mischief {
    /// Signs with a key that is not published, under the name of one that is.
    WrongKey,
    /// Signs with a key whose name it never publishes.
    UnknownKey,
    /// Does not sign at all.
    AlgNone,
    /// Takes its public key for a shared secret, as some libraries can be talked into.
    Hs256WithPublicKey,
    Hs256WithClientSecret,
    /// Says something else in a token.
    Claim(&'static str, Value),
    NoClaim(&'static str),
    /// Answers without a token at all.
    NoToken,
    /// Tells of another person than the token does.
    UserinfoOfAnother,
    /// Says in the address that another provider answers, or nobody.
    AnswersAs(Option<&'static str>),
    /// Describes itself otherwise; null leaves it out.
    Describes(&'static str, Value),
    /// Sends people back with an error.
    Denies(&'static str, &'static str),
    /// Answers this server's own request with an error: status, `error`, `error_description`.
    Refuses(Endpoint, u16, &'static str, &'static str),
    Answers(Endpoint, Answer),
}

/// An answer that is none.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// JSON that goes on and on.
    Huge,
    /// Begins and never ends.
    Never,
    Status(u16),
    NotJson,
    Redirect(&'static str),
}

impl TestProvider {
    pub(crate) async fn start(clock: &Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Everything {
            login: Login::of("alice"),
            ..Everything::default()
        };
        let provider = Self(Arc::new(Inner {
            base: format!("http://{address}"),
            clock: clock.clone(),
            state: Mutex::new(state),
        }));
        let router = http::router(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    /// What a company types for it.
    pub(crate) fn issuer(&self) -> String {
        self.0.base.clone()
    }

    /// What an operator sets who allows this machine and offers this one as Google and Office 365.
    pub(crate) fn settings(&self) -> sso::Settings {
        let client = || {
            Some(sso::Client {
                id: CLIENT.to_owned(),
                secret: Some(SECRET.to_owned()),
            })
        };
        let host = self.0.base.strip_prefix("http://").expect("http");
        sso::Settings {
            google: client(),
            office365: client(),
            google_issuer: self.issuer(),
            office365_authority: self.issuer(),
            hosts: vec![sso::Host::read(host).expect("a host")],
            ..sso::Settings::default()
        }
    }

    pub(crate) fn sso(&self) -> Sso {
        Sso::new(self.settings())
    }

    /// As a company's own provider.
    pub(crate) fn company(&self) -> sso::Provider {
        sso::Provider {
            kind: ProviderKind::Company,
            issuer: Some(self.issuer()),
            client: Some(sso::Client {
                id: CLIENT.to_owned(),
                secret: Some(SECRET.to_owned()),
            }),
            members: Vec::new(),
        }
    }

    /// As Google or Microsoft with the operator's client.
    pub(crate) fn of_kind(&self, kind: ProviderKind, members: &[&str]) -> sso::Provider {
        sso::Provider {
            kind,
            issuer: None,
            client: None,
            members: members.iter().map(|&member| member.to_owned()).collect(),
        }
    }

    /// Who sits in front of the browser from now on.
    pub(crate) fn log_in(&self, login: Login) {
        self.state().login = login;
    }

    /// Goes wrong from now on, in this way only.
    pub(crate) fn does(&self, mischief: Mischief) {
        self.state().mischief = Some(mischief);
    }

    /// Does everything right from now on.
    pub(crate) fn behaves(&self) {
        self.state().mischief = None;
    }

    /// Takes pushed authorization requests from now on, and no others.
    pub(crate) fn takes_pushed_requests(&self) {
        self.state().takes_pushed = true;
    }

    /// Tells address and name at its userinfo endpoint only.
    pub(crate) fn tells_in_userinfo_only(&self) {
        self.state().claims_in_userinfo = true;
    }

    pub(crate) fn signs_with(&self, signed: Signed) {
        self.state().signs_with = signed;
    }

    /// Signs with another key from now on, which alone is published.
    pub(crate) fn rotates_keys(&self) {
        let mut state = self.state();
        state.rotated = !state.rotated;
    }

    /// How often an endpoint was asked.
    pub(crate) fn asked(&self, endpoint: Endpoint) -> usize {
        self.state().asked.get(&endpoint).copied().unwrap_or(0)
    }

    /// What a browser is sent back to that opens this address here: to sign in, or to sign out.
    #[track_caller]
    pub(crate) fn visit(&self, url: &str) -> Url {
        let rest = url.strip_prefix(&self.0.base);
        let rest = rest.unwrap_or_else(|| panic!("not of this provider: {url}"));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let back = match path.trim_start_matches('/').rsplit_once('/') {
            None if path == "/end_session" => self.end_session(query),
            None => self.authorize(None, query),
            Some((tenant, _)) => self.authorize(Some(tenant), query),
        };
        back.unwrap_or_else(|e| panic!("{e}: {url}"))
            .parse()
            .expect("an address")
    }

    fn state(&self) -> MutexGuard<'_, Everything> {
        self.0.state.lock().expect("no test panicked in here")
    }
}

/// How long a test waits at most for somebody who never answers.
pub(crate) const IMPATIENT: Duration = Duration::from_millis(300);
