//! A company's Amazon Connect as administrators set it up: where it is, who is who there, who asks to join. How browsers
//! come to speak for somebody is elsewhere.

use crate::clock::Moment;

use super::{
    Account, AccountId, CompanyId, Db, Engine, Phone, Result, SessionId, Tx, fold, on_db, on_tx,
    searched,
};

/// What somebody takes calls with, and who they are in Amazon Connect.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PersonsPhone {
    #[sqlx(rename = "phone")]
    pub kind: Phone,
    #[sqlx(rename = "phone_username")]
    pub username: Option<String>,
}

/// Somebody whose user in Amazon Connect is known.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PhonePerson {
    pub id: AccountId,
    pub name: String,
    pub username: String,
    pub phone_username: String,
    /// That speak for them now.
    pub browsers: i64,
}

/// What ends when a company's Amazon Connect is another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct UnderPhone {
    /// Browsers that speak for somebody.
    pub browsers: i64,
    /// Sessions that began at *Secure Login*.
    pub desks: i64,
}

/// A Connect user who asks for an account.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AskedToJoin {
    pub id: String,
    pub phone_username: String,
    pub name: String,
    pub email: String,
    pub asked_at: Moment,
}

impl Db {
    /// # Errors
    /// When the database does not answer.
    pub async fn phone_of(&self, account: &AccountId) -> Result<Option<PersonsPhone>> {
        on_db!(self, c => {
            sqlx::query_as("SELECT phone, phone_username FROM accounts WHERE id = $1")
                .bind(account)
                .fetch_optional(c)
                .await
        })
    }

    /// Whose users in Amazon Connect are known, by name, and how many there are.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn phone_people(
        &self,
        company: &CompanyId,
        now: Moment,
        limit: u32,
    ) -> Result<(Vec<PhonePerson>, u64)> {
        let people = on_db!(self, c => {
            sqlx::query_as(
                "SELECT a.id, a.name, a.username, a.phone_username,
                     (SELECT COUNT(*) FROM bindings b
                      WHERE b.account_id = a.id AND b.expires_at > $2 AND b.security_version = a.security_version
                          AND b.phone_username = a.phone_username_folded) AS browsers
                 FROM accounts a
                 WHERE a.company_id = $1 AND a.phone_username_folded IS NOT NULL AND a.deleted_at IS NULL
                 ORDER BY a.name, a.id LIMIT $3",
            )
            .bind(company)
            .bind(now)
            .bind(i64::from(limit))
            .fetch_all(c)
            .await?
        });
        let known: i64 = on_db!(self, c => {
            sqlx::query_scalar(
                "SELECT COUNT(*) FROM accounts
                 WHERE company_id = $1 AND phone_username_folded IS NOT NULL AND deleted_at IS NULL",
            )
            .bind(company)
            .fetch_one(c)
            .await?
        });
        Ok((people, known.unsigned_abs()))
    }

    /// What would end now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn under_phone(&self, company: &CompanyId, now: Moment) -> Result<UnderPhone> {
        on_db!(self, c => {
            sqlx::query_as(
                "SELECT (SELECT COUNT(*) FROM bindings b JOIN accounts a ON a.id = b.account_id
                         WHERE a.company_id = $1 AND b.expires_at > $2 AND b.security_version = a.security_version
                             AND b.phone_username = a.phone_username_folded) AS browsers,
                        (SELECT COUNT(*) FROM sessions s JOIN accounts a ON a.id = s.account_id
                         WHERE a.company_id = $1 AND s.phone_username IS NOT NULL AND s.ended_at IS NULL
                             AND s.expires_at > $2 AND s.active_at + s.idle_ms > $2
                             AND s.security_version = a.security_version) AS desks",
            )
            .bind(company)
            .bind(now)
            .fetch_one(c)
            .await
        })
    }

    /// Who asks to join, the newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn join_requests(&self, company: &CompanyId, limit: u32) -> Result<Vec<AskedToJoin>> {
        on_db!(self, c => {
            sqlx::query_as(
                "SELECT id, phone_username, name, email, asked_at FROM join_requests
                 WHERE company_id = $1 ORDER BY asked_at DESC, id DESC LIMIT $2",
            )
            .bind(company)
            .bind(i64::from(limit))
            .fetch_all(c)
            .await
        })
    }
}

impl Tx {
    /// Whether somebody else is called so, or finds their company by that. Stays true after [`Tx::hold_names`].
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_instance_alias_taken(
        &mut self,
        company: &CompanyId,
        alias: &str,
    ) -> Result<bool> {
        on_tx!(self, c => {
            let found: Option<i64> = sqlx::query_scalar(
                "SELECT CAST(1 AS BIGINT) FROM companies
                 WHERE id <> $1 AND (alias = $2 OR instance_alias = $2) LIMIT 1",
            )
            .bind(company)
            .bind(alias)
            .fetch_optional(&mut *c)
            .await?;
            Ok(found.is_some())
        })
    }

    /// Stores where a held company's Amazon Connect is. Open desks hear of it.
    ///
    /// # Errors
    /// When the instance alias is taken (a unique violation), or the database does not answer.
    pub async fn set_company_phone(
        &mut self,
        company: &CompanyId,
        url: Option<&str>,
        instance_alias: Option<&str>,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE companies SET ccp_url = $2, instance_alias = $3, version = version + 1 WHERE id = $1",
            )
            .bind(company)
            .bind(url)
            .bind(instance_alias)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Ends everything that was begun by what a held company's Amazon Connect said. A sign-in holds its account until
    /// it is done, so that what is under way is waited for and seen, or finds itself over. Attempts go before claims,
    /// claims before sessions and these before bindings, as everywhere.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn leave_phone(&mut self, company: &CompanyId, now: Moment) -> Result<()> {
        // `BEGIN IMMEDIATE` holds SQLite's only write lock already.
        if let Engine::Postgres(tx) = &mut self.engine {
            sqlx::query("SELECT 1 FROM accounts WHERE company_id = $1 ORDER BY id FOR UPDATE")
                .bind(company)
                .execute(&mut **tx)
                .await?;
        }
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE attempts SET finished_at = $2 WHERE finished_at IS NULL AND phone_claim IS NOT NULL
                     AND account_id IN (SELECT id FROM accounts WHERE company_id = $1)",
            )
            .bind(company)
            .bind(now)
            .execute(&mut *c)
            .await?;
            sqlx::query("DELETE FROM phone_claims WHERE company_id = $1")
                .bind(company)
                .execute(&mut *c)
                .await?;
            sqlx::query(
                "UPDATE sessions SET ended_at = $2 WHERE ended_at IS NULL AND phone_username IS NOT NULL
                     AND account_id IN (SELECT id FROM accounts WHERE company_id = $1)",
            )
            .bind(company)
            .bind(now)
            .execute(&mut *c)
            .await?;
            sqlx::query(
                "DELETE FROM bindings WHERE account_id IN (SELECT id FROM accounts WHERE company_id = $1)",
            )
            .bind(company)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// The same for one person, whom the caller holds and who is somebody else there from now on.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn leave_phone_user(&mut self, account: &AccountId, now: Moment) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE attempts SET finished_at = $2
                 WHERE account_id = $1 AND finished_at IS NULL AND phone_claim IS NOT NULL",
            )
            .bind(account)
            .bind(now)
            .execute(&mut *c)
            .await?;
            sqlx::query(
                "UPDATE sessions SET ended_at = $2
                 WHERE account_id = $1 AND ended_at IS NULL AND phone_username IS NOT NULL",
            )
            .bind(account)
            .bind(now)
            .execute(&mut *c)
            .await?;
            sqlx::query("DELETE FROM bindings WHERE account_id = $1")
                .bind(account)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Says who somebody is in Amazon Connect, by an administrator's word. Searches find them by it.
    ///
    /// # Errors
    /// When somebody else of the company is that user (a unique violation), or the database does not answer.
    pub async fn set_phone_user(
        &mut self,
        account: &Account,
        phone_username: Option<&str>,
    ) -> Result<()> {
        let folded = phone_username.map(fold);
        let mut search = searched(&account.name, &account.username, &account.email);
        if let Some(folded) = &folded {
            search.push(' ');
            search.push_str(folded);
        }
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE accounts SET phone_username = $2, phone_username_folded = $3, search = $4,
                     version = version + 1
                 WHERE id = $1",
            )
            .bind(&account.id)
            .bind(phone_username)
            .bind(folded)
            .bind(search)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Who asks to join, held until the end of the transaction by whoever holds the company's row.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn join_request(
        &mut self,
        company: &CompanyId,
        id: &str,
    ) -> Result<Option<AskedToJoin>> {
        on_tx!(self, c => {
            sqlx::query_as(
                "SELECT id, phone_username, name, email, asked_at FROM join_requests
                 WHERE company_id = $1 AND id = $2",
            )
            .bind(company)
            .bind(id)
            .fetch_optional(&mut *c)
            .await
        })
    }

    /// Answers whether this call did it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn remove_join_request(&mut self, company: &CompanyId, id: &str) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query("DELETE FROM join_requests WHERE company_id = $1 AND id = $2")
                .bind(company)
                .bind(id)
                .execute(&mut *c)
                .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Uses up the proof of identity of a session, if it is from `since` or later: of two changes that come with the same
    /// proof, one is made. Answers whether it was.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn spend_proof(&mut self, session: &SessionId, since: Moment) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query(
                "UPDATE sessions SET proved_at = $3 WHERE id = $1 AND proved_at >= $2 AND ended_at IS NULL",
            )
            .bind(session)
            .bind(since)
            .bind(Moment(since.0 - 1))
            .execute(&mut *c)
            .await?;
            Ok(done.rows_affected() == 1)
        })
    }
}
