//! Signing in outside: the window at a provider and the page that stands behind it. What providers answer is the
//! server's business; here is only where people are sent, how one sees that they are back, and what is said meanwhile.

mod behind;
mod errand;
mod failure;
mod forms;
mod pages;
mod stand;
mod window;

pub(crate) use behind::Behind;
pub(crate) use errand::Errand;
pub(crate) use failure::{failure_named, is_reference};
pub(crate) use forms::{errand_of, go_on, kind_named, kind_word};
pub use pages::{SsoAnywherePage, SsoPage};
pub(crate) use stand::Outside;
