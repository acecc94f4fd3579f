//! Whom a stuck person calls, and the pages that agents open from their desk.

use app::wire::{DeskLink, HelpSettings};

use super::{Held, Result, changed, check_version, line, seen, version};
use crate::{
    domain::{alias::is_showable, typed},
    flows::{Fault, Refusal, Services, Visitor},
    storage::Company,
};

/// Links that a desk has room for.
const LINKS: usize = 12;

/// # Errors
/// Without an administrator's session.
pub async fn look(s: &Services, visitor: &Visitor) -> Result<HelpSettings> {
    let (_, company) = seen(s, visitor).await?;
    Ok(shown(&company))
}

/// # Errors
/// [`Refusal::InvalidRequest`] for a phone or an address without a name, for what is none, and for too many links;
/// [`Refusal::ChangedMeanwhile`].
pub async fn save(s: &Services, visitor: &Visitor, wanted: &HelpSettings) -> Result<HelpSettings> {
    let mut held = Held::by(s, visitor).await?;
    check_version(&wanted.version, &shown(&held.company).version)?;
    let name = line(wanted.name.as_deref())?;
    let phone = line(wanted.phone.as_deref())?;
    let email = match wanted.email.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(typed) => Some(typed::email(typed).ok_or(Refusal::InvalidRequest)?),
    };
    if name.is_none() && (phone.is_some() || email.is_some()) {
        return Err(Refusal::InvalidRequest.into());
    }
    let links = serde_json::to_string(&checked(&wanted.desk_links)?)
        .map_err(|e| Fault::Broken(e.to_string()))?;
    let company = &mut held.company;
    let changes = changed([
        ("help_name", name != company.help_name),
        ("help_phone", phone != company.help_phone),
        ("help_email", email != company.help_email),
        ("desk_links", links != company.settings.desk_links),
    ]);
    company.help_name = name;
    company.help_phone = phone;
    company.help_email = email;
    company.settings.desk_links = links;
    held.save(s, visitor, &changes).await?;
    let saved = shown(&held.company);
    held.tx.commit().await?;
    Ok(saved)
}

fn checked(links: &[DeskLink]) -> Result<Vec<DeskLink>, Refusal> {
    if links.len() > LINKS {
        return Err(Refusal::InvalidRequest);
    }
    let link = |link: &DeskLink| {
        let name = link.name.trim();
        let url = typed::https(&link.url).filter(|_| is_showable(name));
        url.map(|url| DeskLink {
            name: name.to_owned(),
            url,
        })
        .ok_or(Refusal::InvalidRequest)
    };
    links.iter().map(link).collect()
}

fn links(company: &Company) -> Vec<DeskLink> {
    serde_json::from_str(&company.settings.desk_links).unwrap_or_default()
}

fn shown(company: &Company) -> HelpSettings {
    let mut settings = HelpSettings {
        version: String::new(),
        name: company.help_name.clone(),
        phone: company.help_phone.clone(),
        email: company.help_email.clone(),
        desk_links: links(company),
    };
    settings.version = version(&settings);
    settings
}
