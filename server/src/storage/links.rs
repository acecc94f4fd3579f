//! One-time links. Looking never consumes one; only the act that it is for does.

use crate::clock::Moment;

use super::{AccountId, Db, Result, Tx, on_db, on_tx};

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(rename_all = "snake_case", type_name = "text")]
pub enum LinkKind {
    Invitation,
    /// Makes a browser known to an account.
    Browser,
    /// Leads to a new password.
    Reset,
    /// Confirms an address that an administrator entered.
    Email,
}

/// A link's row.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Link {
    pub id: String,
    pub account_id: AccountId,
    pub security_version: i64,
    pub created_at: Moment,
    pub expires_at: Moment,
    pub used_at: Option<Moment>,
}

/// A new link with the hash of its secret.
#[derive(Clone, Debug)]
pub struct NewLink {
    pub id: String,
    pub kind: LinkKind,
    pub token_hash: Vec<u8>,
    pub account_id: AccountId,
    pub security_version: i64,
    pub created_at: Moment,
    pub expires_at: Moment,
}

impl Db {
    /// The link with this secret, whatever became of it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn link(&self, kind: LinkKind, token_hash: &[u8]) -> Result<Option<Link>> {
        on_db!(self, c => {
            sqlx::query_as(
                "SELECT id, account_id, security_version, created_at, expires_at, used_at
                 FROM links WHERE kind = $1 AND token_hash = $2",
            )
            .bind(kind)
            .bind(token_hash)
            .fetch_optional(c)
            .await
        })
    }
}

impl Tx {
    /// Adds a link; unused older ones of the same kind and account end.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn replace_links(&mut self, link: &NewLink) -> Result<()> {
        self.kill_links(&link.account_id, link.kind, link.created_at)
            .await?;
        self.add_link(link).await
    }

    /// Adds a link beside those that the account has.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn add_link(&mut self, link: &NewLink) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO links (id, kind, token_hash, account_id, security_version, created_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(&link.id)
            .bind(link.kind)
            .bind(&link.token_hash)
            .bind(&link.account_id)
            .bind(link.security_version)
            .bind(link.created_at)
            .bind(link.expires_at)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Ends every unused link of a kind.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn kill_links(
        &mut self,
        account: &AccountId,
        kind: LinkKind,
        now: Moment,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE links SET used_at = $3 WHERE account_id = $1 AND kind = $2 AND used_at IS NULL")
                .bind(account)
                .bind(kind)
                .bind(now)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Whether neither its person nor a later one has ended a link, whatever its time.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_link_unused(&mut self, id: &str) -> Result<bool> {
        on_tx!(self, c => {
            let unused: i64 = sqlx::query_scalar(
                "SELECT COUNT(*) FROM links JOIN accounts ON accounts.id = links.account_id
                 WHERE links.id = $1 AND used_at IS NULL AND links.security_version = accounts.security_version",
            )
            .bind(id)
            .fetch_one(&mut *c)
            .await?;
            Ok(unused == 1)
        })
    }

    /// Consumes a link that is unused, has not ended and whose account has not changed since.
    /// Answers whether this call did it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn consume_link(&mut self, id: &str, now: Moment) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query(
                "UPDATE links SET used_at = $2 WHERE id = $1 AND used_at IS NULL AND expires_at > $2
                     AND security_version = (SELECT security_version FROM accounts WHERE accounts.id = links.account_id)",
            )
            .bind(id)
            .bind(now)
            .execute(&mut *c)
            .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Lets the unused links of a kind live on under their account's new security version.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn renew_links(&mut self, account: &AccountId, kind: LinkKind) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE links SET security_version =
                     (SELECT security_version FROM accounts WHERE accounts.id = links.account_id)
                 WHERE account_id = $1 AND kind = $2 AND used_at IS NULL",
            )
            .bind(account)
            .bind(kind)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Whether an account has a link of a kind that still works.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_live_link(
        &mut self,
        account: &AccountId,
        kind: LinkKind,
        now: Moment,
    ) -> Result<bool> {
        on_tx!(self, c => {
            let found: Option<i64> = sqlx::query_scalar(
                "SELECT CAST(1 AS BIGINT) FROM links
                 WHERE account_id = $1 AND kind = $2 AND used_at IS NULL AND expires_at > $3
                     AND security_version = (SELECT security_version FROM accounts WHERE accounts.id = $1) LIMIT 1",
            )
            .bind(account)
            .bind(kind)
            .bind(now)
            .fetch_optional(&mut *c)
            .await?;
            Ok(found.is_some())
        })
    }

    /// When an account was sent links of a kind since then, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn links_sent_since(
        &mut self,
        account: &AccountId,
        kind: LinkKind,
        since: Moment,
    ) -> Result<Vec<Moment>> {
        on_tx!(self, c => {
            sqlx::query_scalar(
                "SELECT created_at FROM links WHERE account_id = $1 AND kind = $2 AND created_at > $3
                 ORDER BY created_at DESC",
            )
            .bind(account)
            .bind(kind)
            .bind(since)
            .fetch_all(&mut *c)
            .await
        })
    }
}
