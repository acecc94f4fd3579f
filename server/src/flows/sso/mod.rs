//! Signing in at companies' outside identity providers: who is sent there and for what, whose login came back, and what
//! becomes of it. The protocol is [`crate::sso`]'s; what administrators set up is in `settings`.
//!
//! A request ([`storage::SsoRequest`]) belongs to the browser that began it, ends after ten minutes and is used once.
//! What comes back binds nothing by itself: an identity that belongs to nobody waits for account and password
//! (`bind`), but for the one match of SECURITY 14 (`matching`), people whom a company lets in unknown (`create`), and
//! invitations (`invited`).

mod begin;
mod bind;
mod connect;
mod create;
mod failing;
mod invited;
mod leave;
mod matching;
mod prove;
pub(crate) mod provider;
mod returned;
mod tried;

pub use begin::{Begun, anywhere, at_company};
pub use bind::bind;
pub use connect::{begin as connect, remove};
pub use invited::begin as accept_invitation;
pub use leave::leave;
pub use prove::begin as prove;
pub use returned::{Arrived, returned};
pub(crate) use tried::try_out;

pub(super) use bind::{bind_at_last, came_by, give_up, step};
pub(super) use connect::show;
pub(super) use prove::proves_at;

use std::time::Duration;

use app::wire::{ProviderButton, ProviderKind};

use crate::{
    keys::Purpose,
    mail::Letter,
    storage::{
        Account, AuditKind, Company, Provider, ProviderId, SessionId, SsoRequest, SsoRequestId, Tx,
    },
};

use super::{Fault, Refusal, Result, Services, Visitor};

/// The one address to which every provider sends people back.
pub const CALLBACK: &str = "/sso/callback";
/// The one to which they come after signing out there.
pub const SIGNED_OUT: &str = "/sso/signed-out";

/// From being sent to a provider until coming back, and from there until being bound.
const LIFE: Duration = Duration::from_secs(10 * 60);

/// The providers at which people sign in to a company now, as their buttons stand.
///
/// # Errors
/// When the database does not answer.
pub async fn live(s: &Services, company: &Company) -> Result<Vec<Provider>> {
    let mut providers = s.db.providers(&company.id).await?;
    providers.retain(|provider| provider.live);
    Ok(providers)
}

/// One of them.
///
/// # Errors
/// [`Refusal::NoSingleSignOn`]
async fn live_one(s: &Services, company: &Company, kind: ProviderKind) -> Result<Provider> {
    let provider = s.db.provider(&company.id, kind).await?;
    Ok(provider
        .filter(|provider| provider.live)
        .ok_or(Refusal::NoSingleSignOn)?)
}

pub(super) fn button(provider: &Provider) -> ProviderButton {
    ProviderButton {
        provider: provider.kind,
        name: provider.shown_name().to_owned(),
    }
}

/// Whether people sign in outside instead of with passwords.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn is_instead(s: &Services, company: &Company) -> Result<bool> {
    Ok(!company.passwords && !s.db.providers(&company.id).await?.is_empty())
}

/// The same inside a transaction: passwords are for administrators who have to get past that.
pub(super) async fn is_only_way(tx: &mut Tx, company: &Company) -> Result<bool> {
    Ok(!company.passwords && !tx.providers(&company.id).await?.is_empty())
}

/// Writes down that an administrator signed in with a password past single sign-on, and tells every administrator.
pub(super) async fn alarm_if_past(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    account: &Account,
    company: &Company,
) -> Result<()> {
    if !account.admin || !is_only_way(tx, company).await? {
        return Ok(());
    }
    tx.audit(s.event(visitor, AuditKind::BreakGlass, account));
    let letter = Letter::BreakGlass {
        name: account.name.clone(),
        username: account.username.clone(),
        at: s.now(),
    };
    for admin in tx.administrators(&company.id).await? {
        if admin.deleted_at.is_none() {
            s.post(tx, &admin, company, &letter).await?;
        }
    }
    Ok(())
}

/// Where the person of a new session signed in outside.
pub(super) struct There {
    provider: ProviderId,
    id_token: Vec<u8>,
}

impl There {
    /// As the session keeps it: its ID token sealed for this session.
    pub(super) fn kept_in(
        self,
        s: &Services,
        session: &SessionId,
    ) -> (Option<ProviderId>, Option<Vec<u8>>) {
        let sealed = s.keys.seal(
            Purpose::IdToken,
            session.0.as_bytes(),
            &self.id_token,
            &s.entropy,
        );
        (Some(self.provider), Some(sealed))
    }

    /// As the request keeps it.
    fn of(s: &Services, request: &SsoRequest) -> Result<Self> {
        let opened = s
            .keys
            .open(Purpose::IdToken, request.id.0.as_bytes(), &request.sealed)
            .map_err(|e| Fault::Broken(format!("the ID token of request {}: {e}", request.id)))?;
        Ok(Self {
            provider: request.provider_id.clone(),
            id_token: opened,
        })
    }
}

fn seal_id_token(s: &Services, request: &SsoRequestId, id_token: &str) -> Vec<u8> {
    s.keys.seal(
        Purpose::IdToken,
        request.0.as_bytes(),
        id_token.as_bytes(),
        &s.entropy,
    )
}
