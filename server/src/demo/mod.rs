//! Data that is made up: for showing Callgate and for measuring it.

pub mod bulk;
