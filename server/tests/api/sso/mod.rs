//! Single sign-on.

mod mutations;
mod protocol;
