//! Works off requests for mailed links, to a new password or past a wait, so that asking costs the same for everybody.

use std::{future::Future, pin::pin, time::Duration};

use tokio::time::sleep;

use super::Jobs;
use crate::{flows::asked, storage::Result};

/// Nobody wakes this server for requests of another one, or of the time before its start.
const POLL: Duration = Duration::from_secs(5);

/// Requests read at once.
const BATCH: u32 = 50;

impl Jobs {
    pub(super) async fn answer_resets(&self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        loop {
            if let Err(error) = self.answer_reset_requests().await {
                tracing::warn!(%error, "requests for a new password cannot be read");
            }
            tokio::select! {
                () = &mut stop => return,
                () = self.s.resets.notified() => {}
                () = sleep(POLL) => {}
            }
        }
    }

    /// Answers every request that waits. [`Jobs::run`] does this by itself; tests with a clock of their own call it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn answer_reset_requests(&self) -> Result<()> {
        loop {
            let waiting = self.s.db.reset_requests(BATCH).await?;
            let mut answered = 0;
            for request in &waiting {
                match asked::answer(&self.s, request).await {
                    Ok(()) => answered += 1,
                    // It waits for the next time, or for its end.
                    Err(error) => tracing::error!(
                        %error,
                        reference = request.reference,
                        "a request for a new password was not answered"
                    ),
                }
            }
            if answered == 0 {
                return Ok(());
            }
        }
    }
}
