//! A fresh proof of identity at a provider, within a session: only the very login that is bound to the session's
//! account counts, and only if the person has just given it there.

use app::wire::{NameProvider, ProviderButton, SsoFailure};

use crate::{
    sso::Identity,
    storage::{Account, AuditKind, LiveSession, SsoPurpose},
};

use super::super::{Fault, Refusal, Result, Services, Visitor, lock, session};
use super::{
    Begun,
    begin::{Journey, send},
    live_one,
    returned::{Arrived, Stop, Trip, done},
};

/// Begins one.
///
/// # Errors
/// [`Refusal::SignedOut`], [`Refusal::NoSingleSignOn`] where nothing of this person is bound at such a provider, and
/// [`Refusal::SsoFailed`] when it cannot be reached.
pub async fn begin(s: &Services, visitor: &Visitor, named: &NameProvider) -> Result<Begun> {
    let session = session::live_in_full(s, visitor).await?;
    let company = s.db.company(&session.company_id).await?;
    let company = company
        .ok_or_else(|| Fault::Broken(format!("account {} has no company", session.account_id)))?;
    let provider = live_one(s, &company, named.provider).await?;
    let logins = s.db.logins(&session.account_id).await?;
    let login = logins
        .iter()
        .find(|login| login.provider_id == provider.id)
        .ok_or(Refusal::NoSingleSignOn)?;
    let journey = Journey {
        holder: Some(session.id.0),
        login: Some(&login.shown),
        fresh: true,
        ..Journey::new(&company, &provider, SsoPurpose::Prove)
    };
    send(s, visitor, journey).await.map(|(_, begun)| begun)
}

/// The session that a request serves, if this browser holds it still.
pub(super) async fn asking(s: &Services, visitor: &Visitor, trip: &Trip) -> Result<LiveSession> {
    let session = session::live_in_full(s, visitor).await?;
    if trip.request.holder.as_ref() == Some(&session.id.0) {
        Ok(session)
    } else {
        Err(Refusal::SignedOut.into())
    }
}

/// Refuses to do anything for an account that is locked.
pub(super) async fn check_lock(
    tx: &mut crate::storage::Tx,
    session: &LiveSession,
    account: &Account,
) -> Result<()> {
    if account.locked_at.is_none() {
        return Ok(());
    }
    let refusal = Refusal::AccountLocked {
        attempts_left: None,
    };
    Err(lock::told(tx, &session.company_alias, account, refusal)
        .await?
        .into())
}

/// Takes what came back for a fresh proof.
pub(super) async fn finish(
    s: &Services,
    visitor: &Visitor,
    trip: &Trip,
    identity: &Identity,
) -> Result<Arrived, Stop> {
    let session = asking(s, visitor, trip).await?;
    let mut tx = s.db.begin().await?;
    tx.lock_account(&session.account_id).await?;
    let account = tx.account(&session.account_id).await?;
    let account = account.ok_or(Stop::Told(Refusal::SignedOut))?;
    let bound = tx
        .identity(&trip.company.id, &identity.issuer, &identity.subject)
        .await?;
    match bound {
        Some(bound) if bound.account_id == account.id => {
            tx.note_identity_use(&bound.id, &identity.shown(), s.now())
                .await?;
        }
        Some(_) => return Err(Stop::about(SsoFailure::Taken, &account.id)),
        None => return Err(Stop::about(SsoFailure::UnknownPerson, &account.id)),
    }
    check_lock(&mut tx, &session, &account).await?;
    if !tx
        .is_live_session(&account.id, &session.id, s.now())
        .await?
    {
        return Err(Stop::Told(Refusal::SignedOut));
    }
    tx.prove_session(&session.id, s.now()).await?;
    let mut event = s.event(visitor, AuditKind::IdentityProved, &account);
    event.reason = Some(trip.provider.shown_name().to_owned());
    tx.audit(event);
    done(&mut tx, trip).await?;
    tx.commit().await?;
    Ok(Arrived {
        path: format!("/{}/profile/security?proved=1", trip.company.alias),
        cookies: Default::default(),
        is_well: true,
    })
}

/// The providers at which the person of a session can prove who they are.
///
/// # Errors
/// When the database does not answer.
pub(in super::super) async fn proves_at(
    s: &Services,
    session: &LiveSession,
) -> Result<Vec<ProviderButton>> {
    // Every page asks for its session: most people's costs no further question.
    if !session.has_logins {
        return Ok(Vec::new());
    }
    let logins = s.db.logins(&session.account_id).await?;
    Ok(logins
        .iter()
        .filter(|login| login.live)
        .map(|login| ProviderButton {
            provider: login.kind,
            name: login.provider().to_owned(),
        })
        .collect())
}
