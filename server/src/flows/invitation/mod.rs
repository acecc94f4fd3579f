//! How a new person comes by their first password: it is sent, taken back, refused by a mail server, asked for again
//! and accepted here, and a company decides how. Who may be added to a company is decided in `people` and `operator`;
//! what a mail says in `mail`.

mod accept;
mod ask;
mod bounce;
mod by_admin;
mod send;
mod settings;

pub(super) use accept::good;
pub use accept::{accept, look};
pub use ask::ask;
pub(crate) use bounce::refused;
pub use by_admin::{cancel, invite};
pub use send::FirstCredential;
pub(super) use send::{Prepared, Sender, can_be_sent, prepare, send, welcome};
pub use settings::{save_settings, settings};
