//! Session checks on SQLite, several in one trip.
//!
//! A question to a connection wakes its thread and is woken by it, which takes longer than finding a session does.
//! Whoever asks while others are under way is asked for together with everybody else who came meanwhile.

use std::{
    io, iter,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sqlx::AssertSqlSafe;
use tokio::sync::oneshot;

use crate::clock::Moment;

use super::{Error, LiveSession, Readers, Result, sessions::live_sessions_by_cookie};

/// Trips under way at once.
const TRIPS: usize = 2;
/// Sessions of one trip; a power of two.
const TOGETHER: usize = 16;

/// Who waits to be asked for. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct SessionChecks(Arc<Mutex<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    questions: Vec<Question>,
    trips: usize,
}

#[derive(Debug)]
struct Question {
    cookie_hash: Vec<u8>,
    now: Moment,
    answer: oneshot::Sender<Result<Option<LiveSession>>>,
}

/// A session and the cookie that holds it.
#[derive(sqlx::FromRow)]
struct Found {
    cookie_hash: Vec<u8>,
    #[sqlx(flatten)]
    session: LiveSession,
}

impl SessionChecks {
    /// # Errors
    /// When the database does not answer.
    pub(super) async fn ask(
        &self,
        read: &Readers,
        cookie_hash: &[u8],
        now: Moment,
    ) -> Result<Option<LiveSession>> {
        let (answer, told) = oneshot::channel();
        let begins = {
            let mut waiting = self.waiting();
            waiting.questions.push(Question {
                cookie_hash: cookie_hash.to_vec(),
                now,
                answer,
            });
            let begins = waiting.trips < TRIPS;
            waiting.trips += usize::from(begins);
            begins
        };
        if begins {
            // On its own: whoever began it may go away, and the others still wait.
            tokio::spawn(self.clone().travel(read.clone()));
        }
        // Without an answer the runtime is shutting down.
        told.await.unwrap_or(Err(Error::PoolClosed))
    }

    /// Asks for everybody who waits, until nobody does.
    async fn travel(self, read: Readers) {
        loop {
            let questions = {
                let mut waiting = self.waiting();
                let count = waiting.questions.len().min(TOGETHER);
                if count == 0 {
                    waiting.trips -= 1;
                    return;
                }
                waiting.questions.drain(..count).collect::<Vec<_>>()
            };
            let found = find(&read, &questions).await;
            for question in questions {
                let answer = match &found {
                    Ok(found) => Ok(found
                        .iter()
                        .find(|found| found.cookie_hash == question.cookie_hash)
                        .map(|found| found.session.clone())),
                    Err(error) => Err(for_each(error)),
                };
                let _ = question.answer.send(answer);
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who of them is signed in, in a statement of one of few lengths.
async fn find(read: &Readers, questions: &[Question]) -> Result<Vec<Found>> {
    let Some(last) = questions.last() else {
        return Ok(Vec::new());
    };
    let places = questions.len().next_power_of_two();
    let mut reader = read.borrow().await?;
    let mut query = sqlx::query_as(AssertSqlSafe(live_sessions_by_cookie(places))).bind(last.now);
    for question in questions.iter().chain(iter::repeat(last)).take(places) {
        query = query.bind(question.cookie_hash.as_slice());
    }
    query.fetch_all(&mut *reader).await
}

/// What everybody is told of an error that cannot be copied: whether it will pass, and what it was.
fn for_each(error: &Error) -> Error {
    match error {
        Error::PoolTimedOut => Error::PoolTimedOut,
        Error::PoolClosed => Error::PoolClosed,
        // A read that SQLite refuses is one of a file that cannot be reached.
        Error::Io(_) | Error::Database(_) => Error::Io(io::Error::other(error.to_string())),
        error => Error::Protocol(error.to_string()),
    }
}
