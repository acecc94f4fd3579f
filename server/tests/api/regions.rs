//! Regions: two servers with databases of their own that find each other's companies, and neighbours that are gone,
//! hang, lie, redirect or talk without end.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use app::wire::{Problem, ProblemCode, RegionAnswer, RegionHint};
use axum::http::StatusCode;
use serde_json::{Value, json};
use server::{
    flows,
    regions::{Peer, Regions},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use url::Url;

use crate::harness::{ACME, PASSWORD, Setup, TestBrowser, TestServer, company, seconds};

/// Enough for every answer of this machine, little enough to wait for one that never comes.
const PATIENCE: Duration = Duration::from_millis(700);

fn peer(name: &str, origin: &Url) -> Peer {
    Peer {
        name: name.to_owned(),
        origin: origin.clone(),
    }
}

/// A server beside these regions, with the company `acme`.
async fn beside(peers: &[Peer]) -> TestServer {
    TestServer::with(Setup {
        regions: Regions::with_patience(peers, PATIENCE),
        ..Setup::default()
    })
    .await
}

/// The region with `northwind-eu`, which has an instance alias and a domain.
async fn europe() -> (TestServer, Url) {
    let server = TestServer::start().await;
    let mut northwind = company("northwind-eu");
    northwind.instance_alias = Some("nw-connect".into());
    server.add_company(northwind).await;
    flows::regions::vouch(&server.services, "northwind-eu", "Northwind.example.")
        .await
        .expect("a domain");
    let url = server.listen().await;
    (server, url)
}

async fn find(browser: &TestBrowser<'_>, typed: &str) -> Problem {
    let answer = browser
        .post("companies/find", json!({"company": typed}))
        .await;
    answer.assert_status(404);
    answer.problem(ProblemCode::UnknownCompany)
}

fn hint(name: &str, origin: &Url, path: &str) -> RegionHint {
    RegionHint {
        name: name.to_owned(),
        address: format!("{origin}{path}"),
    }
}

/// A neighbour that answers every connection with these bytes, and keeps what it was asked.
struct Fake {
    url: Url,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    async fn saying(bytes: impl Into<Vec<u8>>) -> Self {
        Self::with(bytes.into(), false).await
    }

    /// Says this and then more and more.
    async fn without_end(bytes: impl Into<Vec<u8>>) -> Self {
        Self::with(bytes.into(), true).await
    }

    async fn json(body: &str) -> Self {
        let length = body.len();
        Self::saying(format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        ))
        .await
    }

    async fn with(bytes: Vec<u8>, endless: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hearing = heard.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (bytes, hearing) = (bytes.clone(), hearing.clone());
                tokio::spawn(async move {
                    let mut request = vec![0; 4096];
                    let mut length = 0;
                    // Head and body may come apart.
                    while !request[..length].ends_with(b"}") {
                        match stream.read(&mut request[length..]).await {
                            Ok(0) | Err(_) => break,
                            Ok(more) => length += more,
                        }
                    }
                    let request = String::from_utf8_lossy(&request[..length]).into_owned();
                    hearing.lock().expect("unpoisoned").push(request);
                    let mut open = stream.write_all(&bytes).await.is_ok();
                    while endless && open {
                        open = stream.write_all(&[b' '; 4096]).await.is_ok();
                    }
                    // Held open: whoever waits for the end waits in vain.
                    let _ = stream.read(&mut [0; 1]).await;
                });
            }
        });
        Self {
            url: url.parse().expect("an address"),
            heard,
        }
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("unpoisoned").clone()
    }
}

#[tokio::test]
async fn a_company_of_another_region_is_one_click_away() {
    let (europe, url) = europe().await;
    let server = beside(&[peer("Europe", &url)]).await;
    let browser = server.browser();
    for (typed, path) in [
        ("northwind-eu", "northwind-eu"),
        (" Northwind-EU ", "northwind-eu"),
        ("nw-connect", "nw-connect"),
        (
            "https://elsewhere.example/northwind-eu/code",
            "northwind-eu",
        ),
        ("anna@northwind.example", ""),
        ("@NORTHWIND.example", ""),
    ] {
        let problem = find(&browser, typed).await;
        assert_eq!(problem.regions, [hint("Europe", &url, path)], "{typed}");
    }
    for typed in [
        "northwind-us",
        "NORTHWIND-EU Contact Centre",
        "x@other.example",
    ] {
        assert_eq!(find(&browser, typed).await.regions, [], "{typed}");
    }
    // Its own page says so too, with scripts or without.
    let page = browser.page("/northwind-eu").await;
    page.assert_status(404);
    assert!(page.text().contains(&format!("{url}northwind-eu")));
    assert!(page.text().contains("This company is in region Europe."));
    let page = browser.page("/?company=northwind-eu").await.text();
    assert!(page.contains(&format!("{url}northwind-eu")), "{page}");
    // What both have is found here.
    browser
        .post("companies/find", json!({"company": ACME}))
        .await
        .assert_status(200);
    drop(europe);
}

#[tokio::test]
async fn an_address_of_another_region_is_known_without_asking() {
    let fake = Fake::json(r#"{"here": false}"#).await;
    let server = beside(&[peer("Europe", &fake.url)]).await;
    // Though there is a company of this alias here.
    let typed = format!("{}acme", fake.url);
    let problem = find(&server.browser(), &typed).await;
    assert_eq!(problem.regions, [hint("Europe", &fake.url, "acme")]);
    assert_eq!(fake.heard(), [""; 0]);
}

#[tokio::test]
async fn yes_or_no_is_all_that_is_told() {
    let (europe, _) = europe().await;
    let browser = europe.browser();
    for (asked, here) in [
        (json!({"alias": "northwind-eu"}), true),
        (json!({"alias": "nw-connect"}), true),
        (json!({"alias": "northwind"}), false),
        (json!({"domain": "northwind.example"}), true),
        (json!({"domain": "NORTHWIND.example"}), true),
        (json!({"domain": "acme.example"}), false),
    ] {
        let answer = browser.post("regions/lookup", asked.clone()).await;
        let told: Value = answer.json();
        assert_eq!(told, json!({"here": here}), "{asked}");
    }
    for asked in [
        json!({}),
        json!({"alias": "northwind-eu", "domain": "northwind.example"}),
        json!({"alias": "NORTHWIND-EU Contact Centre"}),
        json!({"alias": "\u{0}"}),
        json!({"domain": "anna@northwind.example"}),
        json!({"domain": "127.0.0.1"}),
        json!({"domain": 7}),
        json!({"username": "anna"}),
    ] {
        browser
            .post("regions/lookup", asked)
            .await
            .assert_status(400)
            .problem(ProblemCode::InvalidRequest);
    }
    // A company that nobody has entered yet is not told of.
    europe
        .change("UPDATE companies SET state = 'inert' WHERE alias = 'northwind-eu'")
        .await;
    for asked in [
        json!({"alias": "northwind-eu"}),
        json!({"domain": "northwind.example"}),
    ] {
        let answer: RegionAnswer = browser.post("regions/lookup", asked).await.json();
        assert!(!answer.here);
    }
}

#[tokio::test]
async fn whoever_asks_too_often_waits() {
    let server = TestServer::start().await;
    let ask = async |browser: &TestBrowser<'_>| {
        browser
            .post("regions/lookup", json!({"alias": "northwind"}))
            .await
    };
    let one = server.browser();
    for _ in 0..600 {
        ask(&one).await.assert_status(200);
    }
    let waits = ask(&one).await;
    waits.assert_status(429);
    assert_eq!(waits.problem(ProblemCode::Wait).retry_after, Some(60));
    ask(&server.browser().from([198, 51, 100, 9]))
        .await
        .assert_status(200);
    server.advance(seconds(60));
    ask(&one).await.assert_status(200);
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "real servers take real time")]
async fn neighbours_that_are_gone_hang_or_talk_nonsense_cost_a_moment_and_nothing_else() {
    let (europe, url) = europe().await;
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        format!("http://{address}").parse::<Url>().expect("a URL")
    };
    let goal = Fake::json(r#"{"here": true}"#).await;
    let fakes = [
        Fake::saying("").await,
        Fake::saying("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n").await,
        Fake::saying(format!(
            "HTTP/1.1 307 Temporary Redirect\r\nlocation: {}api/v1/regions/lookup\r\ncontent-length: 0\r\n\r\n",
            goal.url
        ))
        .await,
        Fake::saying("220 mail.example ESMTP\r\n").await,
        Fake::json("{\"here\": \"yes\"}").await,
        Fake::json("true").await,
        Fake::without_end("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"here\": true,").await,
        Fake::without_end("HTTP/1.1 200 OK\r\nx: ").await,
        Fake::saying("HTTP/1.1 500 Oh\r\ncontent-length: 14\r\n\r\n{\"here\": true}").await,
    ];
    let mut peers: Vec<Peer> = fakes
        .iter()
        .enumerate()
        .map(|(number, fake)| peer(&format!("Fake {number}"), &fake.url))
        .collect();
    peers.push(peer("Gone", &gone));
    peers.push(peer("Europe", &url));
    let server = beside(&peers).await;
    let browser = server.browser();
    let begun = Instant::now();
    let problem = find(&browser, "northwind-eu").await;
    assert!(begun.elapsed() < 3 * PATIENCE, "all are asked at once");
    assert_eq!(problem.regions, [hint("Europe", &url, "northwind-eu")]);
    assert_eq!(goal.heard(), [""; 0], "no redirect is followed");
    // They are left alone for a while, so the next answer is there at once.
    let begun = Instant::now();
    assert_eq!(find(&browser, "northwind-eu").await.regions.len(), 1);
    assert!(begun.elapsed() < PATIENCE / 2, "{:?}", begun.elapsed());
    drop(europe);
}

#[tokio::test]
async fn a_liar_leads_nowhere_but_to_its_own_configured_address() {
    let liar = Fake::json(
        r#"{"here": true, "address": "https://evil.example/", "name": "Here", "url": "https://evil.example"}"#,
    )
    .await;
    let (europe, url) = europe().await;
    let server = beside(&[peer("America", &liar.url), peer("Europe", &url)]).await;
    let browser = server.browser();
    let problem = find(&browser, "northwind-eu").await;
    // Both say yes; who is right is seen by whoever chooses.
    let both = [
        hint("America", &liar.url, "northwind-eu"),
        hint("Europe", &url, "northwind-eu"),
    ];
    assert_eq!(problem.regions, both);
    let page = browser.page("/northwind-eu").await.text();
    assert!(!page.contains("evil.example"));
    drop(europe);
}

#[tokio::test]
async fn answers_are_kept_for_a_while() {
    for (body, kept) in [(r#"{"here": true}"#, 600), (r#"{"here": false}"#, 60)] {
        let fake = Fake::json(body).await;
        let server = beside(&[peer("Europe", &fake.url)]).await;
        let browser = server.browser();
        for _ in 0..3 {
            find(&browser, "northwind-eu").await;
        }
        assert_eq!(fake.heard().len(), 1);
        server.advance(seconds(kept - 1));
        find(&browser, "northwind-eu").await;
        assert_eq!(fake.heard().len(), 1);
        server.advance(seconds(1));
        find(&browser, "northwind-eu").await;
        assert_eq!(fake.heard().len(), 2);
    }
}

#[tokio::test]
async fn of_a_person_nothing_is_ever_sent() {
    let fake = Fake::json(r#"{"here": true}"#).await;
    let server = beside(&[peer("Europe", &fake.url)]).await;
    let browser = server.browser();
    find(&browser, "anna.berg@northwind.example").await;
    for typed in ["Anna Berg", "anna berg@northwind", "+49 30 1234"] {
        find(&browser, typed).await;
    }
    let heard = fake.heard();
    assert_eq!(heard.len(), 1, "{heard:?}");
    let asked = heard[0].to_lowercase();
    assert!(
        asked.contains(r#"{"domain":"northwind.example"}"#),
        "{asked}"
    );
    for secret in ["anna", "berg", "cookie", "203.0.113.7", "callgate-"] {
        assert!(!asked.contains(secret), "{secret}: {asked}");
    }
}

#[tokio::test]
async fn signing_in_at_the_start_page_asks_no_region_and_answers_everybody_alike() {
    let (europe, url) = europe().await;
    let fake = Fake::json(r#"{"here": true}"#).await;
    let server = beside(&[peer("America", &fake.url), peer("Europe", &url)]).await;
    let anna = server
        .person_with(ACME, "anna", crate::harness::Who::Agent, |account, _| {
            account.email = "anna@northwind.example".into();
        })
        .await;
    let browser = server.browser();
    for email in [anna.email.as_str(), "nobody@northwind.example"] {
        let before = server.compared();
        let typed = json!({"username": email, "password": "eight noisy harbours"});
        let answer = browser.post("sign-in", typed).await;
        assert_eq!(server.compared(), before + 1);
        let problem = answer.problem(ProblemCode::WrongCredentials);
        assert_eq!(problem.regions, []);
    }
    assert_eq!(fake.heard(), [""; 0]);
    // Without scripts the page brings along what scripts ask for: of the domain, so the same for both.
    for email in [anna.email.as_str(), "nobody@northwind.example"] {
        let fields = [("username", email), ("password", "eight noisy harbours")];
        let page = browser.submit("/", &fields).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        assert!(
            page.text().contains(&format!("href=\"{url}\"")),
            "{}",
            page.text()
        );
        assert!(!page.text().contains("northwind-eu"));
    }
    // Whoever has an account here still signs in.
    let typed = json!({"username": anna.email, "password": PASSWORD});
    browser.post("sign-in", typed).await.code_step();
    drop(europe);
}

#[tokio::test]
async fn a_domain_belongs_to_one_company() {
    let server = TestServer::start().await;
    server.add_company(company("beta")).await;
    let s = &server.services;
    let vouch = flows::regions::vouch;
    assert_eq!(
        vouch(s, ACME, "Acme.Example").await.expect("new"),
        "acme.example"
    );
    vouch(s, ACME, "acme.example").await.expect("again");
    let taken = vouch(s, "beta", "acme.example").await.expect_err("taken");
    assert_eq!(
        taken.to_string(),
        "acme.example belongs to another company. Take it from that one first."
    );
    for (alias, domain) in [
        ("nobody", "a.example"),
        (ACME, "localhost"),
        (ACME, "a@b.example"),
    ] {
        assert!(vouch(s, alias, domain).await.is_err(), "{alias} {domain}");
    }
    assert!(
        flows::regions::disown(s, "beta", "acme.example")
            .await
            .is_err()
    );
    flows::regions::disown(s, ACME, "acme.example")
        .await
        .expect("its own");
    vouch(s, "beta", "acme.example").await.expect("free");
    assert_eq!(
        flows::regions::domains(s, "beta").await.expect("lists"),
        ["acme.example"]
    );
}
