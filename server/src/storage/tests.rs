//! What the aggregates promise, on both engines.

mod persons;
mod phone;
mod presence;
mod second_ways;

use std::time::Duration;

use app::wire::Workplace;

use super::{testing::each_engine, *};

const NOW: Moment = Moment(1_772_438_400_000);
const MINUTE: Duration = Duration::from_secs(60);

fn after(minutes: u32) -> Moment {
    NOW.plus(MINUTE * minutes)
}

pub(super) fn company(alias: &str) -> Company {
    Company {
        id: CompanyId(format!("company-{alias}")),
        alias: alias.into(),
        instance_alias: None,
        name: alias.to_uppercase(),
        name_skeleton: format!("skeleton of {alias}"),
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
        session_total_ms: 3_600_000,
        session_idle_ms: 60_000,
        settings: CompanySettings::default(),
        created_at: NOW,
        logo_digest: None,
    }
}

fn account(company: &str, username: &str) -> NewAccount {
    NewAccount {
        id: AccountId(format!("{company}-{username}")),
        company_id: CompanyId(format!("company-{company}")),
        username: username.into(),
        email: format!("{username}@mail.example"),
        name: username.to_uppercase(),
        state: AccountState::Enabled,
        agent: true,
        admin: false,
        created_at: NOW,
    }
}

/// Companies `acme` and `beta` with an Anna each. Answers the one of `acme`.
async fn two_annas(db: &Db) -> AccountId {
    let mut tx = db.begin().await.expect("begins");
    for alias in ["acme", "beta"] {
        tx.add_company(&company(alias)).await.expect("a company");
        tx.add_account(&account(alias, "Anna"))
            .await
            .expect("an account");
    }
    tx.commit().await.expect("committed");
    AccountId("acme-Anna".into())
}

fn password(hash: &str) -> StoredPassword {
    StoredPassword {
        hash: hash.into(),
        length: 12,
        temporary_until: None,
    }
}

async fn begin(db: &Db) -> Tx {
    db.begin().await.expect("begins")
}

#[tokio::test]
async fn companies_are_found_by_alias_before_instance_alias_before_name() {
    each_engine(async |db| {
        let mut tx = begin(&db).await;
        for (alias, instance, skeleton) in [
            ("one", None, "three"),
            ("two", Some("one-instance"), "one"),
            ("three", None, "x"),
        ] {
            let mut company = company(alias);
            company.instance_alias = instance.map(str::to_owned);
            company.name_skeleton = skeleton.into();
            tx.add_company(&company).await.expect("a company");
        }
        tx.commit().await.expect("committed");
        for (alias, skeleton, found) in [
            ("one", "three", Some("one")),
            ("one-instance", "x", Some("two")),
            ("-", "three", Some("one")),
            ("-", "-", None),
        ] {
            let company = db.find_company(alias, skeleton).await.expect("answers");
            assert_eq!(
                company.map(|company| company.alias).as_deref(),
                found,
                "{alias} {skeleton}"
            );
        }
        let mut tx = begin(&db).await;
        assert!(
            tx.add_company(&company("one")).await.is_err(),
            "aliases are unique"
        );
    })
    .await;
}

#[tokio::test]
async fn accounts_are_unique_within_their_company() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        let acme = CompanyId("company-acme".into());
        for folded in ["anna", "anna@mail.example"] {
            let found = db
                .account_by_identifier(&acme, folded)
                .await
                .expect("answers");
            assert_eq!(found.map(|account| account.id), Some(anna.clone()));
        }
        assert!(
            db.account_by_identifier(&acme, "Anna")
                .await
                .expect("answers")
                .is_none(),
            "only folded"
        );
        for (username, email) in [
            ("ANNA", "other@mail.example"),
            ("other", "ANNA@MAIL.EXAMPLE"),
        ] {
            let mut twin = account("acme", username);
            twin.id = AccountId("twin".into());
            twin.email = email.into();
            let mut tx = begin(&db).await;
            assert!(tx.add_account(&twin).await.is_err(), "{username}");
        }
    })
    .await;
}

#[tokio::test]
async fn wrong_codes_are_counted_and_the_fifth_locks() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        for expected in 1..=6 {
            let mut tx = begin(&db).await;
            assert_eq!(
                tx.count_code_failure(&anna, 5, after(1))
                    .await
                    .expect("counted"),
                expected
            );
            tx.commit().await.expect("committed");
            let locked = db
                .account(&anna)
                .await
                .expect("answers")
                .expect("is there")
                .locked_at;
            assert_eq!(locked, (expected >= 5).then(|| after(1)));
        }
        let mut tx = begin(&db).await;
        assert!(tx.unlock_account(&anna).await.expect("answers"));
        assert!(!tx.unlock_account(&anna).await.expect("answers"), "once");
        tx.commit().await.expect("committed");
        let account = db.account(&anna).await.expect("answers").expect("is there");
        assert_eq!((account.code_failures, account.locked_at), (0, None));
        let other = db
            .account(&AccountId("beta-Anna".into()))
            .await
            .expect("answers")
            .expect("is there");
        assert_eq!(other.code_failures, 0);
    })
    .await;
}

#[tokio::test]
async fn a_new_password_raises_the_version_and_the_same_one_anew_does_not() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        let before = db
            .account(&anna)
            .await
            .expect("answers")
            .expect("is there")
            .security_version;
        let mut tx = begin(&db).await;
        assert_eq!(
            tx.set_password(&anna, &password("one"), NOW)
                .await
                .expect("set"),
            before + 1
        );
        tx.rehash_password(&anna, "one", "two").await.expect("set");
        // Somebody else was faster.
        tx.rehash_password(&anna, "one", "three")
            .await
            .expect("nothing to do");
        tx.set_workplace(&anna, Workplace::Desk).await.expect("set");
        tx.set_language(&anna, "de").await.expect("set");
        tx.commit().await.expect("committed");
        let account = db.account(&anna).await.expect("answers").expect("is there");
        assert_eq!(account.security_version, before + 1);
        assert_eq!(account.password_hash.as_deref(), Some("two"));
        assert_eq!(account.workplace(), Some(Workplace::Desk));
        assert_eq!(account.language.as_deref(), Some("de"));
    })
    .await;
}

#[tokio::test]
async fn the_account_for_an_address_is_the_one_last_used_else_the_oldest_with_a_password() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        let other = AccountId("beta-Anna".into());
        let found = async || {
            db.account_anywhere("anna@mail.example")
                .await
                .expect("answers")
                .map(|account| account.id)
        };
        let mut tx = begin(&db).await;
        tx.set_password(&other, &password("x"), NOW)
            .await
            .expect("set");
        tx.commit().await.expect("committed");
        assert_eq!(found().await, Some(other.clone()));
        let mut tx = begin(&db).await;
        tx.set_password(&anna, &password("x"), NOW)
            .await
            .expect("set");
        tx.note_sign_in(&anna, after(1));
        tx.commit().await.expect("committed");
        assert_eq!(found().await, Some(anna));
        let mut tx = begin(&db).await;
        tx.note_sign_in(&other, after(2));
        tx.commit().await.expect("committed");
        assert_eq!(found().await, Some(other));
    })
    .await;
}

fn attempt(account: &AccountId, id: &str) -> NewAttempt {
    NewAttempt {
        id: AttemptId(id.into()),
        cookie_hash: id.as_bytes().to_vec(),
        account_id: account.clone(),
        security_version: 1,
        step: AttemptStep::ChangePassword,
        method: None,
        next: None,
        connects: None,
        sso_request: None,
        binds: false,
        phone_claim: None,
        proven_with: None,
        created_at: NOW,
        expires_at: after(10),
    }
}

#[tokio::test]
async fn an_attempt_moves_while_it_is_open_and_ends_once() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        let id = AttemptId("first".into());
        let mut tx = begin(&db).await;
        tx.add_attempt(&attempt(&anna, "first"))
            .await
            .expect("added");
        tx.add_attempt(&attempt(&anna, "second"))
            .await
            .expect("added");
        assert!(
            tx.move_attempt(&id, AttemptStep::Code, 2)
                .await
                .expect("answers")
        );
        assert!(tx.finish_attempt(&id, after(1)).await.expect("answers"));
        assert!(!tx.finish_attempt(&id, after(2)).await.expect("answers"));
        assert!(
            !tx.move_attempt(&id, AttemptStep::Code, 3)
                .await
                .expect("answers")
        );
        assert_eq!(
            tx.cancel_attempt(b"first", after(2))
                .await
                .expect("answers"),
            None
        );
        assert_eq!(
            tx.cancel_attempt(b"second", after(10))
                .await
                .expect("answers"),
            None,
            "it has ended by itself"
        );
        assert_eq!(
            tx.cancel_attempt(b"second", after(9))
                .await
                .expect("answers"),
            Some(anna.clone())
        );
        tx.commit().await.expect("committed");
        let first = db
            .attempt_by_cookie(b"first")
            .await
            .expect("answers")
            .expect("is there");
        assert_eq!((first.step, first.security_version), (AttemptStep::Code, 2));
        assert_eq!(first.finished_at, Some(after(1)));
        assert!(
            db.attempt_by_cookie(b"other")
                .await
                .expect("answers")
                .is_none()
        );
    })
    .await;
}

#[tokio::test]
async fn codes_come_newest_first_and_are_counted_over_all_attempts() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        let mut tx = begin(&db).await;
        for (attempt_id, minutes) in [("first", [1, 3]), ("second", [2, 4])] {
            tx.add_attempt(&attempt(&anna, attempt_id))
                .await
                .expect("added");
            for minute in minutes {
                let code = EmailCode {
                    code_hash: vec![u8::try_from(minute).expect("small")],
                    mail_id: MailId(format!("mail-{minute}")),
                    sent_at: after(minute),
                    expires_at: after(minute + 5),
                };
                let id = AttemptId(attempt_id.into());
                tx.add_code(&format!("code-{minute}"), &anna, &id, &code)
                    .await
                    .expect("added");
            }
        }
        let codes = tx.codes(&AttemptId("first".into())).await.expect("answers");
        assert_eq!(
            codes
                .iter()
                .map(|code| code.code_hash[0])
                .collect::<Vec<_>>(),
            [3, 1]
        );
        tx.commit().await.expect("committed");
        let sent = db.codes_sent_since(&anna, after(1)).await.expect("answers");
        assert_eq!(sent, [after(4), after(3), after(2)]);
        let newest = db
            .newest_code(&AttemptId("second".into()))
            .await
            .expect("answers");
        assert_eq!(
            newest.map(|code| code.mail_id),
            Some(MailId("mail-4".into()))
        );
    })
    .await;
}

#[tokio::test]
async fn whoever_asks_together_with_others_is_told_of_their_own_session() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        let mut tx = begin(&db).await;
        for n in 0..40 {
            let session = new_session(&format!("cookie-{n}"), &anna, 1);
            tx.add_session(session);
        }
        tx.commit().await.expect("committed");
        let questions = (0..60).map(|n| {
            let db = db.clone();
            async move {
                let cookie = format!("cookie-{n}");
                let found = db.live_session(cookie.as_bytes(), NOW).await;
                let found = found.expect("answers").map(|session| session.id.0);
                assert_eq!(found, (n < 40).then_some(cookie));
            }
        });
        futures::future::join_all(questions).await;
    })
    .await;
}

fn new_session(cookie: &str, account: &AccountId, security_version: i64) -> NewSession {
    NewSession {
        id: SessionId(cookie.into()),
        provider_id: None,
        id_token: None,
        cookie_hash: cookie.as_bytes().to_vec(),
        account_id: account.clone(),
        security_version,
        created_at: NOW,
        idle: MINUTE * 10,
        expires_at: after(30),
        user_agent: String::new(),
        address: String::new(),
        phone_username: None,
    }
}

#[tokio::test]
async fn a_session_lives_as_long_as_everything_it_stands_on() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        let mut tx = begin(&db).await;
        let version = tx
            .set_password(&anna, &password("x"), NOW)
            .await
            .expect("set");
        for cookie in ["one", "two"] {
            let session = new_session(cookie, &anna, version);
            tx.add_session(session);
        }
        tx.commit().await.expect("committed");
        let lives = async |cookie: &str, at| {
            db.live_session(cookie.as_bytes(), at)
                .await
                .expect("answers")
                .is_some()
        };
        assert!(
            lives("one", after(9)).await && !lives("one", after(10)).await,
            "idle"
        );
        let id = SessionId("one".into());
        let mut tx = begin(&db).await;
        for minute in [9, 5, 18, 27] {
            // An older moment does not set it back.
            tx.touch_session(&id, after(minute)).await.expect("touched");
        }
        tx.commit().await.expect("committed");
        assert!(
            lives("one", after(29)).await && !lives("one", after(30)).await,
            "in all"
        );
        let mut tx = begin(&db).await;
        assert_eq!(
            tx.end_session(b"two", after(1)).await.expect("ended"),
            Some(anna.clone())
        );
        assert_eq!(tx.end_session(b"two", after(1)).await.expect("ended"), None);
        tx.commit().await.expect("committed");
        assert!(!lives("two", after(2)).await);
        let mut tx = begin(&db).await;
        tx.set_account_state(&anna, AccountState::Disabled)
            .await
            .expect("set");
        tx.commit().await.expect("committed");
        assert!(!lives("one", after(28)).await, "disabled");
        let mut tx = begin(&db).await;
        tx.set_account_state(&anna, AccountState::Enabled)
            .await
            .expect("set");
        tx.commit().await.expect("committed");
        assert!(lives("one", after(28)).await);
        let mut tx = begin(&db).await;
        tx.set_password(&anna, &password("y"), NOW)
            .await
            .expect("set");
        assert_eq!(tx.end_sessions(&anna, after(28)).await.expect("ended"), 1);
        tx.commit().await.expect("committed");
        assert!(!lives("one", after(28)).await, "another password");
    })
    .await;
}

#[tokio::test]
async fn tries_are_counted_except_in_a_wait() {
    each_engine(async |db| {
        let waits: [Duration; WAITS] =
            std::array::from_fn(|index| MINUTE * (u32::try_from(index).expect("small") + 1));
        let day = MINUTE * 60 * 24;
        let count = async |key: &[u8], at| {
            db.count_password_try(key, at, day, &waits)
                .await
                .expect("counted")
        };
        for expected in 1..=5 {
            assert_eq!(count(b"a", NOW).await, Counted::Try(expected));
        }
        assert_eq!(count(b"a", NOW).await, Counted::Waiting { until: after(1) });
        assert_eq!(count(b"b", NOW).await, Counted::Try(1), "another counter");
        assert_eq!(count(b"a", after(1)).await, Counted::Try(6));
        assert_eq!(
            count(b"a", after(1)).await,
            Counted::Waiting { until: after(3) }
        );
        let mut at = after(3);
        for (expected, wait) in [
            (7, 3),
            (8, 4),
            (9, 5),
            (10, 6),
            (11, 7),
            (12, 8),
            (13, 9),
            (14, 9),
            (15, 9),
        ] {
            assert_eq!(count(b"a", at).await, Counted::Try(expected));
            let until = at.plus(MINUTE * wait);
            assert_eq!(count(b"a", at).await, Counted::Waiting { until });
            at = until;
        }
        let mut tx = begin(&db).await;
        tx.clear_throttle(b"a");
        tx.commit().await.expect("committed");
        assert_eq!(count(b"a", at).await, Counted::Try(1));
        assert_eq!(
            count(b"b", NOW.plus(day)).await,
            Counted::Try(1),
            "a day later it begins again"
        );
    })
    .await;
}

#[tokio::test]
async fn an_account_knows_the_browsers_last_used() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        for minute in 0..4 {
            let mut tx = begin(&db).await;
            let id = BrowserId(format!("browser-{minute}"));
            tx.add_browser(&id, id.0.as_bytes(), after(minute));
            tx.know_browser(&anna, &id, 3, after(minute));
            // The first stays in use.
            tx.know_browser(&anna, &BrowserId("browser-0".into()), 3, after(minute));
            tx.commit().await.expect("committed");
        }
        let knows = async |cookie: &str| {
            db.knows_browser(&anna, cookie.as_bytes())
                .await
                .expect("answers")
        };
        assert!(knows("browser-0").await && knows("browser-2").await && knows("browser-3").await);
        assert!(!knows("browser-1").await && !knows("browser-9").await);
        let other = AccountId("beta-Anna".into());
        assert!(
            !db.knows_browser(&other, b"browser-0")
                .await
                .expect("answers")
        );
    })
    .await;
}

#[tokio::test]
async fn a_link_is_used_once_in_its_time_by_an_account_that_did_not_change() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        let version = db
            .account(&anna)
            .await
            .expect("answers")
            .expect("is there")
            .security_version;
        let link = |id: &str, kind| NewLink {
            id: id.into(),
            kind,
            token_hash: id.as_bytes().to_vec(),
            account_id: anna.clone(),
            security_version: version,
            created_at: NOW,
            expires_at: after(20),
        };
        let mut tx = begin(&db).await;
        tx.replace_links(&link("old", LinkKind::Invitation))
            .await
            .expect("added");
        tx.replace_links(&link("new", LinkKind::Invitation))
            .await
            .expect("added");
        tx.replace_links(&link("browser", LinkKind::Browser))
            .await
            .expect("added");
        assert!(
            !tx.consume_link("old", after(1)).await.expect("answers"),
            "replaced"
        );
        assert!(
            !tx.consume_link("new", after(20)).await.expect("answers"),
            "ended"
        );
        assert!(tx.consume_link("new", after(19)).await.expect("answers"));
        assert!(
            !tx.consume_link("new", after(19)).await.expect("answers"),
            "used"
        );
        assert_eq!(
            tx.links_sent_since(&anna, LinkKind::Invitation, NOW.minus(MINUTE))
                .await
                .expect("answers"),
            [NOW, NOW]
        );
        tx.set_password(&anna, &password("x"), NOW)
            .await
            .expect("set");
        assert!(
            !tx.consume_link("browser", after(1)).await.expect("answers"),
            "the account has changed"
        );
        tx.commit().await.expect("committed");
        let kinds = [(LinkKind::Invitation, true), (LinkKind::Browser, false)];
        for (kind, found) in kinds {
            assert_eq!(
                db.link(kind, b"new").await.expect("answers").is_some(),
                found,
                "{kind:?}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_timeline_is_newest_first_and_names_who_did_it() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        let other = AccountId("beta-Anna".into());
        let mut tx = begin(&db).await;
        for (id, at, account, kind) in [
            ("1", NOW, &anna, AuditKind::AccountCreated),
            ("3", after(1), &anna, AuditKind::AccountLocked),
            ("2", after(1), &anna, AuditKind::WrongCode),
            ("4", after(2), &other, AuditKind::SignedIn),
        ] {
            tx.audit(NewAuditEvent {
                id: id.into(),
                at,
                company: None,
                account: Some(account.clone()),
                actor: (kind == AuditKind::AccountCreated).then(|| other.clone()),
                kind,
                reason: None,
                reference: id.into(),
                address: String::new(),
            });
        }
        tx.commit().await.expect("committed");
        let events = db.account_events(&anna, 10).await.expect("answers");
        let references: Vec<&str> = events
            .iter()
            .map(|event| event.reference.as_str())
            .collect();
        assert_eq!(references, ["3", "2", "1"]);
        assert_eq!(events[2].actor.as_deref(), Some("ANNA"));
        assert_eq!(db.account_events(&anna, 1).await.expect("answers").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_transaction_that_is_dropped_leaves_nothing() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        let mut tx = begin(&db).await;
        tx.lock_account(&anna).await.expect("locked");
        tx.count_code_failure(&anna, 5, NOW).await.expect("counted");
        drop(tx);
        let mut tx = begin(&db).await;
        tx.lock_account(&anna).await.expect("free again");
        let account = tx.account(&anna).await.expect("answers").expect("is there");
        assert_eq!(account.code_failures, 0);
    })
    .await;
}
