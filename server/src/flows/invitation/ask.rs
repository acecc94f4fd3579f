//! Whoever comes too late to set a password asks for another link; administrators grant it by inviting again.

use app::wire::LinkFate;

use crate::{
    mail::Letter,
    storage::{AccountState, AuditKind},
};

use super::super::{Result, Services, Visitor};
use super::accept::find;

/// Tells every administrator who can sign in that this link's person asks for another one. Says nothing about what
/// became of it: a link that is unknown, good, used or taken back is nothing to ask about, and one that was asked
/// about already is not told again before it was granted.
///
/// # Errors
/// When the database does not answer.
pub async fn ask(s: &Services, visitor: &Visitor, token: &str) -> Result<()> {
    let Some(found) = find(s, token).await? else {
        return Ok(());
    };
    let mut tx = s.db.begin().await?;
    tx.lock_account(&found.account.id).await?;
    let Some(account) = tx.account(&found.account.id).await? else {
        return Ok(());
    };
    // As it is now that nobody else changes it: they may have been invited again a moment ago.
    let waits = account.deleted_at.is_none()
        && matches!(
            account.state,
            AccountState::Invited | AccountState::Bounced | AccountState::SsoOnly
        )
        && found.fate(s) == Some(LinkFate::Ended)
        && tx.is_link_unused(&found.link.id).await?;
    if !waits || !tx.ask_link(&account.id, s.now()).await? {
        return Ok(());
    }
    tx.audit(s.event(visitor, AuditKind::LinkAsked, &account));
    let company = &found.company;
    let letter = Letter::LinkAsked {
        name: account.name.clone(),
        username: account.username.clone(),
        email: account.email.clone(),
        path: format!("/{}/console/users?view=cannot_sign_in", company.alias),
        ended_at: found.link.expires_at,
    };
    for admin in tx.administrators(&company.id).await? {
        if admin.locked_at.is_none() && admin.deleted_at.is_none() {
            s.post(&mut tx, &admin, company, &letter).await?;
        }
    }
    tx.commit().await?;
    s.mailer.wake();
    Ok(())
}
