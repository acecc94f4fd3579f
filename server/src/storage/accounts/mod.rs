//! Accounts: one login in one company, with its password, roles, lock and second ways. Rows, looking them up, and what
//! sign-ins change; lists of people are in `listing`, what administrators change in `changing`.

mod changing;
mod listing;

pub use changing::*;
pub use listing::*;

use app::wire::{Role, Workplace};

use crate::{clock::Moment, domain::people::Entry};

use super::{AccountId, CompanyId, Db, PersonId, PresenceListId, Result, Tx, on_db, on_tx};

/// An account's row.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Account {
    pub id: AccountId,
    pub company_id: CompanyId,
    pub username: String,
    pub email: String,
    pub name: String,
    pub state: AccountState,
    pub agent: bool,
    pub admin: bool,
    pub language: Option<String>,
    /// `desk` or `console`: the last switch of a person with both roles.
    pub workplace: Option<String>,
    /// A PHC string; absent until the person has chosen a password.
    pub password_hash: Option<String>,
    /// Characters of the password.
    pub password_length: Option<i64>,
    /// Set while the password is a temporary one.
    pub password_temporary_until: Option<Moment>,
    pub security_version: i64,
    /// Wrong codes since the last success or unlock.
    pub code_failures: i64,
    pub locked_at: Option<Moment>,
    pub last_sign_in_at: Option<Moment>,
    /// Set by a mailed reset until something else than mail was proven.
    pub reset_by_mail_at: Option<Moment>,
    pub password_changed_at: Option<Moment>,
    /// Shared by the accounts of one person in several companies.
    pub person_id: Option<PersonId>,
    /// The security version under which it belongs to that person.
    pub person_version: Option<i64>,
    pub phone: Phone,
    /// The presence reason list that was assigned; without one the company's default counts.
    pub presence_list_id: Option<PresenceListId>,
    /// Rises with every change by an administrator.
    pub version: i64,
    /// Set when an administrator changed the address.
    pub email_changed_at: Option<Moment>,
    /// The address that is to replace `email` once its owner has confirmed it.
    pub new_email: Option<String>,
    /// Set for people who are gone from every list.
    pub deleted_at: Option<Moment>,
    pub created_at: Moment,
}

impl Account {
    #[must_use]
    pub fn roles(&self) -> Vec<Role> {
        roles(self.agent, self.admin)
    }

    /// The person whom it shares with accounts of other companies, unless that rests.
    #[must_use]
    pub fn person(&self) -> Option<&PersonId> {
        self.person_id
            .as_ref()
            .filter(|_| self.person_version == Some(self.security_version))
    }

    #[must_use]
    pub fn entry(&self) -> Entry {
        entry(
            self.state,
            self.deleted_at,
            self.password_temporary_until,
            self.last_sign_in_at,
        )
    }

    #[must_use]
    pub fn workplace(&self) -> Option<Workplace> {
        match self.workplace.as_deref() {
            Some("desk") => Some(Workplace::Desk),
            Some("console") => Some(Workplace::Console),
            _ => None,
        }
    }
}

fn entry(
    state: AccountState,
    deleted_at: Option<Moment>,
    temporary_until: Option<Moment>,
    last_sign_in_at: Option<Moment>,
) -> Entry {
    if deleted_at.is_some() {
        return Entry::Elsewhere;
    }
    match state {
        AccountState::Pending | AccountState::Invited | AccountState::Bounced => Entry::Awaited,
        AccountState::Enabled => Entry::Enabled {
            is_temporary: temporary_until.is_some(),
            has_signed_in: last_sign_in_at.is_some(),
        },
        AccountState::SsoOnly => Entry::Outside {
            has_signed_in: last_sign_in_at.is_some(),
        },
        AccountState::Disabled => Entry::Elsewhere,
    }
}

fn roles(agent: bool, admin: bool) -> Vec<Role> {
    [(agent, Role::Agent), (admin, Role::Admin)]
        .into_iter()
        .filter_map(|(has, role)| has.then_some(role))
        .collect()
}

/// What an administrator or an invitation has made of an account. "Expired" is not stored: it is an
/// invited account whose link has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(rename_all = "snake_case", type_name = "text")]
pub enum AccountState {
    Pending,
    Invited,
    Bounced,
    Enabled,
    Disabled,
    SsoOnly,
}

/// What a person takes calls with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(rename_all = "snake_case", type_name = "text")]
pub enum Phone {
    Softphone,
    DeskPhone,
    None,
}

impl From<Phone> for app::wire::Phone {
    fn from(phone: Phone) -> Self {
        match phone {
            Phone::Softphone => Self::Softphone,
            Phone::DeskPhone => Self::DeskPhone,
            Phone::None => Self::None,
        }
    }
}

impl From<app::wire::Phone> for Phone {
    fn from(phone: app::wire::Phone) -> Self {
        match phone {
            app::wire::Phone::Softphone => Self::Softphone,
            app::wire::Phone::DeskPhone => Self::DeskPhone,
            app::wire::Phone::None => Self::None,
        }
    }
}

/// A new account, before anything happened to it.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub id: AccountId,
    pub company_id: CompanyId,
    pub username: String,
    pub email: String,
    pub name: String,
    pub state: AccountState,
    pub agent: bool,
    pub admin: bool,
    pub created_at: Moment,
}

/// A password as it is stored.
#[derive(Clone, Debug)]
pub struct StoredPassword {
    /// A PHC string.
    pub hash: String,
    /// Characters.
    pub length: i64,
    /// Until when, if it is a temporary one.
    pub temporary_until: Option<Moment>,
}

/// Upper and lower case, full-width letters and stray spaces do not make another account.
#[must_use]
pub fn fold(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.trim().nfkc().flat_map(char::to_lowercase).collect()
}

/// What a search looks at.
pub(super) fn searched(name: &str, username: &str, email: &str) -> String {
    format!("{} {} {}", fold(name), fold(username), fold(email))
}

macro_rules! account {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.company_id, a.username, a.email, a.name, a.state, a.agent, a.admin, a.language,
                 a.workplace, a.password_hash, a.password_length, a.password_temporary_until,
                 a.security_version, a.code_failures, a.locked_at, a.last_sign_in_at, a.reset_by_mail_at,
                 a.password_changed_at, a.person_id, a.person_version, a.phone, a.presence_list_id, a.version, a.email_changed_at,
                 a.new_email, a.deleted_at, a.created_at
             FROM accounts a ",
            $rest
        )
    };
}

const BY_IDENTIFIER: &str = account!(
    "WHERE a.company_id = $1 AND (a.username_folded = $2 OR a.email_folded = $2)
     ORDER BY CASE WHEN a.username_folded = $2 THEN 0 ELSE 1 END LIMIT 1"
);

/// `%part%` with LIKE's own wildcards taken literally.
pub(super) fn like(part: &str) -> String {
    let escaped = part
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    format!("%{escaped}%")
}

impl Db {
    /// # Errors
    /// When the database does not answer.
    pub async fn account(&self, id: &AccountId) -> Result<Option<Account>> {
        on_db!(self, c => {
            sqlx::query_as(account!("WHERE a.id = $1")).bind(id).fetch_optional(c).await
        })
    }

    /// Finds by username or e-mail address, already folded.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn account_by_identifier(
        &self,
        company: &CompanyId,
        folded: &str,
    ) -> Result<Option<Account>> {
        on_db!(self, c => {
            sqlx::query_as(BY_IDENTIFIER)
                .bind(company)
                .bind(folded)
                .fetch_optional(c)
                .await
        })
    }

    /// The one account that a sign-in without a company tries for an e-mail address, already folded (SECURITY 9):
    /// of the accounts with this address the one last signed in to, else the first one accepted; and where its
    /// person has chosen a default company that can be entered with a password, their account there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn account_anywhere(&self, email_folded: &str) -> Result<Option<Account>> {
        on_db!(self, c => {
            sqlx::query_as(account!(
                "WHERE a.id = (
                     SELECT COALESCE(d.id, e.id) FROM accounts e
                     LEFT JOIN persons p ON p.id = e.person_id AND e.person_version = e.security_version
                     LEFT JOIN accounts d ON d.id = p.default_account AND d.person_id = p.id
                         AND d.person_version = d.security_version AND d.state = 'enabled'
                         AND d.deleted_at IS NULL AND d.password_hash IS NOT NULL
                         AND EXISTS (SELECT 1 FROM companies c
                                     WHERE c.id = d.company_id AND c.passwords AND c.state = 'active')
                     WHERE e.email_folded = $1
                     ORDER BY CASE WHEN e.password_hash IS NULL THEN 1 ELSE 0 END,
                         CASE WHEN e.last_sign_in_at IS NULL THEN 1 ELSE 0 END,
                         e.last_sign_in_at DESC, e.created_at, e.id LIMIT 1)"
            ))
            .bind(email_folded)
            .fetch_optional(c)
            .await
        })
    }
}

impl Tx {
    /// Reads an account inside the transaction; lock it first when the decision depends on it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn account(&mut self, id: &AccountId) -> Result<Option<Account>> {
        on_tx!(self, c => {
            sqlx::query_as(account!("WHERE a.id = $1")).bind(id).fetch_optional(&mut *c).await
        })
    }

    /// As [`Db::account_by_identifier`], inside the transaction.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn account_by_identifier(
        &mut self,
        company: &CompanyId,
        folded: &str,
    ) -> Result<Option<Account>> {
        on_tx!(self, c => {
            sqlx::query_as(BY_IDENTIFIER)
                .bind(company)
                .bind(folded)
                .fetch_optional(&mut *c)
                .await
        })
    }

    /// Everybody who administers a company and can sign in, by password or only elsewhere.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn administrators(&mut self, company: &CompanyId) -> Result<Vec<Account>> {
        on_tx!(self, c => {
            sqlx::query_as(account!(
                "WHERE a.company_id = $1 AND a.state IN ('enabled', 'sso_only') AND a.admin ORDER BY a.name, a.id"
            ))
            .bind(company)
            .fetch_all(&mut *c)
            .await
        })
    }

    /// # Errors
    /// When username or e-mail are taken (a unique violation), or the database does not answer.
    pub async fn add_account(&mut self, account: &NewAccount) -> Result<()> {
        let search = searched(&account.name, &account.username, &account.email);
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO accounts (id, company_id, username, username_folded, email, email_folded, name,
                     search, state, agent, admin, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            )
            .bind(&account.id)
            .bind(&account.company_id)
            .bind(&account.username)
            .bind(fold(&account.username))
            .bind(&account.email)
            .bind(fold(&account.email))
            .bind(&account.name)
            .bind(search)
            .bind(account.state)
            .bind(account.agent)
            .bind(account.admin)
            .bind(account.created_at)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn set_account_state(&mut self, id: &AccountId, state: AccountState) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE accounts SET state = $2 WHERE id = $1")
                .bind(id)
                .bind(state)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Stores a new password and makes everything that the old one opened worthless: the security
    /// version rises. Answers the new version.
    ///
    /// # Errors
    /// When the account is gone or the database does not answer.
    pub async fn set_password(
        &mut self,
        id: &AccountId,
        password: &StoredPassword,
        now: Moment,
    ) -> Result<i64> {
        on_tx!(self, c => {
            sqlx::query_scalar(
                "UPDATE accounts SET password_hash = $2, password_length = $3, password_temporary_until = $4,
                     password_changed_at = $5, security_version = security_version + 1
                 WHERE id = $1 RETURNING security_version",
            )
            .bind(id)
            .bind(&password.hash)
            .bind(password.length)
            .bind(password.temporary_until)
            .bind(now)
            .fetch_one(&mut *c)
            .await
        })
    }

    /// Notes that a mailed link replaced the password: until more than mail is proven, mail is not
    /// a second proof.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn note_mailed_reset(&mut self, id: &AccountId, now: Moment) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE accounts SET reset_by_mail_at = $2 WHERE id = $1")
                .bind(id)
                .bind(now)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Stores the same password under today's parameters; nothing else changes.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn rehash_password(
        &mut self,
        id: &AccountId,
        old_hash: &str,
        new_hash: &str,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE accounts SET password_hash = $3 WHERE id = $1 AND password_hash = $2")
                .bind(id)
                .bind(old_hash)
                .bind(new_hash)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Counts a wrong code and answers which one it was; the one that reaches `lock_at` locks.
    ///
    /// # Errors
    /// When the account is gone or the database does not answer.
    pub async fn count_code_failure(
        &mut self,
        id: &AccountId,
        lock_at: i64,
        now: Moment,
    ) -> Result<i64> {
        on_tx!(self, c => {
            sqlx::query_scalar(
                "UPDATE accounts SET code_failures = code_failures + 1,
                     locked_at = CASE WHEN code_failures + 1 >= $2 THEN $3 ELSE locked_at END
                 WHERE id = $1 RETURNING code_failures",
            )
            .bind(id)
            .bind(lock_at)
            .bind(now)
            .fetch_one(&mut *c)
            .await
        })
    }

    /// Notes a completed sign-in: the counter of wrong codes starts again.
    pub fn note_sign_in(&mut self, id: &AccountId, now: Moment) {
        self.defer(
            "UPDATE accounts SET code_failures = 0, last_sign_in_at = $2 WHERE id = $1",
            [id.0.as_str().into(), now.into()],
        );
    }

    /// Unlocks; answers whether there was a lock.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn unlock_account(&mut self, id: &AccountId) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query(
                "UPDATE accounts SET code_failures = 0, locked_at = NULL WHERE id = $1 AND locked_at IS NOT NULL",
            )
            .bind(id)
            .execute(&mut *c)
            .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Begins the counter of wrong codes again, after a right one that was no sign-in.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn clear_code_failures(&mut self, id: &AccountId) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE accounts SET code_failures = 0 WHERE id = $1 AND code_failures <> 0")
                .bind(id)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn set_language(&mut self, id: &AccountId, language: &str) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE accounts SET language = $2 WHERE id = $1")
                .bind(id)
                .bind(language)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn set_workplace(&mut self, id: &AccountId, workplace: Workplace) -> Result<()> {
        let workplace = match workplace {
            Workplace::Desk => "desk",
            Workplace::Console => "console",
        };
        on_tx!(self, c => {
            sqlx::query("UPDATE accounts SET workplace = $2 WHERE id = $1")
                .bind(id)
                .bind(workplace)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }
}
