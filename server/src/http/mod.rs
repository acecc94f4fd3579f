//! What browsers and other programs ask for.
pub(crate) mod assets;
