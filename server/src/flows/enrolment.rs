//! Setting a second way up, within a sign-in or a session: an authenticator app is told its secret and
//! shows that it has it, a set of backup codes is shown once and one of it is typed back.
//!
//! Who may do it, what it is announced by and what ends with it is decided by the callers, which hold
//! the account's row in every function here. A [`Refusal`] leaves what it counted in the transaction:
//! commit before answering it.

use std::time::Duration;

use app::wire::AppSetup;
use qrcode::{EcLevel, QrCode, render::svg};

use crate::{
    clock::Moment,
    domain::{
        backup_code, code,
        code::TypedCode,
        second_factor::{BACKUP_CODES, name},
        totp::{self, Reading},
    },
    keys::Purpose,
    storage::{Account, AccountId, BackupSetKind, Company, Enrolment, NewBackupSet, NewFactor, Tx},
};

use super::{Fault, Refusal, Result, Services};

/// How long a way can be at being set up.
pub(super) const LIFE: Duration = Duration::from_secs(30 * 60);
/// Wrong first codes of a way before its set-up starts again.
pub(super) const WRONG_CODES: i64 = 10;
/// Characters of a device's name at most.
const NAME_LENGTH: usize = 60;
/// Pixels of a QR code's side, at least; what shows it makes it larger or smaller.
const QR_SIDE: u32 = 220;

/// Makes a new secret for an app, in place of what the same holder began before. It counts for
/// nothing until [`verify_app`].
pub(super) async fn begin_app(
    s: &Services,
    tx: &mut Tx,
    account: &Account,
    company: &Company,
    holder: &str,
) -> Result<AppSetup> {
    let now = s.now();
    let secret: [u8; totp::SECRET_BYTES] = s.entropy.bytes();
    let sealed = s.keys.seal(
        Purpose::AppSecret,
        account.id.0.as_bytes(),
        &secret,
        &s.entropy,
    );
    tx.begin_enrolment(&Enrolment {
        id: s.entropy.id(now),
        account_id: account.id.clone(),
        holder: holder.to_owned(),
        kind: name(app::wire::Method::App).to_owned(),
        secret: Some(sealed),
        failures: 0,
        created_at: now,
        expires_at: now.plus(LIFE),
    })
    .await?;
    tell(secret, account, company)
}

/// The same again, for a page that was loaded anew.
pub(super) fn shown_app(
    s: &Services,
    enrolment: &Enrolment,
    account: &Account,
    company: &Company,
) -> Result<AppSetup> {
    let sealed = enrolment.secret.as_deref().ok_or(Refusal::SetupOver)?;
    tell(open_secret(s, &account.id, sealed)?, account, company)
}

/// What the person calls the device, as it is stored; none when nothing was typed.
///
/// # Errors
/// [`Refusal::InvalidRequest`] for what is too long, or no text of one line.
pub(super) fn device_name(typed: Option<&str>) -> Result<Option<&str>, Refusal> {
    let name = typed.map(str::trim).filter(|name| !name.is_empty());
    let refused = name
        .is_some_and(|name| name.chars().count() > NAME_LENGTH || name.contains(char::is_control));
    if refused {
        Err(Refusal::InvalidRequest)
    } else {
        Ok(name)
    }
}

/// Checks the first code of an app; if it is right, the app counts from now on.
///
/// # Errors
/// [`Refusal::SetupOver`] when nothing is being set up or at the tenth wrong code, [`Refusal::WrongCode`]
/// and [`Refusal::ClockOff`], neither of which counts against the account.
pub(super) async fn verify_app(
    s: &Services,
    tx: &mut Tx,
    account: &Account,
    holder: &str,
    typed: &str,
    device: Option<&str>,
) -> Result<()> {
    let now = s.now();
    let device = device_name(device)?;
    let digits = match TypedCode::read(typed) {
        TypedCode::Digits(code) | TypedCode::Letters(code) => code,
        TypedCode::Empty => return Err(Refusal::InvalidRequest.into()),
    };
    let enrolment = tx
        .enrolment(holder, now)
        .await?
        .filter(|enrolment| enrolment.account_id == account.id)
        .ok_or(Refusal::SetupOver)?;
    let sealed = enrolment.secret.as_deref().ok_or(Refusal::SetupOver)?;
    match totp::read(open_secret(s, &account.id, sealed)?, &digits, now) {
        Reading::Right { step } => {
            tx.add_factor(&NewFactor {
                id: &enrolment.id,
                account: &account.id,
                kind: &enrolment.kind,
                name: device,
                secret: Some(sealed),
                last_step: Some(step),
                now,
            })
            .await?;
            tx.end_enrolment(holder).await?;
            Ok(())
        }
        Reading::Off { seconds, .. } => Err(Refusal::ClockOff {
            attempts_left: None,
            seconds,
        }
        .into()),
        Reading::Wrong => {
            if tx.count_enrolment_failure(&enrolment.id).await? >= WRONG_CODES {
                tx.end_enrolment(holder).await?;
                return Err(Refusal::SetupOver.into());
            }
            Err(Refusal::WrongCode {
                attempts_left: code::LOCKED_AT,
            }
            .into())
        }
    }
}

/// An app's secret out of its seal, which no other account's opens.
pub(super) fn open_secret(
    s: &Services,
    account: &AccountId,
    sealed: &[u8],
) -> Result<[u8; totp::SECRET_BYTES], Fault> {
    s.keys
        .open(Purpose::AppSecret, account.0.as_bytes(), sealed)
        .map_err(|e| Fault::Broken(format!("the app secret of account {account}: {e}")))?
        .try_into()
        .map_err(|_| {
            Fault::Broken(format!(
                "the app secret of account {account} has a wrong length"
            ))
        })
}

/// A set of new codes as they are shown, this once.
pub(super) fn new_codes(s: &Services) -> Vec<String> {
    (0..BACKUP_CODES).map(|_| new_code(s)).collect()
}

/// Stores a set that counts once one of its codes was typed back; one that waited for that ends.
pub(super) async fn store_codes(
    s: &Services,
    tx: &mut Tx,
    account: &AccountId,
    codes: &[String],
) -> Result<()> {
    store(s, tx, account, BackupSetKind::Own, codes, None).await
}

/// Lets the set that was shown last count from now on, if this is one of its codes; the set before it
/// ends. Answers whether it is.
pub(super) async fn confirm_codes(
    s: &Services,
    tx: &mut Tx,
    account: &AccountId,
    typed: &str,
) -> Result<bool> {
    for hash in backup_code_hashes(s, account, typed) {
        if tx.confirm_backup_set(account, &hash, s.now()).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes the one code that an administrator hands to a person, in place of an earlier one. It counts
/// at once, and until the moment that is answered with it.
pub(super) async fn admin_code(
    s: &Services,
    tx: &mut Tx,
    account: &AccountId,
    life: Duration,
) -> Result<(String, Moment)> {
    let code = new_code(s);
    let end = s.now().plus(life);
    let codes = std::slice::from_ref(&code);
    store(s, tx, account, BackupSetKind::Admin, codes, Some(end)).await?;
    Ok((code, end))
}

/// The hashes under which a typed code may be stored; none when it cannot be a backup code.
///
/// A keyed HMAC is enough, where a password needs a slow hash: a code is one of 2^64 equally likely
/// ones, and without the key, which is not in the database, not even a guess can be tried.
pub(crate) fn backup_code_hashes(s: &Services, account: &AccountId, typed: &str) -> Vec<[u8; 32]> {
    backup_code::read(typed).map_or_else(Vec::new, |code| {
        let parts = [account.0.as_bytes(), code.as_bytes()];
        s.keys.hashes(Purpose::BackupCode, &parts).collect()
    })
}

fn new_code(s: &Services) -> String {
    loop {
        if let Some(code) = backup_code::of_bits(u64::from_be_bytes(s.entropy.bytes())) {
            return backup_code::shown(&code);
        }
    }
}

/// Stores a set: an administrator's counts at once and ends, a person's own waits and stays.
async fn store(
    s: &Services,
    tx: &mut Tx,
    account: &AccountId,
    kind: BackupSetKind,
    codes: &[String],
    end: Option<Moment>,
) -> Result<()> {
    let now = s.now();
    let rows: Vec<(String, Vec<u8>)> = codes
        .iter()
        .filter_map(|code| backup_code_hashes(s, account, code).first().copied())
        .map(|hash| (s.entropy.id(now), hash.to_vec()))
        .collect();
    tx.add_backup_set(&NewBackupSet {
        id: &s.entropy.id(now),
        account,
        kind,
        created_at: now,
        confirmed_at: end.map(|_| now),
        expires_at: end,
        codes: &rows,
    })
    .await?;
    Ok(())
}

/// What the person is shown to add the app.
fn tell(
    secret: [u8; totp::SECRET_BYTES],
    account: &Account,
    company: &Company,
) -> Result<AppSetup> {
    let told = totp::tell(secret, &company.name, &account.username)
        .map_err(|e| Fault::Broken(format!("the app of account {}: {e}", account.id)))?;
    Ok(AppSetup {
        qr: qr(&told.uri)?,
        secret: told.secret,
        uri: told.uri,
    })
}

/// A text as a QR code: an `svg` element without scripts or styles, to stand within a page.
pub(super) fn qr(text: &str) -> Result<String, Fault> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|e| Fault::Broken(format!("a QR code of {} bytes: {e}", text.len())))?;
    let document = code
        .render::<svg::Color<'_>>()
        .min_dimensions(QR_SIDE, QR_SIDE)
        .build();
    let element = document.find("<svg").unwrap_or(0);
    Ok(document[element..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_code_is_an_element_that_runs_and_styles_nothing() {
        let svg = qr("otpauth://totp/Acme:anna?secret=GEZDGNBVGY3TQOJQ").expect("fits");
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"), "{svg}");
        for not in ["<?xml", "<script", "<style", "style=", " on"] {
            assert!(!svg.contains(not), "{not}");
        }
    }
}
