//! What comes back from a provider: taken once, from the browser that was sent, checked, and handed to what it was for.

use app::wire::{SsoFailure, SsoTest, Step};

use crate::{
    clock::Stopwatch,
    keys::{Purpose, token_hash},
    mail::Letter,
    sso::{Failed, Identity, Kept, Returned},
    storage::{
        self, Account, AccountId, Arrival, AuditKind, BoundIdentity, Company, IdentityId, Provider,
        SsoPurpose, SsoRequest, SsoState, Tx,
    },
};

use super::super::{
    Cookies, Error, Fault, Held, PhoneMismatch, Progress, Refusal, Result, Services, Visitor,
    sign_in::{self, Credential, Proven},
};
use super::{
    CALLBACK, LIFE, connect, create, failing,
    failing::plain,
    invited,
    matching::{self, Fate},
    prove, provider, seal_id_token, tried,
};

/// Where somebody who came back goes on.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// On this server.
    pub path: String,
    pub cookies: Cookies,
    /// Whether they are where they wanted to be, or on the way.
    pub is_well: bool,
}

/// A request whose answer is being looked at.
pub(super) struct Trip {
    pub request: SsoRequest,
    pub company: Company,
    pub provider: Provider,
}

/// Why somebody who came back goes no further.
pub(super) enum Stop {
    /// Written by [`returned`], with whom it is about where that is known.
    Failed(Failed, Option<AccountId>),
    /// Written already.
    Told(Refusal),
    Fault(Fault),
}

impl Stop {
    pub(super) fn of(why: SsoFailure) -> Self {
        Self::Failed(plain(why), None)
    }

    /// The same about somebody.
    pub(super) fn about(why: SsoFailure, account: &AccountId) -> Self {
        Self::Failed(plain(why), Some(account.clone()))
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::Told(refusal),
            Error::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<storage::Error> for Stop {
    fn from(error: storage::Error) -> Self {
        Self::Fault(error.into())
    }
}

/// Looks at what a browser brought back. Whatever a person did wrong, or a provider, ends at a page that says so.
///
/// # Errors
/// When something of ours does not work.
pub async fn returned(
    s: &Services,
    visitor: &Visitor,
    state: Option<&str>,
    answer: &Returned,
) -> Result<Arrived> {
    let Some(trip) = trip(s, state).await? else {
        tracing::info!(reference = visitor.reference, "an answer to no request");
        return Ok(stopped(visitor, None, SsoFailure::Over.name(), "sso_"));
    };
    let stop = match take(s, visitor, &trip).await {
        Ok(()) => match arrive(s, visitor, &trip, answer).await {
            Ok(arrived) => return Ok(arrived),
            Err(stop) => stop,
        },
        // It is somebody else's, or was dealt with: what they make of it is not touched.
        Err(why) => {
            let stop = why?;
            failing::at_provider(s, visitor, &trip.provider, None, &plain(stop)).await?;
            return Ok(stopped(visitor, Some(&trip), stop.name(), "sso_"));
        }
    };
    match stop {
        Stop::Fault(fault) => Err(fault.into()),
        Stop::Failed(failed, account) => fail(s, visitor, &trip, account, &failed).await,
        Stop::Told(refusal) => {
            end(s, &trip, told(&refusal)).await?;
            let mut arrived = stopped(visitor, Some(&trip), told(&refusal), "");
            if let Refusal::PhoneMismatch(who) = &refusal {
                arrived.path.push_str(&named(who));
            }
            Ok(arrived)
        }
    }
}

async fn trip(s: &Services, state: Option<&str>) -> Result<Option<Trip>> {
    let Some(state) = state else {
        return Ok(None);
    };
    let Some(request) = s.db.sso_request_by_state(&token_hash(state)).await? else {
        return Ok(None);
    };
    let company = s.db.company(&request.company_id).await?;
    let provider = s.db.provider_by_id(&request.provider_id).await?;
    // Removed a moment ago.
    Ok(company.zip(provider).map(|(company, provider)| Trip {
        request,
        company,
        provider,
    }))
}

/// Takes the request for this browser, once. The error is why not, or a fault.
async fn take(s: &Services, visitor: &Visitor, trip: &Trip) -> Result<(), Result<SsoFailure>> {
    let cookie = visitor.sso_cookie.as_deref().map(token_hash);
    if cookie.as_ref() != Some(&trip.request.cookie_hash) {
        return Err(Ok(SsoFailure::OtherBrowser));
    }
    match s.db.take_sso_request(&trip.request.id, s.now()).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(Ok(SsoFailure::Over)),
        Err(error) => Err(Err(error.into())),
    }
}

async fn arrive(
    s: &Services,
    visitor: &Visitor,
    trip: &Trip,
    answer: &Returned,
) -> Result<Arrived, Stop> {
    let whole = Stopwatch::start();
    if !trip.provider.live && trip.request.purpose != SsoPurpose::Test {
        // An administrator took its button away meanwhile.
        return Err(Stop::of(SsoFailure::Over));
    }
    let opened = provider::opened(s, &trip.provider)?;
    let kept = kept(s, &trip.request)?;
    let asking = Stopwatch::start();
    let redirect_uri = s.mailer.address(CALLBACK);
    let identity = s
        .sso
        .receive(&opened, &kept, answer, &redirect_uri, s.now())
        .await;
    let asked = asking.elapsed();
    let identity = identity.map_err(|failed| Stop::Failed(failed, None))?;
    let arrived = match trip.request.purpose {
        SsoPurpose::SignIn => sign_in(s, visitor, trip, &identity).await,
        SsoPurpose::Invitation => invited::accept(s, visitor, trip, &identity).await,
        SsoPurpose::Connect => connect::finish(s, visitor, trip, &identity).await,
        SsoPurpose::Prove => prove::finish(s, visitor, trip, &identity).await,
        SsoPurpose::Test => tried::finish(s, visitor, trip, &identity).await,
    };
    s.metrics.sso_took(whole.elapsed().saturating_sub(asked));
    arrived
}

fn kept(s: &Services, request: &SsoRequest) -> Result<Kept> {
    let broken = |why: String| Fault::Broken(format!("request {}: {why}", request.id));
    let opened = s
        .keys
        .open(
            Purpose::SsoRequest,
            request.id.0.as_bytes(),
            &request.sealed,
        )
        .map_err(|e| broken(e.to_string()))?;
    Ok(serde_json::from_slice(&opened).map_err(|e| broken(e.to_string()))?)
}

/// Signs in whoever it is, or lets them say who they are.
async fn sign_in(
    s: &Services,
    visitor: &Visitor,
    trip: &Trip,
    identity: &Identity,
) -> Result<Arrived, Stop> {
    match matching::decide(s, &trip.provider, identity).await? {
        Fate::Known(bound) => {
            let account = s.db.account(&bound.account_id).await?;
            let account = account.ok_or(Stop::of(SsoFailure::UnknownPerson))?;
            let tx = s.db.begin().await?;
            accept(s, visitor, tx, trip, identity, &account).await
        }
        Fate::Matched(account) => matched(s, visitor, trip, identity, &account).await,
        Fate::New(newcomer) => {
            let mut tx = s.db.begin().await?;
            tx.lock_policy(&trip.company.id).await?;
            match create::add(s, &mut tx, &trip.provider, &newcomer).await? {
                Some(id) => born(s, visitor, tx, trip, identity, &id).await,
                // Somebody was added with this name a moment ago: they prove that it is them.
                None => {
                    tx.rollback().await?;
                    wait(s, visitor, trip, identity).await
                }
            }
        }
        Fate::Bind => wait(s, visitor, trip, identity).await,
        Fate::Refused(why) => Err(Stop::of(why)),
    }
}

/// Binds what came back to the one whom its address has found, for good.
async fn matched(
    s: &Services,
    visitor: &Visitor,
    trip: &Trip,
    identity: &Identity,
    account: &Account,
) -> Result<Arrived, Stop> {
    let mut tx = s.db.begin().await?;
    tx.lock_account(&account.id).await?;
    let account = tx.account(&account.id).await?;
    let account = account.ok_or(Stop::of(SsoFailure::UnknownPerson))?;
    if !matching::still_matched(s, &mut tx, &account, identity).await? {
        return Err(Stop::about(SsoFailure::UnknownPerson, &account.id));
    }
    // Nothing is bound for somebody who may not come in; they are told why.
    if sign_in::barred(s, &account, &trip.company, false).is_none() {
        bind_to(
            s,
            visitor,
            &mut tx,
            trip,
            identity,
            &account,
            AuditKind::IdentityMatched,
        )
        .await?;
        tell(s, visitor, &mut tx, trip, &account).await?;
    }
    accept(s, visitor, tx, trip, identity, &account).await
}

/// Binds what came back to the account that was made for it.
async fn born(
    s: &Services,
    visitor: &Visitor,
    mut tx: Tx,
    trip: &Trip,
    identity: &Identity,
    id: &AccountId,
) -> Result<Arrived, Stop> {
    let account = tx.account(id).await?;
    let account = account.ok_or_else(|| Fault::Broken(format!("account {id} vanished")))?;
    let mut event = s.event(visitor, AuditKind::AccountCreated, &account);
    event.reason = Some("single sign-on".to_owned());
    tx.audit(event);
    bind_to(
        s,
        visitor,
        &mut tx,
        trip,
        identity,
        &account,
        AuditKind::IdentityBound,
    )
    .await?;
    tell(s, visitor, &mut tx, trip, &account).await?;
    accept(s, visitor, tx, trip, identity, &account).await
}

/// Writes to somebody that their login was recognised without their doing.
async fn tell(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    trip: &Trip,
    account: &Account,
) -> Result<(), Stop> {
    let letter = Letter::LoginRecognised {
        username: account.username.clone(),
        provider: trip.provider.shown_name().to_owned(),
        at: s.now(),
    };
    s.post_back(visitor, tx, account, &trip.company, &letter)
        .await?;
    Ok(())
}

/// Binds what came back to somebody whose row is held, and writes it. The caller commits.
pub(super) async fn bind_to(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    trip: &Trip,
    identity: &Identity,
    account: &Account,
    kind: AuditKind,
) -> Result<(), Stop> {
    let now = s.now();
    let is_bound = tx
        .bind_identity(&BoundIdentity {
            id: IdentityId(s.entropy.id(now)),
            company_id: trip.company.id.clone(),
            account_id: account.id.clone(),
            provider_id: trip.provider.id.clone(),
            issuer: identity.issuer.clone(),
            subject: identity.subject.clone(),
            shown: identity.shown(),
            bound_at: now,
            last_used_at: None,
        })
        .await?;
    if !is_bound {
        return Err(Stop::about(SsoFailure::Taken, &account.id));
    }
    let mut event = s.event(visitor, kind, account);
    event.reason = Some(trip.provider.shown_name().to_owned());
    tx.audit(event);
    Ok(())
}

/// Takes what came back as somebody's first credential, commits, and goes on as every sign-in does.
pub(super) async fn accept(
    s: &Services,
    visitor: &Visitor,
    mut tx: Tx,
    trip: &Trip,
    identity: &Identity,
    account: &Account,
) -> Result<Arrived, Stop> {
    note(s, &mut tx, trip, identity, SsoState::Done).await?;
    failing::accepted(s, visitor, &mut tx, &trip.provider, Some(&account.id)).await?;
    tx.commit().await?;
    let asks_second = match trip.provider.second_factor {
        app::wire::SsoSecondFactor::Always => true,
        app::wire::SsoSecondFactor::UnlessProven => !identity.second_proof,
        app::wire::SsoSecondFactor::Never => false,
    };
    let proven = Proven {
        account,
        next: trip.request.next.as_deref(),
        throttle: None,
        credential: Credential::Identity {
            request: &trip.request.id,
            asks_second,
            claim: trip.request.phone_claim.as_ref(),
        },
    };
    let progress = sign_in::begin(s, visitor, proven).await?;
    Ok(gone_on(progress))
}

fn gone_on(progress: Progress) -> Arrived {
    Arrived {
        path: sign_in::page_of(&progress.step),
        is_well: matches!(progress.step, Step::SignedIn { .. }),
        cookies: progress.cookies,
    }
}

/// Lets what came back wait until somebody says with account and password whose it is.
async fn wait(
    s: &Services,
    visitor: &Visitor,
    trip: &Trip,
    identity: &Identity,
) -> Result<Arrived, Stop> {
    let mut tx = s.db.begin().await?;
    note(s, &mut tx, trip, identity, SsoState::Bind).await?;
    failing::accepted(s, visitor, &mut tx, &trip.provider, None).await?;
    if let Some(old) = &visitor.attempt_cookie {
        tx.cancel_attempt(&token_hash(old), s.now()).await?;
    }
    tx.commit().await?;
    Ok(Arrived {
        path: format!("/{}/bind", trip.company.alias),
        cookies: Cookies {
            attempt: Held::Gone,
            ..Cookies::default()
        },
        is_well: false,
    })
}

async fn note(
    s: &Services,
    tx: &mut Tx,
    trip: &Trip,
    identity: &Identity,
    state: SsoState,
) -> Result<()> {
    let sealed = seal_id_token(s, &trip.request.id, &identity.id_token);
    let shown = identity.shown();
    let arrival = Arrival {
        issuer: &identity.issuer,
        subject: &identity.subject,
        shown: &shown,
        second_proof: identity.second_proof,
        sealed: &sealed,
    };
    tx.note_arrival(&trip.request.id, arrival, state, s.now().plus(LIFE))
        .await?;
    Ok(())
}

/// Ends a request that served its purpose.
pub(super) async fn done(tx: &mut Tx, trip: &Trip) -> Result<()> {
    tx.end_sso_request(&trip.request.id, SsoState::Done, None)
        .await?;
    Ok(())
}

/// Writes why it came to nothing, and answers the page that says it.
async fn fail(
    s: &Services,
    visitor: &Visitor,
    trip: &Trip,
    account: Option<AccountId>,
    failed: &Failed,
) -> Result<Arrived> {
    let outcome = match trip.request.purpose {
        SsoPurpose::Test => tried::outcome(&SsoTest::Failed {
            failure: failed.why,
            detail: Some(failed.detail.clone()).filter(|detail| !detail.is_empty()),
            reference: visitor.reference.clone(),
        })?,
        _ => failed.why.name().to_owned(),
    };
    let mut tx = s.db.begin().await?;
    tx.end_sso_request(&trip.request.id, SsoState::Failed, Some(&outcome))
        .await?;
    failing::note(
        s,
        visitor,
        &mut tx,
        &trip.provider,
        account.as_ref(),
        failed,
    )
    .await?;
    tx.commit().await?;
    if trip.request.purpose == SsoPurpose::Test {
        return Ok(tried::shown(trip));
    }
    Ok(stopped(visitor, Some(trip), failed.why.name(), "sso_"))
}

async fn end(s: &Services, trip: &Trip, outcome: &str) -> Result<()> {
    let mut tx = s.db.begin().await?;
    tx.end_sso_request(&trip.request.id, SsoState::Failed, Some(outcome))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// What the page is told of a refusal that has nothing to do with the provider.
fn told(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::AccountLocked { .. } | Refusal::LastAdminLocked { .. } => "account_locked",
        Refusal::AccountDisabled => "account_disabled",
        Refusal::CompanyClosed => "company_closed",
        Refusal::PresenceListMissing { .. } => "presence_list_missing",
        Refusal::SsoFailed(SsoFailure::Taken) => "sso_taken",
        Refusal::PhoneMismatch(who) if who.phone.is_some() => "phone_mismatch",
        Refusal::PhoneMismatch(_) => "phone_taken",
        Refusal::Forbidden => "forbidden",
        Refusal::SignedOut | Refusal::AttemptOver => "sso_over",
        _ => "sso_unknown_person",
    }
}

/// Who does not belong together, for that page: its person has proven the account, at the provider.
fn named(who: &PhoneMismatch) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("account", &who.account);
    query.append_pair("claimed", &who.claimed);
    if let Some(phone) = &who.phone {
        query.append_pair("phone", phone);
    }
    format!("&{}", query.finish())
}

/// The page that says why somebody is not signed in.
fn stopped(visitor: &Visitor, trip: Option<&Trip>, reason: &str, group: &str) -> Arrived {
    let reference = &visitor.reference;
    let path = match trip {
        None => format!("/?reason={group}{reason}&reference={reference}"),
        Some(Trip {
            company, provider, ..
        }) => {
            let kind = storage::StoredProviderKind::from(provider.kind).name();
            format!(
                "/{}/stopped?reason={group}{reason}&reference={reference}&provider={kind}",
                company.alias
            )
        }
    };
    Arrived {
        path,
        cookies: Cookies::default(),
        is_well: false,
    }
}
