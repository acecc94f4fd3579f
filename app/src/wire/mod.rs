//! The types of the JSON API, shared by the server that answers and the application that asks.
//!
//! Only shapes live here: no rules, no texts for people. Unknown fields in requests are refused.
//! Durations are whole seconds, moments are RFC 3339 with the offset of the company's time zone.

mod company;
mod problem;
mod session;
mod sign_in;
mod user;

pub use company::*;
pub use problem::*;
pub use session::*;
pub use sign_in::*;
pub use user::*;
