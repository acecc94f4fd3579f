//! What stands in the editor, and what list that makes. No signals, no server.

use crate::wire::{PresenceKind, PresenceList, PresenceReason, WantedReason};

/// Statuses of a list at most.
pub(super) const MOST: usize = 30;
/// Characters of a name at most.
const LONGEST: usize = 40;

/// A status as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Tells the rows of this page apart, whatever becomes of them.
    pub(super) key: u32,
    /// Of the status that the server has.
    pub(super) id: Option<String>,
    pub(super) name: String,
    pub(super) kind: PresenceKind,
}

/// What keeps a list from being saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    Name,
    NameTaken,
    /// The key of the row.
    Reason(u32),
    Repeated(u32),
    Kinds,
}

impl Flaw {
    /// The id of the field to change.
    pub(super) fn field(&self) -> String {
        match self {
            Self::Name | Self::NameTaken => "list-name".to_owned(),
            Self::Reason(key) | Self::Repeated(key) => name_id(*key),
            Self::Kinds => "add-reason".to_owned(),
        }
    }
}

pub(super) fn name_id(key: u32) -> String {
    format!("reason-{key}")
}

/// The rows of a list, with keys from `first` on.
pub(super) fn rows(reasons: &[PresenceReason], first: u32) -> Vec<Row> {
    (first..)
        .zip(reasons)
        .map(|(key, reason)| Row {
            key,
            id: Some(reason.id.clone()),
            name: reason.name.clone(),
            kind: reason.kind,
        })
        .collect()
}

/// What a new list begins with, unnamed: the two that none can do without.
pub(super) fn first_rows() -> Vec<Row> {
    [PresenceKind::Available, PresenceKind::NotReady]
        .into_iter()
        .zip(0..)
        .map(|(kind, key)| Row {
            key,
            id: None,
            name: String::new(),
            kind,
        })
        .collect()
}

/// Name and statuses as they are sent.
pub(super) fn wanted(name: &str, rows: &[Row]) -> Result<(String, Vec<WantedReason>), Flaw> {
    let name = usable(name).ok_or(Flaw::Name)?;
    let mut reasons: Vec<WantedReason> = Vec::with_capacity(rows.len());
    for row in rows {
        let name = usable(&row.name).ok_or(Flaw::Reason(row.key))?;
        let folded = name.to_lowercase();
        if reasons.iter().any(|one| one.name.to_lowercase() == folded) {
            return Err(Flaw::Repeated(row.key));
        }
        reasons.push(WantedReason {
            id: row.id.clone(),
            name,
            kind: row.kind,
        });
    }
    let has = |kind| rows.iter().any(|row| row.kind == kind);
    if has(PresenceKind::Available) && has(PresenceKind::NotReady) {
        Ok((name, reasons))
    } else {
        Err(Flaw::Kinds)
    }
}

fn usable(name: &str) -> Option<String> {
    let name = name.trim();
    (1..=LONGEST)
        .contains(&name.chars().count())
        .then(|| name.to_owned())
}

/// Whether saving would change nothing.
pub(super) fn is_saved(list: &PresenceList, name: &str, is_default: bool, rows: &[Row]) -> bool {
    let same = |(row, reason): (&Row, &PresenceReason)| {
        row.id.as_ref() == Some(&reason.id)
            && row.name.trim() == reason.name
            && row.kind == reason.kind
    };
    list.name == name.trim()
        && list.is_default == is_default
        && list.reasons.len() == rows.len()
        && rows.iter().zip(&list.reasons).all(same)
}

/// Takes the ids that the server knows now: those of rows that it saved, in order.
pub(super) fn adopt(rows: &mut [Row], saved: &[PresenceReason]) {
    for (row, reason) in rows.iter_mut().zip(saved) {
        if row.name.trim() == reason.name && row.kind == reason.kind {
            row.id = Some(reason.id.clone());
        }
    }
}

/// Forgets the ids that the server knows no more: those rows are new ones when they are saved.
pub(super) fn forget_others(rows: &mut [Row], theirs: &[PresenceReason]) {
    for row in rows {
        let known = |id: &String| theirs.iter().any(|reason| reason.id == *id);
        row.id = row.id.take().filter(known);
    }
}

/// Moves a row by one place. Answers where it is then, counted from 1; none where it cannot go.
pub(super) fn shift(rows: &mut [Row], key: u32, up: bool) -> Option<usize> {
    let from = rows.iter().position(|row| row.key == key)?;
    let to = if up {
        from.checked_sub(1)?
    } else {
        Some(from + 1).filter(|to| *to < rows.len())?
    };
    rows.swap(from, to);
    Some(to + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    use PresenceKind::{Available, NotReady, Offline};

    fn row(key: u32, name: &str, kind: PresenceKind) -> Row {
        Row {
            key,
            id: Some(format!("id-{key}")),
            name: name.into(),
            kind,
        }
    }

    fn list() -> PresenceList {
        PresenceList {
            id: "1".into(),
            name: "Front desk".into(),
            is_default: true,
            people: 0,
            version: 3,
            reasons: [("id-0", "Open", Available), ("id-1", "Tea", NotReady)]
                .map(|(id, name, kind)| PresenceReason {
                    id: id.into(),
                    name: name.into(),
                    kind,
                })
                .into(),
        }
    }

    #[test]
    fn flaws_name_their_field() {
        let good = [row(0, "Open", Available), row(1, " Tea ", NotReady)];
        let (name, reasons) = wanted(" Front desk ", &good).expect("usable");
        assert_eq!(
            (name.as_str(), reasons[1].name.as_str()),
            ("Front desk", "Tea")
        );
        let long = "x".repeat(41);
        for (name, rows, flaw) in [
            (" ", good.to_vec(), Flaw::Name),
            (&long, good.to_vec(), Flaw::Name),
            (
                "A",
                vec![good[0].clone(), row(7, "", NotReady)],
                Flaw::Reason(7),
            ),
            (
                "A",
                vec![good[0].clone(), row(7, &long, NotReady)],
                Flaw::Reason(7),
            ),
            (
                "A",
                vec![good[0].clone(), row(7, "open", NotReady)],
                Flaw::Repeated(7),
            ),
            (
                "A",
                vec![good[0].clone(), row(7, "Gone", Offline)],
                Flaw::Kinds,
            ),
            ("A", vec![], Flaw::Kinds),
        ] {
            assert_eq!(wanted(name, &rows), Err(flaw));
        }
    }

    #[test]
    fn what_was_saved_is_no_change() {
        let list = list();
        let mut typed = rows(&list.reasons, 0);
        assert!(is_saved(&list, "Front desk ", true, &typed));
        assert!(!is_saved(&list, "Front", true, &typed));
        assert!(!is_saved(&list, "Front desk", false, &typed));
        typed.swap(0, 1);
        assert!(!is_saved(&list, "Front desk", true, &typed));
        typed.pop();
        assert!(!is_saved(&list, "Front desk", true, &typed));
    }

    #[test]
    fn ids_follow_what_the_server_knows() {
        let mut typed = vec![row(0, "Open", Available), row(5, "Tea", NotReady)];
        forget_others(&mut typed, &list().reasons);
        assert_eq!(typed[0].id.as_deref(), Some("id-0"));
        assert_eq!(typed[1].id, None);
        adopt(&mut typed, &list().reasons);
        assert_eq!(typed[1].id.as_deref(), Some("id-1"));
    }

    #[test]
    fn rows_move_by_one_and_no_further_than_the_ends() {
        let mut typed = vec![
            row(0, "a", Available),
            row(1, "b", NotReady),
            row(2, "c", Offline),
        ];
        assert_eq!(shift(&mut typed, 2, true), Some(2));
        assert_eq!(shift(&mut typed, 2, true), Some(1));
        assert_eq!(shift(&mut typed, 2, true), None);
        assert_eq!(shift(&mut typed, 1, false), None);
        assert_eq!(shift(&mut typed, 9, true), None);
        let keys: Vec<u32> = typed.iter().map(|row| row.key).collect();
        assert_eq!(keys, [2, 0, 1]);
    }
}
