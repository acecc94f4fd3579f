//! Mail to people: what it says, how it waits in the outbox and how it leaves.
//!
//! A flow calls [`Mailer::queue`] in the transaction of the mail's cause and [`Mailer::wake`] once
//! that has been committed. When and how often a mail is tried is `jobs`' business.

mod delivery;
mod letter;
mod policy_words;
mod render;

pub(crate) use delivery::AT_ONCE;
pub use delivery::{Captured, CapturedMail, Delivery, Failure, MailSettingError, Smtp};
pub use letter::{CompanyFacts, Composed, Letter, Recipient, compose};

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use url::Url;

use crate::{
    clock::Moment,
    entropy::Entropy,
    keys::{KeyError, Keys, Purpose},
    storage::{self, AccountId, MailId, NewMail, Tx},
};

/// Puts letters into the outbox. Clones wake the same sender.
#[derive(Clone)]
pub struct Mailer {
    keys: Arc<Keys>,
    entropy: Entropy,
    public_url: Arc<Url>,
    wake: Arc<Notify>,
}

impl Mailer {
    /// Links in mails lead to `public_url` and nowhere else.
    #[must_use]
    pub fn new(keys: Arc<Keys>, entropy: Entropy, public_url: Url) -> Self {
        Self {
            keys,
            entropy,
            public_url: Arc::new(public_url),
            wake: Arc::default(),
        }
    }

    /// Writes a letter to the outbox within the transaction of its cause. Call [`Mailer::wake`]
    /// after the commit.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn queue(
        &self,
        tx: &mut Tx,
        now: Moment,
        account: Option<&AccountId>,
        letter: &Letter,
        recipient: &Recipient,
        company: &CompanyFacts,
    ) -> storage::Result<MailId> {
        let id = MailId(self.entropy.id(now));
        let Composed {
            subject,
            text,
            html,
        } = compose(letter, recipient, company, &self.public_url);
        let envelope = Envelope {
            name: recipient.name.clone(),
            email: recipient.email.clone(),
            sender: company.sender.clone(),
            subject,
            text,
            html,
        };
        tx.queue_mail(NewMail {
            sealed: envelope.seal(&id, &self.keys, &self.entropy),
            id: id.clone(),
            account: account.cloned(),
            kind: letter.kind(),
            created_at: now,
            expires_at: letter.expires_at(now),
        })
        .await?;
        Ok(id)
    }

    /// A letter as it would go out, for people to look at.
    #[must_use]
    pub fn preview(
        &self,
        letter: &Letter,
        recipient: &Recipient,
        company: &CompanyFacts,
    ) -> Composed {
        compose(letter, recipient, company, &self.public_url)
    }

    /// Scheme, host and port of this server, as browsers name it to others.
    #[must_use]
    pub fn origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }

    /// The address of a page of this server, as letters name it.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        format!(
            "{}/{}",
            self.public_url.origin().ascii_serialization(),
            path.trim_start_matches('/')
        )
    }

    /// Has the outbox looked at now instead of seconds later. Costs nothing when nothing is there.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    pub(crate) fn open(&self, id: &MailId, sealed: &[u8]) -> Result<Envelope, KeyError> {
        Envelope::open(id, sealed, &self.keys)
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer")
            .field("public_url", &self.public_url.as_str())
            .finish_non_exhaustive()
    }
}

/// What the outbox keeps sealed: a mail ready to go. Shown to nobody, so it has no `Debug`.
#[derive(Serialize, Deserialize)]
pub struct Envelope {
    name: String,
    email: String,
    /// The name that it comes from; the operator's without one.
    #[serde(default)]
    sender: Option<String>,
    subject: String,
    text: String,
    html: String,
}

impl Envelope {
    fn seal(&self, id: &MailId, keys: &Keys, entropy: &Entropy) -> Vec<u8> {
        let plain = serde_json::to_vec(self).expect("texts become JSON");
        keys.seal(Purpose::Mail, id.0.as_bytes(), &plain, entropy)
    }

    fn open(id: &MailId, sealed: &[u8], keys: &Keys) -> Result<Self, KeyError> {
        let plain = keys.open(Purpose::Mail, id.0.as_bytes(), sealed)?;
        serde_json::from_slice(&plain).map_err(|_| KeyError::Damaged)
    }
}

/// Whether mail can be addressed to this text: `name@domain`, nothing around it.
#[must_use]
pub fn is_address(text: &str) -> bool {
    text.parse::<lettre::Address>().is_ok()
}
