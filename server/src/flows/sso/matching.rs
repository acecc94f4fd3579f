//! Whose login it is that came back (SECURITY 14). Issuer and subject are the key. An e-mail address finds somebody
//! once only: an SSO Only account to which nothing is bound, by an address that the provider vouches for.

use app::wire::{ProviderKind, SsoFailure, SsoFate};

use crate::{
    domain::{people, region::Question},
    sso::Identity,
    storage::{Account, AccountState, BoundIdentity, Provider, Tx, fold},
};

use super::super::{Fault, Result, Services};
use super::create;

/// What becomes of somebody who came back.
pub(super) enum Fate {
    /// The login is bound to somebody.
    Known(BoundIdentity),
    /// It is this person's, beyond doubt.
    Matched(Box<Account>),
    /// They get an account.
    New(create::Newcomer),
    /// They prove by account and password whose it is.
    Bind,
    Refused(SsoFailure),
}

/// Decides it, as everything is now. Whoever acts on it holds what it stands on and looks again.
pub(super) async fn decide(s: &Services, provider: &Provider, identity: &Identity) -> Result<Fate> {
    let company = &provider.company_id;
    let bound =
        s.db.identity(company, &identity.issuer, &identity.subject)
            .await?;
    if let Some(bound) = bound {
        return Ok(Fate::Known(bound));
    }
    if let Some(email) = vouched(s, provider, identity).await? {
        let folded = fold(email);
        if let Some(id) = s.db.account_by_email(company, &folded).await? {
            let account = s.db.account(&id).await?;
            let logins = s.db.logins(&id).await?;
            if let Some(account) = account
                && logins.is_empty()
                && is_matched(s, &account, email)
            {
                return Ok(Fate::Matched(Box::new(account)));
            }
        } else if provider.creates
            && !s.db.was_deleted(company, &folded).await?
            && let Some(newcomer) = create::newcomer(s, provider, identity, email).await?
        {
            return Ok(Fate::New(newcomer));
        }
    }
    if s.db.could_bind(company, &provider.id).await? {
        Ok(Fate::Bind)
    } else {
        Ok(Fate::Refused(SsoFailure::UnknownPerson))
    }
}

/// The address that the provider vouches for, where its word is taken: the company's own for the company's verified
/// domains, Google and Microsoft for the members that the company named.
async fn vouched<'a>(
    s: &Services,
    provider: &Provider,
    identity: &'a Identity,
) -> Result<Option<&'a str>> {
    let Some(email) = identity.email.as_deref().filter(|_| identity.email_vouched) else {
        return Ok(None);
    };
    let is_taken = match provider.kind {
        ProviderKind::Company => {
            let Some(Question::Domain(domain)) = Question::address(email) else {
                return Ok(None);
            };
            s.db.company_of_domain(&domain).await?.as_ref() == Some(&provider.company_id)
        }
        ProviderKind::Google | ProviderKind::Office365 => provider.members().next().is_some(),
    };
    Ok(is_taken.then_some(email))
}

/// Whether an address finds this account: one of somebody who signs in outside only. An address that an administrator
/// has just changed finds nobody yet (SECURITY 12).
fn is_matched(s: &Services, account: &Account, email: &str) -> bool {
    account.state == AccountState::SsoOnly
        && account.deleted_at.is_none()
        && fold(&account.email) == fold(email)
        && people::email_bar(account.email_changed_at, s.now()).is_none()
}

/// Looks again at somebody who was matched, now that their row is held.
pub(super) async fn still_matched(
    s: &Services,
    tx: &mut Tx,
    account: &Account,
    identity: &Identity,
) -> Result<bool> {
    let Some(email) = identity.email.as_deref() else {
        return Ok(false);
    };
    Ok(is_matched(s, account, email) && tx.logins(&account.id).await?.is_empty())
}

/// The same decision as an administrator is told of it after a test.
pub(super) async fn foreseen(
    s: &Services,
    provider: &Provider,
    identity: &Identity,
) -> Result<SsoFate> {
    Ok(match decide(s, provider, identity).await? {
        Fate::Known(bound) => {
            let account = s.db.account(&bound.account_id).await?;
            let account = account
                .ok_or_else(|| Fault::Broken(format!("identity {} has no account", bound.id)))?;
            SsoFate::Known {
                username: account.username,
            }
        }
        Fate::Matched(account) => SsoFate::Matched {
            username: account.username,
        },
        Fate::New(_) => SsoFate::Created,
        Fate::Bind => SsoFate::Bind,
        Fate::Refused(failure) => SsoFate::Refused { failure },
    })
}
