//! The keys of the tests' identity provider, made anew in every run, and what can be done with them.

use std::sync::LazyLock;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use p256::ecdsa;
use rsa::{
    RsaPrivateKey,
    pkcs1v15::SigningKey,
    pkcs8::{EncodePublicKey, LineEnding},
    rand_core::OsRng,
    signature::{SignatureEncoding, Signer},
    traits::PublicKeyParts,
};
use serde_json::{Value, json};
use server::entropy::Entropy;

/// How a provider signs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Signed {
    #[default]
    Rs256,
    Es256,
}

struct Keys {
    /// One after the other.
    rsa: [RsaPrivateKey; 2],
    ec: ecdsa::SigningKey,
}

static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let rsa = || RsaPrivateKey::new(&mut OsRng, 2048).expect("a key");
    let bytes: [u8; 32] = Entropy::system().bytes();
    Keys {
        rsa: [rsa(), rsa()],
        ec: ecdsa::SigningKey::from_slice(&bytes).expect("a key"),
    }
});

fn names(rotated: bool) -> (usize, &'static str) {
    if rotated { (1, "rsa-2") } else { (0, "rsa-1") }
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The public keys, as `jwks_uri` has them.
pub(crate) fn published(rotated: bool) -> Value {
    let (at, name) = names(rotated);
    let rsa = &KEYS.rsa[at];
    let point = KEYS.ec.verifying_key().to_sec1_point(false);
    let [x, y] = [point.x(), point.y()].map(|part| encoded(part.expect("no point at infinity")));
    json!({"keys": [
        {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": name,
         "n": encoded(&rsa.n().to_bytes_be()), "e": encoded(&rsa.e().to_bytes_be())},
        {"kty": "EC", "use": "sig", "alg": "ES256", "kid": "ec-1", "crv": "P-256", "x": x, "y": y},
        {"kty": "unheard of", "kid": "new"},
    ]})
}

pub(crate) fn signed(claims: &Value, how: Signed, rotated: bool) -> String {
    let (at, name) = names(rotated);
    match how {
        Signed::Rs256 => with_rsa(claims, name, at),
        Signed::Es256 => {
            let text = text(claims, json!({"alg": "ES256", "kid": "ec-1", "typ": "JWT"}));
            let signature: ecdsa::Signature =
                ecdsa::signature::Signer::sign(&KEYS.ec, text.as_bytes());
            format!("{text}.{}", encoded(&signature.to_bytes()))
        }
    }
}

/// The name of the published key, but not the key.
pub(crate) fn with_wrong_key(claims: &Value, rotated: bool) -> String {
    let ((_, name), (other, _)) = (names(rotated), names(!rotated));
    with_rsa(claims, name, other)
}

pub(crate) fn with_unknown_key(claims: &Value) -> String {
    with_rsa(claims, "never published", 1)
}

fn with_rsa(claims: &Value, name: &str, at: usize) -> String {
    let text = text(claims, json!({"alg": "RS256", "kid": name, "typ": "JWT"}));
    let key = SigningKey::<rsa::sha2::Sha256>::new(KEYS.rsa[at].clone());
    let signature = key.sign(text.as_bytes());
    format!("{text}.{}", encoded(&signature.to_vec()))
}

pub(crate) fn unsigned(claims: &Value) -> String {
    format!("{}.", text(claims, json!({"alg": "none"})))
}

/// A shared secret that everybody knows: the public key, as it is mostly written.
pub(crate) fn with_public_key(claims: &Value, rotated: bool) -> String {
    let (at, name) = names(rotated);
    let public = KEYS.rsa[at].to_public_key();
    let pem = public.to_public_key_pem(LineEnding::LF).expect("PEM");
    with_hmac(claims, json!({"alg": "HS256", "kid": name}), pem.as_bytes())
}

pub(crate) fn with_secret(claims: &Value, secret: &[u8]) -> String {
    with_hmac(claims, json!({"alg": "HS256"}), secret)
}

fn with_hmac(claims: &Value, header: Value, secret: &[u8]) -> String {
    let text = text(claims, header);
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret).expect("any length");
    mac.update(text.as_bytes());
    format!("{text}.{}", encoded(&mac.finalize().into_bytes()))
}

/// What is signed: header and claims.
fn text(claims: &Value, header: Value) -> String {
    let [header, claims] = [&header, claims].map(|part| encoded(part.to_string().as_bytes()));
    format!("{header}.{claims}")
}
