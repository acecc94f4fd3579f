//! Deletes what has been kept for long enough.

use std::{future::Future, pin::pin, time::Duration};

use tokio::time::sleep;

use super::Jobs;
use crate::{
    flows,
    storage::{Leftovers, Result},
};

const EVERY: Duration = Duration::from_mins(10);

const fn days(days: u64) -> Duration {
    Duration::from_hours(24 * days)
}

/// What is deleted how long after its end.
const KEPT_FOR: [(Leftovers, Duration); 18] = [
    (Leftovers::Throttles, Duration::ZERO),
    (Leftovers::Attempts, days(1)),
    (Leftovers::Enrolments, Duration::ZERO),
    // The limits of mails look back for an hour.
    (Leftovers::Codes, days(1)),
    // Whoever types one that ended is told so for a while.
    (Leftovers::BackupSets, days(1)),
    (Leftovers::Trusts, days(1)),
    (Leftovers::Bindings, days(1)),
    // A sign-in that went on with one may end later.
    (Leftovers::PhoneClaims, days(1)),
    // Nobody decided; they ask again.
    (Leftovers::JoinRequests, days(30)),
    // Until then whoever opens one is told that it has ended; the limits of mails look back for an hour.
    (Leftovers::Links, days(1)),
    (Leftovers::Browsers, days(1)),
    (Leftovers::Sessions, days(30)),
    // Whoever asked has given up by then.
    (Leftovers::ResetRequests, Duration::from_hours(1)),
    (Leftovers::Mails, days(30)),
    // Today's are shown, and the one before them.
    (Leftovers::PresenceChanges, days(3)),
    (Leftovers::SsoRequests, days(1)),
    (Leftovers::AuditEvents, days(400)),
    (Leftovers::Companies, Duration::ZERO),
];

impl Jobs {
    pub(super) async fn keep_purging(&self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        loop {
            if let Err(error) = self.purge().await {
                tracing::warn!(%error, "old rows could not be deleted");
            }
            tokio::select! {
                () = &mut stop => return,
                () = sleep(EVERY) => {}
            }
        }
    }

    /// Deletes what is old now. [`Jobs::run`] does this every ten minutes.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn purge(&self) -> Result<()> {
        let now = self.s.clock.now();
        let erased = flows::people::pseudonymise(&self.s).await?;
        if erased > 0 {
            tracing::info!(erased, "deleted people's names were erased");
        }
        for (what, kept_for) in KEPT_FOR {
            let count = self.s.db.purge(what, now.minus(kept_for)).await?;
            if count > 0 {
                tracing::info!(?what, count, "old rows were deleted");
            }
        }
        Ok(())
    }
}
