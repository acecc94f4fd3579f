//! What a mail server refuses for good. Most mails are just noted; a first credential that reaches nobody leaves its
//! person waiting, so their account says so and administrators see it.

use crate::{
    mail::Letter,
    storage::{self, AccountState, AuditKind, ClaimedMail, NewAuditEvent},
};

use super::super::Services;
use super::can_be_sent;

/// Notes that a mail will never leave, and why; the reason names no person.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn refused(s: &Services, mail: &ClaimedMail, reason: &str) -> storage::Result<()> {
    let now = s.now();
    let invited = mail
        .account_id
        .as_ref()
        .filter(|_| Letter::FIRST_CREDENTIALS.contains(&mail.kind.as_str()));
    let Some(id) = invited else {
        return s.db.mail_refused(mail, now, reason).await;
    };
    let mut tx = s.db.begin().await?;
    // The account first, as everywhere: its mails are withdrawn by whoever holds it.
    tx.lock_account(id).await?;
    let waiting = tx.account(id).await?.filter(|account| {
        let was_invited = !matches!(account.state, AccountState::Pending | AccountState::SsoOnly);
        can_be_sent(account) && was_invited
    });
    // A mail that was withdrawn meanwhile went to an address, or was about a link, that counts no more.
    if tx.mail_refused(mail, now, reason).await?
        && let Some(account) = waiting
    {
        tx.become_bounced(id, reason).await?;
        tx.audit(NewAuditEvent {
            id: s.entropy.id(now),
            at: now,
            company: Some(account.company_id),
            account: Some(id.clone()),
            actor: None,
            kind: AuditKind::InvitationBounced,
            reason: Some(reason.to_owned()),
            reference: String::new(),
            address: String::new(),
        });
    }
    tx.commit().await
}
