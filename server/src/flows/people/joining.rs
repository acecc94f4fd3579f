//! Connect users who ask for an account: an administrator makes one for them, or says no. How they ask is elsewhere.

use app::wire::{ApproveJoin, JoinRequest, JoinRequests, Role, UserDetail};

use crate::storage::AuditKind;

use super::{
    super::{audit, written},
    Refusal, Result, Services, Visitor, add, held_company, phone_user, session, users,
};

/// Requests that are told at most.
const SHOWN: u32 = 100;

/// Who asks to join, the newest first.
///
/// # Errors
/// Without an administrator's session.
pub async fn join_requests(s: &Services, visitor: &Visitor) -> Result<JoinRequests> {
    let admin = session::live_admin(s, visitor).await?;
    let zone = admin.zone();
    let asked = s.db.join_requests(&admin.company_id, SHOWN).await?;
    Ok(JoinRequests {
        requests: asked
            .into_iter()
            .map(|one| JoinRequest {
                id: one.id,
                phone_username: one.phone_username,
                name: one.name,
                email: one.email,
                asked_at: written(one.asked_at, &zone),
            })
            .collect(),
    })
}

/// Makes an account of a request, as an agent, and invites its person. Whoever else asked for the same Connect user
/// stays in the list: that two did is worth a look, and only a refusal answers them.
///
/// # Errors
/// [`Refusal::NotFound`] for a request that is answered or another company's; [`Refusal::PhoneTaken`] when an account has
/// the Connect user meanwhile; otherwise as [`add::create`].
pub async fn approve_join(
    s: &Services,
    visitor: &Visitor,
    id: &str,
    typed: &ApproveJoin,
) -> Result<UserDetail> {
    let admin = session::live_admin(s, visitor).await?;
    let newcomer = add::Newcomer::read(&typed.name, &typed.email, typed.username.as_deref())?;
    let draft = newcomer.draft(&[Role::Agent], typed.phone);
    let prepared = add::prepare(s, &admin, true).await?;
    let (mut tx, company) = held_company(s, &admin).await?;
    let request = tx.join_request(&admin.company_id, id).await?;
    let request = request.ok_or(Refusal::NotFound)?;
    let by = (visitor, &admin);
    let account = add::put_in_new(s, &mut tx, by, &company, &draft, prepared).await?;
    let account = add::read(&mut tx, &account).await?;
    phone_user::become_user(&mut tx, &account, Some(&request.phone_username)).await?;
    tx.remove_join_request(&company.id, &request.id).await?;
    tx.commit().await?;
    s.mailer.wake();
    users::detail(s, &admin, &account.id).await
}

/// Says no. The person is not told: who they are was not proven, nor that the address is theirs.
///
/// # Errors
/// [`Refusal::NotFound`] for a request that is answered or another company's.
pub async fn refuse_join(s: &Services, visitor: &Visitor, id: &str) -> Result<()> {
    let admin = session::live_admin(s, visitor).await?;
    let (mut tx, company) = held_company(s, &admin).await?;
    let request = tx.join_request(&company.id, id).await?;
    let request = request.ok_or(Refusal::NotFound)?;
    tx.remove_join_request(&company.id, &request.id).await?;
    let mut event = audit::event(s, visitor, AuditKind::JoinRefused, &admin);
    event.reason = Some(request.phone_username);
    tx.audit(event);
    tx.commit().await?;
    Ok(())
}
