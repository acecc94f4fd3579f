//! E-mail domains: claimed, proven by a TXT record, looked at again every day, given up.

use app::wire::{self, DomainState, NameDomain, SingleSignOn};
use futures::{StreamExt, stream};

use super::{Held, Result, finish, held};
use crate::{
    clock::Moment,
    domain::{mail_domain, region::domain_name},
    flows::{Fault, Refusal, Services, Visitor, session, written},
    mail::Letter,
    storage::{AuditKind, Company, DomainClaim, DueDomain, HeldDomain, NewAuditEvent},
};

/// Before the domain, so that the record is beside everything that stands there for other purposes.
const RECORD: &str = "_callgate";
/// Before the value, so that whoever reads the record knows what it is for.
const VALUE: &str = "callgate-domain=";
/// Domains that a company may claim at most.
const CLAIMS: u64 = 50;
/// How often a record is looked at.
const EVERY: std::time::Duration = std::time::Duration::from_hours(24);
/// Records that are asked for at the same time.
const AT_ONCE: usize = 8;

/// Writes down that a company says a domain is its own, with what its record must hold. Others may say the same.
///
/// # Errors
/// [`Refusal::FreshProofNeeded`], [`Refusal::InvalidRequest`] for what is no domain and for too many,
/// [`Refusal::DomainPublic`], and [`Refusal::DomainTaken`].
pub async fn claim(s: &Services, visitor: &Visitor, named: &NameDomain) -> Result<SingleSignOn> {
    let mut held = held(s, visitor).await?;
    let domain = domain_name(&named.domain).ok_or(Refusal::InvalidRequest)?;
    if mail_domain::is_everybodys(&domain) {
        return Err(Refusal::DomainPublic.into());
    }
    let company = held.company.id.clone();
    if held.tx.domain_claim(&domain, &company).await?.is_some() {
        return super::look(s, visitor).await;
    }
    let holder = held.tx.held_domain(&domain).await?;
    let holder = holder.filter(|it| it.lost_at.is_none());
    match holder {
        // It needs no proof.
        Some(it) if it.company_id == company => return super::look(s, visitor).await,
        // No record helps against the operator's word.
        Some(it) if it.vouched => return Err(Refusal::DomainTaken.into()),
        _ => {}
    }
    if held.tx.count_domain_claims(&company).await? >= CLAIMS {
        return Err(Refusal::InvalidRequest.into());
    }
    let claim = DomainClaim {
        company_id: company,
        domain,
        token: s.entropy.token(),
        created_at: s.now(),
    };
    held.tx.add_domain_claim(&claim).await?;
    let what = format!("claimed {}", claim.domain);
    finish(s, visitor, held, AuditKind::DomainChanged, what).await
}

/// Looks for a domain's record now. What is found or gone counts at once, for a company that had the domain before too:
/// one record is read for both.
///
/// # Errors
/// [`Refusal::FreshProofNeeded`], [`Refusal::NotFound`] for what the company does not claim,
/// [`Refusal::DomainNotProven`], [`Refusal::DomainTaken`], and [`Refusal::DomainSilent`] when no name server answers.
pub async fn check(s: &Services, visitor: &Visitor, domain: &str) -> Result<SingleSignOn> {
    let admin = session::live_admin(s, visitor).await?;
    session::check_fresh(s, &admin)?;
    let claims = s.db.domain_claims(&admin.company_id).await?;
    let claim = claims.into_iter().find(|it| it.domain == domain);
    let claim = claim.ok_or(Refusal::NotFound)?;
    let texts = s.dns.texts(&record(domain)).await.map_err(|error| {
        tracing::info!(%error, domain, "a domain's record could not be looked for");
        Refusal::DomainSilent
    })?;
    let mut held = held(s, visitor).await?;
    // It may have been given up meanwhile.
    let still = held.tx.domain_claim(domain, &held.company.id).await?;
    if still.as_ref() != Some(&claim) {
        return Err(Refusal::NotFound.into());
    }
    let before = held.tx.held_domain(domain).await?;
    let is_own = |it: &HeldDomain| it.company_id == claim.company_id;
    if !texts.contains(&value(&claim.token)) {
        if before.as_ref().is_some_and(is_own) {
            lose(s, held, domain).await?;
        }
        return Err(Refusal::DomainNotProven.into());
    }
    if let Some(theirs) = before.as_ref().filter(|it| !is_own(it)) {
        unseat(s, &mut held, theirs, &texts).await?;
    }
    let now = s.now();
    let holder = held.tx.prove_domain(domain, &claim.company_id, now).await?;
    if holder != claim.company_id {
        return Err(Refusal::DomainTaken.into());
    }
    if before.is_some_and(|it| is_own(&it) && it.lost_at.is_none()) {
        held.tx.commit().await?;
        return super::look(s, visitor).await;
    }
    let what = format!("verified {domain}");
    finish(s, visitor, held, AuditKind::DomainChanged, what).await
}

/// Gives a domain up, or a claim.
///
/// # Errors
/// [`Refusal::FreshProofNeeded`], and [`Refusal::NotFound`] for what the company neither has nor claims.
pub async fn remove(s: &Services, visitor: &Visitor, domain: &str) -> Result<SingleSignOn> {
    let mut held = held(s, visitor).await?;
    let company = held.company.id.clone();
    let had = held.tx.remove_domain(domain, &company).await?;
    let claimed = held.tx.remove_domain_claim(domain, &company).await?;
    if !had && !claimed {
        return Err(Refusal::NotFound.into());
    }
    let what = format!("removed {domain}");
    finish(s, visitor, held, AuditKind::DomainChanged, what).await
}

/// Looks again for the records of domains that nobody has asked for within a day. Answers how many changed. Where no
/// name server answers, nothing does, and the next time is soon.
///
/// # Errors
/// When the database does not answer.
pub async fn recheck(s: &Services) -> Result<usize> {
    let due = s.db.due_domains(s.now().minus(EVERY)).await?;
    let changed = stream::iter(due)
        .map(|due| async move { look_again(s, &due).await })
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<Result<bool>>>()
        .await;
    changed
        .into_iter()
        .try_fold(0, |count, changed| Ok(count + usize::from(changed?)))
}

async fn look_again(s: &Services, due: &DueDomain) -> Result<bool> {
    let domain = &due.domain;
    let texts = match s.dns.texts(&record(domain)).await {
        Ok(texts) => texts,
        Err(error) => {
            tracing::warn!(%error, domain, "a domain's record could not be looked at again");
            return Ok(false);
        }
    };
    let mut tx = s.db.begin().await?;
    let company = tx.hold_company(&due.company_id).await?;
    let company = company.ok_or_else(|| Fault::Broken(format!("{domain} has no company")))?;
    let now = s.now();
    // Between being read and being looked at it may have changed hands, or its claim may be another one.
    let claim = tx.domain_claim(domain, &company.id).await?;
    let still = tx
        .held_domain(domain)
        .await?
        .filter(|it| it.company_id == company.id && !it.vouched);
    let (Some(still), true) = (still, claim.is_some_and(|it| it.token == due.token)) else {
        return Ok(false);
    };
    let changed = if texts.contains(&value(&due.token)) {
        tx.prove_domain(domain, &company.id, now).await?;
        if still.lost_at.is_some() {
            let what = format!("verified {domain}");
            tx.audit(noticed(s, &company, AuditKind::DomainChanged, what));
        }
        still.lost_at.is_some()
    } else {
        tell_loss(s, &mut tx, &company, domain, now).await?
    };
    tx.commit().await?;
    s.mailer.wake();
    Ok(changed)
}

/// The company's own record is gone.
async fn lose(s: &Services, mut held: Held, domain: &str) -> Result<()> {
    tell_loss(s, &mut held.tx, &held.company, domain, s.now()).await?;
    held.tx.commit().await?;
    s.mailer.wake();
    Ok(())
}

/// Another company has the domain, and its record is looked for in the same answer.
async fn unseat(
    s: &Services,
    held: &mut Held,
    theirs: &HeldDomain,
    texts: &[String],
) -> Result<()> {
    let claim = held
        .tx
        .domain_claim(&theirs.domain, &theirs.company_id)
        .await?;
    let is_proven = claim.is_some_and(|it| texts.contains(&value(&it.token)));
    if is_proven || theirs.vouched {
        return Err(Refusal::DomainTaken.into());
    }
    let company = held.tx.company(&theirs.company_id).await?;
    let company =
        company.ok_or_else(|| Fault::Broken(format!("{} has no company", theirs.domain)))?;
    tell_loss(s, &mut held.tx, &company, &theirs.domain, s.now()).await?;
    Ok(())
}

/// A domain matches nobody from now on; all administrators hear of it, once. Answers whether that is new.
async fn tell_loss(
    s: &Services,
    tx: &mut crate::storage::Tx,
    company: &Company,
    domain: &str,
    now: Moment,
) -> Result<bool> {
    if !tx.lose_domain(domain, &company.id, now).await? {
        return Ok(false);
    }
    tx.audit(noticed(
        s,
        company,
        AuditKind::DomainLost,
        domain.to_owned(),
    ));
    let letter = Letter::DomainLost {
        domain: domain.to_owned(),
        record: record(domain),
        path: format!("/{}/console/single-sign-on", company.alias),
        at: now,
    };
    for admin in tx.administrators(&company.id).await? {
        s.post(tx, &admin, company, &letter).await?;
    }
    Ok(true)
}

/// What the server noticed by itself.
fn noticed(s: &Services, company: &Company, kind: AuditKind, what: String) -> NewAuditEvent {
    let at = s.now();
    NewAuditEvent {
        id: s.entropy.id(at),
        at,
        company: Some(company.id.clone()),
        account: None,
        actor: None,
        kind,
        reason: Some(what),
        reference: String::new(),
        address: String::new(),
    }
}

/// A company's domains by name: what it has, lost or claims.
pub(super) async fn shown(s: &Services, company: &Company) -> Result<Vec<wire::Domain>> {
    let has = s.db.domains(&company.id).await?;
    let claims = s.db.domain_claims(&company.id).await?;
    let claim_of = |domain: &str| claims.iter().find(|it| it.domain == domain);
    let mut domains: Vec<wire::Domain> = has
        .iter()
        .map(|it| {
            let state = match it {
                HeldDomain { vouched: true, .. } => DomainState::Vouched,
                HeldDomain {
                    lost_at: Some(_), ..
                } => DomainState::Lost,
                _ => DomainState::Verified,
            };
            let claim = claim_of(&it.domain).filter(|_| !it.vouched);
            let checked_at = it.checked_at.filter(|_| !it.vouched);
            wire::Domain {
                domain: it.domain.clone(),
                state,
                record: claim.map(|it| record(&it.domain)),
                value: claim.map(|it| value(&it.token)),
                checked_at: checked_at.map(|at| written(at, &company.zone())),
            }
        })
        .collect();
    let unproven = claims
        .iter()
        .filter(|claim| !has.iter().any(|it| it.domain == claim.domain));
    domains.extend(unproven.map(|claim| wire::Domain {
        domain: claim.domain.clone(),
        state: DomainState::Claimed,
        record: Some(record(&claim.domain)),
        value: Some(value(&claim.token)),
        checked_at: None,
    }));
    domains.sort_by(|a, b| a.domain.cmp(&b.domain));
    Ok(domains)
}

fn record(domain: &str) -> String {
    format!("{RECORD}.{domain}")
}

fn value(token: &str) -> String {
    format!("{VALUE}{token}")
}
