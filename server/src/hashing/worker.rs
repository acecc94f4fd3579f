//! A hashing thread: takes the oldest job, does it in its own memory, answers.

use std::time::Duration;

use argon2::Block;
use tokio::sync::oneshot;

use super::{
    Place, Pool, Verdict,
    phc::{Parameters, Phc},
};
use crate::domain::password::normalised;

/// How long a thread without work keeps its memory.
const QUIET: Duration = Duration::from_secs(30);

pub(super) struct Job {
    pub(super) password: String,
    pub(super) work: Work,
    /// Given back when the job is done, whoever has gone meanwhile.
    pub(super) place: Place,
}

pub(super) enum Work {
    Verify {
        stored: Option<Phc>,
        answer: oneshot::Sender<Verdict>,
    },
    Hash {
        salt: [u8; 16],
        answer: oneshot::Sender<String>,
    },
}

/// Works until the pool closes and its last job is done.
pub(super) fn run(pool: &Pool) {
    step_back();
    let mut memory = Memory::default();
    while let Some(Job {
        password,
        work,
        place,
    }) = next(pool, &mut memory)
    {
        let password = normalised(&password);
        // Numbers first, then the answer: whoever has the answer finds them right. An answer that
        // nobody waits for any more is dropped.
        match work {
            Work::Verify { stored, answer } => {
                let verdict = verify(&password, stored.as_ref(), pool.parameters, &mut memory);
                done(pool, place, |counts| counts.verified += 1);
                let _ = answer.send(verdict);
            }
            Work::Hash { salt, answer } => {
                let hashed = hash(&password, &salt, pool.parameters, &mut memory);
                done(pool, place, |counts| counts.hashed += 1);
                let _ = answer.send(hashed);
            }
        }
    }
}

/// Lets whoever answers requests go first: a hash is long, and a core that is in the middle of one would keep a
/// session check waiting for milliseconds. On Linux, where a thread has a niceness of its own.
fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(10) {
        tracing::warn!(%error, "hashing threads keep the priority of the others");
    }
}

fn next(pool: &Pool, memory: &mut Memory) -> Option<Job> {
    let mut state = pool.lock();
    loop {
        if let Some(job) = state.jobs.pop_front() {
            state.counts.running += 1;
            return Some(job);
        }
        if state.is_closing {
            return None;
        }
        state = if memory.is_empty() {
            pool.wait(state)
        } else {
            let (state, is_quiet) = pool.wait_for(state, QUIET);
            if is_quiet {
                memory.give_back();
            }
            state
        };
    }
}

fn done(pool: &Pool, place: Place, count: impl FnOnce(&mut super::Counts)) {
    {
        let counts = &mut pool.lock().counts;
        counts.running -= 1;
        count(counts);
    }
    drop(place);
}

fn verify(
    password: &str,
    stored: Option<&Phc>,
    parameters: Parameters,
    memory: &mut Memory,
) -> Verdict {
    let dummy = Phc::dummy(parameters);
    let compared = stored.unwrap_or(&dummy);
    let is_equal = compared.matches(password, memory.blocks(compared.parameters));
    let matches = is_equal && stored.is_some();
    Verdict {
        matches,
        outdated: matches && compared.parameters != parameters,
    }
}

fn hash(password: &str, salt: &[u8], parameters: Parameters, memory: &mut Memory) -> String {
    Phc::compute(password, salt, parameters, memory.blocks(parameters))
        .expect("the pool was started with usable parameters")
        .write()
}

/// A thread's blocks, kept from one hash to the next: filling fresh pages costs a fifth of a hash.
#[derive(Default)]
struct Memory(Vec<Block>);

impl Memory {
    /// glibc serves an allocation above 32 MiB with pages of its own and hands them back to the
    /// system when it is freed. Smaller ones move to its heap after the first time, and stay.
    /// Address space that is never touched costs nothing.
    const ADDRESS_SPACE: usize = 33 * 1024;

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn give_back(&mut self) {
        self.0 = Vec::new();
    }

    fn blocks(&mut self, parameters: Parameters) -> &mut [Block] {
        let count = parameters
            .blocks()
            .expect("only usable parameters are read or started with");
        if self.0.len() < count {
            self.0 = Vec::with_capacity(count.max(Self::ADDRESS_SPACE));
            self.0.resize(count, Block::new());
        }
        &mut self.0[..count]
    }
}
