//! The two-factor policy: who may see and change it, what is refused, what is told to whom.

use app::wire::{
    AuditPage, Method, PolicyEffect, ProblemCode, Strict, TwoFactorMode, TwoFactorOverview,
    TwoFactorPolicy,
};
use serde_json::{Value, json};
use server::{
    config::PolicyBounds,
    storage::{AccountState, testing::each_database},
};

use crate::harness::{
    ACME, Answer, MINUTE, PASSWORD, Person, Setup, TestBrowser, TestServer, Who, company,
};

async fn look(browser: &TestBrowser<'_>) -> TwoFactorOverview {
    browser.get("policy/two-factor").await.json()
}

async fn save(browser: &TestBrowser<'_>, policy: &TwoFactorPolicy) -> Answer {
    browser
        .put(
            "policy/two-factor",
            serde_json::to_value(policy).expect("JSON"),
        )
        .await
}

async fn effect(browser: &TestBrowser<'_>, policy: &TwoFactorPolicy) -> (u64, u64) {
    let wanted = serde_json::to_value(policy).expect("JSON");
    let answer = browser.post("policy/two-factor/effect", wanted).await;
    let effect: PolicyEffect = answer.json();
    (effect.at_next_sign_in, effect.from_the_day)
}

/// What the log keeps of changes of the policy, newest first.
async fn reasons(browser: &TestBrowser<'_>) -> Vec<String> {
    let page: AuditPage = browser
        .get("audit?kind=company.two_factor_policy")
        .await
        .json();
    page.events
        .into_iter()
        .filter_map(|event| event.reason)
        .collect()
}

fn a_policy() -> Value {
    json!({
        "mode": "required", "methods": ["email", "app"], "trust_days": [14, 30],
        "strict": "nobody", "admin_code_minutes": 15
    })
}

/// A server with an administrator who is signed in by a mailed code.
async fn with_ada(server: &TestServer) -> (Person, TestBrowser<'_>) {
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    (ada, browser)
}

/// Gives somebody a way, as set-up does.
async fn give(server: &TestServer, person: &Person, kind: &str) {
    let sql = format!(
        "INSERT INTO factors (id, account_id, kind, created_at) VALUES ('{kind}-{id}', '{id}', '{kind}', 0)
         ON CONFLICT DO NOTHING",
        id = person.id
    );
    server.change(sql).await;
}

#[tokio::test]
async fn a_policy_is_saved_audited_and_shown_again() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        server.add_company(company("beta")).await;
        let (_, browser) = with_ada(&server).await;
        let before = look(&browser).await;
        assert_eq!(before.policy.mode, TwoFactorMode::Required);
        assert_eq!(before.policy.admin_code_minutes, 15);
        assert_eq!(before.choices.today, "2026-03-02");
        assert_eq!(before.choices.trust_days, [14, 30, 60, 90]);
        let wanted = TwoFactorPolicy {
            mode: TwoFactorMode::Optional,
            required_from: Some("2026-03-02".into()),
            methods: vec![Method::App, Method::Email, Method::App],
            trust_days: vec![30, 14, 14],
            strict: Strict::Admins,
            admin_code_minutes: 5,
        };
        let saved: TwoFactorOverview = save(&browser, &wanted).await.json();
        let shown = TwoFactorPolicy {
            methods: vec![Method::Email, Method::App],
            trust_days: vec![14, 30],
            ..wanted.clone()
        };
        assert_eq!(saved.policy, shown);
        assert_eq!(look(&browser).await, saved);
        assert_eq!(
            reasons(&browser).await,
            [
                "mode required → optional · from none → 2026-03-02 · trust off → 14 30 · \
              strict nobody → admins · admin_code 15 → 5"
            ]
        );
        // The same once more is no change.
        save(&browser, &wanted).await.assert_status(200);
        assert_eq!(reasons(&browser).await.len(), 1);
        // Another mode loses nothing else.
        let off = TwoFactorPolicy {
            mode: TwoFactorMode::Off,
            ..shown.clone()
        };
        save(&browser, &off).await.assert_status(200);
        let off = look(&browser).await.policy;
        assert_eq!(
            off,
            TwoFactorPolicy {
                mode: TwoFactorMode::Off,
                ..shown
            }
        );
        // Nobody else's policy changed.
        let others =
            "SELECT COUNT(*) FROM companies WHERE alias = 'beta' AND second_factor = 'required'
            AND trust_days = '' AND strict = 'nobody' AND admin_code_ms = 900000";
        assert_eq!(server.number(others).await, 1);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let server = TestServer::start().await;
    let (_, browser) = with_ada(&server).await;
    let before = look(&browser).await;
    let changed = |field: &str, value: Value| {
        let mut policy = a_policy();
        policy[field] = value;
        policy
    };
    let mut incomplete = a_policy();
    incomplete
        .as_object_mut()
        .expect("an object")
        .remove("strict");
    for wanted in [
        changed("mode", json!("sometimes")),
        changed("methods", json!([])),
        changed("methods", json!(["backup_code"])),
        changed("methods", json!(["app", "backup_code"])),
        changed("methods", json!(["passkey"])),
        changed("trust_days", json!([7])),
        changed("trust_days", json!([14, 365])),
        changed("trust_days", json!([-14])),
        changed("strict", json!("some")),
        changed("admin_code_minutes", json!(4)),
        changed("admin_code_minutes", json!(61)),
        changed("admin_code_minutes", json!(70000)),
        changed("required_from", json!("2026-03-01")),
        changed("required_from", json!("2026-02-30")),
        changed("required_from", json!("soon")),
        changed("required_from", json!("")),
        changed("required_from", json!("2026-03-05T00:00:00Z")),
        changed("required_from", json!("9999-12-31")),
        changed("colour", json!("red")),
        incomplete,
    ] {
        for answer in [
            browser.put("policy/two-factor", wanted.clone()).await,
            browser
                .post("policy/two-factor/effect", wanted.clone())
                .await,
        ] {
            answer
                .assert_status(400)
                .problem(ProblemCode::InvalidRequest);
        }
    }
    assert_eq!(look(&browser).await, before);
    assert!(reasons(&browser).await.is_empty());
}

#[tokio::test]
async fn a_day_counts_in_the_time_zone_of_the_company_and_may_pass() {
    let server = TestServer::start().await;
    // 23:30 in Berlin.
    server.advance(14 * 60 * MINUTE + 30 * MINUTE);
    let (ada, browser) = with_ada(&server).await;
    let mut policy = look(&browser).await.policy;
    policy.required_from = Some("2026-03-03".into());
    save(&browser, &policy).await.assert_status(200);
    let stored = "SELECT second_factor_from FROM companies WHERE alias = 'acme'";
    assert_eq!(server.number(stored).await, 1_772_492_400_000);
    server.advance(45 * MINUTE);
    browser.sign_in(&ada).await;
    policy.trust_days = vec![14];
    let saved: TwoFactorOverview = save(&browser, &policy).await.json();
    assert_eq!(saved.choices.today, "2026-03-03");
    server.advance(30 * 60 * MINUTE);
    browser.sign_in(&ada).await;
    // The day has passed and stays; another one that has passed cannot be chosen.
    policy.trust_days = vec![];
    save(&browser, &policy).await.assert_status(200);
    policy.required_from = Some("2026-03-02".into());
    save(&browser, &policy).await.assert_status(400);
}

#[tokio::test]
async fn saving_needs_a_fresh_proof_and_looking_does_not() {
    let server = TestServer::start().await;
    let (_, browser) = with_ada(&server).await;
    let mut policy = look(&browser).await.policy;
    server.advance(11 * MINUTE);
    policy.strict = Strict::Everyone;
    effect(&browser, &policy).await;
    save(&browser, &policy)
        .await
        .assert_status(403)
        .problem(ProblemCode::FreshProofNeeded);
    assert_eq!(look(&browser).await.policy.strict, Strict::Nobody);
    browser
        .post("session/proof", json!({"password": PASSWORD}))
        .await
        .assert_status(204);
    save(&browser, &policy).await.assert_status(200);
}

#[tokio::test]
async fn agents_neither_look_nor_change() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    for answer in [
        browser.get("policy/two-factor").await,
        browser.put("policy/two-factor", a_policy()).await,
        browser.post("policy/two-factor/effect", a_policy()).await,
    ] {
        answer.assert_status(403).problem(ProblemCode::Forbidden);
    }
}

#[tokio::test]
async fn all_administrators_hear_of_a_policy_that_asks_less() {
    let server = TestServer::start().await;
    server.add_company(company("beta")).await;
    let ben = server.person(ACME, "ben", Who::Both).await;
    let gone = server
        .person_with(ACME, "gone", Who::Admin, |account, _| {
            account.state = AccountState::Disabled;
        })
        .await;
    let sso = server
        .person_with(ACME, "sso", Who::Admin, |account, past| {
            account.state = AccountState::SsoOnly;
            past.password = None;
        })
        .await;
    let anna = server.agent("anna").await;
    let bea = server.person("beta", "bea", Who::Admin).await;
    let (ada, browser) = with_ada(&server).await;
    let mut policy = look(&browser).await.policy;
    let told = async |person: &Person| {
        let mails = server.mails_to(person).await;
        let about = |mail: &&server::mail::CapturedMail| mail.subject.contains("asks for less");
        mails.iter().filter(about).count()
    };
    policy.strict = Strict::Admins;
    save(&browser, &policy).await.assert_status(200);
    assert_eq!(told(&ada).await, 0, "it asks for more");
    policy.strict = Strict::Nobody;
    policy.trust_days = vec![90];
    save(&browser, &policy).await.assert_status(200);
    for (person, letters) in [
        (&ada, 1),
        (&ben, 1),
        (&sso, 1),
        (&gone, 0),
        (&anna, 0),
        (&bea, 0),
    ] {
        assert_eq!(told(person).await, letters, "{}", person.username);
    }
    let letter = &server.mails_to(&ben).await[0];
    assert!(letter.text.contains("ada Somebody"), "{}", letter.text);
    assert!(letter.text.contains("Strict mode: Administrators → Nobody"));
    assert!(letter.text.contains("Don't ask again: Off → 90 days"));
}

#[tokio::test]
async fn strict_mode_shortens_the_sessions_that_run() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        server.add_company(company("beta")).await;
        let anna = server.agent("anna").await;
        let bob = server.person("beta", "bob", Who::Agent).await;
        for person in [&anna, &bob] {
            server.browser().sign_in(person).await;
        }
        let (ada, browser) = with_ada(&server).await;
        let hours = async |person: &Person| {
            let id = &person.id;
            let life = format!(
                "SELECT (expires_at - created_at) / 3600000 FROM sessions WHERE account_id = '{id}'"
            );
            server.number(life).await
        };
        let usual = hours(&anna).await;
        assert!(usual > 8, "{usual}");
        let mut policy = look(&browser).await.policy;
        for (strict, of_ada, of_anna) in [
            (Strict::Admins, 8, usual),
            (Strict::Everyone, 8, 8),
            // What was shortened stays so.
            (Strict::Nobody, 8, 8),
        ] {
            policy.strict = strict;
            save(&browser, &policy).await.assert_status(200);
            let lives = [hours(&ada).await, hours(&anna).await, hours(&bob).await];
            assert_eq!(lives, [of_ada, of_anna, usual], "{strict:?}");
        }
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn people_without_an_allowed_way_are_counted_and_named() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        server.add_company(company("beta")).await;
        server.person("beta", "bea", Who::Agent).await;
        let (ada, browser) = with_ada(&server).await;
        give(&server, &ada, "email").await;
        for number in 0..60 {
            let agent = server.agent(&format!("agent-{number:02}")).await;
            server.forget_ways(&agent).await;
        }
        let disabled = server
            .person_with(ACME, "gone", Who::Agent, |account, _| {
                account.state = AccountState::Disabled;
            })
            .await;
        let anna = server.agent("anna").await;
        give(&server, &anna, "email").await;
        let otto = server.agent("otto").await;
        give(&server, &otto, "app").await;
        give(&server, &otto, "carrier_pigeon").await;
        let lost = server.agent("lost").await;
        server.forget_ways(&lost).await;
        give(&server, &lost, "carrier_pigeon").await;
        let now = look(&browser).await;
        assert_eq!((now.not_set_up, now.people.len()), (61, 50));
        assert_eq!(now.people[0].username, "agent-00");
        assert!(now.people.iter().all(|one| one.id != disabled.id));
        let mut policy = now.policy;
        policy.mode = TwoFactorMode::Optional;
        save(&browser, &policy).await.assert_status(200);

        policy.mode = TwoFactorMode::Required;
        assert_eq!(effect(&browser, &policy).await, (61, 0));
        policy.required_from = Some("2026-03-10".into());
        assert_eq!(effect(&browser, &policy).await, (0, 61));
        policy.methods = vec![Method::App];
        // Anna and Ada must change their way at once.
        assert_eq!(effect(&browser, &policy).await, (2, 61));
        policy.methods = vec![Method::Email, Method::App];
        policy.strict = Strict::Admins;
        assert_eq!(effect(&browser, &policy).await, (1, 61));
        assert_eq!(reasons(&browser).await.len(), 1, "asking saves nothing");
        let strict: TwoFactorOverview = save(&browser, &policy).await.json();
        assert_eq!(strict.not_set_up, 62);
        assert_eq!(strict.people[0].username, "ada");
        assert!(strict.people[0].admin && strict.people[0].last_sign_in_at.is_some());
        assert_eq!(effect(&browser, &policy).await, (0, 0), "as it is");
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn the_operator_draws_the_bounds_and_what_was_chosen_before_may_stay() {
    let server = TestServer::start().await;
    let (ada, browser) = with_ada(&server).await;
    let mut policy = look(&browser).await.policy;
    policy.trust_days = vec![14, 90];
    policy.admin_code_minutes = 60;
    save(&browser, &policy).await.assert_status(200);
    let closer = Setup {
        policy_bounds: PolicyBounds {
            admin_code: (10 * MINUTE, 20 * MINUTE),
            trust_days: (14, 30),
            ..PolicyBounds::default()
        },
        ..Setup::default()
    };
    let database = server.database_url();
    let later = TestServer::at(&database, closer).await;
    let browser = browser.at(&later);
    let now = look(&browser).await;
    assert_eq!(now.choices.trust_days, [14, 30]);
    assert_eq!(now.choices.shortest_admin_code_minutes, 10);
    assert_eq!(now.choices.longest_admin_code_minutes, 20);
    policy.strict = Strict::Admins;
    save(&browser, &policy).await.assert_status(200);
    for (days, minutes, status) in [
        (vec![14, 60], 60, 400),
        (vec![14, 90], 59, 400),
        (vec![14, 90], 21, 400),
        (vec![14], 20, 200),
        (vec![14, 90], 20, 400),
        (vec![14], 60, 400),
    ] {
        policy.trust_days = days;
        policy.admin_code_minutes = minutes;
        save(&browser, &policy).await.assert_status(status);
    }
    assert_eq!(ada.alias, ACME);
}

#[tokio::test]
async fn of_two_who_save_at_once_both_are_told_apart() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (_, browser) = with_ada(&server).await;
        let policy = look(&browser).await.policy;
        let other = browser.twin();
        let (mut apps, mut days) = (policy.clone(), policy);
        apps.methods = vec![Method::App];
        days.trust_days = vec![14];
        let (one, two) = tokio::join!(save(&browser, &apps), save(&other, &days));
        one.assert_status(200);
        two.assert_status(200);
        let mut reasons = reasons(&browser).await;
        reasons.sort_by_key(String::len);
        // The later one is told from the earlier one, whichever it was.
        let (first, second) = (&reasons[0], &reasons[1]);
        match look(&browser).await.policy.trust_days.as_slice() {
            [14] => {
                assert_eq!(first, "ways email app → app");
                assert_eq!(second, "ways app → email app · trust off → 14");
            }
            _ => {
                assert_eq!(first, "trust off → 14");
                assert_eq!(second, "ways email app → app · trust 14 → off");
            }
        }
        server.services.db.close().await;
    })
    .await;
}
