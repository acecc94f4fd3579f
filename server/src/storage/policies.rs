//! What a company asks of its people beside their passwords: a part of the company's row.

use std::time::Duration;

use app::wire::{Method, Strict, TwoFactorMode};

use crate::clock::Moment;
use crate::domain::second_factor;

use super::{CompanyId, Result, Tx, on_tx};

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

impl From<&second_factor::Policy> for Policy {
    fn from(rules: &second_factor::Policy) -> Self {
        let words = |words: Vec<String>| words.join(" ");
        Self {
            second_factor: match rules.mode {
                TwoFactorMode::Off => SecondFactor::Off,
                TwoFactorMode::Optional => SecondFactor::Optional,
                TwoFactorMode::Required => SecondFactor::Required,
            },
            second_factor_from: rules.from,
            methods: words(
                rules
                    .methods
                    .iter()
                    .map(|method| second_factor::name(*method).to_owned())
                    .collect(),
            ),
            trust_days: words(rules.trust_days.iter().map(u16::to_string).collect()),
            strict: match rules.strict {
                Strict::Nobody => StoredStrict::Nobody,
                Strict::Admins => StoredStrict::Admins,
                Strict::Everyone => StoredStrict::Everyone,
            },
            ..Self::new(SecondFactor::Required)
        }
    }
}

impl Tx {
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
