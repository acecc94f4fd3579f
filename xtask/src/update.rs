//! `cargo xtask update`: files that the server writes about itself and that are kept in the repository.

use anyhow::{Context, Result, bail};

use crate::workspace;

/// A file, from the root, and the arguments with which `callgate` prints it.
const GENERATED: &[(&str, &[&str])] = &[
    ("server/openapi.json", &["openapi"]),
    ("docs/configuration.md", &["config", "reference"]),
];

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let check = match arguments {
        [] => false,
        [only] if only == "--check" => true,
        _ => bail!("`cargo xtask update` knows --check and nothing else"),
    };
    let server = workspace::build_server()?;
    let mut stale = Vec::new();
    for (file, arguments) in GENERATED {
        let fresh = workspace::read(workspace::command(&server).args(*arguments))?;
        let path = workspace::root().join(file);
        if std::fs::read_to_string(&path).is_ok_and(|kept| kept == fresh) {
            continue;
        }
        if check {
            stale.push(*file);
            continue;
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, fresh).with_context(|| format!("cannot write {file}"))?;
        println!("wrote {file}");
    }
    if !stale.is_empty() {
        bail!(
            "out of date: {}. Run `cargo xtask update`.",
            stale.join(", ")
        );
    }
    Ok(())
}
