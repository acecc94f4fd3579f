//! Invitations that a mail server refuses: whose account says so, and whose does not.

use std::time::Duration;

use app::wire::{MailFate, Role};
use server::{
    flows::operator::{PersonDraft, create_account, invite_account},
    storage::{
        Account, AccountState, Company, CompanyId, CompanySettings, MailId, NewMail, Policy,
        SecondFactor, Welcome, testing::each_engine,
    },
};

use crate::{START, World, smtp, support::MailServer};

/// An account of `acme` whose person was just invited.
async fn invited(world: &World, username: &str) -> Account {
    let draft = PersonDraft {
        username: username.into(),
        email: format!("{username}@acme.example"),
        name: "Ines Newman".into(),
        roles: vec![Role::Agent],
    };
    create_account(&world.services(), "acme", &draft, Welcome::Link)
        .await
        .expect("invites");
    account(world, username).await
}

async fn account(world: &World, username: &str) -> Account {
    let company = world.db.company_by_alias("acme").await.expect("answers");
    let company = company.expect("the company exists").id;
    let found = world.db.account_by_identifier(&company, username).await;
    found.expect("answers").expect("the account exists")
}

async fn add_company(world: &World) {
    let mut tx = world.db.begin().await.expect("begins");
    tx.add_company(&Company {
        id: CompanyId("acme".into()),
        alias: "acme".into(),
        instance_alias: None,
        name: "Acme Support".into(),
        name_skeleton: "acme support".into(),
        language: "en".into(),
        time_zone: "Europe/Berlin".into(),
        brand: None,
        accent: None,
        notice: None,
        help_name: None,
        help_phone: None,
        help_email: None,
        terms: None,
        privacy: None,
        passwords: true,
        policy: Policy::new(SecondFactor::Required),
        session_total_ms: 12 * 60 * 60 * 1000,
        session_idle_ms: 60 * 60 * 1000,
        settings: CompanySettings::default(),
        created_at: START,
        logo_digest: None,
    })
    .await
    .expect("a new company");
    tx.commit().await.expect("commits");
}

#[tokio::test]
async fn an_invitation_that_the_mail_server_refuses_for_good_bounces() {
    each_engine(async |db| {
        let world = World::new(db);
        let mut server = MailServer::start().await;
        let jobs = world.jobs(smtp(&server.url()));
        add_company(&world).await;
        invited(&world, "nobody").await;
        invited(&world, "full").await;
        invited(&world, "ines").await;
        world.clock.advance(Duration::from_secs(1));
        jobs.send_due_mail().await.expect("sends");
        assert_eq!(server.arrived().await.to, "ines@acme.example");

        let nobody = account(&world, "nobody").await;
        assert_eq!(nobody.state, AccountState::Bounced);
        let events = world.db.account_events(&nobody.id, 10).await;
        let event = events.expect("answers").remove(0);
        assert_eq!(event.kind, "account.invitation_bounced");
        assert_eq!(
            event.reason.as_deref(),
            Some("the mail server answered 550"),
            "what it said may name the person"
        );
        for waiting in ["full", "ines"] {
            let account = account(&world, waiting).await;
            assert_eq!(account.state, AccountState::Invited, "{waiting}");
        }

        // Asked for again, it is tried again, and refused again.
        invite_account(&world.services(), "acme", "nobody")
            .await
            .expect("invites");
        let again = account(&world, "nobody").await;
        assert_eq!(again.state, AccountState::Invited);
        jobs.send_due_mail().await.expect("sends");
        let again = account(&world, "nobody").await;
        assert_eq!(again.state, AccountState::Bounced);

        // Other mails that are refused say nothing about an invitation.
        let mut tx = world.db.begin().await.expect("begins");
        tx.become_enabled(&again.id).await.expect("changes");
        tx.commit().await.expect("commits");
        let mail = NewMail {
            id: MailId("other".into()),
            account: Some(again.id.clone()),
            kind: "account_locked",
            sealed: b"damaged".to_vec(),
            created_at: START,
            expires_at: START.plus(Duration::from_secs(60)),
        };
        let mut tx = world.db.begin().await.expect("begins");
        tx.queue_mail(mail).await.expect("queues");
        tx.commit().await.expect("commits");
        jobs.send_due_mail().await.expect("tries");
        assert_eq!(world.fate(&MailId("other".into())).await, MailFate::Refused);
        let enabled = account(&world, "nobody").await;
        assert_eq!(enabled.state, AccountState::Enabled);
    })
    .await;
}

#[tokio::test]
async fn a_refusal_that_comes_after_a_new_invitation_changes_nothing() {
    each_engine(async |db| {
        let world = World::new(db);
        let mut server = MailServer::start().await;
        add_company(&world).await;
        invited(&world, "slow").await;
        let now = world.clock.now();
        let lease = Duration::from_secs(60);
        let under_way = world.db.claim_mail(now, lease).await.expect("answers");
        let under_way = under_way.expect("is due");
        invite_account(&world.services(), "acme", "slow")
            .await
            .expect("invites");
        // What the first sender notes when its mail server answers at last.
        let mut tx = world.db.begin().await.expect("begins");
        let noted = tx.mail_refused(&under_way, now, "the mail server answered 550");
        assert!(!noted.await.expect("answers"), "it was withdrawn");
        tx.rollback().await.expect("undoes");
        let jobs = world.jobs(smtp(&server.url()));
        let (sent, ()) = tokio::join!(jobs.send_due_mail(), async {
            assert_eq!(server.held().await, "slow@acme.example");
            server.release();
        });
        sent.expect("sends");
        assert_eq!(server.arrived().await.to, "slow@acme.example");
        assert_eq!(account(&world, "slow").await.state, AccountState::Invited);
    })
    .await;
}
