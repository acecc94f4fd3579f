//! The rules as plain values and functions. Takes the time; does no I/O and keeps no state.

pub mod delivery;
