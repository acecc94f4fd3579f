//! Companies as everybody may see them, and the way to one from whatever a person typed.

use app::wire::{self, FoundCompany, HelpContact, LegalText};
use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd, html};

use crate::{
    domain::{alias::check_alias, finder, region::Question},
    storage::{Company, CompanyState},
};

use super::{Error, Refusal, Result, Services, regions, sso};

/// # Errors
/// [`Refusal::UnknownCompany`]
pub async fn by_alias(s: &Services, alias: &str) -> Result<Company> {
    check_alias(alias).map_err(|_| Refusal::UnknownCompany)?;
    Ok(s.db
        .company_by_alias(alias)
        .await?
        .ok_or(Refusal::UnknownCompany)?)
}

/// Why nobody signs in at this company now, whoever they are: an operator closed it, or it is not open yet.
#[must_use]
pub fn closed(company: &Company) -> Option<Refusal> {
    match company.settings.state {
        CompanyState::Active => None,
        CompanyState::Asked | CompanyState::Inert | CompanyState::Suspended => {
            Some(Refusal::CompanyClosed)
        }
    }
}

/// What anybody may know of a company.
///
/// # Errors
/// [`Refusal::UnknownCompany`], [`Refusal::Elsewhere`] when other regions know it.
pub async fn look(s: &Services, alias: &str) -> Result<wire::Company> {
    match by_alias(s, alias).await {
        Ok(company) => show(s, company).await,
        Err(Error::Refused(Refusal::UnknownCompany)) => {
            Err(regions::unknown_here(s, Question::alias(alias)).await)
        }
        Err(error) => Err(error),
    }
}

/// A company as everybody is shown it.
///
/// # Errors
/// When the database does not answer.
pub async fn show(s: &Services, company: Company) -> Result<wire::Company> {
    let sso = sso::live(s, &company).await?;
    let logo = logo_address(&company);
    let help_contact = help_contact(&company);
    let closed = closed(&company).map(|_| company.settings.suspended_notice.unwrap_or_default());
    Ok(wire::Company {
        alias: company.alias,
        name: company.name,
        language: company.language,
        brand: company.brand,
        accent: company.accent,
        logo,
        notice: company.notice.filter(|_| closed.is_none()),
        help_contact,
        languages: words(&company.settings.languages),
        not_open_yet: matches!(
            company.settings.state,
            CompanyState::Asked | CompanyState::Inert
        ),
        closed,
        passwords: company.passwords,
        sso: sso.iter().map(|provider| provider.kind).collect(),
        terms: company.terms.is_some(),
        privacy: company.privacy.is_some(),
        region: s.settings.region.clone(),
    })
}

/// Where a company's logo is: another address for every other picture.
pub(super) fn logo_address(company: &Company) -> Option<String> {
    let digest = company.logo_digest.as_ref()?;
    Some(format!("/api/v1/companies/{}/logo?{digest}", company.alias))
}

/// A list that is stored as words between spaces.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// Whom a stuck person of this company calls.
pub(super) fn help_contact(company: &Company) -> Option<HelpContact> {
    company.help_name.as_ref().map(|name| HelpContact {
        name: name.clone(),
        phone: company.help_phone.clone(),
        email: company.help_email.clone(),
    })
}

/// Finds a company by alias, instance alias, name or a pasted address, in any case.
///
/// # Errors
/// [`Refusal::UnknownCompany`], [`Refusal::Elsewhere`] when other regions know it. Names are not asked there, and of
/// an e-mail address only the domain.
pub async fn find(s: &Services, typed: &str) -> Result<FoundCompany> {
    if let Some(region) = regions::pasted(s, typed) {
        return Err(Refusal::Elsewhere(vec![region]).into());
    }
    let wanted = finder::read(typed).ok_or(Refusal::UnknownCompany)?;
    let company =
        s.db.find_company(&wanted.alias, &wanted.name_skeleton)
            .await?;
    let Some(company) = company else {
        return Err(regions::unknown_here(s, Question::typed(typed)).await);
    };
    Ok(FoundCompany {
        alias: company.alias,
        name: company.name,
    })
}

/// A company's logo as PNG.
///
/// # Errors
/// [`Refusal::NotFound`] when it has none.
pub async fn logo(s: &Services, alias: &str) -> Result<Vec<u8>> {
    Ok(s.db.logo(alias).await?.ok_or(Refusal::NotFound)?)
}

/// A company's terms.
///
/// # Errors
/// [`Refusal::NotFound`] when it has none.
pub async fn terms(s: &Services, alias: &str) -> Result<LegalText> {
    let company = by_alias(s, alias).await?;
    Ok(legal(&company.terms.ok_or(Refusal::NotFound)?))
}

/// A company's privacy policy.
///
/// # Errors
/// [`Refusal::NotFound`] when it has none.
pub async fn privacy(s: &Services, alias: &str) -> Result<LegalText> {
    let company = by_alias(s, alias).await?;
    Ok(legal(&company.privacy.ok_or(Refusal::NotFound)?))
}

/// An https address as it is, anything else as Markdown whose raw HTML is shown as text.
pub(super) fn legal(text: &str) -> LegalText {
    if text.starts_with("https://") && !text.trim().contains(char::is_whitespace) {
        return LegalText::Url(text.trim().to_owned());
    }
    let events = Parser::new(text).map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        Event::Start(tag) => Event::Start(harmless(tag)),
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(below_title(level))),
        other => other,
    });
    let mut rendered = String::new();
    html::push_html(&mut rendered, events);
    LegalText::Html(rendered)
}

/// Links in a company's text lead to https pages and mailboxes only, and its pictures are not loaded.
fn harmless(tag: Tag<'_>) -> Tag<'_> {
    match tag {
        Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        } => {
            let leads_somewhere =
                dest_url.starts_with("https://") || dest_url.starts_with("mailto:");
            let dest_url = if leads_somewhere {
                dest_url
            } else {
                "#".into()
            };
            Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }
        }
        Tag::Image {
            link_type,
            title,
            id,
            ..
        } => Tag::Image {
            link_type,
            dest_url: "".into(),
            title,
            id,
        },
        Tag::Heading {
            level,
            id,
            classes,
            attrs,
        } => Tag::Heading {
            level: below_title(level),
            id,
            classes,
            attrs,
        },
        other => other,
    }
}

/// The page around the text has its own first heading.
fn below_title(level: HeadingLevel) -> HeadingLevel {
    HeadingLevel::try_from(level as usize + 1).unwrap_or(HeadingLevel::H6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_texts_hold_no_html_of_their_own() {
        let LegalText::Html(html) = legal(
            "# Terms\n\nBe <script>alert(1)</script> kind. [a](javascript:alert(1)) ![i](https://x.example/y.png)",
        ) else {
            panic!("not an address")
        };
        assert!(html.contains("<h2>Terms</h2>"));
        assert!(!html.contains("<script"), "{html}");
        assert!(!html.contains("javascript:"), "{html}");
        assert!(!html.contains("x.example"), "{html}");
        assert_eq!(
            legal("https://acme.example/terms"),
            LegalText::Url("https://acme.example/terms".into())
        );
    }
}
