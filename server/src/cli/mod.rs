//! The operator's commands: reads arguments and settings, calls a flow, prints what came of it.
//!
//! No rules here; sentences for people come from `config` and `flows::operator`.

mod account;
mod bench_seed;
mod company;
mod config;
mod demo;
mod serve;
mod world;

use std::{
    error::Error,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Parser, Subcommand};

use crate::{
    clock::Moment,
    config::{Config, Loaded, PublicUrl},
    flows::operator::FirstCredential,
};

/// What a command ends with: nothing, or a sentence.
type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// The sign-in front door of a contact centre.
#[derive(Debug, Parser)]
#[command(name = "callgate", version, arg_required_else_help = true)]
struct Cli {
    /// Read settings from this file instead of ./callgate.toml
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve,
    /// Run with throw-away data, to look around and try things
    Demo(demo::Demo),
    /// Create and list companies
    #[command(subcommand)]
    Company(company::Command),
    /// Create, invite and unlock accounts
    #[command(subcommand)]
    Account(account::Command),
    /// Look at the settings
    #[command(subcommand)]
    Config(config::Command),
    /// Print the description of the JSON API (OpenAPI)
    Openapi,
    /// Fill a new data folder with very many accounts, for measuring
    #[command(hide = true)]
    BenchSeed(bench_seed::BenchSeed),
}

/// Runs what the arguments ask for.
#[must_use]
pub fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell when standard error is gone too.
            let _ = writeln!(io::stderr(), "callgate: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Outcome {
    let file = cli.config;
    match cli.command {
        Command::Serve => block_on(serve::serve(load(file)?.config)),
        // Its own settings only: nothing that was meant for a real server may reach a demo.
        Command::Demo(demo) => block_on(demo.run()),
        Command::Company(command) => block_on(command.run(load(file)?.config)),
        Command::Account(command) => block_on(command.run(load(file)?.config)),
        Command::Config(command) => command.run(file),
        Command::BenchSeed(seed) => block_on(seed.run()),
        Command::Openapi => print(&format!("{}\n", crate::http::openapi().to_pretty_json()?)),
    }
}

fn load(file: Option<PathBuf>) -> Outcome<Loaded> {
    let variables = std::env::vars_os().filter_map(|(name, value)| {
        let name = name
            .into_string()
            .ok()
            .filter(|name| name.starts_with("CALLGATE_"))?;
        Some((name, value.to_string_lossy().into_owned()))
    });
    Ok(Config::load(file.as_deref(), variables)?)
}

fn block_on(work: impl Future<Output = Outcome>) -> Outcome {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(work)
}

/// Writes to standard output; a reader who has enough is no mistake.
fn print(text: &str) -> Outcome {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

/// What the operator hands to a person, once.
fn introduce(first: &FirstCredential, public_url: &PublicUrl, email: &str, mails: bool) -> String {
    let until = |at: &Moment| at.rfc3339(&jiff::tz::TimeZone::system());
    let sent = if mails {
        format!("It is also on its way to {email}.")
    } else {
        "No mail server is set, so pass it on yourself.".to_owned()
    };
    match first {
        FirstCredential::Link { path, expires_at } => format!(
            "Their link, good for one use until {}:\n\n    {}\n\n{sent} It is not shown again.\n",
            until(expires_at),
            public_url.at(path)
        ),
        FirstCredential::TemporaryPassword {
            password,
            expires_at,
        } => format!(
            "Their temporary password, to be changed at the first sign-in before {}:\n\n    {password}\n\n{sent} It is not shown again.\n",
            until(expires_at)
        ),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_parses() {
        for line in [
            "callgate serve",
            "callgate --config x.toml serve",
            "callgate demo",
            "callgate demo --json --listen 127.0.0.1:0 --database-url postgres://h/d --smtp-url smtp://h",
            "callgate company create --alias acme --name Acme --admin-email a@acme.example",
            "callgate company create --alias acme --name Acme --admin-email a@acme.example --admin-name Ada \
             --language de --time-zone Europe/Berlin --instance-alias acme-connect --brand #1d4ed8 --accent #0b7285 \
             --notice Hello --help-name Desk --help-phone 4000 --help-email h@acme.example --terms https://acme.example/t \
             --privacy p.md --second-factor optional --logo logo.png --session-total 8h --session-idle 30m",
            "callgate company list",
            "callgate company approve acme",
            "callgate company refuse acme --reason Twice",
            "callgate company domain acme",
            "callgate company domain acme acme.example",
            "callgate company domain acme acme.example --remove",
            "callgate demo --region Europe --regions America=http://127.0.0.1:3001",
            "callgate account create --company acme --username ada --email a@acme.example --name Ada --role agent,admin",
            "callgate account create --company acme --username ada --email a@acme.example --name Ada --role agent --temporary-password",
            "callgate account invite --company acme --account ada",
            "callgate account unlock --company acme --account ada --reason Called",
            "callgate config check",
            "callgate config reference",
            "callgate openapi",
        ] {
            assert!(
                Cli::try_parse_from(line.split_whitespace()).is_ok(),
                "{line}"
            );
        }
        for line in [
            "callgate",
            "callgate serve --json",
            "callgate demo --listen everywhere",
            "callgate company create --alias acme",
            "callgate company domain",
            "callgate company domain acme --remove",
            "callgate demo --regions America",
            "callgate account create --company acme --username a --email a@b.example --name A --role owner",
            "callgate account unlock --company acme --account ada",
        ] {
            assert!(
                Cli::try_parse_from(line.split_whitespace()).is_err(),
                "{line}"
            );
        }
    }
}
