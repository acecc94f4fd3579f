//! Backup codes: the person's own, and the one that an administrator made. Each is used up by the very
//! statement that finds it, so that of two who type it in the same millisecond one comes in.

use crate::{
    flows::{Result, Services, Visitor, enrolment, sign_in::Open},
    mail::Letter,
    storage::{AccountId, AuditKind, BackupSetKind, ProvenWith, Tx},
};

use super::{Miss, Verdict};

/// Judges what was typed by the account's backup codes, and uses the right one up.
pub(super) async fn check(
    s: &Services,
    tx: &mut Tx,
    account: &AccountId,
    typed: &str,
) -> Result<Verdict> {
    let now = s.now();
    for hash in enrolment::backup_code_hashes(s, account, typed) {
        match tx.use_backup_code(account, &hash, now).await? {
            Some(BackupSetKind::Own) => return Ok(Verdict::Right(ProvenWith::BackupCode)),
            Some(BackupSetKind::Admin) => return Ok(Verdict::Right(ProvenWith::AdminCode)),
            None => {}
        }
        let Some(code) = tx.backup_code(account, &hash).await? else {
            continue;
        };
        if code.used_at.is_some() {
            return Ok(Verdict::Not(Miss::Used));
        }
        if code.expires_at.is_some_and(|end| end <= now) {
            return Ok(Verdict::Not(Miss::Old { newer: None }));
        }
    }
    Ok(Verdict::Not(Miss::Wrong))
}

/// Writes the use of a person's own code down and tells them, with how many are left.
pub(super) async fn tell_own(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    open: &Open,
) -> Result<()> {
    let left = tx.backup_codes_left(&open.account.id).await?.unwrap_or(0);
    let letter = Letter::BackupCodeUsed {
        username: open.account.username.clone(),
        at: s.now(),
        left,
    };
    tell(s, visitor, tx, open, AuditKind::BackupCodeUsed, &letter).await
}

/// Writes the use of an administrator's code down and tells the person.
pub(super) async fn tell_admins(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    open: &Open,
) -> Result<()> {
    let letter = Letter::AdminCodeUsed {
        username: open.account.username.clone(),
        at: s.now(),
    };
    tell(s, visitor, tx, open, AuditKind::AdminCodeUsed, &letter).await
}

async fn tell(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    open: &Open,
    kind: AuditKind,
    letter: &Letter,
) -> Result<()> {
    tx.audit(s.event(visitor, kind, &open.account));
    s.post_back(visitor, tx, &open.account, &open.company, letter)
        .await?;
    Ok(())
}
