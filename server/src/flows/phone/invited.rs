//! An invitation that is accepted with Amazon Connect instead of a password: its one link is spent, and the next *Secure
//! Login* of this browser is the invited person's.

use app::wire::PhoneInvited;

use crate::{
    keys::token_hash,
    storage::{AccountState, AuditKind, NewFactor, NewPhoneClaim, PhoneClaimId, SecondFactor},
};

use super::super::{
    Cookies, Held, Refusal, Result, Services, Visitor, amazon_connect, founding, invitation,
};
use super::LIFE;

/// Accepts one.
///
/// # Errors
/// As [`invitation::look`]; [`Refusal::NotFound`] where people have passwords or no Amazon Connect, and for somebody
/// who is no agent.
pub async fn accept(
    s: &Services,
    visitor: &Visitor,
    token: &str,
) -> Result<(PhoneInvited, Cookies)> {
    let found = invitation::good(s, token).await?;
    let company = &found.company;
    let has_phone = amazon_connect::address(s, company).is_some();
    if !has_phone || company.passwords || !found.account.agent {
        return Err(Refusal::NotFound.into());
    }
    let (now, id) = (s.now(), &found.account.id);
    let mut tx = s.db.begin().await?;
    tx.lock_account(id).await?;
    let account = tx.account(id).await?.ok_or(Refusal::LinkUsed)?;
    if account.state == AccountState::Disabled {
        return Err(Refusal::AccountDisabled.into());
    }
    if !tx.consume_link(&found.link.id, now).await? {
        tx.rollback().await?;
        // Its time ended, or somebody was faster.
        let dead = invitation::good(s, token).await.err();
        return Err(dead.unwrap_or_else(|| Refusal::LinkUsed.into()));
    }
    if account.state != AccountState::SsoOnly {
        tx.become_enabled(id).await?;
    }
    if company.policy.second_factor != SecondFactor::Off {
        // The link came by mail: whoever holds it reads that address.
        tx.add_factor(&NewFactor::email(&s.entropy.id(now), id, now))
            .await?;
    }
    let account = tx.account(id).await?.ok_or(Refusal::LinkUsed)?;
    tx.audit(s.event(visitor, AuditKind::InvitationAccepted, &account));
    let entered = s.event(visitor, AuditKind::CompanyEntered, &account);
    founding::enter(&mut tx, entered).await?;
    if let Some(old) = &visitor.phone_cookie {
        tx.give_up_phone_claim(&token_hash(old)).await?;
    }
    let cookie = s.entropy.token();
    tx.add_phone_claim(&NewPhoneClaim {
        id: &PhoneClaimId(s.entropy.id(now)),
        company: &company.id,
        cookie_hash: &token_hash(&cookie),
        username: None,
        next: None,
        invited: Some((id, account.security_version)),
        taken: false,
        created_at: now,
        expires_at: now.plus(LIFE),
    })
    .await?;
    tx.commit().await?;
    let invited = PhoneInvited {
        company: company.alias.clone(),
    };
    let cookies = Cookies {
        phone: Held::New(cookie),
        ..Cookies::default()
    };
    Ok((invited, cookies))
}
