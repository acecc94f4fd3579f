//! Ways that are being set up. They count for nothing until they were verified.

use crate::clock::Moment;

use super::{AccountId, Db, Result, Tx, on_db, on_tx};

/// A way that is being set up.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Enrolment {
    pub id: String,
    pub account_id: AccountId,
    /// The attempt or the session that began it.
    pub holder: String,
    /// `email`, `app`, …
    pub kind: String,
    /// Sealed.
    pub secret: Option<Vec<u8>>,
    /// Wrong codes so far.
    pub failures: i64,
    pub created_at: Moment,
    pub expires_at: Moment,
}

const BY_HOLDER: &str =
    "SELECT id, account_id, holder, kind, secret, failures, created_at, expires_at
     FROM enrolments WHERE holder = $1 AND expires_at > $2";

impl Db {
    /// What an attempt or a session is setting up, unless it took too long.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn enrolment(&self, holder: &str, now: Moment) -> Result<Option<Enrolment>> {
        on_db!(self, c => sqlx::query_as(BY_HOLDER).bind(holder).bind(now).fetch_optional(c).await)
    }
}

impl Tx {
    /// As [`Db::enrolment`], inside the transaction.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn enrolment(&mut self, holder: &str, now: Moment) -> Result<Option<Enrolment>> {
        on_tx!(self, c => {
            sqlx::query_as(BY_HOLDER).bind(holder).bind(now).fetch_optional(&mut *c).await
        })
    }

    /// Begins; what the same holder began before ends.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin_enrolment(&mut self, enrolment: &Enrolment) -> Result<()> {
        self.end_enrolment(&enrolment.holder).await?;
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO enrolments (id, account_id, holder, kind, secret, failures, created_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(&enrolment.id)
            .bind(&enrolment.account_id)
            .bind(&enrolment.holder)
            .bind(&enrolment.kind)
            .bind(&enrolment.secret)
            .bind(enrolment.failures)
            .bind(enrolment.created_at)
            .bind(enrolment.expires_at)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Counts a wrong code. Answers how many there were.
    ///
    /// # Errors
    /// When it is gone or the database does not answer.
    pub async fn count_enrolment_failure(&mut self, id: &str) -> Result<i64> {
        on_tx!(self, c => {
            sqlx::query_scalar("UPDATE enrolments SET failures = failures + 1 WHERE id = $1 RETURNING failures")
                .bind(id)
                .fetch_one(&mut *c)
                .await
        })
    }

    /// Ends what a holder was setting up, if anything.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_enrolment(&mut self, holder: &str) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("DELETE FROM enrolments WHERE holder = $1").bind(holder).execute(&mut *c).await?;
        });
        Ok(())
    }
}
