//! An account for somebody whom nobody added, where the company wants that: always as an agent.

use crate::{
    domain::{alias, typed},
    sso::Identity,
    storage::{AccountId, AccountState, NewAccount, Provider, TakenName, Tx, fold},
};

use super::super::{Result, Services};

/// Somebody who is about to get an account.
pub(super) struct Newcomer {
    email: String,
    username: String,
    name: String,
}

/// Who an identity would be here. None where it has no usable address or name, or somebody has those already: they
/// prove that it is them.
pub(super) async fn newcomer(
    s: &Services,
    provider: &Provider,
    identity: &Identity,
    email: &str,
) -> Result<Option<Newcomer>> {
    let Some(email) = typed::email(email) else {
        return Ok(None);
    };
    if is_taken(s, provider, &email).await? {
        return Ok(None);
    }
    // Usernames hold no `@`: the part before it, or the whole address with a dot instead.
    let mut username = None;
    for wished in [
        typed::username_of(&email),
        typed::username(&email.replace('@', ".")),
    ] {
        if let Some(wished) = wished
            && !is_taken(s, provider, &wished).await?
        {
            username = Some(wished);
            break;
        }
    }
    let Some(username) = username else {
        return Ok(None);
    };
    let named = identity.name.as_deref().map(str::trim);
    let name = named
        .filter(|name| alias::is_showable(name))
        .unwrap_or(&username)
        .to_owned();
    Ok(Some(Newcomer {
        email,
        username,
        name,
    }))
}

async fn is_taken(s: &Services, provider: &Provider, name: &str) -> Result<bool> {
    let found =
        s.db.account_by_identifier(&provider.company_id, &fold(name))
            .await?;
    Ok(found.is_some())
}

/// Adds them. None when somebody else has a name of theirs since.
pub(super) async fn add(
    s: &Services,
    tx: &mut Tx,
    provider: &Provider,
    newcomer: &Newcomer,
) -> Result<Option<AccountId>> {
    let now = s.now();
    let account = NewAccount {
        id: AccountId(s.entropy.id(now)),
        company_id: provider.company_id.clone(),
        username: newcomer.username.clone(),
        email: newcomer.email.clone(),
        name: newcomer.name.clone(),
        state: AccountState::SsoOnly,
        agent: true,
        admin: false,
        created_at: now,
    };
    match tx.add_account(&account).await {
        Ok(()) => Ok(Some(account.id)),
        Err(error) if TakenName::by(&error).is_some() => Ok(None),
        Err(error) => Err(error.into()),
    }
}
