//! What the browser gets, in `target/site`: every file under a name that holds its content's hash, with brotli and
//! gzip copies beside it, and `manifest.json`, which tells the server their addresses.
//!
//! cargo-leptos does the same, but takes half an hour to install and then fetches tools from the internet.
//! Three parts are built, each only when its inputs changed: the `program`, the `style` and the `library`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::workspace::{files_under, root, site_dir};

mod library;
mod loader;
mod pack;
mod program;
mod style;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Built quickly, to be looked at while working.
    Development,
    /// Built small, as it ships.
    Release,
}

impl Profile {
    /// The profile of that name in `Cargo.toml`.
    fn name(self) -> &'static str {
        match self {
            Self::Development => "dev",
            Self::Release => "wasm-release",
        }
    }
}

/// `manifest.json`: addresses on the server, each `/assets/` and a file's name.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) css: String,
    /// The style sheet that signed-in people's pages load after `css`.
    pub(crate) work: String,
    /// The module whose default export starts the program; give it the address of `wasm`, then call `hydrate`.
    pub(crate) js: String,
    pub(crate) wasm: String,
    /// What the pages after the first one need besides.
    pub(crate) later: Vec<String>,
    /// What the console needs besides.
    pub(crate) console: Vec<String>,
    /// What agents work with: the way in by Amazon Connect, the summary, the desk.
    #[serde(default)]
    pub(crate) agents: Vec<String>,
    /// The library of Amazon Connect, as its makers publish it.
    #[serde(default)]
    pub(crate) phone_library: String,
    /// Its licence and those of what it holds.
    #[serde(default)]
    pub(crate) phone_library_licence: String,
    /// What Security Settings need besides.
    #[serde(default)]
    pub(crate) profile: Vec<String>,
}

/// Files by name, before compression. A name without a hash is no name for a browser.
type Files = BTreeMap<String, Vec<u8>>;

/// Builds what is not up to date.
pub(crate) fn build(profile: Profile) -> Result<Manifest> {
    let program_sources = ["app", "frontend", "Cargo.toml", "Cargo.lock", "xtask"];
    let (program, program_changed) = part("program", profile, &program_sources, || {
        program::build(profile)
    })?;
    let (style, style_changed) = part("style", profile, &["style", "xtask"], style::build)?;
    let library_sources = ["frontend/package-lock.json", library::NOTICES, "xtask"];
    let (library, library_changed) = part("library", profile, &library_sources, library::build)?;

    let site = site_dir();
    let manifest = Manifest {
        css: style.css,
        work: style.work,
        phone_library: library.phone_library,
        phone_library_licence: library.phone_library_licence,
        ..program
    };
    let written = std::fs::read(site.join("manifest.json")).unwrap_or_default();
    if !program_changed
        && !style_changed
        && !library_changed
        && serde_json::from_slice(&written).ok().as_ref() == Some(&manifest)
    {
        return Ok(manifest);
    }
    // The new files come before the manifest that names them, the old ones go last: a running server misses none.
    std::fs::create_dir_all(&site)?;
    let mut kept = vec![site.join("manifest.json")];
    for name in ["program", "style", "library"] {
        for file in files_under(&part_dir(name, profile).join("files")) {
            let copy = site.join(file.file_name().context("a file has a name")?);
            std::fs::copy(&file, &copy)?;
            kept.push(copy);
        }
    }
    write_whole(
        &site.join("manifest.json"),
        &serde_json::to_vec_pretty(&manifest)?,
    )?;
    for old in files_under(&site) {
        if !kept.contains(&old) {
            std::fs::remove_file(old)?;
        }
    }
    Ok(manifest)
}

/// Bytes that a first visit to the sign-in page transfers, without the document.
pub(crate) fn first_visit(manifest: &Manifest) -> Result<Vec<(String, u64)>> {
    [&manifest.css, &manifest.js, &manifest.wasm]
        .into_iter()
        .map(|address| Ok((address.clone(), transferred(address)?)))
        .collect()
}

/// What a browser that knows brotli transfers for one of the manifest's addresses.
pub(crate) fn transferred(address: &str) -> Result<u64> {
    let name = address.rsplit('/').next().unwrap_or_default();
    let file = site_dir().join(name);
    let packed = site_dir().join(format!("{name}.br"));
    let size = packed.metadata().or_else(|_| file.metadata());
    Ok(size
        .with_context(|| format!("{name} is not in the site"))?
        .len())
}

/// Builds one part unless its folder already holds it for these very sources. Answers whether it was built.
fn part(
    name: &str,
    profile: Profile,
    sources: &[&str],
    build: impl FnOnce() -> Result<(Manifest, Files)>,
) -> Result<(Manifest, bool)> {
    let folder = part_dir(name, profile);
    let manifest_file = folder.join("manifest.json");
    let stamp_file = folder.join("sources");
    let stamp = stamp(sources)?;
    if std::fs::read_to_string(&stamp_file).is_ok_and(|kept| kept == stamp) {
        let manifest = std::fs::read(&manifest_file)?;
        return Ok((serde_json::from_slice(&manifest)?, false));
    }
    let (manifest, files) = build()?;
    let files_dir = folder.join("files");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&files_dir)?;
    pack::write(&files_dir, files, profile)?;
    std::fs::write(&manifest_file, serde_json::to_vec_pretty(&manifest)?)?;
    // Last, so that an interrupted build is done again.
    std::fs::write(&stamp_file, stamp)?;
    Ok((manifest, true))
}

fn part_dir(name: &str, profile: Profile) -> PathBuf {
    root()
        .join("target/site-parts")
        .join(profile.name())
        .join(name)
}

/// The state of the sources in one line. Node counts among them, for it makes the program smaller and brings the library.
fn stamp(sources: &[&str]) -> Result<String> {
    let mut hash = Sha256::new();
    for file in sources
        .iter()
        .flat_map(|source| files_under(&root().join(source)))
    {
        let content =
            std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        hash.update(file.to_string_lossy().as_bytes());
        hash.update(content.len().to_le_bytes());
        hash.update(content);
    }
    hash.update([u8::from(crate::machine::has_node())]);
    Ok(hex(&hash.finalize()))
}

/// Adds a file under its hashed name and returns its address on the server.
fn add(files: &mut Files, stem: &str, extension: &str, content: Vec<u8>) -> String {
    let hash = hex(&Sha256::digest(&content)[..8]);
    let name = format!("{stem}.{hash}.{extension}");
    let address = format!("/assets/{name}");
    files.insert(name, content);
    address
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes so that no reader finds half a file.
fn write_whole(path: &Path, content: &[u8]) -> Result<()> {
    let draft = path.with_extension("draft");
    std::fs::write(&draft, content)?;
    Ok(std::fs::rename(draft, path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_content() {
        let mut files = Files::new();
        let first = add(&mut files, "callgate", "js", b"one".to_vec());
        let second = add(&mut files, "callgate", "js", b"two".to_vec());
        assert_ne!(first, second);
        assert_eq!(first, "/assets/callgate.7692c3ad3540bb80.js");
        assert_eq!(files["callgate.7692c3ad3540bb80.js"], b"one");
    }
}
