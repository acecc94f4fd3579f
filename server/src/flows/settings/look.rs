//! "Name and look": how a company calls itself, in which languages, in which colours, and who its mails come from.

use app::{
    colour, i18n,
    wire::{NameAndLook, NameAndLookPage, ReadyStepName, SavedLogo, TestMail},
};

use super::{Held, Result, changed, check_version, seen, version};
use crate::{
    domain::{alias::is_showable, finder::name_skeleton, logo, typed},
    flows::{Fault, Refusal, Services, Visitor, company, ready},
    mail::Letter,
    storage::{Account, Company},
};

/// Seconds between two mails to oneself.
const TEST_MAILS_APART: u32 = 60;

/// # Errors
/// Without an administrator's session.
pub async fn look(s: &Services, visitor: &Visitor) -> Result<NameAndLookPage> {
    let (_, company) = seen(s, visitor).await?;
    Ok(page(&company))
}

/// # Errors
/// [`Refusal::InvalidRequest`] for what cannot be, a brand and an accent that look alike among it;
/// [`Refusal::NameTaken`], [`Refusal::ChangedMeanwhile`].
pub async fn save(
    s: &Services,
    visitor: &Visitor,
    wanted: &NameAndLook,
) -> Result<NameAndLookPage> {
    let mut held = Held::by(s, visitor).await?;
    check_version(&wanted.version, &shown(&held.company).version)?;
    let before = shown(&held.company);
    let name = wanted.name.trim();
    if !is_showable(name) {
        return Err(Refusal::InvalidRequest.into());
    }
    let skeleton = name_skeleton(name);
    let is_other_name = skeleton != held.company.name_skeleton;
    if is_other_name && held.tx.is_name_taken(&held.company.id, &skeleton).await? {
        return Err(Refusal::NameTaken.into());
    }
    let company = &mut held.company;
    company.name = name.to_owned();
    company.name_skeleton = skeleton;
    company.time_zone = typed::time_zone(&wanted.time_zone).ok_or(Refusal::InvalidRequest)?;
    (company.language, company.settings.languages) = languages(wanted)?;
    (company.brand, company.accent) = colours(wanted)?;
    company.settings.mail_sender = match wanted.mail_sender.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(typed) => Some(typed::sender_name(typed).ok_or(Refusal::InvalidRequest)?),
    };
    let after = shown(company);
    let changes = changed([
        ("name", before.name != after.name),
        ("language", before.language != after.language),
        ("languages", before.languages != after.languages),
        ("time_zone", before.time_zone != after.time_zone),
        ("brand", before.brand != after.brand),
        ("accent", before.accent != after.accent),
        ("mail_sender", before.mail_sender != after.mail_sender),
    ]);
    held.save(s, visitor, &changes).await?;
    let saved = page(&held.company);
    held.tx.commit().await?;
    Ok(saved)
}

/// The company's own language, which is among those that it offers; all are offered where none is named.
fn languages(wanted: &NameAndLook) -> Result<(String, String), Refusal> {
    let known: Vec<&str> = i18n::languages().map(|(tag, _)| tag).collect();
    let is_known = |tag: &String| known.contains(&tag.as_str());
    if !is_known(&wanted.language) || !wanted.languages.iter().all(is_known) {
        return Err(Refusal::InvalidRequest);
    }
    // In the order of the menu, each once; every one of them is the same as none.
    let offered: Vec<&str> = known
        .iter()
        .copied()
        .filter(|tag| wanted.languages.iter().any(|wanted| wanted == tag))
        .collect();
    if offered.is_empty() || offered.len() == known.len() {
        return Ok((wanted.language.clone(), String::new()));
    }
    if !offered.contains(&wanted.language.as_str()) {
        return Err(Refusal::InvalidRequest);
    }
    Ok((wanted.language.clone(), offered.join(" ")))
}

/// Text on any brand is readable, for it is black or white; an accent must stand out from it as a mark does.
fn colours(wanted: &NameAndLook) -> Result<(Option<String>, Option<String>), Refusal> {
    let read = |typed: Option<&str>| match typed.map(str::trim) {
        None | Some("") => Ok(None),
        Some(typed) => typed::colour(typed)
            .map(Some)
            .ok_or(Refusal::InvalidRequest),
    };
    let (brand, accent) = (
        read(wanted.brand.as_deref())?,
        read(wanted.accent.as_deref())?,
    );
    let rgb = |colour: &Option<String>| colour.as_deref().and_then(colour::rgb);
    let stands_out = match (rgb(&brand), rgb(&accent)) {
        (Some(brand), Some(accent)) => colour::contrast(brand, accent) >= colour::MARK,
        // On the built-in look, nobody could tell which of its two brands an accent is made for.
        (None, Some(_)) => false,
        (_, None) => true,
    };
    if stands_out {
        Ok((brand, accent))
    } else {
        Err(Refusal::InvalidRequest)
    }
}

/// Stores another logo, redrawn.
///
/// # Errors
/// [`Refusal::InvalidRequest`] for what is no picture, or too large a one.
pub async fn save_logo(s: &Services, visitor: &Visitor, picture: Vec<u8>) -> Result<SavedLogo> {
    // Whoever may not save it does not make the server draw.
    seen(s, visitor).await?;
    let png = tokio::task::spawn_blocking(move || logo::redraw(&picture))
        .await
        .map_err(|e| Fault::Broken(e.to_string()))?
        .map_err(|_| Refusal::InvalidRequest)?;
    let digest = logo::digest(&png);
    let mut held = Held::by(s, visitor).await?;
    if held.company.logo_digest.as_ref() != Some(&digest) {
        held.tx.set_logo(&held.company.id, &png, &digest).await?;
        held.note(s, visitor, &["logo".to_owned()]);
    }
    held.company.logo_digest = Some(digest);
    held.tx.commit().await?;
    Ok(SavedLogo {
        logo: company::logo_address(&held.company),
    })
}

/// # Errors
/// Without an administrator's session.
pub async fn remove_logo(s: &Services, visitor: &Visitor) -> Result<SavedLogo> {
    let mut held = Held::by(s, visitor).await?;
    if held.company.logo_digest.is_some() {
        held.tx.remove_logo(&held.company.id).await?;
        held.note(s, visitor, &["logo".to_owned()]);
    }
    held.tx.commit().await?;
    Ok(SavedLogo { logo: None })
}

/// Mails the administrator what the company's mails look like.
///
/// # Errors
/// [`Refusal::ResendTooEarly`] within a minute of the last one.
pub async fn test_mail(s: &Services, visitor: &Visitor) -> Result<TestMail> {
    let (admin, company) = seen(s, visitor).await?;
    let mut tx = s.db.begin().await?;
    tx.lock_account(&admin.account_id).await?;
    let letter = Letter::Test;
    let now = s.now();
    if let Some(last) = tx.last_mail(&admin.account_id, letter.kind()).await? {
        let gone = now.since(last).as_secs();
        let left = u64::from(TEST_MAILS_APART).saturating_sub(gone);
        if left > 0 {
            return Err(Refusal::ResendTooEarly {
                seconds: u32::try_from(left).unwrap_or(TEST_MAILS_APART),
            }
            .into());
        }
    }
    let account: Account = tx
        .account(&admin.account_id)
        .await?
        .ok_or(Refusal::SignedOut)?;
    s.post_back(visitor, &mut tx, &account, &company, &letter)
        .await?;
    ready::note(&mut tx, &company.id, ReadyStepName::TestMail).await?;
    tx.commit().await?;
    s.mailer.wake();
    Ok(TestMail {
        sent_to: account.email,
    })
}

fn page(company: &Company) -> NameAndLookPage {
    NameAndLookPage {
        settings: shown(company),
        logo: company::logo_address(company),
        time_zones: typed::time_zones(),
    }
}

fn shown(company: &Company) -> NameAndLook {
    let mut settings = NameAndLook {
        version: String::new(),
        name: company.name.clone(),
        language: company.language.clone(),
        languages: company::words(&company.settings.languages),
        time_zone: company.time_zone.clone(),
        brand: company.brand.clone(),
        accent: company.accent.clone(),
        mail_sender: company.settings.mail_sender.clone(),
    };
    settings.version = version(&settings);
    settings
}
