//! The pieces that pages are made of: they know how things look and behave, nothing of what they
//! are about. They are boxed at their edges: one copy of each, whatever is around it.

mod banner;
mod button;
mod copy;
mod countdown;
mod dialog;
mod empty;
mod failed;
mod field;
mod heading;
mod loading;
mod notice;
mod pager;
mod person_menu;
mod strength;
mod table;
mod tabs;

pub use banner::{Banner, BannerKind};
pub use button::{Button, ButtonKind};
pub use copy::CopyButton;
pub use countdown::{Countdown, seconds_left};
pub use dialog::Dialog;
pub use empty::Empty;
pub use failed::Failed;
pub use field::{PasswordField, TextField};
pub use heading::Heading;
pub(crate) use heading::Visits;
pub use loading::Loading;
pub use notice::{Failure, FailureBanner, Help, WaitNotice};
pub use pager::{Pager, Part, counted};
pub use person_menu::PersonMenu;
pub use strength::StrengthMeter;
pub use table::Table;
pub use tabs::{Tab, Tabs};
