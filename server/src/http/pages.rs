//! Pages: the web application rendered for a request, asking the same JSON API as a browser would.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use app::{
    client::{ApiRequest, ApiResponse, Transport},
    context::{Assets, Flash, PageRedirect, PageStatus, RequestFacts},
    shell::shell,
    wire::ProblemCode,
};
use axum::{
    Router,
    body::Body,
    extract::{Query, Request, State},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use leptos::{nonce::use_nonce, prelude::provide_context};
use tower::ServiceExt;

use crate::{
    domain::phone_address,
    flows::{self, Visitor},
    storage::Company,
};

use super::{
    Web,
    answer::{self, Failure, REFERENCE, see_other},
    assets,
    cookies::{self, Name},
    language, packed, policies,
    request::From,
};

/// Companies that the finder offers again.
const RECENT: usize = 3;

/// Answers whatever is no resource of its own: a page, or the page that says there is none.
pub(super) async fn show(
    State(web): State<Web>,
    From(visitor): From,
    request: Request,
) -> Response {
    if request.uri().path().starts_with("/api/") {
        return answer::not_found().await.into_response();
    }
    if !request.method().is_safe() {
        return Failure::of(ProblemCode::MethodNotAllowed).into_response();
    }
    let uri = request.uri().clone();
    match shortcut(&web, &visitor, &uri).await {
        Ok(Shortcut::Answer(answer)) => answer,
        Ok(Shortcut::Page(failed)) => {
            render(&web, &visitor, request, failed.map(|failed| *failed)).await
        }
        Err(failure) => failure.into_response(),
    }
}

/// What becomes of a request that may be a form's.
enum Shortcut {
    Answer(Response),
    /// The page at the address, with what the form failed with.
    Page(Option<Box<Flash>>),
}

/// What forms without scripts ask of a page's own address: a language, or a company by name.
async fn shortcut(web: &Web, visitor: &Visitor, uri: &Uri) -> Result<Shortcut, Failure> {
    if uri.query().is_none() {
        return Ok(Shortcut::Page(None));
    }
    let Ok(Query(query)) = Query::<HashMap<String, String>>::try_from_uri(uri) else {
        return Err(Failure::of(ProblemCode::InvalidRequest));
    };
    let path = uri.path();
    if let Some(wanted) = query
        .get("language")
        .and_then(|wanted| language::known(wanted))
    {
        flows::session::choose_language(&web.services, visitor, &wanted).await?;
        let mut headers = HeaderMap::new();
        cookies::set(&mut headers, Name::Language, wanted, web.is_secure());
        return Ok(Shortcut::Answer((headers, see_other(path)).into_response()));
    }
    if path == "/"
        && let Some(typed) = query.get("company")
    {
        return match flows::company::find(&web.services, typed).await {
            Ok(found) => Ok(Shortcut::Answer(
                see_other(&format!("/{}", found.alias)).into_response(),
            )),
            // The finder itself says that there is no such company, with what was typed.
            Err(refused @ flows::Error::Refused(_)) => {
                let problem = Failure::from(refused).0;
                Ok(Shortcut::Page(Some(Box::new(Flash {
                    problem: *problem,
                    typed: Some(typed.clone()),
                }))))
            }
            Err(fault) => Err(fault.into()),
        };
    }
    Ok(Shortcut::Page(None))
}

/// Renders the page at the request's address; `failed` is what a form posted without scripts ended in.
pub(super) async fn render(
    web: &Web,
    visitor: &Visitor,
    request: Request,
    failed: Option<Flash>,
) -> Response {
    let alias = alias_in(request.uri().path());
    let asked = request.headers().clone();
    let company = match company(web, alias.as_deref()).await {
        Ok(company) => company,
        Err(failure) => return failure.into_response(),
    };
    let facts = match facts(web, visitor, &asked, company.as_ref(), failed).await {
        Ok(facts) => facts,
        Err(failure) => return failure.into_response(),
    };
    let phone = company
        .as_ref()
        .and_then(|company| flows::amazon_connect::address(&web.services, company));
    let has_phone = phone.is_some();
    let failed_with = facts
        .flash
        .as_ref()
        .and_then(|flash| StatusCode::from_u16(flash.problem.status).ok());
    let recent = facts.recent_companies.clone();
    let is_company_page = alias
        .as_deref()
        .is_some_and(|alias| request.uri().path() == format!("/{alias}"));
    let page = Arc::new(Decided::default());
    let transport = transport(web, visitor);
    let contexts = {
        let page = Arc::clone(&page);
        move || {
            if let Some(nonce) = use_nonce() {
                let _ = page.nonce.set(nonce.to_string());
            }
            let manifest = assets::manifest();
            provide_context(Assets {
                css: manifest.css.clone(),
                work: manifest.work.clone(),
                js: manifest.js.clone(),
                wasm: manifest.wasm.clone(),
                later: manifest.later.clone(),
                console: manifest.console.clone(),
                agents: manifest.agents.clone(),
                phone_library: Some(manifest.phone_library.clone())
                    .filter(|library| has_phone && !library.is_empty()),
                profile: manifest.profile.clone(),
            });
            provide_context(facts.clone());
            provide_context(transport.clone());
            let decided = Arc::clone(&page);
            provide_context(PageStatus(Arc::new(move |status| {
                decided.set_status(status)
            })));
            let decided = Arc::clone(&page);
            provide_context(PageRedirect(Arc::new(move |to| decided.set_redirect(to))));
        }
    };
    let rendered =
        leptos_axum::render_app_async_with_context(contexts, shell)(as_get(request)).await;
    if let Some(to) = page.redirect() {
        return see_other(&to).into_response();
    }
    let mut answer = rendered;
    if let Some(status) = page.status().or(failed_with) {
        *answer.status_mut() = status;
    }
    let status = answer.status();
    let headers = answer.headers_mut();
    policies::set(
        headers,
        page.nonce.get().map_or("", String::as_str),
        phone.as_ref().map(phone_address::origin).as_deref(),
    );
    if let Some(alias) = alias
        && is_company_page
        && status == StatusCode::OK
    {
        cookies::set(
            headers,
            Name::Companies,
            remembered(&alias, &recent),
            web.is_secure(),
        );
    }
    match visitor.session_cookie {
        Some(_) => answer,
        None => packed::pack(&asked, answer).await,
    }
}

/// What the page decided about its own answer while it was rendered.
#[derive(Default)]
struct Decided {
    nonce: OnceLock<String>,
    status: Mutex<Option<StatusCode>>,
    redirect: Mutex<Option<String>>,
}

impl Decided {
    fn set_status(&self, status: u16) {
        *self.status.lock().unwrap_or_else(PoisonError::into_inner) =
            StatusCode::from_u16(status).ok();
    }

    fn status(&self) -> Option<StatusCode> {
        *self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_redirect(&self, to: String) {
        *self.redirect.lock().unwrap_or_else(PoisonError::into_inner) = Some(to);
    }

    fn redirect(&self) -> Option<String> {
        self.redirect
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

/// A form's failed post shows its page as a plain request for it would.
fn as_get(request: Request) -> Request {
    let (mut parts, _) = request.into_parts();
    parts.method = Method::GET;
    Request::from_parts(parts, Body::empty())
}

/// The company that an address begins with, if there is one.
async fn company(web: &Web, alias: Option<&str>) -> Result<Option<Company>, Failure> {
    let Some(alias) = alias else {
        return Ok(None);
    };
    let found = web.services.db.company_by_alias(alias).await;
    Ok(found.map_err(flows::Fault::from)?)
}

async fn facts(
    web: &Web,
    visitor: &Visitor,
    headers: &HeaderMap,
    company: Option<&Company>,
    flash: Option<Flash>,
) -> Result<RequestFacts, Failure> {
    let chosen = cookies::read(headers, Name::Language, web.is_secure())
        .and_then(|chosen| language::known(&chosen));
    let own = match flows::session::live(&web.services, visitor).await {
        Ok(session) => session.account_language,
        Err(flows::Error::Refused(_)) => None,
        Err(fault) => return Err(fault.into()),
    };
    let language = own
        .or(chosen)
        .or_else(|| company.map(|company| company.language.clone()));
    let recent = cookies::read(headers, Name::Companies, web.is_secure()).unwrap_or_default();
    Ok(RequestFacts {
        language: language
            .or_else(|| language::accepted(headers))
            .unwrap_or_else(|| "en".to_owned()),
        recent_companies: recent
            .split('.')
            .filter(|alias| is_alias(alias))
            .take(RECENT)
            .map(str::to_owned)
            .collect(),
        flash,
        dev_reload: web.settings.dev_reload,
        onboarding: flows::onboarding::is_offered(&web.services),
    })
}

/// The company that an address begins with, if it begins with one.
fn alias_in(path: &str) -> Option<String> {
    let first = path.trim_start_matches('/').split('/').next()?;
    is_alias(first).then(|| first.to_owned())
}

fn is_alias(text: &str) -> bool {
    crate::domain::alias::check_alias(text).is_ok()
}

/// The companies to offer again, this one first.
fn remembered(alias: &str, recent: &[String]) -> String {
    let others = recent
        .iter()
        .map(String::as_str)
        .filter(|other| *other != alias);
    std::iter::once(alias)
        .chain(others)
        .take(RECENT)
        .collect::<Vec<_>>()
        .join(".")
}

/// The JSON API in process, as the person whose page is rendered.
fn transport(web: &Web, visitor: &Visitor) -> Transport {
    let api = web.api.clone();
    let visitor = Arc::new(visitor.clone());
    Transport(Arc::new(move |asked| {
        let (api, visitor) = (api.clone(), visitor.clone());
        let reference = visitor.reference.clone();
        Box::pin(REFERENCE.scope(reference, ask(api, visitor, asked)))
    }))
}

async fn ask(api: Router, visitor: Arc<Visitor>, asked: ApiRequest) -> ApiResponse {
    let nothing = ApiResponse {
        status: 500,
        body: Vec::new(),
    };
    let request = Request::builder()
        .method(asked.method.as_str())
        .uri(asked.path)
        .header(header::CONTENT_TYPE, "application/json")
        .extension(From(visitor))
        .body(asked.body.map_or_else(Body::empty, Body::from));
    let Ok(request) = request else {
        return nothing;
    };
    let Ok(answer) = api.oneshot(request).await;
    let status = answer.status().as_u16();
    match answer.into_body().collect().await {
        Ok(body) => ApiResponse {
            status,
            body: body.to_bytes().into(),
        },
        Err(_) => nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_three_companies_are_remembered_newest_first() {
        let recent: Vec<String> = ["acme", "north", "dark"].map(str::to_owned).into();
        assert_eq!(remembered("dark", &recent), "dark.acme.north");
        assert_eq!(remembered("new", &recent), "new.acme.north");
        assert_eq!(remembered("acme", &[]), "acme");
    }

    #[test]
    fn addresses_begin_with_an_alias_or_with_a_route_of_ours() {
        assert_eq!(alias_in("/acme/code").as_deref(), Some("acme"));
        assert_eq!(alias_in("/"), None);
        assert_eq!(alias_in("/invitation"), None);
        assert_eq!(alias_in("/Acme"), None);
    }
}
