//! "Don't ask again": a browser that stands for the second proof of one account, for as long as the
//! company's policy of the day lets it.

use crate::{
    domain::second_factor::trust_end,
    keys::token_hash,
    storage::{Account, AuditKind, BrowserId, Company, NewTrust, Tx},
};

use super::{Result, Services, Visitor};

/// Whether this browser is trusted by this account now; if so, that it was used is written down.
pub(super) async fn stands(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    account: &Account,
    company: &Company,
) -> Result<bool> {
    let Some(cookie) = &visitor.browser_cookie else {
        return Ok(false);
    };
    let now = s.now();
    let Some(trust) = tx.trust(&account.id, &token_hash(cookie), now).await? else {
        return Ok(false);
    };
    let rules = company.policy.rules();
    let days = u16::try_from(trust.days).unwrap_or(0);
    let end = trust_end(trust.granted_at, days, rules.trust_choices(account.admin));
    if end.is_none_or(|end| end <= now) {
        return Ok(false);
    }
    tx.note_trust_use(&trust.id, &visitor.address.to_string(), now)
        .await?;
    tx.audit(s.event(visitor, AuditKind::TrustUsed, account));
    Ok(true)
}

/// Trusts a browser for so many days, if they are one of the company's choices still.
pub(super) async fn grant(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    account: &Account,
    company: &Company,
    browser: &BrowserId,
    days: u16,
) -> Result<()> {
    let rules = company.policy.rules();
    let choices = rules.trust_choices(account.admin);
    let now = s.now();
    let Some(expires_at) = trust_end(now, days, choices).filter(|_| choices.contains(&days)) else {
        return Ok(());
    };
    tx.grant_trust(&NewTrust {
        id: &s.entropy.id(now),
        browser,
        account: &account.id,
        security_version: account.security_version,
        days,
        now,
        expires_at,
        user_agent: &visitor.user_agent,
        address: &visitor.address.to_string(),
    })
    .await?;
    let mut event = s.event(visitor, AuditKind::TrustGranted, account);
    event.reason = Some(format!("{days} days"));
    tx.audit(event);
    Ok(())
}
