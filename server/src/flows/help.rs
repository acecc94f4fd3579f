//! What an administrator does for somebody who cannot sign in: unlock, a backup code, a reset of the second ways, a
//! link to a new password. Each needs a reason and the administrator's fresh proof, is written to the audit log and
//! told to the person (SECURITY 12).

use app::wire::{AdminCode, HelpReason, UserDetail};

use crate::{
    domain::{
        people,
        second_factor::{Demand, Person},
    },
    mail::Letter,
    storage::{Account, AccountId, AccountState, AuditKind, Company, LiveSession, Tx},
};

use super::{
    Fault, Refusal, Result, Services, Visitor, enrolment, recovery, session, sign_in, users,
    written,
};

/// Characters of a reason at most.
const LONGEST_REASON: usize = 500;

/// An administrator who may help, whom, and why. Holds the person's row.
struct Helping {
    admin: LiveSession,
    company: Company,
    account: Account,
    reason: String,
    tx: Tx,
}

/// Checks what every help needs.
///
/// # Errors
/// [`Refusal::NotFound`] outside the own company, [`Refusal::ReasonMissing`], [`Refusal::FreshProofNeeded`], and
/// [`Refusal::Forbidden`] for administrators who would help themselves: whoever holds their session must not undo with
/// it what keeps others out.
async fn begin(s: &Services, visitor: &Visitor, id: &str, help: &HelpReason) -> Result<Helping> {
    let admin = session::live_admin(s, visitor).await?;
    let id = AccountId(id.to_owned());
    s.db.listed_account(&admin.company_id, &id)
        .await?
        .filter(|listed| listed.deleted_at.is_none())
        .ok_or(Refusal::NotFound)?;
    let reason = help.reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(Refusal::ReasonMissing.into());
    }
    session::check_fresh(s, &admin)?;
    if admin.account_id == id {
        return Err(Refusal::Forbidden.into());
    }
    let company =
        s.db.company(&admin.company_id)
            .await?
            .ok_or_else(|| Fault::Broken(format!("account {} has no company", admin.account_id)))?;
    let mut tx = s.db.begin().await?;
    tx.lock_account(&id).await?;
    let account = tx.account(&id).await?.ok_or(Refusal::NotFound)?;
    Ok(Helping {
        admin,
        company,
        account,
        reason: reason.to_owned(),
        tx,
    })
}

impl Helping {
    /// Refuses what an address that an administrator changed bars for a day: whoever owned the old one must be able to
    /// object first.
    fn check_email(&self, s: &Services) -> Result<(), Refusal> {
        check_email(s, &self.account)
    }

    fn audit(&mut self, s: &Services, visitor: &Visitor, kind: AuditKind) {
        let mut event = s.event(visitor, kind, &self.account);
        event.actor = Some(self.admin.account_id.clone());
        event.reason = Some(self.reason.clone());
        self.tx.audit(event);
    }

    async fn tell(&mut self, s: &Services, letter: &Letter) -> Result<()> {
        s.post(&mut self.tx, &self.account, &self.company, letter)
            .await?;
        Ok(())
    }

    /// Commits, and answers the person as they are now.
    async fn finish(self, s: &Services) -> Result<UserDetail> {
        self.tx.commit().await?;
        users::detail(s, &self.admin, &self.account.id).await
    }

    fn username(&self) -> String {
        self.account.username.clone()
    }

    fn by(&self) -> String {
        self.admin.name.clone()
    }
}

/// # Errors
/// [`Refusal::EmailChanged`] within a day of an administrator's change of the address (SECURITY 12).
pub(super) fn check_email(s: &Services, account: &Account) -> Result<(), Refusal> {
    let now = s.now();
    match people::email_bar(account.email_changed_at, now) {
        Some(end) => Err(Refusal::EmailChanged {
            seconds: now.seconds_until(end),
        }),
        None => Ok(()),
    }
}

/// Lifts the lock of five wrong codes.
///
/// # Errors
/// As every help, and [`Refusal::NotLocked`].
pub async fn unlock(
    s: &Services,
    visitor: &Visitor,
    id: &str,
    help: &HelpReason,
) -> Result<UserDetail> {
    let mut helping = begin(s, visitor, id, help).await?;
    if !helping.tx.unlock_account(&helping.account.id).await? {
        return Err(Refusal::NotLocked.into());
    }
    helping.audit(s, visitor, AuditKind::AccountUnlocked);
    let letter = Letter::AccountUnlocked {
        username: helping.username(),
        by: helping.by(),
        reason: helping.reason.clone(),
        at: s.now(),
    };
    helping.tell(s, &letter).await?;
    helping.finish(s).await
}

/// Makes one code for somebody who has none of their ways at hand. It is in this answer and nowhere else.
///
/// # Errors
/// As every help; [`Refusal::EmailChanged`], and [`Refusal::NothingSetUp`] where no second proof is asked of the person.
pub async fn backup_code(
    s: &Services,
    visitor: &Visitor,
    id: &str,
    help: &HelpReason,
) -> Result<AdminCode> {
    let mut helping = begin(s, visitor, id, help).await?;
    if !is_asked_for_proof(s, &mut helping).await? {
        return Err(Refusal::NothingSetUp.into());
    }
    helping.check_email(s)?;
    let life = helping.company.policy.admin_code();
    let (code, expires_at) =
        enrolment::admin_code(s, &mut helping.tx, &helping.account.id, life).await?;
    helping.audit(s, visitor, AuditKind::AdminCodeMade);
    let letter = Letter::AdminCodeMade {
        username: helping.username(),
        by: helping.by(),
        reason: helping.reason.clone(),
        at: s.now(),
    };
    helping.tell(s, &letter).await?;
    helping.tx.commit().await?;
    Ok(AdminCode {
        code,
        expires_at: written(expires_at, &helping.company.zone()),
        expires_in: s.now().seconds_until(expires_at),
    })
}

/// Whether a code would be of any use to the person: they can sign in, and are asked for more than the password.
async fn is_asked_for_proof(s: &Services, helping: &mut Helping) -> Result<bool> {
    let account = &helping.account;
    if !matches!(account.state, AccountState::Enabled | AccountState::SsoOnly) {
        return Ok(false);
    }
    let factors = helping.tx.factors(&account.id).await?;
    let left = helping.tx.backup_codes_left(&account.id).await?;
    let person = Person {
        admin: account.admin,
        ways: &sign_in::ways(&factors),
        backup_codes: left.is_some_and(|left| left > 0),
        reset_by_mail: account.reset_by_mail_at.is_some(),
    };
    let demand = helping.company.policy.rules().demand(person, s.now());
    Ok(demand != Demand::Nothing)
}

/// Removes every second way, backup code and trusted browser of somebody who lost them, and signs them out. The next
/// sign-in leads to setting one up where the company requires it.
///
/// # Errors
/// As every help; [`Refusal::EmailChanged`], and [`Refusal::NothingSetUp`] where there is nothing to remove.
pub async fn reset_two_factor(
    s: &Services,
    visitor: &Visitor,
    id: &str,
    help: &HelpReason,
) -> Result<UserDetail> {
    let mut helping = begin(s, visitor, id, help).await?;
    helping.check_email(s)?;
    let Helping { tx, account, .. } = &mut helping;
    let factors = tx.factors(&account.id).await?;
    for factor in &factors {
        tx.remove_factor(&account.id, &factor.id).await?;
    }
    let sets = tx.remove_backup_codes(&account.id).await?;
    if factors.is_empty() && sets == 0 {
        return Err(Refusal::NothingSetUp.into());
    }
    tx.end_trusts(&account.id).await?;
    tx.raise_security_version(&account.id).await?;
    tx.end_sessions(&account.id, s.now()).await?;
    helping.audit(s, visitor, AuditKind::TwoFactorReset);
    let letter = Letter::TwoFactorReset {
        username: helping.username(),
        by: helping.by(),
        reason: helping.reason.clone(),
        at: s.now(),
    };
    helping.tell(s, &letter).await?;
    helping.finish(s).await
}

/// Mails the link that *Forgot Password* would mail; it counts against the same limit.
///
/// # Errors
/// As every help; [`Refusal::EmailChanged`], [`Refusal::PasswordsOff`] where the company has none, [`Refusal::NothingSetUp`] where the person has
/// none, and [`Refusal::ResendTooEarly`] when three were mailed within the hour.
pub async fn send_password_reset(
    s: &Services,
    visitor: &Visitor,
    id: &str,
    help: &HelpReason,
) -> Result<UserDetail> {
    let mut helping = begin(s, visitor, id, help).await?;
    if !helping.company.passwords {
        return Err(Refusal::PasswordsOff.into());
    }
    if !recovery::can_reset(&helping.account) {
        return Err(Refusal::NothingSetUp.into());
    }
    helping.check_email(s)?;
    let by = Some((helping.by(), helping.reason.clone()));
    let Helping {
        tx,
        account,
        company,
        ..
    } = &mut helping;
    let wait = recovery::mail_link(s, tx, account, company, &company.language, by).await?;
    if let Some(seconds) = wait {
        return Err(Refusal::ResendTooEarly { seconds }.into());
    }
    helping.audit(s, visitor, AuditKind::PasswordResetSent);
    helping.finish(s).await
}
