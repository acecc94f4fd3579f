//! Which companies other regions may ask about, and the e-mail domains that belong to one beyond doubt, or would.

use crate::clock::Moment;

use super::{CompanyId, Db, Result, Tx, on_db, on_tx};

/// A domain that belongs to a company, or did.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct HeldDomain {
    pub domain: String,
    pub company_id: CompanyId,
    pub verified_at: Moment,
    /// By the operator: no record is asked for.
    pub vouched: bool,
    pub checked_at: Option<Moment>,
    /// Since when its record is gone: it matches nobody, and whoever proves it next has it.
    pub lost_at: Option<Moment>,
}

/// What a company must put into a record to prove that a domain is its own. Stays once it has.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DomainClaim {
    pub company_id: CompanyId,
    pub domain: String,
    pub token: String,
    pub created_at: Moment,
}

/// A domain whose record is to be looked at again.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DueDomain {
    pub domain: String,
    pub company_id: CompanyId,
    pub token: String,
    pub lost_at: Option<Moment>,
}

macro_rules! held {
    ($rest:literal) => {
        concat!(
            "SELECT domain, company_id, verified_at, vouched, checked_at, lost_at FROM domains ",
            $rest
        )
    };
}

impl Db {
    /// Whether somebody could sign in to a company by this alias or instance alias.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_company(&self, alias: &str) -> Result<bool> {
        let found: Option<i64> = on_db!(self, c => {
            sqlx::query_scalar(
                "SELECT CAST(1 AS BIGINT) FROM companies
                 WHERE (alias = $1 OR instance_alias = $1) AND state IN ('active', 'suspended') LIMIT 1",
            )
            .bind(alias)
            .fetch_optional(c)
            .await?
        });
        Ok(found.is_some())
    }

    /// Whether an e-mail domain belongs to a company here.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_domain(&self, domain: &str) -> Result<bool> {
        let found: Option<i64> = on_db!(self, c => {
            sqlx::query_scalar(
                "SELECT CAST(1 AS BIGINT) FROM domains d JOIN companies c ON c.id = d.company_id
                 WHERE d.domain = $1 AND d.lost_at IS NULL AND c.state IN ('active', 'suspended')",
            )
            .bind(domain)
            .fetch_optional(c)
            .await?
        });
        Ok(found.is_some())
    }

    /// The domains of a company, by name; lost ones too.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn domains(&self, company: &CompanyId) -> Result<Vec<HeldDomain>> {
        on_db!(self, c => {
            sqlx::query_as(held!("WHERE company_id = $1 ORDER BY domain"))
                .bind(company)
                .fetch_all(c)
                .await
        })
    }

    /// Whose a domain is now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn company_of_domain(&self, domain: &str) -> Result<Option<CompanyId>> {
        on_db!(self, c => {
            sqlx::query_scalar("SELECT company_id FROM domains WHERE domain = $1 AND lost_at IS NULL")
                .bind(domain)
                .fetch_optional(c)
                .await
        })
    }

    /// What a company claims, by name; what it has proven too.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn domain_claims(&self, company: &CompanyId) -> Result<Vec<DomainClaim>> {
        on_db!(self, c => {
            sqlx::query_as(
                "SELECT company_id, domain, token, created_at FROM domain_claims WHERE company_id = $1 ORDER BY domain",
            )
            .bind(company)
            .fetch_all(c)
            .await
        })
    }

    /// Domains that were proven by a record which nobody has asked for since a moment.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn due_domains(&self, since: Moment) -> Result<Vec<DueDomain>> {
        on_db!(self, c => {
            sqlx::query_as(
                "SELECT d.domain, d.company_id, k.token, d.lost_at
                 FROM domains d JOIN domain_claims k ON k.company_id = d.company_id AND k.domain = d.domain
                 WHERE NOT d.vouched AND (d.checked_at IS NULL OR d.checked_at <= $1) ORDER BY d.domain",
            )
            .bind(since)
            .fetch_all(c)
            .await
        })
    }
}

impl Tx {
    /// A domain that belongs to somebody, or did.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn held_domain(&mut self, domain: &str) -> Result<Option<HeldDomain>> {
        on_tx!(self, c => {
            sqlx::query_as(held!("WHERE domain = $1"))
                .bind(domain)
                .fetch_optional(&mut *c)
                .await
        })
    }

    /// Gives a domain to a company because the operator says so. Answers whose it is, which is another company's if that
    /// has it and has not lost it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn add_domain(
        &mut self,
        domain: &str,
        company: &CompanyId,
        now: Moment,
    ) -> Result<CompanyId> {
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO domains (domain, company_id, verified_at, vouched) VALUES ($1, $2, $3, TRUE)
                 ON CONFLICT (domain) DO UPDATE SET company_id = excluded.company_id,
                     verified_at = excluded.verified_at, vouched = TRUE, lost_at = NULL
                     WHERE domains.company_id = excluded.company_id OR domains.lost_at IS NOT NULL",
            )
            .bind(domain)
            .bind(company)
            .bind(now)
            .execute(&mut *c)
            .await?;
            sqlx::query_scalar("SELECT company_id FROM domains WHERE domain = $1")
                .bind(domain)
                .fetch_one(&mut *c)
                .await
        })
    }

    /// Gives a domain to a company whose record was found now. One that the operator vouched for stays so. Answers whose
    /// it is, as [`Tx::add_domain`].
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn prove_domain(
        &mut self,
        domain: &str,
        company: &CompanyId,
        now: Moment,
    ) -> Result<CompanyId> {
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO domains (domain, company_id, verified_at, vouched, checked_at)
                     VALUES ($1, $2, $3, FALSE, $3)
                 ON CONFLICT (domain) DO UPDATE SET company_id = excluded.company_id,
                     verified_at = CASE WHEN domains.lost_at IS NULL THEN domains.verified_at
                         ELSE excluded.verified_at END,
                     checked_at = excluded.checked_at, lost_at = NULL
                     WHERE domains.company_id = excluded.company_id OR domains.lost_at IS NOT NULL",
            )
            .bind(domain)
            .bind(company)
            .bind(now)
            .execute(&mut *c)
            .await?;
            sqlx::query_scalar("SELECT company_id FROM domains WHERE domain = $1")
                .bind(domain)
                .fetch_one(&mut *c)
                .await
        })
    }

    /// Notes that a domain's record was asked for and is not there: it matches nobody from now on. Answers whether that
    /// is new.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn lose_domain(
        &mut self,
        domain: &str,
        company: &CompanyId,
        now: Moment,
    ) -> Result<bool> {
        on_tx!(self, c => {
            let lost = sqlx::query(
                "UPDATE domains SET lost_at = $3, checked_at = $3
                 WHERE domain = $1 AND company_id = $2 AND NOT vouched AND lost_at IS NULL",
            )
            .bind(domain)
            .bind(company)
            .bind(now)
            .execute(&mut *c)
            .await?;
            sqlx::query(
                "UPDATE domains SET checked_at = $3 WHERE domain = $1 AND company_id = $2 AND NOT vouched",
            )
            .bind(domain)
            .bind(company)
            .bind(now)
            .execute(&mut *c)
            .await?;
            Ok(lost.rows_affected() == 1)
        })
    }

    /// Takes a domain from a company. Answers whether it had it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn remove_domain(&mut self, domain: &str, company: &CompanyId) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query("DELETE FROM domains WHERE domain = $1 AND company_id = $2")
                .bind(domain)
                .bind(company)
                .execute(&mut *c)
                .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// What a company claims of a domain.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn domain_claim(
        &mut self,
        domain: &str,
        company: &CompanyId,
    ) -> Result<Option<DomainClaim>> {
        on_tx!(self, c => {
            sqlx::query_as(
                "SELECT company_id, domain, token, created_at FROM domain_claims
                 WHERE company_id = $1 AND domain = $2",
            )
            .bind(company)
            .bind(domain)
            .fetch_optional(&mut *c)
            .await
        })
    }

    /// How many domains a company claims.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count_domain_claims(&mut self, company: &CompanyId) -> Result<u64> {
        on_tx!(self, c => {
            let count: i64 =
                sqlx::query_scalar("SELECT COUNT(*) FROM domain_claims WHERE company_id = $1")
                    .bind(company)
                    .fetch_one(&mut *c)
                    .await?;
            Ok(count.unsigned_abs())
        })
    }

    /// Writes down what a company claims. Claims of the same domain by others do not matter yet.
    ///
    /// # Errors
    /// When the company claims it already (a unique violation), or the database does not answer.
    pub async fn add_domain_claim(&mut self, claim: &DomainClaim) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO domain_claims (company_id, domain, token, created_at) VALUES ($1, $2, $3, $4)",
            )
            .bind(&claim.company_id)
            .bind(&claim.domain)
            .bind(&claim.token)
            .bind(claim.created_at)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Answers whether there was a claim.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn remove_domain_claim(&mut self, domain: &str, company: &CompanyId) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query("DELETE FROM domain_claims WHERE domain = $1 AND company_id = $2")
                .bind(domain)
                .bind(company)
                .execute(&mut *c)
                .await?;
            Ok(done.rows_affected() == 1)
        })
    }
}
