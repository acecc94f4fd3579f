//! SQLite's one writing connection, lent to one at a time in the order of asking.
//!
//! Like the readers' connections it is lent as it is: sqlx's pool would ask before and after each transaction whether
//! it lives, and a connection to a file always does.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use sqlx::{
    Connection, SqlSafeStr, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteTransactionManager},
};
use sqlx_core::transaction::TransactionManager;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{Error, PATIENCE, Result};

/// The connection; none once it is closed. Clones share it.
#[derive(Clone, Debug)]
pub struct Writer(Arc<Mutex<Option<SqliteConnection>>>);

impl Writer {
    /// # Errors
    /// When the file cannot be opened.
    pub(super) async fn open(options: &SqliteConnectOptions) -> Result<Self> {
        let connection = SqliteConnection::connect_with(options).await?;
        Ok(Self(Arc::new(Mutex::new(Some(connection)))))
    }

    /// Waits for the turn to write single statements.
    ///
    /// # Errors
    /// When it does not come in five seconds, or the connection is closed.
    pub async fn borrow(&self) -> Result<Turn> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.0).lock_owned())
            .await
            .map_err(|_| Error::PoolTimedOut)?;
        if turn.is_some() {
            Ok(Turn(turn))
        } else {
            Err(Error::PoolClosed)
        }
    }

    /// Waits for the turn and begins a transaction that holds the write lock from the start.
    ///
    /// # Errors
    /// As [`Writer::borrow`], and when another program keeps the lock for five seconds.
    pub(super) async fn begin(&self) -> Result<Writing> {
        let mut writing = Writing {
            turn: self.borrow().await?,
            // Before it is: whoever gives up waiting for it must not leave it behind.
            is_open: true,
        };
        SqliteTransactionManager::begin(&mut writing.turn, Some("BEGIN IMMEDIATE".into_sql_str()))
            .await?;
        Ok(writing)
    }

    /// Closes the connection, finishing what is under way.
    pub(super) async fn close(&self) {
        if let Some(connection) = self.0.lock().await.take() {
            let _ = connection.close().await;
        }
    }
}

/// The connection for as long as it is lent.
#[derive(Debug)]
pub struct Turn(OwnedMutexGuard<Option<SqliteConnection>>);

impl Deref for Turn {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        self.0.as_ref().expect("looked at when it was lent")
    }
}

impl DerefMut for Turn {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.0.as_mut().expect("looked at when it was lent")
    }
}

/// A transaction. Dropping it undoes it.
#[derive(Debug)]
pub struct Writing {
    turn: Turn,
    is_open: bool,
}

impl Writing {
    pub(super) async fn commit(mut self) -> Result<()> {
        SqliteTransactionManager::commit(&mut self.turn).await?;
        self.is_open = false;
        Ok(())
    }

    pub(super) async fn rollback(mut self) -> Result<()> {
        SqliteTransactionManager::rollback(&mut self.turn).await?;
        self.is_open = false;
        Ok(())
    }
}

impl Deref for Writing {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.turn
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.turn
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if self.is_open {
            // Only asked for: it is done before anything that the next one to write asks.
            SqliteTransactionManager::start_rollback(&mut self.turn);
        }
    }
}
