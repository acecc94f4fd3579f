//! Amazon Connect.

mod binding;
mod bound;
mod desk_only;
mod door;
mod invited;
mod joining;
mod mailed;
mod parallel;
mod proving;
