//! A company's provider as the door to providers takes it: with its secret open, for one use.

use crate::{
    flows::{Fault, Result, Services},
    keys::Purpose,
    sso, storage,
};

/// Opens what is stored.
///
/// # Errors
/// When the secret does not open with the server's keys.
pub(crate) fn opened(s: &Services, provider: &storage::Provider) -> Result<sso::Provider> {
    let secret = match &provider.secret {
        None => None,
        Some(sealed) => Some(open(s, provider, sealed)?),
    };
    Ok(sso::Provider {
        kind: provider.kind,
        issuer: provider.issuer.clone(),
        client: provider
            .client_id
            .clone()
            .map(|id| sso::Client { id, secret }),
        members: provider.members().map(str::to_owned).collect(),
    })
}

/// Seals a secret for a provider, and no other.
pub(crate) fn sealed(s: &Services, provider: &storage::ProviderId, secret: &str) -> Vec<u8> {
    s.keys.seal(
        Purpose::ProviderSecret,
        provider.0.as_bytes(),
        secret.as_bytes(),
        &s.entropy,
    )
}

fn open(s: &Services, provider: &storage::Provider, sealed: &[u8]) -> Result<String> {
    let opened = s
        .keys
        .open(Purpose::ProviderSecret, provider.id.0.as_bytes(), sealed)
        .map_err(|e| Fault::Broken(format!("the secret of provider {}: {e}", provider.id)))?;
    let secret = String::from_utf8(opened)
        .map_err(|_| Fault::Broken(format!("the secret of provider {} is no text", provider.id)))?;
    Ok(secret)
}
