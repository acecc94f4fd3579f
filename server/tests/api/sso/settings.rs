//! Single sign-on as administrators set it up: who may, what is refused, what is never shown, who always gets in.

use app::wire::{
    AuditPage, ProblemCode, Provider, ProviderKind, SingleSignOn, SsoFailure, SsoFate, SsoTest,
    SsoTestBegun,
};
use serde_json::{Value, json};
use server::storage::{AccountId, BoundIdentity, IdentityId, ProviderId, testing::each_database};

use crate::{
    harness::{ACME, Answer, HOUR, MINUTE, Person, Setup, TestBrowser, TestServer, Who, company},
    provider::{CLIENT, Login, Mischief, SECRET, TENANT, TestProvider},
};

const PAGE: &str = "company/single-sign-on";

struct World {
    server: TestServer,
    provider: TestProvider,
}

impl World {
    async fn at(url: &str) -> Self {
        let setup = Setup::default();
        let provider = TestProvider::start(&setup.clock).await;
        let setup = Setup {
            sso: provider.sso(),
            ..setup
        };
        let server = TestServer::at(url, setup).await;
        server.add_company(company(ACME)).await;
        Self { server, provider }
    }

    async fn admin(&self, username: &str) -> (Person, TestBrowser<'_>) {
        let person = self.server.admin(username).await;
        let browser = self.server.browser();
        browser.sign_in(&person).await;
        (person, browser)
    }

    /// What is typed for the company's own provider.
    fn own(&self) -> Value {
        json!({
            "name": "Acme Login",
            "issuer": self.provider.issuer(),
            "client_id": CLIENT,
            "secret": SECRET,
            "second_factor": "unless_proven",
            "version": 0,
        })
    }

    /// The company's own provider, shown to people.
    async fn live(&self, browser: &TestBrowser<'_>) -> Provider {
        let provider = saved(browser, "company", self.own()).await;
        assert_eq!((provider.live, provider.version), (false, 1));
        self.test(browser, "company").await;
        turn(browser, "company", true, 1).await.assert_status(200);
        look(browser, ProviderKind::Company).await
    }

    /// Goes the whole way of a test, and answers what became of it.
    async fn test(&self, browser: &TestBrowser<'_>, kind: &str) -> SsoTest {
        let begun = begin(browser, kind).await;
        self.come_back(browser, &begun).await;
        outcome(browser, &begun).await
    }

    async fn come_back(&self, browser: &TestBrowser<'_>, begun: &SsoTestBegun) -> Answer {
        let back = self.provider.visit(&begun.url);
        let query = back.query().expect("an answer");
        browser.page(&format!("{}?{query}", back.path())).await
    }

    async fn bind(&self, person: &Person, kind: ProviderKind) {
        let s = &self.server.services;
        let account = s.db.account(&AccountId(person.id.clone())).await;
        let account = account.expect("answers").expect("an account");
        let provider = s.db.provider(&account.company_id, kind).await;
        let provider = provider.expect("answers").expect("a provider");
        let mut tx = s.db.begin().await.expect("a transaction");
        let identity = BoundIdentity {
            id: IdentityId(s.entropy.id(s.now())),
            company_id: account.company_id,
            account_id: account.id,
            provider_id: provider.id,
            issuer: self.provider.issuer(),
            subject: person.username.clone(),
            shown: person.email.clone(),
            bound_at: s.now(),
            last_used_at: None,
        };
        assert!(tx.bind_identity(&identity).await.expect("answers"));
        tx.commit().await.expect("committed");
    }

    /// Takes somebody's password, so that they come in by single sign-on alone.
    async fn without_password(&self, person: &Person) {
        let sql = format!(
            "UPDATE accounts SET state = 'sso_only', password_hash = NULL WHERE id = '{}'",
            person.id
        );
        self.server.change(sql).await;
    }
}

async fn page(browser: &TestBrowser<'_>) -> SingleSignOn {
    browser.get(PAGE).await.json()
}

async fn look(browser: &TestBrowser<'_>, kind: ProviderKind) -> Provider {
    let found = page(browser).await.providers.into_iter();
    let mut found = found.filter(|it| it.kind == kind);
    found.next().expect("it is set up")
}

async fn save(browser: &TestBrowser<'_>, kind: &str, wanted: Value) -> Answer {
    browser
        .put(&format!("{PAGE}/providers/{kind}"), wanted)
        .await
}

async fn saved(browser: &TestBrowser<'_>, kind: &str, wanted: Value) -> Provider {
    let page: SingleSignOn = save(browser, kind, wanted).await.json();
    let word = |kind| serde_json::to_value(kind).expect("JSON");
    let found = page.providers.into_iter().find(|it| word(it.kind) == kind);
    found.expect("it is set up")
}

async fn turn(browser: &TestBrowser<'_>, kind: &str, live: bool, version: i64) -> Answer {
    let path = format!("{PAGE}/providers/{kind}/live");
    browser
        .put(&path, json!({"live": live, "version": version}))
        .await
}

async fn remove(browser: &TestBrowser<'_>, kind: &str, version: i64) -> Answer {
    let path = format!("{PAGE}/providers/{kind}?version={version}");
    browser.delete(&path).await
}

async fn choose(browser: &TestBrowser<'_>, passwords: bool) -> Answer {
    let wanted = json!({"passwords": passwords});
    browser.put(&format!("{PAGE}/passwords"), wanted).await
}

async fn begin(browser: &TestBrowser<'_>, kind: &str) -> SsoTestBegun {
    let path = format!("{PAGE}/providers/{kind}/test");
    browser.post(&path, json!({})).await.json()
}

async fn outcome(browser: &TestBrowser<'_>, begun: &SsoTestBegun) -> SsoTest {
    browser
        .get(&format!("{PAGE}/tests/{}", begun.id))
        .await
        .json()
}

/// With other values in some fields; null takes one away.
fn with(mut wanted: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().expect("fields") {
        wanted[name] = value.clone();
    }
    wanted
}

#[tokio::test]
async fn a_provider_is_set_up_tested_and_shown() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        let (_, ada) = world.admin("ada").await;
        let empty = page(&ada).await;
        assert!(empty.providers.is_empty() && empty.passwords && empty.fresh);
        assert_eq!(
            empty.offered,
            [ProviderKind::Google, ProviderKind::Office365]
        );
        assert_eq!(empty.redirect_uri, "http://127.0.0.1:3000/sso/callback");
        assert_eq!(empty.signed_out_uri, "http://127.0.0.1:3000/sso/signed-out");

        let provider = saved(&ada, "company", world.own()).await;
        assert!(provider.has_secret && !provider.live && provider.tested_at.is_none());
        let early = turn(&ada, "company", true, 1).await;
        early.problem(ProblemCode::NothingToDo);

        let begun = begin(&ada, "company").await;
        assert_eq!(outcome(&ada, &begun).await, SsoTest::Waiting);
        world.come_back(&ada, &begun).await.assert_status(200);
        let SsoTest::Done { claims, fate } = outcome(&ada, &begun).await else {
            panic!("it went through");
        };
        let email = claims.iter().find(|it| it.name == "email");
        assert_eq!(email.expect("an address").value, "alice@acme.example");
        assert!(claims.is_sorted_by_key(|it| it.name.clone()));
        assert_eq!(fate, SsoFate::Bind);
        let provider = look(&ada, ProviderKind::Company).await;
        assert!(provider.tested_at.is_some());
        assert_eq!((provider.version, provider.people), (1, 0));

        turn(&ada, "company", true, 1).await.assert_status(200);
        let slow = turn(&ada, "company", false, 1).await;
        slow.problem(ProblemCode::ChangedMeanwhile);
        let log: AuditPage = ada.get("audit?kind=sso.provider").await.json();
        let reasons: Vec<_> = log.events.into_iter().filter_map(|it| it.reason).collect();
        assert!(reasons.contains(&"company added".to_owned()), "{reasons:?}");
        assert!(reasons.contains(&"company live".to_owned()), "{reasons:?}");
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_was_tested_is_what_is_set() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        let (_, ada) = world.admin("ada").await;
        let live = world.live(&ada).await;
        assert!(live.live && live.tested_at.is_some());
        let kept = with(world.own(), json!({"secret": null, "version": 2}));

        // The same again is no change, and another name none that matters.
        let same = saved(&ada, "company", kept.clone()).await;
        assert_eq!(same, live);
        let named = with(
            kept.clone(),
            json!({"name": "Acme", "second_factor": "always"}),
        );
        let named = saved(&ada, "company", named).await;
        assert!(named.live && named.tested_at == live.tested_at && named.has_secret);
        assert_eq!((named.name.as_str(), named.version), ("Acme", 3));

        // Another secret is not tested, and people go on.
        let other = with(kept.clone(), json!({"secret": SECRET, "version": 3}));
        let other = saved(&ada, "company", other).await;
        assert!(other.live && other.tested_at.is_none());

        // Another client has no secret of the one before, and people do not see it. What they are called there may
        // be another name: nobody is bound any more.
        let agent = world.server.agent("agent").await;
        world.bind(&agent, ProviderKind::Company).await;
        assert_eq!(look(&ada, ProviderKind::Company).await.people, 1);
        let client = with(kept, json!({"client_id": "another", "version": 4}));
        let client = saved(&ada, "company", client).await;
        assert!(!client.live && !client.has_secret && client.tested_at.is_none());
        assert_eq!(client.people, 0);

        // What comes back by a test of what was changed meanwhile counts for nothing.
        let back = with(world.own(), json!({"version": 5}));
        saved(&ada, "company", back.clone()).await;
        let begun = begin(&ada, "company").await;
        let named = with(back, json!({"name": "Another", "version": 6}));
        saved(&ada, "company", named).await;
        world.come_back(&ada, &begun).await;
        let provider = look(&ada, ProviderKind::Company).await;
        assert_eq!((provider.version, provider.tested_at), (7, None));
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn members_say_who_comes_in() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        let (_, ada) = world.admin("ada").await;
        let google = json!({
            "members": ["Acme.example ", "b.example", "acme.example"],
            "second_factor": "never", "creates": true, "version": 0,
        });
        let google = saved(&ada, "google", google).await;
        assert_eq!(google.members, ["acme.example", "b.example"]);
        assert_eq!((google.client_id, google.has_secret), (None, false));
        let any = json!({"members": ["any"], "second_factor": "never", "version": 0});
        let office = saved(&ada, "office365", any).await;
        assert_eq!(office.members, ["any"]);
        world.provider.log_in(Login::of("alice").tid(TENANT));
        assert!(matches!(
            world.test(&ada, "office365").await,
            SsoTest::Done { .. }
        ));
        let some = json!({
            "members": [TENANT.to_uppercase()], "second_factor": "never", "version": 1,
        });
        let office = saved(&ada, "office365", some).await;
        assert_eq!(office.members, [TENANT]);
        assert_eq!(office.tested_at, None, "others come in than were tested");
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_changes_nothing() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        let (_, ada) = world.admin("ada").await;
        let google = json!({"second_factor": "always", "version": 0});
        let own = world.own();
        use ProblemCode::{ChangedMeanwhile, InvalidRequest, ProviderRefused, SsoFailed};
        let table = [
            (
                "company",
                with(own.clone(), json!({"name": " "})),
                InvalidRequest,
            ),
            (
                "company",
                with(own.clone(), json!({"name": "a\u{0}b"})),
                InvalidRequest,
            ),
            (
                "company",
                with(own.clone(), json!({"name": "a".repeat(81)})),
                InvalidRequest,
            ),
            (
                "company",
                with(own.clone(), json!({"issuer": null})),
                InvalidRequest,
            ),
            (
                "company",
                with(own.clone(), json!({"issuer": "nonsense"})),
                ProviderRefused,
            ),
            (
                "company",
                with(own.clone(), json!({"issuer": "http://id.acme.example"})),
                ProviderRefused,
            ),
            (
                "company",
                with(own.clone(), json!({"issuer": "https://10.0.0.8"})),
                ProviderRefused,
            ),
            (
                "company",
                with(own.clone(), json!({"issuer": "https://a b.example"})),
                ProviderRefused,
            ),
            (
                "company",
                with(own.clone(), json!({"client_id": null})),
                InvalidRequest,
            ),
            (
                "company",
                with(own.clone(), json!({"client_id": "a\u{0}"})),
                InvalidRequest,
            ),
            (
                "company",
                with(own.clone(), json!({"secret": "a".repeat(1001)})),
                InvalidRequest,
            ),
            (
                "company",
                with(own.clone(), json!({"members": ["acme.example"]})),
                InvalidRequest,
            ),
            (
                "company",
                with(own.clone(), json!({"version": 1})),
                ChangedMeanwhile,
            ),
            (
                "company",
                with(own.clone(), json!({"version": -1})),
                ChangedMeanwhile,
            ),
            (
                "company",
                with(own.clone(), json!({"color": "red"})),
                InvalidRequest,
            ),
            (
                "google",
                with(google.clone(), json!({"issuer": "https://id.example"})),
                InvalidRequest,
            ),
            (
                "google",
                with(google.clone(), json!({"client_id": "own"})),
                InvalidRequest,
            ),
            (
                "google",
                with(google.clone(), json!({"secret": "alone"})),
                InvalidRequest,
            ),
            (
                "google",
                with(google.clone(), json!({"creates": true})),
                InvalidRequest,
            ),
            (
                "google",
                with(google.clone(), json!({"members": ["acme"]})),
                InvalidRequest,
            ),
            ("office365", google.clone(), ProviderRefused),
            (
                "office365",
                with(google.clone(), json!({"members": ["acme.example"]})),
                InvalidRequest,
            ),
            (
                "office365",
                with(google.clone(), json!({"members": ["any"], "creates": true})),
                InvalidRequest,
            ),
            ("facebook", google.clone(), ProblemCode::NotFound),
        ];
        for (number, (kind, wanted, code)) in table.into_iter().enumerate() {
            let answer = save(&ada, kind, wanted).await;
            assert_eq!(
                answer.any_problem().code,
                code,
                "{number} {kind} {answer:?}"
            );
        }
        world
            .provider
            .does(Mischief::Describes("issuer", json!("https://else.example")));
        let problem = save(&ada, "company", own.clone()).await.any_problem();
        assert!(
            [SsoFailed, ProviderRefused].contains(&problem.code),
            "{problem:?}"
        );
        world.provider.behaves();
        assert!(page(&ada).await.providers.is_empty());
        for path in ["providers/company/live", "passwords", "domains"] {
            let answer = ada
                .put(&format!("{PAGE}/{path}"), json!({"version": "x"}))
                .await;
            assert!(answer.status.is_client_error(), "{answer:?}");
        }
        turn(&ada, "company", true, 1)
            .await
            .problem(ProblemCode::NotFound);
        remove(&ada, "company", 1)
            .await
            .problem(ProblemCode::NotFound);
        let answer = ada
            .post(&format!("{PAGE}/providers/google/test"), json!({}))
            .await;
        answer.problem(ProblemCode::NotFound);
        for id in ["nobody", "a%00b"] {
            let answer = ada.get(&format!("{PAGE}/tests/{id}")).await;
            assert!(answer.status.is_client_error(), "{answer:?}");
        }
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn secrets_are_kept_sealed_and_never_shown() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        let (_, ada) = world.admin("ada").await;
        let answer = save(&ada, "company", world.own()).await;
        assert!(!answer.text().contains(SECRET), "{answer:?}");
        assert!(!ada.get(PAGE).await.text().contains(SECRET));
        assert!(!ada.get("audit").await.text().contains(SECRET));
        let s = &world.server.services;
        let company = s.db.company_by_alias(ACME).await.expect("answers");
        let id = company.expect("a company").id;
        let stored =
            s.db.provider(&id, ProviderKind::Company)
                .await
                .expect("answers");
        let mut stored = stored.expect("a provider");
        let sealed = stored.secret.clone().expect("a secret");
        let plain = SECRET.as_bytes();
        assert!(!sealed.windows(plain.len()).any(|it| it == plain));
        // It opens for this provider and no other.
        world.test(&ada, "company").await;
        stored.id = ProviderId("another".into());
        let sql = format!("UPDATE providers SET id = '{}'", stored.id);
        world.server.change("DELETE FROM sso_requests").await;
        world.server.change(sql).await;
        let answer = ada
            .post(&format!("{PAGE}/providers/company/test"), json!({}))
            .await;
        answer.problem(ProblemCode::Internal);
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn only_a_fresh_administrator_changes_anything() {
    let clock = Setup::default().clock;
    let provider = TestProvider::start(&clock).await;
    let setup = Setup {
        sso: provider.sso(),
        clock,
        ..Setup::default()
    };
    let server = TestServer::with(setup).await;
    let (ada, ann) = (server.admin("ada").await, server.agent("ann").await);
    let own = json!({
        "name": "Acme Login", "issuer": provider.issuer(), "client_id": CLIENT, "secret": SECRET,
        "second_factor": "always", "version": 0,
    });
    let ask = async |browser: &TestBrowser<'_>| {
        [
            save(browser, "company", own.clone()).await,
            turn(browser, "company", true, 1).await,
            remove(browser, "company", 1).await,
            choose(browser, false).await,
        ]
        .map(|answer| answer.any_problem().code)
    };
    let stranger = server.browser();
    assert_eq!(ask(&stranger).await, [ProblemCode::SignedOut; 4]);
    stranger.get(PAGE).await.signed_out();
    let agent = server.browser();
    agent.sign_in(&ann).await;
    assert_eq!(ask(&agent).await, [ProblemCode::Forbidden; 4]);
    agent.get(PAGE).await.problem(ProblemCode::Forbidden);
    let path = format!("{PAGE}/providers/company/test");
    let test = agent.post(&path, json!({})).await;
    test.problem(ProblemCode::Forbidden);
    let browser = server.browser();
    browser.sign_in(&ada).await;
    server.advance(11 * MINUTE);
    assert_eq!(ask(&browser).await, [ProblemCode::FreshProofNeeded; 4]);
    assert!(!page(&browser).await.fresh);
}

#[tokio::test]
async fn of_many_who_set_it_up_at_once_one_does() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        let (_, ada) = world.admin("ada").await;
        let twins: Vec<_> = (0..8).map(|_| ada.twin()).collect();
        let tries = twins.iter().map(|twin| save(twin, "company", world.own()));
        let answers = futures::future::join_all(tries).await;
        let done = answers.iter().filter(|it| it.status.is_success()).count();
        assert_eq!(done, 1, "{answers:?}");
        for answer in answers.iter().filter(|it| !it.status.is_success()) {
            answer.problem(ProblemCode::ChangedMeanwhile);
        }
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn whoever_loses_their_last_way_in_is_named_before() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        let (_, ada) = world.admin("ada").await;
        world.live(&ada).await;
        let (sam, ben) = (
            world.server.agent("sam").await,
            world.server.agent("ben").await,
        );
        for person in [&sam, &ben] {
            world.bind(person, ProviderKind::Company).await;
        }
        world.without_password(&sam).await;
        let provider = look(&ada, ProviderKind::Company).await;
        assert_eq!((provider.people, provider.only_way.count), (2, 1));
        assert_eq!(provider.only_way.names, ["sam Somebody"]);
        let slow = remove(&ada, "company", 1).await;
        slow.problem(ProblemCode::ChangedMeanwhile);
        let page: SingleSignOn = remove(&ada, "company", 2).await.json();
        assert!(page.providers.is_empty());
        let left = world.server.number("SELECT COUNT(*) FROM identities").await;
        assert_eq!(left, 0);
        let log: AuditPage = ada.get("audit?kind=sso.provider").await.json();
        assert_eq!(log.events[0].reason.as_deref(), Some("company removed 2"));
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn some_administrator_always_gets_in() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        let (ada, browser) = world.admin("ada").await;
        world.live(&browser).await;
        world.bind(&ada, ProviderKind::Company).await;
        world.without_password(&ada).await;
        let hidden = turn(&browser, "company", false, 2).await;
        hidden.problem(ProblemCode::LastAdmin);
        let removed = remove(&browser, "company", 2).await;
        removed.problem(ProblemCode::LastAdmin);
        let changed = with(world.own(), json!({"client_id": "another", "version": 2}));
        let changed = save(&browser, "company", changed).await;
        changed.problem(ProblemCode::LastAdmin);
        assert!(look(&browser, ProviderKind::Company).await.live);
        // A second one with a password is enough.
        world.server.admin("eve").await;
        turn(&browser, "company", false, 2).await.assert_status(200);
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn passwords_go_only_where_another_way_works() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        let (ada, browser) = world.admin("ada").await;
        choose(&browser, false)
            .await
            .problem(ProblemCode::NothingToDo);
        choose(&browser, true).await.assert_status(200);
        let provider = saved(&browser, "company", world.own()).await;
        choose(&browser, false)
            .await
            .problem(ProblemCode::NothingToDo);
        assert!(!provider.live);
        world.test(&browser, "company").await;
        turn(&browser, "company", true, 1).await.assert_status(200);

        // A password alone gets no administrator past single sign-on.
        let sql = format!("DELETE FROM factors WHERE account_id = '{}'", ada.id);
        world.server.change(sql).await;
        choose(&browser, false)
            .await
            .problem(ProblemCode::LastAdmin);
        world.bind(&ada, ProviderKind::Company).await;
        let page: SingleSignOn = choose(&browser, false).await.json();
        assert!(!page.passwords);

        // From now on people need the provider.
        turn(&browser, "company", false, 2)
            .await
            .problem(ProblemCode::InUse);
        remove(&browser, "company", 2)
            .await
            .problem(ProblemCode::InUse);
        let other = with(world.own(), json!({"client_id": "another", "version": 2}));
        save(&browser, "company", other)
            .await
            .problem(ProblemCode::InUse);
        let log: AuditPage = browser.get("audit?kind=company.settings").await.json();
        assert_eq!(log.events[0].reason.as_deref(), Some("passwords on → off"));
        choose(&browser, true).await.assert_status(200);
        turn(&browser, "company", false, 2).await.assert_status(200);
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn nobody_reaches_into_another_company() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        world.server.add_company(company("beta")).await;
        let (_, ada) = world.admin("ada").await;
        let bea = world.server.person("beta", "bea", Who::Admin).await;
        let theirs = world.server.browser();
        theirs.sign_in(&bea).await;
        world.live(&ada).await;
        let begun = begin(&ada, "company").await;
        assert!(page(&theirs).await.providers.is_empty());
        let path = format!("{PAGE}/tests/{}", begun.id);
        theirs.get(&path).await.problem(ProblemCode::NotFound);
        turn(&theirs, "company", false, 2)
            .await
            .problem(ProblemCode::NotFound);
        remove(&theirs, "company", 2)
            .await
            .problem(ProblemCode::NotFound);
        saved(&theirs, "company", world.own()).await;
        remove(&theirs, "company", 1).await.assert_status(200);
        assert!(look(&ada, ProviderKind::Company).await.live);
        // Nor into another administrator's test.
        let (_, eve) = world.admin("eve").await;
        eve.get(&path).await.problem(ProblemCode::NotFound);
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_test_says_why_it_failed() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        let (_, ada) = world.admin("ada").await;
        saved(&ada, "company", world.own()).await;
        world
            .provider
            .does(Mischief::Denies("access_denied", "Not today"));
        let SsoTest::Failed {
            failure,
            detail,
            reference,
        } = world.test(&ada, "company").await
        else {
            panic!("it was denied");
        };
        assert_eq!(failure, SsoFailure::Refused);
        assert!(detail.expect("a detail").contains("Not today"));
        assert!(!reference.is_empty());
        world.provider.behaves();
        assert_eq!(look(&ada, ProviderKind::Company).await.tested_at, None);
        // Nobody waits for ever.
        let begun = begin(&ada, "company").await;
        world.server.advance(11 * MINUTE);
        assert!(matches!(
            outcome(&ada, &begun).await,
            SsoTest::Failed {
                failure: SsoFailure::Over,
                ..
            }
        ));
        world.server.advance(HOUR);
        world.server.services.db.close().await;
    })
    .await;
}
