//! Codes that were mailed to set a mailbox up within a session, and that one was mailed for a Connect user. Those of
//! sign-ins are in `attempts`; all are rows of one table. The limits of mails count those of sign-ins and set-ups
//! together, and those for Connect users, which strangers may ask for, by themselves.

use crate::clock::Moment;

use super::{AccountId, EmailCode, PhoneClaimId, Result, Tx, on_tx};

impl Tx {
    /// Notes a code that is kept with the claim that it is for.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn note_bind_code(
        &mut self,
        id: &str,
        account: &AccountId,
        claim: &PhoneClaimId,
        code: &EmailCode,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO email_codes (id, account_id, phone_claim, code_hash, mail_id, sent_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(id)
            .bind(account)
            .bind(claim)
            .bind(&code.code_hash)
            .bind(&code.mail_id)
            .bind(code.sent_at)
            .bind(code.expires_at)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// When codes were mailed to an account since then for whatever claim, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn bind_codes_sent_since(
        &mut self,
        account: &AccountId,
        since: Moment,
    ) -> Result<Vec<Moment>> {
        on_tx!(self, c => {
            sqlx::query_scalar(
                "SELECT sent_at FROM email_codes
                 WHERE account_id = $1 AND sent_at > $2 AND phone_claim IS NOT NULL ORDER BY sent_at DESC",
            )
            .bind(account)
            .bind(since)
            .fetch_all(&mut *c)
            .await
        })
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
