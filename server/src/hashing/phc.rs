//! A stored password hash and its PHC string, `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH`.
//! Only what this server writes is read: Argon2id, version 19, 32 bytes.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use subtle::ConstantTimeEq;

/// What a hash costs. The defaults are OWASP's first choice for Argon2id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Parameters {
    /// As good as free; for tests only.
    pub const TINY: Self = Self {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    };

    /// Memory beyond which a stored hash is not believed: it would take the server down.
    const MOST_MEMORY_KIB: u32 = 1 << 20;

    /// Blocks of memory that a hash needs; `None` when Argon2 has no such parameters.
    pub(super) fn blocks(self) -> Option<usize> {
        self.params().map(|params| params.block_count())
    }

    fn params(self) -> Option<Params> {
        let Self {
            memory_kib,
            passes,
            lanes,
        } = self;
        (memory_kib <= Self::MOST_MEMORY_KIB)
            .then(|| Params::new(memory_kib, passes, lanes, Some(HASH_LENGTH)).ok())
            .flatten()
    }
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            memory_kib: 19 * 1024,
            passes: 2,
            lanes: 1,
        }
    }
}

const HASH_LENGTH: usize = 32;

/// A salted hash of a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Phc {
    pub(super) parameters: Parameters,
    salt: Vec<u8>,
    hash: [u8; HASH_LENGTH],
}

impl Phc {
    /// A hash that nobody knows a password for; comparing with it costs as much as with a real one.
    pub(super) fn dummy(parameters: Parameters) -> Self {
        Self {
            parameters,
            salt: vec![0; 16],
            hash: [0; HASH_LENGTH],
        }
    }

    /// Hashes a password in `memory`, which has the `blocks` of the parameters.
    pub(super) fn compute(
        password: &str,
        salt: &[u8],
        parameters: Parameters,
        memory: &mut [Block],
    ) -> Option<Self> {
        let mut hash = [0; HASH_LENGTH];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters.params()?)
            .hash_password_into_with_memory(password.as_bytes(), salt, &mut hash, memory)
            .ok()?;
        Some(Self {
            parameters,
            salt: salt.to_vec(),
            hash,
        })
    }

    /// Whether `password` has this hash; takes as long when it has not.
    pub(super) fn matches(&self, password: &str, memory: &mut [Block]) -> bool {
        Self::compute(password, &self.salt, self.parameters, memory)
            .is_some_and(|computed| bool::from(computed.hash.ct_eq(&self.hash)))
    }

    /// Reads a string that `write` wrote.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut fields = text.strip_prefix("$argon2id$v=19$")?.split('$');
        let (costs, salt, hash) = (fields.next()?, fields.next()?, fields.next()?);
        let mut costs = costs.split(',');
        let mut cost = |name| costs.next()?.strip_prefix(name)?.parse().ok();
        let parameters = Parameters {
            memory_kib: cost("m=")?,
            passes: cost("t=")?,
            lanes: cost("p=")?,
        };
        let read = Self {
            parameters,
            salt: STANDARD_NO_PAD.decode(salt).ok()?,
            hash: STANDARD_NO_PAD.decode(hash).ok()?.try_into().ok()?,
        };
        let is_whole = fields.next().is_none() && costs.next().is_none();
        let is_usable = read.salt.len() >= argon2::MIN_SALT_LEN && parameters.params().is_some();
        (is_whole && is_usable).then_some(read)
    }

    pub(super) fn write(&self) -> String {
        let Parameters {
            memory_kib,
            passes,
            lanes,
        } = self.parameters;
        let (salt, hash) = (
            STANDARD_NO_PAD.encode(&self.salt),
            STANDARD_NO_PAD.encode(self.hash),
        );
        format!("$argon2id$v=19$m={memory_kib},t={passes},p={lanes}${salt}${hash}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(parameters: Parameters) -> Vec<Block> {
        vec![Block::new(); parameters.blocks().expect("usable")]
    }

    /// Vectors of the reference implementation's `test.c`, version 19.
    #[test]
    fn known_answers() {
        let table = [
            (
                Parameters {
                    memory_kib: 256,
                    passes: 2,
                    lanes: 1,
                },
                "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe",
            ),
            (
                Parameters {
                    memory_kib: 256,
                    passes: 2,
                    lanes: 2,
                },
                "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037",
            ),
            (
                Parameters {
                    memory_kib: 65536,
                    passes: 2,
                    lanes: 1,
                },
                "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
            ),
        ];
        for (parameters, expected) in table {
            let mut memory = memory(parameters);
            for _ in 0..2 {
                let computed = Phc::compute("password", b"somesalt", parameters, &mut memory)
                    .expect("computes");
                assert_eq!(hex::encode(computed.hash), expected, "{parameters:?}");
            }
        }
    }

    #[test]
    fn what_was_written_is_read() {
        let parameters = Parameters::TINY;
        let mut memory = memory(parameters);
        let hashed =
            Phc::compute("onions on toast", &[7; 16], parameters, &mut memory).expect("computes");
        let text = hashed.write();
        assert!(
            text.starts_with("$argon2id$v=19$m=8,t=1,p=1$BwcHBwcHBwcHBwcHBwcHBw$"),
            "{text}"
        );
        let read = Phc::read(&text).expect("reads");
        assert_eq!(read, hashed);
        assert!(read.matches("onions on toast", &mut memory));
        assert!(!read.matches("onions on toasT", &mut memory));
        assert!(!Phc::dummy(parameters).matches("", &mut memory));
    }

    #[test]
    fn anything_else_is_refused() {
        let salt = "BwcHBwcHBwcHBwcHBwcHBw";
        let hash = "A".repeat(43);
        let refused = [
            String::new(),
            format!("$argon2i$v=19$m=8,t=1,p=1${salt}${hash}"),
            format!("$argon2id$v=16$m=8,t=1,p=1${salt}${hash}"),
            format!("$argon2id$v=19$m=8,t=1${salt}${hash}"),
            format!("$argon2id$v=19$m=8,t=1,p=1,x=1${salt}${hash}"),
            format!("$argon2id$v=19$m=7,t=1,p=1${salt}${hash}"),
            format!("$argon2id$v=19$m=4294967295,t=1,p=1${salt}${hash}"),
            format!("$argon2id$v=19$m=8,t=0,p=1${salt}${hash}"),
            format!("$argon2id$v=19$m=8,t=1,p=1$AAAA${hash}"),
            format!("$argon2id$v=19$m=8,t=1,p=1${salt}$AAAA"),
            format!("$argon2id$v=19$m=8,t=1,p=1${salt}"),
            format!("$argon2id$v=19$m=8,t=1,p=1${salt}${hash}$"),
        ];
        for text in refused {
            assert_eq!(Phc::read(&text), None, "{text}");
        }
        assert!(Phc::read(&format!("$argon2id$v=19$m=8,t=1,p=1${salt}${hash}")).is_some());
    }
}
