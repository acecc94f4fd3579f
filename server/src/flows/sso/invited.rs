//! An invitation that is accepted at a provider instead of with a password. Its link is used up by what came back from
//! there, and by nothing before.

use app::wire::{BeginSsoInvited, SsoFailure};

use crate::{
    sso::Identity,
    storage::{AccountId, AccountState, AuditKind, NewFactor, SecondFactor, SsoPurpose},
};

use super::super::{Fault, Refusal, Result, Services, Visitor, founding, invitation};
use super::{
    Begun,
    begin::{Journey, send},
    live_one,
    returned::{self, Arrived, Stop, Trip, bind_to},
};

/// Begins one.
///
/// # Errors
/// As [`invitation::look`], [`Refusal::NoSingleSignOn`] without such a provider, and [`Refusal::SsoFailed`] when it
/// cannot be reached.
pub async fn begin(s: &Services, visitor: &Visitor, asked: &BeginSsoInvited) -> Result<Begun> {
    let found = invitation::good(s, &asked.token).await?;
    let provider = live_one(s, &found.company, asked.provider).await?;
    let journey = Journey {
        holder: Some(format!("{} {}", found.link.account_id, found.link.id)),
        login: Some(&found.account.email),
        ..Journey::new(&found.company, &provider, SsoPurpose::Invitation)
    };
    send(s, visitor, journey).await.map(|(_, begun)| begun)
}

/// Binds what came back to the invited account, lets it in and uses the link up, all or nothing.
pub(super) async fn accept(
    s: &Services,
    visitor: &Visitor,
    trip: &Trip,
    identity: &Identity,
) -> Result<Arrived, Stop> {
    let (account, link) = trip
        .request
        .holder
        .as_deref()
        .and_then(|holder| holder.split_once(' '))
        .ok_or_else(|| Fault::Broken(format!("request {} has no link", trip.request.id)))?;
    let id = AccountId(account.to_owned());
    let mut tx = s.db.begin().await?;
    tx.lock_account(&id).await?;
    let account = tx.account(&id).await?;
    let account = account.ok_or(Stop::of(SsoFailure::UnknownPerson))?;
    if account.state == AccountState::Disabled {
        return Err(Stop::Told(Refusal::AccountDisabled));
    }
    if !tx.consume_link(link, s.now()).await? {
        // Its time ended, or it was used or replaced while the person was at the provider.
        return Err(Stop::about(SsoFailure::Over, &id));
    }
    // A login that is somebody else's leaves the link as it was.
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
    if account.state != AccountState::SsoOnly {
        tx.become_enabled(&id).await?;
    }
    if trip.company.policy.second_factor != SecondFactor::Off {
        // The link came by mail: whoever holds it reads that address.
        tx.add_factor(&NewFactor::email(&s.entropy.id(s.now()), &id, s.now()))
            .await?;
    }
    let account = tx.account(&id).await?;
    let account = account.ok_or(Stop::of(SsoFailure::UnknownPerson))?;
    tx.audit(s.event(visitor, AuditKind::InvitationAccepted, &account));
    let entered = s.event(visitor, AuditKind::CompanyEntered, &account);
    founding::enter(&mut tx, entered).await?;
    returned::accept(s, visitor, tx, trip, identity, &account).await
}
