//! Identities: who is bound to which login at which provider. Issuer and subject find one; what it shows finds nobody.

use app::wire;

use crate::clock::Moment;

use super::{
    Account, AccountId, AccountState, CompanyId, Db, IdentityId, ProviderId, Result, SessionId,
    StoredProviderKind, Tx, on_db, on_tx, providers::shown_provider,
};

/// An identity's row.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct BoundIdentity {
    pub id: IdentityId,
    pub company_id: CompanyId,
    pub account_id: AccountId,
    pub provider_id: ProviderId,
    /// Exactly as the provider says it.
    pub issuer: String,
    pub subject: String,
    /// What the person calls themselves there.
    pub shown: String,
    pub bound_at: Moment,
    pub last_used_at: Option<Moment>,
}

/// An identity with its provider, as its person is told of it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Login {
    pub id: IdentityId,
    pub provider_id: ProviderId,
    pub shown: String,
    pub bound_at: Moment,
    pub last_used_at: Option<Moment>,
    #[sqlx(try_from = "StoredProviderKind")]
    pub kind: wire::ProviderKind,
    /// Of the company's own provider.
    pub provider_name: String,
    /// Whether people sign in at its provider now.
    pub live: bool,
}

impl Login {
    /// Its provider as people read it.
    #[must_use]
    pub fn provider(&self) -> &str {
        shown_provider(self.kind, &self.provider_name)
    }
}

macro_rules! identity {
    ($rest:literal) => {
        concat!(
            "SELECT id, company_id, account_id, provider_id, issuer, subject, shown, bound_at, last_used_at
             FROM identities ",
            $rest
        )
    };
}

const LOGINS: &str = "SELECT i.id, i.provider_id, i.shown, i.bound_at, i.last_used_at, p.kind, p.name AS provider_name, p.live
     FROM identities i JOIN providers p ON p.id = i.provider_id
     WHERE i.account_id = $1
     ORDER BY CASE p.kind WHEN 'google' THEN 0 WHEN 'office365' THEN 1 ELSE 2 END, i.id";

impl Db {
    /// The identity with this key, in a company.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn identity(
        &self,
        company: &CompanyId,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<BoundIdentity>> {
        on_db!(self, c => {
            sqlx::query_as(identity!("WHERE company_id = $1 AND issuer = $2 AND subject = $3"))
                .bind(company)
                .bind(issuer)
                .bind(subject)
                .fetch_optional(c)
                .await
        })
    }

    /// Everything that is bound to an account, as the buttons of its providers stand.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn logins(&self, account: &AccountId) -> Result<Vec<Login>> {
        on_db!(self, c => {
            sqlx::query_as(LOGINS).bind(account).fetch_all(c).await
        })
    }

    /// The account with exactly this e-mail address, already folded, in a company.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn account_by_email(
        &self,
        company: &CompanyId,
        folded: &str,
    ) -> Result<Option<AccountId>> {
        on_db!(self, c => {
            sqlx::query_scalar("SELECT id FROM accounts WHERE company_id = $1 AND email_folded = $2")
                .bind(company)
                .bind(folded)
                .fetch_optional(c)
                .await
        })
    }

    /// Whether somebody with this address, already folded, was deleted and can still be brought back.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn was_deleted(&self, company: &CompanyId, folded: &str) -> Result<bool> {
        let found: Option<i64> = on_db!(self, c => {
            sqlx::query_scalar(
                "SELECT CAST(1 AS BIGINT) FROM accounts
                 WHERE company_id = $1 AND deleted_at IS NOT NULL AND pseudonymised_at IS NULL
                     AND email_folded = $2 || ' ' || id LIMIT 1",
            )
            .bind(company)
            .bind(folded)
            .fetch_optional(c)
            .await?
        });
        Ok(found.is_some())
    }

    /// Whether anybody of a company has a password with which a login at a provider could be bound.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn could_bind(&self, company: &CompanyId, provider: &ProviderId) -> Result<bool> {
        let found: Option<i64> = on_db!(self, c => {
            sqlx::query_scalar(
                "SELECT CAST(1 AS BIGINT) FROM accounts a
                 WHERE a.company_id = $1 AND a.state = $3 AND a.password_hash IS NOT NULL AND a.deleted_at IS NULL
                     AND NOT EXISTS (SELECT 1 FROM identities i WHERE i.account_id = a.id AND i.provider_id = $2)
                 LIMIT 1",
            )
            .bind(company)
            .bind(provider)
            .bind(AccountState::Enabled)
            .fetch_optional(c)
            .await?
        });
        Ok(found.is_some())
    }
}

impl Tx {
    /// As [`Db::identity`], inside the transaction.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn identity(
        &mut self,
        company: &CompanyId,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<BoundIdentity>> {
        on_tx!(self, c => {
            sqlx::query_as(identity!("WHERE company_id = $1 AND issuer = $2 AND subject = $3"))
                .bind(company)
                .bind(issuer)
                .bind(subject)
                .fetch_optional(&mut *c)
                .await
        })
    }

    /// As [`Db::logins`], inside the transaction.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn logins(&mut self, account: &AccountId) -> Result<Vec<Login>> {
        on_tx!(self, c => {
            sqlx::query_as(LOGINS).bind(account).fetch_all(&mut *c).await
        })
    }

    /// Binds an identity, unless it is bound to somebody or the account has another one at this provider. Answers
    /// whether this call did it: of two at the same moment one does.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn bind_identity(&mut self, identity: &BoundIdentity) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query(
                "INSERT INTO identities (id, company_id, account_id, provider_id, issuer, subject, shown, bound_at,
                     last_used_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
            )
            .bind(&identity.id)
            .bind(&identity.company_id)
            .bind(&identity.account_id)
            .bind(&identity.provider_id)
            .bind(&identity.issuer)
            .bind(&identity.subject)
            .bind(&identity.shown)
            .bind(identity.bound_at)
            .bind(identity.last_used_at)
            .execute(&mut *c)
            .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Notes that a person came by an identity, and what they call themselves there now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn note_identity_use(
        &mut self,
        id: &IdentityId,
        shown: &str,
        now: Moment,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE identities SET last_used_at = $3, shown = $2 WHERE id = $1")
                .bind(id)
                .bind(shown)
                .bind(now)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Gives an identity up, and ends what its account is signed in with by its provider, but for one session.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn unbind_identity(
        &mut self,
        account: &Account,
        login: &Login,
        but: &SessionId,
        now: Moment,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("DELETE FROM identities WHERE id = $1 AND account_id = $2")
                .bind(&login.id)
                .bind(&account.id)
                .execute(&mut *c)
                .await?;
            sqlx::query(
                "UPDATE sessions SET ended_at = $4
                 WHERE account_id = $1 AND provider_id = $2 AND id <> $3 AND ended_at IS NULL",
            )
            .bind(&account.id)
            .bind(&login.provider_id)
            .bind(but)
            .bind(now)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Gives up every identity that was bound at a provider.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn unbind_everybody(&mut self, provider: &ProviderId) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("DELETE FROM identities WHERE provider_id = $1")
                .bind(provider)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Gives up every identity of an account.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn unbind_all(&mut self, account: &AccountId) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("DELETE FROM identities WHERE account_id = $1")
                .bind(account)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }
}
