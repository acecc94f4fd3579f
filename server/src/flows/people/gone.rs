//! People who were deleted long enough ago: nobody knows any more who they were (SECURITY 23).

use crate::{
    domain::people,
    storage::{AuditKind, NewAuditEvent, Result},
};

use super::Services;

/// Erases the names of whoever can not be brought back any more. Answers how many there were.
///
/// # Errors
/// When the database does not answer; whoever was erased before that stays so.
pub async fn pseudonymise(s: &Services) -> Result<usize> {
    let now = s.now();
    let mut erased = 0;
    loop {
        let mut tx = s.db.begin().await?;
        let gone = tx.deleted_before(now.minus(people::UNDO)).await?;
        if gone.is_empty() {
            return Ok(erased);
        }
        for account in &gone {
            tx.lock_account(&account.id).await?;
            tx.pseudonymise_account(&account.id, now).await?;
            tx.audit(NewAuditEvent {
                id: s.entropy.id(now),
                at: now,
                company: Some(account.company_id.clone()),
                account: Some(account.id.clone()),
                actor: None,
                kind: AuditKind::AccountPseudonymised,
                reason: None,
                reference: String::new(),
                address: String::new(),
            });
        }
        tx.commit().await?;
        erased += gone.len();
    }
}
