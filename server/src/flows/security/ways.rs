//! A person's second ways: seen, set up, reset and given up.

use app::wire::{
    AddWay, AppBegun, AppSetup, BackupCodes, MailedCode, Method, TwoFactor, VerifyWay, Way,
    WayBegun,
};

use crate::{
    clock::Moment,
    domain::{
        code::{self, TypedCode},
        second_factor,
    },
    keys::Purpose,
    mail::Letter,
    storage::{Account, AuditKind, Company, EmailCode, Enrolment, Factor, NewFactor},
};

use super::super::{
    Error, Refusal, Result, Services, Visitor, enrolment, help,
    second_proof::{Judgement, judge},
    written,
};
use super::Change;

/// Apps of one person at most: more than anybody has phones.
const MOST_APPS: usize = 10;

/// The ways of an account, and what it may add.
pub(super) async fn show(s: &Services, account: &Account, company: &Company) -> Result<TwoFactor> {
    let now = s.now();
    let zone = company.zone();
    let rules = company.policy.rules();
    let allowed = rules.allowed(account.admin);
    let factors = s.db.factors(&account.id).await?;
    let ways = factors.iter().filter_map(|factor| {
        let method = second_factor::named(&factor.kind)?;
        Some(Way {
            id: factor.id.clone(),
            method,
            name: factor.name.clone(),
            added_at: written(factor.created_at, &zone),
            last_used_at: factor.last_used_at.map(|at| written(at, &zone)),
            removable: rules.may_give_up(account.admin, &others(&factors, factor), now),
            allowed: allowed.contains(&method),
        })
    });
    Ok(TwoFactor {
        demand: rules.mode,
        required_from: rules
            .from
            .filter(|from| *from > now)
            .map(|from| written(from, &zone)),
        ways: ways.collect(),
        addable: addable(account, company, &factors)
            .into_iter()
            .filter(|method| *method != Method::Email || !has(&factors, Method::Email))
            .collect(),
        backup_codes_left: s.db.backup_codes_left(&account.id).await?,
    })
}

/// What is left when a way is given up.
fn others(factors: &[Factor], given_up: &Factor) -> Vec<Method> {
    factors
        .iter()
        .filter(|factor| factor.id != given_up.id)
        .filter_map(|factor| second_factor::named(&factor.kind))
        .collect()
}

fn has(factors: &[Factor], method: Method) -> bool {
    factors
        .iter()
        .any(|factor| factor.kind == second_factor::name(method))
}

/// What a person may set up, e-mail also when it is there already: setting it up anew resets it.
fn addable(account: &Account, company: &Company, factors: &[Factor]) -> Vec<Method> {
    let rules = company.policy.rules();
    if rules.mode == app::wire::TwoFactorMode::Off {
        return Vec::new();
    }
    let apps = factors
        .iter()
        .filter(|factor| factor.kind == second_factor::name(Method::App));
    let full = apps.count() >= MOST_APPS;
    let mut methods = rules.allowed(account.admin);
    methods.retain(|method| match method {
        Method::Email => true,
        Method::App => !full,
        Method::BackupCode => false,
    });
    methods
}

/// Begins to set up a way; what this session began before ends.
///
/// # Errors
/// [`Refusal::MethodUnavailable`] for what the company does not allow.
pub async fn add_way(s: &Services, visitor: &Visitor, typed: &AddWay) -> Result<WayBegun> {
    let mut change = Change::begin(s, visitor).await?;
    let factors = change.tx.factors(&change.account.id).await?;
    if !addable(&change.account, &change.company, &factors).contains(&typed.method) {
        return Err(Refusal::MethodUnavailable.into());
    }
    let begun = if typed.method == Method::App {
        let setup = begin_app(s, &mut change).await?;
        let mail = if needs_mailbox(Method::App, &factors) {
            Some(mail_first_code(s, visitor, &mut change).await?)
        } else {
            None
        };
        WayBegun::App(AppBegun { setup, mail })
    } else {
        begin_email(s, &mut change).await?;
        WayBegun::Email(mail_first_code(s, visitor, &mut change).await?)
    };
    change.tx.commit().await?;
    Ok(begun)
}

/// Whether a mailed code is asked for. An app needs one as well when nothing else is set up: the
/// session was opened by the password alone, and a thief's phone must not be added with no more
/// (SECURITY 5).
fn needs_mailbox(method: Method, factors: &[Factor]) -> bool {
    let has_way = factors
        .iter()
        .any(|factor| second_factor::named(&factor.kind).is_some());
    method == Method::Email || !has_way
}

async fn begin_app(s: &Services, change: &mut Change) -> Result<AppSetup> {
    let Change {
        tx,
        session,
        account,
        company,
    } = change;
    enrolment::begin_app(s, tx, account, company, &session.id.0).await
}

async fn begin_email(s: &Services, change: &mut Change) -> Result<()> {
    let now = s.now();
    let enrolment = Enrolment {
        id: s.entropy.id(now),
        account_id: change.account.id.clone(),
        holder: change.session.id.0.clone(),
        kind: second_factor::name(Method::Email).to_owned(),
        secret: None,
        failures: 0,
        created_at: now,
        expires_at: now.plus(enrolment::LIFE),
    };
    change.tx.begin_enrolment(&enrolment).await?;
    Ok(())
}

/// Mails the first code of what was just begun, if the limits of mails allow one now.
async fn mail_first_code(
    s: &Services,
    visitor: &Visitor,
    change: &mut Change,
) -> Result<MailedCode> {
    let enrolment = open_enrolment(s, change).await?;
    let wait = send_code_if_allowed(s, visitor, change, &enrolment).await?;
    mailed(s, change, (wait == 0).then(|| s.now())).await
}

async fn mailed(s: &Services, change: &mut Change, sent_at: Option<Moment>) -> Result<MailedCode> {
    Ok(MailedCode {
        sent_to: code::masked(&change.account.email),
        sent_at: sent_at.map(|at| written(at, &change.company.zone())),
        resend_after: wait_for_mail(s, change).await?,
    })
}

/// Seconds until the account's limits over all sign-ins and set-ups allow another mail.
async fn wait_for_mail(s: &Services, change: &mut Change) -> Result<u32> {
    let now = s.now();
    let since = now.minus(code::MAIL_WINDOW);
    let sent = change
        .tx
        .codes_sent_since(&change.account.id, since)
        .await?;
    Ok(now.seconds_until(now.plus(code::resend_after(now, &sent))))
}

/// Mails a new code for a way that is being set up; the ones before it end.
///
/// # Errors
/// [`Refusal::SetupOver`] when nothing is being set up that needs one, [`Refusal::ResendTooEarly`]
/// within the limits of mails, which hold over all sign-ins of the account too.
pub async fn resend_code(s: &Services, visitor: &Visitor) -> Result<WayBegun> {
    let mut change = Change::begin(s, visitor).await?;
    let enrolment = open_enrolment(s, &mut change).await?;
    let method = second_factor::named(&enrolment.kind).ok_or(Refusal::SetupOver)?;
    let factors = change.tx.factors(&change.account.id).await?;
    if !needs_mailbox(method, &factors) {
        return Err(Refusal::SetupOver.into());
    }
    match send_code_if_allowed(s, visitor, &mut change, &enrolment).await? {
        0 => {}
        seconds => return Err(Refusal::ResendTooEarly { seconds }.into()),
    }
    let mail = mailed(s, &mut change, Some(s.now())).await?;
    let begun = if method == Method::App {
        let setup = enrolment::shown_app(s, &enrolment, &change.account, &change.company)?;
        WayBegun::App(AppBegun {
            setup,
            mail: Some(mail),
        })
    } else {
        WayBegun::Email(mail)
    };
    change.tx.commit().await?;
    Ok(begun)
}

/// Mails a code, if the account's limits allow one now; otherwise answers the seconds until they do.
async fn send_code_if_allowed(
    s: &Services,
    visitor: &Visitor,
    change: &mut Change,
    enrolment: &Enrolment,
) -> Result<u32> {
    let wait = wait_for_mail(s, change).await?;
    if wait > 0 {
        return Ok(wait);
    }
    let now = s.now();
    let Change {
        tx,
        account,
        company,
        ..
    } = change;
    let digits = s.entropy.six_digits();
    let code_hash = code_hash(s, &enrolment.id, &digits);
    let letter = Letter::SetUpCode {
        app: enrolment.kind == second_factor::name(Method::App),
        code: digits,
        sent_at: now,
        minutes: u32::try_from(code::LIFE.as_secs() / 60).unwrap_or(u32::MAX),
    };
    let mail_id = s.post_back(visitor, tx, account, company, &letter).await?;
    let code = EmailCode {
        code_hash,
        mail_id,
        sent_at: now,
        expires_at: now.plus(code::LIFE),
    };
    tx.add_enrolment_code(&s.entropy.id(now), &account.id, &enrolment.id, &code)
        .await?;
    tx.audit(s.event(visitor, AuditKind::CodeSent, account));
    Ok(0)
}

/// The keyed hash under which a code is stored, bound to what it sets up.
fn code_hash(s: &Services, enrolment: &str, code: &str) -> Vec<u8> {
    s.keys
        .hash(Purpose::Code, &[enrolment.as_bytes(), code.as_bytes()])
        .to_vec()
}

async fn open_enrolment(s: &Services, change: &mut Change) -> Result<Enrolment> {
    let enrolment = change.tx.enrolment(&change.session.id.0, s.now()).await?;
    Ok(enrolment.ok_or(Refusal::SetupOver)?)
}

/// Checks the first code of a way, which counts from then on; for an app that is the first way, the
/// mailed code comes before the app's, and nothing counts until both are right. Answers backup codes to save when the
/// person has none that are left.
///
/// # Errors
/// [`Refusal::SetupOver`] when nothing is being set up; a code that is wrong, old or of another time
/// is counted for the set-up, never for the account: nothing locks here.
pub async fn verify_way(s: &Services, visitor: &Visitor, typed: &VerifyWay) -> Result<BackupCodes> {
    let name = enrolment::device_name(typed.name.as_deref())?;
    let mut change = Change::begin(s, visitor).await?;
    let enrolment = open_enrolment(s, &mut change).await?;
    let method = second_factor::named(&enrolment.kind).ok_or(Refusal::SetupOver)?;
    let factors = change.tx.factors(&change.account.id).await?;
    // The company may have decided otherwise meanwhile.
    if !addable(&change.account, &change.company, &factors).contains(&method) {
        return Err(Refusal::MethodUnavailable.into());
    }
    let verified = match method {
        Method::App => {
            let mailbox = needs_mailbox(method, &factors);
            verify_app(s, &mut change, &enrolment, typed, mailbox).await
        }
        _ => verify_email(s, &mut change, &enrolment, &typed.code).await,
    };
    if let Err(error) = verified {
        if matches!(error, Error::Refused(_)) {
            // What was wrong is counted.
            change.tx.commit().await?;
        }
        return Err(error);
    }
    change.outdate_the_rest().await?;
    let codes = match change.tx.backup_codes_left(&change.account.id).await? {
        Some(1..) => Vec::new(),
        Some(0) | None => {
            let codes = enrolment::new_codes(s);
            enrolment::store_codes(s, &mut change.tx, &change.account.id, &codes).await?;
            codes
        }
    };
    let mut event = s.event(visitor, AuditKind::WayAdded, &change.account);
    event.reason = Some(second_factor::name(method).to_owned());
    change.tx.audit(event);
    let letter = Letter::WayAdded {
        username: change.account.username.clone(),
        method,
        name: name.map(str::to_owned),
        at: s.now(),
    };
    tell(s, visitor, &mut change, &letter).await?;
    change.tx.commit().await?;
    Ok(BackupCodes { codes })
}

async fn verify_app(
    s: &Services,
    change: &mut Change,
    enrolment: &Enrolment,
    typed: &VerifyWay,
    mailbox: bool,
) -> Result<()> {
    if mailbox {
        let code = match TypedCode::read(typed.mail_code.as_deref().unwrap_or_default()) {
            TypedCode::Digits(code) | TypedCode::Letters(code) => code,
            // No code is a wrong one.
            TypedCode::Empty => String::new(),
        };
        check_mailed(s, change, enrolment, &code).await?;
    }
    let Change { tx, account, .. } = change;
    let name = typed.name.as_deref();
    enrolment::verify_app(s, tx, account, &enrolment.holder, &typed.code, name).await
}

async fn verify_email(
    s: &Services,
    change: &mut Change,
    enrolment: &Enrolment,
    typed: &str,
) -> Result<()> {
    let code = match TypedCode::read(typed) {
        TypedCode::Digits(code) | TypedCode::Letters(code) => code,
        TypedCode::Empty => return Err(Refusal::InvalidRequest.into()),
    };
    check_mailed(s, change, enrolment, &code).await?;
    let now = s.now();
    let Change { tx, account, .. } = change;
    tx.end_enrolment(&enrolment.holder).await?;
    tx.remove_factors(&account.id, second_factor::name(Method::Email))
        .await?;
    tx.add_factor(&NewFactor::email(&s.entropy.id(now), &account.id, now))
        .await?;
    Ok(())
}

/// Compares with what was mailed for this; what is wrong is counted.
async fn check_mailed(
    s: &Services,
    change: &mut Change,
    enrolment: &Enrolment,
    code: &str,
) -> Result<()> {
    let now = s.now();
    let codes = change.tx.enrolment_codes(&enrolment.id).await?;
    let refusal = match judge(&codes, &code_hash(s, &enrolment.id, code), now) {
        Judgement::Right => return Ok(()),
        Judgement::Old => {
            let newest = codes.first().filter(|newest| newest.expires_at > now);
            Refusal::OldCode {
                attempts_left: code::LOCKED_AT,
                sent_at: newest.map(|code| written(code.sent_at, &change.company.zone())),
            }
        }
        Judgement::Wrong => Refusal::WrongCode {
            attempts_left: code::LOCKED_AT,
        },
    };
    let failures = change.tx.count_enrolment_failure(&enrolment.id).await?;
    if failures >= enrolment::WRONG_CODES {
        change.tx.end_enrolment(&enrolment.holder).await?;
        return Err(Refusal::SetupOver.into());
    }
    Err(refusal.into())
}

/// Gives a way up. With the last one the backup codes end too.
///
/// # Errors
/// [`Refusal::NotFound`] for what is not this person's, [`Refusal::LastWay`] where the company
/// requires one, [`Refusal::EmailChanged`] within a day of an administrator's change of their address.
pub async fn remove_way(s: &Services, visitor: &Visitor, id: &str) -> Result<()> {
    let mut change = Change::begin(s, visitor).await?;
    help::check_email(s, &change.account)?;
    let factors = change.tx.factors(&change.account.id).await?;
    let factor = factors
        .iter()
        .find(|factor| factor.id == id)
        .ok_or(Refusal::NotFound)?;
    let method = second_factor::named(&factor.kind).ok_or(Refusal::NotFound)?;
    let left = others(&factors, factor);
    let rules = change.company.policy.rules();
    if !rules.may_give_up(change.account.admin, &left, s.now()) {
        return Err(Refusal::LastWay.into());
    }
    change.tx.remove_factor(&change.account.id, id).await?;
    if left.is_empty() {
        change.tx.remove_backup_codes(&change.account.id).await?;
    }
    change.outdate_the_rest().await?;
    let mut event = s.event(visitor, AuditKind::WayRemoved, &change.account);
    event.reason = Some(factor.kind.clone());
    change.tx.audit(event);
    let letter = Letter::WayRemoved {
        username: change.account.username.clone(),
        method,
        name: factor.name.clone(),
        last: left.is_empty(),
        at: s.now(),
    };
    tell(s, visitor, &mut change, &letter).await?;
    change.tx.commit().await?;
    Ok(())
}

/// Tells the person by mail what was changed.
pub(super) async fn tell(
    s: &Services,
    visitor: &Visitor,
    change: &mut Change,
    letter: &Letter,
) -> Result<()> {
    let Change {
        tx,
        account,
        company,
        ..
    } = change;
    s.post_back(visitor, tx, account, company, letter).await?;
    Ok(())
}
