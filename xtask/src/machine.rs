//! What the machine must have. A fresh one has rustup, a C compiler and Node; the rest is installed here, and where
//! that is not allowed a sentence says what to install. Not here: what the programs are then used for.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::workspace::{command, read, run, succeeds, target_dir};

/// Lets rustc build for browsers.
pub(crate) fn need_wasm_target() -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let sysroot = read(command("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(TARGET)
        .exists()
    {
        return Ok(());
    }
    run(command("rustup").args(["target", "add", TARGET]))
}

/// The components of the toolchain that the first stages of the tests use.
pub(crate) fn need_component(name: &str, program: &str) -> Result<()> {
    if succeeds(command(program).arg("--version")) {
        return Ok(());
    }
    run(command("rustup").args(["component", "add", name]))
}

pub(crate) fn has_node() -> bool {
    on_path("node").is_some() && on_path("npm").is_some()
}

/// Installs what a folder's `package-lock.json` pins, unless that has been done.
pub(crate) fn need_npm_packages(folder: &Path) -> Result<()> {
    let installed = std::fs::metadata(folder.join("node_modules/.package-lock.json"));
    let wanted = std::fs::metadata(folder.join("package-lock.json"))?;
    if installed.is_ok_and(|installed| {
        matches!((installed.modified(), wanted.modified()), (Ok(installed), Ok(wanted)) if installed >= wanted)
    }) {
        return Ok(());
    }
    run(command("npm")
        .current_dir(folder)
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        // What is printed may be read by a program: the demonstration's line of JSON.
        .stdout(std::io::stderr())
        // Browsers come from the system's packages.
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))
}

/// A real Chromium: the one that `CHROMIUM` names, or the system's.
pub(crate) fn need_chromium() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM") {
        return Ok(path.into());
    }
    if let Some(path) = find_chromium() {
        return Ok(path);
    }
    install("chromium", "Or set CHROMIUM to the path of a Chromium.")?;
    match find_chromium() {
        Some(path) => Ok(path),
        None => bail!("chromium is installed but not on the PATH: set CHROMIUM to its path"),
    }
}

fn find_chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .find_map(|name| on_path(name))
}

/// A real authenticator, which makes the codes that browser tests type.
pub(crate) fn need_oathtool() -> Result<()> {
    if on_path("oathtool").is_some() {
        return Ok(());
    }
    install("oathtool", "Or put `oathtool` on the PATH.")
}

/// The load generator of the measurements.
pub(crate) fn need_wrk() -> Result<()> {
    if on_path("wrk").is_some() {
        return Ok(());
    }
    install("wrk", "Or put `wrk` on the PATH.")
}

/// The tester of the API's description, in a folder of its own. It comes from Python's package index.
pub(crate) fn need_schemathesis() -> Result<PathBuf> {
    const WANTED: &str = "schemathesis==4.32.5";
    let folder = target_dir()?.join("tools/schemathesis");
    let program = folder.join("bin/schemathesis");
    let note = folder.join("installed");
    if program.exists() && std::fs::read_to_string(&note).is_ok_and(|noted| noted == WANTED) {
        return Ok(program);
    }
    // Debian keeps what makes such folders in a package of its own.
    if !succeeds(command("python3").args(["-c", "import ensurepip, venv"])) {
        install("python3-venv", "Or put a Python 3.10 or later on the PATH.")?;
    }
    run(command("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&folder))?;
    run(command(folder.join("bin/pip")).args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
        WANTED,
    ]))?;
    std::fs::write(note, WANTED)?;
    Ok(program)
}

/// PostgreSQL's programs; Debian keeps those of the server out of the PATH.
pub(crate) fn need_postgres() -> Result<PathBuf> {
    if let Some(folder) = find_postgres() {
        return Ok(folder);
    }
    install(
        "postgresql",
        "Or set CALLGATE_TEST_POSTGRES_URL to a server that tests may use.",
    )?;
    match find_postgres() {
        Some(folder) => Ok(folder),
        None => bail!("PostgreSQL is installed, but initdb and postgres are not to be found"),
    }
}

fn find_postgres() -> Option<PathBuf> {
    let version = |folder: &Path| folder.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = std::fs::read_dir("/usr/lib/postgresql")
        .ok()
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|folder| folder.join("bin/initdb").exists())
        .max_by_key(|folder| version(folder));
    match newest {
        Some(folder) => Some(folder.join("bin")),
        None => on_path("initdb")?.parent().map(Path::to_path_buf),
    }
}

fn on_path(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

pub(crate) fn is_root() -> bool {
    read(command("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Installs a Debian package where that is allowed without asking for a password.
fn install(package: &str, otherwise: &str) -> Result<()> {
    let prefix: &[&str] = if is_root() {
        &["env"]
    } else if succeeds(command("sudo").args(["-n", "true"])) {
        &["sudo", "-n", "env"]
    } else {
        &[]
    };
    if prefix.is_empty() || on_path("apt-get").is_none() {
        bail!(
            "{package} is missing and only an administrator can install it: install the package `{package}`. {otherwise}"
        );
    }
    println!("installing {package}");
    let apt = |arguments: &[&str]| {
        run(command(prefix[0])
            .args(&prefix[1..])
            .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"])
            .args(arguments)
            .stdout(std::process::Stdio::null()))
    };
    apt(&["update"])?;
    apt(&["install", "--yes", "--no-install-recommends", package])
}
