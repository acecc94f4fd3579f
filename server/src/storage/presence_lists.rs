//! Presence reason lists and their entries. Whoever changes them holds the company's row.

use app::wire::PresenceKind;

use crate::clock::Moment;

use super::{AccountId, CompanyId, Db, Engine, PresenceListId, Result, Tx, fold, on_db, on_tx};

/// A list without its entries.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PresenceList {
    pub id: PresenceListId,
    pub company_id: CompanyId,
    pub name: String,
    pub is_default: bool,
    pub version: i64,
    pub created_at: Moment,
}

/// A status of a list.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PresenceReason {
    pub id: String,
    pub list_id: PresenceListId,
    pub name: String,
    pub kind: ReasonKind,
}

/// What a status means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(rename_all = "snake_case", type_name = "text")]
pub enum ReasonKind {
    Available,
    NotReady,
    Offline,
}

impl From<ReasonKind> for PresenceKind {
    fn from(kind: ReasonKind) -> Self {
        match kind {
            ReasonKind::Available => Self::Available,
            ReasonKind::NotReady => Self::NotReady,
            ReasonKind::Offline => Self::Offline,
        }
    }
}

impl From<PresenceKind> for ReasonKind {
    fn from(kind: PresenceKind) -> Self {
        match kind {
            PresenceKind::Available => Self::Available,
            PresenceKind::NotReady => Self::NotReady,
            PresenceKind::Offline => Self::Offline,
        }
    }
}

/// Agents who cannot sign in without a list: neither administrators, nor switched off, nor deleted.
macro_rules! holders {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " FROM accounts a WHERE a.company_id = $1 AND a.agent AND NOT a.admin
                 AND a.state <> 'disabled' AND a.deleted_at IS NULL
                 AND (($2 AND a.presence_list_id IS NULL) OR a.presence_list_id = $3)",
            $after
        )
    };
}

/// Some of a company's agents: those with no list of their own, those with a certain one, or both.
#[derive(Clone, Copy, Debug)]
pub struct Holders<'a> {
    pub of_none: bool,
    pub of: Option<&'a PresenceListId>,
}

macro_rules! lists {
    ($rest:literal) => {
        concat!(
            "SELECT id, company_id, name, is_default, version, created_at FROM presence_lists ",
            $rest
        )
    };
}

macro_rules! reasons_of {
    () => {
        "SELECT id, list_id, name, kind FROM presence_reasons WHERE list_id = $1 ORDER BY position"
    };
}

impl Db {
    /// A company's lists, the default one first, the others by name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn presence_lists(&self, company: &CompanyId) -> Result<Vec<PresenceList>> {
        on_db!(self, c => {
            sqlx::query_as(lists!("WHERE company_id = $1 ORDER BY is_default DESC, name_folded"))
                .bind(company)
                .fetch_all(c)
                .await
        })
    }

    /// The entries of all of a company's lists, each list's in order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn presence_reasons(&self, company: &CompanyId) -> Result<Vec<PresenceReason>> {
        on_db!(self, c => {
            sqlx::query_as(
                "SELECT r.id, r.list_id, r.name, r.kind
                 FROM presence_reasons r JOIN presence_lists l ON l.id = r.list_id
                 WHERE l.company_id = $1 ORDER BY r.list_id, r.position",
            )
            .bind(company)
            .fetch_all(c)
            .await
        })
    }

    /// A list's entries in order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn reasons_of(&self, list: &PresenceListId) -> Result<Vec<PresenceReason>> {
        on_db!(self, c => {
            sqlx::query_as(reasons_of!()).bind(list).fetch_all(c).await
        })
    }

    /// How many people have which list of their own.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn presence_list_people(
        &self,
        company: &CompanyId,
    ) -> Result<Vec<(PresenceListId, i64)>> {
        on_db!(self, c => {
            sqlx::query_as(
                "SELECT presence_list_id, COUNT(*) FROM accounts
                 WHERE company_id = $1 AND presence_list_id IS NOT NULL AND deleted_at IS NULL
                 GROUP BY presence_list_id",
            )
            .bind(company)
            .fetch_all(c)
            .await
        })
    }

    /// The first few of these agents by name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn agents_with_list(
        &self,
        company: &CompanyId,
        holders: Holders<'_>,
        limit: u32,
    ) -> Result<Vec<String>> {
        on_db!(self, c => {
            sqlx::query_scalar(holders!("SELECT a.name", " ORDER BY a.name, a.id LIMIT $4"))
            .bind(company)
            .bind(holders.of_none)
            .bind(holders.of)
            .bind(i64::from(limit))
            .fetch_all(c)
            .await
        })
    }

    /// How many these agents are.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count_agents_with_list(
        &self,
        company: &CompanyId,
        holders: Holders<'_>,
    ) -> Result<u64> {
        on_db!(self, c => {
            let count: i64 = sqlx::query_scalar(holders!("SELECT COUNT(*)", ""))
                .bind(company)
                .bind(holders.of_none)
                .bind(holders.of)
                .fetch_one(c)
                .await?;
            Ok(count.unsigned_abs())
        })
    }
}

impl Tx {
    /// Holds a company's row until the end of the transaction, so that its lists are changed one request after
    /// another.
    ///
    /// # Errors
    /// When the company is gone or the database does not answer.
    pub async fn lock_presence_lists(&mut self, company: &CompanyId) -> Result<()> {
        match &mut self.engine {
            // `BEGIN IMMEDIATE` holds the only write lock already.
            Engine::Sqlite(_) => {}
            Engine::Postgres(tx) => {
                sqlx::query("SELECT 1 FROM companies WHERE id = $1 FOR NO KEY UPDATE")
                    .bind(company)
                    .execute(&mut **tx)
                    .await?;
            }
        }
        Ok(())
    }

    /// A company's lists as they are now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn presence_lists(&mut self, company: &CompanyId) -> Result<Vec<PresenceList>> {
        on_tx!(self, c => {
            sqlx::query_as(lists!("WHERE company_id = $1 ORDER BY is_default DESC, name_folded"))
                .bind(company)
                .fetch_all(&mut *c)
                .await
        })
    }

    /// A list's entries in order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn reasons_of(&mut self, list: &PresenceListId) -> Result<Vec<PresenceReason>> {
        on_tx!(self, c => {
            sqlx::query_as(reasons_of!()).bind(list).fetch_all(&mut *c).await
        })
    }

    /// The list that counts for a person: their own, else the company's default one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn presence_list_of(
        &mut self,
        account: &AccountId,
    ) -> Result<Option<PresenceListId>> {
        on_tx!(self, c => {
            sqlx::query_scalar(
                "SELECT l.id FROM accounts a JOIN presence_lists l ON l.company_id = a.company_id
                     AND (l.id = a.presence_list_id OR (a.presence_list_id IS NULL AND l.is_default))
                 WHERE a.id = $1",
            )
            .bind(account)
            .fetch_optional(&mut *c)
            .await
        })
    }

    /// As [`Db::count_agents_with_list`], as it is now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count_agents_with_list(
        &mut self,
        company: &CompanyId,
        holders: Holders<'_>,
    ) -> Result<u64> {
        on_tx!(self, c => {
            let count: i64 = sqlx::query_scalar(holders!("SELECT COUNT(*)", ""))
                .bind(company)
                .bind(holders.of_none)
                .bind(holders.of)
                .fetch_one(&mut *c)
                .await?;
            Ok(count.unsigned_abs())
        })
    }

    /// # Errors
    /// When another list has the name or the mark of the default one (a unique violation), or the database does not
    /// answer.
    pub async fn add_presence_list(&mut self, list: &PresenceList) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO presence_lists (id, company_id, name, name_folded, is_default, version, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(&list.id)
            .bind(&list.company_id)
            .bind(&list.name)
            .bind(fold(&list.name))
            .bind(list.is_default)
            .bind(list.version)
            .bind(list.created_at)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Stores name, mark and version of a list.
    ///
    /// # Errors
    /// As [`Tx::add_presence_list`].
    pub async fn set_presence_list(&mut self, list: &PresenceList) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE presence_lists SET name = $2, name_folded = $3, is_default = $4, version = $5 WHERE id = $1",
            )
            .bind(&list.id)
            .bind(&list.name)
            .bind(fold(&list.name))
            .bind(list.is_default)
            .bind(list.version)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Stores all entries of a list anew, in this order. Those that are kept keep their ids.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn set_presence_reasons(
        &mut self,
        list: &PresenceListId,
        reasons: &[PresenceReason],
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("DELETE FROM presence_reasons WHERE list_id = $1")
                .bind(list)
                .execute(&mut *c)
                .await?;
        });
        for (position, reason) in (0_i64..).zip(reasons) {
            on_tx!(self, c => {
                sqlx::query(
                    "INSERT INTO presence_reasons (id, list_id, position, name, kind) VALUES ($1, $2, $3, $4, $5)",
                )
                .bind(&reason.id)
                .bind(list)
                .bind(position)
                .bind(&reason.name)
                .bind(reason.kind)
                .execute(&mut *c)
                .await?;
            });
        }
        Ok(())
    }

    /// Gives everybody who has a list of their own another one, or none. Administrators who look at one of them are
    /// told so by the version.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn replace_presence_list(
        &mut self,
        list: &PresenceListId,
        by: Option<&PresenceListId>,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE accounts SET presence_list_id = $2, version = version + 1 WHERE presence_list_id = $1",
            )
            .bind(list)
            .bind(by)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn remove_presence_list(&mut self, list: &PresenceListId) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("DELETE FROM presence_lists WHERE id = $1")
                .bind(list)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }
}
