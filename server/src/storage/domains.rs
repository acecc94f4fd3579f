//! Which companies other regions may ask about, and the e-mail domains that belong to one beyond doubt.

use crate::clock::Moment;

use super::{CompanyId, Db, Result, Tx, on_db, on_tx};

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
                 WHERE d.domain = $1 AND c.state IN ('active', 'suspended')",
            )
            .bind(domain)
            .fetch_optional(c)
            .await?
        });
        Ok(found.is_some())
    }

    /// The domains of a company, by name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn domains(&self, company: &CompanyId) -> Result<Vec<String>> {
        on_db!(self, c => {
            sqlx::query_scalar("SELECT domain FROM domains WHERE company_id = $1 ORDER BY domain")
                .bind(company)
                .fetch_all(c)
                .await
        })
    }
}

impl Tx {
    /// Gives a domain to a company; verified now. Answers whose it is, which is another company's if it was taken.
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
                "INSERT INTO domains (domain, company_id, verified_at) VALUES ($1, $2, $3)
                 ON CONFLICT (domain) DO UPDATE SET verified_at = excluded.verified_at
                     WHERE domains.company_id = excluded.company_id",
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
}
