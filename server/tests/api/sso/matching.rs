//! Who is found by an address, once (SECURITY 14), and who gets an account of their own.

use app::wire::{ProviderKind, Role, Session};
use futures::future::join_all;
use serde_json::json;
use server::storage::{Provider, testing::each_database};

use super::world::{World, reason, say};
use crate::{
    harness::{ACME, HOUR, MINUTE, PASSWORD, Who, company},
    provider::{Login, TENANT},
};

const THIRD_TENANT: &str = "1a2b8a56-7f6d-4d3a-9a55-0d5ff1ed2c13";
const OTHER_TENANT: &str = "0c1d8a56-7f6d-4d3a-9a55-0d5ff1ed2c12";

/// What a provider's settings and words make of an SSO Only person `anna`.
struct Case {
    why: &'static str,
    kind: ProviderKind,
    members: &'static str,
    login: Login,
    is_matched: bool,
}

fn cases() -> Vec<Case> {
    use ProviderKind::{Company, Google, Office365};
    let anna = || Login::of("s-1").email("anna@acme.example");
    let case = |why, kind, members, login, is_matched| Case {
        why,
        kind,
        members,
        login,
        is_matched,
    };
    vec![
        case("own issuer, own domain", Company, "", anna(), true),
        case(
            "own issuer, any case",
            Company,
            "",
            Login::of("s-1").email("Anna@Acme.Example"),
            true,
        ),
        case(
            "own issuer, not verified there",
            Company,
            "",
            anna().claim("email_verified", false),
            false,
        ),
        case(
            "own issuer, no address",
            Company,
            "",
            anna().without("email"),
            false,
        ),
        case(
            "Google without members",
            Google,
            "",
            anna().hd("acme.example"),
            false,
        ),
        case(
            "Google, a member",
            Google,
            "acme.example",
            anna().hd("acme.example"),
            true,
        ),
        case(
            "Google, not verified",
            Google,
            "acme.example",
            anna().hd("acme.example").claim("email_verified", false),
            false,
        ),
        case(
            "Office 365 without tenants",
            Office365,
            "",
            anna().claim("xms_edov", true),
            false,
        ),
        case(
            "Office 365, its tenant and domain owner",
            Office365,
            TENANT,
            anna().tid(TENANT).claim("xms_edov", true),
            true,
        ),
        case(
            "Office 365 without xms_edov",
            Office365,
            TENANT,
            anna().tid(TENANT),
            false,
        ),
    ]
}

#[tokio::test]
async fn an_address_finds_its_person_only_where_it_is_beyond_doubt() {
    for case in cases() {
        let world = World::start().await;
        let members = |it: &mut Provider| it.members = case.members.to_owned();
        world.offer_with(ACME, case.kind, members).await;
        world.own_domain(ACME, "acme.example").await;
        let anna = world.outsider("anna").await;
        // Somebody who could bind, so that what is not matched waits.
        world.server.agent("bob").await;
        world.provider.log_in(case.login);
        let browser = world.server.browser();
        let path = world.round(&browser, ACME, case.kind).await;
        let wanted = if case.is_matched {
            "/acme/desk"
        } else {
            "/acme/bind"
        };
        assert_eq!(path, wanted, "{}", case.why);
        assert_eq!(
            world.identities().await,
            i64::from(case.is_matched),
            "{}",
            case.why
        );
        if case.is_matched {
            let events = world.server.events_of(&anna).await;
            assert!(events.contains(&"sso.matched".to_owned()), "{events:?}");
            let mail = &world.server.mails_to(&anna).await[0];
            assert!(
                mail.text.contains("showed that the account anna is yours"),
                "{}",
                mail.text
            );
        }
    }
}

#[tokio::test]
async fn a_login_of_another_company_is_sent_away() {
    let world = World::start().await;
    // More than one tenant: those of a single one never meet another's people at Microsoft.
    let tenants = format!("{TENANT} {THIRD_TENANT}");
    for (kind, members, login) in [
        (
            ProviderKind::Google,
            "acme.example",
            Login::of("x").hd("evil.example"),
        ),
        (ProviderKind::Google, "acme.example", Login::of("x")),
        (
            ProviderKind::Office365,
            &*tenants,
            Login::of("x").tid(OTHER_TENANT),
        ),
    ] {
        world.server.change("DELETE FROM providers").await;
        let set = |it: &mut Provider| it.members = members.to_owned();
        world.offer_with(ACME, kind, set).await;
        world.provider.log_in(login);
        let browser = world.server.browser();
        let path = world.round(&browser, ACME, kind).await;
        assert_eq!(reason(&path), "sso_other_company");
    }
}

#[tokio::test]
async fn what_is_not_the_company_s_matches_nobody() {
    let world = World::start().await;
    world.offer(ProviderKind::Company).await;
    world.server.add_company(company("other")).await;
    world.outsider("anna").await;
    world.server.agent("bob").await;
    world
        .provider
        .log_in(Login::of("s-1").email("anna@acme.example"));
    let mut ways = Vec::new();
    // Nobody's domain, another company's, and one whose record is gone.
    ways.push(
        world
            .round(&world.server.browser(), ACME, ProviderKind::Company)
            .await,
    );
    world.own_domain("other", "acme.example").await;
    ways.push(
        world
            .round(&world.server.browser(), ACME, ProviderKind::Company)
            .await,
    );
    world
        .server
        .change("UPDATE domains SET company_id = 'company-acme', lost_at = 1")
        .await;
    ways.push(
        world
            .round(&world.server.browser(), ACME, ProviderKind::Company)
            .await,
    );
    assert_eq!(ways, ["/acme/bind"; 3]);
    assert_eq!(world.identities().await, 0);
}

#[tokio::test]
async fn an_address_finds_nobody_who_has_a_password_or_a_login_or_was_just_given_it() {
    let world = World::start().await;
    world.offer(ProviderKind::Company).await;
    world.own_domain(ACME, "acme.example").await;
    let login = |name: &str| Login::of("s-1").email(&format!("{name}@acme.example"));
    // Enabled.
    world.server.agent("bob").await;
    world.provider.log_in(login("bob"));
    let round = async || {
        let browser = world.server.browser();
        world.round(&browser, ACME, ProviderKind::Company).await
    };
    assert_eq!(round().await, "/acme/bind");
    // An administrator has changed the address within the day.
    world.outsider("cleo").await;
    let sql = format!(
        "UPDATE accounts SET email_changed_at = {} WHERE username = 'cleo'",
        world.server.clock.now().0
    );
    world.server.change(sql).await;
    world.provider.log_in(login("cleo"));
    assert_eq!(round().await, "/acme/bind");
    world.server.advance(HOUR * 24);
    assert_eq!(round().await, "/acme/desk");
    // Once only: another login with the same address is nobody's.
    world
        .provider
        .log_in(Login::of("s-2").email("cleo@acme.example"));
    assert_eq!(round().await, "/acme/bind");
    assert_eq!(world.identities().await, 1);
    // Whoever is locked is not bound, and told why.
    world.outsider("dora").await;
    world
        .server
        .change("UPDATE accounts SET locked_at = 1 WHERE username = 'dora'")
        .await;
    world
        .provider
        .log_in(Login::of("s-3").email("dora@acme.example"));
    assert_eq!(reason(&round().await), "account_locked");
    assert_eq!(world.identities().await, 1);
}

#[tokio::test]
async fn of_two_logins_with_one_address_at_once_one_is_matched() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        world.offer(ProviderKind::Company).await;
        world.own_domain(ACME, "acme.example").await;
        world.outsider("anna").await;
        let mut ways = Vec::new();
        for subject in ["s-1", "s-2", "s-3"] {
            let browser = world.server.browser();
            let begun = super::world::begin(&browser, ACME, ProviderKind::Company)
                .await
                .json();
            world
                .provider
                .log_in(Login::of(subject).email("anna@acme.example"));
            let back = world.address_back(&begun);
            ways.push((browser, back));
        }
        let answers = join_all(ways.iter().map(|(browser, back)| browser.page(back))).await;
        let places: Vec<String> = answers.iter().map(super::world::place).collect();
        let signed_in = places.iter().filter(|path| *path == "/acme/desk");
        assert_eq!(signed_in.count(), 1, "{places:?}");
        assert_eq!(world.identities().await, 1);
        world.server.services.db.close().await;
    })
    .await;
}

fn creating(it: &mut Provider) {
    it.creates = true;
}

#[tokio::test]
async fn people_whom_nobody_added_get_an_account_where_the_company_wants_that() {
    each_database(async |database| {
        let world = World::at(&database.url).await;
        world
            .offer_with(ACME, ProviderKind::Company, creating)
            .await;
        world.own_domain(ACME, "acme.example").await;
        world
            .provider
            .log_in(Login::of("s-1").email("new.one@acme.example"));
        let browser = world.server.browser();
        let path = world.round(&browser, ACME, ProviderKind::Company).await;
        assert_eq!(path, "/acme/desk");
        let session: Session = browser.session().await.session();
        assert_eq!(session.roles, [Role::Agent]);
        assert_eq!(session.account.username, "new.one");
        assert_eq!(session.account.email, "new.one@acme.example");
        assert_eq!(session.account.name, "s-1 Somebody");
        // The next time it is known; a second of that name gets another username.
        let again = world.server.browser();
        assert_eq!(
            world.round(&again, ACME, ProviderKind::Company).await,
            "/acme/desk"
        );
        world.own_domain(ACME, "mail.example").await;
        world
            .provider
            .log_in(Login::of("s-2").email("new.one@mail.example"));
        let other = world.server.browser();
        world.round(&other, ACME, ProviderKind::Company).await;
        let session = other.session().await.session();
        assert_eq!(session.account.username, "new.one.mail.example");
        assert_eq!(
            world.server.number("SELECT COUNT(*) FROM accounts").await,
            2
        );
        world.server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn whose_address_is_taken_binds_and_whose_is_not_vouched_for_gets_none() {
    let world = World::start().await;
    world
        .offer_with(ACME, ProviderKind::Company, creating)
        .await;
    world.own_domain(ACME, "acme.example").await;
    let bob = world.server.agent("bob").await;
    for email in ["bob@acme.example", "new@elsewhere.example"] {
        world.provider.log_in(Login::of("s-1").email(email));
        let browser = world.server.browser();
        let step = world
            .come_to_bind(&browser, ACME, ProviderKind::Company)
            .await;
        assert_eq!(step.login, email);
        world.server.advance(MINUTE);
        if email.starts_with("bob") {
            say(&browser, &step, &bob, PASSWORD).await.code_step();
        }
    }
    assert_eq!(
        world.server.number("SELECT COUNT(*) FROM accounts").await,
        1
    );
}

#[tokio::test]
async fn whoever_was_deleted_does_not_come_back_by_themselves() {
    let world = World::start().await;
    let provider = world
        .offer_with(ACME, ProviderKind::Company, creating)
        .await;
    world.own_domain(ACME, "acme.example").await;
    let max = world.server.person(ACME, "max", Who::Admin).await;
    let anna = world
        .bound(
            "anna",
            &provider,
            Login::of("s-1").email("anna@acme.example"),
        )
        .await;
    let admin = world.server.browser();
    admin.sign_in(&max).await;
    admin
        .delete(&format!("users/{}", anna.id))
        .await
        .assert_status(204);
    assert_eq!(world.identities().await, 0);
    let path = world
        .round(&world.server.browser(), ACME, ProviderKind::Company)
        .await;
    assert_eq!(path, "/acme/bind");
    assert_eq!(
        world.server.number("SELECT COUNT(*) FROM accounts").await,
        2
    );
    // Disabling keeps what is bound.
    let cleo = world
        .bound(
            "cleo",
            &provider,
            Login::of("s-2").email("cleo@acme.example"),
        )
        .await;
    let reason_given = json!({"reason": "left"});
    admin
        .post(&format!("users/{}/disable", cleo.id), reason_given)
        .await
        .assert_status(200);
    assert_eq!(world.identities().await, 1);
    let path = world
        .round(&world.server.browser(), ACME, ProviderKind::Company)
        .await;
    assert_eq!(reason(&path), "account_disabled");
}

#[tokio::test]
async fn an_agent_without_a_presence_list_is_told_so_after_being_created_too() {
    let world = World::start().await;
    world
        .offer_with(ACME, ProviderKind::Company, creating)
        .await;
    world.own_domain(ACME, "acme.example").await;
    world
        .server
        .change("UPDATE presence_lists SET is_default = FALSE")
        .await;
    world
        .provider
        .log_in(Login::of("s-1").email("new@acme.example"));
    let path = world
        .round(&world.server.browser(), ACME, ProviderKind::Company)
        .await;
    assert_eq!(reason(&path), "presence_list_missing");
}
