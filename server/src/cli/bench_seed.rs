//! `callgate bench-seed`: fills a new data folder for `cargo xtask bench`.

use std::path::PathBuf;

use clap::Args;

use super::Outcome;
use crate::{
    clock::Clock,
    demo::bulk::{self, Population},
    entropy::Entropy,
};

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
    /// Let everybody sign in at this OpenID provider as well
    #[arg(long, value_name = "ISSUER")]
    sso: Option<String>,
    /// A folder without a database
    #[arg(long, value_name = "FOLDER")]
    data_dir: PathBuf,
}

impl BenchSeed {
    pub(super) async fn run(self) -> Outcome {
        let (clock, entropy) = (Clock::system(), Entropy::system());
        let population = Population {
            companies: self.companies,
            accounts: self.accounts,
            crowd: self.crowd,
            second_ways: self.second_ways,
            issuer: self.sso.as_deref(),
        };
        bulk::seed(&self.data_dir, &population, &clock, &entropy).await
    }
}
