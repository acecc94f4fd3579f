//! Sign-ins that came to nothing at a provider: written for administrators and the log before a person is told.

use std::time::Duration;

use app::wire::SsoFailure;

use crate::{
    metrics::SsoStage,
    sso::Failed,
    storage::{AccountId, AuditKind, NewAuditEvent, Provider, StoredProviderKind, Tx},
};

use super::super::{Result, Services, Visitor};

/// Events about nobody known within an hour; more would let strangers fill a company's log.
const EVENTS: usize = 100;
const HOUR: Duration = Duration::from_secs(60 * 60);
/// Characters of what the audit log keeps.
const LONGEST: usize = 300;

/// A failure of which there is nothing more to say.
pub(super) fn plain(why: SsoFailure) -> Failed {
    Failed {
        why,
        detail: String::new(),
    }
}

/// Writes a failure at a provider, of somebody if it is known of whom.
pub(super) async fn at_provider(
    s: &Services,
    visitor: &Visitor,
    provider: &Provider,
    account: Option<&AccountId>,
    failed: &Failed,
) -> Result<()> {
    let mut tx = s.db.begin().await?;
    note(s, visitor, &mut tx, provider, account, failed).await?;
    tx.commit().await?;
    Ok(())
}

/// The same in the transaction of its cause.
pub(super) async fn note(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    provider: &Provider,
    account: Option<&AccountId>,
    failed: &Failed,
) -> Result<()> {
    let why = failed.why.name();
    let kind = StoredProviderKind::from(provider.kind).name();
    tracing::info!(
        why,
        provider = kind,
        detail = failed.detail,
        reference = visitor.reference,
        "no sign-in at a provider"
    );
    s.metrics.sso(provider.kind, SsoStage::Failed);
    let mut reason = format!("{kind}: {why}");
    if !failed.detail.is_empty() {
        reason.push_str(" · ");
        reason.extend(failed.detail.chars().filter(|c| !c.is_control()));
    }
    let reason = reason.chars().take(LONGEST).collect();
    event(
        s,
        visitor,
        tx,
        provider,
        account,
        AuditKind::SsoFailed,
        reason,
    )
    .await
}

/// Writes that a provider said who it is, of somebody if it is known of whom.
pub(super) async fn accepted(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    provider: &Provider,
    account: Option<&AccountId>,
) -> Result<()> {
    s.metrics.sso(provider.kind, SsoStage::Accepted);
    let reason = StoredProviderKind::from(provider.kind).name().to_owned();
    event(
        s,
        visitor,
        tx,
        provider,
        account,
        AuditKind::SsoAccepted,
        reason,
    )
    .await
}

async fn event(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    provider: &Provider,
    account: Option<&AccountId>,
    kind: AuditKind,
    reason: String,
) -> Result<()> {
    let at = s.now();
    let company = &provider.company_id;
    if account.is_none() {
        let noted = tx
            .events_about_nobody_since(company, kind, at.minus(HOUR))
            .await?;
        if noted >= EVENTS {
            return Ok(());
        }
    }
    tx.audit(NewAuditEvent {
        id: s.entropy.id(at),
        at,
        company: Some(company.clone()),
        account: account.cloned(),
        actor: None,
        kind,
        reason: Some(reason),
        reference: visitor.reference.clone(),
        address: visitor.address.to_string(),
    });
    Ok(())
}
