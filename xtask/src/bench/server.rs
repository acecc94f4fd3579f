//! The programs that are measured, each on a port of its own until it is dropped.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::client::Client;
use crate::workspace;

/// The companies and accounts in a data folder, as `callgate bench-seed` makes them.
#[derive(Clone, Copy)]
pub(crate) struct Population {
    pub(crate) companies: usize,
    pub(crate) accounts: usize,
    /// Further people of the first company, not all alike, and an administrator.
    pub(crate) crowd: usize,
    /// Whether everybody is asked for an app's or a saved code too.
    pub(crate) second_ways: bool,
}

pub(crate) struct Running {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From the start of the process to its first good answer.
    pub(crate) started_in: Duration,
}

impl Running {
    /// `callgate serve` on an existing data folder.
    pub(crate) fn callgate(folder: &Path) -> Result<Self> {
        Self::callgate_knowing(folder, None)
    }

    /// The same, which speaks with this provider as well.
    pub(crate) fn callgate_knowing(folder: &Path, provider: Option<SocketAddr>) -> Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(program("callgate")?);
        command
            .arg("serve")
            .env("CALLGATE_LISTEN", address.to_string())
            .env("CALLGATE_PUBLIC_URL", format!("http://{address}"))
            .env("CALLGATE_DATA_DIR", folder)
            // Backup codes are told by mail, and no mail server is there to take it.
            .env("CALLGATE_LOG_LEVEL", "error")
            // All load comes from this machine, as a shift's does from behind one address.
            .env("CALLGATE_NETWORKS", "127.0.0.0/8");
        if let Some(provider) = provider {
            command.env("CALLGATE_SSO_HOSTS", provider.to_string());
        }
        Self::start(&mut command, address, "/health/live")
    }

    /// A bare handler that answers these bytes.
    pub(crate) fn bare_handler(body: &Path) -> Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(program("examples/yardstick")?);
        command
            .args(["serve", "--listen", &address.to_string(), "--body-file"])
            .arg(body);
        Self::start(&mut command, address, "/api/v1/session")
    }

    fn start(command: &mut Command, address: SocketAddr, path: &str) -> Result<Self> {
        let begun = Instant::now();
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let mut running = Self {
            child,
            address,
            started_in: Duration::ZERO,
        };
        while begun.elapsed() < Duration::from_secs(30) {
            let answer = Client::connect(address).and_then(|mut client| client.get(path, ""));
            if answer.is_ok_and(|answer| answer.status == 200) {
                running.started_in = begun.elapsed();
                return Ok(running);
            }
            if let Some(status) = running.child.try_wait()? {
                bail!("{} ended ({status})", command.get_program().display());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        bail!(
            "{} does not answer on {address}",
            command.get_program().display()
        )
    }

    /// Memory that the process holds now.
    pub(crate) fn resident_mib(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .context("resident memory is read from /proc, which Linux has")?;
        let kib = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"))
            .context("/proc tells no VmRSS")?;
        Ok(kib.trim().parse::<f64>()? / 1024.0)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Asked first, so that the database is closed; a server that does not listen is ended.
        let asked = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let begun = Instant::now();
        while asked.is_ok() && begun.elapsed() < Duration::from_secs(10) {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Names a `callgate` that is measured instead of one built as it ships, for trying the measurements themselves.
const OTHER: &str = "CALLGATE_BIN";

/// Builds both programs as they ship.
pub(crate) fn build() -> Result<()> {
    if std::env::var_os(OTHER).is_some() {
        return Ok(());
    }
    workspace::run(workspace::cargo().args([
        "build",
        "--release",
        "--package",
        "server",
        "--bin",
        "callgate",
        "--example",
        "yardstick",
    ]))
}

/// Makes a data folder anew.
pub(crate) fn seed(name: &str, population: Population) -> Result<PathBuf> {
    seed_knowing(name, population, None)
}

/// The same, where everybody can sign in at this issuer as well.
pub(crate) fn seed_knowing(
    name: &str,
    population: Population,
    issuer: Option<&str>,
) -> Result<PathBuf> {
    let folder = workspace::target_dir()?.join("bench").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let mut seed = Command::new(program("callgate")?);
    seed.args([
        "bench-seed",
        "--companies",
        &population.companies.to_string(),
    ])
    .args(["--accounts", &population.accounts.to_string()])
    .args(["--crowd", &population.crowd.to_string(), "--data-dir"])
    .arg(&folder)
    .stdout(Stdio::null());
    if population.second_ways {
        seed.arg("--second-ways");
    }
    if let Some(issuer) = issuer {
        seed.args(["--sso", issuer]);
    }
    workspace::run(&mut seed)?;
    Ok(folder)
}

/// Argon2id verifications per second, without a server.
pub(crate) fn raw_hashes_per_second(threads: usize, seconds: u64) -> Result<f64> {
    let printed = workspace::read(Command::new(program("examples/yardstick")?).args([
        "hash",
        "--threads",
        &threads.to_string(),
        "--seconds",
        &seconds.to_string(),
    ]))?;
    Ok(printed.trim().parse()?)
}

fn program(name: &str) -> Result<PathBuf> {
    if let (Some(other), "callgate") = (std::env::var_os(OTHER), name) {
        return Ok(other.into());
    }
    Ok(workspace::target_dir()?
        .join("release")
        .join(name)
        .with_extension(std::env::consts::EXE_EXTENSION))
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
