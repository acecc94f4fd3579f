//! What an invitation makes of its account. The links themselves are in `links`, the mails in `outbox`.

use std::time::Duration;

use crate::clock::Moment;

use super::{AccountId, CompanyId, Db, Result, Tx, Welcome, on_db, on_tx};

impl Db {
    /// Whether the address of an account, folded, also opens one of another company.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_account_elsewhere(
        &self,
        company: &CompanyId,
        email_folded: &str,
    ) -> Result<bool> {
        on_db!(self, c => {
            let found: Option<i64> = sqlx::query_scalar(
                "SELECT created_at FROM accounts WHERE email_folded = $1 AND company_id <> $2
                     AND state IN ('enabled', 'sso_only') AND deleted_at IS NULL LIMIT 1",
            )
            .bind(email_folded)
            .bind(company)
            .fetch_optional(c)
            .await?;
            Ok(found.is_some())
        })
    }
}

impl Tx {
    /// A link is on its way: nothing else opens the account any more, but for people who sign in outside only. Answers its security version, which rises when
    /// there was a password.
    ///
    /// # Errors
    /// When the account is gone or the database does not answer.
    pub async fn become_invited(&mut self, id: &AccountId) -> Result<i64> {
        on_tx!(self, c => {
            sqlx::query_scalar(
                "UPDATE accounts SET state = CASE WHEN state = 'sso_only' THEN state ELSE 'invited' END,
                     bounce = NULL, link_asked_at = NULL,
                     security_version = security_version + CASE WHEN password_hash IS NULL THEN 0 ELSE 1 END,
                     password_hash = NULL, password_length = NULL, password_temporary_until = NULL
                 WHERE id = $1 RETURNING security_version",
            )
            .bind(id)
            .fetch_one(&mut *c)
            .await
        })
    }

    /// Nothing opens the account any more, and nothing is on its way to it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn become_pending(&mut self, id: &AccountId) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE accounts SET state = CASE WHEN state = 'sso_only' THEN state ELSE 'pending' END,
                     bounce = NULL, link_asked_at = NULL,
                     security_version = security_version + 1,
                     password_hash = NULL, password_length = NULL, password_temporary_until = NULL
                 WHERE id = $1",
            )
            .bind(id)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// The mail server refused what was on its way, for this reason.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn become_bounced(&mut self, id: &AccountId, reason: &str) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE accounts SET state = 'bounced', bounce = $2 WHERE id = $1")
                .bind(id)
                .bind(reason)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Notes that the person asks for another link. Answers whether they had not asked already.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn ask_link(&mut self, id: &AccountId, now: Moment) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query(
                "UPDATE accounts SET link_asked_at = $2 WHERE id = $1 AND link_asked_at IS NULL",
            )
            .bind(id)
            .bind(now)
            .execute(&mut *c)
            .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Saves what a company decides about its invitations, unless its settings changed since that version.
    /// Answers whether they were saved.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn set_invitations(
        &mut self,
        company: &CompanyId,
        version: i64,
        life: Duration,
        welcome: Welcome,
    ) -> Result<bool> {
        let life = i64::try_from(life.as_millis()).unwrap_or(i64::MAX);
        on_tx!(self, c => {
            let done = sqlx::query(
                "UPDATE companies SET invitation_ms = $3, welcome = $4, version = version + 1
                 WHERE id = $1 AND version = $2",
            )
            .bind(company)
            .bind(version)
            .bind(life)
            .bind(welcome)
            .execute(&mut *c)
            .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// A password is on its way, or was just chosen: there is nothing left to ask for.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn become_enabled(&mut self, id: &AccountId) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE accounts SET state = 'enabled', bounce = NULL, link_asked_at = NULL WHERE id = $1",
            )
            .bind(id)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }
}
