//! `GET /metrics`, on the operator's own listener and nowhere else.

use axum::{Router, extract::State, http::header, response::IntoResponse, routing::get};

use crate::{hashing::HashPool, metrics::Metrics};

/// The whole router of the operator's listener.
pub(crate) fn router(metrics: Metrics, hashing: HashPool) -> Router {
    Router::new()
        .route("/metrics", get(scrape))
        .with_state((metrics, hashing))
}

async fn scrape(State((metrics, hashing)): State<(Metrics, HashPool)>) -> impl IntoResponse {
    metrics.hash_queue(hashing.counts().queued);
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], metrics.render())
}
