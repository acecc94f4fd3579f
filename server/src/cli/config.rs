//! `callgate config`: what is in force, and what there is.

use std::path::PathBuf;

use clap::Subcommand;

use super::{Outcome, load, print, world};
use crate::config::{Loaded, reference};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check every setting and show what is in force; passwords are masked
    Check,
    /// Print the reference of all settings (Markdown)
    Reference,
}

impl Command {
    pub(super) fn run(self, file: Option<PathBuf>) -> Outcome {
        match self {
            Self::Check => {
                let loaded = load(file)?;
                // A mail server's URL has rules of its own.
                world::delivery(&loaded.config)?;
                print(&table(&loaded))
            }
            Self::Reference => print(&reference()),
        }
    }
}

/// One line for each setting: name, value, source.
fn table(loaded: &Loaded) -> String {
    let rows: Vec<(&str, String, String)> = loaded
        .rows()
        .map(|(name, value, source)| {
            (
                name,
                if value.is_empty() {
                    "-".to_owned()
                } else {
                    value
                },
                source.to_string(),
            )
        })
        .collect();
    let width =
        |cell: fn(&(&str, String, String)) -> usize| rows.iter().map(cell).max().unwrap_or(0);
    let (names, values) = (width(|row| row.0.len()), width(|row| row.1.chars().count()));
    let mut text = String::new();
    for (name, value, source) in &rows {
        text.push_str(&format!("{name:names$}  {value:values$}  {source}\n"));
    }
    text.push_str("\nThe settings are good.\n");
    text
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, SETTINGS};

    use super::*;

    #[test]
    fn every_setting_has_its_line() {
        let environment = [("CALLGATE_REGION".to_owned(), "Europe".to_owned())];
        let table = table(&Config::load(None, environment).expect("loads"));
        assert_eq!(table.lines().count(), SETTINGS.len() + 2);
        assert!(table.lines().any(|line| line.starts_with("region ")
            && line.contains("Europe")
            && line.ends_with("environment")));
        assert!(
            table
                .lines()
                .any(|line| line.starts_with("session_idle_max ")
                    && line.contains("12h")
                    && line.ends_with("default"))
        );
    }
}
