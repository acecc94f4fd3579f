//! The second proof: a code that is mailed, shown by an app or saved beforehand, compared once, and one
//! counter of wrong ones for all of them that locks the account at five (SECURITY 1). A check is one
//! transaction; it is committed before it is answered.

mod app;
mod backup;
mod mail;

use ::app::wire::{ChooseMethod, CodeStep, EnterCode, MailFate, Method, Step};

use crate::{
    clock::Moment,
    domain::{
        code::{self, TypedCode},
        second_factor::{self, Demand},
    },
    mail::Letter,
    metrics::SignInStage,
    storage::{Account, Attempt, AttemptStep, AuditKind, Company, ProvenWith, Tx},
};

use super::{
    Progress, Refusal, Result, Services, Visitor,
    demand::{Means, asked_way, chosen_way},
    set_up,
    sign_in::{self, Finish, Open},
    written,
};

pub(super) use mail::{Judgement, judge, send_code_if_allowed};

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
/// counted for an attempt that is over, another tab's, or a locked account's, nor for a way that was
/// open when it was shown and is not any more.
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
    let demand = means.demand_at_code(&open.account, &open.company, s.now());
    let way = asked_way(&open.attempt, &demand);
    let (verdict, is_for_shown_way) = match (&code, way) {
        (TypedCode::Digits(digits), Method::Email) => {
            (mail::check(s, &mut tx, &open, digits).await?, true)
        }
        (TypedCode::Digits(digits), Method::App) => {
            let account = &open.account.id;
            let verdict = app::check(s, &mut tx, account, &means.factors, digits).await?;
            (verdict, true)
        }
        (TypedCode::Digits(_), Method::BackupCode) => (Verdict::Not(Miss::Wrong), true),
        (TypedCode::Letters(_) | TypedCode::Empty, _) => {
            let account = &open.account.id;
            (
                backup::check(s, &mut tx, account, &typed.code).await?,
                false,
            )
        }
    };
    let miss = match verdict {
        Verdict::Right(proof) => {
            return accept(s, visitor, tx, open, &demand, proof, typed.trust_days).await;
        }
        Verdict::Not(miss) => miss,
    };
    if is_for_shown_way && chosen_way(&open.attempt).is_some_and(|chosen| chosen != way) {
        // The policy was tightened since the step was shown: what was typed is for a way that is closed.
        turn_to(s, visitor, &mut tx, &mut open, way).await?;
        tx.commit().await?;
        return Err(Refusal::MethodUnavailable.into());
    }
    Err(refuse(s, visitor, tx, &open, miss).await?.into())
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
        attempt: Some(&open.attempt.id),
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
    tx.commit().await?;
    if attempts_left == 0 {
        return Ok(Refusal::AccountLocked {
            attempts_left: Some(0),
        });
    }
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
/// [`Refusal::MethodUnavailable`] while another way than mail is asked for, [`Refusal::ResendTooEarly`]
/// within 60 seconds of the last mail, and after five within the hour.
pub async fn resend(s: &Services, visitor: &Visitor, attempt: &str) -> Result<Step> {
    let open = sign_in::open_attempt(s, visitor, Some(attempt)).await?;
    let (mut tx, open) = sign_in::hold(s, &open, AttemptStep::Code).await?;
    let Open {
        attempt,
        account,
        company,
    } = &open;
    let means = Means::held(&mut tx, &account.id).await?;
    let demand = means.demand_at_code(account, company, s.now());
    if asked_way(attempt, &demand) != Method::Email {
        return Err(Refusal::MethodUnavailable.into());
    }
    let wait =
        mail::send_code_if_allowed(s, visitor, &mut tx, account, company, &attempt.id).await?;
    if let Some(seconds) = wait {
        return Err(Refusal::ResendTooEarly { seconds }.into());
    }
    tx.commit().await?;
    sign_in::show(s, attempt, account, company).await
}

/// Chooses another way of giving the proof.
///
/// # Errors
/// [`Refusal::MethodUnavailable`] when it is not open to the account.
pub async fn choose_method(s: &Services, visitor: &Visitor, choice: &ChooseMethod) -> Result<Step> {
    let open = sign_in::open_attempt(s, visitor, Some(&choice.attempt)).await?;
    let (mut tx, mut open) = sign_in::hold(s, &open, AttemptStep::Code).await?;
    let means = Means::held(&mut tx, &open.account.id).await?;
    let demand = means.demand_at_code(&open.account, &open.company, s.now());
    if !demand.methods().contains(&choice.method) {
        return Err(Refusal::MethodUnavailable.into());
    }
    turn_to(s, visitor, &mut tx, &mut open, choice.method).await?;
    tx.commit().await?;
    sign_in::show(s, &open.attempt, &open.account, &open.company).await
}

/// Asks for a way from now on. A code is mailed where one is needed and none that was sent still works,
/// if the limits allow it; otherwise the step tells when.
pub(super) async fn turn_to(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    open: &mut Open,
    way: Method,
) -> Result<()> {
    let Open {
        attempt,
        account,
        company,
    } = open;
    let name = second_factor::name(way);
    tx.ask_with(&attempt.id, name).await?;
    attempt.method = Some(name.to_owned());
    if way == Method::Email {
        let codes = tx.codes(&attempt.id).await?;
        if codes.first().is_none_or(|code| code.expires_at <= s.now()) {
            mail::send_code_if_allowed(s, visitor, tx, account, company, &attempt.id).await?;
        }
    }
    Ok(())
}

/// The step of the code as the browser is shown it.
pub(super) async fn show(
    s: &Services,
    attempt: &Attempt,
    account: &Account,
    company: &Company,
) -> Result<Step> {
    let now = s.now();
    let demand = Means::seen(s, &account.id)
        .await?
        .demand_at_code(account, company, now);
    let failures = u32::try_from(account.code_failures).unwrap_or(u32::MAX);
    let rules = company.policy.rules();
    let mut step = CodeStep {
        attempt: attempt.id.0.clone(),
        company: company.alias.clone(),
        method: asked_way(attempt, &demand),
        methods: demand.methods().to_vec(),
        sent_to: None,
        sent_at: None,
        mail: None,
        resend_after: None,
        attempts_left: code::warned(failures),
        trust_days: rules.trust_choices(account.admin).to_vec(),
        expires_in: now.seconds_until(attempt.expires_at),
        code_expires_in: None,
    };
    if step.method == Method::Email {
        show_mail(s, &mut step, attempt, account, company).await?;
    }
    Ok(Step::Code(step))
}

/// Adds where the newest code went, and when another may follow.
async fn show_mail(
    s: &Services,
    step: &mut CodeStep,
    attempt: &Attempt,
    account: &Account,
    company: &Company,
) -> Result<()> {
    let now = s.now();
    let sent =
        s.db.codes_sent_since(&account.id, now.minus(code::MAIL_WINDOW))
            .await?;
    step.resend_after = Some(now.seconds_until(now.plus(code::resend_after(now, &sent))));
    if let Some(newest) = s.db.newest_code(&attempt.id).await? {
        let fate: Option<MailFate> = s.db.mail_fate(&newest.mail_id).await?;
        step.mail = fate;
        step.sent_to = Some(code::masked(&account.email));
        step.sent_at = Some(written(newest.sent_at, &company.zone()));
        step.code_expires_in = Some(now.seconds_until(newest.expires_at));
    }
    Ok(())
}
