//! What an invitation makes of its account. The links themselves are in `links`, the mails in `outbox`.

use super::{AccountId, Result, Tx, on_tx};

impl Tx {
    /// A link is on its way: nothing else opens the account any more. Answers its security version, which rises when
    /// there was a password.
    ///
    /// # Errors
    /// When the account is gone or the database does not answer.
    pub async fn become_invited(&mut self, id: &AccountId) -> Result<i64> {
        on_tx!(self, c => {
            sqlx::query_scalar(
                "UPDATE accounts SET state = 'invited', bounce = NULL, link_asked_at = NULL,
                     security_version = security_version + CASE WHEN password_hash IS NULL THEN 0 ELSE 1 END,
                     password_hash = NULL, password_length = NULL, password_temporary_until = NULL
                 WHERE id = $1 RETURNING security_version",
            )
            .bind(id)
            .fetch_one(&mut *c)
            .await
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
