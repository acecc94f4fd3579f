//! People as they are pasted from a spreadsheet: one a line, name, e-mail address and perhaps a username.

use std::collections::HashSet;

use app::wire::Fate;

use super::{alias, typed};

/// A row as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Counted from 1, as pasted.
    pub line: u32,
    pub name: String,
    pub email: String,
    pub username: String,
    /// What is wrong with it, as far as the row and those above it tell.
    pub flaw: Option<Fate>,
}

/// The username of somebody who was given none: the part of the address before the @.
#[must_use]
pub fn username_of(email: &str) -> &str {
    email.split('@').next().unwrap_or_default()
}

/// Reads pasted text. Fields are separated by tabs, else by semicolons, else by commas; `fold` makes of two spellings
/// of the same name one.
#[must_use]
pub fn read(text: &str, fold: impl Fn(&str) -> String) -> Vec<Row> {
    let mut seen = HashSet::new();
    let mut is_first = true;
    text.lines()
        .zip(1..)
        .map(|(line, number)| {
            let mut row = split(line, number);
            let is_blank = [&row.name, &row.email, &row.username]
                .iter()
                .all(|it| it.is_empty());
            row.flaw = if is_blank || (is_first && is_heading(&row)) {
                Some(Fate::Heading)
            } else {
                tidy(&mut row).or_else(|| {
                    // Both are noted, also of a row that repeats one of them only.
                    let new = [&row.email, &row.username].map(|name| seen.insert(fold(name)));
                    new.contains(&false).then_some(Fate::Repeated)
                })
            };
            is_first &= is_blank;
            row
        })
        .collect()
}

fn split(line: &str, number: u32) -> Row {
    let separator = ['\t', ';']
        .into_iter()
        .find(|separator| line.contains(*separator))
        .unwrap_or(',');
    let mut fields = fields(line, separator).into_iter();
    let mut next = || fields.next().unwrap_or_default();
    Row {
        line: number,
        name: next(),
        email: next(),
        username: next(),
        flaw: None,
    }
}

/// The fields of a line; within quotation marks a separator is a part of its field, and two marks are one.
fn fields(line: &str, separator: char) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let begins = fields.last().is_some_and(|field| field.trim().is_empty());
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                push(&mut fields, '"');
            }
            '"' if quoted => quoted = false,
            '"' if begins => quoted = true,
            letter if letter == separator && !quoted => fields.push(String::new()),
            letter => push(&mut fields, letter),
        }
    }
    fields.iter().map(|field| field.trim().to_owned()).collect()
}

fn push(fields: &mut [String], letter: char) {
    if let Some(field) = fields.last_mut() {
        field.push(letter);
    }
}

/// Whether the first row only names the columns.
fn is_heading(row: &Row) -> bool {
    !row.email.contains('@') && row.email.to_lowercase().contains("mail")
}

/// Gives every field its stored form; answers the first that has none.
fn tidy(row: &mut Row) -> Option<Fate> {
    if !alias::is_showable(&row.name) {
        return Some(Fate::NameMissing);
    }
    let Some(email) = typed::email(&row.email) else {
        return Some(Fate::EmailWrong);
    };
    row.email = email;
    if row.username.is_empty() {
        row.username = username_of(&row.email).to_owned();
    }
    match typed::username(&row.username) {
        Some(username) => {
            row.username = username;
            None
        }
        None => Some(Fate::UsernameWrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fates(text: &str) -> Vec<Option<Fate>> {
        read(text, str::to_lowercase)
            .into_iter()
            .map(|row| row.flaw)
            .collect()
    }

    #[test]
    fn spreadsheets_separate_as_they_like() {
        for text in [
            "Anna Álvarez\tanna@acme.example\tanna",
            " Anna Álvarez ; anna@acme.example ;anna",
            "Anna Álvarez,anna@acme.example",
            "\"Anna Álvarez\", \"anna@acme.example\"",
        ] {
            let rows = read(text, str::to_lowercase);
            let expected = Row {
                line: 1,
                name: "Anna Álvarez".into(),
                email: "anna@acme.example".into(),
                username: "anna".into(),
                flaw: None,
            };
            assert_eq!(rows, [expected], "{text}");
        }
        let rows = read(
            "\"Álvarez, \"\"Anna\"\"\",anna@acme.example",
            str::to_lowercase,
        );
        assert_eq!(rows[0].name, "Álvarez, \"Anna\"");
    }

    #[test]
    fn headings_and_empty_lines_are_no_people() {
        assert_eq!(
            fates(
                "\r\nName;E-Mail;Benutzername\r\nAnna;anna@acme.example\r\n\r\nBea;bea@acme.example"
            ),
            [
                Some(Fate::Heading),
                Some(Fate::Heading),
                None,
                Some(Fate::Heading),
                None
            ]
        );
        assert_eq!(
            fates("Anna;anna@acme.example\nName;E-Mail"),
            [None, Some(Fate::EmailWrong)],
            "only the first is a heading"
        );
        assert!(fates("").is_empty());
    }

    #[test]
    fn each_row_tells_what_is_wrong_with_it() {
        for (row, fate) in [
            (";anna@acme.example", Fate::NameMissing),
            ("Anna\u{202e};anna@acme.example", Fate::NameMissing),
            ("Anna", Fate::EmailWrong),
            ("Anna;anna@acme", Fate::EmailWrong),
            ("Anna;anna@acme.example;an na", Fate::UsernameWrong),
            ("Anna;anna@acme.example;a@b", Fate::UsernameWrong),
        ] {
            assert_eq!(fates(row), [Some(fate)], "{row}");
        }
    }

    #[test]
    fn who_stands_there_twice_is_added_once() {
        let rows = "Anna;anna@acme.example\nAnna B;ANNA@acme.example;other\nAnn;b@acme.example;ANNA\nOther;c@acme.example;other";
        assert_eq!(
            fates(rows),
            [
                None,
                Some(Fate::Repeated),
                Some(Fate::Repeated),
                Some(Fate::Repeated)
            ]
        );
    }
}
