//! Amazon Connect.

mod headers;
mod people;
mod presence;
mod settings;
