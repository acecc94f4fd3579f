//! How companies come, are entered for the first time and go again; and what their administrators ticked off on the
//! way. What may be done when is decided in `flows`.

use crate::clock::Moment;

use super::{
    Account, AccountId, CompanyId, CompanyState, Db, Engine, MailId, Result, Tx, on_db, on_tx,
};

/// Who stands in the way of a new company, by their name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameTaken {
    Alias(String),
    InstanceAlias(String),
    /// Of a company that is gone.
    FormerAlias,
    Name(String),
}

/// A company in the way, as the database finds it.
#[derive(sqlx::FromRow)]
struct InTheWay {
    name: String,
    alias: String,
    instance_alias: Option<String>,
    name_skeleton: String,
}

/// What a new company wants to be called.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    pub alias: &'a str,
    /// What the alias looks like when it is read as a name.
    pub alias_skeleton: &'a str,
    pub instance_alias: Option<&'a str>,
    pub name_skeleton: &'a str,
}

impl Names<'_> {
    fn taken_by(self, other: InTheWay) -> NameTaken {
        let wanted = |alias: &str| Some(alias) == self.instance_alias;
        let has_it =
            |alias: &str| other.alias == alias || other.instance_alias.as_deref() == Some(alias);
        if other.alias == self.alias {
            NameTaken::Alias(other.name)
        } else if has_it(self.alias)
            || wanted(&other.alias)
            || other.instance_alias.as_deref().is_some_and(wanted)
        {
            NameTaken::InstanceAlias(other.name)
        } else if other.name_skeleton == self.name_skeleton {
            NameTaken::Name(other.name)
        } else {
            // Its name, typed where people look for their company, must not lead to somebody else's.
            NameTaken::Alias(other.name)
        }
    }
}

/// What can be read of a company's way to its first shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Readiness {
    /// More than one account.
    pub people: bool,
    /// Somebody has a phone.
    pub phones: bool,
    /// The administrator has backup codes of their own.
    pub backup_codes: bool,
}

const TAKEN: &str = "SELECT name, alias, instance_alias, name_skeleton FROM companies
     WHERE alias IN ($1, $2) OR instance_alias IN ($1, $2) OR name_skeleton IN ($3, $4)
     ORDER BY CASE WHEN alias = $1 THEN 0 WHEN name_skeleton = $4 THEN 2 ELSE 1 END LIMIT 1";

const USED: &str = "SELECT COUNT(*) FROM aliases_used WHERE alias = $1";

/// The parameters of [`TAKEN`]; who wants no instance alias asks for the alias twice.
macro_rules! who_is_in_the_way {
    ($names:expr) => {
        sqlx::query_as(TAKEN)
            .bind($names.alias)
            .bind($names.instance_alias.unwrap_or($names.alias))
            .bind($names.alias_skeleton)
            .bind($names.name_skeleton)
    };
}

impl Db {
    /// Who has one of these names already. Only [`Tx::names_taken`] holds what it answers.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn names_taken(&self, names: Names<'_>) -> Result<Option<NameTaken>> {
        let other: Option<InTheWay> = on_db!(self, c => {
            who_is_in_the_way!(names).fetch_optional(c).await?
        });
        if let Some(other) = other {
            return Ok(Some(names.taken_by(other)));
        }
        let used: i64 = on_db!(self, c => {
            sqlx::query_scalar(USED).bind(names.alias).fetch_one(c).await?
        });
        Ok((used > 0).then_some(NameTaken::FormerAlias))
    }

    /// Which of the steps to a first shift the data shows as done.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn readiness(&self, company: &CompanyId, admin: &AccountId) -> Result<Readiness> {
        on_db!(self, c => {
            sqlx::query_as(
                "SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM accounts
                             WHERE company_id = $1 AND deleted_at IS NULL LIMIT 2) few) > 1 AS people,
                        EXISTS (SELECT 1 FROM accounts
                             WHERE company_id = $1 AND phone <> 'none' AND deleted_at IS NULL) AS phones,
                        EXISTS (SELECT 1 FROM backup_sets s JOIN backup_codes b ON b.set_id = s.id
                             WHERE s.account_id = $2 AND s.kind = 'own' AND s.confirmed_at IS NOT NULL
                                 AND b.used_at IS NULL) AS backup_codes",
            )
            .bind(company)
            .bind(admin)
            .fetch_one(c)
            .await
        })
    }

    /// The newest mail of a kind to anybody of a company.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn newest_mail(&self, account: &AccountId, kind: &str) -> Result<Option<MailId>> {
        on_db!(self, c => {
            sqlx::query_scalar(
                "SELECT id FROM outbox WHERE account_id = $1 AND kind = $2 ORDER BY created_at DESC, id DESC LIMIT 1",
            )
            .bind(account)
            .bind(kind)
            .fetch_optional(c)
            .await
        })
    }
}

impl Tx {
    /// Whoever makes a company has all names to themselves until the end of the transaction.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn hold_names(&mut self) -> Result<()> {
        match &mut self.engine {
            // `BEGIN IMMEDIATE` holds the only write lock already.
            Engine::Sqlite(_) => {}
            Engine::Postgres(tx) => {
                sqlx::query("LOCK TABLE aliases_used IN SHARE ROW EXCLUSIVE MODE")
                    .execute(&mut **tx)
                    .await?;
            }
        }
        Ok(())
    }

    /// Who has one of these names already. Stays true after [`Tx::hold_names`].
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn names_taken(&mut self, names: Names<'_>) -> Result<Option<NameTaken>> {
        let other: Option<InTheWay> = on_tx!(self, c => {
            who_is_in_the_way!(names).fetch_optional(&mut *c).await?
        });
        if let Some(other) = other {
            return Ok(Some(names.taken_by(other)));
        }
        let used: i64 = on_tx!(self, c => {
            sqlx::query_scalar(USED).bind(names.alias).fetch_one(&mut *c).await?
        });
        Ok((used > 0).then_some(NameTaken::FormerAlias))
    }

    /// No other company ever gets this alias.
    pub(super) async fn keep_alias(&mut self, alias: &str) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("INSERT INTO aliases_used (alias) VALUES ($1) ON CONFLICT DO NOTHING")
                .bind(alias)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// The first person is in: a company that waited for them is there to stay. Answers whether this call did it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn enter_company(&mut self, id: &CompanyId) -> Result<bool> {
        let alias: Option<String> = on_tx!(self, c => {
            sqlx::query_scalar(
                "UPDATE companies SET state = 'active', ends_at = NULL WHERE id = $1 AND state = 'inert' RETURNING alias",
            )
            .bind(id)
            .fetch_optional(&mut *c)
            .await?
        });
        if let Some(alias) = &alias {
            self.keep_alias(alias).await?;
        }
        Ok(alias.is_some())
    }

    /// Who was there first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn first_account(&mut self, company: &CompanyId) -> Result<Option<Account>> {
        let id: Option<AccountId> = on_tx!(self, c => {
            sqlx::query_scalar("SELECT id FROM accounts WHERE company_id = $1 ORDER BY created_at, id LIMIT 1")
                .bind(company)
                .fetch_optional(&mut *c)
                .await?
        });
        match id {
            Some(id) => self.account(&id).await,
            None => Ok(None),
        }
    }

    /// The operator says yes: the company waits for its first administrator until then. Answers whether it had been
    /// asked for.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn approve_company(&mut self, id: &CompanyId, ends_at: Moment) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query("UPDATE companies SET state = $2, ends_at = $3 WHERE id = $1 AND state = 'asked'")
                .bind(id)
                .bind(CompanyState::Inert)
                .bind(ends_at)
                .execute(&mut *c)
                .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// The operator says no: nothing is left of the company. Answers whether it had been asked for.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn refuse_company(&mut self, id: &CompanyId) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query("DELETE FROM companies WHERE id = $1 AND state = 'asked'")
                .bind(id)
                .execute(&mut *c)
                .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// What was ticked off on the way to the first shift, separated by spaces. The caller holds the company's row.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn set_ready(&mut self, id: &CompanyId, ready: &str) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE companies SET ready = $2 WHERE id = $1")
                .bind(id)
                .bind(ready)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }
}
