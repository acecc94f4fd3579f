//! Very many companies and accounts, for measuring only (`callgate bench-seed`).
//!
//! Company `bench-N` asks for a password and nothing else. Account `agent-N` belongs to company
//! N modulo the number of companies; all have the same password and, unlike real ones, one salt.

use crate::{clock::Moment, storage::{Db, Error}};

/// Fills an empty database. `password_hash` is a PHC string of a password with `password_length`
/// characters.
///
/// # Errors
/// When the database refuses, for example because it has been filled before; nothing is changed then.
pub async fn seed(
    db: &Db,
    companies: u32,
    accounts: u32,
    (password_hash, password_length): (&str, u32),
    now: Moment,
) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    tx.add_bench_companies(companies, now).await?;
    tx.add_bench_accounts(accounts, companies, (password_hash, password_length), now).await?;
    tx.commit().await
}
