//! Amazon Connect.

mod binding;
mod bound;
mod desk_only;
mod door;
mod headers;
mod invited;
mod joining;
mod mailed;
mod orders;
mod parallel;
mod people;
mod presence;
mod proving;
mod settings;
