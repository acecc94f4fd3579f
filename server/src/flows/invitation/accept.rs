//! A new person's first password: a link that is looked at as often as they like and used up once,
//! by the very request that stores an acceptable password (SECURITY 11).

use app::wire::{AcceptInvitation, Invitation, LinkFate};

use crate::{
    domain::hash_queue::Lane,
    keys::token_hash,
    storage::{
        Account, AccountState, AuditKind, Company, CompanyState, Link, LinkKind, NewFactor,
        SecondFactor, StoredPassword, fold,
    },
};

use super::super::{
    DeadLink, Error, Fault, Progress, Refusal, Result, Services, Visitor, amazon_connect, company,
    founding, password,
    sign_in::{self, Credential},
    sso, written,
};

/// A link, and whom it is for.
pub(in super::super) struct Found {
    pub(in super::super) link: Link,
    pub(in super::super) account: Account,
    pub(in super::super) company: Company,
}

/// What an invitation says. Uses nothing up.
///
/// # Errors
/// [`Refusal::LinkUsed`] for what never was an invitation, [`Refusal::DeadLink`] for one that cannot be used any more,
/// and [`Refusal::AccountDisabled`].
pub async fn look(s: &Services, token: &str) -> Result<Invitation> {
    let found = good(s, token).await?;
    let passwords = takes_password(&found, sso::is_instead(s, &found.company).await?);
    let Found {
        link,
        account,
        company,
    } = found;
    let phone =
        amazon_connect::address(s, &company).is_some() && !company.passwords && account.agent;
    let elsewhere =
        s.db.has_account_elsewhere(&company.id, &fold(&account.email))
            .await?;
    Ok(Invitation {
        elsewhere,
        minimum: sign_in::policy(&company, s.now()).minimum,
        expires_at: written(link.expires_at, &company.zone()),
        // Administrators need one: Amazon Connect opens a desk only.
        passwords: passwords && (!phone || account.admin),
        phone,
        providers: sso::live(s, &company)
            .await?
            .iter()
            .map(sso::button)
            .collect(),
        company: company::show(s, company).await?,
        name: account.name,
        username: account.username,
        email: account.email,
    })
}

/// Stores the password, uses the link up and goes on as a sign-in.
///
/// # Errors
/// As [`look`]; [`Refusal::PasswordRefused`] leaves the link as it was, as does [`Refusal::Busy`].
pub async fn accept(s: &Services, visitor: &Visitor, typed: &AcceptInvitation) -> Result<Progress> {
    let found = good(s, &typed.token).await?;
    let is_past = sso::is_instead(s, &found.company).await?;
    if !takes_password(&found, is_past) {
        return Err(Refusal::PasswordsOff.into());
    }
    password::check_new(&typed.password, &found.account, &found.company, s.now())?;
    // Whoever holds a link has proven nothing else yet, so they queue with the strangers.
    let stored = password::hash_new(s, visitor, Lane::Unknown, &typed.password).await?;
    let account = store(s, visitor, &found, &stored).await?;
    let proven = sign_in::Proven {
        account: &account,
        next: None,
        throttle: None,
        credential: if is_past {
            Credential::BreakGlass
        } else {
            Credential::Password
        },
    };
    sign_in::begin(s, visitor, proven).await
}

/// Whether a password opens anything for this person: not for those who sign in outside only, or with Amazon Connect
/// where there are no passwords. Where everybody does, administrators have one to get past that.
fn takes_password(found: &Found, is_past: bool) -> bool {
    let by_phone = !found.company.passwords && found.company.settings.ccp_url.is_some();
    let elsewhere = is_past || (by_phone && found.account.agent);
    found.account.state != AccountState::SsoOnly && (!elsewhere || found.account.admin)
}

/// Link and password in one transaction: whoever uses the link up is the one whose password counts.
async fn store(
    s: &Services,
    visitor: &Visitor,
    found: &Found,
    password: &StoredPassword,
) -> Result<Account> {
    let now = s.now();
    let Found { link, company, .. } = found;
    let mut tx = s.db.begin().await?;
    tx.lock_account(&link.account_id).await?;
    let account = tx.account(&link.account_id).await?;
    if account.is_some_and(|account| account.state == AccountState::Disabled) {
        return Err(Refusal::AccountDisabled.into());
    }
    if !tx.consume_link(&link.id, now).await? {
        tx.rollback().await?;
        // Its time ended, or somebody was faster.
        let fate = found.fate(s).unwrap_or(LinkFate::Accepted);
        return Err(found.dead(fate));
    }
    tx.set_password(&link.account_id, password, now).await?;
    tx.become_enabled(&link.account_id).await?;
    if company.policy.second_factor != SecondFactor::Off {
        // The link came by mail: whoever holds it reads that address.
        tx.add_factor(&NewFactor::email(&s.entropy.id(now), &link.account_id, now))
            .await?;
    }
    let account = tx
        .account(&link.account_id)
        .await?
        .ok_or_else(|| Fault::Broken(format!("account {} vanished", link.account_id)))?;
    password::clear_waits(s, &mut tx, &account).await?;
    tx.audit(s.event(visitor, AuditKind::InvitationAccepted, &account));
    let entered = s.event(visitor, AuditKind::CompanyEntered, &account);
    founding::enter(&mut tx, entered).await?;
    tx.commit().await?;
    Ok(account)
}

/// An invitation that can be used now.
pub(in super::super) async fn good(s: &Services, token: &str) -> Result<Found> {
    usable(s, find(s, token).await?.ok_or(Refusal::LinkUsed)?)
}

/// The invitation with this secret, whatever became of it.
pub(super) async fn find(s: &Services, token: &str) -> Result<Option<Found>> {
    let Some(link) = s.db.link(LinkKind::Invitation, &token_hash(token)).await? else {
        return Ok(None);
    };
    let Some(account) = s.db.account(&link.account_id).await? else {
        return Ok(None);
    };
    let company =
        s.db.company(&account.company_id)
            .await?
            .ok_or_else(|| Fault::Broken(format!("account {} has no company", account.id)))?;
    Ok(Some(Found {
        link,
        account,
        company,
    }))
}

fn usable(s: &Services, found: Found) -> Result<Found> {
    // One that waits for its first administrator is opened by this very link.
    if matches!(
        found.company.settings.state,
        CompanyState::Asked | CompanyState::Suspended
    ) {
        return Err(Refusal::CompanyClosed.into());
    }
    let fate = found.fate(s);
    if found.account.state == AccountState::Disabled && matches!(fate, None | Some(LinkFate::Ended))
    {
        return Err(Refusal::AccountDisabled.into());
    }
    match fate {
        None => Ok(found),
        Some(fate) => Err(found.dead(fate)),
    }
}

impl Found {
    /// What became of the link, if it cannot be used.
    pub(super) fn fate(&self, s: &Services) -> Option<LinkFate> {
        let Self { link, account, .. } = self;
        if link.used_at.is_none() && link.security_version == account.security_version {
            return (link.expires_at <= s.now()).then_some(LinkFate::Ended);
        }
        Some(match account.state {
            // A password of ours came later, and waits to be used.
            AccountState::Enabled if account.password_temporary_until.is_some() => {
                LinkFate::Replaced
            }
            AccountState::SsoOnly if account.last_sign_in_at.is_none() => LinkFate::Replaced,
            AccountState::Enabled | AccountState::SsoOnly => LinkFate::Accepted,
            AccountState::Invited => LinkFate::Replaced,
            AccountState::Pending | AccountState::Bounced | AccountState::Disabled => {
                LinkFate::Cancelled
            }
        })
    }

    /// Why the link cannot be used, and who can help.
    fn dead(&self, fate: LinkFate) -> Error {
        let has_ended = fate == LinkFate::Ended;
        Refusal::DeadLink(Box::new(DeadLink {
            ended_at: has_ended.then(|| written(self.link.expires_at, &self.company.zone())),
            fate: Some(fate),
            company: self.company.alias.clone(),
            help_contact: company::help_contact(&self.company),
        }))
        .into()
    }
}
