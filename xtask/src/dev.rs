//! `cargo xtask dev`: rebuilds and restarts the demonstration when a file changes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, SystemTime};

use anyhow::Result;

use crate::providers::Providers;
use crate::{site, workspace};

const WATCHED: &[&str] = &[
    "app",
    "server",
    "style",
    "frontend",
    "Cargo.toml",
    "Cargo.lock",
];
const LISTEN: &str = "127.0.0.1:3000";

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let listens = arguments
        .iter()
        .any(|argument| argument.starts_with("--listen"));
    let listen: &[&str] = if listens { &[] } else { &["--listen", LISTEN] };
    let providers = Providers::start();
    let mut server = None;
    loop {
        // Looked at before the build: what changes during it is built next.
        let built = files();
        match build() {
            Ok(program) => {
                if let Some(old) = server.take() {
                    stop(old)?;
                }
                let mut demo = workspace::command(program);
                demo.arg("demo").args(listen).args(arguments);
                if let Some(providers) = &providers {
                    providers.given_to(&mut demo)?;
                }
                server = Some(demo.env("CALLGATE_DEV_RELOAD", "1").spawn()?);
            }
            Err(error) => eprintln!("\nxtask: {error:#}\nThe last good build keeps running."),
        }
        while files() == built {
            std::thread::sleep(Duration::from_millis(300));
        }
    }
}

fn build() -> Result<PathBuf> {
    site::build(site::Profile::Development)?;
    workspace::build_server()
}

/// Asks first, so that the demonstration removes its data.
fn stop(mut server: Child) -> Result<()> {
    let asked =
        cfg!(unix) && workspace::succeeds(workspace::command("kill").arg(server.id().to_string()));
    if !asked {
        // Also where it has ended by itself, and there is nothing left to end.
        let _ = server.kill();
    }
    server.wait()?;
    Ok(())
}

/// Every watched file and when it was last written.
fn files() -> BTreeMap<PathBuf, SystemTime> {
    let mut found = BTreeMap::new();
    for name in WATCHED {
        for path in workspace::files_under(&workspace::root().join(name)) {
            if let Some(written) = written(&path) {
                found.insert(path, written);
            }
        }
    }
    found
}

fn written(path: &Path) -> Option<SystemTime> {
    path.metadata().ok()?.modified().ok()
}
