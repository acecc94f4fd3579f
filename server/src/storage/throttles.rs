//! Counters of wrong passwords, by a keyed hash of what was typed, known or not; and of other things that may be done so
//! often in so much time.

use std::time::Duration;

use crate::clock::Moment;

use super::{Db, Result, Tx, on_db, on_tx, on_writer};

/// Different waits, from the fifth failure on.
pub const WAITS: usize = 9;

/// What became of a try before its password was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// It was counted as this failure in a row; a right password takes it back.
    Try(i64),
    /// A wait was on, so nothing was counted or extended.
    Waiting { until: Moment },
}

impl Db {
    /// Counts a try as a failure before its password is hashed, in one statement, so that neither a
    /// crash nor a thousand parallel tries can slip one past the counter. During a wait nothing changes.
    ///
    /// `waits` are how long the next try waits after the fifth failure, the sixth and so on; the last
    /// one holds for all further.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count_password_try(
        &self,
        key: &[u8],
        now: Moment,
        lifetime: Duration,
        waits: &[Duration; WAITS],
    ) -> Result<Counted> {
        let [a, b, c, d, e, f, g, h, i] = waits.map(|wait| now.plus(wait));
        let counted: Option<i64> = on_writer!(self, db => {
            sqlx::query_scalar(
                "INSERT INTO throttles (key, failures, wait_until, expires_at) VALUES ($1, 1, 0, $3)
                 ON CONFLICT (key) DO UPDATE SET
                     failures = CASE WHEN throttles.expires_at <= $2 THEN 1 ELSE throttles.failures + 1 END,
                     wait_until = CASE
                         WHEN throttles.expires_at <= $2 OR throttles.failures < 4 THEN 0
                         ELSE CASE throttles.failures
                             WHEN 4 THEN $4 WHEN 5 THEN $5 WHEN 6 THEN $6 WHEN 7 THEN $7 WHEN 8 THEN $8
                             WHEN 9 THEN $9 WHEN 10 THEN $10 WHEN 11 THEN $11 ELSE $12 END
                         END,
                     expires_at = excluded.expires_at
                 WHERE throttles.wait_until <= $2 OR throttles.expires_at <= $2
                 RETURNING failures",
            )
            .bind(key)
            .bind(now)
            .bind(now.plus(lifetime))
            .bind(a).bind(b).bind(c).bind(d).bind(e).bind(f).bind(g).bind(h).bind(i)
            .fetch_optional(db)
            .await?
        });
        if let Some(failures) = counted {
            return Ok(Counted::Try(failures));
        }
        let until: Option<Moment> = on_db!(self, c => {
            sqlx::query_scalar("SELECT wait_until FROM throttles WHERE key = $1").bind(key).fetch_optional(c).await?
        });
        Ok(Counted::Waiting {
            until: until.unwrap_or(now),
        })
    }
}

impl Tx {
    /// Counts one more of what may happen `most` times in a `window`, which begins with the first of them. Beyond that
    /// nothing is counted; answers when the window ends then.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count_within(
        &mut self,
        key: &[u8],
        now: Moment,
        window: Duration,
        most: i64,
    ) -> Result<Option<Moment>> {
        on_tx!(self, c => {
            let counted: Option<i64> = sqlx::query_scalar(
                "INSERT INTO throttles (key, failures, wait_until, expires_at) VALUES ($1, 1, 0, $3)
                 ON CONFLICT (key) DO UPDATE SET
                     failures = CASE WHEN throttles.expires_at <= $2 THEN 1 ELSE throttles.failures + 1 END,
                     expires_at = CASE WHEN throttles.expires_at <= $2 THEN excluded.expires_at ELSE throttles.expires_at END
                 WHERE throttles.failures < $4 OR throttles.expires_at <= $2
                 RETURNING failures",
            )
            .bind(key)
            .bind(now)
            .bind(now.plus(window))
            .bind(most)
            .fetch_optional(&mut *c)
            .await?;
            if counted.is_some() {
                return Ok(None);
            }
            let ends: Option<Moment> = sqlx::query_scalar("SELECT expires_at FROM throttles WHERE key = $1")
                .bind(key)
                .fetch_optional(&mut *c)
                .await?;
            Ok(Some(ends.unwrap_or(now)))
        })
    }

    /// Forgets the failures: the password was right.
    pub fn clear_throttle(&mut self, key: &[u8]) {
        self.defer("DELETE FROM throttles WHERE key = $1", [key.into()]);
    }
}
