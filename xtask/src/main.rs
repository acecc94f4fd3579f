//! The project's own commands, one file each. What a command needs and the machine lacks, it installs
//! (`machine`); how to reach cargo and the project's folders is in `workspace`. Nothing here is part of the product.

#![expect(
    clippy::disallowed_methods,
    reason = "these commands measure their own time; nothing here is tested with a moved clock"
)]

use std::process::ExitCode;

use anyhow::{Result, bail};

mod bench;
mod client;
mod contract;
mod demo;
mod dev;
mod machine;
mod phone;
mod postgres;
mod providers;
mod site;
mod test;
mod update;
mod workspace;

const USAGE: &str = "\
cargo xtask demo [ARGUMENTS]     build everything and run `callgate demo`; further arguments are passed on
cargo xtask dev [ARGUMENTS]      the same in the development profile, rebuilt and restarted when a file changes
cargo xtask test [STAGE…] [-- …] all stages or those named: fmt clippy generated unit site end2end licences;
                                 what follows -- goes to the tests of `unit` and `end2end`
cargo xtask bench [--quick] [sso] [phone]
                                 measure what must be quick or small, or only sign-ins at a provider or an agent's first
                                 minute, and print a table
cargo xtask update [--check]     write the generated files anew, or only say which are out of date
cargo xtask site                 build only what the browser gets, into target/site
cargo xtask build                build target/release/callgate, the web application inside";

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    match command.as_str() {
        "demo" => demo::run(&rest)?,
        "dev" => dev::run(&rest)?,
        "test" => return test::run(&rest),
        "bench" => return bench::run(&rest),
        "update" => update::run(&rest)?,
        "site" => {
            site::build(site::Profile::Release)?;
        }
        "build" => {
            site::build(site::Profile::Release)?;
            workspace::run(workspace::cargo().args(["build", "--release", "--package", "server"]))?;
        }
        "" | "help" | "--help" | "-h" => println!("{USAGE}"),
        other => bail!("there is no command `{other}`. There are:\n\n{USAGE}"),
    }
    Ok(ExitCode::SUCCESS)
}
