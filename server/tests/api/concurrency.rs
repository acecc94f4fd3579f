//! Many requests at the same moment, to two servers on one database: every rule holds exactly.

use std::collections::BTreeMap;

use app::wire::{ProblemCode, Role};
use futures::future::join_all;
use serde_json::json;
use server::{
    flows::operator::{FirstCredential, PersonDraft, create_account},
    storage::{
        Welcome,
        testing::{TestDatabase, each_database},
    },
};

use crate::harness::{
    ACME, Answer, MINUTE, PASSWORD, Setup, TestBrowser, TestServer, WRONG, company, other_than,
};

/// Runs the test with two servers, once on each engine.
async fn two_servers(test: impl AsyncFn(&TestServer, &TestServer)) {
    each_database(async |database: &TestDatabase| {
        let setup = Setup::default();
        let one = TestServer::at(&database.url, setup.clone()).await;
        let two = TestServer::at(&database.url, setup).await;
        one.add_company(company(ACME)).await;
        test(&one, &two).await;
        one.services.db.close().await;
        two.services.db.close().await;
    })
    .await;
}

/// Asks `times` times at once, both servers in turn, with the cookies that the browser has now.
async fn at_once<'a>(
    browser: &TestBrowser<'a>,
    two: &'a TestServer,
    times: usize,
    ask: impl AsyncFn(&TestBrowser<'a>) -> Answer,
) -> Vec<Answer> {
    let browsers: Vec<_> = (0..times)
        .map(|number| match number % 2 {
            0 => browser.twin(),
            _ => browser.at(two),
        })
        .collect();
    join_all(browsers.iter().map(|browser| ask(browser))).await
}

/// How often each status came with which code and number of tries left.
fn tally(answers: &[Answer]) -> BTreeMap<(u16, String, Option<u8>), usize> {
    let mut tally = BTreeMap::new();
    for answer in answers {
        let key = if answer.status.is_success() {
            (answer.status.as_u16(), String::new(), None)
        } else {
            let problem = answer.any_problem();
            let code = serde_json::to_value(problem.code).expect("a name");
            (
                problem.status,
                code.as_str().expect("a name").to_owned(),
                problem.attempts_left,
            )
        };
        *tally.entry(key).or_default() += 1;
    }
    tally
}

#[track_caller]
fn assert_tally(answers: &[Answer], expected: &[(u16, &str, Option<u8>, usize)]) {
    let expected = expected
        .iter()
        .map(|(status, code, left, times)| ((*status, (*code).to_owned(), *left), *times))
        .collect();
    assert_eq!(tally(answers), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_wrong_codes_are_five() {
    two_servers(async |one, two| {
        let anna = one.agent("anna").await;
        let browser = one.browser();
        let step = browser.begin(&anna).await;
        let wrong = other_than(&one.code_of(&anna).await);
        let answers = at_once(&browser, two, 200, async |browser| {
            browser.enter(&step.attempt, &wrong).await
        })
        .await;
        assert_tally(
            &answers,
            &[
                (401, "wrong_code", Some(4), 1),
                (401, "wrong_code", Some(3), 1),
                (401, "wrong_code", Some(2), 1),
                (401, "wrong_code", Some(1), 1),
                (403, "account_locked", Some(0), 1),
                (403, "account_locked", None, 195),
            ],
        );
        assert_eq!(one.code_failures(&anna).await, 5);
        let events = one.events_of(&anna).await;
        let locked = events.iter().filter(|kind| *kind == "sign_in.locked");
        assert_eq!(locked.count(), 1);
        let mails = one.mails_to(&anna).await;
        assert_eq!(mails.len(), 2, "the code and one letter about the lock");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_right_codes_are_one_session() {
    two_servers(async |one, two| {
        let anna = one.agent("anna").await;
        let browser = one.browser();
        let step = browser.begin(&anna).await;
        let code = one.code_of(&anna).await;
        let answers = at_once(&browser, two, 50, async |browser| {
            browser.enter(&step.attempt, &code).await
        })
        .await;
        assert_tally(
            &answers,
            &[(200, "", None, 1), (409, "attempt_over", None, 49)],
        );
        assert_eq!(one.number("SELECT COUNT(*) FROM sessions").await, 1);
        assert_eq!(one.code_failures(&anna).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn right_and_wrong_codes_together_never_exceed_five_tries() {
    two_servers(async |one, two| {
        let anna = one.agent("anna").await;
        let browser = one.browser();
        let step = browser.begin(&anna).await;
        let code = one.code_of(&anna).await;
        let wrong = other_than(&code);
        let typed = std::sync::atomic::AtomicUsize::new(0);
        let answers = at_once(&browser, two, 60, async |browser| {
            let number = typed.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let code = if number % 6 == 5 { &code } else { &wrong };
            browser.enter(&step.attempt, code).await
        })
        .await;
        let tally = tally(&answers);
        let sessions = one.number("SELECT COUNT(*) FROM sessions").await;
        let wrong: usize = tally
            .iter()
            .filter(|((_, code, left), _)| code == "wrong_code" || *left == Some(0))
            .map(|(_, times)| times)
            .sum();
        // Either a right one came in time, or five wrong ones did.
        match sessions {
            0 => assert_eq!((wrong, one.code_failures(&anna).await), (5, 5), "{tally:?}"),
            1 => assert!(
                wrong <= 4 && one.code_failures(&anna).await == 0,
                "{tally:?}"
            ),
            more => panic!("{more} sessions: {tally:?}"),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_wrong_passwords_are_five_comparisons() {
    two_servers(async |one, two| {
        let anna = one.agent("anna").await;
        let before = one.compared() + two.compared();
        let answers = at_once(&one.browser(), two, 100, async |browser| {
            browser.type_password(&anna, WRONG).await
        })
        .await;
        assert_tally(
            &answers,
            &[(401, "wrong_credentials", None, 5), (429, "wait", None, 95)],
        );
        assert_eq!(one.compared() + two.compared() - before, 5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_right_passwords_at_once_send_one_mail() {
    two_servers(async |one, two| {
        let anna = one.agent("anna").await;
        // Half of them may find the counter's wait: a try counts as wrong until it was right.
        let answers = at_once(&one.browser(), two, 4, async |browser| {
            browser.type_password(&anna, PASSWORD).await
        })
        .await;
        assert_tally(&answers, &[(200, "", None, 4)]);
        assert_eq!(one.codes_mailed_to(&anna).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn resending_at_once_sends_one_mail() {
    two_servers(async |one, two| {
        let anna = one.agent("anna").await;
        let browser = one.browser();
        let step = browser.begin(&anna).await;
        one.advance(MINUTE);
        let answers = at_once(&browser, two, 30, async |browser| {
            browser.resend(&step.attempt).await
        })
        .await;
        assert_tally(
            &answers,
            &[(200, "", None, 1), (429, "resend_too_early", None, 29)],
        );
        // Five minutes have not passed, so the first code's mail is still among them.
        assert_eq!(one.codes_mailed_to(&anna).await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_invitation_has_one_winner() {
    two_servers(async |one, two| {
        let draft = PersonDraft {
            username: "ines".into(),
            email: "ines@mail.example".into(),
            name: "Ines Newman".into(),
            roles: vec![Role::Agent],
        };
        let made = create_account(&one.services, ACME, &draft, Welcome::Link).await;
        let FirstCredential::Link { path, .. } = made.expect("made") else {
            panic!("not a link")
        };
        let token = path.split_once("token=").expect("a secret").1;
        let answers = at_once(&one.browser(), two, 20, async |browser| {
            let accepted = json!({"token": token, "password": PASSWORD});
            browser.post("invitations/accept", accepted).await
        })
        .await;
        assert_tally(
            &answers,
            &[(200, "", None, 1), (410, "link_used", None, 19)],
        );
        assert_eq!(one.number("SELECT COUNT(*) FROM attempts").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_browser_link_has_one_winner_and_three_askers() {
    two_servers(async |one, two| {
        let anna = one.agent("anna").await;
        let answers = at_once(&one.browser(), two, 20, async |browser| {
            browser
                .post("companies/acme/browser-link", json!({"account": "anna"}))
                .await
        })
        .await;
        assert_tally(&answers, &[(204, "", None, 20)]);
        let mails = one.mails_to(&anna).await;
        assert_eq!(mails.len(), 3);
        let mut opened = 0;
        for mail in mails {
            let (_, rest) = mail.text.split_once("token=").expect("a link");
            let token = rest.split_whitespace().next().expect("a secret").to_owned();
            let answers = at_once(&one.browser(), two, 10, async |browser| {
                browser.post("browser-link", json!({"token": token})).await
            })
            .await;
            opened += answers.iter().filter(|a| a.status.is_success()).count();
        }
        assert_eq!(opened, 1, "only the newest of them, and once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn unlocking_at_once_unlocks_once() {
    two_servers(async |one, two| {
        let anna = one.agent("anna").await;
        let ada = one.admin("ada").await;
        one.browser().fail_codes(&anna, 5).await;
        let browser = one.browser();
        browser.sign_in(&ada).await;
        let path = format!("users/{}/unlock", anna.id);
        let answers = at_once(&browser, two, 10, async |browser| {
            browser.post(&path, json!({"reason": "asked"})).await
        })
        .await;
        assert_tally(
            &answers,
            &[(200, "", None, 1), (409, "not_locked", None, 9)],
        );
        let events = one.events_of(&anna).await;
        let unlocked = events.iter().filter(|kind| *kind == "account.unlocked");
        assert_eq!(unlocked.count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sign_out_reaches_the_other_server_at_once() {
    two_servers(async |one, two| {
        let anna = one.agent("anna").await;
        let here = one.browser();
        here.sign_in(&anna).await;
        let there = here.at(two);
        there.session().await.session();
        here.delete("session").await.assert_status(204);
        there
            .session()
            .await
            .assert_status(401)
            .problem(ProblemCode::SignedOut);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_uses_of_one_backup_code_are_one_session() {
    two_servers(async |one, two| {
        let anna = one.agent("anna").await;
        let codes = one.give_codes(&anna).await;
        let browser = one.browser();
        let step = browser.begin(&anna).await;
        let answers = at_once(&browser, two, 100, async |browser| {
            browser.enter(&step.attempt, &codes[0]).await
        })
        .await;
        assert_tally(
            &answers,
            &[(200, "", None, 1), (409, "attempt_over", None, 99)],
        );
        assert_eq!(one.codes_left(&anna).await, Some(9));
        assert_eq!(one.number("SELECT COUNT(*) FROM sessions").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_backup_code_in_a_hundred_browsers_lets_one_in() {
    two_servers(async |one, two| {
        let anna = one.agent("anna").await;
        one.give_only_app(&anna).await;
        let codes = one.give_codes(&anna).await;
        let mut browsers = Vec::new();
        for number in 0..100 {
            let browser = if number % 2 == 0 { one } else { two }.browser();
            let step = browser.begin(&anna).await;
            browsers.push((browser, step.attempt));
        }
        let typed = browsers
            .iter()
            .map(|(browser, attempt)| browser.enter(attempt, &codes[0]));
        let answers = join_all(typed).await;
        // Whoever comes in first starts the counter anew; the others are as many wrong codes.
        assert_tally(
            &answers,
            &[
                (200, "", None, 1),
                (401, "used_code", Some(4), 1),
                (401, "used_code", Some(3), 1),
                (401, "used_code", Some(2), 1),
                (401, "used_code", Some(1), 1),
                (403, "account_locked", Some(0), 1),
                (403, "account_locked", None, 94),
            ],
        );
        assert_eq!(one.number("SELECT COUNT(*) FROM sessions").await, 1);
        assert_eq!(one.codes_left(&anna).await, Some(9));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_step_of_an_app_in_many_browsers_lets_one_in() {
    two_servers(async |one, two| {
        let anna = one.agent("anna").await;
        let app = one.give_only_app(&anna).await;
        let code = app.code(one.services.now());
        let mut browsers = Vec::new();
        for number in 0..4 {
            let browser = if number % 2 == 0 { one } else { two }.browser();
            let step = browser.begin(&anna).await;
            browsers.push((browser, step.attempt));
        }
        let typed = browsers
            .iter()
            .map(|(browser, attempt)| browser.enter(attempt, &code));
        let answers = join_all(typed).await;
        assert_tally(
            &answers,
            &[
                (200, "", None, 1),
                (401, "used_code", Some(4), 1),
                (401, "used_code", Some(3), 1),
                (401, "used_code", Some(2), 1),
            ],
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_typed_back_many_times_is_one_session() {
    two_servers(async |one, two| {
        let anna = one.agent("anna").await;
        one.forget_ways(&anna).await;
        let browser = one.browser();
        let step = browser.begin(&anna).await;
        let code = one.code_of(&anna).await;
        browser.enter(&step.attempt, &code).await.setup_step();
        let codes = browser.set_up(&step.attempt, "email").await.shown_codes();
        let answers = at_once(&browser, two, 20, async |browser| {
            browser.confirm(&step.attempt, &codes[4]).await
        })
        .await;
        assert_tally(
            &answers,
            &[(200, "", None, 1), (409, "attempt_over", None, 19)],
        );
        assert_eq!(one.number("SELECT COUNT(*) FROM sessions").await, 1);
    })
    .await;
}
