//! What administrators change of their people. Each change raises the row's version, by which two administrators who
//! change the same person are told apart.

use crate::clock::Moment;

use super::{
    super::{AccountId, CompanyId, Error, PresenceListId, Result, Tx, on_tx},
    AccountState, Phone, fold, searched,
};

/// A person as an administrator wants them to be, but for their address.
#[derive(Clone, Debug)]
pub struct AccountEdit<'a> {
    pub name: &'a str,
    pub username: &'a str,
    /// As it is, or as it replaces the one of somebody who has never signed in.
    pub email: &'a str,
    pub agent: bool,
    pub admin: bool,
    pub phone: Phone,
    pub presence_list: Option<&'a PresenceListId>,
    pub language: Option<&'a str>,
}

/// What another account of the company has already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenName {
    Username,
    Email,
}

impl TakenName {
    /// What a statement was refused for, if it was for that: two requests of the same moment both found it free.
    #[must_use]
    pub fn by(error: &Error) -> Option<Self> {
        let error = error.as_database_error()?;
        if !error.is_unique_violation() {
            return None;
        }
        // SQLite names the columns, PostgreSQL the constraint that is called after them.
        let named = |column| {
            error.message().contains(column)
                || error.constraint().is_some_and(|name| name.contains(column))
        };
        if named("username_folded") {
            Some(Self::Username)
        } else {
            named("email_folded").then_some(Self::Email)
        }
    }
}

/// Somebody who was deleted long enough ago.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct GoneAccount {
    pub id: AccountId,
    pub company_id: CompanyId,
}

impl Tx {
    /// # Errors
    /// When username or e-mail are taken (see [`TakenName::by`]), or the database does not answer.
    pub async fn edit_account(&mut self, id: &AccountId, edit: &AccountEdit<'_>) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE accounts SET name = $2, username = $3, username_folded = $4, email = $5, email_folded = $6,
                     search = $7 || COALESCE(' ' || phone_username_folded, ''), agent = $8, admin = $9, phone = $10, presence_list_id = $11, language = $12,
                     version = version + 1
                 WHERE id = $1 AND deleted_at IS NULL",
            )
            .bind(id)
            .bind(edit.name)
            .bind(edit.username)
            .bind(fold(edit.username))
            .bind(edit.email)
            .bind(fold(edit.email))
            .bind(searched(edit.name, edit.username, edit.email))
            .bind(edit.agent)
            .bind(edit.admin)
            .bind(edit.phone)
            .bind(edit.presence_list)
            .bind(edit.language)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// The address of somebody who has never signed in was replaced: what was sent to the old one is forgotten.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn forget_invitation(&mut self, id: &AccountId) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE accounts SET bounce = NULL, link_asked_at = NULL, new_email = NULL,
                     state = CASE WHEN state IN ('invited', 'bounced') THEN 'pending' ELSE state END
                 WHERE id = $1",
            )
            .bind(id)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Notes an address that waits for being confirmed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn ask_new_email(&mut self, id: &AccountId, email: &str, now: Moment) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE accounts SET new_email = $2, email_changed_at = $3 WHERE id = $1")
                .bind(id)
                .bind(email)
                .bind(now)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Replaces the address by the one that waited; everything that carried the former security version ends.
    ///
    /// # Errors
    /// When somebody has it by now (see [`TakenName::by`]), or the database does not answer.
    pub async fn confirm_email(
        &mut self,
        id: &AccountId,
        (name, username, email): (&str, &str, &str),
        now: Moment,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE accounts SET email = $2, email_folded = $3, search = $4 || COALESCE(' ' || phone_username_folded, ''), new_email = NULL,
                     email_changed_at = $5, security_version = security_version + 1, version = version + 1
                 WHERE id = $1",
            )
            .bind(id)
            .bind(email)
            .bind(fold(email))
            .bind(searched(name, username, email))
            .bind(now)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Makes somebody sign in by single sign-on alone, which takes their password, or no longer: then they need an
    /// invitation.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn set_sso_only(&mut self, id: &AccountId, sso_only: bool) -> Result<()> {
        let state = if sso_only {
            AccountState::SsoOnly
        } else {
            AccountState::Pending
        };
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE accounts SET state_disabled = CASE WHEN state = 'disabled' THEN $2 ELSE state_disabled END,
                     state = CASE WHEN state = 'disabled' THEN state ELSE $2 END,
                     password_hash = NULL, password_length = NULL, password_temporary_until = NULL
                 WHERE id = $1",
            )
            .bind(id)
            .bind(state)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Answers whether this call did it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn disable_account(&mut self, id: &AccountId) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query(
                "UPDATE accounts SET state_disabled = state, state = 'disabled', version = version + 1,
                     security_version = security_version + 1
                 WHERE id = $1 AND state <> 'disabled' AND deleted_at IS NULL",
            )
            .bind(id)
            .execute(&mut *c)
            .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Brings back what disabling took; whoever had not accepted an invitation needs a new one. Answers whether this
    /// call did it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn enable_account(&mut self, id: &AccountId) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query(
                "UPDATE accounts SET version = version + 1, state_disabled = NULL,
                     state = CASE WHEN state_disabled IN ('enabled', 'sso_only') THEN state_disabled
                         WHEN state_disabled IS NULL AND password_hash IS NOT NULL THEN 'enabled'
                         ELSE 'pending' END
                 WHERE id = $1 AND state = 'disabled' AND deleted_at IS NULL",
            )
            .bind(id)
            .execute(&mut *c)
            .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Takes somebody out of every list but that of the deleted; their names are free for others. Answers whether
    /// this call did it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn delete_account(&mut self, id: &AccountId, now: Moment) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query(
                "UPDATE accounts SET state_deleted = state, state = 'disabled', deleted_at = $2,
                     username_folded = username_folded || ' ' || id, email_folded = email_folded || ' ' || id,
                     phone_username = NULL, phone_username_folded = NULL,
                     new_email = NULL, version = version + 1, security_version = security_version + 1
                 WHERE id = $1 AND deleted_at IS NULL",
            )
            .bind(id)
            .bind(now)
            .execute(&mut *c)
            .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Undoes a deletion. Answers whether this call did it.
    ///
    /// # Errors
    /// When somebody else has one of the names by now (see [`TakenName::by`]), or the database does not answer.
    pub async fn restore_account(
        &mut self,
        id: &AccountId,
        username: &str,
        email: &str,
    ) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query(
                "UPDATE accounts SET deleted_at = NULL, state_deleted = NULL, username_folded = $2, email_folded = $3,
                     version = version + 1,
                     state = CASE WHEN state_deleted IN ('invited', 'bounced') THEN 'pending'
                         ELSE COALESCE(state_deleted, 'disabled') END
                 WHERE id = $1 AND deleted_at IS NOT NULL AND pseudonymised_at IS NULL",
            )
            .bind(id)
            .bind(fold(username))
            .bind(fold(email))
            .execute(&mut *c)
            .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Assigns a presence reason list, or the company's default.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn assign_presence_list(
        &mut self,
        id: &AccountId,
        list: Option<&PresenceListId>,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE accounts SET presence_list_id = $2, version = version + 1 WHERE id = $1")
                .bind(id)
                .bind(list)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Whether a presence reason list is this company's.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_presence_list_of(
        &mut self,
        company: &CompanyId,
        list: &PresenceListId,
    ) -> Result<bool> {
        on_tx!(self, c => {
            let found: Option<i64> = sqlx::query_scalar(
                "SELECT CAST(1 AS BIGINT) FROM presence_lists WHERE id = $1 AND company_id = $2",
            )
            .bind(list)
            .bind(company)
            .fetch_optional(&mut *c)
            .await?;
            Ok(found.is_some())
        })
    }

    /// How many administrators can sign in beside this one. The caller holds the company's row.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn other_administrators(
        &mut self,
        company: &CompanyId,
        but: &AccountId,
    ) -> Result<u64> {
        on_tx!(self, c => {
            let count: i64 = sqlx::query_scalar(
                "SELECT COUNT(*) FROM (SELECT 1 FROM accounts
                     WHERE company_id = $1 AND admin AND deleted_at IS NULL AND id <> $2
                         AND state || '' IN ('enabled', 'sso_only') AND locked_at IS NULL
                     ORDER BY name, id LIMIT 2) others",
            )
            .bind(company)
            .bind(but)
            .fetch_one(&mut *c)
            .await?;
            Ok(count.unsigned_abs())
        })
    }

    /// Who was deleted before a moment and is still known by name, a few at a time.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn deleted_before(&mut self, before: Moment) -> Result<Vec<GoneAccount>> {
        on_tx!(self, c => {
            sqlx::query_as(
                "SELECT id, company_id FROM accounts
                 WHERE deleted_at < $1 AND deleted_at IS NOT NULL AND pseudonymised_at IS NULL
                 ORDER BY deleted_at LIMIT 50",
            )
            .bind(before)
            .fetch_all(&mut *c)
            .await
        })
    }

    /// Erases who somebody was; the row stays, so that the audit log's events still belong to one and the same.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn pseudonymise_account(&mut self, id: &AccountId, now: Moment) -> Result<()> {
        const OF_THE_PERSON: [&str; 12] = [
            "DELETE FROM factors WHERE account_id = $1",
            "DELETE FROM identities WHERE account_id = $1",
            "DELETE FROM enrolments WHERE account_id = $1",
            "DELETE FROM backup_sets WHERE account_id = $1",
            "DELETE FROM known_browsers WHERE account_id = $1",
            "DELETE FROM trusts WHERE account_id = $1",
            "DELETE FROM bindings WHERE account_id = $1",
            "DELETE FROM attempts WHERE account_id = $1",
            "DELETE FROM sessions WHERE account_id = $1",
            "DELETE FROM links WHERE account_id = $1",
            "DELETE FROM presences WHERE account_id = $1",
            "DELETE FROM presence_changes WHERE account_id = $1",
        ];
        for sql in OF_THE_PERSON {
            on_tx!(self, c => {
                sqlx::query(sql).bind(id).execute(&mut *c).await?;
            });
        }
        on_tx!(self, c => {
            sqlx::query("UPDATE outbox SET account_id = NULL, sealed = NULL, error = NULL WHERE account_id = $1")
                .bind(id)
                .execute(&mut *c)
                .await?;
            sqlx::query(
                "UPDATE accounts SET name = '–', username = '–', email = '–', username_folded = ' ' || id,
                     email_folded = ' ' || id, search = '', language = NULL, password_hash = NULL, person_id = NULL,
                     new_email = NULL, bounce = NULL, presence_list_id = NULL, pseudonymised_at = $2
                 WHERE id = $1",
            )
            .bind(id)
            .bind(now)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }
}
