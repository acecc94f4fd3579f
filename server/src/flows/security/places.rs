//! Where a person is known: browsers that are not asked for a second proof or speak for their Connect user, and live
//! sessions.

use app::wire::{BoundBrowser, Browser, SessionEntry};

use crate::{
    domain::second_factor,
    keys::token_hash,
    mail::Letter,
    storage::{Account, AuditKind, BrowserId, Company, LiveSession, SessionId},
};

use super::super::{Refusal, Result, Services, Visitor, written};
use super::{Change, ways::tell};

/// The browsers that are not asked, last used first, with the end that today's policy gives them.
pub(super) async fn browsers(
    s: &Services,
    visitor: &Visitor,
    account: &Account,
    company: &Company,
) -> Result<Vec<Browser>> {
    let now = s.now();
    let zone = company.zone();
    let rules = company.policy.rules();
    let choices = rules.trust_choices(account.admin);
    let here = here(s, visitor).await?;
    let trusts = s.db.trusts(&account.id, now).await?;
    let browsers = trusts.into_iter().filter_map(|trust| {
        let days = u16::try_from(trust.days).unwrap_or(u16::MAX);
        let end = second_factor::trust_end(trust.granted_at, days, choices)?.min(trust.expires_at);
        (end > now).then(|| Browser {
            current: here.as_ref() == Some(&trust.browser_id),
            id: trust.id,
            user_agent: trust.user_agent,
            address: trust.address,
            last_used_at: written(trust.last_used_at, &zone),
            granted_at: written(trust.granted_at, &zone),
            expires_at: written(end, &zone),
        })
    });
    Ok(browsers.collect())
}

async fn here(s: &Services, visitor: &Visitor) -> Result<Option<BrowserId>> {
    match visitor.browser_cookie.as_deref() {
        Some(cookie) => Ok(s.db.browser_by_cookie(&token_hash(cookie)).await?),
        None => Ok(None),
    }
}

/// The browsers that speak for the person's Connect user, last used first.
pub(super) async fn bound(
    s: &Services,
    visitor: &Visitor,
    account: &Account,
    company: &Company,
) -> Result<Vec<BoundBrowser>> {
    let zone = company.zone();
    let here = here(s, visitor).await?;
    let bound = s.db.bindings(&account.id, s.now()).await?;
    let shown = bound.into_iter().map(|binding| BoundBrowser {
        current: here.as_ref() == Some(&binding.browser_id),
        id: binding.id,
        phone_username: binding.shown,
        user_agent: binding.user_agent,
        address: binding.address,
        bound_at: written(binding.bound_at, &zone),
        last_used_at: written(binding.last_used_at, &zone),
        expires_at: written(binding.expires_at, &zone),
    });
    Ok(shown.collect())
}

/// The live sessions: the one that asks, then the last used first.
pub(super) async fn sessions(s: &Services, session: &LiveSession) -> Result<Vec<SessionEntry>> {
    let zone = session.zone();
    let rows = s.db.live_sessions(&session.account_id, s.now()).await?;
    let mut sessions: Vec<SessionEntry> = rows
        .into_iter()
        .map(|row| SessionEntry {
            current: row.id == session.id,
            id: row.id.0,
            user_agent: row.user_agent,
            address: row.address,
            started_at: written(row.created_at, &zone),
            active_at: written(row.active_at, &zone),
        })
        .collect();
    sessions.sort_by_key(|session| !session.current);
    Ok(sessions)
}

/// Asks a browser for the second proof again.
///
/// # Errors
/// [`Refusal::NotFound`] for what is not this person's.
pub async fn end_browser(s: &Services, visitor: &Visitor, id: &str) -> Result<()> {
    let mut change = Change::begin(s, visitor).await?;
    if !change.tx.end_trust(&change.account.id, id).await? {
        return Err(Refusal::NotFound.into());
    }
    let event = s.event(visitor, AuditKind::TrustEnded, &change.account);
    change.tx.audit(event);
    change.tx.commit().await?;
    Ok(())
}

/// Lets a browser speak for the person's Connect user no more. A desk that is open in it stays open until its session
/// ends.
///
/// # Errors
/// [`Refusal::NotFound`] for what is not this person's.
pub async fn end_binding(s: &Services, visitor: &Visitor, id: &str) -> Result<()> {
    let mut change = Change::begin(s, visitor).await?;
    if !change.tx.end_binding(&change.account.id, id).await? {
        return Err(Refusal::NotFound.into());
    }
    let event = s.event(visitor, AuditKind::PhoneUnbound, &change.account);
    change.tx.audit(event);
    change.tx.commit().await?;
    Ok(())
}

/// Ends one session.
///
/// # Errors
/// [`Refusal::NotFound`] for what is not this person's, or has ended.
pub async fn end_session(s: &Services, visitor: &Visitor, id: &str) -> Result<()> {
    let mut change = Change::begin(s, visitor).await?;
    let id = SessionId(id.to_owned());
    if !change
        .tx
        .end_own_session(&change.account.id, &id, s.now())
        .await?
    {
        return Err(Refusal::NotFound.into());
    }
    let event = s.event(visitor, AuditKind::SessionEnded, &change.account);
    change.tx.audit(event);
    change.tx.commit().await?;
    Ok(())
}

/// Ends every session but the one that asks. Whoever was signed out by somebody else learns it by mail.
///
/// # Errors
/// When the database does not answer.
pub async fn end_other_sessions(s: &Services, visitor: &Visitor) -> Result<()> {
    let mut change = Change::begin(s, visitor).await?;
    let ended = change
        .tx
        .end_other_sessions(&change.account.id, &change.session.id, s.now())
        .await?;
    if ended > 0 {
        let event = s.event(visitor, AuditKind::SessionEnded, &change.account);
        change.tx.audit(event);
        let letter = Letter::SessionsEnded {
            username: change.account.username.clone(),
            at: s.now(),
        };
        tell(s, visitor, &mut change, &letter).await?;
    }
    change.tx.commit().await?;
    Ok(())
}
