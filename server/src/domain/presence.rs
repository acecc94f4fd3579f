//! Presence reasons: what makes a list usable, whom a list is needed by, which status somebody has at an open desk,
//! and when a desk counts as left. Which list counts for whom is a question to storage.

use std::time::Duration;

use app::{
    i18n::{locale_for, td_string},
    wire::{PresenceKind, WantedReason},
};

use crate::{clock::Moment, storage::fold};

use super::alias;

/// Characters of a list's or an entry's name at most.
const LONGEST_NAME: usize = 40;
/// Entries of a list at most.
const MOST_REASONS: usize = 30;

/// Whoever's desk has not been heard of for so long is Offline.
pub const GONE_AFTER: Duration = Duration::from_secs(3 * 60);
/// Whoever looks for left desks looks at least this often, or was not there.
const LONGEST_NAP: Duration = Duration::from_secs(60);

/// What a person is called who is at no desk. The same word in the languages that Callgate speaks, so that lists and
/// logs agree whoever reads them.
pub const OFFLINE: &str = "Offline";

/// Whether somebody cannot sign in without a list. Administrators always can: somebody must make the lists. Where the
/// phone system keeps people's statuses nobody needs one (seed 003; SPEC).
#[must_use]
pub fn needs_list(agent: bool, admin: bool, statuses_from_phone: bool) -> bool {
    agent && !admin && !statuses_from_phone
}

/// A usable name: 1 to 40 visible characters, without the spaces around it.
#[must_use]
pub fn name(text: &str) -> Option<String> {
    let text = text.trim();
    (text.chars().count() <= LONGEST_NAME && alias::is_showable(text)).then(|| text.to_owned())
}

/// The entries of a usable list with their names as they are kept: at most 30, no name twice, one `available` and one
/// `not_ready` among them.
#[must_use]
pub fn reasons(wanted: &[WantedReason]) -> Option<Vec<WantedReason>> {
    let mut kept: Vec<WantedReason> = Vec::with_capacity(wanted.len().min(MOST_REASONS));
    if wanted.len() > MOST_REASONS {
        return None;
    }
    for reason in wanted {
        let name = name(&reason.name)?;
        let repeated = kept.iter().any(|other| {
            fold(&other.name) == fold(&name) || (other.id.is_some() && other.id == reason.id)
        });
        if repeated {
            return None;
        }
        kept.push(WantedReason {
            name,
            ..reason.clone()
        });
    }
    let has = |kind| kept.iter().any(|reason| reason.kind == kind);
    (has(PresenceKind::Available) && has(PresenceKind::NotReady)).then_some(kept)
}

/// The list that a company is born with, in its language: its name and its entries.
#[must_use]
pub fn born(language: &str) -> (String, Vec<WantedReason>) {
    use PresenceKind::{Available, NotReady, Offline};
    let locale = locale_for(language);
    let entries = [
        (td_string!(locale, presence.born.available), Available),
        (td_string!(locale, presence.born.pause), NotReady),
        (td_string!(locale, presence.born.lunch), NotReady),
        (td_string!(locale, presence.born.meeting), NotReady),
        (td_string!(locale, presence.born.training), NotReady),
        (td_string!(locale, presence.born.offline), Offline),
    ];
    let entries = entries.map(|(name, kind)| WantedReason {
        id: None,
        name: name.to_owned(),
        kind,
    });
    (
        td_string!(locale, presence.born.list).to_owned(),
        entries.into(),
    )
}

/// An entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: String,
    pub name: String,
    pub kind: PresenceKind,
}

/// The status that is stored for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// None: signed out, or left.
    pub reason: Option<String>,
    pub name: String,
    pub kind: PresenceKind,
    /// When the desk was last open.
    pub seen_at: Moment,
}

/// What becomes of the stored status at an open desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is nothing to be: no list.
    Nothing,
    /// The desk has just been opened: the first entry that is not ready, never one that takes calls.
    Starts(Entry),
    /// As it is stored.
    Stays,
    /// The same entry, which is called otherwise by now or means something else.
    Renamed(Entry),
    /// The entry is gone from the list that counts now: the first one that is not ready stands in.
    Displaced(Entry),
}

/// Judges a stored status by the list that counts now.
#[must_use]
pub fn standing(held: Option<&Held>, list: &[Entry], now: Moment) -> Standing {
    let Some(start) = list
        .iter()
        .find(|entry| entry.kind == PresenceKind::NotReady)
    else {
        return Standing::Nothing;
    };
    let Some((held, reason)) = held.and_then(|held| Some((held, held.reason.as_deref()?))) else {
        return Standing::Starts(start.clone());
    };
    // Who went home with "Offline" chosen comes back another day to begin anew.
    if held.kind == PresenceKind::Offline && now.since(held.seen_at) >= GONE_AFTER {
        return Standing::Starts(start.clone());
    }
    match list.iter().find(|entry| entry.id == reason) {
        None => Standing::Displaced(start.clone()),
        Some(entry) if entry.name != held.name || entry.kind != held.kind => {
            Standing::Renamed(entry.clone())
        }
        Some(_) => Standing::Stays,
    }
}

/// Characters of a status at Amazon Connect at most.
const LONGEST_PHONE_STATUS: usize = 100;
/// The longest that a status is said to have lasted.
const DAY: Duration = Duration::from_hours(24);
/// What clocks and networks make of the same moment.
const SAME_MOMENT: Duration = Duration::from_secs(10);

/// The name of a status as Amazon Connect has it: 1 to 100 visible characters, without the spaces around it.
#[must_use]
pub fn phone_status(text: &str) -> Option<String> {
    let text = text.trim();
    let good = (1..=LONGEST_PHONE_STATUS).contains(&text.chars().count())
        && !text.contains(alias::is_hidden);
    good.then(|| text.to_owned())
}

/// A status that somebody has at Amazon Connect, as their desk tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneStatus {
    pub name: String,
    pub kind: PresenceKind,
    /// For which it has lasted; more than a day is a day.
    pub seconds: u32,
}

impl PhoneStatus {
    fn lasted(&self) -> Duration {
        Duration::from_secs(self.seconds.into()).min(DAY)
    }

    /// Since when somebody has it.
    #[must_use]
    pub fn since(&self, now: Moment) -> Moment {
        now.minus(self.lasted())
    }

    /// Whether it is what was told before and not the same status taken once more.
    #[must_use]
    pub fn goes_on(&self, before: Option<(&str, PresenceKind, Moment)>, now: Moment) -> bool {
        before.is_some_and(|(name, kind, since)| {
            let is_long = self.lasted() == DAY;
            name == self.name
                && kind == self.kind
                && (is_long || self.since(now).since(since) <= SAME_MOMENT)
        })
    }
}

/// Since when somebody has been there to hear desks without a break. Heartbeats that were missed while no server ran,
/// or could not reach the database, say nothing about the desk, so nobody becomes Offline by them: only silence that
/// was listened to counts. Another server that ran all along has listened, and decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vigil {
    since: Moment,
    last: Moment,
}

impl Vigil {
    #[must_use]
    pub fn begun(now: Moment) -> Self {
        Self {
            since: now,
            last: now,
        }
    }

    /// After another look around.
    #[must_use]
    pub fn goes_on(self, now: Moment) -> Self {
        let napped = now.since(self.last) > LONGEST_NAP || now < self.last;
        Self {
            since: if napped { now } else { self.since },
            last: now,
        }
    }

    /// Desks that were last heard of at this moment or before are left.
    #[must_use]
    pub fn left_before(self) -> Moment {
        let heard_enough = self.last.since(self.since) >= GONE_AFTER;
        if heard_enough {
            self.last.minus(GONE_AFTER)
        } else {
            // Before every desk there ever was.
            Moment(i64::MIN)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use PresenceKind::{Available, NotReady, Offline};

    fn wanted(id: Option<&str>, name: &str, kind: PresenceKind) -> WantedReason {
        WantedReason {
            id: id.map(str::to_owned),
            name: name.to_owned(),
            kind,
        }
    }

    fn entry(id: &str, name: &str, kind: PresenceKind) -> Entry {
        Entry {
            id: id.to_owned(),
            name: name.to_owned(),
            kind,
        }
    }

    #[test]
    fn only_plain_agents_need_a_list() {
        for (agent, admin, from_phone, needs) in [
            (true, false, false, true),
            (true, true, false, false),
            (false, true, false, false),
            (false, false, false, false),
            (true, false, true, false),
            (true, true, true, false),
        ] {
            assert_eq!(
                needs_list(agent, admin, from_phone),
                needs,
                "{agent} {admin} {from_phone}"
            );
        }
    }

    #[test]
    fn names_are_short_and_visible() {
        assert_eq!(name("  Front desk "), Some("Front desk".to_owned()));
        assert_eq!(name(&"ä".repeat(40)), Some("ä".repeat(40)));
        for bad in ["", "   ", "a\u{202e}b", "a\0b", &"a".repeat(41)] {
            assert_eq!(name(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_list_has_somebody_take_calls_and_somebody_rest() {
        let both = [
            wanted(None, "Open ", Available),
            wanted(None, "Tea", NotReady),
        ];
        let kept = reasons(&both).expect("usable");
        assert_eq!(kept[0].name, "Open");
        let many = |count: usize| -> Vec<WantedReason> {
            let more = (2..count).map(|n| wanted(None, &format!("Reason {n}"), Offline));
            both.iter().cloned().chain(more).collect()
        };
        assert!(reasons(&many(30)).is_some());
        for bad in [
            vec![],
            vec![both[0].clone()],
            vec![both[1].clone()],
            vec![both[0].clone(), wanted(None, "Gone", Offline)],
            vec![
                both[0].clone(),
                both[1].clone(),
                wanted(None, " TEA", Offline),
            ],
            vec![
                wanted(Some("1"), "Open", Available),
                wanted(Some("1"), "Tea", NotReady),
            ],
            vec![both[0].clone(), wanted(None, "", NotReady)],
            many(31),
        ] {
            assert_eq!(reasons(&bad), None, "{bad:?}");
        }
    }

    #[test]
    fn every_language_is_born_with_a_usable_list() {
        for (language, _) in app::i18n::languages() {
            let (list, entries) = born(language);
            assert!(
                name(&list).is_some() && reasons(&entries).is_some(),
                "{language}"
            );
        }
        assert_eq!(born("de").1[0].name, "Verfügbar");
        assert_eq!(born("en").1[1].name, "Break");
    }

    #[test]
    fn a_status_is_judged_by_the_list_that_counts_now() {
        let list = [
            entry("1", "Open", Available),
            entry("2", "Tea", NotReady),
            entry("3", "Lunch", NotReady),
            entry("4", "Home", Offline),
        ];
        let tea = list[1].clone();
        let held = |reason: Option<&str>, name: &str, kind, seen_at| {
            Some(Held {
                reason: reason.map(str::to_owned),
                name: name.to_owned(),
                kind,
                seen_at: Moment(seen_at),
            })
        };
        let minute = 60_000;
        for (held, standing_now) in [
            (None, Standing::Starts(tea.clone())),
            (
                held(None, OFFLINE, Offline, 0),
                Standing::Starts(tea.clone()),
            ),
            (held(Some("1"), "Open", Available, 0), Standing::Stays),
            (held(Some("3"), "Lunch", NotReady, 0), Standing::Stays),
            (
                held(Some("3"), "Dinner", NotReady, 0),
                Standing::Renamed(list[2].clone()),
            ),
            (
                held(Some("1"), "Open", NotReady, 0),
                Standing::Renamed(list[0].clone()),
            ),
            (
                held(Some("9"), "Smoke", NotReady, 0),
                Standing::Displaced(tea.clone()),
            ),
            (
                held(Some("9"), "Open", Available, 0),
                Standing::Displaced(tea.clone()),
            ),
            (
                held(Some("4"), "Home", Offline, 9 * minute),
                Standing::Stays,
            ),
            (
                held(Some("4"), "Home", Offline, 7 * minute),
                Standing::Starts(tea.clone()),
            ),
        ] {
            let now = Moment(10 * minute);
            assert_eq!(
                standing(held.as_ref(), &list, now),
                standing_now,
                "{held:?}"
            );
        }
        assert_eq!(standing(None, &[], Moment(0)), Standing::Nothing);
    }

    #[test]
    fn a_desk_is_left_after_three_minutes_that_somebody_listened_to() {
        let at = |seconds: i64| Moment(1_000_000 + seconds * 1000);
        let never = Moment(i64::MIN);
        let mut vigil = Vigil::begun(at(0));
        for (seconds, left_before) in [
            (15, never),
            (60, never),
            (120, never),
            (179, never),
            (180, at(0)),
            (195, at(15)),
            // It slept, or the database was away: what was missed meanwhile says nothing.
            (300, never),
            (360, never),
            (420, never),
            (480, at(300)),
            // The clock was set back.
            (470, never),
        ] {
            vigil = vigil.goes_on(at(seconds));
            assert_eq!(vigil.left_before(), left_before, "{seconds}");
        }
    }
}
