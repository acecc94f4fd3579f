//! The person who is signed in on this page: who may see it, until when, and how they leave.
//! Signing in itself is in `sign_in`; what a signed-in person works at is in `desk` and `console`.

mod bar;
mod few_codes;
mod fresh_proof;
mod guard;
mod leave;
mod left;
mod offline;
mod sign_out;
mod switcher;
mod watch;

pub(crate) use bar::Bar;
pub(crate) use few_codes::FewCodes;
pub(crate) use fresh_proof::{FreshProof, FreshProofDialog};
pub(crate) use guard::Guarded;
pub(crate) use leave::{keep_the_door, open_the_door, say_signed_out, settle};
pub(crate) use left::hours_and_minutes;
pub(crate) use sign_out::{SignOut, Way};
pub(crate) use watch::{Remaining, SessionWatch, count_as_active};
