//! An address that an administrator changed: confirmed at the new one, told to the old one (SECURITY 12).

use crate::{
    domain::{code, people},
    keys::token_hash,
    mail::Letter,
    storage::{Account, AccountState, AuditKind, LinkKind, NewLink, fold},
};

use super::{Change, Fault, Refusal, Result, Services, Visitor, taken};

/// Whether somebody's address is simply replaced: they have never signed in, so nothing was proven with the old one.
pub(super) fn is_replaced_at_once(account: &Account) -> bool {
    match account.state {
        AccountState::Pending | AccountState::Invited | AccountState::Bounced => true,
        AccountState::Disabled => {
            account.password_hash.is_none() && account.last_sign_in_at.is_none()
        }
        AccountState::Enabled | AccountState::SsoOnly => false,
    }
}

/// Mails a link to the new address, and tells the old one. Nothing goes out twice while the link works.
///
/// # Errors
/// [`Refusal::EmailTaken`]
pub(super) async fn ask(
    s: &Services,
    visitor: &Visitor,
    change: &mut Change,
    email: &str,
) -> Result<()> {
    let now = s.now();
    let Change {
        tx,
        admin,
        company,
        account,
    } = change;
    let folded = fold(email);
    let same = account.new_email.as_deref().map(fold) == Some(folded.clone());
    if same && tx.has_live_link(&account.id, LinkKind::Email, now).await? {
        return Ok(());
    }
    if let Some(other) = tx.account_by_identifier(&company.id, &folded).await?
        && other.id != account.id
    {
        return Err(Refusal::EmailTaken.into());
    }
    tx.ask_new_email(&account.id, email, now).await?;
    // As it is after everything else that this change does.
    let account = tx.account(&account.id).await?.ok_or(Refusal::NotFound)?;
    let expires_at = now.plus(people::CONFIRM_LIFE);
    let token = s.entropy.token();
    tx.replace_links(&NewLink {
        id: s.entropy.id(now),
        kind: LinkKind::Email,
        token_hash: token_hash(&token),
        account_id: account.id.clone(),
        security_version: account.security_version,
        created_at: now,
        expires_at,
    })
    .await?;
    let letter = Letter::EmailChanging {
        username: account.username.clone(),
        new_email: code::masked(email),
        by: admin.name.clone(),
        at: now,
    };
    s.post(tx, &account, company, &letter).await?;
    let letter = Letter::ConfirmEmail {
        path: format!("/confirm-email?token={token}"),
        username: account.username.clone(),
        by: admin.name.clone(),
        expires_at,
    };
    let there = Account {
        email: email.to_owned(),
        ..account
    };
    s.post(tx, &there, company, &letter).await?;
    tracing::info!(
        reference = visitor.reference,
        "an address is to be confirmed"
    );
    Ok(())
}

/// Makes an address count that its owner confirms by the mailed link. Whoever is signed in with the account is signed
/// out.
///
/// # Errors
/// [`Refusal::LinkUsed`], [`Refusal::LinkExpired`], [`Refusal::AccountDisabled`], and [`Refusal::EmailTaken`] when
/// somebody else has it meanwhile.
pub async fn confirm_email(s: &Services, visitor: &Visitor, token: &str) -> Result<()> {
    let now = s.now();
    let link =
        s.db.link(LinkKind::Email, &token_hash(token))
            .await?
            .ok_or(Refusal::LinkUsed)?;
    let mut tx = s.db.begin().await?;
    tx.lock_account(&link.account_id).await?;
    let account = tx
        .account(&link.account_id)
        .await?
        .ok_or(Refusal::LinkUsed)?;
    if account.state == AccountState::Disabled {
        return Err(Refusal::AccountDisabled.into());
    }
    if !tx.consume_link(&link.id, now).await? {
        let has_ended = link.used_at.is_none() && link.expires_at <= now;
        return Err(if has_ended {
            Refusal::LinkExpired.into()
        } else {
            Refusal::LinkUsed.into()
        });
    }
    let email = account
        .new_email
        .clone()
        .ok_or_else(|| Fault::Broken(format!("account {} waits for no address", account.id)))?;
    let names = (
        account.name.as_str(),
        account.username.as_str(),
        email.as_str(),
    );
    tx.confirm_email(&account.id, names, now)
        .await
        .map_err(taken)?;
    tx.end_sessions(&account.id, now).await?;
    tx.end_trusts(&account.id).await?;
    tx.audit(s.event(visitor, AuditKind::EmailConfirmed, &account));
    tx.commit().await?;
    Ok(())
}
