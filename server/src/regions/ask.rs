//! One question to one server, over a connection of its own.
//!
//! Spoken here by hand, so that nothing happens that was not asked for: redirects are not followed, proxies of the
//! environment are not used, no cookie or credential is sent or kept, and an answer is read no further than it can
//! be long.

use std::sync::Arc;

use app::wire::{RegionAnswer, RegionQuestion};
use axum::body::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    task::JoinSet,
};
use tokio_rustls::{TlsConnector, rustls::pki_types::ServerName};
use url::{Host, Url};

use crate::{domain::region::Question, tls};

/// Bytes of an answer that are read.
const LONGEST: usize = 1024;
/// Bytes of its headers.
const LONGEST_HEAD: usize = 16 * 1024;

/// Why there is no answer, for the log.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failed {
    #[error("its address has no host")]
    NoHost,
    #[error("connecting: {0}")]
    Connection(#[from] std::io::Error),
    #[error("HTTP: {0}")]
    Http(#[from] hyper::Error),
    #[error("it answered with status {0}")]
    Status(StatusCode),
    #[error("its answer is none")]
    Unreadable,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

pub(super) struct Asker {
    /// Absent where no region is reached over https.
    tls: Option<TlsConnector>,
}

impl Asker {
    /// `tls` reads the system's certificates, which takes a moment.
    pub(super) fn new(tls: bool) -> Self {
        Self {
            tls: tls.then(|| TlsConnector::from(Arc::new(tls::client()))),
        }
    }

    /// Asks a server, for as long as it takes. Dropped, nothing of it goes on.
    pub(super) async fn ask(&self, origin: &Url, question: &Question) -> Result<bool, Failed> {
        let stream = self.connect(origin).await?;
        let (mut sender, connection) = http1::Builder::new()
            .max_buf_size(LONGEST_HEAD)
            .handshake(TokioIo::new(stream))
            .await?;
        // Ends with this question, whatever becomes of it.
        let mut tasks = JoinSet::new();
        tasks.spawn(connection);
        let answer = sender.send_request(request(origin, question)).await?;
        if answer.status() != StatusCode::OK {
            return Err(Failed::Status(answer.status()));
        }
        let body = Limited::new(answer.into_body(), LONGEST).collect().await;
        let body = body.map_err(|_| Failed::Unreadable)?.to_bytes();
        let answer: RegionAnswer = serde_json::from_slice(&body).map_err(|_| Failed::Unreadable)?;
        Ok(answer.here)
    }

    async fn connect(&self, origin: &Url) -> Result<Box<dyn Stream>, Failed> {
        let host = origin.host().ok_or(Failed::NoHost)?;
        let port = origin.port_or_known_default().ok_or(Failed::NoHost)?;
        let stream = match host {
            Host::Domain(name) => TcpStream::connect((name, port)).await?,
            Host::Ipv4(address) => TcpStream::connect((address, port)).await?,
            Host::Ipv6(address) => TcpStream::connect((address, port)).await?,
        };
        match &self.tls {
            Some(tls) if origin.scheme() == "https" => {
                let name = match host {
                    Host::Domain(name) => ServerName::try_from(name.to_owned()),
                    Host::Ipv4(address) => Ok(std::net::IpAddr::from(address).into()),
                    Host::Ipv6(address) => Ok(std::net::IpAddr::from(address).into()),
                };
                let name = name.map_err(|_| Failed::NoHost)?;
                Ok(Box::new(tls.connect(name, stream).await?))
            }
            _ => Ok(Box::new(stream)),
        }
    }
}

fn request(origin: &Url, question: &Question) -> Request<Full<Bytes>> {
    let mut asked = RegionQuestion {
        alias: None,
        domain: None,
    };
    match question {
        Question::Alias(alias) => asked.alias = Some(alias.clone()),
        Question::Domain(domain) => asked.domain = Some(domain.clone()),
    }
    let body = serde_json::to_vec(&asked).unwrap_or_default();
    let mut request = Request::new(Full::new(Bytes::from(body)));
    *request.method_mut() = http::Method::POST;
    *request.uri_mut() = http::Uri::from_static("/api/v1/regions/lookup");
    let headers = request.headers_mut();
    let authority = origin.as_str().split('/').nth(2).unwrap_or_default();
    if let Ok(authority) = authority.parse() {
        headers.insert(header::HOST, authority);
    }
    let json = header::HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json.clone());
    headers.insert(header::ACCEPT, json);
    headers.insert(
        header::CONNECTION,
        header::HeaderValue::from_static("close"),
    );
    headers.insert(
        header::USER_AGENT,
        header::HeaderValue::from_static("callgate"),
    );
    request
}
