//! What happened, to whom, by whom: written in its cause's own transaction.

use crate::clock::Moment;

use super::{AccountId, CompanyId, Db, Result, Tx, on_db, on_tx};

/// A kind of event, by the name under which it is stored, filtered and exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuditKind {
    CompanyCreated,
    AccountCreated,
    AccountInvited,
    AccountUnlocked,
    InvitationAccepted,
    /// A password was right, whatever came after.
    CredentialAccepted,
    WrongPassword,
    /// A password was right and the account is locked or disabled.
    SignInRefused,
    CodeSent,
    WrongCode,
    OldCode,
    AccountLocked,
    SignedIn,
    SignInCancelled,
    SignedOut,
    SignedOutEverywhere,
    PasswordChanged,
    BrowserLinkSent,
    BrowserMadeKnown,
    /// A fresh proof within a session.
    IdentityProved,
    IdentityNotProved,
    /// A right code that had been used before.
    UsedCode,
    /// A right code at another time: the phone's clock is wrong.
    ClockOff,
    BackupCodeUsed,
    AdminCodeUsed,
    /// A link to a new password was mailed.
    PasswordResetAsked,
    /// By a mailed link.
    PasswordReset,
    WayAdded,
    WayRemoved,
    /// A set of backup codes counts from now on.
    BackupCodesMade,
    /// An administrator made a backup code.
    AdminCodeMade,
    /// By an administrator.
    TwoFactorReset,
    /// By an administrator.
    PasswordResetSent,
    /// "Don't ask again".
    TrustGranted,
    TrustUsed,
    TrustEnded,
    /// From another browser.
    SessionEnded,
    PolicyChanged,
    AuditExported,
}

impl AuditKind {
    /// Every kind, for whoever filters.
    pub const ALL: [Self; 39] = [
        Self::CompanyCreated,
        Self::AccountCreated,
        Self::AccountInvited,
        Self::AccountUnlocked,
        Self::InvitationAccepted,
        Self::CredentialAccepted,
        Self::WrongPassword,
        Self::SignInRefused,
        Self::CodeSent,
        Self::WrongCode,
        Self::OldCode,
        Self::AccountLocked,
        Self::SignedIn,
        Self::SignInCancelled,
        Self::SignedOut,
        Self::SignedOutEverywhere,
        Self::PasswordChanged,
        Self::BrowserLinkSent,
        Self::BrowserMadeKnown,
        Self::IdentityProved,
        Self::IdentityNotProved,
        Self::UsedCode,
        Self::ClockOff,
        Self::BackupCodeUsed,
        Self::AdminCodeUsed,
        Self::PasswordResetAsked,
        Self::PasswordReset,
        Self::WayAdded,
        Self::WayRemoved,
        Self::BackupCodesMade,
        Self::AdminCodeMade,
        Self::TwoFactorReset,
        Self::PasswordResetSent,
        Self::TrustGranted,
        Self::TrustUsed,
        Self::TrustEnded,
        Self::SessionEnded,
        Self::PolicyChanged,
        Self::AuditExported,
    ];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CompanyCreated => "company.created",
            Self::AccountCreated => "account.created",
            Self::AccountInvited => "account.invited",
            Self::AccountUnlocked => "account.unlocked",
            Self::InvitationAccepted => "account.accepted",
            Self::CredentialAccepted => "sign_in.password_right",
            Self::WrongPassword => "sign_in.password_wrong",
            Self::SignInRefused => "sign_in.refused",
            Self::CodeSent => "sign_in.code_sent",
            Self::WrongCode => "sign_in.code_wrong",
            Self::OldCode => "sign_in.code_old",
            Self::AccountLocked => "sign_in.locked",
            Self::SignedIn => "sign_in.signed_in",
            Self::SignInCancelled => "sign_in.cancelled",
            Self::SignedOut => "session.signed_out",
            Self::SignedOutEverywhere => "session.signed_out_everywhere",
            Self::PasswordChanged => "password.changed",
            Self::BrowserLinkSent => "browser.link_sent",
            Self::BrowserMadeKnown => "browser.known",
            Self::IdentityProved => "session.proved",
            Self::IdentityNotProved => "session.not_proved",
            Self::UsedCode => "sign_in.code_used_again",
            Self::ClockOff => "sign_in.clock_off",
            Self::BackupCodeUsed => "sign_in.backup_code_used",
            Self::AdminCodeUsed => "sign_in.admin_code_used",
            Self::PasswordResetAsked => "password.reset_asked",
            Self::PasswordReset => "password.reset",
            Self::WayAdded => "two_factor.added",
            Self::WayRemoved => "two_factor.removed",
            Self::BackupCodesMade => "two_factor.codes_made",
            Self::AdminCodeMade => "help.backup_code",
            Self::TwoFactorReset => "help.two_factor_reset",
            Self::PasswordResetSent => "help.password_reset_sent",
            Self::TrustGranted => "browser.trusted",
            Self::TrustUsed => "browser.trust_used",
            Self::TrustEnded => "browser.trust_ended",
            Self::SessionEnded => "session.ended",
            Self::PolicyChanged => "company.two_factor_policy",
            Self::AuditExported => "audit.exported",
        }
    }
}

/// The actor of what the operator did at the command line; no account has this id.
pub const OPERATOR: &str = "operator";

/// A new event.
#[derive(Clone, Debug)]
pub struct NewAuditEvent {
    pub id: String,
    pub at: Moment,
    pub company: Option<CompanyId>,
    /// Whom it is about.
    pub account: Option<AccountId>,
    /// Who did it, when somebody else did.
    pub actor: Option<AccountId>,
    pub kind: AuditKind,
    pub reason: Option<String>,
    pub reference: String,
    pub address: String,
}

/// An event about an account, for its timeline.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AccountEvent {
    pub at: Moment,
    pub kind: String,
    pub actor: Option<String>,
    pub reason: Option<String>,
    pub reference: String,
}

/// A sign-in, a refusal or the end of a session, for the person themselves.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SignInEvent {
    pub at: Moment,
    pub kind: String,
    pub reference: String,
    pub address: String,
}

impl Db {
    /// What happened to an account, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn account_events(
        &self,
        account: &AccountId,
        limit: u32,
    ) -> Result<Vec<AccountEvent>> {
        on_db!(self, c => {
            sqlx::query_as(
                "SELECT e.at, e.kind, a.name AS actor, e.reason, e.reference
                 FROM audit_events e LEFT JOIN accounts a ON a.id = e.actor_id
                 WHERE e.account_id = $1 ORDER BY e.at DESC, e.id DESC LIMIT $2",
            )
            .bind(account)
            .bind(i64::from(limit))
            .fetch_all(c)
            .await
        })
    }

    /// How an account was signed in to, or was not, newest first. Steps on the way are left out.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sign_in_events(
        &self,
        account: &AccountId,
        limit: u32,
    ) -> Result<Vec<SignInEvent>> {
        on_db!(self, c => {
            sqlx::query_as(
                "SELECT at, kind, reference, address FROM audit_events
                 WHERE account_id = $1 AND (kind LIKE 'sign_in.%' OR kind LIKE 'session.%')
                     AND kind NOT IN ('sign_in.password_right', 'sign_in.code_sent', 'sign_in.cancelled', 'session.proved')
                 ORDER BY at DESC, id DESC LIMIT $2",
            )
            .bind(account)
            .bind(i64::from(limit))
            .fetch_all(c)
            .await
        })
    }
}

impl Tx {
    /// # Errors
    /// When the database does not answer.
    pub async fn audit(&mut self, event: &NewAuditEvent) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO audit_events (id, at, company_id, account_id, actor_id, kind, reason, reference, address)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            )
            .bind(&event.id)
            .bind(event.at)
            .bind(&event.company)
            .bind(&event.account)
            .bind(&event.actor)
            .bind(event.kind.name())
            .bind(&event.reason)
            .bind(&event.reference)
            .bind(&event.address)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// How many events of a kind are about an account since then.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn events_since(
        &mut self,
        account: &AccountId,
        kind: AuditKind,
        since: Moment,
    ) -> Result<usize> {
        on_tx!(self, c => {
            let count: i64 = sqlx::query_scalar(
                "SELECT COUNT(*) FROM audit_events WHERE account_id = $1 AND kind = $2 AND at > $3",
            )
            .bind(account)
            .bind(kind.name())
            .bind(since)
            .fetch_one(&mut *c)
            .await?;
            Ok(usize::try_from(count).unwrap_or(0))
        })
    }
}
