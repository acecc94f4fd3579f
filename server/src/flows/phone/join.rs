//! Connect users without an account ask for one. Nobody has checked who they are: an administrator decides, and nothing
//! is told here of who is known.

use std::time::Duration;

use app::wire::{AskToJoin, Step};

use crate::{
    domain::{alias, typed},
    mail::Letter,
    storage::{AuditKind, Company, Joining, NewAuditEvent, NewJoinRequest, Tx, fold},
};

use super::super::{Refusal, Result, Services, Visitor};
use super::{Waiting, show, waiting, waiting_as};

/// Requests of a company that wait at once, as many as are shown.
const WAITING: i64 = 100;
/// Of these so many within an hour are told by mail; the others wait in User Management only.
const MAILS: usize = 5;
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Asks, once: who asks again, in this browser or another, is answered the same.
///
/// # Errors
/// As [`waiting_as`], [`Refusal::InvalidRequest`] for what is no name or address, and [`Refusal::Busy`] while too many
/// ask.
pub async fn ask(s: &Services, visitor: &Visitor, asked: &AskToJoin) -> Result<Step> {
    let here = waiting_as(s, visitor, &asked.attempt).await?;
    let name = asked.name.trim();
    let email = typed::email(&asked.email).ok_or(Refusal::InvalidRequest)?;
    if !alias::is_showable(name) {
        return Err(Refusal::InvalidRequest.into());
    }
    let now = s.now();
    let request = NewJoinRequest {
        id: &s.entropy.id(now),
        company: &here.company.id,
        phone_username: &here.username,
        folded: &fold(&here.username),
        name,
        email: &email,
        asked_at: now,
    };
    let mut tx = s.db.begin().await?;
    // How many ask and how many mails that made is counted one request after another (SECURITY 22).
    tx.hold_company(&here.company.id).await?;
    if tx.note_asked_to_join(&here.claim.id).await? {
        match tx.add_join_request(&request, WAITING).await? {
            Joining::Asked => tell(s, visitor, &mut tx, &here, &request).await?,
            Joining::Known => {}
            Joining::Full => {
                let seconds = u32::try_from(HOUR.as_secs()).unwrap_or(u32::MAX);
                return Err(Refusal::Busy { seconds }.into());
            }
        }
    }
    // In any case: what is asked next needs a connection, and many who each kept one would wait for each other.
    tx.commit().await?;
    s.mailer.wake();
    let waiting = waiting(s, visitor).await?.ok_or(Refusal::AttemptOver)?;
    Ok(Step::Bind(show(s, waiting).await?))
}

/// Writes it down, and to every administrator who can sign in.
async fn tell(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    here: &Waiting,
    request: &NewJoinRequest<'_>,
) -> Result<()> {
    let company: &Company = &here.company;
    let kind = AuditKind::PhoneJoinAsked;
    let told = tx
        .events_about_nobody_since(&company.id, kind, request.asked_at.minus(HOUR))
        .await?;
    tx.audit(NewAuditEvent {
        id: s.entropy.id(request.asked_at),
        at: request.asked_at,
        company: Some(company.id.clone()),
        account: None,
        actor: None,
        kind,
        reason: Some(here.username.clone()),
        reference: visitor.reference.clone(),
        address: visitor.address.to_string(),
    });
    if told >= MAILS {
        return Ok(());
    }
    let letter = Letter::JoinAsked {
        name: request.name.to_owned(),
        email: request.email.to_owned(),
        login: here.username.clone(),
        path: format!("/{}/console/users/joining", company.alias),
    };
    for admin in tx.administrators(&company.id).await? {
        if admin.locked_at.is_none() && admin.deleted_at.is_none() {
            s.post(tx, &admin, company, &letter).await?;
        }
    }
    Ok(())
}
