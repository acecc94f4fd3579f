//! The pieces that pages are made of: they know how things look and behave, nothing of what they
//! are about. They are boxed at their edges: one copy of each, whatever is around it.

mod banner;
mod button;
mod countdown;
mod field;
mod heading;
mod notice;

pub use banner::{Banner, BannerKind};
pub use button::{Button, ButtonKind};
pub use countdown::{Countdown, seconds_left};
pub use field::{PasswordField, TextField};
pub use heading::Heading;
pub(crate) use heading::Visits;
pub use notice::{Failure, FailureBanner, Help, WaitNotice};
