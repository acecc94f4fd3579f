//! The types of the JSON API, shared by the server that answers and the application that asks.
//!
//! Only shapes live here: no rules, no texts for people. Unknown fields in requests are refused.
//! Durations are whole seconds, moments are RFC 3339 with the offset of the company's time zone.

mod audit;
mod company;
mod invitation;
mod onboarding;
mod person;
mod phone;
mod policy;
mod presence;
mod problem;
mod recovery;
mod region;
mod security;
mod session;
mod settings;
mod sign_in;
mod sso;
mod user;
mod words;

pub use audit::*;
pub use company::*;
pub use invitation::*;
pub use onboarding::*;
pub use person::*;
pub use phone::*;
pub use policy::*;
pub use presence::*;
pub use problem::*;
pub use recovery::*;
pub use region::*;
pub use security::*;
pub use session::*;
pub use settings::*;
pub use sign_in::*;
pub use sso::*;
pub use user::*;
