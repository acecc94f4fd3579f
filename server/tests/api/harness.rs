//! What every test here stands on: a server, browsers with cookies, people, and their mail.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use app::wire::{CodeStep, Problem, ProblemCode, Session, SetupPart, SetupStep, Step};
use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, StatusCode, header, request},
};
use http_body_util::BodyExt;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use server::{
    clock::{Clock, Moment},
    config::{Onboarding, PolicyBounds},
    dns::Dns,
    domain::hash_queue::{Lane, Network},
    entropy::Entropy,
    flows::{self, Services, Settings},
    hashing::{HashPool, Parameters},
    http::{Drain, WebSettings, router},
    jobs::Jobs,
    keys::Keys,
    mail::{Captured, CapturedMail, Delivery, Mailer},
    metrics::Metrics,
    regions::Regions,
    sso::{Host, Sso},
    storage::{
        AccountId, AccountState, Company, CompanyId, CompanySettings, Db, NewAccount, NewFactor,
        Past, Policy, SecondFactor, StoredPassword, testing::TestDatabase,
    },
};
use sqlx::AssertSqlSafe;
use tokio::net::TcpListener;
use tower::ServiceExt;
use url::Url;

/// 2026-03-02 09:00 in Berlin.
pub(crate) const START: Moment = Moment(1_772_438_400_000);
/// Everybody's password, unless a test says otherwise.
pub(crate) const PASSWORD: &str = "nine quiet harbours";
pub(crate) const WRONG: &str = "eight noisy harbours";
/// The company that every server has.
pub(crate) const ACME: &str = "acme";

pub(crate) const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const HOUR: Duration = Duration::from_secs(60 * 60);

pub(crate) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// How a server differs from the usual one.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) public_url: &'static str,
    pub(crate) hash_places: usize,
    pub(crate) clock: Clock,
    pub(crate) policy_bounds: PolicyBounds,
    pub(crate) onboarding: Onboarding,
    /// `host[:port]` at which a phone may be besides at AWS.
    pub(crate) ccp_hosts: Vec<Host>,
    pub(crate) regions: Regions,
    pub(crate) sso: Sso,
    pub(crate) dns: Dns,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:3000",
            hash_places: 1024,
            clock: Clock::frozen(START),
            policy_bounds: PolicyBounds::default(),
            onboarding: Onboarding::Open,
            ccp_hosts: Vec::new(),
            regions: Regions::default(),
            sso: Sso::default(),
            dns: Dns::default(),
        }
    }
}

/// One server. Two of them can share a database.
pub(crate) struct TestServer {
    pub(crate) services: Services,
    pub(crate) clock: Clock,
    pub(crate) drain: Drain,
    router: Router,
    origin: String,
    jobs: Jobs,
    captured: Captured,
    /// Gone with the server, if nobody else owns it.
    _database: Option<TestDatabase>,
}

/// Somebody with an account.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) alias: String,
    pub(crate) username: String,
    pub(crate) email: String,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Who {
    Agent,
    Admin,
    Both,
}

impl TestServer {
    /// On a SQLite of its own, with the company `acme`.
    pub(crate) async fn start() -> Self {
        Self::with(Setup::default()).await
    }

    pub(crate) async fn with(setup: Setup) -> Self {
        let database = TestDatabase::sqlite();
        let mut server = Self::at(&database.url, setup).await;
        server._database = Some(database);
        server.add_company(company(ACME)).await;
        server
    }

    /// On an existing database, with whatever is in it.
    pub(crate) async fn at(url: &str, setup: Setup) -> Self {
        // Several servers of one test must not draw the same random numbers.
        static SEED: AtomicU64 = AtomicU64::new(1);
        let db = Db::open(url).await.expect("the database opens");
        let entropy = Entropy::seeded(SEED.fetch_add(1, Ordering::Relaxed));
        let keys = Keys::generate(&Entropy::seeded(0));
        let public_url: Url = setup.public_url.parse().expect("an address");
        let services = Services {
            mailer: Mailer::new(Arc::new(keys.clone()), entropy.clone(), public_url.clone()),
            hashing: HashPool::start(2, setup.hash_places, Parameters::TINY),
            metrics: Metrics::new(),
            resets: Arc::default(),
            news: Default::default(),
            settings: Arc::new(Settings {
                region: None,
                networks: Vec::new(),
                policy_bounds: setup.policy_bounds,
                onboarding: setup.onboarding,
                ccp_hosts: setup.ccp_hosts,
            }),
            regions: setup.regions,
            sso: setup.sso,
            dns: setup.dns,
            clock: setup.clock.clone(),
            db,
            entropy,
            keys,
        };
        let captured = Captured::default();
        let jobs = Jobs::new(services.clone(), Delivery::Capture(captured.clone()));
        let drain = Drain::default();
        let settings = WebSettings {
            public_url: public_url.clone(),
            trusted_proxies: Vec::new(),
            dev_reload: false,
        };
        Self {
            router: router(services.clone(), settings, drain.clone()),
            origin: public_url.origin().ascii_serialization(),
            services,
            clock: setup.clock,
            drain,
            jobs,
            captured,
            _database: None,
        }
    }

    pub(crate) fn advance(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// Where this server's own database is, for a second server on it.
    pub(crate) fn database_url(&self) -> String {
        let own = self._database.as_ref();
        own.expect("a database of its own").url.clone()
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// A browser that has never been here.
    pub(crate) fn browser(&self) -> TestBrowser<'_> {
        TestBrowser {
            server: self,
            jar: Mutex::default(),
            address: IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7)),
        }
    }

    pub(crate) async fn add_company(&self, company: Company) {
        let mut tx = self.services.db.begin().await.expect("a transaction");
        tx.add_company(&company).await.expect("a new company");
        let born = flows::presence::born(&self.services, &mut tx, &company).await;
        born.expect("its default list");
        tx.commit().await.expect("committed");
    }

    pub(crate) async fn agent(&self, username: &str) -> Person {
        self.person(ACME, username, Who::Agent).await
    }

    pub(crate) async fn admin(&self, username: &str) -> Person {
        self.person(ACME, username, Who::Admin).await
    }

    pub(crate) async fn person(&self, alias: &str, username: &str, who: Who) -> Person {
        self.person_with(alias, username, who, |_, _| {}).await
    }

    /// A person whose account is changed before it is made.
    pub(crate) async fn person_with(
        &self,
        alias: &str,
        username: &str,
        who: Who,
        change: impl FnOnce(&mut NewAccount, &mut Past),
    ) -> Person {
        let s = &self.services;
        let company = s.db.company_by_alias(alias).await.expect("answers");
        let company = company.expect("the company exists");
        let mut account = NewAccount {
            id: AccountId(s.entropy.id(s.now())),
            company_id: company.id,
            username: username.to_owned(),
            email: format!("{username}@{alias}.example"),
            name: format!("{username} Somebody"),
            state: AccountState::Enabled,
            agent: matches!(who, Who::Agent | Who::Both),
            admin: matches!(who, Who::Admin | Who::Both),
            created_at: s.now(),
        };
        let mut past = Past {
            password: Some(self.stored(PASSWORD).await),
            ..Past::default()
        };
        change(&mut account, &mut past);
        let mut tx = s.db.begin().await.expect("a transaction");
        tx.seed_account(&account, &past)
            .await
            .expect("a new account");
        if company.policy.second_factor == SecondFactor::Required {
            // As everybody has who came by an invitation.
            let id = s.entropy.id(s.now());
            let mailbox = NewFactor::email(&id, &account.id, s.now());
            tx.add_factor(&mailbox).await.expect("a mailbox");
        }
        tx.commit().await.expect("committed");
        Person {
            id: account.id.0,
            alias: alias.to_owned(),
            username: account.username,
            email: account.email,
        }
    }

    /// A password as it is stored, cheaply hashed.
    pub(crate) async fn stored(&self, password: &str) -> StoredPassword {
        let place = self
            .services
            .hashing
            .reserve(Lane::Known, Network::Registered)
            .expect("a place");
        StoredPassword {
            hash: place
                .hash(password.to_owned(), self.services.entropy.bytes())
                .await,
            length: i64::try_from(password.chars().count()).expect("short"),
            temporary_until: None,
        }
    }

    /// Lets this server be reached over the network too; answers where.
    pub(crate) async fn listen(&self) -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let service = self.router.clone();
        let service = service.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        format!("http://{address}").parse().expect("an address")
    }

    /// What the server does by itself: mail and tidying up.
    pub(crate) fn jobs(&self) -> Jobs {
        self.jobs.clone()
    }

    /// Sends what is due and answers what was sent to this person so far, newest first.
    pub(crate) async fn mails_to(&self, person: &Person) -> Vec<CapturedMail> {
        self.jobs
            .answer_reset_requests()
            .await
            .expect("the requests are answered");
        self.jobs.send_due_mail().await.expect("the outbox answers");
        self.captured.list(Some(&person.email))
    }

    /// The newest code that this person was mailed.
    pub(crate) async fn code_of(&self, person: &Person) -> String {
        let mails = self.mails_to(person).await;
        mails
            .iter()
            .find_map(|mail| code_in(&mail.text))
            .expect("a code was mailed")
    }

    pub(crate) async fn codes_mailed_to(&self, person: &Person) -> usize {
        let mails = self.mails_to(person).await;
        mails
            .iter()
            .filter(|mail| code_in(&mail.text).is_some())
            .count()
    }

    /// What happened to a person, newest first.
    pub(crate) async fn events_of(&self, person: &Person) -> Vec<String> {
        let id = AccountId(person.id.clone());
        let events = self.services.db.account_events(&id, 1000).await;
        events
            .expect("answers")
            .into_iter()
            .map(|event| event.kind)
            .collect()
    }

    /// A number out of the database.
    pub(crate) async fn number(&self, sql: impl Into<String>) -> i64 {
        let query = sqlx::AssertSqlSafe(sql.into());
        match &self.services.db {
            Db::Sqlite { write, .. } => {
                let mut turn = write.borrow().await.expect("the turn");
                sqlx::query_scalar(query).fetch_one(&mut *turn).await
            }
            Db::Postgres(pool) => sqlx::query_scalar(query).fetch_one(pool).await,
        }
        .expect("one number")
    }

    /// Texts out of the database.
    pub(crate) async fn texts(&self, sql: impl Into<String>) -> Vec<String> {
        let query = AssertSqlSafe(sql.into());
        match &self.services.db {
            Db::Sqlite { write, .. } => {
                let mut turn = write.borrow().await.expect("the turn");
                sqlx::query_scalar(query).fetch_all(&mut *turn).await
            }
            Db::Postgres(pool) => sqlx::query_scalar(query).fetch_all(pool).await,
        }
        .expect("texts")
    }

    pub(crate) async fn code_failures(&self, person: &Person) -> i64 {
        let sql = format!(
            "SELECT code_failures FROM accounts WHERE id = '{}'",
            person.id
        );
        self.number(sql).await
    }

    /// Does to the database what no flow does yet.
    pub(crate) async fn change(&self, sql: impl Into<String>) {
        let query = AssertSqlSafe(sql.into());
        match &self.services.db {
            Db::Sqlite { write, .. } => {
                let mut turn = write.borrow().await.expect("the turn");
                sqlx::query(query).execute(&mut *turn).await.map(drop)
            }
            Db::Postgres(pool) => sqlx::query(query).execute(pool).await.map(drop),
        }
        .expect("changed");
    }

    /// Passwords compared since the start.
    pub(crate) fn compared(&self) -> u64 {
        self.services.hashing.counts().verified
    }
}

/// A company in Berlin that asks for codes.
pub(crate) fn company(alias: &str) -> Company {
    Company {
        id: CompanyId(format!("company-{alias}")),
        alias: alias.to_owned(),
        instance_alias: None,
        name: format!("{} Contact Centre", alias.to_uppercase()),
        name_skeleton: format!("{alias} contact centre"),
        language: "en".into(),
        time_zone: "Europe/Berlin".into(),
        brand: None,
        accent: None,
        notice: None,
        help_name: Some("Helga Desk".into()),
        help_phone: Some("+49 30 1234".into()),
        help_email: None,
        terms: None,
        privacy: None,
        passwords: true,
        policy: Policy::new(SecondFactor::Required),
        session_total_ms: 12 * 60 * 60 * 1000,
        session_idle_ms: 60 * 60 * 1000,
        settings: CompanySettings::default(),
        created_at: START,
        logo_digest: None,
    }
}

fn code_in(text: &str) -> Option<String> {
    text.lines()
        .map(str::trim)
        .find(|line| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit()))
        .map(str::to_owned)
}

/// A code that is certainly not this one.
pub(crate) fn other_than(code: &str) -> String {
    let number: u32 = code.parse().expect("six digits");
    format!("{:06}", (number + 1) % 1_000_000)
}

/// A browser: it keeps cookies and says where its requests come from, as real ones do.
pub(crate) struct TestBrowser<'a> {
    server: &'a TestServer,
    jar: Mutex<BTreeMap<String, String>>,
    address: IpAddr,
}

impl<'a> TestBrowser<'a> {
    /// The same cookies, at another server (or behind another address).
    pub(crate) fn at<'b>(&self, server: &'b TestServer) -> TestBrowser<'b> {
        TestBrowser {
            server,
            jar: Mutex::new(self.jar().clone()),
            address: self.address,
        }
    }

    pub(crate) fn from(mut self, address: [u8; 4]) -> Self {
        self.address = IpAddr::from(address);
        self
    }

    pub(crate) fn twin(&self) -> TestBrowser<'a> {
        self.at(self.server)
    }

    fn jar(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.jar.lock().expect("nobody panics with the jar")
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.jar().get(name).cloned()
    }

    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        self.jar().insert(name.to_owned(), value.to_owned());
    }

    /// A request as this browser's pages would send it.
    pub(crate) fn request(&self, method: Method, path: &str) -> request::Builder {
        let request = self.bare_request(method.clone(), path);
        if method.is_safe() {
            return request;
        }
        request
            .header(header::ORIGIN, self.server.origin())
            .header("sec-fetch-site", "same-origin")
    }

    /// The same without a word about where it comes from.
    pub(crate) fn bare_request(&self, method: Method, path: &str) -> request::Builder {
        let cookies: Vec<String> = self
            .jar()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .extension(ConnectInfo(SocketAddr::new(self.address, 50_000)));
        if cookies.is_empty() {
            request
        } else {
            request.header(header::COOKIE, cookies.join("; "))
        }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let Ok(response) = self.server.router.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes();
        for set in parts.headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().expect("readable").to_owned();
            let cookie = cookie::Cookie::parse(set).expect("a cookie");
            if cookie.max_age().is_some_and(|age| age.is_zero()) {
                self.jar().remove(cookie.name());
            } else {
                self.set_cookie(cookie.name(), cookie.value());
            }
        }
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.into(),
        }
    }

    /// A request to the JSON API, at `path` below `/api/v1/`.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: &impl Serialize) -> Answer {
        let request = self
            .request(method, &format!("/api/v1/{path}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(serde_json::to_vec(body).expect("JSON").into());
        self.send(request.expect("a request")).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.page(&format!("/api/v1/{path}")).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, path, &body).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::PUT, path, &body).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        let request = self.request(Method::DELETE, &format!("/api/v1/{path}"));
        self.send(request.body(Body::empty()).expect("a request"))
            .await
    }

    /// Anything at its full path.
    pub(crate) async fn page(&self, path: &str) -> Answer {
        let request = self.request(Method::GET, path).body(Body::empty());
        self.send(request.expect("a request")).await
    }

    /// A form as pages post it without scripts.
    pub(crate) async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.into());
        self.send(request.expect("a request")).await
    }

    pub(crate) async fn type_password(&self, person: &Person, password: &str) -> Answer {
        let path = format!("companies/{}/sign-in", person.alias);
        self.post(
            &path,
            json!({"account": person.username, "password": password}),
        )
        .await
    }

    /// Types the right password and answers the code's step.
    pub(crate) async fn begin(&self, person: &Person) -> CodeStep {
        self.type_password(person, PASSWORD).await.code_step()
    }

    pub(crate) async fn enter(&self, attempt: &str, code: &str) -> Answer {
        self.post("sign-in/code", json!({"attempt": attempt, "code": code}))
            .await
    }

    pub(crate) async fn resend(&self, attempt: &str) -> Answer {
        self.post("sign-in/code/resend", json!({"attempt": attempt}))
            .await
    }

    /// Signs in all the way; waits for the next mail where the limits ask for it.
    pub(crate) async fn sign_in(&self, person: &Person) -> String {
        let step = self.begin(person).await;
        if step.sent_at.is_none() {
            let wait = step.resend_after.expect("a time");
            self.server.advance(seconds(wait.into()));
            self.resend(&step.attempt).await.code_step();
        }
        let code = self.server.code_of(person).await;
        self.enter(&step.attempt, &code).await.landing()
    }

    pub(crate) async fn session(&self) -> Answer {
        self.get("session").await
    }

    /// Types so many wrong passwords, all of which are compared.
    pub(crate) async fn guess(&self, person: &Person, times: u32) {
        for _ in 0..times {
            self.type_password(person, WRONG)
                .await
                .problem(ProblemCode::WrongCredentials);
        }
    }

    /// Begins and types so many wrong codes.
    pub(crate) async fn fail_codes(&self, person: &Person, times: u32) -> CodeStep {
        let step = self.begin(person).await;
        let right = match step.sent_at {
            Some(_) => self.server.code_of(person).await,
            None => "000000".into(),
        };
        for _ in 0..times {
            let answer = self.enter(&step.attempt, &other_than(&right)).await;
            assert!(answer.status.is_client_error(), "{answer:?}");
        }
        step
    }
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}\n{:#?}\n{}",
            self.status,
            self.headers,
            String::from_utf8_lossy(&self.body)
        )
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("readable"))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("UTF-8")
    }

    #[track_caller]
    pub(crate) fn assert_status(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{self:?}");
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// A problem of this kind, whole in every respect.
    #[track_caller]
    pub(crate) fn problem(&self, code: ProblemCode) -> Problem {
        let problem = self.any_problem();
        assert_eq!(problem.code, code, "{self:?}");
        problem
    }

    #[track_caller]
    pub(crate) fn any_problem(&self) -> Problem {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{self:?}"
        );
        let problem: Problem =
            serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {self:?}"));
        assert_eq!(problem.status, self.status.as_u16(), "{self:?}");
        assert_eq!(problem.reference, self.header("x-request-id"), "{self:?}");
        assert!(!problem.reference.is_empty(), "{self:?}");
        problem
    }

    #[track_caller]
    pub(crate) fn code_step(&self) -> CodeStep {
        match self.json() {
            Step::Code(step) => step,
            _ => panic!("not the code's step: {self:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn setup_step(&self) -> SetupStep {
        match self.json() {
            Step::Setup(step) => step,
            _ => panic!("not at setting up: {self:?}"),
        }
    }

    /// The backup codes that are shown with this step.
    #[track_caller]
    pub(crate) fn shown_codes(&self) -> Vec<String> {
        match self.setup_step().part {
            SetupPart::Codes { codes } => codes,
            _ => panic!("not at the codes: {self:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn landing(&self) -> String {
        match self.json() {
            Step::SignedIn { landing } => landing,
            _ => panic!("not signed in: {self:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn session(&self) -> Session {
        self.json()
    }

    /// Where a 303 leads.
    #[track_caller]
    pub(crate) fn redirect(&self) -> &str {
        self.assert_status(303);
        self.header("location")
    }

    #[track_caller]
    pub(crate) fn signed_out(&self) {
        self.problem(ProblemCode::SignedOut);
    }
}
