//! A company's own settings: an administrator looks at a page, changes it, saves it. Each page has a file here; what
//! they have in common is below. Second proofs are `policy`'s, invitations have a flow of their own.

mod amazon_connect;
mod help;
mod legal;
mod look;
mod notice;
mod sessions;
pub mod sso;

pub use amazon_connect::{look as look_at_amazon_connect, save as save_amazon_connect};
pub use help::{look as look_at_help, save as save_help};
pub use legal::{
    look as look_at_legal, old as old_legal_text, preview as preview_legal, save as save_legal,
};
pub use look::{look as look_at_look, remove_logo, save as save_look, save_logo, test_mail};
pub use notice::{look as look_at_notice, save as save_notice};
pub use sessions::{look as look_at_sessions, save as save_sessions};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    domain::alias::is_showable,
    storage::{AuditKind, Company, LiveSession, Tx},
};

use super::{Fault, Refusal, Result, Services, Visitor, audit, session};

/// A company whose row is held while one of its administrators changes it.
struct Held {
    tx: Tx,
    admin: LiveSession,
    company: Company,
}

impl Held {
    async fn by(s: &Services, visitor: &Visitor) -> Result<Self> {
        let admin = session::live_admin(s, visitor).await?;
        let mut tx = s.db.begin().await?;
        let company = tx.hold_company(&admin.company_id).await?;
        let company = company.ok_or_else(|| gone(&admin))?;
        Ok(Self { tx, admin, company })
    }

    /// Stores the company with its changes, which the log tells by the names of their fields. Without changes
    /// nothing happens.
    async fn save(&mut self, s: &Services, visitor: &Visitor, changes: &[String]) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        self.tx
            .update_company(&self.company)
            .await
            .map_err(|error| match &error {
                // Somebody took the name since it was looked for.
                sqlx::Error::Database(why) if why.is_unique_violation() => {
                    Refusal::NameTaken.into()
                }
                _ => super::Error::from(error),
            })?;
        self.note(s, visitor, changes);
        Ok(())
    }

    fn note(&mut self, s: &Services, visitor: &Visitor, changes: &[String]) {
        let mut event = audit::event(s, visitor, AuditKind::CompanySettings, &self.admin);
        event.reason = Some(changes.join(" · "));
        self.tx.audit(event);
    }
}

/// The company of an administrator, to look at.
async fn seen(s: &Services, visitor: &Visitor) -> Result<(LiveSession, Company)> {
    let admin = session::live_admin(s, visitor).await?;
    let company = s.db.company(&admin.company_id).await?;
    let company = company.ok_or_else(|| gone(&admin))?;
    Ok((admin, company))
}

fn gone(admin: &LiveSession) -> Fault {
    Fault::Broken(format!("account {} has no company", admin.account_id))
}

/// What tells one state of a page's settings from another: made of the settings themselves, so that pages beside it
/// can change meanwhile.
fn version(settings: &impl Serialize) -> String {
    let text = serde_json::to_vec(settings).unwrap_or_default();
    hex::encode(&Sha256::digest(text)[..8])
}

/// Refuses settings that were typed over others than there are now.
fn check_version(sent: &str, now: &str) -> Result<(), Refusal> {
    if sent == now {
        Ok(())
    } else {
        Err(Refusal::ChangedMeanwhile)
    }
}

/// A line of text that may be missing: 1 to 80 visible characters.
fn line(typed: Option<&str>) -> Result<Option<String>, Refusal> {
    match typed.map(str::trim).filter(|typed| !typed.is_empty()) {
        None => Ok(None),
        Some(typed) if is_showable(typed) => Ok(Some(typed.to_owned())),
        Some(_) => Err(Refusal::InvalidRequest),
    }
}

/// The names of fields that differ, for the log.
fn changed<const N: usize>(fields: [(&str, bool); N]) -> Vec<String> {
    fields
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(name, _)| name.to_owned())
        .collect()
}
