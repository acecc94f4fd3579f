//! The way to DNS: what stands in the TXT records of a name. Nothing is remembered between two questions, for whoever
//! asks has just changed a record.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts},
    net::{DnsError, NetError, runtime::TokioRuntimeProvider},
    proto::rr::{Name, RData},
};
use tokio::time::timeout;

/// How long an answer may take, all tries together.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long one server may take before it is asked again, or another one.
const TRY: Duration = Duration::from_secs(2);

/// The name servers that are asked. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Dns {
    /// None: the system's own.
    servers: Arc<[SocketAddr]>,
}

/// Nobody said what stands there, or that nothing does.
#[derive(Debug, thiserror::Error)]
#[error("no answer from the name servers: {0}")]
pub struct NoAnswer(String);

impl Dns {
    /// Asks these servers; without any, those that the system asks.
    #[must_use]
    pub fn new(servers: &[SocketAddr]) -> Self {
        Self {
            servers: servers.into(),
        }
    }

    /// The texts of a name, each put together from its pieces. None where an authority says that there are none; what
    /// is no text is left out.
    ///
    /// # Errors
    /// When there is no answer within five seconds, or one that says nothing, like a failure of the server's.
    pub async fn texts(&self, name: &str) -> Result<Vec<String>, NoAnswer> {
        let no_answer = |why: NetError| NoAnswer(why.to_string());
        // With the dot at its end it is looked for nowhere else.
        let name = Name::from_ascii(format!("{name}."))
            .map_err(|e| NoAnswer(format!("{name} is no name: {e}")))?;
        let resolver = self.resolver().map_err(no_answer)?;
        let answer = timeout(PATIENCE, resolver.txt_lookup(name)).await;
        match answer.map_err(|_| NoAnswer("it took too long".to_owned()))? {
            Ok(found) => Ok(found
                .answers()
                .iter()
                .filter_map(|record| match &record.data {
                    RData::TXT(text) => String::from_utf8(text.txt_data.concat()).ok(),
                    _ => None,
                })
                .collect()),
            // Only an authority may say that there is nothing, and names itself then (RFC 2308).
            Err(NetError::Dns(DnsError::NoRecordsFound(nothing))) if nothing.soa.is_some() => {
                Ok(Vec::new())
            }
            Err(error) => Err(no_answer(error)),
        }
    }

    fn resolver(&self) -> Result<TokioResolver, NetError> {
        let mut builder = if self.servers.is_empty() {
            TokioResolver::builder_tokio()?
        } else {
            let servers = self.servers.iter().map(at).collect();
            let config = ResolverConfig::from_name_servers(servers);
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        };
        let options: &mut ResolverOpts = builder.options_mut();
        options.cache_size = 0;
        options.timeout = TRY;
        options.attempts = 1;
        builder.build()
    }
}

fn at(server: &SocketAddr) -> NameServerConfig {
    let port = server.port();
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
    let connections = connections.map(|mut connection| {
        connection.port = port;
        connection
    });
    NameServerConfig::new(server.ip(), true, connections.into())
}

/// The address of a name server, with or without a port.
#[must_use]
pub fn server_address(text: &str) -> Option<SocketAddr> {
    let plain = || Some(SocketAddr::new(text.parse::<IpAddr>().ok()?, 53));
    text.parse().ok().or_else(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_has_a_port_or_the_usual_one() {
        for (text, expected) in [
            ("192.0.2.53", Some("192.0.2.53:53")),
            ("192.0.2.53:5353", Some("192.0.2.53:5353")),
            ("2001:db8::53", Some("[2001:db8::53]:53")),
            ("[2001:db8::53]:5353", Some("[2001:db8::53]:5353")),
            ("dns.example", None),
            ("", None),
        ] {
            let expected = expected.map(|it| it.parse().expect("an address"));
            assert_eq!(server_address(text), expected, "{text}");
        }
    }
}
