//! The rules, as plain values and functions: no I/O, no clocks; `now` is passed in.

pub mod alias;
pub mod finder;
pub mod landing;
pub mod logo;
pub mod typed;
