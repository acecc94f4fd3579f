//! Rows as if they had a past; only a demo writes them, people's own rows come about by flows.

use crate::clock::Moment;

use super::{AccountId, NewAccount, Result, StoredPassword, Tx, on_tx};

/// What an account has been through.
#[derive(Clone, Debug, Default)]
pub struct Past {
    pub password: Option<StoredPassword>,
    pub code_failures: i64,
    pub locked_at: Option<Moment>,
    pub last_sign_in_at: Option<Moment>,
}

impl Tx {
    /// Adds an account with a past.
    ///
    /// # Errors
    /// As [`Tx::add_account`].
    pub async fn seed_account(&mut self, account: &NewAccount, past: &Past) -> Result<()> {
        self.add_account(account).await?;
        if let Some(password) = &past.password {
            self.set_password(&account.id, password, account.created_at)
                .await?;
        }
        self.give_past(&account.id, past).await
    }

    async fn give_past(&mut self, id: &AccountId, past: &Past) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE accounts SET code_failures = $2, locked_at = $3, last_sign_in_at = $4 WHERE id = $1")
                .bind(id)
                .bind(past.code_failures)
                .bind(past.locked_at)
                .bind(past.last_sign_in_at)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }
}
