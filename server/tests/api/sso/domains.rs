//! E-mail domains: claimed, proven by a record, lost and found again, one company's at a time.

use app::wire::{AuditPage, Domain, DomainState, ProblemCode, SingleSignOn};
use serde_json::json;
use server::{dns::Dns, flows, storage::testing::each_database};

use crate::{
    dns::{Mood, TestDns},
    harness::{ACME, HOUR, MINUTE, Person, Setup, TestBrowser, TestServer, Who, company},
};

const DOMAIN: &str = "acme-mail.example";
const RECORD: &str = "_callgate.acme-mail.example";

struct World {
    server: TestServer,
    dns: TestDns,
}

impl World {
    async fn at(url: &str) -> Self {
        let dns = TestDns::start().await;
        let setup = Setup {
            dns: dns.dns(),
            ..Setup::default()
        };
        let server = TestServer::at(url, setup).await;
        server.add_company(company(ACME)).await;
        server.add_company(company("beta")).await;
        Self { server, dns }
    }

    /// A signed-in administrator of a company.
    async fn admin(&self, alias: &str, username: &str) -> (Person, TestBrowser<'_>) {
        let person = self.server.person(alias, username, Who::Admin).await;
        let browser = self.server.browser();
        browser.sign_in(&person).await;
        (person, browser)
    }

    async fn is_anybodys(&self) -> bool {
        let found = self.server.services.db.has_domain(DOMAIN).await;
        found.expect("answers")
    }
}

async fn claim(browser: &TestBrowser<'_>, domain: &str) -> Domain {
    let answer = browser
        .post("company/single-sign-on/domains", json!({"domain": domain}))
        .await;
    let page: SingleSignOn = answer.json();
    let claimed = page.domains.into_iter().find(|it| it.domain == domain);
    claimed.expect("it is listed")
}

async fn check(browser: &TestBrowser<'_>) -> crate::harness::Answer {
    let path = format!("company/single-sign-on/domains/{DOMAIN}/check");
    browser.post(&path, json!({})).await
}

async fn state(browser: &TestBrowser<'_>) -> Option<DomainState> {
    let page: SingleSignOn = browser.get("company/single-sign-on").await.json();
    let found = page.domains.iter().find(|it| it.domain == DOMAIN);
    found.map(|it| it.state)
}

fn value(domain: &Domain) -> &str {
    domain.value.as_deref().expect("a value")
}

async fn told(browser: &TestBrowser<'_>, kind: &str) -> Vec<String> {
    let page: AuditPage = browser.get(&format!("audit?kind={kind}")).await.json();
    page.events
        .into_iter()
        .filter_map(|event| event.reason)
        .collect()
}

#[tokio::test]
async fn a_domain_is_proven_by_its_record() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        let (_, ada) = world.admin(ACME, "ada").await;
        let claimed = claim(&ada, DOMAIN).await;
        assert_eq!(claimed.state, DomainState::Claimed);
        assert_eq!(claimed.record.as_deref(), Some(RECORD));
        assert!(
            value(&claimed).starts_with("callgate-domain="),
            "{claimed:?}"
        );
        // The same once more is the same claim.
        assert_eq!(claim(&ada, DOMAIN).await, claimed);
        check(&ada).await.problem(ProblemCode::DomainNotProven);
        assert!(!world.is_anybodys().await);
        world
            .dns
            .set(RECORD, &["v=spf1 -all", "callgate-domain=somebody-else"]);
        check(&ada).await.problem(ProblemCode::DomainNotProven);
        world.dns.set(RECORD, &["v=spf1 -all", value(&claimed)]);
        let page: SingleSignOn = check(&ada).await.json();
        assert_eq!(page.domains[0].state, DomainState::Verified);
        assert!(page.domains[0].checked_at.is_some());
        assert!(world.is_anybodys().await);
        // Found again is no news.
        check(&ada).await.assert_status(200);
        assert_eq!(
            told(&ada, "sso.domain").await,
            [format!("verified {DOMAIN}"), format!("claimed {DOMAIN}")]
        );
        let path = format!("company/single-sign-on/domains/{DOMAIN}");
        let page: SingleSignOn = ada.delete(&path).await.json();
        assert!(page.domains.is_empty());
        assert!(!world.is_anybodys().await);
        ada.delete(&path).await.problem(ProblemCode::NotFound);
        check(&ada).await.problem(ProblemCode::NotFound);
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_domain_belongs_to_one_company() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        let (_, ada) = world.admin(ACME, "ada").await;
        let (_, bea) = world.admin("beta", "bea").await;
        let (hers, theirs) = (claim(&ada, DOMAIN).await, claim(&bea, DOMAIN).await);
        assert_ne!(value(&hers), value(&theirs));
        // Both records are there, and both look at the same moment.
        world.dns.set(RECORD, &[value(&hers), value(&theirs)]);
        let (first, second) = tokio::join!(check(&ada), check(&bea));
        let (won, lost) = if first.status.is_success() {
            (first, second)
        } else {
            (second, first)
        };
        won.assert_status(200);
        lost.problem(ProblemCode::DomainTaken);
        let held = [state(&ada).await, state(&bea).await];
        assert!(held.contains(&Some(DomainState::Verified)), "{held:?}");
        assert!(held.contains(&Some(DomainState::Claimed)), "{held:?}");
        // Neither reaches into what the other claims.
        let path = "company/single-sign-on/domains/other.example";
        claim(&ada, "other.example").await;
        bea.delete(path).await.problem(ProblemCode::NotFound);
        let answer = bea.post(&format!("{path}/check"), json!({})).await;
        answer.problem(ProblemCode::NotFound);
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_domain_changes_hands_with_its_record() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        let (ada, old) = world.admin(ACME, "ada").await;
        let (_, new) = world.admin("beta", "bea").await;
        let hers = claim(&old, DOMAIN).await;
        world.dns.set(RECORD, &[value(&hers)]);
        check(&old).await.assert_status(200);
        let theirs = claim(&new, DOMAIN).await;
        check(&new).await.problem(ProblemCode::DomainNotProven);
        // The domain was sold: the same answer says that one record is gone and the other there.
        world.dns.set(RECORD, &[value(&theirs)]);
        check(&new).await.assert_status(200);
        assert_eq!(state(&new).await, Some(DomainState::Verified));
        assert_eq!(state(&old).await, Some(DomainState::Claimed));
        assert_eq!(told(&old, "sso.domain_lost").await, [DOMAIN]);
        let mails = world.server.mails_to(&ada).await;
        assert!(mails[0].subject.contains(DOMAIN), "{}", mails[0].subject);
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_record_that_is_gone_is_noticed_within_a_day() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        let (ada, browser) = world.admin(ACME, "ada").await;
        let eve = world.server.admin("eve").await;
        let claimed = claim(&browser, DOMAIN).await;
        world.dns.set(RECORD, &[value(&claimed)]);
        check(&browser).await.assert_status(200);
        let jobs = world.server.jobs();
        let look = async || jobs.check_domains().await.expect("they are looked at");
        let asked = world.dns.asked();
        world.server.advance(23 * HOUR);
        look().await;
        assert_eq!(world.dns.asked(), asked, "it was looked at today");
        world.server.advance(HOUR);
        look().await;
        assert!(world.dns.asked() > asked);
        assert!(world.is_anybodys().await);

        // No answer changes nothing, whichever way there is none.
        world.dns.remove(RECORD);
        world.server.advance(24 * HOUR);
        for mood in [Mood::Fails, Mood::KnowsNoAuthority] {
            world.dns.is(mood);
            look().await;
            assert!(world.is_anybodys().await, "{mood:?}");
        }
        world.dns.is(Mood::Answers);
        look().await;
        assert!(!world.is_anybodys().await);
        look().await;
        for admin in [&ada, &eve] {
            let mails = world.server.mails_to(admin).await;
            let about = mails.iter().filter(|mail| mail.subject.contains(DOMAIN));
            assert_eq!(about.count(), 1, "{}", admin.username);
        }
        // Whoever signs in again sees it.
        let browser = world.server.browser();
        browser.sign_in(&ada).await;
        assert_eq!(state(&browser).await, Some(DomainState::Lost));
        assert_eq!(told(&browser, "sso.domain_lost").await, [DOMAIN]);

        world.dns.set(RECORD, &[value(&claimed)]);
        world.server.advance(24 * HOUR);
        look().await;
        assert!(world.is_anybodys().await);
        let again = world.server.browser();
        again.sign_in(&ada).await;
        assert_eq!(state(&again).await, Some(DomainState::Verified));
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn two_servers_tell_a_loss_once() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        let other = TestServer::at(
            &database.url,
            Setup {
                dns: world.dns.dns(),
                clock: world.server.clock.clone(),
                ..Setup::default()
            },
        )
        .await;
        let (ada, browser) = world.admin(ACME, "ada").await;
        let claimed = claim(&browser, DOMAIN).await;
        world.dns.set(RECORD, &[value(&claimed)]);
        check(&browser).await.assert_status(200);
        world.dns.remove(RECORD);
        world.server.advance(24 * HOUR);
        let (one, two) = (world.server.jobs(), other.jobs());
        let (one, two) = tokio::join!(one.check_domains(), two.check_domains());
        one.and(two).expect("they are looked at");
        let count = "SELECT COUNT(*) FROM audit_events WHERE kind = 'sso.domain_lost'";
        assert_eq!(world.server.number(count).await, 1);
        let mails = world.server.mails_to(&ada).await;
        let about = mails.iter().filter(|mail| mail.subject.contains(DOMAIN));
        assert_eq!(about.count(), 1);
        other.services.db.close().await;
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn the_operators_word_needs_no_record() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        let s = &world.server.services;
        let (_, ada) = world.admin(ACME, "ada").await;
        let (_, bea) = world.admin("beta", "bea").await;
        flows::regions::vouch(s, ACME, DOMAIN)
            .await
            .expect("vouched");
        let own = claim(&ada, DOMAIN).await;
        assert_eq!(own.state, DomainState::Vouched);
        assert_eq!((own.record, own.value, own.checked_at), (None, None, None));
        let answer = bea
            .post("company/single-sign-on/domains", json!({"domain": DOMAIN}))
            .await;
        answer.problem(ProblemCode::DomainTaken);
        let asked = world.dns.asked();
        world.server.advance(48 * HOUR);
        world
            .server
            .jobs()
            .check_domains()
            .await
            .expect("nothing to do");
        assert_eq!(world.dns.asked(), asked);
        assert!(world.is_anybodys().await);
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_nobodys_own_is_refused() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        let (_, ada) = world.admin(ACME, "ada").await;
        let refused = async |domain: &str| {
            let body = json!({"domain": domain});
            let answer = ada.post("company/single-sign-on/domains", body).await;
            answer.any_problem().code
        };
        for domain in [
            "gmail.com",
            "GMX.de",
            " outlook.com. ",
            "co.uk",
            "github.io",
        ] {
            assert_eq!(refused(domain).await, ProblemCode::DomainPublic, "{domain}");
        }
        for domain in [
            "",
            "acme",
            "127.0.0.1",
            "a b.example",
            "a\0.example",
            "ada@acme.example",
        ] {
            assert_eq!(
                refused(domain).await,
                ProblemCode::InvalidRequest,
                "{domain:?}"
            );
        }
        for number in 0..50 {
            claim(&ada, &format!("a{number}.example")).await;
        }
        assert_eq!(
            refused("one-more.example").await,
            ProblemCode::InvalidRequest
        );
        // Addresses are written by anybody.
        for domain in ["a%00b", "%2e%2e", &"a".repeat(300)] {
            let path = format!("company/single-sign-on/domains/{domain}");
            let answer = ada.delete(&path).await;
            assert!(answer.status.is_client_error(), "{answer:?}");
            let answer = ada.post(&format!("{path}/check"), json!({})).await;
            assert!(answer.status.is_client_error(), "{answer:?}");
        }
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn only_a_fresh_administrator_changes_domains() {
    let dns = TestDns::start().await;
    let setup = Setup {
        dns: dns.dns(),
        ..Setup::default()
    };
    let server = TestServer::with(setup).await;
    let (ada, ann) = (server.admin("ada").await, server.agent("ann").await);
    let browser = server.browser();
    browser.sign_in(&ann).await;
    let ask = async |browser: &TestBrowser<'_>| {
        let body = json!({"domain": DOMAIN});
        let claim = browser.post("company/single-sign-on/domains", body).await;
        let path = format!("company/single-sign-on/domains/{DOMAIN}");
        let codes = [claim, check(browser).await, browser.delete(&path).await];
        codes.map(|answer| answer.any_problem().code)
    };
    assert_eq!(ask(&browser).await, [ProblemCode::Forbidden; 3]);
    assert_eq!(ask(&server.browser()).await, [ProblemCode::SignedOut; 3]);
    let browser = server.browser();
    browser.sign_in(&ada).await;
    server.advance(11 * MINUTE);
    assert_eq!(ask(&browser).await, [ProblemCode::FreshProofNeeded; 3]);
}

#[tokio::test]
async fn without_an_answer_nothing_changes() {
    // Nobody listens there.
    let free = std::net::UdpSocket::bind("127.0.0.1:0").expect("a port");
    let address = free.local_addr().expect("an address");
    drop(free);
    let setup = Setup {
        dns: Dns::new(&[address]),
        ..Setup::default()
    };
    let server = TestServer::with(setup).await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    claim(&browser, DOMAIN).await;
    check(&browser).await.problem(ProblemCode::DomainSilent);
    assert_eq!(state(&browser).await, Some(DomainState::Claimed));
}
