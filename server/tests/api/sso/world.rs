//! A server with a provider beside it, and browsers that go there and come back.

use app::wire::{BindStep, ProviderKind, SsoBegun, SsoSecondFactor, Step};
use axum::http::Method;
use serde_json::{Value, json};
use server::{
    clock::Clock,
    keys::Purpose,
    storage::{AccountState, CompanyId, Provider, ProviderId},
};
use url::{Position, Url};

use crate::{
    harness::{ACME, Answer, Person, START, Setup, TestBrowser, TestServer, Who, company},
    provider::{CLIENT, Login, SECRET, TestProvider},
};

/// The name of the company's own provider.
pub(crate) const OWN: &str = "Acme ID";

pub(crate) struct World {
    pub(crate) server: TestServer,
    pub(crate) provider: TestProvider,
}

impl World {
    /// On a SQLite of its own, with the company `acme`, which has no provider yet.
    pub(crate) async fn start() -> Self {
        let clock = Clock::frozen(START);
        let provider = TestProvider::start(&clock).await;
        let server = TestServer::with(setup(&clock, &provider)).await;
        Self { server, provider }
    }

    /// On an existing database without `acme`.
    pub(crate) async fn at(url: &str) -> Self {
        let clock = Clock::frozen(START);
        let provider = TestProvider::start(&clock).await;
        let server = TestServer::at(url, setup(&clock, &provider)).await;
        server.add_company(company(ACME)).await;
        Self { server, provider }
    }

    /// Another server on the same database and clock.
    pub(crate) async fn second(&self, url: &str) -> TestServer {
        TestServer::at(url, setup(&self.server.clock, &self.provider)).await
    }

    /// Lets people of `acme` sign in at this kind of provider.
    pub(crate) async fn offer(&self, kind: ProviderKind) -> Provider {
        self.offer_with(ACME, kind, |_| {}).await
    }

    pub(crate) async fn offer_with(
        &self,
        alias: &str,
        kind: ProviderKind,
        change: impl FnOnce(&mut Provider),
    ) -> Provider {
        let s = &self.server.services;
        let id = ProviderId(s.entropy.id(s.now()));
        let is_own = kind == ProviderKind::Company;
        let secret = s.keys.seal(
            Purpose::ProviderSecret,
            id.0.as_bytes(),
            SECRET.as_bytes(),
            &s.entropy,
        );
        let mut provider = Provider {
            company_id: CompanyId(format!("company-{alias}")),
            kind,
            name: OWN.to_owned(),
            issuer: is_own.then(|| self.provider.issuer()),
            client_id: is_own.then(|| CLIENT.to_owned()),
            secret: is_own.then_some(secret),
            members: String::new(),
            second_factor: SsoSecondFactor::Never,
            creates: false,
            live: true,
            tested_at: Some(s.now()),
            version: 1,
            created_at: s.now(),
            id,
        };
        change(&mut provider);
        let mut tx = s.db.begin().await.expect("a transaction");
        tx.add_provider(&provider).await.expect("a new provider");
        tx.commit().await.expect("committed");
        provider
    }

    /// The operator says that a domain is a company's.
    pub(crate) async fn own_domain(&self, alias: &str, domain: &str) {
        server::flows::regions::vouch(&self.server.services, alias, domain)
            .await
            .expect("its own");
    }

    /// Somebody without a password, who signs in outside only.
    pub(crate) async fn outsider(&self, username: &str) -> Person {
        self.server
            .person_with(ACME, username, Who::Agent, |account, past| {
                account.state = AccountState::SsoOnly;
                past.password = None;
            })
            .await
    }

    /// Somebody to whom this login at a provider is bound already.
    pub(crate) async fn bound(&self, username: &str, provider: &Provider, login: Login) -> Person {
        let person = self.server.agent(username).await;
        self.bind(&person, provider, login).await;
        person
    }

    /// Binds a login to somebody with a password, who then is signed out.
    pub(crate) async fn bind(&self, person: &Person, provider: &Provider, login: Login) {
        self.provider.log_in(login);
        let browser = self.server.browser();
        let step = self
            .come_to_bind(&browser, &person.alias, provider.kind)
            .await;
        let answer = say(&browser, &step, person, crate::harness::PASSWORD).await;
        self.finish(&browser, person, answer).await;
        browser.delete("session").await.assert_status(204);
    }

    /// Gives the code that is asked for, if one is.
    pub(crate) async fn finish(
        &self,
        browser: &TestBrowser<'_>,
        person: &Person,
        answer: Answer,
    ) -> String {
        match answer.json() {
            Step::SignedIn { landing } => landing,
            Step::Code(step) => {
                let code = self.server.code_of(person).await;
                browser.enter(&step.attempt, &code).await.landing()
            }
            _ => panic!("neither signed in nor at a code: {answer:?}"),
        }
    }

    /// Goes to a company's provider and comes back; answers where to go on.
    pub(crate) async fn round(
        &self,
        browser: &TestBrowser<'_>,
        alias: &str,
        kind: ProviderKind,
    ) -> String {
        let begun = begin(browser, alias, kind).await.json();
        self.come_back(browser, &begun).await
    }

    pub(crate) async fn come_back(&self, browser: &TestBrowser<'_>, begun: &SsoBegun) -> String {
        place(&self.arrive(browser, begun).await)
    }

    pub(crate) async fn arrive(&self, browser: &TestBrowser<'_>, begun: &SsoBegun) -> Answer {
        browser.page(&self.address_back(begun)).await
    }

    /// Where the provider sends somebody back to, on this server.
    pub(crate) fn address_back(&self, begun: &SsoBegun) -> String {
        let back: Url = self.provider.visit(&begun.url);
        assert_eq!(&back[..Position::BeforePath], self.server.origin());
        back[Position::BeforePath..].to_owned()
    }

    pub(crate) async fn come_to_bind(
        &self,
        browser: &TestBrowser<'_>,
        alias: &str,
        kind: ProviderKind,
    ) -> BindStep {
        let path = self.round(browser, alias, kind).await;
        assert_eq!(path, format!("/{alias}/bind"));
        match browser.get("sign-in").await.json() {
            Step::Bind(step) => step,
            _ => panic!("nothing waits for being bound"),
        }
    }

    /// The reasons of the newest events of a kind.
    pub(crate) async fn reasons(&self, kind: &str) -> Vec<String> {
        let sql = format!(
            "SELECT COALESCE(reason, '') FROM audit_events WHERE kind = '{kind}' ORDER BY id DESC"
        );
        self.server.texts(sql).await
    }

    pub(crate) async fn identities(&self) -> i64 {
        self.server.number("SELECT COUNT(*) FROM identities").await
    }
}

fn setup(clock: &Clock, provider: &TestProvider) -> Setup {
    Setup {
        clock: clock.clone(),
        sso: provider.sso(),
        ..Setup::default()
    }
}

pub(crate) fn word(kind: ProviderKind) -> Value {
    serde_json::to_value(kind).expect("a word")
}

pub(crate) async fn begin(browser: &TestBrowser<'_>, alias: &str, kind: ProviderKind) -> Answer {
    let path = format!("companies/{alias}/sso");
    browser.post(&path, json!({"provider": word(kind)})).await
}

/// Says whose an outside login is.
pub(crate) async fn say(
    browser: &TestBrowser<'_>,
    step: &BindStep,
    person: &Person,
    password: &str,
) -> Answer {
    let body = json!({"attempt": step.attempt, "account": person.username, "password": password});
    browser.ask(Method::POST, "sign-in/bind", &body).await
}

/// Where the document leads that people come back to.
#[track_caller]
pub(crate) fn place(answer: &Answer) -> String {
    answer.assert_status(200);
    let html = answer.text();
    let (_, rest) = html.split_once("<a href=\"").expect("a link");
    let (path, _) = rest.split_once('"').expect("its end");
    path.replace("&amp;", "&")
}

/// Why somebody was stopped, by the page that says so.
#[track_caller]
pub(crate) fn reason(path: &str) -> String {
    let (page, query) = path.split_once('?').unwrap_or_else(|| panic!("{path}"));
    assert!(page.ends_with("/stopped") || page == "/", "{path}");
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    assert!(query.contains("reference="), "{path}");
    let found = pairs.find(|(name, _)| name == "reason");
    found.expect("a reason").1.into_owned()
}
