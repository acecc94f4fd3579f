//! The whole server in process, asked over its API and its forms: one file for each theme.
//!
//! Every test has a database of its own and a clock that only the test moves. What depends on the
//! engine also runs on PostgreSQL, see `server::storage::testing`.

#[path = "../support/dns.rs"]
mod dns;
mod harness;
mod log;
mod means;
#[path = "../support/provider/mod.rs"]
mod provider;

mod access;
mod anywhere;
mod app;
mod attempt;
mod audit;
mod backup_codes;
mod bodies;
mod browser_link;
mod code;
mod concurrency;
mod forms;
mod headers;
mod help;
mod invitations;
mod inviting;
mod isolation;
mod kill;
mod language;
mod lock;
mod onboarding;
mod origin;
mod outage;
mod password;
mod people;
mod persons;
mod phone;
mod policy;
mod presence;
mod ready;
mod recovery;
mod regions;
mod secrets;
mod security;
mod session;
mod set_up;
mod settings;
mod sso;
mod suspended;
mod temporary;
mod throttle;
mod trust;
mod users;
mod ways;
