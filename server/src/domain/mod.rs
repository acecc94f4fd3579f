//! The rules as plain values and functions. Takes the time; does no I/O and keeps no state.

pub mod alias;
pub mod delivery;
pub mod finder;
pub mod landing;
pub mod logo;
pub mod typed;
