//! How a mail leaves: to a mail server, or into a list that a developer reads.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::{Duration, UNIX_EPOCH},
};

use jiff::tz::TimeZone;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{self, AsyncSmtpTransportBuilder, PoolConfig},
};
use serde::{Deserialize, Serialize};

use super::{Envelope, render::one_line};
use crate::{clock::Moment, storage::MailId};

/// Where mails go.
#[derive(Clone, Debug)]
pub enum Delivery {
    Smtp(Smtp),
    /// Nowhere: they are kept to be looked at. For the demo and tests, never for `serve`.
    Capture(Captured),
    /// No mail server is set: mails wait until they expire.
    None,
}

/// Why a mail did not leave. The words are for operators and name no person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It may leave later.
    #[error("{0}")]
    ForNow(String),
    /// It never will.
    #[error("{0}")]
    ForGood(String),
}

impl Delivery {
    /// # Errors
    /// Whether and why the mail must wait or never leaves.
    pub async fn deliver(
        &self,
        id: &MailId,
        envelope: Envelope,
        now: Moment,
    ) -> Result<(), Failure> {
        match self {
            Self::Smtp(smtp) => smtp.deliver(id, &envelope, now).await,
            Self::Capture(captured) => {
                // The same addresses are refused as on the way to a mail server.
                address(&envelope)?;
                captured.keep(envelope, now);
                Ok(())
            }
            Self::None => Err(Failure::ForNow("no mail server is set".into())),
        }
    }

    /// Whether there is nobody to hand mails to.
    #[must_use]
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// The mails that were captured, where they are.
    #[must_use]
    pub fn captured(&self) -> Option<&Captured> {
        match self {
            Self::Capture(captured) => Some(captured),
            Self::Smtp(_) | Self::None => None,
        }
    }

    /// Says farewell to the mail server.
    pub async fn close(&self) {
        if let Self::Smtp(smtp) = self
            && let Some(transport) = smtp.transport.get()
        {
            transport.shutdown().await;
        }
    }
}

/// A mail server, reached over a few connections that are kept open.
#[derive(Clone, Debug)]
pub struct Smtp {
    settings: Box<AsyncSmtpTransportBuilder>,
    /// Made at the first mail: it needs a running Tokio, which a look at the settings does not.
    transport: Arc<OnceLock<AsyncSmtpTransport<Tokio1Executor>>>,
    from: Mailbox,
}

/// A setting that the start must refuse. Never repeats the setting: it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailSettingError {
    #[error(
        "SMTP_URL is not of the form smtp://user:password@host:port?tls=required, smtps://… or smtp://host:port"
    )]
    SmtpUrl,
    #[error("MAIL_FROM is not an e-mail address like Callgate <sign-in@example.com>")]
    MailFrom,
}

/// For a connection, and for each answer of the mail server.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// Connections at most; as many mails leave at the same time.
pub(crate) const AT_ONCE: usize = 8;

/// Answers of class 5 that speak of us and the server rather than of the mail: wrong commands, no
/// mail service here, wrong or missing credentials (RFC 5321 4.2.3, RFC 4954 6). The operator can
/// mend those, so the mail waits.
const OURS: [u16; 10] = [500, 502, 503, 504, 521, 523, 530, 534, 535, 538];

impl Smtp {
    /// `url`: `smtp://`, `smtps://`, with `?tls=required` or `?tls=opportunistic` for STARTTLS.
    /// `from`: `Name <address>` or an address.
    ///
    /// # Errors
    /// With a sentence for the operator when one of them is not understood.
    pub fn new(url: &str, from: &str) -> Result<Self, MailSettingError> {
        let connections = u32::try_from(AT_ONCE).unwrap_or(u32::MAX);
        let settings = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| MailSettingError::SmtpUrl)?
            .timeout(Some(ANSWER_WITHIN))
            .pool_config(PoolConfig::new().max_size(connections));
        let from = from.parse().map_err(|_| MailSettingError::MailFrom)?;
        Ok(Self {
            settings: Box::new(settings),
            transport: Arc::default(),
            from,
        })
    }

    async fn deliver(&self, id: &MailId, envelope: &Envelope, now: Moment) -> Result<(), Failure> {
        let message = self.message(id, envelope, now)?;
        let plain_address = envelope.email.is_ascii();
        let transport = self
            .transport
            .get_or_init(|| AsyncSmtpTransportBuilder::clone(&self.settings).build());
        match transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(failure(&error, plain_address)),
        }
    }

    fn message(&self, id: &MailId, envelope: &Envelope, now: Moment) -> Result<Message, Failure> {
        let name = Some(one_line(&envelope.name)).filter(|name| !name.is_empty());
        let written = UNIX_EPOCH + now.since(Moment(0));
        Message::builder()
            // The same at every try, so that a mail sent twice is known as one.
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .date(written)
            .from(self.sender(envelope))
            .to(Mailbox::new(name, address(envelope)?))
            .subject(one_line(&envelope.subject))
            // Keeps out-of-office replies away (RFC 3834).
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".into(),
            ))
            .multipart(MultiPart::alternative_plain_html(
                envelope.text.clone(),
                envelope.html.clone(),
            ))
            .map_err(|_| Failure::ForGood("the mail cannot be put together".into()))
    }
}

impl Smtp {
    /// A company's own name stands before the operator's address, which alone may send mails here.
    fn sender(&self, envelope: &Envelope) -> Mailbox {
        let name = envelope.sender.as_deref().map(one_line);
        match name.filter(|name| !name.is_empty()) {
            Some(name) => Mailbox::new(Some(name), self.from.email.clone()),
            None => self.from.clone(),
        }
    }
}

fn address(envelope: &Envelope) -> Result<Address, Failure> {
    envelope
        .email
        .parse()
        .map_err(|_| Failure::ForGood("the address is not one".into()))
}

/// What the mail server said after its code is left out: it likes to repeat addresses.
fn failure(error: &smtp::Error, plain_address: bool) -> Failure {
    if let Some(code) = error.status() {
        let code = u16::from(code);
        let said = format!("the mail server answered {code}");
        return if error.is_permanent() && !OURS.contains(&code) {
            Failure::ForGood(said)
        } else {
            Failure::ForNow(said)
        };
    }
    if error.is_client() && !plain_address {
        return Failure::ForGood("the mail server does not take addresses beyond ASCII".into());
    }
    Failure::ForNow(if error.is_timeout() {
        "the mail server did not answer in time".into()
    } else if error.is_response() {
        "the mail server answered something strange".into()
    } else {
        format!("the mail server could not be used: {error}")
    })
}

/// Mails that went nowhere, newest first. Clones see the same ones.
#[derive(Clone, Debug, Default)]
pub struct Captured(Arc<Mutex<VecDeque<CapturedMail>>>);

/// A line of `/dev/mail.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapturedMail {
    /// The address alone.
    pub to: String,
    /// The name that a company gave itself as a sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// RFC 3339
    pub sent_at: String,
}

/// Captured mails kept; the oldest go first.
const KEPT: usize = 500;

impl Captured {
    fn keep(&self, envelope: Envelope, now: Moment) {
        let mut mails = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        mails.truncate(KEPT - 1);
        mails.push_front(CapturedMail {
            to: envelope.email,
            from: envelope.sender,
            subject: envelope.subject,
            text: envelope.text,
            html: envelope.html,
            sent_at: now.rfc3339(&TimeZone::UTC),
        });
    }

    /// All mails, or those to one address, in any case of letters; newest first.
    #[must_use]
    pub fn list(&self, to: Option<&str>) -> Vec<CapturedMail> {
        let mails = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = |mail: &&CapturedMail| {
            to.is_none_or(|to| mail.to.to_lowercase() == to.trim().to_lowercase())
        };
        mails.iter().filter(wanted).cloned().collect()
    }
}
