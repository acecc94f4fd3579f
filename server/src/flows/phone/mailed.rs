//! A mailed code says whose a Connect user is, where the company has no passwords. Asking costs the same for everybody:
//! a job makes and mails the code, as `asked` has it. Wrong ones count against the claim and against what was typed, and
//! after many of them no more are mailed for a while; they never lock the account, so that nobody is shut out of their
//! other ways by a stranger (SECURITY 6 and 10).

use std::time::Duration;

use app::wire::{EnterBindCode, MailBindCode, Step};
use subtle::ConstantTimeEq;

use crate::{
    clock::Moment,
    domain::{
        code::{self, TypedCode},
        people,
    },
    keys::{Purpose, token_hash},
    mail::Letter,
    storage::{
        Account, AccountId, AccountState, AuditKind, BindCode, Company, EmailCode, PhoneClaim,
        PhoneClaimId, Tx, fold,
    },
};

use super::super::{
    Progress, Refusal, Result, Services, Visitor,
    asked::{self, Wish},
    password,
    sign_in::{self, Credential, Proven},
};
use super::{Waiting, show, typed, waiting, waiting_as};

/// The least time between two codes of a claim, whoever they are for.
const PAUSE: Duration = code::RESEND_AFTER;

/// After so many wrong ones for an account within a day it is mailed no more of them that day: a new claim costs nothing,
/// and each may be guessed at a few times. Other ways in stay open.
const WRONG_A_DAY: usize = 20;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// When a claim may ask for another code.
pub(super) fn next_after(asked_at: Moment) -> Moment {
    asked_at.plus(PAUSE)
}

/// Writes down that somebody wants a code mailed. Whether there is such an account is not looked at.
///
/// # Errors
/// As [`waiting_as`]; [`Refusal::MethodUnavailable`] where passwords prove it, [`Refusal::InvalidRequest`] for what
/// names no account, [`Refusal::ResendTooEarly`] within a minute, and [`Refusal::Busy`] while too many requests wait.
pub async fn mail(s: &Services, visitor: &Visitor, wanted: &MailBindCode) -> Result<Step> {
    let waiting = waiting_by_mail(s, visitor, &wanted.attempt).await?;
    password::check_account(&wanted.account)?;
    let now = s.now();
    let id = &waiting.claim.id;
    let account = wanted.account.trim();
    let sealed = s.keys.seal(
        Purpose::Reset,
        id.0.as_bytes(),
        account.as_bytes(),
        &s.entropy,
    );
    let mut tx = s.db.begin().await?;
    if !tx
        .want_bind_code(id, &sealed, now.minus(PAUSE), now)
        .await?
    {
        let asked = waiting.claim.code_asked_at.unwrap_or(now);
        let seconds = now.seconds_until(next_after(asked)).max(1);
        return Err(Refusal::ResendTooEarly { seconds }.into());
    }
    let wish = Wish::BindCode {
        claim: id.0.clone(),
        asked_at: now,
    };
    asked::ask_in(s, visitor, &mut tx, &waiting.company, account, wish).await?;
    tx.commit().await?;
    s.resets.notify_one();
    again(s, visitor).await
}

/// The step as it is now.
async fn again(s: &Services, visitor: &Visitor) -> Result<Step> {
    let waiting = waiting(s, visitor).await?.ok_or(Refusal::AttemptOver)?;
    Ok(Step::Bind(show(s, waiting).await?))
}

async fn waiting_by_mail(s: &Services, visitor: &Visitor, id: &str) -> Result<Waiting> {
    let waiting = waiting_as(s, visitor, id).await?;
    if waiting.company.passwords {
        return Err(Refusal::MethodUnavailable.into());
    }
    Ok(waiting)
}

/// A code that was wanted.
pub(in super::super) struct Wanted<'a> {
    /// As it was typed.
    pub account: &'a str,
    pub claim: String,
    /// By which it is told from those that were wanted before and later.
    pub asked_at: Moment,
}

/// Mails the code, if there is such an agent who may have one now. The caller has taken the request out.
pub(in super::super) async fn answer(
    s: &Services,
    tx: &mut Tx,
    visitor: &Visitor,
    company: &Company,
    wanted: Wanted<'_>,
) -> Result<()> {
    let claim = PhoneClaimId(wanted.claim);
    let folded = fold(wanted.account);
    let found = tx.account_by_identifier(&company.id, &folded).await?;
    let Some(account) = found else {
        return Ok(());
    };
    tx.lock_account(&account.id).await?;
    // As it is now that nobody else changes it.
    let account = tx.account(&account.id).await?.unwrap_or(account);
    let now = s.now();
    let sent = tx
        .bind_codes_sent_since(&account.id, now.minus(code::MAIL_WINDOW))
        .await?;
    let wrong = tx
        .events_since(&account.id, AuditKind::PhoneCodeWrong, now.minus(DAY))
        .await?;
    if !may_have_one(&account, now)
        || !code::resend_after(now, &sent).is_zero()
        || wrong >= WRONG_A_DAY
    {
        return Ok(());
    }
    let digits = s.entropy.six_digits();
    let code_hash = code_hash(s, &claim, &digits);
    let expires_at = now.plus(code::LIFE);
    let code = BindCode {
        account: &account.id,
        security_version: account.security_version,
        code_hash: &code_hash,
        expires_at,
    };
    if !tx.set_bind_code(&claim, wanted.asked_at, code).await? {
        // Given up, or asked for anew meanwhile.
        return Ok(());
    }
    let letter = Letter::BindCode {
        code: digits,
        sent_at: now,
        minutes: u32::try_from(code::LIFE.as_secs() / 60).unwrap_or(u32::MAX),
    };
    let mail_id = s.post_back(visitor, tx, &account, company, &letter).await?;
    let sent = EmailCode {
        code_hash,
        mail_id,
        sent_at: now,
        expires_at,
    };
    tx.note_bind_code(&s.entropy.id(now), &account.id, &claim, &sent)
        .await?;
    tx.audit(s.event(visitor, AuditKind::PhoneCodeSent, &account));
    Ok(())
}

fn may_have_one(account: &Account, now: Moment) -> bool {
    let signs_in = matches!(account.state, AccountState::Enabled | AccountState::SsoOnly);
    signs_in
        && account.agent
        && account.locked_at.is_none()
        && account.deleted_at.is_none()
        // Whoever owned the former address must be able to object first (SECURITY 12).
        && people::email_bar(account.email_changed_at, now).is_none()
}

/// The keyed hash under which a code is stored, bound to its claim.
fn code_hash(s: &Services, claim: &PhoneClaimId, code: &str) -> Vec<u8> {
    s.keys
        .hash(
            Purpose::Code,
            &[b"phone", claim.0.as_bytes(), code.as_bytes()],
        )
        .to_vec()
}

/// Checks a code. It is counted before it is compared; the fifth wrong one ends the claim.
///
/// # Errors
/// As [`waiting_as`]; [`Refusal::OtherStep`] when none was asked for, [`Refusal::Wait`] after too many wrong ones for
/// the same account, [`Refusal::WrongCode`], else as a sign-in.
pub async fn enter(s: &Services, visitor: &Visitor, given: &EnterBindCode) -> Result<Progress> {
    let waiting = waiting_by_mail(s, visitor, &given.attempt).await?;
    let code = match TypedCode::read(&given.code) {
        TypedCode::Digits(code) | TypedCode::Letters(code) => code,
        TypedCode::Empty => return Err(Refusal::InvalidRequest.into()),
    };
    let Waiting { claim, company, .. } = &waiting;
    let sealed = claim.typed.as_deref().ok_or(Refusal::OtherStep)?;
    let folded = fold(&typed(s, &claim.id, sealed)?);
    let throttle =
        password::count_code(s, visitor, company, &folded, claim.account_id.as_ref()).await?;
    let mut tx = s.db.begin().await?;
    // Nobody's row is held where there is nobody, at the same cost.
    let nobody = AccountId(String::new());
    let holder = claim.account_id.as_ref().unwrap_or(&nobody);
    tx.lock_account(holder).await?;
    // A right code ends what this browser began before, and an attempt goes before its claim, as everywhere.
    if let Some(old) = &visitor.attempt_cookie {
        tx.hold_attempt(&token_hash(old)).await?;
    }
    let account = tx.account(holder).await?;
    let most = i64::from(code::LOCKED_AT);
    let failures = tx
        .count_bind_code(&claim.id, most, s.now())
        .await?
        .ok_or(Refusal::AttemptOver)?;
    let row = tx
        .phone_claim(&claim.id)
        .await?
        .ok_or(Refusal::AttemptOver)?;
    let hash = code_hash(s, &claim.id, &code);
    let account = account.filter(|account| is_right(s, &row, account, &hash));
    let Some(account) = account else {
        return refuse(s, visitor, tx, &waiting, &folded, failures).await;
    };
    tx.hold_phone_claim(&claim.id, true).await?;
    tx.audit(s.event(visitor, AuditKind::PhoneCodeRight, &account));
    let proven = Proven {
        account: &account,
        next: claim.next.as_deref(),
        throttle: Some(&throttle),
        credential: Credential::ClaimingByMail(&claim.id),
    };
    sign_in::begin_in(s, visitor, tx, proven, None).await
}

/// Whether a code is the newest one's, in its time, and of the account as it was then.
fn is_right(s: &Services, claim: &PhoneClaim, account: &Account, typed_hash: &[u8]) -> bool {
    let is_for = claim.account_id.as_ref() == Some(&account.id)
        && claim.security_version == Some(account.security_version);
    let lives = claim.code_expires_at.is_some_and(|end| end > s.now());
    let code = claim.code_hash.as_deref().unwrap_or_default();
    bool::from(code.ct_eq(typed_hash)) && is_for && lives
}

/// Writes a wrong code down, of an unknown account as a keyed hash only.
async fn refuse(
    s: &Services,
    visitor: &Visitor,
    mut tx: Tx,
    waiting: &Waiting,
    folded: &str,
    failures: i64,
) -> Result<Progress> {
    let attempts_left = code::attempts_left(u32::try_from(failures).unwrap_or(u32::MAX));
    let Waiting { claim, company, .. } = waiting;
    let kind = AuditKind::PhoneCodeWrong;
    tx.audit(password::about_typed(
        s,
        visitor,
        company,
        folded,
        claim.account_id.as_ref(),
        kind,
    ));
    if attempts_left == 0 {
        tx.use_phone_claim(&claim.id).await?;
    }
    tx.commit().await?;
    Err(Refusal::WrongCode { attempts_left }.into())
}
