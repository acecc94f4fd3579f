//! A forgotten password. Whoever asks is answered by a job, as `asked` has it. The link that it mails is used up by the
//! request that stores a new password and by nothing else; no session follows, and a lock stays (SECURITY 10 and 11).

use app::wire::{PasswordReset, PasswordStored, ResetPassword};

use crate::{
    domain::{hash_queue::Lane, people, reset},
    keys::token_hash,
    mail::Letter,
    storage::{
        Account, AccountState, AuditKind, Company, Link, LinkKind, NewAuditEvent, NewLink,
        StoredPassword, Tx, fold,
    },
};

use super::{
    DeadLink, Error, Fault, Refusal, Result, Services, Visitor,
    asked::{self, Wish},
    company, password, sign_in, written,
};

/// Events about one account within an hour; more would let a stranger fill the owner's timeline.
const EVENTS: usize = reset::MAILS + 1;
/// Events about accounts that a company does not have within an hour; more would let a stranger fill its log.
const UNKNOWN_EVENTS: usize = 100;

/// Writes down that somebody asks for a new password.
///
/// # Errors
/// As `asked::ask`: [`Refusal::UnknownCompany`], [`Refusal::PasswordsOff`], [`Refusal::InvalidRequest`] for what
/// names no account, and [`Refusal::Busy`] while too many requests wait.
pub async fn ask(s: &Services, visitor: &Visitor, alias: &str, typed: &str) -> Result<()> {
    asked::ask(s, visitor, alias, typed, Wish::Reset).await
}

/// Mails what helps whoever was named, and notes it. The caller has taken the request out.
pub(super) async fn answer(
    s: &Services,
    tx: &mut Tx,
    visitor: &Visitor,
    company: &Company,
    typed: &str,
) -> Result<()> {
    let folded = fold(typed);
    let found = tx.account_by_identifier(&company.id, &folded).await?;
    let Some(account) = found else {
        tracing::info!(
            outcome = "unknown",
            reference = visitor.reference,
            "password reset"
        );
        return note_unknown(s, tx, company, &folded, visitor).await;
    };
    tx.lock_account(&account.id).await?;
    // As it is now that nobody else changes it: a link belongs to the present password.
    let account = tx.account(&account.id).await?.unwrap_or(account);
    let now = s.now();
    let events = tx
        .events_since(
            &account.id,
            AuditKind::PasswordResetAsked,
            now.minus(reset::WINDOW),
        )
        .await?;
    let language = visitor.language.as_deref().unwrap_or(&company.language);
    let silent = match reply(&account) {
        // Whoever owned the former address must be able to object first (SECURITY 12).
        _ if people::email_bar(account.email_changed_at, now).is_some() => Some("address changed"),
        Reply::Link => mail_link(s, tx, &account, company, language, None)
            .await?
            .map(|_| "limit reached"),
        Reply::Letter(_) if events >= reset::MAILS => Some("limit reached"),
        Reply::Letter(letter) => {
            s.post_in(language, tx, &account, company, &letter).await?;
            None
        }
        Reply::Nothing => Some("not enabled"),
    };
    tracing::info!(
        outcome = silent.unwrap_or("mailed"),
        reference = visitor.reference,
        "password reset"
    );
    if events < EVENTS {
        let mut event = s.event(visitor, AuditKind::PasswordResetAsked, &account);
        event.reason = silent.map(str::to_owned);
        tx.audit(event);
    }
    Ok(())
}

async fn note_unknown(
    s: &Services,
    tx: &mut Tx,
    company: &Company,
    folded: &str,
    visitor: &Visitor,
) -> Result<()> {
    let now = s.now();
    let kind = AuditKind::PasswordResetAsked;
    let noted = tx
        .events_about_nobody_since(&company.id, kind, now.minus(reset::WINDOW))
        .await?;
    if noted >= UNKNOWN_EVENTS {
        return Ok(());
    }
    let event = NewAuditEvent {
        id: s.entropy.id(now),
        at: now,
        company: Some(company.id.clone()),
        account: None,
        actor: None,
        kind,
        reason: Some(password::unknown(s, &company.id.0, folded)),
        reference: visitor.reference.clone(),
        address: visitor.address.to_string(),
    };
    tx.audit(event);
    Ok(())
}

/// What somebody is sent who asks.
enum Reply {
    Link,
    /// What to do instead.
    Letter(Letter),
    /// Their administrator has closed the account, or has not opened it, or mail does not reach it.
    Nothing,
}

fn reply(account: &Account) -> Reply {
    let username = || account.username.clone();
    match account.state {
        AccountState::Enabled if account.password_hash.is_some() => Reply::Link,
        AccountState::Enabled | AccountState::SsoOnly => Reply::Letter(Letter::NoPassword {
            username: username(),
        }),
        // A reset must not be an invitation that never ends.
        AccountState::Invited => Reply::Letter(Letter::InvitationFirst {
            username: username(),
        }),
        AccountState::Pending | AccountState::Bounced | AccountState::Disabled => Reply::Nothing,
    }
}

/// Whether a link to a new password can be mailed to this person.
pub(super) fn can_reset(account: &Account) -> bool {
    matches!(reply(account), Reply::Link)
}

/// Mails a link, if the account's limit allows one now; otherwise answers the seconds until it does. The caller holds
/// the account's row. `by` is the administrator who asked for it, and why.
pub(super) async fn mail_link(
    s: &Services,
    tx: &mut Tx,
    account: &Account,
    company: &Company,
    language: &str,
    by: Option<(String, String)>,
) -> Result<Option<u32>> {
    let now = s.now();
    let sent = tx
        .links_sent_since(&account.id, LinkKind::Reset, now.minus(reset::WINDOW))
        .await?;
    let wait = reset::wait(now, &sent);
    if !wait.is_zero() {
        return Ok(Some(now.seconds_until(now.plus(wait))));
    }
    let token = s.entropy.token();
    // Beside those that were mailed before: mails overtake each other, and any of them may be the one at hand.
    tx.add_link(&NewLink {
        id: s.entropy.id(now),
        kind: LinkKind::Reset,
        token_hash: token_hash(&token),
        account_id: account.id.clone(),
        security_version: account.security_version,
        created_at: now,
        expires_at: now.plus(reset::LIFE),
    })
    .await?;
    let letter = Letter::PasswordReset {
        path: format!("/reset-password?token={token}"),
        username: account.username.clone(),
        minutes: u32::try_from(reset::LIFE.as_secs() / 60).unwrap_or(u32::MAX),
        by,
    };
    s.post_in(language, tx, account, company, &letter).await?;
    Ok(None)
}

/// A link, and whom it is for.
struct Good {
    link: Link,
    account: Account,
    company: Company,
}

/// What a link to a new password says. Uses nothing up.
///
/// # Errors
/// [`Refusal::LinkUsed`] for what never was a link, [`Refusal::DeadLink`] for one that cannot be used any more,
/// [`Refusal::AccountDisabled`] and [`Refusal::PasswordsOff`].
pub async fn look(s: &Services, token: &str) -> Result<PasswordReset> {
    let Good {
        link,
        account,
        company,
    } = good(s, token).await?;
    Ok(PasswordReset {
        minimum: sign_in::policy(&company, s.now()).minimum,
        expires_at: written(link.expires_at, &company.zone()),
        company: company::show(s, company).await?,
        username: account.username,
    })
}

/// Stores a new password and uses the link up. Whoever sends it is not signed in by that.
///
/// # Errors
/// As [`look`]; [`Refusal::PasswordRefused`] leaves the link as it was, as does [`Refusal::Busy`].
pub async fn reset(
    s: &Services,
    visitor: &Visitor,
    typed: &ResetPassword,
) -> Result<PasswordStored> {
    let good = good(s, &typed.token).await?;
    password::check_new(&typed.password, &good.account, &good.company, s.now())?;
    // Whoever holds a link has proven nothing else yet, so they queue with the strangers.
    let stored = password::hash_new(s, visitor, Lane::Unknown, &typed.password).await?;
    store(s, visitor, &good, &stored).await?;
    Ok(PasswordStored {
        company: good.company.alias,
        username: good.account.username,
    })
}

/// Link and password in one transaction: whoever uses the link up is the one whose password counts.
async fn store(s: &Services, visitor: &Visitor, good: &Good, new: &StoredPassword) -> Result<()> {
    let now = s.now();
    let id = &good.account.id;
    let mut tx = s.db.begin().await?;
    tx.lock_account(id).await?;
    let account = tx.account(id).await?.ok_or(Refusal::LinkUsed)?;
    if account.state != AccountState::Enabled {
        return Err(Refusal::AccountDisabled.into());
    }
    if !tx.consume_link(&good.link.id, now).await? {
        return Err(good.dead(s));
    }
    // Sessions, sign-ins under way, browsers that were not asked again and every other link carry the version that
    // ends with the old password. Wrong codes and a lock stay: this proved a mailbox and no more.
    tx.set_password(id, new, now).await?;
    tx.note_mailed_reset(id, now).await?;
    tx.end_sessions(id, now).await?;
    tx.end_trusts(id).await?;
    tx.kill_links(id, LinkKind::Reset, now).await?;
    password::clear_waits(s, &mut tx, &account).await?;
    tx.audit(s.event(visitor, AuditKind::PasswordReset, &account));
    let letter = Letter::PasswordChanged {
        username: account.username.clone(),
        at: now,
    };
    s.post_back(visitor, &mut tx, &account, &good.company, &letter)
        .await?;
    tx.commit().await?;
    Ok(())
}

async fn good(s: &Services, token: &str) -> Result<Good> {
    let link =
        s.db.link(LinkKind::Reset, &token_hash(token))
            .await?
            .ok_or(Refusal::LinkUsed)?;
    let account =
        s.db.account(&link.account_id)
            .await?
            .ok_or(Refusal::LinkUsed)?;
    let company =
        s.db.company(&account.company_id)
            .await?
            .ok_or_else(|| Fault::Broken(format!("account {} has no company", account.id)))?;
    let good = Good {
        link,
        account,
        company,
    };
    if good.is_spent() || good.link.expires_at <= s.now() {
        return Err(good.dead(s));
    }
    if good.account.state != AccountState::Enabled {
        return Err(Refusal::AccountDisabled.into());
    }
    if !good.company.passwords {
        return Err(Refusal::PasswordsOff.into());
    }
    Ok(good)
}

impl Good {
    /// Used, or of a time before the account's last change.
    fn is_spent(&self) -> bool {
        self.link.used_at.is_some() || self.link.security_version != self.account.security_version
    }

    /// Why the link cannot be used any more, and where another one can be asked for.
    fn dead(&self, s: &Services) -> Error {
        let has_ended = !self.is_spent() && self.link.expires_at <= s.now();
        Refusal::DeadLink(Box::new(DeadLink {
            ended_at: has_ended.then(|| written(self.link.expires_at, &self.company.zone())),
            fate: None,
            company: self.company.alias.clone(),
            help_contact: company::help_contact(&self.company),
        }))
        .into()
    }
}
