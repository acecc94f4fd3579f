//! What handlers take from a request: who sent it, and its JSON body.

use std::sync::Arc;

use app::wire::ProblemCode;
use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, Request},
    http::{header, request::Parts},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use crate::flows::Visitor;

use super::{Web, answer::Failure};

/// The largest body that is read.
pub(super) const LARGEST_BODY: usize = 64 * 1024;
/// The largest one with a picture of 2 MiB in it, in base64.
const LARGEST_PICTURE: usize = 3 * 1024 * 1024;

/// The visitor that [`super::guard`] made out of the request, which carries it as an extension.
#[derive(Clone)]
pub(super) struct From(pub(super) Arc<Visitor>);

impl FromRequestParts<Web> for From {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Failure> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Failure::of(ProblemCode::Internal))
    }
}

/// A JSON body of a known shape: anything else is a problem with a code.
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Web> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &Web) -> Result<Self, Failure> {
        read_json(request, LARGEST_BODY).await.map(Self)
    }
}

/// The same with a picture in it.
pub(super) struct PictureJson<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Web> for PictureJson<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &Web) -> Result<Self, Failure> {
        read_json(request, LARGEST_PICTURE).await.map(Self)
    }
}

async fn read_json<T: DeserializeOwned>(request: Request, largest: usize) -> Result<T, Failure> {
    let is_json = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    if !is_json {
        return Err(Failure::of(ProblemCode::UnsupportedMediaType));
    }
    let bytes = read_up_to(request.into_body(), largest).await?;
    serde_json::from_slice(&bytes).map_err(|_| Failure::of(ProblemCode::InvalidRequest))
}

/// Reads a body up to 64 KiB.
pub(super) async fn read_body(body: Body) -> Result<Vec<u8>, Failure> {
    read_up_to(body, LARGEST_BODY).await
}

async fn read_up_to(body: Body, largest: usize) -> Result<Vec<u8>, Failure> {
    match Limited::new(body, largest).collect().await {
        Ok(collected) => Ok(collected.to_bytes().into()),
        Err(error) if error.is::<LengthLimitError>() => Err(Failure::of(ProblemCode::TooLarge)),
        Err(_) => Err(Failure::of(ProblemCode::InvalidRequest)),
    }
}

/// A part of the address. One that is no text leads nowhere.
pub(super) struct Path<T>(pub(super) T);

impl FromRequestParts<Web> for Path<String> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &Web) -> Result<Self, Failure> {
        axum::extract::Path::<String>::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(part)| Self(part))
            .map_err(|_| Failure::of(ProblemCode::NotFound))
    }
}

/// A query string of a known shape.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Web> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &Web) -> Result<Self, Failure> {
        axum::extract::Query::<T>::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Query(query)| Self(query))
            .map_err(|_| Failure::of(ProblemCode::InvalidRequest))
    }
}
