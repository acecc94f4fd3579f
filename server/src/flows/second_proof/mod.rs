//! The second proof: a code that is mailed, shown by an app or saved beforehand, compared once, and one
//! counter of wrong ones for all of them that locks the account at five (SECURITY 1). A check is one
//! transaction; it is committed before it is answered.

mod app;
mod backup;
mod mail;
mod step;

pub use step::{choose_method, resend};

use ::app::wire::{EnterCode, Method};

use crate::{
    clock::Moment,
    domain::{
        code::{self, TypedCode},
        second_factor::{self, Demand},
    },
    mail::Letter,
    metrics::SignInStage,
    storage::{Account, AttemptStep, AuditKind, Company, ProvenWith, Tx},
};

use super::{
    Progress, Refusal, Result, Services, Visitor,
    demand::{Means, asked_way, chosen_way},
    lock, set_up,
    sign_in::{self, Course, Finish, Open},
    written,
};

pub(super) use mail::{Judgement, judge, send_code_if_allowed};
pub(super) use step::{show, turn_to};

/// What a code is found to be.
enum Verdict {
    Right(ProvenWith),
    Not(Miss),
}

/// Why a code is not taken.
enum Miss {
    /// It was right once.
    Old {
        /// When the newer mail was sent that replaced it.
        newer: Option<Moment>,
    },
    Used,
    ClockOff {
        seconds: i32,
    },
    Wrong,
}

/// Checks a code: letters as a backup code whatever way is shown, digits as a code of that way.
///
/// # Errors
/// As [`Refusal`] tells. A wrong code is counted and named with the number that it was; nothing is
/// counted for an attempt that is over, another tab's, or a locked account's, nor for a right code of a
/// way that was open when it was shown and is not any more.
pub async fn enter(s: &Services, visitor: &Visitor, typed: &EnterCode) -> Result<Progress> {
    let open = sign_in::open_attempt(s, visitor, Some(&typed.attempt)).await?;
    let code = TypedCode::read(&typed.code);
    if code == TypedCode::Empty {
        return Err(Refusal::InvalidRequest.into());
    }
    let (mut tx, mut open) = sign_in::hold(s, &open, AttemptStep::Code).await?;
    let rules = open.company.policy.rules();
    let trust_choices = rules.trust_choices(open.account.admin);
    if typed
        .trust_days
        .is_some_and(|days| !trust_choices.contains(&days))
    {
        return Err(Refusal::InvalidRequest.into());
    }
    let means = Means::held(&mut tx, &open.account.id).await?;
    let demand = means.demand_at_code(&open.attempt, &open.account, &open.company, s.now());
    let way = asked_way(&open.attempt, &demand);
    let verdict = match &code {
        TypedCode::Digits(digits) => check_digits(s, &mut tx, &open, &means, way, digits).await?,
        TypedCode::Letters(_) | TypedCode::Empty => {
            backup::check(s, &mut tx, &open.account.id, &typed.code).await?
        }
    };
    let miss = match verdict {
        Verdict::Right(proof) => {
            return accept(s, visitor, tx, open, &demand, proof, typed.trust_days).await;
        }
        Verdict::Not(miss) => miss,
    };
    let closed = chosen_way(&open.attempt).filter(|chosen| *chosen != way);
    if let (Some(closed), TypedCode::Digits(digits)) = (closed, &code) {
        // The policy was tightened since the step was shown. A code that was right for the way that is
        // closed now costs nothing; any other is a guess like every guess.
        let verdict = check_digits(s, &mut tx, &open, &means, closed, digits).await?;
        if let Verdict::Right(_) = verdict {
            turn_to(s, visitor, &mut tx, &mut open, way).await?;
            tx.commit().await?;
            return Err(Refusal::MethodUnavailable.into());
        }
    }
    Err(refuse(s, visitor, tx, &open, miss).await?.into())
}

async fn check_digits(
    s: &Services,
    tx: &mut Tx,
    open: &Open,
    means: &Means,
    way: Method,
    digits: &str,
) -> Result<Verdict> {
    match way {
        Method::Email => mail::check(s, tx, open, digits).await,
        Method::App => app::check(s, tx, &open.account.id, &means.factors, digits).await,
        Method::BackupCode => Ok(Verdict::Not(Miss::Wrong)),
    }
}

/// Goes on from a right code: to the session, or to setting a way up where that is asked.
async fn accept(
    s: &Services,
    visitor: &Visitor,
    mut tx: Tx,
    open: Open,
    demand: &Demand,
    proof: ProvenWith,
    trust_days: Option<u16>,
) -> Result<Progress> {
    let now = s.now();
    s.metrics.sign_in(SignInStage::CodeOk);
    if open.account.reset_by_mail_at.is_some() {
        // Mail alone proves only for whom there is nothing else (SECURITY 11).
        tx.clear_mailed_reset(&open.account.id).await?;
    }
    match proof {
        ProvenWith::Email => {
            for factor in tx.factors(&open.account.id).await? {
                if second_factor::named(&factor.kind) == Some(Method::Email) {
                    tx.note_factor_use(&factor.id, now).await?;
                }
            }
        }
        // Its step was noted as it was used.
        ProvenWith::App => {}
        ProvenWith::BackupCode => backup::tell_own(s, visitor, &mut tx, &open).await?,
        ProvenWith::AdminCode => {
            backup::tell_admins(s, visitor, &mut tx, &open).await?;
            // Whoever needed the code cannot use what is set up, and its holder is trusted with no
            // more than to set up something new (SECURITY 12).
            return set_up::begin(s, visitor, tx, open, proof, None).await;
        }
    }
    if matches!(demand, Demand::ProveAndSetUp(_)) {
        return set_up::begin(s, visitor, tx, open, proof, trust_days).await;
    }
    let finish = Finish {
        account: &open.account,
        company: &open.company,
        course: Course::Attempt(&open.attempt.id),
        next: open.attempt.next.as_deref(),
        trust_days,
    };
    sign_in::complete(s, visitor, tx, finish).await
}

/// Counts a code that was not right, commits and answers why.
async fn refuse(
    s: &Services,
    visitor: &Visitor,
    mut tx: Tx,
    open: &Open,
    miss: Miss,
) -> Result<Refusal> {
    let kind = match miss {
        Miss::Old { .. } => AuditKind::OldCode,
        Miss::Used => AuditKind::UsedCode,
        Miss::ClockOff { .. } => AuditKind::ClockOff,
        Miss::Wrong => AuditKind::WrongCode,
    };
    let attempts_left = fail(s, visitor, &mut tx, &open.account, &open.company, kind).await?;
    if attempts_left == 0 {
        let refusal = Refusal::AccountLocked {
            attempts_left: Some(0),
        };
        let alias = &open.company.alias;
        let refusal = lock::told(&mut tx, alias, &open.account, refusal).await?;
        tx.commit().await?;
        return Ok(refusal);
    }
    tx.commit().await?;
    Ok(match miss {
        Miss::Old { newer } => Refusal::OldCode {
            attempts_left,
            sent_at: newer.map(|at| written(at, &open.company.zone())),
        },
        Miss::Used => Refusal::UsedCode { attempts_left },
        Miss::ClockOff { seconds } => Refusal::ClockOff {
            attempts_left: Some(attempts_left),
            seconds,
        },
        Miss::Wrong => Refusal::WrongCode { attempts_left },
    })
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
    tx.audit(s.event(visitor, kind, account));
    s.metrics.sign_in(SignInStage::WrongCode);
    let left = code::attempts_left(u32::try_from(failures).unwrap_or(u32::MAX));
    if left == 0 {
        tx.audit(s.event(visitor, AuditKind::AccountLocked, account));
        let letter = Letter::AccountLocked {
            username: account.username.clone(),
            at: now,
            command: lock::command(tx, &company.alias, account).await?,
        };
        s.post_back(visitor, tx, account, company, &letter).await?;
        s.metrics.sign_in(SignInStage::Locked);
    }
    Ok(left)
}
