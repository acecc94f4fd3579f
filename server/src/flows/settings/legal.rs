//! Terms and privacy: what people read now, and every text that they could have agreed to.

use app::wire::{
    LegalKind, LegalPast, LegalSettings, LegalText, LegalVersion, OldLegalText, PreviewLegalText,
    SaveLegalText,
};
use jiff::tz::TimeZone;

use super::{Held, Result, seen};
use crate::{
    domain::typed,
    flows::{Refusal, Services, Visitor, company, session, written},
    storage::{self, Company, NewLegalText},
};

/// # Errors
/// Without an administrator's session.
pub async fn look(s: &Services, visitor: &Visitor) -> Result<LegalSettings> {
    let (_, company) = seen(s, visitor).await?;
    shown(s, &company).await
}

/// Publishes a text, or takes it away; the one before is kept.
///
/// # Errors
/// [`Refusal::InvalidRequest`] for what is neither Markdown nor an https address, [`Refusal::ChangedMeanwhile`].
pub async fn save(
    s: &Services,
    visitor: &Visitor,
    kind: LegalKind,
    wanted: &SaveLegalText,
) -> Result<LegalSettings> {
    let mut held = Held::by(s, visitor).await?;
    let newest = held
        .tx
        .legal_version(&held.company.id, stored(kind))
        .await?;
    if i64::from(wanted.version) != newest {
        return Err(Refusal::ChangedMeanwhile.into());
    }
    let text = match wanted.text.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(typed) => Some(typed::legal_text(typed).ok_or(Refusal::InvalidRequest)?),
    };
    let (name, now) = match kind {
        LegalKind::Terms => ("terms", &mut held.company.terms),
        LegalKind::Privacy => ("privacy", &mut held.company.privacy),
    };
    if *now != text {
        now.clone_from(&text);
        let new = NewLegalText {
            kind: stored(kind),
            version: newest + 1,
            text: text.as_deref().unwrap_or_default(),
            created_at: s.now(),
            created_by: Some(&held.admin.account_id),
        };
        held.tx.add_legal_text(&held.company.id, &new).await?;
        let change = format!("{name} {}", new.version);
        held.save(s, visitor, &[change]).await?;
    }
    held.tx.commit().await?;
    shown(s, &held.company).await
}

/// What people would read; nothing is saved.
///
/// # Errors
/// [`Refusal::InvalidRequest`] for what could not be saved.
pub async fn preview(
    s: &Services,
    visitor: &Visitor,
    wanted: &PreviewLegalText,
) -> Result<LegalText> {
    session::live_admin(s, visitor).await?;
    let text = typed::legal_text(&wanted.text).ok_or(Refusal::InvalidRequest)?;
    Ok(company::legal(&text))
}

/// A text as it was at some time.
///
/// # Errors
/// [`Refusal::NotFound`] for a version that there never was.
pub async fn old(
    s: &Services,
    visitor: &Visitor,
    kind: LegalKind,
    version: u32,
) -> Result<OldLegalText> {
    let admin = session::live_admin(s, visitor).await?;
    let text =
        s.db.legal_text(&admin.company_id, stored(kind), version.into())
            .await?
            .ok_or(Refusal::NotFound)?;
    Ok(OldLegalText {
        text: (!text.is_empty()).then(|| company::legal(&text)),
    })
}

async fn shown(s: &Services, company: &Company) -> Result<LegalSettings> {
    Ok(LegalSettings {
        terms: past(s, company, LegalKind::Terms, company.terms.clone()).await?,
        privacy: past(s, company, LegalKind::Privacy, company.privacy.clone()).await?,
    })
}

async fn past(
    s: &Services,
    company: &Company,
    kind: LegalKind,
    text: Option<String>,
) -> Result<LegalPast> {
    let zone: TimeZone = company.zone();
    let versions = s.db.legal_texts(&company.id, stored(kind)).await?;
    let versions: Vec<LegalVersion> = versions
        .into_iter()
        .map(|one| LegalVersion {
            version: u32::try_from(one.version).unwrap_or(u32::MAX),
            at: written(one.created_at, &zone),
            by: one.author,
            removed: one.removed,
        })
        .collect();
    Ok(LegalPast {
        text,
        version: versions.first().map_or(0, |newest| newest.version),
        versions,
    })
}

fn stored(kind: LegalKind) -> storage::LegalKind {
    match kind {
        LegalKind::Terms => storage::LegalKind::Terms,
        LegalKind::Privacy => storage::LegalKind::Privacy,
    }
}
