//! The ways in: finding a company, its own page with account and password, its texts. What
//! follows the first credential is in `sign_in`.

mod company;
mod finder;
mod frame;
mod language;
mod legal;
mod look;
mod lost;
mod password;
mod steps;
mod stopped;
mod ways;

pub(crate) use company::SignInPreview;
pub use company::{CompanyPage, CompanyScope};
pub use finder::FinderPage;
pub(crate) use finder::region_links;
pub use frame::{CompanyView, EntryFrame};
pub(crate) use language::LanguageChoice;
pub use legal::LegalPage;
pub use look::CompanyLook;
pub(crate) use look::properties as look_properties;
pub use lost::NotFoundPage;
pub(crate) use password::{CredentialFields, Credentials, Waiting};
pub(crate) use steps::Steps;
pub use stopped::StoppedPage;
pub(crate) use ways::{Providers, open_window};
