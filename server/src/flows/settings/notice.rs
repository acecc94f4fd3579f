//! Today's message to everybody.

use app::wire::CompanyNotice;

use super::{Held, Result, changed, check_version, seen, version};
use crate::{
    domain::typed,
    flows::{Refusal, Services, Visitor},
    storage::Company,
};

/// # Errors
/// Without an administrator's session.
pub async fn look(s: &Services, visitor: &Visitor) -> Result<CompanyNotice> {
    let (_, company) = seen(s, visitor).await?;
    Ok(shown(&company))
}

/// # Errors
/// [`Refusal::InvalidRequest`] for a message that is too long, [`Refusal::ChangedMeanwhile`].
pub async fn save(
    s: &Services,
    visitor: &Visitor,
    wanted: &CompanyNotice,
) -> Result<CompanyNotice> {
    let mut held = Held::by(s, visitor).await?;
    check_version(&wanted.version, &shown(&held.company).version)?;
    let notice = match wanted.notice.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(typed) => Some(typed::notice(typed).ok_or(Refusal::InvalidRequest)?),
    };
    let changes = changed([("notice", notice != held.company.notice)]);
    held.company.notice = notice;
    held.save(s, visitor, &changes).await?;
    let saved = shown(&held.company);
    held.tx.commit().await?;
    Ok(saved)
}

fn shown(company: &Company) -> CompanyNotice {
    let mut notice = CompanyNotice {
        version: String::new(),
        notice: company.notice.clone(),
    };
    notice.version = version(&notice);
    notice
}
