use app::wire::{AcceptInvitation, LinkFate, PasswordFlaw, Step};

use super::*;
use crate::{
    config::Config,
    flows::{
        Error, Refusal, invitation,
        testing::{services, visitor},
    },
    storage::testing::each_engine,
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What became of a link that was refused.
fn fate<T>(answer: Result<T, Error>) -> Option<LinkFate> {
    match answer {
        Err(Error::Refused(Refusal::DeadLink(dead))) => dead.fate,
        _ => None,
    }
}

fn acme() -> CompanyDraft {
    CompanyDraft {
        alias: "acme".into(),
        instance_alias: None,
        amazon_connect: None,
        name: "Acme Support".into(),
        language: "en".into(),
        time_zone: "Europe/Berlin".into(),
        brand: Some("#1F4FA8".into()),
        accent: None,
        notice: None,
        help_name: Some("Help desk".into()),
        help_phone: Some("4000".into()),
        help_email: None,
        terms: None,
        privacy: None,
        second_factor: SecondFactor::Required,
        session_total: Duration::from_secs(12 * 3600),
        session_idle: Duration::from_secs(3600),
        logo: None,
    }
}

fn ada() -> PersonDraft {
    PersonDraft {
        username: "admin".into(),
        email: "ada@acme.example".into(),
        name: "Ada".into(),
        roles: vec![Role::Admin],
    }
}

async fn create(s: &Services, draft: &CompanyDraft) -> Result<FirstCredential> {
    create_company(s, Config::defaults().session_bounds(), draft, &ada()).await
}

fn token(first: &FirstCredential) -> String {
    match first {
        FirstCredential::Link { path, .. } => {
            path.split_once("token=").expect("a link").1.to_owned()
        }
        FirstCredential::TemporaryPassword { .. } => panic!("not a link"),
    }
}

fn accept(token: &str, password: &str) -> AcceptInvitation {
    AcceptInvitation {
        token: token.to_owned(),
        password: password.to_owned(),
    }
}

#[tokio::test]
async fn the_first_administrator_comes_in_by_a_link_that_works_once() {
    each_engine(async |db| {
        let s = services(db);
        let token = token(&create(&s, &acme()).await.expect("creates"));
        for _ in 0..2 {
            let shown = invitation::look(&s, &token).await.expect("is good");
            assert_eq!((shown.username.as_str(), shown.minimum), ("admin", 8));
        }
        let refused = invitation::accept(&s, &visitor(), &accept(&token, "short")).await;
        let flaw = PasswordFlaw::TooShort { minimum: 8 };
        assert!(matches!(refused, Err(Error::Refused(Refusal::PasswordRefused(f))) if f == flaw));
        let taken = accept(&token, "a fine long phrase");
        let progress = invitation::accept(&s, &visitor(), &taken)
            .await
            .expect("is accepted");
        assert!(
            matches!(progress.step, Step::Code(_)),
            "a code is asked, by mail"
        );
        for again in [
            invitation::accept(&s, &visitor(), &taken).await.map(drop),
            invitation::look(&s, &token).await.map(drop),
        ] {
            assert_eq!(fate(again), Some(LinkFate::Accepted));
        }
        let unknown = invitation::look(&s, "never existed").await;
        assert!(matches!(unknown, Err(Error::Refused(Refusal::LinkUsed))));
    })
    .await;
}

#[tokio::test]
async fn links_end_after_a_day_and_when_a_new_one_is_sent() {
    each_engine(async |db| {
        let s = services(db);
        let old = token(&create(&s, &acme()).await.expect("creates"));
        let new = token(
            &invite_account(&s, "acme", "ADA@acme.example")
                .await
                .expect("invites"),
        );
        assert_eq!(
            fate(invitation::look(&s, &old).await),
            Some(LinkFate::Replaced)
        );
        s.clock.advance(DAY);
        assert_eq!(
            fate(invitation::look(&s, &new).await),
            Some(LinkFate::Ended)
        );
        let late = invitation::accept(&s, &visitor(), &accept(&new, "a fine long phrase")).await;
        assert_eq!(fate(late), Some(LinkFate::Ended));
    })
    .await;
}

#[tokio::test]
async fn one_of_many_who_accept_at_once_wins() {
    each_engine(async |db| {
        let s = services(db);
        let token = token(&create(&s, &acme()).await.expect("creates"));
        let tries = (0..6).map(|n| {
            let (s, typed) = (
                s.clone(),
                accept(&token, &format!("a fine long phrase {n}")),
            );
            tokio::spawn(async move { invitation::accept(&s, &visitor(), &typed).await.is_ok() })
        });
        let won = futures::future::join_all(tries.collect::<Vec<_>>()).await;
        assert_eq!(
            won.into_iter()
                .filter(|won| *won.as_ref().expect("runs"))
                .count(),
            1
        );
    })
    .await;
}

#[tokio::test]
async fn a_temporary_password_must_be_changed_and_ends() {
    each_engine(async |db| {
        let s = services(db);
        create(&s, &acme()).await.expect("creates");
        let ben = PersonDraft {
            username: "ben".into(),
            email: "ben@acme.example".into(),
            roles: vec![Role::Agent],
            ..ada()
        };
        let first = create_account(&s, "acme", &ben, Welcome::TemporaryPassword)
            .await
            .expect("creates");
        let FirstCredential::TemporaryPassword { password, .. } = first else {
            panic!("no password")
        };
        assert_eq!(password.len(), 19);
        let typed = app::wire::SignIn {
            account: "ben".into(),
            password,
            next: None,
        };
        let progress = crate::flows::password::sign_in(&s, &visitor(), "acme", &typed)
            .await
            .expect("is right");
        assert!(matches!(progress.step, Step::ChangePassword(_)));
        s.clock.advance(DAY);
        let late = crate::flows::password::sign_in(&s, &visitor(), "acme", &typed).await;
        assert!(
            matches!(late, Err(Error::Refused(Refusal::TemporaryPasswordEnded))),
            "{late:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_is_said_in_a_sentence_and_nothing_is_done() {
    each_engine(async |db| {
        let s = services(db);
        let refused = async |change: fn(&mut CompanyDraft)| {
            let mut draft = acme();
            change(&mut draft);
            create(&s, &draft)
                .await
                .expect_err("is refused")
                .to_string()
        };
        for (change, words) in [
            (
                (|d| d.alias = "Acme".into()) as fn(&mut CompanyDraft),
                "small letters",
            ),
            (|d| d.alias = "api".into(), "address of Callgate"),
            (|d| d.instance_alias = Some("x".into()), "3 to 40"),
            (|d| d.name = " ".into(), "The company's name"),
            (|d| d.language = "xx".into(), "English"),
            (|d| d.time_zone = "Mars/Olympus".into(), "The time zone"),
            (|d| d.brand = Some("blue".into()), "The brand colour"),
            (|d| d.help_name = None, "given with its name"),
            (|d| d.help_email = Some("desk".into()), "e-mail address"),
            (
                |d| d.terms = Some("http://acme.example".into()),
                "The terms",
            ),
            (|d| d.session_total = Duration::from_secs(60), "bounds"),
            (|d| d.logo = Some(b"<svg/>".to_vec()), "PNG or JPEG"),
        ] {
            let sentence = refused(change).await;
            assert!(
                sentence.contains(words) && sentence.ends_with('.'),
                "{sentence}"
            );
        }
        assert!(s.db.companies().await.expect("answers").is_empty());

        create(&s, &acme()).await.expect("creates");
        assert!(refused(|_| ()).await.contains("has this alias already"));
        assert!(
            refused(|d| d.alias = "other".into())
                .await
                .contains("looks like")
        );
        assert!(
            refused(|d| {
                d.alias = "other".into();
                d.name = "\u{410}\u{441}me SUPPORT".into();
            })
            .await
            .contains("looks like")
        );
        assert!(
            refused(|d| {
                d.alias = "other".into();
                d.name = "Other".into();
                d.instance_alias = Some("acme".into());
            })
            .await
            .contains("alias")
        );
        let again = create_account(&s, "acme", &ada(), Welcome::Link)
            .await
            .expect_err("is taken");
        assert!(again.to_string().contains("already"));
        let nobody = invite_account(&s, "acme", "nobody")
            .await
            .expect_err("is unknown");
        assert_eq!(
            nobody.to_string(),
            "The company acme has no account nobody."
        );
        let unlocked = unlock_account(&s, "acme", "admin", "Called")
            .await
            .expect_err("is not locked");
        assert_eq!(unlocked.to_string(), "admin is not locked.");
        assert!(unlock_account(&s, "acme", "admin", " ").await.is_err());
    })
    .await;
}
