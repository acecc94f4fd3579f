//! Rows as if they had a past; only a demo writes them, people's own rows come about by flows.

use crate::clock::Moment;

use super::{
    AccountId, Company, NewAccount, Phone, PresenceListId, Result, SessionId, StoredPassword, Tx,
    fold, on_tx,
};

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

    /// Adds a company with everything that it has decided.
    ///
    /// # Errors
    /// As [`Tx::add_company`].
    pub async fn seed_company(&mut self, company: &Company) -> Result<()> {
        self.add_company(company).await?;
        self.update_company(company).await?;
        on_tx!(self, c => {
            sqlx::query("UPDATE companies SET welcome = $2, invitation_ms = $3 WHERE id = $1")
                .bind(&company.id)
                .bind(company.settings.welcome)
                .bind(company.settings.invitation_ms)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Gives an account a presence reason list of its own.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn seed_list(&mut self, account: &AccountId, list: &PresenceListId) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE accounts SET presence_list_id = $2 WHERE id = $1")
                .bind(account)
                .bind(list)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Gives an account a phone, and says who the person is in Amazon Connect if that is known.
    ///
    /// # Errors
    /// When another account is that user, or the database does not answer.
    pub async fn seed_phone(
        &mut self,
        account: &AccountId,
        phone: Phone,
        username: Option<&str>,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE accounts SET phone = $2, phone_username = $3, phone_username_folded = $4 WHERE id = $1",
            )
            .bind(account)
            .bind(phone)
            .bind(username)
            .bind(username.map(fold))
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Notes why an invitation came back.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn seed_bounce(&mut self, account: &AccountId, why: &str) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE accounts SET bounce = $2 WHERE id = $1")
                .bind(account)
                .bind(why)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Makes a session look used now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn seed_activity(&mut self, session: &SessionId, now: Moment) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE sessions SET active_at = $2 WHERE id = $1")
                .bind(session)
                .bind(now)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
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
