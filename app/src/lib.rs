//! Callgate's web application, rendered on the server and hydrated in the browser.

pub mod wire;
