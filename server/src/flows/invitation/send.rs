//! The first credential on its way to its person: a link to choosing a password, or one that this server made up.

use std::time::Duration;

use crate::{
    clock::Moment,
    domain::{
        hash_queue::{Lane, Network},
        password::normalised,
        people,
    },
    keys::token_hash,
    mail::Letter,
    storage::{
        self, Account, AccountId, AccountState, AuditKind, Company, LinkKind, LiveSession,
        NewAuditEvent, NewLink, OPERATOR, StoredPassword, Tx, Welcome,
    },
};

use super::super::{Refusal, Result, Services, Visitor, founding};

/// A temporary password is good for so long, whatever links are (SPEC, "Decisions").
pub(super) const TEMPORARY_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// What a person was sent. Only the operator's command line shows it to anybody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FirstCredential {
    /// A one-time link on the public URL.
    Link { path: String, expires_at: Moment },
    /// To be changed at the first sign-in.
    TemporaryPassword {
        password: String,
        expires_at: Moment,
    },
}

/// Who sends it.
#[derive(Clone, Copy)]
pub(in crate::flows) enum Sender<'a> {
    /// At the command line, or this server by itself.
    Operator,
    Administrator(&'a Visitor, &'a LiveSession),
}

impl Sender<'_> {
    /// An event about an account that this sender caused.
    pub(in crate::flows) fn event(
        self,
        s: &Services,
        kind: AuditKind,
        account: &Account,
    ) -> NewAuditEvent {
        let (actor, reference, address) = match self {
            Self::Operator => (AccountId(OPERATOR.to_owned()), String::new(), String::new()),
            Self::Administrator(visitor, admin) => (
                admin.account_id.clone(),
                visitor.reference.clone(),
                visitor.address.to_string(),
            ),
        };
        let at = s.now();
        NewAuditEvent {
            id: s.entropy.id(at),
            at,
            company: Some(account.company_id.clone()),
            account: Some(account.id.clone()),
            actor: Some(actor),
            kind,
            reason: None,
            reference,
            address,
        }
    }
}

/// A secret that nobody has been sent yet.
pub(in crate::flows) enum Prepared {
    Link,
    Temporary { password: String, hash: String },
}

/// How this company's new people get their first password.
pub(in crate::flows) fn welcome(company: &Company) -> Welcome {
    if company.passwords {
        company.settings.welcome
    } else {
        // A password of ours could not be typed anywhere.
        Welcome::Link
    }
}

/// Whether this person can be sent a first credential.
pub(in crate::flows) fn can_be_sent(account: &Account) -> bool {
    people::can_be_invited(account.entry())
}

/// Makes what is to be sent. Call it before the transaction: hashing takes its time.
///
/// # Errors
/// [`Refusal::Busy`] when the queue for hashes is full.
pub(in crate::flows) async fn prepare(s: &Services, welcome: Welcome) -> Result<Prepared> {
    match welcome {
        Welcome::Link => Ok(Prepared::Link),
        Welcome::TemporaryPassword => {
            let password = made_up(s);
            let place = s
                .hashing
                .reserve(Lane::Known, Network::Registered)
                .map_err(|full| Refusal::Busy {
                    seconds: u32::try_from(full.retry_after.as_secs()).unwrap_or(u32::MAX),
                })?;
            let hash = place.hash(password.clone(), s.entropy.bytes()).await;
            Ok(Prepared::Temporary { password, hash })
        }
    }
}

fn made_up(s: &Services) -> String {
    // No letters or digits that are taken for each other; 16 of 32 are 80 bits.
    const LETTERS: &[u8; 32] = b"abcdefghijkmnopqrstuvwxyz2345679";
    let drawn: [u8; 16] = s.entropy.bytes();
    let letters: Vec<char> = drawn
        .iter()
        .map(|b| char::from(LETTERS[usize::from(b % 32)]))
        .collect();
    letters
        .chunks(4)
        .map(|four| four.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-")
}

/// Sends a person their first credential; whatever they were sent before ends. The caller holds the account's row, has
/// asked [`can_be_sent`], commits and wakes the mailer.
///
/// # Errors
/// When the database does not answer.
pub(in crate::flows) async fn send(
    s: &Services,
    tx: &mut Tx,
    by: Sender<'_>,
    company: &Company,
    account: &Account,
    prepared: Prepared,
) -> Result<FirstCredential> {
    let now = s.now();
    withdraw(tx, &account.id).await?;
    tx.audit(by.event(s, AuditKind::AccountInvited, account));
    let username = account.username.clone();
    let is_outside = account.state == AccountState::SsoOnly;
    let prepared = if is_outside {
        // They have no password; their link leads to where they sign in.
        Prepared::Link
    } else {
        prepared
    };
    let (sent, letter) = match prepared {
        Prepared::Link => {
            let expires_at = founding::link_end(company, now);
            let token = s.entropy.token();
            let security_version = tx.become_invited(&account.id).await?;
            tx.replace_links(&NewLink {
                id: s.entropy.id(now),
                kind: LinkKind::Invitation,
                token_hash: token_hash(&token),
                account_id: account.id.clone(),
                security_version,
                created_at: now,
                expires_at,
            })
            .await?;
            let path = format!("/invitation?token={token}");
            let letter = match company.settings.ends_at {
                // Whoever made the company gets its first link.
                Some(_) if account.admin => Letter::CompanyOpening {
                    path: path.clone(),
                    username,
                    expires_at,
                },
                _ if is_outside => Letter::OutsideInvitation {
                    path: path.clone(),
                    username,
                    expires_at,
                },
                _ => Letter::Invitation {
                    path: path.clone(),
                    username,
                    expires_at,
                },
            };
            (FirstCredential::Link { path, expires_at }, letter)
        }
        Prepared::Temporary { password, hash } => {
            let expires_at = now.plus(TEMPORARY_LIFE);
            let length = normalised(&password).chars().count();
            let stored = StoredPassword {
                hash,
                length: i64::try_from(length).unwrap_or(i64::MAX),
                temporary_until: Some(expires_at),
            };
            tx.kill_links(&account.id, LinkKind::Invitation, now)
                .await?;
            tx.set_password(&account.id, &stored, now).await?;
            tx.become_enabled(&account.id).await?;
            let letter = Letter::TemporaryPassword {
                username,
                password: password.clone(),
                expires_at,
            };
            let sent = FirstCredential::TemporaryPassword {
                password,
                expires_at,
            };
            (sent, letter)
        }
    };
    s.post(tx, account, company, &letter).await?;
    Ok(sent)
}

/// Mails that have not left yet carry what counts no more.
pub(super) async fn withdraw(tx: &mut Tx, account: &AccountId) -> storage::Result<()> {
    for kind in Letter::FIRST_CREDENTIALS {
        tx.withdraw_mail(account, kind).await?;
    }
    Ok(())
}
