//! The document around the application, rendered by the server only.

use leptos::prelude::*;
use leptos_meta::MetaTags;
use leptos_router::location::RequestUrl;

use crate::{
    App,
    context::{Assets, RequestFacts},
    i18n::locale_for,
};

/// The whole HTML document. Wants `Assets` and `RequestFacts` in the context.
pub fn shell() -> impl IntoView {
    let assets = use_context::<Assets>().unwrap_or_default();
    let facts = use_context::<RequestFacts>().unwrap_or_default();
    let language = locale_for(&facts.language).to_string();
    let nonce = use_nonce();
    let start = format!(
        "import init,{{hydrate}} from {js:?};init({{module_or_path:{wasm:?}}}).then(hydrate)",
        js = assets.js,
        wasm = assets.wasm,
    );
    let url = use_context::<RequestUrl>();
    let path = path_of(url.as_ref().map_or("/", |url| url.as_ref()));
    let (now, soon) = chunks(&assets, path);
    let is_phones = is_phones(path);
    let at_phone = is_phones && assets.phone_library.is_some();
    // Whose a user there is, is asked without the phone, which comes with the summary.
    let loads_phone = is_phones && parts(path).1 != Some("bind");
    let work = (at_phone || is_work(path)).then_some(assets.work);
    view! {
        <!DOCTYPE html>
        // Translations by the browser change the document under the program's feet.
        <html lang=language translate="no" class="notranslate">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="stylesheet" href=assets.css/>
                {work.map(|work| view! { <link rel="stylesheet" href=work/> })}
                <link rel="modulepreload" href=assets.js crossorigin="anonymous" nonce=nonce.clone()/>
                <link
                    rel="preload"
                    href=assets.wasm
                    r#as="fetch"
                    r#type="application/wasm"
                    crossorigin="anonymous"
                />
                {now.into_iter().map(|chunk| view! {
                    <link
                        rel="preload"
                        href=chunk
                        r#as="fetch"
                        r#type="application/wasm"
                        crossorigin="anonymous"
                    />
                }).collect_view()}
                // Whoever comes here from another of the company's pages finds its address, too, though nothing is
                // fetched before.
                {assets.phone_library.map(|library| view! {
                    <link
                        id="phone-library"
                        rel=if loads_phone { "preload" } else { "phone-library" }
                        href=library
                        r#as="script"
                    />
                })}
                // Browsers fetch these when they have nothing else to do: after the page is there.
                {soon.into_iter().map(|chunk| view! {
                    <link rel="prefetch" href=chunk r#as="fetch" crossorigin="anonymous"/>
                }).collect_view()}
                <script type="module" nonce=nonce.clone()>{start}</script>
                {facts.dev_reload.then(|| view! {
                    <script nonce=nonce inner_html=DEV_RELOAD></script>
                })}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// Loads the document again when the server came back with another start.
const DEV_RELOAD: &str = "new EventSource('/dev/reload').onmessage=e=>{\
    if(window.built&&window.built!==e.data)location.reload();window.built=e.data}";

/// The chunks that this document's page needs, and those that its next page will need.
fn chunks(assets: &Assets, path: &str) -> (Vec<String>, Vec<String>) {
    match parts(path) {
        (Some("confirm-email" | "invitation" | "onboarding" | "reset-password" | "sso"), None) => {
            (assets.later.clone(), Vec::new())
        }
        (Some(_), None) => {
            let mut soon = assets.later.clone();
            if assets.phone_library.is_some() {
                soon.extend(assets.agents.iter().cloned());
            }
            (Vec::new(), soon)
        }
        (Some(_), Some("profile")) => (assets.profile.clone(), Vec::new()),
        (Some(_), Some("console")) => (assets.console.clone(), Vec::new()),
        (Some(_), Some("desk" | "summary")) => (assets.agents.clone(), Vec::new()),
        (
            Some(_),
            Some(
                "bind" | "browser-link" | "change-password" | "code" | "floor-card"
                | "forgot-password" | "privacy" | "setup" | "sso" | "stopped" | "terms",
            ),
        ) => (assets.later.clone(), Vec::new()),
        // The finder, and pages that do not exist: all in the program itself.
        _ => (Vec::new(), Vec::new()),
    }
}

/// Whether a page loads the phone of a company that has one. From the first of them to the desk the document stays the
/// same, so that the phone is loaded once.
fn is_phones(path: &str) -> bool {
    matches!(
        parts(path),
        (Some(_), None | Some("bind" | "desk" | "summary"))
    )
}

/// Whether a page is for people who are signed in, or are about to make a company. None is reached from a page before
/// that but by loading its document, so their style sheet can be left out everywhere else.
fn is_work(path: &str) -> bool {
    matches!(
        parts(path),
        (Some("onboarding"), None)
            | (
                Some(_),
                Some("console" | "desk" | "floor-card" | "profile" | "summary")
            )
    )
}

/// What a path begins with: a company's alias or a page's name, and the name of the company's page.
fn parts(path: &str) -> (Option<&str>, Option<&str>) {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    (parts.next(), parts.next())
}

/// The path of a request's address, which leptos gives an origin of its own.
fn path_of(url: &str) -> &str {
    let address = url.split('?').next().unwrap_or_default();
    match address.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |start| &rest[start..]),
        None => address,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_phones, is_work, path_of};

    #[test]
    fn an_address_may_have_an_origin_and_a_query() {
        assert_eq!(
            path_of("http://leptos.dev/acme/console?next=/x"),
            "/acme/console"
        );
        assert_eq!(path_of("http://leptos.dev"), "/");
        assert_eq!(path_of("/acme?next=http://x"), "/acme");
    }

    #[test]
    fn a_phone_is_where_agents_come_in_and_work() {
        for path in ["/acme", "/acme/bind", "/acme/summary", "/acme/desk/"] {
            assert!(is_phones(path), "{path}");
        }
        for path in ["/", "/acme/code", "/acme/console", "/acme/console/users"] {
            assert!(!is_phones(path), "{path}");
        }
    }

    #[test]
    fn work_is_what_one_signs_in_for() {
        for path in [
            "/acme/desk",
            "/acme/console/users/1",
            "/acme/profile/security",
            "/acme/floor-card",
            "/onboarding",
        ] {
            assert!(is_work(path), "{path}");
        }
        for path in ["/", "/acme", "/acme/code", "/desk", "/acme/setup/console"] {
            assert!(!is_work(path), "{path}");
        }
    }
}
