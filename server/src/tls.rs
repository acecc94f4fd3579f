//! How this server opens connections over TLS to servers of others: rustls with the system's own certificates.

use std::sync::{Arc, LazyLock};

use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};

/// TLS 1.2 and 1.3. Servers whose certificate none of the system's authorities vouches for are not spoken with. The
/// certificates are read at the first call, which takes a moment.
pub(crate) fn client() -> ClientConfig {
    static CONFIG: LazyLock<ClientConfig> = LazyLock::new(read);
    CONFIG.clone()
}

fn read() -> ClientConfig {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        tracing::warn!(
            "no certificate of an authority is installed: other regions and identity providers cannot be asked"
        );
    }
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider speaks TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth()
}
