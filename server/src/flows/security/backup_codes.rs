//! A person's own backup codes: a new set, which ends the old one once one of its codes was typed back.

use app::wire::{BackupCodes, BackupCodesLeft, ConfirmBackupCodes};

use crate::{domain::code, mail::Letter, storage::AuditKind};

use super::super::{Refusal, Result, Services, Visitor, demand, enrolment, session};
use super::{Change, ways::tell};

/// How many are left, for whoever is told when they are few.
///
/// # Errors
/// Without a session.
pub async fn backup_codes_left(s: &Services, visitor: &Visitor) -> Result<BackupCodesLeft> {
    let session = session::live_in_full(s, visitor).await?;
    let left = s.db.backup_codes_left(&session.account_id).await?;
    Ok(BackupCodesLeft { left })
}

/// Makes a set, shown this once. The set before it counts until this one is confirmed.
///
/// # Errors
/// [`Refusal::MethodUnavailable`] for somebody who has no second way: there is nothing to back up.
pub async fn make_backup_codes(s: &Services, visitor: &Visitor) -> Result<BackupCodes> {
    let mut change = Change::begin(s, visitor).await?;
    let factors = change.tx.factors(&change.account.id).await?;
    if demand::ways(&factors).is_empty() {
        return Err(Refusal::MethodUnavailable.into());
    }
    let codes = enrolment::new_codes(s);
    enrolment::store_codes(s, &mut change.tx, &change.account.id, &codes).await?;
    change.tx.commit().await?;
    Ok(BackupCodes { codes })
}

/// Lets the set that was shown last count from now on; what the old one opened ends.
///
/// # Errors
/// [`Refusal::SetupOver`] when no set waits, [`Refusal::WrongCode`] when the code is not one of it.
pub async fn confirm_backup_codes(
    s: &Services,
    visitor: &Visitor,
    typed: &ConfirmBackupCodes,
) -> Result<()> {
    let mut change = Change::begin(s, visitor).await?;
    if !change
        .tx
        .has_unconfirmed_backup_set(&change.account.id)
        .await?
    {
        return Err(Refusal::SetupOver.into());
    }
    if !enrolment::confirm_codes(s, &mut change.tx, &change.account.id, &typed.code).await? {
        return Err(Refusal::WrongCode {
            attempts_left: code::LOCKED_AT,
        }
        .into());
    }
    change.outdate_the_rest().await?;
    let event = s.event(visitor, AuditKind::BackupCodesMade, &change.account);
    change.tx.audit(event);
    let letter = Letter::BackupCodesMade {
        username: change.account.username.clone(),
        at: s.now(),
    };
    tell(s, visitor, &mut change, &letter).await?;
    change.tx.commit().await?;
    Ok(())
}
