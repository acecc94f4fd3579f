//! `cargo xtask demo`: from a fresh checkout to a running demonstration.
//!
//! The site is built as it ships, the server in the development profile: pages are small and quick, password hashing
//! is optimised in both, and the server is ready minutes earlier than a release build and is the one the tests use.

use anyhow::{Context, Result};

use crate::providers::Providers;
use crate::{site, workspace};

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    site::build(site::Profile::Release)?;
    let server = workspace::build_server()?;
    let mut demo = workspace::command(server);
    demo.arg("demo").args(arguments);
    if let Some(providers) = Providers::start() {
        providers.given_to(&mut demo)?;
    }
    become_program(demo)
}

/// Gives way to the program, so that Ctrl-C and signals reach it and nothing of us is left behind.
#[cfg(unix)]
fn become_program(mut program: std::process::Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(program.exec()).context("cannot start the demonstration")
}

#[cfg(not(unix))]
fn become_program(mut program: std::process::Command) -> Result<()> {
    workspace::run(&mut program).context("the demonstration ended")
}
