//! Browsers that people use, and the accounts that know them.

use crate::clock::Moment;

use super::{AccountId, BrowserId, Db, Result, Tx, on_db, on_tx};

impl Db {
    /// Whether this account has been signed in to with the browser that holds this cookie.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn knows_browser(&self, account: &AccountId, cookie_hash: &[u8]) -> Result<bool> {
        let known: Option<i64> = on_db!(self, c => {
            sqlx::query_scalar(
                "SELECT CAST(1 AS BIGINT) FROM known_browsers k JOIN browsers b ON b.id = k.browser_id
                 WHERE k.account_id = $1 AND b.cookie_hash = $2",
            )
            .bind(account)
            .bind(cookie_hash)
            .fetch_optional(c)
            .await?
        });
        Ok(known.is_some())
    }

    /// As [`Tx::browser_by_cookie`].
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn browser_by_cookie(&self, cookie_hash: &[u8]) -> Result<Option<BrowserId>> {
        on_db!(self, c => sqlx::query_scalar(BY_COOKIE).bind(cookie_hash).fetch_optional(c).await)
    }
}

const BY_COOKIE: &str = "SELECT id FROM browsers WHERE cookie_hash = $1";

impl Tx {
    /// The browser that holds this cookie.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn browser_by_cookie(&mut self, cookie_hash: &[u8]) -> Result<Option<BrowserId>> {
        on_tx!(self, c => {
            sqlx::query_scalar(BY_COOKIE).bind(cookie_hash).fetch_optional(&mut *c).await
        })
    }

    /// The hashes of the cookies by which an account's browsers are known.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn known_cookies(&mut self, account: &AccountId) -> Result<Vec<Vec<u8>>> {
        on_tx!(self, c => {
            sqlx::query_scalar(
                "SELECT b.cookie_hash FROM known_browsers k JOIN browsers b ON b.id = k.browser_id
                 WHERE k.account_id = $1",
            )
            .bind(account)
            .fetch_all(&mut *c)
            .await
        })
    }

    pub fn add_browser(&mut self, id: &BrowserId, cookie_hash: &[u8], now: Moment) {
        self.defer(
            "INSERT INTO browsers (id, cookie_hash, created_at) VALUES ($1, $2, $3)",
            [id.0.as_str().into(), cookie_hash.into(), now.into()],
        );
    }

    /// Notes that an account was signed in to with a browser, and forgets all but the `keep` last used.
    pub fn know_browser(
        &mut self,
        account: &AccountId,
        browser: &BrowserId,
        keep: i64,
        now: Moment,
    ) {
        self.defer(
            "INSERT INTO known_browsers (browser_id, account_id, last_used_at) VALUES ($1, $2, $3)
             ON CONFLICT (browser_id, account_id) DO UPDATE SET last_used_at = excluded.last_used_at",
            [
                browser.0.as_str().into(),
                account.0.as_str().into(),
                now.into(),
            ],
        );
        self.defer(
            "DELETE FROM known_browsers WHERE account_id = $1 AND browser_id NOT IN (
                 SELECT browser_id FROM known_browsers WHERE account_id = $1
                 ORDER BY last_used_at DESC, browser_id DESC LIMIT $2)",
            [account.0.as_str().into(), keep.into()],
        );
    }
}
