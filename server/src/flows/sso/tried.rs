//! An administrator's test of a provider: it goes the whole way and signs nobody in.

use app::wire::{SsoClaim, SsoTest};
use serde_json::Value;

use crate::{
    sso::Identity,
    storage::{Company, Provider, SsoPurpose, SsoRequestId, SsoState},
};

use super::super::{Fault, Result, Services, Visitor};
use super::{
    Begun,
    begin::{Journey, send},
    failing, matching,
    prove::asking,
    returned::{Arrived, Stop, Trip},
};

/// Begins one for a session's administrator. Its result is [`crate::storage::SsoRequest::outcome`], an [`SsoTest`].
///
/// # Errors
/// [`super::super::Refusal::SsoFailed`] when the provider cannot be reached.
pub(crate) async fn try_out(
    s: &Services,
    visitor: &Visitor,
    session: &crate::storage::SessionId,
    company: &Company,
    provider: &Provider,
) -> Result<(SsoRequestId, Begun)> {
    let journey = Journey {
        holder: Some(session.0.clone()),
        // What is tried is what is set now.
        next: Some(provider.version.to_string()),
        choose: true,
        ..Journey::new(company, provider, SsoPurpose::Test)
    };
    send(s, visitor, journey).await
}

/// Keeps what came back for the administrator to see.
pub(super) async fn finish(
    s: &Services,
    visitor: &Visitor,
    trip: &Trip,
    identity: &Identity,
) -> Result<Arrived, Stop> {
    asking(s, visitor, trip).await?;
    let fate = matching::foreseen(s, &trip.provider, identity).await?;
    let mut claims: Vec<SsoClaim> = identity.claims.iter().map(claim).collect();
    claims.sort_by(|a, b| a.name.cmp(&b.name));
    let outcome = outcome(&SsoTest::Done { claims, fate })?;
    let version = trip.request.next.as_deref().and_then(|it| it.parse().ok());
    let mut tx = s.db.begin().await?;
    tx.end_sso_request(&trip.request.id, SsoState::Done, Some(&outcome))
        .await?;
    if let Some(version) = version {
        tx.note_tested(&trip.provider.id, version, s.now()).await?;
    }
    failing::accepted(s, visitor, &mut tx, &trip.provider, None).await?;
    tx.commit().await?;
    Ok(shown(trip))
}

/// A claim as text, whatever it is.
fn claim((name, value): (&String, &Value)) -> SsoClaim {
    let value = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    SsoClaim {
        name: name.clone(),
        value: value.chars().take(500).collect(),
    }
}

pub(super) fn outcome(test: &SsoTest) -> Result<String> {
    Ok(serde_json::to_string(test)
        .map_err(|e| Fault::Broken(format!("a test becomes no JSON: {e}")))?)
}

/// Where the administrator sees it.
pub(super) fn shown(trip: &Trip) -> Arrived {
    Arrived {
        path: format!(
            "/{}/console/single-sign-on?test={}",
            trip.company.alias, trip.request.id
        ),
        cookies: Default::default(),
        is_well: true,
    }
}
