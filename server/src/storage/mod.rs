//! What Callgate remembers: one file for each aggregate, SQL only, no rules.
//!
//! SQLite and PostgreSQL stand behind one type, [`Db`]. Both understand the same SQL text (`$1`,
//! `RETURNING`, `ON CONFLICT`), so each query is written once and [`on_db!`] or [`on_tx!`] expands it
//! over both engines. What differs between them is in this file, but for how `outbox` claims a mail.

mod accounts;
mod attempts;
mod audit;
mod backup_codes;
mod bindings;
mod browsers;
mod bulk;
mod companies;
mod deferred;
mod domains;
mod email_codes;
mod enrolments;
mod factors;
mod founding;
mod identities;
mod invitations;
mod links;
mod outbox;
mod persons;
mod phone_claims;
mod phone_settings;
mod policies;
mod presence_lists;
mod presences;
mod providers;
mod purge;
mod readers;
mod reset_requests;
mod seed;
mod session_checks;
mod sessions;
mod settings;
mod sso_requests;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod throttles;
mod trusts;
mod writer;

pub use accounts::*;
pub use attempts::*;
pub use audit::*;
pub use backup_codes::*;
pub use bindings::*;
pub use bulk::*;
pub use companies::*;
pub use domains::*;
pub use enrolments::*;
pub use factors::*;
pub use founding::*;
pub use identities::*;
pub use links::*;
pub use outbox::*;
pub use persons::*;
pub use phone_claims::*;
pub use phone_settings::*;
pub use policies::*;
pub use presence_lists::*;
pub use presences::*;
pub use providers::*;
pub use purge::*;
pub use readers::Readers;
pub use reset_requests::*;
pub use seed::*;
pub use session_checks::SessionChecks;
pub use sessions::*;
pub use settings::*;
pub use sso_requests::*;
pub use throttles::*;
pub use trusts::*;
pub use writer::{Turn, Writer, Writing};

use std::{path::Path, str::FromStr, time::Duration};

use sqlx::{
    PgPool, Postgres,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::{clock::Moment, keys::Keys};

use self::deferred::Deferred;

/// A database error, whichever engine it comes from.
pub type Error = sqlx::Error;
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Expands one body over both engines, with `$c` as something that executes one statement that reads.
macro_rules! on_db {
    ($db:expr, $c:ident => $body:expr) => {
        match $db {
            $crate::storage::Db::Sqlite { read, .. } => {
                let mut reader = read.borrow().await?;
                let $c = &mut *reader;
                $body
            }
            $crate::storage::Db::Postgres($c) => $body,
        }
    };
}

/// The same for single statements that write.
macro_rules! on_writer {
    ($db:expr, $c:ident => $body:expr) => {
        match $db {
            $crate::storage::Db::Sqlite { write, .. } => {
                let mut writer = write.borrow().await?;
                let $c = &mut *writer;
                $body
            }
            $crate::storage::Db::Postgres($c) => $body,
        }
    };
}

/// Expands one body over both engines within a transaction, with `$c` as its connection.
macro_rules! on_tx {
    ($tx:expr, $c:ident => $body:expr) => {{
        $tx.settle().await?;
        match &mut $tx.engine {
            $crate::storage::Engine::Sqlite(tx) => {
                let $c: &mut sqlx::SqliteConnection = tx;
                $body
            }
            $crate::storage::Engine::Postgres(tx) => {
                let $c = &mut **tx;
                $body
            }
        }
    }};
}

/// An identifier of its own kind, so that nobody passes one for another.
macro_rules! id {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        #[derive(Clone, Debug, PartialEq, Eq, Hash, sqlx::Type)]
        #[sqlx(transparent)]
        pub struct $name(pub String);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}
pub(crate) use {on_db, on_tx, on_writer};

id! {
    /// A company.
    CompanyId,
    /// One login in one company.
    AccountId,
    /// A sign-in under way.
    AttemptId,
    /// A session.
    SessionId,
    /// A browser that a person uses.
    BrowserId,
    /// A mail in the outbox.
    MailId,
    /// Somebody with accounts of several companies.
    PersonId,
    /// A list of the statuses that agents may take.
    PresenceListId,
    /// A login at a provider that is bound to an account.
    IdentityId,
    /// A browser that was sent to a provider.
    SsoRequestId,
    /// An outside identity provider of a company.
    ProviderId,
    /// What a browser said about Amazon Connect.
    PhoneClaimId,
}

/// The database. Clones share its connections.
#[derive(Clone, Debug)]
pub enum Db {
    /// One writer, several readers: SQLite allows no more, and queueing here is fairer than there.
    Sqlite {
        read: Readers,
        write: Writer,
        checks: SessionChecks,
    },
    Postgres(PgPool),
}

/// A transaction that may write. Dropping it undoes it.
#[derive(Debug)]
pub struct Tx {
    engine: Engine,
    /// What happened in it, written together at its end: one trip to the database instead of one for each.
    events: Vec<NewAuditEvent>,
    /// Changes that were left for later.
    deferred: Vec<Deferred>,
}

#[derive(Debug)]
enum Engine {
    Sqlite(Writing),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// How long a statement waits for its turn before the answer is "unavailable".
const PATIENCE: Duration = Duration::from_secs(5);

impl Db {
    /// Opens a SQLite file, made when missing, or a PostgreSQL by its URL, and migrates it.
    ///
    /// # Errors
    /// When it cannot be reached, opened or migrated.
    pub async fn open(url: &str) -> Result<Self> {
        let db = Self::connect(url).await?;
        db.migrate().await?;
        Ok(db)
    }

    /// Opens the SQLite database in a folder.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub async fn open_in(folder: &Path) -> Result<Self> {
        Self::open(&format!(
            "sqlite://{}",
            folder.join("callgate.db").display()
        ))
        .await
    }

    async fn connect(url: &str) -> Result<Self> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options = PgConnectOptions::from_str(url)?;
            let pool = PgPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(PATIENCE)
                .connect_with(options)
                .await?;
            return Ok(Self::Postgres(pool));
        }
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A crash of the process loses nothing; a power cut may lose the last moments, never more.
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(PATIENCE)
            // No statistics: every statement has its index, and what little SQLite would look at misleads it. Told that
            // two thousand of a hundred thousand people are disabled, it walks through all of them by name.
            .optimize_on_close(false, None)
            // Room for what is being written, small beside the memory budget of the server.
            .pragma("cache_size", "-2000")
            // Everything else is read where the system has it in memory, once for all connections: among a million
            // accounts a session check reads a fifth quicker than through caches of our own. 2 GiB of addresses.
            .pragma("mmap_size", "2147418112")
            // Pages that every sign-in changes are copied into the file once in four times as many.
            .pragma("wal_autocheckpoint", "4000")
            .pragma("temp_store", "memory");
        let write = Writer::open(&options).await?;
        let read = Readers::open(&options).await?;
        Ok(Self::Sqlite {
            read,
            write,
            checks: SessionChecks::default(),
        })
    }

    async fn migrate(&self) -> Result<()> {
        match self {
            Self::Sqlite { write, .. } => {
                // Under the write lock: two programs that open a new file at once must not both
                // make its tables. PostgreSQL's migrations take a lock of their own.
                let mut tx = write.begin().await?;
                sqlx::migrate!("migrations/sqlite").run(&mut *tx).await?;
                tx.commit().await?;
            }
            Self::Postgres(pool) => sqlx::migrate!("migrations/postgres").run(pool).await?,
        }
        Ok(())
    }

    /// Begins a transaction that may write. On SQLite it holds the only write lock from the start,
    /// so what it reads stays true; on PostgreSQL it must lock the parent row first ([`Tx::lock_account`]).
    ///
    /// # Errors
    /// When no connection comes free in five seconds, or the database is gone.
    pub async fn begin(&self) -> Result<Tx> {
        let engine = match self {
            Self::Sqlite { write, .. } => Engine::Sqlite(write.begin().await?),
            Self::Postgres(pool) => Engine::Postgres(pool.begin().await?),
        };
        Ok(Tx {
            engine,
            events: Vec::new(),
            deferred: Vec::new(),
        })
    }

    /// The database's own clock, to compare with the server's.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn clock(&self) -> Result<Moment> {
        let millis: i64 = match self {
            Self::Sqlite { read, .. } => {
                sqlx::query_scalar(
                    "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
                )
                .fetch_one(&mut *read.borrow().await?)
                .await?
            }
            Self::Postgres(pool) => {
                sqlx::query_scalar(
                    "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
                )
                .fetch_one(pool)
                .await?
            }
        };
        Ok(Moment(millis))
    }

    /// Whether a write would succeed now: takes and gives back the write lock.
    ///
    /// # Errors
    /// When it would not.
    pub async fn check_writable(&self) -> Result<()> {
        self.begin().await?.rollback().await
    }

    /// Remembers which keys sealed secrets here, and refuses a key file that lacks one of them.
    ///
    /// # Errors
    /// The outer error is the database's; the inner one is a sentence for the operator.
    pub async fn check_keys(&self, keys: &Keys) -> Result<std::result::Result<(), String>> {
        let mut tx = self.begin().await?;
        let seen: Vec<(i64, String)> = on_tx!(&mut tx, c => {
            sqlx::query_as("SELECT number, fingerprint FROM keys_seen").fetch_all(&mut *c).await?
        });
        let present: Vec<(u32, String)> = keys.fingerprints().collect();
        for (number, fingerprint) in &seen {
            let same = present
                .iter()
                .any(|(n, f)| i64::from(*n) == *number && f == fingerprint);
            if !same {
                return Ok(Err(format!(
                    "the database needs key {number} ({fingerprint}…), which the key file does not hold"
                )));
            }
        }
        for (number, fingerprint) in present {
            on_tx!(&mut tx, c => {
                sqlx::query("INSERT INTO keys_seen (number, fingerprint) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                    .bind(i64::from(number))
                    .bind(fingerprint)
                    .execute(&mut *c)
                    .await?;
            });
        }
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// Closes every connection, finishing what is under way.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write, .. } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// # Errors
    /// When the database refuses: nothing was changed then.
    pub async fn commit(mut self) -> Result<()> {
        self.write_events().await?;
        self.settle().await?;
        match self.engine {
            Engine::Sqlite(tx) => tx.commit().await,
            Engine::Postgres(tx) => tx.commit().await,
        }
    }

    /// # Errors
    /// When the connection is gone; the database undoes the changes by itself then.
    pub async fn rollback(self) -> Result<()> {
        match self.engine {
            Engine::Sqlite(tx) => tx.rollback().await,
            Engine::Postgres(tx) => tx.rollback().await,
        }
    }

    /// Holds an account's row until the end of the transaction, so that rules over it and its
    /// children are decided one request after another, on several servers too.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn lock_account(&mut self, account: &AccountId) -> Result<()> {
        match &mut self.engine {
            // `BEGIN IMMEDIATE` holds the only write lock already.
            Engine::Sqlite(_) => {}
            Engine::Postgres(tx) => {
                sqlx::query("SELECT 1 FROM accounts WHERE id = $1 FOR UPDATE")
                    .bind(account)
                    .execute(&mut **tx)
                    .await?;
            }
        }
        Ok(())
    }
}
