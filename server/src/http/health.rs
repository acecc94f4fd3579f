//! What a load balancer or supervisor asks: `/health/live` and `/health/ready`.

use std::{
    sync::Arc,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use serde::Serialize;

use crate::{clock::Clock, storage::Db};

/// The most that the clocks of the server and the database may differ (SECURITY 22).
const SKEW: Duration = Duration::from_secs(2);

/// Set once the server is told to stop: it is not ready from then on, and finishes what it has.
#[derive(Clone, Debug, Default)]
pub struct Drain(Arc<AtomicBool>);

impl Drain {
    pub fn begin(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// What readiness looks at.
#[derive(Clone, Debug)]
pub(crate) struct Health {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) drain: Drain,
}

#[derive(Debug, Serialize)]
struct Readiness {
    ready: bool,
    /// A write to the database would succeed.
    database: bool,
    /// Server and database agree about the time, as far as the database answers.
    clock: bool,
    draining: bool,
}

pub(crate) fn router<S: Clone + Send + Sync + 'static>(health: Health) -> Router<S> {
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .with_state(health)
}

async fn live() -> StatusCode {
    StatusCode::OK
}

async fn ready(State(health): State<Health>) -> (StatusCode, Json<Readiness>) {
    let database = health
        .db
        .check_writable()
        .await
        .inspect_err(|error| tracing::warn!(%error, "the database takes no writes"))
        .is_ok();
    let clock = database && agrees(&health).await;
    let draining = health.drain.has_begun();
    let ready = database && clock && !draining;
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (
        status,
        Json(Readiness {
            ready,
            database,
            clock,
            draining,
        }),
    )
}

async fn agrees(health: &Health) -> bool {
    // SQLite asks the same clock as the server.
    if matches!(health.db, Db::Sqlite { .. }) {
        return true;
    }
    let Ok(theirs) = health.db.clock().await else {
        return false;
    };
    let ours = health.clock.now();
    let skew = ours.since(theirs).max(theirs.since(ours));
    if skew > SKEW {
        tracing::warn!(
            milliseconds = u64::try_from(skew.as_millis()).unwrap_or(u64::MAX),
            "the clocks of server and database differ"
        );
    }
    skew <= SKEW
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    async fn ask(router: &Router, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        let answer = router.clone().oneshot(request).await.expect("an answer");
        let status = answer.status();
        let body = answer
            .into_body()
            .collect()
            .await
            .expect("a body")
            .to_bytes();
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    #[tokio::test]
    async fn ready_until_draining_or_without_database_live_always() {
        let db = Db::open("sqlite::memory:").await.expect("opens");
        let drain = Drain::default();
        let router: Router = router(Health {
            db: db.clone(),
            clock: Clock::system(),
            drain: drain.clone(),
        });
        assert_eq!(
            ask(&router, "/health/ready").await,
            (
                StatusCode::OK,
                r#"{"ready":true,"database":true,"clock":true,"draining":false}"#.to_owned()
            )
        );
        drain.begin();
        assert_eq!(
            ask(&router, "/health/ready").await.0,
            StatusCode::SERVICE_UNAVAILABLE
        );
        assert_eq!(ask(&router, "/health/live").await.0, StatusCode::OK);
        db.close().await;
        let (status, body) = ask(&router, "/health/ready").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(body.contains("\"database\":false"), "{body}");
    }
}
