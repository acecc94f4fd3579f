//! What an administrator decides about the company itself: name and look, texts, help, notice, sessions. Each page
//! has a file here; `saving` is what they have in common.

mod amazon_connect;
mod colours;
mod fields;
mod help;
mod legal;
mod logo;
mod look;
mod notice;
mod preview;
mod saving;
mod sessions;
mod sso;

pub(super) use amazon_connect::AmazonConnectPage;
pub(super) use help::HelpPage;
pub(super) use legal::LegalPage;
pub(super) use look::LookPage;
pub(super) use notice::NoticePage;
pub(super) use sessions::SessionsPage;
pub(super) use sso::SingleSignOnPage;
