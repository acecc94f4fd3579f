//! Load on a running server, and what it made of it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::server::Population;
use crate::client::Client;
use crate::phone;
use crate::workspace::{command, read};

/// Everybody's password (`callgate bench-seed`).
pub(crate) const PASSWORD: &str = "shift-starts-at-eight";
/// People who sign in at once: enough to keep every core hashing while others wait for the database.
const PEOPLE: usize = 16;
/// Requests per second of the probe that feels what a person feels.
const PROBE_RATE: u32 = 200;

/// What is given beside the password.
#[derive(Clone, Copy)]
pub(crate) enum Proof {
    App,
    BackupCode,
}

/// Signs in one account after another, never the same twice until all had their turn.
pub(crate) struct Shift {
    address: SocketAddr,
    population: Population,
    /// With the line of the file `ways` of each account.
    proof: Option<(Proof, Vec<String>)>,
    next: AtomicUsize,
    cookies: Mutex<Vec<String>>,
}

impl Shift {
    pub(crate) fn new(address: SocketAddr, population: Population) -> Self {
        Self {
            address,
            population,
            proof: None,
            next: AtomicUsize::new(0),
            cookies: Mutex::default(),
        }
    }

    /// People who prove more than a password, of a population with second ways in this folder.
    pub(crate) fn proving(
        address: SocketAddr,
        population: Population,
        folder: &Path,
        proof: Proof,
    ) -> Result<Self> {
        let ways = std::fs::read_to_string(folder.join("ways"))?;
        let ways = ways.lines().map(str::to_owned).collect();
        Ok(Self {
            proof: Some((proof, ways)),
            ..Self::new(address, population)
        })
    }

    /// Sessions that were made so far, as `name=value`.
    pub(crate) fn cookies(&self) -> Vec<String> {
        self.cookies.lock().expect("no thread panicked").clone()
    }

    /// Sign-ins per second over this span.
    pub(crate) fn sign_ins_per_second(&self, span: Duration) -> Result<f64> {
        let ((), rate) = self.storm(|| thread::sleep(span))?;
        Ok(rate)
    }

    /// Keeps the hashing threads busy while `meanwhile` runs; answers its result and the sign-ins
    /// per second.
    pub(crate) fn storm<T>(&self, meanwhile: impl FnOnce() -> T) -> Result<(T, f64)> {
        let done = AtomicUsize::new(0);
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            let people: Vec<_> = (0..PEOPLE)
                .map(|_| {
                    scope.spawn(|| {
                        let mut client = Client::connect(self.address)?;
                        while !is_over.load(Ordering::Relaxed) {
                            self.sign_in(&mut client)?;
                            done.fetch_add(1, Ordering::Relaxed);
                        }
                        anyhow::Ok(())
                    })
                })
                .collect();
            // The first ones find cold memory.
            thread::sleep(Duration::from_millis(500));
            let (begun, before) = (Instant::now(), done.load(Ordering::Relaxed));
            let result = meanwhile();
            let (took, after) = (begun.elapsed(), done.load(Ordering::Relaxed));
            is_over.store(true, Ordering::Relaxed);
            for person in people {
                person.join().expect("no thread panicked")?;
            }
            Ok((result, (after - before) as f64 / took.as_secs_f64()))
        })
    }

    /// Signs the next account in.
    pub(crate) fn sign_in(&self, client: &mut Client) -> Result<()> {
        let Population {
            companies,
            accounts,
            ..
        } = self.population;
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        // A stride that is coprime to the number of accounts visits all of them, near ones far apart.
        let account = number * 7919 % accounts;
        let path = format!("/api/v1/companies/bench-{}/sign-in", account % companies);
        let body = format!(r#"{{"account":"agent-{account}","password":"{PASSWORD}"}}"#);
        let mut answer = client.post_json(&path, "", &body)?;
        if let Some((proof, ways)) = &self.proof {
            let code = code(*proof, &ways[account], number / accounts)?;
            answer = phone::enter(client, &answer, &code)?;
        }
        match answer.cookie("callgate-session") {
            Some(cookie) if answer.status == 200 => {
                self.cookies
                    .lock()
                    .expect("no thread panicked")
                    .push(cookie.to_owned());
                Ok(())
            }
            _ => bail!(
                "{path} answered {}: {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            ),
        }
    }
}

/// The code of an account whose line this is, at its turn.
fn code(proof: Proof, line: &str, turn: usize) -> Result<String> {
    let mut words = line.split(' ');
    let secret = words.next().unwrap_or_default();
    match proof {
        Proof::App => phone::code(secret),
        Proof::BackupCode => words
            .nth(turn)
            .map(str::to_owned)
            .context("every backup code was used"),
    }
}

/// What wrk measured.
pub(crate) struct Throughput {
    pub(crate) per_second: f64,
    pub(crate) p99: Duration,
}

/// As many `GET /api/v1/session` as the server answers, spread over these sessions.
pub(crate) fn session_checks(
    address: SocketAddr,
    cookies: &[String],
    seconds: u64,
    folder: &Path,
) -> Result<Throughput> {
    let cookie_file = folder.join("cookies");
    std::fs::write(&cookie_file, cookies.join("\n"))?;
    let script = folder.join("session.lua");
    std::fs::write(&script, include_str!("session.lua"))?;
    let printed = read(
        command("wrk")
            .args(["--threads", "1", "--connections", "16", "--latency"])
            .args(["--duration", &format!("{seconds}s"), "--script"])
            .arg(&script)
            .arg(format!("http://{address}/api/v1/session"))
            .env("COOKIES", &cookie_file),
    )?;
    if printed.contains("Non-2xx") || printed.contains("Socket errors") {
        bail!("wrk met errors:\n{printed}");
    }
    Ok(Throughput {
        per_second: after(&printed, "Requests/sec:")?.parse()?,
        p99: wrk_duration(after(&printed, "99%")?)?,
    })
}

fn after<'a>(printed: &'a str, label: &str) -> Result<&'a str> {
    printed
        .lines()
        .find_map(|line| line.trim().strip_prefix(label))
        .map(str::trim)
        .with_context(|| format!("wrk printed no `{label}`:\n{printed}"))
}

/// `873.00us`, `1.25ms`, `2.01s`
fn wrk_duration(text: &str) -> Result<Duration> {
    let units = [("us", 1e-6), ("ms", 1e-3), ("s", 1.0)];
    let (number, unit) = units
        .iter()
        .find_map(|(suffix, unit)| Some((text.strip_suffix(suffix)?, unit)))
        .with_context(|| format!("`{text}` is no duration"))?;
    Ok(Duration::from_secs_f64(number.parse::<f64>()? * unit))
}

/// The 99th percentile of `GET /api/v1/session` at a moderate, even rate over one connection:
/// what one of many signed-in people feels.
pub(crate) fn felt_p99(address: SocketAddr, cookie: &str, span: Duration) -> Result<Duration> {
    let mut client = Client::connect(address)?;
    let headers = format!("cookie: {cookie}\r\n");
    let begun = Instant::now();
    let mut latencies = Vec::new();
    for number in 0.. {
        let due = begun + number * Duration::from_secs(1) / PROBE_RATE;
        if due - begun > span {
            break;
        }
        let wait = due.saturating_duration_since(Instant::now());
        thread::sleep(wait);
        // A request that is late because of the answer before it counts from when it was due;
        // that the system wakes this thread late is not the server's doing.
        let asked = if wait.is_zero() { due } else { Instant::now() };
        let answer = client.get("/api/v1/session", &headers)?;
        if answer.status != 200 {
            bail!("/api/v1/session answered {}", answer.status);
        }
        latencies.push(asked.elapsed());
    }
    latencies.sort();
    latencies
        .get(latencies.len() * 99 / 100)
        .copied()
        .context("no request was made")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wrk_prints_is_understood() {
        let printed = "  Thread Stats   Avg      Stdev     Max   +/- Stdev\n  Latency Distribution\n\
            \x20    50%  420.00us\n     99%    1.25ms\n  128930 requests in 5.10s, 20.29MB read\n\
            Requests/sec:  25280.12\nTransfer/sec:      3.98MB\n";
        assert_eq!(after(printed, "Requests/sec:").expect("found"), "25280.12");
        let p99 = wrk_duration(after(printed, "99%").expect("found")).expect("understood");
        assert_eq!(p99, Duration::from_micros(1250));
        assert!(after(printed, "Socket errors").is_err());
    }
}
