//! The rules as plain values and functions: no I/O, no clock, no globals. Time is passed in.

pub mod code;
pub mod hash_queue;
pub mod password;
pub mod throttle;
