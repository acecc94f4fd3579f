//! The server's keys: one file outside the database, so that a stolen database alone opens nothing.
//!
//! The file has a line `NUMBER BASE64` for each key of 32 bytes; the highest number is used for new
//! secrets, the others still open old ones.

use std::{collections::BTreeMap, fmt, fs, io, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::entropy::Entropy;

/// What a derived key is for; two purposes never share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Six-digit codes, hashed with their attempt.
    Code,
    /// Identifiers that people typed, known or not.
    Throttle,
    /// What a queued mail carries.
    Mail,
    /// Unknown identifiers in the audit log.
    Audit,
    /// Secrets of authenticator apps.
    AppSecret,
    /// Backup codes, hashed with their account.
    BackupCode,
    /// What a request for a new password carries.
    Reset,
    /// Who made companies or test mails lately.
    Limit,
    /// Secrets of companies' clients at identity providers.
    ProviderSecret,
    /// What is kept while a person is at an identity provider.
    SsoRequest,
    /// ID tokens, kept for signing out at an identity provider.
    IdToken,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Code => b"code",
            Self::Throttle => b"throttle",
            Self::Mail => b"mail",
            Self::Audit => b"audit",
            Self::AppSecret => b"app secret",
            Self::BackupCode => b"backup code",
            Self::Reset => b"reset",
            Self::Limit => b"limit",
            Self::ProviderSecret => b"provider secret",
            Self::SsoRequest => b"sso request",
            Self::IdToken => b"id token",
        }
    }
}

/// Numbered keys of 32 bytes.
#[derive(Clone)]
pub struct Keys(BTreeMap<u32, [u8; 32]>);

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the key file {path} cannot be read: {source}")]
    Unreadable { path: String, source: io::Error },
    #[error("the key file {path}, line {line}, is not of the form `NUMBER BASE64` with 32 bytes")]
    Malformed { path: String, line: usize },
    #[error("the key file {path} holds no key")]
    Empty { path: String },
    #[error("key {0} is needed to open stored secrets and is not in the key file")]
    Missing(u32),
    #[error("a stored secret does not open with its key: the key file or the data is damaged")]
    Damaged,
}

impl Keys {
    /// One key for tests and the demo.
    #[must_use]
    pub fn generate(entropy: &Entropy) -> Self {
        Self(BTreeMap::from([(1, entropy.bytes())]))
    }

    /// Reads the file; makes it, readable by its owner only, when there is none.
    ///
    /// # Errors
    /// With a sentence for the operator when the file cannot be read, written or understood.
    pub fn load_or_create(path: &Path, entropy: &Entropy) -> Result<Self, KeyError> {
        let shown = path.display().to_string();
        let unreadable = |source| KeyError::Unreadable {
            path: shown.clone(),
            source,
        };
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text, &shown),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let keys = Self::generate(entropy);
                write_private(path, &keys.to_text()).map_err(unreadable)?;
                Ok(keys)
            }
            Err(e) => Err(unreadable(e)),
        }
    }

    fn parse(text: &str, path: &str) -> Result<Self, KeyError> {
        let mut keys = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let entry = line.split_once(' ').and_then(|(number, key)| {
                let key = STANDARD.decode(key.trim()).ok()?;
                Some((number.parse().ok()?, key.try_into().ok()?))
            });
            let (number, key) = entry.ok_or_else(|| KeyError::Malformed {
                path: path.to_owned(),
                line: index + 1,
            })?;
            keys.insert(number, key);
        }
        if keys.is_empty() {
            return Err(KeyError::Empty {
                path: path.to_owned(),
            });
        }
        Ok(Self(keys))
    }

    fn to_text(&self) -> String {
        self.0
            .iter()
            .map(|(number, key)| format!("{number} {}\n", STANDARD.encode(key)))
            .collect()
    }

    /// A hash that only this server can make: of short or guessable things.
    #[must_use]
    pub fn hash(&self, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        self.hash_under(self.newest().1, purpose, parts)
    }

    /// The hash under every key, the newest first: for what is stored longer than a key is the newest.
    pub fn hashes(&self, purpose: Purpose, parts: &[&[u8]]) -> impl Iterator<Item = [u8; 32]> {
        self.0
            .values()
            .rev()
            .map(move |key| self.hash_under(key, purpose, parts))
    }

    fn hash_under(&self, key: &[u8; 32], purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = Self::mac(&self.derive(key, purpose));
        for part in parts {
            // Lengths keep ("ab", "c") and ("a", "bc") apart.
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Encrypts with the newest key; `context` must be given again to open.
    #[must_use]
    pub fn seal(
        &self,
        purpose: Purpose,
        context: &[u8],
        secret: &[u8],
        entropy: &Entropy,
    ) -> Vec<u8> {
        let (number, key) = self.newest();
        let nonce: [u8; 24] = entropy.bytes();
        let sealed = Self::cipher(&self.derive(key, purpose))
            .encrypt(
                &nonce.into(),
                Payload {
                    msg: secret,
                    aad: context,
                },
            )
            .expect("secrets are far smaller than the cipher's limit");
        [&number.to_be_bytes()[..], &nonce, &sealed].concat()
    }

    /// # Errors
    /// When the key is not in the file any more, or the bytes were not sealed for this.
    pub fn open(
        &self,
        purpose: Purpose,
        context: &[u8],
        sealed: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        let (number, rest) = sealed.split_first_chunk::<4>().ok_or(KeyError::Damaged)?;
        let (nonce, sealed) = rest.split_first_chunk::<24>().ok_or(KeyError::Damaged)?;
        let number = u32::from_be_bytes(*number);
        let key = self.0.get(&number).ok_or(KeyError::Missing(number))?;
        Self::cipher(&self.derive(key, purpose))
            .decrypt(
                &(*nonce).into(),
                Payload {
                    msg: sealed,
                    aad: context,
                },
            )
            .map_err(|_| KeyError::Damaged)
    }

    /// Every key's number with a fingerprint that tells whether it is still the same key.
    pub fn fingerprints(&self) -> impl Iterator<Item = (u32, String)> + '_ {
        self.0.iter().map(|(number, key)| {
            let digest = Sha256::new()
                .chain_update(b"callgate key")
                .chain_update(key)
                .finalize();
            (*number, hex::encode(&digest[..8]))
        })
    }

    fn newest(&self) -> (u32, &[u8; 32]) {
        let (number, key) = self
            .0
            .last_key_value()
            .expect("a key file without keys is refused");
        (*number, key)
    }

    fn derive(&self, key: &[u8; 32], purpose: Purpose) -> [u8; 32] {
        let mut mac = Self::mac(key);
        mac.update(b"callgate/");
        mac.update(purpose.label());
        mac.finalize().into_bytes().into()
    }

    fn mac(key: &[u8; 32]) -> Hmac<Sha256> {
        <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length")
    }

    fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(key.into())
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({:?})", self.0.keys())
    }
}

/// The hash under which a random token of 256 bits is stored: a plain digest suffices for those.
#[must_use]
pub fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_only_in_its_context_and_for_its_purpose() {
        let entropy = Entropy::seeded(1);
        let keys = Keys::generate(&entropy);
        let sealed = keys.seal(Purpose::Mail, b"mail-1", b"123456", &entropy);
        assert_eq!(
            keys.open(Purpose::Mail, b"mail-1", &sealed).expect("opens"),
            b"123456"
        );
        assert!(keys.open(Purpose::Mail, b"mail-2", &sealed).is_err());
        assert!(keys.open(Purpose::Code, b"mail-1", &sealed).is_err());
        assert!(keys.open(Purpose::Mail, b"mail-1", &sealed[..20]).is_err());
        assert!(!sealed.windows(6).any(|w| w == b"123456"));
    }

    #[test]
    fn old_keys_open_what_the_newest_did_not_seal() {
        let entropy = Entropy::seeded(2);
        let old = Keys::generate(&entropy);
        let sealed = old.seal(Purpose::Mail, b"", b"x", &entropy);
        let mut both = old.clone();
        both.0.insert(2, entropy.bytes());
        assert_eq!(both.open(Purpose::Mail, b"", &sealed).expect("opens"), b"x");
        let without = Keys(BTreeMap::from([(2, [7; 32])]));
        assert!(matches!(
            without.open(Purpose::Mail, b"", &sealed),
            Err(KeyError::Missing(1))
        ));
    }

    #[test]
    fn the_file_round_trips_and_mistakes_name_their_line() {
        let keys = Keys::generate(&Entropy::seeded(3));
        assert_eq!(Keys::parse(&keys.to_text(), "k").expect("parses").0, keys.0);
        assert!(matches!(
            Keys::parse("# none\n", "k"),
            Err(KeyError::Empty { .. })
        ));
        assert!(matches!(
            Keys::parse("\n1 short\n", "k"),
            Err(KeyError::Malformed { line: 2, .. })
        ));
    }

    #[test]
    fn what_was_hashed_under_an_old_key_is_found_under_the_new_one() {
        let entropy = Entropy::seeded(5);
        let old = Keys::generate(&entropy);
        let stored = old.hash(Purpose::BackupCode, &[b"anna", b"4F7K"]);
        let mut both = old.clone();
        both.0.insert(2, entropy.bytes());
        let hashes: Vec<_> = both
            .hashes(Purpose::BackupCode, &[b"anna", b"4F7K"])
            .collect();
        assert_eq!(
            hashes[0],
            both.hash(Purpose::BackupCode, &[b"anna", b"4F7K"])
        );
        assert_eq!(hashes[1], stored);
        assert_eq!(hashes.len(), 2);
    }

    #[test]
    fn hashed_parts_do_not_run_into_each_other() {
        let keys = Keys::generate(&Entropy::seeded(4));
        let hash = |parts: &[&[u8]]| keys.hash(Purpose::Throttle, parts);
        assert_ne!(hash(&[b"ab", b"c"]), hash(&[b"a", b"bc"]));
    }
}
