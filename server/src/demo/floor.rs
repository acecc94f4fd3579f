//! Who of the demo's crowd is at work at its start: signed in, with a status.

use std::time::Duration;

use crate::{
    clock::Moment,
    entropy::Entropy,
    keys::token_hash,
    storage::{
        AccountId, Company, NewPresence, NewSession, PresenceReason, ReasonKind, Result, SessionId,
        Tx,
    },
};

use super::{Person, Standing};

/// People of the crowd who are signed in at the start, counted from its end: tests begin at the other one.
const AT_WORK: usize = 180;
/// Nobody's desk is open, and nobody is to leave it while the demo is looked at.
const SEEN_FOR: Duration = Duration::from_secs(12 * 60 * 60);

/// When each of these people signed in who is signed in now.
pub(super) fn since(crowd: &[Person], now: Moment) -> Vec<Option<Moment>> {
    let mut left = AT_WORK;
    let mut since = vec![None; crowd.len()];
    for (index, person) in crowd.iter().enumerate().rev() {
        if left > 0 && person.standing == Standing::Enabled {
            let minutes = 20 + u32::try_from(index * 37 % 200).unwrap_or(0);
            since[index] = Some(now.minus(minutes * Duration::from_secs(60)));
            left -= 1;
        }
    }
    since
}

/// Signs somebody in as of then, with a status of the list.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn seat(
    entropy: &Entropy,
    tx: &mut Tx,
    company: &Company,
    account: &AccountId,
    reasons: &[PresenceReason],
    since: Moment,
    now: Moment,
) -> Result<()> {
    let id = SessionId(entropy.id(since));
    tx.add_session(NewSession {
        id: id.clone(),
        provider_id: None,
        id_token: None,
        phone_username: None,
        cookie_hash: token_hash(&entropy.token()),
        account_id: account.clone(),
        security_version: 1,
        created_at: since,
        idle: company.session_idle(),
        expires_at: since.plus(company.session_total()),
        user_agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0".to_owned(),
        address: "192.0.2.1".to_owned(),
    });
    tx.seed_activity(&id, now).await?;
    let [draw, minutes]: [u8; 2] = entropy.bytes();
    let at_work: Vec<&PresenceReason> = reasons
        .iter()
        .filter(|reason| reason.kind != ReasonKind::Offline)
        .collect();
    // Two of three take calls.
    let index = if draw < 170 {
        0
    } else {
        usize::from(draw) % at_work.len().max(1)
    };
    let Some(reason) = at_work.get(index) else {
        return Ok(());
    };
    let chosen = since
        .plus(u32::from(minutes % 90) * Duration::from_secs(60))
        .min(now);
    let presence = NewPresence {
        account,
        reason: Some(&reason.id),
        name: &reason.name,
        kind: reason.kind,
        displaced: None,
        since: chosen,
        noted_at: chosen,
        now: chosen,
    };
    tx.set_presence(&entropy.id(chosen), &presence).await?;
    tx.touch_presence(account, now.plus(SEEN_FOR)).await
}

#[cfg(test)]
mod tests {
    use super::{super::crowd, *};

    #[test]
    fn the_first_of_the_crowd_are_left_to_whoever_tries_things() {
        let since = since(&crowd(), Moment(1_800_000_000_000));
        assert_eq!(since.iter().flatten().count(), AT_WORK);
        assert!(since[..60].iter().all(Option::is_none));
    }
}
