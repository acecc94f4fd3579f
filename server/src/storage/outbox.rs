//! Mails that wait to be sent, written in the transaction of their cause.
//!
//! Who the mail is for and what it says is one sealed blob, erased as soon as it is not needed.

use std::time::Duration;

use app::wire::MailFate;

use super::{AccountId, Db, MailId, Result, Tx, on_db, on_tx};
use crate::clock::Moment;

/// A mail to be sent as soon as possible.
#[derive(Clone, Debug)]
pub struct NewMail {
    pub id: MailId,
    /// Whom it is about.
    pub account: Option<AccountId>,
    /// What sort of mail this is, like `sign_in_code`; the only thing of it that logs may name.
    pub kind: &'static str,
    pub sealed: Vec<u8>,
    pub created_at: Moment,
    /// Never sent from this moment on.
    pub expires_at: Moment,
}

/// A mail that this server is to send now, and no other server until the lease ends.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ClaimedMail {
    pub id: MailId,
    pub kind: String,
    pub sealed: Vec<u8>,
    /// This try included.
    pub tries: i64,
    pub expires_at: Moment,
}

/// When the outbox next needs somebody; nothing where it needs nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct OutboxAgenda {
    pub due_at: Option<Moment>,
    pub expires_at: Option<Moment>,
}

/// One statement takes one mail. Servers on one PostgreSQL step over each other's rows instead of
/// waiting for them; on SQLite there is one writer at a time and nothing to step over.
macro_rules! claim {
    ($step_over:literal) => {
        concat!(
            "UPDATE outbox SET due_at = $2, tries = tries + 1 WHERE id = (",
            "SELECT id FROM outbox WHERE sealed IS NOT NULL AND due_at <= $1 AND expires_at > $1 ",
            "ORDER BY due_at, id LIMIT 1",
            $step_over,
            ") RETURNING id, kind, sealed, tries, expires_at"
        )
    };
}

impl Tx {
    /// # Errors
    /// When the database does not answer.
    pub async fn queue_mail(&mut self, mail: NewMail) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO outbox (id, account_id, kind, sealed, created_at, expires_at, due_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $5)",
            )
            .bind(mail.id)
            .bind(mail.account)
            .bind(mail.kind)
            .bind(mail.sealed)
            .bind(mail.created_at)
            .bind(mail.expires_at)
            .execute(c)
            .await?;
        });
        Ok(())
    }
}

impl Db {
    /// Takes the mail that has been due for longest. When its sender is not heard of again, it is
    /// due once more after the lease.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn claim_mail(&self, now: Moment, lease: Duration) -> Result<Option<ClaimedMail>> {
        let sql = match self {
            Self::Sqlite { .. } => claim!(""),
            Self::Postgres(_) => claim!(" FOR UPDATE SKIP LOCKED"),
        };
        let mut tx = self.begin().await?;
        let claimed = on_tx!(&mut tx, c => {
            sqlx::query_as(sql).bind(now).bind(now.plus(lease)).fetch_optional(c).await?
        });
        tx.commit().await?;
        Ok(claimed)
    }

    /// Notes that the mail server accepted a mail, and erases what it said.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mail_sent(&self, id: &MailId, now: Moment) -> Result<()> {
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, c => {
            sqlx::query("UPDATE outbox SET sealed = NULL, sent_at = $2, error = NULL WHERE id = $1 AND sent_at IS NULL")
                .bind(id)
                .bind(now)
                .execute(c)
                .await?;
        });
        tx.commit().await
    }

    /// Notes why a mail could not be sent and when it is tried again. Changes nothing when another
    /// server has taken it since.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mail_later(&self, mail: &ClaimedMail, due_at: Moment, error: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, c => {
            sqlx::query("UPDATE outbox SET due_at = $3, error = $4 WHERE id = $1 AND tries = $2 AND sealed IS NOT NULL")
                .bind(&mail.id)
                .bind(mail.tries)
                .bind(due_at)
                .bind(error)
                .execute(c)
                .await?;
        });
        tx.commit().await
    }

    /// Notes that a mail will never be accepted, and erases what it said.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mail_refused(&self, mail: &ClaimedMail, now: Moment, error: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, c => {
            sqlx::query(
                "UPDATE outbox SET sealed = NULL, failed_at = $3, error = $4 \
                 WHERE id = $1 AND tries = $2 AND sealed IS NOT NULL",
            )
            .bind(&mail.id)
            .bind(mail.tries)
            .bind(now)
            .bind(error)
            .execute(c)
            .await?;
        });
        tx.commit().await
    }

    /// What became of a mail; nothing for one that is not kept any more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mail_fate(&self, id: &MailId) -> Result<Option<MailFate>> {
        let row: Option<(Option<Moment>, Option<Moment>, Option<String>)> = on_db!(self, c => {
            sqlx::query_as("SELECT sent_at, failed_at, error FROM outbox WHERE id = $1")
                .bind(id)
                .fetch_optional(c)
                .await?
        });
        Ok(row.map(|row| match row {
            (Some(_), _, _) => MailFate::Sent,
            (None, Some(_), _) => MailFate::Refused,
            (None, None, Some(_)) => MailFate::Late,
            (None, None, None) => MailFate::Waiting,
        }))
    }

    /// Erases what mails say that were not sent in time. Answers how many there were.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn expire_mail(&self, now: Moment) -> Result<u64> {
        let mut tx = self.begin().await?;
        let expired = on_tx!(&mut tx, c => {
            sqlx::query("UPDATE outbox SET sealed = NULL, error = 'expired' WHERE sealed IS NOT NULL AND expires_at <= $1")
                .bind(now)
                .execute(c)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(expired)
    }

    /// When the next mail is due and when the next one expires, both possibly in the past.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn outbox_agenda(&self) -> Result<OutboxAgenda> {
        Ok(on_db!(self, c => {
            sqlx::query_as(
                "SELECT MIN(due_at) AS due_at, MIN(expires_at) AS expires_at FROM outbox WHERE sealed IS NOT NULL",
            )
            .fetch_one(c)
            .await?
        }))
    }
}
