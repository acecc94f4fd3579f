//! Services for the tests of flows: a frozen clock, hashes that cost nothing, no mail leaves.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use super::{Services, Settings, Visitor};
use crate::{
    clock::{Clock, Moment},
    entropy::Entropy,
    hashing::{HashPool, Parameters},
    keys::Keys,
    mail::Mailer,
    metrics::Metrics,
    storage::Db,
};

pub(crate) fn services(db: Db) -> Services {
    let entropy = Entropy::seeded(1);
    let keys = Keys::generate(&entropy);
    let public_url = "http://127.0.0.1:3000".parse().expect("a URL");
    Services {
        mailer: Mailer::new(Arc::new(keys.clone()), entropy.clone(), public_url),
        db,
        clock: Clock::frozen(Moment(1_800_000_000_000)),
        entropy,
        keys,
        hashing: HashPool::start(1, 8, Parameters::TINY),
        metrics: Metrics::new(),
        resets: Arc::default(),
        news: Default::default(),
        settings: Arc::new(Settings {
            region: None,
            networks: Vec::new(),
            policy_bounds: crate::config::PolicyBounds::default(),
            onboarding: crate::config::Onboarding::Open,
            ccp_hosts: Vec::new(),
        }),
        regions: crate::regions::Regions::default(),
        sso: crate::sso::Sso::default(),
        dns: crate::dns::Dns::default(),
    }
}

pub(crate) fn visitor() -> Visitor {
    Visitor {
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        user_agent: "test".to_owned(),
        reference: "reference".to_owned(),
        attempt_cookie: None,
        session_cookie: None,
        browser_cookie: None,
        sso_cookie: None,
        phone_cookie: None,
        language: None,
    }
}
