//! The same request many times at once, on both engines.

use app::wire::{ProblemCode, Role};
use futures::future::join_all;
use serde_json::json;
use server::storage::testing::each_database;

use super::{
    door::{
        ANNA, ask_less, bindings, bound, claim, come, each_server, give_phone, plain, say,
        sessions, take_passwords,
    },
    invited::invited,
    mailed::{enter, mail},
};
use crate::harness::{ACME, Answer, Setup, TestBrowser, TestServer, company, other_than};

fn split(answers: Vec<Answer>) -> (Vec<Answer>, Vec<Answer>) {
    answers
        .into_iter()
        .partition(|answer| answer.status.is_success())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_right_codes_are_one_session() {
    each_server(async |server| {
        take_passwords(server).await;
        let anna = server.agent("anna").await;
        let browser = server.browser();
        let here = come(&browser, ANNA).await;
        mail(&browser, &here, "anna").await.assert_status(200);
        let code = server.code_of(&anna).await;
        let browsers: Vec<_> = (0..50).map(|_| browser.twin()).collect();
        let answers = join_all(browsers.iter().map(|browser| enter(browser, &here, &code))).await;
        let (won, lost) = split(answers);
        assert_eq!(won.len(), 1);
        for answer in lost {
            let code = answer.any_problem().code;
            let told = [ProblemCode::AttemptOver, ProblemCode::Wait];
            assert!(told.contains(&code), "{answer:?}");
        }
        assert_eq!((bindings(server).await, sessions(server).await), (1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_wrong_codes_are_five() {
    each_server(async |server| {
        take_passwords(server).await;
        let anna = server.agent("anna").await;
        let browser = server.browser();
        let here = come(&browser, ANNA).await;
        mail(&browser, &here, "anna").await.assert_status(200);
        let code = other_than(&server.code_of(&anna).await);
        let browsers: Vec<_> = (0..50).map(|_| browser.twin()).collect();
        let answers = join_all(browsers.iter().map(|browser| enter(browser, &here, &code))).await;
        let mut left: Vec<_> = answers
            .iter()
            .map(Answer::any_problem)
            .filter(|problem| problem.code == ProblemCode::WrongCode)
            .map(|problem| problem.attempts_left)
            .collect();
        left.sort();
        assert!(left.len() <= 5, "{left:?}");
        let expected: Vec<_> = (0..5).map(Some).collect();
        assert!(expected.ends_with(&left), "{left:?}");
        assert_eq!(server.code_failures(&anna).await, 0);
        assert_eq!(sessions(server).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_several_accounts_that_prove_one_user_at_once_one_is_it() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        give_phone(&server).await;
        let second = TestServer::at(&database.url, Setup::default()).await;
        ask_less(&server).await;
        let mut waiting = Vec::new();
        for (index, name) in ["anna", "bob", "cleo", "dora"].into_iter().enumerate() {
            let person = plain(&server, name).await;
            let browser = server.browser();
            let step = come(&browser, ANNA).await;
            let browser: TestBrowser<'_> = if index % 2 == 0 {
                browser
            } else {
                browser.at(&second)
            };
            waiting.push((browser, step, person));
        }
        let answers = join_all(
            waiting
                .iter()
                .map(|(browser, step, person)| say(browser, step, person)),
        )
        .await;
        let (won, lost) = split(answers);
        assert_eq!((won.len(), lost.len()), (1, 3), "{lost:?}");
        for answer in lost {
            answer.problem(ProblemCode::PhoneTaken);
        }
        assert_eq!((bindings(&server).await, sessions(&server).await), (1, 1));
        let known = "SELECT COUNT(*) FROM accounts WHERE phone_username_folded IS NOT NULL";
        assert_eq!(server.number(known).await, 1);
        second.services.db.close().await;
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_claim_that_is_proven_many_times_is_one_session() {
    each_server(async |server| {
        ask_less(server).await;
        let anna = plain(server, "anna").await;
        let browser = server.browser();
        let step = come(&browser, ANNA).await;
        let browsers: Vec<_> = (0..4).map(|_| browser.twin()).collect();
        let answers = join_all(browsers.iter().map(|browser| say(browser, &step, &anna))).await;
        let (won, lost) = split(answers);
        assert_eq!(won.len(), 1, "{lost:?}");
        for answer in lost {
            answer.problem(ProblemCode::AttemptOver);
        }
        assert_eq!((bindings(server).await, sessions(server).await), (1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn secure_login_in_many_tabs_at_once_breaks_nothing() {
    each_server(async |server| {
        ask_less(server).await;
        let anna = plain(server, "anna").await;
        let browser = bound(server, &anna, ANNA).await;
        let browsers: Vec<_> = (0..10).map(|_| browser.twin()).collect();
        for answer in join_all(browsers.iter().map(|browser| claim(browser, ANNA))).await {
            assert_eq!(answer.landing(), "/acme/summary");
        }
        assert_eq!(bindings(server).await, 1);
        // And while nobody is known.
        come(&browser, "nobody").await;
        let browsers: Vec<_> = (0..10).map(|_| browser.twin()).collect();
        for answer in join_all(browsers.iter().map(|browser| claim(browser, "nobody"))).await {
            answer.assert_status(200);
        }
        // Twenty at once that ask to join are one request.
        let here = come(&browser, "noah").await;
        let body = json!({"attempt": here.attempt, "name": "Noah", "email": "noah@mail.example"});
        let browsers: Vec<_> = (0..20).map(|_| browser.twin()).collect();
        let asking = browsers
            .iter()
            .map(|browser| browser.post("sign-in/bind/join", body.clone()));
        for answer in join_all(asking).await {
            answer.assert_status(200);
        }
        let events = "SELECT COUNT(*) FROM audit_events WHERE kind = 'phone.join_asked'";
        assert_eq!(server.number(events).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_who_ask_to_join_at_once_are_five_mails() {
    each_server(async |server| {
        let ada = server.admin("ada").await;
        let mut waiting = Vec::new();
        for n in 0..20 {
            let browser = server.browser();
            let step = come(&browser, &format!("noah{n}")).await;
            waiting.push((browser, step));
        }
        let asking = waiting.iter().map(|(browser, step)| {
            let body =
                json!({"attempt": step.attempt, "name": "Noah", "email": "noah@mail.example"});
            browser.post("sign-in/bind/join", body)
        });
        for answer in join_all(asking).await {
            answer.assert_status(200);
        }
        assert_eq!(server.mails_to(&ada).await.len(), 5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_opened_invitation_binds_once() {
    each_server(async |server| {
        take_passwords(server).await;
        let (_, token) = invited(server, &[Role::Agent]).await;
        let browser = server.browser();
        let browsers: Vec<_> = (0..10).map(|_| browser.twin()).collect();
        let accepting = browsers
            .iter()
            .map(|browser| browser.post("invitations/phone", json!({"token": token})));
        let (won, _) = split(join_all(accepting).await);
        assert_eq!(won.len(), 1);
        let browser = browsers
            .iter()
            .find(|browser| browser.cookie("callgate-phone").is_some());
        let browser = browser.expect("the one that was faster");
        let browsers: Vec<_> = (0..10).map(|_| browser.twin()).collect();
        let answers = join_all(browsers.iter().map(|browser| claim(browser, "ines"))).await;
        let signed_in = answers
            .iter()
            .filter(|answer| answer.text().contains("signed_in"));
        assert_eq!(signed_in.count(), 1, "{answers:?}");
        assert_eq!((bindings(server).await, sessions(server).await), (1, 1));
    })
    .await;
}
