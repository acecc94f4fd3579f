//! *Secure Login* itself: a browser says who it is in Amazon Connect. Where it speaks for that user, or an invitation was
//! opened in it, that is a first credential; everywhere else it waits for being proven, whoever the user is and
//! whether anybody knows them.

use app::wire::{PhoneSignIn, Step};

use crate::{
    domain::{landing, typed},
    keys::token_hash,
    metrics::SignInStage,
    storage::{Account, Binding, Company, NewPhoneClaim, PhoneClaim, PhoneClaimId, Tx, fold},
};

use super::super::{
    Cookies, Held, Progress, Refusal, Result, Services, Visitor,
    sign_in::{self, Credential, Proven},
};
use super::{LIFE, company_with_phone, entry::objection, held, show, waiting};

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
    let username = typed::phone_username(&claimed.username).ok_or(Refusal::InvalidRequest)?;
    let username = username.as_str();
    let next = claimed.next.as_deref();
    let next = next.and_then(|next| landing::inside(&company.alias, next));
    s.metrics.sign_in(SignInStage::Started);
    let now = s.now();
    let invited = held(s, visitor)
        .await?
        .filter(|claim| claim.company_id == company.id && claim.invited.is_some());
    let mut tx = s.db.begin().await?;
    let known = known(s, visitor, &mut tx, &company, username, invited.as_ref()).await?;
    if let Some(Known {
        account,
        by: By::Invitation,
    }) = &known
        && let Some(refusal) = objection(s, visitor, &mut tx, account, username).await?
    {
        // The invitation waits for another user.
        tx.commit().await?;
        return Err(refusal.into());
    }
    // What this browser began before would hide the new step. An attempt goes before its claim, as everywhere.
    if let Some(old) = &visitor.attempt_cookie {
        tx.cancel_attempt(&token_hash(old), now).await?;
    }
    if let (
        Some(Known {
            by: By::Invitation, ..
        }),
        Some(invited),
    ) = (&known, &invited)
        && !tx.use_phone_claim(&invited.id).await?
    {
        // Another tab was faster, and is who was invited.
        return Err(Refusal::AttemptOver.into());
    }
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
        taken: known.is_some(),
        created_at: now,
        expires_at: now.plus(LIFE),
    })
    .await?;
    let visitor = &Visitor {
        phone_cookie: Some(cookie.clone()),
        ..visitor.clone()
    };
    if let Some(known) = known {
        let proven = Proven {
            account: &known.account,
            next: next.as_deref(),
            throttle: None,
            credential: match known.by {
                By::Browser { shared } => Credential::Phone { claim: &id, shared },
                By::Invitation => Credential::ClaimingByMail(&id),
            },
        };
        let mut progress = sign_in::begin_in(s, visitor, tx, proven, None).await?;
        if progress.cookies.phone == Held::AsBefore {
            progress.cookies.phone = Held::New(cookie);
        }
        return Ok(progress);
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

/// Whom a browser may say that it is.
struct Known {
    /// Held.
    account: Account,
    by: By,
}

enum By {
    /// It speaks for the user; shared with other accounts, here or at another company.
    Browser { shared: bool },
    /// An invitation of theirs was opened in it.
    Invitation,
}

/// The account is held before its claims are, as everywhere.
async fn known(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    company: &Company,
    username: &str,
    invited: Option<&PhoneClaim>,
) -> Result<Option<Known>> {
    let bound = match visitor.browser_cookie.as_deref().map(token_hash) {
        Some(browser) => tx.bindings_here(&browser, s.now()).await?,
        None => Vec::new(),
    };
    let folded = fold(username);
    let is_own = |own: &&Binding| own.company_id == company.id && own.phone_username == folded;
    if let Some(own) = bound.iter().find(is_own) {
        tx.lock_account(&own.account_id).await?;
        let shared = bound.len() > 1;
        let account = tx.account(&own.account_id).await?;
        let by = By::Browser { shared };
        return Ok(account.map(|account| Known { account, by }));
    }
    let Some((id, version)) =
        invited.and_then(|claim| claim.invited.as_ref().zip(claim.security_version))
    else {
        return Ok(None);
    };
    tx.lock_account(id).await?;
    let account = tx.account(id).await?;
    let account = account.filter(|account| account.security_version == version);
    let by = By::Invitation;
    Ok(account.map(|account| Known { account, by }))
}
