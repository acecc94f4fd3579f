//! What happens: one file for each thing that people come to do.
//!
//! A flow loads, asks the domain, writes and answers with a value; it knows nothing of HTTP. What a
//! person did wrong is a [`Refusal`], an answer like any other; a [`Fault`] is ours or the machine's.

pub mod amazon_connect;
pub mod asked;
pub mod audit;
pub mod browser;
pub mod company;
mod demand;
pub(crate) mod enrolment;
mod founding;
pub mod help;
pub mod invitation;
mod lock;
pub mod onboarding;
pub mod operator;
pub mod password;
pub mod people;
pub mod phone;
pub mod policy;
pub mod presence;
pub mod ready;
pub mod recovery;
pub mod regions;
pub mod second_proof;
pub mod security;
pub mod session;
pub mod set_up;
pub mod settings;
pub mod sign_in;
pub mod sso;
#[cfg(test)]
pub(crate) mod testing;
mod trust;
pub mod users;

use std::{net::IpAddr, sync::Arc};

use app::wire::{HelpContact, LinkFate, PasswordFlaw, RegionHint, SsoFailure};
use ipnet::IpNet;
use jiff::tz::TimeZone;
use tokio::sync::Notify;

use crate::{
    clock::{Clock, Moment},
    config::{Onboarding, PolicyBounds},
    dns::Dns,
    domain::hash_queue::Network,
    entropy::Entropy,
    hashing::HashPool,
    keys::Keys,
    mail::{CompanyFacts, Letter, Mailer, Recipient},
    metrics::Metrics,
    regions::Regions,
    sso::{Host, Sso},
    storage::{Account, AuditKind, Company, Db, MailId, NewAuditEvent, Tx},
};

/// Everything that flows work with. Clones share it.
#[derive(Clone)]
pub struct Services {
    pub db: Db,
    pub clock: Clock,
    pub entropy: Entropy,
    pub keys: Keys,
    pub hashing: HashPool,
    pub mailer: Mailer,
    pub metrics: Metrics,
    /// Wakes the job that answers requests for mailed links.
    pub resets: Arc<Notify>,
    /// The open desks that wait for news.
    pub news: presence::news::News,
    pub settings: Arc<Settings>,
    /// The other regions and what they answered lately.
    pub regions: Regions,
    /// The way to outside identity providers.
    pub sso: Sso,
    /// The way to the records that prove e-mail domains.
    pub dns: Dns,
}

/// What the operator decided and flows need to know.
#[derive(Clone, Debug)]
pub struct Settings {
    pub region: Option<String>,
    /// Networks that companies registered: no share of the hash queue is kept from them.
    pub networks: Vec<IpNet>,
    /// What companies may choose for their second proofs.
    pub policy_bounds: PolicyBounds,
    /// Who may create a company.
    pub onboarding: Onboarding,
    /// Where a company's Amazon Connect may be besides at AWS.
    pub ccp_hosts: Vec<Host>,
}

/// Who sent a request, as far as the request tells.
#[derive(Clone, Debug)]
pub struct Visitor {
    pub address: IpAddr,
    pub user_agent: String,
    /// The request's id, which answers, log lines and audit events carry.
    pub reference: String,
    pub attempt_cookie: Option<String>,
    pub session_cookie: Option<String>,
    pub browser_cookie: Option<String>,
    /// What ties this browser to what it began at a provider.
    pub sso_cookie: Option<String>,
    /// What ties this browser to what it said about Amazon Connect.
    pub phone_cookie: Option<String>,
    /// The language that was chosen in this browser.
    pub language: Option<String>,
}

/// Why a flow did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("refused: {0:?}")]
    Refused(Refusal),
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What a person is told, as plain values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A field is empty, too long or makes no sense here.
    InvalidRequest,
    UnknownCompany,
    /// Unknown here; these regions know it.
    Elsewhere(Vec<RegionHint>),
    NotFound,
    WrongCredentials,
    Wait {
        seconds: u32,
    },
    PasswordsOff,
    WrongCode {
        attempts_left: u8,
    },
    OldCode {
        attempts_left: u8,
        sent_at: Option<String>,
    },
    ResendTooEarly {
        seconds: u32,
    },
    UsedCode {
        attempts_left: u8,
    },
    /// `seconds` is positive when the phone's clock is ahead. Nothing is counted while a phone is being added.
    ClockOff {
        attempts_left: Option<u8>,
        seconds: i32,
    },
    MethodUnavailable,
    /// `attempts_left` is 0 for the very code that locked, absent for everything after it.
    AccountLocked {
        attempts_left: Option<u8>,
    },
    /// The same for the last administrator, whom only the operator can unlock.
    LastAdminLocked {
        attempts_left: Option<u8>,
        /// What the operator runs.
        command: String,
    },
    AccountDisabled,
    TemporaryPasswordEnded,
    /// No attempt is open any more; a question for it finds nothing.
    NoAttempt,
    AttemptOver,
    OtherAttempt,
    OtherStep,
    PasswordRefused(PasswordFlaw),
    LinkUsed,
    LinkExpired,
    /// A link that was good once, with where to ask for another.
    DeadLink(Box<DeadLink>),
    SignedOut,
    Forbidden,
    FreshProofNeeded,
    ReasonMissing,
    NotLocked,
    /// The last second way of a person who must have one.
    LastWay,
    NothingSetUp,
    /// Nothing is being set up, or it took too long.
    SetupOver,
    ChangedMeanwhile,
    UsernameTaken,
    EmailTaken,
    /// An administrator changed the address: for a day it bars what was asked for.
    EmailChanged {
        seconds: u32,
    },
    AliasTaken,
    NameTaken,
    LastAdmin,
    NothingToDo,
    InUse,
    CompanyClosed,
    NoSingleSignOn,
    SsoFailed(SsoFailure),
    ProviderRefused,
    DomainTaken,
    DomainNotProven,
    DomainPublic,
    DomainSilent,
    LastWayIn,
    /// The account that was proven is another user in Amazon Connect, or none while somebody else is that user.
    PhoneMismatch(Box<PhoneMismatch>),
    PhoneTaken,
    PhoneRefused,
    PresenceListMissing {
        /// The company's alias.
        company: String,
    },
    Busy {
        seconds: u32,
    },
}

/// Who is told to somebody whose account and user in Amazon Connect do not belong together. They have proven the account,
/// so that is named; whose the user is instead is not theirs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneMismatch {
    /// The account's username.
    pub account: String,
    /// Who the account is in Amazon Connect; none: nobody yet, and the claimed user is somebody else's.
    pub phone: Option<String>,
    /// Who the browser says that is signed in there.
    pub claimed: String,
}

/// What is told of a link that cannot be used any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLink {
    /// When its time ended; none for one that was used or replaced.
    pub ended_at: Option<String>,
    /// Of an invitation.
    pub fate: Option<LinkFate>,
    /// The company's alias.
    pub company: String,
    pub help_contact: Option<HelpContact>,
}

/// What went wrong on our side.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("the database: {0}")]
    Storage(#[from] sqlx::Error),
    #[error("{0}")]
    Broken(String),
}

impl From<sqlx::Error> for Error {
    fn from(e: sqlx::Error) -> Self {
        Self::Fault(e.into())
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What the browser must hold from now on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cookies {
    pub attempt: Held,
    pub session: Held,
    pub browser: Held,
    pub sso: Held,
    pub phone: Held,
}

/// One of the browser's cookies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Held {
    #[default]
    AsBefore,
    New(String),
    Gone,
}

/// A first password, link or code that leads on: the step that the person sees next.
#[derive(Clone, Debug)]
pub struct Progress {
    pub step: app::wire::Step,
    pub cookies: Cookies,
}

impl Services {
    #[must_use]
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// The share of the hash queue that an address counts for.
    #[must_use]
    pub fn network(&self, address: IpAddr) -> Network {
        if self
            .settings
            .networks
            .iter()
            .any(|network| network.contains(&address))
        {
            Network::Registered
        } else {
            Network::of(address)
        }
    }

    /// An event about an account, caused by this visitor.
    fn event(&self, visitor: &Visitor, kind: AuditKind, account: &Account) -> NewAuditEvent {
        let at = self.now();
        NewAuditEvent {
            id: self.entropy.id(at),
            at,
            company: Some(account.company_id.clone()),
            account: Some(account.id.clone()),
            actor: None,
            kind,
            reason: None,
            reference: visitor.reference.clone(),
            address: visitor.address.to_string(),
        }
    }

    /// Queues a letter to an account's person in the transaction of its cause.
    async fn post(
        &self,
        tx: &mut Tx,
        account: &Account,
        company: &Company,
        letter: &Letter,
    ) -> Result<MailId> {
        self.post_in(&company.language, tx, account, company, letter)
            .await
    }

    /// The same for the person who sent the request: without a choice of their account's, they read the letter in the
    /// language of the page before them.
    async fn post_back(
        &self,
        visitor: &Visitor,
        tx: &mut Tx,
        account: &Account,
        company: &Company,
        letter: &Letter,
    ) -> Result<MailId> {
        let otherwise = visitor.language.as_deref().unwrap_or(&company.language);
        self.post_in(otherwise, tx, account, company, letter).await
    }

    async fn post_in(
        &self,
        otherwise: &str,
        tx: &mut Tx,
        account: &Account,
        company: &Company,
        letter: &Letter,
    ) -> Result<MailId> {
        let recipient = Recipient {
            name: account.name.clone(),
            email: account.email.clone(),
            language: language(account.language.as_deref(), otherwise).to_owned(),
        };
        let facts = company_facts(company);
        let id = self
            .mailer
            .queue(
                tx,
                self.now(),
                Some(&account.id),
                letter,
                &recipient,
                &facts,
            )
            .await?;
        Ok(id)
    }
}

/// What letters say of a company.
fn company_facts(company: &Company) -> CompanyFacts {
    CompanyFacts {
        name: company.name.clone(),
        alias: company.alias.clone(),
        time_zone: company.zone(),
        help_contact: company::help_contact(company),
        brand: company.brand.clone(),
        sender: company.settings.mail_sender.clone(),
    }
}

/// The language in which a person reads: their own choice, else the company's or their browser's.
fn language<'a>(account: Option<&'a str>, otherwise: &'a str) -> &'a str {
    account.unwrap_or(otherwise)
}

/// A moment as the API writes it: in the company's time zone.
fn written(at: Moment, zone: &TimeZone) -> String {
    at.rfc3339(zone)
}
