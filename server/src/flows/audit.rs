//! The audit log as an administrator reads it: a page at a time, or all of it as a file.
//! Events are written where they happen.

use std::fmt::Write;

use app::wire::{AuditActor, AuditEntry, AuditPage, AuditPerson, AuditQuery};
use jiff::{civil::Date, tz::TimeZone};

use crate::{
    clock::{Moment, day},
    storage::{
        AuditFilter, AuditKind, CompanyId, Db, Kinds, ListedEvent, LiveSession, NewAuditEvent,
        OPERATOR, Place, fold,
    },
};

use super::{Refusal, Result, Services, Visitor, session, written};

const PAGE_SIZE: u32 = 50;
/// Events that an export reads at once: a reader may be slow, and no connection waits for them.
const BATCH: u32 = 500;
/// Characters that a search for people may have.
const LONGEST_SEARCH: usize = 200;
/// Characters of an identifier at most.
const LONGEST_ID: usize = 64;

/// What an administrator did to the company rather than to a person.
pub(super) fn event(
    s: &Services,
    visitor: &Visitor,
    kind: AuditKind,
    admin: &LiveSession,
) -> NewAuditEvent {
    let at = s.now();
    NewAuditEvent {
        id: s.entropy.id(at),
        at,
        company: Some(admin.company_id.clone()),
        account: None,
        actor: Some(admin.account_id.clone()),
        kind,
        reason: None,
        reference: visitor.reference.clone(),
        address: visitor.address.to_string(),
    }
}

/// One page of the company's log.
///
/// # Errors
/// Without an administrator's session, and [`Refusal::InvalidRequest`] for a question that makes no
/// sense: who looks into a log must not take "everything" for "nothing else".
pub async fn list(s: &Services, visitor: &Visitor, query: &AuditQuery) -> Result<AuditPage> {
    let admin = session::live_admin(s, visitor).await?;
    let zone = admin.zone();
    let filter = filter(query, &zone)?;
    let mut events =
        s.db.list_events(&admin.company_id, &filter, PAGE_SIZE + 1)
            .await?;
    let size = usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX);
    let next = (events.len() > size)
        .then(|| {
            events
                .get(size - 1)
                .map(|last| written_place(&last.place()))
        })
        .flatten();
    events.truncate(size);
    Ok(AuditPage {
        events: events
            .into_iter()
            .map(|event| entry(event, &zone))
            .collect(),
        next,
        kinds: AuditKind::ALL.map(|kind| kind.name().to_owned()).to_vec(),
    })
}

/// Everything that a question finds, a batch at a time.
pub struct Export {
    /// The company's alias, and today there: for the file's name.
    pub alias: String,
    pub today: Date,
    db: Db,
    company: CompanyId,
    zone: TimeZone,
    /// What has not been read yet; none once all was.
    rest: Option<AuditFilter>,
}

/// Begins an export, which the log tells of.
///
/// # Errors
/// As [`list`].
pub async fn export(
    s: &Services,
    visitor: &Visitor,
    query: &AuditQuery,
    format: &str,
) -> Result<Export> {
    let admin = session::live_admin(s, visitor).await?;
    let zone = admin.zone();
    let filter = filter(query, &zone)?;
    let mut tx = s.db.begin().await?;
    let mut event = event(s, visitor, AuditKind::AuditExported, &admin);
    event.reason = Some(told(query, format));
    tx.audit(event);
    tx.commit().await?;
    Ok(Export {
        alias: admin.company_alias.clone(),
        today: s.now().day(&zone),
        db: s.db.clone(),
        company: admin.company_id,
        zone,
        rest: Some(filter),
    })
}

impl Export {
    /// The next events, newest first; none at the end.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn next(&mut self) -> Result<Vec<AuditEntry>, sqlx::Error> {
        let Some(filter) = &mut self.rest else {
            return Ok(Vec::new());
        };
        let events = self.db.read_events(&self.company, filter, BATCH).await?;
        match events.last() {
            Some(last) if events.len() == usize::try_from(BATCH).unwrap_or(usize::MAX) => {
                filter.before = last.place();
            }
            _ => self.rest = None,
        }
        Ok(events
            .into_iter()
            .map(|event| entry(event, &self.zone))
            .collect())
    }
}

/// What was exported, like `csv kind=sign_in from=2026-03-01`. Whom somebody looked for stays out: it may
/// be the name of nobody here.
fn told(query: &AuditQuery, format: &str) -> String {
    let mut told = format.to_owned();
    if given(&query.person).is_some() {
        told.push_str(" person");
    }
    for (name, value) in [
        ("kind", &query.kind),
        ("from", &query.from),
        ("to", &query.to),
    ] {
        if let Some(value) = given(value) {
            let _ = write!(told, " {name}={value}");
        }
    }
    told
}

/// A form without scripts sends its empty fields too.
fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

fn filter(query: &AuditQuery, zone: &TimeZone) -> Result<AuditFilter, Refusal> {
    let wrong = Refusal::InvalidRequest;
    let person = given(&query.person).map(fold).filter(|it| !it.is_empty());
    if person
        .as_ref()
        .is_some_and(|person| person.chars().count() > LONGEST_SEARCH)
    {
        return Err(wrong);
    }
    let kinds = match given(&query.kind) {
        Some(name) => Kinds::named(name).ok_or_else(|| wrong.clone())?,
        None => Kinds::All,
    };
    let a_day = |text: &Option<String>| {
        given(text)
            .map(|text| day(text).ok_or_else(|| wrong.clone()))
            .transpose()
    };
    let (from, to) = (a_day(&query.from)?, a_day(&query.to)?);
    if matches!((from, to), (Some(from), Some(to)) if from > to) {
        return Err(wrong);
    }
    // Days so far off that no clock tells them hold nothing.
    let ages = Moment(i64::MAX);
    let start = |day: Date| Moment::start_of(day, zone).unwrap_or(ages);
    let from = from.map_or(Moment(i64::MIN), start);
    let end = to.map_or(ages, |to| to.tomorrow().map_or(ages, start));
    let end = Place {
        at: end,
        id: String::new(),
    };
    let before = match given(&query.after) {
        Some(after) => {
            let after = read_place(after).ok_or(wrong)?;
            if after.at < end.at { after } else { end }
        }
        None => end,
    };
    Ok(AuditFilter {
        person,
        kinds,
        from,
        before,
    })
}

/// Where the next page begins, for its address.
fn written_place(place: &Place) -> String {
    format!("{}.{}", place.at.0, place.id)
}

fn read_place(text: &str) -> Option<Place> {
    let (at, id) = text.split_once('.')?;
    let is_id = !id.is_empty()
        && id.len() <= LONGEST_ID
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_id.then_some(())?;
    Some(Place {
        at: Moment(at.parse().ok()?),
        id: id.to_owned(),
    })
}

fn entry(event: ListedEvent, zone: &TimeZone) -> AuditEntry {
    let person = |id: Option<String>, name: Option<String>, username: Option<String>| {
        Some(AuditPerson {
            id: id?,
            name: name?,
            username: username?,
        })
    };
    let actor = match event.actor_id.as_deref() {
        Some(OPERATOR) => Some(AuditActor::Operator),
        _ => person(event.actor_id, event.actor_name, event.actor_username).map(AuditActor::Person),
    };
    AuditEntry {
        id: event.id,
        at: written(event.at, zone),
        kind: event.kind,
        person: person(event.account_id, event.account_name, event.account_username),
        actor,
        reason: event.reason,
        reference: event.reference,
        address: event.address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> TimeZone {
        TimeZone::get("Europe/Berlin").expect("bundled")
    }

    #[test]
    fn a_day_is_asked_for_from_its_beginning_to_its_end() {
        let query = AuditQuery {
            from: Some("2026-03-29".into()),
            to: Some("2026-03-29".into()),
            ..AuditQuery::default()
        };
        let filter = filter(&query, &zone()).expect("makes sense");
        // The clocks went forward that day.
        assert_eq!(filter.before.at.0 - filter.from.0, 23 * 60 * 60 * 1000);
    }

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let place = Place {
            at: Moment(1_772_438_400_000),
            id: "0195-ab".into(),
        };
        assert_eq!(read_place(&written_place(&place)), Some(place));
        for text in [
            "",
            ".",
            "1.",
            ".x",
            "x.y",
            "1.a b",
            "1.'",
            "99999999999999999999.a",
        ] {
            assert_eq!(read_place(text), None, "{text}");
        }
    }

    #[test]
    fn a_later_place_does_not_lead_past_the_last_day() {
        let query = AuditQuery {
            to: Some("2026-03-01".into()),
            after: Some("9999999999999.a".into()),
            ..AuditQuery::default()
        };
        let filter = filter(&query, &zone()).expect("makes sense");
        assert_eq!(filter.before.id, "");
    }
}
