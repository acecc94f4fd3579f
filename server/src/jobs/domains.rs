//! Looks every day for the records that prove companies' e-mail domains.

use std::{future::Future, pin::pin, time::Duration};

use tokio::time::sleep;

use super::Jobs;
use crate::flows::{self, settings::sso};

/// What could not be looked at is tried again so soon.
const EVERY: Duration = Duration::from_hours(1);

impl Jobs {
    pub(super) async fn keep_checking_domains(&self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        loop {
            if let Err(error) = self.check_domains().await {
                tracing::warn!(%error, "domains' records could not be looked at");
            }
            tokio::select! {
                () = &mut stop => return,
                () = sleep(EVERY) => {}
            }
        }
    }

    /// Looks at the records that nobody has looked at for a day. [`Jobs::run`] does this every hour.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn check_domains(&self) -> flows::Result<()> {
        let changed = sso::recheck(&self.s).await?;
        if changed > 0 {
            tracing::info!(changed, "domains were lost or found again");
        }
        Ok(())
    }
}
