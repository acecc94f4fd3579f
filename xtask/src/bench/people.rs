//! An administrator's questions to User Management, one after the other as a person asks them.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::load::PASSWORD;
use crate::client::Client;

/// How often each question is asked.
const TIMES: usize = 40;

type Questions = &'static [&'static str];

/// What is measured together: all pages are asked for alike, and the slowest of a hundred counts.
pub(crate) const QUESTIONS: [(&str, Questions); 3] = [
    (
        "p99 of a list, 100,000 people ÷ 1,000",
        &[
            "",
            "page=2",
            "page=20",
            "sort=username",
            "sort=last_sign_in",
            "sort=created&page=7",
        ],
    ),
    (
        "p99 of a search, 100,000 people ÷ 1,000",
        &[
            "search=anna",
            "search=person-9",
            "search=person-77%40",
            "search=bert%2011",
            "search=a",
            "search=nobody-of-us",
            "search=crowd.example&sort=last_sign_in",
        ],
    ),
    (
        "p99 of a filter, 100,000 people ÷ 1,000",
        &[
            "view=locked",
            "view=cannot_sign_in",
            "view=disabled&page=2",
            "view=deleted",
            "role=admin",
            "role=agent&view=enabled",
            "view=locked&search=cara",
        ],
    ),
];

/// The 99th percentile of these questions.
pub(crate) fn p99(address: SocketAddr, questions: Questions) -> Result<Duration> {
    let mut client = Client::connect(address)?;
    let cookie = sign_in(&mut client)?;
    let headers = format!("cookie: {cookie}\r\n");
    let mut ask = |question: &str| -> Result<Duration> {
        let asked = Instant::now();
        let answer = client.get(&format!("/api/v1/users?{question}"), &headers)?;
        if answer.status != 200 {
            bail!("users?{question} answered {}", answer.status);
        }
        Ok(asked.elapsed())
    };
    // The first ones find cold memory.
    for question in questions {
        ask(question)?;
    }
    let mut latencies = Vec::new();
    for _ in 0..TIMES {
        for question in questions {
            latencies.push(ask(question)?);
        }
    }
    latencies.sort();
    latencies
        .get(latencies.len() * 99 / 100)
        .copied()
        .context("nothing was asked")
}

/// Signs the administrator of the first company in; answers the cookie as `name=value`.
fn sign_in(client: &mut Client) -> Result<String> {
    let body = format!(r#"{{"account":"admin-0","password":"{PASSWORD}"}}"#);
    let answer = client.post_json("/api/v1/companies/bench-0/sign-in", "", &body)?;
    let cookie = answer.cookie("callgate-session");
    cookie
        .map(str::to_owned)
        .with_context(|| format!("the administrator's sign-in answered {}", answer.status))
}
