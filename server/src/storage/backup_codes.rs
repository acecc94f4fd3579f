//! Backup codes: a person's own set, and the single one that an administrator made.

use crate::clock::Moment;

use super::{AccountId, Db, Result, Tx, on_db, on_tx};

/// Whose set of codes it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(rename_all = "snake_case", type_name = "text")]
pub enum BackupSetKind {
    Own,
    Admin,
}

/// A new set, with the hashes of its codes.
#[derive(Clone, Debug)]
pub struct NewBackupSet<'a> {
    pub id: &'a str,
    pub account: &'a AccountId,
    pub kind: BackupSetKind,
    pub created_at: Moment,
    /// When it begins to count; none until one of its codes was typed back.
    pub confirmed_at: Option<Moment>,
    /// When it ends by itself.
    pub expires_at: Option<Moment>,
    /// Identifiers and keyed hashes of the codes.
    pub codes: &'a [(String, Vec<u8>)],
}

/// What became of a code that was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct BackupCodeRow {
    pub kind: BackupSetKind,
    pub used_at: Option<Moment>,
    pub confirmed_at: Option<Moment>,
    pub expires_at: Option<Moment>,
}

const LEFT: &str = "SELECT COUNT(*), SUM(CASE WHEN c.used_at IS NULL THEN 1 ELSE 0 END)
     FROM backup_codes c JOIN backup_sets s ON s.id = c.set_id
     WHERE s.account_id = $1 AND s.kind = 'own' AND s.confirmed_at IS NOT NULL";

fn left((all, unused): (i64, Option<i64>)) -> Option<u8> {
    (all > 0).then(|| u8::try_from(unused.unwrap_or(0)).unwrap_or(u8::MAX))
}

impl Db {
    /// Unused codes of a person's own set; none without a set that counts.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn backup_codes_left(&self, account: &AccountId) -> Result<Option<u8>> {
        on_db!(self, c => Ok(left(sqlx::query_as(LEFT).bind(account).fetch_one(c).await?)))
    }
}

impl Tx {
    /// As [`Db::backup_codes_left`], inside the transaction.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn backup_codes_left(&mut self, account: &AccountId) -> Result<Option<u8>> {
        on_tx!(self, c => Ok(left(sqlx::query_as(LEFT).bind(account).fetch_one(&mut *c).await?)))
    }

    /// Adds a set. Sets of the same kind that do not count yet, and an administrator's former code, end.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn add_backup_set(&mut self, set: &NewBackupSet<'_>) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "DELETE FROM backup_sets WHERE account_id = $1 AND kind = $2
                     AND (confirmed_at IS NULL OR kind = 'admin')",
            )
            .bind(set.account)
            .bind(set.kind)
            .execute(&mut *c)
            .await?;
            sqlx::query(
                "INSERT INTO backup_sets (id, account_id, kind, created_at, confirmed_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(set.id)
            .bind(set.account)
            .bind(set.kind)
            .bind(set.created_at)
            .bind(set.confirmed_at)
            .bind(set.expires_at)
            .execute(&mut *c)
            .await?;
            for (id, hash) in set.codes {
                sqlx::query(
                    "INSERT INTO backup_codes (id, set_id, account_id, code_hash) VALUES ($1, $2, $3, $4)",
                )
                .bind(id)
                .bind(set.id)
                .bind(set.account)
                .bind(hash)
                .execute(&mut *c)
                .await?;
            }
        });
        Ok(())
    }

    /// Lets the set that was shown last count from now on, if this is one of its codes; the set
    /// before it ends. Answers whether it was.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn confirm_backup_set(
        &mut self,
        account: &AccountId,
        code_hash: &[u8],
        now: Moment,
    ) -> Result<bool> {
        on_tx!(self, c => {
            let confirmed: Option<String> = sqlx::query_scalar(
                "UPDATE backup_sets SET confirmed_at = $3
                 WHERE account_id = $1 AND kind = 'own' AND confirmed_at IS NULL
                     AND id IN (SELECT set_id FROM backup_codes WHERE account_id = $1 AND code_hash = $2)
                 RETURNING id",
            )
            .bind(account)
            .bind(code_hash)
            .bind(now)
            .fetch_optional(&mut *c)
            .await?;
            let Some(set) = confirmed else {
                return Ok(false);
            };
            sqlx::query("DELETE FROM backup_sets WHERE account_id = $1 AND kind = 'own' AND id <> $2")
                .bind(account)
                .bind(set)
                .execute(&mut *c)
                .await?;
            Ok(true)
        })
    }

    /// Whether a set waits for one of its codes to be typed back.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_unconfirmed_backup_set(&mut self, account: &AccountId) -> Result<bool> {
        on_tx!(self, c => {
            let found: Option<i64> = sqlx::query_scalar(
                "SELECT CAST(1 AS BIGINT) FROM backup_sets
                 WHERE account_id = $1 AND kind = 'own' AND confirmed_at IS NULL LIMIT 1",
            )
            .bind(account)
            .fetch_optional(&mut *c)
            .await?;
            Ok(found.is_some())
        })
    }

    /// Uses a code up that counts, once. Answers whether this call did it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn use_backup_code(
        &mut self,
        account: &AccountId,
        code_hash: &[u8],
        now: Moment,
    ) -> Result<Option<BackupSetKind>> {
        on_tx!(self, c => {
            sqlx::query_scalar(
                "UPDATE backup_codes SET used_at = $3
                 WHERE account_id = $1 AND code_hash = $2 AND used_at IS NULL
                     AND set_id IN (SELECT id FROM backup_sets WHERE account_id = $1
                         AND confirmed_at IS NOT NULL AND (expires_at IS NULL OR expires_at > $3))
                 RETURNING (SELECT kind FROM backup_sets WHERE id = backup_codes.set_id)",
            )
            .bind(account)
            .bind(code_hash)
            .bind(now)
            .fetch_optional(&mut *c)
            .await
        })
    }

    /// A code of this account as it stands, for telling why it was not taken.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn backup_code(
        &mut self,
        account: &AccountId,
        code_hash: &[u8],
    ) -> Result<Option<BackupCodeRow>> {
        on_tx!(self, c => {
            sqlx::query_as(
                "SELECT s.kind, c.used_at, s.confirmed_at, s.expires_at
                 FROM backup_codes c JOIN backup_sets s ON s.id = c.set_id
                 WHERE c.account_id = $1 AND c.code_hash = $2",
            )
            .bind(account)
            .bind(code_hash)
            .fetch_optional(&mut *c)
            .await
        })
    }

    /// Ends every code of an account, an administrator's too. Answers how many sets there were.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn remove_backup_codes(&mut self, account: &AccountId) -> Result<u64> {
        on_tx!(self, c => {
            let done = sqlx::query("DELETE FROM backup_sets WHERE account_id = $1")
                .bind(account)
                .execute(&mut *c)
                .await?;
            Ok(done.rows_affected())
        })
    }
}
