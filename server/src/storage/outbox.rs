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
    /// Whom it is about.
    pub account_id: Option<AccountId>,
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

/// A mail in a person's list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ListedMail {
    pub kind: String,
    pub created_at: Moment,
    pub sent_at: Option<Moment>,
    pub failed_at: Option<Moment>,
    /// What the mail server said.
    pub error: Option<String>,
}

impl ListedMail {
    #[must_use]
    pub fn fate(&self) -> MailFate {
        became(self.sent_at, self.failed_at, self.error.as_deref())
    }
}

fn became(sent_at: Option<Moment>, failed_at: Option<Moment>, error: Option<&str>) -> MailFate {
    match (sent_at, failed_at, error) {
        (Some(_), _, _) => MailFate::Sent,
        (None, Some(_), _) => MailFate::Refused,
        (None, None, Some(_)) => MailFate::Late,
        (None, None, None) => MailFate::Waiting,
    }
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
            ") RETURNING id, account_id, kind, sealed, tries, expires_at"
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

    /// Notes that a mail will never be accepted, and erases what it said. Answers whether it was still
    /// waiting to be.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mail_refused(
        &mut self,
        mail: &ClaimedMail,
        now: Moment,
        error: &str,
    ) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query(
                "UPDATE outbox SET sealed = NULL, failed_at = $3, error = $4 \
                 WHERE id = $1 AND tries = $2 AND sealed IS NOT NULL",
            )
            .bind(&mail.id)
            .bind(mail.tries)
            .bind(now)
            .bind(error)
            .execute(c)
            .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Takes back the mails of a kind to an account that have not left yet, as if they had never been written.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn withdraw_mail(&mut self, account: &AccountId, kind: &str) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "DELETE FROM outbox WHERE account_id = $1 AND kind = $2 AND sealed IS NOT NULL",
            )
            .bind(account)
            .bind(kind)
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

    /// Notes for every mail that is due why it must wait and until when.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn postpone_mail(&self, now: Moment, due_at: Moment, error: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, c => {
            sqlx::query("UPDATE outbox SET due_at = $2, tries = tries + 1, error = $3 WHERE due_at <= $1 AND sealed IS NOT NULL")
                .bind(now)
                .bind(due_at)
                .bind(error)
                .execute(c)
                .await?;
        });
        tx.commit().await
    }

    /// As [`Tx::mail_refused`], by itself.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mail_refused(&self, mail: &ClaimedMail, now: Moment, error: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        tx.mail_refused(mail, now, error).await?;
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
        Ok(row.map(|(sent_at, failed_at, error)| became(sent_at, failed_at, error.as_deref())))
    }

    /// The newest mails to an account and what became of them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mails_of(&self, account: &AccountId, limit: u32) -> Result<Vec<ListedMail>> {
        on_db!(self, c => {
            sqlx::query_as(
                "SELECT kind, created_at, sent_at, failed_at, error FROM outbox WHERE account_id = $1
                 ORDER BY created_at DESC, id DESC LIMIT $2",
            )
            .bind(account)
            .bind(i64::from(limit))
            .fetch_all(c)
            .await
        })
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use futures::future::try_join_all;

    use super::*;
    use crate::storage::{
        on_writer,
        testing::{each_database, each_engine},
    };

    const LEASE: Duration = Duration::from_secs(60);

    async fn queue(db: &Db, id: &str, at: Moment, expires_at: Moment) -> MailId {
        let mut tx = db.begin().await.expect("begins");
        let id = MailId(id.into());
        tx.queue_mail(NewMail {
            id: id.clone(),
            account: None,
            kind: "sign_in_code",
            sealed: b"sealed".to_vec(),
            created_at: at,
            expires_at,
        })
        .await
        .expect("queues");
        tx.commit().await.expect("commits");
        id
    }

    async fn claim(db: &Db, now: Moment) -> Option<ClaimedMail> {
        db.claim_mail(now, LEASE).await.expect("answers")
    }

    async fn fate(db: &Db, id: &MailId) -> Option<MailFate> {
        db.mail_fate(id).await.expect("answers")
    }

    async fn sealed(db: &Db, id: &MailId) -> Option<Vec<u8>> {
        let sealed = async {
            on_writer!(db, c => {
                sqlx::query_scalar("SELECT sealed FROM outbox WHERE id = $1").bind(id).fetch_one(c).await
            })
        };
        sealed.await.expect("a row")
    }

    #[tokio::test]
    async fn a_mail_is_claimed_once_until_its_lease_ends() {
        each_engine(async |db| {
            let id = queue(&db, "a", Moment(0), Moment(300_000)).await;
            assert_eq!(fate(&db, &id).await, Some(MailFate::Waiting));
            let mail = claim(&db, Moment(0)).await.expect("due");
            assert_eq!(
                (mail.tries, mail.kind.as_str(), &mail.sealed[..]),
                (1, "sign_in_code", &b"sealed"[..])
            );
            assert!(claim(&db, Moment(59_999)).await.is_none());
            // Its sender was killed: nobody noted anything.
            assert_eq!(
                claim(&db, Moment(60_000)).await.expect("due again").tries,
                2
            );
        })
        .await;
    }

    #[tokio::test]
    async fn what_was_sent_or_refused_says_nothing_any_more() {
        each_engine(async |db| {
            let sent = queue(&db, "a", Moment(0), Moment(300_000)).await;
            let refused = queue(&db, "b", Moment(1), Moment(300_000)).await;
            assert_eq!(
                claim(&db, Moment(1)).await.expect("due").id,
                sent,
                "the oldest first"
            );
            let mail = claim(&db, Moment(1)).await.expect("due");
            db.mail_sent(&sent, Moment(2)).await.expect("notes");
            db.mail_refused(&mail, Moment(2), "550")
                .await
                .expect("notes");
            assert_eq!(fate(&db, &sent).await, Some(MailFate::Sent));
            assert_eq!(fate(&db, &refused).await, Some(MailFate::Refused));
            assert_eq!(
                (sealed(&db, &sent).await, sealed(&db, &refused).await),
                (None, None)
            );
            assert!(claim(&db, Moment(200_000)).await.is_none());
            assert_eq!(
                db.outbox_agenda().await.expect("answers"),
                OutboxAgenda::default()
            );
            assert_eq!(fate(&db, &MailId("unknown".into())).await, None);
        })
        .await;
    }

    #[tokio::test]
    async fn a_late_mail_waits_for_its_next_try() {
        each_engine(async |db| {
            let id = queue(&db, "a", Moment(0), Moment(300_000)).await;
            let mail = claim(&db, Moment(0)).await.expect("due");
            db.mail_later(&mail, Moment(5000), "421")
                .await
                .expect("notes");
            assert_eq!(fate(&db, &id).await, Some(MailFate::Late));
            let agenda = db.outbox_agenda().await.expect("answers");
            assert_eq!(
                (agenda.due_at, agenda.expires_at),
                (Some(Moment(5000)), Some(Moment(300_000)))
            );
            assert!(claim(&db, Moment(4999)).await.is_none());
            assert!(claim(&db, Moment(5000)).await.is_some());
        })
        .await;
    }

    #[tokio::test]
    async fn a_sender_that_was_overtaken_decides_nothing() {
        each_engine(async |db| {
            let id = queue(&db, "a", Moment(0), Moment(300_000)).await;
            let slow = claim(&db, Moment(0)).await.expect("due");
            let _fast = claim(&db, Moment(60_000)).await.expect("due again");
            db.mail_later(&slow, Moment(60_001), "421")
                .await
                .expect("answers");
            assert!(
                claim(&db, Moment(60_001)).await.is_none(),
                "the lease of the other one holds"
            );
            db.mail_refused(&slow, Moment(60_001), "550")
                .await
                .expect("answers");
            assert!(sealed(&db, &id).await.is_some());
            // Only having sent it counts: it cannot be taken back.
            db.mail_sent(&slow.id, Moment(60_002)).await.expect("notes");
            assert_eq!(fate(&db, &id).await, Some(MailFate::Sent));
        })
        .await;
    }

    #[tokio::test]
    async fn an_expired_mail_is_never_claimed_and_its_secret_goes() {
        each_engine(async |db| {
            let id = queue(&db, "a", Moment(0), Moment(1000)).await;
            let other = queue(&db, "b", Moment(0), Moment(2000)).await;
            assert!(
                claim(&db, Moment(2000)).await.is_none(),
                "the last moment is too late"
            );
            assert_eq!(db.expire_mail(Moment(1000)).await.expect("answers"), 1);
            assert_eq!(sealed(&db, &id).await, None);
            assert!(sealed(&db, &other).await.is_some());
            assert_eq!(
                fate(&db, &id).await,
                Some(MailFate::Late),
                "the mail server never refused it"
            );
        })
        .await;
    }

    #[tokio::test]
    async fn a_mail_goes_with_the_transaction_of_its_cause() {
        each_engine(async |db| {
            let mut tx = db.begin().await.expect("begins");
            tx.queue_mail(NewMail {
                id: MailId("a".into()),
                account: None,
                kind: "invitation",
                sealed: Vec::new(),
                created_at: Moment(0),
                expires_at: Moment(1000),
            })
            .await
            .expect("queues");
            tx.rollback().await.expect("undoes");
            assert!(claim(&db, Moment(0)).await.is_none());
        })
        .await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn servers_on_one_database_never_take_the_same_mail() {
        each_database(async |database| {
            let servers = try_join_all([Db::open(&database.url), Db::open(&database.url)])
                .await
                .expect("opens");
            for n in 0..40 {
                queue(&servers[0], &format!("{n:02}"), Moment(0), Moment(1000)).await;
            }
            let senders = (0..8).map(|n| {
                let db = servers[n % 2].clone();
                tokio::spawn(async move {
                    let mut taken = Vec::new();
                    // A sender that meets others only may come away with nothing while mails wait.
                    while db.outbox_agenda().await.expect("answers").due_at == Some(Moment(0)) {
                        taken.extend(claim(&db, Moment(0)).await.map(|mail| mail.id.0));
                    }
                    taken
                })
            });
            let taken = try_join_all(senders)
                .await
                .expect("no sender fails")
                .concat();
            assert_eq!(taken.len(), 40);
            assert_eq!(taken.into_iter().collect::<BTreeSet<_>>().len(), 40);
            for db in servers {
                db.close().await;
            }
        })
        .await;
    }
}
