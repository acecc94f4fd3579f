//! A provider tried by an administrator: they sign in there, and see what came and what would become of them here.
//! What comes back is dealt with where everything is that comes back.

use app::wire::{ProviderKind, SsoFailure, SsoTest, SsoTestBegun};

use super::{Result, seen};
use crate::{
    flows::{Cookies, Fault, Refusal, Services, Visitor, session, sso},
    storage::{SsoPurpose, SsoRequestId, SsoState},
};

/// Begins a test of what is set now.
///
/// # Errors
/// Without an administrator's session, [`Refusal::NotFound`] for a provider that is not set up, and
/// [`Refusal::SsoFailed`] when it cannot be reached.
pub async fn begin(
    s: &Services,
    visitor: &Visitor,
    kind: ProviderKind,
) -> Result<(SsoTestBegun, Cookies)> {
    let (admin, company) = seen(s, visitor).await?;
    let provider = s.db.provider(&company.id, kind).await?;
    let provider = provider.ok_or(Refusal::NotFound)?;
    let (id, begun) = sso::try_out(s, visitor, &admin.id, &company, &provider).await?;
    let test = SsoTestBegun {
        id: id.0,
        url: begun.shown.url,
    };
    Ok((test, begun.cookies))
}

/// What became of a test.
///
/// # Errors
/// Without an administrator's session, and [`Refusal::NotFound`] for a test that another session began.
pub async fn look(s: &Services, visitor: &Visitor, id: &str) -> Result<SsoTest> {
    let admin = session::live_admin(s, visitor).await?;
    let request = s.db.sso_request(&SsoRequestId(id.to_owned())).await?;
    let request = request
        .filter(|it| it.purpose == SsoPurpose::Test && it.company_id == admin.company_id)
        .filter(|it| it.holder.as_ref() == Some(&admin.id.0))
        .ok_or(Refusal::NotFound)?;
    if let Some(outcome) = &request.outcome {
        let test = serde_json::from_str(outcome);
        return Ok(test.map_err(|e| Fault::Broken(format!("the outcome of test {id}: {e}")))?);
    }
    let is_over = request.state == SsoState::Failed || request.expires_at <= s.now();
    Ok(if is_over {
        SsoTest::Failed {
            failure: SsoFailure::Over,
            detail: None,
            reference: visitor.reference.clone(),
        }
    } else {
        SsoTest::Waiting
    })
}
