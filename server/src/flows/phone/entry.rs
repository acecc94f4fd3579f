//! The end of a sign-in with Amazon Connect, in the transaction that makes its session: whether the user is the
//! account's, and what the browser may say from now on.

use std::time::Duration;

use crate::{
    keys::token_hash,
    mail::Letter,
    storage::{Account, AuditKind, BrowserId, Company, NewBinding, PhoneClaimId, Tx, fold},
};

use super::super::{PhoneMismatch, Refusal, Result, Services, Visitor, amazon_connect};

/// So long a browser speaks for a Connect user.
const BOUND_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A claim that is about to be used.
pub(in super::super) struct Entry {
    claim: PhoneClaimId,
    /// As Amazon Connect writes it.
    pub(in super::super) username: String,
    folded: String,
    /// What the browser speaks by; none: it is to be bound.
    binding: Option<String>,
}

/// Whether the user of a claim is this account's. The inner error is told once the caller has committed: somebody has
/// proven an account to which the user does not belong, and the claim waits for another one.
///
/// # Errors
/// [`Refusal::AttemptOver`] when the claim was given up, replaced or is another browser's, when a bound browser is so no
/// more, or when the company's phone may not be used any more.
pub(in super::super) async fn check(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    (account, company): (&Account, &Company),
    claim: &PhoneClaimId,
    binds: bool,
) -> Result<Result<Entry, Refusal>> {
    if amazon_connect::address(s, company).is_none() {
        return Err(Refusal::AttemptOver.into());
    }
    let cookie = visitor.phone_cookie.as_deref().map(token_hash);
    let row = tx.phone_claim(claim).await?.filter(|row| {
        Some(&row.cookie_hash) == cookie.as_ref() && row.company_id == account.company_id
    });
    let username = row
        .and_then(|row| row.username)
        .ok_or(Refusal::AttemptOver)?;
    let folded = fold(&username);
    let mut entry = Entry {
        claim: claim.clone(),
        username,
        folded,
        binding: None,
    };
    if !binds {
        let browser = visitor.browser_cookie.as_deref().map(token_hash);
        let here = tx
            .bindings_here(&browser.unwrap_or_default(), s.now())
            .await?;
        let own = here
            .into_iter()
            .find(|own| own.account_id == account.id && own.phone_username == entry.folded);
        entry.binding = Some(own.ok_or(Refusal::AttemptOver)?.id);
        return Ok(Ok(entry));
    }
    match objection(s, visitor, tx, account, &entry.username).await? {
        Some(refusal) => {
            tx.hold_phone_claim(claim, false).await?;
            Ok(Err(refusal))
        }
        None => Ok(Ok(entry)),
    }
}

/// Why a user in Amazon Connect cannot be an account's: it has another one, or the user is somebody else's. That is
/// written down, and told once the caller has committed.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn objection(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    account: &Account,
    username: &str,
) -> Result<Option<Refusal>> {
    let folded = fold(username);
    let known = tx.phone_username(&account.id).await?;
    let belongs = match &known {
        Some(known) => fold(known) == folded,
        None => tx
            .phone_owner(&account.company_id, &folded)
            .await?
            .is_none(),
    };
    Ok((!belongs).then(|| refuse(s, visitor, tx, account, username, known)))
}

/// Writes a mismatch down, and names both to whoever has proven the account.
fn refuse(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    account: &Account,
    claimed: &str,
    phone: Option<String>,
) -> Refusal {
    let mut event = s.event(visitor, AuditKind::PhoneMismatch, account);
    event.reason = Some(claimed.to_owned());
    tx.audit(event);
    Refusal::PhoneMismatch(Box::new(PhoneMismatch {
        account: account.username.clone(),
        phone,
        claimed: claimed.to_owned(),
    }))
}

impl Entry {
    /// Uses the claim up, and makes its user the account's. Answers why not, to be told once the caller has committed:
    /// somebody was faster.
    ///
    /// # Errors
    /// [`Refusal::AttemptOver`] when it was used or given up meanwhile.
    pub(in super::super) async fn use_claim(
        &self,
        s: &Services,
        visitor: &Visitor,
        tx: &mut Tx,
        account: &Account,
    ) -> Result<Option<Refusal>> {
        let is_free = self.binding.is_some()
            || tx
                .become_phone_user(&account.id, &self.username, &self.folded)
                .await?;
        if !is_free {
            tx.hold_phone_claim(&self.claim, false).await?;
            return Ok(Some(refuse(s, visitor, tx, account, &self.username, None)));
        }
        if tx.use_phone_claim(&self.claim).await? {
            Ok(None)
        } else {
            Err(Refusal::AttemptOver.into())
        }
    }

    /// Lets the browser speak for the user from now on, and writes to its person; or notes that it did.
    ///
    /// # Errors
    /// [`Refusal::AttemptOver`] for a browser that was bound and is so no more.
    pub(in super::super) async fn settle(
        &self,
        s: &Services,
        visitor: &Visitor,
        tx: &mut Tx,
        account: &Account,
        company: &Company,
        browser: &BrowserId,
    ) -> Result<()> {
        let now = s.now();
        let address = visitor.address.to_string();
        if let Some(binding) = &self.binding {
            if !tx.note_binding_use(binding, &address, now).await? {
                return Err(Refusal::AttemptOver.into());
            }
            tx.audit(s.event(visitor, AuditKind::PhoneUsed, account));
            return Ok(());
        }
        tx.add_binding(&NewBinding {
            id: &s.entropy.id(now),
            browser,
            account: &account.id,
            security_version: account.security_version,
            phone_username: &self.folded,
            now,
            expires_at: now.plus(BOUND_FOR),
            user_agent: &visitor.user_agent,
            address: &address,
        })
        .await?;
        let mut event = s.event(visitor, AuditKind::PhoneBound, account);
        event.reason = Some(self.username.clone());
        tx.audit(event);
        let letter = Letter::PhoneBound {
            username: account.username.clone(),
            login: self.username.clone(),
            at: now,
        };
        s.post_back(visitor, tx, account, company, &letter).await?;
        Ok(())
    }
}
