//! What holds for every request: an id, a known sender, no other site's doing, no undoing by a client
//! that goes away, and the headers of every answer.

use std::{
    any::Any,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    panic::AssertUnwindSafe,
    sync::Arc,
};

use app::wire::ProblemCode;
use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::FutureExt;
use ipnet::IpNet;
use tracing::Instrument;

use crate::{clock::Stopwatch, flows::Visitor};

use super::{
    Web,
    answer::{Failure, REFERENCE},
    cookies::{self, Name},
    language,
    policies::denied,
    request::From,
};

/// Stands around every handler.
pub(super) async fn guard(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let watch = Stopwatch::start();
    let reference = reference(&web);
    let method = request.method().clone();
    let route = template(&request);
    let span = tracing::info_span!("request", reference, %method, route);
    let answer = if is_from_elsewhere(&web, &request) {
        REFERENCE.sync_scope(reference.clone(), || {
            Failure::of(ProblemCode::CrossSite).into_response()
        })
    } else {
        let visitor = visitor(&web, &request, &reference);
        request.extensions_mut().insert(From(Arc::new(visitor)));
        let handled = REFERENCE
            .scope(reference.clone(), next.run(request))
            .instrument(span.clone());
        match handle(&method, handled).await {
            Ok(answer) => answer,
            Err(panic) => {
                let _entered = span.enter();
                tracing::error!(error = panic, "a handler panicked");
                REFERENCE.sync_scope(reference.clone(), || {
                    Failure::of(ProblemCode::Internal).into_response()
                })
            }
        }
    };
    if !method.is_safe() {
        // Whatever a flow put into the outbox is committed by now.
        web.services.mailer.wake();
    }
    let took = watch.elapsed();
    let status = answer.status().as_u16();
    span.in_scope(|| tracing::info!(status, took_us = took.as_micros(), "answered"));
    let metrics = &web.services.metrics;
    metrics.request(known(&method), route, status, took);
    with_headers(&web, &reference, answer)
}

/// The answer, or what a handler that panicked said.
async fn handle(
    method: &Method,
    handled: impl Future<Output = Response> + Send + 'static,
) -> Result<Response, String> {
    let handled = AssertUnwindSafe(handled).catch_unwind();
    let answer = if method.is_safe() {
        handled.await
    } else {
        // A task of its own: a client that disconnects does not undo or interrupt what it began.
        tokio::spawn(handled).await.map_err(|e| e.to_string())?
    };
    answer.map_err(|panic| said(&*panic).to_owned())
}

fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("something that is no text")
}

/// A method's name for those that exist: clients may send any word, and measurements would keep it.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Sixteen characters that a person can read out: unique enough to find a log line.
fn reference(web: &Web) -> String {
    hex::encode(web.services.entropy.bytes::<8>())
}

/// The route's template, never the address: addresses hold names and secrets.
fn template(request: &Request) -> String {
    if let Some(path) = request.extensions().get::<MatchedPath>() {
        return path.as_str().to_owned();
    }
    let path = request.uri().path();
    if path.starts_with("/api/") {
        "/api/v1/…"
    } else {
        "/…"
    }
    .to_owned()
}

fn visitor(web: &Web, request: &Request, reference: &str) -> Visitor {
    let headers = request.headers();
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(peer)| {
            peer.ip()
        });
    let cookie = |name| cookies::read(headers, name, web.is_secure());
    Visitor {
        address: client_address(peer, headers, &web.settings.trusted_proxies),
        user_agent: shown(headers, &header::USER_AGENT),
        reference: reference.to_owned(),
        attempt_cookie: cookie(Name::Attempt),
        session_cookie: cookie(Name::Session),
        browser_cookie: cookie(Name::Browser),
        sso_cookie: cookie(Name::Sso),
        phone_cookie: cookie(Name::Phone),
        language: cookie(Name::Language).and_then(|chosen| language::known(&chosen)),
    }
}

/// A header's text without controls, cut to a sensible length.
fn shown(headers: &HeaderMap, name: &HeaderName) -> String {
    let text = headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    text.chars().filter(|c| !c.is_control()).take(256).collect()
}

/// The client's address: the peer's, or what the nearest proxy that is not trusted told the ones that
/// are. Nobody else's word counts.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(&peer) {
        return peer;
    }
    let hops: Vec<IpAddr> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map_while(|hop| hop.trim().parse().ok())
        .collect();
    hops.iter()
        .rev()
        .find(|hop| !is_trusted(hop))
        .copied()
        .unwrap_or(peer)
}

/// Whether another site caused a request that changes something (SECURITY 17).
fn is_from_elsewhere(web: &Web, request: &Request) -> bool {
    if request.method().is_safe() {
        return false;
    }
    let headers = request.headers();
    let site = headers.get("sec-fetch-site");
    if site.is_some_and(|site| site != "same-origin") {
        return true;
    }
    let origin = headers.get(header::ORIGIN);
    let own = web.settings.public_url.origin().ascii_serialization();
    if origin.is_some_and(|origin| origin != own.as_str()) {
        return true;
    }
    // Without either, only what no form can send: JSON, or methods that browsers ask permission for.
    let is_json = headers.get(header::CONTENT_TYPE).is_some_and(|kind| {
        kind.as_bytes()
            .to_ascii_lowercase()
            .starts_with(b"application/json")
    });
    let is_beyond_forms = *request.method() != Method::POST;
    site.is_none() && origin.is_none() && !is_json && !is_beyond_forms
}

/// What answers say that say nothing else about it.
static HEADERS: [(HeaderName, HeaderValue); 8] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
    ),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin-allow-popups"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(concat!(denied!(), ", microphone=()")),
    ),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

/// The headers of every answer, for those that did not set their own.
fn with_headers(web: &Web, reference: &str, mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.reserve(HEADERS.len() + 2);
    if let Ok(reference) = HeaderValue::from_str(reference) {
        headers.insert(HeaderName::from_static("x-request-id"), reference);
    }
    for (name, value) in &HEADERS {
        headers.entry(name).or_insert_with(|| value.clone());
    }
    if web.is_secure() {
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(HeaderValue::from_static(
                "max-age=63072000; includeSubDomains",
            ));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(text: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(
            HeaderName::from_static("x-forwarded-for"),
            HeaderValue::from_static(text),
        )])
    }

    #[test]
    fn a_forwarded_address_counts_only_from_a_trusted_proxy() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().expect("a network")];
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let headers = forwarded("203.0.113.9, 198.51.100.7, 10.0.0.2");
        assert_eq!(
            client_address(address("192.0.2.1"), &headers, &trusted),
            address("192.0.2.1")
        );
        assert_eq!(
            client_address(address("10.0.0.1"), &headers, &trusted),
            address("198.51.100.7")
        );
        assert_eq!(
            client_address(address("10.0.0.1"), &HeaderMap::new(), &trusted),
            address("10.0.0.1")
        );
        assert_eq!(
            client_address(address("10.0.0.1"), &forwarded("junk"), &trusted),
            address("10.0.0.1")
        );
    }

    #[tokio::test]
    async fn a_panic_is_answered_whether_the_request_has_a_task_or_not() {
        for method in [Method::GET, Method::POST] {
            let handled = handle(&method, async { panic!("the roof is leaking") }).await;
            let said = handled.expect_err("no answer");
            assert_eq!(said, "the roof is leaking", "{method}");
        }
    }

    #[test]
    fn a_method_of_the_clients_own_making_is_not_measured_by_its_name() {
        let made_up = Method::from_bytes(b"MAKETEA").expect("a method");
        assert_eq!(known(&Method::DELETE), "DELETE");
        assert_eq!(known(&made_up), "other");
    }
}
