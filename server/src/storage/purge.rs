//! Deletes what is not needed any more, a little at a time: a batch holds the only writer of SQLite
//! for milliseconds. How long things are kept is not decided here.

use super::{Db, Result, on_tx};
use crate::clock::Moment;

/// What piles up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leftovers {
    /// Waits after wrong passwords, by when they lose their meaning.
    Throttles,
    /// Sign-ins, by when they end; their codes go with them.
    Attempts,
    /// Ways that are being set up, by when they end.
    Enrolments,
    /// Mailed codes whose set-up is over, by when they were sent.
    Codes,
    /// Sets of backup codes that never counted, by when they were made, and codes of administrators, by
    /// when they end.
    BackupSets,
    /// Trusts of browsers, by when they end.
    Trusts,
    /// Browsers that speak for a Connect user, by when they end.
    Bindings,
    /// What browsers said about Amazon Connect, by when that ends.
    PhoneClaims,
    /// People who ask to join, by when they asked.
    JoinRequests,
    /// Links, by when they end. The invitations of those who may still be invited anew stay: lists tell by them
    /// that they have ended.
    Links,
    /// Browsers that no account knows, trusts or is bound to, by when they were first seen.
    Browsers,
    /// Sessions, by when they end.
    Sessions,
    /// Requests for a new password that no job worked off, by when they were made.
    ResetRequests,
    /// Mails that say nothing any more, by when they were written.
    Mails,
    /// What people did at their desks, by when they began it.
    PresenceChanges,
    /// Audit events, by when they happened.
    AuditEvents,
    /// Ways to providers, by when they end.
    SsoRequests,
    /// Companies that nobody has entered, by when their time ends.
    Companies,
}

/// Rows in one transaction.
const BATCH: i64 = 200;

impl Leftovers {
    /// Deletes at most `$2` rows from before `$1`. Mails and audit events have identifiers that sort
    /// by time, so the oldest are found without reading the others.
    fn sql(self) -> &'static str {
        match self {
            Self::Throttles => {
                "DELETE FROM throttles WHERE key IN \
                 (SELECT key FROM throttles WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)"
            }
            Self::Attempts => {
                "DELETE FROM attempts WHERE id IN \
                 (SELECT id FROM attempts WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)"
            }
            Self::Enrolments => {
                "DELETE FROM enrolments WHERE id IN \
                 (SELECT id FROM enrolments WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)"
            }
            Self::Codes => {
                "DELETE FROM email_codes WHERE id IN \
                 (SELECT id FROM email_codes WHERE attempt_id IS NULL AND enrolment_id IS NULL \
                  AND sent_at < $1 ORDER BY sent_at LIMIT $2)"
            }
            Self::BackupSets => {
                "DELETE FROM backup_sets WHERE id IN \
                 (SELECT id FROM backup_sets WHERE (confirmed_at IS NULL OR expires_at IS NOT NULL) \
                  AND created_at < $1 AND (expires_at IS NULL OR expires_at < $1) ORDER BY created_at LIMIT $2)"
            }
            Self::Trusts => {
                "DELETE FROM trusts WHERE id IN \
                 (SELECT id FROM trusts WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)"
            }
            Self::Bindings => {
                "DELETE FROM bindings WHERE id IN \
                 (SELECT id FROM bindings WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)"
            }
            Self::PhoneClaims => {
                "DELETE FROM phone_claims WHERE id IN \
                 (SELECT id FROM phone_claims WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)"
            }
            Self::JoinRequests => {
                "DELETE FROM join_requests WHERE id IN \
                 (SELECT id FROM join_requests WHERE asked_at < $1 ORDER BY asked_at LIMIT $2)"
            }
            Self::Links => {
                "DELETE FROM links WHERE id IN \
                 (SELECT l.id FROM links l JOIN accounts a ON a.id = l.account_id \
                  WHERE l.expires_at < $1 AND NOT (l.kind = 'invitation' AND a.state = 'invited') LIMIT $2)"
            }
            Self::Browsers => {
                "DELETE FROM browsers WHERE id IN \
                 (SELECT b.id FROM browsers b WHERE b.created_at < $1 \
                  AND NOT EXISTS (SELECT 1 FROM known_browsers k WHERE k.browser_id = b.id) \
                  AND NOT EXISTS (SELECT 1 FROM bindings i WHERE i.browser_id = b.id) \
                  AND NOT EXISTS (SELECT 1 FROM trusts t WHERE t.browser_id = b.id) LIMIT $2)"
            }
            Self::Sessions => {
                "DELETE FROM sessions WHERE id IN \
                 (SELECT id FROM sessions WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)"
            }
            Self::ResetRequests => {
                "DELETE FROM reset_requests WHERE id IN \
                 (SELECT id FROM reset_requests WHERE created_at < $1 ORDER BY created_at LIMIT $2)"
            }
            Self::Mails => {
                "DELETE FROM outbox WHERE sealed IS NULL AND created_at < $1 AND id IN \
                 (SELECT id FROM outbox ORDER BY id LIMIT $2)"
            }
            Self::PresenceChanges => {
                "DELETE FROM presence_changes WHERE id IN \
                 (SELECT id FROM presence_changes WHERE at < $1 ORDER BY at LIMIT $2)"
            }
            Self::SsoRequests => {
                "DELETE FROM sso_requests WHERE id IN \
                 (SELECT id FROM sso_requests WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)"
            }
            Self::AuditEvents => {
                "DELETE FROM audit_events WHERE at < $1 AND id IN (SELECT id FROM audit_events ORDER BY id LIMIT $2)"
            }
            Self::Companies => {
                "DELETE FROM companies WHERE state IN ('asked', 'inert') AND id IN \
                 (SELECT id FROM companies WHERE state IN ('asked', 'inert') AND ends_at < $1 ORDER BY ends_at LIMIT $2)"
            }
        }
    }
}

impl Db {
    /// Deletes what is older than `before`, in as many transactions as it takes; others write in
    /// between. Answers how many rows went.
    ///
    /// # Errors
    /// When the database does not answer; what went before that is gone.
    pub async fn purge(&self, what: Leftovers, before: Moment) -> Result<u64> {
        let mut purged = 0;
        loop {
            let mut tx = self.begin().await?;
            let batch = on_tx!(&mut tx, c => {
                sqlx::query(what.sql()).bind(before).bind(BATCH).execute(c).await?.rows_affected()
            });
            tx.commit().await?;
            purged += batch;
            if batch < BATCH.unsigned_abs() {
                return Ok(purged);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::{MailId, NewMail, on_writer, testing::each_engine};

    async fn count(db: &Db, sql: &'static str) -> i64 {
        let counted = async { on_writer!(db, c => sqlx::query_scalar(sql).fetch_one(c).await) };
        counted.await.expect("counts")
    }

    #[tokio::test]
    async fn more_than_a_batch_goes_and_the_young_stay() {
        each_engine(async |db| {
            let mut tx = db.begin().await.expect("begins");
            for n in 0..BATCH + 50 {
                tx.defer(
                    "INSERT INTO throttles (key, failures, wait_until, expires_at) VALUES ($1, 1, 0, $2)",
                    [n.to_be_bytes().as_slice().into(), n.into()],
                );
                tx.defer(
                    "INSERT INTO audit_events (id, at, kind, reference, address) VALUES ($1, $2, 'x', 'x', 'x')",
                    [format!("{n:08}").into(), n.into()],
                );
                tx.settle().await.expect("inserts");
            }
            tx.commit().await.expect("commits");
            for what in [Leftovers::Throttles, Leftovers::AuditEvents] {
                let gone = db.purge(what, Moment(BATCH + 40)).await.expect("purges");
                assert_eq!(gone, BATCH.unsigned_abs() + 40, "{what:?}");
            }
            assert_eq!(count(&db, "SELECT COUNT(*) FROM throttles").await, 10);
            assert_eq!(count(&db, "SELECT COUNT(*) FROM audit_events").await, 10);
        })
        .await;
    }

    #[tokio::test]
    async fn a_mail_that_still_waits_is_not_deleted() {
        each_engine(async |db| {
            let mut tx = db.begin().await.expect("begins");
            for id in ["a", "b"] {
                tx.queue_mail(NewMail {
                    id: MailId(id.into()),
                    account: None,
                    kind: "invitation",
                    sealed: Vec::new(),
                    created_at: Moment(0),
                    expires_at: Moment(1000),
                })
                .await
                .expect("queues");
            }
            tx.commit().await.expect("commits");
            db.mail_sent(&MailId("a".into()), Moment(1))
                .await
                .expect("notes");
            assert_eq!(
                db.purge(Leftovers::Mails, Moment(10))
                    .await
                    .expect("purges"),
                1
            );
            assert_eq!(count(&db, "SELECT COUNT(*) FROM outbox").await, 1);
        })
        .await;
    }

    #[tokio::test]
    async fn every_sort_can_be_purged() {
        each_engine(async |db| {
            use Leftovers::{
                Attempts, AuditEvents, BackupSets, Bindings, Browsers, Codes, Companies,
                Enrolments, JoinRequests, Links, Mails, PhoneClaims, PresenceChanges,
                ResetRequests, Sessions, SsoRequests, Throttles, Trusts,
            };
            for what in [
                Throttles,
                Attempts,
                Enrolments,
                Codes,
                BackupSets,
                Trusts,
                Bindings,
                PhoneClaims,
                JoinRequests,
                Links,
                Browsers,
                Sessions,
                SsoRequests,
                ResetRequests,
                Mails,
                PresenceChanges,
                AuditEvents,
                Companies,
            ] {
                assert_eq!(
                    db.purge(what, Moment(i64::MAX)).await.expect("understood"),
                    0
                );
            }
        })
        .await;
    }
}
