//! The same request many times at once, on both engines.

use app::wire::ProblemCode;
use futures::future::{join, join_all};
use serde_json::json;

use super::{
    add_app, app_code, confirm, each_server, settings, somebody, verify, verify_both, with_app,
};
use crate::harness::{Answer, PASSWORD, TestBrowser};

async fn at_once<'a>(
    browser: &TestBrowser<'a>,
    times: usize,
    ask: impl AsyncFn(&TestBrowser<'a>) -> Answer,
) -> Vec<Answer> {
    let browsers: Vec<_> = (0..times).map(|_| browser.twin()).collect();
    join_all(browsers.iter().map(|browser| ask(browser))).await
}

fn succeeded(answers: &[Answer]) -> usize {
    answers
        .iter()
        .filter(|answer| answer.status.is_success())
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_first_code_adds_one_way() {
    each_server(async |server| {
        let (anna, browser) = somebody(server, "anna").await;
        let setup = add_app(&browser).await;
        let code = app_code(&setup.secret, server.services.now());
        let mailed = server.code_of(&anna).await;
        let answers = at_once(&browser, 20, async |browser| {
            verify_both(browser, &code, &mailed).await
        })
        .await;
        assert_eq!(succeeded(&answers), 1);
        for answer in answers {
            if !answer.status.is_success() {
                answer.problem(ProblemCode::SetupOver);
            }
        }
        assert_eq!(settings(&browser).await.two_factor.ways.len(), 1);
        let events = server.events_of(&anna).await;
        let added = events.iter().filter(|kind| *kind == "two_factor.added");
        assert_eq!(added.count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_wrong_codes_are_ten() {
    each_server(async |server| {
        let (_, browser) = somebody(server, "anna").await;
        add_app(&browser).await;
        let answers = at_once(&browser, 20, async |browser| verify(browser, "WRONG").await).await;
        let wrong = answers
            .iter()
            .filter(|answer| answer.any_problem().code == ProblemCode::WrongCode);
        assert_eq!(wrong.count(), 9);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_ways_removed_at_once_leave_one_where_one_is_required() {
    each_server(async |server| {
        let (anna, browser) = somebody(server, "anna").await;
        with_app(server, &anna, &browser).await;
        with_app(server, &anna, &browser).await;
        server
            .change("UPDATE companies SET second_factor = 'required'")
            .await;
        let ways = settings(&browser).await.two_factor.ways;
        let paths: Vec<String> = ways
            .iter()
            .map(|way| format!("security/ways/{}", way.id))
            .collect();
        let (one, two) = (browser.twin(), browser.twin());
        let answers = join_all([one.delete(&paths[0]), two.delete(&paths[1])]).await;
        assert_eq!(succeeded(&answers), 1);
        assert_eq!(settings(&browser).await.two_factor.ways.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_confirmation_counts() {
    each_server(async |server| {
        let (anna, browser) = somebody(server, "anna").await;
        let (_, codes) = with_app(server, &anna, &browser).await;
        let answers = at_once(&browser, 10, async |browser| {
            confirm(browser, &codes[0]).await
        })
        .await;
        assert_eq!(succeeded(&answers), 1);
        let events = server.events_of(&anna).await;
        let made = events
            .iter()
            .filter(|kind| *kind == "two_factor.codes_made");
        assert_eq!(made.count(), 1);
    })
    .await;
}

/// Comparing takes so long that another browser can end the session in between.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_that_is_ended_meanwhile_replaces_no_password() {
    each_server(async |server| {
        let (anna, browser) = somebody(server, "anna").await;
        let other = server.browser();
        other.type_password(&anna, PASSWORD).await.landing();
        let sessions = settings(&other).await.sessions;
        let path = format!("security/sessions/{}", sessions[1].id);
        let body = json!({"current": PASSWORD, "password": "seven slow rivers"});
        let (replaced, ended) =
            join(browser.put("security/password", body), other.delete(&path)).await;
        // Whichever comes first ends the other's session.
        let (first, second) = if ended.status.is_success() {
            (ended, replaced)
        } else {
            (replaced, ended)
        };
        first.assert_status(204);
        second.signed_out();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_new_password_wins() {
    each_server(async |server| {
        let (anna, browser) = somebody(server, "anna").await;
        // Four tries are free: with more at once, waits would decide.
        let browsers: Vec<_> = (0..4).map(|_| browser.twin()).collect();
        let answers = join_all(browsers.iter().enumerate().map(|(number, browser)| {
            let body =
                json!({"current": PASSWORD, "password": format!("seven slow rivers {number}")});
            browser.put("security/password", body)
        }))
        .await;
        assert_eq!(succeeded(&answers), 1);
        browser.session().await.session();
        let winner = answers
            .iter()
            .position(|answer| answer.status.is_success())
            .expect("one");
        server
            .browser()
            .type_password(&anna, &format!("seven slow rivers {winner}"))
            .await
            .landing();
        let events = server.events_of(&anna).await;
        let changed = events.iter().filter(|kind| *kind == "password.changed");
        assert_eq!(changed.count(), 1);
    })
    .await;
}
