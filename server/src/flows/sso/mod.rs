//! Signing in at companies' outside identity providers.

pub(crate) mod provider;
