//! What happened, to whom, by whom: written in its cause's own transaction.

use crate::clock::Moment;

use super::deferred::Value;
use super::{AccountId, CompanyId, Db, Result, Tx, like, on_db, on_tx};

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
    AccountChanged,
    AccountDisabled,
    AccountEnabled,
    AccountDeleted,
    AccountRestored,
    AccountPseudonymised,
    EmailConfirmed,
    InvitationCancelled,
    InvitationBounced,
    LinkAsked,
    SessionsEnded,
    AccountsLinked,
    AccountsUnlinked,
    CompanyEntered,
    CompanySettings,
    CompanySuspended,
    CompanyResumed,
    PresenceListAdded,
    PresenceListChanged,
    PresenceListRemoved,
    PresenceListAssigned,
    /// An outside login was bound to the account.
    IdentityBound,
    /// An outside login was bound by its verified address, once.
    IdentityMatched,
    IdentityUnbound,
    /// The provider said who it is, whatever came after.
    SsoAccepted,
    /// Nobody knows whose it was.
    SsoFailed,
    /// An administrator used a password where people sign in outside only.
    BreakGlass,
    ProviderChanged,
    /// Claimed, proven or removed.
    DomainChanged,
    DomainLost,
    /// A browser speaks for the account's Connect user from now on.
    PhoneBound,
    /// A bound browser did.
    PhoneUsed,
    /// By the person.
    PhoneUnbound,
    /// Somebody proved an account to which the Connect user does not belong.
    PhoneMismatch,
    /// A code that says whose a Connect user is.
    PhoneCodeSent,
    PhoneCodeRight,
    PhoneCodeWrong,
    /// A Connect user without an account asks for one.
    PhoneJoinAsked,
    /// An administrator gave a Connect user no account.
    JoinRefused,
}

impl AuditKind {
    /// Every kind, for whoever filters.
    pub const ALL: [Self; 78] = [
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
        Self::AccountChanged,
        Self::AccountDisabled,
        Self::AccountEnabled,
        Self::AccountDeleted,
        Self::AccountRestored,
        Self::AccountPseudonymised,
        Self::EmailConfirmed,
        Self::InvitationCancelled,
        Self::InvitationBounced,
        Self::LinkAsked,
        Self::SessionsEnded,
        Self::AccountsLinked,
        Self::AccountsUnlinked,
        Self::CompanyEntered,
        Self::CompanySettings,
        Self::CompanySuspended,
        Self::CompanyResumed,
        Self::PresenceListAdded,
        Self::PresenceListChanged,
        Self::PresenceListRemoved,
        Self::PresenceListAssigned,
        Self::IdentityBound,
        Self::IdentityMatched,
        Self::IdentityUnbound,
        Self::SsoAccepted,
        Self::SsoFailed,
        Self::BreakGlass,
        Self::ProviderChanged,
        Self::DomainChanged,
        Self::DomainLost,
        Self::PhoneBound,
        Self::PhoneUsed,
        Self::PhoneUnbound,
        Self::PhoneMismatch,
        Self::PhoneCodeSent,
        Self::PhoneCodeRight,
        Self::PhoneCodeWrong,
        Self::PhoneJoinAsked,
        Self::JoinRefused,
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
            Self::AccountChanged => "account.changed",
            Self::AccountDisabled => "account.disabled",
            Self::AccountEnabled => "account.enabled",
            Self::AccountDeleted => "account.deleted",
            Self::AccountRestored => "account.restored",
            Self::AccountPseudonymised => "account.pseudonymised",
            Self::EmailConfirmed => "account.email_confirmed",
            Self::InvitationCancelled => "account.invitation_cancelled",
            Self::InvitationBounced => "account.invitation_bounced",
            Self::LinkAsked => "account.link_asked",
            Self::SessionsEnded => "help.sessions_ended",
            Self::AccountsLinked => "account.linked",
            Self::AccountsUnlinked => "account.unlinked",
            Self::CompanyEntered => "company.entered",
            Self::CompanySettings => "company.settings",
            Self::CompanySuspended => "company.suspended",
            Self::CompanyResumed => "company.resumed",
            Self::PresenceListAdded => "presence_list.added",
            Self::PresenceListChanged => "presence_list.changed",
            Self::PresenceListRemoved => "presence_list.removed",
            Self::PresenceListAssigned => "presence_list.assigned",
            Self::IdentityBound => "sso.bound",
            Self::IdentityMatched => "sso.matched",
            Self::IdentityUnbound => "sso.unbound",
            Self::SsoAccepted => "sso.accepted",
            Self::SsoFailed => "sso.failed",
            Self::BreakGlass => "sign_in.break_glass",
            Self::ProviderChanged => "sso.provider",
            Self::DomainChanged => "sso.domain",
            Self::DomainLost => "sso.domain_lost",
            Self::PhoneBound => "phone.bound",
            Self::PhoneUsed => "phone.used",
            Self::PhoneUnbound => "phone.unbound",
            Self::PhoneMismatch => "phone.mismatch",
            Self::PhoneCodeSent => "phone.code_sent",
            Self::PhoneCodeRight => "phone.code_right",
            Self::PhoneCodeWrong => "phone.code_wrong",
            Self::PhoneJoinAsked => "phone.join_asked",
            Self::JoinRefused => "phone.join_refused",
        }
    }

    /// What it belongs to: the part of the name before the dot.
    #[must_use]
    pub fn group(self) -> &'static str {
        let name = self.name();
        name.split_once('.').map_or(name, |(group, _)| group)
    }
}

/// Some of the kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinds {
    All,
    /// As [`AuditKind::group`] names it.
    Group(&'static str),
    One(AuditKind),
}

impl Kinds {
    /// The kind or group of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let mut all = AuditKind::ALL.into_iter();
        if let Some(kind) = all.clone().find(|kind| kind.name() == name) {
            return Some(Self::One(kind));
        }
        all.find(|kind| kind.group() == name)
            .map(|kind| Self::Group(kind.group()))
    }

    fn each(self) -> impl Iterator<Item = AuditKind> {
        AuditKind::ALL.into_iter().filter(move |kind| match self {
            Self::All => true,
            Self::Group(group) => kind.group() == group,
            Self::One(one) => *kind == one,
        })
    }

    /// For LIKE.
    fn pattern(self) -> String {
        match self {
            Self::All => "%".to_owned(),
            Self::Group(group) => format!("{}.%", group.replace('_', "\\_")),
            Self::One(kind) => kind.name().replace('_', "\\_"),
        }
    }
}

/// A place in the log: everything that is listed happened before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub at: Moment,
    /// Of events of the same moment, those with lesser identifiers are before it.
    pub id: String,
}

/// Which events of a company to list.
#[derive(Clone, Debug)]
pub struct AuditFilter {
    /// Folded; part of the name, username or e-mail address of whom it is about or who did it.
    pub person: Option<String>,
    pub kinds: Kinds,
    pub from: Moment,
    pub before: Place,
}

/// An event as the log shows it, with the names of today.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ListedEvent {
    pub id: String,
    pub at: Moment,
    pub kind: String,
    pub account_id: Option<String>,
    pub account_name: Option<String>,
    pub account_username: Option<String>,
    pub actor_id: Option<String>,
    pub actor_name: Option<String>,
    pub actor_username: Option<String>,
    pub reason: Option<String>,
    pub reference: String,
    pub address: String,
}

impl ListedEvent {
    /// Where it stands in the log.
    #[must_use]
    pub fn place(&self) -> Place {
        Place {
            at: self.at,
            id: self.id.clone(),
        }
    }
}

/// A run of events that an index holds in the order of time, so that its newest are found without
/// looking at the others. A page is put together from the newest of all runs that its filter names.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Run {
    Company,
    Kind(AuditKind),
    /// About a person.
    About(AccountId),
    /// Done by a person to somebody else, or to the company.
    By(AccountId),
}

/// Up to so many people are found by their own runs. Where a search fits more, their events are so
/// many that a walk through the others' meets them soon.
const FEW: usize = 50;

macro_rules! events {
    ($which:literal) => {
        concat!(
            "SELECT e.id, e.at, e.kind, e.account_id, a.name AS account_name, a.username AS account_username,
                 e.actor_id, b.name AS actor_name, b.username AS actor_username, e.reason, e.reference, e.address
             FROM audit_events e
             LEFT JOIN accounts a ON a.id = e.account_id LEFT JOIN accounts b ON b.id = e.actor_id
             WHERE ",
            $which,
            // `|| ''` keeps SQLite from walking through the company where another index is meant.
            " AND e.company_id || '' = $1
                 AND e.at >= $2 AND e.at <= $3 AND (e.at < $3 OR e.id < $4) AND e.kind LIKE $5 ESCAPE '\\'
                 AND ($6 IS NULL OR a.search LIKE $6 ESCAPE '\\' OR b.search LIKE $6 ESCAPE '\\')
             ORDER BY e.at DESC, e.id DESC LIMIT $8"
        )
    };
}

impl Run {
    fn sql(&self) -> &'static str {
        match self {
            Self::Company => events!("e.company_id = $7"),
            Self::Kind(_) => events!("e.company_id || ' ' || e.kind = $7"),
            Self::About(_) => events!("e.account_id = $7"),
            Self::By(_) => events!("e.actor_id = $7"),
        }
    }

    /// What the run's index begins with.
    fn key(&self, company: &CompanyId) -> String {
        match self {
            Self::Company => company.0.clone(),
            Self::Kind(kind) => format!("{company} {}", kind.name()),
            Self::About(account) | Self::By(account) => account.0.clone(),
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

impl Db {
    /// A page of a company's log, newest first: quick whatever the filter and however long the log.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list_events(
        &self,
        company: &CompanyId,
        filter: &AuditFilter,
        limit: u32,
    ) -> Result<Vec<ListedEvent>> {
        let person = filter.person.as_deref().map(like);
        let (runs, among) = self.runs(company, filter.kinds, person).await?;
        let mut events = Vec::new();
        for run in runs {
            let newest = self.newest(&run, company, filter, among.as_deref(), limit);
            events.extend(newest.await?);
        }
        // Somebody may be named twice, or have done something to themselves.
        events.sort_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
        events.dedup_by(|a, b| a.id == b.id);
        events.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(events)
    }

    /// The same for whoever reads on to the end: one walk, however many batches it is cut into.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn read_events(
        &self,
        company: &CompanyId,
        filter: &AuditFilter,
        limit: u32,
    ) -> Result<Vec<ListedEvent>> {
        let run = match filter.kinds {
            Kinds::One(kind) => Run::Kind(kind),
            Kinds::All | Kinds::Group(_) => Run::Company,
        };
        let person = filter.person.as_deref().map(like);
        self.newest(&run, company, filter, person.as_deref(), limit)
            .await
    }

    /// The runs in which everything is that is looked for, and what to look for in them still.
    async fn runs(
        &self,
        company: &CompanyId,
        kinds: Kinds,
        person: Option<String>,
    ) -> Result<(Vec<Run>, Option<String>)> {
        if let Some(person) = &person {
            let people: Vec<AccountId> = on_db!(self, c => {
                sqlx::query_scalar(
                    "SELECT a.id FROM accounts a
                     WHERE a.company_id = $1 AND a.search LIKE $2 ESCAPE '\\' LIMIT $3",
                )
                .bind(company)
                .bind(person)
                .bind(i64::try_from(FEW + 1).unwrap_or(i64::MAX))
                .fetch_all(c)
                .await?
            });
            if people.len() <= FEW {
                let both = |id: AccountId| [Run::About(id.clone()), Run::By(id)];
                return Ok((people.into_iter().flat_map(both).collect(), None));
            }
        }
        let runs = match kinds {
            Kinds::All => vec![Run::Company],
            some => some.each().map(Run::Kind).collect(),
        };
        Ok((runs, person))
    }

    async fn newest(
        &self,
        run: &Run,
        company: &CompanyId,
        filter: &AuditFilter,
        person: Option<&str>,
        limit: u32,
    ) -> Result<Vec<ListedEvent>> {
        on_db!(self, c => {
            sqlx::query_as(run.sql())
                .bind(company)
                .bind(filter.from)
                .bind(filter.before.at)
                .bind(&filter.before.id)
                .bind(filter.kinds.pattern())
                .bind(person)
                .bind(run.key(company))
                .bind(i64::from(limit))
                .fetch_all(c)
                .await
        })
    }
}

/// Few enough to be statements of their own, which are written with what else was left for later.
const EVENTS_APART: usize = 4;
/// Rows of one statement, which has nine values for each.
const EVENTS_AT_ONCE: usize = 500;

impl Tx {
    /// Notes what happened. It is written with everything else when the transaction is committed.
    pub fn audit(&mut self, event: NewAuditEvent) {
        self.events.push(event);
    }

    /// # Errors
    /// When the database does not answer.
    pub(super) async fn write_events(&mut self) -> Result<()> {
        let events = std::mem::take(&mut self.events);
        if events.len() <= EVENTS_APART {
            for event in events {
                self.defer(
                    "INSERT INTO audit_events (id, at, company_id, account_id, actor_id, kind, reason, reference, address)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                    [
                        Value::from(event.id),
                        event.at.into(),
                        event.company.map(|id| id.0).into(),
                        event.account.map(|id| id.0).into(),
                        event.actor.map(|id| id.0).into(),
                        event.kind.name().into(),
                        event.reason.into(),
                        event.reference.into(),
                        event.address.into(),
                    ],
                );
            }
            return Ok(());
        }
        for events in events.chunks(EVENTS_AT_ONCE) {
            on_tx!(self, c => {
                let mut query = sqlx::QueryBuilder::new(
                    "INSERT INTO audit_events (id, at, company_id, account_id, actor_id, kind, reason, reference, address) ",
                );
                query.push_values(events, |mut row, event| {
                    row.push_bind(&event.id)
                        .push_bind(event.at)
                        .push_bind(&event.company)
                        .push_bind(&event.account)
                        .push_bind(&event.actor)
                        .push_bind(event.kind.name())
                        .push_bind(&event.reason)
                        .push_bind(&event.reference)
                        .push_bind(&event.address);
                });
                query.build().execute(&mut *c).await?;
            });
        }
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
        self.write_events().await?;
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

    /// How many of a company's events of a kind are about nobody that it knows, since then.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn events_about_nobody_since(
        &mut self,
        company: &CompanyId,
        kind: AuditKind,
        since: Moment,
    ) -> Result<usize> {
        self.write_events().await?;
        on_tx!(self, c => {
            let count: i64 = sqlx::query_scalar(
                "SELECT COUNT(*) FROM audit_events
                 WHERE company_id || ' ' || kind = $1 AND at > $2 AND account_id IS NULL",
            )
            .bind(format!("{company} {}", kind.name()))
            .bind(since)
            .fetch_one(&mut *c)
            .await?;
            Ok(usize::try_from(count).unwrap_or(0))
        })
    }
}

#[cfg(test)]
mod tests;
