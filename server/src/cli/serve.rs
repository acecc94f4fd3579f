//! `callgate serve`, and the part of it that the demo shares: listening until told to stop.

use std::{net::SocketAddr, process, time::Duration};

use axum::Router;
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
};

use super::{Outcome, print, world};
use crate::{
    config::Config,
    flows::Services,
    http::{self, Drain, WebSettings},
    jobs::Jobs,
    mail::Delivery,
    telemetry,
};

/// How long answers under way may take once the server is told to stop.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn serve(config: Config) -> Outcome {
    telemetry::start(config.log_format, config.log_level);
    let stopped = until_told_to_stop()?;
    let delivery = world::delivery(&config)?;
    let listener = listen(config.listen, "listen").await?;
    let public_url = config.public_url_at(listener.local_addr()?);
    let s = world::open(&config, &public_url, config.hash_threads()).await?;
    let metrics = match config.metrics_listen {
        Some(address) => Some(listen(address, "metrics_listen").await?),
        None => None,
    };
    print(&format!("Callgate is at {public_url}\n"))?;
    if s.db.companies().await?.is_empty() {
        print(
            "There is no company yet, so nobody can sign in. Create one and invite its first administrator:\n\n    \
             callgate company create --alias acme --name \"Acme\" --admin-email you@example.com\n\n",
        )?;
    }
    if matches!(delivery, Delivery::None) {
        tracing::warn!("no mail server is set (smtp_url): mails wait, and nobody gets a code");
    }
    let drain = Drain::default();
    let settings = WebSettings {
        public_url: public_url.url().clone(),
        trusted_proxies: config.trusted_proxies,
        dev_reload: false,
    };
    let router = http::router(s.clone(), settings, drain.clone());
    run(s, router, listener, metrics, delivery, drain, stopped).await
}

/// Listens, or says which setting is to be changed.
pub(super) async fn listen(address: SocketAddr, setting: &str) -> Outcome<TcpListener> {
    TcpListener::bind(address)
        .await
        .map_err(|e| format!("cannot listen on {address} (setting `{setting}`): {e}").into())
}

/// Turns true at SIGTERM or SIGINT; a second one ends the program at once. Asked for once, before anybody is told that
/// the program is there: what comes from then on is not missed.
pub(super) fn until_told_to_stop() -> Outcome<watch::Receiver<bool>> {
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        either(&mut terminate, &mut interrupt).await;
        tracing::info!("told to stop: finishing what is under way");
        stop.send_replace(true);
        either(&mut terminate, &mut interrupt).await;
        process::exit(1);
    });
    Ok(stopped)
}

/// Answers requests and does the jobs until told to stop.
pub(super) async fn run(
    s: Services,
    router: Router,
    listener: TcpListener,
    metrics: Option<TcpListener>,
    delivery: Delivery,
    drain: Drain,
    stopped: watch::Receiver<bool>,
) -> Outcome {
    let jobs = Jobs::new(s.clone(), delivery);
    let jobs = tokio::spawn({
        let stopped = stopped.clone();
        async move { jobs.run(told(stopped)).await }
    });
    if let Some(listener) = metrics {
        let router = http::metrics::router(s.metrics.clone(), s.hashing.clone());
        let stopped = stopped.clone();
        tokio::spawn(async move {
            axum::serve(listener, router)
                .with_graceful_shutdown(told(stopped))
                .await
        });
    }
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let served = tokio::spawn(
        axum::serve(listener, service)
            .with_graceful_shutdown(told(stopped.clone()))
            .into_future(),
    );
    told(stopped).await;
    drain.begin();
    let finished = tokio::time::timeout(PATIENCE, async {
        let served = served.await;
        jobs.await?;
        served?
    })
    .await;
    match finished {
        Ok(finished) => finished?,
        Err(_) => tracing::warn!("some requests took too long and were cut off"),
    }
    s.db.close().await;
    Ok(())
}

async fn told(mut stopped: watch::Receiver<bool>) {
    // When the sender is gone, so is the server.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

async fn either(terminate: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
