//! Regions: what others may ask here, what is asked there for whoever looks for a company in vain, and whose e-mail
//! domain is whose (SECURITY 20).

use app::wire::{RegionHint, RegionQuestion};
use url::Url;

use crate::{
    domain::{
        hash_queue::Network,
        region::{Question, domain_name},
    },
    regions::Peer,
    storage::{AccountId, AuditKind, Company, NewAuditEvent, OPERATOR},
};

use super::{Error, Refusal, Result, Services, Visitor};

/// Whether an alias or a verified domain is here, for another region's server.
///
/// # Errors
/// [`Refusal::InvalidRequest`] for what is neither or both, [`Refusal::Wait`] for whoever asks too often.
pub async fn lookup(s: &Services, visitor: &Visitor, asked: &RegionQuestion) -> Result<bool> {
    s.regions
        .admit(Network::of(visitor.address), s.now())
        .map_err(|seconds| Refusal::Wait { seconds })?;
    let question = match (&asked.alias, &asked.domain) {
        (Some(alias), None) => Question::alias(alias),
        (None, Some(domain)) => domain_name(domain).map(Question::Domain),
        _ => None,
    };
    Ok(match question.ok_or(Refusal::InvalidRequest)? {
        Question::Alias(alias) => s.db.has_company(&alias).await?,
        Question::Domain(domain) => s.db.has_domain(&domain).await?,
    })
}

/// What is said of a company that is not here: which regions know it, if any.
pub(super) async fn unknown_here(s: &Services, question: Option<Question>) -> Error {
    let regions = match question {
        Some(question) => know(s, &question).await,
        None => Vec::new(),
    };
    if regions.is_empty() {
        Refusal::UnknownCompany.into()
    } else {
        Refusal::Elsewhere(regions).into()
    }
}

/// The regions to which the domain of an e-mail address belongs. It depends on the domain alone: the same for people
/// with an account and without.
pub async fn of_address(s: &Services, email: &str) -> Vec<RegionHint> {
    match Question::address(email) {
        Some(question) => know(s, &question).await,
        None => Vec::new(),
    }
}

/// The region whose own address somebody pasted, with the company in it.
pub(super) fn pasted(s: &Services, typed: &str) -> Option<RegionHint> {
    let peer = s.regions.at(&Url::parse(typed.trim()).ok()?)?;
    let question = Question::typed(typed)?;
    Some(hint(peer, &question))
}

async fn know(s: &Services, question: &Question) -> Vec<RegionHint> {
    let peers = s.regions.that_know(question, s.now()).await;
    peers.into_iter().map(|peer| hint(peer, question)).collect()
}

/// Where to go there: the company's page, or the start page, for a domain says nothing of a company's address.
fn hint(peer: &Peer, question: &Question) -> RegionHint {
    let origin = peer.origin.origin().ascii_serialization();
    RegionHint {
        name: peer.name.clone(),
        address: match question {
            Question::Alias(alias) => format!("{origin}/{alias}"),
            Question::Domain(_) => format!("{origin}/"),
        },
    }
}

/// A sentence for the operator.
#[derive(Debug, thiserror::Error)]
pub enum DomainError {
    #[error("There is no company with the alias {0}.")]
    NoCompany(String),
    #[error("{0} is no e-mail domain, like example.com.")]
    NoDomain(String),
    #[error("{0} belongs to another company. Take it from that one first.")]
    Taken(String),
    #[error("{0} does not belong to this company.")]
    NotItsOwn(String),
    #[error("the database: {0}")]
    Storage(#[from] sqlx::Error),
}

/// Writes down that the operator vouches for a company's e-mail domain. Answers it as it is kept.
///
/// # Errors
/// With a sentence when there is no such company or domain, or it is another company's.
pub async fn vouch(s: &Services, alias: &str, domain: &str) -> Result<String, DomainError> {
    let (company, domain) = read(s, alias, domain).await?;
    let mut tx = s.db.begin().await?;
    if tx.add_domain(&domain, &company.id, s.now()).await? != company.id {
        return Err(DomainError::Taken(domain));
    }
    tx.audit(event(s, &company, format!("domain {domain}")));
    tx.commit().await?;
    Ok(domain)
}

/// Takes a domain from a company.
///
/// # Errors
/// As [`vouch`].
pub async fn disown(s: &Services, alias: &str, domain: &str) -> Result<String, DomainError> {
    let (company, domain) = read(s, alias, domain).await?;
    let mut tx = s.db.begin().await?;
    if !tx.remove_domain(&domain, &company.id).await? {
        return Err(DomainError::NotItsOwn(domain));
    }
    tx.audit(event(s, &company, format!("domain {domain} removed")));
    tx.commit().await?;
    Ok(domain)
}

/// The domains of a company; those whose record is gone too.
///
/// # Errors
/// With a sentence when there is no such company.
pub async fn domains(s: &Services, alias: &str) -> Result<Vec<String>, DomainError> {
    let company = s.db.company_by_alias(alias).await?;
    let company = company.ok_or_else(|| DomainError::NoCompany(alias.to_owned()))?;
    let held = s.db.domains(&company.id).await?;
    Ok(held.into_iter().map(|it| it.domain).collect())
}

async fn read(s: &Services, alias: &str, domain: &str) -> Result<(Company, String), DomainError> {
    let company = s.db.company_by_alias(alias).await?;
    let company = company.ok_or_else(|| DomainError::NoCompany(alias.to_owned()))?;
    let domain = domain_name(domain).ok_or_else(|| DomainError::NoDomain(domain.to_owned()))?;
    Ok((company, domain))
}

fn event(s: &Services, company: &Company, what: String) -> NewAuditEvent {
    let at = s.now();
    NewAuditEvent {
        id: s.entropy.id(at),
        at,
        company: Some(company.id.clone()),
        account: None,
        actor: Some(AccountId(OPERATOR.to_owned())),
        kind: AuditKind::CompanySettings,
        reason: Some(what),
        reference: String::new(),
        address: String::new(),
    }
}
