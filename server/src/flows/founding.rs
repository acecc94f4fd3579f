//! How a company comes about and is entered for the first time, whoever wants it: the operator at the command line, or
//! somebody at `/onboarding`. Who may want one, and what they are told, is decided there.

use std::time::Duration;

use crate::{
    clock::Moment,
    domain::{finder::name_skeleton, logo},
    mail::Letter,
    storage::{Account, AuditKind, Company, NameTaken, Names, NewAuditEvent, Tx},
};

use super::{
    Fault, Services, Visitor,
    invitation::{FirstCredential, Prepared},
    operator::{OperatorError, PersonDraft, add_person, event, invite},
    presence,
};

/// How long a company that somebody made at `/onboarding` waits to be entered, and how long one that was asked for waits
/// for the operator.
pub(super) const PATIENCE: Duration = Duration::from_hours(7 * 24);

/// What a company wants to be called, for [`Tx::names_taken`].
pub(super) fn names<'a>(company: &'a Company, alias_skeleton: &'a str) -> Names<'a> {
    Names {
        alias: &company.alias,
        alias_skeleton,
        instance_alias: company.instance_alias.as_deref(),
        name_skeleton: &company.name_skeleton,
    }
}

/// Makes a company and its first administrator, who is not invited yet. Of two who want the same name at the same moment
/// one gets it.
///
/// # Errors
/// When a name is taken; nothing was done then.
pub(super) async fn found(
    s: &Services,
    tx: &mut Tx,
    by: Option<&Visitor>,
    company: &Company,
    png: Option<&[u8]>,
    admin: &PersonDraft,
) -> Result<Account, OperatorError> {
    tx.hold_names().await?;
    let skeleton = name_skeleton(&company.alias);
    if let Some(taken) = tx.names_taken(names(company, &skeleton)).await? {
        return Err(match taken {
            NameTaken::Alias(name) => OperatorError::AliasTaken(name),
            NameTaken::InstanceAlias(name) => OperatorError::InstanceAliasTaken(name),
            NameTaken::Name(name) => OperatorError::NameTaken(name),
            NameTaken::FormerAlias => OperatorError::AliasUsed(company.alias.clone()),
        });
    }
    tx.add_company(company)
        .await
        .map_err(|error| match &error {
            // Another company was renamed since.
            sqlx::Error::Database(why) if why.is_unique_violation() => {
                OperatorError::NameTaken(company.name.clone())
            }
            _ => error.into(),
        })?;
    presence::born(s, tx, company).await?;
    if let Some(png) = png {
        tx.set_logo(&company.id, png, &logo::digest(png)).await?;
    }
    tx.audit(event(s, by, AuditKind::CompanyCreated, &company.id, None));
    add_person(s, tx, by, company, admin).await
}

/// Notes that the first person is in, if nobody was before; `entered` is what the log then says.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn enter(tx: &mut Tx, entered: NewAuditEvent) -> Result<(), sqlx::Error> {
    let Some(company) = &entered.company else {
        return Ok(());
    };
    if tx.enter_company(company).await? {
        tx.audit(entered);
    }
    Ok(())
}

/// The operator's yes to a company that somebody asked for: its first administrator gets the link now.
///
/// # Errors
/// [`OperatorError::NotAsked`]; nothing was done then.
pub(super) async fn approve(
    s: &Services,
    company: &Company,
) -> Result<FirstCredential, OperatorError> {
    let ends_at = s.now().plus(PATIENCE);
    let mut tx = s.db.begin().await?;
    let account = first_account(&mut tx, company).await?;
    tx.lock_account(&account.id).await?;
    if !tx.approve_company(&company.id, ends_at).await? {
        return Err(OperatorError::NotAsked(company.alias.clone()));
    }
    let company = tx.company(&company.id).await?;
    let company =
        company.ok_or_else(|| Fault::Broken("an approved company vanished".to_owned()))?;
    let invited = invite(s, &mut tx, &company, &account, Prepared::Link).await?;
    tx.commit().await?;
    s.mailer.wake();
    Ok(invited)
}

/// The operator's no: the person hears of it, and nothing else is left.
///
/// # Errors
/// [`OperatorError::NotAsked`]; nothing was done then.
pub(super) async fn refuse(
    s: &Services,
    company: &Company,
    reason: Option<&str>,
) -> Result<(), OperatorError> {
    let mut tx = s.db.begin().await?;
    let account = first_account(&mut tx, company).await?;
    tx.lock_account(&account.id).await?;
    let letter = Letter::CompanyRefused {
        reason: reason.map(str::to_owned),
    };
    s.post(&mut tx, &account, company, &letter).await?;
    if !tx.refuse_company(&company.id).await? {
        return Err(OperatorError::NotAsked(company.alias.clone()));
    }
    tx.commit().await?;
    s.mailer.wake();
    Ok(())
}

async fn first_account(tx: &mut Tx, company: &Company) -> Result<Account, OperatorError> {
    tx.first_account(&company.id)
        .await?
        .ok_or_else(|| OperatorError::NotAsked(company.alias.clone()))
}

/// When a link that is sent now ends: nobody opens a company that is gone by then.
#[must_use]
pub(super) fn link_end(company: &Company, now: Moment) -> Moment {
    company
        .settings
        .ends_at
        .unwrap_or_else(|| now.plus(company.invitation_life()))
}
