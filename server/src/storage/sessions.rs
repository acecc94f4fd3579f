//! Sessions: who is signed in on which browser, read from here at every request.

use std::time::Duration;

use sqlx::AssertSqlSafe;

use crate::clock::Moment;

use super::deferred::Value;
use super::{
    AccountId, CompanyId, Db, PersonId, ProviderId, Result, SessionId, StoredProviderKind, Tx,
    on_db, on_tx, providers::shown_provider,
};

/// A live session with all that a request needs to know of its account and company.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LiveSession {
    pub id: SessionId,
    pub active_at: Moment,
    pub idle_ms: i64,
    pub expires_at: Moment,
    pub proved_at: Moment,
    /// The account's, too.
    pub security_version: i64,
    pub person_id: Option<PersonId>,
    pub person_version: Option<i64>,
    pub account_id: AccountId,
    pub username: String,
    pub name: String,
    pub email: String,
    pub agent: bool,
    /// Never in a session of *Secure Login*, which opens the desk only.
    pub admin: bool,
    /// The user in Amazon Connect by whom it was begun.
    pub phone_username: Option<String>,
    pub account_language: Option<String>,
    pub workplace: Option<String>,
    pub company_id: CompanyId,
    pub company_alias: String,
    pub company_name: String,
    pub company_language: String,
    pub time_zone: String,
    /// Where the person signed in outside, and could sign out.
    pub provider_kind: Option<StoredProviderKind>,
    pub provider_name: Option<String>,
    /// Whether any login elsewhere is bound to the account.
    pub has_logins: bool,
}

impl LiveSession {
    /// When the session ends if nobody touches a key.
    #[must_use]
    pub fn idle_end(&self) -> Moment {
        self.active_at.plus(Duration::from_millis(
            u64::try_from(self.idle_ms).unwrap_or(0),
        ))
    }

    /// Whether it began at *Secure Login* and so opens the desk and nothing else, whoever it is.
    #[must_use]
    pub fn is_for_desk(&self) -> bool {
        self.phone_username.is_some()
    }

    /// The person whom its account shares with accounts of other companies, unless that rests.
    #[must_use]
    pub fn person(&self) -> Option<&PersonId> {
        self.person_id
            .as_ref()
            .filter(|_| self.person_version == Some(self.security_version))
    }

    /// Where they signed in outside, as people read it.
    #[must_use]
    pub fn signed_in_at(&self) -> Option<&str> {
        let kind = self.provider_kind?;
        Some(shown_provider(kind.into(), self.provider_name.as_deref()?))
    }

    #[must_use]
    pub fn zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(&self.time_zone).unwrap_or(jiff::tz::TimeZone::UTC)
    }
}

/// The statement that finds the live ones among so many sessions: `$1` is the moment, what follows the hashes of cookies.
pub(super) fn live_sessions_by_cookie(count: usize) -> String {
    let cookies: Vec<String> = (2..count + 2).map(|n| format!("${n}")).collect();
    format!(
        "SELECT s.cookie_hash, s.id, s.active_at, s.idle_ms, s.expires_at, s.proved_at, s.security_version,
             a.person_id, a.person_version, a.id AS account_id, a.username, a.name, a.email, a.agent,
             (a.admin AND s.phone_username IS NULL) AS admin, s.phone_username,
             a.language AS account_language, a.workplace,
             co.id AS company_id, co.alias AS company_alias, co.name AS company_name,
             co.language AS company_language, co.time_zone, p.kind AS provider_kind, p.name AS provider_name,
             EXISTS (SELECT 1 FROM identities i WHERE i.account_id = a.id) AS has_logins
         FROM sessions s
         JOIN accounts a ON a.id = s.account_id
         JOIN companies co ON co.id = a.company_id
         LEFT JOIN providers p ON p.id = s.provider_id
         WHERE s.cookie_hash IN ({}) AND s.ended_at IS NULL AND s.expires_at > $1
             AND s.active_at + s.idle_ms > $1 AND s.security_version = a.security_version
             AND a.state IN ('enabled', 'sso_only') AND co.state = 'active'",
        cookies.join(", ")
    )
}

/// A live session as its person is told of it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ListedSession {
    pub id: SessionId,
    pub created_at: Moment,
    pub active_at: Moment,
    pub user_agent: String,
    pub address: String,
}

/// What signing out at a provider needs.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SignedInThere {
    pub provider_id: ProviderId,
    /// Sealed.
    pub id_token: Vec<u8>,
}

/// A new session with the hash of the cookie that holds it.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub id: SessionId,
    /// Where the person signed in outside, with the sealed ID token for signing out there.
    pub provider_id: Option<ProviderId>,
    pub id_token: Option<Vec<u8>>,
    pub cookie_hash: Vec<u8>,
    pub account_id: AccountId,
    pub security_version: i64,
    pub created_at: Moment,
    pub idle: Duration,
    pub expires_at: Moment,
    pub user_agent: String,
    pub address: String,
    /// See [`LiveSession::phone_username`].
    pub phone_username: Option<String>,
}

impl Db {
    /// The session that a browser's cookie holds, unless it ended, was idle too long, its account was
    /// changed in a way that ends sessions, it may not sign in any more, or nobody may at its company. A lock does
    /// not end sessions.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn live_session(
        &self,
        cookie_hash: &[u8],
        now: Moment,
    ) -> Result<Option<LiveSession>> {
        match self {
            Self::Sqlite { read, checks, .. } => checks.ask(read, cookie_hash, now).await,
            Self::Postgres(pool) => {
                sqlx::query_as(AssertSqlSafe(live_sessions_by_cookie(1)))
                    .bind(now)
                    .bind(cookie_hash)
                    .fetch_optional(pool)
                    .await
            }
        }
    }

    /// Where the person of a session signed in outside, if they did and it is there still.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn signed_in_there(&self, session: &SessionId) -> Result<Option<SignedInThere>> {
        on_db!(self, c => {
            sqlx::query_as(
                "SELECT s.provider_id, s.id_token FROM sessions s JOIN providers p ON p.id = s.provider_id
                 WHERE s.id = $1 AND s.id_token IS NOT NULL",
            )
            .bind(session)
            .fetch_optional(c)
            .await
        })
    }

    /// Where an account is signed in, last used first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn live_sessions(
        &self,
        account: &AccountId,
        now: Moment,
    ) -> Result<Vec<ListedSession>> {
        on_db!(self, c => {
            sqlx::query_as(
                "SELECT s.id, s.created_at, s.active_at, s.user_agent, s.address
                 FROM sessions s JOIN accounts a ON a.id = s.account_id
                 WHERE s.account_id = $1 AND s.ended_at IS NULL AND s.expires_at > $2
                     AND s.active_at + s.idle_ms > $2 AND s.security_version = a.security_version
                 ORDER BY s.active_at DESC, s.id DESC",
            )
            .bind(account)
            .bind(now)
            .fetch_all(c)
            .await
        })
    }
}

impl Tx {
    /// Whether a session of this account is still live, after the account was locked.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_live_session(
        &mut self,
        account: &AccountId,
        id: &SessionId,
        now: Moment,
    ) -> Result<bool> {
        on_tx!(self, c => {
            let found: Option<i64> = sqlx::query_scalar(
                "SELECT CAST(1 AS BIGINT) FROM sessions s JOIN accounts a ON a.id = s.account_id
                 WHERE s.id = $2 AND s.account_id = $1 AND s.ended_at IS NULL AND s.expires_at > $3
                     AND s.active_at + s.idle_ms > $3 AND s.security_version = a.security_version",
            )
            .bind(account)
            .bind(id)
            .bind(now)
            .fetch_optional(&mut *c)
            .await?;
            Ok(found.is_some())
        })
    }

    /// Lets a session live on under its account's new security version: the person themselves has raised it. What
    /// connects the account with their accounts of other companies goes along.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn move_session(&mut self, id: &SessionId, security_version: i64) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE accounts SET person_version = $2
                 WHERE person_version = (SELECT s.security_version FROM sessions s WHERE s.id = $1)
                     AND id = (SELECT s.account_id FROM sessions s WHERE s.id = $1)",
            )
            .bind(id)
            .bind(security_version)
            .execute(&mut *c)
            .await?;
            sqlx::query("UPDATE sessions SET security_version = $2 WHERE id = $1")
                .bind(id)
                .bind(security_version)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Ends one live session of this account. Answers whether this call did it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_own_session(
        &mut self,
        account: &AccountId,
        id: &SessionId,
        now: Moment,
    ) -> Result<bool> {
        if !self.is_live_session(account, id, now).await? {
            return Ok(false);
        }
        on_tx!(self, c => {
            let done = sqlx::query("UPDATE sessions SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL")
                .bind(id)
                .bind(now)
                .execute(&mut *c)
                .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Ends every session of an account but this one. Answers how many were live.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_other_sessions(
        &mut self,
        account: &AccountId,
        but: &SessionId,
        now: Moment,
    ) -> Result<u64> {
        on_tx!(self, c => {
            let live: i64 = sqlx::query_scalar(
                "SELECT COUNT(*) FROM sessions s JOIN accounts a ON a.id = s.account_id
                 WHERE s.account_id = $1 AND s.id <> $2 AND s.ended_at IS NULL AND s.expires_at > $3
                     AND s.active_at + s.idle_ms > $3 AND s.security_version = a.security_version",
            )
            .bind(account)
            .bind(but)
            .bind(now)
            .fetch_one(&mut *c)
            .await?;
            sqlx::query("UPDATE sessions SET ended_at = $3 WHERE account_id = $1 AND id <> $2 AND ended_at IS NULL")
                .bind(account)
                .bind(but)
                .bind(now)
                .execute(&mut *c)
                .await?;
            Ok(live.unsigned_abs())
        })
    }

    pub fn add_session(&mut self, session: NewSession) {
        self.defer(
            "INSERT INTO sessions (id, cookie_hash, account_id, security_version, created_at, active_at,
                 idle_ms, expires_at, proved_at, user_agent, address, provider_id, id_token,
                 phone_username)
             VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $5, $8, $9, $10, $11, $12)",
            [
                Value::from(session.id.0),
                session.cookie_hash.as_slice().into(),
                session.account_id.0.into(),
                session.security_version.into(),
                session.created_at.into(),
                i64::try_from(session.idle.as_millis())
                    .unwrap_or(i64::MAX)
                    .into(),
                session.expires_at.into(),
                session.user_agent.into(),
                session.address.into(),
                session.provider_id.map(|id| id.0).into(),
                session.id_token.into(),
                session.phone_username.into(),
            ],
        );
    }

    /// Notes that the person used keys or pointer.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn touch_session(&mut self, id: &SessionId, now: Moment) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE sessions SET active_at = $2 WHERE id = $1 AND ended_at IS NULL AND active_at < $2")
                .bind(id)
                .bind(now)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Notes that the person proved again who they are.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn prove_session(&mut self, id: &SessionId, now: Moment) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE sessions SET proved_at = $2, active_at = $2 WHERE id = $1 AND ended_at IS NULL")
                .bind(id)
                .bind(now)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Ends the session that a browser's cookie holds. Answers whose it was, once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_session(
        &mut self,
        cookie_hash: &[u8],
        now: Moment,
    ) -> Result<Option<AccountId>> {
        on_tx!(self, c => {
            sqlx::query_scalar(
                "UPDATE sessions SET ended_at = $2 WHERE cookie_hash = $1 AND ended_at IS NULL RETURNING account_id",
            )
            .bind(cookie_hash)
            .bind(now)
            .fetch_optional(&mut *c)
            .await
        })
    }

    /// Whose session a browser's cookie holds, unless it was ended.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn session_holder(&mut self, cookie_hash: &[u8]) -> Result<Option<AccountId>> {
        on_tx!(self, c => {
            sqlx::query_scalar(
                "SELECT account_id FROM sessions WHERE cookie_hash = $1 AND ended_at IS NULL",
            )
            .bind(cookie_hash)
            .fetch_optional(&mut *c)
            .await
        })
    }

    /// Shortens the running sessions of a company's administrators, or of its other people, to so long after their
    /// begin. What is shorter stays as it is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn shorten_sessions(
        &mut self,
        company: &CompanyId,
        admin: bool,
        longest: Duration,
        now: Moment,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE sessions SET expires_at = created_at + $3
                 WHERE ended_at IS NULL AND expires_at > $4 AND expires_at > created_at + $3
                     AND account_id IN (SELECT id FROM accounts WHERE company_id = $1 AND admin = $2)",
            )
            .bind(company)
            .bind(admin)
            .bind(i64::try_from(longest.as_millis()).unwrap_or(i64::MAX))
            .bind(now)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Ends every session of an account. Answers how many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_sessions(&mut self, account: &AccountId, now: Moment) -> Result<u64> {
        on_tx!(self, c => {
            let done = sqlx::query("UPDATE sessions SET ended_at = $2 WHERE account_id = $1 AND ended_at IS NULL")
                .bind(account)
                .bind(now)
                .execute(&mut *c)
                .await?;
            Ok(done.rows_affected())
        })
    }
}
