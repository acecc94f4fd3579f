//! The running API against its own description: Schemathesis sends what the description allows and what it does not,
//! and nothing may answer with a fault or in a way that is not described. Bounded, so that it always ends.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::client::Client;
use crate::machine;
use crate::phone;
use crate::workspace::{command, run, target_dir};

/// Requests for each operation, in each of the two ways of thinking them up.
const EXAMPLES: &str = "25";

/// What ends the session that all the others need.
const ENDING: [&str; 2] = ["/api/v1/session", "/api/v1/sessions"];

/// An administrator of the demo, who proves with an app.
const ADMIN: &str = "lead";

/// Sends requests to the demo on SQLite and, given an address, on PostgreSQL, which refuses what SQLite takes.
///
/// # Errors
/// When an answer was a fault or is not described, or the machine lacks something.
pub(crate) fn check(server: &Path, postgres: &str) -> Result<()> {
    let schemathesis = machine::need_schemathesis()?;
    for database in [None, Some(postgres)] {
        println!("on {}", database.map_or("SQLite", |_| "PostgreSQL"));
        let demo = Demo::start(server, database)?;
        let cookie = demo.sign_in()?;
        let mut tests = command(&schemathesis);
        tests
            .arg("run")
            .arg(format!("http://{}/api/v1/openapi.json", demo.address))
            .args(["--header", &format!("Cookie: {cookie}")])
            // As the application's own requests.
            .args(["--header", "Sec-Fetch-Site: same-origin"])
            .args(["--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"])
            .args(["--phases", "coverage,fuzzing", "--max-examples", EXAMPLES, "--seed", "1"])
            .args(["--continue-on-failure", "--warnings", "off", "--no-color"])
            .current_dir(target_dir()?)
            .env("SCHEMATHESIS_REPORT_DIR", target_dir()?);
        for path in ENDING {
            tests.args(["--exclude-path", path]);
        }
        run(&mut tests)?;
    }
    Ok(())
}

/// `callgate demo`, until dropped.
struct Demo {
    child: Child,
    address: SocketAddr,
    /// Of [`ADMIN`]'s app.
    secret: String,
    password: String,
}

impl Demo {
    fn start(server: &Path, database: Option<&str>) -> Result<Self> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let printed = target_dir()?.join("contract.json");
        let mut demo = Command::new(server);
        demo.args(["demo", "--json", "--listen", &address.to_string()])
            .env("CALLGATE_LOG_LEVEL", "error")
            .stdin(Stdio::null())
            .stdout(fs::File::create(&printed)?);
        if let Some(database) = database {
            demo.args(["--database-url", database]);
        }
        let child = demo.spawn().context("cannot start the demo")?;
        let mut demo = Self {
            child,
            address,
            secret: String::new(),
            password: String::new(),
        };
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(60) {
            if demo.read(&fs::read_to_string(&printed)?).is_some() {
                return Ok(demo);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("the demo did not start within a minute")
    }

    /// What `--json` printed, once it is whole.
    fn read(&mut self, printed: &str) -> Option<()> {
        let printed: serde_json::Value = serde_json::from_str(printed).ok()?;
        let accounts = printed["accounts"].as_array()?;
        let admin = accounts
            .iter()
            .find(|one| one["company"] == "acme" && one["account"] == ADMIN)?;
        self.secret = admin["totp_secret"].as_str()?.to_owned();
        self.password = admin["password"].as_str()?.to_owned();
        Some(())
    }

    /// The cookie of a session that was proven just now.
    fn sign_in(&self) -> Result<String> {
        let mut client = Client::connect(self.address)?;
        let body = serde_json::json!({ "account": ADMIN, "password": self.password });
        let step = client.post_json("/api/v1/companies/acme/sign-in", "", &body.to_string())?;
        let answer = phone::enter(&mut client, &step, &phone::code(&self.secret)?)?;
        let cookie = answer.cookie("callgate-session");
        Ok(cookie
            .with_context(|| format!("`{ADMIN}` could not sign in ({})", answer.status))?
            .to_owned())
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
