//! Single sign-on.

mod binding;
mod domains;
mod inviting;
mod many;
mod matching;
mod mutations;
mod own_logins;
mod past;
mod protocol;
mod returning;
mod settings;
mod signing_in;
pub(crate) mod world;
