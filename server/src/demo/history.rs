//! What happened to the demo's people in the last two weeks, drawn from a seed.

use std::time::Duration;

use super::{DAY, Person, Standing};
use crate::{
    clock::Moment,
    entropy::Entropy,
    storage::{AuditKind, NewAccount, NewAuditEvent},
};

const DAYS: u32 = 14;
/// Of 256: about every fifth day has a sign-in.
const SIGNS_IN: u8 = 46;
/// Of 256: a code with a slip of the finger.
const SLIPS: u8 = 20;

/// An account's past.
#[derive(Debug)]
pub(super) struct Past {
    pub(super) events: Vec<NewAuditEvent>,
    pub(super) last_sign_in_at: Option<Moment>,
}

/// `since` is when the person signed in who is signed in now.
pub(super) fn of(
    entropy: &Entropy,
    person: &Person,
    account: &NewAccount,
    since: Option<Moment>,
    now: Moment,
) -> Past {
    let mut story = Story {
        entropy,
        account,
        now,
        events: Vec::new(),
        last_sign_in_at: None,
    };
    story.tell(account.created_at, AuditKind::AccountCreated);
    match person.standing {
        Standing::Pending | Standing::FirstDay | Standing::SsoOnly => {}
        Standing::Invited | Standing::Expired | Standing::Bounced => {
            story.tell(account.created_at.plus(MINUTE), AuditKind::AccountInvited);
        }
        Standing::Enabled
        | Standing::App
        | Standing::TwoCodesLeft
        | Standing::AlmostLocked
        | Standing::Locked { .. }
        | Standing::Disabled => {
            story.tell(account.created_at.plus(MINUTE), AuditKind::AccountInvited);
            story.tell(
                account.created_at.plus(7 * MINUTE),
                AuditKind::InvitationAccepted,
            );
            story.work();
        }
    }
    if let Some(ago) = person.standing.locked_ago() {
        story.wrong_codes(now.minus(ago), 5);
        story.tell(now.minus(ago), AuditKind::AccountLocked);
    } else {
        story.wrong_codes(now.minus(3 * MINUTE), person.standing.code_failures());
    }
    if let Some(since) = since {
        story.tell(since.minus(MINUTE), AuditKind::CredentialAccepted);
        story.tell(since.minus(MINUTE), AuditKind::CodeSent);
        story.tell(since, AuditKind::SignedIn);
        story.last_sign_in_at = Some(since);
    }
    Past {
        events: story.events,
        last_sign_in_at: story.last_sign_in_at,
    }
}

const MINUTE: Duration = Duration::from_secs(60);
const SHIFT: Duration = Duration::from_secs(8 * 60 * 60);

struct Story<'a> {
    entropy: &'a Entropy,
    account: &'a NewAccount,
    now: Moment,
    events: Vec<NewAuditEvent>,
    last_sign_in_at: Option<Moment>,
}

impl Story<'_> {
    fn work(&mut self) {
        for day in (1..=DAYS).rev() {
            let [chance, slip, minutes, seconds]: [u8; 4] = self.entropy.bytes();
            if chance >= SIGNS_IN {
                continue;
            }
            let jitter = u32::from(minutes) * MINUTE / 2 + Duration::from_secs(seconds.into());
            let began = self.now.minus(day * DAY).plus(jitter);
            self.tell(began, AuditKind::CredentialAccepted);
            self.tell(began, AuditKind::CodeSent);
            if slip < SLIPS {
                self.tell(began.plus(MINUTE / 2), AuditKind::WrongCode);
            }
            let signed_in = began.plus(MINUTE);
            self.tell(signed_in, AuditKind::SignedIn);
            self.last_sign_in_at = Some(signed_in);
            self.tell(signed_in.plus(SHIFT), AuditKind::SignedOut);
        }
    }

    /// So many in a row, the last one then.
    fn wrong_codes(&mut self, last: Moment, count: i64) {
        let count = u32::try_from(count).unwrap_or(0);
        if count > 0 {
            self.tell(
                last.minus((count + 1) * MINUTE / 4),
                AuditKind::CredentialAccepted,
            );
        }
        for before in (0..count).rev() {
            self.tell(last.minus(before * MINUTE / 4), AuditKind::WrongCode);
        }
    }

    fn tell(&mut self, at: Moment, kind: AuditKind) {
        let [a, b, ..]: [u8; 8] = self.entropy.bytes();
        self.events.push(NewAuditEvent {
            id: self.entropy.id(at),
            at,
            company: Some(self.account.company_id.clone()),
            account: Some(self.account.id.clone()),
            actor: None,
            kind,
            reason: None,
            reference: hex::encode(self.entropy.bytes::<8>()),
            // A whole floor has a few addresses only (RFC 5737).
            address: format!("192.0.2.{}", 1 + (a ^ b) % 8),
        });
    }
}
