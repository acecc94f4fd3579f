//! Account and password: who comes in, where they land, and that nobody learns who exists.

use app::wire::{ProblemCode, Role};
use serde_json::json;
use server::storage::{AccountState, SecondFactor, testing::each_database};

use crate::harness::{ACME, Answer, PASSWORD, Setup, TestServer, WRONG, Who, company};

#[tokio::test]
async fn everybody_lands_where_their_role_belongs() {
    let server = TestServer::start().await;
    for (name, who, landing, roles) in [
        ("anna", Who::Agent, "/acme/desk", vec![Role::Agent]),
        ("ada", Who::Admin, "/acme/console/users", vec![Role::Admin]),
        (
            "bo",
            Who::Both,
            "/acme/console/users",
            vec![Role::Agent, Role::Admin],
        ),
    ] {
        let person = server.person(ACME, name, who).await;
        let browser = server.browser();
        assert_eq!(browser.sign_in(&person).await, landing);
        let session = browser.session().await.session();
        assert_eq!(session.account.username, name);
        assert_eq!(session.company.alias, ACME);
        assert_eq!(session.roles, roles);
        assert_eq!(session.landing, landing);
    }
}

#[tokio::test]
async fn username_and_email_are_the_same_account_in_any_spelling() {
    let server = TestServer::start().await;
    server.agent("anna").await;
    for account in ["anna", " ANNA ", "Anna@Acme.example", "ａｎｎａ"] {
        let typed = json!({"account": account, "password": PASSWORD});
        let answer = server.browser().post("companies/acme/sign-in", typed).await;
        answer.code_step();
    }
}

#[tokio::test]
async fn without_a_second_factor_the_password_signs_in() {
    let server = TestServer::start().await;
    let mut open = company("open");
    open.policy.second_factor = SecondFactor::Off;
    server.add_company(open).await;
    let person = server.person("open", "olga", Who::Agent).await;
    let browser = server.browser();
    let answer = browser.type_password(&person, PASSWORD).await;
    assert_eq!(answer.landing(), "/open/desk");
    browser.session().await.session();
    assert!(server.mails_to(&person).await.is_empty());
}

/// All that a stranger can see of an answer, without what differs at every request.
fn seen(answer: &Answer) -> (u16, String, Vec<(String, String)>) {
    let reference = answer.header("x-request-id").to_owned();
    let mut headers: Vec<(String, String)> = answer
        .headers
        .iter()
        .map(|(name, value)| {
            (
                name.to_string(),
                format!("{value:?}").replace(&reference, "…"),
            )
        })
        .collect();
    headers.sort();
    let body = answer.text().replace(&reference, "…");
    (answer.status.as_u16(), body, headers)
}

#[tokio::test]
async fn nobody_learns_who_exists() {
    let server = TestServer::start().await;
    server.agent("anna").await;
    server
        .person_with(ACME, "ian", Who::Agent, |account, past| {
            account.state = AccountState::Invited;
            past.password = None;
        })
        .await;
    server
        .person_with(ACME, "dora", Who::Agent, |account, _| {
            account.state = AccountState::Disabled
        })
        .await;
    let mut answers = Vec::new();
    for account in ["anna", "ian", "dora", "nobody", "anna@elsewhere.example"] {
        let before = server.compared();
        let typed = json!({"account": account, "password": WRONG});
        let answer = server.browser().post("companies/acme/sign-in", typed).await;
        answer.problem(ProblemCode::WrongCredentials);
        assert_eq!(
            server.compared(),
            before + 1,
            "{account} costs one comparison"
        );
        answers.push(seen(&answer));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:#?}");
}

#[tokio::test]
async fn a_right_password_tells_the_owner_that_the_account_is_disabled() {
    let server = TestServer::start().await;
    let dora = server
        .person_with(ACME, "dora", Who::Agent, |account, _| {
            account.state = AccountState::Disabled
        })
        .await;
    let browser = server.browser();
    let answer = browser.type_password(&dora, PASSWORD).await;
    answer
        .assert_status(403)
        .problem(ProblemCode::AccountDisabled);
    assert_eq!(server.events_of(&dora).await, ["sign_in.refused"]);
    browser.session().await.signed_out();
}

#[tokio::test]
async fn what_cannot_be_a_credential_is_refused_and_not_compared() {
    let server = TestServer::start().await;
    server.agent("anna").await;
    let long = "x".repeat(5000);
    for (account, password) in [
        ("", PASSWORD),
        ("   ", PASSWORD),
        ("anna", ""),
        ("an\u{0}na", PASSWORD),
        ("anna\r\n", PASSWORD),
        (&long, PASSWORD),
        ("anna", &long),
    ] {
        let typed = json!({"account": account, "password": password});
        let answer = server.browser().post("companies/acme/sign-in", typed).await;
        if account == "anna\r\n" {
            continue; // Stray white space around a name does no harm.
        }
        answer
            .assert_status(400)
            .problem(ProblemCode::InvalidRequest);
    }
    // 129 characters are too many for a new password; as a typed one it is simply wrong.
    let typed = json!({"account": "anna", "password": "x".repeat(129)});
    let answer = server.browser().post("companies/acme/sign-in", typed).await;
    answer.problem(ProblemCode::WrongCredentials);
}

#[tokio::test]
async fn a_company_without_passwords_compares_none() {
    let server = TestServer::start().await;
    let mut without = company("modern");
    without.passwords = false;
    server.add_company(without).await;
    let person = server.person("modern", "mia", Who::Agent).await;
    let before = server.compared();
    let answer = server.browser().type_password(&person, PASSWORD).await;
    answer.problem(ProblemCode::PasswordsOff);
    assert_eq!(server.compared(), before);
}

#[tokio::test]
async fn an_unknown_company_is_a_404() {
    let server = TestServer::start().await;
    let typed = json!({"account": "anna", "password": PASSWORD});
    for alias in ["nowhere", "ACME", "ac", "api", "..", "acme%20"] {
        let path = format!("companies/{alias}/sign-in");
        let answer = server.browser().post(&path, typed.clone()).await;
        answer.assert_status(404).any_problem();
    }
}

#[tokio::test]
async fn accounts_of_the_same_name_in_two_companies_are_strangers() {
    let server = TestServer::start().await;
    server.add_company(company("beta")).await;
    let here = server.agent("anna").await;
    let there = server
        .person_with("beta", "anna", Who::Agent, |_, past| past.password = None)
        .await;
    server.browser().begin(&here).await;
    let answer = server.browser().type_password(&there, PASSWORD).await;
    answer.problem(ProblemCode::WrongCredentials);
}

#[tokio::test]
async fn a_wish_inside_the_company_is_where_one_lands() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    for (next, landing) in [
        (
            "/acme/console/users?view=locked",
            "/acme/console/users?view=locked",
        ),
        ("https://evil.example", "/acme/console/users"),
        ("//evil.example", "/acme/console/users"),
        ("/\\evil.example", "/acme/console/users"),
        ("/beta/desk", "/acme/console/users"),
        ("/acme/../beta/desk", "/acme/console/users"),
        ("javascript:alert(1)", "/acme/console/users"),
    ] {
        server.advance(crate::harness::HOUR);
        let browser = server.browser();
        let typed = json!({"account": "ada", "password": PASSWORD, "next": next});
        let step = browser
            .post("companies/acme/sign-in", typed)
            .await
            .code_step();
        let code = server.code_of(&ada).await;
        assert_eq!(browser.enter(&step.attempt, &code).await.landing(), landing);
    }
}

#[tokio::test]
async fn a_hash_of_other_parameters_is_made_anew_once() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    // The same password at twice the passes.
    let richer = server::hashing::HashPool::start(
        1,
        8,
        server::hashing::Parameters {
            passes: 2,
            ..server::hashing::Parameters::TINY
        },
    );
    let place = richer
        .reserve(
            server::domain::hash_queue::Lane::Known,
            server::domain::hash_queue::Network::Registered,
        )
        .expect("a place");
    let old = place.hash(PASSWORD.into(), [7; 16]).await;
    server
        .change(format!("UPDATE accounts SET password_hash = '{old}'"))
        .await;
    let version = "SELECT security_version FROM accounts";
    let before = server.number(version).await;
    server.browser().begin(&anna).await;
    assert_eq!(
        server
            .number(format!(
                "SELECT COUNT(*) FROM accounts WHERE password_hash = '{old}'"
            ))
            .await,
        0
    );
    assert_eq!(
        server.number(version).await,
        before,
        "nothing that was open ends"
    );
    let hashed = server.services.hashing.counts().hashed;
    server.browser().begin(&anna).await;
    assert_eq!(server.services.hashing.counts().hashed, hashed);
}

#[tokio::test]
async fn known_and_unknown_accounts_cost_the_same_statements() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        server.agent("anna").await;
        let mut written = Vec::new();
        for account in ["anna", "nobody"] {
            let counts = [
                "SELECT COUNT(*) FROM throttles",
                "SELECT COUNT(*) FROM audit_events",
                "SELECT COUNT(*) FROM outbox",
            ];
            let mut before = Vec::new();
            for sql in counts {
                before.push(server.number(sql).await);
            }
            let typed = json!({"account": account, "password": WRONG});
            let answer = server.browser().post("companies/acme/sign-in", typed).await;
            answer.problem(ProblemCode::WrongCredentials);
            let mut grown = Vec::new();
            for (sql, before) in counts.into_iter().zip(before) {
                grown.push(server.number(sql).await - before);
            }
            written.push(grown);
        }
        assert_eq!(written[0], written[1]);
        assert_eq!(written[0], [1, 1, 0]);
        server.services.db.close().await;
    })
    .await;
}
