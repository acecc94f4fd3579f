//! Tells open desks what is new, and makes those Offline who left theirs without a word.

use std::{future::Future, pin::pin, time::Duration};

use tokio::time::sleep;

use super::Jobs;
use crate::{domain::presence::Vigil, flows::presence, storage::Result};

/// Open desks hear of a change within two seconds; this leaves one for the way.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Three minutes are counted in steps of this.
const CLEAR_EVERY: Duration = Duration::from_secs(15);

impl Jobs {
    pub(super) async fn keep_telling_news(&self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        loop {
            if let Err(error) = self.tell_news().await {
                tracing::warn!(%error, "open desks cannot be told what is new");
            }
            let waiting = !self.s.news.waiting().is_empty();
            tokio::select! {
                () = &mut stop => break,
                () = self.s.news.come(), if !waiting => {}
                () = sleep(LOOK_EVERY) => {}
            }
        }
        // Nobody waits for a server that stops.
        self.s.news.close();
    }

    /// Answers the desks for which there is something new. [`Jobs::run`] does this by itself, once a second while
    /// somebody waits.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn tell_news(&self) -> Result<()> {
        let waiting = self.s.news.waiting();
        if !waiting.is_empty() {
            self.s.news.tell(&self.s.db.presence_marks(&waiting).await?);
        }
        Ok(())
    }

    pub(super) async fn keep_clearing_desks(&self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut vigil = Vigil::begun(self.s.clock.now());
        loop {
            match self.clear_desks(vigil).await {
                Ok(after) => vigil = after,
                Err(error) => tracing::warn!(%error, "desks that were left cannot be cleared"),
            }
            tokio::select! {
                () = &mut stop => return,
                () = sleep(CLEAR_EVERY) => {}
            }
        }
    }

    /// Makes those Offline whose desk has been silent for three minutes of this vigil, and those who are not signed in
    /// any more. Answers the vigil that goes on. [`Jobs::run`] does this every 15 seconds.
    ///
    /// # Errors
    /// When the database does not answer; what was silent until it does is not counted.
    pub async fn clear_desks(&self, vigil: Vigil) -> Result<Vigil> {
        let vigil = vigil.goes_on(self.s.clock.now());
        let cleared = presence::clear_desks(&self.s, vigil).await?;
        if cleared > 0 {
            tracing::info!(cleared, "people left their desks");
        }
        Ok(vigil)
    }
}
