//! Fills a database for measuring (`callgate bench-seed`).

use std::{error::Error, path::Path, time::Duration};

use crate::{
    clock::Clock,
    domain::hash_queue::{Lane, Network},
    entropy::Entropy,
    hashing::{HashPool, Parameters},
    storage::{Bulk, Db},
};

/// The password of every account.
const PASSWORD: &str = "shift-starts-at-eight";
const SESSION_TOTAL: Duration = Duration::from_secs(12 * 60 * 60);
const SESSION_IDLE: Duration = Duration::from_secs(60 * 60);

/// Makes the database in a folder, with companies `bench-N` and accounts `agent-N` (see
/// [`crate::storage::Tx::add_bulk`]). All accounts share one salt: hashing a million passwords
/// would take hours and change nothing that is measured.
///
/// # Errors
/// When the folder or the database in it cannot be written, or holds such companies already.
pub(crate) async fn seed(
    folder: &Path,
    companies: u32,
    accounts: u32,
    clock: &Clock,
    entropy: &Entropy,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    std::fs::create_dir_all(folder)?;
    let place =
        HashPool::start(1, 1, Parameters::default()).reserve(Lane::Known, Network::Registered)?;
    let password_hash = place.hash(PASSWORD.to_owned(), entropy.bytes()).await;
    let db = Db::open_in(folder).await?;
    let mut tx = db.begin().await?;
    tx.add_bulk(&Bulk {
        companies,
        accounts,
        password_hash: &password_hash,
        password_length: u32::try_from(PASSWORD.len())?,
        session_total_ms: i64::try_from(SESSION_TOTAL.as_millis())?,
        session_idle_ms: i64::try_from(SESSION_IDLE.as_millis())?,
        created_at: clock.now(),
    })
    .await?;
    tx.commit().await?;
    db.close().await;
    Ok(())
}
