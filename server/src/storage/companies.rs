//! Companies: what everybody may see of them and what they decide for their people.

use std::time::Duration;

use crate::clock::Moment;

use super::{CompanyId, Db, LegalKind, NewLegalText, Policy, Result, Tx, on_db, on_tx};

/// A company's row.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Company {
    pub id: CompanyId,
    pub alias: String,
    pub instance_alias: Option<String>,
    pub name: String,
    pub name_skeleton: String,
    pub language: String,
    /// IANA name.
    pub time_zone: String,
    /// `#rrggbb`
    pub brand: Option<String>,
    /// `#rrggbb`
    pub accent: Option<String>,
    pub notice: Option<String>,
    pub help_name: Option<String>,
    pub help_phone: Option<String>,
    pub help_email: Option<String>,
    /// Markdown, or an https address.
    pub terms: Option<String>,
    /// Markdown, or an https address.
    pub privacy: Option<String>,
    pub passwords: bool,
    #[sqlx(flatten)]
    pub policy: Policy,
    pub session_total_ms: i64,
    pub session_idle_ms: i64,
    #[sqlx(flatten)]
    pub settings: CompanySettings,
    pub created_at: Moment,
    /// Of the logo, when there is one.
    #[sqlx(default)]
    pub logo_digest: Option<String>,
}

/// What a company decides beside its look and its second proofs, and what it is to this server.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CompanySettings {
    pub state: CompanyState,
    /// When a company that nobody has entered yet is removed.
    pub ends_at: Option<Moment>,
    /// What people read while it is suspended.
    pub suspended_notice: Option<String>,
    /// Rises with every change of settings.
    pub version: i64,
    pub invitation_ms: i64,
    pub welcome: Welcome,
    /// Characters of a password at least, if more than the rules ask for.
    pub password_minimum: Option<i64>,
    /// The languages that the sign-in page offers, separated by spaces; none: all.
    pub languages: String,
    /// The name that its mails come from.
    pub mail_sender: Option<String>,
    /// JSON: `[{"name", "url"}]`.
    pub desk_links: String,
    /// What administrators ticked off on the way in, separated by spaces.
    pub ready: String,
    /// The address of its Amazon Connect.
    pub ccp_url: Option<String>,
}

/// As the columns' own defaults.
impl Default for CompanySettings {
    fn default() -> Self {
        Self {
            state: CompanyState::Active,
            ends_at: None,
            suspended_notice: None,
            version: 1,
            invitation_ms: 24 * 60 * 60 * 1000,
            welcome: Welcome::Link,
            password_minimum: None,
            languages: String::new(),
            mail_sender: None,
            desk_links: "[]".to_owned(),
            ready: String::new(),
            ccp_url: None,
        }
    }
}

/// What a company is to this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(rename_all = "snake_case", type_name = "text")]
pub enum CompanyState {
    /// Waits for the operator's yes.
    Asked,
    /// Waits for its first administrator.
    Inert,
    Active,
    Suspended,
}

/// How new people get their first password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(rename_all = "snake_case", type_name = "text")]
pub enum Welcome {
    /// By a link to choosing one.
    Link,
    /// One that this server makes up; it must be changed at its first use.
    TemporaryPassword,
}

impl Company {
    #[must_use]
    pub fn session_total(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.session_total_ms).unwrap_or(0))
    }

    #[must_use]
    pub fn session_idle(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.session_idle_ms).unwrap_or(0))
    }

    /// How long a link to a first password lives.
    #[must_use]
    pub fn invitation_life(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.settings.invitation_ms).unwrap_or(0))
    }

    #[must_use]
    pub fn zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(&self.time_zone).unwrap_or(jiff::tz::TimeZone::UTC)
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT c.*, l.digest AS logo_digest FROM companies c LEFT JOIN logos l ON l.company_id = c.id ",
            $rest
        )
    };
}

impl Db {
    /// # Errors
    /// When the database does not answer.
    pub async fn company_by_alias(&self, alias: &str) -> Result<Option<Company>> {
        on_db!(self, c => {
            sqlx::query_as(select!("WHERE c.alias = $1")).bind(alias).fetch_optional(c).await
        })
    }

    /// Finds by alias, instance alias or skeleton of the name, in this order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn find_company(&self, alias: &str, name_skeleton: &str) -> Result<Option<Company>> {
        on_db!(self, c => {
            sqlx::query_as(select!(
                "WHERE c.alias = $1 OR c.instance_alias = $1 OR c.name_skeleton = $2
                 ORDER BY CASE WHEN c.alias = $1 THEN 0 WHEN c.instance_alias = $1 THEN 1 ELSE 2 END LIMIT 1"
            ))
            .bind(alias)
            .bind(name_skeleton)
            .fetch_optional(c)
            .await
        })
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn company(&self, id: &CompanyId) -> Result<Option<Company>> {
        on_db!(self, c => {
            sqlx::query_as(select!("WHERE c.id = $1")).bind(id).fetch_optional(c).await
        })
    }

    /// Every company, by alias.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn companies(&self) -> Result<Vec<Company>> {
        on_db!(self, c => {
            sqlx::query_as(select!("ORDER BY c.alias")).fetch_all(c).await
        })
    }

    /// A company's logo as PNG.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn logo(&self, alias: &str) -> Result<Option<Vec<u8>>> {
        on_db!(self, c => {
            sqlx::query_scalar(
                "SELECT l.png FROM logos l JOIN companies c ON c.id = l.company_id WHERE c.alias = $1",
            )
            .bind(alias)
            .fetch_optional(c)
            .await
        })
    }
}

impl Tx {
    /// As [`Db::company`], inside the transaction: its policy as it is now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn company(&mut self, id: &CompanyId) -> Result<Option<Company>> {
        on_tx!(self, c => {
            sqlx::query_as(select!("WHERE c.id = $1")).bind(id).fetch_optional(&mut *c).await
        })
    }

    /// # Errors
    /// When alias, instance alias or name are taken (a unique violation), or the database does not answer.
    pub async fn add_company(&mut self, company: &Company) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO companies (id, alias, instance_alias, name, name_skeleton, language, time_zone,
                     brand, accent, notice, help_name, help_phone, help_email, terms, privacy, passwords,
                     session_total_ms, session_idle_ms, created_at, second_factor, second_factor_from,
                     methods, trust_days, strict, admin_code_ms, state, ends_at, suspended_notice, invitation_ms,
                     welcome, password_minimum, languages, mail_sender, desk_links, ready, ccp_url)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                     $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36)",
            )
            .bind(&company.id)
            .bind(&company.alias)
            .bind(&company.instance_alias)
            .bind(&company.name)
            .bind(&company.name_skeleton)
            .bind(&company.language)
            .bind(&company.time_zone)
            .bind(&company.brand)
            .bind(&company.accent)
            .bind(&company.notice)
            .bind(&company.help_name)
            .bind(&company.help_phone)
            .bind(&company.help_email)
            .bind(&company.terms)
            .bind(&company.privacy)
            .bind(company.passwords)
            .bind(company.session_total_ms)
            .bind(company.session_idle_ms)
            .bind(company.created_at)
            .bind(company.policy.second_factor)
            .bind(company.policy.second_factor_from)
            .bind(&company.policy.methods)
            .bind(&company.policy.trust_days)
            .bind(company.policy.strict)
            .bind(company.policy.admin_code_ms)
            .bind(company.settings.state)
            .bind(company.settings.ends_at)
            .bind(&company.settings.suspended_notice)
            .bind(company.settings.invitation_ms)
            .bind(company.settings.welcome)
            .bind(company.settings.password_minimum)
            .bind(&company.settings.languages)
            .bind(&company.settings.mail_sender)
            .bind(&company.settings.desk_links)
            .bind(&company.settings.ready)
            .bind(&company.settings.ccp_url)
            .execute(&mut *c)
            .await?;
        });
        if matches!(
            company.settings.state,
            CompanyState::Active | CompanyState::Suspended
        ) {
            self.keep_alias(&company.alias).await?;
        }
        for (kind, text) in [
            (LegalKind::Terms, &company.terms),
            (LegalKind::Privacy, &company.privacy),
        ] {
            if let Some(text) = text {
                let first = NewLegalText {
                    kind,
                    version: 1,
                    text,
                    created_at: company.created_at,
                    created_by: None,
                };
                self.add_legal_text(&company.id, &first).await?;
            }
        }
        Ok(())
    }

    /// Sets or replaces a logo.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn set_logo(&mut self, company: &CompanyId, png: &[u8], digest: &str) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO logos (company_id, png, digest) VALUES ($1, $2, $3)
                 ON CONFLICT (company_id) DO UPDATE SET png = excluded.png, digest = excluded.digest",
            )
            .bind(company)
            .bind(png)
            .bind(digest)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }
}
