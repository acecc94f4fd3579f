//! Randomness, passed in. Nothing else in the server may draw any.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::{
    Rng, SeedableRng, TryRng,
    rngs::{StdRng, SysRng},
};

use crate::clock::Moment;

/// Draws random bytes from the operating system, or from a seed in tests.
#[derive(Clone)]
pub struct Entropy {
    source: Source,
    /// The millisecond of the newest id, and how many ids it had before.
    newest_id: Arc<Mutex<(u64, u16)>>,
}

#[derive(Clone)]
enum Source {
    System,
    Seeded(Arc<Mutex<StdRng>>),
}

impl Entropy {
    #[must_use]
    pub fn system() -> Self {
        Self::new(Source::System)
    }

    /// The same bytes in every run; for tests and demo data, never for a server that people use.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::new(Source::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(
            seed,
        )))))
    }

    fn new(source: Source) -> Self {
        Self {
            source,
            newest_id: Arc::default(),
        }
    }

    /// # Panics
    /// When the operating system has no randomness: nothing safe can follow.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.source {
            Source::System => SysRng
                .try_fill_bytes(&mut bytes)
                .expect("the operating system gives randomness"),
            Source::Seeded(rng) => rng
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .fill_bytes(&mut bytes),
        }
        bytes
    }

    /// 256 random bits as 43 URL-safe characters: cookies and links.
    #[must_use]
    pub fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// Six decimal digits, every one of the million equally likely.
    #[must_use]
    pub fn six_digits(&self) -> String {
        // The largest multiple of a million in 32 bits; above it, draw again.
        const BOUND: u32 = u32::MAX - u32::MAX % 1_000_000;
        loop {
            let drawn = u32::from_be_bytes(self.bytes());
            if drawn < BOUND {
                return format!("{:06}", drawn % 1_000_000);
            }
        }
    }

    /// A UUID version 7 (RFC 9562) of this moment: new rows sort after old ones, those of one
    /// millisecond in the order in which they were made (section 6.2, method 1), so that what one
    /// request caused is told in its order.
    #[must_use]
    pub fn id(&self, at: Moment) -> String {
        let millis = u64::try_from(at.0).unwrap_or(0);
        let mut random = self.bytes::<10>();
        let [high, low] = self.place_within(millis).to_be_bytes();
        random[0] = high;
        random[1] = low;
        uuid::Builder::from_unix_timestamp_millis(millis, &random)
            .into_uuid()
            .to_string()
    }
}

impl Entropy {
    /// How many ids this millisecond had before, up to what twelve bits hold.
    fn place_within(&self, millis: u64) -> u16 {
        let mut newest = self
            .newest_id
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let place = if newest.0 == millis {
            (newest.1 + 1).min(0x0fff)
        } else {
            0
        };
        *newest = (millis, place);
        place
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_six_digits_and_tokens_256_bits() {
        let entropy = Entropy::seeded(1);
        for _ in 0..1000 {
            let code = entropy.six_digits();
            assert_eq!(code.len(), 6);
            assert!(code.bytes().all(|b| b.is_ascii_digit()));
        }
        assert_eq!(entropy.token().len(), 43);
        assert_ne!(entropy.token(), entropy.token());
    }

    #[test]
    fn ids_sort_by_their_moment() {
        let entropy = Entropy::seeded(1);
        assert!(entropy.id(Moment(1000)) < entropy.id(Moment(1001)));
    }

    #[test]
    fn ids_of_one_moment_sort_as_they_were_made() {
        let entropy = Entropy::system();
        let twin = entropy.clone();
        let ids: Vec<String> = (0..500)
            .flat_map(|_| [entropy.id(Moment(7)), twin.id(Moment(7))])
            .collect();
        assert!(ids.is_sorted());
        let more: std::collections::HashSet<String> =
            (0..10_000).map(|_| entropy.id(Moment(7))).collect();
        assert_eq!(
            more.len(),
            10_000,
            "no two are the same, however many there are"
        );
    }
}
