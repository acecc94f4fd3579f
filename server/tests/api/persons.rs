//! Persons with accounts of several companies: what connecting them takes, what it shows and what it never opens.

use app::wire::{CodeStep, Companies, ProblemCode};
use futures::future::join;
use serde_json::json;
use server::storage::{
    SecondFactor,
    testing::{TestDatabase, each_database},
};

use crate::harness::{
    ACME, Answer, HOUR, MINUTE, PASSWORD, Person, Setup, TestBrowser, TestServer, WRONG, Who,
    company, other_than, seconds,
};

const BETA: &str = "beta";
const GAMMA: &str = "gamma";

/// Acme and two more companies.
async fn server() -> TestServer {
    let server = TestServer::start().await;
    server.add_company(company(BETA)).await;
    server.add_company(company(GAMMA)).await;
    server
}

/// The same on each engine.
async fn each_server(test: impl AsyncFn(&TestServer)) {
    each_database(async |database: &TestDatabase| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        for alias in [ACME, BETA, GAMMA] {
            server.add_company(company(alias)).await;
        }
        test(&server).await;
        server.services.db.close().await;
    })
    .await;
}

async fn person(server: &TestServer, alias: &str, username: &str) -> Person {
    server.person(alias, username, Who::Agent).await
}

/// Anna's accounts at acme and beta, and a browser where she is signed in at acme.
async fn anna(server: &TestServer) -> (Person, Person, TestBrowser<'_>) {
    let at_acme = person(server, ACME, "anna").await;
    let at_beta = person(server, BETA, "a.berg").await;
    let browser = server.browser();
    browser.sign_in(&at_acme).await;
    (at_acme, at_beta, browser)
}

async fn begin(browser: &TestBrowser<'_>, person: &Person, password: &str) -> Answer {
    let typed = json!({
        "company": person.alias, "account": person.username, "password": password,
    });
    browser.post("person/companies", typed).await
}

/// The code that was mailed for this step, waiting for the limits where they ask for it.
async fn code(
    server: &TestServer,
    browser: &TestBrowser<'_>,
    person: &Person,
    step: &CodeStep,
) -> String {
    if step.sent_at.is_none() {
        server.advance(seconds(step.resend_after.expect("a time").into()));
        browser.resend(&step.attempt).await.code_step();
    }
    server.code_of(person).await
}

/// Connects an account with the one that is signed in; answers where that leads.
async fn connect(server: &TestServer, browser: &TestBrowser<'_>, person: &Person) -> String {
    let step = begin(browser, person, PASSWORD).await.code_step();
    let code = code(server, browser, person, &step).await;
    browser.enter(&step.attempt, &code).await.landing()
}

async fn companies(browser: &TestBrowser<'_>) -> Companies {
    browser.get("person/companies").await.json()
}

async fn aliases(browser: &TestBrowser<'_>) -> Vec<String> {
    let companies = companies(browser).await.companies;
    let mut aliases: Vec<_> = companies.into_iter().map(|it| it.alias).collect();
    aliases.sort();
    aliases
}

/// Somebody who has signed in anew.
async fn signed_in<'a>(server: &'a TestServer, person: &Person) -> TestBrowser<'a> {
    let browser = server.browser();
    browser.sign_in(person).await;
    browser
}

async fn anywhere(browser: &TestBrowser<'_>, email: &str, password: &str) -> Answer {
    let typed = json!({"username": email, "password": password});
    browser.post("sign-in", typed).await
}

async fn set_password(server: &TestServer, person: &Person, password: &str) {
    let stored = server.stored(password).await;
    let sql = format!(
        "UPDATE accounts SET password_hash = '{}' WHERE id = '{}'",
        stored.hash, person.id
    );
    server.change(sql).await;
}

#[tokio::test]
async fn connecting_takes_the_whole_sign_in_of_the_other_company() {
    each_server(async |server| {
        let (at_acme, at_beta, browser) = anna(server).await;
        assert_eq!(companies(&browser).await.companies, []);
        let step = begin(&browser, &at_beta, PASSWORD).await.code_step();
        assert_eq!(step.company, BETA);
        assert_eq!(step.trust_days, [0_u16; 0]);
        assert!(step.connects);
        assert_eq!(companies(&browser).await.companies, [], "half a proof");
        let code = code(server, &browser, &at_beta, &step).await;
        let landing = browser.enter(&step.attempt, &code).await.landing();
        assert_eq!(landing, "/acme/profile/security?connected=1#companies");
        // Nobody signed in anywhere else by it.
        let session = browser.session().await.session();
        assert_eq!(
            (session.company.alias.as_str(), session.connected),
            (ACME, true)
        );
        let shown = companies(&browser).await;
        assert!(!shown.resting);
        let [here, there] = &shown.companies[..] else {
            panic!("{shown:?}")
        };
        assert_eq!((here.alias.as_str(), here.current), (ACME, true));
        assert_eq!((there.alias.as_str(), there.current), (BETA, false));
        assert_eq!((there.open, there.last_sign_in_at.as_ref()), (true, None));
        assert_eq!(there.address, "/beta?account=a.berg&other=1");
        for (person, other) in [(&at_acme, "BETA"), (&at_beta, "ACME")] {
            let mail = server.mails_to(person).await.remove(0);
            assert!(mail.subject.contains("connected"), "{}", mail.subject);
            // Each company's own mail server reads along.
            assert!(!mail.text.to_uppercase().contains(other), "{}", mail.text);
            let events = server.events_of(person).await;
            assert!(events.contains(&"account.linked".to_owned()), "{events:?}");
        }
        let signed_in = server.events_of(&at_beta).await;
        assert!(!signed_in.contains(&"sign_in.signed_in".to_owned()));
        // The same from the other side.
        let at_beta = signed_in_later(server, &at_beta).await;
        assert_eq!(aliases(&at_beta).await, [ACME, BETA]);
    })
    .await;
}

async fn signed_in_later<'a>(server: &'a TestServer, person: &Person) -> TestBrowser<'a> {
    server.advance(MINUTE);
    signed_in(server, person).await
}

#[tokio::test]
async fn wrong_passwords_count_like_those_of_a_sign_in_there() {
    let server = server().await;
    let (_, at_beta, browser) = anna(&server).await;
    let nobody = Person {
        username: "nobody".into(),
        ..at_beta.clone()
    };
    for typed in [&at_beta, &nobody] {
        let before = server.compared();
        for _ in 0..5 {
            begin(&browser, typed, WRONG)
                .await
                .assert_status(401)
                .problem(ProblemCode::WrongCredentials);
        }
        assert_eq!(server.compared(), before + 5);
        begin(&browser, typed, PASSWORD)
            .await
            .problem(ProblemCode::Wait);
        // The counter is the one of the company's own page.
        server
            .browser()
            .type_password(typed, PASSWORD)
            .await
            .problem(ProblemCode::Wait);
    }
}

#[tokio::test]
async fn wrong_codes_lock_the_other_account_only() {
    let server = server().await;
    let (at_acme, at_beta, browser) = anna(&server).await;
    let step = begin(&browser, &at_beta, PASSWORD).await.code_step();
    let right = code(&server, &browser, &at_beta, &step).await;
    for _ in 0..5 {
        let answer = browser.enter(&step.attempt, &other_than(&right)).await;
        assert!(answer.status.is_client_error());
    }
    browser
        .enter(&step.attempt, &right)
        .await
        .problem(ProblemCode::AccountLocked);
    assert_eq!(companies(&browser).await.companies, []);
    assert_eq!(server.code_failures(&at_acme).await, 0);
    assert_eq!(server.code_failures(&at_beta).await, 5);
    browser.session().await.session();
}

#[tokio::test]
async fn a_right_code_begins_the_counter_again_and_is_no_sign_in() {
    let server = server().await;
    let (_, at_beta, browser) = anna(&server).await;
    let step = begin(&browser, &at_beta, PASSWORD).await.code_step();
    let right = code(&server, &browser, &at_beta, &step).await;
    browser
        .enter(&step.attempt, &other_than(&right))
        .await
        .problem(ProblemCode::WrongCode);
    assert_eq!(server.code_failures(&at_beta).await, 1);
    browser.enter(&step.attempt, &right).await.landing();
    assert_eq!(server.code_failures(&at_beta).await, 0);
    let sql = "SELECT COUNT(*) FROM accounts WHERE company_id = 'company-beta' AND last_sign_in_at IS NOT NULL";
    assert_eq!(server.number(sql).await, 0);
}

#[tokio::test]
async fn connecting_needs_a_session_and_a_fresh_proof() {
    let server = server().await;
    let (_, at_beta, browser) = anna(&server).await;
    begin(&server.browser(), &at_beta, PASSWORD)
        .await
        .signed_out();
    server.advance(11 * MINUTE);
    let before = server.compared();
    begin(&browser, &at_beta, PASSWORD)
        .await
        .problem(ProblemCode::FreshProofNeeded);
    assert_eq!(server.compared(), before);
    browser
        .post("session/proof", json!({"password": PASSWORD}))
        .await
        .assert_status(204);
    connect(&server, &browser, &at_beta).await;
    server.advance(11 * MINUTE);
    let id = &at_beta.id;
    browser
        .delete(&format!("person/companies/{id}"))
        .await
        .problem(ProblemCode::FreshProofNeeded);
    browser
        .put("person/default", json!({"id": id}))
        .await
        .problem(ProblemCode::FreshProofNeeded);
}

#[tokio::test]
async fn an_account_of_the_same_company_is_not_compared() {
    let server = server().await;
    let (_, _, browser) = anna(&server).await;
    let other = server.agent("other").await;
    let before = server.compared();
    begin(&browser, &other, PASSWORD)
        .await
        .assert_status(409)
        .problem(ProblemCode::NothingToDo);
    assert_eq!(server.compared(), before);
}

#[tokio::test]
async fn only_the_session_that_asked_gets_the_connection() {
    let server = server().await;
    let (_, at_beta, browser) = anna(&server).await;
    let mallory = person(&server, ACME, "mallory").await;
    let step = begin(&browser, &at_beta, PASSWORD).await.code_step();
    let right = code(&server, &browser, &at_beta, &step).await;
    // Somebody else's session in the same browser, then none at all.
    let theirs = signed_in(&server, &mallory).await;
    let session = theirs.cookie("callgate-session").expect("a session");
    let own = browser.cookie("callgate-session").expect("a session");
    browser.set_cookie("callgate-session", &session);
    browser
        .enter(&step.attempt, &right)
        .await
        .problem(ProblemCode::AttemptOver);
    browser.set_cookie("callgate-session", &own);
    browser.twin().delete("session").await.assert_status(204);
    browser
        .enter(&step.attempt, &right)
        .await
        .problem(ProblemCode::AttemptOver);
    assert_eq!(server.number("SELECT COUNT(*) FROM persons").await, 0);
    assert_eq!(companies(&theirs).await.companies, []);
}

#[tokio::test]
async fn a_locked_account_connects_nothing() {
    let server = server().await;
    let (at_acme, at_beta, browser) = anna(&server).await;
    let step = begin(&browser, &at_beta, PASSWORD).await.code_step();
    let right = code(&server, &browser, &at_beta, &step).await;
    let lock = |id: &str| format!("UPDATE accounts SET locked_at = 1 WHERE id = '{id}'");
    server.change(lock(&at_acme.id)).await;
    browser
        .enter(&step.attempt, &right)
        .await
        .problem(ProblemCode::AttemptOver);
    begin(&browser, &at_beta, PASSWORD)
        .await
        .problem(ProblemCode::AccountLocked);
    assert_eq!(companies(&browser).await.companies, []);
}

#[tokio::test]
async fn what_cannot_be_entered_cannot_be_connected_or_chosen() {
    let server = server().await;
    let (_, at_beta, browser) = anna(&server).await;
    connect(&server, &browser, &at_beta).await;
    let set = |what: &str| format!("UPDATE accounts SET {what} WHERE id = '{}'", at_beta.id);
    for (what, back) in [
        ("state = 'disabled'", "state = 'enabled'"),
        ("locked_at = 1", "locked_at = NULL"),
    ] {
        server.change(set(what)).await;
        let shown = companies(&browser).await.companies;
        let there = shown.iter().find(|it| !it.current).expect("still listed");
        assert!(!there.open, "{what}");
        let answer = begin(&browser, &at_beta, PASSWORD).await;
        assert_eq!(answer.status, 403, "{what}");
        server.change(set(back)).await;
    }
    server.change(set("deleted_at = 1")).await;
    assert_eq!(aliases(&browser).await, [""; 0]);
    browser
        .put("person/default", json!({"id": at_beta.id}))
        .await
        .problem(ProblemCode::NotFound);
}

#[tokio::test]
async fn whoever_takes_an_account_over_by_its_company_sees_no_other() {
    each_server(async |server| {
        let (at_acme, at_beta, browser) = anna(server).await;
        connect(server, &browser, &at_beta).await;
        let ada = signed_in(server, &server.admin("ada").await).await;
        // An administrator takes away what Anna had set up, which leads to something new.
        ada.post(
            &format!("users/{}/reset-two-factor", at_acme.id),
            json!({"reason": "Asked for"}),
        )
        .await
        .assert_status(200);
        server
            .change("UPDATE companies SET second_factor = 'off' WHERE alias = 'acme'")
            .await;
        let taken = server.browser();
        taken.type_password(&at_acme, PASSWORD).await.landing();
        let shown = companies(&taken).await;
        assert_eq!((shown.companies, shown.resting), (Vec::new(), true));
        assert!(!taken.session().await.session().connected);
        taken
            .put("person/default", json!({"id": at_beta.id}))
            .await
            .problem(ProblemCode::NotFound);
        taken
            .put("person/default", json!({}))
            .await
            .problem(ProblemCode::NotFound);
        taken
            .delete(&format!("person/companies/{}", at_beta.id))
            .await
            .problem(ProblemCode::NotFound);
        // Nor does it by connecting another account, from either side.
        let mallory = person(server, GAMMA, "mallory").await;
        connect(server, &taken, &mallory).await;
        assert_eq!(aliases(&taken).await, [ACME, GAMMA]);
        let at_gamma = signed_in_later(server, &mallory).await;
        assert_eq!(aliases(&at_gamma).await, [ACME, GAMMA]);
        // And Anna at beta does not come to gamma.
        let at_beta = signed_in_later(server, &at_beta).await;
        assert_eq!(aliases(&at_beta).await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_connection_that_rests_comes_back_by_proving_another_account_again() {
    let server = server().await;
    let (at_acme, at_beta, browser) = anna(&server).await;
    let at_gamma = person(&server, GAMMA, "anna").await;
    connect(&server, &browser, &at_beta).await;
    connect(&server, &browser, &at_gamma).await;
    // As every change does that the person does not make from a session.
    let raise = format!(
        "UPDATE accounts SET security_version = security_version + 1 WHERE id = '{}'",
        at_acme.id
    );
    server.change(raise).await;
    server.advance(MINUTE);
    browser.sign_in(&at_acme).await;
    assert!(companies(&browser).await.resting);
    connect(&server, &browser, &at_beta).await;
    assert_eq!(aliases(&browser).await, [ACME, BETA, GAMMA]);
    assert!(!companies(&browser).await.resting);
}

#[tokio::test]
async fn a_persons_own_changes_keep_the_connection() {
    let server = server().await;
    let (at_acme, at_beta, browser) = anna(&server).await;
    connect(&server, &browser, &at_beta).await;
    let typed = json!({"current": PASSWORD, "password": "seven calm lighthouses"});
    browser
        .put("security/password", typed)
        .await
        .assert_status(204);
    assert_eq!(aliases(&browser).await, [ACME, BETA]);
    assert!(browser.session().await.session().connected);
    // What rests is not brought back by it.
    let raise = format!(
        "UPDATE accounts SET security_version = security_version + 1 WHERE id = '{}'",
        at_acme.id
    );
    server.change(raise).await;
    server.advance(MINUTE);
    let step = browser
        .type_password(&at_acme, "seven calm lighthouses")
        .await
        .code_step();
    let code = code(&server, &browser, &at_acme, &step).await;
    browser.enter(&step.attempt, &code).await.landing();
    let typed = json!({"current": "seven calm lighthouses", "password": PASSWORD});
    browser
        .put("security/password", typed)
        .await
        .assert_status(204);
    assert!(companies(&browser).await.resting);
}

#[tokio::test]
async fn nobody_reaches_into_another_persons_companies() {
    let server = server().await;
    let (at_acme, at_beta, browser) = anna(&server).await;
    connect(&server, &browser, &at_beta).await;
    let ada = server.admin("ada").await;
    let bert = server.person(BETA, "bert", Who::Both).await;
    for stranger in [&ada, &bert] {
        let theirs = signed_in(&server, stranger).await;
        assert_eq!(companies(&theirs).await.companies, []);
        for id in [&at_acme.id, &at_beta.id] {
            theirs
                .delete(&format!("person/companies/{id}"))
                .await
                .assert_status(404);
            theirs
                .put("person/default", json!({"id": id}))
                .await
                .assert_status(404);
        }
    }
    assert_eq!(aliases(&browser).await, [ACME, BETA]);
    for path in ["person/companies/%00", "person/companies/x"] {
        assert!(browser.delete(path).await.status.is_client_error());
    }
    let nul = browser.put("person/default", json!({"id": "\u{0}"})).await;
    assert!(nul.status.is_client_error(), "{nul:?}");
}

#[tokio::test]
async fn the_start_page_leads_to_the_default_company_with_its_password() {
    each_server(async |server| {
        let (at_acme, at_beta, browser) = anna(server).await;
        set_password(server, &at_beta, "six slow rivers here").await;
        let step = begin(&browser, &at_beta, "six slow rivers here")
            .await
            .code_step();
        let code = code(server, &browser, &at_beta, &step).await;
        browser.enter(&step.attempt, &code).await.landing();
        // Without a default each address leads to its own account.
        let leads = async |email: &str, password: &str| {
            let before = server.compared();
            let answer = anywhere(&server.browser(), email, password).await;
            assert_eq!(server.compared(), before + 1, "exactly one hash");
            if answer.status.is_success() {
                answer.code_step().company
            } else {
                let problem = answer.problem(ProblemCode::WrongCredentials);
                assert_eq!(problem.regions, []);
                String::new()
            }
        };
        assert_eq!(leads(&at_acme.email, PASSWORD).await, ACME);
        assert_eq!(leads(&at_beta.email, "six slow rivers here").await, BETA);
        browser
            .put("person/default", json!({"id": at_beta.id}))
            .await
            .assert_status(204);
        assert!(
            companies(&browser)
                .await
                .companies
                .iter()
                .any(|it| it.alias == BETA && it.default)
        );
        assert_eq!(leads(&at_acme.email, "six slow rivers here").await, BETA);
        assert_eq!(leads(&at_beta.email, "six slow rivers here").await, BETA);
        assert_eq!(leads(&at_acme.email, PASSWORD).await, "");
        // A default that cannot be entered leads nowhere.
        for (closed, open) in [
            (
                "UPDATE companies SET passwords = FALSE WHERE alias = 'beta'",
                "UPDATE companies SET passwords = TRUE WHERE alias = 'beta'",
            ),
            (
                "UPDATE accounts SET state = 'disabled' WHERE company_id = 'company-beta'",
                "UPDATE accounts SET state = 'enabled' WHERE company_id = 'company-beta'",
            ),
        ] {
            server.change(closed).await;
            assert_eq!(leads(&at_acme.email, PASSWORD).await, ACME);
            server.change(open).await;
        }
        browser
            .put("person/default", json!({}))
            .await
            .assert_status(204);
        assert_eq!(leads(&at_acme.email, PASSWORD).await, ACME);
    })
    .await;
}

#[tokio::test]
async fn disconnecting_ends_default_and_person() {
    let server = server().await;
    let (at_acme, at_beta, browser) = anna(&server).await;
    let at_gamma = person(&server, GAMMA, "anna").await;
    connect(&server, &browser, &at_beta).await;
    connect(&server, &browser, &at_gamma).await;
    browser
        .put("person/default", json!({"id": at_beta.id}))
        .await
        .assert_status(204);
    browser
        .delete(&format!("person/companies/{}", at_beta.id))
        .await
        .assert_status(204);
    assert_eq!(aliases(&browser).await, [ACME, GAMMA]);
    assert!(
        !companies(&browser)
            .await
            .companies
            .iter()
            .any(|it| it.default)
    );
    for person in [&at_acme, &at_beta] {
        let mail = server.mails_to(person).await.remove(0);
        assert!(mail.subject.contains("not connected any more"));
        let events = server.events_of(person).await;
        assert!(events.contains(&"account.unlinked".to_owned()));
    }
    browser
        .delete(&format!("person/companies/{}", at_acme.id))
        .await
        .assert_status(204);
    assert_eq!(companies(&browser).await.companies, []);
    assert_eq!(server.number("SELECT COUNT(*) FROM persons").await, 0);
    let left = "SELECT COUNT(*) FROM accounts WHERE person_id IS NOT NULL";
    assert_eq!(server.number(left).await, 0);
}

#[tokio::test]
async fn connected_accounts_bring_theirs_along() {
    let server = server().await;
    let (_, at_beta, browser) = anna(&server).await;
    connect(&server, &browser, &at_beta).await;
    server.add_company(company("delta")).await;
    let at_gamma = person(&server, GAMMA, "anna").await;
    let at_delta = person(&server, "delta", "anna").await;
    let there = signed_in(&server, &at_gamma).await;
    connect(&server, &there, &at_delta).await;
    server.advance(MINUTE);
    connect(&server, &browser, &at_gamma).await;
    assert_eq!(aliases(&browser).await, [ACME, BETA, "delta", GAMMA]);
    assert_eq!(aliases(&there).await, [ACME, BETA, "delta", GAMMA]);
    assert_eq!(server.number("SELECT COUNT(*) FROM persons").await, 1);
}

#[tokio::test]
async fn two_who_connect_crosswise_become_one_person() {
    each_server(async |server| {
        server
            .change("UPDATE companies SET second_factor = 'off'")
            .await;
        let at_acme = person(server, ACME, "anna").await;
        let at_beta = person(server, BETA, "anna").await;
        let (one, two) = (server.browser(), server.browser());
        one.type_password(&at_acme, PASSWORD).await.landing();
        two.type_password(&at_beta, PASSWORD).await.landing();
        let (first, second) = join(
            begin(&one, &at_beta, PASSWORD),
            begin(&two, &at_acme, PASSWORD),
        )
        .await;
        for answer in [&first, &second] {
            // The database may undo one of two that wait for each other; asked again, it works.
            assert!([200, 503].contains(&answer.status.as_u16()), "{answer:?}");
        }
        begin(&one, &at_beta, PASSWORD).await.landing();
        assert_eq!(aliases(&one).await, [ACME, BETA]);
        assert_eq!(aliases(&two).await, [ACME, BETA]);
        assert_eq!(server.number("SELECT COUNT(*) FROM persons").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_company_without_second_proofs_is_connected_at_once() {
    let server = server().await;
    let mut plain = company("plain");
    plain.policy.second_factor = SecondFactor::Off;
    server.add_company(plain).await;
    let (_, _, browser) = anna(&server).await;
    let there = person(&server, "plain", "anna").await;
    let landing = begin(&browser, &there, PASSWORD).await.landing();
    assert_eq!(landing, "/acme/profile/security?connected=1#companies");
    assert_eq!(aliases(&browser).await, [ACME, "plain"]);
    // A connection opens nothing there.
    browser.page("/plain/desk").await.redirect();
    let page = browser.page("/plain?account=anna&other=1").await.text();
    assert!(
        page.contains("signs out") && page.contains("ACME"),
        "{page}"
    );
    browser.type_password(&there, PASSWORD).await.landing();
    assert_eq!(browser.session().await.session().company.alias, "plain");
}

#[tokio::test]
async fn those_last_signed_in_to_come_first() {
    let server = server().await;
    let (at_acme, at_beta, browser) = anna(&server).await;
    let at_gamma = person(&server, GAMMA, "anna").await;
    connect(&server, &browser, &at_beta).await;
    connect(&server, &browser, &at_gamma).await;
    server.advance(HOUR);
    signed_in(&server, &at_gamma).await;
    server.advance(HOUR);
    browser.sign_in(&at_acme).await;
    let order: Vec<_> = companies(&browser)
        .await
        .companies
        .into_iter()
        .map(|it| it.alias)
        .collect();
    assert_eq!(order, [ACME, GAMMA, BETA]);
}
