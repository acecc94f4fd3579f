//! *Forget this browser*, at the desk itself: whoever came in by Amazon Connect cannot open Security Settings, and in a
//! company without passwords has no other way to them. It only takes away, so nothing has to be proven for it.

use crate::{keys::token_hash, storage::AuditKind};

use super::super::{Cookies, Refusal, Result, Services, Visitor, session};

/// Lets this browser speak for the person's Connect user no more, and ends their session in it. A browser that was
/// forgotten already is signed out all the same.
///
/// # Errors
/// [`Refusal::SignedOut`] without a live session.
pub async fn forget(s: &Services, visitor: &Visitor) -> Result<Cookies> {
    let session = session::live(s, visitor).await?;
    let mut tx = s.db.begin().await?;
    tx.lock_account(&session.account_id).await?;
    let account = tx.account(&session.account_id).await?;
    let account = account.ok_or(Refusal::SignedOut)?;
    let browser = visitor.browser_cookie.as_deref().map(token_hash);
    let browser = browser.unwrap_or_default();
    if tx.end_binding_here(&account.id, &browser).await? {
        tx.audit(s.event(visitor, AuditKind::PhoneUnbound, &account));
    }
    let cookies = session::sign_out_in(s, visitor, &mut tx).await?;
    tx.commit().await?;
    Ok(cookies)
}
