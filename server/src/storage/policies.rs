//! What a company asks of its people beside their passwords: a part of the company's row.

use std::time::Duration;

use app::wire::{Method, Strict, TwoFactorMode};

use crate::clock::Moment;
use crate::domain::{
    policy::{self, Terms},
    second_factor,
};

use super::{AccountId, CompanyId, Db, Engine, Result, Tx, on_db, on_tx};

/// The policy as it is stored. [`Policy::rules`] is what is decided by.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Policy {
    pub second_factor: SecondFactor,
    /// From when on `Required` holds; before, it is `Optional`.
    pub second_factor_from: Option<Moment>,
    /// Names of ways, separated by spaces.
    pub methods: String,
    /// Days, separated by spaces.
    pub trust_days: String,
    pub strict: StoredStrict,
    pub admin_code_ms: i64,
}

/// Whether a company's people give a second proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(rename_all = "snake_case", type_name = "text")]
pub enum SecondFactor {
    Off,
    /// Each person decides.
    Optional,
    Required,
}

/// For whom the strict rules hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(rename_all = "snake_case", type_name = "text")]
pub enum StoredStrict {
    Nobody,
    Admins,
    Everyone,
}

impl Policy {
    /// A new company's: e-mail codes and apps, nothing else decided.
    #[must_use]
    pub fn new(second_factor: SecondFactor) -> Self {
        Self {
            second_factor,
            second_factor_from: None,
            methods: "email app".to_owned(),
            trust_days: String::new(),
            strict: StoredStrict::Nobody,
            admin_code_ms: 15 * 60 * 1000,
        }
    }

    /// What an administrator decided, as it is stored.
    #[must_use]
    pub fn of(terms: &Terms) -> Self {
        let rules = &terms.rules;
        Self {
            second_factor: match rules.mode {
                TwoFactorMode::Off => SecondFactor::Off,
                TwoFactorMode::Optional => SecondFactor::Optional,
                TwoFactorMode::Required => SecondFactor::Required,
            },
            second_factor_from: rules.from,
            methods: names(&rules.methods),
            trust_days: rules
                .trust_days
                .iter()
                .map(u16::to_string)
                .collect::<Vec<_>>()
                .join(" "),
            strict: match rules.strict {
                Strict::Nobody => StoredStrict::Nobody,
                Strict::Admins => StoredStrict::Admins,
                Strict::Everyone => StoredStrict::Everyone,
            },
            admin_code_ms: i64::try_from(terms.admin_code.as_millis()).unwrap_or(i64::MAX),
        }
    }

    /// The reverse of [`Policy::of`].
    #[must_use]
    pub fn terms(&self) -> Terms {
        Terms {
            rules: self.rules(),
            admin_code: self.admin_code(),
        }
    }

    /// How long an administrator's backup code can be used.
    #[must_use]
    pub fn admin_code(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.admin_code_ms).unwrap_or(0))
    }

    /// The policy as plain values. Ways that this release does not know are not among them.
    #[must_use]
    pub fn rules(&self) -> second_factor::Policy {
        second_factor::Policy {
            mode: match self.second_factor {
                SecondFactor::Off => TwoFactorMode::Off,
                SecondFactor::Optional => TwoFactorMode::Optional,
                SecondFactor::Required => TwoFactorMode::Required,
            },
            from: self.second_factor_from,
            methods: self
                .methods
                .split(' ')
                .filter_map(second_factor::named)
                .collect::<Vec<Method>>(),
            trust_days: self
                .trust_days
                .split(' ')
                .filter_map(|days| days.parse().ok())
                .collect(),
            strict: match self.strict {
                StoredStrict::Nobody => Strict::Nobody,
                StoredStrict::Admins => Strict::Admins,
                StoredStrict::Everyone => Strict::Everyone,
            },
        }
    }
}

/// A group of enabled people, as far as the policy tells them apart.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct WaysCount {
    pub admin: bool,
    /// Names of the ways that they have set up, separated by spaces; none for nothing.
    pub ways: Option<String>,
    pub count: i64,
}

impl WaysCount {
    /// The same as plain values. Ways that this release does not know are not among them.
    #[must_use]
    pub fn alike(&self) -> policy::Alike {
        policy::Alike {
            admin: self.admin,
            ways: self
                .ways
                .iter()
                .flat_map(|ways| ways.split(' '))
                .filter_map(second_factor::named)
                .collect(),
            count: u64::try_from(self.count).unwrap_or(0),
        }
    }
}

/// Somebody who has set up none of the ways that they may use.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PersonWithoutWay {
    pub id: AccountId,
    pub name: String,
    pub username: String,
    pub admin: bool,
    pub last_sign_in_at: Option<Moment>,
}

impl Db {
    /// A company's enabled people, counted by role and by what they have set up.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count_ways(&self, company: &CompanyId) -> Result<Vec<WaysCount>> {
        on_db!(self, c => {
            sqlx::query_as(
                "SELECT p.admin, p.ways, COUNT(*) AS count
                 FROM (SELECT a.admin,
                           (SELECT STRING_AGG(f.kind, ' ' ORDER BY f.kind)
                            FROM (SELECT DISTINCT kind FROM factors WHERE account_id = a.id) f) AS ways
                       FROM accounts a WHERE a.company_id = $1 AND a.state = 'enabled') p
                 GROUP BY p.admin, p.ways",
            )
            .bind(company)
            .fetch_all(c)
            .await
        })
    }

    /// Enabled people by name who have set up none of the ways that the policy allows them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn people_without_way(
        &self,
        company: &CompanyId,
        rules: &second_factor::Policy,
        limit: u32,
    ) -> Result<Vec<PersonWithoutWay>> {
        on_db!(self, c => {
            sqlx::query_as(
                "SELECT a.id, a.name, a.username, a.admin, a.last_sign_in_at FROM accounts a
                 WHERE a.company_id = $1 AND a.state = 'enabled'
                     AND NOT EXISTS (SELECT 1 FROM factors f WHERE f.account_id = a.id
                         AND CASE WHEN a.admin THEN $2 ELSE $3 END LIKE '% ' || f.kind || ' %')
                 ORDER BY a.name, a.id LIMIT $4",
            )
            .bind(company)
            .bind(format!(" {} ", names(&rules.allowed(true))))
            .bind(format!(" {} ", names(&rules.allowed(false))))
            .bind(i64::from(limit))
            .fetch_all(c)
            .await
        })
    }
}

fn names(methods: &[Method]) -> String {
    let names: Vec<&str> = methods
        .iter()
        .map(|way| second_factor::name(*way))
        .collect();
    names.join(" ")
}

impl Tx {
    /// Reads a company's policy and holds its row until the end of the transaction: of two
    /// administrators who save at once, the second one's changes are told from the first one's.
    ///
    /// # Errors
    /// When the company is gone or the database does not answer.
    pub async fn lock_policy(&mut self, company: &CompanyId) -> Result<Policy> {
        macro_rules! policy {
            ($tail:literal) => {
                concat!(
                    "SELECT second_factor, second_factor_from, methods, trust_days, strict, admin_code_ms
                     FROM companies WHERE id = $1",
                    $tail
                )
            };
        }
        match &mut self.engine {
            // `BEGIN IMMEDIATE` holds the only write lock already.
            Engine::Sqlite(tx) => {
                sqlx::query_as(policy!(""))
                    .bind(company)
                    .fetch_one(&mut **tx)
                    .await
            }
            // What else is written meanwhile only refers to the company, and need not wait.
            Engine::Postgres(tx) => {
                sqlx::query_as(policy!(" FOR NO KEY UPDATE"))
                    .bind(company)
                    .fetch_one(&mut **tx)
                    .await
            }
        }
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn set_policy(&mut self, company: &CompanyId, policy: &Policy) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE companies SET second_factor = $2, second_factor_from = $3, methods = $4,
                     trust_days = $5, strict = $6, admin_code_ms = $7 WHERE id = $1",
            )
            .bind(company)
            .bind(policy.second_factor)
            .bind(policy.second_factor_from)
            .bind(&policy.methods)
            .bind(&policy.trust_days)
            .bind(policy.strict)
            .bind(policy.admin_code_ms)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }
}
