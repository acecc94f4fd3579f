//! A new person's first password: a link that is looked at as often as they like and used up once,
//! by the very request that stores an acceptable password (SECURITY 11).

use app::wire::{AcceptInvitation, Invitation};

use crate::{
    domain::hash_queue::Lane,
    keys::token_hash,
    storage::{
        Account, AccountState, AuditKind, Company, Link, LinkKind, NewFactor, SecondFactor,
        StoredPassword,
    },
};

use super::super::{
    Fault, Progress, Refusal, Result, Services, Visitor, company, password, sign_in, written,
};

/// A link that is good, and whom it is for.
struct Good {
    link: Link,
    account: Account,
    company: Company,
}

/// What an invitation says. Uses nothing up.
///
/// # Errors
/// [`Refusal::LinkUsed`], [`Refusal::LinkExpired`] or [`Refusal::AccountDisabled`].
pub async fn look(s: &Services, token: &str) -> Result<Invitation> {
    let Good {
        link,
        account,
        company,
    } = good(s, token).await?;
    Ok(Invitation {
        minimum: sign_in::policy(&company, s.now()).minimum,
        expires_at: written(link.expires_at, &company.zone()),
        company: company::show(s, company),
        name: account.name,
        username: account.username,
        email: account.email,
    })
}

/// Stores the password, uses the link up and goes on as a sign-in.
///
/// # Errors
/// As [`look`]; [`Refusal::PasswordRefused`] leaves the link as it was, as does [`Refusal::Busy`].
pub async fn accept(s: &Services, visitor: &Visitor, typed: &AcceptInvitation) -> Result<Progress> {
    let Good {
        link,
        account,
        company,
    } = good(s, &typed.token).await?;
    password::check_new(&typed.password, &account, &company, s.now())?;
    // Whoever holds a link has proven nothing else yet, so they queue with the strangers.
    let stored = password::hash_new(s, visitor, Lane::Unknown, &typed.password).await?;
    let account = store(s, visitor, &link, &company, &stored).await?;
    let proven = sign_in::Proven {
        account: &account,
        next: None,
        throttle: None,
    };
    sign_in::begin(s, visitor, proven).await
}

/// Link and password in one transaction: whoever uses the link up is the one whose password counts.
async fn store(
    s: &Services,
    visitor: &Visitor,
    link: &Link,
    company: &Company,
    password: &StoredPassword,
) -> Result<Account> {
    let now = s.now();
    let mut tx = s.db.begin().await?;
    tx.lock_account(&link.account_id).await?;
    if !tx.consume_link(&link.id, now).await? {
        let refusal = if link.expires_at <= now {
            Refusal::LinkExpired
        } else {
            Refusal::LinkUsed
        };
        return Err(refusal.into());
    }
    tx.set_password(&link.account_id, password, now).await?;
    tx.become_enabled(&link.account_id).await?;
    if company.policy.second_factor != SecondFactor::Off {
        // The link came by mail: whoever holds it reads that address.
        tx.add_factor(&NewFactor::email(&s.entropy.id(now), &link.account_id, now))
            .await?;
    }
    let account = tx
        .account(&link.account_id)
        .await?
        .ok_or_else(|| Fault::Broken(format!("account {} vanished", link.account_id)))?;
    password::clear_waits(s, &mut tx, &account).await?;
    tx.audit(&s.event(visitor, AuditKind::InvitationAccepted, &account))
        .await?;
    tx.commit().await?;
    Ok(account)
}

async fn good(s: &Services, token: &str) -> Result<Good> {
    let link =
        s.db.link(LinkKind::Invitation, &token_hash(token))
            .await?
            .ok_or(Refusal::LinkUsed)?;
    let account =
        s.db.account(&link.account_id)
            .await?
            .ok_or(Refusal::LinkUsed)?;
    if link.used_at.is_some() || link.security_version != account.security_version {
        return Err(Refusal::LinkUsed.into());
    }
    if account.state == AccountState::Disabled {
        return Err(Refusal::AccountDisabled.into());
    }
    if link.expires_at <= s.now() {
        return Err(Refusal::LinkExpired.into());
    }
    let company =
        s.db.company(&account.company_id)
            .await?
            .ok_or_else(|| Fault::Broken(format!("account {} has no company", account.id)))?;
    Ok(Good {
        link,
        account,
        company,
    })
}
