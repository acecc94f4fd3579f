//! The way past a wait that strangers caused: a mailed link that makes this browser known, so that it
//! has a counter of its own (SECURITY 7). Unknown accounts get the same answer
//! at the same cost: a job mails it, as `asked` has it.

use std::time::Duration;

use app::wire::FoundCompany;

use crate::{
    keys::token_hash,
    mail::Letter,
    storage::{AccountState, AuditKind, Company, LinkKind, NewLink, Tx, fold},
};

use super::{
    Cookies, Refusal, Result, Services, Visitor,
    asked::{self, Wish},
    sign_in,
};

/// How long a mailed link can be used.
const LINK_LIFE: Duration = Duration::from_secs(20 * 60);
/// Links to one account within an hour; further requests are silent.
const LINKS_PER_HOUR: usize = 3;

/// Writes down that somebody asks for the link.
///
/// # Errors
/// [`Refusal::UnknownCompany`], [`Refusal::PasswordsOff`], [`Refusal::InvalidRequest`] for what names no account, and
/// [`Refusal::Busy`] while too many requests wait.
pub async fn ask_link(s: &Services, visitor: &Visitor, alias: &str, typed: &str) -> Result<()> {
    asked::ask(s, visitor, alias, typed, Wish::BrowserLink).await
}

/// Mails the link, if there is such an account that could use it. The caller has taken the request out.
pub(super) async fn answer(
    s: &Services,
    tx: &mut Tx,
    visitor: &Visitor,
    company: &Company,
    typed: &str,
) -> Result<()> {
    let found = tx.account_by_identifier(&company.id, &fold(typed)).await?;
    let Some(account) = found else {
        return Ok(());
    };
    tx.lock_account(&account.id).await?;
    // As it is now that nobody else changes it.
    let account = tx.account(&account.id).await?.unwrap_or(account);
    if account.state != AccountState::Enabled {
        return Ok(());
    }
    let now = s.now();
    let hour_ago = now.minus(Duration::from_secs(60 * 60));
    let sent = tx
        .links_sent_since(&account.id, LinkKind::Browser, hour_ago)
        .await?;
    if sent.len() >= LINKS_PER_HOUR {
        return Ok(());
    }
    let token = s.entropy.token();
    let expires_at = now.plus(LINK_LIFE);
    tx.replace_links(&NewLink {
        id: s.entropy.id(now),
        kind: LinkKind::Browser,
        token_hash: token_hash(&token),
        account_id: account.id.clone(),
        security_version: account.security_version,
        created_at: now,
        expires_at,
    })
    .await?;
    let letter = Letter::BrowserLink {
        path: format!("/{}/browser-link?token={token}", company.alias),
        minutes: u32::try_from(LINK_LIFE.as_secs() / 60).unwrap_or(u32::MAX),
    };
    s.post_back(visitor, tx, &account, company, &letter).await?;
    tx.audit(s.event(visitor, AuditKind::BrowserLinkSent, &account));
    Ok(())
}

/// Makes this browser known to the link's account and uses the link up.
///
/// # Errors
/// [`Refusal::LinkUsed`] or [`Refusal::LinkExpired`].
pub async fn open_link(
    s: &Services,
    visitor: &Visitor,
    token: &str,
) -> Result<(FoundCompany, Cookies)> {
    let now = s.now();
    let link =
        s.db.link(LinkKind::Browser, &token_hash(token))
            .await?
            .ok_or(Refusal::LinkUsed)?;
    let mut tx = s.db.begin().await?;
    tx.lock_account(&link.account_id).await?;
    if !tx.consume_link(&link.id, now).await? {
        let ended = link.used_at.is_none() && link.expires_at <= now;
        return Err(if ended {
            Refusal::LinkExpired
        } else {
            Refusal::LinkUsed
        }
        .into());
    }
    let account = tx
        .account(&link.account_id)
        .await?
        .ok_or(Refusal::LinkUsed)?;
    let (_, browser) = sign_in::know_browser(s, visitor, &mut tx, &account, now).await?;
    tx.audit(s.event(visitor, AuditKind::BrowserMadeKnown, &account));
    tx.commit().await?;
    let company =
        s.db.company(&account.company_id)
            .await?
            .ok_or(Refusal::LinkUsed)?;
    let found = FoundCompany {
        alias: company.alias,
        name: company.name,
    };
    Ok((
        found,
        Cookies {
            browser,
            ..Cookies::default()
        },
    ))
}
