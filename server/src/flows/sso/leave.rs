//! Signing out here, and being told where to sign out at the provider as well.

use app::wire::SignOutThere;

use crate::{
    keys::Purpose,
    storage::{LiveSession, SignedInThere},
};

use super::super::{Cookies, Error, Fault, Result, Services, Visitor, session};
use super::{SIGNED_OUT, provider};

/// Ends the session, whatever the provider does. Without one there is nothing to do, and that is fine.
///
/// # Errors
/// When the database does not answer.
pub async fn leave(s: &Services, visitor: &Visitor) -> Result<(SignOutThere, Cookies)> {
    let (live, there) = match session::live(s, visitor).await {
        Ok(live) => {
            let there = s.db.signed_in_there(&live.id).await?;
            (Some(live), there)
        }
        Err(Error::Refused(_)) => (None, None),
        Err(fault) => return Err(fault),
    };
    let cookies = session::sign_out(s, visitor).await?;
    let url = match live.zip(there) {
        Some((live, there)) => address(s, visitor, &live, &there).await?,
        None => None,
    };
    Ok((SignOutThere { url }, cookies))
}

async fn address(
    s: &Services,
    visitor: &Visitor,
    live: &LiveSession,
    there: &SignedInThere,
) -> Result<Option<String>> {
    let Some(provider) = s.db.provider_by_id(&there.provider_id).await? else {
        return Ok(None);
    };
    let id_token = s
        .keys
        .open(Purpose::IdToken, live.id.0.as_bytes(), &there.id_token)
        .map_err(|e| Fault::Broken(format!("the ID token of session {}: {e}", live.id)))?;
    let opened = provider::opened(s, &provider)?;
    let back_to = s.mailer.address(SIGNED_OUT);
    let left = s
        .sso
        .leave(
            &opened,
            &String::from_utf8_lossy(&id_token),
            &back_to,
            &live.company_alias,
            s.now(),
        )
        .await;
    Ok(match left {
        Ok(url) => url.map(Into::into),
        Err(failed) => {
            tracing::info!(
                why = failed.why.name(),
                detail = failed.detail,
                reference = visitor.reference,
                "nobody signs out at the provider"
            );
            None
        }
    })
}
