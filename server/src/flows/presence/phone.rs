//! Statuses that live in a company's Amazon Connect: the desk tells them, and so User Management shows them. Whoever has
//! said nothing for three minutes is Offline here, as with any other desk; what they are there is Amazon Connect's.

use app::wire::{DeskPhone, OwnPresence, ReportPresence};

use crate::{
    clock::Moment,
    domain::presence as rules,
    flows::{Fault, Refusal, Result, Services, Visitor, amazon_connect},
    storage::{AtDesk, NewPresence},
};

use super::{live_agent, told};

/// What a desk needs to know of its person's phone.
///
/// # Errors
/// [`Refusal::SignedOut`] without a session, [`Refusal::Forbidden`] without the role of an agent.
pub async fn of_desk(s: &Services, visitor: &Visitor) -> Result<DeskPhone> {
    let session = live_agent(s, visitor).await?;
    let company = s.db.company(&session.company_id).await?;
    let company = company
        .ok_or_else(|| Fault::Broken(format!("account {} has no company", session.account_id)))?;
    let person = s.db.phone_of(&session.account_id).await?;
    let person = person.ok_or(Refusal::SignedOut)?;
    Ok(DeskPhone {
        kind: person.kind.into(),
        url: amazon_connect::address(s, &company).map(String::from),
        username: person.username,
    })
}

/// Stores the status that a person has at Amazon Connect. The same one again is a sign of life and no other status.
///
/// # Errors
/// As [`of_desk`]; [`Refusal::NothingToDo`] where statuses come from a list, [`Refusal::InvalidRequest`] for a name that
/// nobody can read.
pub async fn report(
    s: &Services,
    visitor: &Visitor,
    reported: &ReportPresence,
) -> Result<OwnPresence> {
    let session = live_agent(s, visitor).await?;
    let account = &session.account_id;
    let name = rules::phone_status(&reported.name).ok_or(Refusal::InvalidRequest)?;
    let mut tx = s.db.begin().await?;
    tx.lock_account(account).await?;
    let desk = tx.at_desk(account).await?.ok_or(Refusal::SignedOut)?;
    if amazon_connect::usable(s, desk.ccp_url.as_deref()).is_none() {
        return Err(Refusal::NothingToDo.into());
    }
    let now = s.now();
    let lasted = rules::PhoneStatus {
        name,
        kind: reported.kind,
        seconds: reported.seconds,
    };
    let since = lasted.since(now);
    if lasted.goes_on(had(&desk), now) {
        tx.touch_presence(account, now).await?;
    } else {
        let new = NewPresence {
            account,
            reason: None,
            name: &lasted.name,
            kind: lasted.kind.into(),
            displaced: None,
            since,
            // What was told of the time before stays as it was told.
            noted_at: desk.mark.since.map_or(since, |before| since.max(before)),
            now,
        };
        tx.set_presence(&s.entropy.id(now), &new).await?;
    }
    tx.commit().await?;
    told(s, &session).await
}

fn had(desk: &AtDesk) -> Option<(&str, app::wire::PresenceKind, Moment)> {
    Some((desk.name.as_deref()?, desk.kind?.into(), desk.mark.since?))
}
