//! Codes of authenticator apps: any app of the person will do, each of its steps once.

use crate::{
    domain::{
        second_factor,
        totp::{self, Reading},
    },
    flows::{Result, Services, enrolment},
    storage::{AccountId, Factor, ProvenWith, Tx},
};

use super::{Miss, Verdict};

/// Judges digits by every app of the account, and uses the step of the right one up.
pub(super) async fn check(
    s: &Services,
    tx: &mut Tx,
    account: &AccountId,
    factors: &[Factor],
    digits: &str,
) -> Result<Verdict> {
    let now = s.now();
    // All are read before any is judged, so that the time taken does not tell which one it is.
    let mut readings = Vec::new();
    for factor in factors {
        if let Some(sealed) = factor.secret.as_deref().filter(|_| is_app(factor)) {
            let secret = enrolment::open_secret(s, account, sealed)?;
            readings.push((factor, totp::read(secret, digits, now)));
        }
    }
    for (factor, reading) in &readings {
        if let Reading::Right { step } = reading
            && tx.use_step(&factor.id, *step, now).await?
        {
            return Ok(Verdict::Right(ProvenWith::App));
        }
    }
    // A code that was used, or overtaken by one that was, says nothing about the phone's clock.
    let used = readings.iter().any(|(factor, reading)| match reading {
        Reading::Right { .. } => true,
        Reading::Off { step, .. } => factor.last_step.is_some_and(|last| *step <= last),
        Reading::Wrong => false,
    });
    if used {
        return Ok(Verdict::Not(Miss::Used));
    }
    for (factor, reading) in &readings {
        if let Reading::Off { step, seconds } = reading
            && *seconds > 0
        {
            tx.refuse_step(&factor.id, *step).await?;
        }
    }
    let off = readings.iter().find_map(|(_, reading)| match reading {
        Reading::Off { seconds, .. } => Some(*seconds),
        Reading::Right { .. } | Reading::Wrong => None,
    });
    Ok(Verdict::Not(
        off.map_or(Miss::Wrong, |seconds| Miss::ClockOff { seconds }),
    ))
}

fn is_app(factor: &Factor) -> bool {
    factor.kind == second_factor::name(app::wire::Method::App)
}
