//! What a company's administrators decide about its name, look, texts and sessions: parts of its row, and every
//! version of its texts. What the operator decides about it is here too. Who may is decided elsewhere.

use std::time::Duration;

use super::{AccountId, Company, CompanyId, CompanyState, Db, Engine, Result, Tx, on_db, on_tx};
use crate::clock::Moment;

/// One of the texts that a company's people agree to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(rename_all = "snake_case", type_name = "text")]
pub enum LegalKind {
    Terms,
    Privacy,
}

/// A text as it was at some time, without the text.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ListedLegalText {
    /// Counts from 1.
    pub version: i64,
    pub created_at: Moment,
    /// Name of whoever wrote it; none for the operator, or for somebody who is gone.
    pub author: Option<String>,
    /// Whether it took the text away.
    pub removed: bool,
}

/// A text that takes the place of the one before.
#[derive(Clone, Debug)]
pub struct NewLegalText<'a> {
    pub kind: LegalKind,
    /// Counts from 1.
    pub version: i64,
    /// Markdown, an https address, or empty when it is taken away.
    pub text: &'a str,
    pub created_at: Moment,
    /// None: the operator.
    pub created_by: Option<&'a AccountId>,
}

/// Versions that are listed at most, newest first.
const LISTED: i64 = 200;

impl Db {
    /// The versions of a text, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn legal_texts(
        &self,
        company: &CompanyId,
        kind: LegalKind,
    ) -> Result<Vec<ListedLegalText>> {
        on_db!(self, c => {
            sqlx::query_as(
                "SELECT l.version, l.created_at, a.name AS author, l.text = '' AS removed
                 FROM legal_versions l
                 LEFT JOIN accounts a ON a.id = l.created_by AND a.company_id = l.company_id
                 WHERE l.company_id = $1 AND l.kind = $2 ORDER BY l.version DESC LIMIT $3",
            )
            .bind(company)
            .bind(kind)
            .bind(LISTED)
            .fetch_all(c)
            .await
        })
    }

    /// A text as it was at some time: Markdown, an https address, or empty when it was taken away.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn legal_text(
        &self,
        company: &CompanyId,
        kind: LegalKind,
        version: i64,
    ) -> Result<Option<String>> {
        on_db!(self, c => {
            sqlx::query_scalar(
                "SELECT text FROM legal_versions WHERE company_id = $1 AND kind = $2 AND version = $3",
            )
            .bind(company)
            .bind(kind)
            .bind(version)
            .fetch_optional(c)
            .await
        })
    }
}

impl Tx {
    /// Reads a company and holds its row until the end of the transaction: of two administrators who save at once,
    /// the second one's changes are told from the first one's.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn hold_company(&mut self, id: &CompanyId) -> Result<Option<Company>> {
        // `BEGIN IMMEDIATE` holds SQLite's only write lock already.
        if let Engine::Postgres(tx) = &mut self.engine {
            // What else is written meanwhile only refers to the company, and need not wait.
            sqlx::query("SELECT 1 FROM companies WHERE id = $1 FOR NO KEY UPDATE")
                .bind(id)
                .execute(&mut **tx)
                .await?;
        }
        self.company(id).await
    }

    /// Whether another company has a name that looks the same.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_name_taken(&mut self, company: &CompanyId, skeleton: &str) -> Result<bool> {
        on_tx!(self, c => {
            let found: Option<i64> = sqlx::query_scalar(
                "SELECT CAST(1 AS BIGINT) FROM companies WHERE name_skeleton = $2 AND id <> $1",
            )
            .bind(company)
            .bind(skeleton)
            .fetch_optional(&mut *c)
            .await?;
            Ok(found.is_some())
        })
    }

    /// Stores everything of a held company that its administrators decide beside its second proofs and invitations.
    ///
    /// # Errors
    /// When the name is taken (a unique violation), or the database does not answer.
    pub async fn update_company(&mut self, company: &Company) -> Result<()> {
        let settings = &company.settings;
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE companies SET name = $2, name_skeleton = $3, language = $4, time_zone = $5, brand = $6,
                     accent = $7, notice = $8, help_name = $9, help_phone = $10, help_email = $11, terms = $12,
                     privacy = $13, session_total_ms = $14, session_idle_ms = $15, password_minimum = $16,
                     languages = $17, mail_sender = $18, desk_links = $19
                 WHERE id = $1",
            )
            .bind(&company.id)
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
            .bind(company.session_total_ms)
            .bind(company.session_idle_ms)
            .bind(settings.password_minimum)
            .bind(&settings.languages)
            .bind(&settings.mail_sender)
            .bind(&settings.desk_links)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn remove_logo(&mut self, company: &CompanyId) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("DELETE FROM logos WHERE company_id = $1")
                .bind(company)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// The number of the newest version of a text; 0 before there is one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn legal_version(&mut self, company: &CompanyId, kind: LegalKind) -> Result<i64> {
        on_tx!(self, c => {
            sqlx::query_scalar(
                "SELECT COALESCE(MAX(version), 0) FROM legal_versions WHERE company_id = $1 AND kind = $2",
            )
            .bind(company)
            .bind(kind)
            .fetch_one(&mut *c)
            .await
        })
    }

    /// # Errors
    /// When there is such a version already, or the database does not answer.
    pub async fn add_legal_text(
        &mut self,
        company: &CompanyId,
        text: &NewLegalText<'_>,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO legal_versions (company_id, kind, version, text, created_at, created_by)
                 VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(company)
            .bind(text.kind)
            .bind(text.version)
            .bind(text.text)
            .bind(text.created_at)
            .bind(text.created_by)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Shortens the idle time of a company's running sessions. What is shorter stays as it is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn shorten_idle(&mut self, company: &CompanyId, idle: Duration) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE sessions SET idle_ms = $2 WHERE ended_at IS NULL AND idle_ms > $2
                     AND account_id IN (SELECT id FROM accounts WHERE company_id = $1)",
            )
            .bind(company)
            .bind(i64::try_from(idle.as_millis()).unwrap_or(i64::MAX))
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn set_company_state(
        &mut self,
        company: &CompanyId,
        state: CompanyState,
        notice: Option<&str>,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE companies SET state = $2, suspended_notice = $3 WHERE id = $1")
                .bind(company)
                .bind(state)
                .bind(notice)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Ends what a company's people have under way: sessions, sign-ins, and mails that have not left.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn stop_company(&mut self, company: &CompanyId, now: Moment) -> Result<()> {
        for sql in [
            "UPDATE sessions SET ended_at = $2 WHERE ended_at IS NULL
                 AND account_id IN (SELECT id FROM accounts WHERE company_id = $1)",
            "UPDATE attempts SET finished_at = $2 WHERE finished_at IS NULL
                 AND account_id IN (SELECT id FROM accounts WHERE company_id = $1)",
            "UPDATE outbox SET sealed = NULL, failed_at = $2, error = 'the company is closed' WHERE sealed IS NOT NULL
                 AND account_id IN (SELECT id FROM accounts WHERE company_id = $1)",
        ] {
            on_tx!(self, c => {
                sqlx::query(sql).bind(company).bind(now).execute(&mut *c).await?;
            });
        }
        Ok(())
    }

    /// When an account was last sent a mail of a kind.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn last_mail(&mut self, account: &AccountId, kind: &str) -> Result<Option<Moment>> {
        on_tx!(self, c => {
            sqlx::query_scalar(
                "SELECT created_at FROM outbox WHERE account_id = $1 AND kind = $2 ORDER BY created_at DESC LIMIT 1",
            )
            .bind(account)
            .bind(kind)
            .fetch_optional(&mut *c)
            .await
        })
    }
}
