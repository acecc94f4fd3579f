//! The attempt as a whole: begun by a first credential, moved from step to step, finished by a
//! session. The server owns its state; a browser only shows the step that it is answered.

use std::time::Duration;

use app::wire::{ChangePasswordStep, CodeStep, MailFate, Method, Step};

use crate::{
    clock::Moment,
    domain::{code, landing, password::PasswordPolicy, second_factor},
    keys::token_hash,
    metrics::SignInStage,
    storage::{
        Account, AccountState, Attempt, AttemptId, AttemptStep, AuditKind, BrowserId, Company,
        Factor, NewAttempt, NewSession, SecondFactor, SessionId, Tx,
    },
};

use super::{
    Cookies, Error, Fault, Held, Progress, Refusal, Result, Services, Visitor, second_proof,
    written,
};

/// From the first credential to the session.
const ATTEMPT_LIFE: Duration = Duration::from_secs(10 * 60);
/// The same when a password is to be chosen on the way.
const SET_UP_LIFE: Duration = Duration::from_secs(30 * 60);
/// Browsers that an account knows at most.
const KNOWN_BROWSERS: i64 = 10;

/// A first credential that was right.
pub(super) struct Proven<'a> {
    /// As it was when the credential was compared.
    pub account: &'a Account,
    pub company: &'a Company,
    /// Where the person wanted to go.
    pub next: Option<&'a str>,
    /// The counter that the right password clears.
    pub throttle: Option<&'a [u8]>,
}

/// Goes on from a first credential that was right: to the next step, or straight to a session.
///
/// # Errors
/// When the account may not sign in, or has changed since the credential was compared.
pub(super) async fn begin(s: &Services, visitor: &Visitor, proven: Proven<'_>) -> Result<Progress> {
    let Proven { company, .. } = proven;
    let mut tx = s.db.begin().await?;
    tx.lock_account(&proven.account.id).await?;
    let account = tx
        .account(&proven.account.id)
        .await?
        .ok_or(Refusal::WrongCredentials)?;
    if account.security_version != proven.account.security_version {
        return Err(Refusal::WrongCredentials.into());
    }
    if let Some(key) = proven.throttle {
        tx.clear_throttle(key).await?;
    }
    if let Some(refusal) = barred(s, &account) {
        let mut event = s.event(visitor, AuditKind::SignInRefused, &account);
        event.reason = Some(barred_reason(&refusal).to_owned());
        tx.audit(&event).await?;
        tx.commit().await?;
        return Err(refusal.into());
    }
    tx.audit(&s.event(visitor, AuditKind::CredentialAccepted, &account))
        .await?;
    s.metrics.sign_in(SignInStage::CredentialOk);
    let factors = tx.factors(&account.id).await?;
    let step = if must_change_password(&account, company) {
        Some(AttemptStep::ChangePassword)
    } else if methods(&factors, company).is_empty() {
        None
    } else {
        Some(AttemptStep::Code)
    };
    let now = s.now();
    if let Some(old) = &visitor.attempt_cookie {
        tx.cancel_attempt(&token_hash(old), now).await?;
    }
    let next = proven
        .next
        .and_then(|next| landing::inside(&company.alias, next));
    let Some(step) = step else {
        return complete(s, visitor, tx, &account, company, next.as_deref()).await;
    };
    let cookie = s.entropy.token();
    let life = match step {
        AttemptStep::Code => ATTEMPT_LIFE,
        AttemptStep::ChangePassword | AttemptStep::SetUp | AttemptStep::BackupCodes => SET_UP_LIFE,
    };
    let attempt = NewAttempt {
        id: AttemptId(s.entropy.id(now)),
        cookie_hash: token_hash(&cookie),
        account_id: account.id.clone(),
        security_version: account.security_version,
        step,
        next,
        created_at: now,
        expires_at: now.plus(life),
    };
    tx.add_attempt(&attempt).await?;
    if step == AttemptStep::Code {
        second_proof::send_code_if_allowed(s, visitor, &mut tx, &account, company, &attempt.id)
            .await?;
    }
    tx.commit().await?;
    let attempt = Attempt {
        id: attempt.id,
        account_id: attempt.account_id,
        security_version: attempt.security_version,
        step,
        method: None,
        proven_with: None,
        trust_days: None,
        next: attempt.next,
        created_at: now,
        expires_at: attempt.expires_at,
        finished_at: None,
    };
    Ok(Progress {
        step: show(s, &attempt, &account, company).await?,
        cookies: Cookies {
            attempt: Held::New(cookie),
            ..Cookies::default()
        },
    })
}

/// Moves an open attempt on after a password was chosen in it, in the caller's transaction.
///
/// # Errors
/// When the attempt was finished meanwhile, or the database does not answer.
pub(super) async fn after_password_change(
    s: &Services,
    visitor: &Visitor,
    mut tx: Tx,
    attempt: &Attempt,
    company: &Company,
) -> Result<Progress> {
    let account = tx
        .account(&attempt.account_id)
        .await?
        .ok_or(Refusal::AttemptOver)?;
    let factors = tx.factors(&account.id).await?;
    if methods(&factors, company).is_empty() {
        if !tx.finish_attempt(&attempt.id, s.now()).await? {
            return Err(Refusal::AttemptOver.into());
        }
        return complete(s, visitor, tx, &account, company, attempt.next.as_deref()).await;
    }
    if !tx
        .move_attempt(&attempt.id, AttemptStep::Code, account.security_version)
        .await?
    {
        return Err(Refusal::AttemptOver.into());
    }
    second_proof::send_code_if_allowed(s, visitor, &mut tx, &account, company, &attempt.id).await?;
    tx.commit().await?;
    let attempt = Attempt {
        step: AttemptStep::Code,
        security_version: account.security_version,
        ..attempt.clone()
    };
    Ok(Progress {
        step: show(s, &attempt, &account, company).await?,
        cookies: Cookies::default(),
    })
}

/// Makes the session and commits: the browser's attempt and its former session end with it.
///
/// # Errors
/// When the database does not answer; nothing has happened then.
pub(super) async fn complete(
    s: &Services,
    visitor: &Visitor,
    mut tx: Tx,
    account: &Account,
    company: &Company,
    next: Option<&str>,
) -> Result<Progress> {
    let now = s.now();
    if let Some(old) = &visitor.session_cookie {
        tx.end_session(&token_hash(old), now).await?;
    }
    let session_cookie = s.entropy.token();
    tx.add_session(&NewSession {
        id: SessionId(s.entropy.id(now)),
        cookie_hash: token_hash(&session_cookie),
        account_id: account.id.clone(),
        security_version: account.security_version,
        created_at: now,
        idle: company.session_idle(),
        expires_at: now.plus(company.session_total()),
        user_agent: visitor.user_agent.clone(),
        address: visitor.address.to_string(),
    })
    .await?;
    tx.note_sign_in(&account.id, now).await?;
    let browser = know_browser(s, visitor, &mut tx, account, now).await?;
    tx.audit(&s.event(visitor, AuditKind::SignedIn, account))
        .await?;
    tx.commit().await?;
    s.metrics.sign_in(SignInStage::SignedIn);
    let workplace = landing::workplace(account.agent, account.admin, account.workplace());
    Ok(Progress {
        step: Step::SignedIn {
            landing: next.map_or_else(|| landing::path(&company.alias, workplace), str::to_owned),
        },
        cookies: Cookies {
            attempt: Held::Gone,
            session: Held::New(session_cookie),
            browser,
        },
    })
}

/// Remembers that this browser completed a sign-in for this account.
pub(super) async fn know_browser(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    account: &Account,
    now: Moment,
) -> Result<Held> {
    if let Some(cookie) = &visitor.browser_cookie
        && let Some(browser) = tx.browser_by_cookie(&token_hash(cookie)).await?
    {
        tx.know_browser(&account.id, &browser, KNOWN_BROWSERS, now)
            .await?;
        return Ok(Held::AsBefore);
    }
    let cookie = s.entropy.token();
    let browser = BrowserId(s.entropy.id(now));
    tx.add_browser(&browser, &token_hash(&cookie), now).await?;
    tx.know_browser(&account.id, &browser, KNOWN_BROWSERS, now)
        .await?;
    Ok(Held::New(cookie))
}

/// The step that this browser's attempt is at, or where it is signed in. Nothing is counted or sent.
///
/// # Errors
/// [`Refusal::NoAttempt`] when there is neither.
pub async fn current(s: &Services, visitor: &Visitor) -> Result<Step> {
    match open_attempt(s, visitor, None).await {
        Ok(open) => show(s, &open.attempt, &open.account, &open.company).await,
        Err(Error::Refused(_)) => {
            let session = super::session::live(s, visitor)
                .await
                .map_err(|e| match e {
                    Error::Refused(_) => Refusal::NoAttempt.into(),
                    fault => fault,
                })?;
            Ok(Step::SignedIn {
                landing: super::session::landing_of(&session),
            })
        }
        Err(fault) => Err(fault),
    }
}

/// Gives the attempt up. Without one nothing happens, and that is fine too.
///
/// # Errors
/// When the database does not answer.
pub async fn cancel(s: &Services, visitor: &Visitor) -> Result<Cookies> {
    if let Some(cookie) = &visitor.attempt_cookie {
        let mut tx = s.db.begin().await?;
        if let Some(id) = tx.cancel_attempt(&token_hash(cookie), s.now()).await?
            && let Some(account) = tx.account(&id).await?
        {
            tx.audit(&s.event(visitor, AuditKind::SignInCancelled, &account))
                .await?;
        }
        tx.commit().await?;
    }
    Ok(Cookies {
        attempt: Held::Gone,
        ..Cookies::default()
    })
}

/// An open attempt with everything that its steps need.
pub(super) struct Open {
    pub attempt: Attempt,
    pub account: Account,
    pub company: Company,
}

/// The open attempt that this browser holds. A request that names another one changes nothing.
///
/// # Errors
/// [`Refusal::AttemptOver`] without an open attempt, [`Refusal::OtherAttempt`] when it is not the one
/// that the request is about.
pub(super) async fn open_attempt(
    s: &Services,
    visitor: &Visitor,
    named: Option<&str>,
) -> Result<Open> {
    let cookie = visitor
        .attempt_cookie
        .as_deref()
        .ok_or(Refusal::AttemptOver)?;
    let attempt =
        s.db.attempt_by_cookie(&token_hash(cookie))
            .await?
            .ok_or(Refusal::AttemptOver)?;
    if named.is_some_and(|named| named != attempt.id.0) {
        return Err(Refusal::OtherAttempt.into());
    }
    let account =
        s.db.account(&attempt.account_id)
            .await?
            .ok_or(Refusal::AttemptOver)?;
    check_open(s, &attempt, &account)?;
    let company =
        s.db.company(&account.company_id)
            .await?
            .ok_or_else(|| Fault::Broken(format!("account {} has no company", account.id)))?;
    Ok(Open {
        attempt,
        account,
        company,
    })
}

/// Holds an open attempt's account, so that what is decided about both from here on stays true, and
/// reads them again as they are now.
///
/// # Errors
/// When the attempt is over or at another step than the request is about, or the account is barred.
pub(super) async fn hold(
    s: &Services,
    open: &Open,
    step: AttemptStep,
) -> Result<(Tx, Account, Attempt)> {
    let mut tx = s.db.begin().await?;
    tx.lock_account(&open.account.id).await?;
    let account = tx
        .account(&open.account.id)
        .await?
        .ok_or(Refusal::AttemptOver)?;
    let attempt = tx
        .attempt(&open.attempt.id)
        .await?
        .ok_or(Refusal::AttemptOver)?;
    check_open(s, &attempt, &account)?;
    if attempt.step != step {
        return Err(Refusal::OtherStep.into());
    }
    match barred(s, &account) {
        None => Ok((tx, account, attempt)),
        Some(refusal) => Err(refusal.into()),
    }
}

/// Whether an attempt may still be continued by this account, as both are now.
fn check_open(s: &Services, attempt: &Attempt, account: &Account) -> Result<(), Refusal> {
    let over = attempt.finished_at.is_some()
        || attempt.expires_at <= s.now()
        || attempt.security_version != account.security_version;
    if over {
        Err(Refusal::AttemptOver)
    } else {
        Ok(())
    }
}

/// Why this account may not sign in now, known only to somebody who proved a first credential.
fn barred(s: &Services, account: &Account) -> Option<Refusal> {
    match account.state {
        AccountState::Enabled | AccountState::SsoOnly => {}
        AccountState::Disabled => return Some(Refusal::AccountDisabled),
        // Nobody in these states has a password yet; whoever does all the same is not let in.
        AccountState::Pending | AccountState::Invited | AccountState::Bounced => {
            return Some(Refusal::WrongCredentials);
        }
    }
    if account.locked_at.is_some() {
        return Some(Refusal::AccountLocked {
            attempts_left: None,
        });
    }
    if account
        .password_temporary_until
        .is_some_and(|end| end <= s.now())
    {
        return Some(Refusal::TemporaryPasswordEnded);
    }
    None
}

fn barred_reason(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::AccountDisabled => "disabled",
        Refusal::AccountLocked { .. } => "locked",
        Refusal::TemporaryPasswordEnded => "temporary password ended",
        _ => "not enabled",
    }
}

fn must_change_password(account: &Account, company: &Company) -> bool {
    let policy = policy(company);
    account.password_temporary_until.is_some()
        || account
            .password_length
            .is_some_and(|length| length < i64::from(policy.minimum))
}

/// What a company asks of its passwords.
pub(super) fn policy(company: &Company) -> PasswordPolicy {
    PasswordPolicy::new(company.policy.second_factor == SecondFactor::Required)
}

/// The ways in which a person must or may give the second proof; none when none is asked.
pub(super) fn methods(factors: &[Factor], company: &Company) -> Vec<Method> {
    if company.policy.second_factor == SecondFactor::Off {
        return Vec::new();
    }
    let mut methods = ways(factors);
    if methods.is_empty() && company.policy.second_factor == SecondFactor::Required {
        // The address of the account is proven by the very code that is asked for.
        methods.push(Method::Email);
    }
    methods
}

/// The ways that somebody has set up, each once, last used first.
pub(super) fn ways(factors: &[Factor]) -> Vec<Method> {
    let mut ways = Vec::new();
    for method in factors
        .iter()
        .filter_map(|factor| second_factor::named(&factor.kind))
    {
        if !ways.contains(&method) {
            ways.push(method);
        }
    }
    ways
}

/// The step of an open attempt as the browser is shown it.
pub(super) async fn show(
    s: &Services,
    attempt: &Attempt,
    account: &Account,
    company: &Company,
) -> Result<Step> {
    let now = s.now();
    let expires_in = now.seconds_until(attempt.expires_at);
    if attempt.step == AttemptStep::ChangePassword {
        return Ok(Step::ChangePassword(ChangePasswordStep {
            attempt: attempt.id.0.clone(),
            company: company.alias.clone(),
            minimum: policy(company).minimum,
            expires_in,
        }));
    }
    let factors = s.db.factors(&account.id).await?;
    let methods = methods(&factors, company);
    let newest = s.db.newest_code(&attempt.id).await?;
    let sent =
        s.db.codes_sent_since(&account.id, now.minus(code::MAIL_WINDOW))
            .await?;
    let mail: Option<MailFate> = match &newest {
        Some(code) => s.db.mail_fate(&code.mail_id).await?,
        None => None,
    };
    let resend = code::resend_after(now, &sent);
    let failures = u32::try_from(account.code_failures).unwrap_or(u32::MAX);
    Ok(Step::Code(CodeStep {
        attempt: attempt.id.0.clone(),
        company: company.alias.clone(),
        method: methods.first().copied().unwrap_or(Method::Email),
        methods,
        sent_to: newest.as_ref().map(|_| code::masked(&account.email)),
        sent_at: newest
            .as_ref()
            .map(|code| written(code.sent_at, &company.zone())),
        mail,
        resend_after: Some(now.seconds_until(now.plus(resend))),
        attempts_left: code::warned(failures),
        trust_days: Vec::new(),
        expires_in,
        code_expires_in: newest
            .as_ref()
            .map(|code| now.seconds_until(code.expires_at)),
    }))
}
