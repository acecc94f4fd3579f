//! Whether a token is what it must be: signed by the provider with an algorithm that is fit for it, about this sign-in,
//! for this server, of this moment (OpenID Connect Core 1.0, section 3.1.3.7).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use openidconnect::{
    ClaimsVerificationError, ClientId, IssuerUrl, JsonWebKeySet, Nonce, SignatureVerificationError,
    core::{CoreIdToken, CoreIdTokenVerifier, CoreJwsSigningAlgorithm as Algorithm},
};
use serde_json::{Map, Value};

use super::{
    Failed,
    discovery::Key,
    place::{Issuer, is_tenant},
};
use crate::clock::Moment;
use app::wire::SsoFailure;

/// How far a provider's clock and ours may differ.
pub(super) const SKEW: Duration = Duration::from_secs(60);
/// How old a token may say it is when it comes: Microsoft dates them back by five minutes.
const OLDEST: Duration = Duration::from_secs(10 * 60);
/// Characters of a token that is read at all.
const LONGEST: usize = 64 * 1024;
/// Characters of a subject (OpenID Connect Core 1.0, section 2).
const LONGEST_SUBJECT: usize = 255;

/// Never `none`, and none with a shared secret: whoever knows our secret, or takes a public key for one, signs nothing.
fn algorithms() -> [Algorithm; 9] {
    [
        Algorithm::RsaSsaPkcs1V15Sha256,
        Algorithm::RsaSsaPkcs1V15Sha384,
        Algorithm::RsaSsaPkcs1V15Sha512,
        Algorithm::RsaSsaPssSha256,
        Algorithm::RsaSsaPssSha384,
        Algorithm::RsaSsaPssSha512,
        Algorithm::EcdsaP256Sha256,
        Algorithm::EcdsaP384Sha384,
        Algorithm::EdDsa,
    ]
}

/// What a token must say.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a Issuer,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    pub(super) now: Moment,
}

/// Why a token is not accepted.
#[derive(Debug)]
pub(super) enum Doubt {
    /// None of the keys has signed it; newer ones may have.
    Keys(String),
    Final(Failed),
}

impl From<Doubt> for Failed {
    fn from(doubt: Doubt) -> Self {
        match doubt {
            Doubt::Keys(why) => Self::untrusted(why),
            Doubt::Final(failed) => failed,
        }
    }
}

impl Doubt {
    fn because(why: impl AsRef<str>) -> Self {
        Self::Final(Failed::untrusted(why))
    }
}

/// The claims of a token that is what it must be.
pub(super) fn claims(
    token: &str,
    keys: &[Key],
    expected: &Expected<'_>,
) -> Result<Map<String, Value>, Doubt> {
    if token.len() > LONGEST {
        return Err(Doubt::because("the identity token is too long"));
    }
    let unreadable = |e: &dyn std::fmt::Display| {
        Doubt::because(format!("the identity token cannot be read: {e}"))
    };
    let parsed: CoreIdToken = token.parse().map_err(|e| unreadable(&e))?;
    let claims = payload(token).ok_or_else(|| unreadable(&"its claims are no object"))?;

    let tenant = claims.get("tid").and_then(Value::as_str);
    let issuer = expected.issuer.of_token(tenant);
    let issuer = issuer.ok_or_else(|| Doubt::because("the identity token names no tenant"))?;
    let keys: Vec<_> = keys
        .iter()
        .filter(|key| key.is_for(&issuer, tenant))
        .map(|key| key.key.clone())
        .collect();

    let verifier = CoreIdTokenVerifier::new_public_client(
        ClientId::new(expected.client_id.to_owned()),
        IssuerUrl::new(issuer).map_err(|e| unreadable(&e))?,
        JsonWebKeySet::new(keys),
    )
    .set_allowed_algs(algorithms())
    // Others may be named as well when the token was made for this client: `azp` says so, below.
    .set_other_audience_verifier_fn(|_| true)
    .set_time_fn(|| date(expected.now.minus(SKEW)))
    .set_issue_time_verifier_fn(|issued| issued_lately(issued, expected.now));
    let nonce = Nonce::new(expected.nonce.to_owned());
    let verified = parsed.claims(&verifier, &nonce).map_err(doubt)?;

    let audiences = verified.audiences().len();
    let party = verified.authorized_party().map(|party| party.as_str());
    if party.map_or(audiences > 1, |party| party != expected.client_id) {
        return Err(Doubt::because("the identity token is for another client"));
    }
    if let Some(from) = claims.get("nbf").and_then(Value::as_i64)
        && from > expected.now.plus(SKEW).0 / 1000
    {
        let detail = "the identity token is good from a later moment on";
        return Err(Doubt::Final(Failed::new(SsoFailure::ClockWrong, detail)));
    }
    let subject = verified.subject().as_str();
    let length = subject.chars().count();
    if !(1..=LONGEST_SUBJECT).contains(&length) || subject.contains(char::is_control) {
        return Err(Doubt::because("the identity token has no usable subject"));
    }
    // What was checked is what is used, even of a token that says something twice.
    let says = |name: &str, value: &str| claims.get(name).and_then(Value::as_str) == Some(value);
    if !says("sub", subject) || !says("iss", verified.issuer()) {
        return Err(Doubt::because("the identity token says something twice"));
    }
    Ok(claims)
}

impl Key {
    /// Microsoft publishes keys that are good for some tenants only.
    fn is_for(&self, issuer: &str, tenant: Option<&str>) -> bool {
        match (&self.issuer, tenant) {
            (Some(own), Some(tenant)) if is_tenant(tenant) => {
                own.replace("{tenantid}", tenant) == issuer
            }
            _ => true,
        }
    }
}

/// What a token says, whoever wrote it.
fn payload(token: &str) -> Option<Map<String, Value>> {
    let part = token.split('.').nth(1)?;
    let json = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&json).ok()
}

fn date(at: Moment) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn issued_lately(issued: DateTime<Utc>, now: Moment) -> Result<(), String> {
    let issued = Moment(issued.timestamp_millis());
    if issued > now.plus(SKEW) || issued < now.minus(OLDEST).minus(SKEW) {
        return Err("issued at another time".to_owned());
    }
    Ok(())
}

fn doubt(error: ClaimsVerificationError) -> Doubt {
    use SignatureVerificationError as Signature;
    let why = format!("the identity token: {error}");
    match error {
        ClaimsVerificationError::Expired(_) => {
            Doubt::Final(Failed::new(SsoFailure::ClockWrong, why))
        }
        ClaimsVerificationError::SignatureVerification(signature) => match signature {
            Signature::NoMatchingKey | Signature::AmbiguousKeyId(_) | Signature::CryptoError(_) => {
                Doubt::Keys(format!("{why}: {signature}"))
            }
            other => Doubt::because(format!("{why}: {other}")),
        },
        _ => Doubt::because(why),
    }
}
