//! The second proof: codes that are mailed, compared once each, and lock the account at five wrong
//! ones (SECURITY 1). A check is one transaction; it is committed before it is answered.

use app::wire::{ChooseMethod, EnterCode, Method, Step};
use subtle::ConstantTimeEq;

use crate::{
    clock::Moment,
    domain::code::{self, TypedCode},
    keys::Purpose,
    mail::Letter,
    metrics::SignInStage,
    storage::{Account, AttemptId, AttemptStep, AuditKind, Company, EmailCode, Tx},
};

use super::{Progress, Refusal, Result, Services, Visitor, sign_in, written};

/// Checks a code.
///
/// # Errors
/// As [`Refusal`] tells. A wrong code is counted and named with the number that it was; nothing is
/// counted for an attempt that is over, another tab's, or a locked account's.
pub async fn enter(s: &Services, visitor: &Visitor, typed: &EnterCode) -> Result<Progress> {
    let open = sign_in::open_attempt(s, visitor, Some(&typed.attempt)).await?;
    // "Don't ask again" is not offered by any company yet, so no number of days is one of the choices.
    if typed.trust_days.is_some() {
        return Err(Refusal::InvalidRequest.into());
    }
    let code = match TypedCode::read(&typed.code) {
        TypedCode::Digits(code) | TypedCode::Letters(code) => code,
        TypedCode::Empty => return Err(Refusal::InvalidRequest.into()),
    };
    let (mut tx, account, attempt) = sign_in::hold(s, &open, AttemptStep::Code).await?;
    let now = s.now();
    let codes = tx.codes(&attempt.id).await?;
    let typed_hash = code_hash(s, &attempt.id, &code);
    match judge(&codes, &typed_hash, now) {
        Judgement::Right => {
            tx.finish_attempt(&attempt.id, now).await?;
            for factor in tx.factors(&account.id).await? {
                if factor.kind == "email" {
                    tx.note_factor_use(&factor.id, now).await?;
                }
            }
            s.metrics.sign_in(SignInStage::CodeOk);
            sign_in::complete(
                s,
                visitor,
                tx,
                &account,
                &open.company,
                attempt.next.as_deref(),
            )
            .await
        }
        Judgement::Old => {
            let left = fail(
                s,
                visitor,
                &mut tx,
                &account,
                &open.company,
                AuditKind::OldCode,
            )
            .await?;
            tx.commit().await?;
            // Only a newer mail is worth pointing at; a code past its time needs a new one.
            let newer = codes
                .first()
                .filter(|newest| !bool::from(newest.code_hash.ct_eq(&typed_hash)));
            let sent_at = newer.map(|code| written(code.sent_at, &open.company.zone()));
            Err(match left {
                0 => Refusal::AccountLocked {
                    attempts_left: Some(0),
                },
                attempts_left => Refusal::OldCode {
                    attempts_left,
                    sent_at,
                },
            }
            .into())
        }
        Judgement::Wrong => {
            let left = fail(
                s,
                visitor,
                &mut tx,
                &account,
                &open.company,
                AuditKind::WrongCode,
            )
            .await?;
            tx.commit().await?;
            Err(match left {
                0 => Refusal::AccountLocked {
                    attempts_left: Some(0),
                },
                attempts_left => Refusal::WrongCode { attempts_left },
            }
            .into())
        }
    }
}

pub(super) enum Judgement {
    Right,
    /// It was right once: from an earlier mail of this attempt, or past its time.
    Old,
    Wrong,
}

/// Compares with every code of the attempt, newest first, in constant time.
pub(super) fn judge(codes: &[EmailCode], typed_hash: &[u8], now: Moment) -> Judgement {
    let matched = codes
        .iter()
        .map(|code| bool::from(code.code_hash.ct_eq(typed_hash)));
    let mut judgement = Judgement::Wrong;
    for (index, (code, matches)) in codes.iter().zip(matched).enumerate() {
        if matches && index == 0 && code.expires_at > now {
            return Judgement::Right;
        }
        if matches {
            judgement = Judgement::Old;
        }
    }
    judgement
}

/// Counts a wrong code, locks at the fifth, and answers how many are left.
async fn fail(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    account: &Account,
    company: &Company,
    kind: AuditKind,
) -> Result<u8> {
    let now = s.now();
    let failures = tx
        .count_code_failure(&account.id, i64::from(code::LOCKED_AT), now)
        .await?;
    tx.audit(&s.event(visitor, kind, account)).await?;
    s.metrics.sign_in(SignInStage::WrongCode);
    let left = code::attempts_left(u32::try_from(failures).unwrap_or(u32::MAX));
    if left == 0 {
        tx.audit(&s.event(visitor, AuditKind::AccountLocked, account))
            .await?;
        let letter = Letter::AccountLocked {
            username: account.username.clone(),
            at: now,
        };
        s.post_back(visitor, tx, account, company, &letter).await?;
        s.metrics.sign_in(SignInStage::Locked);
    }
    Ok(left)
}

/// Sends a new code; older ones of the attempt end. Neither the counter nor the attempt's time change.
///
/// # Errors
/// [`Refusal::ResendTooEarly`] within 60 seconds of the last mail, and after five within the hour.
pub async fn resend(s: &Services, visitor: &Visitor, attempt: &str) -> Result<Step> {
    let open = sign_in::open_attempt(s, visitor, Some(attempt)).await?;
    let (mut tx, account, attempt) = sign_in::hold(s, &open, AttemptStep::Code).await?;
    let wait =
        send_code_if_allowed(s, visitor, &mut tx, &account, &open.company, &attempt.id).await?;
    if let Some(seconds) = wait {
        return Err(Refusal::ResendTooEarly { seconds }.into());
    }
    tx.commit().await?;
    sign_in::show(s, &attempt, &account, &open.company).await
}

/// Chooses another way of giving the proof.
///
/// # Errors
/// [`Refusal::MethodUnavailable`] when the account has not set it up.
pub async fn choose_method(s: &Services, visitor: &Visitor, choice: &ChooseMethod) -> Result<Step> {
    let open = sign_in::open_attempt(s, visitor, Some(&choice.attempt)).await?;
    if open.attempt.step != AttemptStep::Code {
        return Err(Refusal::OtherStep.into());
    }
    let factors = s.db.factors(&open.account.id).await?;
    let methods = sign_in::methods(&factors, &open.company);
    match choice.method {
        // The mail is on its way since the step was entered; choosing it again sends no other.
        Method::Email if methods.contains(&Method::Email) => {
            sign_in::show(s, &open.attempt, &open.account, &open.company).await
        }
        _ => Err(Refusal::MethodUnavailable.into()),
    }
}

/// Mails a code for an attempt, if the account's limits over all attempts allow one now; otherwise
/// answers the seconds until they do. The caller holds the account's row.
pub(super) async fn send_code_if_allowed(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    account: &Account,
    company: &Company,
    attempt: &AttemptId,
) -> Result<Option<u32>> {
    let now = s.now();
    let sent = tx
        .codes_sent_since(&account.id, now.minus(code::MAIL_WINDOW))
        .await?;
    let wait = code::resend_after(now, &sent);
    if !wait.is_zero() {
        return Ok(Some(now.seconds_until(now.plus(wait))));
    }
    let digits = s.entropy.six_digits();
    let code_hash = code_hash(s, attempt, &digits);
    let expires_at = now.plus(code::LIFE);
    let letter = Letter::SignInCode {
        code: digits,
        sent_at: now,
        minutes: u32::try_from(code::LIFE.as_secs() / 60).unwrap_or(u32::MAX),
    };
    let mail_id = s.post_back(visitor, tx, account, company, &letter).await?;
    let code = EmailCode {
        code_hash,
        mail_id,
        sent_at: now,
        expires_at,
    };
    tx.add_code(&s.entropy.id(now), &account.id, attempt, &code)
        .await?;
    tx.audit(&s.event(visitor, AuditKind::CodeSent, account))
        .await?;
    Ok(None)
}

/// The keyed hash under which a code is stored, bound to its attempt.
fn code_hash(s: &Services, attempt: &AttemptId, code: &str) -> Vec<u8> {
    s.keys
        .hash(Purpose::Code, &[attempt.0.as_bytes(), code.as_bytes()])
        .to_vec()
}
