//! Attempts: sign-ins under way, and the codes that were mailed for them.

use crate::clock::Moment;

use super::{
    AccountId, AttemptId, Db, Engine, MailId, PhoneClaimId, Result, SessionId, SsoRequestId, Tx,
    on_db, on_tx,
};

/// An attempt's row.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Attempt {
    pub id: AttemptId,
    pub account_id: AccountId,
    pub security_version: i64,
    pub step: AttemptStep,
    /// The way that is asked now; none: the account's own first one.
    pub method: Option<String>,
    /// What was proven before something is set up, or by a code to the mailbox before anything else.
    pub proven_with: Option<ProvenWith>,
    /// The days of "Don't ask again" that were chosen, kept until the session is made.
    pub trust_days: Option<i64>,
    /// Where the person wanted to go.
    pub next: Option<String>,
    /// The session whose person connects this account with their own: no session comes of this attempt.
    pub connects: Option<SessionId>,
    /// The outside identity that it began with, or that it is about to bind.
    pub sso_request: Option<SsoRequestId>,
    /// Whether it is to be bound; without such an identity, whether the claim is.
    pub binds: bool,
    /// The claim of a Connect user that it began with, or that it is about to bind.
    pub phone_claim: Option<PhoneClaimId>,
    pub created_at: Moment,
    pub expires_at: Moment,
    pub finished_at: Option<Moment>,
}

impl Attempt {
    /// Whether a password was its first credential.
    #[must_use]
    pub fn by_password(&self) -> bool {
        match (&self.sso_request, &self.phone_claim) {
            (None, None) => true,
            (Some(_), _) => self.binds,
            (None, Some(_)) => self.binds && !self.began_by_mail(),
        }
    }

    /// Whether a mailed code, or a link, was all that said whose Connect user it is.
    #[must_use]
    pub fn began_by_mail(&self) -> bool {
        self.binds_claim()
            && self.sso_request.is_none()
            && self.proven_with == Some(ProvenWith::Email)
    }

    /// Whether its claim is to be bound; without, the claim was one of a bound browser.
    #[must_use]
    pub fn binds_claim(&self) -> bool {
        self.phone_claim.is_some() && (self.sso_request.is_some() || self.binds)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(rename_all = "snake_case", type_name = "text")]
pub enum AttemptStep {
    Code,
    ChangePassword,
    /// A second way is chosen and verified.
    SetUp,
    /// Its backup codes are saved.
    BackupCodes,
}

/// How the second proof was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(rename_all = "snake_case", type_name = "text")]
pub enum ProvenWith {
    Email,
    App,
    /// One of the person's own.
    BackupCode,
    /// One from an administrator.
    AdminCode,
}

/// A new attempt with the hash of the cookie that holds it.
#[derive(Clone, Debug)]
pub struct NewAttempt {
    pub id: AttemptId,
    pub cookie_hash: Vec<u8>,
    pub account_id: AccountId,
    pub security_version: i64,
    pub step: AttemptStep,
    /// The way that is asked first, at the step of the code.
    pub method: Option<&'static str>,
    pub next: Option<String>,
    /// See [`Attempt::connects`].
    pub connects: Option<SessionId>,
    /// See [`Attempt::sso_request`].
    pub sso_request: Option<SsoRequestId>,
    /// See [`Attempt::binds`].
    pub binds: bool,
    /// See [`Attempt::phone_claim`].
    pub phone_claim: Option<PhoneClaimId>,
    /// See [`Attempt::proven_with`].
    pub proven_with: Option<ProvenWith>,
    pub created_at: Moment,
    pub expires_at: Moment,
}

/// A code that was mailed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EmailCode {
    pub code_hash: Vec<u8>,
    pub mail_id: MailId,
    pub sent_at: Moment,
    pub expires_at: Moment,
}

macro_rules! attempt {
    ($rest:literal) => {
        concat!(
            "SELECT id, account_id, security_version, step, method, proven_with, trust_days, next, connects, sso_request,
                 binds, phone_claim, created_at, expires_at, finished_at
             FROM attempts ",
            $rest
        )
    };
}

macro_rules! code {
    ($rest:literal) => {
        concat!(
            "SELECT code_hash, mail_id, sent_at, expires_at FROM email_codes ",
            $rest
        )
    };
}

impl Db {
    /// The attempt that a browser's cookie holds, whatever became of it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn attempt_by_cookie(&self, cookie_hash: &[u8]) -> Result<Option<Attempt>> {
        on_db!(self, c => {
            sqlx::query_as(attempt!("WHERE cookie_hash = $1")).bind(cookie_hash).fetch_optional(c).await
        })
    }

    /// The newest code of an attempt.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn newest_code(&self, attempt: &AttemptId) -> Result<Option<EmailCode>> {
        on_db!(self, c => {
            sqlx::query_as(code!("WHERE attempt_id = $1 ORDER BY sent_at DESC, id DESC LIMIT 1"))
                .bind(attempt)
                .fetch_optional(c)
                .await
        })
    }

    /// When codes were mailed to an account since then, over all attempts and set-ups, newest first. Those that strangers
    /// may ask for are not among them: they would take the person's own away.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn codes_sent_since(
        &self,
        account: &AccountId,
        since: Moment,
    ) -> Result<Vec<Moment>> {
        on_db!(self, c => {
            sqlx::query_scalar(CODES_SENT_SINCE).bind(account).bind(since).fetch_all(c).await
        })
    }
}

const CODES_SENT_SINCE: &str =
    "SELECT sent_at FROM email_codes WHERE account_id = $1 AND sent_at > $2 AND phone_claim IS NULL
     ORDER BY sent_at DESC";

impl Tx {
    /// Reads an attempt inside the transaction, after its account was locked.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn attempt(&mut self, id: &AttemptId) -> Result<Option<Attempt>> {
        on_tx!(self, c => {
            sqlx::query_as(attempt!("WHERE id = $1")).bind(id).fetch_optional(&mut *c).await
        })
    }

    /// Holds the attempt of a browser's cookie until the end of the transaction: after its account, before its claim.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn hold_attempt(&mut self, cookie_hash: &[u8]) -> Result<()> {
        // `BEGIN IMMEDIATE` holds SQLite's only write lock already.
        if let Engine::Postgres(tx) = &mut self.engine {
            sqlx::query("SELECT 1 FROM attempts WHERE cookie_hash = $1 FOR UPDATE")
                .bind(cookie_hash)
                .execute(&mut **tx)
                .await?;
        }
        Ok(())
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn add_attempt(&mut self, attempt: &NewAttempt) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO attempts (id, cookie_hash, account_id, security_version, step, method, next,
                     connects, sso_request, binds, created_at, expires_at, phone_claim, proven_with)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            )
            .bind(&attempt.id)
            .bind(&attempt.cookie_hash)
            .bind(&attempt.account_id)
            .bind(attempt.security_version)
            .bind(attempt.step)
            .bind(attempt.method)
            .bind(&attempt.next)
            .bind(&attempt.connects)
            .bind(&attempt.sso_request)
            .bind(attempt.binds)
            .bind(attempt.created_at)
            .bind(attempt.expires_at)
            .bind(&attempt.phone_claim)
            .bind(attempt.proven_with)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Moves an open attempt on to another step, under the account's new security version.
    /// Answers whether it was still open.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn move_attempt(
        &mut self,
        id: &AttemptId,
        step: AttemptStep,
        security_version: i64,
    ) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query(
                "UPDATE attempts SET step = $2, security_version = $3 WHERE id = $1 AND finished_at IS NULL",
            )
            .bind(id)
            .bind(step)
            .bind(security_version)
            .execute(&mut *c)
            .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Notes which way an open attempt asks for now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn ask_with(&mut self, id: &AttemptId, method: &str) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE attempts SET method = $2 WHERE id = $1 AND finished_at IS NULL")
                .bind(id)
                .bind(method)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Moves an open attempt on to setting a way up, with what was proven and chosen before and a new
    /// end. Answers whether it was still open.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin_set_up(
        &mut self,
        id: &AttemptId,
        proven_with: ProvenWith,
        trust_days: Option<u16>,
        expires_at: Moment,
    ) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query(
                "UPDATE attempts SET step = $2, proven_with = $3, trust_days = $4, expires_at = $5
                 WHERE id = $1 AND finished_at IS NULL",
            )
            .bind(id)
            .bind(AttemptStep::SetUp)
            .bind(proven_with)
            .bind(trust_days.map(i64::from))
            .bind(expires_at)
            .execute(&mut *c)
            .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Finishes an open attempt, once. Answers whether this call did it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn finish_attempt(&mut self, id: &AttemptId, now: Moment) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query("UPDATE attempts SET finished_at = $2 WHERE id = $1 AND finished_at IS NULL")
                .bind(id)
                .bind(now)
                .execute(&mut *c)
                .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Finishes the open attempt that a browser's cookie holds, if any. Answers whose it was.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn cancel_attempt(
        &mut self,
        cookie_hash: &[u8],
        now: Moment,
    ) -> Result<Option<AccountId>> {
        on_tx!(self, c => {
            sqlx::query_scalar(
                "UPDATE attempts SET finished_at = $2
                 WHERE cookie_hash = $1 AND finished_at IS NULL AND expires_at > $2 RETURNING account_id",
            )
            .bind(cookie_hash)
            .bind(now)
            .fetch_optional(&mut *c)
            .await
        })
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn add_code(
        &mut self,
        id: &str,
        account: &AccountId,
        attempt: &AttemptId,
        code: &EmailCode,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO email_codes (id, account_id, attempt_id, code_hash, mail_id, sent_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(id)
            .bind(account)
            .bind(attempt)
            .bind(&code.code_hash)
            .bind(&code.mail_id)
            .bind(code.sent_at)
            .bind(code.expires_at)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Every code of an attempt, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn codes(&mut self, attempt: &AttemptId) -> Result<Vec<EmailCode>> {
        on_tx!(self, c => {
            sqlx::query_as(code!("WHERE attempt_id = $1 ORDER BY sent_at DESC, id DESC"))
                .bind(attempt)
                .fetch_all(&mut *c)
                .await
        })
    }

    /// As [`Db::codes_sent_since`], inside the transaction that may send another.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn codes_sent_since(
        &mut self,
        account: &AccountId,
        since: Moment,
    ) -> Result<Vec<Moment>> {
        on_tx!(self, c => {
            sqlx::query_scalar(CODES_SENT_SINCE).bind(account).bind(since).fetch_all(&mut *c).await
        })
    }
}
