//! What agents do now: told to their desk, chosen there, begun when it opens, ended when it is left. The lists that
//! they choose from are an administrator's, in `lists`; statuses of Amazon Connect are in `phone`; how a desk hears of news
//! is in `news`.

pub mod lists;
pub mod news;
pub mod phone;

use app::wire::{ChoosePresence, DeskLink, OwnPresence, Presence, PresenceReason};

use crate::{
    clock::Moment,
    domain::presence::{self, Entry, Held, Standing, Vigil},
    storage::{
        self, Account, AccountId, AtDesk, Company, LiveSession, NewPresence, PresenceList,
        PresenceListId, PresenceReason as StoredReason, Tx,
    },
};

use super::{Refusal, Result, Services, Visitor, session, written};

/// Statuses of today that are told at most.
const TODAY: u32 = 50;

/// Gives a new company the list that it is born with, its default one.
///
/// # Errors
/// When it has a default list already, or the database does not answer.
pub async fn born(s: &Services, tx: &mut Tx, company: &Company) -> Result<()> {
    let now = s.now();
    let (name, reasons) = presence::born(&company.language);
    let list = PresenceList {
        id: PresenceListId(s.entropy.id(now)),
        company_id: company.id.clone(),
        name,
        is_default: true,
        version: 1,
        created_at: company.created_at,
    };
    tx.add_presence_list(&list).await?;
    let reasons = lists::stored(s, &list.id, &reasons);
    tx.set_presence_reasons(&list.id, &reasons).await?;
    Ok(())
}

/// Whether somebody who proved who they are cannot sign in for want of a list.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn is_missing(tx: &mut Tx, account: &Account, company: &Company) -> Result<bool> {
    let from_phone = company.settings.ccp_url.is_some();
    Ok(
        presence::needs_list(account.agent, account.admin, from_phone)
            && tx.presence_list_of(&account.id).await?.is_none(),
    )
}

/// The person's own status and what they can choose. When `since` is the revision of what there is, the answer waits
/// until there is something new, for 25 seconds at most.
///
/// # Errors
/// [`Refusal::SignedOut`] without a session, [`Refusal::Forbidden`] without the role of an agent.
pub async fn own(s: &Services, visitor: &Visitor, since: Option<&str>) -> Result<OwnPresence> {
    let session = live_agent(s, visitor).await?;
    let now = told(s, &session).await?;
    if since != Some(now.revision.as_str()) {
        return Ok(now);
    }
    s.news.wait(&session.account_id, &now.revision).await;
    // The session may have ended meanwhile.
    let session = live_agent(s, visitor).await?;
    told(s, &session).await
}

/// Notes that the person's desk is open, which begins a status for those who have none.
///
/// # Errors
/// As [`own`].
pub async fn here(s: &Services, visitor: &Visitor) -> Result<OwnPresence> {
    let session = live_agent(s, visitor).await?;
    let mut tx = s.db.begin().await?;
    tx.lock_account(&session.account_id).await?;
    let (desk, list) = desk(&mut tx, &session.account_id).await?;
    if let Standing::Starts(entry) = standing(s, &desk, &list) {
        set(s, &mut tx, &session.account_id, &entry, None).await?;
    } else {
        tx.touch_presence(&session.account_id, s.now()).await?;
    }
    tx.commit().await?;
    told(s, &session).await
}

/// Takes a status of the person's list.
///
/// # Errors
/// As [`own`], and [`Refusal::ChangedMeanwhile`] for one that is not on the list.
pub async fn choose(
    s: &Services,
    visitor: &Visitor,
    choice: &ChoosePresence,
) -> Result<OwnPresence> {
    let session = live_agent(s, visitor).await?;
    let account = &session.account_id;
    let mut tx = s.db.begin().await?;
    tx.lock_account(account).await?;
    let (desk, list) = desk(&mut tx, account).await?;
    let entry = list
        .iter()
        .find(|entry| entry.id == choice.reason)
        .ok_or(Refusal::ChangedMeanwhile)?;
    let has_it = desk.mark.reason_id.as_ref() == Some(&entry.id)
        && standing(s, &desk, &list) == Standing::Stays;
    if has_it {
        // Since when they have it does not begin anew.
        tx.forget_displaced(account).await?;
        tx.touch_presence(account, s.now()).await?;
    } else {
        set(s, &mut tx, account, entry, None).await?;
    }
    tx.commit().await?;
    told(s, &session).await
}

/// Makes somebody Offline who has just signed out, unless they are signed in elsewhere.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn sign_off(s: &Services, tx: &mut Tx, account: &AccountId) -> Result<()> {
    let now = s.now();
    tx.sign_off(&s.entropy.id(now), account, now).await?;
    Ok(())
}

/// Makes those Offline who left their desks without a word. Answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn clear_desks(s: &Services, vigil: Vigil) -> Result<u32, storage::Error> {
    let before = vigil.left_before();
    let mut cleared = 0;
    loop {
        let now = s.now();
        let left = s.db.left_desks(before, now).await?;
        let mut did = 0;
        for account in &left {
            let mut tx = s.db.begin().await?;
            tx.lock_account(account).await?;
            let id = s.entropy.id(now);
            // Their desk may have been heard of meanwhile, or another server may have been faster.
            did += u32::from(tx.leave_desk(&id, account, before, now).await?);
            tx.commit().await?;
        }
        cleared += did;
        if did == 0 {
            return Ok(cleared);
        }
    }
}

async fn live_agent(s: &Services, visitor: &Visitor) -> Result<LiveSession> {
    let session = session::live(s, visitor).await?;
    if session.agent {
        Ok(session)
    } else {
        Err(Refusal::Forbidden.into())
    }
}

/// A desk and the list that counts there.
async fn desk(tx: &mut Tx, account: &AccountId) -> Result<(AtDesk, Vec<Entry>)> {
    let desk = tx.at_desk(account).await?.ok_or(Refusal::SignedOut)?;
    let reasons = match list_of(&desk) {
        Some(list) => tx.reasons_of(list).await?,
        None => Vec::new(),
    };
    Ok((desk, reasons.into_iter().map(entry).collect()))
}

/// Where the phone keeps statuses, nothing is chosen from a list.
fn list_of(desk: &AtDesk) -> Option<&PresenceListId> {
    let list = desk.mark.list_id.as_ref();
    list.filter(|_| desk.ccp_url.is_none())
}

fn entry(reason: StoredReason) -> Entry {
    Entry {
        id: reason.id,
        name: reason.name,
        kind: reason.kind.into(),
    }
}

fn standing(s: &Services, desk: &AtDesk, list: &[Entry]) -> Standing {
    let held = match (&desk.name, desk.kind, desk.seen_at) {
        (Some(name), Some(kind), Some(seen_at)) => Some(Held {
            reason: desk.mark.reason_id.clone(),
            name: name.clone(),
            kind: kind.into(),
            seen_at,
        }),
        _ => None,
    };
    presence::standing(held.as_ref(), list, s.now())
}

async fn set(
    s: &Services,
    tx: &mut Tx,
    account: &AccountId,
    entry: &Entry,
    displaced: Option<&str>,
) -> Result<()> {
    let now = s.now();
    let new = NewPresence {
        account,
        reason: Some(&entry.id),
        name: &entry.name,
        kind: entry.kind.into(),
        displaced,
        since: now,
        noted_at: now,
        now,
    };
    tx.set_presence(&s.entropy.id(now), &new).await?;
    Ok(())
}

/// What a desk is told. A status whose entry was changed or removed is put right on the way.
async fn told(s: &Services, session: &LiveSession) -> Result<OwnPresence> {
    let account = &session.account_id;
    let desk = s.db.at_desk(account).await?.ok_or(Refusal::SignedOut)?;
    let list = match list_of(&desk) {
        Some(list) => s.db.reasons_of(list).await?,
        None => Vec::new(),
    };
    let list: Vec<Entry> = list.into_iter().map(entry).collect();
    let (desk, list) = match standing(s, &desk, &list) {
        Standing::Renamed(_) | Standing::Displaced(_) => put_right(s, account).await?,
        Standing::Nothing if desk.mark.reason_id.is_some() => put_right(s, account).await?,
        _ => (desk, list),
    };
    let zone = session.zone();
    let from_phone = desk.ccp_url.is_some();
    let status = match standing(s, &desk, &list) {
        Standing::Nothing if !from_phone => None,
        // As it will be once the desk says that it is open.
        Standing::Starts(entry) => Some((Some(entry.id), entry.name, entry.kind, s.now())),
        // The phone's own.
        Standing::Nothing | Standing::Stays | Standing::Renamed(_) | Standing::Displaced(_) => {
            match (desk.name.clone(), desk.kind, desk.mark.since) {
                (Some(name), Some(kind), Some(since)) => {
                    Some((desk.mark.reason_id.clone(), name, kind.into(), since))
                }
                _ => None,
            }
        }
    };
    let (reason, status, lasted) = match status {
        Some((reason, name, kind, since)) => {
            let lasted = s.now().since(since).as_secs();
            let since = written(since, &zone);
            (reason, Some(Presence { name, kind, since }), lasted)
        }
        None => (None, None, 0),
    };
    let midnight = Moment::start_of(s.now().day(&zone), &zone).unwrap_or(Moment(0));
    let today = s.db.presence_changes(account, midnight, TODAY).await?;
    Ok(OwnPresence {
        revision: news::revision(&desk.mark),
        status,
        seconds: u32::try_from(lasted).unwrap_or(u32::MAX),
        reason,
        needs_list: desk.mark.list_id.is_none() && !from_phone,
        from_phone,
        list: desk.list_name.filter(|_| !from_phone),
        displaced: desk.mark.displaced,
        reasons: list
            .into_iter()
            .map(|entry| PresenceReason {
                id: entry.id,
                name: entry.name,
                kind: entry.kind,
            })
            .collect(),
        today: today
            .into_iter()
            .map(|change| Presence {
                name: change.name,
                kind: change.kind.into(),
                // What began yesterday goes on today.
                since: written(change.at.max(midnight), &zone),
            })
            .collect(),
        links: links(&desk.desk_links),
    })
}

/// Stores what became of a status whose entry is gone, or is called otherwise by now.
async fn put_right(s: &Services, account: &AccountId) -> Result<(AtDesk, Vec<Entry>)> {
    let mut tx = s.db.begin().await?;
    tx.lock_account(account).await?;
    let (now, list) = desk(&mut tx, account).await?;
    match standing(s, &now, &list) {
        Standing::Renamed(entry) => {
            tx.rename_presence(account, &entry.name, entry.kind.into())
                .await?;
        }
        Standing::Displaced(entry) => {
            set(s, &mut tx, account, &entry, now.name.as_deref()).await?;
        }
        Standing::Nothing => {
            let at = s.now();
            // Without a list there is no desk to be at.
            tx.lose_desk(&s.entropy.id(at), account, at).await?;
        }
        Standing::Starts(_) | Standing::Stays => {}
    }
    let put_right = desk(&mut tx, account).await?;
    tx.commit().await?;
    Ok(put_right)
}

/// The links of a company's desks. What is stored was checked when it was saved.
fn links(json: &str) -> Vec<DeskLink> {
    serde_json::from_str(json).unwrap_or_default()
}
