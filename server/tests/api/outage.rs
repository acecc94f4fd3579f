//! Bad luck: the database locked or gone, and clients that do not wait for the answer.

use std::{net::SocketAddr, time::Duration};

use app::wire::ProblemCode;
use futures::FutureExt;
use serde_json::json;
use server::storage::{
    Db,
    testing::{TestDatabase, each_database},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use crate::harness::{ACME, PASSWORD, Setup, TestServer, WRONG, company, other_than};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_another_holds_the_write_lock_the_answer_is_503() {
    let database = TestDatabase::sqlite();
    let server = TestServer::at(&database.url, Setup::default()).await;
    server.add_company(company(ACME)).await;
    let anna = server.agent("anna").await;
    let signed_in = server.browser();
    signed_in.sign_in(&anna).await;
    let other = Db::open(&database.url).await.expect("opens");
    let held = other.begin().await.expect("the lock");
    let browser = server.browser();
    let (typed, ready, session) = tokio::join!(
        browser.type_password(&anna, PASSWORD),
        browser.page("/health/ready"),
        // Reading goes on.
        signed_in.session(),
    );
    let problem = typed.assert_status(503).problem(ProblemCode::Unavailable);
    assert_eq!(typed.header("retry-after"), "5");
    assert!(!problem.reference.is_empty());
    ready.assert_status(503);
    session.session();
    held.rollback().await.expect("given back");
    browser.page("/health/ready").await.assert_status(200);
    browser.begin(&anna).await;
}

#[tokio::test]
async fn without_a_database_everything_answers_503_and_lives() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    let stranger = server.browser();
    server.services.db.close().await;
    for answer in [
        browser.session().await,
        browser.get("companies/acme").await,
        browser.get("users").await,
        browser.post("session/activity", json!({})).await,
        stranger.type_password(&anna, PASSWORD).await,
        browser.enter("x", "123456").await,
        browser.delete("session").await,
        browser
            .post("invitations/look", json!({"token": "x"}))
            .await,
    ] {
        if answer.status == 409 {
            continue; // Without an attempt's cookie nothing is asked.
        }
        answer.assert_status(503).problem(ProblemCode::Unavailable);
    }
    for path in ["/acme", "/acme/desk", "/acme/code"] {
        let page = browser.page(path).await;
        assert_eq!(page.status.as_u16(), 503, "{path}: {page:?}");
    }
    browser.page("/health/ready").await.assert_status(503);
    browser.page("/health/live").await.assert_status(200);
}

/// Passes bytes on to PostgreSQL, until it does not.
struct Cable {
    port: u16,
    inner: JoinSet<()>,
}

impl Cable {
    async fn plug(to: SocketAddr, port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port))
            .await
            .expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let mut inner = JoinSet::new();
        inner.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                connections.spawn(async move {
                    if let Ok(mut far) = TcpStream::connect(to).await {
                        let _ = copy_bidirectional(&mut near, &mut far).await;
                    }
                });
            }
        });
        Self { port, inner }
    }

    async fn pull(mut self) -> u16 {
        self.inner.shutdown().await;
        self.port
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgresql_that_went_away_is_used_again_when_it_is_back() {
    each_database(async |database| {
        if !database.url.starts_with("postgres") {
            return;
        }
        let mut url: url::Url = database.url.parse().expect("an address");
        let host = url.host_str().expect("a host").to_owned();
        let target = (host, url.port().unwrap_or(5432));
        let target = tokio::net::lookup_host(target)
            .await
            .expect("found")
            .next()
            .expect("an address");
        let cable = Cable::plug(target, 0).await;
        url.set_host(Some("127.0.0.1")).expect("a host");
        url.set_port(Some(cable.port)).expect("a port");
        let server = TestServer::at(url.as_str(), Setup::default()).await;
        server.add_company(company(ACME)).await;
        let anna = server.agent("anna").await;
        let browser = server.browser();
        browser.sign_in(&anna).await;
        let port = cable.pull().await;
        let (session, typed, ready) = tokio::join!(
            browser.session(),
            browser.type_password(&anna, PASSWORD),
            browser.page("/health/ready"),
        );
        for answer in [session, typed] {
            answer.assert_status(503).problem(ProblemCode::Unavailable);
        }
        ready.assert_status(503);
        let _cable = Cable::plug(target, port).await;
        browser.session().await.session();
        browser.guess(&anna, 1).await;
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn readiness_compares_the_clocks() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        let theirs = server.services.db.clock().await.expect("a time");
        server.clock.set(theirs);
        let browser = server.browser();
        browser.page("/health/ready").await.assert_status(200);
        server.advance(Duration::from_secs(10));
        // SQLite asks the same clock as the server.
        let status = if database.url.starts_with("postgres") {
            503
        } else {
            200
        };
        browser.page("/health/ready").await.assert_status(status);
        server
            .clock
            .set(server.services.db.clock().await.expect("a time"));
        server.drain.begin();
        browser.page("/health/ready").await.assert_status(503);
        browser.page("/health/live").await.assert_status(200);
        server.services.db.close().await;
    })
    .await;
}

/// Begins a request and goes away before the answer.
async fn hang_up(answer: impl Future<Output = crate::harness::Answer>) {
    let mut answer = std::pin::pin!(answer);
    assert!(
        futures::poll!(&mut answer).is_pending(),
        "answered at once: nothing was left to drop"
    );
}

/// Lets what was begun go on, until the number is reached.
async fn becomes(server: &TestServer, sql: &str, number: i64) {
    for _ in 0..2000 {
        if server.number(sql).await == number {
            return;
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(server.number(sql).await, number, "{sql}");
}

#[tokio::test]
async fn who_hangs_up_in_mid_check_is_counted_all_the_same() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let anna = server.agent("anna").await;
        let browser = server.browser();
        for number in 1..=4 {
            hang_up(browser.type_password(&anna, WRONG)).await;
            becomes(
                &server,
                "SELECT COUNT(*) FROM audit_events WHERE kind = 'sign_in.password_wrong'",
                number,
            )
            .await;
        }
        assert_eq!(server.number("SELECT failures FROM throttles").await, 4);
        let step = browser.begin(&anna).await;
        let wrong = other_than(&server.code_of(&anna).await);
        for number in 1..=5 {
            hang_up(browser.enter(&step.attempt, &wrong)).await;
            becomes(&server, "SELECT code_failures FROM accounts", number).await;
        }
        let problem = browser
            .enter(&step.attempt, &wrong)
            .await
            .problem(ProblemCode::AccountLocked);
        assert_eq!(problem.attempts_left, None);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_mail_leaves_everybody_their_turn_to_write() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let mut people = Vec::new();
        for number in 0..60 {
            people.push(server.agent(&format!("agent-{number}")).await);
        }
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let jobs = server.jobs();
        let jobs = tokio::spawn(async move {
            jobs.run(async { drop(stopped.await) }.shared()).await;
        });
        let sign_ins = people.iter().map(async |person| {
            let browser = server.browser();
            let step = browser.begin(person).await;
            // Whoever waits for the turn to write is answered 503 after five seconds.
            let answer = browser.enter(&step.attempt, "letters").await;
            answer.problem(ProblemCode::WrongCode);
        });
        futures::future::join_all(sign_ins).await;
        drop(stop);
        jobs.await.expect("it ends");
        server.services.db.close().await;
    })
    .await;
}
