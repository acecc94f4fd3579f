//! The second ways that people have set up. Kinds are an open set: a way that this release does not
//! know is kept and not offered.

use crate::clock::Moment;

use super::{AccountId, Db, Result, Tx, on_db, on_tx};

/// A way's row.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Factor {
    pub id: String,
    /// `email`, `app`, …
    pub kind: String,
    /// What the person calls the device.
    pub name: Option<String>,
    /// Sealed.
    pub secret: Option<Vec<u8>>,
    /// The newest time step of an app whose code was used.
    pub last_step: Option<i64>,
    pub created_at: Moment,
    pub last_used_at: Option<Moment>,
}

/// A new way, from now on one that counts.
#[derive(Clone, Debug)]
pub struct NewFactor<'a> {
    pub id: &'a str,
    pub account: &'a AccountId,
    pub kind: &'a str,
    pub name: Option<&'a str>,
    pub secret: Option<&'a [u8]>,
    pub last_step: Option<i64>,
    pub now: Moment,
}

impl<'a> NewFactor<'a> {
    /// The account's own mailbox.
    #[must_use]
    pub fn email(id: &'a str, account: &'a AccountId, now: Moment) -> Self {
        Self {
            id,
            account,
            kind: "email",
            name: None,
            secret: None,
            last_step: None,
            now,
        }
    }
}

const FACTORS: &str = "SELECT id, kind, name, secret, last_step, created_at, last_used_at
     FROM factors WHERE account_id = $1
     ORDER BY CASE WHEN last_used_at IS NULL THEN 1 ELSE 0 END, last_used_at DESC, created_at, id";

impl Db {
    /// What an account has set up, last used first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn factors(&self, account: &AccountId) -> Result<Vec<Factor>> {
        on_db!(self, c => sqlx::query_as(FACTORS).bind(account).fetch_all(c).await)
    }
}

impl Tx {
    /// As [`Db::factors`], inside the transaction.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn factors(&mut self, account: &AccountId) -> Result<Vec<Factor>> {
        on_tx!(self, c => sqlx::query_as(FACTORS).bind(account).fetch_all(&mut *c).await)
    }

    /// Adds a way. A mailbox that is there already stays as it is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn add_factor(&mut self, factor: &NewFactor<'_>) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO factors (id, account_id, kind, name, secret, last_step, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            )
            .bind(factor.id)
            .bind(factor.account)
            .bind(factor.kind)
            .bind(factor.name)
            .bind(factor.secret)
            .bind(factor.last_step)
            .bind(factor.now)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Notes that a way was used now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn note_factor_use(&mut self, id: &str, now: Moment) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE factors SET last_used_at = $2 WHERE id = $1")
                .bind(id)
                .bind(now)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Uses a time step of an app, which no later use may name again, nor an earlier one. Answers
    /// whether this call did it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn use_step(&mut self, id: &str, step: i64, now: Moment) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query(
                "UPDATE factors SET last_step = $2, last_used_at = $3
                 WHERE id = $1 AND (last_step IS NULL OR last_step < $2)
                     AND (refused_step IS NULL OR refused_step <> $2)",
            )
            .bind(id)
            .bind(step)
            .bind(now)
            .execute(&mut *c)
            .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Refuses a time step of an app that is to come: whoever named its code early must not profit from
    /// having been told so.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn refuse_step(&mut self, id: &str, step: i64) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE factors SET refused_step = $2 WHERE id = $1")
                .bind(id)
                .bind(step)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Removes a way of this account. Answers whether it was there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn remove_factor(&mut self, account: &AccountId, id: &str) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query("DELETE FROM factors WHERE account_id = $1 AND id = $2")
                .bind(account)
                .bind(id)
                .execute(&mut *c)
                .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Removes every way of a kind. Answers how many there were.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn remove_factors(&mut self, account: &AccountId, kind: &str) -> Result<u64> {
        on_tx!(self, c => {
            let done = sqlx::query("DELETE FROM factors WHERE account_id = $1 AND kind = $2")
                .bind(account)
                .bind(kind)
                .execute(&mut *c)
                .await?;
            Ok(done.rows_affected())
        })
    }

    /// Notes that more than the mailbox was proven since a mailed link replaced the password.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn clear_mailed_reset(&mut self, account: &AccountId) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE accounts SET reset_by_mail_at = NULL WHERE id = $1")
                .bind(account)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Makes everything worthless that carries the account's present security version. Answers the
    /// new one.
    ///
    /// # Errors
    /// When the account is gone or the database does not answer.
    pub async fn raise_security_version(&mut self, account: &AccountId) -> Result<i64> {
        on_tx!(self, c => {
            sqlx::query_scalar(
                "UPDATE accounts SET security_version = security_version + 1 WHERE id = $1
                 RETURNING security_version",
            )
            .bind(account)
            .fetch_one(&mut *c)
            .await
        })
    }
}
