//! `cargo xtask bench`: what the server must be able to do, measured and compared with what this machine can do at
//! best. Whatever is compared runs alternately within one run, so that a busy machine slows both.

mod load;
mod people;
mod phone;
mod provider;
mod server;
mod sso;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use self::load::{Proof, Shift, felt_p99, session_checks};
use self::provider::Provider;
use self::server::{Population, Running};
use crate::client::Client;
use crate::{machine, site};

const SMALL: Population = Population {
    companies: 10,
    accounts: 1_000,
    crowd: 1_000,
    second_ways: false,
};
const LARGE: Population = Population {
    companies: 10_000,
    accounts: 900_000,
    crowd: 100_000,
    second_ways: false,
};
/// So many that nobody's turn comes twice within a time step of their app.
const PROVING: Population = Population {
    companies: 10,
    accounts: 4_000,
    crowd: 0,
    second_ways: true,
};

/// So many that two hundred of them come at once in every round.
const OUTSIDE: Population = Population {
    companies: 10,
    accounts: 1_000,
    crowd: 0,
    second_ways: false,
};

/// How long and how often things are measured.
#[derive(Clone, Copy)]
struct Effort {
    rounds: usize,
    seconds: u64,
}

impl Effort {
    fn span(self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

/// One line of the table.
struct Row {
    name: &'static str,
    value: String,
    target: String,
    is_good: bool,
}

#[derive(Default)]
struct Table(Vec<Row>);

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let (mut quick, mut only_outside, mut only_phone) = (false, false, false);
    for argument in arguments {
        match argument.as_str() {
            "--quick" => quick = true,
            "sso" => only_outside = true,
            "phone" => only_phone = true,
            _ => bail!("`bench` knows three arguments: --quick, sso and phone"),
        }
    }
    let effort = if quick {
        Effort {
            rounds: 3,
            seconds: 3,
        }
    } else {
        Effort {
            rounds: 5,
            seconds: 10,
        }
    };
    if only_phone {
        let mut table = Table::default();
        phone::first_minute(&mut table, effort)?;
        return Ok(table.print());
    }
    if only_outside {
        let mut table = Table::default();
        server::build()?;
        outside(&mut table, effort)?;
        return Ok(table.print());
    }
    machine::need_wrk()?;
    let manifest = site::build(site::Profile::Release)?;
    server::build()?;
    println!("filling three databases");
    let small = server::seed("small", SMALL)?;
    let large = server::seed("large", LARGE)?;
    let proving = server::seed("proving", PROVING)?;

    let mut table = Table::default();
    start_and_memory(&mut table, effort, &small)?;
    first_visit(&mut table, &manifest, &small)?;
    sign_ins(&mut table, effort, &small)?;
    second_proofs(&mut table, effort, &small, &proving)?;
    outside(&mut table, effort)?;
    sessions(&mut table, effort, &small)?;
    size(&mut table, effort, &small, &large)?;
    people(&mut table, effort, &small, &large)?;
    phone::first_minute(&mut table, effort)?;
    std::fs::remove_dir_all(&large)?;
    Ok(table.print())
}

/// How soon a server with data answers, and what it holds when nobody signs in.
fn start_and_memory(table: &mut Table, effort: Effort, folder: &Path) -> Result<()> {
    println!("cold start and idle memory");
    let (mut starts, mut sizes) = (Vec::new(), Vec::new());
    for _ in 0..effort.rounds {
        let running = Running::callgate(folder)?;
        let page = Client::connect(running.address)?.get("/bench-0", "")?;
        if page.status != 200 {
            bail!("/bench-0 answered {}", page.status);
        }
        std::thread::sleep(Duration::from_secs(1));
        starts.push(running.started_in.as_secs_f64() * 1e3);
        sizes.push(running.resident_mib()?);
    }
    table.at_most(
        "resident memory after the first page",
        median(sizes),
        40.0,
        "MiB",
    );
    table.at_most(
        "cold start to the first answer",
        median(starts),
        150.0,
        "ms",
    );
    Ok(())
}

/// What a browser transfers to show the sign-in page for the first time.
fn first_visit(table: &mut Table, manifest: &site::Manifest, folder: &Path) -> Result<()> {
    let running = Running::callgate(folder)?;
    let mut client = Client::connect(running.address)?;
    let document = client
        .get("/bench-0", "accept-encoding: gzip, br\r\n")?
        .body
        .len();
    let html = String::from_utf8(client.get("/bench-0", "")?.body)?;
    // What the document names, and what its script loads. Chunks of the pages after it are fetched ahead
    // when the browser is idle: not needed here, so told apart.
    let (ahead, needed): (Vec<_>, Vec<_>) = html
        .split('<')
        .partition(|tag| tag.starts_with("link rel=\"prefetch\""));
    let loaded = site::first_visit(manifest)?
        .into_iter()
        .map(|(address, _)| address);
    let needed: BTreeSet<String> = assets(&needed).chain(loaded).collect();
    let ahead: BTreeSet<String> = assets(&ahead).collect();
    let bytes = document + transferred(&mut client, &needed)?;
    let later = transferred(&mut client, &ahead)?;
    table.note(
        "fetched ahead for the pages after it",
        format!("{:.1} KiB", later as f64 / 1024.0),
    );
    table.at_most(
        "sign-in page, first visit",
        bytes as f64 / 1024.0,
        220.0,
        "KiB",
    );
    Ok(())
}

/// The addresses of our own files in pieces of a document.
fn assets(pieces: &[&str]) -> impl Iterator<Item = String> {
    pieces
        .iter()
        .flat_map(|piece| piece.split(['"', '\'', '(', ')', ' ']))
        .filter(|word| word.starts_with("/assets/"))
        .map(str::to_owned)
}

/// Bytes of these files, compressed.
fn transferred(client: &mut Client, addresses: &BTreeSet<String>) -> Result<usize> {
    let mut bytes = 0;
    for address in addresses {
        let answer = client.get(address, "accept-encoding: br\r\n")?;
        if answer.status != 200 {
            bail!("{address} answered {}", answer.status);
        }
        bytes += answer.body.len();
    }
    Ok(bytes)
}

/// Hashing is the only real work in a sign-in.
fn sign_ins(table: &mut Table, effort: Effort, folder: &Path) -> Result<()> {
    println!("sign-ins and raw hashes");
    let cores = std::thread::available_parallelism()?.get();
    let running = Running::callgate(folder)?;
    let shift = Shift::new(running.address, SMALL);
    let (mut raws, mut rates, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..effort.rounds {
        let raw = server::raw_hashes_per_second(cores, effort.seconds)?;
        let rate = shift.sign_ins_per_second(effort.span())?;
        raws.push(raw);
        rates.push(rate);
        ratios.push(rate / raw);
    }
    table.note("raw Argon2id, all cores", format!("{:.1}/s", median(raws)));
    table.note("sign-ins", format!("{:.1}/s", median(rates)));
    table.at_least("sign-ins ÷ raw Argon2id", median(ratios), 0.90);
    Ok(())
}

/// A second proof costs no other hash: next to the password's it is not felt.
fn second_proofs(table: &mut Table, effort: Effort, plain: &Path, proving: &Path) -> Result<()> {
    println!("sign-ins with an app's code and with a backup code");
    let (one, two) = (Running::callgate(plain)?, Running::callgate(proving)?);
    let password = Shift::new(one.address, SMALL);
    let app = Shift::proving(two.address, PROVING, proving, Proof::App)?;
    let saved = Shift::proving(two.address, PROVING, proving, Proof::BackupCode)?;
    let (mut apps, mut codes) = (Vec::new(), Vec::new());
    for _ in 0..effort.rounds {
        let alone = password.sign_ins_per_second(effort.span())?;
        apps.push(alone / app.sign_ins_per_second(effort.span())?);
        let alone = password.sign_ins_per_second(effort.span())?;
        codes.push(alone / saved.sign_ins_per_second(effort.span())?);
    }
    table.at_most(
        "time of a sign-in, with an app's code ÷ without",
        median(apps),
        1.15,
        "",
    );
    table.at_most(
        "time of a sign-in, with a backup code ÷ without",
        median(codes),
        1.15,
        "",
    );
    Ok(())
}

/// Signing in at a provider takes as long as the provider, and a shift that comes at once gets in.
fn outside(table: &mut Table, effort: Effort) -> Result<()> {
    println!("sign-ins at a provider");
    let provider = Provider::start()?;
    let folder = server::seed_knowing("outside", OUTSIDE, Some(&provider.issuer()))?;
    let running = Running::callgate_knowing(&folder, Some(provider.address))?;
    let people = sso::People::new(running.address, &provider, OUTSIDE);
    let (mut added, mut lost) = (Vec::new(), 0);
    for _ in 0..effort.rounds {
        added.push(millis(people.time_added()?));
        lost += people.lost_at_once(sso::AT_ONCE)?;
    }
    table.at_most("added to a sign-in at a provider", median(added), 5.0, "ms");
    table.at_most(
        "sign-ins at a provider lost, of 200 at once",
        lost as f64,
        0.0,
        "",
    );
    Ok(())
}

/// A session check is one read from the database, and stays quick while a shift signs in.
fn sessions(table: &mut Table, effort: Effort, folder: &Path) -> Result<()> {
    println!("session checks, alone and in a storm of sign-ins");
    let running = Running::callgate(folder)?;
    let shift = Shift::new(running.address, SMALL);
    let mut client = Client::connect(running.address)?;
    shift.sign_in(&mut client)?;
    let cookies = shift.cookies();
    let cookie = cookies.first().context("a session was made")?;
    let answer = client.get("/api/v1/session", &format!("cookie: {cookie}\r\n"))?;
    let body = folder.join("session.json");
    std::fs::write(&body, answer.body)?;
    let bare = Running::bare_handler(&body)?;

    let (mut rates, mut ratios, mut idle, mut busy) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut felt_idle, mut felt_busy) = (Vec::new(), Vec::new());
    for _ in 0..effort.rounds {
        let best = session_checks(bare.address, &cookies, effort.seconds, folder)?;
        let alone = session_checks(running.address, &cookies, effort.seconds, folder)?;
        rates.push(alone.per_second);
        ratios.push(alone.per_second / best.per_second);
        idle.push(millis(alone.p99));
        felt_idle.push(millis(felt_p99(running.address, cookie, effort.span())?));
        let (in_storm, _) =
            shift.storm(|| session_checks(running.address, &cookies, effort.seconds, folder))?;
        busy.push(millis(in_storm?.p99));
        let (in_storm, _) = shift.storm(|| felt_p99(running.address, cookie, effort.span()))?;
        felt_busy.push(millis(in_storm?));
    }
    table.note("session checks", format!("{:.0}/s", median(rates)));
    table.at_least("session checks ÷ bare handler", median(ratios), 0.35);
    table.p99(
        "p99 at full load, in a storm ÷ alone",
        median(busy),
        median(idle),
    );
    table.p99(
        "p99 at 200/s, in a storm ÷ alone",
        median(felt_busy),
        median(felt_idle),
    );
    Ok(())
}

/// Neither sign-ins nor session checks get slower with the number of accounts.
fn size(table: &mut Table, effort: Effort, small: &Path, large: &Path) -> Result<()> {
    println!("1,000 and 1,000,000 accounts");
    let (few, many) = (Running::callgate(small)?, Running::callgate(large)?);
    let (few_shift, many_shift) = (
        Shift::new(few.address, SMALL),
        Shift::new(many.address, LARGE),
    );
    let (mut sign_ins, mut checks) = (Vec::new(), Vec::new());
    for _ in 0..effort.rounds {
        let of_few = few_shift.sign_ins_per_second(effort.span())?;
        let of_many = many_shift.sign_ins_per_second(effort.span())?;
        sign_ins.push(of_few / of_many);
        let of_few = session_checks(few.address, &few_shift.cookies(), effort.seconds, small)?;
        let of_many = session_checks(many.address, &many_shift.cookies(), effort.seconds, large)?;
        checks.push(of_few.per_second / of_many.per_second);
    }
    table.at_most(
        "time of a sign-in, 1,000,000 accounts ÷ 1,000",
        median(sign_ins),
        1.1,
        "",
    );
    table.at_most(
        "time of a session check, 1,000,000 accounts ÷ 1,000",
        median(checks),
        1.1,
        "",
    );
    Ok(())
}

/// User Management costs the same among a hundred thousand people as among a thousand.
fn people(table: &mut Table, effort: Effort, small: &Path, large: &Path) -> Result<()> {
    println!("lists of 1,000 and of 100,000 people");
    let (few, many) = (Running::callgate(small)?, Running::callgate(large)?);
    for (name, questions) in people::QUESTIONS {
        let (mut of_few, mut of_many) = (Vec::new(), Vec::new());
        for _ in 0..effort.rounds {
            of_few.push(millis(people::p99(few.address, questions)?));
            of_many.push(millis(people::p99(many.address, questions)?));
        }
        let (busy, idle) = (median(of_many), median(of_few));
        table.ratio(name, busy, idle, 2.0);
    }
    Ok(())
}

fn millis(span: Duration) -> f64 {
    span.as_secs_f64() * 1e3
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

impl Table {
    fn note(&mut self, name: &'static str, value: String) {
        self.0.push(Row {
            name,
            value,
            target: String::new(),
            is_good: true,
        });
    }

    fn at_least(&mut self, name: &'static str, value: f64, target: f64) {
        self.0.push(Row {
            name,
            value: format!("{value:.2}"),
            target: format!("≥ {target}"),
            is_good: value >= target,
        });
    }

    fn at_most(&mut self, name: &'static str, value: f64, target: f64, unit: &str) {
        let digits = if unit.is_empty() { 2 } else { 1 };
        self.0.push(Row {
            name,
            value: format!("{value:.digits$} {unit}").trim_end().to_owned(),
            target: format!("≤ {target} {unit}").trim_end().to_owned(),
            is_good: value <= target,
        });
    }

    fn p99(&mut self, name: &'static str, busy: f64, idle: f64) {
        self.0.push(Row {
            name,
            value: format!("{:.1}  ({busy:.2} ÷ {idle:.2} ms)", busy / idle),
            target: "< 5".to_owned(),
            is_good: busy / idle < 5.0,
        });
    }

    fn ratio(&mut self, name: &'static str, large: f64, small: f64, target: f64) {
        self.0.push(Row {
            name,
            value: format!("{:.1}  ({large:.2} ÷ {small:.2} ms)", large / small),
            target: format!("≤ {target}"),
            is_good: large / small <= target,
        });
    }

    fn print(&self) -> ExitCode {
        println!("\n{:<52} {:<24} {:<10}", "what", "measured", "target");
        for Row {
            name,
            value,
            target,
            is_good,
        } in &self.0
        {
            let verdict = match (target.as_str(), is_good) {
                ("", _) => "",
                (_, true) => "pass",
                (_, false) => "FAIL",
            };
            println!("{name:<52} {value:<24} {target:<10} {verdict}");
        }
        if self.0.iter().all(|row| row.is_good) {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn half_of_the_values_are_below_the_median() {
        assert!(median(vec![]).is_nan());
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
    }
}
