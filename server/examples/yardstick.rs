//! What this machine can do at best, for `cargo xtask bench` to compare the server with:
//! Argon2id without a queue, and an axum handler without an application.

#![expect(
    clippy::disallowed_methods,
    reason = "this measures the machine, whose own clock is the right one"
)]

use std::{
    fs, hint,
    net::SocketAddr,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use axum::{Router, http::header::CONTENT_TYPE, routing::get};
use clap::Parser;
use server::hashing::Parameters;
use subtle::ConstantTimeEq;
use tokio::net::TcpListener;

#[derive(Parser)]
enum Yardstick {
    /// Prints the password verifications per second of all threads together.
    Hash {
        #[arg(long, default_value_t = 5)]
        seconds: u64,
        #[arg(long, default_value_t = 2)]
        threads: usize,
    },
    /// Answers `GET /api/v1/session` with a file's bytes as JSON.
    Serve {
        #[arg(long)]
        listen: SocketAddr,
        #[arg(long)]
        body_file: PathBuf,
    },
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    match Yardstick::parse() {
        Yardstick::Hash { seconds, threads } => {
            println!("{:.2}", hash(Duration::from_secs(seconds), threads));
            Ok(())
        }
        Yardstick::Serve { listen, body_file } => serve(listen, fs::read(body_file)?),
    }
}

/// Verifies on every thread until the time is up; each thread counts by its own time, so that a
/// verification under way at the end is neither lost nor won.
fn hash(span: Duration, threads: usize) -> f64 {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| hash_for(span)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("hashes"))
            .sum()
    })
}

fn hash_for(span: Duration) -> f64 {
    let Parameters {
        memory_kib,
        passes,
        lanes,
    } = Parameters::default();
    let params = Params::new(memory_kib, passes, lanes, Some(32)).expect("the server's own");
    let mut memory = vec![Block::new(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut verify = || {
        let mut hash = [0_u8; 32];
        argon2
            .hash_password_into_with_memory(
                b"shift-starts-at-eight",
                &[7; 16],
                &mut hash,
                &mut memory,
            )
            .expect("hashes");
        hint::black_box(bool::from(hash.ct_eq(&[0; 32])));
    };
    verify();
    let start = Instant::now();
    let mut done = 0.0;
    while start.elapsed() < span {
        verify();
        done += 1.0;
    }
    done / start.elapsed().as_secs_f64()
}

#[tokio::main]
async fn serve(listen: SocketAddr, body: Vec<u8>) -> Result<(), Box<dyn std::error::Error>> {
    let body: &'static [u8] = body.leak();
    let handler = move || async move { ([(CONTENT_TYPE, "application/json")], body) };
    let router = Router::new().route("/api/v1/session", get(handler));
    axum::serve(TcpListener::bind(listen).await?, router).await?;
    Ok(())
}
