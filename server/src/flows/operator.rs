//! What the operator does at the command line: companies, their first administrators, accounts.
//!
//! Whoever runs these holds the database and the keys anyway; nothing here is reached over HTTP.

use std::time::Duration;

use app::{i18n, wire::Role};

use crate::{
    clock::Moment,
    config::SessionBounds,
    domain::{
        alias::{self, AliasFlaw},
        finder::name_skeleton,
        logo::{self, LogoFlaw},
        phone_address, typed,
    },
    mail::Letter,
    storage::{
        Account, AccountId, AccountState, AuditKind, Company, CompanyId, CompanySettings,
        CompanyState, NewAccount, NewAuditEvent, OPERATOR, Policy, SecondFactor, Tx, Welcome, fold,
    },
};

pub use super::invitation::FirstCredential;
use super::{
    Fault, Services, Visitor, founding,
    invitation::{self, Prepared, Sender},
};

const LONGEST_NOTICE: usize = 300;
const LONGEST_REASON: usize = 500;

/// A company as the operator describes it.
#[derive(Clone, Debug)]
pub struct CompanyDraft {
    pub alias: String,
    pub instance_alias: Option<String>,
    /// The address of its Amazon Connect.
    pub amazon_connect: Option<String>,
    pub name: String,
    pub language: String,
    pub time_zone: String,
    pub brand: Option<String>,
    pub accent: Option<String>,
    pub notice: Option<String>,
    pub help_name: Option<String>,
    pub help_phone: Option<String>,
    pub help_email: Option<String>,
    pub terms: Option<String>,
    pub privacy: Option<String>,
    pub second_factor: SecondFactor,
    pub session_total: Duration,
    pub session_idle: Duration,
    /// A picture file.
    pub logo: Option<Vec<u8>>,
}

/// A person as the operator describes them.
#[derive(Clone, Debug)]
pub struct PersonDraft {
    pub username: String,
    pub email: String,
    pub name: String,
    pub roles: Vec<Role>,
}

/// Why a command was not done, in a sentence for the operator.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    #[error(transparent)]
    Alias(#[from] AliasFlaw),
    #[error(transparent)]
    Logo(#[from] LogoFlaw),
    #[error("The company {0} has this alias already.")]
    AliasTaken(String),
    #[error("The company {0} has this instance alias already.")]
    InstanceAliasTaken(String),
    #[error("The name looks like that of the company {0}.")]
    NameTaken(String),
    #[error("A company that is gone had the alias {0}; no other company ever gets it.")]
    AliasUsed(String),
    #[error("The company {0} waits for no answer; `callgate company list` shows which do.")]
    NotAsked(String),
    #[error("No company has the alias {0}; `callgate company list` shows them all.")]
    UnknownCompany(String),
    #[error("The company {company} has no account {account}.")]
    UnknownAccount { company: String, account: String },
    #[error("An account of this company has the username or e-mail {0} already.")]
    PersonTaken(String),
    #[error("{0} is not locked.")]
    NotLocked(String),
    #[error("{0} has signed in before and needs no invitation.")]
    NotInvitable(String),
    #[error("{company} is {state}.")]
    NotNow {
        company: String,
        state: &'static str,
    },
    #[error("{0} must be {1}.")]
    Wrong(&'static str, &'static str),
    #[error("Callgate speaks {known}; it does not speak {wanted}.")]
    Language { wanted: String, known: String },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for OperatorError {
    fn from(e: sqlx::Error) -> Self {
        Self::Fault(e.into())
    }
}

impl From<super::Error> for OperatorError {
    fn from(e: super::Error) -> Self {
        match e {
            super::Error::Fault(fault) => Self::Fault(fault),
            super::Error::Refused(refusal) => {
                Self::Fault(Fault::Broken(format!("refused: {refusal:?}")))
            }
        }
    }
}

type Result<T, E = OperatorError> = std::result::Result<T, E>;

/// Creates a company and invites its first administrator. Until somebody accepts it is inert, but the operator made it
/// on purpose, so it does not go by itself.
///
/// # Errors
/// With a sentence about the first thing that cannot be; nothing was done then.
pub async fn create_company(
    s: &Services,
    bounds: SessionBounds,
    draft: &CompanyDraft,
    admin: &PersonDraft,
) -> Result<FirstCredential> {
    let now = s.now();
    let logo = draft.logo.as_deref().map(logo::redraw).transpose()?;
    let mut company = company(s, CompanyId(s.entropy.id(now)), now, draft, bounds)?;
    company.settings.state = CompanyState::Inert;
    let admin = person(admin)?;
    let mut tx = s.db.begin().await?;
    let account = founding::found(s, &mut tx, None, &company, logo.as_deref(), &admin).await?;
    let invited = invite(s, &mut tx, &company, &account, Prepared::Link).await?;
    tx.commit().await?;
    s.mailer.wake();
    Ok(invited)
}

/// Says yes to a company that somebody asked for at `/onboarding`, whose first administrator now gets a link.
///
/// # Errors
/// With a sentence when there is no such company, or it waits for no answer.
pub async fn approve_company(s: &Services, alias: &str) -> Result<FirstCredential> {
    founding::approve(s, &company_by_alias(s, alias).await?).await
}

/// Says no to it. Whoever asked is told, with the reason if there is one, and the company is gone.
///
/// # Errors
/// As [`approve_company`], and for a reason that is too long.
pub async fn refuse_company(s: &Services, alias: &str, reason: Option<&str>) -> Result<()> {
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    if reason.is_some_and(|reason| reason.chars().count() > LONGEST_REASON) {
        return Err(OperatorError::Wrong(
            "The reason",
            "at most 500 characters long",
        ));
    }
    founding::refuse(s, &company_by_alias(s, alias).await?, reason).await
}

/// Creates an account with a link or a temporary password for its person.
///
/// # Errors
/// With a sentence about the first thing that cannot be; nothing was done then.
pub async fn create_account(
    s: &Services,
    alias: &str,
    draft: &PersonDraft,
    welcome: Welcome,
) -> Result<FirstCredential> {
    let company = company_by_alias(s, alias).await?;
    let draft = person(draft)?;
    for identifier in [&draft.username, &draft.email] {
        if s.db
            .account_by_identifier(&company.id, &fold(identifier))
            .await?
            .is_some()
        {
            return Err(OperatorError::PersonTaken(identifier.clone()));
        }
    }
    let prepared = invitation::prepare(s, welcome).await?;
    let mut tx = s.db.begin().await?;
    let account = add_person(s, &mut tx, None, &company, &draft).await?;
    if welcome == Welcome::TemporaryPassword {
        // Whoever hands a password out wants it to work.
        founding::enter(
            &mut tx,
            event(s, None, AuditKind::CompanyEntered, &company.id, None),
        )
        .await?;
    }
    let first = invite(s, &mut tx, &company, &account, prepared).await?;
    tx.commit().await?;
    s.mailer.wake();
    Ok(first)
}

/// Sends a person who has never signed in a new link; the old one ends.
///
/// # Errors
/// With a sentence when there is no such person, or they need none.
pub async fn invite_account(s: &Services, alias: &str, account: &str) -> Result<FirstCredential> {
    let (company, account) = find(s, alias, account).await?;
    let mut tx = s.db.begin().await?;
    tx.lock_account(&account.id).await?;
    let account = tx
        .account(&account.id)
        .await?
        .ok_or_else(|| unknown(alias, &account.username))?;
    if !invitation::can_be_sent(&account) {
        return Err(OperatorError::NotInvitable(account.username));
    }
    let invited = invite(s, &mut tx, &company, &account, Prepared::Link).await?;
    tx.commit().await?;
    s.mailer.wake();
    Ok(invited)
}

/// Unlocks an account and tells its person.
///
/// # Errors
/// With a sentence when there is no such account, it is not locked or the reason is missing.
pub async fn unlock_account(s: &Services, alias: &str, account: &str, reason: &str) -> Result<()> {
    let reason = reason.trim();
    if !(1..=LONGEST_REASON).contains(&reason.chars().count()) {
        return Err(OperatorError::Wrong(
            "The reason",
            "1 to 500 characters long",
        ));
    }
    let (company, account) = find(s, alias, account).await?;
    let mut tx = s.db.begin().await?;
    tx.lock_account(&account.id).await?;
    if !tx.unlock_account(&account.id).await? {
        return Err(OperatorError::NotLocked(account.username));
    }
    let mut event = event(
        s,
        None,
        AuditKind::AccountUnlocked,
        &company.id,
        Some(&account.id),
    );
    event.reason = Some(reason.to_owned());
    tx.audit(event);
    let letter = Letter::AccountUnlocked {
        username: account.username.clone(),
        by: "Callgate".to_owned(),
        reason: reason.to_owned(),
        at: s.now(),
    };
    s.post(&mut tx, &account, &company, &letter).await?;
    tx.commit().await?;
    s.mailer.wake();
    Ok(())
}

/// Closes a company: everybody is signed out, nobody signs in, and mails that wait are never sent. Its page shows
/// `notice`. Once closed, a company can be closed again with other words.
///
/// # Errors
/// With a sentence when there is no such company, it is not open yet, or the notice cannot be shown.
pub async fn suspend_company(s: &Services, alias: &str, notice: Option<&str>) -> Result<()> {
    let notice = match notice.map(str::trim) {
        None | Some("") => None,
        Some(typed) => Some(typed::notice(typed).ok_or(OperatorError::Wrong(
            "The notice",
            "at most 300 visible characters long",
        ))?),
    };
    move_company(s, alias, |state| match state {
        CompanyState::Active | CompanyState::Suspended => {
            Some((CompanyState::Suspended, notice.clone()))
        }
        CompanyState::Asked | CompanyState::Inert => None,
    })
    .await
}

/// Opens a closed company again. Who was signed in before signs in anew.
///
/// # Errors
/// With a sentence when there is no such company, or it is not closed.
pub async fn resume_company(s: &Services, alias: &str) -> Result<()> {
    move_company(s, alias, |state| {
        (state == CompanyState::Suspended).then_some((CompanyState::Active, None))
    })
    .await
}

async fn move_company(
    s: &Services,
    alias: &str,
    to: impl Fn(CompanyState) -> Option<(CompanyState, Option<String>)>,
) -> Result<()> {
    let found = company_by_alias(s, alias).await?;
    let mut tx = s.db.begin().await?;
    let company = tx.hold_company(&found.id).await?;
    let company = company.ok_or_else(|| OperatorError::UnknownCompany(alias.to_owned()))?;
    let Some((state, notice)) = to(company.settings.state) else {
        return Err(OperatorError::NotNow {
            company: company.name,
            state: state_words(company.settings.state),
        });
    };
    tx.set_company_state(&company.id, state, notice.as_deref())
        .await?;
    // At both ends: a sign-in that was under way while it was closed must not be open afterwards.
    tx.stop_company(&company.id, s.now()).await?;
    let kind = match state {
        CompanyState::Active => AuditKind::CompanyResumed,
        _ => AuditKind::CompanySuspended,
    };
    let mut event = event(s, None, kind, &company.id, None);
    event.reason = notice;
    tx.audit(event);
    tx.commit().await?;
    Ok(())
}

/// What a company is to this server, in a few words.
#[must_use]
pub fn state_words(state: CompanyState) -> &'static str {
    match state {
        CompanyState::Asked => "waiting for your yes",
        CompanyState::Inert => "waiting for its first administrator",
        CompanyState::Active => "open",
        CompanyState::Suspended => "suspended",
    }
}

/// Checks a draft and gives every field its stored form.
pub(super) fn company(
    s: &Services,
    id: CompanyId,
    now: Moment,
    draft: &CompanyDraft,
    bounds: SessionBounds,
) -> Result<Company> {
    alias::check_alias(&draft.alias)?;
    if let Some(instance) = &draft.instance_alias {
        alias::check_alias(instance)?;
    }
    let wrong = OperatorError::Wrong;
    if !alias::is_showable(&draft.name) {
        return Err(wrong(
            "The company's name",
            "1 to 80 visible characters long",
        ));
    }
    if !i18n::languages().any(|(tag, _)| tag == draft.language) {
        let known: Vec<String> = i18n::languages()
            .map(|(tag, name)| format!("{tag} ({name})"))
            .collect();
        return Err(OperatorError::Language {
            wanted: draft.language.clone(),
            known: known.join(", "),
        });
    }
    if draft
        .notice
        .as_ref()
        .is_some_and(|notice| notice.chars().count() > LONGEST_NOTICE)
    {
        return Err(wrong("The notice", "at most 300 characters long"));
    }
    if draft.help_name.is_none() && (draft.help_phone.is_some() || draft.help_email.is_some()) {
        return Err(wrong("The help contact", "given with its name"));
    }
    for line in [&draft.help_name, &draft.help_phone].into_iter().flatten() {
        if !alias::is_showable(line) {
            return Err(wrong("The help contact", "1 to 80 visible characters long"));
        }
    }
    let within = |span: Duration, (min, max): (Duration, Duration)| (min..=max).contains(&span);
    if !within(draft.session_total, bounds.total) {
        return Err(wrong(
            "The total lifetime of sessions",
            "within the server's bounds; `callgate config check` shows them",
        ));
    }
    if !within(draft.session_idle, bounds.idle) {
        return Err(wrong(
            "The idle time of sessions",
            "within the server's bounds; `callgate config check` shows them",
        ));
    }
    let ccp_url = match &draft.amazon_connect {
        None => None,
        Some(typed) => {
            let url = phone_address::read(typed, &s.settings.ccp_hosts);
            Some(url.ok_or(wrong(
                "The address of Amazon Connect",
                "like https://acme.my.connect.aws/ccp-v2/, or at a host of the setting `ccp_hosts`",
            ))?)
        }
    };
    let millis = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    let colour = "a colour like #0a6552";
    let legal = "Markdown or an https address";
    Ok(Company {
        id,
        alias: draft.alias.clone(),
        instance_alias: draft.instance_alias.clone(),
        name: draft.name.clone(),
        name_skeleton: name_skeleton(&draft.name),
        language: draft.language.clone(),
        time_zone: typed::time_zone(&draft.time_zone)
            .ok_or(wrong("The time zone", "an IANA name like Europe/Berlin"))?,
        brand: checked(
            draft.brand.as_deref(),
            typed::colour,
            wrong("The brand colour", colour),
        )?,
        accent: checked(
            draft.accent.as_deref(),
            typed::colour,
            wrong("The accent colour", colour),
        )?,
        notice: draft.notice.clone(),
        help_name: draft.help_name.clone(),
        help_phone: draft.help_phone.clone(),
        help_email: checked(
            draft.help_email.as_deref(),
            typed::email,
            wrong("The help contact's e-mail", "an e-mail address"),
        )?,
        terms: checked(
            draft.terms.as_deref(),
            typed::legal_text,
            wrong("The terms", legal),
        )?,
        privacy: checked(
            draft.privacy.as_deref(),
            typed::legal_text,
            wrong("The privacy policy", legal),
        )?,
        passwords: true,
        policy: Policy::new(draft.second_factor),
        session_total_ms: millis(draft.session_total),
        session_idle_ms: millis(draft.session_idle),
        settings: CompanySettings {
            ccp_url: ccp_url.map(String::from),
            ..CompanySettings::default()
        },
        created_at: now,
        logo_digest: None,
    })
}

fn checked(
    typed: Option<&str>,
    read: fn(&str) -> Option<String>,
    wrong: OperatorError,
) -> Result<Option<String>> {
    match typed.map(read) {
        None => Ok(None),
        Some(Some(read)) => Ok(Some(read)),
        Some(None) => Err(wrong),
    }
}

pub(super) fn person(draft: &PersonDraft) -> Result<PersonDraft> {
    let name = draft.name.trim().to_owned();
    if !alias::is_showable(&name) {
        return Err(OperatorError::Wrong(
            "The person's name",
            "1 to 80 visible characters long",
        ));
    }
    if draft.roles.is_empty() {
        return Err(OperatorError::Wrong("The role", "agent, admin or both"));
    }
    Ok(PersonDraft {
        username: typed::username(&draft.username).ok_or(OperatorError::Wrong(
            "The username",
            "1 to 64 characters long, without spaces and @",
        ))?,
        email: typed::email(&draft.email).ok_or(OperatorError::Wrong(
            "The person's e-mail",
            "an e-mail address",
        ))?,
        name,
        roles: draft.roles.clone(),
    })
}

pub(super) async fn add_person(
    s: &Services,
    tx: &mut Tx,
    by: Option<&Visitor>,
    company: &Company,
    draft: &PersonDraft,
) -> Result<Account> {
    let now = s.now();
    let id = AccountId(s.entropy.id(now));
    tx.add_account(&NewAccount {
        id: id.clone(),
        company_id: company.id.clone(),
        username: draft.username.clone(),
        email: draft.email.clone(),
        name: draft.name.clone(),
        state: AccountState::Pending,
        agent: draft.roles.contains(&Role::Agent),
        admin: draft.roles.contains(&Role::Admin),
        created_at: now,
    })
    .await?;
    tx.audit(event(
        s,
        by,
        AuditKind::AccountCreated,
        &company.id,
        Some(&id),
    ));
    tx.account(&id)
        .await?
        .ok_or_else(|| Fault::Broken(format!("account {id} vanished")).into())
}

pub(super) async fn invite(
    s: &Services,
    tx: &mut Tx,
    company: &Company,
    account: &Account,
    prepared: Prepared,
) -> Result<FirstCredential> {
    Ok(invitation::send(s, tx, Sender::Operator, company, account, prepared).await?)
}

async fn company_by_alias(s: &Services, alias: &str) -> Result<Company> {
    s.db.company_by_alias(alias)
        .await?
        .ok_or_else(|| OperatorError::UnknownCompany(alias.to_owned()))
}

async fn find(s: &Services, alias: &str, account: &str) -> Result<(Company, Account)> {
    let company = company_by_alias(s, alias).await?;
    let found =
        s.db.account_by_identifier(&company.id, &fold(account))
            .await?;
    let account = found.ok_or_else(|| unknown(alias, account))?;
    Ok((company, account))
}

fn unknown(company: &str, account: &str) -> OperatorError {
    OperatorError::UnknownAccount {
        company: company.to_owned(),
        account: account.to_owned(),
    }
}

/// An event by the operator, or by somebody who has no account yet.
pub(super) fn event(
    s: &Services,
    by: Option<&Visitor>,
    kind: AuditKind,
    company: &CompanyId,
    account: Option<&AccountId>,
) -> NewAuditEvent {
    let at = s.now();
    NewAuditEvent {
        id: s.entropy.id(at),
        at,
        company: Some(company.clone()),
        account: account.cloned(),
        actor: by.is_none().then(|| AccountId(OPERATOR.to_owned())),
        kind,
        reason: None,
        reference: by
            .map(|visitor| visitor.reference.clone())
            .unwrap_or_default(),
        address: by
            .map(|visitor| visitor.address.to_string())
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;
