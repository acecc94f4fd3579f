//! The first credential: account and password, counted before they are compared, the same for
//! accounts that do not exist.

use std::time::Duration;

use app::wire::{ChangePassword, ConnectCompany, SignIn, SignInAnywhere};

use crate::{
    clock::{Moment, Stopwatch},
    domain::{
        hash_queue::Lane,
        password::{self, PasswordContext},
        throttle,
    },
    hashing::{Full, Place},
    keys::{Purpose, token_hash},
    mail::Letter,
    metrics::SignInStage,
    storage::{
        Account, AccountId, AccountState, AttemptStep, AuditKind, Company, Counted, LiveSession,
        NewAuditEvent, StoredPassword, Tx, WAITS, fold,
    },
};

use super::{
    Progress, Refusal, Result, Services, Visitor, lock,
    sign_in::{self, Credential},
    sso,
};

/// The longest account name or address that is looked at.
const LONGEST_ACCOUNT: usize = 254;
/// Bytes of a password that are looked at: far above 128 characters of any script.
const LONGEST_PASSWORD: usize = 4096;

/// Signs in at a company's page.
///
/// # Errors
/// As [`Refusal`] tells; the same for known and unknown accounts.
pub async fn sign_in(
    s: &Services,
    visitor: &Visitor,
    alias: &str,
    typed: &SignIn,
) -> Result<Progress> {
    let company = super::company::by_alias(s, alias).await?;
    let is_past = sso::is_instead(s, &company).await?;
    if !company.passwords && !is_past {
        return Err(Refusal::PasswordsOff.into());
    }
    let (account, throttle) =
        compare_for(s, visitor, &company, &typed.account, &typed.password).await?;
    if is_past && !account.admin {
        return refuse_password(s, visitor, &account, &throttle).await;
    }
    let proven = sign_in::Proven {
        account: &account,
        next: typed.next.as_deref(),
        throttle: Some(&throttle),
        credential: if is_past {
            Credential::BreakGlass
        } else {
            Credential::Password
        },
    };
    sign_in::begin(s, visitor, proven).await
}

/// Tells somebody whose password is right that people here sign in outside; nobody else learns that it is.
async fn refuse_password(
    s: &Services,
    visitor: &Visitor,
    account: &Account,
    throttle: &[u8],
) -> Result<Progress> {
    let mut tx = s.db.begin().await?;
    tx.clear_throttle(throttle);
    let mut event = s.event(visitor, AuditKind::SignInRefused, account);
    event.reason = Some("passwords off".to_owned());
    tx.audit(event);
    tx.commit().await?;
    Err(Refusal::PasswordsOff.into())
}

/// Begins to prove an account of another company within a session, by the same password, counters and waits as a
/// sign-in there; what is proven is connected with the session's account.
///
/// # Errors
/// As [`sign_in`].
pub(super) async fn connect(
    s: &Services,
    visitor: &Visitor,
    session: &LiveSession,
    company: &Company,
    typed: &ConnectCompany,
) -> Result<Progress> {
    if !company.passwords {
        return Err(Refusal::PasswordsOff.into());
    }
    let (account, throttle) =
        compare_for(s, visitor, company, &typed.account, &typed.password).await?;
    let proven = sign_in::Proven {
        account: &account,
        next: None,
        throttle: Some(&throttle),
        credential: Credential::Password,
    };
    sign_in::begin_for(s, visitor, proven, Some(&session.id)).await
}

/// Compares what was typed for an account of a company; answers whose password it is, and the counter that this clears.
pub(super) async fn compare_for(
    s: &Services,
    visitor: &Visitor,
    company: &Company,
    account: &str,
    password: &str,
) -> Result<(Account, Vec<u8>)> {
    check_typed(account, password)?;
    let folded = fold(account);
    let account = s.db.account_by_identifier(&company.id, &folded).await?;
    let claim = Claim {
        scope: &company.id.0,
        identifier: &folded,
        account: account.as_ref(),
        company: Some(company),
    };
    let throttle = compare(s, visitor, claim, password).await?;
    Ok((account.ok_or(Refusal::WrongCredentials)?, throttle))
}

/// Signs in without a company, by e-mail address. Exactly one hash is compared, and companies are
/// named only once a password was right.
///
/// # Errors
/// As [`Refusal`] tells; the same for known and unknown addresses.
pub async fn sign_in_anywhere(
    s: &Services,
    visitor: &Visitor,
    typed: &SignInAnywhere,
) -> Result<Progress> {
    check_typed(&typed.username, &typed.password)?;
    if !typed.username.contains('@') {
        return Err(Refusal::InvalidRequest.into());
    }
    let folded = fold(&typed.username);
    let account = s.db.account_anywhere(&folded).await?;
    let company = match &account {
        Some(account) => {
            s.db.company(&account.company_id)
                .await?
                .filter(|company| company.passwords)
        }
        None => None,
    };
    let account = account.filter(|_| company.is_some());
    let claim = Claim {
        scope: "",
        identifier: &folded,
        account: account.as_ref(),
        company: company.as_ref(),
    };
    let throttle = compare(s, visitor, claim, &typed.password).await?;
    let account = account.ok_or(Refusal::WrongCredentials)?;
    let proven = sign_in::Proven {
        account: &account,
        next: None,
        throttle: Some(&throttle),
        credential: Credential::Password,
    };
    sign_in::begin(s, visitor, proven).await
}

/// Who somebody says they are.
struct Claim<'a> {
    /// The company's id, or nothing for a sign-in without one.
    scope: &'a str,
    identifier: &'a str,
    account: Option<&'a Account>,
    company: Option<&'a Company>,
}

/// Counts the try, compares the password and answers the counter that a success clears.
///
/// Every identifier costs the same statements and one verification, known or not.
async fn compare(
    s: &Services,
    visitor: &Visitor,
    claim: Claim<'_>,
    typed: &str,
) -> Result<Vec<u8>> {
    s.metrics.sign_in(SignInStage::Started);
    let nobody = AccountId(String::new());
    let browser = visitor.browser_cookie.as_deref().map(token_hash);
    let is_known = match &browser {
        Some(browser) => {
            let account = claim.account.map_or(&nobody, |account| &account.id);
            s.db.knows_browser(account, browser).await?
        }
        // Nobody knows it, whoever was typed.
        None => false,
    };
    let browser = browser.unwrap_or_default();
    // A browser that has signed in here before has a counter and a lane of its own, so that
    // strangers who guess at this account cannot shut its owner out.
    let (lane, own): (_, &[u8]) = if is_known {
        (Lane::Known, &browser)
    } else {
        (Lane::Unknown, &[])
    };
    let key = counter(s, claim.scope, claim.identifier, own);
    let place = reserve(s, visitor, lane)?;
    count(s, &key).await?;
    let hash = claim
        .account
        .and_then(|account| account.password_hash.as_deref());
    let watch = Stopwatch::start();
    let verdict = place.verify(typed.to_owned(), hash).await;
    s.metrics.hashed(watch.elapsed());
    if !verdict.matches {
        s.metrics.sign_in(SignInStage::WrongCredentials);
        write_failure(s, visitor, &claim).await?;
        return Err(Refusal::WrongCredentials.into());
    }
    if verdict.outdated
        && let (Some(account), Some(old)) = (claim.account, hash)
        && let Ok(place) = s.hashing.reserve(lane, s.network(visitor.address))
    {
        let new = place.hash(typed.to_owned(), s.entropy.bytes()).await;
        let mut tx = s.db.begin().await?;
        tx.rehash_password(&account.id, old, &new).await?;
        tx.commit().await?;
    }
    Ok(key.to_vec())
}

/// The key of a counter: of what was typed in a scope, and of the browser if it is known.
fn counter(s: &Services, scope: &str, identifier: &str, own: &[u8]) -> [u8; 32] {
    s.keys.hash(
        Purpose::Throttle,
        &[scope.as_bytes(), identifier.as_bytes(), own],
    )
}

/// Counts a mailed code for what somebody typed as their account, known or not, before it is compared. Answers the
/// counter that a right one clears.
///
/// # Errors
/// [`Refusal::Wait`]
pub(super) async fn count_code(
    s: &Services,
    visitor: &Visitor,
    company: &Company,
    folded: &str,
    account: Option<&AccountId>,
) -> Result<Vec<u8>> {
    let nobody = AccountId(String::new());
    let browser = visitor.browser_cookie.as_deref().map(token_hash);
    let browser = browser.unwrap_or_default();
    let is_known =
        s.db.knows_browser(account.unwrap_or(&nobody), &browser)
            .await?;
    let own: &[u8] = if is_known { &browser } else { &[] };
    let key = counter(s, &company.id.0, folded, own);
    count(s, &key).await?;
    Ok(key.to_vec())
}

/// An event about what somebody typed as their account; an unknown one only as a keyed hash.
pub(super) fn about_typed(
    s: &Services,
    visitor: &Visitor,
    company: &Company,
    folded: &str,
    account: Option<&AccountId>,
    kind: AuditKind,
) -> NewAuditEvent {
    let at = s.now();
    NewAuditEvent {
        id: s.entropy.id(at),
        at,
        company: Some(company.id.clone()),
        account: account.cloned(),
        actor: None,
        kind,
        reason: match account {
            Some(_) => None,
            None => Some(unknown(s, &company.id.0, folded)),
        },
        reference: visitor.reference.clone(),
        address: visitor.address.to_string(),
    }
}

/// Forgets the wrong passwords that strangers typed for an account, by whichever name, because its
/// person has proven themselves by a mailed link (SECURITY 11).
///
/// # Errors
/// When the database does not answer.
pub(super) async fn clear_waits(s: &Services, tx: &mut Tx, account: &Account) -> Result<()> {
    let (company, username, email) = (
        &account.company_id.0,
        fold(&account.username),
        fold(&account.email),
    );
    // Their own browsers wait by counters of their own.
    let mut browsers = tx.known_cookies(&account.id).await?;
    browsers.push(Vec::new());
    for own in &browsers {
        for (scope, identifier) in [
            (company.as_str(), &username),
            (company, &email),
            ("", &email),
        ] {
            tx.clear_throttle(&counter(s, scope, identifier, own));
        }
    }
    Ok(())
}

/// An unknown identifier as the audit log may keep it: a keyed hash that tells repeats apart.
pub(super) fn unknown(s: &Services, scope: &str, identifier: &str) -> String {
    let key = counter(s, scope, identifier, &[]);
    let hash = s.keys.hash(Purpose::Audit, &[&key]);
    format!("unknown account {}", hex::encode(&hash[..6]))
}

fn reserve(s: &Services, visitor: &Visitor, lane: Lane) -> Result<Place> {
    s.hashing
        .reserve(lane, s.network(visitor.address))
        .map_err(|Full { retry_after }| {
            s.metrics.sign_in(SignInStage::Busy);
            Refusal::Busy {
                seconds: u32::try_from(retry_after.as_secs()).unwrap_or(u32::MAX),
            }
            .into()
        })
}

async fn count(s: &Services, key: &[u8]) -> Result<()> {
    let now = s.now();
    match s
        .db
        .count_password_try(key, now, throttle::LIFE, &waits())
        .await?
    {
        Counted::Try(_) => Ok(()),
        Counted::Waiting { until } => {
            s.metrics.sign_in(SignInStage::Wait);
            Err(Refusal::Wait {
                seconds: now.seconds_until(until).max(1),
            }
            .into())
        }
    }
}

/// The waits after the fifth wrong password and on.
fn waits() -> [Duration; WAITS] {
    std::array::from_fn(|index| {
        let failures = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(5);
        throttle::wait_after(failures).unwrap_or_default()
    })
}

/// Writes the failure; an unknown identifier only as a keyed hash that tells repeats apart.
async fn write_failure(s: &Services, visitor: &Visitor, claim: &Claim<'_>) -> Result<()> {
    let at = s.now();
    let mut tx = s.db.begin().await?;
    tx.audit(NewAuditEvent {
        id: s.entropy.id(at),
        at,
        company: claim.company.map(|company| company.id.clone()),
        account: claim.account.map(|account| account.id.clone()),
        actor: None,
        kind: AuditKind::WrongPassword,
        reason: claim
            .account
            .is_none()
            .then(|| unknown(s, claim.scope, claim.identifier)),
        reference: visitor.reference.clone(),
        address: visitor.address.to_string(),
    });
    tx.commit().await?;
    Ok(())
}

fn check_typed(account: &str, password: &str) -> Result<(), Refusal> {
    check_account(account)?;
    if password.is_empty() || password.len() > LONGEST_PASSWORD {
        return Err(Refusal::InvalidRequest);
    }
    Ok(())
}

/// Refuses what cannot name an account.
pub(super) fn check_account(typed: &str) -> Result<(), Refusal> {
    let sensible = !typed.trim().is_empty()
        && typed.len() <= LONGEST_ACCOUNT
        && !typed.contains(char::is_control);
    if sensible {
        Ok(())
    } else {
        Err(Refusal::InvalidRequest)
    }
}

/// Replaces a temporary or too short password within an attempt.
///
/// # Errors
/// When the attempt is not at this step, or the new password is refused; the person tries another.
pub async fn change(s: &Services, visitor: &Visitor, typed: &ChangePassword) -> Result<Progress> {
    let open = sign_in::open_attempt(s, visitor, Some(&typed.attempt)).await?;
    if open.attempt.step != AttemptStep::ChangePassword {
        return Err(Refusal::OtherStep.into());
    }
    check_new(&typed.password, &open.account, &open.company, s.now())?;
    // The new password must not be the one that it replaces: comparing costs a hash like any other.
    let place = reserve(s, visitor, Lane::Known)?;
    let same = place
        .verify(
            typed.password.clone(),
            open.account.password_hash.as_deref(),
        )
        .await;
    if same.matches {
        return Err(Refusal::PasswordRefused(app::wire::PasswordFlaw::Unchanged).into());
    }
    let password = hash_new(s, visitor, Lane::Known, &typed.password).await?;
    let (mut tx, open) = sign_in::hold(s, &open, AttemptStep::ChangePassword).await?;
    tx.set_password(&open.account.id, &password, s.now())
        .await?;
    if open.account.state == AccountState::Bounced {
        tx.become_enabled(&open.account.id).await?;
    }
    tx.end_sessions(&open.account.id, s.now()).await?;
    tx.audit(s.event(visitor, AuditKind::PasswordChanged, &open.account));
    let letter = Letter::PasswordChanged {
        username: open.account.username.clone(),
        at: s.now(),
    };
    s.post_back(visitor, &mut tx, &open.account, &open.company, &letter)
        .await?;
    sign_in::after_password_change(s, visitor, tx, &open.attempt, &open.company).await
}

/// Refuses a new password that breaks the rules, and says why.
///
/// # Errors
/// [`Refusal::PasswordRefused`]
pub(super) fn check_new(
    typed: &str,
    account: &Account,
    company: &Company,
    now: Moment,
) -> Result<(), Refusal> {
    let context = PasswordContext {
        company_name: &company.name,
        alias: &company.alias,
        username: &account.username,
        email: &account.email,
        name: &account.name,
    };
    password::check(typed, sign_in::policy(company, now), &context)
        .map_err(Refusal::PasswordRefused)
}

/// Hashes a new password in the pool.
///
/// # Errors
/// [`Refusal::Busy`] when its queue is full.
pub(super) async fn hash_new(
    s: &Services,
    visitor: &Visitor,
    lane: Lane,
    typed: &str,
) -> Result<StoredPassword> {
    let place = reserve(s, visitor, lane)?;
    let hash = place.hash(typed.to_owned(), s.entropy.bytes()).await;
    let length = password::normalised(typed).chars().count();
    Ok(StoredPassword {
        hash,
        length: i64::try_from(length).unwrap_or(i64::MAX),
        temporary_until: None,
    })
}

/// Proves again who is signed in, by the password; throttled like a sign-in.
///
/// # Errors
/// [`Refusal::WrongCredentials`] when it is wrong, [`Refusal::AccountLocked`] when it is right and
/// the account is locked.
pub async fn prove(s: &Services, visitor: &Visitor, typed: &str) -> Result<()> {
    let (session, account) = own_account(s, visitor).await?;
    let own = compare_own(s, visitor, session, account, typed).await?;
    let (tx, _) = own.accept(s, visitor).await?;
    tx.commit().await?;
    Ok(())
}

/// The right password of somebody who is signed in.
pub(super) struct OwnPassword {
    pub session: LiveSession,
    /// As it was when the password was compared.
    account: Account,
}

/// Who asks, and their account.
pub(super) async fn own_account(s: &Services, visitor: &Visitor) -> Result<(LiveSession, Account)> {
    let session = super::session::live_in_full(s, visitor).await?;
    let account = s.db.account(&session.account_id).await?;
    Ok((session, account.ok_or(Refusal::SignedOut)?))
}

/// Compares what somebody who is signed in typed as their own password; throttled like a sign-in.
///
/// # Errors
/// [`Refusal::WrongCredentials`] when it is wrong; that is counted and written down. A right one ends
/// the count, whatever becomes of the request.
pub(super) async fn compare_own(
    s: &Services,
    visitor: &Visitor,
    session: LiveSession,
    account: Account,
    typed: &str,
) -> Result<OwnPassword> {
    check_typed(&account.username, typed)?;
    let counter = s
        .keys
        .hash(Purpose::Throttle, &[b"session", session.id.0.as_bytes()]);
    let place = reserve(s, visitor, Lane::Known)?;
    count(s, &counter).await?;
    let verdict = place
        .verify(typed.to_owned(), account.password_hash.as_deref())
        .await;
    let mut tx = s.db.begin().await?;
    if !verdict.matches {
        tx.audit(s.event(visitor, AuditKind::IdentityNotProved, &account));
        tx.commit().await?;
        return Err(Refusal::WrongCredentials.into());
    }
    tx.clear_throttle(&counter);
    tx.commit().await?;
    Ok(OwnPassword { session, account })
}

impl OwnPassword {
    /// Holds the account and takes the password for a fresh proof.
    ///
    /// # Errors
    /// When the account is locked, or it changed or the session ended while the password was compared.
    pub(super) async fn accept(self, s: &Services, visitor: &Visitor) -> Result<(Tx, Account)> {
        let mut tx = s.db.begin().await?;
        tx.lock_account(&self.account.id).await?;
        // Comparing takes a while, in which another request may have ended this session.
        if !tx
            .is_live_session(&self.account.id, &self.session.id, s.now())
            .await?
        {
            return Err(Refusal::SignedOut.into());
        }
        let account = tx
            .account(&self.account.id)
            .await?
            .filter(|account| account.security_version == self.account.security_version)
            .ok_or(Refusal::SignedOut)?;
        if account.locked_at.is_some() {
            // A lock leaves the session alone, but nothing is proven until it is lifted (SECURITY 3).
            tx.audit(s.event(visitor, AuditKind::IdentityNotProved, &account));
            let refusal = Refusal::AccountLocked {
                attempts_left: None,
            };
            let alias = &self.session.company_alias;
            let refusal = lock::told(&mut tx, alias, &account, refusal).await?;
            tx.commit().await?;
            return Err(refusal.into());
        }
        tx.prove_session(&self.session.id, s.now()).await?;
        tx.audit(s.event(visitor, AuditKind::IdentityProved, &account));
        Ok((tx, account))
    }
}
