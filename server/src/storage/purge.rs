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
    /// Sessions, by when they end.
    Sessions,
    /// Mails that say nothing any more, by when they were written.
    Mails,
    /// Audit events, by when they happened.
    AuditEvents,
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
            Self::Sessions => {
                "DELETE FROM sessions WHERE id IN \
                 (SELECT id FROM sessions WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)"
            }
            Self::Mails => {
                "DELETE FROM outbox WHERE sealed IS NULL AND created_at < $1 AND id IN \
                 (SELECT id FROM outbox ORDER BY id LIMIT $2)"
            }
            Self::AuditEvents => {
                "DELETE FROM audit_events WHERE at < $1 AND id IN (SELECT id FROM audit_events ORDER BY id LIMIT $2)"
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
