//! A simulator of Amazon Connect's Contact Control Panel for the demo and its tests, on a port of its own: the unmodified
//! library of Amazon Connect works with it. Pages and the driver of its frame are in `pages`, what frames ask for in
//! `frame`, what happens in `world`. Sound is not simulated. Never part of `serve`: its passwords are public.

mod control;
mod frame;
mod pages;
mod world;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, HeaderName, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tokio::{net::TcpListener, sync::watch};

use self::world::{Agent, Instance};
use crate::{
    clock::{Clock, Moment},
    entropy::Entropy,
};

/// Everybody's in Amazon Connect; another than Callgate's, for they are two accounts.
pub(crate) const PHONE_PASSWORD: &str = "headset-on-at-eight";

/// An instance and its users: name in Amazon Connect, full name, whether calls come to the browser.
type Users = (&'static str, &'static [(&'static str, &'static str, bool)]);

pub(crate) const DEXTR_DOCS: &str = "dextr-docs";
pub(crate) const THE_DARK_SIDE: &str = "thedarkside";
const INSTANCES: [Users; 2] = [
    (
        DEXTR_DOCS,
        &[
            ("admin", "Doris Docs", true),
            ("agent", "Dean Dextr", true),
            ("agent-deskphone", "Della Desk", false),
            ("newcomer", "Nico Newcomer", true),
        ],
    ),
    (
        THE_DARK_SIDE,
        &[
            ("admin", "Wilhuff Tarkin", true),
            ("agent", "Firmus Piett", true),
            ("agent-no-phone", "Maximilian Veers", false),
        ],
    ),
];

/// How long a call rings, and how long it takes somebody to answer one.
const RINGS: Duration = Duration::from_secs(30);
const ANSWERS_AFTER: Duration = Duration::from_millis(1000);

/// The simulator. Copies are the same one.
#[derive(Clone)]
pub(crate) struct Simulator(Arc<Inner>);

struct Inner {
    instances: Mutex<Vec<Instance>>,
    /// Wakes frames that wait for news.
    news: watch::Sender<u64>,
    clock: Clock,
    entropy: Entropy,
    /// The origins whose pages may hold the frame, separated by spaces.
    approved: String,
    host: &'static str,
    port: u16,
}

impl Simulator {
    /// Elsewhere is under another name of this machine: there its cookies are those of a third party for whoever shows
    /// the frame, as Amazon Connect's are, and many browsers block them.
    pub(crate) fn new(
        approved: Vec<String>,
        elsewhere: bool,
        listening: SocketAddr,
        clock: Clock,
        entropy: Entropy,
    ) -> Self {
        let now = clock.now();
        let instances = INSTANCES.map(|(alias, users)| Instance::new(alias, users, now));
        Self(Arc::new(Inner {
            instances: Mutex::new(instances.into()),
            news: watch::Sender::new(0),
            clock,
            entropy,
            approved: approved.join(" "),
            host: if elsewhere { "localhost" } else { "127.0.0.1" },
            port: listening.port(),
        }))
    }

    /// Where its own page is, without a slash at the end.
    pub(crate) fn address(&self) -> String {
        format!("http://{}", self.host())
    }

    /// Where a company finds the Contact Control Panel of its instance.
    pub(crate) fn panel(&self, instance: &str) -> String {
        format!("http://{}/{instance}/ccp-v2/", self.host())
    }

    /// Its host and port, as the setting `ccp_hosts` takes them.
    pub(crate) fn host(&self) -> String {
        format!("{}:{}", self.0.host, self.0.port)
    }

    /// Answers until the listener's server is told to stop; frames that wait for news are cut off then.
    pub(crate) async fn serve(
        self,
        listener: TcpListener,
        mut stopped: watch::Receiver<bool>,
    ) -> std::io::Result<()> {
        let served = axum::serve(listener, self.router()).into_future();
        tokio::select! {
            served = served => served,
            _ = stopped.wait_for(|stopped| *stopped) => Ok(()),
        }
    }

    fn router(self) -> Router {
        Router::new()
            .route("/", get(control::page))
            .route("/act", post(control::act))
            .route("/api/state", get(control::state))
            .route("/api/reset", post(control::reset))
            .route("/api/{instance}/switches", post(control::switches))
            .route("/api/{instance}/{username}/{act}", post(control::act_on))
            .route("/simulator.css", get(pages::stylesheet))
            .route("/control.js", get(pages::control_script))
            .route("/driver.js", get(pages::driver))
            .route("/storage-access.js", get(pages::storage_access_script))
            .route("/{instance}/login", get(pages::login).post(pages::sign_in))
            .route(
                "/{instance}/logout",
                get(pages::sign_out).post(pages::sign_out),
            )
            .route("/{instance}/ccp-v2/", get(pages::panel))
            .route("/{instance}/ccp-v2", get(pages::panel))
            // The library adds this to the panel's whole address, slash and all.
            .route("/{instance}/ccp-v2/{*rest}", get(pages::storage_access))
            .route(
                "/{instance}/request-storage-access",
                get(pages::storage_access),
            )
            .route("/{instance}/in-frame", post(pages::allow_in_frame))
            .route("/{instance}/news", get(frame::news))
            .route("/{instance}/ask", post(frame::ask))
            .layer(middleware::from_fn(own_posts_only))
            .with_state(self)
    }

    fn instances(&self) -> MutexGuard<'_, Vec<Instance>> {
        self.0
            .instances
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Moment {
        self.0.clock.now()
    }

    /// Looks at an instance; nothing if there is no such one.
    fn look<R>(&self, alias: &str, look: impl FnOnce(&Instance) -> R) -> Option<R> {
        self.instances()
            .iter()
            .find(|instance| instance.alias == alias)
            .map(look)
    }

    /// Changes something at an instance and tells all frames.
    fn change<R>(&self, alias: &str, change: impl FnOnce(&mut Instance, Moment) -> R) -> Option<R> {
        let now = self.now();
        let changed = self
            .instances()
            .iter_mut()
            .find(|instance| instance.alias == alias)
            .map(|instance| change(instance, now));
        self.0.news.send_modify(|number| *number += 1);
        changed
    }

    fn change_agent<R>(
        &self,
        alias: &str,
        username: &str,
        change: impl FnOnce(&mut Agent, Moment) -> R,
    ) -> Option<R> {
        self.change(alias, |instance, now| {
            instance.agent_mut(username).map(|agent| change(agent, now))
        })?
    }

    /// Rings at somebody who is available, and gives up after a while; answers whether it rings.
    fn ring(&self, alias: &str, username: &str, number: &str, queue: &str) -> Option<bool> {
        let id = self.0.entropy.id(self.now());
        let rings = self.change_agent(alias, username, |agent, now| {
            agent.ring(id.clone(), number, queue, now)
        })?;
        if rings {
            self.later(RINGS, alias, username, move |agent, now| {
                agent.not_taken(&id, "missed", now);
            });
        }
        Some(rings)
    }

    /// Does something to an agent after a while.
    fn later(
        &self,
        after: Duration,
        alias: &str,
        username: &str,
        change: impl FnOnce(&mut Agent, Moment) + Send + 'static,
    ) {
        let (simulator, alias, username) = (self.clone(), alias.to_owned(), username.to_owned());
        tokio::spawn(async move {
            tokio::time::sleep(after).await;
            simulator.change_agent(&alias, &username, change);
        });
    }
}

/// The name of the cookie of an instance's session.
fn cookie_name(instance: &str) -> String {
    format!("connect-{instance}")
}

/// Kept by a browser whose person let the frame have its cookies.
fn grant_name(instance: &str) -> String {
    format!("grant-{instance}")
}

/// A browser, as its cookies tell it.
struct Browser {
    /// Of its session at the instance; empty without one.
    token: String,
    /// Whether it asks for a frame.
    framed: bool,
    /// Whether its frames may have their cookies where those are blocked.
    granted: bool,
}

impl Browser {
    fn new(headers: &HeaderMap, instance: &str, framed: bool) -> Self {
        Self {
            token: cookie(headers, &cookie_name(instance)).unwrap_or_default(),
            framed,
            granted: cookie(headers, &grant_name(instance)).is_some(),
        }
    }

    fn who(&self, instance: &Instance) -> Option<&'static str> {
        if self.framed {
            instance.who_in_frame(&self.token, self.granted)
        } else {
            instance.who(&self.token)
        }
    }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// Whether this page is asked for by a frame.
fn in_frame(headers: &HeaderMap) -> bool {
    headers
        .get("sec-fetch-dest")
        .is_some_and(|dest| dest == "iframe")
}

/// Pages of others may show the frame, and send nothing in its name.
async fn own_posts_only(request: Request, next: Next) -> Response {
    const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
    let foreign = request
        .headers()
        .get(SITE)
        .is_some_and(|site| site != "same-origin" && site != "none");
    if foreign && request.method() == axum::http::Method::POST {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

#[cfg(test)]
mod tests;
