//! What commands and the server stand on: keys, database and services, as the settings say.

use std::{fs, os::unix::fs::DirBuilderExt, sync::Arc};

use super::Outcome;
use crate::{
    clock::Clock,
    config::{Config, PublicUrl},
    dns::Dns,
    entropy::Entropy,
    flows::{Services, Settings},
    hashing::{HashPool, Parameters},
    keys::Keys,
    mail::{Delivery, Mailer, Smtp},
    metrics::Metrics,
    regions::Regions,
    sso::Sso,
    storage::Db,
};

/// Opens the database, checks the keys against it and starts so many hashing threads.
pub(super) async fn open(
    config: &Config,
    public_url: &PublicUrl,
    hash_threads: usize,
) -> Outcome<Services> {
    let (clock, entropy) = (Clock::system(), Entropy::system());
    if config.database_url.is_none() || config.key_file.is_none() {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&config.data_dir)
            .map_err(|e| {
                format!(
                    "the data folder `{}` (setting `data_dir`) cannot be made: {e}",
                    config.data_dir.display()
                )
            })?;
    }
    let keys = Keys::load_or_create(&config.keys(), &entropy)?;
    let db = open_database(&config.database()).await?;
    db.check_keys(&keys).await??;
    Ok(services(
        db,
        clock,
        entropy,
        keys,
        config,
        public_url,
        hash_threads,
    ))
}

pub(super) async fn open_database(url: &str) -> Outcome<Db> {
    // The driver's words name neither user nor password.
    Db::open(url)
        .await
        .map_err(|e| format!("the database cannot be opened: {e}").into())
}

pub(super) fn services(
    db: Db,
    clock: Clock,
    entropy: Entropy,
    keys: Keys,
    config: &Config,
    public_url: &PublicUrl,
    hash_threads: usize,
) -> Services {
    Services {
        mailer: Mailer::new(
            Arc::new(keys.clone()),
            entropy.clone(),
            public_url.url().clone(),
        ),
        hashing: HashPool::start(hash_threads, config.hash_queue.get(), Parameters::default()),
        metrics: Metrics::new(),
        resets: Arc::default(),
        news: Default::default(),
        settings: Arc::new(Settings {
            region: config.region.as_ref().map(|region| region.0.clone()),
            networks: config.networks.clone(),
            policy_bounds: config.policy_bounds(),
            onboarding: config.onboarding,
            ccp_hosts: config.ccp_hosts.0.clone(),
        }),
        regions: Regions::new(&config.regions.0),
        sso: Sso::new(config.sso()),
        dns: Dns::new(&config.dns_servers.0),
        db,
        clock,
        entropy,
        keys,
    }
}

/// Where mails go.
pub(super) fn delivery(config: &Config) -> Outcome<Delivery> {
    Ok(match (&config.smtp_url, &config.mail_from) {
        (Some(url), Some(from)) => Delivery::Smtp(Smtp::new(url.expose(), &from.0.to_string())?),
        _ => Delivery::None,
    })
}
