//! Persons: whose accounts of several companies belong together. The accounts stay separate but for this.

use crate::clock::Moment;

use super::{
    AccountId, AccountState, CompanyState, Db, Engine, PersonId, Result, Tx, on_db, on_tx,
};

/// One of a person's accounts as a session of another of them shows it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Companion {
    pub id: AccountId,
    pub username: String,
    pub state: AccountState,
    pub locked_at: Option<Moment>,
    pub last_sign_in_at: Option<Moment>,
    pub company_alias: String,
    pub company_name: String,
    pub company_state: CompanyState,
    pub default_account: Option<String>,
}

impl Companion {
    /// Whether a sign-in there could succeed now.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state, AccountState::Enabled | AccountState::SsoOnly)
            && self.locked_at.is_none()
            && self.company_state == CompanyState::Active
    }

    /// Whether the person comes here from the start page.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.default_account.as_ref() == Some(&self.id.0)
    }
}

impl Db {
    /// A person's accounts, those last signed in to first, without the deleted ones.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn companions(&self, person: &PersonId) -> Result<Vec<Companion>> {
        on_db!(self, c => {
            sqlx::query_as(
                "SELECT a.id, a.username, a.state, a.locked_at, a.last_sign_in_at,
                     c.alias AS company_alias, c.name AS company_name, c.state AS company_state, p.default_account
                 FROM accounts a
                 JOIN companies c ON c.id = a.company_id
                 JOIN persons p ON p.id = a.person_id
                 WHERE a.person_id = $1 AND a.deleted_at IS NULL
                 ORDER BY CASE WHEN a.last_sign_in_at IS NULL THEN 1 ELSE 0 END, a.last_sign_in_at DESC, c.name, a.id",
            )
            .bind(person)
            .fetch_all(c)
            .await
        })
    }
}

impl Tx {
    /// # Errors
    /// When the database does not answer.
    pub async fn add_person(&mut self, id: &PersonId, now: Moment) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("INSERT INTO persons (id, created_at) VALUES ($1, $2)")
                .bind(id)
                .bind(now)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Lets an account belong to a person under the security version that was proven: a change meanwhile lets the
    /// connection rest at once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn join_person(
        &mut self,
        account: &AccountId,
        security_version: i64,
        person: &PersonId,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE accounts SET person_id = $2, person_version = $3 WHERE id = $1")
                .bind(account)
                .bind(person)
                .bind(security_version)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Makes one person of two: the accounts of the second go to the first, whose default stays, if it has one.
    /// Connections that rest go on resting.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn merge_persons(&mut self, into: &PersonId, from: &PersonId) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE persons SET default_account = (SELECT p.default_account FROM persons p WHERE p.id = $2)
                 WHERE id = $1 AND default_account IS NULL",
            )
            .bind(into)
            .bind(from)
            .execute(&mut *c)
            .await?;
            sqlx::query("UPDATE accounts SET person_id = $1 WHERE person_id = $2")
                .bind(into)
                .bind(from)
                .execute(&mut *c)
                .await?;
        });
        self.tidy_person(from).await
    }

    /// Lets an account belong to nobody but itself. Answers whether it belonged to this person.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn leave_person(&mut self, account: &AccountId, person: &PersonId) -> Result<bool> {
        let left = on_tx!(self, c => {
            sqlx::query("UPDATE accounts SET person_id = NULL, person_version = NULL WHERE id = $1 AND person_id = $2")
                .bind(account)
                .bind(person)
                .execute(&mut *c)
                .await?
                .rows_affected()
        });
        self.tidy_person(person).await?;
        Ok(left == 1)
    }

    /// Removes a person of one account or none, and a default that is not the person's any more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn tidy_person(&mut self, person: &PersonId) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE persons SET default_account = NULL
                 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM accounts a
                                               WHERE a.id = persons.default_account AND a.person_id = persons.id)",
            )
            .bind(person)
            .execute(&mut *c)
            .await?;
            sqlx::query(
                "UPDATE accounts SET person_id = NULL, person_version = NULL
                 WHERE person_id = $1 AND (SELECT COUNT(*) FROM accounts a WHERE a.person_id = $1) = 1",
            )
            .bind(person)
            .execute(&mut *c)
            .await?;
            sqlx::query(
                "DELETE FROM persons WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.person_id = $1)",
            )
            .bind(person)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Chooses where a person comes from the start page. Answers whether the account is one of theirs.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn set_default_account(
        &mut self,
        person: &PersonId,
        account: Option<&AccountId>,
    ) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query(
                "UPDATE persons SET default_account = $2
                 WHERE id = $1 AND (CAST($2 AS TEXT) IS NULL OR EXISTS (
                     SELECT 1 FROM accounts a WHERE a.id = $2 AND a.person_id = $1 AND a.deleted_at IS NULL))",
            )
            .bind(person)
            .bind(account)
            .execute(&mut *c)
            .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Holds a person's row until the end of the transaction, so that who belongs to them is decided one request
    /// after another.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn lock_person(&mut self, person: &PersonId) -> Result<()> {
        match &mut self.engine {
            // `BEGIN IMMEDIATE` holds the only write lock already.
            Engine::Sqlite(_) => {}
            Engine::Postgres(tx) => {
                sqlx::query("SELECT 1 FROM persons WHERE id = $1 FOR UPDATE")
                    .bind(person)
                    .execute(&mut **tx)
                    .await?;
            }
        }
        Ok(())
    }
}
