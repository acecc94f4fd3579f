//! "Amazon Connect": where a company's Contact Control Panel is, under which other name it is found, and who is who there.
//! Whoever answers at the address says who is at a browser, so that every change takes a proof of its own and is told to
//! all administrators.

use app::wire::{AmazonConnect, ConnectPerson, SaveAmazonConnect};

use super::{Held, Result, changed, seen, version};
use crate::{
    domain::{alias::check_alias, phone_address},
    flows::{Refusal, Services, Visitor, amazon_connect, session},
    mail::Letter,
    storage::{Company, LiveSession},
};

/// People who are listed at most.
const SHOWN: u32 = 200;

/// # Errors
/// Without an administrator's session.
pub async fn look(s: &Services, visitor: &Visitor) -> Result<AmazonConnect> {
    let (admin, company) = seen(s, visitor).await?;
    page(s, &admin, &company).await
}

/// Saves address and instance alias. Another address ends what the one before proved: bound browsers, sessions that
/// began at *Secure Login*, and sign-ins under way by it.
///
/// # Errors
/// [`Refusal::FreshProofNeeded`], which every save uses up; [`Refusal::InvalidRequest`] for an address where no Amazon
/// Connect may be and for what is no alias; [`Refusal::AliasTaken`], [`Refusal::ChangedMeanwhile`].
pub async fn save(
    s: &Services,
    visitor: &Visitor,
    wanted: &SaveAmazonConnect,
) -> Result<AmazonConnect> {
    let admin = session::live_admin(s, visitor).await?;
    session::check_fresh(s, &admin)?;
    let mut held = Held::by(s, visitor).await?;
    if wanted.version != version_of(&held.company) {
        return Err(Refusal::ChangedMeanwhile.into());
    }
    let url = match given(wanted.url.as_deref()) {
        None => None,
        Some(typed) => Some(
            phone_address::read(typed, &s.settings.ccp_hosts)
                .ok_or(Refusal::InvalidRequest)?
                .to_string(),
        ),
    };
    let instance_alias = match given(wanted.instance_alias.as_deref()) {
        None => None,
        Some(typed) => Some(free_alias(&mut held, typed).await?),
    };
    if !session::spend_proof(s, &mut held.tx, &admin).await? {
        return Err(Refusal::FreshProofNeeded.into());
    }
    let before = held.company.settings.ccp_url.clone();
    let changes = changed([
        ("amazon_connect", url != before),
        (
            "instance_alias",
            instance_alias != held.company.instance_alias,
        ),
    ]);
    if !changes.is_empty() {
        held.tx
            .set_company_phone(&held.company.id, url.as_deref(), instance_alias.as_deref())
            .await
            .map_err(|error| match &error {
                // Somebody took it since it was looked for.
                sqlx::Error::Database(why) if why.is_unique_violation() => {
                    Refusal::AliasTaken.into()
                }
                _ => crate::flows::Error::from(error),
            })?;
        held.company.instance_alias = instance_alias;
        held.company.settings.ccp_url = url;
        held.note(s, visitor, &changes);
    }
    if held.company.settings.ccp_url != before {
        held.tx.leave_phone(&held.company.id, s.now()).await?;
        announce(s, &mut held, before).await?;
    }
    held.tx.commit().await?;
    s.mailer.wake();
    // What became of the proof is in it.
    look(s, visitor).await
}

fn given(typed: Option<&str>) -> Option<&str> {
    typed.map(str::trim).filter(|typed| !typed.is_empty())
}

async fn free_alias(held: &mut Held, typed: &str) -> Result<String> {
    let alias = typed.to_ascii_lowercase();
    check_alias(&alias).map_err(|_| Refusal::InvalidRequest)?;
    held.tx.hold_names().await?;
    let taken = held
        .tx
        .is_instance_alias_taken(&held.company.id, &alias)
        .await?;
    if taken {
        return Err(Refusal::AliasTaken.into());
    }
    Ok(alias)
}

async fn announce(s: &Services, held: &mut Held, before: Option<String>) -> Result<()> {
    let letter = Letter::PhoneChanged {
        by: held.admin.name.clone(),
        at: s.now(),
        before,
        after: held.company.settings.ccp_url.clone(),
    };
    for one in held.tx.administrators(&held.company.id).await? {
        s.post(&mut held.tx, &one, &held.company, &letter).await?;
    }
    Ok(())
}

async fn page(s: &Services, admin: &LiveSession, company: &Company) -> Result<AmazonConnect> {
    let now = s.now();
    let (people, known) = s.db.phone_people(&company.id, now, SHOWN).await?;
    let under = s.db.under_phone(&company.id, now).await?;
    let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(AmazonConnect {
        url: company.settings.ccp_url.clone(),
        usable: amazon_connect::address(s, company).is_some(),
        instance_alias: company.instance_alias.clone(),
        origin: s.mailer.origin(),
        hosts: phone_address::shapes(&s.settings.ccp_hosts),
        people: people
            .into_iter()
            .map(|person| ConnectPerson {
                id: person.id.0,
                name: person.name,
                username: person.username,
                phone_username: person.phone_username,
                browsers: count(person.browsers),
            })
            .collect(),
        known: u32::try_from(known).unwrap_or(u32::MAX),
        bound: count(under.browsers),
        desks: count(under.desks),
        fresh: session::check_fresh(s, admin).is_ok(),
        version: version_of(company),
    })
}

/// Made of the settings themselves, so that pages beside this one can change meanwhile.
fn version_of(company: &Company) -> u32 {
    let hash = version(&(&company.settings.ccp_url, &company.instance_alias));
    u32::from_str_radix(&hash[..8], 16).unwrap_or_default()
}
