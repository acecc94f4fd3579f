//! The providers of single sign-on for the demonstration: Google, Office 365 and a company's own, played by a Node
//! program. Where Node is missing there are none, and the demonstration goes without.

use std::io::{BufRead, BufReader, PipeWriter};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::machine;
use crate::workspace::{command, root};

/// They run until the last copy of `line` is closed, however whoever holds it ends.
pub(crate) struct Providers {
    address: String,
    line: PipeWriter,
}

impl Providers {
    /// Starts them; says why if there are none.
    pub(crate) fn start() -> Option<Self> {
        if !machine::has_node() {
            eprintln!(
                "Node is missing, so there is no single sign-on in the demonstration. Install Node 20 or later."
            );
            return None;
        }
        match Self::try_start() {
            Ok(providers) => Some(providers),
            Err(error) => {
                eprintln!("There is no single sign-on in the demonstration: {error:#}");
                None
            }
        }
    }

    fn try_start() -> Result<Self> {
        let folder = root().join("providers");
        machine::need_npm_packages(&folder)?;
        let (reader, line) = std::io::pipe()?;
        let mut child = command("node")
            .arg("main.js")
            .current_dir(folder)
            .stdin(reader)
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start node")?;
        let mut told = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut told)?;
        }
        let told: serde_json::Value =
            serde_json::from_str(&told).context("the providers did not start")?;
        let address = told["url"]
            .as_str()
            .context("the providers name no address")?;
        Ok(Self {
            address: address.to_owned(),
            line,
        })
    }

    /// Names them to `callgate demo`, and has it keep them running: it reads nothing, so its input is the line's end.
    pub(crate) fn given_to(&self, demo: &mut Command) -> Result<()> {
        demo.args(["--providers", &self.address])
            .stdin(self.line.try_clone()?);
        Ok(())
    }
}
