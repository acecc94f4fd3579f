//! Where a company's Amazon Connect is, for everybody. How administrators set it up is in `settings` and `people`, how
//! somebody comes in by it in `phone`; statuses that it tells are in `presence`.

use app::wire::CompanyPhone;
use url::Url;

use crate::{domain::phone_address, storage::Company};

use super::{Refusal, Result, Services, company};

/// Where a company's phone is. None without one, and for an address that may not be used any more.
#[must_use]
pub fn address(s: &Services, company: &Company) -> Option<Url> {
    usable(s, company.settings.ccp_url.as_deref())
}

/// A stored address, if it may be used still: the operator may have taken its host off the list.
pub(super) fn usable(s: &Services, stored: Option<&str>) -> Option<Url> {
    phone_address::read(stored?, &s.settings.ccp_hosts)
}

/// What a company's pages need to know of its phone before anybody is signed in.
///
/// # Errors
/// [`Refusal::UnknownCompany`], [`Refusal::NotFound`] for a company without a phone.
pub async fn phone(s: &Services, alias: &str) -> Result<CompanyPhone> {
    let company = company::by_alias(s, alias).await?;
    let url = address(s, &company).ok_or(Refusal::NotFound)?;
    Ok(CompanyPhone {
        url: url.to_string(),
    })
}
