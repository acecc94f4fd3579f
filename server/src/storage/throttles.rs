//! Counters of wrong passwords, by a keyed hash of what was typed, known or not.

use std::time::Duration;

use crate::clock::Moment;

use super::{Db, Result, on_db};

/// What became of a try before its password was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// It was counted as this failure in a row; a right password takes it back.
    Try(i64),
    /// A wait was on, so nothing was counted or extended.
    Waiting {
        until: Moment,
    },
}

impl Db {
    /// Counts a try as a failure before its password is hashed, in one statement, so that neither a
    /// crash nor a thousand parallel tries can slip one past the counter. During a wait nothing changes.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count_password_try(&self, key: &[u8], now: Moment, lifetime: Duration) -> Result<Counted> {
        let write = self.writer();
        let counted: Option<i64> = on_db!(&write, c => {
            sqlx::query_scalar(
                "INSERT INTO throttles (key, failures, wait_until, expires_at) VALUES ($1, 1, 0, $3)
                 ON CONFLICT (key) DO UPDATE SET
                     failures = CASE WHEN throttles.expires_at <= $2 THEN 1 ELSE throttles.failures + 1 END,
                     wait_until = 0,
                     expires_at = excluded.expires_at
                 WHERE throttles.wait_until <= $2 OR throttles.expires_at <= $2
                 RETURNING failures",
            )
            .bind(key)
            .bind(now)
            .bind(now.plus(lifetime))
            .fetch_optional(c)
            .await?
        });
        if let Some(failures) = counted {
            return Ok(Counted::Try(failures));
        }
        let until: Option<Moment> = on_db!(self, c => {
            sqlx::query_scalar("SELECT wait_until FROM throttles WHERE key = $1").bind(key).fetch_optional(c).await?
        });
        Ok(Counted::Waiting { until: until.unwrap_or(now) })
    }

    /// Lets the next try wait.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin_wait(&self, key: &[u8], until: Moment) -> Result<()> {
        let write = self.writer();
        on_db!(&write, c => {
            sqlx::query("UPDATE throttles SET wait_until = $2 WHERE key = $1 AND wait_until < $2")
                .bind(key)
                .bind(until)
                .execute(c)
                .await?;
        });
        Ok(())
    }

    /// Forgets the failures: the password was right.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn clear_throttle(&self, key: &[u8]) -> Result<()> {
        let write = self.writer();
        on_db!(&write, c => {
            sqlx::query("DELETE FROM throttles WHERE key = $1").bind(key).execute(c).await?;
        });
        Ok(())
    }
}
