//! `cargo xtask test`: everything that must hold before a change is accepted, quick things first.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Result, bail};

use crate::machine;
use crate::postgres::Postgres;
use crate::site::{self, Profile};
use crate::workspace::{self, cargo, command, root, run as run_to_end};

/// A stage's name, what it looks at, and what it does with the arguments after `--`.
type Stage = (
    &'static str,
    &'static str,
    fn(&[String], &mut Count) -> Result<()>,
);

const STAGES: &[Stage] = &[
    ("fmt", "formatting", fmt),
    ("clippy", "lints, on the server and in the browser", clippy),
    ("generated", "generated files are up to date", generated),
    (
        "unit",
        "unit, API and storage tests, on SQLite and PostgreSQL",
        unit,
    ),
    ("site", "the site builds and the first visit is small", site),
    (
        "contract",
        "the API answers as it is described, whatever it is sent",
        contract,
    ),
    ("end2end", "a real browser against the real server", end2end),
    (
        "licences",
        "licences and advisories of what we depend on",
        licences,
    ),
];

/// What the sign-in page may transfer at a first visit, compressed, and how much of that is the document.
const FIRST_VISIT: u64 = 220 * 1024;
const DOCUMENT: u64 = 5 * 512;

/// Tests, as their runners counted them.
#[derive(Debug, Default, PartialEq)]
struct Count {
    passed: u64,
    failed: u64,
}

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let (names, passed_on) = match arguments.iter().position(|argument| argument == "--") {
        Some(dashes) => (&arguments[..dashes], &arguments[dashes + 1..]),
        None => (arguments, &[][..]),
    };
    if let Some(unknown) = names
        .iter()
        .find(|name| STAGES.iter().all(|(stage, ..)| stage != name))
    {
        let known: Vec<_> = STAGES.iter().map(|(stage, ..)| *stage).collect();
        bail!(
            "there is no stage `{unknown}`. There are: {}",
            known.join(", ")
        );
    }
    let mut count = Count::default();
    let mut good = true;
    for (name, about, stage) in STAGES {
        if !names.is_empty() && !names.iter().any(|chosen| chosen == name) {
            continue;
        }
        println!("\n── {name}: {about}");
        let begun = Instant::now();
        let failed_before = count.failed;
        let outcome = stage(passed_on, &mut count);
        let seconds = begun.elapsed().as_secs_f32();
        match outcome {
            Ok(()) => println!("── {name}: good, {seconds:.1} s"),
            Err(error) => {
                println!("── {name}: FAILED, {seconds:.1} s: {error:#}");
                // A stage without tests of its own, or one that failed before they ran, is one failure.
                count.failed = count.failed.max(failed_before + 1);
                good = false;
                break;
            }
        }
    }
    println!("\n{} passed, {} failed", count.passed, count.failed);
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn fmt(_: &[String], _: &mut Count) -> Result<()> {
    machine::need_component("rustfmt", "rustfmt")?;
    run_to_end(cargo().args(["fmt", "--all", "--check"]))
}

/// What is tested on this machine, in the portions that are also built on their own: together, cargo would build much
/// of what they depend on a second time. `app` is another thing in the browser, so that is looked at apart.
const PORTIONS: [&[&str]; 2] = [
    &["--workspace", "--exclude=frontend", "--exclude=xtask"],
    &["--package=xtask"],
];
const IN_BROWSER: &[&str] = &[
    "--package=frontend",
    "--package=app",
    "--lib",
    "--target=wasm32-unknown-unknown",
];

fn clippy(_: &[String], _: &mut Count) -> Result<()> {
    machine::need_component("clippy", "cargo-clippy")?;
    machine::need_wasm_target()?;
    let lint = |what: &[&str]| {
        run_to_end(
            cargo()
                .arg("clippy")
                .args(what)
                .args(["--", "-D", "warnings"]),
        )
    };
    for portion in PORTIONS {
        lint(&[portion, &["--all-targets"]].concat())?;
    }
    lint(IN_BROWSER)
}

fn generated(_: &[String], _: &mut Count) -> Result<()> {
    crate::update::run(&["--check".to_owned()])
}

fn unit(arguments: &[String], count: &mut Count) -> Result<()> {
    const URL: &str = "CALLGATE_TEST_POSTGRES_URL";
    let postgres = match std::env::var_os(URL) {
        Some(_) => None,
        None => Some(Postgres::start()?),
    };
    for portion in PORTIONS {
        let mut tests = cargo();
        tests.arg("test").args(portion).args(arguments);
        if let Some(postgres) = &postgres {
            tests.env(URL, postgres.url());
        }
        count.run(&mut tests)?;
    }
    Ok(())
}

fn site(_: &[String], _: &mut Count) -> Result<()> {
    let manifest = site::build(Profile::Release)?;
    let mut sum = DOCUMENT;
    for (address, bytes) in site::first_visit(&manifest)? {
        println!("{bytes:>9} bytes  {address}");
        sum += bytes;
    }
    println!("{DOCUMENT:>9} bytes  allowed for the document");
    println!("{sum:>9} bytes  of {FIRST_VISIT} at the first visit");
    if sum > FIRST_VISIT {
        bail!("the first visit is {} bytes too large", sum - FIRST_VISIT);
    }
    if manifest.profile.is_empty() {
        bail!(
            "Security Settings are not a chunk of their own, so everybody who signs in downloads them"
        );
    }
    if manifest.console.is_empty() {
        bail!("the console is not a chunk of its own, so everybody who signs in downloads it");
    }
    for address in &manifest.console {
        println!(
            "{:>9} bytes  {address}, for administrators",
            site::transferred(address)?
        );
    }
    for address in &manifest.profile {
        println!(
            "{:>9} bytes  {address}, for Security Settings",
            site::transferred(address)?
        );
    }
    Ok(())
}

fn contract(_: &[String], count: &mut Count) -> Result<()> {
    // The pages are not asked for, but the server does not start without them.
    site::build(Profile::Release)?;
    let postgres = Postgres::start()?;
    crate::contract::check(&workspace::build_server()?, postgres.url())?;
    count.passed += 2;
    Ok(())
}

fn end2end(arguments: &[String], count: &mut Count) -> Result<()> {
    if !machine::has_node() {
        bail!("Node is missing: the browser is driven from it. Install Node 20 or later.");
    }
    let folder = root().join("end2end");
    machine::need_npm_packages(&folder)?;
    machine::need_npm_packages(&root().join("providers"))?;
    let chromium = machine::need_chromium()?;
    machine::need_oathtool()?;
    site::build(Profile::Release)?;
    let server = workspace::build_server()?;
    let mut tests = command("npm");
    tests.args(["test", "--"]).args(arguments);
    tests
        .current_dir(folder)
        .env("CALLGATE_BIN", server)
        .env("CHROMIUM", chromium);
    count.run(&mut tests)
}

fn licences(_: &[String], _: &mut Count) -> Result<()> {
    if !workspace::succeeds(cargo().args(["deny", "--version"])) {
        println!(
            "cargo-deny is not installed, so deny.toml is not looked at: `cargo install cargo-deny` changes that."
        );
        return Ok(());
    }
    run_to_end(cargo().args(["deny", "check"]))
}

impl Count {
    /// Runs tests to the end, shows what they print and adds what they count.
    fn run(&mut self, tests: &mut Command) -> Result<()> {
        let mut child = tests.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        if let Some(output) = child.stdout.take() {
            for line in BufReader::new(output).split(b'\n') {
                let line = line?;
                let mut screen = std::io::stdout().lock();
                screen.write_all(&line)?;
                screen.write_all(b"\n")?;
                self.read(&String::from_utf8_lossy(&line));
            }
        }
        let status = child.wait()?;
        if !status.success() {
            bail!("tests failed ({status})");
        }
        Ok(())
    }

    /// Understands the summaries of cargo, Playwright and `node --test`.
    fn read(&mut self, line: &str) {
        let words: Vec<&str> = line
            .trim()
            .split([' ', ';'])
            .filter(|word| !word.is_empty())
            .collect();
        match words.as_slice() {
            ["test", "result:", _, passed, "passed", failed, "failed", ..] => {
                self.passed += passed.parse().unwrap_or(0);
                self.failed += failed.parse().unwrap_or(0);
            }
            [number, "passed", ..] if line.starts_with("  ") => {
                self.passed += number.parse().unwrap_or(0);
            }
            [number, "failed"] if line.starts_with("  ") => {
                self.failed += number.parse().unwrap_or(0)
            }
            ["#" | "ℹ", "pass", number] => self.passed += number.parse().unwrap_or(0),
            ["#" | "ℹ", "fail", number] => self.failed += number.parse().unwrap_or(0),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Count;

    #[test]
    fn summaries_of_all_runners_are_counted() {
        let printed = "\
running 2 tests
test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.04s
test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s
  1 failed
    [chromium] › sign-in.spec.ts:3:1 › a person signs in
  21 passed (14.2s)
ℹ pass 5
ℹ fail 1";
        let mut count = Count::default();
        printed.lines().for_each(|line| count.read(line));
        assert_eq!(
            count,
            Count {
                passed: 12 + 3 + 21 + 5,
                failed: 2 + 1 + 1
            }
        );
    }
}
