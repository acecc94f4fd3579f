//! Who is who in Amazon Connect, and the browsers whose word about that is taken.

use crate::clock::Moment;

use super::{AccountId, BrowserId, CompanyId, Db, Result, Tx, on_db, on_tx};

/// A browser that speaks for a Connect user of one account.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Binding {
    pub id: String,
    pub browser_id: BrowserId,
    pub account_id: AccountId,
    pub company_id: CompanyId,
    /// Folded, as it was when it was proven.
    pub phone_username: String,
    /// The same as Amazon Connect writes it.
    pub shown: String,
    pub bound_at: Moment,
    pub last_used_at: Moment,
    pub expires_at: Moment,
    pub user_agent: String,
    pub address: String,
}

/// A new one, in place of what this browser had for this account.
#[derive(Clone, Debug)]
pub struct NewBinding<'a> {
    pub id: &'a str,
    pub browser: &'a BrowserId,
    pub account: &'a AccountId,
    pub security_version: i64,
    /// Folded.
    pub phone_username: &'a str,
    pub now: Moment,
    pub expires_at: Moment,
    pub user_agent: &'a str,
    pub address: &'a str,
}

/// What still counts: not past its end, under the account's present security version and Connect user.
macro_rules! binding {
    ($rest:literal) => {
        concat!(
            "SELECT b.id, b.browser_id, b.account_id, a.company_id, b.phone_username, a.phone_username AS shown, b.bound_at,
                 b.last_used_at, b.expires_at, b.user_agent, b.address
             FROM bindings b JOIN accounts a ON a.id = b.account_id
             WHERE b.expires_at > $1 AND b.security_version = a.security_version
                 AND b.phone_username = a.phone_username_folded AND ",
            $rest
        )
    };
}

impl Db {
    /// The browsers that speak for an account's Connect user, last used first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn bindings(&self, account: &AccountId, now: Moment) -> Result<Vec<Binding>> {
        on_db!(self, c => {
            sqlx::query_as(binding!("b.account_id = $2 ORDER BY b.last_used_at DESC, b.id DESC"))
                .bind(now)
                .bind(account)
                .fetch_all(c)
                .await
        })
    }
}

impl Tx {
    /// For which agents the browser that holds this cookie speaks, of whatever company.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn bindings_here(&mut self, cookie_hash: &[u8], now: Moment) -> Result<Vec<Binding>> {
        on_tx!(self, c => {
            sqlx::query_as(binding!(
                "b.browser_id = (SELECT w.id FROM browsers w WHERE w.cookie_hash = $2)
                     AND a.agent AND a.state IN ('enabled', 'sso_only') AND a.deleted_at IS NULL"
            ))
            .bind(now)
            .bind(cookie_hash)
            .fetch_all(&mut *c)
            .await
        })
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn add_binding(&mut self, binding: &NewBinding<'_>) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("DELETE FROM bindings WHERE account_id = $1 AND browser_id = $2")
                .bind(binding.account)
                .bind(binding.browser)
                .execute(&mut *c)
                .await?;
            sqlx::query(
                "INSERT INTO bindings (id, browser_id, account_id, security_version, phone_username, bound_at,
                     last_used_at, expires_at, user_agent, address)
                 VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9)",
            )
            .bind(binding.id)
            .bind(binding.browser)
            .bind(binding.account)
            .bind(binding.security_version)
            .bind(binding.phone_username)
            .bind(binding.now)
            .bind(binding.expires_at)
            .bind(binding.user_agent)
            .bind(binding.address)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Lets the browser that holds this cookie speak on for an account whose security version was raised from `before`:
    /// its person has done so themselves.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn move_binding(
        &mut self,
        account: &AccountId,
        cookie_hash: &[u8],
        before: i64,
        security_version: i64,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE bindings SET security_version = $4
                 WHERE account_id = $1 AND security_version = $3
                     AND browser_id = (SELECT id FROM browsers WHERE cookie_hash = $2)",
            )
            .bind(account)
            .bind(cookie_hash)
            .bind(before)
            .bind(security_version)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Notes when and from where a bound browser was used. Answers whether it is bound still.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn note_binding_use(&mut self, id: &str, address: &str, now: Moment) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query("UPDATE bindings SET last_used_at = $3, address = $2 WHERE id = $1")
                .bind(id)
                .bind(address)
                .bind(now)
                .execute(&mut *c)
                .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Ends one of an account's bindings. Answers whether it was there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_binding(&mut self, account: &AccountId, id: &str) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query("DELETE FROM bindings WHERE account_id = $1 AND id = $2")
                .bind(account)
                .bind(id)
                .execute(&mut *c)
                .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Ends all of an account's bindings. Answers how many counted.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_bindings(&mut self, account: &AccountId, now: Moment) -> Result<usize> {
        on_tx!(self, c => {
            let counted: Vec<Binding> = sqlx::query_as(binding!("b.account_id = $2"))
                .bind(now)
                .bind(account)
                .fetch_all(&mut *c)
                .await?;
            sqlx::query("DELETE FROM bindings WHERE account_id = $1")
                .bind(account)
                .execute(&mut *c)
                .await?;
            Ok(counted.len())
        })
    }

    /// Ends an account's binding of the browser that holds this cookie. Answers whether it was there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_binding_here(
        &mut self,
        account: &AccountId,
        cookie_hash: &[u8],
    ) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query(
                "DELETE FROM bindings WHERE account_id = $1
                     AND browser_id = (SELECT id FROM browsers WHERE cookie_hash = $2)",
            )
            .bind(account)
            .bind(cookie_hash)
            .execute(&mut *c)
            .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Who an account is in Amazon Connect.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn phone_username(&mut self, account: &AccountId) -> Result<Option<String>> {
        on_tx!(self, c => {
            let found: Option<Option<String>> =
                sqlx::query_scalar("SELECT phone_username FROM accounts WHERE id = $1")
                    .bind(account)
                    .fetch_optional(&mut *c)
                    .await?;
            Ok(found.flatten())
        })
    }

    /// Whose a Connect user is, folded.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn phone_owner(
        &mut self,
        company: &CompanyId,
        folded: &str,
    ) -> Result<Option<AccountId>> {
        on_tx!(self, c => {
            sqlx::query_scalar(
                "SELECT id FROM accounts WHERE company_id = $1 AND phone_username_folded = $2",
            )
            .bind(company)
            .bind(folded)
            .fetch_optional(&mut *c)
            .await
        })
    }

    /// Says who an account is in Amazon Connect, where nobody has said so. Answers false when somebody else is that
    /// user: of two who prove it at once, one does.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn become_phone_user(
        &mut self,
        account: &AccountId,
        username: &str,
        folded: &str,
    ) -> Result<bool> {
        on_tx!(self, c => {
            // PostgreSQL gives a transaction up at the first statement that fails.
            sqlx::query("SAVEPOINT phone_user").execute(&mut *c).await?;
            let done = sqlx::query(
                "UPDATE accounts SET phone_username = $2, phone_username_folded = $3, search = search || ' ' || $3
                 WHERE id = $1 AND phone_username_folded IS NULL",
            )
            .bind(account)
            .bind(username)
            .bind(folded)
            .execute(&mut *c)
            .await;
            let is_taken = |e: &sqlx::Error| {
                e.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
            };
            match done {
                Ok(_) => {
                    sqlx::query("RELEASE SAVEPOINT phone_user").execute(&mut *c).await?;
                    Ok(true)
                }
                Err(e) if is_taken(&e) => {
                    sqlx::query("ROLLBACK TO SAVEPOINT phone_user").execute(&mut *c).await?;
                    Ok(false)
                }
                Err(e) => Err(e),
            }
        })
    }
}
