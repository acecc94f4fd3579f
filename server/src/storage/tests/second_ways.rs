//! Second ways, saved codes, set-ups under way and trusted browsers.

use super::*;

fn way<'a>(id: &'a str, account: &'a AccountId, kind: &'a str) -> NewFactor<'a> {
    NewFactor {
        id,
        account,
        kind,
        name: Some("Pixel"),
        secret: Some(b"sealed"),
        last_step: Some(100),
        now: NOW,
    }
}

async fn kinds(db: &Db, account: &AccountId) -> Vec<String> {
    let factors = db.factors(account).await.expect("answers");
    factors.into_iter().map(|factor| factor.id).collect()
}

#[tokio::test]
async fn ways_are_listed_by_their_last_use_and_a_mailbox_is_one() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        let mut tx = db.begin().await.expect("begins");
        for new in [
            way("app-1", &anna, "app"),
            way("app-2", &anna, "app"),
            way("passkey", &anna, "passkey"),
            NewFactor::email("mail-1", &anna, after(1)),
            NewFactor::email("mail-2", &anna, after(2)),
        ] {
            tx.add_factor(&new).await.expect("adds");
        }
        tx.note_factor_use("app-2", after(3)).await.expect("notes");
        tx.note_factor_use("mail-1", after(4)).await.expect("notes");
        tx.commit().await.expect("commits");
        let listed = ["mail-1", "app-2", "app-1", "passkey"];
        assert_eq!(kinds(&db, &anna).await, listed);
        let mut tx = db.begin().await.expect("begins");
        let other = AccountId("beta-Anna".into());
        assert!(!tx.remove_factor(&other, "app-1").await.expect("answers"));
        assert!(tx.remove_factor(&anna, "app-1").await.expect("answers"));
        assert!(!tx.remove_factor(&anna, "app-1").await.expect("answers"));
        let gone = tx.remove_factors(&anna, "app").await.expect("answers");
        assert_eq!(gone, 1);
        tx.commit().await.expect("commits");
        assert_eq!(kinds(&db, &anna).await, ["mail-1", "passkey"]);
    })
    .await;
}

#[tokio::test]
async fn a_step_is_used_once_and_none_before_it() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        let mut tx = db.begin().await.expect("begins");
        tx.add_factor(&way("app", &anna, "app"))
            .await
            .expect("adds");
        for (step, taken) in [
            (100, false),
            (99, false),
            (101, true),
            (101, false),
            (100, false),
            (103, true),
        ] {
            let used = tx.use_step("app", step, NOW).await.expect("answers");
            assert_eq!(used, taken, "{step}");
        }
        let factors = tx.factors(&anna).await.expect("answers");
        assert_eq!(factors[0].last_step, Some(103));
        assert_eq!(factors[0].last_used_at, Some(NOW));
    })
    .await;
}

#[tokio::test]
async fn a_security_version_rises_and_a_mailed_reset_is_cleared() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        let mut tx = db.begin().await.expect("begins");
        let before = tx.account(&anna).await.expect("answers").expect("is there");
        let raised = tx.raise_security_version(&anna).await.expect("raises");
        assert_eq!(raised, before.security_version + 1);
        tx.defer("UPDATE accounts SET reset_by_mail_at = 1", []);
        tx.clear_mailed_reset(&anna).await.expect("clears");
        let other = AccountId("beta-Anna".into());
        let annas = tx.account(&anna).await.expect("answers").expect("is there");
        let others = tx
            .account(&other)
            .await
            .expect("answers")
            .expect("is there");
        assert_eq!(annas.reset_by_mail_at, None);
        assert_eq!(others.reset_by_mail_at, Some(Moment(1)));
    })
    .await;
}

async fn add_set(
    db: &Db,
    account: &AccountId,
    kind: BackupSetKind,
    id: &str,
    counts: bool,
    end: Option<Moment>,
) {
    let codes: Vec<(String, Vec<u8>)> = ["a", "b"]
        .map(|code| (format!("{id}-{code}"), format!("{id}-{code}").into_bytes()))
        .into();
    let mut tx = db.begin().await.expect("begins");
    tx.add_backup_set(&NewBackupSet {
        id,
        account,
        kind,
        created_at: NOW,
        confirmed_at: counts.then_some(NOW),
        expires_at: end,
        codes: &codes,
    })
    .await
    .expect("adds");
    tx.commit().await.expect("commits");
}

#[tokio::test]
async fn codes_count_once_confirmed_and_open_once() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        let left = async || db.backup_codes_left(&anna).await.expect("answers");
        add_set(&db, &anna, BackupSetKind::Own, "old", false, None).await;
        assert_eq!(left().await, None);
        let mut tx = db.begin().await.expect("begins");
        let early = tx.use_backup_code(&anna, b"old-a", NOW).await;
        assert_eq!(early.expect("answers"), None);
        assert!(tx.has_unconfirmed_backup_set(&anna).await.expect("answers"));
        assert!(
            !tx.confirm_backup_set(&anna, b"x", NOW)
                .await
                .expect("answers")
        );
        assert!(
            tx.confirm_backup_set(&anna, b"old-a", NOW)
                .await
                .expect("answers")
        );
        assert!(
            !tx.confirm_backup_set(&anna, b"old-b", NOW)
                .await
                .expect("answers")
        );
        let other = AccountId("beta-Anna".into());
        let strange = tx.use_backup_code(&other, b"old-a", NOW).await;
        assert_eq!(strange.expect("answers"), None);
        for taken in [Some(BackupSetKind::Own), None] {
            let used = tx.use_backup_code(&anna, b"old-a", after(1)).await;
            assert_eq!(used.expect("answers"), taken);
        }
        let row = tx.backup_code(&anna, b"old-a").await.expect("answers");
        assert_eq!(row.expect("is kept").used_at, Some(after(1)));
        tx.commit().await.expect("commits");
        assert_eq!(left().await, Some(1));
        // The set counts until the next one does, and ends then.
        add_set(&db, &anna, BackupSetKind::Own, "mid", false, None).await;
        add_set(&db, &anna, BackupSetKind::Own, "new", false, None).await;
        assert_eq!(left().await, Some(1));
        let mut tx = db.begin().await.expect("begins");
        let replaced = tx.confirm_backup_set(&anna, b"mid-a", NOW).await;
        assert!(!replaced.expect("answers"), "another took its place");
        assert!(
            tx.confirm_backup_set(&anna, b"new-a", NOW)
                .await
                .expect("answers")
        );
        assert_eq!(
            tx.backup_code(&anna, b"old-b").await.expect("answers"),
            None
        );
        tx.commit().await.expect("commits");
        assert_eq!(left().await, Some(2));
    })
    .await;
}

#[tokio::test]
async fn an_administrators_code_ends_by_itself_and_by_the_next_one() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        add_set(&db, &anna, BackupSetKind::Own, "own", true, None).await;
        add_set(
            &db,
            &anna,
            BackupSetKind::Admin,
            "one",
            true,
            Some(after(15)),
        )
        .await;
        add_set(
            &db,
            &anna,
            BackupSetKind::Admin,
            "two",
            true,
            Some(after(15)),
        )
        .await;
        let left = db.backup_codes_left(&anna).await.expect("answers");
        assert_eq!(left, Some(2), "it is not one of the person's own");
        let mut tx = db.begin().await.expect("begins");
        for (code, at, taken) in [
            ("one-a", after(1), None),
            ("two-a", after(14), Some(BackupSetKind::Admin)),
            ("two-b", after(15), None),
        ] {
            let used = tx.use_backup_code(&anna, code.as_bytes(), at).await;
            assert_eq!(used.expect("answers"), taken, "{code}");
        }
        assert_eq!(tx.remove_backup_codes(&anna).await.expect("removes"), 2);
        tx.commit().await.expect("commits");
        assert_eq!(db.backup_codes_left(&anna).await.expect("answers"), None);
    })
    .await;
}

fn enrolment(account: &AccountId, id: &str, holder: &str) -> Enrolment {
    Enrolment {
        id: id.into(),
        account_id: account.clone(),
        holder: holder.into(),
        kind: "app".into(),
        secret: Some(b"sealed".to_vec()),
        failures: 0,
        created_at: NOW,
        expires_at: after(30),
    }
}

#[tokio::test]
async fn a_holder_sets_one_way_up_at_a_time() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        let mut tx = db.begin().await.expect("begins");
        for (id, holder) in [("1", "attempt"), ("2", "session"), ("3", "attempt")] {
            tx.begin_enrolment(&enrolment(&anna, id, holder))
                .await
                .expect("begins");
        }
        assert_eq!(tx.count_enrolment_failure("3").await.expect("counts"), 1);
        assert_eq!(tx.count_enrolment_failure("3").await.expect("counts"), 2);
        tx.commit().await.expect("commits");
        let of = async |holder: &str, at: Moment| {
            let found = db.enrolment(holder, at).await.expect("answers");
            found.map(|enrolment| (enrolment.id, enrolment.failures))
        };
        assert_eq!(of("attempt", after(29)).await, Some(("3".into(), 2)));
        assert_eq!(of("attempt", after(30)).await, None);
        assert_eq!(of("session", NOW).await, Some(("2".into(), 0)));
        let mut tx = db.begin().await.expect("begins");
        tx.end_enrolment("session").await.expect("ends");
        assert!(
            tx.enrolment("session", NOW)
                .await
                .expect("answers")
                .is_none()
        );
    })
    .await;
}

#[tokio::test]
async fn a_trust_is_one_browsers_one_accounts_and_one_versions() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        let other = AccountId("beta-Anna".into());
        let browser = BrowserId("browser".into());
        let mut tx = db.begin().await.expect("begins");
        tx.add_browser(&browser, b"cookie", NOW);
        let version = tx.account(&anna).await.expect("answers").expect("is there");
        let trust = |id, days| NewTrust {
            id,
            browser: &browser,
            account: &anna,
            security_version: version.security_version,
            days,
            now: NOW,
            expires_at: after(60),
            user_agent: "Firefox",
            address: "203.0.113.7",
        };
        tx.grant_trust(&trust("first", 14)).await.expect("grants");
        tx.grant_trust(&trust("second", 30)).await.expect("grants");
        let mut found = async |account: &AccountId, cookie: &[u8], at: Moment| {
            let trust = tx.trust(account, cookie, at).await.expect("answers");
            trust.map(|trust| (trust.id, trust.days))
        };
        let second = Some(("second".to_owned(), 30));
        assert_eq!(found(&anna, b"cookie", after(59)).await, second);
        assert_eq!(found(&anna, b"cookie", after(60)).await, None);
        assert_eq!(found(&anna, b"other", NOW).await, None);
        assert_eq!(found(&other, b"cookie", NOW).await, None);
        tx.note_trust_use("second", "198.51.100.4", after(5))
            .await
            .expect("notes");
        tx.commit().await.expect("commits");
        let listed = db.trusts(&anna, NOW).await.expect("answers");
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].address, "198.51.100.4");
        assert_eq!(listed[0].last_used_at, after(5));
        let mut tx = db.begin().await.expect("begins");
        assert!(!tx.end_trust(&other, "second").await.expect("answers"));
        tx.raise_security_version(&anna).await.expect("raises");
        let outdated = tx.trust(&anna, b"cookie", NOW).await.expect("answers");
        assert!(outdated.is_none());
        assert!(tx.end_trust(&anna, "second").await.expect("answers"));
        assert_eq!(tx.end_trusts(&anna).await.expect("answers"), 0);
    })
    .await;
}

#[tokio::test]
async fn an_attempt_keeps_what_was_proven_and_chosen_while_a_way_is_set_up() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        let new = attempt(&anna, "attempt");
        let mut tx = db.begin().await.expect("begins");
        tx.add_attempt(&new).await.expect("adds");
        tx.ask_with(&new.id, "app").await.expect("notes");
        let begun = tx
            .begin_set_up(&new.id, ProvenWith::AdminCode, Some(30), after(30))
            .await;
        assert!(begun.expect("answers"));
        let row = tx
            .attempt(&new.id)
            .await
            .expect("answers")
            .expect("is there");
        assert_eq!(row.step, AttemptStep::SetUp);
        assert_eq!(row.method.as_deref(), Some("app"));
        assert_eq!(row.proven_with, Some(ProvenWith::AdminCode));
        assert_eq!((row.trust_days, row.expires_at), (Some(30), after(30)));
        assert!(tx.finish_attempt(&new.id, NOW).await.expect("finishes"));
        let again = tx
            .begin_set_up(&new.id, ProvenWith::Email, None, after(40))
            .await;
        assert!(!again.expect("answers"), "it is over");
    })
    .await;
}

#[tokio::test]
async fn what_ended_is_cleared_away_and_what_counts_stays() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        add_set(&db, &anna, BackupSetKind::Own, "counts", true, None).await;
        add_set(&db, &anna, BackupSetKind::Own, "waits", false, None).await;
        add_set(
            &db,
            &anna,
            BackupSetKind::Admin,
            "ends",
            true,
            Some(after(15)),
        )
        .await;
        let mut tx = db.begin().await.expect("begins");
        let begun = enrolment(&anna, "1", "attempt");
        tx.begin_enrolment(&begun).await.expect("begins");
        tx.commit().await.expect("commits");
        let table = [
            (Leftovers::BackupSets, NOW, 0),
            (Leftovers::BackupSets, after(15), 1),
            (Leftovers::BackupSets, after(16), 1),
            (Leftovers::BackupSets, after(1000), 0),
            (Leftovers::Enrolments, after(30), 0),
            (Leftovers::Enrolments, after(31), 1),
        ];
        for (what, before, gone) in table {
            let purged = db.purge(what, before).await.expect("purges");
            assert_eq!(purged, gone, "{what:?} {before:?}");
        }
        let left = db.backup_codes_left(&anna).await.expect("answers");
        assert_eq!(left, Some(2));
    })
    .await;
}
