//! Creating a company at `/onboarding`, by somebody who has no account yet. How a company comes about is in `founding`.
//!
//! Nothing here depends on whether an e-mail address has an account somewhere, so nobody learns that.

use std::time::Duration;

use app::wire::{
    AliasAnswer, AliasFate, CompanyFounded, FloorCard, NewCompany, Onboarding, OnboardingMode,
    RegionHint, Role, WaitsFor,
};

use crate::{
    config,
    domain::{
        alias::{self, AliasFlaw, check_alias, near},
        finder::name_skeleton,
        hash_queue::Network,
        typed,
    },
    keys::Purpose,
    regions::Peer,
    storage::{CompanyId, CompanyState, Names, SecondFactor, Tx, fold},
};

use super::{
    Refusal, Result, Services, Visitor, company, enrolment, founding,
    invitation::Prepared,
    operator::{self, CompanyDraft, OperatorError, PersonDraft},
    written,
};

/// Companies that may be made in an hour: from one network, on the whole server, and with one e-mail address.
const PER_NETWORK: i64 = 20;
const IN_ALL: i64 = 100;
const PER_ADDRESS: i64 = 3;
const HOUR: Duration = Duration::from_hours(1);

/// What a new company's sessions last, if the operator's bounds have room for it.
const SESSIONS: (Duration, Duration) = (Duration::from_hours(12), Duration::from_hours(1));

/// What can be chosen for a new company, if anybody may create one.
#[must_use]
pub fn offer(s: &Services) -> Onboarding {
    let mode = mode(s);
    Onboarding {
        mode,
        region: s.settings.region.clone(),
        elsewhere: s.regions.peers().iter().map(elsewhere).collect(),
        time_zones: match mode {
            OnboardingMode::Closed => Vec::new(),
            OnboardingMode::Approve | OnboardingMode::Open => typed::time_zones(),
        },
    }
}

fn elsewhere(peer: &Peer) -> RegionHint {
    RegionHint {
        name: peer.name.clone(),
        address: format!("{}/onboarding", peer.origin.origin().ascii_serialization()),
    }
}

fn mode(s: &Services) -> OnboardingMode {
    match s.settings.onboarding {
        config::Onboarding::Closed => OnboardingMode::Closed,
        config::Onboarding::Approve => OnboardingMode::Approve,
        config::Onboarding::Open => OnboardingMode::Open,
    }
}

/// Whether strangers find a way to create a company here.
#[must_use]
pub fn is_offered(s: &Services) -> bool {
    mode(s) != OnboardingMode::Closed
}

fn check_offered(s: &Services) -> Result<(), Refusal> {
    if is_offered(s) {
        Ok(())
    } else {
        Err(Refusal::NotFound)
    }
}

/// Whether a new company can have this alias, and if not, which one that is like it.
///
/// # Errors
/// [`Refusal::NotFound`] when nobody may create a company here.
pub async fn check(s: &Services, alias: &str) -> Result<AliasAnswer> {
    check_offered(s)?;
    let fate = fate(s, alias).await?;
    let mut suggestion = None;
    if fate != AliasFate::Free {
        for other in near(alias) {
            if self::fate(s, &other).await? == AliasFate::Free {
                suggestion = Some(other);
                break;
            }
        }
    }
    Ok(AliasAnswer { fate, suggestion })
}

async fn fate(s: &Services, alias: &str) -> Result<AliasFate> {
    match check_alias(alias) {
        Ok(()) => {}
        Err(AliasFlaw::Characters) => return Ok(AliasFate::Characters),
        Err(AliasFlaw::Reserved) => return Ok(AliasFate::Reserved),
        Err(AliasFlaw::Length) if alias.len() < 3 => return Ok(AliasFate::TooShort),
        Err(AliasFlaw::Length) => return Ok(AliasFate::TooLong),
    }
    let skeleton = name_skeleton(alias);
    let names = Names {
        alias,
        alias_skeleton: &skeleton,
        instance_alias: None,
        name_skeleton: &skeleton,
    };
    Ok(match s.db.names_taken(names).await? {
        None => AliasFate::Free,
        Some(_) => AliasFate::Taken,
    })
}

/// Creates a company that nobody can sign in to before its first administrator has used the link that is mailed now, or
/// once the operator has said yes.
///
/// # Errors
/// [`Refusal::NotFound`] when nobody may, [`Refusal::Wait`] when too many were made lately, [`Refusal::AliasTaken`],
/// [`Refusal::NameTaken`], and [`Refusal::InvalidRequest`] for what cannot be; nothing was done then.
pub async fn create(s: &Services, visitor: &Visitor, typed: &NewCompany) -> Result<CompanyFounded> {
    check_offered(s)?;
    let region = typed.region.as_deref().filter(|region| !region.is_empty());
    if region.is_some() && region != s.settings.region.as_deref() {
        return Err(Refusal::InvalidRequest.into());
    }
    let (draft, admin) = drafts(s, typed)?;
    let now = s.now();
    let ends_at = now.plus(founding::PATIENCE);
    let waits_for_approval = mode(s) == OnboardingMode::Approve;
    let bounds = s.settings.policy_bounds.sessions;
    let mut company =
        operator::company(s, CompanyId(s.entropy.id(now)), now, &draft, bounds).map_err(refusal)?;
    company.settings.ends_at = Some(ends_at);
    company.settings.state = if waits_for_approval {
        CompanyState::Asked
    } else {
        CompanyState::Inert
    };
    let admin = operator::person(&admin).map_err(refusal)?;

    let mut tx = s.db.begin().await?;
    let account = founding::found(s, &mut tx, Some(visitor), &company, None, &admin)
        .await
        .map_err(refusal)?;
    // In the same transaction: what comes to nothing is not counted.
    count(s, &mut tx, visitor, &admin.email).await?;
    if !waits_for_approval {
        operator::invite(s, &mut tx, &company, &account, Prepared::Link)
            .await
            .map_err(refusal)?;
    }
    tx.commit().await?;
    s.mailer.wake();
    tracing::info!(
        alias = company.alias,
        waits_for_approval,
        "a company was created at /onboarding"
    );
    Ok(CompanyFounded {
        login_url: s.mailer.address(&company.alias),
        waits_for_approval,
        sent_to: account.email,
        ends_at: written(ends_at, &company.zone()),
        alias: company.alias,
        name: company.name,
    })
}

fn drafts(s: &Services, typed: &NewCompany) -> Result<(CompanyDraft, PersonDraft), Refusal> {
    let (total, idle) = s
        .settings
        .policy_bounds
        .sessions
        .nearest(SESSIONS.0, SESSIONS.1);
    // Names stand in a mail to somebody who may know nothing of this.
    if [&typed.name, &typed.admin_name]
        .into_iter()
        .any(|name| alias::leads_elsewhere(name))
    {
        return Err(Refusal::InvalidRequest);
    }
    let email = typed::email(&typed.admin_email).ok_or(Refusal::InvalidRequest)?;
    let draft = CompanyDraft {
        alias: typed.alias.trim().to_owned(),
        instance_alias: None,
        amazon_connect: typed
            .amazon_connect
            .clone()
            .filter(|typed| !typed.trim().is_empty()),
        name: typed.name.trim().to_owned(),
        language: typed.language.clone(),
        time_zone: typed.time_zone.clone(),
        brand: None,
        accent: None,
        notice: None,
        help_name: None,
        help_phone: None,
        help_email: None,
        terms: None,
        privacy: None,
        second_factor: SecondFactor::Required,
        session_total: total,
        session_idle: idle,
        logo: None,
    };
    let admin = PersonDraft {
        username: typed::username_of(&email).unwrap_or_else(|| "admin".to_owned()),
        email,
        name: typed.admin_name.clone(),
        roles: vec![Role::Admin],
    };
    Ok((draft, admin))
}

/// The page has its own words for what the operator is told in sentences.
fn refusal(error: OperatorError) -> super::Error {
    match error {
        OperatorError::AliasTaken(_)
        | OperatorError::InstanceAliasTaken(_)
        | OperatorError::AliasUsed(_) => Refusal::AliasTaken.into(),
        OperatorError::NameTaken(_) => Refusal::NameTaken.into(),
        OperatorError::Fault(fault) => fault.into(),
        _ => Refusal::InvalidRequest.into(),
    }
}

async fn count(s: &Services, tx: &mut Tx, visitor: &Visitor, email: &str) -> Result<()> {
    let now = s.now();
    let email = fold(email);
    let limits: [(&[&[u8]], i64); 3] = [
        (&[b"companies"], IN_ALL),
        (&[b"companies to", email.as_bytes()], PER_ADDRESS),
        (
            &[b"companies from", &network(visitor)],
            // Many people share a network that the operator registered.
            match s.network(visitor.address) {
                Network::Registered => IN_ALL,
                _ => PER_NETWORK,
            },
        ),
    ];
    for (what, most) in limits {
        let key = s.keys.hash(Purpose::Limit, what);
        if let Some(until) = tx.count_within(&key, now, HOUR, most).await? {
            let seconds = now.seconds_until(until);
            return Err(Refusal::Wait { seconds }.into());
        }
    }
    Ok(())
}

/// What tells a visitor's network from others.
fn network(visitor: &Visitor) -> Vec<u8> {
    format!("{:?}", Network::of(visitor.address)).into_bytes()
}

/// The card that tells a company's people where they sign in.
///
/// # Errors
/// [`Refusal::UnknownCompany`]
pub async fn floor_card(s: &Services, alias: &str) -> Result<FloorCard> {
    let company = company::by_alias(s, alias).await?;
    let login_url = s.mailer.address(&company.alias);
    Ok(FloorCard {
        qr: enrolment::qr(&login_url)?,
        login_url,
        help_contact: company::help_contact(&company),
        region: s.settings.region.clone(),
        waits_for: match company.settings.state {
            CompanyState::Asked => Some(WaitsFor::Approval),
            CompanyState::Inert => Some(WaitsFor::FirstPassword),
            CompanyState::Active | CompanyState::Suspended => None,
        },
        name: company.name,
    })
}
