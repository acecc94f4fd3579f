//! Single sign-on.

mod domains;
mod mutations;
mod protocol;
mod settings;
