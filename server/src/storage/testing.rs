//! Runs one storage test on both engines, each time in a database of its own.
//!
//! SQLite always runs, in a file of its own. PostgreSQL runs when [`POSTGRES_URL`] names a server on
//! which databases may be made, and the test says so when it does not.

use std::{
    env, fs,
    panic::{AssertUnwindSafe, resume_unwind},
    path::PathBuf,
    str::FromStr,
};

use futures::FutureExt;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, postgres::PgConnectOptions};

use super::Db;
use crate::entropy::Entropy;

/// Names a PostgreSQL server, like `postgres://postgres@127.0.0.1:5433/postgres`.
pub const POSTGRES_URL: &str = "CALLGATE_TEST_POSTGRES_URL";

/// A database that goes when the test ends.
pub struct TestDatabase {
    /// For [`Db::open`]; a second server of the same test opens it too.
    pub url: String,
    home: Home,
}

enum Home {
    Folder(PathBuf),
    Postgres {
        server: Box<PgConnectOptions>,
        name: String,
    },
}

impl TestDatabase {
    /// An empty SQLite file in a folder of its own, for tests that do not depend on the engine.
    ///
    /// # Panics
    /// When the folder cannot be made.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = env::temp_dir().join(unique_name());
        fs::create_dir(&folder).expect("a folder for the database");
        let url = format!("sqlite://{}", folder.join("callgate.db").display());
        Self {
            url,
            home: Home::Folder(folder),
        }
    }

    async fn postgres(server: &str) -> Self {
        let server = PgConnectOptions::from_str(server).expect("an address of PostgreSQL");
        let server = Box::new(server.disable_statement_logging());
        let name = unique_name();
        run(&server, format!("CREATE DATABASE {name}")).await;
        let url = PgConnectOptions::clone(&server)
            .database(&name)
            .to_url_lossy()
            .to_string();
        Self {
            url,
            home: Home::Postgres { server, name },
        }
    }

    async fn remove(self) {
        if let Home::Postgres { server, name } = &self.home {
            run(server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Home::Folder(folder) = &self.home {
            // Whatever is left lies among the system's temporary files.
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// Runs the test with an empty, migrated database of each engine.
///
/// # Panics
/// When the test does, once its database is gone; and when no database can be made.
pub async fn each_engine(test: impl AsyncFn(Db)) {
    each_database(async |database: &TestDatabase| {
        let db = Db::open(&database.url).await.expect("opens");
        test(db.clone()).await;
        db.close().await;
    })
    .await;
}

/// As [`each_engine`], for tests that open the database themselves: several servers, restarts.
///
/// # Panics
/// As [`each_engine`].
pub async fn each_database(test: impl AsyncFn(&TestDatabase)) {
    on_one(&test, TestDatabase::sqlite()).await;
    match env::var(POSTGRES_URL) {
        Ok(server) => on_one(&test, TestDatabase::postgres(&server).await).await,
        Err(_) => eprintln!("only on SQLite: {POSTGRES_URL} names no PostgreSQL"),
    }
}

async fn on_one(test: &impl AsyncFn(&TestDatabase), database: TestDatabase) {
    let engine = match database.home {
        Home::Folder(_) => "SQLite",
        Home::Postgres { .. } => "PostgreSQL",
    };
    let outcome = AssertUnwindSafe(test(&database)).catch_unwind().await;
    database.remove().await;
    if let Err(panic) = outcome {
        eprintln!("failed on {engine}");
        resume_unwind(panic);
    }
}

/// Letters and digits only, so that it can stand in SQL and in a path.
fn unique_name() -> String {
    format!(
        "callgate_test_{}",
        hex::encode(Entropy::system().bytes::<8>())
    )
}

async fn run(server: &PgConnectOptions, statement: String) {
    let mut connection = server.connect().await.expect("PostgreSQL answers");
    connection
        .execute(AssertSqlSafe(statement))
        .await
        .expect("databases may be made and dropped");
    connection.close().await.expect("closes");
}
