//! People switched off and on, deleted and brought back, signed out.

use app::wire::{HelpReason, UserDetail};

use crate::{
    domain::people::Seat,
    storage::{AuditKind, LinkKind, LiveSession},
};

use super::{Change, Refusal, Result, Services, Visitor, session, taken};

/// Characters of a reason at most.
const LONGEST_REASON: usize = 500;

const GONE: Seat = Seat {
    admin: false,
    signs_in: false,
};

/// The reason for what is done to somebody.
///
/// # Errors
/// [`Refusal::ReasonMissing`]
pub(super) fn reason(typed: &str) -> Result<String, Refusal> {
    let reason = typed.trim();
    let is_good = !reason.is_empty() && reason.chars().count() <= LONGEST_REASON;
    is_good
        .then(|| reason.to_owned())
        .ok_or(Refusal::ReasonMissing)
}

/// Switches an account off: nobody signs in with it, and whoever is signed in is signed out.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::ReasonMissing`], [`Refusal::FreshProofNeeded`], [`Refusal::LastAdmin`], and
/// [`Refusal::NothingToDo`] for somebody who is disabled.
pub async fn disable(
    s: &Services,
    visitor: &Visitor,
    id: &str,
    typed: &HelpReason,
) -> Result<UserDetail> {
    let admin = session::live_admin(s, visitor).await?;
    let change = disabled(s, visitor, &admin, id, &typed.reason).await?;
    change.finish(s).await
}

pub(super) async fn disabled(
    s: &Services,
    visitor: &Visitor,
    admin: &LiveSession,
    id: &str,
    typed: &str,
) -> Result<Change> {
    let mut change = Change::begin(s, admin, id, false).await?;
    let reason = reason(typed)?;
    session::check_fresh(s, admin)?;
    change.check_last_admin(GONE).await?;
    if !change.tx.disable_account(&change.account.id).await? {
        return Err(Refusal::NothingToDo.into());
    }
    kill_links(s, &mut change).await?;
    change.end_sessions(s).await?;
    change.audit(s, visitor, AuditKind::AccountDisabled, Some(reason));
    Ok(change)
}

/// Whatever was mailed opens nothing any more.
async fn kill_links(s: &Services, change: &mut Change) -> Result<()> {
    for kind in [
        LinkKind::Invitation,
        LinkKind::Browser,
        LinkKind::Reset,
        LinkKind::Email,
    ] {
        change
            .tx
            .kill_links(&change.account.id, kind, s.now())
            .await?;
    }
    Ok(())
}

/// Switches an account on again. Whoever had not accepted an invitation is Pending then.
///
/// # Errors
/// [`Refusal::NotFound`], and [`Refusal::NothingToDo`] for somebody who is not disabled.
pub async fn enable(s: &Services, visitor: &Visitor, id: &str) -> Result<UserDetail> {
    let admin = session::live_admin(s, visitor).await?;
    enabled(s, visitor, &admin, id).await?.finish(s).await
}

pub(super) async fn enabled(
    s: &Services,
    visitor: &Visitor,
    admin: &LiveSession,
    id: &str,
) -> Result<Change> {
    let mut change = Change::begin(s, admin, id, false).await?;
    if !change.tx.enable_account(&change.account.id).await? {
        return Err(Refusal::NothingToDo.into());
    }
    change.audit(s, visitor, AuditKind::AccountEnabled, None);
    Ok(change)
}

/// Deletes somebody, which can be undone for thirty days. Their username and address are free for others at once.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::FreshProofNeeded`], [`Refusal::LastAdmin`].
pub async fn delete(s: &Services, visitor: &Visitor, id: &str) -> Result<()> {
    let admin = session::live_admin(s, visitor).await?;
    let mut change = Change::begin(s, &admin, id, false).await?;
    session::check_fresh(s, &admin)?;
    change.check_last_admin(GONE).await?;
    if !change
        .tx
        .delete_account(&change.account.id, s.now())
        .await?
    {
        return Err(Refusal::NotFound.into());
    }
    kill_links(s, &mut change).await?;
    // Whoever comes back by these is somebody new; brought back, the person connects them again.
    change.tx.unbind_all(&change.account.id).await?;
    change.end_sessions(s).await?;
    change.audit(s, visitor, AuditKind::AccountDeleted, None);
    change.commit(s).await
}

/// Undoes a deletion: the person is as they were, but signed out.
///
/// # Errors
/// [`Refusal::NotFound`] for whoever is not deleted or cannot be brought back any more; [`Refusal::UsernameTaken`] and
/// [`Refusal::EmailTaken`] when somebody else has a name of theirs meanwhile.
pub async fn restore(s: &Services, visitor: &Visitor, id: &str) -> Result<UserDetail> {
    let admin = session::live_admin(s, visitor).await?;
    let mut change = Change::begin(s, &admin, id, true).await?;
    let account = &change.account;
    let is_done = change
        .tx
        .restore_account(&account.id, &account.username, &account.email)
        .await
        .map_err(taken)?;
    if !is_done {
        return Err(Refusal::NotFound.into());
    }
    change.audit(s, visitor, AuditKind::AccountRestored, None);
    change.finish(s).await
}

/// Signs somebody out wherever they are signed in, and lets no browser speak for their Connect user any more: whoever
/// holds a lost one would come in again with one click.
///
/// # Errors
/// [`Refusal::NotFound`], and [`Refusal::NothingToDo`] for somebody who is signed in nowhere and has no such browser.
pub async fn end_sessions(s: &Services, visitor: &Visitor, id: &str) -> Result<UserDetail> {
    let admin = session::live_admin(s, visitor).await?;
    signed_out(s, visitor, &admin, id).await?.finish(s).await
}

pub(super) async fn signed_out(
    s: &Services,
    visitor: &Visitor,
    admin: &LiveSession,
    id: &str,
) -> Result<Change> {
    let mut change = Change::begin(s, admin, id, false).await?;
    let live = s.db.live_sessions(&change.account.id, s.now()).await?;
    if !live.is_empty() {
        change.tx.end_sessions(&change.account.id, s.now()).await?;
        change.audit(s, visitor, AuditKind::SessionsEnded, None);
    }
    let bound = change.tx.end_bindings(&change.account.id, s.now()).await?;
    if bound > 0 {
        change.audit(s, visitor, AuditKind::PhoneUnbound, None);
    } else if live.is_empty() {
        return Err(Refusal::NothingToDo.into());
    }
    Ok(change)
}
