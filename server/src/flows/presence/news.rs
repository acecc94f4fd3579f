//! How an open desk hears of news within two seconds: its question waits here, and once a second one look at the
//! database serves all questions that wait on this server. So three hundred desks cost the database one short
//! statement a second for each server, and the server twelve answers; a server learns of what another one did as it
//! does of its own, and needs no message from it.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use sha2::{Digest, Sha256};
use tokio::{
    sync::{Notify, oneshot},
    time::timeout,
};

use crate::storage::{AccountId, PresenceMark};

/// How long a question waits at most: shorter than proxies and browsers are patient.
const PATIENCE: Duration = Duration::from_secs(25);
/// Questions of one person that wait at once; with more of them nobody is served better.
const MOST: usize = 8;

/// The questions that wait. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct News(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    waiting: Mutex<HashMap<u64, Waiting>>,
    next: AtomicU64,
    come: Notify,
    closed: AtomicBool,
}

#[derive(Debug)]
struct Waiting {
    account: AccountId,
    /// What the desk knows.
    revision: String,
    wake: oneshot::Sender<()>,
}

/// Takes a question back when whoever asked is gone.
struct Place<'a>(&'a Inner, u64);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting().remove(&self.1);
    }
}

impl Inner {
    fn waiting(&self) -> MutexGuard<'_, HashMap<u64, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl News {
    /// Waits until somebody's desk would show something else than `revision`, or for 25 seconds.
    pub(super) async fn wait(&self, account: &AccountId, revision: &str) {
        let inner = &*self.0;
        let number = inner.next.fetch_add(1, Ordering::Relaxed);
        let (wake, woken) = oneshot::channel();
        let _place = {
            let mut waiting = inner.waiting();
            let own = waiting.values().filter(|other| other.account == *account);
            if inner.closed.load(Ordering::SeqCst) || own.count() >= MOST {
                return;
            }
            let question = Waiting {
                account: account.clone(),
                revision: revision.to_owned(),
                wake,
            };
            waiting.insert(number, question);
            Place(inner, number)
        };
        inner.come.notify_one();
        // Nothing new is an answer, too.
        let _ = timeout(PATIENCE, woken).await;
    }

    /// Whose questions wait, each person once.
    #[must_use]
    pub fn waiting(&self) -> Vec<AccountId> {
        let waiting = self.0.waiting();
        let mut accounts: Vec<AccountId> = waiting
            .values()
            .map(|question| question.account.clone())
            .collect();
        accounts.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        accounts.dedup();
        accounts
    }

    /// Answers the questions for which there is something new.
    pub fn tell(&self, marks: &[PresenceMark]) {
        let revisions: HashMap<&AccountId, String> = marks
            .iter()
            .map(|mark| (&mark.account_id, revision(mark)))
            .collect();
        self.wake(|question| {
            revisions
                .get(&question.account)
                .is_some_and(|revision| *revision != question.revision)
        });
    }

    /// Done once somebody's question begins to wait.
    pub async fn come(&self) {
        self.0.come.notified().await;
    }

    /// Answers all questions, and from now on at once: the server stops.
    pub fn close(&self) {
        self.0.closed.store(true, Ordering::SeqCst);
        self.wake(|_| true);
    }

    fn wake(&self, wanted: impl Fn(&Waiting) -> bool) {
        let mut waiting = self.0.waiting();
        for (_, question) in waiting.extract_if(|_, question| wanted(question)) {
            // Whoever asked may be gone.
            let _ = question.wake.send(());
        }
    }
}

/// A text that is another one whenever a desk shows something else. It tells nothing by itself.
pub(super) fn revision(mark: &PresenceMark) -> String {
    let all = format!(
        "{:?}",
        (
            &mark.list_id,
            mark.list_version,
            mark.company_version,
            &mark.reason_id,
            mark.since,
            &mark.displaced
        )
    );
    let digest = Sha256::digest(all.as_bytes());
    digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::{clock::Moment, storage::PresenceListId};

    use super::*;

    fn mark(account: &str, version: i64) -> PresenceMark {
        PresenceMark {
            account_id: AccountId(account.into()),
            list_id: Some(PresenceListId("list".into())),
            list_version: Some(version),
            company_version: 1,
            reason_id: None,
            since: Some(Moment(7)),
            displaced: None,
        }
    }

    /// Begins to wait, then does something, then answers whether the waiting was over.
    async fn woken(news: &News, account: &str, known: &str, then: impl FnOnce()) -> bool {
        let account = AccountId(account.into());
        let mut waiting = std::pin::pin!(news.wait(&account, known));
        assert!(futures::poll!(&mut waiting).is_pending(), "it waits");
        then();
        futures::poll!(&mut waiting).is_ready()
    }

    #[tokio::test]
    async fn only_those_with_news_are_woken() {
        let news = News::default();
        let known = revision(&mark("anna", 1));
        let marks = [mark("anna", 2), mark("ben", 1)];
        assert!(woken(&news, "anna", &known, || news.tell(&marks)).await);
        assert!(!woken(&news, "ben", &known, || news.tell(&marks)).await);
        assert!(!woken(&news, "carl", &known, || news.tell(&marks)).await);
        assert_eq!(news.waiting(), [], "whoever gave up does not wait");
        assert!(woken(&news, "carl", &known, || news.close()).await);
    }

    #[tokio::test]
    async fn a_server_that_stops_and_a_person_with_many_tabs_wait_for_nothing() {
        let news = News::default();
        let anna = AccountId("anna".into());
        let mut tabs: Vec<_> = (0..MOST)
            .map(|_| Box::pin(news.wait(&anna, "known")))
            .collect();
        for tab in &mut tabs {
            assert!(futures::poll!(tab).is_pending());
        }
        assert_eq!(news.waiting(), std::slice::from_ref(&anna));
        news.wait(&anna, "known").await;
        drop(tabs);
        news.close();
        news.wait(&anna, "known").await;
    }

    #[test]
    fn every_change_that_a_desk_shows_is_another_revision() {
        let first = mark("anna", 1);
        let others = [
            mark("anna", 2),
            PresenceMark {
                list_id: None,
                list_version: None,
                ..first.clone()
            },
            PresenceMark {
                company_version: 2,
                ..first.clone()
            },
            PresenceMark {
                reason_id: Some("1".into()),
                ..first.clone()
            },
            PresenceMark {
                since: Some(Moment(8)),
                ..first.clone()
            },
            PresenceMark {
                displaced: Some("Tea".into()),
                ..first.clone()
            },
        ];
        let mut revisions: Vec<String> = others.iter().chain([&first]).map(revision).collect();
        revisions.sort();
        revisions.dedup();
        assert_eq!(revisions.len(), 7);
    }
}
