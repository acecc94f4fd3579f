//! Codes that were mailed to set a mailbox up within a session, and that one was mailed for a Connect user. Those of
//! sign-ins are in `attempts`; all are rows of one table, so that the limits of mails count them together.

use super::{AccountId, EmailCode, Result, Tx, on_tx};

impl Tx {
    /// Notes a code that is kept with the claim that it is for.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn note_bind_code(
        &mut self,
        id: &str,
        account: &AccountId,
        code: &EmailCode,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO email_codes (id, account_id, code_hash, mail_id, sent_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(id)
            .bind(account)
            .bind(&code.code_hash)
            .bind(&code.mail_id)
            .bind(code.sent_at)
            .bind(code.expires_at)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn add_enrolment_code(
        &mut self,
        id: &str,
        account: &AccountId,
        enrolment: &str,
        code: &EmailCode,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO email_codes (id, account_id, enrolment_id, code_hash, mail_id, sent_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(id)
            .bind(account)
            .bind(enrolment)
            .bind(&code.code_hash)
            .bind(&code.mail_id)
            .bind(code.sent_at)
            .bind(code.expires_at)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Every code of a way that is being set up, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn enrolment_codes(&mut self, enrolment: &str) -> Result<Vec<EmailCode>> {
        on_tx!(self, c => {
            sqlx::query_as(
                "SELECT code_hash, mail_id, sent_at, expires_at FROM email_codes
                 WHERE enrolment_id = $1 ORDER BY sent_at DESC, id DESC",
            )
            .bind(enrolment)
            .fetch_all(&mut *c)
            .await
        })
    }
}
