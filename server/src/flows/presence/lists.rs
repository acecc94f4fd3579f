//! Presence reason lists as administrators keep them. Whoever would be shut out by a change is told of first: a change
//! says of how many people its author knows, and is refused when they are more.

use app::wire::{
    EditPresenceList, NewPresenceList, PresenceEffect, PresenceList as Shown, PresenceLists,
    PresenceReason, RemovePresenceList, Stranded, WantedReason,
};

use crate::{
    domain::presence,
    storage::{
        AuditKind, Company, Holders, LiveSession, PresenceList, PresenceListId,
        PresenceReason as StoredReason, Tx, fold,
    },
};

use super::super::{Fault, Refusal, Result, Services, Visitor, audit, session};

/// People who are named where some would be shut out.
const NAMED: u32 = 5;

/// All lists, and who could not sign in as things are.
///
/// # Errors
/// Without an administrator's session.
pub async fn look(s: &Services, visitor: &Visitor) -> Result<PresenceLists> {
    let admin = session::live_admin(s, visitor).await?;
    overview(s, &admin).await
}

/// Whom it would shut out to take a list away.
///
/// # Errors
/// Without an administrator's session, and [`Refusal::NotFound`] for a list that the company does not have.
pub async fn effect(s: &Services, visitor: &Visitor, id: &str) -> Result<PresenceEffect> {
    let admin = session::live_admin(s, visitor).await?;
    let company = company_of(s, &admin).await?;
    let lists = s.db.presence_lists(&admin.company_id).await?;
    let list = found(&lists, id)?;
    Ok(PresenceEffect {
        removed: stranded(s, &company, without(&lists, list)).await?,
        not_default: stranded(s, &company, unmarked(list)).await?,
    })
}

/// Makes a list.
///
/// # Errors
/// Without an administrator's session, [`Refusal::InvalidRequest`] for names or entries that cannot be, and
/// [`Refusal::NameTaken`].
pub async fn add(
    s: &Services,
    visitor: &Visitor,
    wanted: &NewPresenceList,
) -> Result<PresenceLists> {
    let admin = session::live_admin(s, visitor).await?;
    let (name, reasons) = usable(&wanted.name, &wanted.reasons, &[])?;
    let now = s.now();
    let mut tx = s.db.begin().await?;
    tx.lock_presence_lists(&admin.company_id).await?;
    let lists = tx.presence_lists(&admin.company_id).await?;
    check_free(&lists, &name, None)?;
    if wanted.is_default {
        unmark(&mut tx, &lists, None).await?;
    }
    let list = PresenceList {
        id: PresenceListId(s.entropy.id(now)),
        company_id: admin.company_id.clone(),
        name,
        is_default: wanted.is_default,
        version: 1,
        created_at: now,
    };
    tx.add_presence_list(&list).await?;
    tx.set_presence_reasons(&list.id, &stored(s, &list.id, &reasons))
        .await?;
    note(
        s,
        visitor,
        &mut tx,
        &admin,
        AuditKind::PresenceListAdded,
        list.name,
    )
    .await?;
    tx.commit().await?;
    overview(s, &admin).await
}

/// Changes a list: its name, its entries and their order, whether it is the default one.
///
/// # Errors
/// As [`add`], [`Refusal::NotFound`], [`Refusal::ChangedMeanwhile`], and [`Refusal::InUse`] when more people than the
/// administrator knows of could not sign in afterwards; shutting anybody out needs a fresh proof.
pub async fn edit(
    s: &Services,
    visitor: &Visitor,
    id: &str,
    wanted: &EditPresenceList,
) -> Result<PresenceLists> {
    let admin = session::live_admin(s, visitor).await?;
    let company = company_of(s, &admin).await?;
    let mut tx = s.db.begin().await?;
    tx.lock_presence_lists(&admin.company_id).await?;
    let lists = tx.presence_lists(&admin.company_id).await?;
    let old = found(&lists, id)?;
    check_version(old, wanted.version)?;
    let old_reasons = tx.reasons_of(&old.id).await?;
    let (name, reasons) = usable(&wanted.name, &wanted.reasons, &old_reasons)?;
    check_free(&lists, &name, Some(old))?;
    let reasons = stored(s, &old.id, &reasons);
    if old.name == name && old.is_default == wanted.is_default && old_reasons == reasons {
        return overview(s, &admin).await;
    }
    if old.is_default && !wanted.is_default {
        check_known(s, &mut tx, &admin, &company, unmarked(old), wanted.accept).await?;
    }
    if wanted.is_default {
        unmark(&mut tx, &lists, Some(old)).await?;
    }
    let told = if old.name == name {
        name.clone()
    } else {
        format!("{} → {name}", old.name)
    };
    tx.set_presence_list(&PresenceList {
        name,
        is_default: wanted.is_default,
        version: old.version + 1,
        ..old.clone()
    })
    .await?;
    tx.set_presence_reasons(&old.id, &reasons).await?;
    note(
        s,
        visitor,
        &mut tx,
        &admin,
        AuditKind::PresenceListChanged,
        told,
    )
    .await?;
    tx.commit().await?;
    overview(s, &admin).await
}

/// Removes a list, with another one in its place or none.
///
/// # Errors
/// As [`edit`]; always needs a fresh proof.
pub async fn remove(
    s: &Services,
    visitor: &Visitor,
    id: &str,
    wanted: &RemovePresenceList,
) -> Result<PresenceLists> {
    let admin = session::live_admin(s, visitor).await?;
    session::check_fresh(s, &admin)?;
    let company = company_of(s, &admin).await?;
    let mut tx = s.db.begin().await?;
    tx.lock_presence_lists(&admin.company_id).await?;
    let lists = tx.presence_lists(&admin.company_id).await?;
    let old = found(&lists, id)?;
    check_version(old, wanted.version)?;
    let other = |by: &String| found(&lists, by).ok().filter(|by| by.id != old.id);
    let by = match &wanted.replacement {
        Some(by) => Some(other(by).ok_or(Refusal::InvalidRequest)?),
        None => None,
    };
    if by.is_none() {
        let holders = without(&lists, old);
        check_known(s, &mut tx, &admin, &company, holders, wanted.accept).await?;
    }
    tx.replace_presence_list(&old.id, by.map(|by| &by.id))
        .await?;
    tx.remove_presence_list(&old.id).await?;
    if let Some(by) = by.filter(|_| old.is_default) {
        tx.set_presence_list(&PresenceList {
            is_default: true,
            version: by.version + 1,
            ..by.clone()
        })
        .await?;
    }
    let told = match by {
        Some(by) => format!("{} → {}", old.name, by.name),
        None => old.name.clone(),
    };
    note(
        s,
        visitor,
        &mut tx,
        &admin,
        AuditKind::PresenceListRemoved,
        told,
    )
    .await?;
    tx.commit().await?;
    overview(s, &admin).await
}

/// Entries as they are stored: those that are kept keep their ids, the others get new ones.
pub(super) fn stored(
    s: &Services,
    list: &PresenceListId,
    reasons: &[WantedReason],
) -> Vec<StoredReason> {
    reasons
        .iter()
        .map(|reason| StoredReason {
            id: reason.id.clone().unwrap_or_else(|| s.entropy.id(s.now())),
            list_id: list.clone(),
            name: reason.name.clone(),
            kind: reason.kind.into(),
        })
        .collect()
}

/// Name and entries as they are kept. Entries that are kept must be among the `old` ones.
fn usable(
    name: &str,
    reasons: &[WantedReason],
    old: &[StoredReason],
) -> Result<(String, Vec<WantedReason>), Refusal> {
    let name = presence::name(name).ok_or(Refusal::InvalidRequest)?;
    let reasons = presence::reasons(reasons).ok_or(Refusal::InvalidRequest)?;
    let known = |reason: &WantedReason| {
        let id = reason.id.as_ref();
        id.is_none_or(|id| old.iter().any(|old| old.id == *id))
    };
    if reasons.iter().all(known) {
        Ok((name, reasons))
    } else {
        Err(Refusal::InvalidRequest)
    }
}

fn found<'a>(lists: &'a [PresenceList], id: &str) -> Result<&'a PresenceList, Refusal> {
    let found = lists.iter().find(|list| list.id.0 == id);
    found.ok_or(Refusal::NotFound)
}

fn check_version(list: &PresenceList, version: u32) -> Result<(), Refusal> {
    if list.version == i64::from(version) {
        Ok(())
    } else {
        Err(Refusal::ChangedMeanwhile)
    }
}

fn check_free(
    lists: &[PresenceList],
    name: &str,
    own: Option<&PresenceList>,
) -> Result<(), Refusal> {
    let taken = lists
        .iter()
        .filter(|list| own.is_none_or(|own| own.id != list.id))
        .any(|list| fold(&list.name) == fold(name));
    if taken {
        Err(Refusal::NameTaken)
    } else {
        Ok(())
    }
}

/// Takes the mark of the default list from whichever other list has it.
async fn unmark(tx: &mut Tx, lists: &[PresenceList], but: Option<&PresenceList>) -> Result<()> {
    let marked = lists
        .iter()
        .filter(|list| list.is_default && but.is_none_or(|but| but.id != list.id));
    for list in marked {
        tx.set_presence_list(&PresenceList {
            is_default: false,
            version: list.version + 1,
            ..list.clone()
        })
        .await?;
    }
    Ok(())
}

/// Who would have no list without this one; none when there is another default one.
fn without<'a>(lists: &[PresenceList], list: &'a PresenceList) -> Option<Holders<'a>> {
    let another = lists
        .iter()
        .any(|other| other.is_default && other.id != list.id);
    (!another).then_some(Holders {
        of_none: list.is_default,
        of: Some(&list.id),
    })
}

/// Who would have no list if this one were not the default one.
fn unmarked(list: &PresenceList) -> Option<Holders<'static>> {
    list.is_default.then_some(Holders {
        of_none: true,
        of: None,
    })
}

/// Refuses what would shut out more people than the administrator knows of.
async fn check_known(
    s: &Services,
    tx: &mut Tx,
    admin: &LiveSession,
    company: &Company,
    holders: Option<Holders<'_>>,
    accepted: u32,
) -> Result<()> {
    let Some(holders) = holders.filter(|_| company.settings.ccp_url.is_none()) else {
        return Ok(());
    };
    let count = tx.count_agents_with_list(&company.id, holders).await?;
    if count > u64::from(accepted) {
        return Err(Refusal::InUse.into());
    }
    if count > 0 {
        session::check_fresh(s, admin)?;
    }
    Ok(())
}

async fn stranded(
    s: &Services,
    company: &Company,
    holders: Option<Holders<'_>>,
) -> Result<Stranded> {
    let Some(holders) = holders.filter(|_| company.settings.ccp_url.is_none()) else {
        return Ok(Stranded::default());
    };
    let count = s.db.count_agents_with_list(&company.id, holders).await?;
    Ok(Stranded {
        count: u32::try_from(count).unwrap_or(u32::MAX),
        names: s.db.agents_with_list(&company.id, holders, NAMED).await?,
    })
}

async fn note(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    admin: &LiveSession,
    kind: AuditKind,
    what: String,
) -> Result<()> {
    let mut event = audit::event(s, visitor, kind, admin);
    event.reason = Some(what);
    tx.audit(event);
    Ok(())
}

async fn company_of(s: &Services, admin: &LiveSession) -> Result<Company> {
    let company = s.db.company(&admin.company_id).await?;
    company
        .ok_or_else(|| Fault::Broken(format!("account {} has no company", admin.account_id)).into())
}

async fn overview(s: &Services, admin: &LiveSession) -> Result<PresenceLists> {
    let company = company_of(s, admin).await?;
    let lists = s.db.presence_lists(&company.id).await?;
    let reasons = s.db.presence_reasons(&company.id).await?;
    let people = s.db.presence_list_people(&company.id).await?;
    let has_default = lists.iter().any(|list| list.is_default);
    let nobody = (!has_default).then_some(Holders {
        of_none: true,
        of: None,
    });
    Ok(PresenceLists {
        without_list: stranded(s, &company, nobody).await?,
        optional: company.settings.ccp_url.is_some(),
        lists: lists
            .into_iter()
            .map(|list| {
                let count = people.iter().find(|(id, _)| *id == list.id);
                let own = reasons.iter().filter(|reason| reason.list_id == list.id);
                Shown {
                    people: count.map_or(0, |(_, count)| u32::try_from(*count).unwrap_or(u32::MAX)),
                    reasons: own
                        .map(|reason| PresenceReason {
                            id: reason.id.clone(),
                            name: reason.name.clone(),
                            kind: reason.kind.into(),
                        })
                        .collect(),
                    id: list.id.0,
                    name: list.name,
                    is_default: list.is_default,
                    version: u32::try_from(list.version).unwrap_or(u32::MAX),
                }
            })
            .collect(),
    })
}
