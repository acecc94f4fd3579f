//! HTTP.

mod docs;
mod health;
mod plain;
