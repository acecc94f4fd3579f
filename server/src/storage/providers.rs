//! Companies' outside identity providers, secrets sealed. Whoever changes them holds the company's row. Who is bound to
//! whom there is `identities`' business.

use app::wire;

use crate::clock::Moment;

use super::{CompanyId, Db, ProviderId, Result, Tx, on_db, on_tx};

/// A provider's row.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Provider {
    pub id: ProviderId,
    pub company_id: CompanyId,
    #[sqlx(try_from = "StoredProviderKind")]
    pub kind: wire::ProviderKind,
    /// As people read it, where it is the company's own; see [`Provider::shown_name`].
    pub name: String,
    /// Of the company's own.
    pub issuer: Option<String>,
    /// None: the operator's client.
    pub client_id: Option<String>,
    /// Sealed.
    pub secret: Option<Vec<u8>>,
    /// Separated by spaces; see [`Provider::members`].
    pub members: String,
    #[sqlx(try_from = "StoredSsoSecondFactor")]
    pub second_factor: wire::SsoSecondFactor,
    pub creates: bool,
    pub live: bool,
    /// When a test last went through with what is set now.
    pub tested_at: Option<Moment>,
    /// Rises with every change.
    pub version: i64,
    pub created_at: Moment,
}

impl Provider {
    /// Google's hosted domains or Microsoft's tenant ids that are let in; none: any.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        self.members.split_whitespace()
    }

    /// As people read it.
    #[must_use]
    pub fn shown_name(&self) -> &str {
        shown_provider(self.kind, &self.name)
    }
}

/// A provider as people read it.
pub(super) fn shown_provider(kind: wire::ProviderKind, name: &str) -> &str {
    match kind {
        wire::ProviderKind::Google => "Google",
        wire::ProviderKind::Office365 => "Office 365",
        wire::ProviderKind::Company => name,
    }
}

/// A kind of provider as the database knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(rename_all = "snake_case", type_name = "text")]
pub enum StoredProviderKind {
    Google,
    Office365,
    Company,
}

impl StoredProviderKind {
    /// As the audit log and measurements write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Office365 => "office365",
            Self::Company => "company",
        }
    }
}

impl From<StoredProviderKind> for wire::ProviderKind {
    fn from(kind: StoredProviderKind) -> Self {
        match kind {
            StoredProviderKind::Google => Self::Google,
            StoredProviderKind::Office365 => Self::Office365,
            StoredProviderKind::Company => Self::Company,
        }
    }
}

impl From<wire::ProviderKind> for StoredProviderKind {
    fn from(kind: wire::ProviderKind) -> Self {
        match kind {
            wire::ProviderKind::Google => Self::Google,
            wire::ProviderKind::Office365 => Self::Office365,
            wire::ProviderKind::Company => Self::Company,
        }
    }
}

/// Whether the company's own second proof is asked after a provider, as the database knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(rename_all = "snake_case", type_name = "text")]
pub enum StoredSsoSecondFactor {
    Always,
    UnlessProven,
    Never,
}

impl From<StoredSsoSecondFactor> for wire::SsoSecondFactor {
    fn from(choice: StoredSsoSecondFactor) -> Self {
        match choice {
            StoredSsoSecondFactor::Always => Self::Always,
            StoredSsoSecondFactor::UnlessProven => Self::UnlessProven,
            StoredSsoSecondFactor::Never => Self::Never,
        }
    }
}

impl From<wire::SsoSecondFactor> for StoredSsoSecondFactor {
    fn from(choice: wire::SsoSecondFactor) -> Self {
        match choice {
            wire::SsoSecondFactor::Always => Self::Always,
            wire::SsoSecondFactor::UnlessProven => Self::UnlessProven,
            wire::SsoSecondFactor::Never => Self::Never,
        }
    }
}

macro_rules! providers {
    ($rest:literal) => {
        concat!(
            "SELECT id, company_id, kind, name, issuer, client_id, secret, members, second_factor, creates, live,
                 tested_at, version, created_at FROM providers ",
            $rest
        )
    };
}

const PEOPLE: &str = "SELECT COUNT(*) FROM identities WHERE provider_id = $1";

macro_rules! no_other_way {
    ($what:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM identities i JOIN accounts a ON a.id = i.account_id
             WHERE i.provider_id = $2 AND a.company_id = $1 AND a.state IN ('enabled', 'sso_only')
                 AND a.deleted_at IS NULL
                 AND (a.state = 'sso_only' OR a.password_hash IS NULL OR NOT ($3 OR a.admin))
                 AND NOT EXISTS (SELECT 1 FROM identities o JOIN providers p ON p.id = o.provider_id
                     WHERE o.account_id = a.id AND p.live AND p.id <> $2)",
            $rest
        )
    };
}

impl Db {
    /// A company's providers, as their buttons stand: Google, Office 365, its own.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn providers(&self, company: &CompanyId) -> Result<Vec<Provider>> {
        on_db!(self, c => {
            sqlx::query_as(providers!(
                "WHERE company_id = $1
                 ORDER BY CASE kind WHEN 'google' THEN 0 WHEN 'office365' THEN 1 ELSE 2 END"
            ))
            .bind(company)
            .fetch_all(c)
            .await
        })
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn provider(
        &self,
        company: &CompanyId,
        kind: wire::ProviderKind,
    ) -> Result<Option<Provider>> {
        on_db!(self, c => {
            sqlx::query_as(providers!("WHERE company_id = $1 AND kind = $2"))
                .bind(company)
                .bind(StoredProviderKind::from(kind))
                .fetch_optional(c)
                .await
        })
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn provider_by_id(&self, id: &ProviderId) -> Result<Option<Provider>> {
        on_db!(self, c => {
            sqlx::query_as(providers!("WHERE id = $1")).bind(id).fetch_optional(c).await
        })
    }

    /// How many people are bound to a login at a provider.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn provider_people(&self, provider: &ProviderId) -> Result<u64> {
        on_db!(self, c => {
            let count: i64 = sqlx::query_scalar(PEOPLE).bind(provider).fetch_one(c).await?;
            Ok(count.unsigned_abs())
        })
    }

    /// Who has no other way in than a login at a provider: how many, and the first of them by name. `passwords` says
    /// whether those without the role have one beside single sign-on.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn people_with_no_other_way(
        &self,
        company: &CompanyId,
        provider: &ProviderId,
        passwords: bool,
        named: u32,
    ) -> Result<(u64, Vec<String>)> {
        let count: i64 = on_db!(self, c => {
            sqlx::query_scalar(no_other_way!("COUNT(*)", ""))
                .bind(company)
                .bind(provider)
                .bind(passwords)
                .fetch_one(c)
                .await?
        });
        let names = on_db!(self, c => {
            sqlx::query_scalar(no_other_way!("a.name", " ORDER BY a.name, a.id LIMIT $4"))
                .bind(company)
                .bind(provider)
                .bind(passwords)
                .bind(i64::from(named))
                .fetch_all(c)
                .await?
        });
        Ok((count.unsigned_abs(), names))
    }
}

impl Tx {
    /// As [`Db::providers`], inside the transaction.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn providers(&mut self, company: &CompanyId) -> Result<Vec<Provider>> {
        on_tx!(self, c => {
            sqlx::query_as(providers!(
                "WHERE company_id = $1
                 ORDER BY CASE kind WHEN 'google' THEN 0 WHEN 'office365' THEN 1 ELSE 2 END"
            ))
            .bind(company)
            .fetch_all(&mut *c)
            .await
        })
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn provider(
        &mut self,
        company: &CompanyId,
        kind: wire::ProviderKind,
    ) -> Result<Option<Provider>> {
        on_tx!(self, c => {
            sqlx::query_as(providers!("WHERE company_id = $1 AND kind = $2"))
                .bind(company)
                .bind(StoredProviderKind::from(kind))
                .fetch_optional(&mut *c)
                .await
        })
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn provider_by_id(&mut self, id: &ProviderId) -> Result<Option<Provider>> {
        on_tx!(self, c => {
            sqlx::query_as(providers!("WHERE id = $1")).bind(id).fetch_optional(&mut *c).await
        })
    }

    /// As [`Db::provider_people`], inside the transaction.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn provider_people(&mut self, provider: &ProviderId) -> Result<u64> {
        on_tx!(self, c => {
            let count: i64 = sqlx::query_scalar(PEOPLE).bind(provider).fetch_one(&mut *c).await?;
            Ok(count.unsigned_abs())
        })
    }

    /// How many administrators get in: by a password, where it is asked for beside a second proof one that is set up, or
    /// by a login at a provider that people see, but for one that is about to leave.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn administrators_who_get_in(
        &mut self,
        company: &CompanyId,
        leaving: Option<&ProviderId>,
        with_second_proof: bool,
    ) -> Result<u64> {
        on_tx!(self, c => {
            let count: i64 = sqlx::query_scalar(
                "SELECT COUNT(*) FROM accounts a
                 WHERE a.company_id = $1 AND a.admin AND a.deleted_at IS NULL AND a.locked_at IS NULL
                     AND ((a.state = 'enabled' AND a.password_hash IS NOT NULL
                             AND (NOT $3 OR EXISTS (SELECT 1 FROM factors f WHERE f.account_id = a.id)))
                         OR (a.state IN ('enabled', 'sso_only')
                             AND EXISTS (SELECT 1 FROM identities i JOIN providers p ON p.id = i.provider_id
                                 WHERE i.account_id = a.id AND p.live AND p.id <> $2)))",
            )
            .bind(company)
            .bind(leaving.map_or("", |it| it.0.as_str()))
            .bind(with_second_proof)
            .fetch_one(&mut *c)
            .await?;
            Ok(count.unsigned_abs())
        })
    }

    /// Whether a company's people sign in with passwords.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn set_passwords(&mut self, company: &CompanyId, passwords: bool) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE companies SET passwords = $2 WHERE id = $1")
                .bind(company)
                .bind(passwords)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// # Errors
    /// When the company has one of this kind (a unique violation), or the database does not answer.
    pub async fn add_provider(&mut self, provider: &Provider) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO providers (id, company_id, kind, name, issuer, client_id, secret, members, second_factor,
                     creates, live, tested_at, version, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            )
            .bind(&provider.id)
            .bind(&provider.company_id)
            .bind(StoredProviderKind::from(provider.kind))
            .bind(&provider.name)
            .bind(&provider.issuer)
            .bind(&provider.client_id)
            .bind(&provider.secret)
            .bind(&provider.members)
            .bind(StoredSsoSecondFactor::from(provider.second_factor))
            .bind(provider.creates)
            .bind(provider.live)
            .bind(provider.tested_at)
            .bind(provider.version)
            .bind(provider.created_at)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Stores everything about a provider but whose and of which kind it is, with a version that is one higher.
    /// Answers false, and changes nothing, if it has another version than this one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn change_provider(&mut self, provider: &Provider) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query(
                "UPDATE providers SET name = $3, issuer = $4, client_id = $5, secret = $6, members = $7,
                     second_factor = $8, creates = $9, live = $10, tested_at = $11, version = version + 1
                 WHERE id = $1 AND version = $2",
            )
            .bind(&provider.id)
            .bind(provider.version)
            .bind(&provider.name)
            .bind(&provider.issuer)
            .bind(&provider.client_id)
            .bind(&provider.secret)
            .bind(&provider.members)
            .bind(StoredSsoSecondFactor::from(provider.second_factor))
            .bind(provider.creates)
            .bind(provider.live)
            .bind(provider.tested_at)
            .execute(&mut *c)
            .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Notes that a test went through with what was set in this version. Answers false when it was changed since.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn note_tested(
        &mut self,
        provider: &ProviderId,
        version: i64,
        now: Moment,
    ) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query("UPDATE providers SET tested_at = $3 WHERE id = $1 AND version = $2")
                .bind(provider)
                .bind(version)
                .bind(now)
                .execute(&mut *c)
                .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Removes a provider with everybody's bindings to it and all that is under way there. Answers whether it was there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn remove_provider(&mut self, provider: &ProviderId) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query("DELETE FROM providers WHERE id = $1")
                .bind(provider)
                .execute(&mut *c)
                .await?;
            Ok(done.rows_affected() == 1)
        })
    }
}
