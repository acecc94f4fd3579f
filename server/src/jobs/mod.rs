//! What happens without anybody asking: mails leave, old things are deleted.
//!
//! Every server runs the same jobs; the database sees to it that each piece of work is done once.

mod outbox;
mod purge;

use std::future::Future;

use futures::FutureExt;

use crate::{
    clock::Clock,
    mail::{Delivery, Mailer},
    metrics::Metrics,
    storage::Db,
};

/// The background jobs of one server.
#[derive(Clone, Debug)]
pub struct Jobs {
    db: Db,
    clock: Clock,
    mailer: Mailer,
    delivery: Delivery,
    metrics: Metrics,
}

impl Jobs {
    #[must_use]
    pub fn new(db: Db, clock: Clock, mailer: Mailer, delivery: Delivery) -> Self {
        Self {
            db,
            clock,
            mailer,
            delivery,
            metrics: Metrics::new(),
        }
    }

    /// Counts what becomes of mails where the operator reads it.
    #[must_use]
    pub fn counting_in(self, metrics: Metrics) -> Self {
        Self { metrics, ..self }
    }

    /// Runs until `stop` is done, then finishes the mails that are under way.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let stop = stop.shared();
        tokio::join!(self.send_mail(stop.clone()), self.keep_purging(stop));
        self.delivery.close().await;
    }
}
