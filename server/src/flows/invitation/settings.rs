//! How a company invites: an administrator looks at it, at what the mails say, and decides.

use std::time::Duration;

use app::wire::{InvitationOverview, InvitationPolicy, MailPreview, WelcomeStyle};

use crate::{
    mail::{Letter, Recipient},
    storage::{AuditKind, Company, LiveSession, Welcome},
};

use super::super::{Fault, Refusal, Result, Services, Visitor, audit, company_facts, session};
use super::send::TEMPORARY_LIFE;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What the company decided, what it could, and both mails.
///
/// # Errors
/// Without an administrator's session.
pub async fn settings(s: &Services, visitor: &Visitor) -> Result<InvitationOverview> {
    let admin = session::live_admin(s, visitor).await?;
    let company = company_of(s, &admin).await?;
    Ok(overview(s, &admin, &company))
}

/// Saves how the company invites from now on. What was sent before stays as it is.
///
/// # Errors
/// [`Refusal::FreshProofNeeded`], [`Refusal::InvalidRequest`] beyond the operator's bounds and for temporary passwords
/// where there are none, and [`Refusal::ChangedMeanwhile`].
pub async fn save_settings(
    s: &Services,
    visitor: &Visitor,
    wanted: &InvitationPolicy,
) -> Result<InvitationOverview> {
    let admin = session::live_admin(s, visitor).await?;
    session::check_fresh(s, &admin)?;
    let mut tx = s.db.begin().await?;
    let company = tx
        .company(&admin.company_id)
        .await?
        .ok_or_else(|| no_company(&admin))?;
    let old = shown(&company);
    if wanted.version != old.version {
        return Err(Refusal::ChangedMeanwhile.into());
    }
    check(s, &company, &old, wanted)?;
    let changes = changes(&old, wanted);
    if changes.is_empty() {
        return Ok(overview(s, &admin, &company));
    }
    let life = if wanted.days == old.days {
        company.invitation_life()
    } else {
        DAY * wanted.days.into()
    };
    // Only while they are as they were read: on PostgreSQL somebody else may be saving too.
    let saved = tx
        .set_invitations(
            &company.id,
            company.settings.version,
            life,
            stored(wanted.welcome),
        )
        .await?;
    if !saved {
        return Err(Refusal::ChangedMeanwhile.into());
    }
    let mut event = audit::event(s, visitor, AuditKind::CompanySettings, &admin);
    event.reason = Some(changes.join(" · "));
    tx.audit(event);
    tx.commit().await?;
    let company = company_of(s, &admin).await?;
    Ok(overview(s, &admin, &company))
}

/// Refuses what cannot be had. What stays as it was is never refused: the operator may have drawn the bounds closer.
fn check(
    s: &Services,
    company: &Company,
    old: &InvitationPolicy,
    wanted: &InvitationPolicy,
) -> Result<(), Refusal> {
    let (fewest, most) = s.settings.policy_bounds.invitation_days;
    let days_fit = (fewest..=most).contains(&usize::from(wanted.days));
    let style_fits = company.passwords || wanted.welcome == WelcomeStyle::Link;
    if (wanted.days == old.days || days_fit) && (wanted.welcome == old.welcome || style_fits) {
        Ok(())
    } else {
        Err(Refusal::InvalidRequest)
    }
}

/// As the audit log keeps them.
fn changes(old: &InvitationPolicy, new: &InvitationPolicy) -> Vec<String> {
    let mut changes = Vec::new();
    if old.days != new.days {
        changes.push(format!("invitation_days {} → {}", old.days, new.days));
    }
    if old.welcome != new.welcome {
        let (old, new) = (name(old.welcome), name(new.welcome));
        changes.push(format!("welcome {old} → {new}"));
    }
    changes
}

fn overview(s: &Services, admin: &LiveSession, company: &Company) -> InvitationOverview {
    let (fewest, most) = s.settings.policy_bounds.invitation_days;
    let days = |days| u16::try_from(days).unwrap_or(u16::MAX);
    InvitationOverview {
        policy: shown(company),
        fewest_days: days(fewest),
        most_days: days(most),
        passwords: company.passwords,
        previews: [WelcomeStyle::Link, WelcomeStyle::TemporaryPassword]
            .map(|style| preview(s, admin, company, style))
            .into(),
    }
}

/// The mail that the administrator would get as a new person of the company.
fn preview(
    s: &Services,
    admin: &LiveSession,
    company: &Company,
    style: WelcomeStyle,
) -> MailPreview {
    let username = admin.username.clone();
    let letter = match style {
        WelcomeStyle::Link => Letter::Invitation {
            path: "/invitation?token=••••••".to_owned(),
            username,
            expires_at: s.now().plus(company.invitation_life()),
        },
        WelcomeStyle::TemporaryPassword => Letter::TemporaryPassword {
            username,
            password: "••••-••••-••••-••••".to_owned(),
            expires_at: s.now().plus(TEMPORARY_LIFE),
        },
    };
    let recipient = Recipient {
        name: admin.name.clone(),
        email: admin.email.clone(),
        language: company.language.clone(),
    };
    let mail = s
        .mailer
        .preview(&letter, &recipient, &company_facts(company));
    MailPreview {
        welcome: style,
        language: company.language.clone(),
        subject: mail.subject,
        text: mail.text,
    }
}

fn shown(company: &Company) -> InvitationPolicy {
    let days = company.invitation_life().as_secs() / DAY.as_secs();
    InvitationPolicy {
        version: u32::try_from(company.settings.version).unwrap_or(u32::MAX),
        days: u16::try_from(days).unwrap_or(u16::MAX),
        welcome: match company.settings.welcome {
            Welcome::Link => WelcomeStyle::Link,
            Welcome::TemporaryPassword => WelcomeStyle::TemporaryPassword,
        },
    }
}

fn stored(style: WelcomeStyle) -> Welcome {
    match style {
        WelcomeStyle::Link => Welcome::Link,
        WelcomeStyle::TemporaryPassword => Welcome::TemporaryPassword,
    }
}

fn name(style: WelcomeStyle) -> &'static str {
    match style {
        WelcomeStyle::Link => "link",
        WelcomeStyle::TemporaryPassword => "temporary_password",
    }
}

async fn company_of(s: &Services, admin: &LiveSession) -> Result<Company> {
    let company = s.db.company(&admin.company_id).await?;
    Ok(company.ok_or_else(|| no_company(admin))?)
}

fn no_company(admin: &LiveSession) -> Fault {
    Fault::Broken(format!("account {} has no company", admin.account_id))
}
