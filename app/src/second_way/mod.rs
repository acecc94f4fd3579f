//! Setting up a second way: the pieces that a sign-in and Security Settings share. What is sent where
//! is theirs; this shows an app's key, takes its first code, and shows backup codes until one was
//! typed back.

mod app_key;
mod save_codes;

pub(crate) use app_key::{AppForm, AppKey};
pub(crate) use save_codes::{CodesGone, SaveCodes, SaveForm};
