//! Codes that are mailed: sent within the account's limits, compared with those of the attempt.

use subtle::ConstantTimeEq;

use crate::{
    clock::Moment,
    domain::code,
    flows::{Result, Services, Visitor, sign_in::Open},
    keys::Purpose,
    mail::Letter,
    storage::{Account, AttemptId, AuditKind, Company, EmailCode, ProvenWith, Tx},
};

use super::{Miss, Verdict};

/// Judges digits by the codes that were mailed for this attempt.
pub(super) async fn check(s: &Services, tx: &mut Tx, open: &Open, digits: &str) -> Result<Verdict> {
    let codes = tx.codes(&open.attempt.id).await?;
    let typed = code_hash(s, &open.attempt.id, digits);
    Ok(match judge(&codes, &typed, s.now()) {
        Judgement::Right => Verdict::Right(ProvenWith::Email),
        // Only a newer mail is worth pointing at; a code past its time needs a new one.
        Judgement::Old => Verdict::Not(Miss::Old {
            newer: codes
                .first()
                .filter(|newest| !bool::from(newest.code_hash.ct_eq(&typed)))
                .map(|newest| newest.sent_at),
        }),
        Judgement::Wrong => Verdict::Not(Miss::Wrong),
    })
}

pub(in crate::flows) enum Judgement {
    Right,
    /// It was right once: from an earlier mail, or past its time.
    Old,
    Wrong,
}

/// Compares with every code that was mailed for the same, newest first, in constant time.
pub(in crate::flows) fn judge(codes: &[EmailCode], typed_hash: &[u8], now: Moment) -> Judgement {
    let matched = codes
        .iter()
        .map(|code| bool::from(code.code_hash.ct_eq(typed_hash)));
    let mut judgement = Judgement::Wrong;
    for (index, (code, matches)) in codes.iter().zip(matched).enumerate() {
        if matches && index == 0 && code.expires_at > now {
            return Judgement::Right;
        }
        if matches {
            judgement = Judgement::Old;
        }
    }
    judgement
}

/// Mails a code for an attempt, if the account's limits over all attempts allow one now; otherwise
/// answers the seconds until they do. The caller holds the account's row.
pub(in crate::flows) async fn send_code_if_allowed(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    account: &Account,
    company: &Company,
    attempt: &AttemptId,
) -> Result<Option<u32>> {
    let now = s.now();
    let sent = tx
        .codes_sent_since(&account.id, now.minus(code::MAIL_WINDOW))
        .await?;
    let wait = code::resend_after(now, &sent);
    if !wait.is_zero() {
        return Ok(Some(now.seconds_until(now.plus(wait))));
    }
    let digits = s.entropy.six_digits();
    let code_hash = code_hash(s, attempt, &digits);
    let expires_at = now.plus(code::LIFE);
    let letter = Letter::SignInCode {
        code: digits,
        sent_at: now,
        minutes: u32::try_from(code::LIFE.as_secs() / 60).unwrap_or(u32::MAX),
    };
    let mail_id = s.post_back(visitor, tx, account, company, &letter).await?;
    let code = EmailCode {
        code_hash,
        mail_id,
        sent_at: now,
        expires_at,
    };
    tx.add_code(&s.entropy.id(now), &account.id, attempt, &code)
        .await?;
    tx.audit(s.event(visitor, AuditKind::CodeSent, account));
    Ok(None)
}

/// The keyed hash under which a code is stored, bound to its attempt.
fn code_hash(s: &Services, attempt: &AttemptId, code: &str) -> Vec<u8> {
    s.keys
        .hash(Purpose::Code, &[attempt.0.as_bytes(), code.as_bytes()])
        .to_vec()
}
