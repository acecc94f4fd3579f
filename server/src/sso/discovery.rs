//! What providers say about themselves: their descriptions (OpenID Connect Discovery 1.0) and their keys, kept for a
//! while. However many people sign in at once, a provider is asked once; while it fails, it is left alone for moments.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use openidconnect::{
    AdditionalProviderMetadata, ProviderMetadata,
    core::{
        CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType,
        CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
        CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::{
    Failed, address,
    http::{Credentials, Http, LONGEST_DESCRIPTION},
    place::Place,
};
use crate::clock::Moment;

/// How long a description and its keys are good for.
const KEPT: Duration = Duration::from_secs(60 * 60);
/// How long somebody who failed is left alone.
const LEFT_ALONE: Duration = Duration::from_secs(5);
/// The keys are read again for an unknown one this far apart: nobody's tokens make this server hammer a provider.
const BETWEEN_REFRESHES: Duration = Duration::from_secs(60);
/// Descriptions that are kept at all.
const MOST: usize = 1000;

/// A provider's description, every address in it checked.
pub(super) struct Description {
    pub(super) authorization: Url,
    pub(super) token: Url,
    pub(super) userinfo: Option<Url>,
    /// RP-initiated logout.
    pub(super) end_session: Option<Url>,
    /// Pushed authorization requests (RFC 9126).
    pub(super) pushed: Option<Url>,
    /// Whether every answer in an address says whose it is (RFC 9207).
    pub(super) says_issuer: bool,
    /// Whether single claims may be asked for.
    pub(super) takes_claims: bool,
    /// Whether a secret is shown in a header, and whether in the form.
    pub(super) basic: bool,
    pub(super) in_form: bool,
    keys_at: Url,
    pub(super) keys: Vec<Key>,
}

/// A key that signs identities.
pub(super) struct Key {
    pub(super) key: CoreJsonWebKey,
    /// Microsoft's keys say for which tenants they are good, as a template.
    pub(super) issuer: Option<String>,
}

/// What the specifications around OpenID Connect add to a description.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Added {
    end_session_endpoint: Option<String>,
    pushed_authorization_request_endpoint: Option<String>,
    authorization_response_iss_parameter_supported: Option<bool>,
}

impl AdditionalProviderMetadata for Added {}

type Metadata = ProviderMetadata<
    Added,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// The descriptions that are known, by their address and issuer.
#[derive(Default)]
pub(super) struct Descriptions(Mutex<HashMap<String, Arc<Slot>>>);

/// Held while a provider is asked, so that others wait for the same answer.
type Slot = tokio::sync::Mutex<State>;

#[derive(Default)]
struct State {
    known: Option<(Moment, Arc<Description>)>,
    failed: Option<(Moment, Failed)>,
    refreshed_at: Option<Moment>,
}

impl Descriptions {
    pub(super) async fn of(
        &self,
        http: &Http,
        place: &Place,
        now: Moment,
    ) -> Result<Arc<Description>, Failed> {
        let slot = self.slot(place);
        let mut state = slot.lock().await;
        if let Some((at, description)) = &state.known
            && now.since(*at) < KEPT
        {
            return Ok(description.clone());
        }
        if let Some((at, failed)) = &state.failed
            && now.since(*at) < LEFT_ALONE
        {
            return Err(failed.clone());
        }
        match read(http, place).await {
            Ok(description) => {
                let description = Arc::new(description);
                state.known = Some((now, description.clone()));
                state.failed = None;
                Ok(description)
            }
            Err(failed) => {
                state.failed = Some((now, failed.clone()));
                Err(failed)
            }
        }
    }

    /// The description with newer keys than `seen` has; none when it is too early to ask for them again.
    pub(super) async fn with_newer_keys(
        &self,
        http: &Http,
        place: &Place,
        seen: &Arc<Description>,
        now: Moment,
    ) -> Result<Option<Arc<Description>>, Failed> {
        let slot = self.slot(place);
        let mut state = slot.lock().await;
        if let Some((_, known)) = &state.known
            && !Arc::ptr_eq(known, seen)
        {
            return Ok(Some(known.clone()));
        }
        if let Some(at) = state.refreshed_at
            && now.since(at) < BETWEEN_REFRESHES
        {
            return Ok(None);
        }
        state.refreshed_at = Some(now);
        let description = Arc::new(read(http, place).await?);
        state.known = Some((now, description.clone()));
        Ok(Some(description))
    }

    fn slot(&self, place: &Place) -> Arc<Slot> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The issuer belongs to it: who asks for another one at the same address gets an answer of their own.
        let name = format!("{} {}", place.described_at, place.issuer.as_str());
        if let Some(slot) = slots.get(&name) {
            return slot.clone();
        }
        // Companies may name as many as they like; what is forgotten is read again.
        if slots.len() >= MOST {
            slots.clear();
        }
        let slot = Arc::<Slot>::default();
        slots.insert(name, slot.clone());
        slot
    }
}

async fn read(http: &Http, place: &Place) -> Result<Description, Failed> {
    let body = get(http, &place.described_at).await?;
    let metadata: Metadata = serde_json::from_slice(&body).map_err(|e| {
        let at = address::shown(&place.described_at);
        Failed::down(format!("{at} is no description of a provider: {e}"))
    })?;
    let mut description = understand(&metadata, place, |url| http.check(url))?;
    description.keys = keys(&get(http, &description.keys_at).await?)
        .ok_or_else(|| Failed::down(format!("{} holds no keys", description.keys_at)))?;
    Ok(description)
}

async fn get(http: &Http, url: &Url) -> Result<Vec<u8>, Failed> {
    let answer = http
        .get(url, Credentials::None, LONGEST_DESCRIPTION)
        .await?;
    if answer.status != http::StatusCode::OK {
        let (at, status) = (address::shown(url), answer.status);
        return Err(Failed::down(format!("{at} answers with status {status}")));
    }
    Ok(answer.body)
}

/// A description whose issuer is the one that was asked for and whose addresses may all be used. The keys come later.
fn understand(
    metadata: &Metadata,
    place: &Place,
    check: impl Fn(&Url) -> Result<(), Failed>,
) -> Result<Description, Failed> {
    let issuer = metadata.issuer().as_str();
    if issuer != place.issuer.as_str() {
        let expected = place.issuer.as_str();
        return Err(Failed::untrusted(format!(
            "the description is of the issuer {issuer}, not of {expected}"
        )));
    }
    let checked = |url: &Url| check(url).map(|()| url.clone());
    let parsed = |text: &Option<String>| match text {
        None => Ok(None),
        Some(text) => match Url::parse(text) {
            Ok(url) => checked(&url).map(Some),
            Err(_) => Err(Failed::down(format!("\"{text}\" is no address"))),
        },
    };
    let added = metadata.additional_metadata();
    let methods = metadata.token_endpoint_auth_methods_supported();
    let takes = |method| methods.is_some_and(|methods| methods.contains(&method));
    let token = metadata.token_endpoint();
    let token = token.ok_or_else(|| Failed::down("the description names no token endpoint"))?;
    Ok(Description {
        authorization: checked(metadata.authorization_endpoint().url())?,
        token: checked(token.url())?,
        userinfo: metadata
            .userinfo_endpoint()
            .map(|endpoint| checked(endpoint.url()))
            .transpose()?,
        end_session: parsed(&added.end_session_endpoint)?,
        pushed: parsed(&added.pushed_authorization_request_endpoint)?,
        says_issuer: added.authorization_response_iss_parameter_supported == Some(true),
        takes_claims: metadata.claims_parameter_supported() == Some(true),
        // What holds where nothing is said.
        basic: methods.is_none() || takes(CoreClientAuthMethod::ClientSecretBasic),
        in_form: takes(CoreClientAuthMethod::ClientSecretPost),
        keys_at: checked(metadata.jwks_uri().url())?,
        keys: Vec::new(),
    })
}

/// Those of a set of keys that are understood; none where it is no such set.
fn keys(body: &[u8]) -> Option<Vec<Key>> {
    #[derive(Deserialize)]
    struct Set {
        keys: Vec<Value>,
    }
    let set: Set = serde_json::from_slice(body).ok()?;
    let key = |value: Value| {
        let issuer = value.get("issuer").and_then(Value::as_str);
        let issuer = issuer.map(str::to_owned);
        let key = serde_json::from_value(value).ok()?;
        Some(Key { key, issuer })
    };
    Some(set.keys.into_iter().filter_map(key).collect())
}
