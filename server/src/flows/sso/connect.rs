//! Logins in Security Settings: one more is connected within a session, and one that is not needed any more is removed,
//! but never the last way in.

use app::wire::{ConnectedLogin, ConnectedLogins, NameProvider, SecuritySettings};

use crate::{
    mail::Letter,
    sso::Identity,
    storage::{Account, AuditKind, Company, Login, SsoPurpose},
};

use super::super::{Refusal, Result, Services, Visitor, security, security::Change, written};
use super::{
    Begun,
    begin::{Journey, send},
    button, live, live_one,
    prove::{asking, check_lock},
    returned::{Arrived, Stop, Trip, bind_to, done},
};

/// What Security Settings shows.
///
/// # Errors
/// When the database does not answer.
pub(in super::super) async fn show(
    s: &Services,
    account: &Account,
    company: &Company,
) -> Result<ConnectedLogins> {
    let zone = company.zone();
    let logins = s.db.logins(&account.id).await?;
    let providers = live(s, company).await?;
    let addable = providers
        .iter()
        .filter(|provider| logins.iter().all(|login| login.provider_id != provider.id))
        .map(button)
        .collect();
    let shown = logins.iter().map(|login| ConnectedLogin {
        id: login.id.0.clone(),
        provider: login.kind,
        name: login.provider().to_owned(),
        login: login.shown.clone(),
        bound_at: written(login.bound_at, &zone),
        last_used_at: login.last_used_at.map(|at| written(at, &zone)),
        removable: keeps_a_way(account, company, &logins, login),
    });
    Ok(ConnectedLogins {
        logins: shown.collect(),
        addable,
    })
}

/// Whether somebody gets in without this login: by a password, where they can use one, or by another login.
fn keeps_a_way(account: &Account, company: &Company, logins: &[Login], but: &Login) -> bool {
    let by_password = account.password_hash.is_some() && (company.passwords || account.admin);
    by_password || logins.iter().any(|login| login.live && login.id != but.id)
}

/// Begins to connect one more.
///
/// # Errors
/// [`Refusal::SignedOut`], [`Refusal::FreshProofNeeded`], [`Refusal::AccountLocked`], [`Refusal::NoSingleSignOn`],
/// [`Refusal::NothingToDo`] where one of this provider is connected, and [`Refusal::SsoFailed`] when it cannot be
/// reached.
pub async fn begin(s: &Services, visitor: &Visitor, named: &NameProvider) -> Result<Begun> {
    let change = Change::begin(s, visitor).await?;
    let (session, company) = (change.session.clone(), change.company.clone());
    // Nothing is held while a provider is asked.
    change.tx.rollback().await?;
    let provider = live_one(s, &company, named.provider).await?;
    let logins = s.db.logins(&session.account_id).await?;
    if logins.iter().any(|login| login.provider_id == provider.id) {
        return Err(Refusal::NothingToDo.into());
    }
    let journey = Journey {
        holder: Some(session.id.0),
        choose: true,
        ..Journey::new(&company, &provider, SsoPurpose::Connect)
    };
    send(s, visitor, journey).await.map(|(_, begun)| begun)
}

/// Connects what came back. Nothing else of the account changes, so nobody is signed out.
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
    check_lock(&mut tx, &session, &account).await?;
    if !tx
        .is_live_session(&account.id, &session.id, s.now())
        .await?
    {
        return Err(Stop::Told(Refusal::SignedOut));
    }
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
    let letter = Letter::LoginConnected {
        username: account.username.clone(),
        provider: trip.provider.shown_name().to_owned(),
        login: identity.shown(),
        at: s.now(),
    };
    s.post_back(visitor, &mut tx, &account, &trip.company, &letter)
        .await?;
    done(&mut tx, trip).await?;
    tx.commit().await?;
    Ok(Arrived {
        path: format!(
            "/{}/profile/security?login=connected#single-sign-on",
            trip.company.alias
        ),
        cookies: Default::default(),
        is_well: true,
    })
}

/// Removes one. Whoever is signed in by it on another browser is signed out there.
///
/// # Errors
/// [`Refusal::SignedOut`], [`Refusal::FreshProofNeeded`], [`Refusal::AccountLocked`], [`Refusal::NotFound`] for what is
/// not this person's, and [`Refusal::LastWayIn`].
pub async fn remove(s: &Services, visitor: &Visitor, id: &str) -> Result<SecuritySettings> {
    let mut change = Change::begin(s, visitor).await?;
    let logins = change.tx.logins(&change.account.id).await?;
    let login = logins
        .iter()
        .find(|login| login.id.0 == id)
        .ok_or(Refusal::NotFound)?;
    if !keeps_a_way(&change.account, &change.company, &logins, login) {
        return Err(Refusal::LastWayIn.into());
    }
    change
        .tx
        .unbind_identity(&change.account, login, &change.session.id, s.now())
        .await?;
    let mut event = s.event(visitor, AuditKind::IdentityUnbound, &change.account);
    event.reason = Some(login.provider().to_owned());
    change.tx.audit(event);
    let letter = Letter::LoginRemoved {
        username: change.account.username.clone(),
        provider: login.provider().to_owned(),
        login: login.shown.clone(),
        at: s.now(),
    };
    s.post_back(
        visitor,
        &mut change.tx,
        &change.account,
        &change.company,
        &letter,
    )
    .await?;
    change.tx.commit().await?;
    security::look(s, visitor).await
}
