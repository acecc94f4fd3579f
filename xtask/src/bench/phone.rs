//! An agent's first minute in a real browser, with the demo's phone simulator: what is ours and what is the phone's, apart.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::{Effort, Table};
use crate::workspace::{build_server, command, read, root};
use crate::{machine, site};

/// A line that `end2end/phone.bench.ts` prints.
#[derive(Deserialize)]
struct Line {
    bench: String,
    value: f64,
}

pub(super) fn first_minute(table: &mut Table, effort: Effort) -> Result<()> {
    if !machine::has_node() {
        bail!("Node is missing: the browser is driven from it. Install Node 20 or later.");
    }
    println!("an agent's first minute");
    let folder = root().join("end2end");
    machine::need_npm_packages(&folder)?;
    let chromium = machine::need_chromium()?;
    machine::need_oathtool()?;
    site::build(site::Profile::Release)?;
    let printed = read(
        command("npm")
            .current_dir(&folder)
            .args(["test", "--", "--workers=1"])
            .env("BENCH", effort.rounds.to_string())
            .env("CALLGATE_BIN", build_server()?)
            .env("CHROMIUM", chromium),
    )?;
    let measured: HashMap<String, f64> = printed
        .lines()
        .filter_map(|line| serde_json::from_str::<Line>(line).ok())
        .map(|line| (line.bench, line.value))
        .collect();
    let value = |name: &str| {
        let value = measured.get(name).copied();
        value.with_context(|| format!("the browser did not measure {name}"))
    };
    table.at_most(
        "Secure Login to summary: clicks",
        value("secure_login_clicks")?,
        1.0,
        "",
    );
    table.at_most(
        "Secure Login to summary: ours",
        value("secure_login_ms")?,
        1000.0,
        "ms",
    );
    table.note(
        "Secure Login to summary: the phone's",
        ms(value("secure_login_phone_ms")?),
    );
    table.at_most(
        "summary to Available: clicks",
        value("available_clicks")?,
        2.0,
        "",
    );
    table.at_most(
        "summary to Available: ours",
        value("available_ms")?,
        500.0,
        "ms",
    );
    table.note(
        "summary to Available: the phone's",
        ms(value("available_phone_ms")?),
    );
    Ok(())
}

fn ms(value: f64) -> String {
    format!("{value:.1} ms")
}
