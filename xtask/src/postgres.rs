//! A PostgreSQL for one run of the tests, on a free port of the loopback address, its data in a temporary folder.

use std::net::TcpListener;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::machine;
use crate::workspace::{command, succeeds};

/// Runs until dropped.
pub(crate) struct Postgres {
    keeper: Child,
    url: String,
}

/// Ends PostgreSQL and removes its data when our end of standard input closes, for whatever reason we end.
const KEEPER: &str = r#"
trap '' INT
data=$(mktemp -d)
cd "$data"
export PATH="$1:$PATH"
if initdb --pgdata=cluster --username=callgate --auth=trust --encoding=UTF8 --locale=C >initdb.log 2>&1; then
    postgres -D cluster -p "$2" -c listen_addresses=127.0.0.1 -c unix_socket_directories="$data" \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 \
        -c log_min_messages=fatal </dev/null >postgres.log 2>&1 &
    cat >/dev/null
    kill -INT $! 2>/dev/null
    wait
else
    cat initdb.log >&2
fi
cd / && rm -rf "$data"
"#;

impl Postgres {
    pub(crate) fn start() -> Result<Self> {
        let programs = machine::need_postgres()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        // PostgreSQL refuses to run as root; Debian's package brings the user.
        let mut shell = if machine::is_root() {
            let mut runuser = command("runuser");
            runuser.args(["-u", "postgres", "--", "sh"]);
            runuser
        } else {
            command("sh")
        };
        let keeper = shell
            .args(["-c", KEEPER, "postgres"])
            .arg(&programs)
            .arg(port.to_string())
            .stdin(Stdio::piped())
            .spawn()
            .context("cannot start PostgreSQL")?;
        let mut postgres = Self {
            keeper,
            url: format!("postgres://callgate@127.0.0.1:{port}/postgres"),
        };
        let started = Instant::now();
        let port = port.to_string();
        while !succeeds(command(programs.join("pg_isready")).args([
            "-q",
            "-h",
            "127.0.0.1",
            "-p",
            &port,
        ])) {
            if let Some(status) = postgres.keeper.try_wait()? {
                bail!("PostgreSQL did not start ({status})");
            }
            if started.elapsed() > Duration::from_secs(60) {
                bail!("PostgreSQL did not answer within a minute");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(postgres)
    }

    /// An empty database; its user may make more.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // What is left to do the keeper does by itself, even if it cannot be waited for.
        let _ = self.keeper.wait();
    }
}
