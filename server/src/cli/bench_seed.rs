//! `callgate bench-seed`: fills a new data folder for `cargo xtask bench`.

use std::path::PathBuf;

use clap::Args;

use super::Outcome;
use crate::{clock::Clock, demo::bulk, entropy::Entropy};

#[derive(Debug, Args)]
pub(super) struct BenchSeed {
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    companies: u32,
    #[arg(long)]
    accounts: u32,
    /// Further people of the first company, who are not all alike, and an administrator
    #[arg(long, default_value_t = 0)]
    crowd: u32,
    /// Ask everybody for an app's or a saved code too
    #[arg(long)]
    second_ways: bool,
    /// A folder without a database
    #[arg(long, value_name = "FOLDER")]
    data_dir: PathBuf,
}

impl BenchSeed {
    pub(super) async fn run(self) -> Outcome {
        let (clock, entropy) = (Clock::system(), Entropy::system());
        bulk::seed(
            &self.data_dir,
            self.companies,
            self.accounts,
            self.crowd,
            self.second_ways,
            &clock,
            &entropy,
        )
        .await
    }
}
