//! SQLite's reading connections.
//!
//! Every question to a connection is a trip to its thread and back. sqlx's own pool asks before and
//! after each query whether the connection lives, so two trips of three read nothing. The connections
//! here are to a file, hold no transaction, and do what they are asked one after the other: they are
//! lent as they are.

use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{Error, PATIENCE, Result};

/// So that a long list does not keep people from signing in.
const CONNECTIONS: u32 = 4;

/// The connections. Clones share them.
#[derive(Clone, Debug)]
pub struct Readers(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// One permit for each connection in `free`.
    permits: Semaphore,
    free: Mutex<Vec<SqliteConnection>>,
}

impl Readers {
    /// # Errors
    /// When the file cannot be opened.
    pub(super) async fn open(options: &SqliteConnectOptions) -> Result<Self> {
        let mut free = Vec::new();
        for _ in 0..CONNECTIONS {
            free.push(SqliteConnection::connect_with(options).await?);
        }
        Ok(Self(Arc::new(Shared {
            permits: Semaphore::new(free.len()),
            free: Mutex::new(free),
        })))
    }

    /// Waits for a connection. The one that was given back last is lent first: it is warm.
    ///
    /// # Errors
    /// When none comes free in five seconds, or they are closed.
    pub(super) async fn borrow(&self) -> Result<Reader<'_>> {
        let permit = tokio::time::timeout(PATIENCE, self.0.permits.acquire())
            .await
            .map_err(|_| Error::PoolTimedOut)?
            .map_err(|_| Error::PoolClosed)?;
        let connection = self.0.free().pop();
        Ok(Reader {
            shared: &self.0,
            connection: Some(connection.ok_or(Error::PoolClosed)?),
            _permit: permit,
        })
    }

    /// Closes every connection, finishing what is under way.
    pub(super) async fn close(&self) {
        let all = self.0.permits.acquire_many(CONNECTIONS).await;
        self.0.permits.close();
        drop(all);
        let free = std::mem::take(&mut *self.0.free());
        for connection in free {
            let _ = connection.close().await;
        }
    }
}

impl Shared {
    fn free(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that is given back when dropped, whether its query was finished or not.
pub(super) struct Reader<'a> {
    shared: &'a Shared,
    /// Until it is given back.
    connection: Option<SqliteConnection>,
    /// Given back after the connection.
    _permit: SemaphorePermit<'a>,
}

impl Deref for Reader<'_> {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        self.connection.as_ref().expect("not given back yet")
    }
}

impl DerefMut for Reader<'_> {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.connection.as_mut().expect("not given back yet")
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        self.shared.free().extend(self.connection.take());
    }
}
