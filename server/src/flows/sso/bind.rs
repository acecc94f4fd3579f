//! An identity that belongs to nobody yet: account and password say once whose it is, then whatever second proof the
//! account has or must have. Trust of a browser never stands for that.

use app::wire::{Bind, BindStep, SsoFailure};

use crate::{
    keys::token_hash,
    mail::Letter,
    storage::{
        Account, AuditKind, BoundIdentity, Company, IdentityId, SsoRequest, SsoRequestId, Tx,
    },
};

use super::super::{
    Held, Progress, Refusal, Result, Services, Visitor, password,
    sign_in::{self, Credential, Proven},
};
use super::{There, failing};

/// The step at which this browser's request is, if it waits for being bound.
///
/// # Errors
/// When the database does not answer.
pub(in super::super) async fn step(s: &Services, visitor: &Visitor) -> Result<Option<BindStep>> {
    let Some(request) = waiting(s, visitor).await? else {
        return Ok(None);
    };
    let company = s.db.company(&request.company_id).await?;
    let provider = s.db.provider_by_id(&request.provider_id).await?;
    let Some((company, provider)) = company.zip(provider) else {
        return Ok(None);
    };
    Ok(Some(BindStep {
        attempt: request.id.0,
        company: company.alias,
        provider: Some(provider.kind),
        name: provider.shown_name().to_owned(),
        login: request.shown.unwrap_or_default(),
        passwords: true,
        sso: Vec::new(),
        mailed: false,
        mailed_for: None,
        resend_after: None,
        can_join: false,
        asked_to_join: false,
        expires_in: s.now().seconds_until(request.expires_at),
    }))
}

async fn waiting(s: &Services, visitor: &Visitor) -> Result<Option<SsoRequest>> {
    match &visitor.sso_cookie {
        Some(cookie) => Ok(s
            .db
            .sso_request_to_bind(&token_hash(cookie), s.now())
            .await?),
        None => Ok(None),
    }
}

/// Says with account and password whose the identity is: counted, queued and answered as a sign-in with them.
///
/// # Errors
/// [`Refusal::AttemptOver`] when nothing waits, [`Refusal::OtherAttempt`] when something else does, else as a sign-in
/// at the company's page; [`Refusal::SsoFailed`] when the login or the account was bound meanwhile.
pub async fn bind(s: &Services, visitor: &Visitor, typed: &Bind) -> Result<Progress> {
    let request = waiting(s, visitor).await?.ok_or(Refusal::AttemptOver)?;
    if request.id.0 != typed.attempt {
        return Err(Refusal::OtherAttempt.into());
    }
    let company = s.db.company(&request.company_id).await?;
    let company = company.ok_or(Refusal::AttemptOver)?;
    let (account, throttle) =
        password::compare_for(s, visitor, &company, &typed.account, &typed.password).await?;
    let proven = Proven {
        account: &account,
        next: request.next.as_deref(),
        throttle: Some(&throttle),
        credential: Credential::Binding {
            request: &request.id,
            claim: request.phone_claim.as_ref(),
        },
    };
    sign_in::begin(s, visitor, proven).await
}

/// Binds the identity of a request to an account that was proven in full, in the transaction that makes its session.
/// None when it is bound to somebody already; that is written, and the caller commits.
///
/// # Errors
/// [`Refusal::AttemptOver`] when the request was bound or given up meanwhile.
pub(in super::super) async fn bind_at_last(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    account: &Account,
    company: &Company,
    request: &SsoRequestId,
) -> Result<Option<There>> {
    let row = tx.sso_request(request).await?.ok_or(Refusal::AttemptOver)?;
    let provider = tx.provider_by_id(&row.provider_id).await?;
    let provider = provider.ok_or(Refusal::AttemptOver)?;
    let is_here = account.company_id == row.company_id;
    if !is_here || !tx.finish_sso_request(request).await? {
        return Err(Refusal::AttemptOver.into());
    }
    let now = s.now();
    let there = There::of(s, &row)?;
    let shown = row.shown.unwrap_or_default();
    let identity = BoundIdentity {
        id: IdentityId(s.entropy.id(now)),
        company_id: row.company_id,
        account_id: account.id.clone(),
        provider_id: row.provider_id,
        issuer: row.issuer.unwrap_or_default(),
        subject: row.subject.unwrap_or_default(),
        shown: shown.clone(),
        bound_at: now,
        last_used_at: Some(now),
    };
    if !tx.bind_identity(&identity).await? {
        let failure = failing::plain(SsoFailure::Taken);
        failing::note(s, visitor, tx, &provider, Some(&account.id), &failure).await?;
        return Ok(None);
    }
    let mut event = s.event(visitor, AuditKind::IdentityBound, account);
    event.reason = Some(provider.shown_name().to_owned());
    tx.audit(event);
    let letter = Letter::LoginConnected {
        username: account.username.clone(),
        provider: provider.shown_name().to_owned(),
        login: shown,
        at: now,
    };
    s.post_back(visitor, tx, account, company, &letter).await?;
    Ok(Some(there))
}

/// Notes that somebody came by their identity, in the transaction that makes their session.
///
/// # Errors
/// [`Refusal::AttemptOver`] when it is not theirs any more.
pub(in super::super) async fn came_by(
    s: &Services,
    tx: &mut Tx,
    account: &Account,
    request: &SsoRequestId,
) -> Result<There> {
    let row = tx.sso_request(request).await?.ok_or(Refusal::AttemptOver)?;
    let there = There::of(s, &row)?;
    let (issuer, subject) = row.issuer.zip(row.subject).ok_or(Refusal::AttemptOver)?;
    let bound = tx
        .identity(&row.company_id, &issuer, &subject)
        .await?
        .filter(|bound| bound.account_id == account.id)
        .ok_or(Refusal::AttemptOver)?;
    let shown = row.shown.unwrap_or_default();
    tx.note_identity_use(&bound.id, &shown, s.now()).await?;
    Ok(there)
}

/// Gives up what this browser began at providers; the next time it comes as if it had never been there.
///
/// # Errors
/// When the database does not answer.
pub(in super::super) async fn give_up(s: &Services, visitor: &Visitor) -> Result<Held> {
    let Some(cookie) = &visitor.sso_cookie else {
        return Ok(Held::AsBefore);
    };
    let mut tx = s.db.begin().await?;
    tx.give_up_sso_requests(&token_hash(cookie)).await?;
    tx.commit().await?;
    Ok(Held::Gone)
}
