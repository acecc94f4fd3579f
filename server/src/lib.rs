//! Callgate's server: what happens when people sign in, told over HTTP, kept in a database.
//!
//! `http` asks `flows`, flows ask `domain` for the rules and write through `storage`. Time and
//! randomness are passed in (`clock`, `entropy`), so tests move them.

pub mod cli;
pub mod clock;
pub mod config;
mod demo;
pub mod dns;
pub mod domain;
pub mod entropy;
pub mod flows;
pub mod hashing;
pub mod http;
pub mod jobs;
pub mod keys;
pub mod mail;
pub mod metrics;
pub mod regions;
pub mod sso;
pub mod storage;
pub mod telemetry;
mod tls;
