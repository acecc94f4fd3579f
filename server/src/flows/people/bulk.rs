//! The same done to several people, each as if it had been asked for alone: what cannot be done to one stops none of the
//! others.

use std::collections::HashSet;

use app::wire::{BulkAction, BulkKind, HelpReason};

use crate::{
    domain::people,
    storage::{AccountId, AuditKind, LiveSession},
};

use super::{
    super::{
        help,
        invitation::{self, Sender},
    },
    Change, Error, Refusal, Result, Services, Visitor, add, own_list, session, state,
};

/// What became of everybody.
#[derive(Debug, Default)]
pub struct Bulk {
    pub done: u32,
    pub skipped: Vec<Skipped>,
}

/// Somebody to whom it was not done.
#[derive(Debug)]
pub struct Skipped {
    pub id: String,
    /// Empty for nobody of this company.
    pub name: String,
    pub refusal: Refusal,
}

/// # Errors
/// [`Refusal::InvalidRequest`] for nobody or too many, [`Refusal::ReasonMissing`], [`Refusal::FreshProofNeeded`] to
/// unlock and disable, [`Refusal::NotFound`] for a list of another company. What one person's request would be refused
/// for is in the answer.
pub async fn bulk(s: &Services, visitor: &Visitor, typed: &BulkAction) -> Result<Bulk> {
    let admin = session::live_admin(s, visitor).await?;
    let mut seen = HashSet::new();
    let ids: Vec<&String> = typed.ids.iter().filter(|id| seen.insert(*id)).collect();
    if ids.is_empty() || ids.len() > people::AT_ONCE {
        return Err(Refusal::InvalidRequest.into());
    }
    if matches!(typed.action, BulkKind::Unlock | BulkKind::Disable) {
        state::reason(typed.reason.as_deref().unwrap_or_default())?;
        session::check_fresh(s, &admin)?;
    }
    if typed.action == BulkKind::AssignList {
        let mut tx = s.db.begin().await?;
        own_list(&mut tx, &admin, typed.presence_list.as_deref()).await?;
    }
    let mut outcome = Bulk::default();
    for id in ids {
        match one(s, visitor, &admin, id, typed).await {
            Ok(()) => outcome.done += 1,
            Err(Error::Refused(refusal)) => outcome.skipped.push(Skipped {
                name: name_of(s, &admin, id).await?,
                id: id.clone(),
                refusal,
            }),
            Err(fault) => return Err(fault),
        }
    }
    Ok(outcome)
}

async fn name_of(s: &Services, admin: &LiveSession, id: &str) -> Result<String> {
    let listed =
        s.db.listed_account(&admin.company_id, &AccountId(id.to_owned()))
            .await?;
    Ok(listed.map(|it| it.name).unwrap_or_default())
}

async fn one(
    s: &Services,
    visitor: &Visitor,
    admin: &LiveSession,
    id: &str,
    typed: &BulkAction,
) -> Result<()> {
    let reason = typed.reason.clone().unwrap_or_default();
    match typed.action {
        BulkKind::Unlock => {
            let help = HelpReason { reason };
            help::unlock(s, visitor, id, &help).await.map(drop)
        }
        BulkKind::Invite => invited(s, visitor, admin, id).await?.commit(s).await,
        BulkKind::AssignList => {
            let list = typed.presence_list.as_deref();
            let change = assigned(s, visitor, admin, id, list).await?;
            change.commit(s).await
        }
        BulkKind::EndSessions => {
            let change = state::signed_out(s, visitor, admin, id).await?;
            change.commit(s).await
        }
        BulkKind::Disable => {
            let change = state::disabled(s, visitor, admin, id, &reason).await?;
            change.commit(s).await
        }
        BulkKind::Enable => {
            let change = state::enabled(s, visitor, admin, id).await?;
            change.commit(s).await
        }
    }
}

async fn invited(s: &Services, visitor: &Visitor, admin: &LiveSession, id: &str) -> Result<Change> {
    let prepared = add::prepare(s, admin, true).await?;
    let mut change = Change::begin(s, admin, id, false).await?;
    let Change {
        tx,
        company,
        account,
        ..
    } = &mut change;
    let prepared = prepared
        .filter(|_| invitation::can_be_sent(account))
        .ok_or(Refusal::NothingToDo)?;
    let by = Sender::Administrator(visitor, admin);
    invitation::send(s, tx, by, company, account, prepared).await?;
    Ok(change)
}

async fn assigned(
    s: &Services,
    visitor: &Visitor,
    admin: &LiveSession,
    id: &str,
    list: Option<&str>,
) -> Result<Change> {
    let mut change = Change::begin(s, admin, id, false).await?;
    let list = own_list(&mut change.tx, admin, list).await?;
    if list == change.account.presence_list_id {
        return Err(Refusal::NothingToDo.into());
    }
    change
        .tx
        .assign_presence_list(&change.account.id, list.as_ref())
        .await?;
    change.audit(s, visitor, AuditKind::PresenceListAssigned, None);
    Ok(change)
}
