//! Passwords are hashed here: on threads of their own, so that sessions keep answering while a
//! shift signs in, in memory that is reused, behind a queue that says no before it grows long.
//!
//! Who gets a place is `domain::hash_queue`'s rule; counting failures is the caller's, between
//! taking a place and using it (SECURITY 6 and 8).

mod phc;
mod worker;

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tokio::sync::oneshot;

pub use phc::Parameters;

use crate::domain::hash_queue::{HashQueue, Lane, Network};
use phc::Phc;
use worker::{Job, Work};

/// A generous guess of what one hash takes on one core; better to come back a second too late.
const HASH_TIME: Duration = Duration::from_millis(50);

/// The threads that hash, and the queue before them. Clones share both; the threads end, with
/// their work done, when the last clone is gone.
#[derive(Clone)]
pub struct HashPool(Arc<Owner>);

/// No place is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the queue for password checks is full for {} s", retry_after.as_secs())]
pub struct Full {
    /// Whole seconds, at least one, after which another try makes sense.
    pub retry_after: Duration,
}

/// The answer to a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub matches: bool,
    /// The password matches, but its hash was made with other parameters: hash it again.
    pub outdated: bool,
}

/// What the pool does and has done since its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Places taken: about to be used, queued or running.
    pub taken: usize,
    /// Passwords waiting for a thread.
    pub queued: usize,
    /// Hashes being computed at this moment.
    pub running: usize,
    /// Passwords compared, with real and dummy hashes.
    pub verified: u64,
    /// Passwords hashed to be stored.
    pub hashed: u64,
    /// Requests for a place that were turned away.
    pub refused: u64,
}

/// A place in the queue. Dropped unused, it is given back.
#[must_use]
pub struct Place {
    /// Keeps the threads alive until the place was used or given back.
    pool: HashPool,
    lane: Lane,
    network: Network,
}

/// Ends the threads when the last `HashPool` is dropped; they themselves hold only the `Pool`.
struct Owner(Arc<Pool>);

struct Pool {
    parameters: Parameters,
    threads: usize,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    queue: HashQueue,
    jobs: VecDeque<Job>,
    counts: Counts,
    is_closing: bool,
}

impl HashPool {
    /// Starts `threads` threads (one per core is right) before a queue of `capacity` places.
    ///
    /// The memory for hashing is taken with the first password and given back in quiet times.
    ///
    /// # Panics
    /// When Argon2 has no such parameters or the system starts no threads.
    #[must_use]
    pub fn start(threads: usize, capacity: usize, parameters: Parameters) -> Self {
        assert!(
            parameters.blocks().is_some(),
            "Argon2 has no {parameters:?}"
        );
        let threads = threads.max(1);
        let pool = Arc::new(Pool {
            parameters,
            threads,
            state: Mutex::new(State {
                queue: HashQueue::new(capacity),
                jobs: VecDeque::new(),
                counts: Counts::default(),
                is_closing: false,
            }),
            changed: Condvar::new(),
        });
        for number in 0..threads {
            let pool = Arc::clone(&pool);
            thread::Builder::new()
                .name(format!("hashing-{number}"))
                .spawn(move || worker::run(&pool))
                .expect("the system starts a thread");
        }
        Self(Arc::new(Owner(pool)))
    }

    /// Takes a place in the queue.
    ///
    /// # Errors
    /// When there is none for this lane and network.
    pub fn reserve(&self, lane: Lane, network: Network) -> Result<Place, Full> {
        let pool = &self.0.0;
        let mut state = pool.lock();
        if state.queue.admit(lane, network) {
            return Ok(Place {
                pool: self.clone(),
                lane,
                network,
            });
        }
        state.counts.refused += 1;
        let work = HASH_TIME
            * u32::try_from(state.queue.taken().div_ceil(pool.threads)).unwrap_or(u32::MAX);
        Err(Full {
            retry_after: Duration::from_secs(work.as_secs() + 1),
        })
    }

    #[must_use]
    pub fn counts(&self) -> Counts {
        let state = self.0.0.lock();
        Counts {
            taken: state.queue.taken(),
            queued: state.jobs.len(),
            ..state.counts
        }
    }

    /// What a new hash costs.
    #[must_use]
    pub fn parameters(&self) -> Parameters {
        self.0.0.parameters
    }
}

impl Place {
    /// Compares a password with a stored hash, or, where there is none, with a dummy hash of the
    /// same cost, which nothing matches. The password is normalised here, not by the caller.
    ///
    /// Once called and polled the work is done even when nobody waits for it any more.
    pub async fn verify(self, password: String, phc: Option<&str>) -> Verdict {
        let stored = phc.and_then(|phc| {
            let read = Phc::read(phc);
            if read.is_none() {
                tracing::error!(
                    "a stored password hash cannot be read: its account cannot sign in"
                );
            }
            read
        });
        let (answer, verdict) = oneshot::channel();
        self.send(password, Work::Verify { stored, answer });
        // Threads answer whatever they take; if one ever panics, nobody gets in for that.
        verdict.await.unwrap_or(Verdict {
            matches: false,
            outdated: false,
        })
    }

    /// Hashes a password for storing, as a PHC string. `salt` comes from `Entropy` and is used once.
    ///
    /// The password is normalised here.
    ///
    /// # Panics
    /// When the thread that hashed it panicked.
    pub async fn hash(self, password: String, salt: [u8; 16]) -> String {
        let (answer, hashed) = oneshot::channel();
        self.send(password, Work::Hash { salt, answer });
        hashed
            .await
            .expect("hashing threads answer whatever they take")
    }

    fn send(self, password: String, work: Work) {
        let pool = Arc::clone(&self.pool.0.0);
        pool.lock().jobs.push_back(Job {
            password,
            work,
            place: self,
        });
        pool.changed.notify_one();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.pool.0.0.lock().queue.leave(self.lane, self.network);
    }
}

impl Pool {
    /// No code panics while it holds the lock, so what it guards is whole in any case.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a change; true when `span` went by without one.
    fn wait_for<'a>(
        &self,
        state: MutexGuard<'a, State>,
        span: Duration,
    ) -> (MutexGuard<'a, State>, bool) {
        let (state, waited) = self
            .changed
            .wait_timeout(state, span)
            .unwrap_or_else(PoisonError::into_inner);
        (state, waited.timed_out())
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.0.lock().is_closing = true;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    fn pool() -> HashPool {
        HashPool::start(2, 16, Parameters::TINY)
    }

    fn place(pool: &HashPool) -> Place {
        pool.reserve(Lane::Known, Network::Registered)
            .expect("a place")
    }

    #[tokio::test]
    async fn a_password_matches_its_own_hash_only() {
        let pool = pool();
        let phc = place(&pool).hash("onions on toast".into(), [7; 16]).await;
        let table = [
            ("onions on toast", Some(phc.as_str()), true),
            ("Onions on toast", Some(&phc), false),
            ("", Some(&phc), false),
            ("onions on toast", None, false),
            ("onions on toast", Some("$2b$12$from.elsewhere"), false),
        ];
        for (password, stored, matches) in table {
            let verdict = place(&pool).verify(password.into(), stored).await;
            assert_eq!(
                verdict,
                Verdict {
                    matches,
                    outdated: false
                },
                "{password} {stored:?}"
            );
        }
        let expected = Counts {
            verified: 5,
            hashed: 1,
            ..Counts::default()
        };
        assert_eq!(
            pool.counts(),
            expected,
            "a hash for every question, whoever is unknown"
        );
    }

    #[tokio::test]
    async fn the_same_keys_on_another_keyboard_are_the_same_password() {
        let pool = pool();
        let phc = place(&pool)
            .hash("grüner Tee ﬁndet statt".into(), [7; 16])
            .await;
        let typed = "gru\u{308}ner Tee findet statt";
        assert!(place(&pool).verify(typed.into(), Some(&phc)).await.matches);
    }

    #[tokio::test]
    async fn a_hash_of_other_parameters_is_outdated_once_it_matches() {
        let larger = Parameters {
            memory_kib: 64,
            passes: 2,
            lanes: 1,
        };
        let old = place(&pool()).hash("onions on toast".into(), [7; 16]).await;
        let pool = HashPool::start(1, 16, larger);
        let verdict = place(&pool)
            .verify("onions on toast".into(), Some(&old))
            .await;
        assert_eq!(
            verdict,
            Verdict {
                matches: true,
                outdated: true
            }
        );
        let verdict = place(&pool).verify("onions".into(), Some(&old)).await;
        assert_eq!(
            verdict,
            Verdict {
                matches: false,
                outdated: false
            }
        );
        let new = place(&pool).hash("onions on toast".into(), [7; 16]).await;
        let verdict = place(&pool)
            .verify("onions on toast".into(), Some(&new))
            .await;
        assert_eq!(
            verdict,
            Verdict {
                matches: true,
                outdated: false
            }
        );
    }

    #[tokio::test]
    async fn a_full_queue_says_when_to_come_back() {
        let pool = pool();
        let places: Vec<Place> = (0..16).map(|_| place(&pool)).collect();
        let full = pool.reserve(Lane::Known, Network::Registered).err();
        assert_eq!(
            full,
            Some(Full {
                retry_after: Duration::from_secs(1)
            })
        );
        assert_eq!(
            pool.counts(),
            Counts {
                taken: 16,
                refused: 1,
                ..Counts::default()
            }
        );
        drop(places);
        assert_eq!(pool.counts().taken, 0);
        assert!(
            !place(&pool)
                .verify("onions on toast".into(), None)
                .await
                .matches
        );
        assert_eq!(pool.counts().taken, 0);
    }

    #[tokio::test]
    async fn work_is_done_though_its_caller_has_gone() {
        let pool = HashPool::start(1, 16, Parameters::TINY);
        {
            let mut asked = std::pin::pin!(place(&pool).verify("onions on toast".into(), None));
            let _ = futures::poll!(&mut asked);
        }
        // One thread does one job after the other, so this answer comes after that work.
        place(&pool).verify("onions on toast".into(), None).await;
        assert_eq!(
            pool.counts(),
            Counts {
                verified: 2,
                ..Counts::default()
            }
        );
    }

    #[test]
    fn closing_finishes_what_is_queued() {
        let pool = HashPool::start(2, 64, Parameters::TINY);
        let start = Barrier::new(8);
        let hashes: Vec<String> = thread::scope(|scope| {
            let askers: Vec<_> = (0..8_u8)
                .map(|n| {
                    let (place, start) = (place(&pool), &start);
                    scope.spawn(move || {
                        start.wait();
                        futures::executor::block_on(place.hash("onions".into(), [n; 16]))
                    })
                })
                .collect();
            drop(pool);
            askers
                .into_iter()
                .map(|asker| asker.join().expect("answered"))
                .collect()
        });
        assert_eq!(hashes.len(), 8);
    }
}
