//! "Don't ask again": browsers that prove a person's second way by being what they are.

use crate::clock::Moment;

use super::{AccountId, BrowserId, CompanyId, Db, Result, Tx, on_db, on_tx};

/// A trust's row, whatever the policy says by now.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Trust {
    pub id: String,
    pub browser_id: BrowserId,
    pub security_version: i64,
    /// As the person chose.
    pub days: i64,
    pub granted_at: Moment,
    pub last_used_at: Moment,
    pub expires_at: Moment,
    pub user_agent: String,
    pub address: String,
}

/// A new trust, in place of what this browser had for this account.
#[derive(Clone, Debug)]
pub struct NewTrust<'a> {
    pub id: &'a str,
    pub browser: &'a BrowserId,
    pub account: &'a AccountId,
    pub security_version: i64,
    pub days: u16,
    pub now: Moment,
    pub expires_at: Moment,
    pub user_agent: &'a str,
    pub address: &'a str,
}

impl Db {
    /// The browsers that an account trusts under its present security version, last used first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn trusts(&self, account: &AccountId, now: Moment) -> Result<Vec<Trust>> {
        on_db!(self, c => {
            sqlx::query_as(
                "SELECT t.id, t.browser_id, t.security_version, t.days, t.granted_at, t.last_used_at,
                     t.expires_at, t.user_agent, t.address
                 FROM trusts t JOIN accounts a ON a.id = t.account_id
                 WHERE t.account_id = $1 AND t.security_version = a.security_version AND t.expires_at > $2
                 ORDER BY t.last_used_at DESC, t.id",
            )
            .bind(account)
            .bind(now)
            .fetch_all(c)
            .await
        })
    }
}

impl Tx {
    /// The trust of the browser that holds this cookie, for this account and its present security
    /// version.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn trust(
        &mut self,
        account: &AccountId,
        cookie_hash: &[u8],
        now: Moment,
    ) -> Result<Option<Trust>> {
        on_tx!(self, c => {
            sqlx::query_as(
                "SELECT t.id, t.browser_id, t.security_version, t.days, t.granted_at, t.last_used_at,
                     t.expires_at, t.user_agent, t.address
                 FROM trusts t JOIN accounts a ON a.id = t.account_id JOIN browsers b ON b.id = t.browser_id
                 WHERE t.account_id = $1 AND b.cookie_hash = $2 AND t.security_version = a.security_version
                     AND t.expires_at > $3",
            )
            .bind(account)
            .bind(cookie_hash)
            .bind(now)
            .fetch_optional(&mut *c)
            .await
        })
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn grant_trust(&mut self, trust: &NewTrust<'_>) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("DELETE FROM trusts WHERE account_id = $1 AND browser_id = $2")
                .bind(trust.account)
                .bind(trust.browser)
                .execute(&mut *c)
                .await?;
            sqlx::query(
                "INSERT INTO trusts (id, browser_id, account_id, security_version, days, granted_at,
                     last_used_at, expires_at, user_agent, address)
                 VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9)",
            )
            .bind(trust.id)
            .bind(trust.browser)
            .bind(trust.account)
            .bind(trust.security_version)
            .bind(i64::from(trust.days))
            .bind(trust.now)
            .bind(trust.expires_at)
            .bind(trust.user_agent)
            .bind(trust.address)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Notes when and from where a trusted browser was used.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn note_trust_use(&mut self, id: &str, address: &str, now: Moment) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE trusts SET last_used_at = $3, address = $2 WHERE id = $1")
                .bind(id)
                .bind(address)
                .bind(now)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Ends one of an account's trusts. Answers whether it was there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_trust(&mut self, account: &AccountId, id: &str) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query("DELETE FROM trusts WHERE account_id = $1 AND id = $2")
                .bind(account)
                .bind(id)
                .execute(&mut *c)
                .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Shortens what a company's administrators, or its other people, were granted: to so many days, or to
    /// nothing. What is shorter stays as it is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn shorten_trusts(
        &mut self,
        company: &CompanyId,
        admin: bool,
        longest: Option<u16>,
    ) -> Result<()> {
        on_tx!(self, c => {
            let query = match longest {
                None => sqlx::query(
                    "DELETE FROM trusts WHERE account_id IN
                         (SELECT id FROM accounts WHERE company_id = $1 AND admin = $2)",
                ),
                Some(_) => sqlx::query(
                    "UPDATE trusts SET days = $3, expires_at = granted_at + $3 * CAST(86400000 AS BIGINT)
                     WHERE days > $3 AND account_id IN
                         (SELECT id FROM accounts WHERE company_id = $1 AND admin = $2)",
                ),
            };
            let query = query.bind(company).bind(admin);
            match longest {
                None => query.execute(&mut *c).await?,
                Some(days) => query.bind(i64::from(days)).execute(&mut *c).await?,
            };
        });
        Ok(())
    }

    /// Ends all of an account's trusts, and with them what its Connect user was proven on. Answers how many trusts.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_trusts(&mut self, account: &AccountId) -> Result<u64> {
        on_tx!(self, c => {
            sqlx::query("DELETE FROM bindings WHERE account_id = $1")
                .bind(account)
                .execute(&mut *c)
                .await?;
            let done = sqlx::query("DELETE FROM trusts WHERE account_id = $1")
                .bind(account)
                .execute(&mut *c)
                .await?;
            Ok(done.rows_affected())
        })
    }
}
