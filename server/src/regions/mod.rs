//! The other regions: servers with data of their own, known by this server's settings (SECURITY 20). They are asked
//! for an alias or an e-mail domain and answer yes or no; where to go is never taken from an answer.
//!
//! Whatever becomes of a question, the page that waits for it is late by a second at most: a region that is gone,
//! hangs, redirects or talks too much is one that does not know.

mod ask;
mod memory;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::future::join_all;
use tokio::sync::Semaphore;
use url::Url;

use crate::{
    clock::Moment,
    domain::{hash_queue::Network, region::Question},
};

use ask::Asker;
use memory::Memory;

/// How long all regions together may take over a question.
const PATIENCE: Duration = Duration::from_secs(1);
/// Questions that may be under way at once; whoever comes then is told what is known here.
const UNDER_WAY: usize = 32;

/// Another region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// As people read it.
    pub name: String,
    /// Scheme, host and port.
    pub origin: Url,
}

/// The other regions and what they answered lately. Clones share it.
#[derive(Clone)]
pub struct Regions(Arc<Shared>);

struct Shared {
    peers: Vec<Peer>,
    asker: Asker,
    patience: Duration,
    places: Semaphore,
    memory: Mutex<Memory>,
}

/// No other region.
impl Default for Regions {
    fn default() -> Self {
        Self::new(&[])
    }
}

impl Regions {
    #[must_use]
    pub fn new(peers: &[Peer]) -> Self {
        Self::with_patience(peers, PATIENCE)
    }

    /// The same with another time for all regions together.
    #[must_use]
    pub fn with_patience(peers: &[Peer], patience: Duration) -> Self {
        Self(Arc::new(Shared {
            asker: Asker::new(peers.iter().any(|peer| peer.origin.scheme() == "https")),
            peers: peers.to_vec(),
            patience,
            places: Semaphore::new(UNDER_WAY),
            memory: Mutex::default(),
        }))
    }

    /// The regions that say they know it, in the order of the settings. An alias is unique within a region only, so
    /// there may be several.
    pub async fn that_know(&self, question: &Question, now: Moment) -> Vec<&Peer> {
        let shared = &*self.0;
        let known: Vec<Option<bool>> = {
            let memory = shared.memory();
            (0..shared.peers.len())
                .map(|peer| memory.known(peer, question, now))
                .collect()
        };
        let answers = if known.iter().all(Option::is_some) {
            known
        } else {
            self.ask_those_unknown(question, now, known).await
        };
        let peers = shared.peers.iter().zip(answers);
        peers
            .filter_map(|(peer, answer)| (answer == Some(true)).then_some(peer))
            .collect()
    }

    /// Every other region, in the order of the settings.
    #[must_use]
    pub fn peers(&self) -> &[Peer] {
        &self.0.peers
    }

    /// The region whose page somebody pasted the address of.
    #[must_use]
    pub fn at(&self, address: &Url) -> Option<&Peer> {
        let mut peers = self.0.peers.iter();
        peers.find(|peer| peer.origin.origin() == address.origin())
    }

    /// Lets another region's question in, or answers after how many seconds one would be.
    ///
    /// # Errors
    /// When its network has asked too often.
    pub fn admit(&self, network: Network, now: Moment) -> Result<(), u32> {
        self.0.memory().admit(network, now)
    }

    async fn ask_those_unknown(
        &self,
        question: &Question,
        now: Moment,
        known: Vec<Option<bool>>,
    ) -> Vec<Option<bool>> {
        let shared = &*self.0;
        let Ok(_place) = shared.places.try_acquire() else {
            return known;
        };
        if !shared.memory().may_ask(now) {
            return known;
        }
        let asking = shared.peers.iter().zip(known).enumerate();
        let asking = asking.map(|(number, (peer, known))| async move {
            if known.is_some() {
                return known;
            }
            let answer = shared.asker.ask(&peer.origin, question);
            let answer = tokio::time::timeout(shared.patience, answer).await;
            let answer = match answer {
                Ok(Ok(here)) => Some(here),
                Ok(Err(why)) => {
                    tracing::warn!(region = peer.name, %why, "a region was asked in vain");
                    None
                }
                Err(_) => {
                    tracing::warn!(region = peer.name, "a region did not answer in time");
                    None
                }
            };
            shared.memory().note(number, question, answer, now);
            answer
        });
        join_all(asking).await
    }
}

impl Shared {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
