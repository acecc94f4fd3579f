//! How a new person comes by their first password: it is sent, taken back, asked for again and accepted here.
//! Who may be added to a company is decided in `people` and `operator`; what a mail says in `mail`.

mod accept;
mod send;

pub use accept::{accept, look};
pub use send::FirstCredential;
pub(super) use send::{Prepared, Sender, can_be_sent, prepare, send, welcome};
