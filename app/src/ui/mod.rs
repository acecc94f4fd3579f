//! The pieces that pages are made of: they know how things look and behave, nothing of what they
//! are about.

mod banner;
mod button;
mod countdown;
mod field;
mod heading;

pub use banner::{Banner, BannerKind};
pub use button::{Button, ButtonKind};
pub use countdown::{Countdown, seconds_left};
pub use field::{PasswordField, TextField};
pub use heading::Heading;
pub(crate) use heading::Visits;
