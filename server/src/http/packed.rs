//! Documents, compressed for browsers on their first visit. Files are compressed when they are built; documents of people
//! who are signed in stay as they are, for their size must not tell what stands in them.

use std::io::Write;

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderValue,
        header::{CONTENT_ENCODING, CONTENT_LENGTH, VARY},
    },
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};
use http_body_util::BodyExt;

use app::wire::ProblemCode;

use super::{answer::Failure, assets};

/// The same document, compressed where the browser takes that.
pub(super) async fn pack(asked: &HeaderMap, answer: Response) -> Response {
    let (mut parts, body) = answer.into_parts();
    parts
        .headers
        .append(VARY, HeaderValue::from_static("accept-encoding"));
    if !assets::accepts(asked, "gzip") {
        return Response::from_parts(parts, body);
    }
    let Ok(document) = body.collect().await else {
        return Failure::of(ProblemCode::Internal).into_response();
    };
    let document = document.to_bytes();
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    match packer.write_all(&document).and_then(|()| packer.finish()) {
        Ok(packed) => {
            parts
                .headers
                .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            parts.headers.remove(CONTENT_LENGTH);
            Response::from_parts(parts, Body::from(packed))
        }
        Err(_) => Response::from_parts(parts, Body::from(document)),
    }
}
