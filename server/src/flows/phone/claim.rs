//! *Secure Login* itself: a browser says who it is in Amazon Connect. Where it speaks for that user, or an invitation was
//! opened in it, that is a first credential; everywhere else it waits for being proven, whoever the user is and
//! whether anybody knows them.

use app::wire::{PhoneSignIn, Step};

use crate::{
    domain::landing,
    keys::token_hash,
    metrics::SignInStage,
    storage::{AccountId, NewPhoneClaim, PhoneClaimId, fold},
};

use super::super::{
    Cookies, Held, Progress, Refusal, Result, Services, Visitor,
    sign_in::{self, Credential, Proven},
};
use super::{LIFE, company_with_phone, held, show, username, waiting};

/// Signs in, or answers what has to be proven first.
///
/// # Errors
/// [`Refusal::UnknownCompany`], [`Refusal::NotFound`] for a company without Amazon Connect, [`Refusal::CompanyClosed`],
/// [`Refusal::InvalidRequest`] for what is no user; on a bound browser as a sign-in.
pub async fn sign_in(
    s: &Services,
    visitor: &Visitor,
    alias: &str,
    claimed: &PhoneSignIn,
) -> Result<Progress> {
    let company = company_with_phone(s, alias).await?;
    let username = username(&claimed.username)?;
    let next = claimed.next.as_deref();
    let next = next.and_then(|next| landing::inside(&company.alias, next));
    s.metrics.sign_in(SignInStage::Started);
    let now = s.now();
    let browser = visitor.browser_cookie.as_deref().map(token_hash);
    let folded = fold(username);
    let invited = held(s, visitor)
        .await?
        .filter(|claim| claim.company_id == company.id)
        .and_then(|claim| claim.invited.zip(claim.security_version));
    let mut tx = s.db.begin().await?;
    let bound = match &browser {
        Some(browser) => tx.bindings_here(&company.id, browser, now).await?,
        None => Vec::new(),
    };
    let own = bound.iter().find(|own| own.phone_username == folded);
    let who: Option<(AccountId, Option<i64>)> = match (own, invited) {
        (Some(own), _) => Some((own.account_id.clone(), None)),
        (None, Some((account, version))) => Some((account, Some(version))),
        (None, None) => None,
    };
    // The account is held before its claims are, as everywhere.
    let account = match &who {
        Some((id, version)) => {
            tx.lock_account(id).await?;
            tx.account(id)
                .await?
                .filter(|account| version.is_none_or(|v| v == account.security_version))
        }
        None => None,
    };
    if let Some(old) = &visitor.phone_cookie {
        tx.give_up_phone_claim(&token_hash(old)).await?;
    }
    let (id, cookie) = (PhoneClaimId(s.entropy.id(now)), s.entropy.token());
    tx.add_phone_claim(&NewPhoneClaim {
        id: &id,
        company: &company.id,
        cookie_hash: &token_hash(&cookie),
        username: Some(username),
        next: next.as_deref(),
        invited: None,
        taken: account.is_some(),
        created_at: now,
        expires_at: now.plus(LIFE),
    })
    .await?;
    let visitor = &Visitor {
        phone_cookie: Some(cookie.clone()),
        ..visitor.clone()
    };
    if let Some(account) = account {
        let proven = Proven {
            account: &account,
            next: next.as_deref(),
            throttle: None,
            credential: if own.is_some() {
                let shared = bound.len() > 1;
                Credential::Phone { claim: &id, shared }
            } else {
                Credential::ClaimingByMail(&id)
            },
        };
        let mut progress = sign_in::begin_in(s, visitor, tx, proven, None).await?;
        if progress.cookies.phone == Held::AsBefore {
            progress.cookies.phone = Held::New(cookie);
        }
        return Ok(progress);
    }
    // What this browser began before would hide the new step.
    if let Some(old) = &visitor.attempt_cookie {
        tx.cancel_attempt(&token_hash(old), now).await?;
    }
    if let Some(old) = &visitor.sso_cookie {
        tx.give_up_sso_requests(&token_hash(old)).await?;
    }
    tx.commit().await?;
    let waiting = waiting(s, visitor).await?.ok_or(Refusal::AttemptOver)?;
    Ok(Progress {
        step: Step::Bind(show(s, waiting).await?),
        cookies: Cookies {
            attempt: Held::Gone,
            phone: Held::New(cookie),
            ..Cookies::default()
        },
    })
}
