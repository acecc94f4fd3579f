//! HTTP: one file for each resource of the API, the pages, and what holds for every request.
//!
//! A handler reads like its story: extract, check, call one flow, answer. No rules and no SQL here.

mod amazon_connect;
mod answer;
pub(crate) mod assets;
mod audit;
mod companies;
mod cookies;
pub(crate) mod dev;
pub(crate) mod docs;
mod forms;
mod guard;
pub(crate) mod health;
mod invitations;
mod language;
pub(crate) mod metrics;
mod onboarding;
mod packed;
mod pages;
mod people;
mod person;
mod phone_sign_in;
pub(crate) mod plain;
mod policies;
mod policy;
mod presence;
mod presence_lists;
mod ready;
mod recovery;
mod regions;
mod request;
mod security;
mod session;
mod settings;
mod sign_in;
mod single_sign_on;
mod sso;
mod users;

use std::sync::Arc;

use axum::{Router, middleware, routing::get};
use ipnet::IpNet;
use url::Url;
use utoipa::OpenApi;
use utoipa::openapi::{
    Ref, RefOr, Response, Responses, content::ContentBuilder, response::ResponseBuilder,
};
use utoipa_axum::router::OpenApiRouter;

use crate::flows::Services;

pub use health::Drain;

/// What the operator decided about the web.
#[derive(Clone, Debug)]
pub struct WebSettings {
    /// Where people reach this server: scheme, host, port. Other origins are refused.
    pub public_url: Url,
    /// Proxies whose word about a client's address is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// Documents reload themselves when the program was rebuilt.
    pub dev_reload: bool,
}

/// What every handler can reach.
#[derive(Clone)]
pub(crate) struct Web {
    pub(crate) services: Arc<Services>,
    pub(crate) settings: Arc<WebSettings>,
    /// The JSON API without what guards the network's side of it, for the pages rendered here.
    pub(crate) api: Router,
}

impl Web {
    /// Whether browsers reach this server over https: then cookies are `__Host-` and `Secure`.
    fn is_secure(&self) -> bool {
        self.settings.public_url.scheme() == "https"
    }
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Callgate",
        description = "The sign-in front door of a contact centre. Errors are RFC 9457 problems with a stable `code`."
    ),
    // Of a path only, which does not bring it along.
    components(schemas(app::wire::LegalKind))
)]
struct Description;

fn api_routes() -> OpenApiRouter<Web> {
    let resources = OpenApiRouter::new()
        .merge(companies::routes())
        .merge(sign_in::routes())
        .merge(sso::routes())
        .merge(phone_sign_in::routes())
        .merge(invitations::routes())
        .merge(recovery::routes())
        .merge(session::routes())
        .merge(security::routes())
        .merge(person::routes())
        .merge(regions::routes())
        .merge(users::routes())
        .merge(people::routes())
        .merge(policy::routes())
        .merge(settings::routes())
        .merge(single_sign_on::routes())
        .merge(amazon_connect::routes())
        .merge(presence_lists::routes())
        .merge(presence::routes())
        .merge(audit::routes())
        .merge(onboarding::routes())
        .merge(ready::routes())
        .merge(language::routes());
    // The outermost router's title stands; a nested one's would be lost.
    OpenApiRouter::with_openapi(Description::openapi()).nest("/api/v1", resources)
}

/// The JSON API's description, generated from the handlers.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let (_, mut description) = api_routes().split_for_parts();
    for item in description.paths.paths.values_mut() {
        for reading in [&mut item.get, &mut item.head].into_iter().flatten() {
            describe_guards(&mut reading.responses, false);
        }
        let changing = [
            &mut item.post,
            &mut item.put,
            &mut item.patch,
            &mut item.delete,
        ];
        for changing in changing.into_iter().flatten() {
            describe_guards(&mut changing.responses, true);
        }
    }
    description
}

/// What any request may be answered before or beside its handler, where that says nothing of its own.
fn describe_guards(responses: &mut Responses, changes: bool) {
    let problem = |words: &str| -> RefOr<Response> {
        ResponseBuilder::new()
            .description(words)
            .content(
                "application/problem+json",
                ContentBuilder::new()
                    .schema(Some(Ref::from_schema_name("Problem")))
                    .build(),
            )
            .build()
            .into()
    };
    let described = &mut responses.responses;
    if changes && !described.contains_key("4XX") {
        described
            .entry("403".to_owned())
            .or_insert_with(|| problem("`cross_site`"));
    }
    described
        .entry("503".to_owned())
        .or_insert_with(|| problem("`unavailable`"));
}

/// The whole server as people and scripts reach it.
pub fn router(services: Services, settings: WebSettings, drain: Drain) -> Router {
    // Pages are rendered by tasks of this runtime. A second router of the process finds it set.
    let _ = any_spawner::Executor::init_tokio();
    let (services, settings) = (Arc::new(services), Arc::new(settings));
    let bare = Web {
        services: services.clone(),
        settings: settings.clone(),
        api: Router::new(),
    };
    let (api, _) = api_routes().split_for_parts();
    let api = api
        .method_not_allowed_fallback(answer::method_not_allowed)
        .with_state(bare);
    let web = Web {
        services: services.clone(),
        settings,
        api: api.clone().fallback(answer::not_found),
    };
    let health = health::Health {
        db: services.db.clone(),
        clock: services.clock.clone(),
        drain,
    };
    Router::new()
        .route("/favicon.ico", get(assets::icon))
        .merge(docs::router())
        .merge(health::router(health))
        .merge(assets::router())
        .merge(forms::routes())
        .merge(sso::documents())
        .fallback(pages::show)
        .method_not_allowed_fallback(answer::method_not_allowed)
        .with_state(web.clone())
        .merge(api)
        .layer(middleware::from_fn_with_state(web, guard::guard))
}
