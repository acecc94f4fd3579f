//! How the API is asked while the server renders: by a function that the server provides.

use std::{future::Future, pin::Pin, sync::Arc};

#[cfg(feature = "ssr")]
use super::{Answer, ApiError, Sending};

/// A request to the JSON API.
#[derive(Clone, Debug)]
pub struct ApiRequest {
    pub method: String,
    /// Path and query, from `/api/v1/` on.
    pub path: String,
    /// JSON
    pub body: Option<Vec<u8>>,
}

/// The JSON API's answer.
#[derive(Clone, Debug)]
pub struct ApiResponse {
    pub status: u16,
    pub body: Vec<u8>,
}

type Answering = Pin<Box<dyn Future<Output = ApiResponse> + Send>>;

/// The server's own API, asked with the cookies of the request that is being rendered.
#[derive(Clone)]
pub struct Transport(pub Arc<dyn Fn(ApiRequest) -> Answering + Send + Sync>);

#[cfg(feature = "ssr")]
pub(super) fn send(transport: Option<&Transport>, request: ApiRequest) -> Sending {
    let Some(Transport(ask)) = transport else {
        return Box::pin(async { Err(ApiError::Offline) });
    };
    let answer = ask(request);
    Box::pin(async move {
        let ApiResponse { status, body } = answer.await;
        Ok(Answer { status, body })
    })
}
