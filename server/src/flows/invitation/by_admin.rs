//! What an administrator does about one person's invitation.

use app::wire::UserDetail;

use crate::clock::Moment;
use crate::storage::{Account, AccountId, AccountState, AuditKind, LinkKind, LiveSession};

use super::super::{Fault, Refusal, Result, Services, Visitor, session, sso, users};
use super::{Sender, can_be_sent, prepare, send, send::withdraw, welcome};

/// Sends a person their first credential, or another one; what they were sent before ends, and what they asked for is
/// granted.
///
/// # Errors
/// [`Refusal::NotFound`] outside the own company, [`Refusal::NothingToDo`] for whoever needs none, and
/// [`Refusal::Busy`] when no password can be made up now.
pub async fn invite(s: &Services, visitor: &Visitor, id: &str) -> Result<UserDetail> {
    let (admin, account) = whom(s, visitor, id).await?;
    if !can_be_sent(&account) {
        return Err(Refusal::NothingToDo.into());
    }
    let company =
        s.db.company(&admin.company_id)
            .await?
            .ok_or_else(|| Fault::Broken(format!("account {} has no company", admin.account_id)))?;
    if account.state == AccountState::SsoOnly && sso::live(s, &company).await?.is_empty() {
        // The link would lead nowhere.
        return Err(Refusal::NothingToDo.into());
    }
    let prepared = prepare(s, welcome(&company)).await?;
    let mut tx = s.db.begin().await?;
    tx.lock_account(&account.id).await?;
    let account = tx
        .account(&account.id)
        .await?
        .filter(can_be_sent)
        .ok_or(Refusal::NothingToDo)?;
    let by = Sender::Administrator(visitor, &admin);
    send(s, &mut tx, by, &company, &account, prepared).await?;
    tx.commit().await?;
    s.mailer.wake();
    users::detail(s, &admin, &account.id).await
}

/// Takes back what a person was sent: it opens nothing any more, and they are Pending again.
///
/// # Errors
/// [`Refusal::NotFound`] outside the own company, [`Refusal::NothingToDo`] when nothing was sent or it was used.
pub async fn cancel(s: &Services, visitor: &Visitor, id: &str) -> Result<UserDetail> {
    let (admin, account) = whom(s, visitor, id).await?;
    let mut tx = s.db.begin().await?;
    tx.lock_account(&account.id).await?;
    let account = tx
        .account(&account.id)
        .await?
        .filter(|account| can_be_sent(account) && account.state != AccountState::Pending)
        .ok_or(Refusal::NothingToDo)?;
    if account.state == AccountState::SsoOnly
        && tx
            .links_sent_since(&account.id, LinkKind::Invitation, Moment(0))
            .await?
            .is_empty()
    {
        return Err(Refusal::NothingToDo.into());
    }
    withdraw(&mut tx, &account.id).await?;
    tx.kill_links(&account.id, LinkKind::Invitation, s.now())
        .await?;
    tx.become_pending(&account.id).await?;
    let by = Sender::Administrator(visitor, &admin);
    tx.audit(by.event(s, AuditKind::InvitationCancelled, &account));
    tx.commit().await?;
    users::detail(s, &admin, &account.id).await
}

/// The administrator, and the person of their own company.
async fn whom(s: &Services, visitor: &Visitor, id: &str) -> Result<(LiveSession, Account)> {
    let admin = session::live_admin(s, visitor).await?;
    let account =
        s.db.account(&AccountId(id.to_owned()))
            .await?
            .filter(|account| account.company_id == admin.company_id)
            .ok_or(Refusal::NotFound)?;
    Ok((admin, account))
}
