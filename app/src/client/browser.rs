//! How the API is asked in the browser: `fetch`, with this server's cookies. The one answer that ends a sign-in for good
//! has a page of its own, to which it leads from here.

use gloo_net::http::{Method, RequestBuilder};
use send_wrapper::SendWrapper;
use web_sys::RequestCredentials;

use super::{Answer, ApiError, ApiRequest, Sending, parse};
use crate::{context::load, wire::Problem};

pub(super) fn send(request: ApiRequest) -> Sending {
    // The browser has one thread, which the reactive system cannot know.
    Box::pin(SendWrapper::new(fetch(request)))
}

async fn fetch(request: ApiRequest) -> Result<Answer, ApiError> {
    let method = Method::from_bytes(request.method.as_bytes()).unwrap_or(Method::GET);
    let builder = RequestBuilder::new(&request.path)
        .method(method)
        .credentials(RequestCredentials::SameOrigin)
        .header("accept", "application/json");
    // Unsafe requests are JSON even when empty: that is what tells them from another site's forms.
    let builder = builder.header("content-type", "application/json");
    let sent = match request.body.and_then(|body| String::from_utf8(body).ok()) {
        Some(body) => {
            builder
                .body(body)
                .map_err(|_| ApiError::Offline)?
                .send()
                .await
        }
        None => builder.send().await,
    };
    let response = sent.map_err(|_| ApiError::Offline)?;
    let body = response.binary().await.map_err(|_| ApiError::Offline)?;
    let status = response.status();
    if status == 403
        && let Some(stopped) = parse::<Problem>(&body).and_then(|problem| problem.stopped())
    {
        // Whichever page met it stays busy until that one is there.
        load(&stopped);
        return std::future::pending().await;
    }
    Ok(Answer { status, body })
}
