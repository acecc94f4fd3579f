//! The JSON API, the rendered pages and the operator's commands.
pub mod http;
