//! Setting a second way up on the way in (SECURITY 5): a way where none that the company allows is
//! there, then backup codes where none are left. What is proven before decides what may be set up; what
//! is left half done counts for nothing.

use app::wire::{
    AppSetup, ConfirmSetUpCodes, Method, RenewSetUpCodes, SetUp, SetupPart, SetupStep, Step,
    VerifySetUp,
};

use crate::{
    domain::{
        code::{self, TypedCode},
        second_factor,
    },
    keys::token_hash,
    mail::Letter,
    storage::{
        Account, Attempt, AttemptStep, AuditKind, Company, Factor, NewFactor, ProvenWith, Tx,
    },
};

use super::{
    Cookies, Error, Progress, Refusal, Result, Services, Visitor,
    demand::Means,
    enrolment,
    sign_in::{self, Course, Finish, Open, SET_UP_LIFE},
};

/// Moves an attempt on to setting a way up, after a proof that was right: in the caller's transaction,
/// which is committed. What needs no choice is begun at once; where nothing is left to do, the sign-in
/// is done.
pub(super) async fn begin(
    s: &Services,
    visitor: &Visitor,
    mut tx: Tx,
    mut open: Open,
    proof: ProvenWith,
    trust_days: Option<u16>,
) -> Result<Progress> {
    let end = s.now().plus(SET_UP_LIFE);
    if !tx
        .begin_set_up(&open.attempt.id, proof, trust_days, end)
        .await?
    {
        return Err(Refusal::AttemptOver.into());
    }
    open.attempt.step = AttemptStep::SetUp;
    open.attempt.proven_with = Some(proof);
    open.attempt.trust_days = trust_days.map(i64::from);
    open.attempt.expires_at = end;
    match *ways_to_set_up(&open.attempt, &open.account, &open.company) {
        [] => codes_or_session(s, visitor, tx, open).await,
        [Method::Email] => add_email(s, visitor, tx, open).await,
        [Method::App] => begin_app(s, tx, open).await,
        _ => {
            tx.commit().await?;
            shown(s, &open).await
        }
    }
}

/// The ways that may be set up after what was proven. A mailbox only where a mailed code was typed just
/// now; then nothing more needs to be done for it.
fn ways_to_set_up(attempt: &Attempt, account: &Account, company: &Company) -> Vec<Method> {
    let mut ways = company.policy.rules().allowed(account.admin);
    ways.retain(|way| match way {
        Method::Email => attempt.proven_with == Some(ProvenWith::Email),
        Method::App => true,
        Method::BackupCode => false,
    });
    ways
}

/// Chooses a way and begins to set it up.
///
/// # Errors
/// [`Refusal::MethodUnavailable`] for a way that the company does not allow, and for the mailbox unless
/// a mailed code was proven in this attempt.
pub async fn choose(s: &Services, visitor: &Visitor, choice: &SetUp) -> Result<Progress> {
    let (tx, open) = hold(s, visitor, &choice.attempt, AttemptStep::SetUp).await?;
    check_way(&open, choice.method)?;
    match choice.method {
        Method::Email => add_email(s, visitor, tx, open).await,
        _ => begin_app(s, tx, open).await,
    }
}

/// Checks the first code of the app that is being added. After an administrator's backup code it takes
/// the place of the apps that were there: their phone is lost.
///
/// # Errors
/// As [`enrolment::verify_app`]; wrong codes here never lock the account.
pub async fn verify(s: &Services, visitor: &Visitor, typed: &VerifySetUp) -> Result<Progress> {
    let (mut tx, mut open) = hold(s, visitor, &typed.attempt, AttemptStep::SetUp).await?;
    check_way(&open, Method::App)?;
    let before = tx.factors(&open.account.id).await?;
    let holder = &open.attempt.id.0;
    let name = typed.name.as_deref();
    let verified =
        enrolment::verify_app(s, &mut tx, &open.account, holder, &typed.code, name).await;
    if let Err(error) = verified {
        if matches!(error, Error::Refused(_)) {
            tx.commit().await?;
        }
        return Err(error);
    }
    if open.attempt.proven_with == Some(ProvenWith::AdminCode) {
        remove_apps(s, visitor, &mut tx, &open.account, &before).await?;
    }
    way_added(s, visitor, &mut tx, &mut open, Method::App, name).await?;
    codes_or_session(s, visitor, tx, open).await
}

/// Shows new backup codes instead of those that were shown before, which end.
///
/// # Errors
/// As [`sign_in::hold`].
pub async fn renew_codes(
    s: &Services,
    visitor: &Visitor,
    asked: &RenewSetUpCodes,
) -> Result<Progress> {
    let (tx, open) = hold(s, visitor, &asked.attempt, AttemptStep::BackupCodes).await?;
    show_new_codes(s, tx, open).await
}

/// Takes one of the codes, typed back: they count from now on, and the session is made.
///
/// # Errors
/// [`Refusal::WrongCode`] when it is none of them; that counts for nothing.
pub async fn confirm_codes(
    s: &Services,
    visitor: &Visitor,
    typed: &ConfirmSetUpCodes,
) -> Result<Progress> {
    let (mut tx, mut open) = hold(s, visitor, &typed.attempt, AttemptStep::BackupCodes).await?;
    if TypedCode::read(&typed.code) == TypedCode::Empty {
        return Err(Refusal::InvalidRequest.into());
    }
    if !enrolment::confirm_codes(s, &mut tx, &open.account.id, &typed.code).await? {
        return Err(Refusal::WrongCode {
            attempts_left: code::LOCKED_AT,
        }
        .into());
    }
    tx.audit(s.event(visitor, AuditKind::BackupCodesMade, &open.account));
    raise_version(visitor, &mut tx, &open.attempt, &mut open.account).await?;
    finish(s, visitor, tx, &open).await
}

async fn hold(
    s: &Services,
    visitor: &Visitor,
    attempt: &str,
    step: AttemptStep,
) -> Result<(Tx, Open)> {
    let open = sign_in::open_attempt(s, visitor, Some(attempt)).await?;
    sign_in::hold(s, &open, step).await
}

/// The company may have decided otherwise since the step was shown.
fn check_way(open: &Open, way: Method) -> Result<(), Refusal> {
    if ways_to_set_up(&open.attempt, &open.account, &open.company).contains(&way) {
        Ok(())
    } else {
        Err(Refusal::MethodUnavailable)
    }
}

async fn begin_app(s: &Services, mut tx: Tx, open: Open) -> Result<Progress> {
    let holder = &open.attempt.id.0;
    let app = enrolment::begin_app(s, &mut tx, &open.account, &open.company, holder).await?;
    tx.commit().await?;
    answer(s, &open, SetupPart::App(app)).await
}

/// The mailbox counts at once: its code was typed in this attempt.
async fn add_email(
    s: &Services,
    visitor: &Visitor,
    mut tx: Tx,
    mut open: Open,
) -> Result<Progress> {
    let now = s.now();
    let id = s.entropy.id(now);
    tx.add_factor(&NewFactor::email(&id, &open.account.id, now))
        .await?;
    tx.note_factor_use(&id, now).await?;
    tx.end_enrolment(&open.attempt.id.0).await?;
    way_added(s, visitor, &mut tx, &mut open, Method::Email, None).await?;
    codes_or_session(s, visitor, tx, open).await
}

/// Removes the apps that were there before the one that was just added.
async fn remove_apps(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    account: &Account,
    before: &[Factor],
) -> Result<()> {
    let name = second_factor::name(Method::App);
    for factor in before.iter().filter(|factor| factor.kind == name) {
        tx.remove_factor(&account.id, &factor.id).await?;
        let mut event = s.event(visitor, AuditKind::WayRemoved, account);
        event.reason = Some(name.to_owned());
        tx.audit(event);
    }
    Ok(())
}

/// Writes down and announces that a way counts from now on. Everything else that the account has open
/// ends; this attempt lives on under the new security version.
async fn way_added(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    open: &mut Open,
    method: Method,
    name: Option<&str>,
) -> Result<()> {
    let Open {
        attempt,
        account,
        company,
    } = open;
    raise_version(visitor, tx, attempt, account).await?;
    attempt.security_version = account.security_version;
    if !tx
        .move_attempt(&attempt.id, attempt.step, attempt.security_version)
        .await?
    {
        return Err(Refusal::AttemptOver.into());
    }
    let mut event = s.event(visitor, AuditKind::WayAdded, account);
    event.reason = Some(second_factor::name(method).to_owned());
    tx.audit(event);
    let letter = Letter::WayAdded {
        username: account.username.clone(),
        method,
        name: name
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::to_owned),
        at: s.now(),
    };
    s.post_back(visitor, tx, account, company, &letter).await?;
    Ok(())
}

/// Everything else that the account has open ends. A browser whose word began this attempt keeps it: the attempt could
/// not be finished otherwise.
async fn raise_version(
    visitor: &Visitor,
    tx: &mut Tx,
    attempt: &Attempt,
    account: &mut Account,
) -> Result<()> {
    let before = account.security_version;
    account.security_version = tx.raise_security_version(&account.id).await?;
    if attempt.phone_claim.is_some()
        && !attempt.binds_claim()
        && let Some(browser) = &visitor.browser_cookie
    {
        let (browser, version) = (token_hash(browser), account.security_version);
        tx.move_binding(&account.id, &browser, before, version)
            .await?;
    }
    Ok(())
}

/// Goes on to backup codes, or to the session for somebody who has some.
async fn codes_or_session(
    s: &Services,
    visitor: &Visitor,
    mut tx: Tx,
    mut open: Open,
) -> Result<Progress> {
    let means = Means::held(&mut tx, &open.account.id).await?;
    if !needs_codes(&open.attempt, &means) {
        return finish(s, visitor, tx, &open).await;
    }
    open.attempt.step = AttemptStep::BackupCodes;
    let version = open.attempt.security_version;
    if !tx
        .move_attempt(&open.attempt.id, open.attempt.step, version)
        .await?
    {
        return Err(Refusal::AttemptOver.into());
    }
    show_new_codes(s, tx, open).await
}

/// Codes are saved where none are left, and anew where an administrator's code was needed: the old ones
/// are lost as well (SECURITY 12).
fn needs_codes(attempt: &Attempt, means: &Means) -> bool {
    !means.has_backup_codes() || attempt.proven_with == Some(ProvenWith::AdminCode)
}

async fn show_new_codes(s: &Services, mut tx: Tx, open: Open) -> Result<Progress> {
    let codes = enrolment::new_codes(s);
    enrolment::store_codes(s, &mut tx, &open.account.id, &codes).await?;
    tx.commit().await?;
    answer(s, &open, SetupPart::Codes { codes }).await
}

async fn finish(s: &Services, visitor: &Visitor, tx: Tx, open: &Open) -> Result<Progress> {
    let finish = Finish {
        account: &open.account,
        company: &open.company,
        course: Course::Attempt(&open.attempt.id),
        next: open.attempt.next.as_deref(),
        trust_days: open
            .attempt
            .trust_days
            .and_then(|days| u16::try_from(days).ok()),
    };
    sign_in::complete(s, visitor, tx, finish).await
}

async fn shown(s: &Services, open: &Open) -> Result<Progress> {
    Ok(Progress {
        step: show(s, &open.attempt, &open.account, &open.company).await?,
        cookies: Cookies::default(),
    })
}

async fn answer(s: &Services, open: &Open, part: SetupPart) -> Result<Progress> {
    let means = Means::seen(s, &open.account.id).await?;
    Ok(Progress {
        step: step(s, &open.attempt, &open.account, &open.company, &means, part),
        cookies: Cookies::default(),
    })
}

/// The step as it is shown again after a reload: without the codes, which are shown once.
pub(super) async fn show(
    s: &Services,
    attempt: &Attempt,
    account: &Account,
    company: &Company,
) -> Result<Step> {
    let part = if attempt.step == AttemptStep::BackupCodes {
        SetupPart::Codes { codes: Vec::new() }
    } else {
        match app_under_way(s, attempt, account, company).await? {
            Some(app) => SetupPart::App(app),
            None => SetupPart::Choose {
                methods: ways_to_set_up(attempt, account, company),
            },
        }
    };
    let means = Means::seen(s, &account.id).await?;
    Ok(step(s, attempt, account, company, &means, part))
}

async fn app_under_way(
    s: &Services,
    attempt: &Attempt,
    account: &Account,
    company: &Company,
) -> Result<Option<AppSetup>> {
    let enrolment = s.db.enrolment(&attempt.id.0, s.now()).await?;
    enrolment
        .map(|enrolment| enrolment::shown_app(s, &enrolment, account, company))
        .transpose()
}

/// A part with its place: the way is one step, the codes another, and each is there only if it is needed.
fn step(
    s: &Services,
    attempt: &Attempt,
    account: &Account,
    company: &Company,
    means: &Means,
    part: SetupPart,
) -> Step {
    let is_codes = matches!(part, SetupPart::Codes { .. });
    let ways = ways_to_set_up(attempt, account, company);
    // A mailbox alone counted with its code, before anything was shown.
    let has_way = !is_codes || !matches!(*ways, [] | [Method::Email]);
    let has_codes = is_codes || needs_codes(attempt, means);
    let of = u8::from(has_way) + u8::from(has_codes);
    Step::Setup(SetupStep {
        attempt: attempt.id.0.clone(),
        company: company.alias.clone(),
        username: account.username.clone(),
        part,
        position: if is_codes { of } else { 1 },
        of,
        expires_in: s.now().seconds_until(attempt.expires_at),
    })
}
