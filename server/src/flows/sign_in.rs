//! The attempt as a whole: begun by a first credential, moved from step to step, finished by a
//! session. The server owns its state; a browser only shows the step that it is answered.

use std::time::Duration;

use app::wire::{ChangePasswordStep, Method, SsoFailure, Step};

use crate::{
    clock::Moment,
    domain::{
        landing,
        password::PasswordPolicy,
        second_factor::{self, Demand, STRICT_SESSION},
    },
    keys::token_hash,
    metrics::SignInStage,
    storage::{
        Account, AccountState, Attempt, AttemptId, AttemptStep, AuditKind, BrowserId, Company,
        NewAttempt, NewSession, PhoneClaimId, ProvenWith, SessionId, SsoRequestId, Tx,
    },
};

use super::{
    Cookies, Error, Fault, Held, Progress, Refusal, Result, Services, Visitor,
    company::closed,
    demand::{self, Means},
    lock, phone, presence, second_proof, security, set_up, sso, trust,
};

pub(super) use super::demand::ways;

/// From the first credential to the session.
const ATTEMPT_LIFE: Duration = Duration::from_secs(10 * 60);
/// The same when a password is to be chosen on the way, or from where a second way is set up.
pub(super) const SET_UP_LIFE: Duration = Duration::from_secs(30 * 60);
/// Browsers that an account knows at most.
const KNOWN_BROWSERS: i64 = 10;

/// What a first credential is, where that changes what follows.
#[derive(Clone, Copy)]
pub(super) enum Credential<'a> {
    /// A password, or the link that led to one.
    Password,
    /// An administrator's password where everybody else signs in outside: no browser stands for the second proof.
    BreakGlass,
    /// An identity at a provider, which this request brought.
    Identity {
        request: &'a SsoRequestId,
        /// Whether the company's own second proof is asked after it.
        asks_second: bool,
        /// What it proves of Amazon Connect as well.
        claim: Option<&'a PhoneClaimId>,
    },
    /// A password that is to bind the identity of this request: no browser stands for the second proof.
    Binding {
        request: &'a SsoRequestId,
        claim: Option<&'a PhoneClaimId>,
    },
    /// A password that is to bind the Connect user of this claim, as strictly.
    Claiming(&'a PhoneClaimId),
    /// The same by a code or a link that was mailed: the mailbox is proven, and what else there is is asked.
    ClaimingByMail(&'a PhoneClaimId),
    /// A Connect user on a browser that speaks for this account.
    Phone {
        claim: &'a PhoneClaimId,
        /// Whether it speaks for other accounts too.
        shared: bool,
    },
}

impl<'a> Credential<'a> {
    fn request(self) -> Option<SsoRequestId> {
        match self {
            Self::Identity { request, .. } | Self::Binding { request, .. } => Some(request.clone()),
            Self::Password
            | Self::BreakGlass
            | Self::Claiming(_)
            | Self::ClaimingByMail(_)
            | Self::Phone { .. } => None,
        }
    }

    fn claim(self) -> Option<&'a PhoneClaimId> {
        match self {
            Self::Identity { claim, .. } | Self::Binding { claim, .. } => claim,
            Self::Claiming(claim) | Self::ClaimingByMail(claim) | Self::Phone { claim, .. } => {
                Some(claim)
            }
            Self::Password | Self::BreakGlass => None,
        }
    }

    fn binds(self) -> bool {
        matches!(
            self,
            Self::Binding { .. } | Self::Claiming(_) | Self::ClaimingByMail(_)
        )
    }

    /// Whether a claim is to be bound; if not, the browser speaks for its user already.
    fn binds_claim(self) -> bool {
        self.claim().is_some() && !matches!(self, Self::Phone { .. })
    }

    /// Whether a password was compared.
    fn is_password(self) -> bool {
        matches!(
            self,
            Self::Password | Self::BreakGlass | Self::Binding { .. } | Self::Claiming(_)
        )
    }
}

/// A first credential that was right.
pub(super) struct Proven<'a> {
    /// As it was when the credential was compared.
    pub account: &'a Account,
    /// Where the person wanted to go.
    pub next: Option<&'a str>,
    /// The counter that the right password clears.
    pub throttle: Option<&'a [u8]>,
    pub credential: Credential<'a>,
}

/// Goes on from a first credential that was right: to the next step, or straight to a session.
///
/// # Errors
/// When the account may not sign in, or has changed since the credential was compared.
pub(super) async fn begin(s: &Services, visitor: &Visitor, proven: Proven<'_>) -> Result<Progress> {
    begin_for(s, visitor, proven, None).await
}

/// The same where no session comes of it: with `connects`, the account is connected with that session's.
///
/// # Errors
/// As [`begin`].
pub(super) async fn begin_for(
    s: &Services,
    visitor: &Visitor,
    proven: Proven<'_>,
    connects: Option<&SessionId>,
) -> Result<Progress> {
    let tx = s.db.begin().await?;
    begin_in(s, visitor, tx, proven, connects).await
}

/// The same in a transaction in which the credential was used up. It is committed, unless the account has changed.
///
/// # Errors
/// As [`begin`].
pub(super) async fn begin_in(
    s: &Services,
    visitor: &Visitor,
    mut tx: Tx,
    proven: Proven<'_>,
    connects: Option<&SessionId>,
) -> Result<Progress> {
    tx.lock_account(&proven.account.id).await?;
    let account = tx
        .account(&proven.account.id)
        .await?
        .ok_or(Refusal::WrongCredentials)?;
    if account.security_version != proven.account.security_version {
        return Err(Refusal::WrongCredentials.into());
    }
    // As it is now: its rules may have changed while the password waited to be compared.
    let company = &tx
        .company(&account.company_id)
        .await?
        .ok_or(Refusal::WrongCredentials)?;
    if let Some(key) = proven.throttle {
        tx.clear_throttle(key);
    }
    let credential = proven.credential;
    let barred = barred(s, &account, company, credential.is_password());
    // Secure Login opens a desk and nothing else.
    let is_no_agent = credential.claim().is_some() && !account.agent;
    if let Some(refusal) = barred.or(is_no_agent.then_some(Refusal::Forbidden)) {
        if let Some(claim) = credential.claim() {
            tx.hold_phone_claim(claim, false).await?;
        }
        let mut event = s.event(visitor, AuditKind::SignInRefused, &account);
        event.reason = Some(barred_reason(&refusal).to_owned());
        tx.audit(event);
        let refusal = lock::told(&mut tx, &company.alias, &account, refusal).await?;
        tx.commit().await?;
        return Err(refusal.into());
    }
    if credential.is_password() {
        tx.audit(s.event(visitor, AuditKind::CredentialAccepted, &account));
    }
    s.metrics.sign_in(SignInStage::CredentialOk);
    let changes_password =
        credential.is_password() && must_change_password(&account, company, s.now());
    let mut sets_up = false;
    let (step, way) = if changes_password {
        (Some(AttemptStep::ChangePassword), None)
    } else {
        let demand = asked(s, visitor, &mut tx, &account, company, credential).await?;
        sets_up = matches!(credential, Credential::ClaimingByMail(_))
            && demand::mailbox_is_enough(&demand);
        let way = demand.methods().first().copied();
        (way.map(|_| AttemptStep::Code), way)
    };
    let now = s.now();
    if let Some(old) = &visitor.attempt_cookie {
        tx.cancel_attempt(&token_hash(old), now).await?;
    }
    let next = proven
        .next
        .and_then(|next| landing::inside(&company.alias, next));
    let Some(step) = step else {
        if let Some(session) = connects {
            return security::connected(s, visitor, tx, session, &account, company).await;
        }
        let finish = Finish {
            account: &account,
            company,
            course: Course::AtOnce(credential),
            next: next.as_deref(),
            trust_days: None,
        };
        return complete(s, visitor, tx, finish).await;
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
        method: way.map(second_factor::name),
        next,
        connects: connects.cloned(),
        sso_request: credential.request(),
        binds: credential.binds(),
        phone_claim: credential.claim().cloned(),
        proven_with: matches!(credential, Credential::ClaimingByMail(_))
            .then_some(ProvenWith::Email),
        created_at: now,
        expires_at: now.plus(life),
    };
    if let Credential::Binding { request, .. } = credential {
        tx.extend_sso_request(request, now.plus(SET_UP_LIFE))
            .await?;
    }
    tx.add_attempt(&attempt).await?;
    if way == Some(Method::Email) && !sets_up {
        second_proof::send_code_if_allowed(s, visitor, &mut tx, &account, company, &attempt.id)
            .await?;
    }
    let attempt = Attempt {
        id: attempt.id,
        account_id: attempt.account_id,
        security_version: attempt.security_version,
        step,
        method: attempt.method.map(str::to_owned),
        proven_with: attempt.proven_with,
        trust_days: None,
        next: attempt.next,
        connects: attempt.connects,
        sso_request: attempt.sso_request,
        binds: attempt.binds,
        phone_claim: attempt.phone_claim,
        created_at: now,
        expires_at: attempt.expires_at,
        finished_at: None,
    };
    if sets_up {
        let open = Open {
            attempt,
            account,
            company: company.clone(),
        };
        let mut progress = set_up::begin(s, visitor, tx, open, ProvenWith::Email, None).await?;
        if progress.cookies.attempt == Held::AsBefore {
            progress.cookies.attempt = Held::New(cookie);
        }
        return Ok(progress);
    }
    tx.commit().await?;
    Ok(Progress {
        step: show(s, &attempt, &account, company).await?,
        cookies: Cookies {
            attempt: Held::New(cookie),
            ..Cookies::default()
        },
    })
}

/// What is asked now; nothing on a browser that stands for the proof. It never stands for setting
/// something up, for binding what is outside, for a way past single sign-on or on a browser that several share.
async fn asked(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    account: &Account,
    company: &Company,
    credential: Credential<'_>,
) -> Result<Demand> {
    let rules = company.policy.rules();
    let is_usual = match credential {
        Credential::Password | Credential::Identity { claim: None, .. } => true,
        Credential::Phone { shared, .. } => !shared && !rules.is_strict(account.admin),
        Credential::BreakGlass
        | Credential::Identity { claim: Some(_), .. }
        | Credential::Binding { .. }
        | Credential::Claiming(_)
        | Credential::ClaimingByMail(_) => false,
    };
    if is_usual && rules.is_off() {
        return Ok(Demand::Nothing);
    }
    let means = Means::held(tx, &account.id).await?;
    let demand = match credential {
        Credential::Identity {
            asks_second: false, ..
        } => return Ok(Demand::Nothing),
        Credential::Identity { claim: Some(_), .. }
        | Credential::Binding { .. }
        | Credential::Claiming(_) => {
            return Ok(means.demand_if_any(account, company, s.now()));
        }
        Credential::ClaimingByMail(_) => {
            return Ok(means.demand_beside_mail(account, company, s.now()));
        }
        Credential::Phone { shared: true, .. } => {
            return Ok(means.demand_anything(account, company, s.now()));
        }
        Credential::BreakGlass => {
            return Ok(means.demand_always(account, company, s.now()));
        }
        Credential::Phone { .. } if !is_usual => {
            return Ok(means.demand_always(account, company, s.now()));
        }
        Credential::Password | Credential::Identity { .. } | Credential::Phone { .. } => {
            means.demand(account, company, s.now())
        }
    };
    if matches!(demand, Demand::Prove(_)) && trust::stands(s, visitor, tx, account, company).await?
    {
        return Ok(Demand::Nothing);
    }
    Ok(demand)
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
    let credential = credential_of(&mut tx, attempt, company).await?;
    let demand = asked(s, visitor, &mut tx, &account, company, credential).await?;
    let Some(way) = demand.methods().first().copied() else {
        let finish = Finish {
            account: &account,
            company,
            course: Course::Attempt(&attempt.id),
            next: attempt.next.as_deref(),
            trust_days: None,
        };
        return complete(s, visitor, tx, finish).await;
    };
    if !tx
        .move_attempt(&attempt.id, AttemptStep::Code, account.security_version)
        .await?
    {
        return Err(Refusal::AttemptOver.into());
    }
    let mut open = Open {
        attempt: Attempt {
            step: AttemptStep::Code,
            security_version: account.security_version,
            ..attempt.clone()
        },
        account,
        company: company.clone(),
    };
    second_proof::turn_to(s, visitor, &mut tx, &mut open, way).await?;
    tx.commit().await?;
    Ok(Progress {
        step: show(s, &open.attempt, &open.account, &open.company).await?,
        cookies: Cookies::default(),
    })
}

/// What an attempt that asked for a new password began with.
async fn credential_of<'a>(
    tx: &mut Tx,
    attempt: &'a Attempt,
    company: &Company,
) -> Result<Credential<'a>> {
    Ok(match (&attempt.sso_request, &attempt.phone_claim) {
        (Some(request), claim) => Credential::Binding {
            request,
            claim: claim.as_ref(),
        },
        (None, Some(claim)) => Credential::Claiming(claim),
        (None, None) if sso::is_only_way(tx, company).await? => Credential::BreakGlass,
        (None, None) => Credential::Password,
    })
}

/// What led to a session.
pub(super) enum Course<'a> {
    /// It ends with the session.
    Attempt(&'a AttemptId),
    /// The first credential was enough.
    AtOnce(Credential<'a>),
}

/// What a session is made of, once nothing more is asked.
pub(super) struct Finish<'a> {
    /// As it is now.
    pub account: &'a Account,
    pub company: &'a Company,
    pub course: Course<'a>,
    /// Where the person wanted to go.
    pub next: Option<&'a str>,
    /// "Don't ask again" for so many days.
    pub trust_days: Option<u16>,
}

/// Makes the session and commits: the browser's attempt and its former session end with it. An attempt that connects
/// two accounts ends here too, without a session.
///
/// # Errors
/// When the attempt was finished meanwhile, or the database does not answer; nothing has happened then. An agent for
/// whom no presence reason list counts is told so, and has the attempt behind them.
pub(super) async fn complete(
    s: &Services,
    visitor: &Visitor,
    mut tx: Tx,
    finish: Finish<'_>,
) -> Result<Progress> {
    let Finish {
        account, company, ..
    } = finish;
    let now = s.now();
    let (request, binds, claim) = match finish.course {
        Course::AtOnce(credential) => {
            let claim = credential.claim().cloned();
            let claim = claim.map(|claim| (claim, credential.binds_claim()));
            (credential.request(), credential.binds(), claim)
        }
        Course::Attempt(id) => {
            let attempt = tx.attempt(id).await?.ok_or(Refusal::AttemptOver)?;
            if !tx.finish_attempt(id, now).await? {
                return Err(Refusal::AttemptOver.into());
            }
            if let Some(session) = attempt.connects {
                return security::connected(s, visitor, tx, &session, account, company).await;
            }
            let binds_claim = attempt.binds_claim();
            let claim = attempt.phone_claim.map(|claim| (claim, binds_claim));
            (attempt.sso_request, attempt.binds, claim)
        }
    };
    if presence::is_missing(&mut tx, account, company).await? {
        let refusal = Refusal::PresenceListMissing {
            company: company.alias.clone(),
        };
        let mut event = s.event(visitor, AuditKind::SignInRefused, account);
        event.reason = Some(barred_reason(&refusal).to_owned());
        tx.audit(event);
        tx.commit().await?;
        return Err(refusal.into());
    }
    let phone = match &claim {
        Some((claim, binds)) => {
            let whose = (account, company);
            match phone::check(s, visitor, &mut tx, whose, claim, *binds).await? {
                Ok(entry) => Some(entry),
                Err(refusal) => {
                    tx.commit().await?;
                    return Err(refusal.into());
                }
            }
        }
        None => None,
    };
    let there = match &request {
        Some(request) if binds => {
            match sso::bind_at_last(s, visitor, &mut tx, account, company, request).await? {
                Some(there) => Some(there),
                None => {
                    // Somebody was faster, and the attempt is over: that stays written.
                    tx.commit().await?;
                    return Err(Refusal::SsoFailed(SsoFailure::Taken).into());
                }
            }
        }
        Some(request) => Some(sso::came_by(s, &mut tx, account, request).await?),
        None if phone.is_some() => None,
        None => {
            sso::alarm_if_past(s, visitor, &mut tx, account, company).await?;
            None
        }
    };
    if let Some(entry) = &phone
        && let Some(refusal) = entry.use_claim(s, visitor, &mut tx, account).await?
    {
        tx.commit().await?;
        return Err(refusal.into());
    }
    // A claim that nobody went on with would hide the session.
    if let Some(old) = &visitor.phone_cookie {
        tx.give_up_phone_claim(&token_hash(old)).await?;
    }
    if let Some(old) = &visitor.session_cookie {
        tx.end_session(&token_hash(old), now).await?;
    }
    let session_cookie = s.entropy.token();
    let id = SessionId(s.entropy.id(now));
    let (provider_id, id_token) = match there {
        Some(there) => there.kept_in(s, &id),
        None => (None, None),
    };
    let (browser, held) = know_browser(s, visitor, &mut tx, account, now).await?;
    tx.add_session(NewSession {
        id,
        provider_id,
        id_token,
        cookie_hash: token_hash(&session_cookie),
        account_id: account.id.clone(),
        security_version: account.security_version,
        created_at: now,
        idle: company.session_idle(),
        expires_at: now.plus(session_total(account, company)),
        user_agent: visitor.user_agent.clone(),
        address: visitor.address.to_string(),
        phone_username: phone.as_ref().map(|entry| entry.username.clone()),
    });
    tx.note_sign_in(&account.id, now);
    if let Some(entry) = &phone {
        entry
            .settle(s, visitor, &mut tx, account, company, &browser)
            .await?;
    }
    if let Some(days) = finish.trust_days {
        trust::grant(s, visitor, &mut tx, account, company, &browser, days).await?;
    }
    tx.audit(s.event(visitor, AuditKind::SignedIn, account));
    tx.commit().await?;
    s.metrics.sign_in(SignInStage::SignedIn);
    let workplace = landing::workplace(account.agent, account.admin, account.workplace());
    let landing = match finish.next {
        next if phone.is_some() => phone::landing(&company.alias, next),
        Some(next) => next.to_owned(),
        None => landing::path(&company.alias, workplace),
    };
    Ok(Progress {
        step: Step::SignedIn { landing },
        cookies: Cookies {
            attempt: Held::Gone,
            session: Held::New(session_cookie),
            browser: held,
            phone: visitor
                .phone_cookie
                .as_ref()
                .map_or(Held::AsBefore, |_| Held::Gone),
            ..Cookies::default()
        },
    })
}

/// How long a session lasts at most: under strict rules no more than those allow.
fn session_total(account: &Account, company: &Company) -> Duration {
    let total = company.session_total();
    if company.policy.rules().is_strict(account.admin) {
        total.min(STRICT_SESSION)
    } else {
        total
    }
}

/// Remembers that this browser completed a sign-in for this account. Answers which browser it is.
pub(super) async fn know_browser(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    account: &Account,
    now: Moment,
) -> Result<(BrowserId, Held)> {
    if let Some(cookie) = &visitor.browser_cookie
        && let Some(browser) = tx.browser_by_cookie(&token_hash(cookie)).await?
    {
        tx.know_browser(&account.id, &browser, KNOWN_BROWSERS, now);
        return Ok((browser, Held::AsBefore));
    }
    let cookie = s.entropy.token();
    let browser = BrowserId(s.entropy.id(now));
    tx.add_browser(&browser, &token_hash(&cookie), now);
    tx.know_browser(&account.id, &browser, KNOWN_BROWSERS, now);
    Ok((browser, Held::New(cookie)))
}

/// The step that this browser's attempt is at, or where it is signed in. Nothing is counted or sent.
///
/// # Errors
/// [`Refusal::NoAttempt`] when there is neither.
pub async fn current(s: &Services, visitor: &Visitor) -> Result<Step> {
    match open_attempt(s, visitor, None).await {
        Ok(open) => show(s, &open.attempt, &open.account, &open.company).await,
        Err(Error::Refused(_)) => {
            if let Some(step) = sso::step(s, visitor).await? {
                return Ok(Step::Bind(step));
            }
            if let Some(step) = phone::step(s, visitor).await? {
                return Ok(Step::Bind(step));
            }
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

/// Gives up the attempt and whatever this browser began at a provider or at Amazon Connect to sign in. Without one nothing happens, and that is fine too.
///
/// # Errors
/// When the database does not answer.
pub async fn cancel(s: &Services, visitor: &Visitor) -> Result<Cookies> {
    if let Some(cookie) = visitor.attempt_cookie.as_deref().map(token_hash) {
        let attempt = s.db.attempt_by_cookie(&cookie).await?;
        let mut tx = s.db.begin().await?;
        // An account goes before its attempts, as everywhere.
        if let Some(attempt) = attempt {
            tx.lock_account(&attempt.account_id).await?;
        }
        if let Some(id) = tx.cancel_attempt(&cookie, s.now()).await?
            && let Some(account) = tx.account(&id).await?
        {
            tx.audit(s.event(visitor, AuditKind::SignInCancelled, &account));
        }
        tx.commit().await?;
    }
    Ok(Cookies {
        attempt: Held::Gone,
        sso: sso::give_up(s, visitor).await?,
        phone: phone::give_up(s, visitor).await?,
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
/// reads everything again as it is now, the company's policy too.
///
/// # Errors
/// When the attempt is over or at another step than the request is about, or the account is barred.
pub(super) async fn hold(s: &Services, open: &Open, step: AttemptStep) -> Result<(Tx, Open)> {
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
    let company = tx
        .company(&account.company_id)
        .await?
        .ok_or(Refusal::AttemptOver)?;
    if let Some(refusal) = barred(s, &account, &company, attempt.by_password()) {
        let refusal = lock::told(&mut tx, &company.alias, &account, refusal).await?;
        return Err(refusal.into());
    }
    let open = Open {
        attempt,
        account,
        company,
    };
    Ok((tx, open))
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
pub(super) fn barred(
    s: &Services,
    account: &Account,
    company: &Company,
    by_password: bool,
) -> Option<Refusal> {
    if let Some(refusal) = closed(company) {
        return Some(refusal);
    }
    match account.state {
        AccountState::Enabled | AccountState::SsoOnly => {}
        AccountState::Disabled => return Some(Refusal::AccountDisabled),
        // The mail with it reached nobody, but the operator may have told it.
        AccountState::Bounced if account.password_temporary_until.is_some() => {}
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
    let has_ended = |end: Moment| end <= s.now();
    if by_password && account.password_temporary_until.is_some_and(has_ended) {
        return Some(Refusal::TemporaryPasswordEnded);
    }
    None
}

fn barred_reason(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::AccountDisabled => "disabled",
        Refusal::AccountLocked { .. } => "locked",
        Refusal::TemporaryPasswordEnded => "temporary password ended",
        Refusal::CompanyClosed => "company closed",
        Refusal::PresenceListMissing { .. } => "no presence reason list",
        Refusal::Forbidden => "not an agent",
        _ => "not enabled",
    }
}

fn must_change_password(account: &Account, company: &Company, now: Moment) -> bool {
    let policy = policy(company, now);
    account.password_temporary_until.is_some()
        || account
            .password_length
            .is_some_and(|length| length < i64::from(policy.minimum))
}

/// What a company asks of its passwords now: shorter ones do once a second proof is asked of everybody, unless it asks
/// for more.
pub(super) fn policy(company: &Company, now: Moment) -> PasswordPolicy {
    let chosen = company.settings.password_minimum;
    PasswordPolicy::new(company.policy.rules().is_required(now))
        .at_least(chosen.and_then(|minimum| u16::try_from(minimum).ok()))
}

/// The page of a step.
#[must_use]
pub fn page_of(step: &Step) -> String {
    match step {
        Step::Code(step) => format!("/{}/code", step.company),
        Step::ChangePassword(step) => format!("/{}/change-password", step.company),
        Step::Setup(step) => format!("/{}/setup", step.company),
        Step::Bind(step) => format!("/{}/bind", step.company),
        Step::SignedIn { landing } => landing.clone(),
    }
}

/// The step of an open attempt as the browser is shown it.
pub(super) async fn show(
    s: &Services,
    attempt: &Attempt,
    account: &Account,
    company: &Company,
) -> Result<Step> {
    match attempt.step {
        AttemptStep::Code => second_proof::show(s, attempt, account, company).await,
        AttemptStep::ChangePassword => Ok(Step::ChangePassword(ChangePasswordStep {
            attempt: attempt.id.0.clone(),
            company: company.alias.clone(),
            minimum: policy(company, s.now()).minimum,
            expires_in: s.now().seconds_until(attempt.expires_at),
        })),
        AttemptStep::SetUp | AttemptStep::BackupCodes => {
            set_up::show(s, attempt, account, company).await
        }
    }
}
