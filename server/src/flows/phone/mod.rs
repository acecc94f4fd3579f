//! *Secure Login*: what a browser says of Amazon Connect is a claim (SECURITY 16). It opens a desk where the browser was
//! bound to that Connect user of that account before, and leads to proving whose the user is everywhere else.
//!
//! A claim ([`storage::PhoneClaim`](crate::storage::PhoneClaim)) belongs to the browser that holds its cookie; it is
//! made in `claim`, proven by account and password (`bind`), a mailed code (`mailed`), an invitation (`invited`) or at a
//! provider (`sso`), and used up by the session that comes of it (`entry`). Who has no account asks for one (`join`). What a browser may say ends with its
//! time, in Security Settings, or where the person sits (`forget`).
//! What administrators decide about it, and what the desk's phone does, is not here.

mod bind;
mod claim;
mod entry;
mod forget;
mod invited;
mod join;
mod mailed;

pub use bind::bind;
pub use claim::sign_in;
pub use forget::forget;
pub use invited::accept;
pub use join::ask;
pub use mailed::{enter, mail};

pub(super) use entry::check;
pub(super) use mailed::{Wanted, answer};

use std::time::Duration;

use app::wire::{BindStep, summary_path};

use crate::{
    keys::{Purpose, token_hash},
    storage::{Company, PhoneClaim, PhoneClaimId},
};

use super::{
    Fault, Held, Refusal, Result, Services, Visitor, amazon_connect,
    company::{self, closed},
    sso,
};

/// For so long a claim can be proven: as long as setting something up on the way in may take.
const LIFE: Duration = super::sign_in::SET_UP_LIFE;
/// What Amazon Connect itself is called.
const NAME: &str = "Amazon Connect";

/// Where a sign-in with Amazon Connect ends.
pub(super) fn landing(alias: &str, next: Option<&str>) -> String {
    let summary = summary_path(alias);
    match next {
        Some(next) => {
            let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
            format!("{summary}?next={next}")
        }
        None => summary,
    }
}

/// A company at which people sign in with Amazon Connect.
///
/// # Errors
/// [`Refusal::UnknownCompany`], [`Refusal::NotFound`] for one without it or at an address that may not be used any more,
/// [`Refusal::CompanyClosed`].
async fn company_with_phone(s: &Services, alias: &str) -> Result<Company> {
    let company = company::by_alias(s, alias).await?;
    if amazon_connect::address(s, &company).is_none() {
        return Err(Refusal::NotFound.into());
    }
    match closed(&company) {
        Some(refusal) => Err(refusal.into()),
        None => Ok(company),
    }
}

/// The claim that this browser holds, whatever it waits for.
async fn held(s: &Services, visitor: &Visitor) -> Result<Option<PhoneClaim>> {
    match &visitor.phone_cookie {
        Some(cookie) => Ok(s
            .db
            .phone_claim_by_cookie(&token_hash(cookie), s.now())
            .await?),
        None => Ok(None),
    }
}

/// A claim that waits for being proven, and its company.
struct Waiting {
    claim: PhoneClaim,
    /// The user that it is about.
    username: String,
    company: Company,
}

async fn waiting(s: &Services, visitor: &Visitor) -> Result<Option<Waiting>> {
    let Some(claim) = held(s, visitor).await?.filter(|claim| !claim.taken) else {
        return Ok(None);
    };
    // Without a user an invitation was opened, and nothing is claimed yet.
    let Some(username) = claim.username.clone() else {
        return Ok(None);
    };
    let company = s.db.company(&claim.company_id).await?;
    Ok(company.map(|company| Waiting {
        claim,
        username,
        company,
    }))
}

/// The claim that waits here, which a request names.
///
/// # Errors
/// [`Refusal::AttemptOver`] when none waits, [`Refusal::OtherAttempt`] when another one does, and
/// [`Refusal::CompanyClosed`].
async fn waiting_as(s: &Services, visitor: &Visitor, id: &str) -> Result<Waiting> {
    let waiting = waiting(s, visitor).await?.ok_or(Refusal::AttemptOver)?;
    if waiting.claim.id.0 != id {
        return Err(Refusal::OtherAttempt.into());
    }
    match closed(&waiting.company) {
        Some(refusal) => Err(refusal.into()),
        None => Ok(waiting),
    }
}

/// The claim that a sign-in at a company's provider is to prove.
///
/// # Errors
/// As [`waiting_as`].
pub(super) async fn named(
    s: &Services,
    visitor: &Visitor,
    company: &Company,
    id: &str,
) -> Result<PhoneClaimId> {
    let waiting = waiting_as(s, visitor, id).await?;
    if waiting.company.id != company.id {
        return Err(Refusal::OtherAttempt.into());
    }
    Ok(waiting.claim.id)
}

/// The step at which this browser's claim is, if one waits.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn step(s: &Services, visitor: &Visitor) -> Result<Option<BindStep>> {
    match waiting(s, visitor).await? {
        Some(waiting) => Ok(Some(show(s, waiting).await?)),
        None => Ok(None),
    }
}

async fn show(s: &Services, waiting: Waiting) -> Result<BindStep> {
    let Waiting {
        claim,
        username,
        company,
    } = waiting;
    let now = s.now();
    let mailed_for = match &claim.typed {
        Some(sealed) => Some(typed(s, &claim.id, sealed)?),
        None => None,
    };
    let sso = sso::live(s, &company).await?;
    Ok(BindStep {
        provider: None,
        name: NAME.to_owned(),
        login: username,
        passwords: company.passwords,
        sso: sso.iter().map(|provider| provider.kind).collect(),
        mailed: !company.passwords,
        mailed_for,
        resend_after: claim
            .code_asked_at
            .map(|at| now.seconds_until(mailed::next_after(at))),
        can_join: true,
        asked_to_join: claim.asked_to_join,
        expires_in: now.seconds_until(claim.expires_at),
        attempt: claim.id.0,
        company: company.alias,
    })
}

/// What was typed for a mailed code.
fn typed(s: &Services, id: &PhoneClaimId, sealed: &[u8]) -> Result<String> {
    let broken = |why: String| Fault::Broken(format!("what was typed for claim {id}: {why}"));
    let plain = s
        .keys
        .open(Purpose::Reset, id.0.as_bytes(), sealed)
        .map_err(|e| broken(e.to_string()))?;
    Ok(String::from_utf8(plain).map_err(|e| broken(e.to_string()))?)
}

/// Gives up what this browser said about Amazon Connect.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn give_up(s: &Services, visitor: &Visitor) -> Result<Held> {
    let Some(cookie) = &visitor.phone_cookie else {
        return Ok(Held::AsBefore);
    };
    let mut tx = s.db.begin().await?;
    tx.give_up_phone_claim(&token_hash(cookie)).await?;
    tx.commit().await?;
    Ok(Held::Gone)
}
