//! The library of Amazon Connect, as its makers publish it: npm checks the package against the lock file, and not a byte of
//! it is changed. Its licence goes with it.

use anyhow::{Context, Result};

use super::{Files, Manifest, add};
use crate::machine;
use crate::workspace::root;

/// What is said of the parts of others that the library holds.
pub(super) const NOTICES: &str = "frontend/phone-library-notices.txt";

pub(super) fn build() -> Result<(Manifest, Files)> {
    let mut files = Files::new();
    if !machine::has_node() {
        println!(
            "Node is missing, so the site is built without Amazon Connect's library: Secure Login and the phone at the desk \
             will say that they are not there. Install Node 20 or later for them."
        );
        return Ok((Manifest::default(), files));
    }
    let frontend = root().join("frontend");
    machine::need_npm_packages(&frontend)?;
    let package = frontend.join("node_modules/amazon-connect-streams");
    let read = |path: std::path::PathBuf| {
        std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    let library = read(package.join("release/connect-streams-min.js"))?;
    let mut licence = read(root().join(NOTICES))?;
    licence.extend(read(package.join("LICENSE.txt"))?);
    let manifest = Manifest {
        phone_library: add(&mut files, "connect-streams", "js", library),
        phone_library_licence: add(&mut files, "connect-streams-licence", "txt", licence),
        ..Manifest::default()
    };
    Ok((manifest, files))
}
