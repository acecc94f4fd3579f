//! Account and password say whose a Connect user is, then whatever second proof the account has or must have. Trust of
//! a browser never stands for that.

use app::wire::Bind;

use super::super::{
    Error, Progress, Refusal, Result, Services, Visitor, password,
    sign_in::{self, Credential, Proven},
    sso,
};
use super::{Waiting, waiting};

/// Says with account and password whose the outside login is that waits here, in Amazon Connect or at a provider:
/// counted, queued and answered as a sign-in with them.
///
/// # Errors
/// [`Refusal::AttemptOver`] when nothing waits, [`Refusal::OtherAttempt`] when something else does,
/// [`Refusal::PasswordsOff`], else as a sign-in at the company's page. When all is proven [`Refusal::PhoneMismatch`] or
/// [`Refusal::SsoFailed`] for what belongs to somebody else.
pub async fn bind(s: &Services, visitor: &Visitor, typed: &Bind) -> Result<Progress> {
    match waiting(s, visitor).await? {
        Some(waiting) if waiting.claim.id.0 == typed.attempt => {
            by_password(s, visitor, &waiting, typed).await
        }
        other => match sso::bind(s, visitor, typed).await {
            Err(Error::Refused(Refusal::AttemptOver)) if other.is_some() => {
                Err(Refusal::OtherAttempt.into())
            }
            done => done,
        },
    }
}

async fn by_password(
    s: &Services,
    visitor: &Visitor,
    waiting: &Waiting,
    typed: &Bind,
) -> Result<Progress> {
    if !waiting.company.passwords {
        return Err(Refusal::PasswordsOff.into());
    }
    let (account, throttle) = password::compare_for(
        s,
        visitor,
        &waiting.company,
        &typed.account,
        &typed.password,
    )
    .await?;
    let proven = Proven {
        account: &account,
        next: waiting.claim.next.as_deref(),
        throttle: Some(&throttle),
        credential: Credential::Claiming(&waiting.claim.id),
    };
    sign_in::begin(s, visitor, proven).await
}
