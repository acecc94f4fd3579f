//! Takes mails out of the outbox and hands them to the mail server.

use std::{future::Future, pin::pin, time::Duration};

use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

use super::Jobs;
use crate::{
    domain::delivery::next_try,
    flows::invitation,
    mail::{AT_ONCE, Failure},
    metrics::MailOutcome,
    storage::{ClaimedMail, Result},
};

/// Nobody wakes this server for mails of another one, or of the time before its start.
const POLL: Duration = Duration::from_secs(5);

/// Other senders may have been faster: never ask again at once.
const BREATH: Duration = Duration::from_millis(100);

/// The longest that one mail may take.
const TRY: Duration = Duration::from_secs(30);

/// A mail whose sender died is taken again after this; longer than a sender that lives can take.
const LEASE: Duration = Duration::from_secs(60);

/// What the outbox asks for.
enum Next {
    Send(ClaimedMail),
    /// Nothing is due for so long.
    Rest(Duration),
}

impl Jobs {
    pub(super) async fn send_mail(&self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        // Tasks of their own: one that only this loop polled could hold the turn to write while the
        // loop itself waits for it, and then nobody writes until somebody gives up waiting.
        let mut under_way = JoinSet::new();
        loop {
            while under_way.try_join_next().is_some() {}
            let mut pause = POLL;
            while under_way.len() < AT_ONCE {
                match self.next_mail().await {
                    Ok(Next::Send(mail)) => {
                        let jobs = self.clone();
                        under_way.spawn(async move { jobs.send(mail).await });
                    }
                    Ok(Next::Rest(span)) => {
                        pause = span.clamp(BREATH, POLL);
                        break;
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the outbox cannot be read");
                        break;
                    }
                }
            }
            tokio::select! {
                () = &mut stop => break,
                Some(_) = under_way.join_next() => {}
                () = self.s.mailer.woken(), if !self.delivery.is_none() => {}
                () = sleep(pause) => {}
            }
        }
        while under_way.join_next().await.is_some() {}
    }

    /// Sends every mail that is due now and waits for the mail server's answers. [`Jobs::run`] does
    /// this by itself; tests with a clock of their own call it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn send_due_mail(&self) -> Result<()> {
        while let Next::Send(mail) = self.next_mail().await? {
            self.send(mail).await;
        }
        Ok(())
    }

    async fn next_mail(&self) -> Result<Next> {
        let agenda = self.s.db.outbox_agenda().await?;
        let now = self.s.clock.now();
        if agenda.expires_at.is_some_and(|at| at <= now) {
            let count = self.s.db.expire_mail(now).await?;
            tracing::warn!(outcome = "expired", count, "mails were not sent in time");
            self.s.metrics.mail(MailOutcome::Expired, count);
        }
        if self.delivery.is_none() {
            // At once for all of them: with nobody to ask, each would only be written twice for nothing.
            if agenda.due_at.is_some_and(|at| at <= now) {
                self.s
                    .db
                    .postpone_mail(now, now.plus(LEASE), "no mail server is set")
                    .await?;
            }
            return Ok(Next::Rest(POLL));
        }
        Ok(match agenda.due_at {
            Some(at) if at <= now => match self.s.db.claim_mail(now, LEASE).await? {
                Some(mail) => Next::Send(mail),
                None => Next::Rest(BREATH),
            },
            Some(at) => Next::Rest(at.since(now)),
            None => Next::Rest(POLL),
        })
    }

    async fn send(&self, mail: ClaimedMail) {
        let outcome = self.try_to_send(&mail).await;
        let now = self.s.clock.now();
        let (kind, tries) = (mail.kind.as_str(), mail.tries);
        let noted = match outcome {
            Ok(()) => {
                tracing::info!(kind, tries, outcome = "sent", "mail");
                self.s.metrics.mail(MailOutcome::Sent, 1);
                self.s.db.mail_sent(&mail.id, now).await
            }
            Err(Failure::ForNow(error)) => {
                tracing::warn!(kind, tries, outcome = "late", error, "mail");
                self.s.metrics.mail(MailOutcome::Late, 1);
                self.s
                    .db
                    .mail_later(&mail, next_try(mail.tries, now, mail.expires_at), &error)
                    .await
            }
            Err(Failure::ForGood(error)) => {
                tracing::warn!(kind, tries, outcome = "refused", error, "mail");
                self.s.metrics.mail(MailOutcome::Refused, 1);
                invitation::refused(&self.s, &mail, &error).await
            }
        };
        if let Err(error) = noted {
            // It is tried again after the lease: better twice than never.
            tracing::error!(kind, tries, %error, "what became of a mail could not be noted");
        }
    }

    async fn try_to_send(&self, mail: &ClaimedMail) -> Result<(), Failure> {
        let envelope = self
            .s
            .mailer
            .open(&mail.id, &mail.sealed)
            .map_err(|error| Failure::ForGood(error.to_string()))?;
        let now = self.s.clock.now();
        // A mail that expires while it is on its way is given up too.
        let patience = mail.expires_at.since(now).min(TRY);
        match timeout(patience, self.delivery.deliver(&mail.id, envelope, now)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Failure::ForNow(
                "the mail server did not answer in time".into(),
            )),
        }
    }
}
