//! What the server writes to its log: lines for people or for machines, on standard error.
//!
//! A line names methods, route templates, statuses and references. It never holds a query string, a
//! body, a cookie or what somebody typed.

use std::io::{self, IsTerminal};

use tracing_subscriber::{EnvFilter, fmt};

use crate::config::{LogFormat, LogLevel};

/// Starts logging; does nothing when a log is already being written.
pub fn start(format: LogFormat, level: LogLevel) {
    // Databases and connections tell every statement and every byte below "warn".
    let quiet = if matches!(level, LogLevel::Debug | LogLevel::Trace) {
        "debug"
    } else {
        "warn"
    };
    let filter = EnvFilter::new(format!("{quiet},server={0},callgate={0}", level.word()));
    let colours = io::stderr().is_terminal();
    let lines = fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_target(false)
        .with_ansi(colours);
    let started = match format {
        LogFormat::Text => lines.compact().try_init(),
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .try_init(),
    };
    if started.is_err() {
        tracing::debug!("a log is already being written");
    }
}
