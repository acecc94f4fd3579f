//! How the API is asked in the browser: `fetch`, with this server's cookies.

use gloo_net::http::{Method, RequestBuilder};
use send_wrapper::SendWrapper;
use web_sys::RequestCredentials;

use super::{Answer, ApiError, ApiRequest, Sending};

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
    Ok(Answer {
        status: response.status(),
        body,
    })
}
