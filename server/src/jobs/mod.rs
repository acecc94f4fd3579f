//! What happens without anybody waiting for it: mails leave, requests for a new password are answered, open desks hear
//! what is new and left ones are cleared, the records of e-mail domains are looked at, old things are deleted.
//!
//! Every server runs the same jobs; the database sees to it that each piece of work is done once.

mod desks;
mod domains;
mod outbox;
mod purge;
mod resets;

use std::future::Future;

use futures::FutureExt;

use crate::{flows::Services, mail::Delivery};

/// The background jobs of one server.
#[derive(Clone)]
pub struct Jobs {
    s: Services,
    delivery: Delivery,
}

impl Jobs {
    #[must_use]
    pub fn new(s: Services, delivery: Delivery) -> Self {
        Self { s, delivery }
    }

    /// Runs until `stop` is done, then finishes the mails that are under way.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let stop = stop.shared();
        tokio::join!(
            self.send_mail(stop.clone()),
            self.answer_resets(stop.clone()),
            self.keep_telling_news(stop.clone()),
            self.keep_clearing_desks(stop.clone()),
            self.keep_checking_domains(stop.clone()),
            self.keep_purging(stop)
        );
        self.delivery.close().await;
    }
}
