//! attempts
