//! The rules as plain values and functions. Takes the time; does no I/O and keeps no state.

pub mod alias;
pub mod backup_code;
pub mod code;
pub mod delivery;
pub mod finder;
pub mod hash_queue;
pub mod landing;
pub mod logo;
pub mod mail_domain;
pub mod password;
pub mod pasted;
pub mod people;
pub mod phone_address;
pub mod policy;
pub mod presence;
pub mod region;
pub mod reset;
pub mod second_factor;
pub mod throttle;
pub mod totp;
pub mod typed;
