//! Mails on their way from the outbox to a real mail server.

mod bounces;
mod support;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use app::wire::{HelpContact, MailFate};
use jiff::tz::TimeZone;
use mail_parser::{HeaderValue, MessageParser, MimeHeaders};
use server::{
    clock::{Clock, Moment},
    entropy::Entropy,
    flows::{Services, Settings},
    hashing::{HashPool, Parameters},
    jobs::Jobs,
    keys::Keys,
    mail::{Captured, CompanyFacts, Delivery, Letter, Mailer, Recipient, Smtp},
    metrics::Metrics,
    storage::{
        Db, MailId, OutboxAgenda,
        testing::{each_database, each_engine},
    },
};
use support::{Arrived, MailServer};

/// 2026-03-01 09:02:11 in Berlin.
const START: Moment = Moment(1_772_352_131_000);

/// One of the servers that share a database.
#[derive(Clone)]
struct World {
    db: Db,
    clock: Clock,
    mailer: Mailer,
}

impl World {
    fn new(db: Db) -> Self {
        let entropy = Entropy::system();
        let keys = Arc::new(Keys::generate(&entropy));
        let public_url = "https://login.example".parse().expect("an address");
        Self {
            db,
            clock: Clock::frozen(START),
            mailer: Mailer::new(keys, entropy, public_url),
        }
    }

    fn jobs(&self, delivery: Delivery) -> Jobs {
        Jobs::new(self.services(), delivery)
    }

    fn services(&self) -> Services {
        let entropy = Entropy::system();
        Services {
            db: self.db.clone(),
            clock: self.clock.clone(),
            mailer: self.mailer.clone(),
            keys: Keys::generate(&entropy),
            entropy,
            hashing: HashPool::start(1, 1, Parameters::TINY),
            metrics: Metrics::new(),
            resets: Arc::default(),
            news: Default::default(),
            regions: server::regions::Regions::default(),
            dns: Default::default(),
            sso: server::sso::Sso::default(),
            settings: Arc::new(Settings {
                region: None,
                networks: Vec::new(),
                policy_bounds: server::config::PolicyBounds::default(),
                onboarding: server::config::Onboarding::Closed,
                ccp_hosts: Vec::new(),
            }),
        }
    }

    async fn queue_code(&self, email: &str) -> MailId {
        let letter = Letter::SignInCode {
            code: "482913".into(),
            sent_at: self.clock.now(),
            minutes: 5,
        };
        self.queue(&letter, email, "Acme Support").await
    }

    async fn queue(&self, letter: &Letter, email: &str, company: &str) -> MailId {
        let recipient = Recipient {
            name: "Ada Agent".into(),
            email: email.into(),
            language: "en".into(),
        };
        let company = CompanyFacts {
            sender: None,
            name: company.into(),
            alias: "acme".into(),
            time_zone: TimeZone::get("Europe/Berlin").expect("bundled"),
            help_contact: Some(HelpContact {
                name: "Help desk".into(),
                phone: Some("4000".into()),
                email: None,
            }),
            brand: None,
        };
        let mut tx = self.db.begin().await.expect("begins");
        let queued = self
            .mailer
            .queue(
                &mut tx,
                self.clock.now(),
                None,
                letter,
                &recipient,
                &company,
            )
            .await;
        tx.commit().await.expect("commits");
        queued.expect("queues")
    }

    async fn fate(&self, id: &MailId) -> MailFate {
        self.db
            .mail_fate(id)
            .await
            .expect("answers")
            .expect("is kept")
    }

    #[track_caller]
    fn assert_no_secret_left(&self, agenda: OutboxAgenda) {
        assert_eq!(
            agenda,
            OutboxAgenda::default(),
            "something sealed is left in the outbox"
        );
    }
}

fn smtp(url: &str) -> Delivery {
    Delivery::Smtp(Smtp::new(url, "Callgate <sign-in@callgate.example>").expect("settings"))
}

#[tokio::test]
async fn a_mail_arrives_in_two_parts_with_the_right_headers() {
    each_engine(async |db| {
        let world = World::new(db);
        let mut server = MailServer::start().await;
        let id = world.queue_code("agent@acme.example").await;
        world
            .jobs(smtp(&server.url()))
            .send_due_mail()
            .await
            .expect("sends");
        assert_eq!(world.fate(&id).await, MailFate::Sent);
        world.assert_no_secret_left(world.db.outbox_agenda().await.expect("answers"));

        let Arrived { to, source } = server.arrived().await;
        assert_eq!(to, "agent@acme.example");
        let mail = MessageParser::default().parse(&source).expect("a mail");
        let header = |name: &'static str| mail.header_raw(name).map(str::trim);
        assert_eq!(
            header("Subject"),
            Some("Your sign-in code for Acme Support")
        );
        assert_eq!(header("From"), Some("Callgate <sign-in@callgate.example>"));
        assert_eq!(header("To"), Some("\"Ada Agent\" <agent@acme.example>"));
        assert_eq!(header("Auto-Submitted"), Some("auto-generated"));
        assert_eq!(
            header("Message-ID"),
            Some(format!("<{id}@callgate.example>").as_str())
        );
        assert_eq!(
            mail.date().map(|date| date.to_timestamp() * 1000),
            Some(START.0)
        );
        assert!(
            mail.content_type()
                .is_some_and(|kind| kind.subtype() == Some("alternative"))
        );
        let text = mail.body_text(0).expect("a text");
        assert!(
            text.contains("\r\n482913\r\n") || text.contains("\n482913\n"),
            "{text}"
        );
        let html = mail.body_html(0).expect("HTML");
        assert!(html.contains(">482<span") && html.contains("Help desk, 4000"));
        assert!(
            !html.contains("<img") && !html.contains("http://"),
            "nothing tracks the reader"
        );
        assert_eq!(mail.attachment_count(), 0);
    })
    .await;
}

#[tokio::test]
async fn hostile_names_and_addresses_forge_no_header() {
    each_engine(async |db| {
        let world = World::new(db);
        let mut server = MailServer::start().await;
        let letter = Letter::PasswordChanged {
            username: "agent".into(),
            at: START,
        };
        let company = "Acmé\r\nBcc: all@evil.example\r\n\r\nGo to evil.example\0";
        world.queue(&letter, "agent@acme.example", company).await;
        let hostile = [
            "a@acme.example\r\nBcc: all@evil.example",
            "a@acme.example, b@evil.example",
            "Ada <a@evil.example>",
            "a@acme.example>\r\nRCPT TO:<b@evil.example",
            "\"a\r\nBcc: x\"@acme.example",
            "a\0@acme.example",
            "",
        ];
        let mut refused = Vec::new();
        for email in hostile {
            refused.push(world.queue_code(email).await);
        }
        world
            .jobs(smtp(&server.url()))
            .send_due_mail()
            .await
            .expect("sends");

        let arrived = server.arrived().await;
        let mail = MessageParser::default()
            .parse(&arrived.source)
            .expect("a mail");
        let subject = mail.subject().expect("a subject");
        assert!(
            subject.contains("Acmé Bcc: all@evil.example Go to evil.example"),
            "{subject}"
        );
        assert!(
            mail.bcc().is_none() && matches!(mail.header("Bcc"), None | Some(HeaderValue::Empty))
        );
        for id in refused {
            assert_eq!(world.fate(&id).await, MailFate::Refused);
        }
        assert_eq!(server.stop().await, 0, "only one mail came");
    })
    .await;
}

#[tokio::test]
async fn a_mail_is_late_while_the_mail_server_is_down_and_leaves_when_it_returns() {
    each_engine(async |db| {
        let world = World::new(db);
        let server = MailServer::start().await;
        let (port, jobs) = (server.port, world.jobs(smtp(&server.url())));
        server.stop().await;

        let id = world.queue_code("agent@acme.example").await;
        assert_eq!(world.fate(&id).await, MailFate::Waiting);
        jobs.send_due_mail().await.expect("tries");
        assert_eq!(world.fate(&id).await, MailFate::Late);

        let mut server = MailServer::start_on(port).await;
        jobs.send_due_mail().await.expect("has nothing to do yet");
        assert_eq!(world.fate(&id).await, MailFate::Late);
        world.clock.advance(Duration::from_secs(5));
        jobs.send_due_mail().await.expect("sends");
        assert_eq!(world.fate(&id).await, MailFate::Sent);
        assert_eq!(server.arrived().await.to, "agent@acme.example");
    })
    .await;
}

#[tokio::test]
async fn a_refusal_for_good_ends_a_mail_and_one_for_now_does_not() {
    each_engine(async |db| {
        let world = World::new(db);
        let server = MailServer::start().await;
        let nobody = world.queue_code("nobody@acme.example").await;
        let full = world.queue_code("full@acme.example").await;
        world
            .jobs(smtp(&server.url()))
            .send_due_mail()
            .await
            .expect("tries");
        assert_eq!(world.fate(&nobody).await, MailFate::Refused);
        assert_eq!(world.fate(&full).await, MailFate::Late);
        let agenda = world.db.outbox_agenda().await.expect("answers");
        assert_eq!(agenda.due_at, Some(START.plus(Duration::from_secs(5))));
        assert_eq!(server.stop().await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_expired_code_is_never_sent_and_its_secret_goes() {
    each_engine(async |db| {
        let world = World::new(db);
        let server = MailServer::start().await;
        let (port, jobs) = (server.port, world.jobs(smtp(&server.url())));
        server.stop().await;
        let id = world.queue_code("agent@acme.example").await;
        jobs.send_due_mail().await.expect("tries");

        let server = MailServer::start_on(port).await;
        world.clock.advance(Duration::from_mins(5));
        jobs.send_due_mail().await.expect("has nothing to send");
        assert_eq!(world.fate(&id).await, MailFate::Late);
        world.assert_no_secret_left(world.db.outbox_agenda().await.expect("answers"));
        assert_eq!(server.stop().await, 0, "nothing came");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_on_one_database_send_each_mail_once() {
    each_database(async |database| {
        let first = World::new(Db::open(&database.url).await.expect("opens"));
        let second = World {
            db: Db::open(&database.url).await.expect("opens"),
            ..first.clone()
        };
        let mut server = MailServer::start().await;
        for n in 0..20 {
            first.queue_code(&format!("agent-{n}@acme.example")).await;
        }
        let send = |world: &World| {
            let jobs = world.jobs(smtp(&server.url()));
            tokio::spawn(async move { jobs.send_due_mail().await })
        };
        let (one, other) = tokio::join!(send(&first), send(&second));
        one.expect("ends").expect("sends");
        other.expect("ends").expect("sends");

        let mut recipients = BTreeSet::new();
        for _ in 0..20 {
            recipients.insert(server.arrived().await.to);
        }
        assert_eq!(recipients.len(), 20);
        assert_eq!(server.stop().await, 0);
        first.db.close().await;
        second.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_mail_whose_sender_was_killed_leaves_after_the_lease() {
    each_engine(async |db| {
        let world = World::new(db);
        let mut server = MailServer::start().await;
        let jobs = world.jobs(smtp(&server.url()));
        let id = world.queue_code("agent@acme.example").await;
        let lease = Duration::from_secs(60);
        world
            .db
            .claim_mail(START, lease)
            .await
            .expect("answers")
            .expect("due");

        jobs.send_due_mail().await.expect("leaves it to its sender");
        assert_eq!(world.fate(&id).await, MailFate::Waiting);
        world.clock.advance(lease);
        jobs.send_due_mail().await.expect("sends");
        assert_eq!(world.fate(&id).await, MailFate::Sent);
        assert_eq!(server.arrived().await.to, "agent@acme.example");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_mail_holds_up_no_other_and_a_stop_waits_for_it() {
    each_engine(async |db| {
        let world = World::new(db);
        let mut server = MailServer::start().await;
        let jobs = world.jobs(smtp(&server.url()));
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = tokio::spawn(async move {
            jobs.run(async {
                stopped.await.expect("is told");
            })
            .await;
        });

        let slow = world.queue_code("slow@acme.example").await;
        world.mailer.wake();
        assert_eq!(server.held().await, "slow@acme.example");
        world.queue_code("agent@acme.example").await;
        world.mailer.wake();
        assert_eq!(server.arrived().await.to, "agent@acme.example");

        stop.send(()).expect("runs");
        server.release();
        running.await.expect("ends by itself");
        assert_eq!(server.arrived().await.to, "slow@acme.example");
        assert_eq!(world.fate(&slow).await, MailFate::Sent);
    })
    .await;
}

#[tokio::test]
async fn where_encryption_is_required_nothing_is_sent_in_the_clear() {
    each_engine(async |db| {
        let world = World::new(db);
        let server = MailServer::start().await;
        let id = world.queue_code("agent@acme.example").await;
        let jobs = world.jobs(smtp(&format!("{}?tls=required", server.url())));
        jobs.send_due_mail().await.expect("tries");
        assert_eq!(world.fate(&id).await, MailFate::Late);
        assert_eq!(server.stop().await, 0);
    })
    .await;
}

#[tokio::test]
async fn captured_mail_is_listed_newest_first() {
    each_engine(async |db| {
        let world = World::new(db);
        let captured = Captured::default();
        let jobs = world.jobs(Delivery::Capture(captured.clone()));
        for email in [
            "Agent@acme.example",
            "lead@acme.example",
            "agent@acme.example",
        ] {
            world.queue_code(email).await;
            jobs.send_due_mail().await.expect("sends");
            world.clock.advance(Duration::from_secs(1));
        }
        let to = |to| {
            captured
                .list(to)
                .into_iter()
                .map(|mail| mail.to)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            to(None),
            [
                "agent@acme.example",
                "lead@acme.example",
                "Agent@acme.example"
            ]
        );
        assert_eq!(
            to(Some("agent@ACME.example")),
            ["agent@acme.example", "Agent@acme.example"]
        );
        assert_eq!(captured.list(None)[0].sent_at, "2026-03-01T08:02:13+00:00");
        let line = serde_json::to_value(&captured.list(None)[0]).expect("becomes JSON");
        let fields: Vec<&str> = line
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(fields.len(), 5);
        assert!(
            ["to", "subject", "text", "html", "sent_at"]
                .iter()
                .all(|name| fields.contains(name))
        );
    })
    .await;
}

#[tokio::test]
async fn without_a_mail_server_mails_wait() {
    each_engine(async |db| {
        let world = World::new(db);
        let id = world.queue_code("agent@acme.example").await;
        world
            .jobs(Delivery::None)
            .send_due_mail()
            .await
            .expect("tries");
        assert_eq!(world.fate(&id).await, MailFate::Late);
    })
    .await;
}

#[test]
fn settings_that_cannot_work_are_refused_by_name_without_their_secrets() {
    for url in [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://u:s3cret@mail.example?tls=maybe",
    ] {
        let error = Smtp::new(url, "a@callgate.example")
            .expect_err("refused")
            .to_string();
        assert!(
            error.contains("SMTP_URL") && !error.contains("s3cret"),
            "{error}"
        );
    }
    for from in ["", "Callgate", "Callgate <>", "a@b@c"] {
        let error = Smtp::new("smtp://127.0.0.1", from)
            .expect_err("refused")
            .to_string();
        assert!(error.contains("MAIL_FROM"), "{error}");
    }
}
